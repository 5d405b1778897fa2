"""Retention in use: legal holds, what is past due, and disposing of it.

Each acting function gives a plan or enters one entry; approving and rejecting a disposal is as for any proposal, with
the form as subject. Who keeps sealed records hands in `Keys`, so that their keys are destroyed with the disposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from docctl import catalogues
from docctl.core import days, disposing, retention
from docctl.core.charter import chosen
from docctl.core.events import Disposed, Held, Released, Submitted
from docctl.core.model import Act, Document, Signed
from docctl.core.ports import Signer
from docctl.core.records import Record
from docctl.core.schedule import EVENT, Schedule
from docctl.core.state import State
from docctl.core.values import replace
from docctl.errors import NotFound, Refused
from docctl.library.book import Draft, Plan
from docctl.library.deciding import authority_of, proposal_of, thread
from docctl.library.library import Library

_NOW = timedelta()
METHODS = ("erased", "shredded", "burned", "handed-over")


class Keys(Protocol):
    """The keys of sealed records, wherever they are kept."""

    def count(self, records: tuple[str, ...]) -> int:
        """How many keys there are for these records: what the entry will say was destroyed."""

    def destroy(self, records: tuple[str, ...]) -> None:
        """Destroy them; called once the disposal is entered."""


@dataclass(frozen=True, slots=True)
class PastDue:
    """A record whose retention is over.

    Attributes:
        closed: The day on which it closed.
        since: The first day on which it may be disposed of.
        held: Why it is under a legal hold, "" if it is not; `basis` of the hold.
        proposed: Whether an open proposal would dispose of it.
    """

    record: str
    title: str
    closed: date
    since: date
    held: str = ""
    basis: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class FormDue:
    """What is past due of one form, by its line of the schedule."""

    form: str
    title: str
    schedule: Schedule
    records: tuple[PastDue, ...]


@dataclass(frozen=True, slots=True)
class DocumentDue:
    """A withdrawn document whose own years are over: information, since no document is ever taken out of the ledger."""

    document: str
    title: str
    withdrawn: date
    since: date


@dataclass(frozen=True, slots=True)
class Overview:
    """What is past due on a day.

    Attributes:
        unscheduled: Forms that have records and no line in the schedule.
        awaiting: Forms whose records count from an event, whose day only a proposal can state.
    """

    day: date
    forms: tuple[FormDue, ...]
    documents: tuple[DocumentDue, ...]
    unscheduled: tuple[str, ...]
    awaiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One line of the schedule, with the title of its form or type."""

    schedule: Schedule
    title: str


def hold(record: str, reason: str, basis: str | None) -> Plan:
    """Put a legal hold on a record: it is not disposed of until that is released."""
    return lambda state: Draft(record_of(state, record).form, Held(record=record, basis=basis), reason)


def release(record: str, reason: str) -> Plan:
    """End a legal hold."""
    return lambda state: Draft(record_of(state, record).form, Released(record=record), reason)


def record_of(state: State, record: str) -> Record:
    """The record of that id.

    Raises:
        NotFound: `record-unknown`.
    """
    found = state.records.get(record)
    if found is None:
        raise NotFound("record-unknown", record=record)
    return found


# -- what is past due --------------------------------------------------------------------------------------------------


def schedule(library: Library, language: str) -> tuple[ScheduleRow, ...]:
    """The schedule in force, as the charter has it."""
    charter, documents = library.charter, library.book.state.documents
    rows = []
    for line in charter.retention:
        kind, document = charter.types.get(line.of), documents.get(line.of)
        titles = kind.titles if kind else document.titles if document else ()
        rows.append(ScheduleRow(line, chosen(titles, language) if titles else ""))
    return tuple(rows)


def period(line: Schedule, language: str) -> str:
    """How long a line keeps records, and from when: `5 years from closing`."""
    if line.years is None:
        return catalogues.say("retained-permanently", language)
    kept = catalogues.say("retained-year" if line.years == 1 else "retained-years", language, years=line.years)
    return catalogues.say(f"retained-{line.trigger}", language, kept=kept)


def overview(library: Library, language: str, as_of: date | None = None, ahead: timedelta = _NOW) -> Overview:
    """What is past due today, or on another day as far as it is known now; with what will be in the time ahead of it.

    A day to come is asked as if nothing further happened until then.
    """
    state, day = library.book.state, as_of or library.today()
    by_form: dict[str, list[Record]] = {}
    for record in state.records.values():
        known = _as_of(record, day)
        if known is not None:
            by_form.setdefault(record.form, []).append(known)
    forms, unscheduled, awaiting = [], [], []
    for name in sorted(by_form):
        form = state.documents[name]
        line = retention.schedule_of(library.charter, name, form.type)
        if line is None:
            unscheduled.append(name)
        elif line.trigger == EVENT and line.years is not None:
            awaiting.append(name)
        elif found := tuple(_past_due(state, form, line, by_form[name], day, day + ahead)):
            forms.append(FormDue(name, chosen(form.titles, language), line, found))
    return Overview(day, tuple(forms), tuple(_documents(state, day, language)), tuple(unscheduled), tuple(awaiting))


