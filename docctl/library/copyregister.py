"""The register of numbered controlled copies: issued, received, come back; and which of them to call back.

A copy bears its number, holder and place, and the entry names the SHA-256 of exactly the bytes handed out. So the
number must be known before it is drawn, and if somebody else is first, number and bytes are made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from docctl.core import days
from docctl.core.charter import chosen
from docctl.core.copies import Overlay
from docctl.core.events import Issued, Returned
from docctl.core.model import Copy, Document, Signature, Signed, Status
from docctl.core.ports import Signer
from docctl.core.state import State
from docctl.errors import NotFound, Refused
from docctl.library import carrying, copying
from docctl.library.book import Draft, Plan
from docctl.library.checking import Case, Checked, Numbered
from docctl.library.copying import Wanted
from docctl.library.deciding import Behalf, thread

if TYPE_CHECKING:
    from docctl.library.library import Library

OUT = "out"
OUTCOMES = ("returned", "destroyed", "lost")
MEDIA = ("paper", "file")
FORMS = carrying.CARRIERS
_NO_DIGEST = "0" * 64

Keep = Callable[[Issued, bytes], None]


@dataclass(frozen=True, slots=True)
class Handout:
    """A copy to be handed out.

    Attributes:
        medium: `paper` (the file is printed) or `file`.
        form: `pdf` or `docx`.
        language: None for the authoritative one.
        replaces: Number of the copy that it takes the place of.
    """

    holder: str
    place: str = ""
    medium: str = "paper"
    form: str = "pdf"
    language: str | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One line of the register of copies.

    Attributes:
        state: `out`, `returned`, `destroyed` or `lost`.
        recall: Whether it is out though its revision is in force no longer.
        instead: The revision in force; None if none is.
        file: SHA-256 of its bytes.
    """

    document: str
    title: str
    number: int
    revision: int
    language: str
    medium: str
    holder: str
    place: str
    issued: date
    received: date | None
    state: str
    ended: date | None
    witness: str
    replaces: int | None
    recall: bool
    instead: int | None
    file: str


# -- reading -----------------------------------------------------------------------------------------------------------


def listed(library: Library, subject: str | None = None, *, as_of: date | None = None) -> tuple[CopyRow, ...]:
    """The copies of one document, or of all, by document and number.

    Raises:
        NotFound: `document-not-found`.
    """
    moment = library.moment(as_of)
    if subject is not None:
        return rows(library.document(subject, as_of), moment)
    found: list[CopyRow] = []
    for name in sorted(library.book.state.documents):
        document: Document | None = library.book.state.documents[name]
        document = document.as_of(moment) if as_of and document else document
        found += rows(document, moment) if document else ()
    return tuple(found)


def rows(document: Document, moment: int) -> tuple[CopyRow, ...]:
    """The copies of a document, as of the moment."""
    acting = document.in_force(moment)
    return tuple(
        CopyRow(
            document=document.id,
            title=chosen(document.titles, ""),
            number=one.number,
            revision=one.revision,
            language=one.language,
            medium=one.medium,
            holder=one.holder,
            place=one.place,
            issued=_day(one.by),
            received=_day(one.received) if one.received else None,
            state=one.outcome or OUT,
            ended=_day(one.ended) if one.ended else None,
            witness=one.witness,
            replaces=one.replaces,
            recall=_outdated(document, one, moment),
            instead=acting.revision if acting else None,
            file=one.file,
        )
        for one in document.copies
    )


def recall(library: Library, subject: str | None = None, *, as_of: date | None = None) -> tuple[CopyRow, ...]:
    """The copies to call back: out, and of a revision that is in force no longer."""
    return tuple(one for one in listed(library, subject, as_of=as_of) if one.recall)


def recalled_by(library: Library, subject: str) -> tuple[CopyRow, ...]:
    """The copies that what was published last makes out of date, now or on its day."""
    document = library.document(subject)
    starts = document.latest.starts if document.latest else 0
    return tuple(one for one in rows(document, max(starts, library.moment())) if one.recall)


def _outdated(document: Document, copy: Copy, moment: int) -> bool:
    shown = next((p for p in document.publications if p.entry == copy.publication), None)
    if copy.ended is not None or shown is None:
        return False
    return document.status_of(shown, moment) not in (Status.IN_FORCE, Status.PENDING)


def _day(by: Signature) -> date:
    return days.day_of(by.at, by.offset)


# -- entering ----------------------------------------------------------------------------------------------------------


