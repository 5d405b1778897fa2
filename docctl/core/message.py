"""A commit message is an entry: decode and encode, exact to the byte.

    approved PRO-01 revision 2                subject, made from the trailers below
                                              (optional comment, between blank lines)
    Docctl-Format: v1
    Docctl-Library: 3f9a…                     `self` in the founding entry
    Docctl-Sequence: 12
    Docctl-Event: approved
    Docctl-Document: PRO-01                   or `charter`
    Docctl-Previous: 11                       the last accepted entry of this document; left out if none
    Docctl-Charter: 4                         the last accepted entry of the charter; left out in the founding
    Docctl-Submission: 11                     the event's own fields (`events`)

Git's own trailer code is never asked: it folds, it reorders and it takes the first of two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docctl.core import fields
from docctl.core.events import CLASSES, GRAMMAR, NEEDS_COMMENT, Event, name_of
from docctl.core.fields import Codec
from docctl.errors import Malformed

FORMAT = "v1"
_START = f"\n\nDocctl-Format: {FORMAT}\n"


def _codec(kind: Any) -> Codec:
    codec: Codec = kind.__metadata__[0]
    return codec


_LIBRARY = _codec(fields.LibraryId)
_SEQUENCE = _codec(fields.Sequence)
_SUBJECT = _codec(fields.Subject)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what happened, to which document, where in the ledger.

    Attributes:
        library: Library id, 64 hex, or `self` in the founding entry.
        sequence: Position in the ledger, from 0.
        subject: Document id, form id for records, or `charter`.
        previous: Sequence of the last accepted entry of this subject.
        charter: Sequence of the last accepted entry of the charter.
        comment: Reason or remark, NFC, LF; "" if none.
    """

    library: str
    sequence: int
    subject: str
    previous: int | None
    charter: int | None
    event: Event
    comment: str = ""


def encode(entry: Entry) -> bytes:
    """The canonical message of an entry, UTF-8 with a final newline.

    Raises:
        Malformed: if a value cannot stand in a message (`message-field`, `message-comment`).
    """
    lines = [
        f"Docctl-Format: {FORMAT}",
        "Docctl-Library: " + _LIBRARY.encode(entry.library),
        "Docctl-Sequence: " + _SEQUENCE.encode(entry.sequence),
        "Docctl-Event: " + name_of(entry.event),
        "Docctl-Document: " + _SUBJECT.encode(entry.subject),
    ]
    if entry.previous is not None:
        lines.append(f"Docctl-Previous: {entry.previous}")
    if entry.charter is not None:
        lines.append(f"Docctl-Charter: {entry.charter}")
    for field in GRAMMAR[type(entry.event)]:
        value = getattr(entry.event, field.attribute)
        if value is not None:
            lines.append(field.trailer + field.codec.encode(value))
    comment = fields.comment(entry.comment)
    if not comment and type(entry.event) in NEEDS_COMMENT:
        raise Malformed("message-comment")
    parts = [_headline(entry), *([comment] if comment else []), "\n".join(lines)]
    return ("\n\n".join(parts) + "\n").encode()


def decode(message: bytes) -> Entry:
    """The entry in a message.

    Raises:
        Malformed: `message-format` (unknown format), `message-grammar`, `message-field`, `message-comment`.
    """
    try:
        text = message.decode()
    except UnicodeDecodeError:
        raise Malformed("message-grammar") from None
    head, start, block = text.rpartition(_START)
    if not start:
        known = "\nDocctl-Format: " in text and f"\nDocctl-Format: {FORMAT}\n" not in text
        raise Malformed("message-format" if known else "message-grammar")
    _, _, comment = head.partition("\n\n")
    lines = _Lines(block.split("\n"))
    library = lines.take("Docctl-Library: ", _LIBRARY)
    sequence = lines.take("Docctl-Sequence: ", _SEQUENCE)
    name = lines.value("Docctl-Event: ")
    subject = lines.take("Docctl-Document: ", _SUBJECT)
    previous = lines.maybe("Docctl-Previous: ", _SEQUENCE)
    charter = lines.maybe("Docctl-Charter: ", _SEQUENCE)
    kind = CLASSES.get(name or "")
    if kind is None:
        raise Malformed("message-event", event=(name or "")[:40])
    values = {
        field.attribute: (lines.take if field.required else lines.maybe)(field.trailer, field.codec)
        for field in GRAMMAR[kind]
    }
    entry = Entry(library, sequence, subject, previous, charter, kind(**values), comment)
    # The whole message is compared with what we would have written: no second spelling of an entry exists.
    if encode(entry) != message:
        raise Malformed("message-grammar")
    return entry


def _headline(entry: Entry) -> str:
    revision = getattr(entry.event, "revision", None)
    return f"{name_of(entry.event)} {entry.subject}" + (f" revision {revision}" if revision is not None else "")


class _Lines:
    """The trailer lines, taken from the front."""

    __slots__ = ("at", "lines")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def value(self, trailer: str) -> str | None:
        line = self.lines[self.at]
        if not line.startswith(trailer):
            return None
        self.at += 1
        return line[len(trailer) :]

    def take(self, trailer: str, codec: Codec) -> Any:
        value = self.maybe(trailer, codec)
        if value is None:
            raise Malformed("message-grammar")
        return value

    def maybe(self, trailer: str, codec: Codec) -> Any:
        value = self.value(trailer)
        return None if value is None else codec.decode(value)
