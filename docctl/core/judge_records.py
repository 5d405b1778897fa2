"""The judge's part for records: what needs the tree, or documents and records beside the form's own thread.

A projection holds no records: there the form's entries are judged by what its thread alone can say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docctl.core import disposing, folders, machine, record_machine
from docctl.core.authority import Authority
from docctl.core.commit import Commit
from docctl.core.events import Amended, Reaffirmed, Recorded
from docctl.core.message import Entry
from docctl.core.model import Document, Proposal, Signature, Signed
from docctl.core.records import Record, record_path
from docctl.core.state import Outcome, State
from docctl.core.step import Broken, Step, who


def entered(state: State, authority: Authority, signed: Signed, commit: Commit) -> Outcome:
    """What an entry about one record makes of it."""
    event: Any = signed.entry.event
    form, record = record_machine.apply(state.documents.get(signed.entry.subject), state.records, signed, authority)
    folders.check_tree(commit, recorded_tree(state, event, record))
    if isinstance(event, Recorded | Amended) and folders.at_hand(state, event.tree):
        folders.content_of(state, event)
    return Outcome(signed, document=form, records=(record,))


def vouched(state: State, authority: Authority, signed: Signed, commit: Commit) -> Outcome:
    """An entry about a record is vouched for in the form's own thread."""
    form, record = state.documents[signed.entry.subject], None
    step = Step(form, signed, authority, who(signed, authority))
    record_machine.must_administer(step)
    if state.carried is None:
        record = record_machine.vouched(step, state.records)
        folders.check_tree(commit, state.tree)
    return Outcome(signed, document=machine.entered(form, step), records=(record,) if record else ())


def vouches(state: State, entry: Entry) -> bool:
    """Whether an entry vouches for one about a record, which the form's own thread does not hold."""
    form = state.documents.get(entry.subject)
    if form is None or not isinstance(entry.event, Reaffirmed) or not (form.recorded or state.carried is not None):
        return False
    return all(number != entry.event.entry for number, _, _ in form.trail)


def disposable(
    state: State, authority: Authority, form: Document, proposal: Proposal, by: Signature
) -> tuple[Record, ...]:
    """The records that a disposal names, each of which may go on the day of the entry; none of a projection."""
    if state.carried is not None:
        return ()
    return disposing.check_records(state.records, state.documents, authority.charter, form, proposal, by)


def disposed(state: State, authority: Authority, signed: Signed, commit: Commit) -> Outcome:
    """What carrying out a disposal makes of the form and of its records."""
    event: Any = signed.entry.event
    form = state.documents.get(signed.entry.subject)
    after = machine.apply(form, signed, authority)
    if form is None or form.proposal is None or state.carried is not None:
        return Outcome(signed, document=after)
    by = Signature(signed.entry.sequence, *_signer(authority, signed), signed.at, signed.offset)
    gone = disposable(state, authority, after, form.proposal, by)
    folders.check_tree(commit, disposed_tree(state, gone))
    return Outcome(signed, document=after, records=tuple(disposing.done(one, by, event) for one in gone))


def _signer(authority: Authority, signed: Signed) -> tuple[str, str]:
    """Person and fingerprint of whoever signed, whom the machine has let through."""
    enrolment = authority.keys[signed.key]
    return enrolment.person, enrolment.fingerprint


def check_session(state: State, session: str, document: Document, signed: Signed) -> None:
    """A session's readings are entered by whoever registered its record, or by a publisher."""
    record, authority = state.records.get(session), state.authority
    if record is None or record.disposed is not None or authority is None:
        raise Broken("record-unknown", record=session)
    person = authority.keys[signed.key].person
    publishers = authority.charter.types[document.type].publishers
    held = any(authority.charter.people[person].holds(role, signed.day) for role in publishers)
    if record.by.person != person and not held:
        raise Broken("read-for-others", person=person)


def predicted(state: State, signed: Signed) -> str | None:
    """The root tree that a record, a correction or a disposal must have; as it is where no such record is known."""
    event: Any = signed.entry.event
    if isinstance(event, Recorded):
        return state.shelf.changed(state.tree, record_path(signed.entry.subject, event.record, signed.day), event.tree)
    if isinstance(event, Amended):
        record = state.records.get(event.record)
        return recorded_tree(state, event, record) if record else state.tree
    return disposed_tree(state, (state.records[one] for one in event.records if one in state.records))


def recorded_tree(state: State, event: Any, record: Record) -> str | None:
    """The tree with a record in its place, or with an amendment beside it; None: only the whole tree could say."""
    if state.carried is not None:
        return None
    if isinstance(event, Recorded):
        return state.shelf.changed(state.tree, record.path, event.tree)
    if isinstance(event, Amended):
        return state.shelf.changed(state.tree, record.amended_path(event.amendment), event.tree)
    return state.tree


def disposed_tree(state: State, records: Iterable[Record]) -> str:
    """The tree without the records' folders and those of their corrections."""
    root = state.tree
    for record in records:
        for path in (record.path, *(record.amended_path(one.number) for one in record.amendments)):
            root = state.shelf.changed(root, path, None)
    return root
