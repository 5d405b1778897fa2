"""How long records are kept: the line of the schedule for each, and the day from which it may go.

Years end with the expiry of the same date, so that the first day on which a record may go is the day after; a
29 February without a fellow ends with that February.
"""

from __future__ import annotations

from datetime import date, timedelta

from docctl.core import days
from docctl.core.charter import Charter
from docctl.core.records import Record
from docctl.core.schedule import END_OF_YEAR, EVENT, WITHDRAWAL, Schedule


def schedule_of(charter: Charter, form: str, kind: str) -> Schedule | None:
    """The line for records of a form: its own, or else its type's."""
    lines = {line.of: line for line in charter.retention}
    return lines.get(form) or lines.get(kind)


def closed_on(record: Record) -> date:
    """The day on which a record closed: the day stated, or else of registering; never before the last word on it."""
    later = [one.by for one in record.amendments] + [one.by for one in record.signed]
    return max([record.closed or record.day, *(days.day_of(by.at, by.offset) for by in later)])


def due(record: Record, schedule: Schedule, withdrawn_on: date | None, event_day: date | None) -> date | None:
    """The first day on which a record may be disposed of.

    Args:
        record: Whatever triggers, its years do not begin before it is closed.
        schedule: The line for it.
        withdrawn_on: Day from which the procedure that it names, or else its form, is withdrawn; None if it is not.
        event_day: Day of the event, where that is the trigger; None if nobody has stated it.

    Returns:
        None: it is permanent, or what triggers has not happened. Which of the two, the schedule says.
    """
    closed = closed_on(record)
    if schedule.trigger == END_OF_YEAR:
        closed = date(closed.year, 12, 31)
    begun = {WITHDRAWAL: withdrawn_on, EVENT: event_day}.get(schedule.trigger, closed)
    if schedule.years is None or begun is None:
        return None
    return days.months_later(max(begun, closed), 12 * schedule.years) + timedelta(days=1)
