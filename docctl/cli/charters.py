"""Proposing changes of the charter: whoever changes people, keys or rules does it through here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import files, showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import Command as Cls
from docctl.cli.spoken import argument, family, json_option, option

if TYPE_CHECKING:
    from docctl.library.charters import NextCharter
    from docctl.library.library import Library

Change = tuple[str, dict[str, object]]
FILES = ("library.yaml", "people.yaml")
EMBLEM = "emblem.png"


def propose(session: Session, change: Callable[[Library, NextCharter], Change], reason: str) -> None:
    """Change the charter in one thing and propose it; a proposal of one's own that is open is carried on."""
    from docctl.library import enrolling

    with session.acting() as (library, signer):
        charter, earlier = enrolling.next_charter(library, signer)
        key, values = change(library, charter)
        said = reason or session.say(key, **values)
        whole = f"{earlier.reason}\n{said}" if earlier is not None else said
        signed = library.propose_charter(charter.files(), whole, signer)
        words.tell(session.say(key, **values))
        if earlier is not None and earlier.approvals:
            words.warn(session.say("warn-void"))
        showing.after(session, library, signed, "done-charter", revision=getattr(signed.entry.event, "revision", ""))


@family("charter")
def charter_() -> None:
    """The rules and the people."""


@charter_.command("propose", cls=Cls)
@argument("folder", type=click.Path(path_type=Path), metavar="folder")
@option("--reason", required=True, metavar="text")
@pass_session
def propose_files(session: Session, folder: Path, reason: str) -> None:
    """Propose a charter from two files."""
    found = files.read_folder(folder, FILES)
    if (folder / EMBLEM).exists():
        found[EMBLEM] = files.read(folder / EMBLEM)
    with session.acting() as (library, signer):
        signed = library.propose_charter(found, reason, signer)
        showing.after(session, library, signed, "done-charter", revision=getattr(signed.entry.event, "revision", ""))


@charter_.command("show", cls=Cls)
@option("--output", type=click.Path(path_type=Path), metavar="folder")
@option("--force", is_flag=True)
@json_option
@pass_session
def show(session: Session, output: Path | None, *, force: bool, as_json: bool) -> None:
    """The charter in force."""
    with session.library() as library:
        if output is None:
            showing.charter(session, library, as_json=as_json)
            return
        found = library.charter_files()
    if not output.exists():
        files.make_folder(output)
    for name, data in found.items():
        files.write(output / name, data, force=force)
    words.tell(session.say("done-written", path=output))
    words.tell(session.say("next-charter-files", path=output))
