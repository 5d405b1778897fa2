"""Who must read what, as a library stands on a day: `core.readers` with heading, charter and ledger at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice

from docctl.core import days, heading, readers, tree
from docctl.core.authority import Authority
from docctl.core.heading import NOBODY, Audience
from docctl.core.model import Document, Publication, Reading
from docctl.core.readers import DUE, FREE, OVERDUE, Asked, Reader
from docctl.core.state import State
from docctl.library.deciding import authority_of
from docctl.library.replaying import MEANS

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Readership:
    """How people stand to the revision of a document that is to be read.

    Attributes:
        publication: That revision; None where none is in force or on its way.
        readers: Those past due first.
        readings: All that was ever read of the document, oldest first.
    """

    document: Document
    publication: Publication | None
    readers: tuple[Reader, ...]
    readings: tuple[Reading, ...]

    @property
    def asked(self) -> tuple[Reader, ...]:
        """Those who are asked to read it."""
        return tuple(one for one in self.readers if one.stand != FREE)

    @property
    def read(self) -> int:
        """How many of those who are asked have read it."""
        return sum(one.reading is not None for one in self.asked)

    @property
    def overdue(self) -> int:
        """How many of them are past due."""
        return sum(one.stand == OVERDUE for one in self.asked)

    def counts(self) -> tuple[tuple[int, str, int], ...]:
        """(revision, language, how many people have read it) of every revision read, the newest first."""
        people: dict[tuple[int, str], set[str]] = {}
        for one in self.readings:
            people.setdefault((one.revision, one.language), set()).update(one.persons)
        return tuple((*key, len(people[key])) for key in sorted(people, key=lambda one: (-one[0], one[1])))


def readership(state: State, document: Document, moment: int) -> Readership:
    """How people stand to a document at a moment.

    Args:
        state: The library.
        document: As of the moment.
        moment: The instant asked about.
    """
    (found,) = readerships(state, [document], moment)
    return found


def every(state: State, moment: int, *, past: bool = False) -> Iterator[Readership]:
    """Every document that anybody is asked to read, or has read, by number.

    Args:
        state: The library.
        moment: The instant asked about.
        past: Whether what was entered after it is to be left out.
    """
    documents = (state.documents[name] for name in sorted(state.documents))
    then = (one.as_of(moment) for one in documents) if past else documents
    found = readerships(state, (one for one in then if one is not None), moment)
    return (one for one in found if one.publication is not None and one.readers)


def waiting(state: State, person: str, moment: int) -> dict[str, Reader]:
    """What a person has still to read: document to how they stand to it."""
    documents = (state.documents[name] for name in sorted(state.documents))
    found = (
        (one.document.id, reader) for one in readerships(state, documents, moment, person) for reader in one.readers
    )
    return {document: reader for document, reader in found if reader.stand in (DUE, OVERDUE)}


def readerships(
    state: State, documents: Iterable[Document], moment: int, person: str | None = None
) -> Iterator[Readership]:
    """How people stand to documents at a moment; only one of the people if one is named.

    Args:
        state: The library.
        documents: As of the moment.
        moment: The instant asked about.
        person: Whom alone to look at.
    """
    authority = authority_of(state)
    people, since = authority.charter.people, enrolled(authority)
    if person is not None:
        people = {person: people[person]} if person in people else {}
    day = days.day_of(moment, authority.charter.offsets[0])
    asking = ((one, readers.required(one, moment)) for one in documents)
    for document, publication, own in _audiences(state, asking):
        found: tuple[Reader, ...] = ()
        if publication is not None:
            kind = authority.charter.types[document.type]
            asked = Asked(frozenset((*kind.reading, *own.roles)), frozenset(own.people), own.days or kind.reading_days)
            found = readers.readers(
                document,
                publication,
                asked,
                people,
                since,
                day=day,
                moment=moment,
                counts=partial(authority.counts, reaffirmed=document.reaffirmed),
            )
        yield Readership(document, publication, found, document.readings)


def _audiences(
    state: State, asking: Iterable[tuple[Document, Publication | None]]
) -> Iterator[tuple[Document, Publication | None, Audience]]:
    """Documents with whom their own headings ask, read by the hundred: there may be ten thousand."""
    for some in _batches(asking):
        texts = {
            p.proposal.tree: p.proposal.titles[0][0] for _, p in some if p and p.proposal.tree and p.proposal.titles
        }
        files = {}
        for name, data in state.shelf.several("tree", texts):
            item = tree.find(data, f"{texts[name]}.md")
            if item is not None:
                files[name] = item.id
        said = {
            name: heading.audience("", data.decode(), MEANS.read_yaml)
            for name, data in state.shelf.several("blob", files.values())
        }
        for document, publication in some:
            file = files.get(publication.proposal.tree or "") if publication else None
            yield document, publication, said.get(file or "", NOBODY)


def _batches(
    asking: Iterable[tuple[Document, Publication | None]],
) -> Iterator[list[tuple[Document, Publication | None]]]:
    source = iter(asking)
    while some := list(islice(source, _AT_ONCE)):
        yield some


def enrolled(authority: Authority) -> dict[str, date]:
    """Person to the day on which a charter first named a key of theirs."""
    when = {one.entry: days.day_of(one.by.at, one.by.offset) for one in authority.thread.publications}
    found: dict[str, date] = {}
    for key in authority.keys.values():
        day = when.get(key.entry)
        if day is not None:
            found[key.person] = min(day, found.get(key.person, day))
    return found
