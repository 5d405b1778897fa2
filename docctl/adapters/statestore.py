"""The state behind an entry, kept between commands so that nothing is replayed twice.

A convenience outside the ledger and outside the rules: keyed by the ledger's place, its head (whose id, through every
parent, is the library's too), docctl's version and that of its rules; safe to delete; never asked by `verify`, unless
by `--since-last`, which also compares the library with the anchor. The row of the head names the SHA-256 of every
other row, so a damaged file, a half-written one, and one that another docctl has moved on meanwhile are all noticed
when a row is read. Only docctl's own plain value classes are ever built from it; whatever does not fit is treated as
absent, and the ledger is replayed.

Values lie in buckets by a hash of their key: a lookup reads one row, and the head's row stays small.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from docctl._version import __version__
from docctl.core import rules

T = TypeVar("T")
_FORMAT = f"7 {__version__} {rules.VERSION}"
_MODULES = tuple(
    f"docctl.core.{name}" for name in ("model", "records", "charter", "schedule", "authority", "appearance")
)
_HEAD = ("head", "")
# Reasons not to use the file that do not mean that it is damaged.
_ELSEWHERE = frozenset(
    getattr(sqlite3, f"SQLITE_{name}") for name in ("BUSY", "LOCKED", "PERM", "READONLY", "CANTOPEN", "FULL", "IOERR")
)

Place = tuple[str, str]


@cache
def _reading(kind: type[Any]) -> Callable[[Any], Any]:
    """What reads all attributes of a value; two at least, since of one it would give no tuple."""
    first, second, *others = (field.name for field in fields(kind))
    return attrgetter(first, second, *others)


class _Writer(pickle.Pickler):
    """Writes docctl's own values as calls of their classes, which read back several times as fast as their slots."""

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        return (kind, _reading(kind)(value)) if kind.__module__ in _MODULES and is_dataclass(kind) else NotImplemented


@cache
def _value_class(module: str, name: str) -> type[Any]:
    found = getattr(import_module(module), name)
    if not isinstance(found, type) or not is_dataclass(found) or found.__module__ != module:
        raise pickle.UnpicklingError(name)
    return found


