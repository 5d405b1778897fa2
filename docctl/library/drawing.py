"""Drawing many copies at once: a process for each processor, which is handed values and writes files.

The processes know no library: what a copy shows is put together before, so they read nothing but what they are given.
They are started afresh (spawn), take no interrupt from the terminal, and end when the process that started them does.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import chain, islice
from multiprocessing.connection import wait as ended
from pathlib import Path

from docctl.adapters import copyfolder
from docctl.core.copies import ControlledCopy
from docctl.errors import DocctlError, Unavailable
from docctl.library import copying
from docctl.library.verifying import processors

# Fewer are drawn here before a second process would have loaded the typesetter.
_FEW = 4
# Windows waits for no more at once, and refuses a pool of more.
_MOST = 61
# What waits is held in memory, pictures and all.
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Task:
    """One copy to draw: the file's name, its format, where to write it."""

    copy: ControlledCopy
    name: str
    form: str
    path: Path


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of a task: the digest of the file's bytes, or why there is none."""

    name: str
    path: Path
    sha256: str = ""
    error: DocctlError | None = None


def draw(tasks: Iterable[Task], jobs: int | None = None) -> Generator[Drawn]:
    """Draw every task; results come as they are ready, in no order. Close it to end its processes.

    Args:
        tasks: Made as they are needed.
        jobs: How many processes, at most 61; as many as there are processors if not stated.

    Raises:
        Unavailable: `copies-interrupted`: a process was killed, by want of memory for instance.
    """
    rest = iter(tasks)
    first = list(islice(rest, _FEW))
    many = min(jobs or processors(), _MOST)
    if many < 2 or len(first) < _FEW:
        for task in chain(first, rest):
            yield _opened(_file(task))
        return
    pool = ProcessPoolExecutor(many, multiprocessing.get_context("spawn"), _settle)
    try:
        yield from _spread(pool, chain(first, rest), many * _AHEAD)
    except BrokenProcessPool:
        raise Unavailable("copies-interrupted") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _spread(pool: ProcessPoolExecutor, tasks: Iterator[Task], ahead: int) -> Iterator[Drawn]:
    running: set[Future[_Sent]] = set()
    while True:
        for task in islice(tasks, ahead - len(running)):
            running.add(pool.submit(_file, replace(task, copy=_sendable(task.copy))))
        if not running:
            return
        ready, running = wait(running, return_when=FIRST_COMPLETED)
        for one in ready:
            yield _opened(one.result())


def _sendable(copy: ControlledCopy) -> ControlledCopy:
    """The copy with plain dictionaries: guarded ones cannot be handed to another process."""
    companion = _sendable(copy.companion) if copy.companion else None
    return replace(copy, images=dict(copy.images), labels=dict(copy.labels), companion=companion)


# An error with named values does not survive the way between processes by itself.
_Sent = tuple[str, Path, str, type[DocctlError] | None, str, dict[str, object]]


def _opened(sent: _Sent) -> Drawn:
    name, path, sha256, kind, code, values = sent
    return Drawn(name, path, sha256, kind(code, **values) if kind else None)


def _file(task: Task) -> _Sent:
    """Draw and write one file; what fails is said of that file."""
    try:
        data = copying.drawn(task.form, task.copy)
        try:
            copyfolder.write_new(task.path, data)
        except OSError as error:
            raise copyfolder.failure(error, task.path.parent) from error
    except DocctlError as error:
        full = error.code == "disk-full"  # where the typesetter works
        code = "copies-disk-full" if full else error.code
        values: dict[str, object] = {"path": tempfile.gettempdir()} if full else error.values
        return task.name, task.path, "", type(error), code, values
    return task.name, task.path, hashlib.sha256(data).hexdigest(), None, "", {}


def _settle() -> None:
    """What a new process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    """End when the process that started this one has ended, in whatever way."""
    with contextlib.suppress(OSError):
        ended([sentinel])
    os._exit(1)
