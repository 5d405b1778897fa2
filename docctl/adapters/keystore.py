"""The key store: of each confidential record the key, wrapped once for each person who may read it.

A folder outside the ledger and outside every folder of a library: `<store>/<library id>/<mark>/<person>.age`. The mark
is the salted digest that the record's entry states, not the record's number: a number is allotted anew when two people
register at once, and two copies may even share one for a while. Files and folders are open to whom the store itself is
open to, and to nobody else; a store that docctl makes is its owner's alone. What is relied on is on the disk before.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from docctl.adapters.gitprocess import attempt, disk_failure, run
from docctl.core.fields import is_word
from docctl.errors import Refused, Unavailable

ENDING: Final = ".age"
MAX_WRAP: Final = 64 * 1024
_MARK: Final = re.compile(r"[0-9a-f]{64}")
_TEMPORARY: Final = "."
MARKER: Final = "docctl-keystore.txt"
_WORDS: Final = b"Keys of confidential records, kept by docctl. Whoever deletes them destroys what they open.\n"
STORE: Final = "docctl.keystore"
BACKUP: Final = "docctl.keystore-backup"


class KeyStore:
    """The part of a key store that belongs to one library.

    Attributes:
        root: The store's folder.
    """

    def __init__(self, root: Path, library: str) -> None:
        self.root = root
        self.folder = root / library

    def is_there(self) -> bool:
        """Whether it is a key store, and not the empty folder where a disk should have been mounted."""
        return (self.root / MARKER).is_file()

    def check(self, code: str = "keystore-missing") -> None:
        """That it is there.

        Raises:
            Unavailable: `keystore-missing`, or what else stands for it (path).
        """
        if not self.is_there():
            raise Unavailable(code, path=str(self.root))

    def make(self) -> None:
        """Make a folder a key store; one that is made for it is its owner's alone.

        Raises:
            Unavailable: `not-writable`, `disk-full`, `disk-failed`.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self.is_there():
                self._put(self.root / MARKER, _WORDS)
                _settle(self.root)
        except OSError as error:
            raise disk_failure(error, self.root) from None

    def marks(self) -> frozenset[str]:
        """The records whose keys are here."""
        return frozenset(one.name for one in self._list(self.folder) if _MARK.fullmatch(one.name))

    def people(self, mark: str) -> tuple[str, ...]:
        """For whom a record's key is wrapped."""
        found = (one for one in self._list(self.folder / mark) if one.suffix == ENDING and one.is_file())
        return tuple(sorted(one.stem for one in found if is_word(one.stem)))

    def read(self, mark: str, person: str) -> bytes | None:
        """A person's wrapped key; None if there is none.

        Raises:
            Unavailable: `not-readable`.
        """
        path = self.folder / mark / f"{person}{ENDING}"
        try:
            # Others may write there: a pipe of that name would be waited for.
            if not path.is_file():
                return None
            with path.open("rb") as file:
                return file.read(MAX_WRAP)
        except OSError as error:
            raise Unavailable("not-readable", path=str(path), reason=error.strerror) from None

    def write(self, mark: str, wraps: Mapping[str, bytes]) -> None:
        """Keep wrapped keys by person: those of a new record all or none, others beside those that are there.

        Raises:
            Unavailable: `not-writable`, `disk-full`, `disk-failed`.
        """
        target = self.folder / mark
        try:
            self._make(self.folder)
            if target.is_dir():
                self._fill(target, wraps)
                return
            fresh = self.folder / f"{_TEMPORARY}{secrets.token_hex(8)}"
            try:
                self._make(fresh)
                self._fill(fresh, wraps)
                fresh.rename(target)
            except OSError:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            for one in (self.folder, self.root):
                _settle(one)
        except OSError as error:
            raise disk_failure(error, self.root) from None

    def remove(self, mark: str, person: str) -> bool:
        """Take one person's wrapped key away; whether there was one.

        Raises:
            Unavailable: `not-writable`, `disk-failed`.
        """
        path = self.folder / mark / f"{person}{ENDING}"
        try:
            path.unlink()
            _settle(path.parent)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise disk_failure(error, path) from None
        return True

    def destroy(self, mark: str) -> int:
        """Take every wrapped key of a record away; how many there were, 0 if it was done before.

        Nothing is overwritten first: a disk of today writes elsewhere what is written anew.

        Raises:
            Unavailable: `not-writable`, `disk-failed`.
        """
        target = self.folder / mark
        try:
            count, found = len(self.people(mark)), list(self._list(target))
            for one in found:
                one.unlink(missing_ok=True)
            if target.is_dir():
                target.rmdir()
                _settle(self.folder)
        except OSError as error:
            raise disk_failure(error, target) from None
        return count

    def sweep(self, before: float) -> None:
        """Take away what was begun before an instant and never finished.

        Raises:
            Unavailable: `not-readable`.
        """
        for one in self._list(self.folder):
            with contextlib.suppress(OSError):
                if one.name.startswith(_TEMPORARY) and one.stat().st_mtime < before:
                    shutil.rmtree(one)

    def digests(self, marks: frozenset[str]) -> dict[tuple[str, str], str]:
        """SHA-256 of each wrapped key of some records, by mark and person."""
        return {
            (mark, person): hashlib.sha256(self.read(mark, person) or b"").hexdigest()
            for mark in sorted(marks)
            for person in self.people(mark)
        }

    def _list(self, folder: Path) -> Iterator[Path]:
        try:
            yield from sorted(folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise Unavailable("not-readable", path=str(folder), reason=error.strerror) from None

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir()
            folder.chmod(self._mode() | (stat.S_ISGID & self.root.stat().st_mode))

    def _mode(self) -> int:
        """What owner and group may do with the store itself; others nothing."""
        return stat.S_IMODE(self.root.stat().st_mode) & 0o770

    def _fill(self, folder: Path, wraps: Mapping[str, bytes]) -> None:
        for person, data in wraps.items():
            self._put(folder / f"{person}{ENDING}", data)
        _settle(folder)

    def _put(self, target: Path, data: bytes) -> None:
        """Write a file whole, or not at all."""
        temporary = target.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(self._mode() & 0o660)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the names in a folder on the disk; only POSIX knows how."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- where it lies -----------------------------------------------------------------------------------------------------


def setting(git_dir: Path, name: str) -> Path | None:
    """The folder that a library names for its key store or for the store's back-up."""
    found = attempt(["config", "--local", "--get", name], git_dir)
    text = found.output.decode("utf-8", "replace").rstrip("\n")
    return Path(text) if found.status == 0 and text else None


def keep_setting(git_dir: Path, name: str, folder: Path) -> None:
    """Name such a folder.

    Raises:
        Unavailable: `git-missing`, `git-failed`, `not-writable`, `disk-full`.
    """
    run(["config", "--local", "--replace-all", name, str(folder)], git_dir)


def check_place(folder: Path, git_dir: Path) -> None:
    """That a key store may lie there: in no folder that goes into a history with everything in it.

    Raises:
        Refused: `keystore-inside` (path).
    """
    real = folder.resolve()
    for one in (real, *real.parents):
        if (
            (one / ".git").exists()
            or one == git_dir.resolve()
            or ((one / "HEAD").is_file() and (one / "objects").is_dir())
        ):
            raise Refused("keystore-inside", path=str(folder))
