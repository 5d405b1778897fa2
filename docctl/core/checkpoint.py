"""Anchor and checkpoint: what an auditor holds in hand, apart from the library.

docctl/<library id> <organisation>          the anchor, one line

docctl/<library id>                         the checkpoint (C2SP tlog-checkpoint):
41                                          number of entries
i3P3r6RU/740KtQtfu85K77oUvcQYTg2kHCf+QgO3o0=   RFC 6962 root over their payloads

— docctl/<library id> xbUg2…                signatures of note keys (C2SP signed-note), if any
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from docctl.core.fields import line
from docctl.errors import Malformed

_ORIGIN = re.compile(r"docctl/([0-9a-f]{64})")
_ANCHOR = re.compile(r"docctl/([0-9a-f]{64})(?: (.+))?")
_SIGNATURE = re.compile(r"— ([^\s+]{1,200}) ([A-Za-z0-9+/]+={0,2})")
MAX_NOTE = 64 * 1024
ED25519 = b"\x01"


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
    body, blank, rest = text.partition("\n\n")
    lines = (body if blank else body.removesuffix("\n")).split("\n")
    origin = _ORIGIN.fullmatch(lines[0])
    size = lines[1] if len(lines) == 3 else ""
    if len(text) > MAX_NOTE or origin is None or not re.fullmatch("[1-9][0-9]{0,9}", size):
        raise Malformed("checkpoint-unreadable")
    try:
        root = _bytes(lines[2].strip())
        signatures = tuple(_signature(part) for part in rest.split("\n") if part)
    except ValueError:
        raise Malformed("checkpoint-unreadable") from None
    if len(root) != 32:
        raise Malformed("checkpoint-unreadable")
    return Checkpoint(origin.group(1), int(size), root, signatures)


def _bytes(text: str) -> bytes:
    """What base64 says, in the only spelling it has: unused bits are zero.

    Raises: ValueError.
    """
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(text)
    return data


def _signature(part: str) -> NoteSignature:
    found = _SIGNATURE.fullmatch(part)
    if found is None:
        raise Malformed("checkpoint-unreadable")
    data = _bytes(found.group(2))
    return NoteSignature(found.group(1), data[:4], data[4:])


def key_id(name: str, public: bytes) -> bytes:
    """Key id of an Ed25519 note key (C2SP signed-note): first four bytes of a hash of name, type and key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """The note key as the charter names it: `<name>+<key id>+<base64 of type and key>`."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def read_verifier_key(text: str) -> tuple[str, bytes, bytes]:
    """Name, key id and raw Ed25519 key of a verifier key.

    Raises:
        Malformed: `note-key-unreadable`.
    """
    name, _, rest = text.partition("+")
    stated, _, encoded = rest.partition("+")
    try:
        data = _bytes(encoded)
        mark = key_id(name, data[1:])
    except ValueError:  # of base64, or of a name that is no text
        raise Malformed("note-key-unreadable") from None
    if not name or data[:1] != ED25519 or len(data) != 33 or mark.hex() != stated:
        raise Malformed("note-key-unreadable")
    return name, mark, data[1:]
