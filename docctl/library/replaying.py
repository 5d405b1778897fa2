"""Reading a ledger from the front: the one loop behind every door.

Commits come as a stream, in blocks; signatures are prepared one by one and verified beside (`verifying`), what the
block's submissions need is read in two sweeps, and then the entries are judged in order.
"""

from __future__ import annotations

import gc
from collections import ChainMap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from docctl.core.events import Amended, Founded, Recorded, Submitted
from docctl.core.judge import advance
from docctl.core.model import Violation
from docctl.core.plain import Plain
from docctl.core.ports import Ledger
from docctl.core.shelf import Shelf
from docctl.core.state import Means, Sealed, State, unseal
from docctl.library.verifying import Asked, Seals, Verifier, verify

BLOCK = 1024


# A reader needs neither keys nor YAML when nothing is new: both are loaded when first asked.


def read_yaml(data: bytes, name: str) -> Plain:
    """Strict YAML to plain values."""
    from docctl.adapters import strictyaml

    return strictyaml.read(data, name)


def key_material(line: str) -> bytes:
    """What identifies a key, whatever it is wrapped in."""
    from docctl import signatures

    return signatures.parse_public(line).material


def check_possession(proof: str, library: str, person: str, line: str) -> str | None:
    """What is wrong with a proof that a key is held, or None."""
    from docctl import signatures

    return signatures.check_possession(proof, library, person, line)


MEANS = Means(read_yaml, key_material, check_possession)


def fresh_state(ledger: Ledger) -> State:
    """The state before the first entry."""
    return State(MEANS, Shelf(ledger.fetch))


def beside(state: State, ledger: Ledger) -> State:
    """A state that goes on from another and leaves that one as it is."""
    return replace(
        state,
        shelf=Shelf(ledger.fetch),
        documents=ChainMap({}, state.documents),
        records=ChainMap({}, state.records),
    )


def replay(state: State, commits: Iterable[tuple[str, bytes]]) -> Iterator[Violation]:
    """Judge the commits on the state, in order.

    While one block is judged, the signatures of the next are verified beside, and its headings read.

    Raises:
        Unavailable: an object cannot be read; then what follows was not judged.
    """
    stream = iter(commits)
    verifier = Verifier(state.means.read_yaml)
    found: list[Violation] = []
    try:
        with _uncollected():
            opened = _opened(state, stream)
        seals = verify(_signed(opened))
        while opened:
            if len(opened) == BLOCK:
                verifier.start()
            following: list[Sealed] = []
            try:
                with _uncollected():
                    following = _begun(state, stream, verifier) if len(opened) == BLOCK else []
                    _judge(state, opened, seals, found)
            finally:
                # What was found before an object could not be read is told all the same.
                yield from found
                found.clear()
            opened, (seals, state.shelf.headings) = following, verifier.end() if following else ([], {})
    finally:
        verifier.stop()
        state.shelf.headings = {}


def _opened(state: State, stream: Iterator[tuple[str, bytes]]) -> list[Sealed]:
    """The next block, with what its submissions bring read ahead."""
    opened = [unseal(commit_id, raw) for commit_id, raw in islice(stream, BLOCK)]
    state.shelf.prefetch(_folders(opened))
    # Not what is attached to records: a scan is large, and would be forgotten before its turn comes.
    state.shelf.prefetch(_records(opened), ".md")
    return opened


def _folders(opened: list[Sealed]) -> list[str]:
    """The trees that the block's submissions bring."""
    events = [one.entry.event for one in opened if one.entry is not None]
    return [event.tree for event in events if isinstance(event, Submitted | Founded) and event.tree]


def _records(opened: list[Sealed]) -> list[str]:
    """The trees of the block's records and of corrections beside them."""
    events = [one.entry.event for one in opened if one.entry is not None]
    return [event.tree for event in events if isinstance(event, Recorded | Amended)]


def _signed(opened: list[Sealed]) -> Asked:
    return [(one.commit.payload, one.commit.armor) if one.commit is not None else None for one in opened]


def _begun(state: State, stream: Iterator[tuple[str, bytes]], verifier: Verifier) -> list[Sealed]:
    """The next block, its signatures and texts already on their way."""
    following = _opened(state, stream)
    if following:
        laid = {tree: state.shelf.laid(tree) for tree in _folders(following)} if verifier.runs else {}
        verifier.begin(_signed(following), {tree: files for tree, files in laid.items() if files})
    return following


def _judge(state: State, opened: list[Sealed], seals: Seals, found: list[Violation]) -> None:
    """Judge one block; what is found is added."""
    for one, seal in zip(opened, seals, strict=True):
        violation = advance(state, one.under(seal))
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
