"""Two libraries on Ed25519: what the quicker one accepts, the judge accepts."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from docctl.signatures import edwards, sodium

_PRIVATE = Ed25519PrivateKey.from_private_bytes(b"docctl" + bytes(26))
_KEY = _PRIVATE.public_key().public_bytes_raw()


def openssl(key: bytes, value: bytes, message: bytes) -> bool:
    """The judge's own answer."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(value, message)
    except InvalidSignature:
        return False
    return True


def test_it_is_there_and_is_asked() -> None:
    assert sodium._opener() is not None
    assert sodium.accepts(_KEY, _PRIVATE.sign(b"text"), b"text")
    assert not sodium.accepts(_KEY, _PRIVATE.sign(b"text"), b"test")


@given(st.binary(max_size=64), st.integers(0, 63), st.integers(0, 255))
def test_what_it_accepts_openssl_accepts(message: bytes, place: int, mask: int) -> None:
    value = bytearray(_PRIVATE.sign(message))
    value[place] ^= mask
    assert sodium.accepts(_KEY, bytes(value), message) == openssl(_KEY, bytes(value), message) == (mask == 0)


def test_a_signature_of_small_order_parts_is_refused_by_both() -> None:
    """R plus a point of small order: accepted only by who multiplies by the cofactor (RFC 8032, 5.1.7)."""
    assert edwards.is_sound(sodium._KEY)
    assert not openssl(sodium._KEY, sodium._VALUE, sodium._MESSAGE)
    assert not sodium.accepts(sodium._KEY, sodium._VALUE, sodium._MESSAGE)


def test_a_library_that_multiplies_by_the_cofactor_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nacl.bindings.crypto_sign_open", lambda signed, key: signed[64:])
    sodium._opener.cache_clear()
    try:
        assert not sodium.accepts(_KEY, _PRIVATE.sign(b"text"), b"text")
    finally:
        sodium._opener.cache_clear()
