"""Which parts of a text go on landscape pages: tables too wide to be read upright, with what stands right above them.

Width is a matter of words, not of columns: eight columns of numbers stand upright, four of long words may not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docctl.renderers import tree, widths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docctl.renderers.tree import Block, Blocks

_SMALLEST = 8.5  # points: below it, a table is better turned than shrunk
_MANY_COLUMNS = 5
_CRAMPED = 45  # lines of the tallest row times columns
_RELIEF = 0.75  # what a landscape page must make of them
_LEAD = 240  # characters of a paragraph that only leads in a table


@dataclass(frozen=True, slots=True)
class Spread:
    """Blocks that share pages of one form."""

    wide: bool
    blocks: Blocks


def spreads(blocks: Blocks, upright: float, turned: float) -> tuple[Spread, ...]:
    """The blocks in order, upright and landscape; headings and a leading line stay with their table.

    Of a comparison, a table that was added or removed lies as it would in a text, and what was moved lies whole as its
    widest table does.

    Args:
        blocks: Of a whole text; what lies inside lists and quotes stays upright.
        upright: Width of an upright line in points.
        turned: Width of a line on a landscape page.
    """
    waiting: list[Block] = []
    found: list[tuple[bool, list[Block]]] = []
    for block in blocks:
        if not any(is_wide(table, upright, turned) for table in _tables(block)):
            waiting.append(block)
            continue
        lead = _lead(waiting)
        before = waiting[: len(waiting) - len(lead)]
        if before or not found:
            found += [(False, before)] if before else []
            found.append((True, []))
        found[-1][1].extend([*lead, block])
        waiting = []
    found += [(False, waiting)] if waiting else []
    return tuple(Spread(wide, tuple(part)) for wide, part in found)


def is_wide(table: tree.Table, upright: float, turned: float) -> bool:
    """Whether a table cannot be read well upright and can be on its side."""
    columns, wider = widths.columns(table, upright), widths.columns(table, turned)
    many = len(table.align) >= _MANY_COLUMNS
    if columns.size < _SMALLEST or not columns.whole:
        return wider.whole or many
    tall = _tallest(table, columns)
    return many and tall * len(table.align) > _CRAMPED and _tallest(table, wider) < tall * _RELIEF


def _tallest(table: tree.Table, columns: widths.Columns) -> float:
    """Lines of the tallest row, estimated."""
    return max(
        (
            widths.width(tree.plain(cell), columns.size) / max(width - widths.PADDING, 1.0)
            for row in (table.header, *table.rows)
            for cell, width in zip(row, columns.widths, strict=False)
        ),
        default=0.0,
    )


def _tables(block: Block) -> Iterator[tree.Table]:
    match block:
        case tree.Table():
            yield block
        case tree.Changed(_, inner):
            yield from _tables(inner)
        case tree.Moved("+", _, blocks):  # where it stood, most faces show a line of words
            for one in blocks:
                yield from _tables(one)
        case _:
            pass


def _lead(blocks: list[Block]) -> list[Block]:
    """The end of the blocks that belongs to a table behind them: headings, and one short paragraph."""
    at = len(blocks)
    bare = [block.block if isinstance(block, tree.Changed) else block for block in blocks]
    if at and _leads(bare[at - 1]):
        at -= 1
    while at and isinstance(bare[at - 1], tree.Heading):
        at -= 1
    return blocks[at:]


def _leads(block: Block) -> bool:
    return isinstance(block, tree.Paragraph) and len(tree.plain(block.children)) <= _LEAD
