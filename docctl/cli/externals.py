"""Documents from outside: their register, and what of one's own speaks of a document."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from docctl.cli import showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, SUBJECT, argument, command, json_option, option

if TYPE_CHECKING:
    from docctl.core.external import Card
    from docctl.library.externals import External
    from docctl.library.impact import Citation, Impact
    from docctl.library.library import Library

_MOST_PLACES = 5


@command("externals")
@option("--as-of", type=DAY, metavar="day")
@json_option
@pass_session
def externals_(session: Session, as_of: date | None, *, as_json: bool) -> None:
    """The register of external documents."""
    from docctl.library.externals import externals

    with session.library() as library:
        rows = externals(library, as_of, session.language)
        if as_json:
            words.give({"as_of": as_of or library.today(), "documents": rows})
            return
    if not rows:
        words.note(session.say("externals-empty"))
        return
    columns = ("id", "title", "issuer", "edition", "dated", "held", "checker", "checked", "check-due")
    words.table(
        [session.say(f"column-{name}") for name in columns],
        [_line(session, row, row.card) for row in rows],
        elastic=(1, 2, 3, 5),
    )
    late = sum(row.overdue for row in rows)
    if late:
        words.warn(session.say("externals-overdue", count=late))


def _line(session: Session, row: External, card: Card | None) -> tuple[object, ...]:
    due = words.short_day(row.due, session.language)
    if row.due is None:
        due = session.say(f"status-{row.status.value}")
    elif row.overdue:
        due = session.say("check-overdue", when=due)
    return (
        row.id,
        row.title,
        card.issuer if card else "",
        card.edition if card else "",
        words.short_day(card.dated if card else None, session.language),
        card.held if card else "",
        showing.role(row.checker, session.language),
        checked(session, row.checked, row.verdict),
        due,
    )


def checked(session: Session, day: date | None, verdict: str) -> str:
    """When something was last looked at, with what was found unless all is well."""
    shown = words.short_day(day, session.language)
    return shown if verdict in ("", "keep") else f"{shown}, {session.say(f'verdict-{verdict}')}"


@command("impact")
@argument("subject", type=SUBJECT, metavar="id")
@json_option
@pass_session
def impact_(session: Session, subject: str, *, as_json: bool) -> None:
    """What speaks of a document."""
    from docctl.library.impact import impact

    with session.library() as library:
        found = impact(library, subject, session.language)
    if as_json:
        words.give(found)
        return
    if not found.citations and not found.records:
        words.note(session.say("impact-none", document=subject))
        return
    for one in found.citations:
        words.tell(f"{one.id}  {one.title}  ({_state(session, one)})", bold=True)
        for place in one.places[:_MOST_PLACES]:
            where = session.say("impact-heading", field=place.field) if place.field else place.section
            words.tell(f"{words.GAP}{place.file}:{place.line}  {where}{': ' if where else ''}{place.words}")
        if len(one.places) > _MOST_PLACES:
            words.tell(words.GAP + session.say("impact-more", count=len(one.places) - _MOST_PLACES))
    for form, count in found.records:
        key = "impact-records-own" if form == subject else "impact-records"
        words.tell(session.say(key, form=form, count=count, document=subject))


def _state(session: Session, one: Citation) -> str:
    status = session.say(f"status-{one.status.value}")
    return session.say("impact-state", revision=one.revision, status=status)


def told(session: Session, library: Library, subject: str) -> None:
    """After a document changed or goes: who of one's own speaks of it."""
    from docctl.library.impact import impact

    found: Impact = impact(library, subject, session.language)
    if found.documents:
        named = ", ".join(found.documents)
        words.tell(session.say("impact-told", document=subject, documents=named), level="warn")
