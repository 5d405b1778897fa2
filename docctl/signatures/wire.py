"""SSH wire encoding: a strict cursor over received bytes, and three small writers.

Everything here is RFC 4251 section 5, narrowed until each value has exactly one encoding:

* every length is checked against what is left and against a cap;
* an mpint is positive and minimal (RFC 4251: "unnecessary leading bytes MUST NOT be included");
* nothing may follow the last field.

Not for text, base64 or armor; see `keys` and `sshsig`.

Example:
    >>> reader = Reader(string(b"git") + uint32(7))
    >>> reader.string(), reader.uint32(), reader.end()
    (b'git', 7, None)

"""

from __future__ import annotations

from docctl.errors import Malformed

MAX_STRING = 16 * 1024
"""Cap of one string, bytes; the longest honest one is the key or signature of RSA 8192, about 1 KiB."""

MAX_MPINT = 8192 // 8 + 1


class Reader:
    """A cursor over SSH wire bytes; each method consumes one field.

    Raises (every method): `Malformed("wire-malformed")` when a field is cut short, too long or followed by more,
    `Malformed("wire-not-canonical")` when a number is written another way than the only allowed one.
    """

    __slots__ = ("_at", "_wire")

    def __init__(self, wire: bytes) -> None:
        self._wire = wire
        self._at = 0

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes."""
        start = self._at
        stop = start + length
        if stop > len(self._wire):
            raise Malformed("wire-malformed")
        self._at = stop
        return self._wire[start:stop]

    def rest(self) -> bytes:
        """All bytes not yet consumed, possibly none."""
        return self.take(len(self._wire) - self._at)

    def byte(self) -> int:
        """One unsigned byte."""
        return self.take(1)[0]

    def uint32(self) -> int:
        """Four bytes, big-endian."""
        return int.from_bytes(self.take(4), "big")

    def string(self, cap: int = MAX_STRING) -> bytes:
        """Length and that many bytes, at most `cap`."""
        length = self.uint32()
        if length > cap:
            raise Malformed("wire-malformed")
        return self.take(length)

    def mpint(self) -> int:
        """Read a positive number in its shortest two's complement form."""
        magnitude = self.string(MAX_MPINT)
        if not magnitude.lstrip(b"\0") or magnitude[0] >= 0x80:
            raise Malformed("wire-malformed")
        if magnitude[0] == 0 and magnitude[1] < 0x80:
            raise Malformed("wire-not-canonical")
        return int.from_bytes(magnitude, "big")

    def end(self) -> None:
        """Nothing is left."""
        if self._at != len(self._wire):
            raise Malformed("wire-malformed")


def uint32(number: int) -> bytes:
    """Four bytes, big-endian."""
    return number.to_bytes(4, "big")


def string(content: bytes) -> bytes:
    """Length and content."""
    return uint32(len(content)) + content


def mpint(number: int) -> bytes:
    """Write a positive number in its shortest two's complement form."""
    if number <= 0:
        raise ValueError(number)
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))