def issue(
    library: Library, subject: str, handout: Handout, signer: Signer, keep: Keep, behalf: Behalf | None = None
) -> Signed:
    """Draw the next numbered copy of what is in force, have its bytes kept, and enter it.

    Args:
        library: The library.
        subject: The document.
        handout: To whom, and as what.
        signer: Who hands it out.
        keep: Called with entry and bytes before they are entered, and again with others if somebody else was first: the
            last ones count. What it raises ends the issue, and nothing is entered.
        behalf: For whom.

    Raises:
        NotFound: `document-not-found`, `not-in-force-now`, `language-not-found`, `copy-unknown`.
        Refused: what the machine forbids.
    """

    def plan(state: State) -> Draft:
        document, moment = thread(state, subject), library.moment()
        event = _event(document, moment, handout, behalf)
        # Who may not hand out is told so before anything is drawn.
        library.book.judge(signer, Draft(subject, event))
        overlay = Overlay(state.time, event.copy, handout.holder, handout.place)
        wanted = Wanted(handout.form, event.language, None, overlay)
        data = carrying.render(library.book, document, wanted, moment=moment)
        event = replace(event, file=hashlib.sha256(data).hexdigest())
        keep(event, data)
        return Draft(subject, event)

    return library.enter(signer, plan)


def _event(document: Document, moment: int, handout: Handout, behalf: Behalf | None) -> Issued:
    proposal, publication, _ = copying.choose(document, moment, None)
    assert publication is not None  # noqa: S101  (it is in force)
    language = handout.language or proposal.titles[0][0]
    if language not in dict(proposal.titles):
        raise NotFound("language-not-found", language=language, known=", ".join(name for name, _ in proposal.titles))
    if handout.replaces is not None:
        copy_of(document, handout.replaces)
    return Issued(
        publication=publication.entry,
        revision=publication.revision,
        copy=len(document.copies) + 1,
        language=language,
        holder=handout.holder,
        place=handout.place or None,
        medium=handout.medium,
        file=_NO_DIGEST,
        replaces=handout.replaces,
        acting_for=behalf.person if behalf else None,
        basis=behalf.basis if behalf else None,
    )


def copy_of(document: Document, number: int) -> Copy:
    """One copy.

    Raises:
        NotFound: `copy-unknown`.
    """
    if not 0 < number <= len(document.copies):
        raise NotFound("copy-unknown", document=document.id, copy=number, count=len(document.copies))
    return document.copies[number - 1]


def receive(library: Library, subject: str, number: int, signer: Signer, behalf: Behalf | None = None) -> Signed:
    """Note that the holder has a copy in hand.

    Raises:
        NotFound: `document-not-found`, `copy-unknown`.
        Refused: `copy-ended`, `copy-received`.
    """
    return library.enter(signer, _returned(subject, number, "received", "", behalf))


def give_back(  # noqa: PLR0913  (which copy, how it ended, by whom)
    library: Library,
    subject: str,
    number: int,
    outcome: str,
    signer: Signer,
    *,
    witness: str = "",
    behalf: Behalf | None = None,
) -> Signed:
    """Note that a copy came back, was destroyed, or is lost.

    Raises:
        NotFound: `document-not-found`, `copy-unknown`.
        Refused: `copy-ended`.
    """
    return library.enter(signer, _returned(subject, number, outcome, witness, behalf))


def _returned(subject: str, number: int, outcome: str, witness: str, behalf: Behalf | None) -> Plan:
    def plan(state: State) -> Draft:
        copy = copy_of(thread(state, subject), number)
        if copy.ended is not None:
            raise Refused("copy-ended", document=subject, copy=number, day=_day(copy.ended))
        if outcome == "received" and copy.received is not None:
            raise Refused("copy-received", document=subject, copy=number, day=_day(copy.received))
        event = Returned(
            copy=number,
            outcome=outcome,
            witness=witness or None,
            acting_for=behalf.person if behalf else None,
            basis=behalf.basis if behalf else None,
        )
        return Draft(subject, event)

    return plan


# -- a file from somewhere ---------------------------------------------------------------------------------------------


def beside(found: Checked, case: Case, library: Library, data: bytes) -> Checked:
    """A numbered copy beside the register; what was found is unchanged for one that is not numbered, or not proven.

    Args:
        found: What was found so far, by the same library.
        case: The proof that holds.
        library: Of which it is.
        data: The file.
    """
    drawn = case.proof.drawn
    if not drawn.number or found.currency is None:
        return found
    document = thread(library.book.state, case.proof.document)
    if drawn.number > len(document.copies):
        return replace(found, numbered=Numbered(drawn.number, "unknown"))
    copy = copy_of(document, drawn.number)
    stated = (case.proof.revision, drawn.language, drawn.holder, drawn.place)
    if stated != (copy.revision, copy.language, copy.holder, copy.place):
        return replace(found, numbered=Numbered(drawn.number, "other", copy.holder, copy.place))
    same = hashlib.sha256(data).hexdigest() == copy.file
    day = _day(copy.ended or copy.by)
    return replace(found, numbered=Numbered(copy.number, copy.outcome or OUT, copy.holder, copy.place, day, same))
