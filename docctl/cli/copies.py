"""For everyone: a copy of a text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, SUBJECT, Choice, Number, argument, command, option

FORMATS = ("md", "html", "docx", "pdf")
BINARY = ("docx", "pdf")


@command("get")
@argument("subject", type=SUBJECT, metavar="id")
@option("--format", "form", type=Choice(FORMATS), metavar="format")
@option("--language", metavar="language")
@option("--revision", type=Number(1), metavar="number")
@option("--as-of", type=DAY, metavar="day")
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@pass_session
def get_(
    session: Session, /, subject: str, form: str | None, output: Path | None, *, force: bool, **which: Any
) -> None:
    """A copy of the revision in force, or of the one asked for."""
    kind = form or _by_ending(output)
    if kind in BINARY and output is None and sys.stdout.isatty():
        raise click.UsageError(session.say("usage-output", name=f"{subject}.{kind}"), click.get_current_context())
    with session.library() as library:
        data = library.get(subject, form=kind, **which)
    if output is None:
        click.echo(data, nl=False)
        return
    files.write(output, data, force=force)
    words.note(session.say("done-written", path=output))


def _by_ending(output: Path | None) -> str:
    ending = output.suffix.lower().lstrip(".") if output else ""
    return ending if ending in FORMATS else "md"
