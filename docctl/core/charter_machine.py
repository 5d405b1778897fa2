"""The machine for the charter's own entries: the authority and one entry in, the authority as it then is out.

The same fold as for documents, with another quorum: the author counts, and a change of who decides needs enough of the
old administrators and enough of the new. The recovery key can do one thing: give one administrator a new key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from docctl.core.amend import can_go_on, objection, only_replaces_a_key
from docctl.core.authority import (
    Authority,
    Enrolment,
    administrators,
    deciders,
    doubtful,
    enrol,
    fingerprint,
    quorum,
)
from docctl.core.charter import RECOVERY, Charter, Person
from docctl.core.events import (
    Approved,
    Cancelled,
    Commented,
    Founded,
    Published,
    Reaffirmed,
    Rejected,
    Submitted,
    Suspended,
)
from docctl.core.machine import check_reaffirmation
from docctl.core.model import Approval, Document, Proposal, Publication, Signature, Signed
from docctl.core.step import Broken, Step, who

CHARTER = "charter"


def found(signed: Signed, library: str, charter: Charter) -> Authority:
    """The first authority.

    Raises:
        Broken: `founding-missing`, `founding-one-person`, `signer-*`, `charter-last-administrator`.
    """
    event = signed.entry.event
    if not isinstance(event, Founded) or signed.entry.subject != CHARTER:
        raise Broken("founding-missing")
    if len(charter.people) != 1:
        raise Broken("founding-one-person")
    keys, compromised = enrol(charter, {}, 0, ())
    if compromised:
        raise Broken("charter-compromised-since")
    (founder,) = charter.people.values()
    mark = fingerprint(signed.key)
    by = Signature(0, founder.id, mark, signed.at, signed.offset)
    thread = Document(CHARTER, last=0, trail=((0, mark, founder.id),))
    recoveries, note_keys = frozenset((charter.recovery.public,)), _note_keys(charter)
    authority = Authority(library, charter, thread, keys, recoveries=recoveries, note_keys=note_keys)
    who(signed, authority)
    if founder.id not in administrators(charter, signed.day) or not can_go_on(authority, charter, signed.day):
        raise Broken("charter-last-administrator")
    proposal = Proposal(by, CHARTER, 1, event.content, event.tree, CHARTER, "", (), None, "", charter=charter)
    return replace(authority, thread=replace(thread, publications=(_publication(by, proposal, signed),)))


def apply(authority: Authority, signed: Signed) -> Authority:
    """The authority after one entry of the charter's thread.

    Raises:
        Broken: with the rule that forbids the entry.
    """
    by = signature(authority, signed)
    handler = _HANDLERS.get(type(signed.entry.event))
    if handler is None:
        again = isinstance(signed.entry.event, Founded)
        raise Broken("founding-again" if again else "kind-not-supported", kind=CHARTER)
    after = handler(authority, signed, by)
    trail = (by.entry, by.key, by.person)
    thread = replace(after.thread, last=by.entry, trail=(*after.thread.trail, trail))
    return replace(after, thread=thread)


def signature(authority: Authority, signed: Signed) -> Signature:
    """Who signed: by the charter in force, by the one proposed (to approve it), or the recovery key.

    Raises:
        Broken: `signer-*`.
    """
    entry, event = signed.entry.sequence, signed.entry.event
    if authority.is_recovery(signed) and isinstance(event, Submitted | Published | Cancelled):
        return Signature(entry, RECOVERY, fingerprint(signed.key), signed.at, signed.offset)
    person = authority.signer(signed)
    if isinstance(person, str):
        # Not a key that is suspended or revoked: being named again does not give it back.
        may = isinstance(event, Approved) and person in ("signer-unknown", "signer-left")
        proposed = _named_in_proposal(authority, signed) if may else None
        if proposed is None:
            raise Broken(person, name=signed.name)
        person = proposed
    return Signature(entry, person.id, fingerprint(signed.key), signed.at, signed.offset)


def _named_in_proposal(authority: Authority, signed: Signed) -> Person | None:
    """The administrator under the proposed charter whose key signed."""
    proposal = authority.thread.proposal
    if proposal is None or proposal.charter is None:
        return None
    charter = proposal.charter
    for name in administrators(charter, signed.day):
        person = charter.people[name]
        if (person.name, person.email) == (signed.name, signed.email) and _names(person, signed.key):
            return person
    return None


def _names(person: Person, key: str) -> bool:
    return any(line.public == key and not line.revoked and line.compromised_since is None for line in person.keys)


def _submitted(authority: Authority, signed: Signed, by: Signature) -> Authority:
    event, thread = signed.entry.event, authority.thread
    new = signed.charter
    if not isinstance(event, Submitted) or event.kind != CHARTER or new is None or event.tree is None:
        raise Broken("kind-fields", kind=CHARTER)
    used = {"kind", "revision", "content", "tree", "base_publication", "base_submission"}
    if any(getattr(event, one.name) is not None for one in fields(event) if one.name not in used):
        raise Broken("kind-fields", kind=CHARTER)
    must_administer(authority, signed, by)
    latest, open_one = thread.latest, thread.proposal
    if open_one is not None and by.person not in (open_one.by.person, RECOVERY):
        raise Broken("proposal-of-another", person=open_one.by.person, document=CHARTER)
    base = (latest.entry if latest else None, open_one.entry if open_one else None)
    if base != (event.base_publication, event.base_submission):
        raise Broken("base-stale", document=CHARTER)
    expected = latest.revision + 1 if latest else 1
    if event.revision != expected:
        raise Broken("revision-number", revision=event.revision, expected=expected)
    _check_new(authority, signed, new, by)
    proposal = Proposal(
        by=by,
        kind=CHARTER,
        revision=event.revision,
        content=event.content,
        tree=event.tree,
        type=CHARTER,
        owner="",
        titles=(),
        base_publication=event.base_publication,
        reason=signed.entry.comment,
        charter=new,
    )
    return replace(authority, thread=replace(thread, proposal=proposal))


def _check_new(authority: Authority, signed: Signed, new: Charter, by: Signature) -> None:
    problem = objection(authority, new, signed.entry.sequence, signed.day)
    if problem is not None:
        raise Broken(problem)
    if by.person == RECOVERY and not only_replaces_a_key(authority.charter, new, signed.day):
        raise Broken("recovery-only-replaces")
    if any(key.public in authority.recoveries for person in new.people.values() for key in person.keys):
        raise Broken("charter-key-reused")


def must_administer(authority: Authority, signed: Signed, by: Signature) -> None:
    """Only an administrator, or the recovery key, whose limits are its own rule.

    Raises:
        Broken: `not-administrator`.
    """
    if by.person == RECOVERY:
        return
    if by.person not in administrators(authority.charter, signed.day):
        raise Broken("not-administrator", person=by.person)


def _bound(authority: Authority, event: Approved | Rejected | Published) -> Proposal:
    proposal = _open(authority, event.submission)
    if (event.revision, event.content) != (proposal.revision, proposal.content):
        raise Broken("approval-other-content", document=CHARTER)
    if proposal.rejected is not None:
        raise Broken("proposal-rejected", document=CHARTER)
    return proposal


def _open(authority: Authority, submission: int) -> Proposal:
    proposal = authority.thread.proposal
    if proposal is None:
        raise Broken("nothing-submitted", document=CHARTER)
    if proposal.entry != submission:
        raise Broken("approval-stale", named=submission, open=proposal.entry)
    return proposal


def _approved(authority: Authority, signed: Signed, by: Signature) -> Authority:
    event = signed.entry.event
    assert isinstance(event, Approved)  # noqa: S101  (the table below says so)
    proposal = _bound(authority, event)
    if event.acting_for is not None or event.role != authority.charter.administrators[0]:
        raise Broken("role-not-asked", role=event.role)
    old, new = sides(authority, proposal, signed)
    if by.person not in old | new:
        raise Broken("not-administrator", person=by.person)
    counted_old, counted_new = counted(authority, proposal, old, new)
    mine_old = by.person in old and signed.key in authority.keys
    mine_new = by.person in new and _names(_people(proposal)[by.person], signed.key)
    if not (mine_old and by.person not in counted_old) and not (mine_new and by.person not in counted_new):
        raise Broken("approved-already", person=by.person)
    approval = Approval(by, event.role, event.meaning, None, None, event.body)
    changed = replace(proposal, approvals=(*proposal.approvals, approval))
    return replace(authority, thread=replace(authority.thread, proposal=changed))


def _people(proposal: Proposal) -> dict[str, Person]:
    return dict(proposal.charter.people) if proposal.charter else {}


def sides(authority: Authority, proposal: Proposal, signed: Signed) -> tuple[frozenset[str], frozenset[str]]:
    """The administrators under the charter in force, and under the proposed one."""
    old = administrators(authority.charter, signed.day)
    new = administrators(proposal.charter, signed.day) if proposal.charter else frozenset[str]()
    return old, new


def counted(
    authority: Authority,
    proposal: Proposal,
    old: frozenset[str],
    new: frozenset[str],
) -> tuple[frozenset[str], frozenset[str]]:
    """The people whose signatures count for the old quorum and for the new; the author's submission counts."""
    signatures = [proposal.by, *(approval.by for approval in proposal.approvals)]
    sound = [by for by in signatures if authority.counts(by, authority.thread.reaffirmed)]
    lines = {enrolment.fingerprint for enrolment in authority.keys.values()}
    people = _people(proposal)
    fresh = {
        name: {fingerprint(k.public) for k in people[name].keys if not k.revoked and k.compromised_since is None}
        for name in new
    }
    return (
        frozenset(by.person for by in sound if by.person in old and by.key in lines),
        frozenset(by.person for by in sound if by.key in fresh.get(by.person, ())),
    )


