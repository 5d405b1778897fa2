"""Where a comparison found changes, and how many of which kind: codes and numbers, no words.

A place is one paragraph, heading, item of a list or row of a table, or one block that was added, removed or moved. Both
the first sentence about a comparison and the lines of a terminal are made from places.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from docctl.core.words import Piece
from docctl.renderers import likeness
from docctl.renderers.marking import heading_of, only, parts, rows
from docctl.renderers.nodes import (
    Blocks,
    Changed,
    CodeBlock,
    Heading,
    Image,
    Marked,
    Moved,
    OrderedList,
    Rule,
    Table,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docctl.renderers.nodes import Inlines, Row, Sign

Kind: TypeAlias = Literal["heading", "paragraph", "step", "item", "row", "table", "code", "picture", "line", "section"]
Change: TypeAlias = Literal["", "changed", "added", "removed", "moved", "moved-away", "renumbered"]
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|\w+(?:[-'’]\w+)*")
_STEP = re.compile(r"(?:\d+\.)+\d+\.?\s")  # 5.3. stands before a paragraph that is a step; 5. before a heading


@dataclass(frozen=True, slots=True)
class Place:
    """One place.

    Attributes:
        section: Words of the heading that it stands below, as the newer text has them; "" above the first.
        kind: Of what it is.
        change: What happened to it; "" where nothing did.
        name: Its number, or the first cell of a row; "" if it has none.
        pieces: Its words, kept, removed and added.
        move: The number of the move that it belongs to; 0 for none.
    """

    section: str
    kind: Kind
    change: Change
    name: str
    pieces: tuple[Piece, ...]
    move: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How much changed.

    Attributes:
        removed: Words removed.
        added: Words added.
        places: How many places, those only renumbered or moved left out.
        kinds: (kind, change) to how many.
        sections: Where: words of a heading, whether a table, to how many places; in order.
    """

    removed: int = 0
    added: int = 0
    places: int = 0
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    sections: Counter[tuple[str, bool]] = field(default_factory=Counter)

    @property
    def nothing(self) -> bool:
        """Whether the two texts say the same."""
        return not self.kinds


def find(blocks: Blocks, *, whole: bool = False) -> tuple[Place, ...]:
    """Every place of a comparison, in order.

    Args:
        blocks: What `redline.compare` gave.
        whole: With the places where nothing changed.
    """
    walk = _Walk()
    found = tuple(walk.blocks(blocks))
    return found if whole else tuple(place for place in found if place.change)


def tally(found: Iterable[Place]) -> Tally:
    """The sums."""
    removed = added = places = 0
    kinds: Counter[tuple[str, str]] = Counter()
    sections: Counter[tuple[str, bool]] = Counter()
    for place in found:
        if not place.change:
            continue
        kinds[place.kind, place.change] += 1
        if place.change in {"renumbered", "moved", "moved-away"}:
            continue
        removed += count(place.pieces, "-")
        added += count(place.pieces, "+")
        places += 1
        sections[place.section, place.kind in {"row", "table"}] += 1
    return Tally(removed, added, places, kinds, sections)


def count(pieces: Iterable[Piece], sign: str) -> int:
    """How many words the pieces of a sign have."""
    return sum(len(_WORD.findall(piece.text)) for piece in pieces if piece.sign == sign)


