"""A folder of copies for people who have no docctl: an intranet share, a USB stick.

    <DIR>/<type>/<file>          copies
    <DIR>/docctl-copies.json     what docctl wrote here, and from what
    <DIR>/.docctl-journal        the same of a run under way, or cut off

The rules:

1. A file appears whole or not at all: written beside its place, noted, then renamed.
2. Nothing is deleted or replaced that docctl did not write, or that somebody has changed since.
3. No symbolic link is followed below the folder, and no name leads out of it.
4. One run at a time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from docctl.adapters.gitprocess import disk_failure
from docctl.errors import DocctlError, Malformed, NotFound, Refused

try:
    import fcntl
except ImportError:  # pragma: no cover -- Windows: two runs at once are kept apart by nobody
    fcntl = None  # type: ignore[assignment]

MANIFEST = "docctl-copies.json"
_JOURNAL = ".docctl-journal"
_UNFINISHED = re.compile(r"\.docctl-[0-9a-f]{16}\.part")
_NAME = re.compile(r"(?:[a-z][a-z0-9-]*/)?[A-Za-z0-9][A-Za-z0-9_.-]*")
_SHA = re.compile(r"[0-9a-f]{64}")
_FORMAT = 1
_MOST = 64 * 1024 * 1024
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)

Note = dict[str, Any]


class CopyFolder:
    """One folder of copies of one library. Use it in a `with`.

    Attributes:
        root: The folder.
        notes: Path below it to what is known of the file: `sha256` and what it was made from.
    """

    def __init__(self, root: Path, library: str) -> None:
        self.root = root
        self.notes: dict[str, Note] = {}
        self._library = library
        self._handle: int | None = None
        self._folders = {""}

    def __enter__(self) -> Self:
        """Make the folder if need be, keep other runs out, read what was written before.

        Raises:
            NotFound: `folder-missing`: the folder above it is not there.
            Refused: `copies-not-folder`, `copies-busy`, `copies-other-library`.
            Malformed: `copies-list-unreadable`.
            Unavailable: `not-writable`, `copies-disk-full`, `disk-failed`.
        """
        if not self.root.parent.is_dir():
            raise NotFound("folder-missing", path=str(self.root.parent))
        if os.path.lexists(self.root) and not self.root.is_dir():
            raise Refused("copies-not-folder", path=str(self.root))
        try:
            with self._disk():
                self.root.mkdir(exist_ok=True)
                self._lock()
                self.notes = self._known()
                self._sweep()
        except BaseException:
            self._let_go()
            raise
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            with contextlib.suppress(OSError):
                self._sweep()
        self._let_go()

    def _let_go(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _lock(self) -> None:
        """The folder itself is locked, so that no file of ours lies about; the system lets go when we die."""
        if fcntl is None:
            return
        self._handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("copies-busy", path=str(self.root)) from None
        except OSError:
            return  # a share that knows no locks

    @contextlib.contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise failure(error, self.root) from error

    # -- what is there -------------------------------------------------------------------------------------------------

    def _known(self) -> dict[str, Note]:
        found: dict[str, Note] = {}
        text = self._text(MANIFEST)
        if text is not None:
            try:
                whole = json.loads(text)
                if whole["format"] != _FORMAT:
                    raise ValueError(whole["format"])
                library, found = whole["library"], {_name(name): _note(one) for name, one in whole["files"].items()}
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                raise Malformed("copies-list-unreadable", path=str(self.root / MANIFEST)) from None
            if library != self._library:
                raise Refused("copies-other-library", path=str(self.root))
        for line in (self._text(_JOURNAL) or "").splitlines():
            # The last line may be cut off; whatever it spoke of was not renamed yet.
            with contextlib.suppress(ValueError, TypeError, AttributeError):
                name, one = json.loads(line)
                # Before a rename the file is still the one before.
                found[_name(name)] = {**_note(one), "was": found.get(name, {}).get("sha256", "")}
        return found

    def _text(self, name: str) -> str | None:
        """A file of ours as text; None if it is not there."""
        try:
            with os.fdopen(os.open(self.root / name, _READ), "rb") as file:
                data = file.read(_MOST + 1)
            return data.decode() if len(data) <= _MOST else ""
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            return ""

    def _sweep(self) -> None:
        """Take away what a run that was cut off left half-written."""
        for folder in self._folders | {name.rpartition("/")[0] for name in self.notes}:
            place = self.root / folder
            if place.is_symlink() or not place.is_dir():
                continue
            for one in os.scandir(place):
                if _UNFINISHED.fullmatch(one.name) and one.is_file(follow_symlinks=False):
                    Path(one.path).unlink()

    def digest(self, name: str) -> str | None:
        """SHA-256 of a file that is there; None if there is none, "" if it is no plain file or cannot be read."""
        path = self.root / name
        if path.parent != self.root and path.parent.is_symlink():
            return ""
        try:
            with os.fdopen(os.open(path, _READ), "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return ""

    def ours(self, name: str) -> bool:
        """Whether the file that is there is the one that docctl wrote."""
        note = self.notes.get(name)
        return note is not None and self.digest(name) in (note["sha256"], note.get("was") or note["sha256"])

    # -- writing -------------------------------------------------------------------------------------------------------

    def beside(self, name: str) -> Path:
        """Where to write a file before `put` moves it to its place.

        Raises:
            Refused: `copies-foreign`: something else lies where its folder belongs.
            Unavailable: `not-writable`, `copies-disk-full`, `disk-failed`.
        """
        folder = (self.root / _name(name)).parent
        with self._disk():
            if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                raise Refused("copies-foreign", path=str(folder))
            folder.mkdir(exist_ok=True)
        self._folders.add(name.rpartition("/")[0])
        return folder / f".docctl-{secrets.token_hex(8)}.part"

    def put(self, name: str, temporary: Path, note: Note) -> None:
        """Move a file that was written beside it to its place, with what it was made from.

        Raises:
            Refused: `copies-foreign`: a file lies there that docctl did not write, or that was changed since.
            Unavailable: `not-writable`, `copies-disk-full`, `disk-failed`.
        """
        path = self.root / name
        try:
            if self.digest(name) not in (None, note["sha256"]) and not self.ours(name):
                raise Refused("copies-foreign", path=str(path))
            with self._disk():
                self._journal(name, note)
                temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
        self.notes[name] = note

    def write(self, name: str, data: bytes, note: Note) -> bool:
        """A small file, if it is not there with these bytes; whether it was written."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self.digest(name) == sha256:
            self.notes[name] = {**note, "sha256": sha256}
            return False
        temporary = self.beside(name)
        write_new(temporary, data)
        self.put(name, temporary, {**note, "sha256": sha256})
        return True

    def drop(self, name: str) -> bool:
        """Delete a file of ours that has no place here any more; False if it was changed since, and so left alone."""
        note, there = self.notes.get(name), self.digest(name)
        if note is None:
            return False
        if there is not None and not self.ours(name):
            del self.notes[name]
            return False
        with self._disk():
            if there is not None:
                (self.root / name).unlink()
            folder = (self.root / name).parent
            if folder != self.root:
                with contextlib.suppress(OSError):
                    folder.rmdir()  # if it was the last one
        del self.notes[name]
        return True

    def _journal(self, name: str, note: Note) -> None:
        line = json.dumps([name, note], ensure_ascii=True, sort_keys=True) + "\n"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(self.root / _JOURNAL, flags, 0o666), "a", encoding="ascii") as file:
            file.write(line)

    def close_run(self, about: Mapping[str, object]) -> None:
        """Write down what is there now.

        Raises:
            Unavailable: `not-writable`, `copies-disk-full`, `disk-failed`.
        """
        for note in self.notes.values():
            note.pop("was", None)
        whole = {"format": _FORMAT, "library": self._library, **about, "files": dict(sorted(self.notes.items()))}
        temporary = self.root / f".docctl-{secrets.token_hex(8)}.part"
        with self._disk():
            try:
                write_new(temporary, (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())
                temporary.replace(self.root / MANIFEST)
            finally:
                temporary.unlink(missing_ok=True)
            (self.root / _JOURNAL).unlink(missing_ok=True)


def failure(error: OSError, path: Path) -> DocctlError:
    """What an error of the file system means for a folder of copies."""
    found = disk_failure(error, path)
    return type(found)("copies-disk-full", path=str(path)) if found.code == "disk-full" else found


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, for whoever the user's mask lets read it; nothing is left if that fails."""
    try:
        with os.fdopen(os.open(path, _NEW, 0o666), "wb") as file:
            file.write(data)
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _name(name: object) -> str:
    if not isinstance(name, str) or _NAME.fullmatch(name) is None or name == MANIFEST:
        raise ValueError(name)
    return name


def _note(one: object) -> Note:
    if not isinstance(one, dict) or _SHA.fullmatch(str(one.get("sha256"))) is None:
        raise ValueError(one)
    return dict(one)