def missing(authority: Authority, proposal: Proposal, signed: Signed) -> tuple[int, int]:
    """How many old and how many new administrators must still agree."""
    charter = proposal.charter
    if charter is None:
        return 0, 0
    old, new = sides(authority, proposal, signed)
    counted_old, counted_new = counted(authority, proposal, old, new)
    changes = deciders(authority.charter, signed.day) != deciders(charter, signed.day)
    return (
        max(0, quorum(authority.charter, signed.day) - len(counted_old)),
        max(0, quorum(charter, signed.day) - len(counted_new)) if changes else 0,
    )


def _rejected(authority: Authority, signed: Signed, by: Signature) -> Authority:
    event = signed.entry.event
    assert isinstance(event, Rejected)  # noqa: S101
    proposal = _bound(authority, event)
    must_administer(authority, signed, by)
    if event.acting_for is not None or event.role != authority.charter.administrators[0]:
        raise Broken("role-not-asked", role=event.role)
    if by.person == proposal.by.person:
        raise Broken("author-approves", person=by.person)
    return replace(authority, thread=replace(authority.thread, proposal=replace(proposal, rejected=by)))


def _commented(authority: Authority, signed: Signed, by: Signature) -> Authority:
    event = signed.entry.event
    assert isinstance(event, Commented)  # noqa: S101
    del by
    if event.submission is None:
        raise Broken("nothing-submitted", document=CHARTER)
    _open(authority, event.submission)
    return authority


