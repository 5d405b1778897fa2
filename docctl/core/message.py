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
from docctl.core.events import CLASSES, GRAMMAR, NEEDS_COMMENT, Event, Field, name_of
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
_PLACE = (
    Field("library", "Docctl-Library: ", _LIBRARY, required=True),
    Field("sequence", "Docctl-Sequence: ", _SEQUENCE, required=True),
    Field("event", "Docctl-Event: ", Codec(str, str), required=False),
    Field("subject", "Docctl-Document: ", _SUBJECT, required=True),
    Field("previous", "Docctl-Previous: ", _SEQUENCE, required=False),
    Field("charter", "Docctl-Charter: ", _SEQUENCE, required=False),
)


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
    message = _written(entry)
    # What is signed must be what every reader will read: a day of 1799 can be written, but not read.
    if decode(message) != entry:
        raise Malformed("message-field", value=name_of(entry.event))
    return message


def _written(entry: Entry) -> bytes:
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
    return (_opening(entry) + "\n\n" + "\n".join(lines) + "\n").encode()


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
    lines = block.split("\n")
    place, at = _taken(_PLACE, lines, 0)
    name = place.pop("event") or ""
    kind = CLASSES.get(name)
    if kind is None:
        raise Malformed("message-event", event=name[:40])
    values, at = _taken(GRAMMAR[kind], lines, at)
    entry = Entry(**place, event=kind(**values), comment=comment)
    # The trailers were compared with what we would have written, and so is the rest: no second spelling of an entry
    # exists.
    if head != _opening(entry) or lines[at:] != [""]:
        raise Malformed("message-grammar")
    return entry


def _taken(wanted: tuple[Field, ...], lines: list[str], at: int) -> tuple[dict[str, Any], int]:
    """The values of these trailers from a line on, and the line behind them."""
    values: dict[str, Any] = {}
    for field in wanted:
        line = lines[at] if at < len(lines) else ""
        if line.startswith(field.trailer):
            codec, text = field.codec, line[len(field.trailer) :]
            values[field.attribute] = value = codec.decode(text)
            # A codec with one function for both ways gives back what it is given.
            if codec.encode is not codec.decode and codec.encode(value) != text:
                raise Malformed("message-grammar")
            at += 1
        elif field.required:
            raise Malformed("message-grammar")
        else:
            values[field.attribute] = None
    return values, at


def _opening(entry: Entry) -> str:
    """What stands before the trailers: the subject line, and the comment if there is one."""
    comment = fields.comment(entry.comment) if entry.comment else ""
    if not comment and type(entry.event) in NEEDS_COMMENT:
        raise Malformed("message-comment")
    revision = getattr(entry.event, "revision", None)
    headline = f"{name_of(entry.event)} {entry.subject}" + (f" revision {revision}" if revision is not None else "")
    return f"{headline}\n\n{comment}" if comment else headline
