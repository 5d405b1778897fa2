"""The state behind an entry, kept between commands so that nothing is replayed twice.

A convenience outside the ledger and outside the rules: keyed by the ledger's place, its head and docctl's version;
safe to delete; never asked by `verify`. Each value stands behind its SHA-256, and only docctl's own plain value
classes are ever built from it; whatever does not fit is treated as absent, and the ledger is replayed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import pickle
import sqlite3
from collections.abc import Iterator, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from docctl._version import __version__

T = TypeVar("T")
_FORMAT = f"1 {__version__}"
_MODULES = ("docctl.core.model", "docctl.core.charter", "docctl.core.authority")


class _Reader(pickle.Unpickler):
    """Builds docctl's own values and days, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _MODULES and "." not in name:
            return super().find_class(module, name)
        if (module, name) == ("datetime", "date"):
            return date
        if (module, name) == ("builtins", "frozenset"):
            return frozenset
        raise pickle.UnpicklingError(name)


def _pack(value: object) -> bytes:
    data = pickle.dumps(value, protocol=5)
    return hashlib.sha256(data).digest() + data


def _unpack(packed: bytes) -> Any:
    """The value, or None if a bit of it changed."""
    if hashlib.sha256(packed[32:]).digest() != packed[:32]:
        return None
    try:
        return _Reader(io.BytesIO(packed[32:])).load()
    except Exception:  # noqa: BLE001  (a damaged pickle may raise anything; the ledger is the truth)
        return None


class Table(MutableMapping[str, T]):
    """A table of values, read one by one when asked for; changes stay in memory until they are saved."""

    def __init__(self, store: StateStore, name: str) -> None:
        self.store = store
        self.name = name
        self.known: dict[str, T] = {}
        self.changed: set[str] = set()
        self.whole = False

    def __getitem__(self, key: str) -> T:
        if key not in self.known:
            if self.whole:
                raise KeyError(key)
            value = self.store.value(self.name, key)
            if value is None:
                raise KeyError(key)
            self.known[key] = value
        return self.known[key]

    def __setitem__(self, key: str, value: T) -> None:
        self.known[key] = value
        self.changed.add(key)

    def __delitem__(self, key: str) -> None:
        raise TypeError("entries are never taken back")

    def __iter__(self) -> Iterator[str]:
        if not self.whole:
            for key, value in self.store.values(self.name):
                self.known.setdefault(key, value)
            self.whole = True
        return iter(sorted(self.known))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class DamagedState(Exception):  # noqa: N818
    """A kept value does not match its digest; the caller throws the store away and replays."""


class StateStore:
    """One library's kept state, in a SQLite file of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection: sqlite3.Connection | None = None

    def open(self) -> bool:
        """Open the file for use; False if there is none to be had (read-only home, damage): then nothing is kept."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(self.path, timeout=2, isolation_level=None)
            self.connection.execute("pragma synchronous=off")
            self.connection.execute(
                "create table if not exists kept (kind text, key text, value blob, primary key (kind, key))"
            )
        except (OSError, sqlite3.Error):
            self.close()
            return False
        return True

    def close(self) -> None:
        """Let go of the file."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def forget(self) -> None:
        """Throw the kept state away."""
        self.close()
        for ending in ("", "-journal"):
            with contextlib.suppress(OSError):
                Path(f"{self.path}{ending}").unlink()

    def load(self) -> dict[str, Any] | None:
        """The values of the head: everything but documents and records. None if nothing usable is kept.

        Raises:
            DamagedState: if what is kept was altered.
        """
        kept: dict[str, Any] | None = self.value("state", "head")
        return kept if kept is not None and kept.get("format") == _FORMAT else None

    def save(self, values: dict[str, Any], tables: tuple[Table[Any], ...], *, fresh: bool) -> None:
        """Keep the values and what changed in the tables, all or nothing; failures are not an error."""
        if self.connection is None:
            return
        rows = [("state", "head", _pack({**values, "format": _FORMAT}))]
        for table in tables:
            keys = table.known if fresh else table.changed
            rows += [(table.name, key, _pack(table.known[key])) for key in keys]
        try:
            self.connection.execute("begin immediate")
            if fresh:
                self.connection.execute("delete from kept")
            self.connection.executemany("insert or replace into kept values (?, ?, ?)", rows)
            self.connection.execute("commit")
        except sqlite3.Error:
            self.forget()
            return
        for table in tables:
            table.changed.clear()

    def value(self, kind: str, key: str) -> Any:
        """One kept value, or None."""
        for (packed,) in self._ask("select value from kept where kind = ? and key = ?", (kind, key)):
            return self._sound(packed)
        return None

    def values(self, kind: str) -> Iterator[tuple[str, Any]]:
        """All kept values of a kind."""
        for key, packed in self._ask("select key, value from kept where kind = ?", (kind,)):
            yield key, self._sound(packed)

    def _ask(self, question: str, values: tuple[str, ...]) -> list[Any]:
        if self.connection is None:
            return []
        try:
            return self.connection.execute(question, values).fetchall()
        except sqlite3.Error:
            raise DamagedState from None

    def _sound(self, packed: bytes) -> Any:
        value = _unpack(packed)
        if value is None:
            raise DamagedState
        return value
