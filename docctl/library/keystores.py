"""The key store of a library: where it lies, who has keys there, its back-up, and keys that go for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from docctl.adapters import keystore
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.keystore import KeyStore
from docctl.core.records import Record
from docctl.errors import DocctlError, NotFound, Refused, Unavailable
from docctl.library import clock, recording
from docctl.library.library import Library

DEFAULT: Final = "keystore"
_UNFINISHED: Final = 24 * 3600
"""Seconds after which nobody is still writing."""


def place_of(library: Library) -> Path:
    """Where the key store lies: where the library says, or else in the person's own folder."""
    return _stated(library, keystore.STORE) or library.home.path / DEFAULT


def store_of(library: Library) -> KeyStore:
    """The key store, there or not."""
    return KeyStore(place_of(library), library.authority.library)


def prepared(library: Library) -> KeyStore:
    """The key store, to write into; the person's own is made if it is missing.

    Raises:
        Unavailable: `keystore-missing` (path), `not-writable`.
    """
    store = store_of(library)
    if _stated(library, keystore.STORE) is None:
        store.make()
    store.check()
    return store


def backup_of(library: Library) -> KeyStore | None:
    """The back-up that the library names; None if it names none."""
    place = _stated(library, keystore.BACKUP)
    return KeyStore(place, library.authority.library) if place else None


def _stated(library: Library, name: str) -> Path | None:
    ledger = library.book.ledger
    return keystore.setting(ledger.git_dir, name) if isinstance(ledger, GitLedger) else None


def choose(library: Library, folder: Path) -> KeyStore:
    """Let a library's key store lie in a folder, which is made if it is missing. What lies elsewhere stays there.

    Raises:
        Refused: `keystore-inside` (path).
        Unavailable: `not-writable`.
    """
    return _chosen(library, keystore.STORE, folder)


def _chosen(library: Library, name: str, folder: Path) -> KeyStore:
    ledger = library.book.ledger
    if not isinstance(ledger, GitLedger):
        raise Refused("library-bare")
    folder = folder.absolute()
    keystore.check_place(folder, ledger.git_dir)
    store = KeyStore(folder, library.authority.library)
    store.make()
    keystore.keep_setting(ledger.git_dir, name, folder)
    return store


def check_person(library: Library, person: str) -> None:
    """That somebody of that name is or was enrolled.

    Raises:
        NotFound: `person-not-found`.
    """
    if person not in library.charter.people:
        raise NotFound("person-not-found", person=person)


# -- who has keys ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A sealed record, and for whom its key is in the key store.

    Attributes:
        entitled: People who hold one of its roles today and have no key of it.
    """

    record: str
    disposed: bool
    people: tuple[str, ...]
    entitled: tuple[str, ...]


def held(library: Library) -> tuple[Held, ...]:
    """Every sealed record, by number.

    Raises:
        Unavailable: `keystore-missing`.
    """
    store, state, today = store_of(library), library.book.state, library.today()
    store.check()
    found = []
    for record in sealed_records(library):
        people = store.people(record.sealed)
        roles = recording.blank_of(state, record).form.confidential
        now = [one.id for one in library.charter.people.values() if any(one.holds(role, today) for role in roles)]
        left = () if record.disposed else tuple(one for one in now if one not in people)
        found.append(Held(record.id, record.disposed is not None, people, left))
    return tuple(found)


def sealed_records(library: Library) -> list[Record]:
    """The confidential records, those disposed of too."""
    found = [one for one in library.book.state.records.values() if one.sealed]
    return sorted(found, key=lambda one: one.id)


def revoke(library: Library, name: str, person: str) -> None:
    """Take a person's key of a record away, from the back-up too if it can be reached.

    What the person read or copied before stays with them.

    Raises:
        NotFound: `record-not-found`, `wrap-none` (record, person).
        Refused: `record-not-sealed`; `wrap-last` (record): nobody could read it any more, which is a disposal.
        Unavailable: `keystore-missing`, `keystore-backup-missing` (path).
    """
    record = recording.record_of(library.book.state, name)
    if not record.sealed:
        raise Refused("record-not-sealed", record=name)
    store, backup = store_of(library), backup_of(library)
    store.check()
    _check_backup(backup)
    people = store.people(record.sealed)
    if person not in people:
        raise NotFound("wrap-none", record=name, person=person)
    if people == (person,):
        raise Refused("wrap-last", record=name)
    for one in (backup, store):
        if one is not None:
            one.remove(record.sealed, person)


def _check_backup(backup: KeyStore | None) -> None:
    """What goes must go from the back-up too; one that lies in a safe must be brought."""
    if backup is not None:
        backup.check("keystore-backup-missing")


# -- keys that go for good ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a library's sealed records, for whoever disposes of them.

    Attributes:
        lost: The person says that keys which are not to be found are gone for good, so that nothing of them remains.
    """

    library: Library
    lost: bool = False

    def count(self, records: tuple[str, ...]) -> int:
        """As `count`."""
        return count(self.library, records, lost=self.lost)

    def destroy(self, records: tuple[str, ...]) -> None:
        """As `destroy`; the entry stands by then, whatever happens here.

        Raises:
            Unavailable: `keys-left`: some are still there, which `doctor` names and `clear` destroys.
        """
        try:
            destroy(self.library, records)
        except DocctlError:
            raise Unavailable("keys-left") from None


