"""The text of a document as one immutable tree, made from Markdown once and drawn by every format.

Grammar: that of `reader`, with GFM task items, GitHub's boxes (`> [!NOTE]`) and captions (the title of a picture that
stands alone). The tree is already fit for an accessible PDF: heading levels skip nothing, empty headings are gone,
every image has words.

Not for: layout, fonts, paper. This package's `reader`, `inlines` and `tree` know the Markdown reader, and no format.

Rules:
    * No word is lost: what has no place in the tree is refused with its line.
    * The reader's tokens come flat and balanced: blocks are built by recursion, whose depth is bounded by the reader's.
    * Numbers are those the author wrote, and a step inside a step carries the numbers of both.

Example:
    >>> parse("# Scope")
    (Heading(level=1, children=(Text(text='Scope'),)),)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from docctl.errors import Malformed
from docctl.renderers import nodes, reader
from docctl.renderers.inlines import (
    EMPTY_COMMENT,
    Surroundings,
    composed,
    inlines,
    is_safe,
    refuse,
    title_of,
)
from docctl.renderers.nodes import (
    ADMONITIONS,
    Admonition,
    Block,
    Blocks,
    Break,
    BulletList,
    Changed,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Inlines,
    Item,
    Link,
    List,
    Lowered,
    Marked,
    Moved,
    Note,
    OrderedList,
    Paragraph,
    Quote,
    Raised,
    Row,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    fault,
    plain,
)
from docctl.renderers.reader import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from markdown_it.token import Token

__all__ = [
    "ADMONITIONS",
    "Admonition",
    "Block",
    "Blocks",
    "Break",
    "BulletList",
    "Changed",
    "Code",
    "CodeBlock",
    "Definition",
    "DefinitionList",
    "Emphasis",
    "Figure",
    "Heading",
    "Image",
    "Inline",
    "Inlines",
    "Item",
    "Link",
    "List",
    "Lowered",
    "Marked",
    "Moved",
    "Note",
    "OrderedList",
    "Paragraph",
    "Quote",
    "Raised",
    "Row",
    "Rule",
    "Strike",
    "Strong",
    "Table",
    "Text",
    "fault",
    "parse",
    "parse_all",
    "plain",
]

_BOXES = {"[ ] ": False, "[x] ": True, "[X] ": True}
_WARNINGS = {f"[!{kind}]": kind for kind in ADMONITIONS}


def parse_all(texts: Iterable[str]) -> list[Blocks]:
    """The trees of texts that stand in one copy: their footnotes are counted on from text to text, as Word does it."""
    found: list[Blocks] = []
    before = 0
    for text in texts:
        around = Surroundings(refuse, {}, before=before)
        found.append(_parsed(text, around))
        before += len(around.numbers)
    return found


def parse(text: str, raw: Callable[[str, int], str] = refuse) -> Blocks:
    """The tree of a Markdown text.

    Args:
        text: Markdown without the file's heading, lines ended by LF or CRLF.
        raw: Raw HTML that no face draws, and its line, to the words that stand for it; refused by itself.

    Raises:
        Malformed: each with line=: `text-control` a character that cannot be seen or reorders others; `text-nesting`
            lists and quotes deeper than any paper can show; `text-too-many` (limit=) more parts than any paper needs;
            `text-html` HTML beyond `<br>`, `<sub>`, `<sup>`; `table-cells` a row with more cells than its table has
            columns; `footnote-unused`, `footnote-twice` (label=) a footnote nothing refers to, or one of two with a
            label; `footnote-place` a reference inside a footnote, a link or the words of a picture.
        Unavailable: `format-unavailable` where the Markdown reader is not installed.
    """
    return _parsed(text, Surroundings(raw))


def _parsed(text: str, around: Surroundings) -> Blocks:
    source = composed(text.replace("\r\n", "\n"))
    offset = fault(source)
    if offset is not None:
        raise Malformed("text-control", line=source.count("\n", 0, offset) + 1)
    body, definitions = _apart(reader.tokens(source))
    around.notes = {
        label: _Blocks(one.tokens, Surroundings(around.raw), noted=True).all() for label, one in definitions.items()
    }
    blocks = _Blocks(body, around).all()
    for label, one in definitions.items():
        if label not in around.numbers:
            raise Malformed("footnote-unused", line=one.line, label=label)
    return blocks


@dataclass(frozen=True, slots=True)
class _Apart:
    """A footnote as the reader left it."""

    line: int
    tokens: list[Token]


def _apart(tokens: list[Token]) -> tuple[list[Token], dict[str, _Apart]]:
    """The tokens of the text, and those of its footnotes by label."""
    definitions: dict[str, _Apart] = {}
    targets: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "footnote_reference_open":
            label, line = token.meta["label"], line_of(token)
            if label in definitions:
                raise Malformed("footnote-twice", line=line, label=label)
            definitions[label] = _Apart(line, [])
            targets.append(definitions[label].tokens)
        elif token.type == "footnote_reference_close":
            targets.pop()
        else:
            targets[-1].append(token)
    return targets[0], definitions


class _Blocks:
    """One pass over the block tokens of a text, or of one footnote."""

    def __init__(self, tokens: list[Token], around: Surroundings, *, noted: bool = False) -> None:
        self._tokens = tokens
        self._around = around
        self._noted = noted
        self._next = 0
        self._open: list[int] = []  # source levels of the headings above this place
        self._steps = ""  # numbers of the steps around this place
        self._figures = 0

    def all(self) -> Blocks:
        return tuple(self._until(""))

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _until(self, closing: str) -> Iterator[Block]:
        while self._next < len(self._tokens):
            token = self._take()
            if token.type == closing:
                return
            block = self._block(token)
            if block is not None:
                yield block

    def _inside(self, closing: str, steps: str = "") -> Blocks:
        """The blocks up to a closing token, as they stand inside a step of these numbers, or inside none."""
        before, self._steps = self._steps, steps
        blocks = tuple(self._until(closing))
        self._steps = before
        return blocks

    def _block(self, token: Token) -> Block | None:  # noqa: C901  (a case a kind of node)
        block: Block | None
        match token.type:
            case "heading_open":
                block = self._heading(token)
            case "paragraph_open":
                block = self._paragraph()
            case "bullet_list_open":
                block = BulletList(*self._items("bullet_list_close"))
            case "ordered_list_open":
                block = self._ordered(token)
            case "blockquote_open":
                block = self._quote()
            case "dl_open":
                block = self._definitions()
            case "table_open":
                block = self._table()
            case "fence" | "code_block":
                text = token.content.expandtabs(4).removesuffix("\n")
                block = CodeBlock(text, token.info.strip())
            case "hr":
                block = Rule()
            case "html_block":
                block = self._html(token)
            case kind:
                message = f"unknown block {kind}"
                raise ValueError(message)
        return block

    def _inlines(self) -> Inlines:
        """The words of the inline token that stands next, and its closing token."""
        token = self._take()
        self._take()
        return inlines(token, self._around)

    def _heading(self, token: Token) -> Heading | Paragraph | None:
        children = self._inlines()
        if not plain(children).strip():
            return Paragraph(children) if any(isinstance(child, Note) for child in children) else None
        if self._noted:
            return Paragraph((Strong(children),))  # a footnote has no place among the headings
        source = int(token.tag[1:])
        # A level is as deep as the number of open headings above it: so none is skipped and the first is 1.
        while self._open and self._open[-1] >= source:
            self._open.pop()
        self._open.append(source)
        return Heading(len(self._open), children)

    def _paragraph(self) -> Block | None:
        caption = title_of(self._tokens[self._next])
        children = self._inlines()
        if len(children) == 1 and isinstance(children[0], Image):
            if not caption:
                return children[0]
            self._figures += 1
            return Figure(children[0], caption, self._figures)
        return Paragraph(children) if children else None

    def _html(self, token: Token) -> Paragraph | None:
        """Lines that begin with a tag: words with marks where the tag is one that is drawn."""
        markup = token.content.strip()
        if EMPTY_COMMENT.fullmatch(markup):
            return None
        if not is_safe(markup):
            text = " ".join(self._around.raw(markup, line_of(token)).split())
            return Paragraph((Text(text),)) if text else None
        line = reader.words(markup)
        line.map = token.map
        children = inlines(line, self._around)
        return Paragraph(children) if plain(children).strip() else None

    def _ordered(self, token: Token) -> OrderedList:
        prefix, written = self._steps, self._written()
        items, tight = self._items("ordered_list_close", [f"{prefix}{number}." for number in written])
        return OrderedList(written, items, tight, prefix, token.markup)

    def _written(self) -> tuple[int, ...]:
        """The numbers of the list that begins here.

        They are the author's, gaps too: other texts refer to step 4, whatever became of step 3. Only where all are the
        same, which is how one writes a list to be numbered, are they counted on from the first.
        """
        numbers: list[int] = []
        depth, at = 0, self._next
        while depth >= 0:
            token = self._tokens[at]
            if token.type == "list_item_open" and depth == 0:
                numbers.append(int(token.info))
            depth += token.nesting
            at += 1
        if len(set(numbers)) == 1:
            return tuple(range(numbers[0], numbers[0] + len(numbers)))
        return tuple(numbers)

    def _items(self, closing: str, steps: Sequence[str] = ()) -> tuple[tuple[Item, ...], bool]:
        items: list[Item] = []
        tight = True
        while (token := self._take()).type != closing:
            following = self._tokens[self._next]
            if following.type == "paragraph_open" and not following.hidden:
                tight = False
            done = self._box()
            step = steps[len(items)] if steps else ""
            items.append(Item(self._inside(token.type.replace("_open", "_close"), step), done))
        return tuple(items), tight

    def _box(self) -> bool | None:
        """Whether the item that begins here is a task, and done; its box is taken off its words.

        Not the plug-in's: that one cuts three characters off whatever stands first, a link's words too.
        """
        if self._tokens[self._next].type != "paragraph_open":
            return None
        children = self._tokens[self._next + 1].children
        first = children[0] if children else None
        if first is None or first.type != "text" or first.content[:4] not in _BOXES:
            return None
        done = _BOXES[first.content[:4]]
        first.content = first.content[4:].lstrip()
        return done

    def _quote(self) -> Quote | Admonition:
        kind = self._warning()
        blocks = self._inside("blockquote_close")
        return Admonition(kind, blocks) if kind else Quote(blocks)

    def _warning(self) -> str:
        """The kind of box that a quotation's first line names, which is taken off its words; "" for a quotation."""
        if self._tokens[self._next].type != "paragraph_open":
            return ""
        children = self._tokens[self._next + 1].children or []
        alone = len(children) == 1 or children[1].type in {"softbreak", "hardbreak"} if children else False
        kind = _WARNINGS.get(children[0].content.strip().lower(), "") if alone and children[0].type == "text" else ""
        if kind:
            del children[:2]
        return kind

    def _definitions(self) -> DefinitionList:
        entries: list[Definition] = []
        term: Inlines = ()
        meanings: list[Blocks] = []
        while (token := self._take()).type != "dl_close":
            if token.type == "dd_open":
                meanings.append(self._inside("dd_close"))
                continue
            if meanings:
                entries.append(Definition(term, tuple(meanings)))
            term, meanings = self._inlines(), []
        entries.append(Definition(term, tuple(meanings)))
        return DefinitionList(tuple(entries))

    def _table(self) -> Table | None:
        rows: list[Row] = []
        align: list[str] = []
        cells: list[Inlines] = []
        while (token := self._take()).type != "table_close":
            if token.type == "tr_open":
                cells = []
            elif token.type in {"th_open", "td_open"}:
                if token.type == "th_open":
                    align.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
                cells.append(self._inlines())
            elif token.type == "tr_close":
                rows.append(tuple(cells))
        if not any(cell for row in rows for cell in row):
            return None
        header = rows[0] if any(cell for cell in rows[0]) else ()
        return Table(cast("tuple[nodes.Align, ...]", tuple(align)), header, tuple(rows[1:]))