class _Walk:
    """One pass over a comparison; knows the heading above."""

    def __init__(self) -> None:
        self._section = ""
        self._move = 0

    def blocks(self, blocks: Blocks, mark: Sign = "") -> Iterator[Place]:
        for block in blocks:
            yield from self._block(block, mark)

    def _block(self, block: Any, mark: Sign) -> Iterator[Place]:
        match block:
            case Changed(own, inner):
                yield from self._changed(own, inner)
            case Moved():
                yield from self._moved(block)
            case Heading(_, children):
                self._section = plain(only(children, "+")) or plain(children)
                yield self._words("heading", children, mark)
            case Table(_, header):
                if header:
                    yield self._row(header, mark)
                for row, own in rows(block):
                    yield self._row(row, own or mark)
            case CodeBlock(text):
                yield self._place("code", _change(mark), "", (_piece(mark, text),))
            case Image(_, alt):
                yield self._place("picture", _change(mark), "", (_piece(mark, alt),))
            case Rule():
                yield self._place("line", _change(mark), "", ())
            case _:
                yield from self._parts(block, mark)

    def _changed(self, mark: Sign, block: Any) -> Iterator[Place]:
        """A block that is there on one side only: one place, however much is in it."""
        inner = list(_Walk().blocks((block,), mark))
        kind: Kind = inner[0].kind if inner else "paragraph"
        if isinstance(block, Heading):
            self._section, kind = plain(block.children), "section"
            yield self._place(kind, _change(mark), self._section, inner[0].pieces)
            return
        elif isinstance(block, Table):
            kind = "table"
        if kind in {"step", "item"} and len(inner) > 1:
            yield from (replace(place, section=self._section, move=self._move) for place in inner)
            return
        pieces: list[Piece] = []
        for place in inner:
            pieces += [Piece("=", "\n")] * bool(pieces and place.pieces) + list(place.pieces)
        yield self._place(kind, _change(mark), inner[0].name if inner else "", tuple(pieces))

    def _moved(self, block: Moved) -> Iterator[Place]:
        heading = heading_of(block)
        above, self._move = self._section, block.number
        if block.sign == "-":
            yield self._place("section", "moved-away", heading, ())
        else:
            self._section = heading
            yield self._place("section", "moved", heading, (), above)
            yield from self.blocks(block.blocks)
        self._move = 0

    def _parts(self, block: Any, mark: Sign) -> Iterator[Place]:
        """Whatever else there is: words of its own, blocks, items."""
        for name, kind in parts(block).items():
            own = getattr(block, name)
            if kind == "words":
                yield self._words("paragraph", own, mark)
            elif kind == "blocks":
                yield from self.blocks(own, mark)
            elif kind == "flows":
                for blocks in own:
                    yield from self.blocks(blocks, mark)
            else:
                for index, item in enumerate(own):
                    number = block.number(index).rstrip(".)") if isinstance(block, OrderedList) else ""
                    yield from self._item(item, item.sign or mark, number)

    def _item(self, item: Any, mark: Sign, name: str) -> Iterator[Place]:
        kind: Kind = "step" if name else "item"
        for index, place in enumerate(self._parts(item, mark)):
            known = place.kind == "paragraph" and index == 0
            yield replace(place, kind=kind, name=name) if known else place

    def _row(self, row: Row, mark: Sign) -> Place:
        pieces: list[Piece] = []
        for cell in row:
            pieces += [Piece("=", " | ")] * bool(pieces) + list(_pieces(cell, mark))
        name = plain(only(row[0], "+" if mark != "-" else "-"))
        return self._place("row", _of(pieces, mark), name, tuple(pieces))

    def _words(self, kind: Kind, children: Inlines, mark: Sign) -> Place:
        pieces = tuple(_pieces(children, mark))
        text = plain(only(children, "-" if mark == "-" else "+"))
        number = likeness.number_of(text).strip().rstrip(".")
        step = kind == "paragraph" and _STEP.match(text) is not None
        return self._place("step" if step else kind, _of(pieces, mark), number, pieces)

    def _place(
        self, kind: Kind, change: Change, name: str, pieces: tuple[Piece, ...], section: str | None = None
    ) -> Place:
        return Place(self._section if section is None else section, kind, change, name, pieces, self._move)


def _change(mark: Sign) -> Change:
    return "added" if mark == "+" else "removed" if mark == "-" else ""


def _of(pieces: Iterable[Piece], mark: Sign) -> Change:
    """What happened to words: added or removed whole, changed, given another number, or nothing."""
    if mark:
        return _change(mark)
    if all(piece.sign == "=" for piece in pieces):
        return ""
    return "renumbered" if _renumbered(tuple(pieces)) else "changed"


def _renumbered(pieces: tuple[Piece, ...]) -> bool:
    """Whether only the number that the words begin with differs."""
    one, other = ("".join(piece.text for piece in pieces if piece.sign != sign) for sign in "+-")
    heads = likeness.number_of(one), likeness.number_of(other)
    return all(heads) and one[len(heads[0]) :] == other[len(heads[1]) :]


def _pieces(inlines: Inlines, mark: Sign) -> Iterator[Piece]:
    """The words, those that were added, removed or kept together as one piece each."""
    for own, group in groupby(inlines, lambda inline: inline.sign if isinstance(inline, Marked) else mark):
        words = plain(group)
        if words:
            yield _piece(own, words)


def _piece(mark: Sign, text: str) -> Piece:
    return Piece(mark or "=", text)
