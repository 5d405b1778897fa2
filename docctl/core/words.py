"""What two sequences share, in order: the words of a paragraph, the paragraphs of a section.

Few changes are found exactly (Myers 1986, the shortest list of changes). Where that would take too long, what stands
once in both holds the two together, and the parts between are compared anew. All of it is bounded: an `Effort` is spent
by every step, and once it is gone a part that differs is taken as wholly different.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Sign = Literal["=", "-", "+"]
_WORD = re.compile(r"\w+|\s|[^\w\s]")
MAX_STEPS = 4_000_000  # for a whole comparison: a few seconds
_DEEPEST = 300  # changes searched for exactly in one part
_LAYERS = 30


@dataclass(slots=True)
class Effort:
    """How many steps a comparison may still take."""

    left: int = MAX_STEPS

    def spend(self, steps: int) -> bool:
        """Take steps; whether they were to be had."""
        enough = self.left >= steps
        self.left = max(0, self.left - steps)
        return enough


class Piece(NamedTuple):
    """A run of text that is kept, removed or added."""

    sign: Sign
    text: str


class Run(NamedTuple):
    """`before[a:b]` stands against `after[c:d]`; one of them may be empty."""

    same: bool
    a: int
    b: int
    c: int
    d: int


def compare(old: str, new: str) -> list[Piece]:
    """The words that lead from one piece of text to the other, kept, removed and added."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for run in runs(before, after, Effort()):
        gone, come = "".join(before[run.a : run.b]), "".join(after[run.c : run.d])
        if run.same:
            pieces.append(Piece("=", come))
        else:
            pieces += [Piece("-", gone)] * bool(gone) + [Piece("+", come)] * bool(come)
    return pieces


def runs(before: Sequence[Hashable], after: Sequence[Hashable], effort: Effort) -> list[Run]:
    """The runs that lead from one sequence to the other, the same and different ones in turn."""
    numbers: dict[Hashable, int] = {}
    one, other = ([numbers.setdefault(item, len(numbers)) for item in items] for items in (before, after))
    pairs = _pairs(one, other, effort)
    found: list[Run] = []
    a = c = 0
    for i, j in (*pairs, (len(one), len(other))):
        if i > a or j > c:
            found.append(Run(False, a, i, c, j))
        if i < len(one) and j < len(other):
            last = found[-1] if found else None
            if last is not None and last.same and (last.b, last.d) == (i, j):
                found[-1] = last._replace(b=i + 1, d=j + 1)
            else:
                found.append(Run(True, i, i + 1, j, j + 1))
        a, c = i + 1, j + 1
    return found


def ends_alike(before: Sequence[Hashable], after: Sequence[Hashable]) -> tuple[int, int]:
    """How many at the beginning, and behind those how many at the end, are the same in both."""
    most = min(len(before), len(after))
    start = 0
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, end


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of pairs, given by rising first place, whose second places rise too."""
    tails: list[int] = []  # of each length, the smallest second place that a choice ends with
    held: list[int] = []  # and the pair it ends with
    before: list[int] = []
    for index, (_, second) in enumerate(pairs):
        length = bisect_left(tails, second)
        before.append(held[length - 1] if length else -1)
        tails[length : length + 1] = [second]
        held[length : length + 1] = [index]
    chosen: list[tuple[int, int]] = []
    at = held[-1] if held else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _pairs(one: list[int], other: list[int], effort: Effort) -> list[tuple[int, int]]:
    """Places of what is the same in both, in order."""
    found: list[tuple[int, int]] = []
    waiting = [(0, len(one), 0, len(other), _LAYERS)]
    while waiting:
        a, b, c, d, layers = waiting.pop()
        start, end = ends_alike(one[a:b], other[c:d])
        found += [(a + k, c + k) for k in range(start)]
        found += [(b - k, d - k) for k in range(1, end + 1)]
        a, b, c, d = a + start, b - end, c + start, d - end
        if a == b or c == d or not effort.spend(b - a + d - c):
            continue
        exact = _shortest(one[a:b], other[c:d], effort)
        if exact is not None:
            found += [(a + i, c + j) for i, j in exact]
            continue
        anchors = _anchors(one[a:b], other[c:d]) if layers else []
        if not anchors:
            continue
        at, to = a, c
        for i, j in (*((a + i, c + j) for i, j in anchors), (b, d)):
            waiting.append((at, i, to, j, layers - 1))
            at, to = i, j
    return sorted(found)


def _anchors(one: list[int], other: list[int]) -> list[tuple[int, int]]:
    """Places of what stands once in each, as many as can be had in order."""
    here, there = Counter(one), Counter(other)
    places = {item: j for j, item in enumerate(other) if there[item] == 1}
    return rising([(i, places[item]) for i, item in enumerate(one) if here[item] == 1 and item in places])


def _shortest(one: list[int], other: list[int], effort: Effort) -> list[tuple[int, int]] | None:
    """Places of what is the same, so that the fewest are left over; None where that takes too many steps.

    `reach[k]` is how far one gets in `one` on the diagonal `i - j = k`; `trail` keeps it for every number of changes.
    """
    n, m = len(one), len(other)
    middle = _DEEPEST + 1
    reach = [0] * (2 * middle + 1)
    trail: list[array[int]] = []
    for depth in range(min(n + m, _DEEPEST) + 1):
        trail.append(array("q", reach[middle - depth - 1 : middle + depth + 2]))
        walked = 0
        for k in range(-depth, depth + 1, 2):
            down = k == -depth or (k != depth and reach[middle + k - 1] < reach[middle + k + 1])
            i = reach[middle + k + 1] if down else reach[middle + k - 1] + 1
            first = i
            while i < n and i - k < m and one[i] == other[i - k]:
                i += 1
            walked += i - first
            reach[middle + k] = i
            if i >= n and i - k >= m:
                return _walked_back(trail, n, m)
        if not effort.spend(depth + 1 + walked):
            return None
    return None


def _walked_back(trail: list[array[int]], i: int, j: int) -> list[tuple[int, int]]:
    """The places of what is the same, along the way that `trail` tells."""
    found: list[tuple[int, int]] = []
    for depth in range(len(trail) - 1, -1, -1):
        reach, middle = trail[depth], depth + 1
        k = i - j
        down = k == -depth or (k != depth and reach[middle + k - 1] < reach[middle + k + 1])
        before = k + 1 if down else k - 1
        to = reach[middle + before] if depth else 0
        while i > to + (depth > 0 and not down):
            i, j = i - 1, j - 1
            found.append((i, j))
        if depth:
            i, j = to, to - before
    return found[::-1]
