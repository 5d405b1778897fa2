"""The ledger in a git repository: read as bytes that are hashed again, appended to by compare-and-set.

Reading goes through `git cat-file --batch`, asked for ids only. Writing makes the objects' files itself, because a git
process for each would cost more than everything else together, and moves the branch by `git update-ref`, because only
git knows how a repository keeps its branches.

Not for judging: the order of `commits` and the hashes say what is stored, never what is lawful.

The rules of writing:

1. An object's file appears whole or not at all (temporary file, flush, rename), and before the branch names it.
2. The branch moves from the old head to the new one or stays. So whoever is killed at any point leaves a whole ledger.
3. A lock that a killed git left is removed only by the holder of our own lock, which the system frees at death.

Example:
    with GitLedger.open(Path("library")) as ledger:
        for commit_id, raw in ledger.commits(None, head): ...
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from docctl.adapters import hazards
from docctl.adapters.gitfolder import check_format, repository
from docctl.adapters.gitprocess import (
    PATIENCE,
    ObjectReader,
    attempt,
    disk_failure,
    failure,
    locked,
    read_answer,
    reap,
    run,
    spawn,
)
from docctl.adapters.looseobjects import store
from docctl.adapters.memoryledger import parent_of
from docctl.core.ports import Kind
from docctl.errors import LedgerChanged, NotFound, Refused, Unavailable

BRANCH = "refs/heads/main"
_NO_ID = "0" * 40
_ID = re.compile(r"[0-9a-f]{40}")
_STALE_LOCK = 3.0


class GitLedger:
    """The linear history of `refs/heads/main` in one repository.

    Holds at most two idle git processes between calls; `close` ends them.

    Attributes:
        root: The folder with the working files; None in a bare repository.
        git_dir: The folder with the objects.
    """

    def __init__(self, git_dir: Path, root: Path | None = None, quarantine: Path | None = None) -> None:
        self.git_dir = git_dir
        self.root = root
        self._quarantine = quarantine
        self._idle: list[ObjectReader] = []
        self._reserved = False

    @classmethod
    def open(cls, path: Path, quarantine: Path | None = None) -> GitLedger:
        """The ledger at a path, or in the nearest folder above it.

        Args:
            path: A folder of the library, or a bare repository.
            quarantine: Inside a pre-receive hook, the folder of the pushed objects; the ledger is then read-only.

        Raises:
            NotFound: `library-not-found`.
            Unavailable: `object-format` (SHA-256), `not-readable`, `git-missing`, `git-failed`.
        """
        start = Path(os.path.realpath(path))
        try:
            for folder in (start, *start.parents):
                git_dir = repository(folder)
                if git_dir is not None:
                    check_format(git_dir)
                    return cls(git_dir, None if git_dir == folder else folder, quarantine)
        except OSError as error:
            raise Unavailable("not-readable", path=str(error.filename or path)) from error
        raise NotFound("library-not-found", path=str(path))

    @classmethod
    def create(cls, path: Path, *, bare: bool = False) -> GitLedger:
        """A new, empty ledger.

        Raises:
            Refused: `library-exists`: there is a ledger with entries.
            Unavailable: `git-missing`, `git-failed`, `not-writable`, `disk-full`, `object-format`.

        Side effects: makes the folder and its parents. No hooks and no templates are copied.
        """
        place = Path(os.path.realpath(path))
        try:
            before = repository(place)
            if before is not None and cls.open(place).head() is not None:
                raise Refused("library-exists", path=str(path))
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_failure(error, place) from error
        shape = ["--bare"] if bare else []
        run(["init", "-q", "--object-format=sha1", "-b", "main", "--template=", *shape, "--", str(place)], None)
        ledger = cls.open(place)
        if before is not None:
            # Otherwise it would keep the branch that it was on.
            run(["symbolic-ref", "HEAD", BRANCH], ledger.git_dir)
        # Working files must have the bytes that were signed, and names must be shown as they are.
        run(["config", "core.autocrlf", "false"], ledger.git_dir)
        run(["config", "core.quotePath", "false"], ledger.git_dir)
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        # At the end of the interpreter anything may be gone already.
        with contextlib.suppress(Exception):
            self.close()

    def close(self) -> None:
        """End the idle git processes. The ledger may be used again."""
        while self._idle:
            self._idle.pop().end(kill=False)

    def head(self) -> str | None:
        """Commit id of the last entry; None for an empty ledger.

        Raises:
            Unavailable: `head-unreadable` (the branch's file holds no id), `object-missing`, `git-missing`,
                `git-failed`.
        """
        if os.path.lexists(self.git_dir / BRANCH) and not (self.git_dir / BRANCH).is_dir():
            return self._plain_head()
        # Only git knows how else a repository keeps its branches. `show-ref` takes the name as it stands; `rev-parse`
        # would take a tag of that name for it.
        outcome = attempt(["show-ref", "--verify", "--hash", BRANCH], self.git_dir)
        found = outcome.output.decode("ascii", "replace").strip()
        if outcome.status == 0 and _ID.fullmatch(found):
            return found
        if "bad ref" in outcome.error and (lost := _ID.search(outcome.error)) is not None:
            raise Unavailable("object-missing", id=lost.group())
        if "not a valid ref" not in outcome.error:
            raise failure("show-ref", outcome, self.git_dir)
        return None

    def _plain_head(self) -> str:
        """The id in the branch's own file; a link, a branch that names another, or more than an id is none."""
        try:
            # A pipe of that name would keep us waiting for ever.
            handle = os.open(self.git_dir / BRANCH, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as file:
                text = (file.read(64) or b"").decode("ascii", "replace")
        except OSError as error:
            raise Unavailable("head-unreadable", path=str(self.git_dir / BRANCH)) from error
        if not text.endswith("\n") or _ID.fullmatch(text[:-1]) is None:
            # git calls a branch that it cannot read absent; an empty ledger would be a lie.
            raise Unavailable("head-unreadable", path=str(self.git_dir / BRANCH))
        return text[:-1]

    def commits(self, after: str | None, upto: str) -> Iterator[tuple[str, bytes]]:
        """Id and raw bytes of each commit behind `after` up to and with `upto`, oldest first.

        Memory does not grow with the history. Only a convenience of order: compare each parent. A commit over the
        limit is cut off one byte behind it.

        Raises:
            Unavailable: `object-missing`, `object-corrupt`, `object-too-large`, `git-missing`, `git-failed`.
        """
        ids = _checked([upto] if after is None else [upto, after])
        listing = ["rev-list", "--reverse", "--first-parent", ids[0], *(f"^{one}" for one in ids[1:]), "--"]
        walker = spawn(listing, self.git_dir, quarantine=self._quarantine)
        try:
            reader = spawn(
                ["cat-file", "--batch", "--buffer"], self.git_dir, quarantine=self._quarantine, stdin=walker.stdout
            )
        except Unavailable:
            reap(walker, kill=True)
            raise
        if walker.stdout is not None:
            # Ours is a copy; while it is open the walker would not notice that the reader died.
            walker.stdout.close()
        whole, last = False, after
        try:
            if reader.stdout is not None:
                while (found := read_answer(reader.stdout, "commit", cut=True)) is not None:
                    last = found[0]
                    yield found
            whole = True
        except Unavailable as error:
            raise self._told(error) from error
        finally:
            statuses = reap(reader, kill=not whole), reap(walker, kill=not whole)
        # A branch may name something else than a commit; git then lists what that names, or nothing.
        if any(statuses) or last not in (upto, after) or last is None:
            self._explain(after, upto, statuses)

    def _explain(self, after: str | None, upto: str, statuses: tuple[int, int]) -> None:
        """Find what git stumbled over, by walking ourselves, slowly.

        Raises:
            Unavailable: Always.
        """
        run(["rev-parse", "--git-dir"], self.git_dir)
        at: str | None = upto
        while at is not None and at != after:
            at = parent_of(next(self.fetch("commit", [at]))[1])
        if after is not None:
            next(self.fetch("commit", [after]))
        raise Unavailable("git-failed", command="rev-list", reason=f"exit {statuses[1] or statuses[0]}")

    def fetch(self, kind: Kind, ids: Iterable[str], *, cut: bool = False) -> Iterator[tuple[str, bytes]]:
        """The objects of one kind with these ids, in order, requested ahead of reading; see `Ledger.fetch` for `cut`.

        May be nested: each running call has a git process of its own.

        Raises:
            ValueError: An id is not 40 hex.
            Unavailable: `object-missing`, `object-corrupt`, `object-too-large`, `git-missing`, `git-failed`.
        """
        waiting = iter(ids)
        asked: deque[str] = deque()
        reader: ObjectReader | None = None
        try:
            while True:
                # Filled up when half empty: git works on the one half while the caller has the other.
                if reader is not None and reader.finishing and not asked:
                    reader.end()
                    reader = None
                if len(asked) <= ObjectReader.WINDOW // 2 and not (reader is not None and reader.finishing):
                    more = _checked(list(islice(waiting, ObjectReader.WINDOW - len(asked))))
                    if more:
                        reader = reader or self._reader()
                        reader.request(more)
                        asked.extend(more)
                if not asked or reader is None:
                    break
                data = reader.answer(kind, asked[0], cut=cut)
                yield asked.popleft(), data
        except Unavailable as error:
            raise self._told(error) from error
        finally:
            if reader is not None:
                self._give_back(reader, clean=not asked)

    def _reader(self) -> ObjectReader:
        while self._idle:
            reader = self._idle.pop()
            if reader.usable:
                return reader
            reader.end()
        return ObjectReader(self.git_dir, self._quarantine)

    def _give_back(self, reader: ObjectReader, *, clean: bool) -> None:
        if clean and reader.usable and len(self._idle) < 2:
            self._idle.append(reader)
        else:
            reader.end()

    def _told(self, error: Unavailable) -> Unavailable:
        """To git an object that does not unpack is missing; to people these are two different losses."""
        one = str(error.values.get("id", ""))
        here = os.path.lexists(self.git_dir / "objects" / one[:2] / one[2:])
        if error.code == "object-missing" and here:
            return Unavailable("object-corrupt", id=one)
        if error.code == "object-corrupt" and not here and "partial-clone" in self.hazards():
            # Older git dies when it may not fetch what it was promised.
            return Unavailable("object-missing", id=one)
        return error

    def append(self, objects: Iterable[tuple[Kind, bytes]], new: str, old: str | None) -> None:
        """Store the objects, then move the head from `old` to `new` in one step.

        Raises:
            LedgerChanged: `ledger-changed`: the head is not `old`; nothing is visible.
            Unavailable: `ledger-busy` (another writer for ten seconds), `disk-full`, `not-writable`, `disk-failed`,
                `object-missing` (`new` is nowhere), `object-too-large`, `git-missing`, `git-failed`.

        Side effects: temporary files of writers killed over an hour ago are removed.
        """
        _checked([new] if old is None else [new, old])
        if self._quarantine is not None:
            raise ValueError(self._quarantine)
        with self.reserved():
            if self.head() != old:
                raise LedgerChanged("ledger-changed")
            if store(self.git_dir / "objects", objects).get(new) != "commit":
                next(self.fetch("commit", [new]))
            self._move(new, old)

    @contextlib.contextmanager
    def reserved(self) -> Iterator[None]:
        """Keep other writers of docctl out while an entry is made and appended; may be nested.

        Raises:
            Unavailable: `ledger-busy` (another writer for ten seconds), `not-writable`, `disk-full`, `disk-failed`.
        """
        if self._reserved:
            yield
            return
        with locked(self.git_dir):
            self._reserved = True
            try:
                yield
            finally:
                self._reserved = False

    def _move(self, new: str, old: str | None) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            outcome = attempt(["update-ref", BRANCH, new, old or _NO_ID], self.git_dir)
            if outcome.status == 0:
                return
            if self.head() != old:
                raise LedgerChanged("ledger-changed")
            if "File exists" not in outcome.error:
                raise failure("update-ref", outcome, self.git_dir)
            if not self._clear_stale_locks():
                if time.monotonic() > deadline:
                    raise Unavailable("ledger-busy", path=str(self.git_dir))
                time.sleep(0.05)

    def _clear_stale_locks(self) -> bool:
        """Remove the locks that a killed git left; whether there was one."""
        # git holds these for milliseconds.
        cleared = [self.clear_stale_lock(name, _STALE_LOCK) for name in (BRANCH, "HEAD")]
        return any(cleared)

    def clear_stale_lock(self, name: str, age: float) -> bool:
        """Remove a lock of git's that is older than so many seconds; whether there was one.

        Raises:
            Unavailable: `not-writable`, `disk-failed`.
        """
        lock = self.git_dir / f"{name}.lock"
        with contextlib.suppress(FileNotFoundError):
            if time.time() - lock.lstat().st_mtime > age:
                _remove(lock)
                return True
        return False

    def hazards(self) -> tuple[str, ...]:
        """What in this repository could make other programs see another history; see `adapters.hazards`.

        Raises:
            Unavailable: `git-missing`, `git-failed`.
        """
        return hazards.found(self.git_dir)


def _checked(ids: list[str]) -> list[str]:
    for one in ids:
        if _ID.fullmatch(one) is None:
            raise ValueError(one)
    return ids


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise disk_failure(error, path) from error
