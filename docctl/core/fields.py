"""The values that trailers may hold: one codec a kind, strict in both directions.

`decode(encode(value)) == value`, and whatever `decode` accepts is what `encode` would have written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from docctl.errors import Malformed

MAX_LINE = 300
FIRST_YEAR, LAST_YEAR = 1800, 2999
MAX_COMMENT = 8000

# Controls, bidirectional controls, zero-width characters, line separators, private use and noncharacters: what could
# make a line read otherwise than it is.
_UNSEEN = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ue000-\uf8ff\U000e0000-\U000e00ff\U000f0000-\U0010ffff\ud800-\udfff"
)
_LINE = re.compile(rf"[^\s{_UNSEEN}](?:[^{_UNSEEN}]*[^\s{_UNSEEN}])?")
_HIDDEN = re.compile(rf"[{_UNSEEN}]")


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of value is written in a trailer."""

    encode: Callable[[Any], str]
    decode: Callable[[str], Any]


def bad_field(value: str) -> Malformed:
    """The one error of this module."""
    return Malformed("message-field", value=value[:80])


def _pattern(expression: str) -> Codec:
    matches = re.compile(expression).fullmatch

    def decode(text: str) -> str:
        if matches(text) is None:
            raise bad_field(text)
        return text

    return Codec(decode, decode)


def _integer(lowest: int) -> Codec:
    matches = re.compile(r"0|[1-9][0-9]{0,8}").fullmatch

    def decode(text: str) -> int:
        if matches(text) is None or int(text) < lowest:
            raise bad_field(text)
        return int(text)

    return Codec(str, decode)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise bad_field(text) from None
    if day.isoformat() != text or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise bad_field(text)
    return day


def _list(item: Codec) -> Codec:
    def decode(text: str) -> tuple[str, ...]:
        items = tuple(item.decode(part) for part in text.split(","))
        if len(set(items)) != len(items):
            raise bad_field(text)
        return items

    return Codec(",".join, decode)


def line(text: str) -> str:
    """One line of text for people, checked: NFC, 1 to 300 characters, nothing that cannot be seen.

    Raises: Malformed("message-field").
    """
    if len(text) > MAX_LINE or _LINE.fullmatch(text) is None or not is_normal(text):
        raise bad_field(text)
    return text


def is_normal(text: str) -> bool:
    """Whether a text is in Unicode's normal form C, by the tables of Unicode 3.2, which every Python carries.

    Latin and Cyrillic letters and common signs, without combining marks, are always; nearly every text is made of them,
    and the old tables are slow.
    """
    if _SETTLED.fullmatch(text) is not None:
        return True
    tables = unicodedata.ucd_3_2_0
    # Marks out of order are never normal. Asked first, since Python puts them in order in time with the square of their
    # number: of a megabyte, minutes at every door.
    last = 0
    for mark in map(tables.combining, text):
        if 0 < mark < last:
            return False
        last = mark
    return _DISSOLVING.isdisjoint(text) and tables.is_normalized("NFC", text)


def is_readable(text: str) -> bool:
    """Whether a text of several lines holds only characters that can be seen.

    `str.isprintable` is quick and stricter in every version of Unicode; only what it doubts is looked at by our own
    list, so that the verdict does not hang on the version of Python.
    """
    plain = text.replace("\n", "")
    return plain.isprintable() or _HIDDEN.search(plain) is None


def comment(text: str) -> str:
    """Several lines of text for people, checked: no blank ends, no trailer look-alikes.

    Raises: Malformed("message-comment").
    """
    lines = text.split("\n")
    sound = (
        len(text) <= MAX_COMMENT
        and is_readable(text)
        and is_normal(text)
        and not any(part != part.rstrip() or part.startswith("Docctl-") for part in lines)
        and (not text or (lines[0] and lines[-1]))
    )
    if not sound:
        raise Malformed("message-comment")
    return text


_SETTLED = re.compile(
    "[\x00-\u02ff\u0400-\u0482\u048a-\u04ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2190-\u22ff\u2500-\u26ff]*"
)

_DISSOLVING = frozenset("\u0f73\u0f75\u0f81")  # marks that are never normal, and of which every one makes two

WORD = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
IDENTIFIER = r"[A-Z][A-Z0-9]{0,11}(?:-[A-Z0-9]{1,12}){1,4}"
is_word = re.compile(rf"(?={WORD}$).{{1,40}}").fullmatch
is_identifier = re.compile(rf"(?={IDENTIFIER}$).{{3,40}}").fullmatch

is_language = re.compile("[a-z]{2}").fullmatch

_WORD = _pattern(rf"(?={WORD}$).{{1,40}}")
_LANGUAGE = _pattern("[a-z]{2}")

Sequence = Annotated[int, _integer(0)]
Number = Annotated[int, _integer(1)]
Digest = Annotated[str, _pattern("[0-9a-f]{64}")]
Tree = Annotated[str, _pattern("[0-9a-f]{40}")]
Identifier = Annotated[str, _pattern(rf"(?={IDENTIFIER}$).{{3,40}}")]
Subject = Annotated[str, _pattern(rf"charter|(?={IDENTIFIER}$).{{3,40}}")]
Identifiers = Annotated[tuple[str, ...], _list(_pattern(IDENTIFIER))]
Word = Annotated[str, _WORD]
Words = Annotated[tuple[str, ...], _list(_WORD)]
Language = Annotated[str, _LANGUAGE]
Languages = Annotated[tuple[str, ...], _list(_LANGUAGE)]
Line = Annotated[str, Codec(line, line)]
Day = Annotated[date, Codec(date.isoformat, _day)]
Fingerprint = Annotated[str, _pattern("SHA256:[A-Za-z0-9+/]{43}")]
LibraryId = Annotated[str, _pattern("self|[0-9a-f]{64}")]


def choice(*words: str) -> Codec:
    """A codec that knows only these words."""
    return _pattern("|".join(words))