def _as_of(record: Record, day: date) -> Record | None:
    """The record as it stood at the end of a day; None if it was not there yet, or not any more."""
    gone = record.disposed
    if record.day > day or (gone is not None and days.day_of(gone.by.at, gone.by.offset) <= day):
        return None
    amended = tuple(one for one in record.amendments if days.day_of(one.by.at, one.by.offset) <= day)
    signed = tuple(one for one in record.signed if days.day_of(one.by.at, one.by.offset) <= day)
    known = (*record.holds, record.held) if record.held else record.holds
    held = next((one for one in known if one.stood(day)), None)
    return replace(record, amendments=amended, signed=signed, held=held)


def _past_due(
    state: State, form: Document, line: Schedule, records: Iterable[Record], day: date, until: date
) -> Iterator[PastDue]:
    named = form.proposal.records if form.proposal else ()
    for record in sorted(records, key=lambda one: one.id):
        since = _due(state, record, line, day, None)
        if since is not None and since <= until:
            held = record.held
            yield PastDue(
                record=record.id,
                title=record.title,
                closed=retention.closed_on(record),
                since=since,
                held=held.reason if held else "",
                basis=held.basis if held else "",
                proposed=record.id in named,
            )


def _due(state: State, record: Record, line: Schedule, day: date, event: date | None) -> date | None:
    offset = authority_of(state).charter.offsets[0]
    return retention.due(record, line, disposing.withdrawn_on(state.documents, record, day, offset), event)


def _documents(state: State, day: date, language: str) -> Iterator[DocumentDue]:
    """Withdrawn documents whose type states years, which are over."""
    charter = authority_of(state).charter
    end = days.start_of(day, charter.offsets[0]) + 86399
    for name in sorted(state.documents):
        document = state.documents[name]
        kind, gone = charter.types.get(document.type), document.withdrawn(end)
        if kind is None or gone is None or kind.retention_years is None:
            continue
        since = days.months_later(gone.effective, 12 * kind.retention_years) + timedelta(days=1)
        if since <= day:
            yield DocumentDue(name, chosen(document.titles, language), gone.effective, since)


# -- disposing ---------------------------------------------------------------------------------------------------------


def select(library: Library, form: str, until: date) -> tuple[str, ...]:
    """The records of a form whose retention was over on a day, but for those under a legal hold.

    Raises:
        NotFound: `document-not-found`.
        Refused: `schedule-missing`; `nothing-due`: no such record.
    """
    thread(library.book.state, form)
    found = overview(library, library.charter.languages[0], max(until, library.today()))
    if form in found.unscheduled:
        raise Refused("schedule-missing", document=form)
    lines = [one for due in found.forms if due.form == form for one in due.records]
    names = tuple(one.record for one in lines if one.since <= until and not one.held)
    if not names:
        raise Refused("nothing-due", document=form, day=until)
    return names


def propose(records: Iterable[str], reason: str, *, event: date | None = None, act: Act | None = None) -> Plan:
    """Propose to dispose of records of one form.

    Args:
        records: Their ids.
        reason: Why.
        event: Day of the event, where the schedule counts from one.
        act: The expert commission's act, if there is one.

    Raises:
        NotFound: `record-unknown`.
        Refused: `records-of-forms`: of more than one form.
    """
    names = tuple(sorted(set(records)))

    def plan(state: State) -> Draft:
        found = [record_of(state, name) for name in names]
        forms = sorted({one.form for one in found})
        if len(forms) != 1:
            raise Refused("records-of-forms", forms=", ".join(forms) or "—")
        form = thread(state, forms[0])
        latest = form.latest
        stated = Submitted(
            kind=disposing.DISPOSAL,
            revision=latest.revision if latest else 1,
            content=disposing.digest(found),
            base_publication=latest.entry if latest else None,
            base_submission=form.proposal.entry if form.proposal else None,
            effective=event,
            act_kind=act.kind if act else None,
            act_number=act.number if act else None,
            act_date=act.day if act else None,
            records=names,
        )
        return Draft(form.id, stated, reason)

    return plan


def carry_out(  # noqa: PLR0913  (how it was done, by name)
    library: Library,
    form: str,
    signer: Signer,
    *,
    method: str | None = None,
    receiver: str | None = None,
    comment: str = "",
    keys: Keys | None = None,
) -> Signed:
    """Carry an approved disposal out: one entry, then the keys of sealed records are destroyed.

    Args:
        library: The library.
        form: Whose records go.
        signer: A publisher.
        method: How, a word of `METHODS` or another; `handed-over` where a receiver is named, else `erased`.
        receiver: The archive that took them.
        comment: Anything to add.
        keys: What keeps the keys of sealed records; None where there are none.

    Raises:
        Refused: the code of the rule that forbids it; nothing was written, and no key destroyed.
    """
    gone: list[tuple[str, ...]] = []

    def plan(state: State) -> Draft:
        proposal = proposal_of(state, form)
        gone[:] = [proposal.records]
        if not proposal.of_records:
            raise Refused("proposal-kind", document=form)
        count = keys.count(proposal.records) if keys else 0
        event = Disposed(
            submission=proposal.entry,
            content=proposal.content,
            records=proposal.records,
            method=method or ("handed-over" if receiver else "erased"),
            keys=count or None,
            receiver=receiver,
        )
        return Draft(form, event, comment)

    signed = library.enter(signer, plan)
    if keys is not None:
        keys.destroy(gone[0])
    return signed
