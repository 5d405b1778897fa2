"""Who must read what, as a library stands on a day: `core.readers` with heading, charter and ledger at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from docctl.core import days, heading, readers, tree
from docctl.core.authority import Authority
from docctl.core.model import Document, Proposal, Publication, Reading
from docctl.core.readers import DUE, FREE, OVERDUE, Asked, Reader
from docctl.core.state import State
from docctl.library.deciding import authority_of
from docctl.library.replaying import MEANS


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
    return _readership(state, document, moment, enrolled(authority_of(state)))


def _readership(state: State, document: Document, moment: int, since: Mapping[str, date]) -> Readership:
    authority = authority_of(state)
    publication = readers.required(document, moment)
    if publication is None:
        return Readership(document, None, (), document.readings)
    day = days.day_of(moment, authority.charter.offsets[0])
    found = readers.readers(
        document,
        publication,
        asked_by(state, document, publication.proposal),
        authority.charter.people,
        since,
        day=day,
        moment=moment,
        counts=lambda by: authority.counts(by, document.reaffirmed),
    )
    return Readership(document, publication, found, document.readings)


def asked_by(state: State, document: Document, proposal: Proposal) -> Asked:
    """Whom a text asks to read it: by its type, and by its own heading."""
    kind = authority_of(state).charter.types[document.type]
    own = heading.NOBODY
    if proposal.tree is not None and proposal.titles:
        name = f"{proposal.titles[0][0]}.md"
        item = tree.find(state.shelf.get("tree", proposal.tree), name)
        if item is not None:
            own = heading.audience(name, state.shelf.get("blob", item.id).decode(), MEANS.read_yaml)
    return Asked(frozenset((*kind.reading, *own.roles)), frozenset(own.people), own.days or kind.reading_days)


def enrolled(authority: Authority) -> dict[str, date]:
    """Person to the day on which a charter first named a key of theirs."""
    when = {one.entry: days.day_of(one.by.at, one.by.offset) for one in authority.thread.publications}
    found: dict[str, date] = {}
    for key in authority.keys.values():
        day = when.get(key.entry)
        if day is not None:
            found[key.person] = min(day, found.get(key.person, day))
    return found


def every(state: State, moment: int, *, past: bool = False) -> Iterator[Readership]:
    """Every document that asks anybody to read it, by number.

    Args:
        state: The library.
        moment: The instant asked about.
        past: Whether what was entered after it is to be left out.
    """
    since = enrolled(authority_of(state))
    for name in sorted(state.documents):
        document: Document | None = state.documents[name]
        if past and document is not None:
            document = document.as_of(moment)
        if document is not None and document.publications:
            found = _readership(state, document, moment, since)
            if found.publication is not None and found.readers:
                yield found


def waiting(state: State, document: Document, person: str, moment: int, since: Mapping[str, date]) -> Reader | None:
    """How a person stands to a document that still waits to be read by them; None if it does not."""
    if not document.publications:
        return None
    found = _readership(state, document, moment, since)
    return next((one for one in found.readers if one.person == person and one.stand in (DUE, OVERDUE)), None)