def _cancelled(authority: Authority, signed: Signed, by: Signature) -> Authority:
    event = signed.entry.event
    assert isinstance(event, Cancelled)  # noqa: S101
    proposal = _open(authority, event.submission)
    if by.person != proposal.by.person:
        must_administer(authority, signed, by)
    return replace(authority, thread=replace(authority.thread, proposal=None))


def _published(authority: Authority, signed: Signed, by: Signature) -> Authority:
    event = signed.entry.event
    assert isinstance(event, Published)  # noqa: S101
    proposal = _bound(authority, event)
    charter = proposal.charter
    if charter is None or event.acting_for is not None:
        raise Broken("kind-fields", kind=CHARTER)
    if event.effective != signed.day:
        raise Broken("effective-past", day=event.effective, today=signed.day)
    if by.person == RECOVERY:
        if proposal.by.person != RECOVERY:
            raise Broken("recovery-only-replaces")
    else:
        must_administer(authority, signed, by)
        if not authority.counts(proposal.by, authority.thread.reaffirmed):
            raise Broken("submission-unconfirmed", document=CHARTER)
    old, new = (0, 0) if proposal.by.person == RECOVERY else missing(authority, proposal, signed)
    if old or new:
        raise Broken("quorum-missing", document=CHARTER, missing=f"{old} + {new}")
    after = _in_effect(authority, signed, by, proposal, charter)
    # A suspension may have come between the proposal and now, or the charter itself declares a compromise.
    if not any(after.has_usable_key(charter.people[name]) for name in administrators(charter, signed.day)):
        raise Broken("charter-last-administrator")
    return after


