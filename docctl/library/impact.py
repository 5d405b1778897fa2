"""Which of the organisation's own texts and records speak of a document: what to look at when it changes or goes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docctl.core import heading
from docctl.core.charter import chosen
from docctl.core.model import Document, Proposal, Status
from docctl.core.state import State
from docctl.errors import Malformed
from docctl.library.deciding import thread

if TYPE_CHECKING:
    from docctl.library.library import Library

_KEY = re.compile(r"([A-Za-z][\w-]*):")
_TITLE = re.compile(r"#{1,6}\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HYPHENS = str.maketrans("\u2010\u2011", "--")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text names the document.

    Attributes:
        line: Of the file, from 1.
        field: Name in the file's heading, such as `related`; "" in the text.
        section: The nearest title above; "" if none, or in the heading.
        words: The line, shortened.
    """

    file: str
    line: int
    field: str
    section: str
    words: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A text that names the document.

    Attributes:
        status: `in-force`, `pending`, or `submitted` of a proposal.
    """

    id: str
    title: str
    type: str
    owner: str
    revision: int
    status: Status
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that names a document.

    Attributes:
        records: (form, number of records) of those made under it as their procedure, or from it as their form.
    """

    document: str
    citations: tuple[Citation, ...]
    records: tuple[tuple[str, int], ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The numbers of the documents that name it, each once."""
        return tuple(dict.fromkeys(one.id for one in self.citations))


def impact(library: Library, subject: str, language: str = "az") -> Impact:
    """Which texts in force, to come or proposed name a document, and which records were made under it.

    Raises:
        NotFound: `document-not-found`.
    """
    state, moment = library.book.state, library.moment()
    thread(state, subject)
    texts = [one for one in _texts(state, moment) if one[0].id != subject]
    state.shelf.prefetch(tree for _, proposal, _ in texts if (tree := proposal.tree))
    pattern = naming(subject)
    found = []
    for document, proposal, status in texts:
        places = tuple(_places(state, proposal, pattern))
        if places:
            title = chosen(proposal.titles or document.titles, language)
            owner = proposal.owner or document.owner
            found.append(Citation(document.id, title, document.type, owner, proposal.revision, status, places))
    kept = (one for one in state.records.values() if one.disposed is None)
    counted = Counter(one.form for one in kept if subject in (one.procedure, one.form))
    return Impact(subject, tuple(found), tuple(sorted(counted.items())))


def naming(subject: str) -> re.Pattern[str]:
    """What finds a number whole: not PRO-01 in PRO-010, PRO-01-A or X-PRO-01; but in `PRO-01-in`, a case ending."""
    return re.compile(rf"(?<!\w)(?<![A-Z0-9]-){re.escape(subject)}(?!\w)(?!-[A-Z0-9]+(?!\w))")


def _texts(state: State, moment: int) -> Iterator[tuple[Document, Proposal, Status]]:
    for name in sorted(state.documents):
        document = state.documents[name]
        if document.withdrawn(moment) is not None:
            continue
        acting = document.in_force(moment)
        if acting is not None:
            yield document, acting.proposal, Status.IN_FORCE
            base = document.lasting
            # What an amendment amends acts again once that lapses.
            if acting.proposal.temporary and base is not None and base.starts <= moment:
                yield document, base.proposal, Status.PENDING
        for one in document.publications:
            if one.starts > moment and one.ended_by is None and not one.withdraws:
                yield document, one.proposal, Status.PENDING
        if document.proposal is not None and document.proposal.tree is not None:
            status = Status.REJECTED if document.proposal.rejected else Status.SUBMITTED
            yield document, document.proposal, status


def _places(state: State, proposal: Proposal, pattern: re.Pattern[str]) -> Iterator[Place]:
    if proposal.tree is None:
        return
    for name, data in sorted(state.shelf.files(proposal.tree).items()):
        if name.endswith(".md"):
            yield from places(name, data.decode(), pattern)


def places(name: str, text: str, pattern: re.Pattern[str]) -> Iterator[Place]:
    """The lines of one file that name the document."""
    text = text.translate(_HYPHENS)
    if pattern.search(text) is None:
        return
    try:
        above = heading.split(name, text)[0].count("\n") + 2
    except Malformed:
        above = 0
    field = section = ""
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if number <= above:
            key = _KEY.match(line)
            field = key[1] if key else field
        else:
            fenced ^= _FENCE.match(line) is not None
            title = None if fenced else _TITLE.match(line)
            field, section = "", title[1] if title else section
        if pattern.search(line):
            words = " ".join(line.split())
            yield Place(name, number, field, section, words if len(words) <= _LONGEST else words[:_LONGEST] + "…")
