"""Anchor and checkpoint: what an auditor holds in hand, apart from the library.

docctl/<library id> <organisation>          the anchor, one line

docctl/<library id>                         the checkpoint (C2SP tlog-checkpoint):
41                                          number of entries
i3P3r6RU/740KtQtfu85K77oUvcQYTg2kHCf+QgO3o0=   RFC 6962 root over their payloads

— docctl/<library id> xbUg2…                signatures (C2SP signed-note), if any: by the library's note key,
— registrar.example/2026 xqDJ…              and cosignatures (C2SP tlog-cosignature) of outsiders

The reader takes what `str` would write, to the byte, and nothing else: no extension lines (C2SP advises against them,
and no library writes any), one spelling of base64, no empty tree. Two liberties, since C2SP knows no unsigned
checkpoint: one without signatures may end behind its third line, with or without the newline, so that it can be copied
from paper.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from docctl.core.fields import line
from docctl.errors import Malformed

_ORIGIN = re.compile(r"docctl/([0-9a-f]{64})")
_ANCHOR = re.compile(r"docctl/([0-9a-f]{64})(?: (.+))?")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_NAME = re.compile(r"[^\s+]+")
MAX_NOTE = 64 * 1024
ED25519, COSIGNATURE = b"\x01", b"\x04"
_LAST_INSTANT = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """Which library this is: the one line that must come from outside it."""

    library: str
    organisation: str

    def __str__(self) -> str:
        return f"docctl/{self.library} {self.organisation}".rstrip()


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note: key name, key id (4 bytes), signature bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The ledger's first `size` entries in 32 bytes."""

    library: str
    size: int
    root: bytes
    signatures: tuple[NoteSignature, ...] = ()

    @property
    def text(self) -> str:
        """What is signed: the three lines with their newlines."""
        return f"docctl/{self.library}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def __str__(self) -> str:
        lines = (f"— {s.name} {base64.b64encode(s.key_id + s.signature).decode()}\n" for s in self.signatures)
        return self.text + "\n" + "".join(lines)


def read_anchor(text: str) -> Anchor:
    """The anchor in a text of one line.

    Raises:
        Malformed: `anchor-unreadable`.
    """
    found = _ANCHOR.fullmatch(text.strip())
    if found is None:
        raise Malformed("anchor-unreadable")
    try:
        return Anchor(found.group(1), line(found.group(2)) if found.group(2) else "")
    except Malformed:
        raise Malformed("anchor-unreadable") from None


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note.

    Raises:
        Malformed: `checkpoint-unreadable`.
    """
    body, _, rest = text.partition("\n\n")
    lines = body.removesuffix("\n").split("\n")
    origin = _ORIGIN.fullmatch(lines[0])
    size = lines[1] if len(lines) == 3 else ""
    if len(text) > MAX_NOTE or origin is None or not re.fullmatch("[1-9][0-9]{0,9}", size):
        raise Malformed("checkpoint-unreadable")
    try:
        root = base64.b64decode(lines[2], validate=True)
        signatures = tuple(_signature(part) for part in rest.removesuffix("\n").split("\n") if rest)
    except (ValueError, binascii.Error):
        raise Malformed("checkpoint-unreadable") from None
    mark = Checkpoint(origin.group(1), int(size), root, signatures)
    spellings = {str(mark)} if signatures else {str(mark), mark.text, mark.text.removesuffix("\n")}
    if len(root) != 32 or text not in spellings:
        raise Malformed("checkpoint-unreadable")
    return mark


def _signature(part: str) -> NoteSignature:
    found = _SIGNATURE.fullmatch(part)
    data = base64.b64decode(found.group(2), validate=True) if found else b""
    if found is None or len(data) < 5 or not is_key_name(found.group(1)):
        raise Malformed("checkpoint-unreadable")
    return NoteSignature(found.group(1), data[:4], data[4:])


def is_key_name(name: str) -> bool:
    """Whether a key may be called so (C2SP signed-note): no blanks, no plus; nothing that a terminal would obey."""
    return _NAME.fullmatch(name) is not None and name.isprintable()


def key_id(name: str, public: bytes, kind: bytes = ED25519) -> bytes:
    """Key id of an Ed25519 key (C2SP signed-note): first four bytes of a hash of name, type and key."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def verifier_key(name: str, public: bytes, kind: bytes = ED25519) -> str:
    """The key in one line, as a charter names its note key: `<name>+<key id>+<base64 of type and key>`."""
    return f"{name}+{key_id(name, public, kind).hex()}+{base64.b64encode(kind + public).decode()}"


def read_verifier_key(text: str, kind: bytes = ED25519) -> tuple[str, bytes, bytes]:
    """Name, key id and raw Ed25519 key of a verifier key of a type.

    Raises:
        Malformed: `note-key-unreadable`.
    """
    name, _, rest = text.partition("+")
    try:
        data = base64.b64decode(rest.partition("+")[2], validate=True)
    except (ValueError, binascii.Error):
        raise Malformed("note-key-unreadable") from None
    public = data[1:]
    if len(public) != 32 or not is_key_name(name) or verifier_key(name, public, kind) != text:
        raise Malformed("note-key-unreadable")
    return name, key_id(name, public, kind), public


@dataclass(frozen=True, slots=True)
class Witness:
    """An outsider who cosigns checkpoints, as known to whoever verifies: name, key id (4 bytes), raw Ed25519 key."""

    name: str
    key_id: bytes
    public: bytes


def read_witness(text: str) -> Witness:
    """The witness of a verifier key (C2SP tlog-cosignature, type 0x04).

    Raises:
        Malformed: `witness-unreadable`.
    """
    try:
        return Witness(*read_verifier_key(text.strip(), COSIGNATURE))
    except Malformed:
        raise Malformed("witness-unreadable") from None


def cosigned_message(text: str, at: int) -> bytes:
    """What a cosigner signs (C2SP tlog-cosignature, "Ed25519 signed message"): header, time, the note's text."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosignature(witness: tuple[str, bytes], at: int, value: bytes) -> NoteSignature:
    """The signature line of a cosigner: big-endian time, 8 bytes, and the 64 of Ed25519.

    Args:
        witness: Name and raw public key.
        at: Seconds since 1970 UTC.
        value: The Ed25519 signature over `cosigned_message`.
    """
    name, public = witness
    return NoteSignature(name, key_id(name, public, COSIGNATURE), at.to_bytes(8, "big") + value)


def cosigned_at(line: NoteSignature) -> tuple[int, bytes] | None:
    """Instant and Ed25519 signature in a cosigner's line; None if it has another shape."""
    at = int.from_bytes(line.signature[:8], "big")
    return (at, line.signature[8:]) if len(line.signature) == 72 and at <= _LAST_INSTANT else None
