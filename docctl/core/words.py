"""Which words were added and removed between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Sign = Literal["=", "-", "+"]
_TOKEN = re.compile(r"\w+|\s|[^\w\s]")


class Piece(NamedTuple):
    """A run of text that is kept, removed or added."""

    sign: Sign
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces that lead from one text to the other; lines first, then words inside what changed."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            pieces.append(Piece("=", "".join(before[a:b])))
        else:
            pieces += _words("".join(before[a:b]), "".join(after[c:d]))
    return pieces


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            yield Piece("=", "".join(before[a:b]))
            continue
        if a < b:
            yield Piece("-", "".join(before[a:b]))
        if c < d:
            yield Piece("+", "".join(after[c:d]))
