"""Git trees as bytes: read strictly, and changed in one place to predict the next.

The verifier computes the tree that an entry must have from its parent's and compares the ids; equal ids mean exactly
that change and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from docctl.core.commit import object_id
from docctl.core.ports import Kind
from docctl.errors import Malformed

FILE = b"100644"
FOLDER = b"40000"
_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RESERVED = re.compile(rb"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?|.*\.")
_LINE = re.compile(rb"([0-7]{5,6}) ([^\x00]+)\x00.{20}", re.DOTALL)
_LINES = re.compile(rb"(?:([0-7]{5,6}) ([^\x00]+)\x00.{20}){64}", re.DOTALL)
MAX_ENTRIES = 100_000


class Item(NamedTuple):
    """One line of a tree."""

    folder: bool
    name: str
    id: str


def is_plain_name(name: str) -> bool:
    """Whether a file or folder may be called so: ASCII letters, digits, dot, dash, underscore; good on every system."""
    raw = name.encode("utf-8", "surrogateescape")
    return _NAME.fullmatch(raw) is not None and _RESERVED.fullmatch(raw) is None


def parse(data: bytes) -> tuple[Item, ...]:
    """The lines of a tree object.

    Raises:
        Malformed: `tree-grammar`, `tree-mode` (anything but plain files and folders), `tree-name`, `tree-order`.
    """
    items: list[Item] = []
    names: set[bytes] = set()
    at = 0
    last = b""
    while at < len(data):
        end = data.find(b"\x00", at)
        mode, space, name = data[at:end].partition(b" ")
        if end < 0 or not space or end + 21 > len(data) or len(items) >= MAX_ENTRIES:
            raise Malformed("tree-grammar")
        if mode not in (FILE, FOLDER):
            raise Malformed(
                "tree-mode", mode=mode.decode("ascii", "replace")[:10], name=name.decode("ascii", "replace")
            )
        if _NAME.fullmatch(name) is None or _RESERVED.fullmatch(name) is not None:
            raise Malformed("tree-name", name=name.decode("ascii", "replace")[:100])
        key = name + (b"/" if mode == FOLDER else b"")
        # A file and a folder of one name need not be neighbours: `a-b` stands between `a` and `a/`.
        if key <= last or name in names:
            raise Malformed("tree-order", name=name.decode())
        last = key
        names.add(name)
        items.append(Item(mode == FOLDER, name.decode(), data[end + 1 : end + 21].hex()))
        at = end + 21
    return tuple(items)


def build(items: Iterable[Item]) -> bytes:
    """The bytes of a tree with these lines, in git's order."""
    ordered = sorted(items, key=lambda item: item.name + ("/" if item.folder else ""))
    return b"".join(
        (FOLDER if item.folder else FILE) + b" " + item.name.encode() + b"\x00" + bytes.fromhex(item.id)
        for item in ordered
    )


def find(data: bytes, name: str) -> Item | None:
    """One line of a tree by its name, without reading the others.

    Names hold no blank, so the bytes looked for can stand at a line's start or wholly inside another line's 20 id
    bytes, and the latter would take choosing 9 bytes of a SHA-1 for a month's folder, 10 and more for all others.
    """
    for mode, folder in ((FOLDER, True), (FILE, False)):
        at = data.find(mode + b" " + name.encode() + b"\x00")
        start = at + len(mode) + len(name) + 2
        if at >= 0 and start + 20 <= len(data):
            return Item(folder, name, data[start : start + 20].hex())
    return None


def replaced(data: bytes, name: str, folder_id: str | None) -> bytes:
    """The tree with the folder `name` put in, exchanged, or (None) taken out.

    All three are splices, so that a folder of thousands costs little. A tree that git itself would refuse stays one.
    """
    line = b" " + name.encode() + b"\x00"
    fresh = b"" if folder_id is None else FOLDER + line + bytes.fromhex(folder_id)
    start = data.find(FOLDER + line)
    if start >= 0:
        return data[:start] + fresh + data[start + len(FOLDER) + len(line) + 20 :]
    start = data.find(FILE + line)
    if start >= 0:
        data = data[:start] + data[start + len(FILE) + len(line) + 20 :]
    at = _place(data, line[1:-1] + b"/") if fresh else 0
    return data[:at] + fresh + data[at:]


def _place(data: bytes, key: bytes) -> int:
    """Where the line of a folder belongs; blocks of lines are skipped by their last one."""
    at = 0
    for pattern in (_LINES, _LINE):
        while (found := pattern.match(data, at)) is not None and _key(found) < key:
            at = found.end()
    return at


def _key(found: re.Match[bytes]) -> bytes:
    """What a line is sorted by."""
    mode, name = found.groups()
    return name + b"/" if mode == FOLDER else name


def files_tree(files: Mapping[str, bytes]) -> tuple[str, list[tuple[Kind, bytes]]]:
    """Id of the tree that holds these files, and the objects to store."""
    objects: list[tuple[Kind, bytes]] = [("blob", content) for content in files.values()]
    data = build(Item(False, name, object_id("blob", content)) for name, content in files.items())
    return object_id("tree", data), [*objects, ("tree", data)]
