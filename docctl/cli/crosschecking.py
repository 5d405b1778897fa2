"""The second opinion in words, and as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from docctl.cli import words
from docctl.cli.context import Session

if TYPE_CHECKING:
    from docctl.library.crosschecking import CrossCheck, Differing


def ask(session: Session, *, asked: bool) -> CrossCheck | None:
    """The second opinion; None if none was asked for."""
    if not asked:
        return None
    from docctl.library import crosschecking

    showing = sys.stderr.isatty()

    def progress(number: int, total: int) -> None:
        """A counter that stays on its line."""
        if showing and (number % 50 == 0 or number == total):
            line = session.say("cross-progress", number=number, total=total)
            click.echo(f"\r{line}" + ("\r" + " " * len(line) + "\r" if number == total else ""), nl=False, err=True)

    return crosschecking.cross_check(session.place, progress)


def status(found: CrossCheck | None, verdict: int) -> int:
    """The exit status: the verdict's own, unless there could be no second opinion."""
    return words.NOT_JUDGED if found is not None and found.reason else verdict


def as_object(session: Session, found: CrossCheck | None) -> dict[str, object]:
    """The second opinion for machines."""
    if found is None:
        return {}
    tools = found.tools
    error = {"code": found.reason, "message": _reason(session, found)} if found.reason else None
    return {
        "cross_check": {
            "tools": {"git": tools.git, "openssh": tools.openssh, "ssh_keygen": tools.keygen} if tools else None,
            "compared": found.compared,
            "agrees": found.agrees,
            "differences": [words.plain(one) for one in found.differences],
            "refused_by_both": found.refused,
            "workflow": [{"entry": entry, "rule": rule} for entry, rule in found.workflow],
            "fsck": found.fsck,
            "error": error,
        }
    }


def _reason(session: Session, found: CrossCheck) -> str:
    from docctl import catalogues

    return words.safe(catalogues.problem(str(found.reason), session.language, **dict(found.values)))


def show(session: Session, found: CrossCheck | None) -> None:
    """The second opinion as a short block."""
    if found is None:
        return
    words.title(session.say("cross-title"))
    if found.tools is not None:
        asked = f"git {found.tools.git}; {found.tools.openssh} ({found.tools.keygen})"
        words.facts([(session.say("cross-tools"), asked), (session.say("cross-compared"), found.compared or "")])
    if found.reason:
        words.tell(session.say("cross-failed"), level="warn")
        words.tell(f"{words.GAP}{_reason(session, found)}")
        return
    agreed = not found.differences
    words.tell(
        session.say("cross-agree" if agreed else "cross-differ", count=len(found.differences)), level=_level(agreed)
    )
    for one in found.differences:
        words.tell(f"{words.GAP}{_difference(session, one)}")
    if found.refused:
        words.tell(session.say("cross-refused", entries=", ".join(map(str, found.refused))))
    if found.workflow:
        named = ", ".join(f"{entry} ({rule})" for entry, rule in found.workflow)
        words.tell(session.say("cross-workflow", entries=named))
    words.tell(session.say("cross-fsck" if found.fsck else "cross-fsck-none"), level=_level(not found.fsck))
    for line in found.fsck:
        words.tell(f"{words.GAP}{line}")


def _level(good: bool) -> str:
    return "good" if good else "warn"


def _difference(session: Session, one: Differing) -> str:
    where = session.say("violation-where", entry=one.entry, commit=one.commit[:12])
    return f"{where}: {session.say(f'cross-{one.kind}', rule=one.ours, letter=one.stock)}"
