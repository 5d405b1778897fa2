"""For the IT person: the server's door. What the hook says goes to whoever sends, line by line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import words
from docctl.cli.context import Session, pass_session
from docctl.cli.phrases import LANGUAGES, phrase
from docctl.cli.spoken import Command as Cls
from docctl.cli.spoken import argument, family, option
from docctl.errors import DocctlError

if TYPE_CHECKING:
    from docctl.library.admission import Objection

# English first: it is what an IT person reads in a log.
BOTH = tuple(sorted(LANGUAGES, reverse=True))


@family("hook")
def hook_() -> None:
    """The server's door."""


@hook_.command("install", cls=Cls)
@argument("path", type=click.Path(path_type=Path), metavar="folder")
@option("--anchor", type=click.Path(path_type=Path), metavar="file")
@pass_session
def install(session: Session, path: Path, anchor: Path | None) -> None:
    """Put the hook into a bare repository."""
    from docctl.cli import files
    from docctl.core.checkpoint import read_anchor
    from docctl.library import admission

    known = read_anchor(files.read_text(anchor)) if anchor else None
    done = admission.install(path, known, tuple(phrase("hook-gone", language) for language in BOTH))
    words.tell(session.say("done-hook", path=done.place))
    words.tell(session.say("hook-holds", count=done.entries) if done.entries else session.say("hook-empty"))
    if done.violations:
        words.warn(session.say("warn-violations", count=len(done.violations)))
    words.note(session.say("next-hook", path=done.place))


@hook_.command("pre-receive", cls=Cls)
def pre_receive() -> int:
    """Judge what is sent; git calls this."""
    from docctl.library import admission

    place = Path(os.environ.get("GIT_DIR") or ".").resolve()
    try:
        request = sys.stdin.buffer.read(admission.MAX_REQUEST + 1)
        found = admission.admit(place, os.environ.get("GIT_QUARANTINE_PATH", ""), request)
    except DocctlError as error:
        found = (admission.Objection(error),)
    if not found:
        return words.DONE
    for language in _languages(place):
        click.echo(phrase("hook-refused", language))
        for one in found:
            click.echo(_line(one, language))
    return words.REFUSED


def _languages(place: Path) -> tuple[str, ...]:
    """The languages to speak: as the repository says, or the server's own setting, or all."""
    from docctl.adapters import bare

    try:
        wanted = bare.settings(place).get("lang", "").replace(",", " ").split()
    except DocctlError:
        wanted = []
    wanted = wanted or os.environ.get("DOCCTL_LANG", "").split()
    return tuple(one for one in wanted if one in LANGUAGES) or BOTH


def _line(one: Objection, language: str) -> str:
    """`entry 12 (3fa9c1d2e4b5), author-approves: …`, or without an entry."""
    about = one.error.code
    if one.entry is not None:
        about = phrase("hook-entry", language, entry=one.entry, commit=one.commit[:12] or None, code=about)
    return words.safe(f"{about}: {words.problem(one.error, language)}").replace("\n", " ")
