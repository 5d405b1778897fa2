"""Whether an Ed25519 public key is one that only its owner can sign for.

OpenSSL, and so `cryptography` and ssh-keygen, accept public keys of small order: anybody can sign for them, and
whoever enrols one can deny having signed. So the point is decoded here by RFC 8032 section 5.1.3, which also refuses
encodings that are not canonical, and 8A must not be the neutral element.

Not for signing or verifying; nothing here is secret, so nothing needs constant time.
"""

from __future__ import annotations

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order L of the base point; a signature's S is below it (RFC 8032 section 5.1.7)."""

_D = -121665 * pow(121666, -1, PRIME) % PRIME
_ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
_SIGN = 1 << 255


def _recovered_x(y: int, odd: bool) -> int | None:
    """Return the x of the curve point with this y and parity, if there is one (RFC 8032 section 5.1.3, steps 2-4)."""
    u = (y * y - 1) % PRIME
    v = (_D * y * y + 1) % PRIME
    x = u * pow(v, 3, PRIME) * pow(u * pow(v, 7, PRIME), (PRIME - 5) // 8, PRIME) % PRIME
    if v * x * x % PRIME == -u % PRIME:
        x = x * _ROOT_OF_MINUS_ONE % PRIME
    if v * x * x % PRIME != u or (x == 0 and odd):
        return None
    return x if (x & 1) == odd else PRIME - x


def _doubled(point: tuple[int, int, int]) -> tuple[int, int, int]:
    """Twice a point in projective coordinates on the curve with a = -1."""
    x, y, z = point
    xx, yy = x * x % PRIME, y * y % PRIME
    difference = (yy - xx) % PRIME
    tail = (difference - 2 * z * z) % PRIME
    return 2 * x * y * tail % PRIME, -difference * (xx + yy) % PRIME, difference * tail % PRIME


def is_sound(encoded: bytes) -> bool:
    """Whether 32 bytes are the canonical encoding of a curve point whose order is not 1, 2, 4 or 8."""
    number = int.from_bytes(encoded, "little")
    y = number % _SIGN
    if len(encoded) != 32 or y >= PRIME:
        return False
    x = _recovered_x(y, odd=number >= _SIGN)
    if x is None:
        return False
    eightfold = _doubled(_doubled(_doubled((x, y, 1))))
    return eightfold[0] != 0 or eightfold[1] != eightfold[2]
