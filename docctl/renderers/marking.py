"""Trees with marks in them, as `redline` makes them: taking one side, asking what is marked, putting marks elsewhere.

What a node consists of is read from its declaration (`parts`), so that a new kind of node needs no line here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from docctl.renderers import nodes
from docctl.renderers.nodes import Changed, Heading, Image, Marked, Moved, Note, Table, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docctl.renderers.nodes import Blocks, Row, Sign

Part: TypeAlias = Literal["words", "blocks", "flows", "items"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison ready to be drawn.

    Attributes:
        blocks: What `compare` gave, with whatever is said above it.
        author: Whose changes they are, for formats that ask.
        at: When these people agreed to them: local time, `2026-01-05T14:05:00`.
    """

    blocks: Blocks
    author: str
    at: str


def parts(node: Any) -> Mapping[str, Part]:
    """The fields of a node that hold other nodes: words, blocks, several runs of blocks, or items that bear a sign."""
    kind: Any = type(node)
    return _parts(kind)


@cache
def _parts(kind: Any) -> Mapping[str, Part]:
    found: dict[str, Part] = {}
    for field in fields(kind):
        if field.type == "Inlines":
            found[field.name] = "words"
        elif field.type == "Blocks":
            found[field.name] = "blocks"
        elif field.type == "tuple[Blocks, ...]":
            found[field.name] = "flows"
        else:
            item = re.fullmatch(r"tuple\[(\w+), \.\.\.\]", str(field.type))
            if item and "sign" in getattr(getattr(nodes, item[1], None), "__dataclass_fields__", ()):
                found[field.name] = "items"
    return found


def only(value: Any, mark: Sign) -> Any:
    """Blocks (or anything in them) as the one side has them: "-" the old one, "+" the new; its marks stay."""
    if isinstance(value, Table):
        kept = [
            (row, own) for row, own in zip(value.rows, value.signs or ("",) * len(value.rows), strict=True)
            if own in {"", mark}
        ]  # fmt: skip
        return replace(
            value,
            header=only(value.header, mark),
            rows=tuple(only(row, mark) for row, _ in kept),
            signs=tuple(own for _, own in kept) if value.signs else (),
        )
    if isinstance(value, tuple):
        return tuple(only(one, mark) for one in value if getattr(one, "sign", "") in {"", mark})
    if is_dataclass(value) and not isinstance(value, type):
        inner = {part.name: only(getattr(value, part.name), mark) for part in fields(value)}
        return replace(value, **inner)
    return value


def of_item(item: Any) -> Blocks:
    """The blocks of an item, with the mark of the item on their words."""
    return tuple(inward(block, item.sign) for block in item.blocks) if item.sign else item.blocks


def touched(value: Any) -> bool:
    """Whether anything in a node or a tuple of nodes is marked."""
    if isinstance(value, tuple):
        return any(map(touched, value))
    if isinstance(value, Table) and any(value.signs):
        return True
    return bool(getattr(value, "sign", "")) or any(touched(getattr(value, name)) for name in _holding(value.__class__))


@cache
def _holding(kind: type[Any]) -> tuple[str, ...]:
    """The attributes of a kind of node in which others may stand."""
    return tuple(part.name for part in fields(kind) if part.type not in _BARE) if is_dataclass(kind) else ()


_BARE = ("str", "int", "bool", "float", str, int, bool, float)


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Blocks (or anything in them) whose pictures have other names."""
    if isinstance(value, Image):
        return replace(value, path=names.get(value.path.removeprefix("./"), value.path))
    if not names or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return tuple(renamed(one, names) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: renamed(getattr(value, part.name), names) for part in fields(value)})
    return value


def renumbered(blocks: Blocks) -> Blocks:
    """Footnotes counted anew, for those of both texts stand in one."""
    found: Blocks = _counted(blocks, "", {})
    return found


def _counted(value: Any, side: str, seen: dict[tuple[str, int], int]) -> Any:
    if isinstance(value, Note):
        key = (side, value.number)
        again = key in seen
        return replace(value, number=seen.setdefault(key, len(seen) + 1), again=again)
    if isinstance(value, Table):
        told = tuple(_counted(row, "-" if sign == "-" else side, seen) for row, sign in rows(value))
        return replace(value, header=_counted(value.header, side, seen), rows=told)
    if isinstance(value, tuple):
        return tuple(_counted(one, side, seen) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        # What moved is drawn at both places.
        own = f"moved{value.number}" if isinstance(value, Moved) and value.sign == "-" else side
        own = "-" if getattr(value, "sign", "") == "-" and own == side else own
        return replace(value, **{part.name: _counted(getattr(value, part.name), own, seen) for part in fields(value)})
    return value


def inward(value: Any, mark: Sign) -> Any:
    """A block that was added or removed, with the mark on its words; what has no words of this kind stays `Changed`."""
    if isinstance(value, Table):
        header, *others = (tuple((Marked(mark, cell),) for cell in row) for row in (value.header, *value.rows))
        return replace(value, header=header, rows=tuple(others))
    inner: dict[str, Any] = {}
    for name, kind in parts(value).items():
        own = getattr(value, name)
        if kind == "words":
            inner[name] = (Marked(mark, own),) if own else own
        elif kind == "flows":
            inner[name] = tuple(tuple(inward(one, mark) for one in blocks) for blocks in own)
        else:
            inner[name] = tuple(inward(one, mark) for one in own)
    return replace(value, **inner) if inner else Changed(mark, value)


def rows(table: Table) -> Iterator[tuple[Row, Sign]]:
    """Each row with its mark."""
    none: Sign = ""
    return zip(table.rows, table.signs or (none,) * len(table.rows), strict=True)


def heading_of(moved: Moved) -> str:
    """The words of the first heading of what moved, as the newer text has them."""
    return next((plain(only(one.children, "+")) for one in moved.blocks if isinstance(one, Heading)), "")


def homes(blocks: Blocks) -> dict[int, dict[Sign, str]]:
    """Of each move, the heading above it at its old place ("-") and at its new one ("+"); "" above the first."""
    found: dict[int, dict[Sign, str]] = {}
    above: dict[Sign, str] = {"-": "", "+": ""}
    for block in blocks:
        if isinstance(block, Moved):
            found.setdefault(block.number, {})[block.sign] = above[block.sign]
            above[block.sign] = heading_of(block)
        elif isinstance(block, Heading):
            above = {"-": plain(only(block.children, "-")), "+": plain(only(block.children, "+"))}
        elif isinstance(block, Changed) and isinstance(block.block, Heading):
            above[block.sign] = plain(block.block.children)
    return found
