"""Temporary amendments that will soon act no more, and what a person must see to by a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from docctl.core.charter import chosen

if TYPE_CHECKING:
    from docctl.library.library import Library

AMENDMENT = "amendment"
SOON = 14


class Item(NamedTuple):
    """Something that somebody must see to.

    Attributes:
        kind: `check`, `amendment` …
        id: Of the document.
        who: Role.
        due: The last day in time.
    """

    kind: str
    id: str
    title: str
    who: str
    due: date


def amendments_lapsing(library: Library, day: date, within: int = SOON) -> tuple[Item, ...]:
    """The temporary amendments that act at the end of a day and whose last day comes within so many, the next first."""
    moment, found = library.moment(day), []
    for known in library.book.state.documents.values():
        document = known.as_of(moment)
        until = document.amended_until(moment) if document is not None else None
        if document is not None and until is not None and until <= day + timedelta(days=within):
            found.append(Item(AMENDMENT, document.id, chosen(document.titles, "az"), document.owner, until))
    return tuple(sorted(found, key=lambda one: (one.due, one.id)))
