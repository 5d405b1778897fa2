"""A calendar of whole days, as every calendar program reads it (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from docctl._version import __version__


@dataclass(frozen=True, slots=True)
class Event:
    """One day on which something is due.

    Attributes:
        uid: The same for the same thing in every calendar that is ever written, so that it is moved and not doubled.
    """

    uid: str
    day: date
    summary: str
    description: str
    category: str


def render(name: str, events: Iterable[Event], made: int) -> bytes:
    """The calendar, UTF-8, its lines folded at 75 bytes.

    Args:
        name: What a program shows over it.
        events: In the order in which they are written.
        made: When, seconds since 1970 UTC.
    """
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//docctl//docctl {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    stamp = datetime.fromtimestamp(made, UTC)
    for one in events:
        event = icalendar.Event()
        event.add("uid", one.uid)
        event.add("dtstamp", stamp)
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
        event.add("summary", one.summary)
        event.add("description", one.description)
        event.add("categories", [one.category])
        event.add("transp", "TRANSPARENT")  # nobody is busy all day because of it
        calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found
