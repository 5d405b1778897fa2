"""Signing keys in files: OpenSSH private keys opened in this process, and new ones made.

    what the path holds                             who signs
    private key, Ed25519, ECDSA P-256/P-384, RSA    this process (`FileSigner`), asking for a passphrase if needed
    private key of a FIDO device (`sk-...`)         ssh-keygen, which talks to the device (`keygen.KeygenSigner`)
    public key (`.pub`)                             ssh-keygen, which talks to the agent (`keygen.KeygenSigner`)

As OpenSSH does, a private key that others may read is not used. Format: OpenSSH PROTOCOL.key.
"""

from __future__ import annotations

import binascii
import os
import re
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from docctl.core.checkpoint import (
    COSIGNATURE,
    NoteSignature,
    cosignature,
    cosigned_message,
    key_id,
    verifier_key,
)
from docctl.errors import Malformed, NotFound, Refused, Unavailable, Untrusted
from docctl.signatures import edwards, keys
from docctl.signatures.keygen import KeygenSigner
from docctl.signatures.keys import PublicKey, parse_blob, parse_public
from docctl.signatures.schemes import ECDSA_ORDERS, RSA_512
from docctl.signatures.sshsig import compose, open_seal, signed_data
from docctl.signatures.wire import Reader, mpint, string

if TYPE_CHECKING:
    from collections.abc import Callable

    from docctl.core.ports import Signer

_MAX_FILE = 64 * 1024
_MAX_ROUNDS = 4096  # of bcrypt: half a minute and more; ssh-keygen makes 16 to 24 unless told otherwise
_HASH: Final = "sha512"
_PRIVATE = re.compile(
    rb"\s*-----BEGIN OPENSSH PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*",
)

PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | RSAPrivateKey


@dataclass(frozen=True, slots=True)
class FileSigner:
    """Signs with a private key held in this process. Made by `load_key`.

    Attributes:
        key: The public key as one OpenSSH line without comment.

    """

    key: str
    _private: PrivateKey = field(repr=False, compare=False)

    def sign(self, payload: bytes, namespace: str) -> str:
        """Make an armored SSHSIG over the payload, hash sha512, checked before it is given away.

        Raises:
            Untrusted: `signature-invalid`, the machine miscalculated.

        """
        key = parse_public(self.key)
        signature = _signature(self._private, key, signed_data(namespace, _HASH, payload))
        armored = compose(key, namespace, _HASH, signature)
        problem = open_seal(payload, armored, namespace).problem
        if problem is not None:
            raise Untrusted(problem)
        return armored.decode("ascii")

    def sign_note(self, name: str, text: str) -> NoteSignature:
        """Sign the text of a note (C2SP signed-note) as the note key of that name; Ed25519 alone.

        Raises:
            Untrusted: `key-type-refused`.

        """
        private = self._ed25519()
        return NoteSignature(name, key_id(name, private.public_key().public_bytes_raw()), private.sign(text.encode()))

    def verifier_key(self, name: str) -> str:
        """What a charter names as `note-key` for checkpoints signed by this key.

        Raises:
            Untrusted: `key-type-refused`.

        """
        return verifier_key(name, self._ed25519().public_key().public_bytes_raw())

    def cosign_note(self, name: str, text: str, at: int) -> NoteSignature:
        """Cosign a checkpoint (C2SP tlog-cosignature, cosignature/v1) at an instant; Ed25519 alone.

        Raises:
            Untrusted: `key-type-refused`.

        """
        private = self._ed25519()
        return cosignature(
            (name, private.public_key().public_bytes_raw()), at, private.sign(cosigned_message(text, at))
        )

    def witness_key(self, name: str) -> str:
        """What others need to check the cosignatures of this key.

        Raises:
            Untrusted: `key-type-refused`.

        """
        return verifier_key(name, self._ed25519().public_key().public_bytes_raw(), COSIGNATURE)

    def unlocked(self) -> bytes:
        """The private key in OpenSSH's form without a passphrase, for `agesealing`; never to be written anywhere.

        Raises:
            Untrusted: `key-cannot-open` (algorithm): nothing can be sealed to a key of this type.

        """
        if isinstance(self._private, ec.EllipticCurvePrivateKey):
            raise Untrusted("key-cannot-open", algorithm=self.key.partition(" ")[0])
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())

    def _ed25519(self) -> Ed25519PrivateKey:
        if not isinstance(self._private, Ed25519PrivateKey):
            raise Untrusted("key-type-refused", algorithm=self.key.partition(" ")[0])
        return self._private


