"""The tree of a text as WordprocessingML."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from docctl.renderers import docx_xml as x
from docctl.renderers import face, pictures, spreads, tree, widths
from docctl.renderers.docx_template import BULLETS, FIRST_NUMBER, LEVELS, STEP, number

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy
    from docctl.renderers.docx_sheet import Sheet

_QUOTE = 284
_LONG_WORD = 30
_NARROWEST = 2400
_PICTURE = 440.0  # points
_WHOLE_ROW = 600  # characters; a longer row may be divided between pages


def _ragged(inlines: tree.Inlines) -> str:
    """No justifying beside a word as long as a line: Word would stretch the few words before it."""
    longest = max(map(len, tree.plain(inlines).split()), default=0)
    return '<w:jc w:val="left"/>' if longest > _LONG_WORD else ""


class Relations(Protocol):
    """What the text needs from the package: an id for an address and for a picture."""

    def link(self, url: str) -> str:
        """Relationship id of an address."""

    def picture(self, picture: pictures.Picture) -> str:
        """Relationship id of a picture."""

    def drawing(self) -> int:
        """A number no other drawing of the file has."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands.

    Attributes:
        indent: Left edge.
        depth: Lists around it.
        quote: Whether it is quoted.
        listed: Style of the list whose item it belongs to, "" outside. Lists inside keep the style of the outermost:
            Word closes up neighbours of one style only.
        loose: Whether the items of that list stand apart.
    """

    indent: int = 0
    depth: int = 0
    quote: bool = False
    listed: str = ""
    loose: bool = False


class Body:
    """Writes blocks; gathers the numbered lists it met.

    Attributes:
        numbers: `w:num` elements to be added to the numbering part; two texts in one file share them.
    """

    def __init__(self, copy: ControlledCopy, relations: Relations, sheet: Sheet, numbers: list[str]) -> None:
        self._copy = copy
        self._relations = relations
        self._upright = sheet
        self._measure = sheet.measure
        self.numbers = numbers

    def runs(self, blocks: tree.Blocks) -> list[tuple[bool, str]]:
        """The blocks of a whole text, in runs of pages that lie the same way (across or not)."""
        written = []
        upright, turned = self._upright.measure, self._upright.turned().measure
        for spread in spreads.spreads(blocks, upright / 20, turned / 20):
            self._measure = turned if spread.wide else upright
            written.append((spread.wide, self._blocks(spread.blocks, _Place())))
        return written

    def _blocks(self, blocks: tree.Blocks, place: _Place) -> str:
        return "".join(self._block(block, place) for block in blocks)

    def _block(self, block: tree.Block, place: _Place) -> str:
        match block:
            case tree.Heading(level, children):
                written = x.paragraph(f"Heading{level}", self._inlines(children), self._indent(place))
            case tree.Paragraph(children):
                written = self._paragraph(children, place)
            case tree.BulletList() | tree.OrderedList():
                written = self._list(block, place)
            case tree.Quote(blocks):
                written = self._blocks(blocks, replace(place, indent=place.indent + _QUOTE, quote=True, listed=""))
            case tree.CodeBlock(text):
                edge = f'<w:ind w:left="{place.indent + 100}" w:right="100"/>' if place.indent else ""
                written = x.paragraph("CodeBlock", x.run(text), edge)
            case tree.Rule():
                written = x.paragraph("Divider", "", self._indent(place))
            case tree.Image():
                written = x.paragraph("Picture", self._image(block))
            case tree.Table():
                written = self._table(block, place)
        return written

    def _indent(self, place: _Place) -> str:
        return f'<w:ind w:left="{place.indent}"/>' if place.indent else ""

    def _paragraph(self, children: tree.Inlines, place: _Place, mark: str = "") -> str:
        # What continues an item has its own style, without a mark of its own.
        listed = place.listed if mark else "ListParagraph"
        style = listed if place.listed else "Quote" if place.quote else "Normal"
        apart = '<w:contextualSpacing w:val="0"/>' if place.listed and place.loose else ""
        return x.paragraph(style, self._inlines(children), (mark or self._indent(place)) + apart + _ragged(children))

    def _list(self, block: tree.List, place: _Place) -> str:
        level = min(place.depth, LEVELS - 1)
        style = place.listed or ("ListNumber" if isinstance(block, tree.OrderedList) else "ListBullet")
        inner = _Place(place.indent + STEP, place.depth + 1, place.quote, listed=style, loose=not block.tight)
        num = BULLETS
        if isinstance(block, tree.OrderedList):
            num = FIRST_NUMBER + len(self.numbers)
            self.numbers.append(number(num, level, block.start))
        mark = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
        # Written out: quotes and levels beyond Word's nine stand elsewhere than the level says.
        mark += f'<w:ind w:left="{inner.indent}" w:hanging="{STEP}"/>'
        written = []
        for item in block.items:
            match item.blocks:
                case (tree.Paragraph(children), *rest):
                    written.append(self._paragraph(children, inner, mark))
                case (tree.Heading(rank, children), *rest):
                    written.append(x.paragraph(f"Heading{rank}", self._inlines(children), mark))
                case rest:
                    # The mark stands on a line of its own, on the page of what it marks.
                    written.append(x.paragraph(style, "", "<w:keepNext/>" + mark))
            written.append(self._blocks(tuple(rest), inner))
        return "".join(written)

    def _table(self, table: tree.Table, place: _Place) -> str:
        measure = max(self._measure - place.indent, _NARROWEST)
        columns = widths.columns(table, measure / 20)
        cells = x.shares(measure, columns.widths)
        rows = [self._row(table.header, table, cells, columns.size, head=True)] if table.header else []
        rows += [self._row(row, table, cells, columns.size, head=False) for row in table.rows]
        # Word joins two tables that touch; the gap keeps them apart and ends the page's body properly.
        gap = x.paragraph("TableGap", "")
        written = x.table("DocumentTable", cells, rows, indent=place.indent, headed=bool(table.header))
        return written + gap

    def _row(self, row: tree.Row, table: tree.Table, cells: list[int], size: float, *, head: bool) -> str:
        marks = x.Marks(bold=head, size=round(size * 2))
        written = [
            x.cell(
                width,
                x.paragraph(
                    "TableText",
                    self._inlines(cell, marks, width / 20 - 11),
                    f'<w:jc w:val="{align}"/>' if align in {"center", "right"} else "",
                ),
            )
            for cell, align, width in zip(row, table.align, cells, strict=True)
        ]
        return x.row(written, header=head, whole=max(len(tree.plain(cell)) for cell in row) < _WHOLE_ROW)

    def _inlines(self, inlines: tree.Inlines, marks: x.Marks = x.PLAIN, room: float = _PICTURE) -> str:
        return "".join(self._inline(inline, marks, room) for inline in inlines)

    def _inline(self, inline: tree.Inline, marks: x.Marks, room: float) -> str:
        match inline:
            case tree.Text(text):
                written = x.run(text, marks)
            case tree.Code(text):
                written = x.run(text, replace(marks, style="Code"))
            case tree.Break():
                written = x.line_break()
            case tree.Image():
                written = self._image(inline, room)
            case tree.Strong(children):
                written = self._inlines(children, replace(marks, bold=True), room)
            case tree.Emphasis(children):
                written = self._inlines(children, replace(marks, italic=True), room)
            case tree.Strike(children):
                written = self._inlines(children, replace(marks, strike=True), room)
            case tree.Link(url, children):
                written = self._link(url, children, marks, room)
        return written

    def _link(self, url: str, children: tree.Inlines, marks: x.Marks, room: float) -> str:
        if not face.is_public(url):
            return self._inlines(children, marks, room)
        words = self._inlines(children, replace(marks, style="Hyperlink"), room)
        return f'<w:hyperlink r:id="{self._relations.link(url)}">{words}</w:hyperlink>'

    def _image(self, image: tree.Image, room: float = _PICTURE) -> str:
        picture = pictures.find(self._copy, image.path)
        relation = self._relations.picture(picture)
        return x.drawing(relation, self._relations.drawing(), picture.fitted(room), image.alt)
