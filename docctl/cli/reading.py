"""For everyone: the register, one document, its history."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

import click

from docctl.cli import seeing, showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, SUBJECT, Choice, Number, argument, command, json_option, option

if TYPE_CHECKING:
    from docctl.core.events import Event
    from docctl.core.model import Signed
    from docctl.library.library import Library
    from docctl.library.views import Row

STATUSES = ("submitted", "rejected", "pending", "in-force", "withdrawn", "cancelled")


@command("list")
@option("--as-of", type=DAY, metavar="day")
@option("--status", type=Choice(STATUSES), metavar="status")
@option("--type", "kind", metavar="type")
@json_option
@pass_session
def list_(session: Session, as_of: date | None, status: str | None, kind: str | None, *, as_json: bool) -> None:
    """The register."""
    from docctl.errors import NotFound

    with session.library() as library:
        kinds = library.charter.types
        if kind is not None and kind not in kinds:
            raise NotFound("type-not-found", type=kind, known=", ".join(kinds))
        rows = [
            row
            for row in library.register(as_of, session.language)
            if status in (None, row.status.value) and kind in (None, row.type)
        ]
        if as_json:
            words.give({"as_of": as_of, "documents": rows})
            return
        names = {name: showing.chosen(one.titles, session.language) for name, one in kinds.items()}
    if not rows:
        words.note(session.say("list-empty"))
        return
    register(session, rows, names)


def register(session: Session, rows: list[Row], names: dict[str, str]) -> None:
    """The register as a table; `names` are the types' titles."""
    titles = [session.say(f"column-{name}") for name in ("id", "title", "type", "revision", "status", "from", "review")]
    words.table(
        titles,
        [
            (
                row.id,
                row.title,
                names.get(row.type, row.type),
                row.revision or row.proposed,
                showing.status(session, row),
                words.short_day(row.effective, session.language),
                words.short_day(row.next_review, session.language),
            )
            for row in rows
        ],
        elastic=(1,),
    )


@command("show")
@argument("subject", type=SUBJECT, metavar="id-or-charter")
@option("--revision", type=Number(1), metavar="number")
@option("--as-of", type=DAY, metavar="day")
@option("--body", is_flag=True)
@json_option
@pass_session
def show_(
    session: Session, subject: str, revision: int | None, as_of: date | None, *, body: bool, as_json: bool
) -> None:
    """One document."""
    from docctl.cli.attaching import show
    from docctl.errors import NotFound
    from docctl.library import attaching, readership

    if body and as_of:
        raise click.UsageError(session.say("usage-not-both", name="--body", other="--as-of"))
    with session.library() as library:
        if body:
            seeing.again(session, library.bodies(subject, revision), as_json=as_json)
            return
        if subject == "charter":
            showing.charter(session, library, as_json=as_json)
            return
        sheet = library.show(subject, revision=revision, as_of=as_of, language=session.language)
        known = {one.revision for one in sheet.revisions} | ({sheet.proposal.revision} if sheet.proposal else set())
        if revision is not None and revision not in known:
            raise NotFound("revision-not-found", document=subject, revision=revision)
        moment = library.moment(as_of)
        attached = attaching.filed(library, subject, revision=revision, moment=moment)
        found = readership.readership(library.book.state, library.document(subject, as_of), moment)
        read = {"asked": len(found.asked), "read": found.read, "overdue": found.overdue}
        if as_json:
            stated = {part.name: getattr(sheet, part.name) for part in fields(sheet)}
            words.give({**stated, "reading": read, "attachments": attached})
            return
        showing.sheet(session, library, sheet, session.say("reading-count", **read) if found.asked else "")
    show(session, attached)


def _what(session: Session, library: Library, event: Event) -> str:
    """What happened, with what tells it from others of its kind: which copy, whose reading, what a review found."""
    from docctl.core import events
    from docctl.library.deciding import signer_name

    told = session.say(f"event-{events.name_of(event)}")
    if isinstance(event, events.Reviewed):
        return session.say(f"event-reviewed-{event.verdict}")
    if isinstance(event, events.Submitted) and event.kind != "revision":
        return session.say("history-kind", event=told, kind=session.say(f"kind-{event.kind}"))
    if isinstance(event, events.Issued):
        return session.say("history-issued", copy=event.copy, holder=event.holder)
    if isinstance(event, events.Returned):
        key = "history-received" if event.outcome == "received" else f"copy-state-{event.outcome}"
        outcome = session.say(key)
        return session.say("history-copy", copy=event.copy, outcome=outcome)
    if isinstance(event, events.Read) and event.session:
        people = ", ".join(signer_name(library.book.state, one) for one in event.persons)
        return session.say("history-session", event=told, people=people, record=event.session)
    return told


def _comment(signed: Signed) -> str:
    """What was said with an entry, and the order or case that it rests on."""
    said, basis = signed.entry.comment, getattr(signed.entry.event, "basis", None)
    return f"{said} ({basis})" if said and basis else said or basis or ""


@command("history")
@argument("subject", type=SUBJECT, metavar="id-or-charter")
@json_option
@pass_session
def history_(session: Session, subject: str, *, as_json: bool) -> None:
    """Every entry of a document."""
    with session.library() as library:
        told(session, library, subject, as_json=as_json)


def told(session: Session, library: Library, subject: str, *, as_json: bool) -> None:
    """The entries about a document or a record, oldest first."""
    pairs = library.history(subject)
    if as_json:
        words.give({"document": subject, "entries": [showing.entry(signed, commit) for signed, commit in pairs]})
        return
    rows = [
        (
            signed.entry.sequence,
            showing.minute(signed.at, signed.offset, session.language),
            signed.name,
            _what(session, library, signed.entry.event),
            getattr(signed.entry.event, "revision", ""),
            _comment(signed),
        )
        for signed, _ in pairs
    ]
    words.table(
        [session.say(f"column-{name}") for name in ("entry", "when", "who", "what", "revision", "comment")],
        rows,
        elastic=(2, 3, 5),
    )
