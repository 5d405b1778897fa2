"""For the quality manager: legal holds, what is past due, and disposing of records."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import files, showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import ACT, DAY, SUBJECT, TEXT, Choice, Number, argument, command, family, json_option, option
from docctl.cli.spoken import Command as Cls

if TYPE_CHECKING:
    from docctl.core.schedule import Schedule
    from docctl.library.retaining import FormDue, Overview, PastDue

METHODS = ("erased", "shredded", "burned", "handed-over")
LANGUAGES = ("az", "en", "ru")


@command("hold")
@argument("record", type=SUBJECT, metavar="record")
@option("--reason", required=True, type=TEXT, metavar="text")
@option("--basis", type=TEXT, metavar="text")
@pass_session
def hold_(session: Session, record: str, reason: str, basis: str | None) -> None:
    """Put a legal hold on a record."""
    from docctl.library import retaining

    with session.acting() as (library, signer):
        signed = library.enter(signer, retaining.hold(record, reason, basis))
        words.tell(session.say("done-held", record=record, entry=signed.entry.sequence))


@command("release")
@argument("record", type=SUBJECT, metavar="record")
@option("--reason", required=True, type=TEXT, metavar="text")
@pass_session
def release_(session: Session, record: str, reason: str) -> None:
    """End a legal hold."""
    from docctl.library import retaining

    with session.acting() as (library, signer):
        signed = library.enter(signer, retaining.release(record, reason))
        words.tell(session.say("done-released", record=record, entry=signed.entry.sequence))


@family("retention")
def retention_() -> None:
    """How long records are kept."""


@retention_.command("due", cls=Cls)
@option("--as-of", type=DAY, metavar="day")
@json_option
@pass_session
def due(session: Session, as_of: date | None, *, as_json: bool) -> None:
    """Records whose retention is over."""
    from docctl.library import retaining

    with session.library() as library:
        found = retaining.overview(library, session.language, as_of)
    if as_json:
        words.give(found)
        return
    if not found.forms:
        words.note(session.say("retention-none", when=found.day))
    for one in found.forms:
        _form(session, one)
    _others(session, found)


def _form(session: Session, one: FormDue) -> None:
    words.title(f"{one.form}  {one.title}")
    words.tell(words.GAP + in_words(session, one.schedule))
    words.table(
        [session.say(f"column-{name}") for name in ("record", "title", "closed", "disposable", "hold")],
        [
            (
                row.record,
                row.title,
                words.short_day(row.closed, session.language),
                words.short_day(row.since, session.language),
                _mark(session, row),
            )
            for row in one.records
        ],
        elastic=(1, 4),
    )


def _mark(session: Session, row: PastDue) -> str:
    """What stands in the way of a record, or is on its way."""
    if row.held:
        return f"{row.held} ({row.basis})" if row.basis else row.held
    return session.say("retention-proposed") if row.proposed else ""


def _others(session: Session, found: Overview) -> None:
    if found.documents:
        words.title(session.say("title-retention-documents"))
        words.table(
            [session.say(f"column-{name}") for name in ("id", "title", "withdrawn", "over-since")],
            [
                (
                    row.document,
                    row.title,
                    words.short_day(row.withdrawn, session.language),
                    words.short_day(row.since, session.language),
                )
                for row in found.documents
            ],
            elastic=(1,),
        )
    if found.awaiting:
        words.note(session.say("retention-awaiting", forms=", ".join(found.awaiting)))
    if found.unscheduled:
        words.warn(session.say("retention-unscheduled", forms=", ".join(found.unscheduled)))


@retention_.command("schedule", cls=Cls)
@json_option
@pass_session
def schedule(session: Session, *, as_json: bool) -> None:
    """The retention schedule."""
    from docctl.library import retaining

    with session.library() as library:
        rows = retaining.schedule(library, session.language)
    if as_json:
        words.give({"schedule": rows})
        return
    if not rows:
        words.note(session.say("retention-no-schedule"))
        return
    words.table(
        [session.say(f"column-{name}") for name in ("of", "title", "kept", "then", "authority")],
        [
            (
                row.schedule.of,
                row.title,
                retaining.period(row.schedule, session.language),
                "" if row.schedule.years is None else session.say(f"retained-then-{row.schedule.action}"),
                row.schedule.authority,
            )
            for row in rows
        ],
        elastic=(1, 2, 4),
    )


def in_words(session: Session, one: Schedule) -> str:
    """A whole line of the schedule."""
    from docctl.library import retaining

    then = session.say(f"retained-then-{one.action}")
    kept = retaining.period(one, session.language)
    return session.say("retained-line", period=kept, then=then, authority=one.authority)


@family("dispose")
def dispose_() -> None:
    """Disposing of records."""


@dispose_.command("propose", cls=Cls)
@argument("records", type=SUBJECT, nargs=-1, metavar="record")
@option("--form", type=SUBJECT, metavar="id")
@option("--until", type=DAY, metavar="day")
@option("--reason", required=True, type=TEXT, metavar="text")
@option("--event", type=DAY, metavar="day")
@option("--act", type=ACT, metavar="act number day")
@pass_session
def propose(session: Session, /, records: tuple[str, ...], form: str | None, until: date | None, **stated: Any) -> None:
    """Propose to dispose of records."""
    from docctl.library import retaining
    from docctl.library.adopting import act_of

    if bool(records) == bool(form):
        key = "usage-not-both" if records else "usage-missing"
        values = {"name": "--form", "other": session.say("metavar-record")} if records else {"name": "--form"}
        raise click.UsageError(session.say(key, **values), click.get_current_context())
    if until is not None and form is None:
        said = session.say("usage-needs", name="--until", other="--form")
        raise click.UsageError(said, click.get_current_context())
    with session.acting() as (library, signer):
        named = retaining.select(library, form, until or library.today()) if form else records
        act = act_of(stated["act"]) if stated["act"] else None
        plan = retaining.propose(named, stated["reason"], event=stated["event"], act=act)
        signed = library.enter(signer, plan)
        showing.after(session, library, signed, "done-disposal-proposed", count=len(set(named)))


@dispose_.command("carry-out", cls=Cls)
@argument("form", type=SUBJECT, metavar="id")
@option("--method", type=Choice(METHODS), metavar="method")
@option("--receiver", type=TEXT, metavar="text")
@option("--comment", default="", metavar="text")
@option("--keys-lost", is_flag=True)
@pass_session
def carry_out(session: Session, /, form: str, *, keys_lost: bool, **how: Any) -> None:
    """Carry an approved disposal out."""
    from docctl.library import keystores, retaining

    with session.acting() as (library, signer):
        signed = retaining.carry_out(library, form, signer, keys=keystores.Keys(library, keys_lost), **how)
        gone = getattr(signed.entry.event, "records", ())
        words.tell(session.say("done-disposed", document=form, entry=signed.entry.sequence, count=len(gone)))
        words.tell(session.say("next-disposed", entry=signed.entry.sequence))


@dispose_.command("certificate", cls=Cls)
@argument("entry", type=Number(0), metavar="entry")
@option("--format", "form", type=Choice(("pdf", "docx")), metavar="format")
@option("--language", type=Choice(LANGUAGES), metavar="language")
@option("--output", required=True, type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@pass_session
def certificate(
    session: Session, entry: int, form: str | None, language: str | None, output: Path, *, force: bool
) -> None:
    """The certificate of a disposal."""
    from docctl.library import certificates

    kind = form or ("docx" if output.suffix.lower() == ".docx" else "pdf")
    files.check_free(output, force=force)
    with session.library() as library:
        data = certificates.render(library, entry, kind, language)
    files.write(output, data, force=force)
    words.note(session.say("done-written", path=output))
