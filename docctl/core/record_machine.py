"""The machine for records: the form they are made from, the record, and one entry in; both as they then are out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from docctl.core.authority import Authority
from docctl.core.events import Amended, Countersigned, Held, Recorded, Released
from docctl.core.model import Document, Record, Signed
from docctl.core.step import Broken, Step, who

RECORD_EVENTS = (Recorded, Countersigned, Amended, Held, Released)


def apply(
    form: Document | None, records: Mapping[str, Record], signed: Signed, authority: Authority
) -> tuple[Document, Record]:
    """The form's thread and the record after the entry.

    Raises:
        Broken: with the rule that forbids the entry.
    """
    person = who(signed, authority)
    if form is None:
        raise Broken("document-unknown", document=signed.entry.subject)
    event: Any = signed.entry.event
    step = Step(form, signed, authority, person)
    record = records.get(event.record)
    if isinstance(event, Recorded):
        if record is not None:
            raise Broken("record-exists", record=event.record)
        after, record = _recorded(step, event)
    else:
        if record is None or record.form != form.id:
            raise Broken("record-unknown", record=event.record)
        if record.disposed:
            raise Broken("record-closed", record=event.record)
        after, record = form, _HANDLERS[type(event)](step, record, event)
    trail = (signed.entry.sequence, step.by.key, person.id)
    return replace(after, last=signed.entry.sequence, trail=(*after.trail, trail)), record


def place(record: str, form: str, signed: Signed) -> tuple[str, ...]:
    """The folder of a record: `records/<FORM>/<year>/<month>/<ID>`, by the day of its entry."""
    return ("records", form, f"{signed.day.year:04}", f"{signed.day.month:02}", record)


def _recorded(step: Step, event: Recorded) -> tuple[Document, Record]:
    form = step.known
    publication = step.publication(event.form_publication, event.form_revision)
    if form.in_force(step.signed.at) is not publication:
        raise Broken("form-not-in-force", document=form.id, revision=event.form_revision)
    roles = step.kind.recorders or tuple(sorted(step.authority.charter.roles))
    if not step.holds_any(roles, None, None):
        raise Broken("recorder-role", roles=", ".join(step.kind.recorders))
    year = step.signed.day.year
    number = dict(form.recorded).get(year, 0) + 1
    if event.record != f"{form.id}-{year:04}-{number:04}":
        raise Broken("record-number", record=event.record, expected=f"{form.id}-{year:04}-{number:04}")
    unknown = [person for person in event.signers or () if person not in step.authority.charter.people]
    if unknown:
        raise Broken("person-unknown", person=unknown[0])
    counts = tuple(sorted({**dict(form.recorded), year: number}.items()))
    where = place(event.record, form.id, step.signed)
    record = Record(event.record, form.id, step.by, event.content, event.tree, where, event.signers or ())
    return replace(form, recorded=counts), record


def _countersigned(step: Step, record: Record, event: Countersigned) -> Record:
    if step.person.id not in record.signers or step.person.id in record.signed:
        raise Broken("not-a-signer", person=step.person.id)
    if event.content != record.content:
        raise Broken("approval-other-content", document=record.id)
    return replace(record, signed=(*record.signed, step.person.id))


def _amended(step: Step, record: Record, event: Amended) -> Record:
    if step.person.id not in (record.by.person, *record.signers) and not step.holds_any(
        step.kind.publishers, None, None
    ):
        raise Broken("not-a-signer", person=step.person.id)
    if event.amendment != record.amendments + 1:
        raise Broken("record-number", record=record.id, expected=record.amendments + 1)
    return replace(record, amendments=event.amendment)


def _held(step: Step, record: Record, event: Held) -> Record:
    return _hold(step, record, event, held=True)


def _released(step: Step, record: Record, event: Released) -> Record:
    return _hold(step, record, event, held=False)


def _hold(step: Step, record: Record, event: Held | Released, *, held: bool) -> Record:
    del event
    if not step.holds_any(step.kind.publishers, None, None):
        raise Broken("not-publisher", roles=", ".join(step.kind.publishers))
    if record.held is held:
        raise Broken("record-closed", record=record.id)
    return replace(record, held=held)


_HANDLERS: MappingProxyType[type[Any], Callable[[Step, Record, Any], Record]] = MappingProxyType(
    {Countersigned: _countersigned, Amended: _amended, Held: _held, Released: _released},
)
