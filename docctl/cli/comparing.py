"""For everyone: what changed between two revisions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import SUBJECT, Choice, Number, argument, command, json_option, option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docctl.core.words import Piece
    from docctl.library.redlining import Told
    from docctl.renderers.places import Place

FORMATS = ("text", "html", "docx", "pdf")
_ENDINGS = ("txt", *FORMATS[1:])
_BINARY = ("docx", "pdf")
_KEPT = 60  # signs of what stayed that are shown beside a change
_SIGNS = {"-": ("[-", "-]", "red"), "+": ("{+", "+}", "green")}


@command("diff")
@argument("subject", type=SUBJECT, metavar="id")
@argument("old", type=Number(0), required=False, metavar="old")
@argument("new", type=Number(1), required=False, metavar="new")
@option("--draft", is_flag=True)
@option("--language", metavar="language")
@option("--format", "form", type=Choice(FORMATS), metavar="format")
@option("--whole", is_flag=True)
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@json_option
@pass_session
def diff_(session: Session, /, subject: str, form: str | None, output: Path | None, **given: Any) -> None:
    """What was added, removed and moved."""
    old, new, draft = given["old"], given["new"], given["draft"]
    stated = "txt" if form == "text" else form
    kind = stated or "txt" if given["as_json"] else files.form(session, output, stated, _ENDINGS, "txt")
    kind = "text" if kind == "txt" else kind
    ctx = click.get_current_context()
    if draft and new is not None:
        raise click.UsageError(session.say("usage-draft-and-new"), ctx)
    if kind in _BINARY and output is None and sys.stdout.isatty():
        raise click.UsageError(session.say("usage-output", name=f"{subject}.{kind}"), ctx)
    with session.library() as library:
        found = library.diff(subject, old, new, given["language"] or "", draft=draft)
        told = library.tell(found, session.language, whole=given["whole"])
        data = library.redline(found, kind) if kind != "text" else b""
    if given["as_json"]:
        words.give(_as_json(subject, found.language, told))
        return
    if kind == "text" and output is None:
        show(session, subject, told)
        return
    # A file is read elsewhere: no colours, every line whole.
    data = data or "".join(f"{line}\n" for line in _lines(session, subject, told)).encode()
    files.give(session, data, output, force=given["force"])


def _as_json(subject: str, language: str, told: Told) -> dict[str, object]:
    tally = told.tally
    return {
        "document": subject,
        "language": language,
        "sides": told.sides,
        "summary": told.summary,
        "words": {"removed": tally.removed, "added": tally.added},
        "places": tally.places,
        "counts": [{"kind": kind, "change": change, "count": count} for (kind, change), count in tally.kinds.items()],
        "facts": [{"label": label, "value": value} for label, value in told.facts],
        "notes": told.notes,
        "changes": [
            {
                "section": place.section,
                "kind": place.kind,
                "change": place.change,
                "name": place.name,
                "pieces": [{"sign": one.sign, "text": one.text} for one in place.pieces],
            }
            for place in told.places
        ],
    }


def show(session: Session, subject: str, told: Told) -> None:
    """A difference on the terminal."""
    for line in _lines(session, subject, told, colour=words.coloured()):
        blank = len(line) - len(line.lstrip(" "))
        click.echo(" " * blank + words.wrapped(line.lstrip(" "), sys.stdout, blank))


def _lines(session: Session, subject: str, told: Told, *, colour: bool = False) -> Iterator[str]:
    """The whole answer; the sums come first, then each section with its changes."""
    yield _bold(words.safe(f"{subject}  {told.title}: {told.sides}"), colour=colour)
    yield _bold(words.safe(told.summary), colour=colour)
    for label, value in told.facts:
        yield words.safe(f"{label}: {value}")
    yield from map(words.safe, told.notes)
    section: str | None = None
    for place in told.places:
        if place.section != section:
            section = place.section
            yield ""
            yield _bold(words.safe(section) or session.say("redline-front"), colour=colour)
            if place.kind == "heading" and not place.change:
                continue  # it was just said
        yield from _place(session, place, colour=colour)


def _place(session: Session, place: Place, *, colour: bool) -> Iterator[str]:
    if place.change:
        what = session.say(f"diff-{place.kind}", name=place.name) if place.name else session.say(f"diff-a-{place.kind}")
        yield words.safe(f"{words.GAP}{what}: {session.say(f'diff-{place.change}')}")
    inset = words.GAP * (2 if place.change else 1)
    text = "".join(_shown(place, colour=colour))
    yield from (inset + line for line in text.split("\n") if line.strip())


def shown(pieces: Iterable[Piece], *, colour: bool) -> str:
    """The pieces of a change, with signs around those that were removed and added."""
    return "".join(words.safe(one.text) if one.sign == "=" else _marked(one, colour=colour) for one in pieces)


def _shown(place: Place, *, colour: bool) -> Iterator[str]:
    last = len(place.pieces) - 1
    for index, piece in enumerate(place.pieces):
        if piece.sign != "=":
            yield _marked(piece, colour=colour)
        elif place.change in {"changed", "renumbered"}:
            yield _shortened(words.safe(piece.text), first=index == 0, last=index == last)
        else:
            yield words.safe(piece.text)


def _marked(piece: Piece, *, colour: bool) -> str:
    """Signs around the words, in colour too where there is any; line by line, since a terminal loses it at the end."""
    start, end, paint = _SIGNS[piece.sign]
    text = f"{start}{words.safe(piece.text)}{end}"
    return "\n".join(click.style(line, fg=paint) for line in text.split("\n")) if colour else text


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """What stayed, cut down to the words beside what changed."""
    before = 0 if first else _KEPT
    after = 0 if last else _KEPT
    if len(text) <= before + after + 5:
        return text
    head = text[:before].rpartition(" ")[0] if before else ""
    tail = text[len(text) - after :].partition(" ")[2] if after else ""
    return f"{head} … {tail}" if head and tail else f"{head} …" if head else f"… {tail}"


def _bold(text: str, *, colour: bool) -> str:
    return click.style(text, bold=True) if colour else text
