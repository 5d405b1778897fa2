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

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from docctl.core import fields
from docctl.core.events import CLASSES, GRAMMAR, NEEDS_COMMENT, Event, Field, name_of
from docctl.core.fields import Codec
from docctl.core.values import value
from docctl.errors import Malformed

FORMAT = "v1"
_START = f"\n\nDocctl-Format: {FORMAT}\n"
_NEWER = re.compile(r"\n\nDocctl-Format: v(?:[2-9]|[1-9][0-9]{1,3})\n")


def _codec(kind: Any) -> Codec:
    codec: Codec = kind.__metadata__[0]
    return codec


_LIBRARY = _codec(fields.LibraryId)
_SEQUENCE = _codec(fields.Sequence)
_SUBJECT = _codec(fields.Subject)
_SEQUENCE_FIELD = Field("sequence", "Docctl-Sequence: ", _SEQUENCE, required=True)
_PLACE = (
    Field("library", "Docctl-Library: ", _LIBRARY, required=True),
    _SEQUENCE_FIELD,
    Field("subject", "Docctl-Document: ", _SUBJECT, required=True),
    Field("previous", "Docctl-Previous: ", _SEQUENCE, required=False),
    Field("charter", "Docctl-Charter: ", _SEQUENCE, required=False),
)
_PLACES = len(_PLACE)
_EVENT = re.compile(r"Docctl-Library: [^\n]*\nDocctl-Sequence: [^\n]*\nDocctl-Event: ([^\n]*)\n")


@value
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
        raise Malformed("message-format" if _NEWER.search(text) else "message-grammar")
    _, _, comment = head.partition("\n\n")
    named = _EVENT.match(block)
    if named is None:
        raise Malformed("message-grammar")
    kind = CLASSES.get(named[1])
    if kind is None:
        raise Malformed("message-event", event=named[1][:40])
    matches, decoders, names = _block(named[1])
    found = matches(block)
    if found is None:
        raise Malformed("message-grammar")
    values: list[Any] = [None if one is None else read(one) for read, one in zip(decoders, found.groups(), strict=True)]
    event = kind(**dict(zip(names, values[_PLACES:], strict=True)))
    library, sequence, subject, previous, charter = values[:_PLACES]
    entry = Entry(library, sequence, subject, previous, charter, event, comment)
    # No codec accepts a second spelling, and what stands before the trailers is compared with what we would have
    # written: so no second spelling of an entry exists.
    if head != _opening(entry):
        raise Malformed("message-grammar")
    return entry


class _Block(NamedTuple):
    """What the trailers of an event must match as a whole, what reads each, and what the event's own are called."""

    matches: Callable[[str], re.Match[str] | None]
    decoders: tuple[Callable[[str], Any], ...]
    names: tuple[str, ...]


@cache
def _block(event: str) -> _Block:
    own = GRAMMAR[CLASSES[event]]
    pattern = ""
    for field in (*_PLACE, *own):
        line = f"{field.trailer}([^\n]*)\n"
        pattern += line if field.required else f"(?:{line})?"
        if field is _SEQUENCE_FIELD:
            pattern += f"Docctl-Event: {event}\n"
    decoders = tuple(field.codec.decode for field in (*_PLACE, *own))
    return _Block(re.compile(pattern).fullmatch, decoders, tuple(field.attribute for field in own))


def _opening(entry: Entry) -> str:
    """What stands before the trailers: the subject line, and the comment if there is one."""
    comment = fields.comment(entry.comment) if entry.comment else ""
    if not comment and type(entry.event) in NEEDS_COMMENT:
        raise Malformed("message-comment")
    revision = getattr(entry.event, "revision", None)
    headline = f"{name_of(entry.event)} {entry.subject}" + (f" revision {revision}" if revision is not None else "")
    return f"{headline}\n\n{comment}" if comment else headline
