"""The tree of a text as WordprocessingML."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from docctl.renderers import docx_notes, face, marking, pictures, spreads, tree, widths
from docctl.renderers import docx_xml as x
from docctl.renderers.docx_template import BULLETS, FIRST_NUMBER, LAST_NUMBER, LEVELS, STEP, TASKS
from docctl.renderers.docx_template import number as new_number

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy
    from docctl.renderers.docx_sheet import Sheet
    from docctl.renderers.nodes import Written

_QUOTE = 284
_AFTER_NUMBER = 130
_BOX = 200  # left and right of the words in a box
_MARKS: dict[type, dict[str, Any]] = {
    tree.Strong: {"bold": True},
    tree.Emphasis: {"italic": True},
    tree.Strike: {"strike": True},
    tree.Raised: {"shift": "superscript"},
    tree.Lowered: {"shift": "subscript"},
}
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
        right: Right edge, from where the left one is counted.
        depth: Lists around it.
        style: Of its paragraphs.
        listed: Style of the list whose item it belongs to, "" outside. Lists inside keep the style of the outermost:
            Word closes up neighbours of one style only.
        loose: Whether the items of that list stand apart.
    """

    right: int
    indent: int = 0
    depth: int = 0
    style: str = "Normal"
    listed: str = ""
    loose: bool = False

    @property
    def measure(self) -> int:
        return max(self.right - self.indent, _NARROWEST)


