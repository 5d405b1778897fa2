"""A copy as plain text: for a terminal, a mail, a reader with no program; lines of at most 78 signs.

Nothing of the text is left out: struck words stand between ~~, raised ones behind ^, lowered ones behind _, the words
of a picture in square brackets, footnotes at the end.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from docctl.renderers import face, pictures, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docctl.core.copies import ControlledCopy
    from docctl.renderers.nodes import Written

_WIDTH = 78
_NARROWEST = 20
_BOXES = {False: "[ ]", True: "[x]"}
_BETWEEN = " | "

Lines = list[str]


def render(copy: ControlledCopy) -> bytes:
    """The copy as text, UTF-8.

    Raises:
        Malformed: those of `tree.parse` and of `pictures.find`.
    """
    copy = face.prepare(copy)
    body = _Body(copy)
    parts = [_head(copy), body.written(tree.parse(copy.text)), _tail(copy)]
    return ("\n\n".join("\n".join(part) for part in parts if part) + "\n").encode()


def _head(copy: ControlledCopy) -> Lines:
    lines = [copy.organisation, "", *_flow(copy.title), "=" * min(len(copy.title), _WIDTH), copy.kind]
    if copy.watermark:
        lines += ["", f"*** {copy.watermark} ***"]
    if copy.facts:
        lines += ["", *_grid([list(pair) for pair in copy.facts], _WIDTH)]
    return [*lines, "", "-" * _WIDTH]


def _tail(copy: ControlledCopy) -> Lines:
    lines = ["-" * _WIDTH]
    if copy.digest:
        lines += _flow(f"{copy.labels['digest']}: {copy.digest}")
    for closing in face.closings(copy):
        rows = [["\n".join(words for words, _ in cell) for cell in row] for row in closing.rows]
        lines += ["", closing.title, "", *_grid([list(closing.head), *rows], _WIDTH, headed=True)]
    return [*lines, "", *_flow(copy.uncontrolled)]


class _Body:
    """Writes blocks as lines; gathers the footnotes it met."""

    def __init__(self, copy: ControlledCopy) -> None:
        self._copy = copy
        self._notes: list[tree.Note] = []

    def written(self, blocks: tree.Blocks) -> Lines:
        """A whole text, its footnotes behind it."""
        lines = self._blocks(blocks, _WIDTH)
        if self._notes:
            lines += ["", "_" * 20]
            for note in self._notes:
                sign = f"[{note.number}] "
                lines += _hung(sign, self._blocks(note.blocks, _WIDTH - len(sign)))
        return lines

    def _blocks(self, blocks: tree.Blocks, width: int, *, tight: bool = False) -> Lines:
        lines: Lines = []
        for block in blocks:
            if lines and not (tight and isinstance(block, tree.BulletList | tree.OrderedList)):
                lines.append("")
            # This face is of copies alone, and no copy holds what a comparison marks.
            if not isinstance(block, tree.Changed | tree.Moved):
                lines += self._block(block, max(width, _NARROWEST))
        return lines

    def _block(self, block: Written, width: int) -> Lines:  # noqa: C901  (a case a kind of node)
        match block:
            case tree.Heading(level, children):
                lines = _flow(self._inlines(children), width)
                lines.append("=-~"[min(level, 3) - 1] * min(max(map(len, lines)), width))
            case tree.Paragraph(children):
                lines = _flow(self._inlines(children), width)
            case tree.BulletList() | tree.OrderedList():
                lines = self._list(block, width)
            case tree.DefinitionList(entries):
                lines = [line for entry in entries for line in self._definition(entry, width)]
            case tree.Quote(inner):
                lines = [f"> {line}".rstrip() for line in self._blocks(inner, width - 2)]
            case tree.Admonition(_, inner):
                word = face.warning(self._copy, block)
                lines = [f"| {line}".rstrip() for line in [f"{word}:", "", *self._blocks(inner, width - 2)]]
            case tree.CodeBlock(text):
                lines = [f"    {line}".rstrip() for line in text.split("\n")]
            case tree.Rule():
                lines = ["* * *".center(width).rstrip()]
            case tree.Image():
                lines = _flow(self._image(block), width)
            case tree.Figure(image):
                lines = _flow(self._image(image), width) + _flow(face.caption(self._copy, block), width)
            case tree.Table(align, header, rows):
                cells = [[self._inlines(cell) for cell in row] for row in (header, *rows) if row]
                lines = _grid(cells, width, headed=bool(header), align=align)
        return lines

    def _list(self, block: tree.List, width: int) -> Lines:
        signs = ["-"] * len(block.items)
        if isinstance(block, tree.OrderedList):
            signs = [block.number(index) for index in range(len(block.items))]
        longest = max(map(len, signs))
        lines: Lines = []
        for sign, item in zip(signs, block.items, strict=True):
            box = "" if item.done is None else f"{_BOXES[item.done]} "
            mark = f"{sign.rjust(longest)} {box}"
            if lines and not block.tight:
                lines.append("")
            lines += _hung(mark, self._blocks(item.blocks, width - len(mark), tight=block.tight))
        return lines

    def _definition(self, entry: tree.Definition, width: int) -> Lines:
        lines = _flow(self._inlines(entry.term), width)
        for meaning in entry.meanings:
            lines += [f"    {line}".rstrip() for line in self._blocks(meaning, width - 4)]
        return lines

    def _inlines(self, inlines: tree.Inlines) -> str:
        return "".join(self._inline(inline) for inline in inlines)

    def _inline(self, inline: tree.Inline) -> str:
        match inline:
            case tree.Text(text) | tree.Code(text):
                written = text
            case tree.Break():
                written = "\n"
            case tree.Image():
                written = self._image(inline)
            case tree.Strong(children) | tree.Emphasis(children) | tree.Marked(_, children):
                written = self._inlines(children)
            case tree.Strike(children):
                written = f"~~{self._inlines(children)}~~"
            case tree.Raised(children) | tree.Lowered(children):
                words = self._inlines(children)
                sign = "^" if isinstance(inline, tree.Raised) else "_"
                written = sign + (words if len(words) == 1 else f"({words})")
            case tree.Note():
                if not inline.again:
                    self._notes.append(inline)
                written = f"[{inline.number}]"
            case tree.Link(url, children):
                words = self._inlines(children)
                written = f"{words} ({url})" if face.is_public(url) and url != words else words
        return written

    def _image(self, image: tree.Image) -> str:
        pictures.find(self._copy, image)  # a text that no other format can show is not handed out in this one either
        return f"[{image.alt}]"


def _flow(words: str, width: int = _WIDTH) -> Lines:
    """Words in lines, broken at blanks only: paper has an edge, a text has none, and a word is sought whole."""
    return [
        line
        for part in words.split("\n")
        for line in (
            wrap(part, width, break_long_words=False, break_on_hyphens=False, replace_whitespace=False) or [""]
        )
    ]


def _hung(mark: str, lines: Lines) -> Lines:
    """Lines behind a mark, all beginning in the same column."""
    first, *rest = lines or [""]
    return [(mark + first).rstrip(), *((" " * len(mark) + line).rstrip() for line in rest)]


def _grid(rows: Sequence[Sequence[str]], width: int, *, headed: bool = False, align: Sequence[str] = ()) -> Lines:
    """A table whose columns stand under each other; a line below its heading, and one between rows of several lines.

    Where the line is too short for the words, each row is a list of its cells, with the heading's words before them.
    """
    widths = _columns(rows, width)
    if not widths:
        return _records(rows, width, headed=headed)
    drawn = [_drawn(row, widths, align) for row in rows]
    rule = "-+-".join("-" * one for one in widths)
    apart = any(len(lines) > 1 for lines in drawn[headed:])
    lines: Lines = []
    for index, row in enumerate(drawn):
        if index and (apart or (headed and index == 1)):
            lines.append(rule)
        lines += row
    return lines


def _records(rows: Sequence[Sequence[str]], width: int, *, headed: bool) -> Lines:
    names = rows[0] if headed else [""] * len(rows[0])
    lines: Lines = []
    for row in rows[headed:] or rows:
        lines += [""] if lines else []
        for name, cell in zip(names, row, strict=True):
            lines += _hung("- ", _flow(f"{name}: {cell}" if name else cell, width - 2))
    return lines


def _drawn(row: Sequence[str], widths: Sequence[int], align: Sequence[str]) -> Lines:
    cells = [_flow(cell, width) for cell, width in zip(row, widths, strict=True)]
    sides = [*align, *[""] * (len(cells) - len(align))]
    return [
        _BETWEEN.join(
            _placed(cell[at] if at < len(cell) else "", width, side)
            for cell, width, side in zip(cells, widths, sides, strict=True)
        ).rstrip()
        for at in range(max(map(len, cells)))
    ]


def _placed(words: str, width: int, side: str) -> str:
    return {"right": words.rjust, "center": words.center}.get(side, words.ljust)(width)


def _columns(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """As wide as the longest line if all fit; else the broadest give way, down to their longest word.

    Returns:
        [] where not even the longest words fit.
    """
    room = width - len(_BETWEEN) * (len(rows[0]) - 1)
    columns = [[row[index] for row in rows] for index in range(len(rows[0]))]
    least = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]
    if sum(least) > room:
        return []
    wanted = [min(max(len(line) for cell in column for line in cell.split("\n")), room) for column in columns]
    shares = (
        [max(low, min(want, most)) for low, want in zip(least, wanted, strict=True)] for most in range(room, -1, -1)
    )
    return next(share for share in shares if sum(share) <= room)
