"""The text of a document as one immutable tree, made from Markdown once and drawn by every format.

Grammar: CommonMark with GFM tables and strikethrough. Raw HTML is not markup here: it is shown as it was written. The
tree is already fit for an accessible PDF: heading levels skip nothing, empty headings are gone, every image has words.

Not for: layout, fonts, paper. This is the only place that knows the Markdown reader, and it knows no format.

Rules:
    * No word is lost. Where the reader would drop text in silence (surplus table cells, very deep nesting), the text is
      refused with its line.
    * The reader's tokens come flat and balanced: blocks are built by recursion, whose depth is bounded here; inlines by
      a stack, for their depth is not bounded by the reader.

Example:
    >>> parse("# Scope")
    (Heading(level=1, children=(Text(text='Scope'),)),)
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from docctl.errors import Malformed, Unavailable
from docctl.renderers import nodes
from docctl.renderers.nodes import (
    Block,
    Blocks,
    Break,
    BulletList,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Image,
    Inline,
    Inlines,
    Item,
    Link,
    List,
    OrderedList,
    Paragraph,
    Quote,
    Row,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    fault,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

__all__ = [
    "Block",
    "Blocks",
    "Break",
    "BulletList",
    "Code",
    "CodeBlock",
    "Emphasis",
    "Heading",
    "Image",
    "Inline",
    "Inlines",
    "Item",
    "Link",
    "List",
    "OrderedList",
    "Paragraph",
    "Quote",
    "Row",
    "Rule",
    "Strike",
    "Strong",
    "Table",
    "Text",
    "fault",
    "parse",
    "plain",
]

# Each list takes two of the reader's levels. Beyond that the reader would drop text silently, so it never gets there.
DEEPEST = 10
_LEVELS = 2 * DEEPEST

# More marks on one letter than any language has; putting them in order takes time with the square of their number.
_MARKS = 1000

# Word counts no further, and would begin again without a word.
_LAST_NUMBER = 32_767

_PIPE = re.compile(r"(?<!\\)\|")
_WRAPPING: dict[str, Callable[[Inlines], Inline]] = {
    "strong": Strong,
    "em": Emphasis,
    "s": Strike,
}


def parse(text: str) -> Blocks:
    """The tree of a Markdown text.

    Args:
        text: Markdown without the file's heading, lines ended by LF or CRLF.

    Raises:
        Malformed: `text-control` (line=) a control or reordering character; `text-nesting` (line=) lists and quotes
            deeper than any paper can show; `table-cells` (line=) a row with more cells than its table has columns;
            `list-number` (line=) a list that counts beyond 32 767.
        Unavailable: `format-unavailable` where the Markdown reader is not installed.
    """
    source = _composed(text.replace("\r\n", "\n"))
    offset = fault(source)
    if offset is not None:
        raise Malformed("text-control", line=source.count("\n", 0, offset) + 1)
    try:
        tokens = _reader().parse(source)
    except RecursionError:
        raise Malformed("text-nesting", line=1) from None
    for token in tokens:
        if token.level > _LEVELS + 1:  # the words of a block lie one level below it
            raise Malformed("text-nesting", line=_line(token))
    return _Blocks(tokens).all()


@cache
def _reader() -> MarkdownIt:
    try:
        from markdown_it import MarkdownIt
        from markdown_it.rules_block import table
    except ImportError:
        raise Unavailable("format-unavailable", format="markdown") from None
    # Two levels of reserve: what is too deep must still become a token, so that it can be refused with its line.
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": _LEVELS + 4})
    reader.enable(["table", "strikethrough"])
    reader.block.ruler.at("table", _strict(table), {"alt": ["paragraph", "reference"]})
    return reader


def _strict(rule: Callable[[StateBlock, int, int, bool], bool]) -> Callable[[StateBlock, int, int, bool], bool]:
    """The table rule, refusing rows whose surplus cells it would drop."""

    def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if not rule(state, start, end, silent):
            return False
        if not silent:
            columns = _cells(state, start)
            for line in range(start + 2, state.line):
                if _cells(state, line) > columns:
                    raise Malformed("table-cells", line=line + 1)
        return True

    return table


def _cells(state: StateBlock, line: int) -> int:
    row = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    pieces = _PIPE.split(row)
    return len(pieces) - (pieces[0] == "") - (len(pieces) > 1 and pieces[-1] == "")


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


class _Blocks:
    """One pass over the block tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._open: list[int] = []  # source levels of the headings above this place

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

    def _block(self, token: Token) -> Block | None:
        block: Block | None
        match token.type:
            case "heading_open":
                block = self._heading(token)
            case "paragraph_open":
                block = self._paragraph()
            case "bullet_list_open":
                block = BulletList(*self._items("bullet_list_close"))
            case "ordered_list_open":
                start = int(token.attrs.get("start", 1))
                block = OrderedList(start, *self._items("ordered_list_close"))
                if start + len(block.items) > _LAST_NUMBER:
                    raise Malformed("list-number", line=_line(token))
            case "blockquote_open":
                block = Quote(tuple(self._until("blockquote_close")))
            case "table_open":
                block = self._table()
            case "fence" | "code_block":
                text = token.content.expandtabs(4).removesuffix("\n")
                block = CodeBlock(text, token.info.strip())
            case "hr":
                block = Rule()
            case kind:
                message = f"unknown block {kind}"
                raise ValueError(message)
        return block

    def _inlines(self) -> Inlines:
        """The words of the inline token that stands next, and its closing token."""
        token = self._take()
        self._take()
        return inlines(token)

    def _heading(self, token: Token) -> Heading | None:
        children = self._inlines()
        if not plain(children).strip():
            return None
        source = int(token.tag[1:])
        # A level is as deep as the number of open headings above it: so none is skipped and the first is 1.
        while self._open and self._open[-1] >= source:
            self._open.pop()
        self._open.append(source)
        return Heading(len(self._open), children)

    def _paragraph(self) -> Block | None:
        children = self._inlines()
        if len(children) == 1 and isinstance(children[0], Image):
            return children[0]
        return Paragraph(children) if children else None

    def _items(self, closing: str) -> tuple[tuple[Item, ...], bool]:
        items: list[Item] = []
        tight = True
        while (token := self._take()).type != closing:
            following = self._tokens[self._next]
            if following.type == "paragraph_open" and not following.hidden:
                tight = False
            items.append(Item(tuple(self._until(token.type.replace("_open", "_close")))))
        return tuple(items), tight

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
        if not any(plain(cell).strip() for row in rows for cell in row):
            return None
        header = rows[0] if any(plain(cell).strip() for cell in rows[0]) else ()
        return Table(cast("tuple[nodes.Align, ...]", tuple(align)), header, tuple(rows[1:]))


