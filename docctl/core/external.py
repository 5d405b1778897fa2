"""The card of an external-origin document: whose it is, which edition, where it is held, who checks it and how often.

The organisation cannot revise a law or a standard; what it controls is the card. It stands in the heading as
`external: {issuer, edition, dated, held, every-months}`, with `address`, `copyright` and `checked-by` where wanted, of
documents whose type is for them, and of no others.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from docctl.core.plain import Fields
from docctl.errors import Malformed

MAX_MONTHS = 120
_ADDRESS = re.compile(r"https?://[^\s/?#\"'<>]+[^\s\"'<>]*")


class Kind(Protocol):
    """A document type, as far as it matters here: `charter`, which reads it, stands above."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def external(self) -> bool:
        """Whether its documents come from outside."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says.

    Attributes:
        dated: Day of the edition.
        held: Where the document itself is to be found.
        months: Months from one check to the next.
        address: Where its issuer shows it; "" for nowhere.
        copyright: What may not be done with it; "" for nothing stated.
        checker: Role that looks for a newer edition; "" for the owner.
    """

    issuer: str
    edition: str
    dated: date
    held: str
    months: int
    address: str = ""
    copyright: str = ""
    checker: str = ""


def read(part: Fields) -> Card:
    """The card in a heading.

    Raises:
        Malformed: `field-*`.
    """
    issuer, edition, held = (part.line(name) for name in ("issuer", "edition", "held"))
    dated, months = part.day("dated"), part.number("every-months", 1, highest=MAX_MONTHS)
    if dated is None or months is None:  # neither has a default
        raise Malformed("field-missing", where=part.where, field="dated")
    card = Card(
        issuer=issuer,
        edition=edition,
        dated=dated,
        held=held,
        months=months,
        address=part.line("address", ""),
        copyright=part.line("copyright", ""),
        checker=part.word("checked-by", ""),
    )
    part.done()
    if card.address and _ADDRESS.fullmatch(card.address) is None:
        raise Malformed("field-value", where=part.where, field="address", value=card.address[:80])
    return card


def check(card: Card | None, kind: Kind, roles: Collection[str]) -> None:
    """That a document has a card if its type is for external ones, and only then, with a checker whom somebody can be.

    Args:
        card: What its heading says.
        kind: Its type.
        roles: Those that the charter knows.

    Raises:
        Malformed: `external-missing`, `external-not-asked`, `external-checker`.
    """
    if card is None and kind.external:
        raise Malformed("external-missing", type=kind.name)
    if card is not None and not kind.external:
        raise Malformed("external-not-asked", type=kind.name)
    if card is not None and card.checker and card.checker not in roles:
        raise Malformed("external-checker", role=card.checker)
