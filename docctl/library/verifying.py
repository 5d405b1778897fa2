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
from array import array
from threading import Thread
from typing import IO, Any

from docctl.core import heading
from docctl.core.heading import Heading, ReadYaml
from docctl.core.ports import Seal
from docctl.errors import Malformed

Asked = list[tuple[bytes, bytes] | None]
"""A payload and its armored signature; None where a commit could not be read."""
Seals = list[Seal | None]
Texts = dict[str, dict[str, bytes]]
Headings = dict[str, Heading]
_LENGTH = struct.Struct(">Q")
_NONE = 0xFFFF


def verify(asked: Asked) -> Seals:
    """What each signature says, found by this process."""
    results: Seals = [None] * len(asked)
    if any(asked):
        from docctl.signatures import open_seal

        def check(start: int, step: int) -> None:
            for index in range(start, len(asked), step):
                one = asked[index]
                results[index] = open_seal(*one) if one is not None else None

        if len(asked) < 8 or processors() < 2:
            check(0, 1)
            return results
        other = Thread(target=check, args=(1, 2), daemon=True)
        other.start()
        check(0, 2)
        other.join()
    return results


class Verifier:
    """A process beside this one. Give it a block with `begin`, take what it found with `end`.

    If it dies, or cannot be had, the block is verified here; so it changes speed alone.
    """

    def __init__(self, read_yaml: ReadYaml) -> None:
        self._read_yaml = read_yaml
        self._asked: Asked = []
        self._child = 0
        self._to: IO[bytes] | None = None
        self._from: IO[bytes] | None = None

    def start(self) -> None:
        """Fork, if that can help."""
        if self._child or processors() < 2 or not hasattr(os, "fork"):
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

    def begin(self, asked: Asked, texts: Texts) -> None:
        """Hand a block over: its signatures, and the folders of its submissions by tree."""
        self._asked = asked
        if self._to is not None:
            try:
                _send(self._to, (asked, texts))
            except OSError:
                self.stop()

    def end(self) -> tuple[Seals, Headings]:
        """What the block's signatures say, and the headings that could be read; the others will be read when judged."""
        if self._from is not None:
            try:
                seals, headings = _receive(self._from)
            except (OSError, EOFError, pickle.UnpicklingError):
                self.stop()
            else:
                return _spread(*seals), headings
        return verify(self._asked), {}

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


def _gathered(seals: Seals) -> tuple[list[Seal], array[int]]:
    """Each different seal once, and which one stands where: a block has few, so little goes through the pipe."""
    places: dict[Seal, int] = {}
    spots = array("H", (_NONE if one is None else places.setdefault(one, len(places)) for one in seals))
    return list(places), spots


def _spread(different: list[Seal], spots: array[int]) -> Seals:
    return [None if spot == _NONE else different[spot] for spot in spots]


def processors() -> int:
    """How many processors this process may use, which is not how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(source: int, target: int, read_yaml: ReadYaml) -> None:
    """The child: do what comes, until nothing comes. It never returns.

    Whatever else was open is closed first: a pipe to git that stayed open here would never end for git.
    """
    from docctl.signatures import open_seal

    try:
        for low, high in _between(sorted((source, target))):
            os.closerange(low, high)
        with os.fdopen(source, "rb") as incoming, os.fdopen(target, "wb") as outgoing:
            while True:
                asked, texts = _receive(incoming)
                seals = [open_seal(*one) if one is not None else None for one in asked]
                _send(outgoing, (_gathered(seals), read(texts, read_yaml)))
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
