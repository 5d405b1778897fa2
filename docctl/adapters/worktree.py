"""The working files beside the ledger: what people edit, and where what is in force is laid out for them.

Never a source of truth: what is lawful is read from the ledger. What is read here is a draft that somebody is about to
sign; what is laid here can be laid again.

The rules:

1. Only plain ASCII names are read or written, so no path can leave the folder or mean two things on two systems.
2. No symbolic link is followed, anywhere on a path: each folder is opened from the one above it.
3. A file appears whole or not at all, and folders that were not asked for are left alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.gitprocess import attempt, disk_failure, failure
from docctl.core.ports import MAX_BLOB
from docctl.core.tree import is_plain_name
from docctl.errors import NotFound, Refused

_ID = re.compile(r"[0-9a-f]{40}\n")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A named pipe in place of a file would otherwise hold us for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
TEMPORARY = ".docctl-"
_OLD = 3600.0
_LARGE = 256 * 1024  # bytes of an index; a smaller one is made anew in no time


class WorkTree:
    """The working files of one library.

    Attributes:
        root: The folder that holds them.
        git_dir: The repository's own folder, where the tree last laid out is remembered.
    """

    def __init__(self, root: Path, git_dir: Path) -> None:
        self.root = root
        self.git_dir = git_dir

    def read_folder(self, relative: str, max_files: int = 200, max_bytes: int = 2 * MAX_BLOB) -> dict[str, bytes]:
        """The files of one folder, by name, sorted.

        Args:
            relative: Path below the root, `drafts/POL-001`.
            max_files: More are refused.
            max_bytes: Of all files together; one file may have `MAX_BLOB`.

        Raises:
            NotFound: `folder-missing`.
            Refused: `path-symlink`, `path-not-ascii`, `path-not-file` (a folder or a device inside), `file-too-large`,
                `files-too-many`.
            Unavailable: `not-readable`, `disk-failed`.
        """
        files: dict[str, bytes] = {}
        with self._inside(_parts(relative), denied="not-readable") as folder:
            if folder is None:
                raise NotFound("folder-missing", path=relative)
            names = [name for name in _names(folder) if not name.startswith(TEMPORARY)]
            for name in names:
                if not is_plain_name(name):
                    raise Refused("path-not-ascii", path=_shown(relative, name))
            if len(names) > max_files:
                raise Refused("files-too-many", path=relative, limit=max_files)
            left = max_bytes
            for name in names:
                files[name] = _read(folder, name, relative, min(left, MAX_BLOB))
                left -= len(files[name])
        return files

    def lay(self, folder: str, files: Mapping[str, bytes] | None) -> None:
        """Make a folder hold exactly these files; none remove it, and the folders above it that become empty.

        What lies in it besides files is left alone. Files that have the right bytes are not touched.

        Raises:
            Refused: `path-symlink`, `path-not-ascii`, `path-not-file` (a folder has a file's name, or the reverse).
            Unavailable: `not-writable`, `disk-full`, `disk-failed`.

        Side effects: changes in these files that were never submitted are lost.
        """
        for name in files or ():
            if not is_plain_name(name):
                raise Refused("path-not-ascii", path=_shown(folder, name))
        with self._inside(_parts(folder), make=bool(files)) as handle:
            if handle is not None:
                for name, content in (files or {}).items():
                    _write(handle, name, content, folder)
                for name in set(_names(handle)) - set(files or ()):
                    if not stat.S_ISDIR(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode):
                        os.unlink(name, dir_fd=handle)
        if not files:
            # Even if there is no folder: whoever removed it may have been cut off before those above it.
            self._prune(_parts(folder))

    def sync_index(self, ledger: GitLedger, tree: str, lines: Iterable[str] = ()) -> None:
        """Tell stock git that these are the working files of a tree, so that `git status` stays truthful.

        A large index is changed in the places that differ, which takes a tenth of the time of making it anew; but only
        if it is, to the byte, the one that this left there for the tree last laid out.

        Args:
            ledger: Whose index it is.
            tree: What is laid out now.
            lines: What differs from the tree last laid out, as `git update-index --index-info` reads it.

        Raises:
            Unavailable: `disk-full`, `not-writable`, `git-missing`, `git-failed`. A locked index is left as it is.

        Side effects: a lock that a git left which was killed over an hour ago is removed.
        """
        # Somebody's git may hold it as long as an editor is open.
        ledger.clear_stale_lock("index", _OLD)
        mark = self._index_mark()
        stdin = "".join(f"{line}\n" for line in lines).encode("ascii")
        words, given = ["read-tree", tree], b""
        if mark and stdin and self._noted("docctl-indexed") == f"{self.laid()} {mark}\n":
            words, given = ["update-index", "--index-info"], stdin
        outcome = attempt(words, ledger.git_dir, given)
        if outcome.status and "index.lock" not in outcome.error:
            raise failure(words[0], outcome, ledger.git_dir)
        mark = self._index_mark() if outcome.status == 0 else ""
        if mark:
            self._note("docctl-indexed", f"{tree} {mark}\n")

    def _index_mark(self) -> str:
        """The checksum at the end of a large index; "" of any other."""
        try:
            with (self.git_dir / "index").open("rb") as file:
                if file.seek(0, os.SEEK_END) < _LARGE:
                    return ""
                file.seek(-20, os.SEEK_END)
                return file.read(20).hex()
        except OSError:
            return ""

    def _noted(self, name: str) -> str:
        try:
            return (self.git_dir / name).read_text("ascii", "replace")
        except OSError:
            return ""

    def laid(self) -> str | None:
        """The tree that the working files were last laid out from; None if that is not known."""
        try:
            text = (self.git_dir / "docctl-laid").read_text("ascii", "replace")
        except OSError:
            return None
        return text[:-1] if _ID.fullmatch(text) else None

    def set_laid(self, tree: str) -> None:
        """Remember the tree that the working files were laid out from.

        Raises:
            ValueError: Not 40 hex.
            Unavailable: `not-writable`, `disk-full`, `disk-failed`.
        """
        if _ID.fullmatch(f"{tree}\n") is None:
            raise ValueError(tree)
        self._note("docctl-laid", f"{tree}\n")
        with _disk(self.git_dir):
            (self.git_dir / "docctl-spared").unlink(missing_ok=True)

    def spare(self, names: Iterable[str]) -> None:
        """Leave these documents' drafts alone in the next laying out, whoever does it: they hold what is nowhere else.

        Raises:
            Unavailable: `not-writable`, `disk-full`, `disk-failed`.
        """
        self._note("docctl-spared", "".join(f"{name}\n" for name in sorted({*names, *self.spared()})))

    def spared(self) -> frozenset[str]:
        """The documents whose drafts the next laying out leaves alone."""
        try:
            return frozenset((self.git_dir / "docctl-spared").read_text("ascii", "replace").split())
        except OSError:
            return frozenset()

    def _note(self, name: str, text: str) -> None:
        """Write a small file of our own into the repository's folder."""
        with _disk(self.git_dir):
            handle = os.open(self.git_dir, _FOLDER)
            try:
                _replace(handle, name, text.encode("ascii"))
            finally:
                os.close(handle)

    @contextlib.contextmanager
    def _inside(self, parts: list[str], *, make: bool = False, denied: str = "not-writable") -> Iterator[int | None]:
        """A handle of a folder, reached without following a link; None where there is none and none is to be made."""
        with _disk(self.root.joinpath(*parts), denied):
            handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                for depth, part in enumerate(parts, 1):
                    below = _descend(handle, part, "/".join(parts[:depth]), make=make)
                    if below is None:
                        yield None
                        return
                    os.close(handle)
                    handle = below
                yield handle
            finally:
                os.close(handle)

    def _prune(self, parts: list[str]) -> None:
        """Remove a folder, then those above it, as long as they are empty."""
        while parts:
            *parts, name = parts
            with self._inside(parts) as above:
                if above is None:
                    continue
                try:
                    os.rmdir(name, dir_fd=above)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                        return
                    raise


@contextlib.contextmanager
def _disk(path: Path, denied: str = "not-writable") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise disk_failure(error, path, denied) from error


def _parts(relative: str) -> list[str]:
    parts = relative.split("/")
    if not all(map(is_plain_name, parts)):
        raise Refused("path-not-ascii", path=_shown(relative))
    return parts


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)


