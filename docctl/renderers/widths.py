"""How wide words are, near enough to share out the columns of a table and to know which words must be broken.

Both paper formats use these figures, so a table looks the same in each. Not for: setting type; Word and Typst measure
exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from docctl.renderers.nodes import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docctl.renderers.nodes import Table

# Widths in Arial and its metric twin Arimo, parts of the type size. What is not listed is taken as a broad letter.
_CLASSES: tuple[tuple[str, float], ...] = (
    ("ijlıİI'|.,:;!/\\ \u00a0ftr()[]-“”‘’\"`·", 0.34),
    ("abcdeghknopqsuvxyzəçğöşüñß0123456789*?_^~+=<>#$€«»", 0.57),
    ("FTZEPSVXYKABƏÇŞĞLJ&абвгдезийклнопрстухцчьэяё", 0.68),
    ("RHNUCDGOQÖÜwАБВГДЕЗИЙКЛНОПРСТУХЦЧЬЭЯ", 0.78),
)
_WIDTH: dict[str, float] = {char: width for chars, width in _CLASSES for char in chars}
_BROAD = 1.0
_BREAK = "\u200b"
_BREAKS = 8  # of a line of the broadest letters, that a long word may end at

_SIZES = (9.5, 8.5, 7.5)
PADDING = 11.0  # points left and right of a cell's words
_LONGEST_COLUMN = 260.0
_REMEMBERED = 100


def width(words: str, size: float) -> float:
    """Width of one line of words in points, estimated upwards."""
    return size * (_ems(words) if len(words) <= _REMEMBERED else _measured(words))


def _measured(words: str) -> float:
    return sum([_WIDTH.get(char, _BROAD) for char in words])


# Words come again and again: in a text, in three sizes of type, in the next text of the office.
_ems = lru_cache(maxsize=1 << 14)(_measured)


def breakable(words: str, measure: float, size: float) -> str:
    """The words with breaks allowed (U+200B) inside those too long for the measure."""
    # No letter is broader than the type is high, so most words need not be measured.
    if all(len(word) * size <= measure for word in words.split(" ")):
        return words
    return " ".join(word if width(word, size) <= measure else divided(word, measure, size) for word in words.split(" "))


def divided(word: str, measure: float, size: float) -> str:
    """One long word with breaks allowed, a few letters apart: each takes memory of the typesetter."""
    step = max(int(measure / size / _BREAKS), 1)
    word = word.replace(_BREAK, "")
    return _BREAK.join(word[at : at + step] for at in range(0, len(word), step))


@dataclass(frozen=True, slots=True)
class Columns:
    """How a table fills its measure.

    Attributes:
        size: Type size in points.
        widths: Points a column; their sum is the measure.
        whole: Whether no word has to break.
    """

    size: float
    widths: tuple[float, ...]
    whole: bool = True


def shared(parts: tuple[int, ...], least: list[float], measure: float = 510.0) -> tuple[int, ...]:
    """Parts of a measure as they are wished, but no column below its least width while others can give way.

    Returns:
        Parts of a thousand.
    """
    total = sum(parts)
    wished = [measure * part / total for part in parts]
    raised = [max(one, low) for one, low in zip(wished, least, strict=True)]
    over = sum(raised) - measure
    spare = [one - low for one, low in zip(raised, least, strict=True)]
    if 0 < over <= sum(spare):
        raised = [one - over * free / sum(spare) for one, free in zip(raised, spare, strict=True)]
    return tuple(round(one / sum(raised) * 1000) for one in raised)


@lru_cache(maxsize=64)  # asked whether a table is wide, then how wide its columns are
def columns(table: Table, measure: float) -> Columns:
    """Share out the measure: every column its longest word if that can be had, the rest by the amount of words."""
    rows = [[plain(cell) for cell in row] for row in (table.header, *table.rows) if row]
    texts = [[row[index] for row in rows] for index in range(len(table.align))]
    for size in _SIZES:
        least = [PADDING + _longest(column, size) for column in texts]
        if sum(least) <= measure:
            break
    wanted = [max(low, PADDING + _wish(column, size)) for low, column in zip(least, texts, strict=True)]
    if sum(least) > measure:
        # Some word must break. Narrow columns keep their words, the broad ones give way.
        return Columns(size, _level(least, measure), whole=False)
    spare = measure - sum(least)
    wish = sum(wanted) - sum(least)
    if wish <= 0:
        return Columns(size, _scaled(least, measure))
    grown = [low + (want - low) * min(1.0, spare / wish) for low, want in zip(least, wanted, strict=True)]
    return Columns(size, _scaled(grown, measure))


def _longest(column: Iterable[str], size: float) -> float:
    return max((width(word, size) for text in column for word in text.split()), default=0.0)


def _wish(column: list[str], size: float) -> float:
    """The longest line, but no more than a comfortable column, and more for a column of much text."""
    longest = max((width(text, size) for text in column), default=0.0)
    return min(longest, _LONGEST_COLUMN + math.sqrt(longest))


def _level(least: list[float], measure: float) -> tuple[float, ...]:
    """Cut the broadest columns to one common width so that all fit."""
    low, high = 0.0, max(least)
    for _ in range(40):
        middle = (low + high) / 2
        if sum(min(one, middle) for one in least) > measure:
            high = middle
        else:
            low = middle
    return _scaled([min(one, low) for one in least], measure)


def _scaled(parts: list[float], measure: float) -> tuple[float, ...]:
    total = sum(parts)
    return tuple(round(part * measure / total, 2) for part in parts)
