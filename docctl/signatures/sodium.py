"""A quicker opinion on Ed25519 signatures, which decides nothing that OpenSSL would decide otherwise.

libsodium takes two thirds of OpenSSL's time. Both compute `SB - kA` and compare its encoding with R (RFC 8032, section
5.1.7, without the cofactor); libsodium refuses some crafted signatures more. So what it accepts holds, and what it
refuses is asked of OpenSSL, whose answer counts. A release that multiplies by the cofactor would accept more than
OpenSSL does: it is recognised by a signature that only such a one accepts, and then not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

# Made with R = rB + T, where T is of small order.
_KEY = bytes.fromhex("c18023b024c13faafc345d0b44ae6136611b3c075e06d0398cecbc68d7e69e58")
_VALUE = bytes.fromhex(
    "bd34b009d0f4651a171f7c872d76532dbecbda64a6a405b66c3f33857fdab0d1"
    "1bb2d798c551b38cac6f6764c222bc9f26a809aeb53c4327b0bfbfb18c7dfb0b"
)
_MESSAGE = b"docctl"


def accepts(key: bytes, value: bytes, message: bytes) -> bool:
    """Whether libsodium is there, and accepts: 32 bytes of key, 64 of signature. False says nothing."""
    opens = _opener()
    return opens is not None and opens(key, value, message)


@cache
def _opener() -> Callable[[bytes, bytes, bytes], bool] | None:
    try:
        from nacl.bindings import crypto_sign_open
        from nacl.exceptions import BadSignatureError
    except ImportError:
        return None

    def opens(key: bytes, value: bytes, message: bytes) -> bool:
        try:
            crypto_sign_open(value + message, key)
        except BadSignatureError:
            return False
        return True

    return None if opens(_KEY, _VALUE, _MESSAGE) else opens
