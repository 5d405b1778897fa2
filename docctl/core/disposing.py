"""Disposing of records: the rules for the proposal and for carrying it out.

The first half belongs to the machine, which sees the form's thread alone: what a proposal says, who approved it, who
carries it out. The second half asks the records and the documents, which the judge has and a projection has not: that
each record is of the form, closed long enough, not held, and not disposed of already. That is asked twice, when a
disposal is proposed and when it is carried out, since a hold or a correction may come between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from hashlib import sha256

from docctl.core import days, retention
from docctl.core.charter import Charter
from docctl.core.events import Disposed, Submitted
from docctl.core.model import Document, Proposal, Signature
from docctl.core.quorum import fulfillable, progress
from docctl.core.records import Disposal, Record
from docctl.core.schedule import ARCHIVE, EVENT, Schedule
from docctl.core.step import Broken, Step, act_of
from docctl.core.submitting import check_base
from docctl.core.values import replace

DISPOSAL = "disposal"
_OTHERS = ("tree", "type", "owner", "languages", "title", "corrects", "expires", "successor", "extends", "units")


def proposed(step: Step, event: Submitted) -> Document:
    """The form with a proposal to dispose of records made from it; a withdrawn form's records can go too."""
    form, kind = step.known, step.kind
    latest = form.latest
    if latest is None:
        raise Broken("document-unknown", document=form.id)
    if not step.holds_any(kind.authors, None, None):
        raise Broken("author-role", roles=", ".join(kind.authors))
    check_base(step, form, event)
    if any(getattr(event, name) is not None for name in _OTHERS):
        raise Broken("kind-fields", kind=event.kind)
    if not event.records or list(event.records) != sorted(set(event.records)):
        raise Broken("disposal-records", document=form.id)
    if event.revision != latest.revision:
        raise Broken("revision-number", revision=event.revision, expected=latest.revision)
    _schedule(step, form, event.effective)
    nobody = fulfillable(kind.workflow(DISPOSAL), step.authority, step.person.id, step.signed.day)
    if nobody is not None:
        raise Broken("workflow-unfulfillable", role=nobody)
    proposal = Proposal(
        by=step.by,
        kind=DISPOSAL,
        revision=event.revision,
        content=event.content,
        tree=None,
        type=kind.name,
        owner=form.owner,
        titles=form.titles,
        base_publication=event.base_publication,
        reason=step.signed.entry.comment,
        effective=event.effective,
        act=act_of(event),
        records=event.records,
    )
    return replace(form, proposal=proposal)


def carried_out(step: Step, event: Disposed) -> Document:
    """The form with the disposal done: after its quorum, by a publisher, exactly as it was approved."""
    proposal = step.open_proposal(event.submission)
    form = step.known
    if proposal.kind != DISPOSAL:
        raise Broken("proposal-kind", document=form.id)
    if event.content != proposal.content:
        raise Broken("approval-other-content", document=form.id)
    if event.records != proposal.records:
        raise Broken("disposal-records", document=form.id)
    if proposal.rejected is not None:
        raise Broken("proposal-rejected", document=form.id)
    if not step.holds_any(step.kind.publishers, None, None):
        raise Broken("not-publisher", roles=", ".join(step.kind.publishers))
    schedule = _schedule(step, form, proposal.effective)
    if schedule.action == ARCHIVE and not event.receiver:
        raise Broken("disposal-receiver", document=form.id)
    if not step.authority.counts(proposal.by, form.reaffirmed):
        raise Broken("submission-unconfirmed", document=form.id)
    reached = progress(form, step.kind.workflow(DISPOSAL), step.authority)
    if not reached.complete:
        missing = ", ".join(f"{count} × {role}" for role, count in reached.missing)
        raise Broken("quorum-missing", document=form.id, missing=missing)
    return replace(form, proposal=None)


def _schedule(step: Step, form: Document, event_day: date | None) -> Schedule:
    """The line for the form's records, which must let them go some day; the day of an event, if it counts from one."""
    schedule = retention.schedule_of(step.authority.charter, form.id, form.type)
    if schedule is None:
        raise Broken("schedule-missing", document=form.id)
    if schedule.years is None:
        raise Broken("retention-permanent", document=form.id, authority=schedule.authority)
    stated = event_day is not None
    if stated != (schedule.trigger == EVENT) or (event_day is not None and event_day > step.signed.day):
        raise Broken("disposal-event", document=form.id)
    return schedule


def digest(records: Iterable[Record]) -> str:
    """What a disposal names as its content: SHA-256 over one sorted line a record, with its digest and corrections."""
    lines = sorted(f"{one.content}  {len(one.amendments)}  {one.id}\n" for one in records)
    return sha256("".join(lines).encode()).hexdigest()


def withdrawn_on(documents: Mapping[str, Document], record: Record, day: date, offset: str) -> date | None:
    """From which day the procedure that a record names, or else its form, is withdrawn; None if it is not on `day`."""
    document = documents.get(record.procedure or record.form)
    gone = document.withdrawn(days.start_of(day, offset) + 86399) if document else None
    return gone.effective if gone else None


def check_records(
    records: Mapping[str, Record],
    documents: Mapping[str, Document],
    charter: Charter,
    form: Document,
    proposal: Proposal,
    by: Signature,
) -> tuple[Record, ...]:
    """The records that a disposal names, if each of them may go on the day of the entry.

    Args:
        records: Every record of the library.
        documents: Every document.
        charter: The one in force.
        form: Whose records they are.
        proposal: What names them.
        by: Who proposes it or carries it out, and when.

    Raises:
        Broken: `record-unknown`, `record-closed`, `record-held`, `disposal-content`,
            `retention-not-begun`, `retention-running`.
    """
    found = []
    for name in proposal.records:
        record = records.get(name)
        if record is None or record.form != form.id:
            raise Broken("record-unknown", record=name)
        if record.disposed is not None:
            raise Broken("record-closed", record=name)
        if record.held is not None:
            raise Broken("record-held", record=name)
        found.append(record)
    if digest(found) != proposal.content:
        raise Broken("disposal-content", document=form.id)
    schedule = retention.schedule_of(charter, form.id, form.type)
    today = days.day_of(by.at, by.offset)
    if schedule is not None:  # without one the machine has refused it
        for record in found:
            gone = withdrawn_on(documents, record, today, by.offset)
            _check_time(record, schedule, gone, proposal.effective, today)
    return tuple(found)


def _check_time(record: Record, schedule: Schedule, withdrawn: date | None, event: date | None, today: date) -> None:
    first = retention.due(record, schedule, withdrawn, event)
    if first is None:
        raise Broken("retention-not-begun", record=record.id, document=record.procedure or record.form)
    if today < first:
        raise Broken("retention-running", record=record.id, day=first - timedelta(days=1), today=today)


def done(record: Record, by: Signature, event: Disposed) -> Record:
    """The record as its disposal leaves it: a mark, with the entry as the last in its thread."""
    disposal = Disposal(by, event.submission, event.method or "", event.receiver or "")
    return replace(record, disposed=disposal, trail=(*record.trail, (by.entry, by.key, by.person)))
