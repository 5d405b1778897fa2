"""How records look: one, a list, its history, a table handed out."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import files, opening, reading, showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import PERSON, SUBJECT, Choice, Family, Number, argument, json_option, option
from docctl.cli.spoken import Command as Cls

if TYPE_CHECKING:
    from docctl.library.library import Library
    from docctl.library.recordlist import Wanted
    from docctl.library.recordsheets import Answer, RecordSheet, Signing

FORMATS = ("csv", "json", "xlsx")
STATUSES = ("open", "closed", "held", "disposed")
MOST = 100


def people(library: Library, ids: Iterable[str]) -> str:
    """Names of people, in their order."""
    from docctl.library.deciding import signer_name

    return ", ".join(signer_name(library.book.state, one) for one in ids)


class Answered(click.ParamType):  # type: ignore[type-arg]
    """A field with its value: `status=open`."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Name and value."""
        from docctl.cli.phrases import phrase
        from docctl.cli.spoken import language_of

        if isinstance(value, tuple):
            return value[0], value[1]
        name, sign, text = str(value).partition("=")
        if not sign or not name.strip():
            self.fail(phrase("usage-answered", language_of(ctx), value=value), param, ctx)
        return name.strip(), text.strip()


def wanted_options(function: Any) -> Any:
    """Which records; given on as `wanted`."""
    for decorator in (
        option("--form", type=SUBJECT, metavar="form"),
        option("--year", type=Number(1800), metavar="year"),
        option("--person", type=PERSON, metavar="person"),
        option("--document", type=SUBJECT, metavar="id"),
        option("--clause", metavar="clause"),
        option("--field", "values", type=Answered(), multiple=True, metavar="field"),
        option("--status", type=Choice(STATUSES), metavar="status"),
    )[::-1]:
        function = decorator(function)
    return function


def _wanted(given: dict[str, Any], limit: int | None) -> Wanted:
    from docctl.library.recordlist import Wanted

    named = {name: given[name] for name in ("form", "year", "person", "document", "clause", "values", "status")}
    return Wanted(**named, limit=limit)


def add(record: Family) -> None:
    """Give the family its reading commands."""
    for one in (show, history, list_records, export):
        record.add_command(one)


@click.command("show", cls=Cls)
@argument("name", type=SUBJECT, metavar="record")
@option("--attachment", metavar="file")
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@option("--unsealed", is_flag=True)
@json_option
@pass_session
def show(
    session: Session, /, name: str, *, attachment: str | None, output: Path | None, force: bool, **how: bool
) -> None:
    """One record."""
    from docctl.library import recording, recordsheets

    if output is not None and attachment is None:
        raise click.UsageError(session.say("usage-missing", name="--attachment"), click.get_current_context())
    with session.library() as library:
        state = library.book.state
        record = recording.record_of(state, name)
        sealed = how["unsealed"] and record.sealed and record.disposed is None
        opened = opening.plain(session, library, name).parts if sealed else None
        if attachment is not None:
            data = recordsheets.attachment(state, name, attachment, opened)
            _give(session, data, output, attachment, force=force)
            return
        found = recordsheets.sheet(state, name, session.language, opened)
        if how["as_json"]:
            words.give(found)
            return
        shown(session, library, found)


def _give(session: Session, data: bytes, output: Path | None, name: str, *, force: bool = False) -> None:
    if output is None:
        if sys.stdout.isatty():
            raise click.UsageError(session.say("usage-output", name=name), click.get_current_context())
        click.echo(data, nl=False)
        return
    files.write(output, data, force=force)
    words.note(session.say("done-written", path=output))


def shown(session: Session, library: Library, one: RecordSheet) -> None:
    """Say everything about a record that can be read."""
    words.tell(f"{one.id}  {one.title or (session.say('record-title-sealed') if one.sealed else '')}", bold=True)
    form = f"{one.form} {one.form_title} ({session.say('record-revision', revision=one.revision)})"
    procedure = one.procedure
    if one.procedure_revision:
        procedure += f" ({session.say('record-revision', revision=one.procedure_revision)})"
    words.facts(
        [
            (session.say("column-form"), form),
            (session.say("column-procedure"), procedure),
            (session.say("column-status"), session.say(f"record-status-{one.status}")),
            (session.say("column-registered"), words.short_day(one.day, session.language)),
            (session.say("column-closed"), words.short_day(one.closed, session.language)),
            (session.say("column-waits-for"), people(library, one.missing)),
            (session.say("column-digest"), one.content),
        ]
    )
    if one.sealed and not one.answers and one.status != "disposed":
        words.note(session.say("record-is-sealed"))
    if one.answers:
        words.title(session.say("title-answers"))
    for answer in one.answers:
        _answer(session, answer)
    for correction in one.corrections:
        words.title(session.say("title-correction", number=correction.number))
        words.tell(f"{words.GAP}{correction.reason}")
        if correction.note and correction.note != correction.reason:
            words.tell(f"{words.GAP}{correction.note}")
        for answer in correction.changed:
            if answer.rows:
                _answer(session, answer)
            else:
                words.tell(f"{words.GAP}{answer.label}: {answer.was or '—'} → {answer.shown or '—'}")
    _signatures(session, library, one)
    if one.attachments:
        words.title(session.say("title-attachments"))
        names = ("file", "kind", "size", "sha256")
        rows = [(file.file, file.media, file.size, file.digest) for file in one.attachments]
        words.table([session.say(f"column-{name}") for name in names], rows, elastic=(0, 1))


