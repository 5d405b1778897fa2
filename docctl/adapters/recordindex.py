"""A table of a library's records, kept between commands so that a list of them need not look into each.

A convenience, like `statestore`: a SQLite file beside the kept state, keyed by the ledger's head, safe to delete;
whatever does not fit is treated as absent, and the table is made anew from the state. Each row bears a digest of
itself, by which a damaged one is known. Conditions and columns are docctl's own words, values never are.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, get_type_hints

from docctl._version import __version__

_FORMAT: Final = f"1 {__version__}"
_MANY: Final = 500


class Row(NamedTuple):
    """One record, as far as lists need it.

    Attributes:
        people: Who registered it, who must sign it and who did, joined and enclosed by commas.
        status: `open`, `closed`, `held` or `disposed`.
        entry: That registered it.
        last: The last entry about it; what was read of its answers before that one is old.
    """

    id: str
    form: str
    year: int
    number: int
    revision: int
    title: str
    day: str
    closed: str
    person: str
    people: str
    procedure: str
    procedure_revision: int
    status: str
    sealed: int
    entry: int
    last: int


COLUMNS: Final = Row._fields


class DamagedIndex(Exception):
    """What is kept is not what was saved; the caller throws it away and makes it anew."""


class RecordIndex:
    """The table of one library's records."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the file; in memory where there is none to be had (a home that cannot be written to)."""
        place = ":memory:"
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                place = str(self.path)
        for one in (place, place, ":memory:"):
            try:
                self._connect(one)
            except sqlite3.Error:
                self.forget()
            else:
                return

    def _connect(self, place: str) -> None:
        self.connection = sqlite3.connect(place, timeout=2, isolation_level=None)
        run = self.connection.execute
        run("pragma synchronous=off")
        run("create table if not exists kept (name text primary key, value text)")
        columns = ", ".join(f"{name} {'integer' if kind is int else 'text'}" for name, kind in _kinds())
        run(f"create table if not exists records ({columns}, digest blob, primary key (id)) without rowid")
        run("create index if not exists places on records (form, year, entry)")
        columns = "id text primary key, last integer, told text, digest blob"
        run(f"create table if not exists answers ({columns}) without rowid")

    def close(self) -> None:
        """Let go of the file."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def forget(self) -> None:
        """Throw away what is kept."""
        self.close()
        if self.path is not None:
            for ending in ("", "-journal", "-wal", "-shm"):
                with contextlib.suppress(OSError):
                    Path(f"{self.path}{ending}").unlink()

    def head(self) -> tuple[str, int] | None:
        """The head that the rows are of, and its number of entries; None if nothing usable is kept.

        Raises:
            DamagedIndex: if what is kept cannot be read.
        """
        kept = {str(row[0]): str(row[1]) for row in self._ask("select name, value from kept", ())}
        if kept.get("format") != _FORMAT or not kept.get("length", "").isdecimal():
            return None
        return kept.get("head", ""), int(kept["length"])

    def save(self, rows: Iterable[Row], head: str, length: int, *, fresh: bool) -> None:
        """Put rows in, or exchange them; all or nothing.

        Args:
            rows: Of records that are new or changed.
            head: What they are as of, with the number of its entries.
            length: The same.
            fresh: These are all there are.

        Raises:
            DamagedIndex: if they cannot be kept.
        """
        connection = self._open()
        try:
            connection.execute("begin immediate")
            if fresh:
                connection.execute("delete from records")
                connection.execute("delete from answers")
            insert = f"insert or replace into records values ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608
            connection.executemany(insert, ((*row, _digest(*row)) for row in rows))
            connection.execute("delete from answers where id in (select id from records where status = 'disposed')")
            kept = (("format", _FORMAT), ("head", head), ("length", str(length)))
            connection.executemany("insert or replace into kept values (?, ?)", kept)
            connection.execute("commit")
        except sqlite3.Error as error:
            raise DamagedIndex from error

    def rows(self, where: str, values: Sequence[str | int], order: str, limit: int | None) -> list[Row]:
        """The rows that a condition holds for.

        Raises:
            DamagedIndex: if one is not what was saved.
        """
        tail = f"order by {order}" + (f" limit {limit}" if limit is not None else "")
        found = []
        for raw in self._ask(f"select * from records where {where} {tail}", values):  # noqa: S608
            if raw[-1] != _digest(*raw[:-1]):
                raise DamagedIndex
            found.append(Row(*raw[:-1]))  # type: ignore[arg-type]
        return found

    def count(self, where: str, values: Sequence[str | int]) -> int:
        """How many rows a condition holds for."""
        (found,) = self._ask(f"select count(*) from records where {where}", values)  # noqa: S608
        return int(str(found[0]))

    def pairs(self, first: str, second: str) -> list[tuple[str, int]]:
        """Every pair of two columns that occurs."""
        question = f"select distinct {first}, {second} from records"  # noqa: S608
        return [(str(a), int(str(b))) for a, b in self._ask(question, ())]

    def answers(self, rows: Sequence[Row]) -> dict[str, str]:
        """What is kept of the answers of these records, those left out that are not kept or are old."""
        found: dict[str, str] = {}
        for part in _parts(rows):
            last = {row.id: row.last for row in part}
            question = f"select * from answers where id in ({', '.join('?' * len(part))})"  # noqa: S608
            for name, at, told, digest in self._ask(question, list(last)):
                if digest == _digest(name, at, told) and last[str(name)] == at:
                    found[str(name)] = str(told)
        return found

    def keep_answers(self, told: Iterable[tuple[Row, str]]) -> None:
        """Keep the answers of some records; failures are not an error."""
        with contextlib.suppress(sqlite3.Error, DamagedIndex):
            connection = self._open()
            connection.execute("begin immediate")
            connection.executemany(
                "insert or replace into answers values (?, ?, ?, ?)",
                ((row.id, row.last, text, _digest(row.id, row.last, text)) for row, text in told),
            )
            connection.execute("commit")

    def _open(self) -> sqlite3.Connection:
        if self.connection is None:
            self.open()
        if self.connection is None:
            raise DamagedIndex
        return self.connection

    def _ask(self, question: str, values: Sequence[str | int]) -> Iterator[tuple[object, ...]]:
        try:
            yield from self._open().execute(question, values)
        except sqlite3.Error as error:
            raise DamagedIndex from error


def _kinds() -> list[tuple[str, type]]:
    return list(get_type_hints(Row).items())


def _digest(*values: object) -> bytes:
    return hashlib.sha256(repr(values).encode()).digest()[:8]


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), _MANY):
        yield rows[start : start + _MANY]
