"""The plumbing under the ledger: git started in a scrubbed environment, objects read from it and written beside it.

A repository may come from anybody. So nothing of the caller's environment reaches git but the search path, settings of
the user and of the machine are not read, whatever could make one object be shown for another is switched off, and no
transport is allowed (a partial clone would otherwise fetch while we read). The repository's own settings are still
read: never start a git command here that runs a program named in them (no filters, no textconv, no diff, no signature
check).

Not for the network: see `remote`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from docctl.core.ports import LIMITS, Kind
from docctl.errors import Unavailable

try:
    import fcntl
except ImportError:  # pragma: no cover -- Windows: the branch still moves by compare-and-set
    fcntl = None  # type: ignore[assignment]

_SETTINGS = (
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    # A moved branch has to survive a power cut as well as the objects that we flush ourselves.
    "core.fsync=reference",
)
_OPTIONS = tuple(word for setting in _SETTINGS for word in ("-c", setting))
_FIXED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # `protocol.<name>.allow` of the repository would beat `protocol.allow`; nothing beats this.
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    # git holds commits and trees whole; a small file may claim, or unpack to, more than this machine has.
    "GIT_ALLOC_LIMIT": "512m",
    "LC_ALL": "C",
    # For the reflog; without it git looks the host name up, which may take seconds.
    "GIT_AUTHOR_NAME": "docctl",
    "GIT_AUTHOR_EMAIL": "docctl@localhost",
    "GIT_COMMITTER_NAME": "docctl",
    "GIT_COMMITTER_EMAIL": "docctl@localhost",
}
_KEPT = ("PATH", "SYSTEMROOT")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_LOCKED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_PIPE_BYTES = 1 << 20
PATIENCE = 10.0
SILENCE, LONG_SILENCE = 1.0, 120.0  # seconds without a byte; reading a slow disk is not so slow

Stream = int | IO[bytes] | None


_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a git process ended."""

    status: int
    output: bytes
    error: str

    @property
    def reason(self) -> str:
        """First line of what git said, advice apart and without its prefix; the exit status if it said nothing."""
        for line in self.error.splitlines():
            if line.strip() and not line.startswith(("hint:", "warning:")):
                return line.removeprefix("fatal: ").removeprefix("error: ").strip()
        return f"exit {self.status}"


def environment(git_dir: Path | None = None, quarantine: Path | None = None) -> dict[str, str]:
    """The whole environment of a git process.

    Args:
        git_dir: The repository; needed with `quarantine` only.
        quarantine: Folder of the objects of a push under judgement, read before the repository's own.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept.setdefault("PATH", os.defpath)
    if quarantine is not None and git_dir is not None:
        kept["GIT_OBJECT_DIRECTORY"] = str(quarantine)
        kept["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = str(git_dir / "objects")
    return {**kept, **_FIXED}


def command_line(args: Sequence[str], git_dir: Path | None) -> list[str]:
    """The argument vector of `git <args>` in a repository."""
    place = () if git_dir is None else (f"--git-dir={git_dir}",)
    return ["git", *_OPTIONS, *place, *args]


def spawn(
    args: Sequence[str],
    git_dir: Path | None,
    *,
    quarantine: Path | None = None,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = subprocess.PIPE,
    stderr: Stream = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start git; the caller closes its pipes and waits for it.

    Raises:
        Unavailable: `git-missing`, `git-failed` (it could not be started).
    """
    try:
        process = subprocess.Popen(
            command_line(args, git_dir),
            env=environment(git_dir, quarantine),
            # The caller's own folder may be gone, and git refuses to start in such a one.
            cwd=os.sep,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            bufsize=_PIPE_BYTES,
        )
    except (FileNotFoundError, PermissionError) as error:
        raise Unavailable("git-missing") from error
    except OSError as error:
        raise Unavailable("git-failed", command=args[0], reason=error.strerror or str(error)) from error
    _widen(process.stdout)
    return process


