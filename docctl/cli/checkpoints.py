"""For auditors and those who vouch for a library from outside: checkpoints, cosignatures, timestamp tokens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import command, json_option, option

if TYPE_CHECKING:
    from docctl.core.checkpoint import Checkpoint

FILE = click.Path(path_type=Path)


@command("checkpoint")
@option("--note-key", type=FILE, metavar="file")
@option("--cosign", type=FILE, metavar="file")
@option("--name", "witness_name", metavar="text")
@option("--previous", type=FILE, metavar="file")
@option("--timestamp", "authority", metavar="url")
@option("--timestamp-request", type=FILE, metavar="file")
@option("--output", type=FILE, metavar="file")
@option("--force", is_flag=True)
@json_option
@pass_session
def checkpoint_(session: Session, /, *, as_json: bool, **asked: Any) -> None:
    """The whole ledger in three lines."""
    _check_asked(session, asked)
    mark, witness = _cosigned(session, asked) if asked["cosign"] else (_own(session, asked["note_key"]), None)
    data, output = str(mark).encode(), asked["output"]
    beside = _stamped(data, asked)
    if as_json:
        root = mark.text.split("\n")[2]
        words.give({"library": mark.library, "entries": mark.size, "root": root, "note": str(mark), "witness": witness})
    elif output is None:
        click.echo(str(mark), nl=False)
    for path, content in {**({output: data} if output else {}), **beside}.items():
        files.write(path, content, force=asked["force"])
        words.note(session.say("done-written", path=path))
    if witness is not None:
        words.note(session.say("checkpoint-cosigned", witness=witness))
    elif not mark.signatures:
        words.note(session.say("checkpoint-unsigned"))


def _check_asked(session: Session, asked: dict[str, Any]) -> None:
    """Options that mean nothing alone are wrong usage; what could not be written is refused before anything is made."""
    for name, given, other, needed in (
        ("--name", asked["witness_name"], "--cosign", asked["cosign"]),
        ("--previous", asked["previous"], "--cosign", asked["cosign"]),
        ("--timestamp", asked["authority"], "--output", asked["output"]),
        ("--timestamp-request", asked["timestamp_request"], "--output", asked["output"]),
    ):
        if given and not needed:
            raise click.UsageError(session.say("usage-needs", name=name, other=other), click.get_current_context())
    if asked["cosign"] and asked["note_key"]:
        raise click.UsageError(
            session.say("usage-not-both", name="--cosign", other="--note-key"), click.get_current_context()
        )
    token = _token_path(asked["output"]) if asked["authority"] else None
    for path in (asked["output"], asked["timestamp_request"], token):
        if path is not None:
            files.check_free(path, force=asked["force"])


def _own(session: Session, note_key: Path | None) -> Checkpoint:
    with session.library() as library:
        return library.checkpoint(session.load(note_key) if note_key else None)


def _cosigned(session: Session, asked: dict[str, Any]) -> tuple[Checkpoint, str]:
    from docctl.core.checkpoint import read_checkpoint
    from docctl.library import cosigning

    mark = read_checkpoint(files.read_text(asked["cosign"]))
    previous = read_checkpoint(files.read_text(asked["previous"])) if asked["previous"] else None
    path = session.key_path()
    by = session.load(path), asked["witness_name"] or path.stem
    found = cosigning.cosign(session.place, session.home, mark, by, previous)
    if found.report.violations:
        words.warn(session.say("warn-violations", count=len(found.report.violations)))
    return found.mark, found.witness


def _stamped(data: bytes, asked: dict[str, Any]) -> dict[Path, bytes]:
    """What goes beside the checkpoint: the request, the token."""
    if asked["authority"] is None and asked["timestamp_request"] is None:
        return {}
    from docctl.adapters import timestamps

    request = timestamps.request(data)
    found = {asked["timestamp_request"]: request} if asked["timestamp_request"] else {}
    if asked["authority"]:
        found[_token_path(asked["output"])] = timestamps.fetch(asked["authority"], request, data)
    return found


def _token_path(output: Path) -> Path:
    return output.with_name(f"{output.name}.tsr")
