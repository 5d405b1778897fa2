"""Periodic review: that somebody looked at what is in force again, what was found, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docctl.core.events import Reviewed
from docctl.core.external import Card
from docctl.core.state import State
from docctl.errors import Refused
from docctl.library import cards
from docctl.library.book import Draft, Plan
from docctl.library.deciding import Behalf, authority_of, thread


@dataclass(frozen=True, slots=True)
class Finding:
    """What a review found.

    Attributes:
        verdict: `keep`, `change` or `withdraw`.
        edition: Of an external document the edition found; the card's own where the verdict is to keep it.
        checked: Of an external document the day of the check; that of the entry if None.
    """

    verdict: str = "keep"
    edition: str = ""
    checked: date | None = None


KEEP = Finding()


def review(subject: str, moment: int, comment: str, finding: Finding = KEEP, behalf: Behalf | None = None) -> Plan:
    """Record that the revision in force was reviewed; it stays as it is, whatever was found.

    Raises:
        Refused: `not-in-force`; `review-not-external`: no edition is checked of the organisation's own documents;
            `review-edition`: another edition than the card's is out, so the card cannot stay as it is.
    """

    def plan(state: State) -> Draft:
        document = thread(state, subject)
        acting = document.in_force(moment)
        if acting is None:
            raise Refused("not-in-force", document=subject, revision="-")
        kind = authority_of(state).charter.types.get(document.type)
        if (finding.edition or finding.checked) and not (kind and kind.external):
            raise Refused("review-not-external", document=subject)
        event = Reviewed(
            publication=acting.entry,
            revision=acting.revision,
            verdict=finding.verdict,
            edition=_edition(subject, finding, cards.card(state, document, acting.proposal)),
            checked=finding.checked,
            acting_for=behalf.person if behalf else None,
            basis=behalf.basis if behalf else None,
        )
        return Draft(subject, event, comment)

    return plan


def _edition(subject: str, finding: Finding, card: Card | None) -> str | None:
    if card is None or finding.verdict != "keep":
        return finding.edition or None
    if finding.edition not in ("", card.edition):
        raise Refused("review-edition", document=subject, card=card.edition, found=finding.edition)
    return card.edition
