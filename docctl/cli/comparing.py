"""For everyone: what changed between two revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from docctl.cli import words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import SUBJECT, Number, argument, command, json_option, option

if TYPE_CHECKING:
    from docctl.core.words import Piece

CONTEXT = 2


@command("diff")
@argument("subject", type=SUBJECT, metavar="id")
@argument("old", type=Number(0), required=False, metavar="old")
@argument("new", type=Number(1), required=False, metavar="new")
@option("--language", metavar="language")
@option("--whole", is_flag=True)
@json_option
@pass_session
def diff_(
    session: Session, /, subject: str, language: str | None, *, whole: bool, as_json: bool, **between: int | None
) -> None:
    """The words removed and added."""
    with session.library() as library:
        pieces = library.diff(subject, between["old"], between["new"], language)
    if as_json:
        words.give({"document": subject, "pieces": [{"sign": one.sign, "text": one.text} for one in pieces]})
        return
    if not any(one.sign != "=" for one in pieces):
        words.note(session.say("diff-same"))
        return
    click.echo("".join(shown(pieces, whole=whole)).rstrip("\n"))


def count(pieces: list[Piece]) -> tuple[int, int]:
    """How many words were removed, and how many added."""
    removed = sum(len(one.text.split()) for one in pieces if one.sign == "-")
    return removed, sum(len(one.text.split()) for one in pieces if one.sign == "+")


def shown(pieces: list[Piece], *, whole: bool) -> list[str]:
    """The pieces marked, as a terminal can show them."""
    told = []
    for index, piece in enumerate(pieces):
        text = words.safe(piece.text)
        if piece.sign == "=":
            told.append(text if whole else _shortened(text, first=index == 0, last=index == len(pieces) - 1))
        elif words.coloured():
            removed = piece.sign == "-"
            told.append(_painted(text, removed=removed))
        else:
            told.append(_marked(text, *("[-", "-]") if piece.sign == "-" else ("{+", "+}")))
    return told


def _painted(text: str, *, removed: bool) -> str:
    """Line by line, since a terminal loses a style at the end of a line."""
    colour = "red" if removed else "green"
    return "\n".join(click.style(line, fg=colour, strikethrough=removed) if line else "" for line in text.split("\n"))


def _marked(text: str, start: str, end: str) -> str:
    """The marks stand at the words: line ends stay outside them."""
    body = text.rstrip("\n")
    return (f"{start}{body}{end}" if body else f"{start}¶{end}") + text[len(body) :]


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """What stayed, cut down to the lines beside what changed."""
    lines = text.splitlines(keepends=True)
    # The first line ends the changed line before it, the last one begins the changed line behind it.
    before = [] if first else lines[: CONTEXT + 1]
    after = [] if last else lines[-CONTEXT - 1 :]
    if len(before) + len(after) >= len(lines):
        return text
    return "".join(before) + "⋯\n" + "".join(after)
