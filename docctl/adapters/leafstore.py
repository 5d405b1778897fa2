"""The leaves of a ledger's Merkle tree with its commit ids, kept so that a proof needs no reading of everything.

A file beside the kept state: 52 bytes an entry, appended. A convenience like it: safe to delete, and never believed,
since the caller compares the root over the leaves with that of the state, and each commit with its id.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

Leaf = tuple[bytes, bytes]
"""The leaf hash, 32 bytes, and the commit id, 20 bytes."""
_SIZE = 52


class LeafStore:
    """One library's leaves.

    Args:
        state: The file of the kept state, beside which they lie; None keeps nothing.
    """

    def __init__(self, state: Path | None) -> None:
        self.path = state.with_suffix(".leaves") if state else None

    def read(self) -> list[Leaf]:
        """What is kept; a last line that was cut off is left out."""
        try:
            data = self.path.read_bytes() if self.path else b""
        except OSError:
            return []
        whole = len(data) - len(data) % _SIZE
        return [(data[at : at + 32], data[at + 32 : at + _SIZE]) for at in range(0, whole, _SIZE)]

    def append(self, leaves: Iterable[Leaf], known: int) -> None:
        """Keep more leaves behind the first `known`; failures are not an error."""
        data = b"".join(part for leaf in leaves for part in leaf)
        if self.path is None or not data:
            return
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                # Somebody else may have added the same meanwhile, or been cut off.
                if file.tell() == known * _SIZE:
                    file.write(data)
                    return
            self.write(None)

    def write(self, leaves: Iterable[Leaf] | None) -> None:
        """Keep these leaves and no others, or none; failures are not an error."""
        if self.path is None:
            return
        with contextlib.suppress(OSError):
            if leaves is None:
                self.path.unlink(missing_ok=True)
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            temporary.write_bytes(b"".join(part for leaf in leaves for part in leaf))
            temporary.replace(self.path)
