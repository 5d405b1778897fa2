"""For the quality manager: numbered controlled copies, handed out and called back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import files, words
from docctl.cli.approving import behalf_options
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, SUBJECT, Choice, Number, argument, family, json_option, option
from docctl.cli.spoken import Command as Cls
from docctl.errors import DocctlError, Unavailable

if TYPE_CHECKING:
    from docctl.core.events import Issued
    from docctl.library.copyregister import CopyRow
    from docctl.library.deciding import Behalf

MEDIA, FORMS = ("paper", "file"), ("pdf", "docx")
OUTCOMES = ("returned", "destroyed", "lost")


@family("copy")
def copy_() -> None:
    """Numbered controlled copies."""


@copy_.command("issue", cls=Cls)
@argument("subject", type=SUBJECT, metavar="id")
@option("--holder", required=True, metavar="text")
@option("--place", default="", metavar="text")
@option("--medium", type=Choice(MEDIA), default="paper", metavar="medium")
@option("--language", metavar="language")
@option("--format", "form", type=Choice(FORMS), metavar="format")
@option("--replaces", type=Number(1), metavar="number")
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@behalf_options
@pass_session
def issue(
    session: Session, /, subject: str, *, output: Path | None, force: bool, behalf: Behalf | None, **stated: Any
) -> None:
    """Draw the next numbered copy and enter to whom it goes."""
    from docctl.library import copyregister

    form = stated.pop("form") or ("docx" if output and output.suffix.lower() == ".docx" else "pdf")
    handout = copyregister.Handout(form=form, **stated)
    aside = files.Aside(force=force)

    def keep(event: Issued, data: bytes) -> None:
        name = f"{subject}_{event.language}_r{event.revision}_copy{event.copy}.{form}"
        aside.lay(output or Path(name), data)

    with session.acting() as (library, signer):
        try:
            signed = copyregister.issue(library, subject, handout, signer, keep, behalf)
        except DocctlError:
            aside.drop()
            raise
        event: Any = signed.entry.event
        if not aside.place():
            raise Unavailable(
                "copy-left-beside", document=subject, copy=event.copy, path=str(aside.path), part=str(aside.part)
            )
        told = {"document": subject, "copy": event.copy, "revision": event.revision, "entry": signed.entry.sequence}
        words.tell(session.say("done-issued", holder=handout.holder, **told))
        words.note(session.say("done-written", path=aside.path))
        replaced = library.document(subject).copies[event.replaces - 1] if event.replaces else None
        if replaced is not None and replaced.ended is None:
            words.note(session.say("next-replaced", document=subject, copy=replaced.number))


@copy_.command("receive", cls=Cls)
@argument("subject", type=SUBJECT, metavar="id")
@argument("number", type=Number(1), metavar="number")
@behalf_options
@pass_session
def receive(session: Session, subject: str, number: int, behalf: Behalf | None) -> None:
    """Enter that the holder has the copy."""
    from docctl.library import copyregister

    with session.acting() as (library, signer):
        signed = copyregister.receive(library, subject, number, signer, behalf)
        words.tell(session.say("done-received", document=subject, copy=number, entry=signed.entry.sequence))


@copy_.command("return", cls=Cls)
@argument("subject", type=SUBJECT, metavar="id")
@argument("number", type=Number(1), metavar="number")
@option("--outcome", type=Choice(OUTCOMES), default="returned", metavar="outcome")
@option("--witness", default="", metavar="text")
@behalf_options
@pass_session
def give_back(session: Session, subject: str, number: int, outcome: str, witness: str, behalf: Behalf | None) -> None:
    """Enter that a copy came back, was destroyed, or is lost."""
    from docctl.library import copyregister

    with session.acting() as (library, signer):
        signed = copyregister.give_back(library, subject, number, outcome, signer, witness=witness, behalf=behalf)
        done = {"document": subject, "copy": number, "entry": signed.entry.sequence}
        words.tell(session.say("done-returned", outcome=session.say(f"copy-state-{outcome}"), **done))


@copy_.command("list", cls=Cls)
@argument("subject", type=SUBJECT, required=False, metavar="id")
@option("--out", is_flag=True)
@option("--as-of", type=DAY, metavar="day")
@json_option
@pass_session
def list_copies(session: Session, subject: str | None, as_of: date | None, *, out: bool, as_json: bool) -> None:
    """Every numbered copy."""
    from docctl.library import copyregister

    with session.library() as library:
        rows = copyregister.listed(library, subject, as_of=as_of)
    shown = [one for one in rows if one.state == copyregister.OUT or not out]
    _give(session, shown, as_of, "copies-none", as_json=as_json)


@copy_.command("recall", cls=Cls)
@argument("subject", type=SUBJECT, required=False, metavar="id")
@option("--as-of", type=DAY, metavar="day")
@json_option
@pass_session
def recall(session: Session, subject: str | None, as_of: date | None, *, as_json: bool) -> None:
    """The copies to call back."""
    from docctl.library import copyregister

    with session.library() as library:
        rows = copyregister.recall(library, subject, as_of=as_of)
    _give(session, rows, as_of, "recall-none", as_json=as_json)


def _give(session: Session, rows: Iterable[CopyRow], as_of: date | None, nothing: str, *, as_json: bool) -> None:
    shown = list(rows)
    if as_json:
        words.give({"as_of": as_of, "copies": shown})
    elif shown:
        table(session, shown)
    else:
        words.note(session.say(nothing))


def table(session: Session, rows: Iterable[CopyRow]) -> None:
    """Copies as a table."""
    names = ("id", "copy", "revision", "language", "medium", "holder", "place", "issued", "received", "copy-state")
    words.table(
        [session.say(f"column-{name}") for name in names],
        [
            (
                one.document,
                one.number,
                one.revision,
                one.language,
                session.say(f"medium-{one.medium}"),
                one.holder,
                one.place,
                words.short_day(one.issued, session.language),
                words.short_day(one.received, session.language),
                _state(session, one),
            )
            for one in rows
        ],
        elastic=(5, 6, 9),
    )


def _state(session: Session, one: CopyRow) -> str:
    if one.recall:
        return session.say("copy-state-recall", revision=one.instead)
    told = session.say(f"copy-state-{one.state}")
    if one.ended is None:
        return told
    told = f"{told}, {words.short_day(one.ended, session.language)}"
    return f"{told} ({one.witness})" if one.witness else told
