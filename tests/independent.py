"""Checkpoints and cosignatures made from the C2SP texts alone, without a line of docctl: the other side of an interop."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def root(payloads: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word: split at the largest power of two smaller than n."""
    if not payloads:
        return hashlib.sha256().digest()
    if len(payloads) == 1:
        return hashlib.sha256(b"\x00" + payloads[0]).digest()
    k = 1
    while k * 2 < len(payloads):
        k *= 2
    return hashlib.sha256(b"\x01" + root(payloads[:k]) + root(payloads[k:])).digest()


def note(origin: str, payloads: Sequence[bytes]) -> str:
    """The text of a checkpoint, without signatures."""
    return f"{origin}\n{len(payloads)}\n{base64.b64encode(root(payloads)).decode()}\n"


class Cosigner:
    """A witness with a name and a key."""

    def __init__(self, name: str, seed: bytes = b"witness") -> None:
        self.name = name
        self.private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed).digest())
        self.public = self.private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n\x04" + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([4]) + self.public).decode()}"

    def line(
        self, text: str, at: int, *, signed_at: int | None = None, name: str | None = None, more: bytes = b""
    ) -> str:
        """A signature line; the time that is signed, the name and the length may be forged."""
        stated = at if signed_at is None else signed_at
        value = self.private.sign(b"cosignature/v1\ntime %d\n" % stated + text.encode())
        body = base64.b64encode(self.id + at.to_bytes(8, "big") + value + more).decode()
        return f"— {name or self.name} {body}\n"


def check_line(text: str, line: str, name: str, public: bytes) -> int:
    """The time in a cosigner's line, which must hold; raises otherwise."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    dash, stated, body = line.rstrip("\n").split(" ")
    data = base64.b64decode(body)
    assert (dash, stated, len(data)) == ("—", name, 76)
    assert data[:4] == hashlib.sha256(f"{name}\n".encode() + b"\x04" + public).digest()[:4]
    at = int.from_bytes(data[4:12], "big")
    Ed25519PublicKey.from_public_bytes(public).verify(data[12:], b"cosignature/v1\ntime %d\n" % at + text.encode())
    return at
