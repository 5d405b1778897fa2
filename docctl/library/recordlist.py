"""Lists of records: found by form, year, person, document, clause and what they say; and handed out as tables.

The list is read from a kept table (`adapters.recordindex`), which is brought to the ledger's head first: by what came
since, or from the state. Answers are read from a record only when they are asked for, and once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from docctl.adapters.recordindex import DamagedIndex, RecordIndex, Row
from docctl.core import commit as commits
from docctl.core import heading
from docctl.core.answers import Value
from docctl.core.records import Record
from docctl.core.state import State, unseal
from docctl.errors import DocctlError, Malformed, NotFound, Unavailable
from docctl.library import recordsheets
from docctl.library.book import Book
from docctl.library.library import Library
from docctl.library.replaying import MEANS

# Of so many new entries the rows are made anew from the state, which is quicker than reading them all.
MANY = 5_000
_BLOCK = 500
T = TypeVar("T")
STATUSES = ("open", "closed", "held", "disposed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records; what is not stated does not matter.

    Attributes:
        person: Who registered or signed it, must sign it, or is named in it.
        document: Its procedure, its form, or a document named in it.
        clause: `iso9001:2015#9.2`, and what lies below it, of its form or its procedure.
        values: Field name and what stands there.
        status: One of `STATUSES`.
        limit: The newest so many.
    """

    form: str | None = None
    year: int | None = None
    person: str | None = None
    document: str | None = None
    clause: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    status: str | None = None
    limit: int | None = None

    @property
    def looks_inside(self) -> bool:
        """Whether answers must be read."""
        return bool(self.values or self.person or self.document)


@dataclass(frozen=True, slots=True)
class Found:
    """Records in the order of their entries, the newest last; `count` is how many there are without the limit."""

    rows: tuple[Row, ...]
    count: int


def find(library: Library, wanted: Wanted) -> Found:
    """The records wanted.

    Raises:
        NotFound: `document-not-found`, `person-not-found`: there is nothing of that name to look for.
    """
    _check(library, wanted)
    with closing(_index(library)) as index:
        return _again(library.book, index, lambda: _found(library.book, index, wanted))


def answers(library: Library, rows: Sequence[Row]) -> dict[str, dict[str, Value]]:
    """What these records say, with all that was corrected; nothing of sealed ones and of those destroyed."""
    with closing(_index(library)) as index:
        return _again(library.book, index, lambda: _answers(library.book, index, rows))


def _index(library: Library) -> RecordIndex:
    store = library.book.store
    return RecordIndex(store.path.with_suffix(".records.sqlite") if store is not None else None)


def _again(book: Book, index: RecordIndex, work: Callable[[], T]) -> T:
    """Do it on a table that is up to date: on a new one if it is damaged, in memory if nothing can be kept."""
    for _ in range(2):
        try:
            _refresh(book, index)
            return work()
        except DamagedIndex:
            index.forget()
    index.path = None
    _refresh(book, index)
    return work()


def _check(library: Library, wanted: Wanted) -> None:
    for name in (wanted.form, wanted.document):
        if name is not None and name not in library.book.state.documents:
            raise NotFound("document-not-found", document=name)
    if wanted.person is not None and wanted.person not in library.charter.people:
        raise NotFound("person-not-found", person=wanted.person)


# -- the table ---------------------------------------------------------------------------------------------------------


def _refresh(book: Book, index: RecordIndex) -> None:
    """Bring the table to the ledger's head."""
    state = book.state
    kept = index.head()
    if kept is not None and kept == (state.head, state.length):
        return
    changed = _changed(book, kept) if kept is not None else None
    names = list(state.records) if changed is None else sorted(changed)
    rows = (_row(record) for name in names if (record := state.records.get(name)) is not None)
    index.save(rows, state.head or "", state.length, fresh=changed is None)


def _changed(book: Book, kept: tuple[str, int]) -> set[str] | None:
    """The records that entries since then are about; None if that cannot be told, or is too much to read."""
    state, (head, length) = book.state, kept
    if state.head is None or not head or not 0 < state.length - length <= MANY:
        return None
    names: set[str] = set()
    count = 0
    try:
        for commit_id, raw in book.ledger.commits(head, state.head):
            if count == 0 and commits.parent_of(raw) != head:
                return None
            count += 1
            entry = unseal(commit_id, raw).entry
            event: Any = entry.event if entry is not None else None
            names.update(filter(None, (getattr(event, "record", None),)), getattr(event, "records", None) or ())
    except Unavailable:
        return None
    return names if count == state.length - length else None


