"""SSH signatures of payloads (PROTOCOL.sshsig): parsing, opening, composing.

Every rule about the envelope is in this file:

1. the armor is the only one the blob can have: 70 columns, LF, nothing before BEGIN and after END;
2. magic, version 1, empty reserved field, no bytes after the last field at any level;
3. the key is acceptable (`keys`);
4. the namespace is the one asked for;
5. hash `sha512` or `sha256`; signature algorithm of the key's type (`schemes`);
6. the signature holds, and nothing about it is doubtful (`schemes`, `clientdata`).

Who may sign is not asked here. ECDSA signatures do not bind their public key: take the signer only from an enrolled key
whose line equals `Seal.key`.

Example:
    >>> open_seal(b"payload", b"not a signature").problem
    'signature-format'

"""

from __future__ import annotations

import binascii
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from docctl.core.ports import Seal
from docctl.core.values import value
from docctl.errors import DocctlError, Malformed, Untrusted
from docctl.signatures import edwards, keys
from docctl.signatures.schemes import ECDSA_ORDERS, SCHEMES, Claim, Scheme, problem_of
from docctl.signatures.wire import Reader, mpint, string, uint32

if TYPE_CHECKING:
    from docctl.signatures.keys import PublicKey

MAX_ARMOR = 16 * 1024

_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_END = b"-----END SSH SIGNATURE-----\n"
_COLUMNS = 70
_LOOSE = re.compile(rb"\s*-----BEGIN SSH SIGNATURE-----([A-Za-z0-9+/=\s]*)-----END SSH SIGNATURE-----")
_HASHES = frozenset({b"sha512", b"sha256"})
_HEAD = b"SSHSIG" + uint32(1)
_ED25519_HEAD = _HEAD + uint32(51) + string(keys.ED25519.encode()) + uint32(32)


@value
class Sshsig:
    """A signature that follows the grammar and names an acceptable key; not yet verified.

    Attributes:
        key: The key it claims.
        namespace: What it was made for.
        hash_algorithm: `sha512` or `sha256`, of the payload.
        algorithm: Signature algorithm, a name of `SCHEMES`.
        claim: The fields of the signature string.

    """

    key: PublicKey
    namespace: str
    hash_algorithm: str
    algorithm: str
    claim: Claim


@value
class Prepared:
    """A signature ready for the expensive question, with everything else already decided.

    Picklable. `check` may run in any thread or process.
    """

    key: PublicKey
    algorithm: str
    value: bytes
    message: bytes
    doubts: str | None
    verified_user: bool | None

    def check(self) -> Seal:
        """Ask the public key, and say what comes of it."""
        return self.seal(self.holds())

    def holds(self) -> bool:
        """Ask the public key."""
        return SCHEMES[self.algorithm].holds(keys.verifier(self.key), self.value, self.message)

    def seal(self, holds: bool) -> Seal:
        """What comes of the key's answer."""
        problem = self.doubts if holds else "signature-invalid"
        return Seal(self.key.line, self.key.fingerprint, problem, self.algorithm, self.verified_user)


@value
class _Envelope:
    """The five strings of an SSHSIG, uninterpreted."""

    key: bytes
    namespace: bytes
    reserved: bytes
    hash_algorithm: bytes
    signature: bytes


def armor(blob: bytes) -> bytes:
    """Return the armored form: BEGIN line, base64 at 70 columns, END line, each with LF."""
    text = binascii.b2a_base64(blob, newline=False)
    lines = [text[at : at + _COLUMNS] for at in range(0, len(text), _COLUMNS)]
    return _BEGIN + b"\n".join(lines) + b"\n" + _END


def dearmor(armored: bytes) -> bytes:
    """Return the blob of an armored signature.

    Raises:
        Malformed: `signature-format`, no SSH armor; `signature-not-canonical`, SSH armor in another spelling.

    """
    if len(armored) > MAX_ARMOR:
        raise Malformed("signature-format")
    blob = _decoded(armored)
    if armor(blob) != armored:
        raise Malformed("signature-not-canonical")
    return blob


def signed_data(namespace: str, hash_algorithm: str, payload: bytes) -> bytes:
    """Return what the key signs (PROTOCOL.sshsig section 4): magic, namespace, reserved, hash name, payload hash."""
    digest = hashlib.new(hash_algorithm, payload).digest()
    return _preamble(namespace, hash_algorithm) + digest


def compose(key: PublicKey, namespace: str, hash_algorithm: str, signature: bytes) -> bytes:
    """Return the armored SSHSIG around a signature string (algorithm name and fields)."""
    name, digest = namespace.encode(), hash_algorithm.encode()
    return armor(_HEAD + string(key.blob) + string(name) + string(b"") + string(digest) + string(signature))


def parse(armored: bytes) -> Sshsig:
    """Read an armored signature strictly, without verifying it.

    Raises:
        Malformed: `signature-format`, `signature-not-canonical`.
        Untrusted: `key-weak`, `key-type-refused`, `signature-algorithm`, `signature-invalid` (numbers out of range).

    """
    try:
        envelope = _envelope(dearmor(armored))
        key = keys.parse_blob(envelope.key)
        namespace = _text(envelope.namespace)
        scheme, claim = _claim(key, envelope)
    except Malformed as error:
        raise Malformed(problem_of(error)) from None
    return Sshsig(key, namespace, envelope.hash_algorithm.decode("ascii"), scheme.name, claim)


def prepare(payload: bytes, armored: bytes, namespace: str = "git") -> Prepared | Seal:
    """Everything but the public key operation; a `Seal` only when a problem is already certain. Never raises."""
    return _prepare_plainest(payload, armored, namespace) or _prepare(payload, armored, namespace)