def count(library: Library, names: Iterable[str], *, lost: bool = False) -> int:
    """How many wrapped keys will go with these records: what `Disposed.keys` states, asked before the entry is made.

    Args:
        library: The library.
        names: Of records; plain ones have no keys.
        lost: Whether keys that are not to be found may be taken for gone.

    Raises:
        NotFound: `record-not-found`.
        Refused: `mark-shared` (record, other): another record, which stays, states the same keys.
        Unavailable: `keystore-missing`, `keystore-backup-missing`, `keystore-no-record` (record, path): these keys are
            elsewhere, and would not be destroyed.
    """
    records = [one for name in names if (one := recording.record_of(library.book.state, name)).sealed]
    if not records:
        return 0
    _check_alone(library, {one.sealed: one.id for one in records})
    store = store_of(library)
    store.check()
    _check_backup(backup_of(library))
    for one in records:
        if not lost and not store.people(one.sealed):
            raise Unavailable("keystore-no-record", record=one.id, path=str(store.root))
    return sum(len(store.people(one.sealed)) for one in records)


def destroy(library: Library, names: Iterable[str]) -> int:
    """Destroy the keys of records that are disposed of, in the back-up first; how many were in the key store.

    May be called again: what is gone already counts for nothing.

    Raises:
        NotFound: `record-not-found`.
        Refused: `record-not-disposed` (record): its entry does not stand; `mark-shared` (record, other): another record
            states the same keys. Nothing was destroyed then.
        Unavailable: `keystore-missing`, `keystore-backup-missing`, `not-writable`, `disk-failed`.
    """
    records = [recording.record_of(library.book.state, name) for name in names]
    living = next((one for one in records if one.disposed is None), None)
    if living is not None:
        raise Refused("record-not-disposed", record=living.id)
    marks = {one.sealed: one.id for one in records if one.sealed}
    if not marks:
        return 0
    _check_alone(library, marks)
    store, backup = store_of(library), backup_of(library)
    store.check()
    _check_backup(backup)
    if backup is not None:
        for mark in marks:
            backup.destroy(mark)
    return sum(store.destroy(mark) for mark in marks)


def _check_alone(library: Library, marks: Mapping[str, str]) -> None:
    """Whoever copies another's ciphertext into a record of their own shall not take the other's keys with it."""
    for other in sealed_records(library):
        if other.disposed is None and other.sealed in marks and other.id not in marks.values():
            raise Refused("mark-shared", record=marks[other.sealed], other=other.id)


def clear(library: Library) -> tuple[str, ...]:
    """Destroy what keys of disposed records are still there, because somebody was cut off or a store was elsewhere."""
    store, backup = store_of(library), backup_of(library)
    store.check()
    store.sweep(clock.now() - _UNFINISHED)
    there = store.marks() | (backup.marks() if backup is not None else frozenset())
    names = tuple(one.id for one in sealed_records(library) if one.disposed is not None and one.sealed in there)
    destroy(library, names)
    return names


# -- back-up -----------------------------------------------------------------------------------------------------------


def back_up(library: Library, folder: Path | None = None) -> tuple[int, int]:
    """Copy what is new or changed into the back-up, and remember the folder; keys of disposed records go there.

    Returns: How many keys were copied, and how many are there now.

    Raises:
        Refused: `keystore-inside`; `keystore-backup-none`: no folder was ever named; `keystore-backup-same`.
        Unavailable: `keystore-missing`, `keystore-backup-missing`, `not-writable`.
    """
    store = store_of(library)
    store.check()
    if folder is not None and folder.resolve() == store.root.resolve():
        raise Refused("keystore-backup-same", path=str(folder))
    backup = _chosen(library, keystore.BACKUP, folder) if folder is not None else backup_of(library)
    if backup is None:
        raise Refused("keystore-backup-none")
    _check_backup(backup)
    gone = {one.sealed for one in sealed_records(library) if one.disposed is not None}
    for mark in backup.marks() & gone:
        backup.destroy(mark)
    missing = lacking(store, backup, store.marks() - gone)
    for mark, person in missing:
        backup.write(mark, {person: store.read(mark, person) or b""})
    return len(missing), len(backup.digests(backup.marks()))


def lacking(store: KeyStore, backup: KeyStore, marks: frozenset[str]) -> list[tuple[str, str]]:
    """What the back-up lacks or has otherwise, by mark and person."""
    there = backup.digests(marks & backup.marks())
    return [one for one, digest in store.digests(marks).items() if there.get(one) != digest]


@dataclass(frozen=True, slots=True)
class Findings:
    """What `doctor` says of a key store.

    Attributes:
        keyless: Sealed records without keys there.
        strange: How many keys there are of no record that is known here.
        undead: Records disposed of whose keys are still there, or in the back-up.
        backup: `good`, `none`, `missing` or `old`.
        lacking: How many keys the back-up lacks.
    """

    place: Path
    there: bool
    records: int
    keyless: tuple[str, ...] = ()
    strange: int = 0
    undead: tuple[str, ...] = ()
    backup: str = "none"
    lacking: int = 0


def look(library: Library) -> Findings:
    """What there is to say of the key store; nothing is changed."""
    store, records = store_of(library), sealed_records(library)
    living = {one.sealed: one.id for one in records if one.disposed is None}
    dead = {one.sealed: one.id for one in records if one.disposed is not None}
    if not store.is_there():
        return Findings(store.root, there=False, records=len(living))
    marks, backup = store.marks(), backup_of(library)
    saved = backup is not None and backup.is_there()
    still = marks | (backup.marks() if backup is not None and saved else frozenset())
    late = lacking(store, backup, marks & living.keys()) if backup is not None and saved else []
    return Findings(
        place=store.root,
        there=True,
        records=len(living),
        keyless=tuple(name for mark, name in living.items() if not store.people(mark)),
        strange=len(marks - living.keys() - dead.keys()),
        undead=tuple(dead[mark] for mark in sorted(still & dead.keys())),
        backup="none" if backup is None else "missing" if not saved else "old" if late else "good",
        lacking=len(late),
    )
