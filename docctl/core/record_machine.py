"""The machine for records: the form they are made from, the record, and one entry in; both as they then are out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from docctl.core.authority import Authority
from docctl.core.events import Amended, Countersigned, Held, Recorded, Released
from docctl.core.machine import check_reaffirmation
from docctl.core.model import Document, Signed
from docctl.core.records import Amendment, Countersignature, Hold, Record
from docctl.core.step import Broken, Step, who
from docctl.core.values import replace

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
        form, record = _recorded(step, event)
    else:
        if record is None or record.form != form.id:
            raise Broken("record-unknown", record=event.record)
        if record.disposed is not None:
            raise Broken("record-closed", record=record.id)
        record = _HANDLERS[type(event)](step, record, event)
    # Not in the form's own thread: a form may have a hundred thousand records, and a copy of it carries its thread.
    trail = (signed.entry.sequence, step.by.key, person.id)
    return form, replace(record, trail=(*record.trail, trail))


def _recorded(step: Step, event: Recorded) -> tuple[Document, Record]:
    form = step.known
    publication = step.publication(event.form_publication, event.form_revision)
    if form.in_force(step.signed.at) is not publication:
        raise Broken("form-not-in-force", document=form.id, revision=event.form_revision)
    roles = step.kind.recorders or tuple(sorted(step.authority.charter.roles))
    if not step.holds_any(roles, event.acting_for, event.basis):
        raise Broken("recorder-role", roles=", ".join(step.kind.recorders))
    year = step.signed.day.year
    number = dict(form.recorded).get(year, 0) + 1
    if event.record != f"{form.id}-{year:04}-{number:04}":
        raise Broken("record-number", record=event.record, expected=f"{form.id}-{year:04}-{number:04}")
    unknown = [person for person in event.signers or () if person not in step.authority.charter.people]
    if unknown:
        raise Broken("person-unknown", person=unknown[0])
    if event.closed is not None and event.closed > step.signed.day:
        raise Broken("record-closing", day=event.closed, today=step.signed.day)
    record = Record(
        id=event.record,
        form=form.id,
        by=step.by,
        publication=publication.entry,
        revision=publication.revision,
        content=event.content,
        tree=event.tree,
        title=event.title or "",
        procedure=event.procedure or "",
        procedure_revision=event.procedure_revision,
        sealed=event.sealed or "",
        access=event.access or "",
        closed=event.closed,
        signers=event.signers or (),
    )
    counts = tuple(sorted({**dict(form.recorded), year: number}.items()))
    return replace(form, recorded=counts), record


def _countersigned(step: Step, record: Record, event: Countersigned) -> Record:
    # A deputy signs for whom the record names, in whatever role the deputising is for.
    roles = tuple(sorted(step.authority.charter.roles))
    deputising = event.acting_for is not None or event.basis is not None
    if deputising and not step.holds_any(roles, event.acting_for, event.basis):
        raise Broken("deputy-without-basis", person=event.acting_for or step.person.id)
    if (event.acting_for or step.person.id) not in record.missing:
        raise Broken("not-a-signer", person=event.acting_for or step.person.id)
    if event.content != record.content:
        raise Broken("approval-other-content", document=record.id)
    one = Countersignature(step.by, event.meaning or "", event.acting_for or "")
    return replace(record, signed=(*record.signed, one))


def _amended(step: Step, record: Record, event: Amended) -> Record:
    named = step.person.id in (record.by.person, *record.signers)
    if not named and not step.holds_any(step.kind.publishers, event.acting_for, event.basis):
        raise Broken("not-a-signer", person=step.person.id)
    number = len(record.amendments) + 1
    if event.amendment != number:
        raise Broken("record-number", record=record.id, expected=number)
    if bool(event.sealed) != bool(record.sealed):
        raise Broken("record-sealed", record=record.id)
    one = Amendment(step.by, number, event.content, event.tree, step.signed.entry.comment, event.sealed or "")
    return replace(record, amendments=(*record.amendments, one))


def _held(step: Step, record: Record, event: Held) -> Record:
    _must_publish(step)
    if record.held is not None:
        raise Broken("record-held", record=record.id)
    return replace(record, held=Hold(step.by, step.signed.entry.comment, event.basis or ""))


def _released(step: Step, record: Record, event: Released) -> Record:
    del event
    _must_publish(step)
    if record.held is None:
        raise Broken("record-not-held", record=record.id)
    ended = replace(record.held, released=step.by, why=step.signed.entry.comment)
    return replace(record, held=None, holds=(*record.holds, ended))


def vouched(step: Step, records: Mapping[str, Record]) -> Record:
    """The record with an entry about it vouched for."""
    event: Any = step.signed.entry.event
    for record in records.values():
        if record.form == step.known.id and any(entry == event.entry for entry, _, _ in record.trail):
            check_reaffirmation(step, record, event)
            return replace(record, reaffirmed=record.reaffirmed | {event.entry})
    raise Broken("entry-unknown", entry=event.entry)


def must_administer(step: Step) -> None:
    """Only an administrator vouches; asked first, since all records are gone through then."""
    if not step.person.holds(step.authority.charter.administrators[0], step.signed.day):
        raise Broken("not-administrator", person=step.person.id)


def _must_publish(step: Step) -> None:
    if not step.holds_any(step.kind.publishers, None, None):
        raise Broken("not-publisher", roles=", ".join(step.kind.publishers))


_HANDLERS: MappingProxyType[type[Any], Callable[[Step, Record, Any], Record]] = MappingProxyType(
    {Countersigned: _countersigned, Amended: _amended, Held: _held, Released: _released},
)
