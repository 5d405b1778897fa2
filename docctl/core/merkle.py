"""The RFC 6962 tree over the ledger's payloads: root, the frontier that grows it entry by entry, inclusion proofs.

A proof is written as the lines that C2SP tlog-proof@v1 has between its first line and its checkpoint: `index <number>`,
then the hashes in base64, one a line, from the leaf's sibling upwards.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence

from docctl.core.values import value
from docctl.errors import Malformed

_HIGHEST = 40
_INDEX = re.compile("index (0|[1-9][0-9]{0,9})")


def leaf(payload: bytes) -> bytes:
    """Hash of one leaf (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + payload).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


Frontier = tuple[bytes, ...]
"""Roots of the complete subtrees of a tree, largest first: one for each bit of the number of leaves."""


def grown(frontier: Frontier, size: int, fresh: bytes) -> Frontier:
    """The frontier after one more leaf, which becomes number `size`."""
    roots = list(frontier)
    while size & 1:
        fresh = node(roots.pop(), fresh)
        size >>= 1
    return (*roots, fresh)


def root(frontier: Frontier) -> bytes:
    """The root over all leaves; of nothing, the hash of nothing."""
    if not frontier:
        return hashlib.sha256(b"").digest()
    total = frontier[-1]
    for larger in reversed(frontier[:-1]):
        total = node(larger, total)
    return total


@value
class Inclusion:
    """That a leaf stands at an index: the roots of the subtrees beside its way up (RFC 6962, section 2.1.1)."""

    index: int
    hashes: tuple[bytes, ...]

    def __str__(self) -> str:
        lines = (base64.b64encode(one).decode() for one in self.hashes)
        return "\n".join((f"index {self.index}", *lines))

    def root(self, size: int, fresh: bytes) -> bytes | None:
        """The root of a tree of `size` leaves in which the leaf stands at the index (RFC 9162, section 2.1.3.2).

        Returns:
            None if a proof for this place has another length.
        """
        if not 0 <= self.index < size:
            return None
        at, last, total = self.index, size - 1, fresh
        for one in self.hashes:
            if last == 0:
                return None
            if at & 1 or at == last:
                total = node(one, total)
                while not at & 1 and at:
                    at, last = at >> 1, last >> 1
            else:
                total = node(total, one)
            at, last = at >> 1, last >> 1
        return total if last == 0 else None


def read_inclusion(text: str) -> Inclusion:
    """The proof in the lines that `str` writes; no other spelling.

    Raises:
        Malformed: `proof-unreadable`.
    """
    first, *rest = text.split("\n")
    found = _INDEX.fullmatch(first)
    if found is None or len(rest) > _HIGHEST:
        raise Malformed("proof-unreadable", part="inclusion")
    try:
        proof = Inclusion(int(found[1]), tuple(base64.b64decode(line, validate=True) for line in rest))
    except (ValueError, binascii.Error):
        raise Malformed("proof-unreadable", part="inclusion") from None
    if str(proof) != text or any(len(one) != 32 for one in proof.hashes):
        raise Malformed("proof-unreadable", part="inclusion")
    return proof


def inclusions(leaves: Sequence[bytes], wanted: Iterable[int]) -> tuple[bytes, dict[int, Inclusion]]:
    """The root over these leaves, and the proof of each leaf wanted."""
    ways: dict[int, list[bytes]] = {index: [] for index in wanted}
    row = list(leaves)
    height = 0
    while len(row) > 1:
        for index, way in ways.items():
            beside = index >> height ^ 1
            # The last of an odd row goes up as it is.
            if beside < len(row):
                way.append(row[beside])
        odd = row[-1:] if len(row) & 1 else []
        pairs = iter(row)
        row = [node(left, right) for left, right in zip(pairs, pairs, strict=False)] + odd
        height += 1
    top = row[0] if row else hashlib.sha256(b"").digest()
    return top, {index: Inclusion(index, tuple(way)) for index, way in ways.items()}
