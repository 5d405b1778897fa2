"""The retention schedule as a charter states it, and two settings of records beside it.

The lines stand in `charter/library.yaml` as the organisation's file nomenclature states them (ISO 15489-1, 8.5
"disposition authorities"); what they mean for a record is in `retention`.

Not for: deciding what the law asks for. The years, and the act that states them, are the organisation's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from docctl.core.fields import is_identifier
from docctl.core.plain import Fields
from docctl.core.values import value
from docctl.errors import Malformed

CLOSING, WITHDRAWAL, END_OF_YEAR, EVENT = TRIGGERS = ("closing", "withdrawal", "end-of-year", "event")
DESTROY, ARCHIVE, REVIEW = ACTIONS = ("destroy", "archive", "review")
MAX_YEARS = 500
MAX_LINES = 1000
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")


@value
class Schedule:
    """One line of the schedule.

    Attributes:
        of: A form's id, or the name of its type.
        trigger: What the years count from: `closing` of the record, the `end-of-year` in which it closed, `withdrawal`
            of the procedure that it names (else of its form), or an `event` whose day the proposal states.
        years: Whole years; None for permanent.
        authority: The act that says so, for people.
        action: What then happens: `destroy`, `archive` (handed over), or `review` (whichever those who approve choose).
    """

    of: str
    trigger: str
    years: int | None
    authority: str
    action: str


def read(parts: tuple[Fields, ...]) -> tuple[Schedule, ...]:
    """The list `retention` of `library.yaml`.

    Raises:
        Malformed: `field-*`, `charter-retention`: years and permanent both or neither, a line twice, too many lines.
    """
    lines = tuple(_line(part) for part in parts[: MAX_LINES + 1])
    named = [line.of for line in lines]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice is not None or len(lines) > MAX_LINES:
        raise Malformed("charter-retention", of=twice or len(parts))
    return lines


def _line(part: Fields) -> Schedule:
    of = part.line("of")
    permanent, years = part.flag("permanent"), part.number("years", 1, None, MAX_YEARS)
    trigger, action = part.word("trigger", CLOSING), part.word("action", REVIEW if permanent else DESTROY)
    if (years is None) != permanent or trigger not in TRIGGERS or action not in ACTIONS:
        raise Malformed("charter-retention", of=of)
    line = Schedule(of, trigger, years, part.line("authority"), action)
    part.done()
    return line


def check(lines: tuple[Schedule, ...], prefixes: Mapping[str, str]) -> None:
    """That each line is of a type, or of an id that a type's prefix begins.

    Args:
        lines: The schedule.
        prefixes: Name of each type to its prefix.

    Raises:
        Malformed: `charter-retention`.
    """
    begun = tuple(f"{prefix}-" for prefix in prefixes.values())
    for line in lines:
        if line.of not in prefixes and (is_identifier(line.of) is None or not line.of.startswith(begun)):
            raise Malformed("charter-retention", of=line.of)


def sealing_key(person: Fields) -> str:
    """`sealing-key` of a person: an age recipient, of which only the shape is looked at; "" if there is none.

    Raises:
        Malformed: `field-value`.
    """
    key = person.line("sealing-key", "")
    if key and _RECIPIENT.fullmatch(key) is None:
        raise Malformed("field-value", where=person.where, field="sealing-key", value=key[:40])
    return key