def open_seal(payload: bytes, armored: bytes, namespace: str = "git") -> Seal:
    """Find out who sealed a payload, and whether the seal is whole. Never raises, whatever the bytes.

    Returns: A seal whose `problem` is None or one of `signature-format`, `signature-not-canonical`, `key-weak`,
        `key-type-refused`, `signature-namespace`, `signature-algorithm`, `signature-invalid`,
        `signature-no-presence`, `signature-origin`.
    """
    prepared = prepare(payload, armored, namespace)
    return prepared if isinstance(prepared, Seal) else prepared.check()


def normalised(armored: bytes) -> bytes:
    """Spell the same signature canonically: armor at 70 columns and, for ECDSA, the lower S.

    For what other programs of this machine made, before it is written; never for what is judged.

    Raises:
        Malformed: `signature-format`; no SSH signature at all.

    """
    try:
        blob = _decoded(armored)
        envelope = _envelope(blob)
        reader = Reader(envelope.signature)
        name = reader.string()
        order = ECDSA_ORDERS.get(name.decode("utf-8", "replace"))
        if order is not None:
            pair = Reader(reader.string())
            r, s = pair.mpint(), pair.mpint()
            signature = string(name) + string(mpint(r) + mpint(min(s, abs(order - s)))) + reader.rest()
            blob = blob.removesuffix(string(envelope.signature)) + string(signature)
    except (Malformed, ValueError):
        raise Malformed("signature-format") from None
    return armor(blob)


def _decoded(armored: bytes) -> bytes:
    """Return the blob between the lines, however it was spelled."""
    if armored.startswith(_BEGIN) and armored.endswith(_END):
        body = armored[len(_BEGIN) : -len(_END)].replace(b"\n", b"")
        try:
            return binascii.a2b_base64(body, strict_mode=True)
        except binascii.Error:
            pass
    found = _LOOSE.match(armored)
    if found is None:
        raise Malformed("signature-format")
    try:
        return binascii.a2b_base64(b"".join(found[1].split()), strict_mode=True)
    except binascii.Error:
        raise Malformed("signature-format") from None


def _envelope(blob: bytes) -> _Envelope:
    """Rule 2 (PROTOCOL.sshsig section 3)."""
    reader = Reader(blob)
    if reader.take(len(_HEAD)) != _HEAD:
        raise Malformed("signature-format")
    envelope = _Envelope(reader.string(), reader.string(), reader.string(), reader.string(), reader.string())
    reader.end()
    if envelope.reserved:
        raise Malformed("signature-format")
    return envelope


def _claim(key: PublicKey, envelope: _Envelope) -> tuple[Scheme, Claim]:
    """Rule 5, and the fields of the signature."""
    if envelope.hash_algorithm not in _HASHES:
        raise Untrusted("signature-algorithm")
    reader = Reader(envelope.signature)
    scheme = SCHEMES.get(_text(reader.string()))
    if scheme is None or scheme.key_algorithm != key.algorithm:
        raise Untrusted("signature-algorithm")
    return scheme, scheme.read(key, reader)


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("signature-format") from None


def _prepare(payload: bytes, armored: bytes, namespace: str) -> Prepared | Seal:
    """Go the one path that knows every rule."""
    blob = b""
    try:
        envelope = _envelope(dearmor(armored))
        blob = envelope.key
        key = keys.parse_blob(blob)
    except DocctlError as error:
        return Seal("", keys.fingerprint(blob) if blob else "", problem_of(error), keys.name_of(blob))
    if envelope.namespace != namespace.encode():
        return Seal(key.line, key.fingerprint, "signature-namespace", keys.name_of(envelope.signature))
    try:
        scheme, claim = _claim(key, envelope)
    except DocctlError as error:
        return Seal(key.line, key.fingerprint, problem_of(error), keys.name_of(envelope.signature))
    signed = signed_data(namespace, envelope.hash_algorithm.decode("ascii"), payload)
    message = scheme.message(key, claim, signed)
    return Prepared(key, scheme.name, claim.value, message, scheme.doubts(key, claim, signed), claim.verified_user)


@lru_cache(maxsize=16)
def _preamble(namespace: str, hash_algorithm: str) -> bytes:
    """Return the signed data up to and with the length of the hash."""
    length = hashlib.new(hash_algorithm).digest_size
    return b"SSHSIG" + string(namespace.encode()) + string(b"") + string(hash_algorithm.encode()) + uint32(length)


@lru_cache(maxsize=16)
def _ed25519_middle(namespace: str) -> bytes:
    """Return what stands between key and value of the plainest signature: Ed25519 over SHA-512."""
    inner = string(keys.ED25519.encode()) + uint32(64)
    return string(namespace.encode()) + string(b"") + string(b"sha512") + uint32(len(inner) + 64) + inner


def _prepare_plainest(payload: bytes, armored: bytes, namespace: str) -> Prepared | None:
    """Take a short cut for the commonest signature; None, deciding nothing, for everything else.

    Of the plainest signature only key and value vary, so the rest is compared with what it must be. A test holds this
    against `_prepare` on whole and broken signatures.
    """
    middle = _ed25519_middle(namespace)
    value_at = 65 + len(middle)
    try:
        blob = dearmor(armored)
        if len(blob) != value_at + 64 or not blob.startswith(_ED25519_HEAD) or blob[65:value_at] != middle:
            return None
        key = keys.parse_blob(blob[14:65])
    except DocctlError:
        return None
    value = blob[value_at:]
    if int.from_bytes(value[32:], "little") >= edwards.ORDER:
        return None
    signed = _preamble(namespace, "sha512") + hashlib.sha512(payload).digest()
    return Prepared(key, keys.ED25519, value, signed, None, None)
