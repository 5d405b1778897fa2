"""What leads from one text to another, as one tree that every format can draw: nodes with marks.

Blocks, items of a list and rows of a table are matched by likeness, and what is matched is compared word by word. A
section that stands elsewhere is found and called moved. The same sections are compared wherever they stand.

Not for: choosing words about the changes (`places` gathers them, the library names them), and not for drawing.

Rules:
    * Nothing is lost: without what was added the tree is the old text, without what was removed the new one (`only`).
    * What differs in more than words (a heading's level, the kind of a list, the columns of a table, lines of code) is
      shown whole: removed, and added.
    * Time is bounded, whatever the texts (`core.words`); what is too much to compare is shown whole too.
    * No kind of node is named here that need not be: what a node consists of is read from its declaration, so that a
      new kind is compared from the first day.

Example:
    >>> from docctl.renderers import tree
    >>> compare(tree.parse("Staff may read."), tree.parse("Staff must read."))[0].children[1:3]
    (Marked(sign='-', children=(Text(text='may'),)), Marked(sign='+', children=(Text(text='must'),)))
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from docctl.core.words import Effort, Run, runs
from docctl.renderers import likeness, marking
from docctl.renderers.likeness import Profile, aligned, profile, strings
from docctl.renderers.marking import parts
from docctl.renderers.nodes import Changed, Heading, Marked, Moved, Note, OrderedList, Paragraph, Table, Text, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docctl.renderers.nodes import Block, Blocks, Inline, Inlines, Row, Sign, Written

# Numbers with their points and commas are one word: 3.2, 24,5, 12.05.2026.
_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|\w+(?:[-'’]\w+)*|\s+|[^\w\s]")
_WORD = re.compile(r"\w")
# Fields in which two nodes may differ and still be compared: layout, and numbers that follow from the place.
_LAYOUT = frozenset(("tight", "info", "sign", "note", "number", "numbers", "prefix"))
_MOVED = 0.6  # the share of words from which on a section that stands elsewhere is the same one
_LEAST_MOVED = 4  # words that a section must have for that
_MOST_MOVED = 10_000  # pairs of sections looked at


def compare(old: Blocks, new: Blocks) -> Blocks:
    """Both texts in one tree.

    Args:
        old: As `tree.parse` makes them.
        new: The same.

    Returns:
        The blocks of both in order: unchanged ones as they are, the others with `Marked` words, items and rows, inside
        `Changed`, or inside `Moved`.
    """
    return marking.renumbered(_Comparison().all(old, new))


def compare_words(old: str, new: str) -> Inlines:
    """Two lines of words in one."""
    one, other = ((Text(words),) if words else () for words in (old, new))
    return _Comparison().words(one, other)


class _Token(NamedTuple):
    """A word, blank or sign with the marks around it, or an inline node that has no words of its own to compare."""

    around: tuple[Inline, ...]
    what: str | Inline


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading with the blocks up to the next heading, of whatever level; the first has no heading."""

    heading: Heading | None
    blocks: Blocks

    @property
    def all(self) -> Blocks:
        return (self.heading, *self.blocks) if self.heading else self.blocks


