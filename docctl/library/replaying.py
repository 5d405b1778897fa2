"""Reading a ledger from the front: the one loop behind every door.

Commits come as a stream; signatures are prepared one by one and verified by two threads in blocks (`cryptography` lets
go of the interpreter while it verifies), what the block's submissions need is read in two sweeps, and then the entries
are judged in order.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Thread

from docctl import signatures
from docctl.adapters import strictyaml
from docctl.core.events import Founded, Submitted
from docctl.core.judge import advance
from docctl.core.model import Violation
from docctl.core.ports import Ledger, Seal
from docctl.core.shelf import Shelf
from docctl.core.state import Means, Sealed, State, unseal
from docctl.signatures import Prepared

BLOCK = 1024


def key_material(line: str) -> bytes:
    """What identifies a key, whatever it is wrapped in."""
    return signatures.parse_public(line).material


MEANS = Means(strictyaml.read, key_material, signatures.check_possession)


def fresh_state(ledger: Ledger) -> State:
    """The state before the first entry."""
    return State(MEANS, Shelf(ledger.fetch))


def replay(state: State, commits: Iterable[tuple[str, bytes]]) -> Iterator[Violation]:
    """Judge the commits on the state, in order.

    Raises:
        Unavailable: an object cannot be read; then what follows was not judged.
    """
    stream = iter(commits)
    while True:
        found: list[Violation] = []
        try:
            with _uncollected():
                block = list(islice(stream, BLOCK))
                _judge(state, block, found)
        finally:
            # What was found before an object could not be read is told all the same.
            yield from found
        if not block:
            return


def _judge(state: State, block: list[tuple[str, bytes]], found: list[Violation]) -> None:
    """Judge one block of commits; what is found is added."""
    opened = [unseal(commit_id, raw) for commit_id, raw in block]
    seals = _verified(opened)
    state.shelf.prefetch(
        one.entry.event.tree
        for one in opened
        if one.entry is not None and isinstance(one.entry.event, Submitted | Founded) and one.entry.event.tree
    )
    for one, seal in zip(opened, seals, strict=True):
        violation = advance(state, Sealed(one.id, one.problem, one.tree, one.commit, one.entry, seal))
        if violation is not None:
            found.append(violation)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave cycles alone for a while: judging makes none, and looking for them costs a tenth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _verified(opened: list[Sealed]) -> list[Seal | None]:
    """What each signature says."""
    prepared = [
        signatures.prepare(one.commit.payload, one.commit.armor) if one.commit is not None else None for one in opened
    ]
    results: list[Seal | None] = [None] * len(prepared)

    def check(start: int) -> None:
        for index in range(start, len(prepared), 2):
            one = prepared[index]
            results[index] = one.check() if isinstance(one, Prepared) else one

    if len(prepared) < 8:
        check(0)
        check(1)
        return results
    other = Thread(target=check, args=(1,), daemon=True)
    other.start()
    check(0)
    other.join()
    return results
