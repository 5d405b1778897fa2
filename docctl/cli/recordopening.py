"""A confidential record opened at a terminal, or into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import files, opening, recordviews, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import SUBJECT, Family, argument, json_option, option
from docctl.cli.spoken import Command as Cls
from docctl.errors import Refused

if TYPE_CHECKING:
    from docctl.library.confidential import Opened
    from docctl.library.library import Library


def add(record: Family) -> None:
    """Give the family of records its command."""
    record.add_command(open_)


@click.command("open", cls=Cls)
@argument("name", type=SUBJECT, metavar="record")
@option("--output", type=click.Path(path_type=Path), metavar="folder")
@json_option
@pass_session
def open_(session: Session, /, name: str, *, output: Path | None, as_json: bool) -> None:
    """Open a confidential record."""
    from docctl.library import recordsheets

    with session.library() as library:
        if output is not None:
            _check_output(library, output)
        opened = opening.plain(session, library, name)
        if output is not None:
            _write(session, output, opened)
            return
        found = recordsheets.sheet(library.book.state, name, session.language, opened.parts)
        if as_json:
            words.give(found)
            return
        recordviews.shown(session, library, found)


def _check_output(library: Library, folder: Path) -> None:
    """That plain text goes to a folder of its own, and not where a library's files lie."""
    real = folder.resolve()
    if library.book.work is not None and real.is_relative_to(library.root.resolve()):
        raise Refused("record-output-inside", path=str(folder))
    if real.exists():
        raise Refused("file-exists", path=str(folder))


def _write(session: Session, folder: Path, opened: Opened) -> None:
    """The record's files, and a folder for each correction; nobody else may look into them."""
    for number, part in enumerate(opened.parts):
        place = folder / f"A{number}" if number else folder
        files.make_folder(place)
        for name, data in part.items():
            files.write(place / name, data, private=True)
    words.tell(session.say("done-record-opened", path=folder, count=sum(map(len, opened.parts))))