class _Comparison:
    """One comparison with what it may still spend."""

    def __init__(self) -> None:
        self._effort = Effort()

    # -- sections ------------------------------------------------------------------------------------------------------

    def all(self, old: Blocks, new: Blocks) -> Blocks:
        """Two texts in one."""
        one, other = _sections(old), _sections(new)
        pairs = aligned(one, other, _section_profile, self._effort)
        moved = self._moved(one, other, pairs)
        found: list[Block] = []
        for i, j in pairs:
            if i is not None and j is not None:
                found += self._section(one[i], other[j])
            elif i is not None:
                found += moved.get(("-", i)) or _whole("-", one[i].all)
            elif j is not None:
                found += moved.get(("+", j)) or _whole("+", other[j].all)
        return tuple(_together(found))

    def _section(self, old: _Section, new: _Section) -> list[Block]:
        return [*self._pair(old.heading, new.heading), *self._blocks(old.blocks, new.blocks)]

    def _moved(
        self, old: list[_Section], new: list[_Section], pairs: list[tuple[int | None, int | None]]
    ) -> dict[tuple[Sign, int], list[Block]]:
        """Sections without a counterpart at their place that have one elsewhere: what to show, by side and place."""
        to = self._places(
            [(i, _section_profile(old[i])) for i, j in pairs if i is not None and j is None and old[i].heading],
            [(j, _section_profile(new[j])) for i, j in pairs if i is None and j is not None and new[j].heading],
        )
        found: dict[tuple[Sign, int], list[Block]] = {}
        number = 0
        for i, j in sorted(to.items(), key=lambda pair: pair[1]):
            blocks = tuple(self._section(old[i], new[j]))
            if to.get(i - 1) == j - 1:  # moved together with the section above it
                for place in (("-", i), ("+", j)):
                    found[place] = [Moved(place[0], number, blocks)]
                continue
            number += 1
            found["-", i], found["+", j] = [Moved("-", number, blocks)], [Moved("+", number, blocks)]
        return found

    def _places(self, gone: list[tuple[int, Profile]], come: list[tuple[int, Profile]]) -> dict[int, int]:
        """Which of the sections gone is which of those that came, the most alike first."""
        if len(gone) * len(come) > _MOST_MOVED:
            return {}
        alike = [
            (one.likeness(other), -j, i, j)
            for i, one in gone
            for j, other in come
            if min(one.size, other.size) >= _LEAST_MOVED and self._effort.spend(len(one.words))
        ]
        to: dict[int, int] = {}
        for share, _, i, j in sorted(alike, reverse=True):
            if share >= _MOVED and i not in to and j not in to.values():
                to[i] = j
        return to

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _blocks(self, old: Blocks, new: Blocks) -> list[Block]:
        found: list[Block] = []
        for i, j in aligned(old, new, _block_profile, self._effort):
            found += self._pair(None if i is None else old[i], None if j is None else new[j])
        return found

    def _pair(self, old: Block | None, new: Block | None) -> list[Block]:
        """Two blocks that belong together; either may be missing."""
        if old is not None and new is not None:
            if old == new:
                return [new]
            if _shape(old) == _shape(new):
                return [self._inside(old, new)]
        gone = [] if old is None else _whole("-", (old,))
        return gone if new is None else gone + _whole("+", (new,))

    def _inside(self, old: Any, new: Any) -> Any:
        """Two nodes of one shape, compared part by part."""
        if isinstance(new, Table):
            return self._table(old, new)
        inner: dict[str, Any] = {}
        for name, kind in parts(new).items():
            one, other = getattr(old, name), getattr(new, name)
            if kind == "words":
                inner[name] = self.words(one, other)
            elif kind == "blocks":
                inner[name] = tuple(self._flow(one, other))
            elif kind == "flows":
                inner[name] = tuple(self._flows(one, other))
            elif kind == "items":
                inner[name] = tuple(self._items(one, other))
        if isinstance(new, OrderedList):
            inner["numbers"] = tuple(_numbers(inner["items"], old.numbers, new.numbers))
        return replace(new, **inner)

    def _flow(self, old: Blocks, new: Blocks) -> list[Block]:
        """The blocks of an item or a quote; the first paragraphs of the two belong together, for it is one item."""
        if old and new and isinstance(old[0], Paragraph) and isinstance(new[0], Paragraph):
            return [*self._pair(old[0], new[0]), *self._blocks(old[1:], new[1:])]
        return self._blocks(old, new)

    def _flows(self, old: tuple[Blocks, ...], new: tuple[Blocks, ...]) -> Iterator[Blocks]:
        """Several runs of blocks, such as the meanings of a term."""
        for i, j in aligned(old, new, _flow_profile, self._effort):
            yield tuple(self._flow(old[i] if i is not None else (), new[j] if j is not None else ()))

    def _items(self, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Any]:
        for i, j in aligned(old, new, _block_profile, self._effort):
            if i is None and j is not None:
                yield replace(new[j], sign="+")
            elif j is None and i is not None:
                yield replace(old[i], sign="-")
            elif i is not None and j is not None:
                if old[i] == new[j] or _shape(old[i]) == _shape(new[j]):
                    yield new[j] if old[i] == new[j] else self._inside(old[i], new[j])
                else:
                    yield from (replace(old[i], sign="-"), replace(new[j], sign="+"))

    def _table(self, old: Table, new: Table) -> Table:
        rows: list[Row] = []
        marks: list[Sign] = []
        for i, j in aligned(old.rows, new.rows, _row_profile, self._effort):
            if i is not None and j is not None:
                rows.append(self._row(old.rows[i], new.rows[j]))
                marks.append("")
            else:
                rows.append(old.rows[i] if i is not None else new.rows[j or 0])
                marks.append("-" if i is not None else "+")
        return Table(new.align, self._row(old.header, new.header), tuple(rows), tuple(marks))

    def _row(self, old: Row, new: Row) -> Row:
        return tuple(self.words(one, other) for one, other in zip(old, new, strict=True))

    # -- words ---------------------------------------------------------------------------------------------------------

    def words(self, old: Inlines, new: Inlines) -> Inlines:
        """Two runs of words in one."""
        if old == new:
            return new
        one, other = list(_tokens(old)), list(_tokens(new))
        found: list[Inline] = []
        for run in _tidy(runs([*map(_key, one)], [*map(_key, other)], self._effort), one, other):
            if run.same:
                found += _rebuilt(other[run.c : run.d])
                continue
            if run.b > run.a:
                found.append(Marked("-", tuple(_rebuilt(one[run.a : run.b]))))
            if run.d > run.c:
                found.append(Marked("+", tuple(_rebuilt(other[run.c : run.d]))))
        return tuple(found)


