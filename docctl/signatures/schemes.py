"""The signature algorithms: what each one's bytes look like and when they hold.

Every rule about the inner signature string of an SSHSIG is in this file.

    scheme                                          key type                             may sign
    ssh-ed25519                                     same                                 yes
    ecdsa-sha2-nistp256, ecdsa-sha2-nistp384        same                                 yes
    rsa-sha2-512                                    ssh-rsa                              yes
    rsa-sha2-256                                    ssh-rsa                              no, only verified
    sk-ssh-ed25519@openssh.com                      same                                 yes, by ssh-keygen
    sk-ecdsa-sha2-nistp256@openssh.com              same                                 yes, by ssh-keygen
    webauthn-sk-ecdsa-sha2-nistp256@openssh.com     sk-ecdsa-sha2-nistp256@openssh.com   no, browsers do

A signature has one spelling: ECDSA's S is the lower of the two, Ed25519's is below the group order, RSA's has the
length of the modulus. Which of these a person may use, and from when, is the business of the ledger's authority.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from docctl.errors import DocctlError, Malformed, Untrusted
from docctl.signatures import clientdata, edwards, keys, sodium
from docctl.signatures.wire import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docctl.signatures.keys import PublicKey, Verifier

RSA_512: Final = "rsa-sha2-512"
RSA_256: Final = "rsa-sha2-256"
WEBAUTHN: Final = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"

ECDSA_ORDERS: Mapping[str, int] = MappingProxyType(
    {
        name: order
        for order, names in (
            (
                0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
                (keys.ECDSA_256, keys.SK_ECDSA, WEBAUTHN),
            ),
            (
                0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
                (keys.ECDSA_384,),
            ),
        )
        for name in names
    }
)
"""Group order by signature algorithm (FIPS 186-4 D.1.2), for all whose value is an ECDSA pair."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The fields of a signature string behind its algorithm name, each in its only spelling.

    Attributes:
        value: What the public key is asked about: 64 bytes for Ed25519, DER for ECDSA, the number for RSA.
        flags: Authenticator flags; None for keys that are not FIDO.
        counter: Authenticator signature counter.
        origin: Web origin, webauthn only.
        client: clientDataJSON, webauthn only.
        extensions: Authenticator extensions, webauthn only.

    """

    value: bytes
    flags: int | None = None
    counter: int = 0
    origin: bytes = b""
    client: bytes = b""
    extensions: bytes = b""

    @property
    def verified_user(self) -> bool | None:
        """FIDO user verification (PIN, finger, face); None for keys that know none."""
        return None if self.flags is None else bool(self.flags & clientdata.VERIFIED)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One signature algorithm.

    Attributes:
        name: As in the signature string.
        key_algorithm: The only key type it belongs to.
        may_sign: Whether docctl makes new ones; every scheme stays verifiable for ever.
        read: The signature string behind its name, into fields. Raises `Malformed`, `Untrusted`.
        message: The bytes the signature is over, from key, fields and SSHSIG signed data.
        holds: Whether loaded key, value and message belong together.
        doubts: Problem of a signature that holds.

    """

    name: str
    key_algorithm: str
    may_sign: bool
    read: Callable[[PublicKey, Reader], Claim]
    message: Callable[[PublicKey, Claim, bytes], bytes]
    holds: Callable[[Verifier, bytes, bytes], bool]
    doubts: Callable[[PublicKey, Claim, bytes], str | None]

    def verify(self, key: PublicKey, fields: bytes, signed: bytes) -> str | None:
        """Return the problem of a signature, or None if it is good.

        Args:
            key: A key of `key_algorithm`.
            fields: The signature string behind its algorithm name.
            signed: SSHSIG signed data.

        """
        if key.algorithm != self.key_algorithm:
            return "signature-algorithm"
        try:
            claim = self.read(key, Reader(fields))
        except DocctlError as error:
            return problem_of(error)
        if not self.holds(keys.verifier(key), claim.value, self.message(key, claim, signed)):
            return "signature-invalid"
        return self.doubts(key, claim, signed)


_PROBLEMS = frozenset(
    {
        "key-type-refused",
        "key-weak",
        "signature-algorithm",
        "signature-invalid",
        "signature-not-canonical",
    }
)


def problem_of(error: DocctlError) -> str:
    """Return the problem code of a seal for an error of reading it."""
    if error.code == "wire-not-canonical":
        return "signature-not-canonical"
    return error.code if error.code in _PROBLEMS else "signature-format"


# --- fields ---------------------------------------------------------------------------------------------------------


def _read_ed25519(_key: PublicKey, reader: Reader) -> Claim:
    """RFC 8709 section 6, and S < L of RFC 8032 section 5.1.7."""
    value = _ed25519_value(reader)
    reader.end()
    return Claim(value)


def _ed25519_value(reader: Reader) -> bytes:
    value = reader.string(128)
    if len(value) != 64:
        raise Malformed("signature-format")
    if int.from_bytes(value[32:], "little") >= edwards.ORDER:
        raise Untrusted("signature-invalid")
    return value


def _ecdsa_value(algorithm: str, reader: Reader) -> bytes:
    """RFC 5656 section 3.1.2, narrowed to 0 < r < n and 0 < s <= n/2; as DER."""
    pair = Reader(reader.string(256))
    r, s = pair.mpint(), pair.mpint()
    pair.end()
    order = ECDSA_ORDERS[algorithm]
    if r >= order or s >= order:
        raise Untrusted("signature-invalid")
    if s > order // 2:
        raise Malformed("signature-not-canonical")
    return encode_dss_signature(r, s)


def _read_ecdsa(key: PublicKey, reader: Reader) -> Claim:
    value = _ecdsa_value(key.algorithm, reader)
    reader.end()
    return Claim(value)


