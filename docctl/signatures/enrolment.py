"""Proof of possession: a new key signs that it is enrolled for this person in this library.

Without it, somebody could enrol another's public key under their own name, or (ECDSA) a key recovered from one
signature. The proof is an SSHSIG in namespace `docctl-enrol` without armor, as one base64 string.

Example:
    >>> check_possession("no base64", "library", "leyla", "ssh-ed25519 AAAA")
    'proof-invalid'

"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Final

from docctl.errors import Malformed
from docctl.signatures.keys import unbase64
from docctl.signatures.sshsig import armor, dearmor, open_seal

if TYPE_CHECKING:
    from docctl.core.ports import Signer

NAMESPACE: Final = "docctl-enrol"


def enrolment_statement(library: str, person: str, key_line: str) -> bytes:
    """Return what the new key signs.

    Args:
        library: Library id, one line.
        person: Person id, one line.
        key_line: `<algorithm> <base64>`.

    Returns: UTF-8, four lines, each ended by LF.

    """
    if any("\n" in line for line in (library, person, key_line)):
        raise ValueError((library, person, key_line))
    return f"docctl-enrol v1\n{library}\n{person}\n{key_line}\n".encode()


def prove_possession(signer: Signer, library: str, person: str) -> str:
    """Let a signer prove that it holds its key. One line of base64.

    Raises: what `Signer.sign` raises.
    """
    armored = signer.sign(enrolment_statement(library, person, signer.key), NAMESPACE)
    return binascii.b2a_base64(dearmor(armored.encode()), newline=False).decode("ascii")


def check_possession(proof: str, library: str, person: str, key_line: str) -> str | None:
    """Find the problem of a proof: `proof-invalid`, a code of `open_seal`, or None if it is good. Never raises."""
    try:
        blob = unbase64(proof.encode("ascii"), "proof-invalid")
        statement = enrolment_statement(library, person, key_line)
    except (Malformed, ValueError):
        return "proof-invalid"
    seal = open_seal(statement, armor(blob), NAMESPACE)
    if seal.problem is None and seal.key != key_line:
        return "proof-invalid"
    return seal.problem