def inlines(token: Token) -> Inlines:
    """The words of one inline token."""
    line = _line(token)
    stack: list[tuple[str, str, list[Inline]]] = [("", "", [])]
    for child in token.children or ():
        kind, _, edge = child.type.rpartition("_")
        if edge == "open":
            # A mark inside the same mark says nothing new; leaving it out bounds the depth of the tree.
            mark = "" if any(kind == above for above, _, _ in stack) else kind
            stack.append((mark, str(child.attrs.get("href", "")), []))
        elif edge == "close":
            mark, url, children = stack.pop()
            for inline in _wrapped(mark, url, children):
                _add(stack[-1][2], inline)
        else:
            _add(stack[-1][2], _leaf(child, line))
    return tuple(stack[0][2])


def _wrapped(mark: str, url: str, children: list[Inline]) -> list[Inline]:
    if not mark or not children:
        return children
    if mark == "link":
        return [Link(url, tuple(children))]
    return [_WRAPPING[mark](tuple(children))]


def _add(children: list[Inline], inline: Inline) -> None:
    """Append, joining neighbouring words into one."""
    last = children[-1] if children else None
    if isinstance(inline, Text) and not inline.text:
        return
    if isinstance(inline, Text) and isinstance(last, Text):
        children[-1] = Text(last.text + inline.text)
    else:
        children.append(inline)


def _leaf(token: Token, line: int) -> Inline:
    leaf: Inline
    match token.type:
        case "softbreak":
            leaf = Text(" ")
        case "hardbreak":
            leaf = Break()
        case "code_inline":
            leaf = Code(_words(token.content, line))
        case "image":
            path = _words(unquote(str(token.attrs.get("src", ""))), line)
            alt = _alt(token) or str(token.attrs.get("title", "")) or posixpath.basename(path) or "-"
            leaf = Image(path, _words(alt, line))
        case _:
            leaf = Text(_words(token.content, line))
    return leaf


def _alt(token: Token) -> str:
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children or ()).strip()


def _words(text: str, line: int) -> str:
    """One line of words; character references can bring in what the source itself did not hold."""
    text = _composed(re.sub(r"[\t\n\r]", " ", text), line)
    if fault(text, "") is not None:
        raise Malformed("text-control", line=line)
    return text


def _composed(text: str, line: int = 1) -> str:
    """The text in NFC; `line` is where it begins."""
    if unicodedata.is_normalized("NFC", text):
        return text
    marks = 0
    for offset, char in enumerate(text):
        marks = marks + 1 if unicodedata.category(char) == "Mn" else 0
        if marks > _MARKS:
            raise Malformed("text-control", line=line + text.count("\n", 0, offset))
    return unicodedata.normalize("NFC", text)
