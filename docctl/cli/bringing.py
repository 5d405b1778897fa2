"""What an auditor brings to `verify` besides the anchor, and what the report says of it.

Checkpoints with their witnesses and timestamp tokens, the age that is still fresh, another copy of the library.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from docctl.cli import files, proofs, words
from docctl.cli.context import Session
from docctl.cli.spoken import Number, option

if TYPE_CHECKING:
    from docctl.core.checkpoint import Witness
    from docctl.core.model import Violation
    from docctl.library.auditing import Report
    from docctl.library.forks import Parting
    from docctl.library.witnessing import Outside, Seen

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)


def options(command: F) -> F:
    """Give a command the options of this module."""
    for one in (
        option("--force", is_flag=True),
        option("--proof", type=FILE, metavar="file"),
        option("--other-copy", type=FILE, metavar="folder"),
        option("--since-last", is_flag=True),
        option("--not-older-than", type=Number(1), metavar="days"),
        option("--tsa-certificate", type=FILE, metavar="file"),
        option("--timestamp", "tokens", type=FILE, multiple=True, metavar="file"),
        option("--witness", "witnesses", multiple=True, metavar="witness"),
    ):
        command = one(command)
    return command


def judge(
    session: Session, anchor: Path | None, paths: tuple[Path, ...], asked: dict[str, Any]
) -> tuple[Report, Parting | None]:
    """The report, and how another copy relates to this one if it was asked."""
    from docctl.core.checkpoint import read_anchor, read_checkpoint
    from docctl.library import forks, inspecting

    _check_asked(session, paths, asked)
    known = read_anchor(files.read_text(anchor)) if anchor else None
    marks = tuple(read_checkpoint(files.read_text(path)) for path in paths)
    outside = _outside(paths, asked)
    verify = inspecting.verify_since_last if asked["since_last"] else inspecting.verify
    report = verify(session.place, session.home, known, marks, outside)
    parting = forks.compare(session.place, asked["other_copy"]) if asked["other_copy"] else None
    violation = parting.violation if parting else None
    return (report.against(violation) if violation else report), parting


def _check_asked(session: Session, paths: tuple[Path, ...], asked: dict[str, Any]) -> None:
    """Options that mean nothing alone are wrong usage, before anything is judged."""
    for name, given, other, needed in (
        ("--witness", asked["witnesses"], "--checkpoint", paths),
        ("--timestamp", asked["tokens"], "--checkpoint", paths),
        ("--timestamp", asked["tokens"], "--tsa-certificate", asked["tsa_certificate"]),
        ("--tsa-certificate", asked["tsa_certificate"], "--timestamp", asked["tokens"]),
        ("--proof", asked["proof"], "--other-copy", asked["other_copy"]),
    ):
        if given and not needed:
            raise click.UsageError(session.say("usage-needs", name=name, other=other), click.get_current_context())
    if asked["proof"]:
        files.check_free(asked["proof"], force=asked["force"])


def _outside(paths: tuple[Path, ...], asked: dict[str, Any]) -> Outside:
    from docctl.library.witnessing import Outside

    stamps, against = _stamps(paths, asked)
    return Outside(
        witnesses=_witnesses(asked["witnesses"]),
        stamps=stamps,
        against=against,
        not_older_than=asked["not_older_than"],
    )


def _witnesses(given: tuple[str, ...]) -> tuple[Witness, ...]:
    """Verifier keys, or files with one a line."""
    from docctl.core.checkpoint import read_witness
    from docctl.errors import Malformed

    found: dict[Witness, None] = {}
    for one in given:
        # A verifier key has two plus signs; a file's name may have any.
        lines = [one] if one.count("+") >= 2 and not _is_file(one) else files.read_text(Path(one)).splitlines()
        told = [line.strip() for line in lines if line.strip()]
        if not told:
            raise Malformed("witness-unreadable")
        found.update((read_witness(line), None) for line in told)
    return tuple(found)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:
        # Too long for a name, for one.
        return False


def _stamps(paths: tuple[Path, ...], asked: dict[str, Any]) -> tuple[dict[int, int], tuple[Violation, ...]]:
    """The instant of each stamped checkpoint, by its place; and the tokens that prove nothing."""
    if not asked["tokens"]:
        return {}, ()
    from docctl.adapters import timestamps
    from docctl.core.model import Violation

    certificates, data = files.read(asked["tsa_certificate"]), [files.read(path) for path in paths]
    stamps: dict[int, int] = {}
    against = []
    for number, path in enumerate(asked["tokens"], 1):
        token = files.read(path)
        place = next((place for place, one in enumerate(data) if timestamps.covers(token, one)), 0)
        at = timestamps.read(token, data[place], certificates)
        if at is None:
            against.append(Violation("timestamp-invalid", 0, "", (("number", str(number)),)))
        else:
            stamps[place] = max(at, stamps.get(place, at))
    return stamps, tuple(against)


# -- the report --------------------------------------------------------------------------------------------------------


def instant(at: int, offset: str) -> str:
    """An instant for people."""
    from docctl.core import days

    return days.shown(at, offset)


def plain(session: Session, report: Report, paths: tuple[Path, ...], parting: Parting | None) -> dict[str, Any]:
    """The same for machines."""
    found: dict[str, Any] = {
        "last_entry": words.instant(report.last, report.offset) if report.entries else None,
        "since_last": report.since_last,
        "checkpoints": [
            {
                "file": path,
                "size": one.size,
                "finding": one.finding,
                "signed": one.signed,
                "witnesses": [{"name": name, "at": words.instant(at, report.offset)} for name, at in one.witnesses],
                "unchecked": one.unchecked,
                "timestamp": None if one.stamped is None else words.instant(one.stamped, report.offset),
                "ahead": one.ahead,
            }
            for path, one in zip(paths, report.checkpoints, strict=False)
        ],
    }
    if parting is not None:
        found["other_copy"] = proofs.plain(session, report, parting)
    return found


def show(session: Session, report: Report, paths: tuple[Path, ...], parting: Parting | None) -> None:
    """What was brought, beside the history; and loudly where that ends, since an old one looks as whole as a new."""
    for number, (path, one) in enumerate(zip(paths, report.checkpoints, strict=False), 1):
        _show_one(session, report, f"{number}: {path}", one)
    if report.since_last is not None:
        told = "verify-since-last" if report.since_last else "verify-since-nothing"
        words.warn(session.say(told, count=report.since_last))
    if report.entries:
        at = instant(report.last, report.offset)
        words.tell(session.say("verify-ends", count=report.entries, last=at), bold=True)
    if parting is not None:
        proofs.show(session, report, parting)


def _show_one(session: Session, report: Report, name: str, one: Seen) -> None:
    words.title(session.say("checkpoint-title", name=name))
    seen = [f"{name}, {instant(at, report.offset)}" for name, at in one.witnesses]
    words.facts(
        [
            (session.say("column-entries"), one.size),
            (session.say("column-finding"), session.say(f"finding-{one.finding}")),
            (session.say("column-note-signed"), session.say("yes" if one.signed else "no")),
            (session.say("column-witnesses"), "; ".join(seen)),
            (session.say("column-timestamp"), "" if one.stamped is None else instant(one.stamped, report.offset)),
            (session.say("column-unchecked"), ", ".join(one.unchecked)),
        ],
    )
    if one.ahead:
        words.warn(session.say("checkpoint-ahead"))


def write_proof(session: Session, parting: Parting | None, asked: dict[str, Any]) -> None:
    """Write the proof of a fork, if there is one and a file was named."""
    if parting is None or asked["proof"] is None or not parting.proven:
        return
    files.write(asked["proof"], proofs.text(session, parting).encode(), force=asked["force"])
    words.note(session.say("done-written", path=asked["proof"]))
