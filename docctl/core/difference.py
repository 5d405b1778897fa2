"""Which files differ between two trees, for people; bounded, since a tree may be made to have no end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docctl.core import tree
from docctl.core.shelf import EMPTY_TREE, Shelf
from docctl.core.tree import Item
from docctl.errors import Malformed, Unavailable

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
_DEEPEST = 12
_TREES = 2000
_FILES = 500


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file.

    Attributes:
        path: From the root, `drafts/PRO-01/az.md`.
        change: "added", "removed", "changed" or "moved".
        source: Where a moved file lay before, else "".
    """

    path: str
    change: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Every file that differs, by path.

    Attributes:
        complete: Whether this is all: False where a tree cannot be read, or holds more than is looked at.
    """

    files: tuple[FileChange, ...] = ()
    complete: bool = True


def between(shelf: Shelf, old: str, new: str) -> Difference:
    """The files that differ between two root trees."""
    walk = _Walk(shelf)
    found: list[tuple[str, str | None, str | None]] = []
    for one in walk.files("", old, new, 0):
        if len(found) == _FILES:
            walk.complete = False
            break
        found.append(one)
    gone = {before: path for path, before, after in found if before is not None and after is None}
    moved = {gone[after] for _, before, after in found if before is None and after in gone}
    return Difference(
        tuple(_change(path, before, after, gone) for path, before, after in sorted(found) if path not in moved),
        walk.complete,
    )


def _change(path: str, before: str | None, after: str | None, gone: dict[str, str]) -> FileChange:
    if before is None:
        source = gone.get(after or "")
        return FileChange(path, MOVED, source) if source else FileChange(path, ADDED)
    return FileChange(path, REMOVED if after is None else CHANGED)


class _Walk:
    """One comparison, with the trees that it may still read."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._left = _TREES
        self.complete = True

    def files(self, path: str, old: str, new: str, depth: int) -> Iterator[tuple[str, str | None, str | None]]:
        """Path, old and new blob of each file that differs below two trees."""
        if old == new:
            return
        if depth > _DEEPEST:
            self.complete = False
            return
        before, after = self._items(old), self._items(new)
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            if was == now:
                continue
            folders = [one.id if one is not None and one.folder else EMPTY_TREE for one in (was, now)]
            yield from self.files(f"{path}{name}/", folders[0], folders[1], depth + 1)
            blobs = [one.id if one is not None and not one.folder else None for one in (was, now)]
            if blobs[0] != blobs[1]:
                yield f"{path}{name}", blobs[0], blobs[1]

    def _items(self, name: str) -> dict[str, Item]:
        if name == EMPTY_TREE:
            return {}
        self._left -= 1
        try:
            if self._left >= 0:
                return {item.name: item for item in tree.parse(self._shelf.get("tree", name))}
        except (Malformed, Unavailable):
            pass
        self.complete = False
        return {}
