"""Which of two rows of things are the same thing, maybe changed: by likeness, in order, never by position alone.

What is equal is found first (`core.words.runs`). In the gaps between, each thing is known by how often it uses which
word; two are alike by the share of words that they have in common (Sørensen and Dice). A small gap is solved exactly.
In a large one only those pairs are looked at that share a rare word, so that time does not grow with the square.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from docctl.core.words import rising, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from docctl.core.words import Effort

ALIKE = 0.4  # the share of words from which on one thing is taken for the other
_SMALL = 2500  # pairs of a gap that is solved exactly
_RARE = 6  # a word that more things of a large gap have tells nothing
_WORDS = 600  # of one thing that count; a longer one is known by its beginning
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"(?:\d+\.)+\d*\s|\d+\)\s")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a thing is known by.

    Attributes:
        kind: Only things of one kind are compared.
        words: How often it uses each word; its leading number, which changes when another is put in, is none.
        size: How many words these are.
    """

    kind: Hashable
    words: Counter[str]
    size: int

    def likeness(self, other: Profile) -> float:
        """From 0 (nothing in common, or not of one kind) to 1."""
        if self.kind != other.kind:
            return 0.0
        if not self.size or not other.size:
            return 1.0 if self.size == other.size else 0.0
        return 2 * self.common(other) / (self.size + other.size)

    def common(self, other: Profile) -> int:
        """How many words both have."""
        few, many = (self, other) if len(self.words) <= len(other.words) else (other, self)
        return sum(min(count, many.words[word]) for word, count in few.words.items() if word in many.words)


def profile(kind: Hashable, text: str) -> Profile:
    """Of a thing with this text."""
    counted: Counter[str] = Counter()
    head = number_of(text)
    for index, found in enumerate(_WORD.finditer(text, len(head))):
        if index == _WORDS:
            break
        # Only likeness hangs on it, so that letters which no rule of case fits do no harm.
        counted[found[0].lower()] += 1
    return Profile(kind, counted, counted.total())


def number_of(text: str) -> str:
    """The number that a paragraph or heading begins with, as it was typed: `4.2. `; or ""."""
    found = _NUMBER.match(text)
    return found[0] if found else ""


def strings(value: Any) -> Iterator[str]:
    """Every string inside a node or a tuple of nodes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def aligned(
    old: Sequence[Any], new: Sequence[Any], known: Callable[[Any], Profile], effort: Effort
) -> list[tuple[int | None, int | None]]:
    """Places of the one and of the other that belong together, in order; None where one has no counterpart.

    Args:
        old: Hashable things.
        new: The same.
        known: The profile of one.
        effort: What may be spent.
    """
    found: list[tuple[int | None, int | None]] = []
    for run in runs(old, new, effort):
        if run.same:
            found += zip(range(run.a, run.b), range(run.c, run.d), strict=True)
            continue
        pairs = _paired([known(one) for one in old[run.a : run.b]], [known(one) for one in new[run.c : run.d]], effort)
        a, c = run.a, run.c
        for i, j in (*((run.a + i, run.c + j) for i, j in pairs), (run.b, run.d)):
            found += [(k, None) for k in range(a, i)]
            found += [(None, k) for k in range(c, j)]
            if i < run.b:
                found.append((i, j))
            a, c = i + 1, j + 1
    return found


def _paired(old: list[Profile], new: list[Profile], effort: Effort) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    cost = sum(len(one.words) for one in old) * len(new)
    if len(old) * len(new) <= _SMALL and effort.spend(cost // 4):
        return _best(old, new)
    return _likely(old, new, effort)


def _best(old: list[Profile], new: list[Profile]) -> list[tuple[int, int]]:
    """The pairs in order that have most in common (Needleman and Wunsch)."""
    worth = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    gain = [[_worth(one, other) for other in new] for one in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            worth[i][j] = max(worth[i + 1][j], worth[i][j + 1], gain[i][j] + worth[i + 1][j + 1])
    pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if gain[i][j] and worth[i][j] == gain[i][j] + worth[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif worth[i][j] == worth[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _worth(one: Profile, other: Profile) -> float:
    likeness = one.likeness(other)
    return likeness * (1 + min(one.size, other.size)) if likeness >= ALIKE else 0.0


def _likely(old: list[Profile], new: list[Profile], effort: Effort) -> list[tuple[int, int]]:
    """Of a large gap: each thing with the one that shares most of its rare words, if the two are alike."""
    places: dict[str, list[int]] = {}
    if not effort.spend(sum(len(one.words) for one in (*old, *new))):
        return []
    for i, one in enumerate(old):
        for word in one.words:
            places.setdefault(word, []).append(i)
    found: dict[int, int] = {}
    for j, other in enumerate(new):
        votes = Counter(i for word in other.words for i in places.get(word, ())[:_RARE] if len(places[word]) <= _RARE)
        best = next((i for i, _ in votes.most_common(3) if i not in found and old[i].likeness(other) >= ALIKE), None)
        if best is not None:
            found[best] = j
    return rising(sorted(found.items()))
