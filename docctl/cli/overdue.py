"""For the quality manager: what is late, on the terminal, for programs, and as a calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, command, json_option, option

if TYPE_CHECKING:
    from docctl.library.overdue import Item


@command("overdue")
@option("--as-of", type=DAY, metavar="day")
@option("--ics", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@json_option
@pass_session
def overdue_(session: Session, as_of: date | None, ics: Path | None, *, force: bool, as_json: bool) -> None:
    """What is past due."""
    from docctl.library import overdue

    if ics is not None:
        files.check_free(ics, force=force)
    with session.library() as library:
        today = as_of or library.today()
        every = overdue.items(library, today)
        if ics is not None:
            files.write(ics, overdue.calendar(library, every, session.language), force=force)
    late = sorted((one for one in every if one.shown <= today), key=lambda one: one.due)
    if as_json:
        words.give({"as_of": today, "items": [_plain(session, one) for one in late]})
    elif late:
        _table(session, late)
    else:
        words.note(session.say("overdue-none"))
    if ics is not None:
        words.note(session.say("done-calendar", path=ics, count=len(every)))


def _plain(session: Session, one: Item) -> dict[str, object]:
    return {
        "kind": one.kind,
        "id": one.id,
        "title": one.title(session.language),
        "due": one.due,
        "days_late": one.days,
        "role": one.role or None,
        "people": one.people,
        "things": one.things,
    }


def _table(session: Session, late: list[Item]) -> None:
    names = ("task", "id", "title", "who", "due", "late")
    words.table(
        [session.say(f"column-{name}") for name in names],
        [
            (
                session.say(f"overdue-{one.kind}") + (f" ({len(one.things)})" if one.things else ""),
                one.id,
                one.title(session.language),
                one.who(session.language),
                words.short_day(one.due, session.language),
                one.days if one.days > 0 else session.say("overdue-left", count=-one.days),
            )
            for one in late
        ],
        elastic=(2, 3),
    )
