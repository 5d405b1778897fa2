"""One function a verb: from what a person asks to the entry that says so.

Each returns a plan, which makes the entry from the state it will be judged on; the machine has the last word. What is
refused here is what no entry could even be made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from docctl.core import content, external, heading, quorum
from docctl.core import tree as trees
from docctl.core.authority import Authority
from docctl.core.charter import RECOVERY
from docctl.core.charter_machine import CHARTER
from docctl.core.events import (
    Approved,
    Cancelled,
    Commented,
    Published,
    Reaffirmed,
    Rejected,
    Rescheduled,
    Submitted,
    Suspended,
)
from docctl.core.model import Act, Document, Proposal, Publication
from docctl.core.records import Record
from docctl.core.state import State
from docctl.errors import Malformed, NotFound, Refused
from docctl.library.book import Draft, Plan
from docctl.library.replaying import MEANS


@dataclass(frozen=True, slots=True)
class Temporary:
    """A temporary amendment: its last day, the units that it is for, and whether it extends the one in force."""

    until: date
    units: tuple[str, ...] = ()
    extends: bool = False


@dataclass(frozen=True, slots=True)
class Behalf:
    """Acting for somebody else: the person, and the order that allows it."""

    person: str
    basis: str | None


def thread(state: State, subject: str) -> Document:
    """The document, or the charter, of that id.

    Raises:
        NotFound: `document-not-found`.
    """
    authority = authority_of(state)
    found = authority.thread if subject == CHARTER else state.documents.get(subject)
    if found is None:
        raise NotFound("document-not-found", document=subject)
    return found


def trailed(state: State, subject: str) -> Document | Record:
    """The document, the charter or the record of that id.

    Raises:
        NotFound: `document-not-found`.
    """
    return state.records.get(subject) or thread(state, subject)


def authority_of(state: State) -> Authority:
    """The authority, which a library with a lawful founding has.

    Raises:
        Refused: `founding-missing`.
    """
    if state.authority is None:
        raise Refused("founding-missing")
    return state.authority


def proposal_of(state: State, subject: str) -> Proposal:
    """The open proposal.

    Raises:
        Refused: `nothing-submitted`.
    """
    found = thread(state, subject).proposal
    if found is None:
        raise Refused("nothing-submitted", document=subject)
    return found


def submit_text(
    files: Mapping[str, bytes],
    reason: str,
    *,
    editorial: bool = False,
    adopted: tuple[int, date, Act | None] | None = None,
    temporary: Temporary | None = None,
) -> Plan:
    """Submit the text in these files as the document that their heading names.

    Args:
        files: The folder of the draft.
        reason: Why, for the revision history.
        editorial: A small correction.
        adopted: Revision, day in force and legal act of a text approved before the library existed.
        temporary: Until when, if it is an amendment for a time.

    Raises:
        Refused: the text or its heading cannot be read (`text-*`, `heading-*`, `field-*`, `yaml-*`, `image-*`).
    """
    found = readable(files)

    def plan(state: State) -> Draft:
        document = state.documents.get(found.id)
        latest = document.latest if document else None
        _check_card(state, found)
        tree = trees.files_tree(files)[0]
        kind = "adoption" if adopted else "editorial" if editorial else "amendment" if temporary else "revision"
        if temporary is None or not temporary.extends:
            _check_changed(state, found.id, tree, kind)
        corrected = document.lasting if document and (editorial or temporary) else None
        event = Submitted(
            kind=kind,
            revision=latest.revision + 1 if latest else 1,
            content=content.digest(files),
            tree=tree,
            type=found.type,
            owner=found.owner,
            languages=found.languages,
            title=found.title,
            base_publication=latest.entry if latest else None,
            base_submission=document.proposal.entry if document and document.proposal else None,
            corrects=corrected.revision if corrected else None,
        )
        event = _adopted(event, *adopted) if adopted else event
        return Draft(found.id, _amending(event, temporary) if temporary else event, reason, files)

    return plan


def _adopted(event: Submitted, revision: int, in_force: date, act: Act | None) -> Submitted:
    """The submission of a text that was approved before the library existed."""
    stated = replace(event, revision=revision, effective=in_force)
    return replace(stated, act_kind=act.kind, act_number=act.number, act_date=act.day) if act else stated


def _amending(event: Submitted, stated: Temporary) -> Submitted:
    """The submission of an amendment for a time; what it extends is the last publication."""
    extends = event.base_publication if stated.extends else None
    return replace(event, expires=stated.until, units=stated.units or None, extends=extends)


def readable(files: Mapping[str, bytes]) -> heading.Heading:
    """The heading of a folder of files.

    Raises:
        Refused: whatever is wrong with names, texts, pictures or heading.
    """
    try:
        return heading.read(files, MEANS.read_yaml)
    except Malformed as error:
        raise Refused(error.code, **error.values) from None


def _check_card(state: State, found: heading.Heading) -> None:
    """The same as every door asks, said without the words around it; of an unknown type they say more."""
    charter = authority_of(state).charter
    kind = charter.types.get(found.type)
    try:
        if kind is not None:
            external.check(found.external, kind, charter.roles)
    except Malformed as error:
        raise Refused(error.code, **error.values) from None


def _check_changed(state: State, subject: str, tree: str, kind: str) -> None:
    """That there is something new to decide on: else the approvals given so far would be lost for nothing."""
    document, authority = state.documents.get(subject), state.authority
    if document is None or authority is None:
        return
    one, latest = document.proposal, document.latest
    if one is not None:
        same = one.rejected is None and (one.kind, one.tree) == (kind, tree)
    else:
        same = latest is not None and not latest.withdraws and latest.proposal.tree == tree
    by = one.by if one is not None else latest.by if latest is not None else None
    # What a doubtful key submitted may be submitted again by somebody else.
    if by is not None and same and authority.counts(by, document.reaffirmed):
        raise Refused("text-unchanged", document=subject, entry=by.entry)


def submit_charter(files: Mapping[str, bytes], reason: str) -> Plan:
    """Propose another charter."""

    def plan(state: State) -> Draft:
        charter = thread(state, CHARTER)
        latest = charter.latest
        event = Submitted(
            kind=CHARTER,
            revision=latest.revision + 1 if latest else 1,
            content=content.digest(files),
            tree=trees.files_tree(files)[0],
            base_publication=latest.entry if latest else None,
            base_submission=charter.proposal.entry if charter.proposal else None,
        )
        return Draft(CHARTER, event, reason, files)

    return plan


def withdraw(subject: str, reason: str, successor: str | None) -> Plan:
    """Propose to withdraw a document."""

    def plan(state: State) -> Draft:
        document = thread(state, subject)
        latest = document.latest
        if latest is None:
            raise Refused("not-in-force", document=subject, revision="-")
        event = Submitted(
            kind="withdrawal",
            revision=latest.revision,
            content=latest.proposal.content,
            base_publication=latest.entry,
            base_submission=document.proposal.entry if document.proposal else None,
            successor=successor,
        )
        return Draft(subject, event, reason)

    return plan


def approve(
    subject: str, key: str, *, revision: int | None, comment: str, behalf: Behalf | None, body: str | None
) -> Plan:
    """Approve what is open, in the role that is asked for next and that the signer holds."""

    def plan(state: State) -> Draft:
        proposal = proposal_of(state, subject)
        if revision is not None and revision != proposal.revision:
            raise Refused("revision-not-open", document=subject, revision=revision, open=proposal.revision)
        role, last = _role(state, subject, key, behalf)
        event = Approved(
            submission=proposal.entry,
            revision=proposal.revision,
            content=proposal.content,
            role=role,
            meaning="approved" if last else "agreed",
            body=body,
            acting_for=behalf.person if behalf else None,
            basis=behalf.basis if behalf else None,
        )
        return Draft(subject, event, comment)

    return plan


def reject(subject: str, key: str, *, reason: str, behalf: Behalf | None) -> Plan:
    """Refuse what is open, with the reason."""

    def plan(state: State) -> Draft:
        proposal = proposal_of(state, subject)
        role, _ = _role(state, subject, key, behalf, wide=True)
        event = Rejected(
            submission=proposal.entry,
            revision=proposal.revision,
            content=proposal.content,
            role=role,
            acting_for=behalf.person if behalf else None,
            basis=behalf.basis if behalf else None,
        )
        return Draft(subject, event, reason)

    return plan


def _role(state: State, subject: str, key: str, behalf: Behalf | None, *, wide: bool = False) -> tuple[str, bool]:
    """The role to sign in, and whether its step is the last; the first one asked for if the signer holds none.

    The machine then says what is missing, so that the reasons of all doors are the same.
    """
    authority = authority_of(state)
    if subject == CHARTER:
        return authority.charter.administrators[0], True
    document = thread(state, subject)
    kind = authority.charter.types[document.type]
    steps = kind.workflow(document.proposal.kind if document.proposal else "")
    reached = quorum.progress(document, steps, authority)
    now = [role for role, _ in reached.missing]
    further = [role for step in steps for role, _ in step if role not in now]
    enrolment = authority.keys.get(key)
    holder = authority.charter.people.get(behalf.person if behalf else enrolment.person if enrolment else "")
    held = {one.role for one in holder.roles} if holder else set()
    asked = [*now, *further]
    role = next((role for role in (asked if wide else now) if role in held), None)
    role = role or next((role for role in further if role in held), (asked or ["-"])[0])
    return role, any(name == role for name, _ in steps[-1])


def comment(subject: str, text: str, paragraph: str | None) -> Plan:
    """Remark on the open proposal, or else on the last publication."""

    def plan(state: State) -> Draft:
        document = thread(state, subject)
        latest = document.latest
        if document.proposal is not None:
            return Draft(subject, Commented(submission=document.proposal.entry, paragraph=paragraph), text)
        return Draft(subject, Commented(publication=latest.entry if latest else None, paragraph=paragraph), text)

    return plan


def cancel(subject: str, reason: str) -> Plan:
    """Take a proposal back."""
    return lambda state: Draft(subject, Cancelled(submission=proposal_of(state, subject).entry), reason)


def publish(
    subject: str, *, effective: date | None, today: date, act: Act | None, comment: str, behalf: Behalf | None
) -> Plan:
    """Put an approved proposal in force from a day."""

    def plan(state: State) -> Draft:
        proposal = proposal_of(state, subject)
        event = Published(
            submission=proposal.entry,
            revision=proposal.revision,
            content=proposal.content,
            effective=effective or proposal.effective or today,
            act_kind=act.kind if act else None,
            act_number=act.number if act else None,
            act_date=act.day if act else None,
            acting_for=behalf.person if behalf else None,
            basis=behalf.basis if behalf else None,
        )
        return Draft(subject, event, comment)

    return plan


def reschedule(subject: str, *, effective: date, reason: str) -> Plan:
    """Move the day of a publication that has not taken effect."""

    def plan(state: State) -> Draft:
        latest = _latest(state, subject)
        return Draft(
            subject, Rescheduled(publication=latest.entry, revision=latest.revision, effective=effective), reason
        )

    return plan


def _latest(state: State, subject: str) -> Publication:
    latest = thread(state, subject).latest
    if latest is None:
        raise Refused("not-pending", document=subject, revision="-")
    return latest


def suspend(mark: str, reason: str) -> Plan:
    """Disable a key at once."""
    return lambda _: Draft(CHARTER, Suspended(key=mark), reason)


def reaffirm(entry: int, reason: str) -> Plan:
    """Vouch for an entry of a compromised key."""

    def plan(state: State) -> Draft:
        threads: list[Document | Record] = [authority_of(state).thread, *state.documents.values()]
        threads += state.records.values()
        found = next((one for one in threads if any(number == entry for number, _, _ in one.trail)), None)
        if found is None:
            raise Refused("entry-unknown", entry=entry)
        return Draft(found.form if isinstance(found, Record) else found.id, Reaffirmed(entry=entry), reason)

    return plan


def signer_name(state: State, person: str) -> str:
    """A person's name, or the recovery key's."""
    if person == RECOVERY:
        return RECOVERY
    found = authority_of(state).charter.people.get(person)
    return found.name if found else person
