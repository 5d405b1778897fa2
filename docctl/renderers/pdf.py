"""A copy as PDF: PDF/A-3a and PDF/UA-1 in one file, tagged, fonts inside, the same bytes for the same copy.

The templates `copy.typ` and `furniture.typ` walk values; no Typst markup is ever made from a document's words, so there
is nothing to escape. The layout and the bytes belong to the pinned versions of typst and fontpkg-arimo.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docctl.errors import Malformed, Unavailable
from docctl.renderers import codes, face, marking, pdf_face, pdf_streams, pictures, spreads, tree, widths
from docctl.renderers import pages as count_pages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from docctl.core.copies import Attachment, ControlledCopy
    from docctl.renderers.marking import Comparison
    from docctl.renderers.nodes import Sign, Written

_INDENT = 24.0
_MONO = 9.0
_MONO_WIDTH = 0.61
_AFTER_MARK = 16.0
_NARROWEST = 120.0
_MARKS = {tree.Strong: "strong", tree.Emphasis: "emph", tree.Strike: "strike", tree.Raised: "sup", tree.Lowered: "sub"}
_TEMPLATES = ("copy.typ", "furniture.typ")
_STANDARDS = ["a-3a", "ua-1"]
_UNSHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')

Node = dict[str, Any]


def render(copy: ControlledCopy, comparison: Comparison | None = None) -> bytes:
    """The copy as PDF.

    Args:
        copy: What to draw.
        comparison: To be drawn in place of the copy's text.

    Raises:
        Malformed: `glyph-missing` (glyphs=, line=) characters no font of the copy has, and the line of the text where
            the first stands, unless it stands elsewhere; those of `tree.parse` and of `pictures.find`;
            `text-unprintable` (detail=) anything else the typesetter refuses.
        Unavailable: `format-unavailable` (format=) where a library is not installed.

    Side effects: a temporary folder, removed again.
    """
    _typesetter()
    copy = face.prepare(copy)
    with tempfile.TemporaryDirectory(prefix="docctl-") as folder:
        root = Path(folder)
        staged: dict[str, str] = {}
        values = _values(copy, comparison, root, staged)
        for name in _TEMPLATES:
            (root / name).write_text(_template(name), encoding="utf-8")
        guess = _pages(copy)
        try:
            pdf = _compiled(copy, root, {**values, "codes": _codes(copy, root, guess)}, staged)
        except Malformed as error:
            line = _line_of(error, copy.text) if comparison is None else 0
            raise (Malformed("glyph-missing", glyphs=error.values["glyphs"], line=line) if line else error) from None
        pages = count_pages(pdf)
        if copy.code and pages > guess:
            pdf = _compiled(copy, root, {**values, "codes": _codes(copy, root, pages)}, staged)
    return pdf


def _line_of(error: Malformed, text: str) -> int:
    """The line where the first sign stands that no font has; 0 if none stands there as it is drawn."""
    if error.code != "glyph-missing":
        return 0
    signs = str(error.values["glyphs"]).split()
    source = unicodedata.normalize("NFC", text)
    found = [at for sign in signs if (at := source.find(sign)) >= 0]
    return source.count("\n", 0, min(found)) + 1 if found else 0


def _values(copy: ControlledCopy, comparison: Comparison | None, root: Path, staged: dict[str, str]) -> Node:
    page = pdf_face.page_of(copy.layout.settings)
    tongues = [copy, *([copy.companion] if copy.companion else [])]
    trees = [comparison.blocks] if comparison else tree.parse_all(one.text for one in tongues)
    parts = [_Writer(one, root, staged).part(page, blocks) for one, blocks in zip(tongues, trees, strict=True)]
    emblem = None
    if copy.appearance.emblem:
        (root / "emblem.png").write_bytes(copy.appearance.emblem)
        emblem = "emblem.png"
    carried = [_attachment(root, number, one) for number, one in enumerate(copy.attachments)]
    return {**pdf_face.whole(copy, page), "emblem": emblem, "parts": parts, "attachments": carried}


def _attachment(root: Path, number: int, one: Attachment) -> Node:
    """Stage a file that the copy carries inside."""
    path = f"attachment-{number}"
    (root / path).write_bytes(one.data)
    return {
        "path": path,
        "name": one.name,
        "media": one.media_type,
        "relation": one.relation,
        "description": one.description,
    }


def _compiled(copy: ControlledCopy, root: Path, values: Node, staged: dict[str, str]) -> bytes:
    typst, fonts = _typesetter()
    (root / "copy.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    try:
        pdf = typst.compile(
            root / "copy.typ",
            root=root,
            font_paths=fonts,
            format="pdf",
            pdf_standards=_STANDARDS,
            timestamp=copy.made,
        )
    except typst.TypstError as error:
        raise _refusal(str(error.diagnostic or error.message), staged) from None
    return pdf_streams.settled(bytes(pdf))


def _pages(copy: ControlledCopy) -> int:
    """How many pages a copy will hardly have more than."""
    text = len(copy.text) + (len(copy.companion.text) if copy.companion else 0)
    return 3 + text // 3000 + len(copy.approvals) // 8 + len(copy.history) // 10 + len(copy.distribution) // 20


def _codes(copy: ControlledCopy, root: Path, pages: int) -> int:
    """Stage a QR code for each page; returns how many there are."""
    if not copy.code:
        return 0
    for page in range(1, pages + 1):
        path = root / f"code-{page}.svg"
        if not path.exists():
            path.write_bytes(codes.page_code(copy.code, page))
    return pages


@cache
def _typesetter() -> tuple[ModuleType, Any]:
    """The library and its fonts; system fonts are left out, they would change the bytes from host to host."""
    try:
        import fontpkg_arimo
        import segno
        import typst
    except ImportError:
        raise Unavailable("format-unavailable", format="pdf") from None
    del segno  # for `codes`, which finds it there
    return typst, typst.Fonts(include_system_fonts=False, font_paths=[str(fontpkg_arimo.ROOT)])


@cache
def _template(name: str) -> str:
    return resources.files("docctl.renderers").joinpath(name).read_text(encoding="utf-8")


def _refusal(diagnostic: str, names: Iterable[str]) -> Malformed:
    found = {_unescaped(text) for text in _UNSHOWN.findall(diagnostic)}
    if found:
        return Malformed("glyph-missing", glyphs=" ".join(sorted(found)))
    if "image" in diagnostic.partition("\n")[0]:
        return Malformed("image-broken", name=", ".join(names), line=0)
    return Malformed("text-unprintable", detail=diagnostic.partition("\n")[0])


def _unescaped(text: str) -> str:
    r"""Undo the escapes of the typesetter's messages, `\u{1f600}` and the like."""
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\(.)", r"\1", text)


