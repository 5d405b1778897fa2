"""Plain values out of YAML (text, lists, mappings), taken apart by name with one kind of error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from docctl.core import fields
from docctl.errors import Malformed

Plain = str | list["Plain"] | dict[str, "Plain"]
T = TypeVar("T")
_MISSING: Any = object()


class Fields:
    """A mapping whose names are taken one by one; what is left over is an error.

    Every method raises Malformed with the code `field-missing`, `field-kind`, `field-value` or `field-unknown` and
    says where: file, and path inside it.
    """

    __slots__ = ("left", "where")

    def __init__(self, plain: Plain, where: str) -> None:
        if not isinstance(plain, dict):
            raise Malformed("field-kind", where=where)
        self.left: dict[str, Plain] = dict(plain)
        self.where = where

    def has(self, name: str) -> bool:
        """Whether the name is there and not taken yet."""
        return name in self.left

    def skip(self, name: str) -> None:
        """Take a name whose value does not matter here."""
        self.left.pop(name, None)

    def done(self) -> None:
        """Nothing may be left."""
        for name in self.left:
            raise Malformed("field-unknown", where=self.where, field=name[:60])

    def line(self, name: str, default: str = _MISSING) -> str:
        """One line of text."""
        if self._left_out(name, default):
            return default
        value = self._take(name)
        try:
            return fields.line(self._text(name, value))
        except Malformed:
            raise self._bad(name, value) from None

    def lines(self, name: str, default: tuple[str, ...] = _MISSING) -> tuple[str, ...]:
        """A list of lines."""
        if self._left_out(name, default):
            return default
        value = self._take(name)
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self._bad(name, value)
        return tuple(str(item) for item in value)

    def word(self, name: str, default: str = _MISSING) -> str:
        """A lower-case key: role, person, type."""
        if self._left_out(name, default):
            return default
        value = self._take(name)
        if fields.is_word(self._text(name, value)) is None:
            raise self._bad(name, value)
        return str(value)

    def words(self, name: str, default: tuple[str, ...] = _MISSING) -> tuple[str, ...]:
        """A list of lower-case keys, each once."""
        words = self.lines(name, default)
        if len(set(words)) != len(words) or not all(fields.is_word(word) for word in words):
            raise self._bad(name, list(words))
        return words

    def identifier(self, name: str) -> str:
        """A document id."""
        value = self._text(name, self._take(name))
        if fields.is_identifier(value) is None:
            raise self._bad(name, value)
        return value

    def day(self, name: str, default: date | None = _MISSING) -> date | None:
        """A day, `2026-11-22`."""
        if self._left_out(name, default):
            return default
        value = self._take(name)
        try:
            day = date.fromisoformat(self._text(name, value))
        except ValueError:
            raise self._bad(name, value) from None
        if day.isoformat() != value or not fields.FIRST_YEAR <= day.year <= fields.LAST_YEAR:
            raise self._bad(name, value)
        return day

    def number(self, name: str, lowest: int, default: int | None = _MISSING, highest: int = 99_999_999) -> int | None:
        """A whole number."""
        if self._left_out(name, default):
            return default
        value = self._take(name)
        text = self._text(name, value)
        plain = text.isascii() and text.isdecimal() and len(text) < 9 and str(int(text)) == text
        if not plain or not lowest <= int(text) <= highest:
            raise self._bad(name, value)
        return int(text)

    def flag(self, name: str) -> bool:
        """`yes` or `no`; no if missing."""
        value = self.left.pop(name, "no")
        if value not in ("yes", "no"):
            raise self._bad(name, value)
        return bool(value == "yes")

    def part(self, name: str) -> Fields:
        """A mapping inside."""
        return Fields(self._take(name), f"{self.where}: {name}")

    def parts(self, name: str, default: tuple[Fields, ...] = _MISSING) -> tuple[Fields, ...]:
        """A list of mappings."""
        if self._left_out(name, default):
            return default
        value = self._take(name)
        if not isinstance(value, list):
            raise self._bad(name, value)
        return tuple(Fields(item, f"{self.where}: {name}[{index}]") for index, item in enumerate(value))

    def named(self, name: str) -> Iterator[tuple[str, Fields]]:
        """A mapping of lower-case keys to mappings."""
        value = self._take(name)
        if not isinstance(value, dict):
            raise self._bad(name, value)
        for key, inner in value.items():
            if fields.is_word(key) is None:
                raise self._bad(name, key)
            yield key, Fields(inner, f"{self.where}: {name}.{key}")

    def texts(self, name: str) -> tuple[tuple[str, str], ...]:
        """One line of text a language: a plain line counts for every language."""
        value = self._take(name)
        mapping: Mapping[str, Plain] = value if isinstance(value, dict) else {"": value}
        if not mapping or not all(key == "" or (len(key) == 2 and key.isalpha()) for key in mapping):
            raise self._bad(name, value)
        try:
            return tuple((key, fields.line(self._text(name, text))) for key, text in mapping.items())
        except Malformed:
            raise self._bad(name, value) from None

    def _left_out(self, name: str, default: object) -> bool:
        return default is not _MISSING and name not in self.left

    def _take(self, name: str) -> Any:
        if name not in self.left:
            raise Malformed("field-missing", where=self.where, field=name)
        return self.left.pop(name)

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise Malformed("field-kind", where=f"{self.where}: {name}")
        return value

    def _bad(self, name: str, value: Any) -> Malformed:
        return Malformed("field-value", where=self.where, field=name, value=str(value)[:80])
