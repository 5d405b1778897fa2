"""Public keys: one OpenSSH line or wire blob in, a value that can only exist for an acceptable key out.

What is accepted (OpenSSH PROTOCOL, PROTOCOL.u2f; RFC 4253 section 6.6, RFC 5656, RFC 8709):

* `ssh-ed25519`: canonical point, on the curve, not of small order;
* `ecdsa-sha2-nistp256` and `-nistp384`: uncompressed point on the curve;
* `ssh-rsa`: 3072 to 8192 bits, exponent 65537, no small factors;
* `sk-ssh-ed25519@openssh.com`, `sk-ecdsa-sha2-nistp256@openssh.com`: as above, and an application.

Everything else is refused by name, certificates too: they bring validity times and authorities from outside the ledger.
Not for private keys (`openssh`) and not for who may sign (the machine).

Example:
    >>> key = parse_public("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHXzk0Xr6ozKgiy/qESGWQTnYHUnzTfg1RX+jyqxlXSZ desk")
    >>> key.line.count(" "), key.fingerprint.partition(":")[0]
    (1, 'SHA256')

"""

from __future__ import annotations

import binascii
import hashlib
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from docctl.errors import Malformed, Untrusted
from docctl.signatures import edwards
from docctl.signatures.wire import MAX_STRING, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Verifier = Ed25519PublicKey | ec.EllipticCurvePublicKey | RSAPublicKey

ED25519: Final = "ssh-ed25519"
ECDSA_256: Final = "ecdsa-sha2-nistp256"
ECDSA_384: Final = "ecdsa-sha2-nistp384"
RSA: Final = "ssh-rsa"
SK_ED25519: Final = "sk-ssh-ed25519@openssh.com"
SK_ECDSA: Final = "sk-ecdsa-sha2-nistp256@openssh.com"

_MAX_APPLICATION = 255
_SMALL_FACTORS = math.factorial(751)
"""A modulus that shares a factor with it was not made by any key generator; `cryptography` takes even ones."""

