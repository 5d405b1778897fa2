"""The ledger in dictionaries: for tests, examples and candidates that are judged before they are written.

A fake, not a mock: it keeps the promises of `Ledger`, compare-and-set among them, and its state may be edited.

Example:
    >>> ledger = MemoryLedger()
    >>> ledger.head() is None
    True
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from docctl.core.commit import object_id
from docctl.core.ports import LIMITS, Kind, Ledger
from docctl.errors import LedgerChanged, Unavailable

_ID = re.compile(r"[0-9a-f]{40}")
_PARENT = re.compile(rb"tree [0-9a-f]{40}\nparent ([0-9a-f]{40})\n")

Stored = tuple[Kind, bytes]


class MemoryLedger:
    """A linear history that lives as long as the process.

    Attributes:
        objects: Id to kind and bytes; may be edited by a test, in which case reading notices it.
    """

    def __init__(self, objects: Iterable[Stored] = (), head: str | None = None) -> None:
        self.objects: dict[str, Stored] = {object_id(kind, data): (kind, data) for kind, data in objects}
        self._head = head

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open; here so that both ledgers are used alike."""

    def clone(self) -> MemoryLedger:
        """Another ledger with the same entries; neither sees what the other appends."""
        copy = MemoryLedger(head=self._head)
        copy.objects.update(self.objects)
        return copy

    def head(self) -> str | None:
        """Commit id of the last entry; None for an empty ledger."""
        return self._head

    def commits(self, after: str | None, upto: str) -> Iterator[tuple[str, bytes]]:
        """Id and raw bytes of each commit behind `after` up to and with `upto`, oldest first.

        Raises:
            ValueError: An id is not 40 hex.
            Unavailable: `object-missing`, `object-corrupt`, `object-too-large`.
        """
        path: list[tuple[str, bytes]] = []
        at: str | None = upto
        while at is not None and at != after:
            raw = _one(self.objects, "commit", at, cut=True)
            path.append((at, raw))
            at = parent_of(raw)
        yield from reversed(path)

    def fetch(self, kind: Kind, ids: Iterable[str], *, cut: bool = False) -> Iterator[tuple[str, bytes]]:
        """The objects of one kind with these ids, in order; see `Ledger.fetch`.

        Raises:
            ValueError: An id is not 40 hex.
            Unavailable: `object-missing`, `object-corrupt`, `object-too-large`.
        """
        for one in ids:
            yield one, _one(self.objects, kind, one, cut=cut)

    def append(self, objects: Iterable[Stored], new: str, old: str | None) -> None:
        """Store the objects, then move the head from `old` to `new`.

        Raises:
            LedgerChanged: `ledger-changed`: the head is not `old`; nothing was stored.
            Unavailable: `object-missing` (`new` is nowhere), `object-too-large`.
        """
        if self._head != old:
            raise LedgerChanged("ledger-changed")
        added = {object_id(kind, data): (kind, data) for kind, data in objects}
        for one, (kind, _) in added.items():
            _one(added, kind, one)
        self.objects.update(added)
        _one(self.objects, "commit", new)
        self._head = new


class Overlay:
    """A ledger with further objects laid over it, which it does not know yet.

    So a candidate is judged by the code that judges what is stored.
    """

    def __init__(self, ledger: Ledger, objects: Iterable[Stored]) -> None:
        self._ledger = ledger
        self._extra: dict[str, Stored] = {object_id(kind, data): (kind, data) for kind, data in objects}

    def head(self) -> str | None:
        """Head of the ledger below."""
        return self._ledger.head()

    def commits(self, after: str | None, upto: str) -> Iterator[tuple[str, bytes]]:
        """As `Ledger.commits`; the commits laid over come last.

        Raises:
            ValueError: An id is not 40 hex.
            Unavailable: `object-missing`, `object-corrupt`, `object-too-large`.
        """
        path: list[str] = []
        at: str | None = upto
        while at is not None and at != after and at in self._extra:
            path.append(at)
            at = parent_of(_one(self._extra, "commit", at))
        if at is not None and at != after:
            yield from self._ledger.commits(after, at)
        yield from ((one, self._extra[one][1]) for one in reversed(path))

    def fetch(self, kind: Kind, ids: Iterable[str], *, cut: bool = False) -> Iterator[tuple[str, bytes]]:
        """The objects of one kind, in order, those laid over before those below.

        Raises:
            ValueError: An id is not 40 hex.
            Unavailable: `object-missing`, `object-corrupt`, `object-too-large`.
        """
        wanted = list(ids)
        below = self._ledger.fetch(kind, [one for one in wanted if one not in self._extra], cut=cut)
        for one in wanted:
            yield (one, _one(self._extra, kind, one, cut=cut)) if one in self._extra else next(below)

    def append(self, objects: Iterable[Stored], new: str, old: str | None) -> None:
        """Store these objects and those laid over in the ledger below, then move its head.

        Raises:
            LedgerChanged: `ledger-changed`.
            Unavailable: As the ledger below.
        """
        self._ledger.append([*self._extra.values(), *objects], new, old)

    def lay_over(self, objects: Iterable[Stored]) -> None:
        """Further objects that the ledger below does not know."""
        self._extra |= {object_id(kind, data): (kind, data) for kind, data in objects}

    def laid_over(self) -> tuple[Stored, ...]:
        """The objects that the ledger below does not know."""
        return tuple(self._extra.values())


def parent_of(raw: bytes) -> str | None:
    """The first parent that a commit's bytes name."""
    found = _PARENT.match(raw)
    return found.group(1).decode() if found else None


def _one(objects: dict[str, Stored], kind: Kind, one: str, *, cut: bool = False) -> bytes:
    if _ID.fullmatch(one) is None:
        raise ValueError(one)
    if one not in objects:
        raise Unavailable("object-missing", id=one)
    found, data = objects[one]
    if found != kind:
        raise Unavailable("object-corrupt", id=one)
    if len(data) > LIMITS[kind] and not cut:
        raise Unavailable("object-too-large", id=one)
    if object_id(kind, data) != one:
        raise Unavailable("object-corrupt", id=one)
    return data[: LIMITS[kind] + 1]
