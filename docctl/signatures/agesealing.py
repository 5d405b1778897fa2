"""Sealing to people's keys, in the age format (age-encryption.org/v1): whatever is sealed here opens with stock `age`.

To whom: `age1…` (X25519), `ssh-ed25519`, `ssh-rsa`. With what: the identity of the first, or the private key of a
signing key, which an agent and a FIDO device never hand over; ECDSA keys are unknown to age. Wraps pyrage (extra
`confidential`), and nobody else imports it. Not for who may read what: that is `library.confidential`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from docctl.errors import Malformed, Unavailable, Untrusted
from docctl.signatures import keys

READING: Final = (keys.ED25519, keys.RSA)
"""Key types that can open what is sealed to them."""
_IDENTITY = re.compile(r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}")
_MAX_IDENTITY = 16 * 1024
_NO_KEY = "No matching keys found"


def _age() -> Any:
    try:
        import pyrage
    except ImportError:
        raise Unavailable("age-missing") from None
    return pyrage


def available() -> bool:
    """Whether anything can be sealed here."""
    try:
        _age()
    except Unavailable:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens what is sealed to any of somebody's keys. Made by `opener`."""

    _identities: tuple[Any, ...] = field(repr=False)

    def open(self, sealed: bytes) -> bytes:
        """What is inside.

        Raises:
            Untrusted: `age-other-key`: it is sealed to other keys.
            Malformed: `age-damaged`.
        """
        age = _age()
        try:
            opened: bytes = age.decrypt(sealed, list(self._identities))
        except age.DecryptError as error:
            if _NO_KEY in str(error):
                raise Untrusted("age-other-key") from None
            raise Malformed("age-damaged") from None
        return opened


def opener(identities: Sequence[str | bytes]) -> Opener:
    """What opens with these: `AGE-SECRET-KEY-1…` as text, private OpenSSH keys without passphrase as bytes.

    Raises:
        Malformed: `age-identity`.
        Unavailable: `age-missing`.
    """
    age = _age()
    try:
        return Opener(
            tuple(
                age.x25519.Identity.from_str(one) if isinstance(one, str) else age.ssh.Identity.from_buffer(one)
                for one in identities
            )
        )
    except (age.IdentityError, ValueError):
        raise Malformed("age-identity") from None


def new_identity() -> str:
    """A fresh X25519 identity, `AGE-SECRET-KEY-1…`."""
    return str(_age().x25519.Identity.generate())


def public_of(identity: str) -> str:
    """To what one seals for an identity: `age1…`.

    Raises:
        Malformed: `age-identity`.
    """
    age = _age()
    try:
        return str(age.x25519.Identity.from_str(identity).to_public())
    except (age.IdentityError, ValueError):
        raise Malformed("age-identity") from None


def seal(data: bytes, recipients: Sequence[str]) -> bytes:
    """Seal bytes so that the holder of any one of these keys can open them.

    Args:
        data: Anything.
        recipients: Lines `age1…`, `ssh-ed25519 …`, `ssh-rsa …`; at least one.

    Raises:
        Malformed: `age-recipient` (key).
    """
    age = _age()
    known = []
    for line in recipients:
        kind = age.x25519 if line.startswith("age1") else age.ssh
        try:
            known.append(kind.Recipient.from_str(line))
        except (age.RecipientError, ValueError):
            raise Malformed("age-recipient", key=line[:40]) from None
    sealed: bytes = age.encrypt(data, known)
    return sealed


# -- identity files ----------------------------------------------------------------------------------------------------


def identity_file(identity: str, passphrase: str | None) -> bytes:
    """An identity as a file; under a passphrase (scrypt) if there is one."""
    text = f"# public key: {public_of(identity)}\n{identity}\n".encode("ascii")
    if not passphrase:
        return text
    closed: bytes = _age().passphrase.encrypt(text, passphrase)
    return closed


def is_locked(data: bytes) -> bool:
    """Whether an identity file asks for a passphrase."""
    return data.startswith(b"age-encryption.org/v1\n")


def read_identity(data: bytes, passphrase: str | None = None) -> str:
    """The one identity in an identity file, comments left out.

    Raises:
        Malformed: `age-identity`.
        Untrusted: `age-passphrase`: it is wrong, or the file is damaged.
    """
    age = _age()
    if len(data) > _MAX_IDENTITY:
        raise Malformed("age-identity")
    if is_locked(data):
        try:
            data = age.passphrase.decrypt(data, passphrase or "")
        except age.DecryptError:
            raise Untrusted("age-passphrase") from None
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if len(found) != 1 or _IDENTITY.fullmatch(found[0]) is None:
        raise Malformed("age-identity")
    public_of(found[0])
    return found[0]
