"""Records read: what one says under its labels, who signed it, what was corrected, what is attached.

Everything is compared with its digest in the ledger before it is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from docctl.core import content, recordtext
from docctl.core.answers import Value, Values
from docctl.core.forms import Field, label
from docctl.core.model import Signature
from docctl.core.records import Record
from docctl.core.recordtext import AMENDMENT, RECORD, RecordText
from docctl.core.state import State
from docctl.errors import Malformed, NotFound, Refused
from docctl.library import mediatypes, recording
from docctl.library.deciding import signer_name
from docctl.library.replaying import MEANS

Opened = Sequence[Mapping[str, bytes]] | None
"""The files of a sealed record and of each of its corrections, in plain words (`confidential.Opened.parts`)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One value under its label; of a table, the rows under the columns' labels.

    Attributes:
        value: As it is kept; `shown` as people read it.
        amended: Number of the correction that it comes from; 0 if it is the first.
        was: Of a correction, what stood there before, as people read it.
    """

    name: str
    label: str
    value: Value
    shown: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    amended: int = 0
    was: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signed: `part` is `recorded`, `countersigned`, `amended`, `held`, `released` or `disposed`.

    Attributes:
        meaning: Of a countersignature; of a disposal its method.
        reason: Of a correction, a hold or its release; `basis` of the hold.
    """

    part: str
    person: str
    name: str
    entry: int
    at: int
    offset: str
    meaning: str = ""
    acting_for: str = ""
    reason: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a record, or (from 1) to one of its corrections."""

    file: str
    size: int
    digest: str
    media: str
    amendment: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """What lies beside a record: why, its words, and the values that it changed."""

    number: int
    reason: str
    note: str
    changed: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """Everything about one record.

    Attributes:
        status: `open` (signatures are missing), `closed`, `held` or `disposed`.
        sealed: Whether its content can be read by those alone to whom it was sealed.
        answers: Its values as the last correction left them; none where they cannot be read.
        missing: People who must still sign.
    """

    id: str
    title: str
    form: str
    form_title: str
    revision: int
    status: str
    day: date
    closed: date | None
    procedure: str
    procedure_revision: int | None
    language: str
    sealed: bool
    content: str
    answers: tuple[Answer, ...]
    signatures: tuple[Signing, ...]
    missing: tuple[str, ...]
    corrections: tuple[Correction, ...]
    attachments: tuple[Attachment, ...]


def status_of(record: Record) -> str:
    """`disposed`, `held`, `open` while signatures are missing, else `closed`."""
    if record.disposed is not None:
        return "disposed"
    if record.held is not None:
        return "held"
    return "open" if record.missing else "closed"


def files_of(state: State, record: Record, amendment: int = 0) -> dict[str, bytes]:
    """The files of a record, or of one of its corrections, as their entry stated them.

    Raises:
        Refused: `record-disposed-of`, `content-digest`.
    """
    if record.disposed is not None:
        raise Refused("record-disposed-of", record=record.id)
    part = record.amendments[amendment - 1] if amendment else record
    files = state.shelf.files(part.tree)
    if content.digest(files) != part.content:
        raise Refused("content-digest")
    return files


def texts_of(state: State, record: Record, opened: Opened = None) -> list[RecordText]:
    """What a record says, then what each of its corrections does; of a sealed one, as it was opened.

    Raises:
        Refused: `record-sealed-content`, and whatever is wrong with what other tools stored there.
    """
    found = []
    for number in range(len(record.amendments) + 1):
        files, name = _plain(state, record, number, opened), AMENDMENT if number else RECORD
        if name not in files:
            raise Refused("record-file-missing", file=name)
        try:
            found.append(recordtext.read(name, files[name], MEANS.read_yaml)[0])
        except Malformed as error:
            raise Refused(error.code, **error.values) from None
    return found


def _plain(state: State, record: Record, number: int, opened: Opened) -> Mapping[str, bytes]:
    if not record.sealed or record.disposed is not None:
        return files_of(state, record, number)
    if opened is None:
        raise Refused("record-sealed-content", record=record.id)
    return opened[number]


def latest(state: State, record: Record, opened: Opened = None) -> tuple[RecordText, Values]:
    """What a record says with all that was corrected, and its values alone."""
    first, *corrections = texts_of(state, record, opened)
    values = dict(first.values)
    for one in corrections:
        values |= one.values
    values = {name: one for name, one in values.items() if one != ""}
    return replace(first, values=values), dict(values)


def sheet(state: State, name: str, language: str, opened: Opened = None) -> RecordSheet:
    """Everything about a record, its labels in a language if its form has it."""
    record = recording.record_of(state, name)
    form = recording.blank_of(state, record)
    readable = record.disposed is None and (not record.sealed or opened is not None)
    texts = texts_of(state, record, opened) if readable else []
    return RecordSheet(
        id=record.id,
        title=record.title or (texts[0].title if texts else ""),
        form=record.form,
        form_title=dict(form.heading.titles).get(language, form.heading.title),
        revision=record.revision,
        status=status_of(record),
        day=record.day,
        closed=record.closed,
        procedure=record.procedure,
        procedure_revision=record.procedure_revision,
        language=texts[0].language if texts else "",
        sealed=bool(record.sealed),
        content=record.content,
        answers=_answers(state, form.fields, texts, language),
        signatures=tuple(_signings(state, record)),
        missing=record.missing,
        corrections=_corrections(state, form.fields, record, texts, language),
        attachments=tuple(_attachments(state, record, opened)) if readable else (),
    )


def _answers(state: State, fields: tuple[Field, ...], texts: list[RecordText], language: str) -> tuple[Answer, ...]:
    values: dict[str, tuple[Value, int]] = {}
    for number, text in enumerate(texts):
        values |= {name: (one, number) for name, one in text.values.items()}
    return tuple(
        answer(state, one, values[one.name][0], language, values[one.name][1])
        for one in fields
        if one.name in values and values[one.name][0] != ""
    )


def answer(state: State, field: Field, value: Value, language: str, amended: int = 0) -> Answer:
    """A value under its label."""
    shown = recording.names(state, language)
    name = label(field.labels, language)
    if isinstance(value, str):
        return Answer(field.name, name, value, shown(field, value) if value else "", amended=amended)
    columns = tuple(label(column.labels, language) for column in field.columns)
    rows = tuple(
        tuple(shown(column, row[column.name]) if row.get(column.name) else "" for column in field.columns)
        for row in value
    )
    return Answer(field.name, name, value, "", columns, rows, amended)


def _corrections(
    state: State, fields: tuple[Field, ...], record: Record, texts: list[RecordText], language: str
) -> tuple[Correction, ...]:
    found = []
    before: Values = dict(texts[0].values) if texts else {}
    for one in record.amendments:
        text = texts[one.number] if texts else None
        changed = []
        for field in fields:
            if text is not None and field.name in text.values:
                was = answer(state, field, before.get(field.name, ""), language).shown
                changed.append(replace(answer(state, field, text.values[field.name], language, one.number), was=was))
        before |= text.values if text else {}
        found.append(Correction(one.number, one.reason, text.note if text else "", tuple(changed)))
    return tuple(found)


def _signings(state: State, record: Record) -> list[Signing]:
    def said(part: str, by: Signature, **more: str) -> Signing:
        return Signing(part, by.person, signer_name(state, by.person), by.entry, by.at, by.offset, **more)

    found = [said("recorded", record.by)]
    found += [said("countersigned", one.by, meaning=one.meaning, acting_for=one.acting_for) for one in record.signed]
    found += [said("amended", one.by, reason=one.reason) for one in record.amendments]
    for hold in (*record.holds, record.held) if record.held else record.holds:
        found.append(said("held", hold.by, reason=hold.reason, basis=hold.basis))
        found += [said("released", hold.released, reason=hold.why)] if hold.released else []
    found += [said("disposed", record.disposed.by, meaning=record.disposed.method)] if record.disposed else []
    return sorted(found, key=lambda one: one.entry)


def _attachments(state: State, record: Record, opened: Opened) -> list[Attachment]:
    found = []
    for number in range(len(record.amendments) + 1):
        found += [
            Attachment(name, len(data), hashlib.sha256(data).hexdigest(), _media(name, data), number)
            for name, data in attached(_plain(state, record, number, opened)).items()
        ]
    return found


def attached(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The attachments among a record's files."""
    return {name: data for name, data in files.items() if name not in (RECORD, AMENDMENT)}


def _media(name: str, data: bytes) -> str:
    try:
        return mediatypes.found(name, data)
    except Malformed:
        return ""  # another tool stored it


def attachment(state: State, name: str, file: str, opened: Opened = None) -> bytes:
    """The bytes of an attached file; of a name that a correction uses again, those of the last one.

    Raises:
        NotFound: `record-not-found`, `attachment-not-found` (file, known).
        Refused: `record-disposed-of`, `record-sealed-content`, `content-digest`.
    """
    record = recording.record_of(state, name)
    known: dict[str, bytes] = {}
    for number in range(len(record.amendments) + 1):
        known |= attached(_plain(state, record, number, opened))
    if file not in known:
        raise NotFound("attachment-not-found", file=file, known=", ".join(known) or "—")
    return known[file]
