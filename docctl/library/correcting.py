"""What follows a record: corrections beside it, and the signatures of others who stand by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docctl.core import answers, recordtext
from docctl.core.events import Amended, Countersigned
from docctl.core.plain import Plain
from docctl.core.records import Record
from docctl.core.recordtext import AMENDMENT, RecordText
from docctl.core.state import State
from docctl.errors import Refused
from docctl.library import mediatypes, recording, recordsheets
from docctl.library.book import Draft, Plan, folder_of
from docctl.library.deciding import Behalf, authority_of


def corrected(
    state: State,
    record: Record,
    *,
    note: str = "",
    given: Plain | None = None,
    attachments: Mapping[str, bytes],
    opened: recordsheets.Opened = None,
) -> dict[str, bytes]:
    """The files of a correction: its words, the values that it changes, and what is attached to it.

    Raises:
        Refused: `record-values` (count, mistakes), `amendment-empty`, and what `mediatypes.check` refuses.
    """
    form = recording.blank_of(state, record)
    before, values = recordsheets.latest(state, record, opened)
    if given not in (None, {}, ""):
        # What is computed follows from what is corrected.
        whole: Plain = given
        if isinstance(given, dict):
            whole = {**answers.without_computed(form.fields, before.values), **given}  # type: ignore[dict-item]
        values, mistakes = answers.check(form.fields, whole, *recording.known(state))
        if mistakes:
            raise recording.wrong(mistakes)
    changed = {name: one for name, one in values.items() if before.values.get(name) != one}
    # An answer is taken back by leaving it empty.
    changed |= {name: "" for name in before.values if name not in values}
    if not note and not changed and not attachments:
        raise Refused("amendment-empty", record=record.id)
    mediatypes.check(attachments, authority_of(state).charter.attachment_limit)
    text = RecordText(form=record.form, revision=record.revision, language=before.language, note=note, values=changed)
    return {AMENDMENT: recordtext.write(text, form.fields, recording.names(state, before.language)), **attachments}


def amend(
    name: str, files: Mapping[str, bytes], reason: str, *, sealed: str | None = None, behalf: Behalf | None = None
) -> Plan:
    """Lay a correction beside a record.

    Raises:
        Refused: `record-disposed-of` (record) and what the rules say.
    """
    digest, tree = folder_of(files)

    def made(state: State) -> Draft:
        record = recording.record_of(state, name)
        _check_there(record)
        event = Amended(
            record=name,
            amendment=len(record.amendments) + 1,
            content=digest,
            tree=tree,
            sealed=sealed,
            acting_for=behalf.person if behalf else None,
            basis=behalf.basis if behalf else None,
        )
        return Draft(record.form, event, reason, files)

    return made


def countersign(name: str, *, meaning: str = "agreed", comment: str = "", behalf: Behalf | None = None) -> Plan:
    """Stand by a record, as one of those who must sign it."""

    def made(state: State) -> Draft:
        record = recording.record_of(state, name)
        _check_there(record)
        event: Any = Countersigned(
            record=name,
            content=record.content,
            meaning=meaning,
            acting_for=behalf.person if behalf else None,
            basis=behalf.basis if behalf else None,
        )
        return Draft(record.form, event, comment)

    return made


def _check_there(record: Record) -> None:
    if record.disposed is not None:
        raise Refused("record-disposed-of", record=record.id)