def _shown(*parts: str) -> str:
    """A path that can be printed, whatever bytes its names have."""
    return "/".join(parts).encode("utf-8", "backslashreplace").decode()


def _descend(above: int, name: str, path: str, *, make: bool) -> int | None:
    try:
        return os.open(name, _FOLDER, dir_fd=above)
    except FileNotFoundError:
        if not make:
            return None
    except OSError as error:
        # Which of the two is told for a link depends on the system.
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):
            link = stat.S_ISLNK(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode)
            raise Refused("path-symlink" if link else "path-not-file", path=path) from error
        raise
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, dir_fd=above)
    return os.open(name, _FOLDER, dir_fd=above)


def _read(folder: int, name: str, relative: str, limit: int) -> bytes:
    path = f"{relative}/{name}"
    try:
        handle = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise Refused("path-symlink", path=path) from error
        if error.errno == errno.ENXIO:
            raise Refused("path-not-file", path=path) from error
        raise
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, handle)
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise Refused("path-not-file", path=path)
        # Read no more than allowed even if it grows meanwhile.
        file = stack.enter_context(os.fdopen(handle, "rb", closefd=False))
        content = b"" if facts.st_size > limit else file.read(limit + 1)
        if max(facts.st_size, len(content)) > limit:
            raise Refused("file-too-large", path=path, limit=limit)
        return content


def _write(folder: int, name: str, content: bytes, relative: str) -> None:
    """Give a file its content; what has it already is left alone, so that its time tells when it changed."""
    try:
        facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        pass
    else:
        if stat.S_ISDIR(facts.st_mode):
            raise Refused("path-not-file", path=f"{relative}/{name}")
        with contextlib.suppress(Refused, OSError):
            if facts.st_size == len(content) and _read(folder, name, relative, len(content)) == content:
                return
    _replace(folder, name, content)


def _replace(folder: int, name: str, content: bytes) -> None:
    """Put a file in place of what has its name, in one step."""
    temporary = f"{TEMPORARY}{secrets.token_hex(8)}"
    handle = os.open(temporary, _NEW, 0o666, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