def _in_effect(authority: Authority, signed: Signed, by: Signature, proposal: Proposal, charter: Charter) -> Authority:
    roots = tuple((s.entry, s.key) for s in (by, proposal.by, *(a.by for a in proposal.approvals)))
    keys, compromised = enrol(charter, authority.keys, by.entry, roots)
    # What was found out about a recovery key that is no longer listed stays known.
    former = {fingerprint(line) for line in authority.recoveries}
    compromised |= {mark: since for mark, since in authority.compromised.items() if mark in former}
    publications = (*authority.thread.publications, _publication(by, proposal, signed))
    return replace(
        authority,
        charter=charter,
        keys=keys,
        compromised=compromised,
        doubtful=doubtful(keys, compromised, authority.thread.reaffirmed),
        recoveries=authority.recoveries | {charter.recovery.public},
        note_keys=authority.note_keys | _note_keys(charter),
        thread=replace(authority.thread, proposal=None, publications=publications),
    )


def _note_keys(charter: Charter) -> frozenset[str]:
    return frozenset((charter.note_key,)) if charter.note_key else frozenset()


def _publication(by: Signature, proposal: Proposal, signed: Signed) -> Publication:
    # The old charters stay in the ledger; keeping them here too would make the state grow with their square.
    return Publication(by, replace(proposal, charter=None), signed.day, signed.at, None)


def _suspended(authority: Authority, signed: Signed, by: Signature) -> Authority:
    event = signed.entry.event
    assert isinstance(event, Suspended)  # noqa: S101
    found: Enrolment | None = next((k for k in authority.keys.values() if k.fingerprint == event.key), None)
    if found is None:
        raise Broken("key-unknown", key=event.key)
    if event.key in authority.suspended or found.line.revoked:
        raise Broken("suspended-already", key=event.key)
    if by.person != found.person and by.person not in administrators(authority.charter, signed.day):
        raise Broken("suspension-not-allowed", person=by.person)
    return replace(authority, suspended=authority.suspended | {event.key})


def _reaffirmed(authority: Authority, signed: Signed, by: Signature) -> Authority:
    event = signed.entry.event
    assert isinstance(event, Reaffirmed)  # noqa: S101
    person = authority.charter.people[by.person]
    check_reaffirmation(Step(authority.thread, signed, authority, person), authority.thread, event)
    vouched = authority.thread.reaffirmed | {event.entry}
    return replace(
        authority,
        doubtful=doubtful(authority.keys, authority.compromised, vouched),
        thread=replace(authority.thread, reaffirmed=vouched),
    )


_HANDLERS: MappingProxyType[type[Any], Callable[[Authority, Signed, Signature], Authority]] = MappingProxyType(
    {
        Submitted: _submitted,
        Approved: _approved,
        Rejected: _rejected,
        Commented: _commented,
        Cancelled: _cancelled,
        Published: _published,
        Suspended: _suspended,
        Reaffirmed: _reaffirmed,
    },
)