def _answer(session: Session, one: Answer) -> None:
    note = f" ({session.say('record-corrected', number=one.amended)})" if one.amended else ""
    if one.rows:
        words.tell(f"{words.GAP}{one.label}{note}:")
        words.table(list(one.columns), list(one.rows), elastic=tuple(range(len(one.columns))))
    elif "\n" in one.shown:
        words.tell(f"{words.GAP}{one.label}{note}:")
        for line in one.shown.split("\n"):
            words.tell(f"{words.GAP * 2}{line}")
    else:
        words.tell(f"{words.GAP}{one.label}{note}: {one.shown or '—'}")


def _signatures(session: Session, library: Library, one: RecordSheet) -> None:
    words.title(session.say("title-signatures"))
    rows = [
        (
            session.say(f"event-{line.part}"),
            line.name,
            showing.minute(line.at, line.offset, session.language),
            _meaning(session, line),
            people(library, (line.acting_for,)) if line.acting_for else "",
            f"{line.reason} ({line.basis})" if line.basis else line.reason,
        )
        for line in one.signatures
    ]
    names = ("what", "who", "when", "meaning", "acting-for", "comment")
    words.table([session.say(f"column-{name}") for name in names], rows, elastic=(0, 1, 3, 4, 5))
    gone = next((line.entry for line in one.signatures if line.part == "disposed"), None)
    if gone is not None:
        words.note(session.say("next-disposed", entry=gone))


def _meaning(session: Session, line: Signing) -> str:
    """What a signature says, or how a disposal was carried out."""
    if line.part == "disposed" and line.meaning:
        told = session.say(f"disposal-method-{line.meaning}")
        return line.meaning if told.startswith("[") else told
    return session.say(f"part-{line.meaning}") if line.meaning else ""


@click.command("history", cls=Cls)
@argument("name", type=SUBJECT, metavar="record")
@json_option
@pass_session
def history(session: Session, name: str, *, as_json: bool) -> None:
    """Every entry about a record."""
    from docctl.library import recording

    with session.library() as library:
        recording.record_of(library.book.state, name)
        reading.told(session, library, name, as_json=as_json)


@click.command("list", cls=Cls)
@wanted_options
@option("--limit", type=Number(1), metavar="number")
@option("--unsealed", is_flag=True)
@json_option
@pass_session
def list_records(session: Session, /, *, limit: int | None, unsealed: bool, as_json: bool, **given: Any) -> None:
    """The records, the newest last."""
    from docctl.library import recordexport, recordlist
    from docctl.library.deciding import signer_name

    most = limit if limit is not None or as_json else MOST
    with session.library() as library:
        found = recordlist.find(library, _wanted(given, most))
        mine = (row.id for row in found.rows if unsealed and row.sealed and row.status != "disposed")
        titles = opening.titles(session, library, mine)
        found = replace(found, rows=tuple(one._replace(title=titles.get(one.id, one.title)) for one in found.rows))
        if as_json:
            words.give({"count": found.count, "records": [recordexport.plain(row) for row in found.rows]})
            return
        rows = [
            (
                row.id,
                row.title or (session.say("record-title-sealed") if row.sealed else ""),
                row.revision,
                words.short_day(_day(row.day), session.language),
                signer_name(library.book.state, row.person),
                session.say(f"record-status-{row.status}"),
            )
            for row in found.rows
        ]
    if not rows:
        words.note(session.say("records-none"))
        return
    names = ("id", "title", "revision", "registered", "who", "status")
    words.table([session.say(f"column-{name}") for name in names], rows, elastic=(1, 4))
    if found.count > len(rows):
        words.note(session.say("records-more", shown=len(rows), count=found.count))


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


@click.command("export", cls=Cls)
@wanted_options
@option("--format", "form_of_file", type=Choice(FORMATS), required=True, metavar="format")
@option("--output", type=click.Path(path_type=Path), required=True, metavar="file")
@option("--force", is_flag=True)
@pass_session
def export(session: Session, /, *, form_of_file: str, output: Path, force: bool, **given: Any) -> None:
    """Records as one table."""
    from docctl.library import recordexport, recordlist

    files.check_free(output, force=force)
    with session.library() as library:
        found = recordlist.find(library, _wanted(given, None))
        data = recordexport.FORMATS[form_of_file](library, found.rows, session.language)
    files.write(output, data, force=force)
    words.note(session.say("done-records-exported", count=len(found.rows), path=output))