class _Reader(pickle.Unpickler):
    """Builds docctl's own values and days, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _MODULES and "." not in name:
            return _value_class(module, name)
        if (module, name) == ("datetime", "date"):
            return date
        if (module, name) == ("builtins", "frozenset"):
            return frozenset
        raise pickle.UnpicklingError(name)


class DamagedState(Exception):
    """What is kept is not what was saved; the caller throws it away and replays."""


def _packed(value: object) -> bytes:
    file = io.BytesIO()
    _Writer(file, protocol=5).dump(value)
    return file.getvalue()


def _unpacked(data: bytes) -> Any:
    try:
        return _Reader(io.BytesIO(data)).load()
    except Exception as error:
        # A damaged pickle may raise anything; the ledger is the truth.
        raise DamagedState from error


def _mapping(data: bytes) -> dict[str, Any]:
    found = _unpacked(data)
    if not isinstance(found, dict):
        raise DamagedState
    return found


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _bucket(key: str) -> str:
    return _digest(key.encode())[:1].hex()


class Table(MutableMapping[str, T]):
    """A table of values, read when asked for; changes stay in memory until they are saved.

    Args:
        mend: Makes the whole table from the ledger, for when what is kept turns out to be damaged.
    """

    def __init__(self, store: StateStore, name: str, mend: Callable[[], Mapping[str, T]]) -> None:
        self.store = store
        self.name = name
        self.mend = mend
        self.known: dict[str, T] = {}
        self.changed: set[str] = set()
        self.whole = False
        self._read: set[str] = set()

    def __getitem__(self, key: str) -> T:
        if key not in self.known and not self.whole:
            self._fill((_bucket(key),))
        return self.known[key]

    def __setitem__(self, key: str, value: T) -> None:
        self.known[key] = value
        self.changed.add(key)

    def __delitem__(self, key: str) -> None:
        raise TypeError("entries are never taken back")

    def __iter__(self) -> Iterator[str]:
        if not self.whole:
            self._fill(self.store.buckets(self.name))
            self.whole = True
        return iter(sorted(self.known))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def inside(self, buckets: Iterable[str]) -> dict[str, list[T]]:
        """The values in these buckets, by bucket."""
        found: dict[str, list[T]] = {bucket: [] for bucket in buckets}
        if not self.whole:
            self._fill(found)
        for key, value in self.known.items():
            if (bucket := _bucket(key)) in found:
                found[bucket].append(value)
        return found

    def _fill(self, buckets: Iterable[str]) -> None:
        """Take in the values of these buckets."""
        try:
            for bucket in buckets:
                if bucket not in self._read:
                    for key, value in self.store.bucket(self.name, bucket).items():
                        self.known.setdefault(key, value)
                    self._read.add(bucket)
        except DamagedState:
            self.store.forget()
            self.known = {**self.mend(), **{key: self.known[key] for key in self.changed}}
            self.whole = True


class StateStore:
    """One library's kept state, in a SQLite file of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection: sqlite3.Connection | None = None
        self._index: dict[Place, bytes] = {}
        self._mark: bytes | None = None

    def open(self) -> bool:
        """Open the file for use; False if there is none to be had (read-only home): then nothing is kept.

        Side effects: a damaged file is exchanged for an empty one.
        """
        if self.connection is not None:
            return True
        for _ in range(2):
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.connection = sqlite3.connect(self.path, timeout=2, isolation_level=None)
                self.connection.execute("pragma synchronous=off")
                self.connection.execute(
                    "create table if not exists kept (kind text, key text, value blob, primary key (kind, key))"
                )
            except sqlite3.Error as error:
                self.close()
                # The low byte is the reason, the others say more of it.
                if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR) & 0xFF in _ELSEWHERE:
                    return False
                self.forget()
            except OSError:
                return False
            else:
                return True
        return False

    def close(self) -> None:
        """Let go of the file."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def forget(self) -> None:
        """Throw the kept state away."""
        self.close()
        self._index, self._mark = {}, None
        for ending in ("", "-journal", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{self.path}{ending}").unlink()

    def beside(self, name: str) -> StateStore:
        """The store of another state of the same library."""
        return StateStore(self.path.with_suffix(f".{name}{self.path.suffix}"))

    def take(self, other: StateStore) -> bool:
        """Hold what another store holds instead of what is here; False if that cannot be had.

        Side effects: what was read of either before is of no use any more; load again.
        """
        if self.connection is None or other.connection is None:
            return False
        self._index, self._mark = {}, None
        try:
            self.connection.execute("attach database ? as other", (str(other.path),))
            try:
                self.connection.execute("begin immediate")
                self.connection.execute("delete from kept")
                self.connection.execute("insert into kept select kind, key, value from other.kept where kind != 'rows'")
                self.connection.execute("commit")
            except sqlite3.Error:
                self.connection.execute("rollback")
                raise
            finally:
                self.connection.execute("detach database other")
        except sqlite3.Error:
            return False
        return True

    def load(self) -> dict[str, Any] | None:
        """The values of the head: everything but documents and records. None if nothing usable is kept.

        Raises:
            DamagedState: if what is kept was altered.
        """
        row = self._row(_HEAD)
        if row is None:
            return None
        if _digest(row[32:]) != row[:32]:
            raise DamagedState
        kept = _mapping(row[32:])
        if kept.get("format") != _FORMAT:
            return None
        if not isinstance(kept.get("index"), dict):
            raise DamagedState
        self._index, self._mark = kept["index"], row[:32]
        return kept

    def save(self, values: dict[str, Any], tables: tuple[Table[Any], ...], *, fresh: bool) -> None:
        """Keep the values and what changed in the tables, all or nothing; failures are not an error.

        If another docctl saved meanwhile, its state stays: it is as good, and the two must not be mixed.
        """
        if self.connection is None:
            return
        try:
            self.connection.execute("begin immediate")
            row = self._row(_HEAD)
            if not fresh and (row is None or row[:32] != self._mark):
                self.connection.execute("rollback")
                return
            rows = {} if fresh else self._changed(tables)
            if fresh:
                self.connection.execute("delete from kept")
                rows = {
                    (table.name, bucket): _packed(inside)
                    for table in tables
                    for bucket, inside in _sorted_in(table.known)
                }
            index = {**({} if fresh else self._index), **{place: _digest(data) for place, data in rows.items()}}
            head = _packed({**values, "format": _FORMAT, "index": index})
            rows[_HEAD] = _digest(head) + head
            self.connection.executemany(
                "insert or replace into kept values (?, ?, ?)", [(*place, data) for place, data in rows.items()]
            )
            self.connection.execute("commit")
        except (sqlite3.Error, DamagedState):
            self.forget()
            return
        self._index, self._mark = index, rows[_HEAD][:32]
        for table in tables:
            table.changed.clear()

    def _changed(self, tables: tuple[Table[Any], ...]) -> dict[Place, bytes]:
        """The buckets that hold something changed, as they now are."""
        return {
            (table.name, bucket): _packed({**self.bucket(table.name, bucket), **inside})
            for table in tables
            for bucket, inside in _sorted_in({key: table.known[key] for key in table.changed})
        }

    def is_sound(self) -> bool:
        """Whether all that is kept is as it was saved; what is not there is sound, and the store is closed again."""
        if not self.path.exists():
            return True
        try:
            if not self.open() or self.load() is None:
                return True
            for kind, key in self._index:
                self.bucket(kind, key)
        except DamagedState:
            return False
        finally:
            self.close()
        return True

    def buckets(self, kind: str) -> tuple[str, ...]:
        """The buckets of a kind that hold anything."""
        return tuple(key for name, key in self._index if name == kind)

    def bucket(self, kind: str, key: str) -> dict[str, Any]:
        """What a bucket holds.

        Raises:
            DamagedState: if it is not what the head's row names.
        """
        stated = self._index.get((kind, key))
        if stated is None:
            return {}
        row = self._row((kind, key))
        if row is None or _digest(row) != stated:
            raise DamagedState
        return _mapping(row)

    def digests(self, kind: str) -> dict[str, bytes]:
        """The buckets of a kind that hold anything, each with a digest of what it holds."""
        return {key: digest for (name, key), digest in self._index.items() if name == kind}

    def rows(self, name: str, stamp: int) -> Any:
        """What was kept with `keep_rows` under this stamp; None if nothing was, or if a bit of it changed."""
        try:
            row = self._row(("rows", name))
            if row is None or _digest(row[32:]) != row[:32]:
                return None
            stated, value = _unpacked(row[32:])
        except (DamagedState, TypeError, ValueError):
            return None
        return value if stated == (_FORMAT, stamp) else None

    def keep_rows(self, name: str, stamp: int, value: object) -> None:
        """Keep something that was made of the buckets; failures are not an error."""
        if self.connection is not None:
            data = _packed(((_FORMAT, stamp), value))
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute(
                    "insert or replace into kept values ('rows', ?, ?)", (name, _digest(data) + data)
                )

    def _row(self, place: Place) -> bytes | None:
        if self.connection is None:
            raise DamagedState
        try:
            found = self.connection.execute("select value from kept where kind = ? and key = ?", place).fetchone()
        except sqlite3.Error:
            raise DamagedState from None
        if found is not None and not isinstance(found[0], bytes):
            raise DamagedState
        return found[0] if found else None


def _sorted_in(values: Mapping[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """The values, by bucket."""
    found: dict[str, dict[str, object]] = {}
    for key, value in values.items():
        found.setdefault(_bucket(key), {})[key] = value
    yield from found.items()
