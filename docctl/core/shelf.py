"""The git objects that judging needs: read through a port, kept for a while, and new trees computed on top."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator

from docctl.core import tree
from docctl.core.commit import object_id
from docctl.core.content import MAX_FILES, MAX_FOLDER
from docctl.core.heading import Heading
from docctl.core.ports import LIMITS, Kind
from docctl.errors import Malformed, Unavailable

Fetch = Callable[..., Iterator[tuple[str, bytes]]]  # as `Ledger.fetch`

_DEEPEST = 6  # no lawful entry goes deeper than records/<FORM>/<year>/<month>/<ID>
_KEPT = 48 * 1024 * 1024
EMPTY_TREE = object_id("tree", b"")


class Shelf:
    """Objects by id: a bounded memory in front of a fetching function that checks what it reads."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._kept: OrderedDict[tuple[Kind, str], bytes] = OrderedDict()
        self._size = 0
        # What was read ahead of judging, by the folder's tree.
        self.headings: dict[str, Heading] = {}

    def get(self, kind: Kind, object_name: str) -> bytes:
        """The bytes of one object.

        Raises:
            Unavailable: if the ledger cannot give it.
        """
        if kind == "tree" and object_name == EMPTY_TREE:
            return b""
        kept = self._kept.get((kind, object_name))
        if kept is not None:
            self._kept.move_to_end((kind, object_name))
            return kept
        ((_, data),) = self._fetch(kind, [object_name])
        self.put(kind, object_name, data)
        return data

    def several(self, kind: Kind, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Objects read in one sweep, each with its id, in any order; they are not kept.

        Raises:
            Unavailable: if the ledger cannot give one.
        """
        return iter(self._fetch(kind, list(dict.fromkeys(names))))

    def put(self, kind: Kind, object_name: str, data: bytes) -> None:
        """Keep an object whose id was computed or checked."""
        if (kind, object_name) in self._kept:
            return
        self._kept[kind, object_name] = data
        self._size += len(data)
        while self._size > _KEPT and len(self._kept) > 1:
            self._size -= len(self._kept.popitem(last=False)[1])

    def prefetch(self, trees: Iterable[str], ending: str = "") -> None:
        """Read folders and their files (of that ending) in two sweeps instead of one request each.

        Nothing but speed: what cannot be read is missed only if the entry that names it has to be looked at.
        """
        wanted = [name for name in dict.fromkeys(trees) if ("tree", name) not in self._kept and name != EMPTY_TREE]
        files: list[str] = []
        try:
            for name, data in self._fetch("tree", wanted):
                self.put("tree", name, data)
                try:
                    items = tree.parse(data)[:MAX_FILES]
                    files += [item.id for item in items if not item.folder and item.name.endswith(ending)]
                except Malformed:
                    continue  # judged, and reported, when its entry's turn comes
            for name, data in self._fetch("blob", [n for n in dict.fromkeys(files) if ("blob", n) not in self._kept]):
                self.put("blob", name, data)
        except Unavailable:
            return

    def files(self, folder: str) -> dict[str, bytes]:
        """The files of a folder that holds nothing but files.

        Raises:
            Malformed: if the tree is not such a folder.
        """
        items = tree.parse(self._sized("tree", folder))
        if len(items) > MAX_FILES or any(item.folder for item in items):
            raise Malformed("files-too-many", limit=MAX_FILES)
        found: dict[str, bytes] = {}
        left = MAX_FOLDER
        for item in items:
            found[item.name] = self._sized("blob", item.id)
            left -= len(found[item.name])
            if left < 0:
                raise Malformed("files-too-large", limit=MAX_FOLDER)
        return found

    def _sized(self, kind: Kind, object_name: str) -> bytes:
        """The bytes of one object, unless they are too many: which is the fault of who entered it, not of this copy.

        Only if its hash is right, which is found out by reading it to its end once more.
        """
        try:
            return self.get(kind, object_name)
        except Unavailable as error:
            if error.code != "object-too-large":
                raise
            list(self._fetch(kind, [object_name], cut=True))
            raise Malformed("files-too-large", limit=LIMITS[kind]) from None

    def laid(self, folder: str) -> dict[str, bytes] | None:
        """The files of a folder if all of them lie here; nothing is fetched."""
        data = self._kept.get(("tree", folder))
        try:
            items = () if data is None else tree.parse(data)
        except Malformed:
            return None
        found = {item.name: self._kept.get(("blob", item.id)) for item in items[:MAX_FILES]}
        files = {name: data for name, data in found.items() if data is not None}
        return files if 0 < len(files) == len(items) else None

    def look(self, root: str, path: tuple[str, ...]) -> str | None:
        """Id of the folder at a path, or None."""
        for name in path:
            item = tree.find(self.get("tree", root), name)
            if item is None or not item.folder:
                return None
            root = item.id
        return root

    def changed(self, root: str, path: tuple[str, ...], folder: str | None) -> str:
        """Id of the tree with the folder at a path put in, exchanged, or (None) taken out with its empty parents."""
        name, *rest = path
        data = self.get("tree", root)
        if rest:
            item = tree.find(data, name)
            inner = item.id if item is not None and item.folder else EMPTY_TREE
            inner = self.changed(inner, tuple(rest), folder)
            folder = None if inner == EMPTY_TREE else inner
        fresh = tree.replaced(data, name, folder)
        name_of_fresh = object_id("tree", fresh)
        self.put("tree", name_of_fresh, fresh)
        return name_of_fresh

    def fresh_trees(self, old: str, new: str) -> list[tuple[Kind, bytes]]:
        """The tree objects of `new` that `old` does not have at the same place: what an entry must store."""
        if old == new:
            return []
        known = {item.name: item.id for item in self._lines(old) if item.folder}
        objects: list[tuple[Kind, bytes]] = [("tree", self.get("tree", new))]
        for item in self._folders(new):
            objects += self.fresh_trees(known.get(item.name, EMPTY_TREE), item.id)
        return objects

    def changes(self, old: str, new: str, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """Path, old id and new id of each folder whose own files differ between two trees."""
        if old == new or len(path) > _DEEPEST:
            return
        before, after = self._lines(old), self._lines(new)
        if {item for item in before if not item.folder} != {item for item in after if not item.folder}:
            yield path, old if before else EMPTY_TREE, new if after else EMPTY_TREE
        ids = {item.name: item.id for item in before if item.folder}
        then = {item.name: item.id for item in after if item.folder}
        for name in sorted(ids.keys() | then.keys()):
            yield from self.changes(ids.get(name, EMPTY_TREE), then.get(name, EMPTY_TREE), (*path, name))

    def _folders(self, name: str) -> list[tree.Item]:
        return [item for item in tree.parse(self.get("tree", name)) if item.folder]

    def _lines(self, name: str) -> tuple[tree.Item, ...]:
        """The lines of a tree; none of one that an unlawful entry brought and that cannot be read."""
        try:
            return tree.parse(self.get("tree", name))
        except Malformed:
            return ()