def _sections(blocks: Blocks) -> list[_Section]:
    found: list[_Section] = []
    heading: Heading | None = None
    held: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            found.append(_Section(heading, tuple(held)))
            heading, held = block, []
        else:
            held.append(block)
    return [*found, _Section(heading, tuple(held))]


def _section_profile(section: _Section) -> Profile:
    heading = plain(section.heading.children) if section.heading else ""
    words = heading[len(likeness.number_of(heading)) :]
    # A section is known by its heading before all.
    return profile(section.heading is None, " ".join((*(words,) * 3, *strings(section.blocks))))


def _block_profile(block: Any) -> Profile:
    return profile(_shape(block), " ".join(strings(block)))


def _flow_profile(blocks: Blocks) -> Profile:
    return profile("flow", " ".join(strings(blocks)))


def _row_profile(row: Row) -> Profile:
    words = " ".join(plain(cell) for cell in row)
    # And a row by its first cell.
    return profile("row", " ".join((words, plain(row[0]) if row else "")))


def _together(blocks: list[Block]) -> Iterator[Block]:
    """Sections that moved together as one."""
    for move, group in groupby(blocks, lambda one: (one.sign, one.number) if isinstance(one, Moved) else None):
        if move is None:
            yield from group
        else:
            yield Moved(*move, tuple(block for one in group if isinstance(one, Moved) for block in one.blocks))


def _whole(mark: Sign, blocks: Blocks) -> list[Block]:
    return [Changed(mark, cast("Written", block)) for block in blocks]  # a text as it was parsed holds no other


def _shape(node: Any) -> tuple[Any, ...]:
    """Everything of a node but its words; only nodes of one shape are compared."""
    if isinstance(node, Table):
        return Table, len(node.align), bool(node.header)
    if isinstance(node, OrderedList):
        # Where the count begins is the author's; the other numbers follow.
        return OrderedList, node.numbers[0], node.mark
    inner = parts(node)
    told = (one.name for one in fields(node) if one.compare and one.name not in inner.keys() | _LAYOUT)
    return type(node), *(getattr(node, name) for name in told)


def _numbers(items: Sequence[Any], old: Sequence[int], new: Sequence[int]) -> Iterator[int]:
    """The number of each item as in its own text."""
    before, after = iter(old), iter(new)
    for item in items:
        gone = next(before) if item.sign != "+" else 0
        yield gone if item.sign == "-" else next(after)


def _key(token: _Token) -> Any:
    """What a token is compared by: a footnote by its words, not by its number."""
    return (token.around, token.what.blocks) if isinstance(token.what, Note) else token


def _tokens(inlines: tuple[Any, ...], around: tuple[Inline, ...] = ()) -> Iterator[_Token]:
    for inline in inlines:
        if isinstance(inline, Text):
            for piece in _TOKEN.findall(inline.text):
                yield _Token(around, piece)
        elif "children" in parts(inline):
            yield from _tokens(inline.children, (*around, replace(inline, children=())))
        else:
            yield _Token(around, inline)


def _rebuilt(tokens: Sequence[_Token]) -> Iterator[Inline]:
    """The nodes that tokens were made from; neighbours with the same marks around them become one."""
    for mark, group in groupby(tokens, key=lambda token: token.around[:1]):
        if mark:
            inner = [_Token(token.around[1:], token.what) for token in group]
            outer: Any = mark[0]
            yield replace(outer, children=tuple(_rebuilt(inner)))
            continue
        for is_text, words in groupby((token.what for token in group), key=lambda what: isinstance(what, str)):
            if is_text:
                yield Text("".join(str(word) for word in words))
            else:
                yield from (word for word in words if not isinstance(word, str))


def _tidy(found: list[Run], old: list[_Token], new: list[_Token]) -> list[Run]:
    """Fewer and larger changes: a few words that stayed between two larger changes are shown as changed too."""
    kept: list[Run] = []
    for run in found:
        kept.append(run)
        while len(kept) > 2 and not kept[-1].same and _trifle(kept[-3:], old, new):
            first, last = kept[-3], kept[-1]
            kept[-3:] = [Run(False, first.a, last.b, first.c, last.d)]
    return kept


def _trifle(three: list[Run], old: list[_Token], new: list[_Token]) -> bool:
    """Whether what stayed between two changes is less than either of them, or no word at all."""
    before, stayed, after = three
    if before.same or not stayed.same:
        return False
    length = _length(new[stayed.c : stayed.d])
    sizes = (
        max(_length(old[run.a : run.b]), _length(new[run.c : run.d])) for run in (before, after)
    )  # fmt: skip
    return 2 * length <= min(sizes)


def _length(tokens: Sequence[_Token]) -> int:
    """How many words there are, by their letters."""
    return sum(len(what) if isinstance(what, str) and _WORD.match(what) else 0 for _, what in tokens) + sum(
        not isinstance(what, str) for _, what in tokens
    )
