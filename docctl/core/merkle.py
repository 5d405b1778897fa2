"""The RFC 6962 tree over the ledger's payloads: root, and the frontier that grows it entry by entry."""

from __future__ import annotations

import hashlib


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
