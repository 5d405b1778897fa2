"""The kinds of node a text consists of; immutable values. `tree` makes them, every format draws them.

Every string in a node is NFC and free of control characters; a line break inside a paragraph is a space.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
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
        line: Where the text shows it; says nothing of the picture, so two are equal without it.
    """

    path: str
    alt: str
    line: int = field(default=0, compare=False)


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
class Raised:
    """Words above the line, as in m²; neither they nor lowered ones stand in each other."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Lowered:
    """Words below the line, as in CO₂."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Note:
    """A reference to a footnote, and the footnote.

    Attributes:
        number: From 1, in the order of the first references.
        blocks: What the footnote says; no footnote and no heading stands in it.
        again: Whether the same footnote was referred to before this place.
    """

    number: int
    blocks: Blocks
    again: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address."""

    url: str
    children: Inlines


@dataclass(frozen=True, slots=True)
class Marked:
    """Words that one of two revisions has and the other has not; only a comparison holds them."""

    sign: Sign
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
class Admonition:
    """Blocks that are set off in a box under a word of warning.

    Attributes:
        kind: One of `ADMONITIONS`; the word itself is a label of the copy.
    """

    kind: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that stands alone under a caption.

    Attributes:
        number: From 1, in the order of the text.
    """

    image: Image
    caption: str
    number: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means, one or more meanings.

    Attributes:
        sign: In a comparison, whether the term was added or removed.
    """

    term: Inlines
    meanings: tuple[Blocks, ...]
    sign: Sign = ""


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Terms with their meanings."""

    entries: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list.

    Attributes:
        done: Of a task, whether its box is marked; None of any other item.
        sign: In a comparison, whether the item was added or removed.
    """

    blocks: Blocks
    done: bool | None = None
    sign: Sign = ""


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list without numbers; a tight one has no space between its items."""

    items: tuple[Item, ...]
    tight: bool = True


@dataclass(frozen=True, slots=True)
class OrderedList:
    """A numbered list.

    Attributes:
        numbers: Of its items, as the author counts them.
        prefix: Numbers of the steps around it, "2.3." for the list inside step 2.3; "" where no step is around it.
        mark: What stands behind the number, "." or ")".
    """

    numbers: tuple[int, ...]
    items: tuple[Item, ...]
    tight: bool = True
    prefix: str = ""
    mark: str = "."

    def number(self, index: int) -> str:
        """The whole number of an item as every face shows it: `2.3.1.`."""
        return f"{self.prefix}{self.numbers[index]}{self.mark}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; all rows have as many cells as there are columns.

    Attributes:
        align: One of "", "left", "center", "right" for each column.
        header: The heading row, () where the author left it empty.
        signs: In a comparison, whether a row was added or removed, for each row; else ().
    """

    align: tuple[Align, ...]
    header: Row
    rows: tuple[Row, ...]
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A block that one of two revisions has and the other has not; only a comparison holds it."""

    sign: Sign
    block: Written


@dataclass(frozen=True, slots=True)
class Moved:
    """Blocks that stand elsewhere in the other revision; they are in a comparison twice.

    Attributes:
        sign: "-" where they stood, "+" where they stand now.
        number: The same for both places; 1, 2, … by the new place.
        blocks: The blocks compared, at both places the same.
        note: What to say of it at this place.
    """

    sign: Sign
    number: int
    blocks: Blocks
    note: str = ""


Sign: TypeAlias = Literal["", "+", "-"]
Align: TypeAlias = Literal["", "left", "center", "right"]
Inline: TypeAlias = Text | Code | Break | Image | Strong | Emphasis | Strike | Raised | Lowered | Note | Link | Marked
Inlines: TypeAlias = tuple[Inline, ...]
Row: TypeAlias = tuple[Inlines, ...]
List: TypeAlias = BulletList | OrderedList
Written: TypeAlias = (
    Heading
    | Paragraph
    | BulletList
    | OrderedList
    | DefinitionList
    | Table
    | CodeBlock
    | Quote
    | Admonition
    | Rule
    | Image
    | Figure
)
Block: TypeAlias = Written | Changed | Moved
Blocks: TypeAlias = tuple[Block, ...]

ADMONITIONS = ("note", "tip", "important", "warning", "caution")


# What an approver sees must be what the file says. So nothing that cannot be seen: control characters, lone
# surrogates, marks of format (they reorder or hide words, or stand in one unseen), line ends of another kind.
_UNSEEN = frozenset({"Cc", "Cs", "Cf", "Zl", "Zp"})
_NEITHER = frozenset("\ufffe\uffff")


def fault(text: str, allowed: str = "\n\t") -> int | None:
    """Where the first character stands that no copy can show.

    Args:
        text: Any string.
        allowed: Control characters that may stand in it.

    Returns:
        Its offset, or None where every character may be drawn.
    """
    common = text
    for char in allowed:
        common = common.replace(char, "")
    if common.isprintable():  # the common case, answered at the speed of C; "" is printable too
        return None
    for offset, char in enumerate(text):
        if char in allowed:
            continue
        if unicodedata.category(char) in _UNSEEN or char in _NEITHER:
            return offset
    return None


def plain(inlines: Iterable[Inline]) -> str:
    """The words alone; an image gives its words, a break gives a space, a footnote nothing: it stands elsewhere."""
    words: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                words.append(text)
            case Image(alt=alt):
                words.append(alt)
            case Break():
                words.append(" ")
            case Note():
                pass
            case Link(children=children) | Marked(children=children):
                words.append(plain(children))
            case Strong(children) | Emphasis(children) | Strike(children) | Raised(children) | Lowered(children):
                words.append(plain(children))
    return "".join(words)
