"""What a person sees: lines, tables, JSON, refusals; and the one table from error to exit status.

Results go to stdout, everything else to stderr. Nothing printed can steer a terminal.
"""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from pathlib import Path
from shutil import get_terminal_size
from types import MappingProxyType
from typing import Any, TextIO

import click

from docctl.errors import DocctlError, LedgerChanged, Malformed, NotFound, Refused, Unavailable, Untrusted

DONE, REFUSED, USAGE, NOT_JUDGED, INTERRUPTED = 0, 1, 2, 3, 130

STATUS: MappingProxyType[type[DocctlError], int] = MappingProxyType(
    {
        Refused: REFUSED,
        Malformed: REFUSED,
        Untrusted: REFUSED,
        LedgerChanged: REFUSED,
        NotFound: REFUSED,
        Unavailable: REFUSED,
    }
)

Ask = Callable[[], str]
GAP = "  "
NARROWEST = 12


def status_of(error: DocctlError, *, judging: bool) -> int:
    """The exit status of an error; a judge who could not judge says so, whatever stood in the way."""
    return NOT_JUDGED if judging else STATUS.get(type(error), REFUSED)


def can_ask() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def safe(text: str) -> str:
    """The text without anything that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def tell(text: str = "", *, level: str | None = None, **style: Any) -> None:
    """A line of the result, maybe with a mark before it, maybe in a style."""
    sign = mark(level) + " " if level else ""
    click.echo(sign + painted(wrapped(safe(text), sys.stdout, 2 if level else 0), **style))


def note(text: str) -> None:
    """A line beside the result."""
    click.echo(wrapped(safe(text), sys.stderr), err=True)


def warn(text: str) -> None:
    """Something that is not right."""
    click.echo(painted(f"! {wrapped(safe(text), sys.stderr, 2)}", fg="yellow", err=True), err=True)


def wrapped(text: str, stream: TextIO, taken: int = 0) -> str:
    """The text in lines that fit a terminal, broken between words; any other reader gets them as they are.

    Args:
        text: Any number of lines.
        stream: Where it goes.
        taken: Columns before the first line that something else stands in.
    """
    if not stream.isatty():
        return text.replace("\n", "\n" + " " * taken)
    lines = []
    for number, line in enumerate(text.split("\n")):
        blank = " " * (len(line) - len(line.lstrip()) + taken)
        filled = textwrap.fill(
            line,
            get_terminal_size().columns - 1,
            initial_indent="x" * taken,
            subsequent_indent=blank,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines.append((" " * taken if number else "") + filled[taken:])
    return "\n".join(lines)


def coloured(*, err: bool = False) -> bool:
    """Whether the stream shows colours."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def painted(text: str, *, err: bool = False, **style: Any) -> str:
    """The text in a style, where the stream shows any."""
    return click.style(text, **style) if coloured(err=err) else text


def mark(level: str) -> str:
    """✓, ! or ✗, in plain letters where the stream knows no others."""
    sign, plain, colour = {"good": ("✓", "ok", "green"), "warn": ("!", "!", "yellow"), "bad": ("✗", "X", "red")}[level]
    encoding = (sys.stdout.encoding or "ascii").lower()
    return painted(sign if "utf" in encoding else plain, fg=colour)


# -- tables ------------------------------------------------------------------------------------------------------------


# Latin, Cyrillic and their punctuation: one column each, and nothing that combines.
_NARROW = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027]*").fullmatch


@lru_cache(maxsize=8192)
def width(text: str) -> int:
    """The columns that a text takes."""
    if _NARROW(text):
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, columns: int) -> str:
    """The text with blanks up to a width; what is longer is cut."""
    taken = width(text)
    if taken <= columns:
        return text + " " * (columns - taken)
    return padded(cut(text, columns), columns)


def cut(text: str, columns: int) -> str:
    """The text, cut to a width with an ellipsis."""
    if width(text) <= columns:
        return text
    kept = ""
    for c in text:
        if width(kept) + width(c) > columns - 1:
            break
        kept += c
    return kept + "…"


