"""Records at a terminal: filled in, registered, corrected, signed; how they look is `recordviews`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import asking, files, opening, recordopening, recordviews, words
from docctl.cli.approving import behalf_options
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, PERSON, SUBJECT, Choice, argument, family, option
from docctl.cli.spoken import Command as Cls

if TYPE_CHECKING:
    from docctl.core.plain import Plain
    from docctl.core.ports import Signer
    from docctl.library.library import Library
    from docctl.library.recording import Filled, Wishes

FILE = click.Path(path_type=Path)
MEANINGS = ("checked", "agreed", "approved")


@family("record")
def record_() -> None:
    """Records: evidence of what was done."""


def wishes_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What is decided when a record is registered."""
    for decorator in (
        option("--closed", type=DAY, metavar="day"),
        option("--signer", "signers", type=PERSON, multiple=True, metavar="person"),
        option("--attach", "attach", type=FILE, multiple=True, metavar="file"),
    ):
        function = decorator(function)
    return behalf_options(function)


@record_.command("new", cls=Cls)
@argument("form", type=SUBJECT, metavar="form")
@option("--values", type=FILE, metavar="file")
@option("--editor", is_flag=True)
@option("--title", default="", metavar="text")
@option("--procedure", default="", type=SUBJECT, metavar="id")
@option("--language", metavar="language")
@option("--add", is_flag=True)
@wishes_options
@pass_session
def new(session: Session, /, form: str, *, attach: tuple[Path, ...], add: bool, **given: Any) -> None:
    """Fill in a form."""
    from docctl.library import mediatypes, recorddrafts, recording

    if given["values"] is not None and given["editor"]:
        raise click.UsageError(
            session.say("usage-not-both", name="--values", other="--editor"), click.get_current_context()
        )
    late = [name for name in ("closed", "signers", "behalf") if given[name]]
    if late and not add:
        raise click.UsageError(session.say("usage-record-add"), click.get_current_context())
    with session.library() as library:
        signer = _signer(session, library) if add else None
        blank = recording.blank(library.book.state, form)
        language = blank.language(given["language"] or _preferred(session, blank.heading.languages))
        attachments = mediatypes.gather(attach, library.charter.attachment_limit)
        values = _values(session, library, blank, language, given)
        about = recording.About(language, given["title"], given["procedure"])
        record = recording.filled(library.book.state, blank, values, about, attachments)
        if signer is not None:
            _register(session, library, record, signer, _wishes(given))
            return
        place = recorddrafts.put(library, form, record.files)
    words.tell(session.say("done-record-filled", document=form, path=place))
    if blank.form.confidential:
        words.warn(session.say("record-plain-draft", path=place))
    words.tell(session.say("next-record-add"))


def _preferred(session: Session, languages: tuple[str, ...]) -> str | None:
    return session.language if session.language in languages else None


def _signer(session: Session, library: Library) -> Signer:
    signer = session.signer()
    session.check_signer(library, signer)
    return signer


def _values(session: Session, library: Library, blank: Any, language: str, given: dict[str, Any]) -> dict[str, Plain]:
    state = library.book.state
    if given["values"] is not None:
        return asking.read(files.read(given["values"]), given["values"].name)
    if not blank.fields:
        return {}
    asked = asking.edited if given["editor"] else asking.values
    return asked(session, state, blank, language)


def _wishes(given: dict[str, Any]) -> Wishes:
    from docctl.library.recording import Wishes

    return Wishes(tuple(given["signers"]), given["closed"], given["behalf"])


def _register(session: Session, library: Library, record: Filled, signer: Signer, wishes: Wishes) -> None:
    from docctl.library import recording

    way = partial(opening.register, session) if record.blank.form.confidential else recording.register
    signed = way(library, record, signer, wishes)
    event: Any = signed.entry.event
    words.tell(session.say("done-record", record=event.record, entry=signed.entry.sequence))
    if event.signers:
        words.tell(session.say("next-record-sign", people=recordviews.people(library, event.signers)))


@record_.command("add", cls=Cls)
@option("--from", "folder", type=FILE, metavar="folder")
@wishes_options
@pass_session
def add(session: Session, /, folder: Path | None, *, attach: tuple[Path, ...], **given: Any) -> None:
    """Register a record that is filled in."""
    from docctl.errors import Refused
    from docctl.library import mediatypes, recorddrafts, recording

    with session.acting() as (library, signer):
        place = folder if folder is not None and str(folder) != "last" else recorddrafts.last(library)
        limit = library.charter.attachment_limit
        found = recorddrafts.take(place, limit)
        more = mediatypes.gather(attach, limit)
        twice = next((name for name in more if name.lower() in {one.lower() for one in found}), None)
        if twice is not None:
            raise Refused("attachment-exists", file=twice)
        record = recording.opened(library.book.state, {**found, **more})
        _register(session, library, record, signer, _wishes(given))
        if not recorddrafts.clear(library, place) and record.blank.form.confidential:
            words.warn(session.say("record-plain-left", path=place))


@record_.command("amend", cls=Cls)
@argument("name", type=SUBJECT, metavar="record")
@option("--reason", required=True, metavar="text")
@option("--values", type=FILE, metavar="file")
@option("--note", default="", metavar="text")
@option("--attach", type=FILE, multiple=True, metavar="file")
@behalf_options
@pass_session
def amend(session: Session, /, name: str, reason: str, *, behalf: Any, **given: Any) -> None:
    """Lay a correction beside a record."""
    from docctl.library import confidential, correcting, mediatypes, recording

    with session.acting() as (library, signer):
        record = recording.record_of(library.book.state, name)
        opened = opening.plain(session, library, name) if record.sealed and record.disposed is None else None
        attachments = mediatypes.gather(given["attach"], library.charter.attachment_limit)
        path = given["values"]
        values = asking.read(files.read(path), path.name) if path is not None else None
        stored = correcting.corrected(
            library.book.state,
            record,
            note=given["note"],
            given=values,
            attachments=attachments,
            opened=opened.parts if opened else None,
        )
        if opened is not None:
            signed = confidential.amend(library, name, opened, stored, reason, signer, behalf)
        else:
            signed = library.enter(signer, correcting.amend(name, stored, reason, behalf=behalf))
        event: Any = signed.entry.event
    words.tell(session.say("done-record-amended", record=name, number=event.amendment, entry=signed.entry.sequence))


@record_.command("sign", cls=Cls)
@argument("name", type=SUBJECT, metavar="record")
@option("--meaning", type=Choice(MEANINGS), default="agreed", metavar="kind")
@option("--comment", default="", metavar="text")
@behalf_options
@pass_session
def sign(session: Session, /, name: str, *, meaning: str, comment: str, behalf: Any) -> None:
    """Sign a record that somebody else registered."""
    from docctl.library import correcting, recording, recordsheets

    with session.acting() as (library, signer):
        record = recording.record_of(library.book.state, name)
        # Nobody stands by what cannot be read as it was registered.
        if record.sealed and record.disposed is None:
            opening.plain(session, library, name)
        recordsheets.files_of(library.book.state, record)
        plan = correcting.countersign(name, meaning=meaning, comment=comment, behalf=behalf)
        signed = library.enter(signer, plan)
        words.tell(session.say("done-record-signed", record=name, entry=signed.entry.sequence))
        missing = recording.record_of(library.book.state, name).missing
        if missing:
            words.tell(session.say("next-record-sign", people=recordviews.people(library, missing)))


recordviews.add(record_)
recordopening.add(record_)