class _Writer:
    """Turns one language of a copy into the values the template walks; stages the pictures.

    Attributes:
        staged: Picture names of the text to file names of ours.
    """

    def __init__(self, copy: ControlledCopy, root: Path, staged: dict[str, str]) -> None:
        self._copy = copy
        self._root = root
        self.staged = staged
        self._upright = 0.0

    def part(self, page: pdf_face.Page, blocks: tree.Blocks) -> Node:
        """Everything of this language: furniture, and the text page form by page form."""
        self._upright = page.upright
        return {
            **pdf_face.part(self._copy, page),
            "spreads": [
                {"wide": one.wide, "blocks": self._compared(one.blocks, page.turned if one.wide else page.upright)}
                for one in spreads.spreads(blocks, page.upright, page.turned)
            ],
        }

    def _blocks(self, blocks: tree.Blocks, measure: float) -> list[Node]:
        return [self._any(block, measure) for block in blocks]

    def _compared(self, blocks: tree.Blocks, measure: float) -> list[Node]:
        """The blocks of a text, each that a comparison touched with a bar beside it."""
        nodes = []
        for block, node in zip(blocks, self._blocks(blocks, measure), strict=True):
            bar = not isinstance(block, tree.Moved) and marking.touched(block)
            nodes.append({"k": "touched", "blocks": [node]} if bar else node)
        return nodes

    def _any(self, block: tree.Block, measure: float) -> Node:
        match block:
            case tree.Changed(mark, changed):
                within = marking.inward(changed, mark)
                if within == block:  # it has no words that could be marked
                    return {"k": "changed", "mark": mark, "blocks": [self._block(changed, measure)]}
                return self._any(within, measure)
            case tree.Moved(mark, _, moved, note):
                found = self._compared(moved, measure) if mark == "+" else []
                words = widths.breakable(note, measure, self._copy.layout.settings.text_size)
                return {"k": "moved", "note": words, "blocks": found}
            case _:
                return self._block(block, measure)

    def _block(self, block: Written, measure: float) -> Node:  # noqa: C901  (a case a kind of node)
        inner = max(measure - _INDENT, _NARROWEST)
        match block:
            case tree.Heading(level, children):
                node = {"k": "heading", "level": level, "c": self._inlines(children, measure, 14)}
            case tree.Paragraph(children):
                node = {"k": "par", "c": self._inlines(children, measure)}
            case tree.BulletList() | tree.OrderedList():
                node = self._list(block, measure)
            case tree.DefinitionList(entries):
                node = {"k": "terms", "entries": [self._definition(entry, measure) for entry in entries]}
            case tree.Quote(children):
                node = {"k": "quote", "blocks": self._blocks(children, inner)}
            case tree.Admonition(kind, children):
                word = face.warning(self._copy, block)
                node = {"k": "box", "kind": kind, "word": word, "blocks": self._blocks(children, inner)}
            case tree.CodeBlock(text):
                node = {"k": "code", "t": self._code(text, measure - 16, _MONO)}
            case tree.Rule():
                node = {"k": "rule"}
            case tree.Image():
                node = {"k": "figure", "caption": "", **self._picture(block, measure)}
            case tree.Figure(image):
                caption = widths.breakable(face.caption(self._copy, block), measure, 9.5)
                node = {"k": "figure", "caption": caption, **self._picture(image, measure)}
            case tree.Table():
                node = self._table(block, measure)
        return node

    def _list(self, block: tree.List, measure: float) -> Node:
        """A list; where its marks differ from item to item, they are given with it."""
        marks: list[str] = []
        if isinstance(block, tree.OrderedList):
            marks = [block.number(index) for index in range(len(block.items))]
        elif any(item.done is not None for item in block.items):
            marks = ["" if item.done is not None else "•" for item in block.items]
        for index, item in enumerate(block.items):
            if item.done is not None:
                marks[index] = f"{marks[index]} {face.BOXES[item.done]}".strip()
        indent = max(
            (_INDENT, *(widths.width(mark, self._copy.layout.settings.text_size) + _AFTER_MARK for mark in marks))
        )
        entries = [self._blocks(marking.of_item(item), max(measure - indent, _NARROWEST)) for item in block.items]
        return {"k": "marked" if marks else "bullets", "tight": block.tight, "marks": marks, "items": entries}

    def _definition(self, entry: tree.Definition, measure: float) -> Node:
        entry = marking.inward(entry, entry.sign) if entry.sign else entry
        inner = max(measure - _INDENT, _NARROWEST)
        meanings = [self._blocks(meaning, inner) for meaning in entry.meanings]
        return {"term": self._inlines(entry.term, measure), "meanings": meanings}

    def _table(self, table: tree.Table, measure: float) -> Node:
        columns = widths.columns(table, measure)
        head: list[tuple[tree.Row, Sign]] = [(table.header, "")]
        rows = [
            [self._cell(cell, mark, width - 11, columns.size) for cell, width in zip(row, columns.widths, strict=True)]
            for row, mark in (*head, *marking.rows(table))
            if row
        ]
        return {
            "k": "table",
            "size": columns.size,
            "widths": columns.widths,
            "align": table.align,
            "header": rows[0] if table.header else [],
            "rows": rows[1:] if table.header else rows,
        }

    def _cell(self, cell: tree.Inlines, mark: Sign, measure: float, size: float) -> list[Node]:
        return self._inlines((tree.Marked(mark, cell),) if mark else cell, measure, size)

    def _inlines(self, inlines: tree.Inlines, measure: float, size: float = 0.0) -> list[Node]:
        size = size or self._copy.layout.settings.text_size
        return [self._inline(inline, measure, size) for inline in inlines]

    def _inline(self, inline: tree.Inline, measure: float, size: float) -> Node:
        node: Node
        match inline:
            case tree.Text(text):
                node = {"k": "text", "t": widths.breakable(text, measure, size)}
            case tree.Code(text):
                node = {"k": "mono", "t": self._code(text, measure, size * 0.9)}
            case tree.Break():
                node = {"k": "break"}
            case tree.Image():
                node = {"k": "image", **self._picture(inline, measure)}
            case (
                tree.Strong(children)
                | tree.Emphasis(children)
                | tree.Strike(children)
                | tree.Raised(children)
                | tree.Lowered(children)
            ):
                node = {"k": _MARKS[type(inline)], "c": self._inlines(children, measure, size)}
            case tree.Note(number, blocks, again):
                node = {"k": "note", "n": str(number), "again": again}
                node["blocks"] = [] if again else self._blocks(blocks, self._upright - _INDENT)
            case tree.Link(url, children):
                words = self._inlines(children, measure, size)
                node = {"k": "link", "url": url if face.is_public(url) else "", "c": words}
            case tree.Marked(mark, children):
                node = {"k": "marked", "mark": mark, "c": self._inlines(children, measure, size)}
        return node

    def _code(self, text: str, measure: float, size: float) -> str:
        longest = int(measure / (size * _MONO_WIDTH))
        return re.sub(rf"\S{{{max(longest, 1)},}}", lambda match: widths.divided(match[0], measure, size), text)

    def _picture(self, image: tree.Image, measure: float) -> Node:
        path = image.path
        picture = pictures.find(self._copy, image)
        if path not in self.staged:
            # Staged under a name of ours: the author's may hold anything.
            self.staged[path] = f"picture-{len(self.staged)}.{picture.media}"
            (self._root / self.staged[path]).write_bytes(picture.data)
        width, height = picture.fitted(measure)
        return {"path": self.staged[path], "alt": image.alt, "width": width, "height": height}