def table(titles: Sequence[str], rows: Iterable[Sequence[object]], elastic: Sequence[int] = ()) -> None:
    """An aligned table; on a terminal the elastic columns give way, the widest first, so that lines fit."""
    found = [list(map(_cell, column)) for column in zip(*rows, strict=True)] or [[] for _ in titles]
    columns = [max(map(width, (name, *cells))) for name, cells in zip(titles, found, strict=True)]
    room = get_terminal_size().columns - len(GAP) * (len(columns) - 1)
    while elastic and sys.stdout.isatty() and sum(columns) > room:
        widest = max(elastic, key=columns.__getitem__)
        if columns[widest] <= NARROWEST:
            break
        columns[widest] -= 1
    head = GAP.join(padded(cut(title, size), size) for title, size in zip(titles, columns, strict=True))
    click.echo(painted(head.rstrip(), bold=True))
    shown = [_column(cells, size) for cells, size in zip(found, columns, strict=True)]
    if shown[0]:
        click.echo("\n".join(GAP.join(line).rstrip() for line in zip(*shown, strict=True)))


def _cell(value: object) -> str:
    return safe("—" if value in (None, "") else str(value)).replace("\n", " ")


def _column(cells: list[str], size: int) -> list[str]:
    """The cells, padded; letters of one column each, which most are, need no counting."""
    if _NARROW("".join(cells)) and size >= max(map(len, cells), default=0):
        return [cell.ljust(size) for cell in cells]
    return [padded(cell, size) for cell in cells]


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Labels and values, one a line; those without a value are left out."""
    shown = [(label, safe(str(value))) for label, value in pairs if value not in (None, "")]
    size = max((width(label) for label, _ in shown), default=0)
    for label, value in shown:
        click.echo(GAP + padded(label, size) + GAP + wrapped(value, sys.stdout, size + 2 * len(GAP)))


def title(text: str) -> None:
    """A heading inside the result."""
    click.echo()
    click.echo(painted(safe(text), bold=True))


# -- machines ----------------------------------------------------------------------------------------------------------


def give(value: object) -> None:
    """A result as JSON."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: object) -> object:
    """A value as JSON knows it; an instant with its offset becomes one ISO 8601 text."""
    match value:
        case Enum():
            found: object = value.value
        case date():
            found = value.isoformat()
        case Path():
            found = str(value)
        case Mapping():
            found = {str(name): plain(one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            found = [plain(one) for one in value]
        case _ if is_dataclass(value):
            found = _timed({part.name: getattr(value, part.name) for part in fields(value)})
        case _:
            found = value
    return found


def mapping(value: object) -> dict[str, Any]:
    """A value of named attributes as JSON knows it, to be added to."""
    found = plain(value)
    if not isinstance(found, dict):
        raise TypeError(type(value))
    return found


def _timed(parts: dict[str, object]) -> dict[str, object]:
    offset = parts.get("offset")
    if isinstance(offset, str):
        del parts["offset"]
        for name in ("at", "since", "published"):
            if isinstance(parts.get(name), int):
                parts[name] = instant(int(str(parts[name])), offset)
    return {name: plain(one) for name, one in parts.items()}


def instant(at: int, offset: str) -> str:
    """An instant in ISO 8601, with its offset."""
    from docctl.core import days

    return days.shown(at, offset).replace(" ", "T", 1).replace(" ", ":00") if offset else str(at)


# -- refusals ----------------------------------------------------------------------------------------------------------


def refuse(code: str, sentence: str, *, as_json: bool, mistakes: Sequence[Mapping[str, str]] = ()) -> None:
    """Say on stderr why nothing was done, and every mistake if there are several."""
    if as_json:
        said: dict[str, object] = {"error": code, "message": safe(sentence)}
        said |= {"mistakes": mistakes} if mistakes else {}
        click.echo(json.dumps(said, ensure_ascii=False), err=True)
    else:
        sign = "✗ " if _unicode() else ""
        click.echo(painted(sign, fg="red", err=True) + wrapped(safe(sentence), sys.stderr, len(sign)), err=True)
        for one in mistakes:
            click.echo(wrapped(safe(f"{GAP}{one['field']}: {one['message']}"), sys.stderr), err=True)


def _unicode() -> bool:
    return "utf" in (sys.stderr.encoding or "").lower()


def problem(error: DocctlError, language: str) -> str:
    """The sentence of an error: the command line's own, or the catalogues'."""
    from docctl import catalogues

    return catalogues.problem(error.code, language, **error.values)


def mistakes(error: DocctlError, language: str) -> list[dict[str, str]]:
    """What is wrong with each of several values, in words; none where one sentence says it all."""
    from docctl import catalogues

    return [
        {
            "field": one.path or "—",
            "code": one.code,
            "message": catalogues.problem(one.code, language, **dict(one.values)),
        }
        for one in error.values.get("mistakes", ())  # type: ignore[attr-defined]
    ]


def short_day(day: date | None, language: str) -> str:
    """A day in a table."""
    if day is None:
        return ""
    return day.strftime("%d.%m.%Y") if language == "az" else day.isoformat()
