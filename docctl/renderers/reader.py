"""The Markdown reader: a text in, its tokens out. The only place that knows how markdown-it-py is set up.

Grammar: CommonMark 0.31 with GFM tables and strikethrough, footnotes (`[^1]`) and definition lists. Raw HTML is told
apart here, never judged.

Rules:
    * No word is lost. Where the reader would drop text in silence (surplus table cells, very deep nesting), the text is
      refused with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from docctl.errors import Malformed, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

# Each list takes two of the reader's levels. Beyond that the reader would drop text silently, so it never gets there.
DEEPEST = 10
_LEVELS = 2 * DEEPEST

PARTS = 200_000
"""More than five hundred full pages of short items; each takes memory of the typesetter."""

LETTERS = 20_000
"""Of one word, wherever it stands: that it can be broken anywhere takes as much memory as a text of as many words."""

_PIPE = re.compile(r"(?<!\\)\|")


def tokens(source: str) -> list[Token]:
    """The block tokens of a text, flat and balanced.

    Raises:
        Malformed: `text-nesting`, `table-cells` (line=); `text-too-many` (line=, limit=) more than `PARTS` tokens;
            `text-word` (line=, limit=) a word of more than `LETTERS`.
        Unavailable: `format-unavailable` where the reader is not installed.
    """
    longest = max(source.split(), key=len, default="")
    if len(longest) > LETTERS:
        raise Malformed("text-word", line=source.count("\n", 0, source.find(longest)) + 1, limit=LETTERS)
    try:
        found = _reader().parse(source)
    except RecursionError:
        raise Malformed("text-nesting", line=1) from None
    parts = 0
    for token in found:
        parts += 1 + len(token.children or ())
        if parts > PARTS:
            raise Malformed("text-too-many", line=line_of(token), limit=PARTS)
        if token.level > _LEVELS + 1:  # the words of a block lie one level below it
            raise Malformed("text-nesting", line=line_of(token))
    return found


@dataclass(frozen=True, slots=True)
class Skip:
    """A heading deeper than the one before it by more than one level.

    Attributes:
        line: From 1.
        level: As it is written.
        before: The level that it follows; 1, the title's, for the first heading.
    """

    line: int
    level: int
    before: int


def skips(source: str) -> tuple[Skip, ...]:
    """The headings of a text that skip a level, which every copy shows one level below what they follow.

    Raises: as `tokens`.
    """
    found: list[Skip] = []
    before, noted = 1, 0
    for token, following in pairwise(tokens(source)):
        noted += {"footnote_reference_open": 1, "footnote_reference_close": -1}.get(token.type, 0)
        if token.type != "heading_open" or noted or not following.content.strip():
            continue
        level = int(token.tag[1:])
        if level > before + 1:
            found.append(Skip(line_of(token), level, before))
        before = level
    return tuple(found)


def words(source: str) -> Token:
    """The one token of a line of words."""
    return _reader().parseInline(source)[0]


def line_of(token: Token) -> int:
    """The line a token begins in, from 1."""
    return token.map[0] + 1 if token.map else 1


@cache
def _reader() -> MarkdownIt:
    try:
        from markdown_it import MarkdownIt
        from markdown_it.rules_block import table
        from mdit_py_plugins.deflist import deflist_plugin
        from mdit_py_plugins.footnote import footnote_plugin
    except ImportError:
        raise Unavailable("format-unavailable", format="markdown") from None
    # Two levels of reserve: what is too deep must still become a token, so that it can be refused with its line.
    reader = MarkdownIt("commonmark", {"html": True, "maxNesting": _LEVELS + 4})
    reader.enable(["table", "strikethrough"])
    reader.block.ruler.at("table", _strict(table), {"alt": ["paragraph", "reference"]})
    # Left where the author put them: moved to the end, footnotes that nothing refers to would be dropped.
    reader.use(footnote_plugin, inline=False, move_to_end=False)
    reader.use(deflist_plugin)
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