class Body:
    """Writes blocks; gathers the numbered lists and the footnotes it met.

    Attributes:
        numbers: `w:num` elements to be added to the numbering part; two texts in one file share them.
        notes: `w:footnote` elements, shared likewise.
    """

    def __init__(
        self,
        copy: ControlledCopy,
        relations: tuple[Relations, Relations],
        sheet: Sheet,
        gathered: tuple[list[str], list[str]],
    ) -> None:
        """`relations` are those of the text and of its footnotes; `gathered`, the numbers and the notes so far."""
        self._copy = copy
        self._relations, self._noted = relations
        self._upright = sheet
        self._current: dict[int, int] = {}  # the list number in use, by level
        self.numbers, self.notes = gathered

    def runs(self, blocks: tree.Blocks) -> list[tuple[bool, str]]:
        """The blocks of a whole text, in runs of pages that lie the same way (across or not)."""
        written = []
        upright, turned = self._upright.measure, self._upright.turned().measure
        for spread in spreads.spreads(blocks, upright / 20, turned / 20):
            measure = turned if spread.wide else upright
            written.append((spread.wide, self._blocks(spread.blocks, _Place(measure))))
        return written

    def _blocks(self, blocks: tree.Blocks, place: _Place) -> str:
        return "".join(self._compared(block, place) for block in blocks)

    def _compared(self, block: tree.Block, place: _Place) -> str:
        match block:
            case tree.Changed(mark, inner):
                return x.marked(mark, self._block(inner, place))
            case tree.Moved(mark, number, blocks):
                return x.moved(mark, number, self._blocks(marking.only(blocks, mark), place))
            case _:
                return self._block(block, place)

    def _block(self, block: Written, place: _Place) -> str:  # noqa: C901  (a case a kind of node)
        match block:
            case tree.Heading(level, children):
                written = x.paragraph(f"Heading{level}", self._inlines(children), self._indent(place))
            case tree.Paragraph(children):
                written = self._paragraph(children, place)
            case tree.BulletList() | tree.OrderedList():
                written = self._list(block, place)
            case tree.DefinitionList(entries):
                written = "".join(self._definition(entry, place) for entry in entries)
            case tree.Quote(blocks):
                written = self._blocks(blocks, replace(place, indent=place.indent + _QUOTE, style="Quote", listed=""))
            case tree.Admonition():
                written = self._admonition(block, place)
            case tree.CodeBlock(text):
                edge = f'<w:ind w:left="{place.indent + 100}" w:right="100"/>' if place.indent else ""
                written = x.paragraph("CodeBlock", x.run(text), edge)
            case tree.Rule():
                written = x.paragraph("Divider", "", self._indent(place))
            case tree.Image():
                written = x.paragraph("Picture", self._image(block), self._indent(place))
            case tree.Figure():
                written = self._figure(block, place)
            case tree.Table():
                written = self._table(block, place)
        return written

    def _indent(self, place: _Place) -> str:
        return f'<w:ind w:left="{place.indent}"/>' if place.indent else ""

    def _paragraph(self, children: tree.Inlines, place: _Place, mark: str = "", before: str = "") -> str:
        # What continues an item has its own style, without a mark of its own.
        listed = place.listed if mark else "ListParagraph"
        style = listed if place.listed else place.style
        apart = '<w:contextualSpacing w:val="0"/>' if place.listed and place.loose else ""
        props = (mark or self._indent(place)) + apart + _ragged(children)
        return x.paragraph(style, before + self._inlines(children), props)

    def _list(self, block: tree.List, place: _Place) -> str:
        level = min(place.depth, LEVELS - 1)
        style = place.listed or ("ListNumber" if isinstance(block, tree.OrderedList) else "ListBullet")
        signs: list[str] = []
        if isinstance(block, tree.OrderedList):
            signs = [block.number(index) for index in range(len(block.items))]
        hanging = max(
            [
                STEP,
                *(
                    round(20 * widths.width(sign, self._copy.layout.settings.text_size)) + _AFTER_NUMBER
                    for sign in signs
                ),
            ]
        )
        inner = replace(
            place, indent=place.indent + hanging, depth=place.depth + 1, listed=style, loose=not block.tight
        )
        # Written out: quotes and levels beyond Word's nine stand elsewhere than the level says.
        edge = f'<w:ind w:left="{inner.indent}" w:hanging="{hanging}"/>'
        written = []
        for index, item in enumerate(block.items):
            num = self._number(block, index, level)
            mark = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
            box = x.run(f"{face.BOXES[item.done]} ") if signs and item.done is not None else ""
            match item.blocks:
                case (tree.Paragraph(children), *rest):
                    first = self._paragraph(children, inner, mark + edge, box)
                case (tree.Heading(rank, children), *rest):
                    first = x.paragraph(f"Heading{rank}", box + self._inlines(children), mark + edge)
                case rest:
                    # The mark stands on a line of its own, on the page of what it marks.
                    first = x.paragraph(style, box, "<w:keepNext/>" + mark + edge)
            written.append(x.marked(item.sign, first + self._blocks(tuple(rest), inner)))
        return "".join(written)

    def _number(self, block: tree.List, index: int, level: int) -> int:
        """The list number of an item: a new one where the count begins, or does not go on from the item before."""
        if isinstance(block, tree.BulletList):
            done = block.items[index].done
            return BULLETS if done is None else TASKS[done]
        number = block.numbers[index]
        # In a comparison the numbers follow from what is accepted.
        jumps = number != block.numbers[index - 1] + 1 and not any(item.sign for item in block.items)
        if index == 0 or jumps or number > LAST_NUMBER:
            num = FIRST_NUMBER + len(self.numbers)
            self.numbers.append(new_number(num, level, number, block.prefix, block.mark))
            self._current[level] = num
        return self._current[level]

    def _definition(self, entry: tree.Definition, place: _Place) -> str:
        inner = replace(place, indent=place.indent + STEP, style="Definition", listed="")
        term = x.paragraph("DefinitionTerm", self._inlines(entry.term), self._indent(place))
        return x.marked(entry.sign, term + "".join(self._blocks(meaning, inner) for meaning in entry.meanings))

    def _admonition(self, box: tree.Admonition, place: _Place) -> str:
        """A table of one cell: only there one edge holds whatever stands in the box, lists and tables too."""
        inner = _Place(place.measure - 2 * _BOX)
        word = x.paragraph("AdmonitionWord", x.run(face.warning(self._copy, box)))
        cell = x.cell(place.measure, word + self._blocks(box.blocks, inner))
        style = "Admonition" if box.kind in {"note", "tip"} else "Warning"
        table = x.table(style, [place.measure], [x.row([cell], whole=False)], indent=place.indent)
        return table + x.paragraph("TableGap", "")

    def _figure(self, figure: tree.Figure, place: _Place) -> str:
        edge = self._indent(place)
        words = x.run(f"{self._copy.labels['figure']} ")
        count = x.field("SEQ Figure \\* ARABIC", str(figure.number))
        under = '<w:keepNext w:val="0"/>' + edge + '<w:jc w:val="center"/>'  # captions of tables stand above them
        caption = x.paragraph("Caption", words + count + x.run(f". {figure.caption}"), under)
        return x.paragraph("Picture", self._image(figure.image), "<w:keepNext/>" + edge) + caption

    def _table(self, table: tree.Table, place: _Place) -> str:
        measure = place.measure
        columns = widths.columns(table, measure / 20)
        cells = x.shares(measure, columns.widths)
        rows = [self._row(table.header, table, cells, columns.size, head=True)] if table.header else []
        rows += [
            x.marked(mark, self._row(row, table, cells, columns.size, head=False)) for row, mark in marking.rows(table)
        ]
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
            case (
                tree.Strong(children)
                | tree.Emphasis(children)
                | tree.Strike(children)
                | tree.Raised(children)
                | tree.Lowered(children)
            ):
                written = self._inlines(children, replace(marks, **_MARKS[type(inline)]), room)
            case tree.Note():
                written = self._note(inline)
            case tree.Link(url, children):
                written = self._link(url, children, marks, room)
            case tree.Marked(mark, children):
                written = x.marked(mark, self._inlines(children, marks, room))
        return written

    def _note(self, note: tree.Note) -> str:
        if not note.again:
            # Its addresses and pictures are those of another part.
            outside, self._relations = self._relations, self._noted
            place = _Place(self._upright.measure, style="FootnoteText")
            match note.blocks:
                case (tree.Paragraph(children), *rest):
                    first = self._paragraph(children, place, before=docx_notes.mark())
                case rest:
                    first = x.paragraph(place.style, docx_notes.mark())
            paragraphs = first + self._blocks(tuple(rest), place)
            self._relations = outside
            self.notes.append(docx_notes.footnote(note.number, paragraphs))
        return docx_notes.reference(note.number, again=note.again)

    def _link(self, url: str, children: tree.Inlines, marks: x.Marks, room: float) -> str:
        if not face.is_public(url):
            return self._inlines(children, marks, room)
        words = self._inlines(children, replace(marks, style="Hyperlink"), room)
        return f'<w:hyperlink r:id="{self._relations.link(url)}">{words}</w:hyperlink>'

    def _image(self, image: tree.Image, room: float = _PICTURE) -> str:
        picture = pictures.find(self._copy, image)
        relation = self._relations.picture(picture)
        return x.drawing(relation, self._relations.drawing(), picture.fitted(room), image.alt)