_NAME = re.compile(r"[A-Za-z0-9@.+_-]{1,64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_COMMENT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]*")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that passed every rule of this module; made by `parse_public` and `parse_blob` only.

    Attributes:
        algorithm: Key type as OpenSSH spells it.
        blob: The key in SSH wire form.
        application: FIDO application (the RP ID of a passkey, "ssh:" of a USB key); None for other key types.
        material: What the private half belongs to, however the key is wrapped: the same Ed25519 or P-256 point gives
            the same bytes as plain key, as FIDO key and under any application.
        line: `<algorithm> <base64>`.
        fingerprint: `SHA256:<unpadded base64>` of the blob.

    """

    algorithm: str
    blob: bytes
    application: str | None
    material: bytes
    line: str = field(init=False)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        text = binascii.b2a_base64(self.blob, newline=False).decode("ascii")
        object.__setattr__(self, "line", f"{self.algorithm} {text}")
        object.__setattr__(self, "fingerprint", fingerprint(self.blob))


@dataclass(frozen=True, slots=True)
class _Wrapped:
    """The key inside a blob, before its checks: verifier, material, application."""

    verifier: Verifier
    material: bytes
    application: str | None = None


def fingerprint(blob: bytes) -> str:
    """`SHA256:<unpadded base64>` of any key blob, acceptable or not."""
    digest = binascii.b2a_base64(hashlib.sha256(blob).digest(), newline=False)
    return "SHA256:" + digest.decode("ascii").rstrip("=")


def name_of(blob: bytes) -> str:
    """Return the key type a blob claims, "" when it cannot be shown.

    Returns: Letters, digits and `@.+_-` only, so that a hostile name is safe in a sentence.
    """
    try:
        name = Reader(blob).string().decode("ascii")
    except (Malformed, UnicodeDecodeError):
        return ""
    return name if _NAME.fullmatch(name) else ""


def parse_public(line: str) -> PublicKey:
    """Read one OpenSSH public key line: `<algorithm> <base64>`, optionally a space and a comment, no line end.

    Raises:
        Malformed: `key-unreadable`, not such a line, or base64 written another way than the only canonical one.
        Untrusted: `key-type-refused` (algorithm), `key-weak` (algorithm).

    """
    algorithm, _, remainder = line.partition(" ")
    text, _, comment = remainder.partition(" ")
    if not _NAME.fullmatch(algorithm) or not _BASE64.fullmatch(text) or not _COMMENT.fullmatch(comment):
        raise Malformed("key-unreadable")
    if algorithm not in _KINDS:
        raise Untrusted("key-type-refused", algorithm=algorithm)
    key = parse_blob(unbase64(text.encode("ascii"), "key-unreadable"))
    if key.algorithm != algorithm:
        raise Malformed("key-unreadable")
    return key


def parse_blob(blob: bytes) -> PublicKey:
    """Read a public key in SSH wire form. Memoised.

    Raises:
        Malformed: `key-unreadable`, the bytes do not follow the grammar of the key type they claim.
        Untrusted: `key-type-refused` (algorithm), `key-weak` (algorithm).

    """
    return _opened(blob)[0]


def verifier(key: PublicKey) -> Verifier:
    """Return the loaded key of `cryptography`. Memoised by blob."""
    return _opened(key.blob)[1]


def unbase64(text: bytes, code: str) -> bytes:
    """Decode base64 that is strict and canonical: alphabet, padding and unused bits.

    Raises:
        Malformed: `code`.

    """
    try:
        content = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        raise Malformed(code) from None
    if binascii.b2a_base64(content, newline=False) != text:
        raise Malformed(code)
    return content


@lru_cache(maxsize=4096)
def _opened(blob: bytes) -> tuple[PublicKey, Verifier]:
    algorithm = name_of(blob)
    if not algorithm or len(blob) > MAX_STRING:
        raise Malformed("key-unreadable")
    if algorithm not in _KINDS:
        raise Untrusted("key-type-refused", algorithm=algorithm)
    reader = Reader(blob)
    reader.string()
    try:
        wrapped = _KINDS[algorithm](reader)
        reader.end()
    except Malformed:
        raise Malformed("key-unreadable") from None
    except ValueError:  # also cryptography's: not on the curve
        raise Untrusted("key-weak", algorithm=algorithm) from None
    return PublicKey(algorithm, blob, wrapped.application, wrapped.material), wrapped.verifier


def _ed25519(reader: Reader) -> _Wrapped:
    """RFC 8709 section 4; point rules of RFC 8032 section 5.1.3."""
    point = reader.string(64)
    if len(point) != 32:
        raise Malformed("key-unreadable")
    if not edwards.is_sound(point):
        raise ValueError(point)
    return _Wrapped(Ed25519PublicKey.from_public_bytes(point), b"ed25519:" + point)


def _ecdsa(reader: Reader, name: bytes, curve: ec.EllipticCurve) -> _Wrapped:
    """RFC 5656 section 3.1, uncompressed points only (SEC 1 section 2.3.3)."""
    if reader.string(64) != name:
        raise Malformed("key-unreadable")
    point = reader.string(256)
    if len(point) != 1 + 2 * ((curve.key_size + 7) // 8) or point[0] != 4:
        raise Malformed("key-unreadable")
    return _Wrapped(ec.EllipticCurvePublicKey.from_encoded_point(curve, point), name + b":" + point)


def _ecdsa_256(reader: Reader) -> _Wrapped:
    return _ecdsa(reader, b"nistp256", ec.SECP256R1())


def _ecdsa_384(reader: Reader) -> _Wrapped:
    return _ecdsa(reader, b"nistp384", ec.SECP384R1())


def _rsa(reader: Reader) -> _Wrapped:
    """RFC 4253 section 6.6."""
    exponent, modulus = reader.mpint(), reader.mpint()
    if exponent != 65537 or not 3072 <= modulus.bit_length() <= 8192 or math.gcd(modulus, _SMALL_FACTORS) != 1:
        raise ValueError(exponent)
    material = b"rsa:" + modulus.to_bytes((modulus.bit_length() + 7) // 8, "big")
    return _Wrapped(RSAPublicNumbers(exponent, modulus).public_key(), material)


def _with_application(inner: Callable[[Reader], _Wrapped]) -> Callable[[Reader], _Wrapped]:
    """PROTOCOL.u2f: the plain key followed by the application string."""

    def read(reader: Reader) -> _Wrapped:
        plain = inner(reader)
        encoded = reader.string(_MAX_APPLICATION)
        try:
            application = encoded.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("key-unreadable") from None
        if not application.isprintable() or not application:
            raise Malformed("key-unreadable")
        return _Wrapped(plain.verifier, plain.material, application)

    return read


_KINDS: Mapping[str, Callable[[Reader], _Wrapped]] = MappingProxyType(
    {
        ED25519: _ed25519,
        ECDSA_256: _ecdsa_256,
        ECDSA_384: _ecdsa_384,
        RSA: _rsa,
        SK_ED25519: _with_application(_ed25519),
        SK_ECDSA: _with_application(_ecdsa_256),
    }
)
