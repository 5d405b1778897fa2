"""The kinds of node a text consists of; immutable values. `tree` makes them, every format draws them.

Every string in a node is NFC and free of control characters; a line break inside a paragraph is a space.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Words in a fixed-width face."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break the author asked for."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture beside the text.

    Attributes:
        path: File name as written, percent signs decoded.
        alt: What it shows; never empty.
    """

    path: str
    alt: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Strongly stressed words."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed words."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Strike:
    """Struck words."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address."""

    url: str
    children: Inlines


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the first is of level 1 and none skips a level.

    Attributes:
        level: 1 to 6.
    """

    level: int
    children: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of words."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines kept as they are, without the last line end.

    Attributes:
        info: What the author named the language of the lines; shown nowhere.
    """

    text: str
    info: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A dividing line."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted blocks."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list without numbers; a tight one has no space between its items."""

    items: tuple[Item, ...]
    tight: bool = True


@dataclass(frozen=True, slots=True)
class OrderedList:
    """A numbered list.

    Attributes:
        start: Number of its first item.
    """

    start: int
    items: tuple[Item, ...]
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table; all rows have as many cells as there are columns.

    Attributes:
        align: One of "", "left", "center", "right" for each column.
        header: The heading row, () where the author left it empty.
    """

    align: tuple[Align, ...]
    header: Row
    rows: tuple[Row, ...]


Align: TypeAlias = Literal["", "left", "center", "right"]
Inline: TypeAlias = Text | Code | Break | Image | Strong | Emphasis | Strike | Link
Inlines: TypeAlias = tuple[Inline, ...]
Row: TypeAlias = tuple[Inlines, ...]
List: TypeAlias = BulletList | OrderedList
Block: TypeAlias = Heading | Paragraph | BulletList | OrderedList | Table | CodeBlock | Quote | Rule | Image
Blocks: TypeAlias = tuple[Block, ...]


# Marks that make text read in another order than it is stored: what an approver sees must be what the file says.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NEITHER = frozenset("\ufffe\uffff")


def fault(text: str, allowed: str = "\n\t") -> int | None:
    """Where the first character stands that no copy can show.

    Args:
        text: Any string.
        allowed: Control characters that may stand in it.

    Returns:
        Its offset, or None where every character may be drawn.
    """
    if text.isprintable():  # the common case, answered at the speed of C; "" is printable too
        return None
    for offset, char in enumerate(text):
        if char in allowed:
            continue
        if unicodedata.category(char) in {"Cc", "Cs"} or char in _REORDERING or char in _NEITHER:
            return offset
    return None


def plain(inlines: Iterable[Inline]) -> str:
    """The words alone; an image gives its words, a break gives a space."""
    words: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                words.append(text)
            case Image(alt=alt):
                words.append(alt)
            case Break():
                words.append(" ")
            case Strong(children) | Emphasis(children) | Strike(children) | Link(children=children):
                words.append(plain(children))
    return "".join(words)
