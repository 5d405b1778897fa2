"""Signatures and keys: the SSH signature format, read strictly and written canonically.

    wire             SSH wire encoding
    edwards, keys    which public keys are acceptable
    clientdata       what a browser wrote around a passkey signature
    schemes          the signature algorithms
    sodium           a quicker opinion on Ed25519
    sshsig           the envelope: parse, open, compose
    enrolment        proof of possession
    openssh, keygen  signing with a file, an agent or a FIDO device
    allowed_signers  a line for stock git

Beside it, X.509: the organisation's seal on PDF files, and what other people's signatures say.

    sealkeys         the sealing key: request, certificate, PKCS#12
    sealing, pades   putting a seal on a PDF; what that asks of pyHanko
    seals            reading them, with `sealreading` and `sealchanges` on top of pyHanko
    detached         CMS and ASiC signatures that lie beside a file
    sealvalues       what was found

Nothing here knows persons, documents or time: a `Seal` says which key signed and what is wrong; the machine says
the rest.
"""

from docctl.signatures.allowed_signers import allowed_signers_line
from docctl.signatures.enrolment import check_possession, enrolment_statement, prove_possession
from docctl.signatures.keygen import KeygenSigner
from docctl.signatures.keys import PublicKey, parse_blob, parse_public
from docctl.signatures.openssh import FileSigner, generate, load_key, note_holds, read_public
from docctl.signatures.schemes import SCHEMES, Scheme
from docctl.signatures.sshsig import (
    Prepared,
    Sshsig,
    armor,
    dearmor,
    normalised,
    open_seal,
    parse,
    prepare,
    signed_data,
)

__all__ = [
    "SCHEMES",
    "FileSigner",
    "KeygenSigner",
    "Prepared",
    "PublicKey",
    "Scheme",
    "Sshsig",
    "allowed_signers_line",
    "armor",
    "check_possession",
    "dearmor",
    "enrolment_statement",
    "generate",
    "load_key",
    "normalised",
    "note_holds",
    "open_seal",
    "parse",
    "parse_blob",
    "parse_public",
    "prepare",
    "prove_possession",
    "read_public",
    "signed_data",
]