def _widen(pipe: IO[bytes] | None) -> None:
    """Let git write ahead while we judge: Linux alone can, up to a limit of its own."""
    if pipe is not None and fcntl is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def attempt(args: Sequence[str], git_dir: Path | None, stdin: bytes = b"", quarantine: Path | None = None) -> Outcome:
    """Run git to its end, whatever it answers.

    Raises:
        Unavailable: `git-missing`, `git-failed` (it could not be started).
    """
    pipe = subprocess.PIPE
    with spawn(args, git_dir, quarantine=quarantine, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        output, error = process.communicate(stdin)
    return Outcome(process.returncode, output, error.decode("utf-8", "replace"))


def run(args: Sequence[str], git_dir: Path | None, stdin: bytes = b"") -> bytes:
    """Run git to its end and give what it wrote.

    Raises:
        Unavailable: `git-missing`, `disk-full`, `not-writable`, `git-failed` (command, first line of its reason).
    """
    outcome = attempt(args, git_dir, stdin)
    if outcome.status:
        raise failure(args[0], outcome, git_dir)
    return outcome.output


def failure(command: str, outcome: Outcome, git_dir: Path | None) -> Unavailable:
    """What a failed git process means."""
    said = outcome.error.lower()
    if "no space left on device" in said or "disk quota exceeded" in said:
        return Unavailable("disk-full")
    if "permission denied" in said or "read-only file system" in said:
        return Unavailable("not-writable", path=str(git_dir or ""))
    if "couldn't write" in said or "unable to write" in said:
        return Unavailable("disk-failed", path=str(git_dir or ""), reason=outcome.reason)
    return Unavailable("git-failed", command=command, reason=outcome.reason)


def disk_failure(error: OSError, path: Path, denied: str = "not-writable") -> Unavailable:
    """What an error of the file system means: `disk-full`, what `denied` says, or `disk-failed`."""
    if error.errno in _FULL:
        return Unavailable("disk-full")
    if error.errno in _LOCKED:
        return Unavailable(denied, path=str(path))
    return Unavailable("disk-failed", path=str(path), reason=error.strerror or str(error))


def reap(process: subprocess.Popen[bytes], *, kill: bool) -> int:
    """Close the pipes of a process, end it, and give its exit status."""
    if kill:
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            # Flushing requests into a process that has died is no news.
            with contextlib.suppress(OSError):
                pipe.close()
    return process.wait()


class ObjectReader:
    """One `git cat-file --batch` that answers requests in order; every answer is hashed here.

    Not for two readers at once: answers carry no ticket. A reader that raised, or that was left with answers under way,
    must be ended with `end(kill=True)`.
    """

    # Fewer bytes than the smallest pipe of any system (one page): writing a window can never block, so two processes
    # that each wait for the other to read are impossible.
    WINDOW = 4096 // 41

    def __init__(self, git_dir: Path, quarantine: Path | None = None) -> None:
        self._process = spawn(["cat-file", "--batch"], git_dir, quarantine=quarantine, stdin=subprocess.PIPE)
        self._answers = io.BufferedReader(_Patient(self._process), _PIPE_BYTES)
        self._owner = os.getpid()

    @property
    def usable(self) -> bool:
        """Whether it still runs and is not the copy that a fork made of another process's reader."""
        return self._owner == os.getpid() and self._process.poll() is None and not self.finishing

    @property
    def finishing(self) -> bool:
        """Whether it takes no more requests, because it kept silent for long; what is under way is still answered."""
        return self._process.stdin is None or self._process.stdin.closed

    def request(self, ids: Sequence[str]) -> None:
        """Ask for objects; at most `WINDOW` may be under way.

        Raises:
            Unavailable: `git-failed`.
        """
        stdin = self._process.stdin
        if stdin is None:  # pragma: no cover -- spawned with a pipe
            raise ValueError
        try:
            stdin.write("".join(f"{one}\n" for one in ids).encode())
            stdin.flush()
        except OSError as error:
            raise Unavailable("git-failed", command="cat-file", reason=error.strerror or "") from error

    def answer(self, kind: Kind, wanted: str, *, cut: bool = False) -> bytes:
        """The object asked for next; see `read_answer` for `cut`.

        Raises:
            Unavailable: `object-missing`, `object-corrupt`, `object-too-large`.
        """
        found = read_answer(self._answers, kind, wanted, cut=cut)
        if found is None:
            # git gives up on an object whose bytes it cannot unpack.
            raise Unavailable("object-corrupt", id=wanted)
        return found[1]

    def end(self, *, kill: bool = True) -> None:
        """End the process. Side effects: none in a forked copy but closing its own ends of the pipes."""
        if self._owner != os.getpid():
            # Not our child: it cannot be waited for, and its owner still needs it.
            self._process.returncode = 0
            kill = False
        reap(self._process, kill=kill)


class _Patient(io.RawIOBase):
    """What `cat-file --batch` writes, read without waiting for ever.

    Of a file that unpacks to fewer bytes than it claims git writes those that there are, and then waits for the next
    request, while we wait for the rest. So when it keeps silent its input is closed: whoever was busy answers what it
    was asked, whoever was done ends. Whoever does neither (a pipe in the place of a file) is killed in the end.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        pipe: Any = process.stdout
        # Waiting for the system and reading from a buffer do not go together.
        self._pipe: Any = getattr(pipe, "raw", pipe)
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll is not None:
            self._poll.register(self._pipe, select.POLLIN)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, target: Any) -> int:
        """Read what there is; 0 at the end."""
        if self._poll is not None and not self._poll.poll(SILENCE * 1000):
            if self._process.stdin is not None:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()
            if not self._poll.poll(LONG_SILENCE * 1000):
                self._process.kill()
        count: int = self._pipe.readinto(target)
        return count


def read_answer(
    stream: IO[bytes], kind: Kind, wanted: str | None = None, *, cut: bool = False
) -> tuple[str, bytes] | None:
    """The next answer of `cat-file --batch`, checked: type, size, hash and, if given, id.

    With `cut`, what is over the limit is hashed as it passes, and handed out cut off one byte behind the limit.

    Returns:
        Id and bytes; None where the stream ends before the answer starts.

    Raises:
        Unavailable: `object-missing`, `object-corrupt` (another type, another hash, cut off), `object-too-large`; the
            rest of the stream is then of no use.
    """
    header = stream.readline(200)
    if not header:
        return None
    name, _, facts = header[:-1].partition(b" ")
    given = name.decode("ascii", "replace")
    if facts == b"missing":
        raise Unavailable("object-missing", id=given)
    found, _, size = facts.partition(b" ")
    if found != kind.encode() or not size.isdigit() or (wanted is not None and given != wanted):
        raise Unavailable("object-corrupt", id=wanted or given)
    length = int(size)
    if length > LIMITS[kind] and not cut:
        # Not a byte of it is read: a small file may unpack to gigabytes.
        raise Unavailable("object-too-large", id=given)
    data = stream.read(min(length, LIMITS[kind] + 1))
    digest = hashlib.sha1(facts + b"\0", usedforsecurity=False)
    digest.update(data)
    left = length - len(data)
    while left > 0 and (more := stream.read(min(left, _PIECE))):
        digest.update(more)
        left -= len(more)
    stream.read(1)  # the line end behind the object
    if digest.hexdigest() != given:
        raise Unavailable("object-corrupt", id=given)
    return given, data


@contextlib.contextmanager
def locked(git_dir: Path, name: str = "docctl.lock") -> Iterator[None]:
    """Keep other writers of docctl out; the system lets go when we die.

    Raises:
        Unavailable: `ledger-busy` (held by another for ten seconds), `not-writable`, `disk-full`, `disk-failed`.
    """
    path = git_dir / name
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise disk_failure(error, path) from error
    try:
        deadline = time.monotonic() + PATIENCE
        while fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Unavailable("ledger-busy", path=str(git_dir)) from None
                time.sleep(0.005)
            except OSError as error:
                raise disk_failure(error, path) from error
        yield
    finally:
        os.close(handle)
