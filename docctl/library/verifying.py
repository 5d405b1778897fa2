"""Asking many public keys at once: a second process does for one block of entries what can be asked of bytes alone,
while this one judges another.

Verifying signatures and reading headings is half the work of an audit. Threads would fight for the interpreter with the
judging; a forked process does not. Where there is one processor, no fork, or few entries, it is done here.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

from docctl.core import heading
from docctl.core.heading import Heading, ReadYaml
from docctl.core.ports import Seal
from docctl.errors import Malformed

if TYPE_CHECKING:
    from docctl.signatures import Prepared

Ready = list["Prepared | Seal | None"]
Seals = list[Seal | None]
Texts = dict[str, dict[str, bytes]]
Headings = dict[str, Heading]
_LENGTH = struct.Struct(">Q")


def verify(ready: Ready) -> Seals:
    """What each signature says, found by this process."""
    results: Seals = [None] * len(ready)

    def check(start: int) -> None:
        for index in range(start, len(ready), 2):
            one = ready[index]
            results[index] = one if one is None or isinstance(one, Seal) else one.check()

    if len(ready) < 8 or _processors() < 2:
        check(0)
        check(1)
        return results
    other = Thread(target=check, args=(1,), daemon=True)
    other.start()
    check(0)
    other.join()
    return results


class Verifier:
    """A process beside this one. Give it a block with `begin`, take what it found with `end`.

    If it dies, or cannot be had, the block is verified here; so it changes speed alone.
    """

    def __init__(self, read_yaml: ReadYaml) -> None:
        self._read_yaml = read_yaml
        self._ready: Ready = []
        self._child = 0
        self._to: IO[bytes] | None = None
        self._from: IO[bytes] | None = None

    def start(self) -> None:
        """Fork, if that can help."""
        if self._child or _processors() < 2 or not hasattr(os, "fork"):
            return
        to_child, from_us = os.pipe()
        from_child, to_us = os.pipe()
        try:
            self._child = os.fork()
        except OSError:
            for one in (to_child, from_us, from_child, to_us):
                os.close(one)
            return
        if self._child == 0:
            _serve(to_child, to_us, self._read_yaml)
        os.close(to_child)
        os.close(to_us)
        self._to, self._from = os.fdopen(from_us, "wb"), os.fdopen(from_child, "rb")

    @property
    def runs(self) -> bool:
        """Whether there is such a process."""
        return self._to is not None

    def begin(self, ready: Ready, texts: Texts) -> None:
        """Hand a block over: its signatures, and the folders of its submissions by tree."""
        self._ready = ready
        if self._to is not None:
            try:
                _send(self._to, ([one if not isinstance(one, Seal) else None for one in ready], texts))
            except OSError:
                self.stop()

    def end(self) -> tuple[Seals, Headings]:
        """What the block's signatures say, and the headings that could be read; the others will be read when judged."""
        if self._from is not None:
            try:
                answers, headings = _receive(self._from)
            except (OSError, EOFError, pickle.UnpicklingError):
                self.stop()
            else:
                return _sealed(self._ready, answers), headings
        return verify(self._ready), {}

    def stop(self) -> None:
        """Let the process go."""
        for one in (self._to, self._from):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.close()
        self._to = self._from = None
        if self._child:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._child, 0)
            self._child = 0


def _sealed(ready: Ready, answers: bytes) -> Seals:
    """The seals, from what the keys answered."""
    return [
        one if one is None or isinstance(one, Seal) else one.seal(answer == 1)
        for one, answer in zip(ready, answers, strict=True)
    ]


def _processors() -> int:
    """How many processors this process may use, which is not how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(source: int, target: int, read_yaml: ReadYaml) -> None:
    """The child: do what comes, until nothing comes. It never returns.

    Whatever else was open is closed first: a pipe to git that stayed open here would never end for git.
    """
    try:
        for low, high in _between(sorted((source, target))):
            os.closerange(low, high)
        with os.fdopen(source, "rb") as incoming, os.fdopen(target, "wb") as outgoing:
            while True:
                asked, texts = _receive(incoming)
                answers = bytes(one is not None and one.holds() for one in asked)
                _send(outgoing, (answers, read(texts, read_yaml)))
    finally:
        os._exit(0)


def read(texts: Texts, read_yaml: ReadYaml) -> Headings:
    """The headings of these folders, without those that cannot be read."""
    found: Headings = {}
    for folder, files in texts.items():
        with contextlib.suppress(Malformed):
            found[folder] = heading.read(files, read_yaml)
    return found


def _between(kept: list[int]) -> list[tuple[int, int]]:
    """The descriptors beside standard input, output, error and the two kept."""
    return [(3, kept[0]), (kept[0] + 1, kept[1]), (kept[1] + 1, max(4096, kept[1] + 2))]


def _send(target: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, protocol=5)
    target.write(_LENGTH.pack(len(data)) + data)
    target.flush()


def _receive(source: IO[bytes]) -> Any:
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    data = source.read(_LENGTH.unpack(head)[0])
    return pickle.loads(data)  # noqa: S301  (both ends are this program)
