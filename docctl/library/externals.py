"""The register of external documents: issuer, edition, where held, who checks, when it was checked, what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from docctl.core.charter import chosen
from docctl.core.external import Card
from docctl.core.model import Document, Publication, Review, Status
from docctl.core.state import State
from docctl.library import cards
from docctl.library.deciding import authority_of

if TYPE_CHECKING:
    from docctl.library.library import Library


@dataclass(frozen=True, slots=True)
class External:
    """One line of the register.

    Attributes:
        card: Of the revision in force, or else of the last one; None of one entered before its type asked for a card.
        checker: Role that looks for a newer edition.
        checked: Day of the last check, or None; `verdict` what it said, `found` the edition that it saw.
        due: Day by which it is to be checked again; None if nothing of it is in force.
    """

    id: str
    title: str
    status: Status
    revision: int
    card: Card | None
    owner: str
    checker: str
    checked: date | None
    verdict: str
    found: str
    due: date | None
    overdue: bool


def externals(library: Library, as_of: date | None = None, language: str = "az") -> tuple[External, ...]:
    """Every external document that was ever published, by number.

    Args:
        library: At its head.
        as_of: The end of a day that is not before the founding; now if None.
        language: Of titles, where there is one.
    """
    state, moment = library.book.state, library.moment(as_of)
    return tuple(_rows(state, moment, as_of or library.today(), language))


def _rows(state: State, moment: int, day: date, language: str) -> Iterator[External]:
    names = frozenset(name for name, kind in authority_of(state).charter.types.items() if kind.external)
    for name in sorted(state.documents) if names else ():
        document = state.documents[name].as_of(moment)
        if document is not None and document.type in names and document.texts:
            yield _row(state, document, moment, day, language)


def _row(state: State, document: Document, moment: int, day: date, language: str) -> External:
    acting = document.in_force(moment)
    shown = acting or document.texts[-1]
    card = cards.card(state, document, shown.proposal)
    last = _check_of(document, shown, card)
    due = cards.next_review(state, document, acting)
    return External(
        id=document.id,
        title=chosen(shown.proposal.titles or document.titles, language),
        status=document.status(moment),
        revision=shown.revision,
        card=card,
        owner=document.owner,
        checker=(card.checker if card else "") or document.owner,
        checked=last.day if last else None,
        verdict=last.verdict if last else "",
        found=last.edition if last else "",
        due=due,
        overdue=due is not None and due < day,
    )


def _check_of(document: Document, publication: Publication, card: Card | None) -> Review | None:
    """The last check of a revision, or of the same edition before a correction of its card.

    What was said of an older edition says nothing of a newer one.
    """
    for one in reversed(document.reviews):
        same = card is not None and (one.verdict, one.edition) == ("keep", card.edition)
        if same or one.publication == publication.entry:
            return one
    return None


def card_of(library: Library, subject: str) -> Card | None:
    """The card of what is in force, or else of what was last published or is proposed."""
    document = library.document(subject)
    acting = document.in_force(library.moment()) or (document.texts[-1] if document.texts else None)
    proposal = acting.proposal if acting else document.proposal
    return cards.card(library.book.state, document, proposal) if proposal else None
