"""The body of a revision: the pages that an approver looks at before signing, drawn alike by anyone at any time.

A body hangs on the revision's files, the rules as they stood when it was submitted, the layout and the versions of
docctl and of its typesetter; not on what was entered later, nor on machine, day or language of whoever draws it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass

from docctl import renderers
from docctl.core import charter as charters
from docctl.core.copies import BodyLine, body_digest
from docctl.core.model import Document, Proposal
from docctl.core.state import State
from docctl.core.values import replace
from docctl.library import copying, facing
from docctl.library.deciding import authority_of, signer_name
from docctl.library.replaying import MEANS

FORM = "pdf"


@dataclass(frozen=True, slots=True)
class Body:
    """One language's body: its line in the digest, and the PDF."""

    line: BodyLine
    pdf: bytes

    @property
    def pages(self) -> int:
        """Number of pages."""
        return renderers.pages(self.pdf)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one approval says was seen.

    Attributes:
        name: Of the person.
        body: Digest that the approval carries; "" for none.
        same: Whether what was drawn now has that digest; None where the approval carries none.
    """

    entry: int
    person: str
    name: str
    body: str
    same: bool | None


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies of a revision drawn now, beside what its approvals carry.

    Attributes:
        digest: What an approval by this docctl would carry.
        lines: One a language, sorted; the digest is over these.
    """

    document: str
    revision: int
    digest: str
    lines: tuple[BodyLine, ...]
    seen: tuple[Seen, ...]

    @property
    def alike(self) -> bool:
        """Whether all approvals that carry a digest carry the same."""
        return len({one.body for one in self.seen if one.body}) <= 1


def drawn(state: State, subject: str, proposal: Proposal, language: str | None = None) -> tuple[Body, ...]:
    """The bodies of a proposal or publication, sorted by language; of one language if it is named.

    Raises:
        NotFound: `text-not-found` (a withdrawal, a charter), `language-not-found`.
        Unavailable: `format-unavailable`, `disk-full` and the like.
        Malformed: the text cannot be shown whole.
    """
    files = copying.files_of(state, proposal)
    tongues = sorted(name for name, _ in proposal.titles)
    if language is not None:
        tongues = [copying.language_of(files, proposal.titles, language)]
    # Nothing but the proposal itself is handed on, so nothing entered later can show.
    alone = replace(proposal, approvals=(), rejected=None)
    document = Document(subject, 0, type=proposal.type, owner=proposal.owner, titles=proposal.titles)
    then, made_with = as_submitted(state, proposal), renderers.made_with(FORM)
    found = []
    for tongue in tongues:
        copy = facing.body(then, document, alone, files, tongue)
        pdf = copying.drawn(FORM, copy)
        found.append(Body(BodyLine(tongue, copy.layout.digest, made_with, hashlib.sha256(pdf).hexdigest()), pdf))
    return tuple(found)


def pdf_of(state: State, document: Document, moment: int, *, language: str | None, revision: int | None) -> bytes:
    """The body of the revision in force, or of the one asked for, in one language.

    Raises:
        As `drawn`; NotFound: `revision-not-found`, `not-in-force-now`.
    """
    proposal, _, _ = copying.choose(document, moment, revision)
    tongue = language or (proposal.titles[0][0] if proposal.titles else None)
    return drawn(state, document.id, proposal, tongue)[0].pdf


def compared(state: State, document: Document, proposal: Proposal) -> Bodies:
    """The bodies of a revision drawn now, beside what its approvals carry.

    Another digest of an approval has innocent reasons: another version of docctl or of its typesetter drew it.
    Then that version, which the copies of the day name, draws it again.

    Raises:
        As `drawn`.
    """
    lines = tuple(one.line for one in drawn(state, document.id, proposal))
    digest = body_digest(lines)
    seen = tuple(
        Seen(
            entry=one.by.entry,
            person=one.by.person,
            name=signer_name(state, one.by.person),
            body=one.body or "",
            same=one.body == digest if one.body else None,
        )
        for one in proposal.approvals
    )
    return Bodies(document.id, proposal.revision, digest, lines, seen)


def as_submitted(state: State, proposal: Proposal) -> State:
    """The state with the charter that was in force when a proposal was submitted: names on a page are of that day."""
    authority = authority_of(state)
    before = [one for one in authority.thread.publications if one.entry < proposal.entry and one.proposal.tree]
    if not before or before[-1] is authority.thread.publications[-1]:
        return state
    tree = before[-1].proposal.tree
    then = charters.read(state.shelf.files(tree), MEANS.read_yaml) if tree else authority.charter
    return dataclasses.replace(state, authority=dataclasses.replace(authority, charter=then))
