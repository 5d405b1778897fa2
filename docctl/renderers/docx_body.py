"""The tree of a text as WordprocessingML."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol
from xml.sax.saxutils import quoteattr

from docctl.renderers import docx_xml as x
from docctl.renderers import face, pictures, tree, widths
from docctl.renderers.docx_template import BULLETS, FIRST_NUMBER, LEVELS, STEP, number

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy

_EMU_PER_POINT = 12700
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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands.

    Attributes:
        indent: Left edge.
        depth: Lists around it.
        quote: Whether it is quoted.
        listed: Whether it belongs to an item of a list.
        loose: Whether the items of that list stand apart.
    """

    indent: int = 0
    depth: int = 0
    quote: bool = False
    listed: bool = False
    loose: bool = False


class Body:
    """Writes blocks; gathers the numbered lists it met.

    Attributes:
        numbers: `w:num` elements to be added to the numbering part.
    """

    def __init__(self, copy: ControlledCopy, relations: Relations) -> None:
        self._copy = copy
        self._relations = relations
        self._pictures = 0
        self.numbers: list[str] = []

    def blocks(self, blocks: tree.Blocks) -> str:
        """The blocks of a whole text."""
        return self._blocks(blocks, _Place())

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
                written = self._blocks(blocks, replace(place, indent=place.indent + _QUOTE, quote=True, listed=False))
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

    def _paragraph(self, children: tree.Inlines, place: _Place, mark: str = "", edge: str = "") -> str:
        style = "ListParagraph" if place.listed else "Quote" if place.quote else "Normal"
        apart = '<w:contextualSpacing w:val="0"/>' if place.listed and place.loose else ""
        return x.paragraph(
            style, self._inlines(children), mark + (edge or self._indent(place)) + apart + _ragged(children)
        )

    def _list(self, block: tree.List, place: _Place) -> str:
        level = min(place.depth, LEVELS - 1)
        inner = _Place(place.indent + STEP, place.depth + 1, place.quote, listed=True, loose=not block.tight)
        num = BULLETS
        if isinstance(block, tree.OrderedList):
            num = FIRST_NUMBER + len(self.numbers)
            self.numbers.append(number(num, level, block.start))
        mark = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
        # Written out: quotes and levels beyond Word's nine stand elsewhere than the level says.
        edge = f'<w:ind w:left="{inner.indent}" w:hanging="{STEP}"/>'
        written = []
        for item in block.items:
            match item.blocks:
                case (tree.Paragraph(children), *rest):
                    written.append(self._paragraph(children, inner, mark, edge))
                case (tree.Heading(rank, children), *rest):
                    written.append(x.paragraph(f"Heading{rank}", self._inlines(children), mark + edge))
                case rest:
                    # The mark stands on a line of its own, on the page of what it marks.
                    written.append(x.paragraph("ListParagraph", "", "<w:keepNext/>" + mark + edge))
            written.append(self._blocks(tuple(rest), inner))
        return "".join(written)

    def _table(self, table: tree.Table, place: _Place) -> str:
        measure = max(x.MEASURE - place.indent, _NARROWEST)
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
        width, height = (round(points * _EMU_PER_POINT) for points in picture.fitted(room))
        self._pictures += 1
        own = f'id="{self._pictures}" name="Picture {self._pictures}" descr={quoteattr(image.alt)}'
        return (
            '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr {own}/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
            f'<pic:cNvPr {own}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/>'
            '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )
