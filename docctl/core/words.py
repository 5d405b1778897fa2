"""Which words were added and removed between two texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Sign = Literal["=", "-", "+"]
_TOKEN = re.compile(r"\w+|\s|[^\w\s]")
MAX_STEPS = 4_000_000  # of comparing, for a whole text: one or two seconds


class Piece(NamedTuple):
    """A run of text that is kept, removed or added."""

    sign: Sign
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces that lead from one text to the other; lines first, then words inside what changed.

    Comparing takes time that grows with the square of what changed. Where that would be too much, a changed part is
    shown whole: removed, and added.
    """
    pieces: list[Piece] = []
    left = MAX_STEPS
    for before, after in _runs(old.splitlines(keepends=True), new.splitlines(keepends=True), left):
        if before == after:
            pieces.append(Piece("=", before))
            continue
        words = _TOKEN.findall(before), _TOKEN.findall(after)
        for gone, come in _runs(*words, left):
            if gone == come:
                pieces.append(Piece("=", gone))
            else:
                pieces += [Piece("-", gone)] * bool(gone) + [Piece("+", come)] * bool(come)
        left -= min(left, _steps(*words))
    return pieces


def ends_alike(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many at the beginning, and behind those how many at the end, are the same in both."""
    most = min(len(before), len(after))
    start = 0
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, end


def _runs(before: list[str], after: list[str], left: int) -> Iterator[tuple[str, str]]:
    """The text of each run in the one and in the other, alike or not; one or the other may be empty."""
    start, end = ends_alike(before, after)
    if start:
        yield "".join(before[:start]), "".join(after[:start])
    one, other = before[start : len(before) - end], after[start : len(after) - end]
    if _steps(one, other) > left:
        yield "".join(one), "".join(other)
    else:
        for _, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            yield "".join(one[a:b]), "".join(other[c:d])
    if end:
        yield "".join(before[-end:]), "".join(after[-end:])


def _steps(before: list[str], after: list[str]) -> int:
    """About how long comparing takes: pairs that are alike, and a part of all pairs."""
    there = Counter(after)
    return sum(there[one] for one in before) + len(before) * len(after) // 16