def _read_rsa(key: PublicKey, reader: Reader) -> Claim:
    """RFC 8332 section 3: exactly as long as the modulus (OpenSSH also takes shorter ones)."""
    value = reader.string()
    reader.end()
    loaded = keys.verifier(key)
    if not isinstance(loaded, RSAPublicKey) or len(value) > (loaded.key_size + 7) // 8:
        raise Malformed("signature-format")
    if len(value) != (loaded.key_size + 7) // 8:
        raise Malformed("signature-not-canonical")
    return Claim(value)


def _read_sk(key: PublicKey, reader: Reader) -> Claim:
    """PROTOCOL.u2f "SSH U2F signatures": value, flags, counter."""
    value = _ed25519_value(reader) if key.algorithm == keys.SK_ED25519 else _ecdsa_value(key.algorithm, reader)
    claim = Claim(value, flags=reader.byte(), counter=reader.uint32())
    reader.end()
    return claim


def _read_webauthn(key: PublicKey, reader: Reader) -> Claim:
    """PROTOCOL.u2f "webauthn signatures": value, flags, counter, origin, clientData, extensions."""
    claim = Claim(
        _ecdsa_value(key.algorithm, reader),
        flags=reader.byte(),
        counter=reader.uint32(),
        origin=reader.string(1024),
        client=reader.string(4096),
        extensions=reader.string(4096),
    )
    reader.end()
    return claim


# --- messages -------------------------------------------------------------------------------------------------------


def _message_plain(_key: PublicKey, _claim: Claim, signed: bytes) -> bytes:
    return signed


def _message_sk(key: PublicKey, claim: Claim, signed: bytes) -> bytes:
    return _authenticated(key, claim) + hashlib.sha256(signed).digest()


def _message_webauthn(key: PublicKey, claim: Claim, _signed: bytes) -> bytes:
    return _authenticated(key, claim) + claim.extensions + hashlib.sha256(claim.client).digest()


def _authenticated(key: PublicKey, claim: Claim) -> bytes:
    """Return the authenticator data without extensions: SHA-256 of the application, flags, counter."""
    application = hashlib.sha256((key.application or "").encode()).digest()
    return application + bytes((claim.flags or 0,)) + claim.counter.to_bytes(4, "big")


# --- verdicts -------------------------------------------------------------------------------------------------------


def _holds_ed25519(loaded: Verifier, value: bytes, message: bytes) -> bool:
    try:
        if isinstance(loaded, Ed25519PublicKey):
            if not sodium.accepts(loaded.public_bytes_raw(), value, message):
                loaded.verify(value, message)
            return True
    except InvalidSignature:
        pass
    return False


def _holds_ecdsa(digest: hashes.HashAlgorithm) -> Callable[[Verifier, bytes, bytes], bool]:
    def holds(loaded: Verifier, value: bytes, message: bytes) -> bool:
        try:
            if isinstance(loaded, ec.EllipticCurvePublicKey):
                loaded.verify(value, message, ec.ECDSA(digest))
                return True
        except InvalidSignature:
            pass
        return False

    return holds


def _holds_rsa(digest: hashes.HashAlgorithm) -> Callable[[Verifier, bytes, bytes], bool]:
    def holds(loaded: Verifier, value: bytes, message: bytes) -> bool:
        try:
            if isinstance(loaded, RSAPublicKey):
                loaded.verify(value, message, padding.PKCS1v15(), digest)
                return True
        except InvalidSignature:
            pass
        return False

    return holds


# --- doubts ---------------------------------------------------------------------------------------------------------


def _no_doubts(_key: PublicKey, _claim: Claim, _signed: bytes) -> str | None:
    return None


def _doubts_sk(_key: PublicKey, claim: Claim, _signed: bytes) -> str | None:
    """Find no presence: a signature nobody touched the device for proves only that malware could reach it."""
    return None if (claim.flags or 0) & clientdata.PRESENT else "signature-no-presence"


def _doubts_webauthn(key: PublicKey, claim: Claim, signed: bytes) -> str | None:
    problem = clientdata.problem(claim.client, claim.origin, key.application or "", signed)
    if problem == "signature-invalid":
        return problem
    if not clientdata.flags_fit(claim.flags or 0, claim.extensions):
        return "signature-origin"
    return _doubts_sk(key, claim, signed) or problem


# --- the table ------------------------------------------------------------------------------------------------------

_P256 = _holds_ecdsa(hashes.SHA256())
_P384 = _holds_ecdsa(hashes.SHA384())

SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            Scheme(keys.ED25519, keys.ED25519, True, _read_ed25519, _message_plain, _holds_ed25519, _no_doubts),
            Scheme(keys.ECDSA_256, keys.ECDSA_256, True, _read_ecdsa, _message_plain, _P256, _no_doubts),
            Scheme(keys.ECDSA_384, keys.ECDSA_384, True, _read_ecdsa, _message_plain, _P384, _no_doubts),
            Scheme(RSA_512, keys.RSA, True, _read_rsa, _message_plain, _holds_rsa(hashes.SHA512()), _no_doubts),
            Scheme(RSA_256, keys.RSA, False, _read_rsa, _message_plain, _holds_rsa(hashes.SHA256()), _no_doubts),
            Scheme(keys.SK_ED25519, keys.SK_ED25519, True, _read_sk, _message_sk, _holds_ed25519, _doubts_sk),
            Scheme(keys.SK_ECDSA, keys.SK_ECDSA, True, _read_sk, _message_sk, _P256, _doubts_sk),
            Scheme(WEBAUTHN, keys.SK_ECDSA, False, _read_webauthn, _message_webauthn, _P256, _doubts_webauthn),
        )
    }
)
"""Signature algorithm to scheme. Immutable; old schemes stay for ever."""