def note_holds(public: bytes, value: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature over a note holds. Keys that anybody can sign for sign nothing; S is canonical."""
    if not edwards.is_sound(public) or int.from_bytes(value[32:], "little") >= edwards.ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def load_key(path: str | os.PathLike[str], ask_passphrase: Callable[[], str] | None = None) -> Signer:
    """Return the signer behind a key file.

    Args:
        path: An OpenSSH private key, or a public key whose private half is in the agent.
        ask_passphrase: Called at most once, and only if the key is encrypted.

    Raises:
        NotFound: `key-missing` (path).
        Malformed: `key-unreadable` (path).
        Untrusted: `key-locked` (path), a passphrase is needed and nobody can be asked; `passphrase-wrong` (path);
            `key-weak`, `key-type-refused` (algorithm).
        Unavailable: `key-permission` (path), not readable by us, or readable by others; `ssh-keygen-missing`.

    """
    content = _read(path)
    found = _PRIVATE.fullmatch(content)
    if found is None:
        return KeygenSigner(_public(content, path).line, os.path.abspath(path))  # noqa: PTH100
    _require_private(path)
    key, encrypted = _outline(found[1], path)
    if key.application is not None:
        return KeygenSigner(key.line, os.path.abspath(path))  # noqa: PTH100
    if encrypted and ask_passphrase is None:
        raise Untrusted("key-locked", path=str(path))
    passphrase = ask_passphrase().encode() if encrypted and ask_passphrase else None
    private = _decrypted(content, passphrase, path)
    if _public_of(private) != key:
        raise Malformed("key-unreadable", path=str(path))
    return FileSigner(key.line, private)


def create(path: Path, content: bytes) -> None:
    """Make a private file, whole or not at all.

    Raises:
        Refused: `key-exists` (path).
        Unavailable: `key-permission` (path).
    """
    _create(path, content)


def read_public(path: str | os.PathLike[str]) -> PublicKey:
    """Return the public key in a `.pub` file.

    Raises: as `load_key`, `NotFound`, `Malformed`, `Unavailable`; `Untrusted` for a key that is not acceptable.
    """
    return _public(_read(path), path)


def generate(path: str | os.PathLike[str], passphrase: str | None) -> PublicKey:
    """Make a new Ed25519 key: a private file only its owner can read, and `<path>.pub` beside it.

    Args:
        path: Where; never overwritten.
        passphrase: None or "" for a key that is not encrypted.

    Raises:
        Refused: `key-exists` (path); nothing was written.
        Unavailable: `key-permission` (path), the folder is missing or may not be written.

    """
    target = Path(path)
    private = Ed25519PrivateKey.generate()
    key = _public_of(private)
    protection: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    _create(target, private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, protection))
    try:
        _create(target.with_name(target.name + ".pub"), f"{key.line}\n".encode("ascii"), mode=0o644)
    except (Refused, Unavailable):
        target.unlink()
        raise
    return key


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MAX_FILE + 1)
    except FileNotFoundError:
        raise NotFound("key-missing", path=str(path)) from None
    except PermissionError:
        raise Unavailable("key-permission", path=str(path)) from None
    except (OSError, ValueError):
        raise Malformed("key-unreadable", path=str(path)) from None
    if len(content) > _MAX_FILE:
        raise Malformed("key-unreadable", path=str(path))
    return content


def _require_private(path: str | os.PathLike[str]) -> None:
    """Others must not be able to read it (ssh: "UNPROTECTED PRIVATE KEY FILE"); Windows has no such bits."""
    if os.name == "posix" and stat.S_IMODE(Path(path).stat().st_mode) & 0o077:
        raise Unavailable("key-permission", path=str(path))


def _public(content: bytes, path: str | os.PathLike[str]) -> PublicKey:
    try:
        return parse_public(content.decode("utf-8").rstrip("\r\n"))
    except (UnicodeDecodeError, Malformed):
        raise Malformed("key-unreadable", path=str(path)) from None


def _outline(text: bytes, path: str | os.PathLike[str]) -> tuple[PublicKey, bool]:
    """Return what a private key file tells before it is decrypted: its public key, and whether it is encrypted."""
    try:
        reader = Reader(binascii.a2b_base64(b"".join(text.split()), strict_mode=True))
        magic = reader.take(len(b"openssh-key-v1\0"))
        cipher, kdf, options = reader.string(), reader.string(), Reader(reader.string())
        # A number in the file says how long opening it takes.
        rounds = (options.string(), options.uint32())[1] if kdf == b"bcrypt" else 0
        if magic != b"openssh-key-v1\0" or reader.uint32() != 1 or rounds > _MAX_ROUNDS:
            raise Malformed("key-unreadable", path=str(path))
        return parse_blob(reader.string()), cipher != b"none"
    except (Malformed, binascii.Error):
        raise Malformed("key-unreadable", path=str(path)) from None


def _decrypted(content: bytes, passphrase: bytes | None, path: str | os.PathLike[str]) -> PrivateKey:
    try:
        private = load_ssh_private_key(content, passphrase)
    except (ValueError, TypeError, InvalidTag):
        if passphrase is not None:
            raise Untrusted("passphrase-wrong", path=str(path)) from None
        raise Malformed("key-unreadable", path=str(path)) from None
    except (UnsupportedAlgorithm, NotImplementedError):  # the latter of a compressed point
        raise Malformed("key-unreadable", path=str(path)) from None
    if not isinstance(private, Ed25519PrivateKey | ec.EllipticCurvePrivateKey | RSAPrivateKey):
        raise Malformed("key-unreadable", path=str(path))
    return private


def _public_of(private: PrivateKey) -> PublicKey:
    line = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return parse_public(line.decode("ascii"))


def _signature(private: PrivateKey, key: PublicKey, signed: bytes) -> bytes:
    """Return the signature string: algorithm name and value (RFC 8709, RFC 5656 with the lower S, RFC 8332)."""
    if isinstance(private, Ed25519PrivateKey):
        return string(keys.ED25519.encode()) + string(private.sign(signed))
    if isinstance(private, RSAPrivateKey):
        return string(RSA_512.encode()) + string(private.sign(signed, padding.PKCS1v15(), hashes.SHA512()))
    digest = hashes.SHA256() if key.algorithm == keys.ECDSA_256 else hashes.SHA384()
    r, s = decode_dss_signature(private.sign(signed, ec.ECDSA(digest)))
    pair = mpint(r) + mpint(min(s, ECDSA_ORDERS[key.algorithm] - s))
    return string(key.algorithm.encode()) + string(pair)


def _create(target: Path, content: bytes, mode: int = 0o600) -> None:
    """Make a whole new file or none: written under another name, then linked, which never replaces anything."""
    try:
        handle, name = tempfile.mkstemp(prefix=".docctl-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            target.hardlink_to(name)
        finally:
            with suppress(OSError):
                Path(name).unlink()
    except FileExistsError:
        raise Refused("key-exists", path=str(target)) from None
    except OSError:
        raise Unavailable("key-permission", path=str(target)) from None