def _row(record: Record) -> Row:
    people = (record.by.person, *record.signers, *(one.by.person for one in record.signed))
    return Row(
        id=record.id,
        form=record.form,
        year=record.day.year,
        number=int(record.id.rpartition("-")[2]),
        revision=record.revision,
        title=record.title,
        day=record.day.isoformat(),
        closed=record.closed.isoformat() if record.closed else "",
        person=record.by.person,
        people=f",{','.join(dict.fromkeys(people))},",
        procedure=record.procedure,
        procedure_revision=record.procedure_revision or 0,
        status=recordsheets.status_of(record),
        sealed=1 if record.sealed else 0,
        entry=record.by.entry,
        last=record.last,
    )


# -- finding -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Condition:
    parts: list[str] = field(default_factory=lambda: ["1"])
    values: list[str | int] = field(default_factory=list)

    def add(self, part: str, *values: str | int) -> None:
        self.parts.append(f"({part})")
        self.values += values

    @property
    def text(self) -> str:
        return " and ".join(self.parts)


def _found(book: Book, index: RecordIndex, wanted: Wanted) -> Found:
    condition = _Condition()
    for column in ("form", "year", "status"):
        if getattr(wanted, column) is not None:
            condition.add(f"{column} = ?", getattr(wanted, column))
    if wanted.clause is not None:
        _add_clause(book.state, index, wanted.clause, condition)
    count = index.count(condition.text, condition.values) if not wanted.looks_inside else 0
    limit = wanted.limit if not wanted.looks_inside else None
    rows = index.rows(condition.text, condition.values, "entry desc", limit)
    if wanted.looks_inside:
        told = _answers(book, index, rows)
        rows = [row for row in rows if _fits(row, told.get(row.id, {}), wanted)]
        count = len(rows)
        rows = rows[: wanted.limit] if wanted.limit is not None else rows
    return Found(tuple(reversed(rows)), count)


def _add_clause(state: State, index: RecordIndex, clause: str, condition: _Condition) -> None:
    """Those whose form or procedure names the clause, in the revision that the record was made by."""
    for name, revision in (("form", "revision"), ("procedure", "procedure_revision")):
        pairs = [pair for pair in index.pairs(name, revision) if _names_clause(state, *pair, clause)]
        condition.add(" or ".join([f"({name} = ? and {revision} = ?)"] * len(pairs)) or "0", *sum(pairs, ()))
    *rest, form, procedure = condition.parts
    condition.parts = [*rest, f"({form} or {procedure})"]


def _names_clause(state: State, document: str, revision: int, clause: str) -> bool:
    thread = state.documents.get(document)
    for one in thread.publications if thread else ():
        if one.revision != revision or one.proposal.tree is None:
            continue
        try:
            found = heading.read(state.shelf.files(one.proposal.tree), MEANS.read_yaml)
        except Malformed:
            continue
        if any(known == clause or known.startswith((f"{clause}.", f"{clause}#")) for known in found.clauses):
            return True
    return False


def _fits(row: Row, told: dict[str, Value], wanted: Wanted) -> bool:
    inside = set(_cells(told))
    if wanted.person is not None and f",{wanted.person}," not in row.people and wanted.person not in inside:
        return False
    if (
        wanted.document is not None
        and wanted.document not in (row.form, row.procedure)
        and wanted.document not in inside
    ):
        return False
    return all(value in _cells({name: told.get(name, "")}) for name, value in wanted.values)


def _cells(told: dict[str, Value]) -> Iterator[str]:
    """Every value, those in tables too."""
    for one in told.values():
        if isinstance(one, str):
            yield one
        else:
            for row in one:
                yield from row.values()


def _answers(book: Book, index: RecordIndex, rows: Sequence[Row]) -> dict[str, dict[str, Value]]:
    readable = [row for row in rows if not row.sealed and row.status != "disposed"]
    kept = index.answers(readable)
    left = [row for row in readable if row.id not in kept]
    state = book.state
    for start in range(0, len(left), _BLOCK):
        part = left[start : start + _BLOCK]
        records = [(row, state.records[row.id]) for row in part]
        state.shelf.prefetch(
            tree for _, one in records for tree in (one.tree, *(amendment.tree for amendment in one.amendments))
        )
        told = [(row, json.dumps(_read(state, one), ensure_ascii=False)) for row, one in records]
        index.keep_answers(told)
        kept |= {row.id: text for row, text in told}
    return {name: json.loads(text) for name, text in kept.items()}


def _read(state: State, record: Record) -> dict[str, Value]:
    try:
        return recordsheets.latest(state, record)[1]
    except DocctlError:
        return {}  # stored by another tool, or damaged: `verify` says so, a list goes on
