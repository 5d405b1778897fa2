"""The words of a part of a DOCX, paragraph by paragraph, as a reader sees them, and where each stands."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import repeat
from typing import Any, NamedTuple

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXTPATH = "{urn:schemas-microsoft-com:vml}textpath"
_PAGES = re.compile(r"\s*(?:PAGE|NUMPAGES)(?:\s+\\\*\s*\w+)*\s*")
_NUMBER = re.compile(r"\s*[0-9]*\s*")
# What can show something that is no word of a paragraph, or hide one: it is counted.
_THINGS = {
    **dict.fromkeys((f"{_W}drawing", f"{_W}pict", f"{_W}object"), "shape"),
    **{f"{_W}{name}": name for name in ("altChunk", "dataBinding", "subDoc", "control", "framePr")},
}
_BLANK = re.compile(r"\s+")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))


class Spot(NamedTuple):
    """Where a paragraph of the body stands, as somebody finds it who looks for it.

    Attributes:
        heading: The heading above it, "" if none is.
        number: Which one under that heading, from 1, not counting tables; 0 in a table.
        cell: Table under that heading, row and cell, each from 1; None outside of tables.
    """

    heading: str
    number: int
    cell: tuple[int, int, int] | None


def _written(root: Any) -> Iterator[tuple[Any, str]]:
    """Each paragraph that is not empty with its text, in order; of alternatives, the first."""
    for paragraph in root.iter(f"{_W}p"):
        if _is_fallback(paragraph):
            continue
        words = unicodedata.normalize("NFC", "".join(_pieces(paragraph)).translate(_UNSEEN))
        text = _BLANK.sub(" ", words).strip()
        if text:
            yield paragraph, text


def spots(root: Any) -> Iterator[Spot | None]:
    """Where each of these stands; None without end behind the last."""
    heading, number = "", 0
    tables: list[Any] = []
    cells: dict[Any, tuple[int, int]] = {}
    for paragraph, text in _written(root):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        cell = next(paragraph.iterancestors(f"{_W}tc"), None)
        if cell is None and style is not None and str(style.get(f"{_W}val")).startswith("Heading"):
            heading, number, tables = text, 0, []
            yield Spot(heading, 0, None)
            continue
        if cell is None:
            number += 1
            yield Spot(heading, number, None)
            continue
        table = next(cell.iterancestors(f"{_W}tbl"))
        if not tables or tables[-1] is not table:
            tables.append(table)
            rows = enumerate(table.iterchildren(f"{_W}tr"), 1)
            cells = {one: (row, at) for row, line in rows for at, one in enumerate(line.iterchildren(f"{_W}tc"), 1)}
        yield Spot(heading, 0, (len(tables), *cells.get(cell, (0, 0))))
    yield from repeat(None)


def paragraphs(root: Any) -> Iterator[str]:
    """The text of each paragraph that is not empty, in order, and what else can show or hide something."""
    for _, text in _written(root):
        yield text
    things = Counter(_THINGS[one.tag] for one in root.iter(*_THINGS) if not _is_fallback(one))
    for name, count in sorted(things.items()):
        yield f"[{name} × {count}]"


def _is_fallback(one: Any) -> bool:
    """Whether it stands in the second of two alternatives, for readers that do not know the first."""
    return any(above.tag == _FALLBACK for above in one.iterancestors())


def _is_hidden(run: Any) -> bool:
    """Whether a run says itself that it is not shown."""
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false", "off")


def _pieces(paragraph: Any) -> Iterator[str]:
    """The words of a paragraph as they are shown, without those of paragraphs inside it and without page numbers."""
    fields: list[list[str] | None] = []  # the instruction of each open field; None behind one that shows a page number
    waiting = list(paragraph)[::-1]
    while waiting:
        one = waiting.pop()
        if one.tag in (f"{_W}p", _FALLBACK) or not isinstance(one.tag, str):
            continue
        if one.tag == f"{_W}r" and _is_hidden(one):
            continue
        kind = one.tag.removeprefix(_W)
        if kind == "fldChar":
            yield _field(fields, str(one.get(f"{_W}fldCharType")))
        elif kind == "instrText" and fields and fields[-1] is not None:
            fields[-1].append(one.text or "")
        elif kind == "fldSimple" and not _PAGES.fullmatch(str(one.get(f"{_W}instr"))):
            yield f" {{{one.get(f'{_W}instr')}}} "
        elif not (kind == "t" and _is_page(one, fields) and _NUMBER.fullmatch(one.text or "")):
            yield _shown(one, kind)
        waiting += list(one)[::-1]


def _is_page(one: Any, fields: list[list[str] | None]) -> bool:
    """Whether a text is the number of a page that whoever opens the file counts anew."""
    if fields and fields[-1] is None:
        return True
    above = next(one.iterancestors(f"{_W}fldSimple", f"{_W}p"))
    return above.tag == f"{_W}fldSimple" and _PAGES.fullmatch(str(above.get(f"{_W}instr"))) is not None


def _field(fields: list[list[str] | None], kind: str) -> str:
    """Follow a field; the instruction of one that shows anything but the number of a page."""
    if kind == "begin":
        fields.append([])
    if kind == "begin" or not fields:
        return ""
    pieces = fields.pop()
    instruction = "".join(pieces or ())
    page = pieces is None or _PAGES.fullmatch(instruction) is not None
    if kind == "separate":
        fields.append(None if page else [])
    return "" if page or not instruction else f" {{{instruction}}} "


def _shown(one: Any, kind: str) -> str:
    if kind == "t":
        return one.text or ""
    if kind in ("tab", "br", "cr"):
        return " "
    if kind == "noBreakHyphen":
        return "\u2011"
    if kind == "sym":
        return f"[{one.get(f'{_W}char')}]"
    return f" {one.get('string') or ''} " if one.tag == _TEXTPATH else ""
