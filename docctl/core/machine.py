"""The machine: one document and one entry in, the document as it then is, or the one rule that forbids the entry, out.

It sees trailers and the authority as of the entry's parent, nothing else: no file, no clock, no other document. So the
entries of one document, with the charter's, replay alone. A refused entry changes nothing. Each event has one function
below, in the order of `events`; what they share stands at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from docctl.core import days, disposing
from docctl.core.authority import Authority
from docctl.core.events import (
    Approved,
    Attached,
    Cancelled,
    Commented,
    Disposed,
    Issued,
    Published,
    Read,
    Reaffirmed,
    Rejected,
    Rescheduled,
    Returned,
    Reviewed,
    Submitted,
)
from docctl.core.model import Approval, Copy, Document, Proposal, Publication, Reading, Review, Signed
from docctl.core.quorum import progress
from docctl.core.records import Record
from docctl.core.step import Broken, Step, act_of, who
from docctl.core.submitting import check_amended, submitted
from docctl.core.values import replace


def apply(document: Document | None, signed: Signed, authority: Authority) -> Document:
    """The document after the entry.

    Args:
        document: As its accepted entries left it; None before the first.
        signed: The entry, its signature already found valid.
        authority: As of the entry's parent.

    Raises:
        Broken: with the rule that forbids the entry.
    """
    person = who(signed, authority)
    handler = _HANDLERS.get(type(signed.entry.event))
    if handler is None:
        raise Broken("document-unknown", document=signed.entry.subject)
    step = Step(document, signed, authority, person)
    return entered(handler(step, signed.entry.event), step)


def entered(document: Document, step: Step) -> Document:
    """The document with an entry in its thread."""
    trail = (step.by.entry, step.by.key, step.by.person)
    return replace(document, last=step.by.entry, trail=(*document.trail, trail))


def _submitted(step: Step, event: Submitted) -> Document:
    return disposing.proposed(step, event) if event.kind == disposing.DISPOSAL else submitted(step, event)


def _check_bound(step: Step, event: Approved | Rejected | Published) -> Proposal:
    """What a decision names must be what is open: submission, revision and content."""
    proposal = step.open_proposal(event.submission)
    if (event.revision, event.content) != (proposal.revision, proposal.content):
        raise Broken("approval-other-content", document=step.known.id)
    if proposal.rejected is not None:
        raise Broken("proposal-rejected", document=step.known.id)
    return proposal


def _approved(step: Step, event: Approved) -> Document:
    proposal = _check_bound(step, event)
    _check_decider(step, proposal, event)
    taken = {
        person
        for a in proposal.approvals
        if step.authority.counts(a.by, step.known.reaffirmed)
        for person in (a.by.person, a.acting_for)
    }
    if step.person.id in taken or (event.acting_for and event.acting_for in taken):
        twice = event.acting_for if event.acting_for and event.acting_for in taken else step.person.id
        raise Broken("approved-already", person=twice)
    steps = step.kind.workflow(proposal.kind)
    if not any(role == event.role for part in steps for role, _ in part):
        raise Broken("role-not-asked", role=event.role)
    reached = progress(step.known, steps, step.authority)
    if not any(role == event.role for part in steps[: reached.step + 1] for role, _ in part):
        waiting = ", ".join(role for role, _ in reached.missing)
        raise Broken("step-not-reached", role=event.role, waiting=waiting)
    approval = Approval(
        step.by, event.role, event.meaning, event.acting_for, event.basis, event.body, step.signed.entry.comment
    )
    return replace(step.known, proposal=replace(proposal, approvals=(*proposal.approvals, approval)))


def _check_decider(step: Step, proposal: Proposal, event: Approved | Rejected) -> None:
    """The one who decides holds the role and is not the author, neither in person nor through a deputy."""
    if proposal.by.person in (step.person.id, event.acting_for):
        raise Broken("author-approves", person=proposal.by.person)
    if not step.holds_any((event.role,), event.acting_for, event.basis):
        raise Broken("role-not-held", role=event.role, person=event.acting_for or step.person.id)


def _rejected(step: Step, event: Rejected) -> Document:
    proposal = _check_bound(step, event)
    _check_decider(step, proposal, event)
    if not any(role == event.role for part in step.kind.workflow(proposal.kind) for role, _ in part):
        raise Broken("role-not-asked", role=event.role)
    return replace(step.known, proposal=replace(proposal, rejected=step.by))


def _commented(step: Step, event: Commented) -> Document:
    document = step.known
    entries = {p.entry for p in document.publications}
    if (event.submission is None) == (event.publication is None):
        raise Broken("publication-unknown", document=document.id, revision="-")
    if event.submission is not None:
        step.open_proposal(event.submission)
    elif event.publication not in entries:
        raise Broken("publication-unknown", document=document.id, revision="-")
    return document


def _cancelled(step: Step, event: Cancelled) -> Document:
    proposal = step.open_proposal(event.submission)
    if proposal.by.person != step.person.id and not step.holds_any(step.kind.publishers, None, None):
        raise Broken("not-author-or-publisher", person=step.person.id)
    return replace(step.known, proposal=None)


def _published(step: Step, event: Published) -> Document:
    proposal = _check_bound(step, event)
    document = step.known
    if proposal.kind == disposing.DISPOSAL:
        raise Broken("proposal-kind", document=document.id)
    step.must_publish(event)
    if proposal.base_publication != (document.latest.entry if document.latest else None):
        raise Broken("base-stale", document=document.id)
    if not step.authority.counts(proposal.by, document.reaffirmed):
        raise Broken("submission-unconfirmed", document=document.id)
    reached = progress(document, step.kind.workflow(proposal.kind), step.authority)
    if not reached.complete:
        missing = ", ".join(f"{count} × {role}" for role, count in reached.missing)
        raise Broken("quorum-missing", document=document.id, missing=missing)
    act = act_of(event)
    if proposal.kind == "adoption" and act not in (None, proposal.act):
        raise Broken("effective-adoption")  # the quorum confirmed another act
    publication = Publication(
        by=step.by,
        proposal=proposal,
        effective=event.effective,
        starts=_starts(step, proposal, event),
        act=act or proposal.act,
        acting_for=event.acting_for,
        lapses=days.start_of(proposal.expires, step.signed.offset) + 86400 if proposal.expires else None,
    )
    if publication.withdraws:
        return replace(document, proposal=None, publications=(*document.publications, publication))
    earlier = tuple(
        replace(p, ended_by=publication.entry) if p.starts > step.signed.at and p.ended_by is None else p
        for p in document.publications
    )
    return replace(
        document,
        proposal=None,
        owner=proposal.owner,
        titles=proposal.titles,
        publications=(*earlier, publication),
    )


def _starts(step: Step, proposal: Proposal, event: Published) -> int:
    """The instant from which a publication acts; its day may not be past, adoption excepted."""
    if proposal.kind == "adoption":
        if event.effective != proposal.effective:
            raise Broken("effective-adoption")
    elif event.effective < step.signed.day:
        raise Broken("effective-past", day=event.effective, today=step.signed.day)
    corrected = step.known.lasting
    pending = corrected is not None and corrected.starts > step.signed.at
    if proposal.kind == "editorial" and corrected and pending and event.effective < corrected.effective:
        raise Broken("effective-before-corrected", day=corrected.effective)
    if proposal.expires is not None and event.effective > proposal.expires:
        raise Broken("amendment-expires", day=proposal.expires)
    check_amended(step, proposal)
    return max(step.signed.at, days.start_of(event.effective, step.signed.offset))


def _rescheduled(step: Step, event: Rescheduled) -> Document:
    publication = step.publication(event.publication, event.revision)
    step.must_publish(event)
    if publication.ended_by is not None or publication.starts <= step.signed.at:
        raise Broken("not-pending", document=step.known.id, revision=event.revision)
    starts = days.start_of(event.effective, step.signed.offset)
    if starts <= step.signed.at:
        raise Broken("effective-past", day=event.effective, today=step.signed.day)
    if publication.withdraws and event.effective > publication.effective:
        raise Broken("not-pending", document=step.known.id, revision=event.revision)
    moved = replace(publication, effective=event.effective, starts=starts)
    kept = tuple(moved if p is publication else p for p in step.known.publications)
    return replace(step.known, publications=kept)


def _reviewed(step: Step, event: Reviewed) -> Document:
    publication = step.publication(event.publication, event.revision)
    if step.known.in_force(step.signed.at) is not publication:
        raise Broken("not-in-force", document=step.known.id, revision=event.revision)
    if not step.holds_any((step.known.owner,), event.acting_for, event.basis):
        raise Broken("not-owner", role=step.known.owner)
    if event.checked is not None and event.checked > step.signed.day:
        raise Broken("review-checked", day=event.checked)
    review = Review(step.by, publication.entry, event.verdict, event.edition or "", event.checked)
    return replace(step.known, reviews=(*step.known.reviews, review))


def _reaffirmed(step: Step, event: Reaffirmed) -> Document:
    check_reaffirmation(step, step.known, event)
    return replace(step.known, reaffirmed=step.known.reaffirmed | {event.entry})


def check_reaffirmation(step: Step, thread: Document | Record, event: Reaffirmed) -> None:
    """Only an administrator who is not the entry's signer, and only what is unconfirmed."""
    found = next(((key, person) for entry, key, person in thread.trail if entry == event.entry), None)
    if found is None:
        raise Broken("entry-unknown", entry=event.entry)
    if step.authority.confirmed(event.entry, found[0], thread.reaffirmed):
        raise Broken("reaffirm-not-needed", entry=event.entry)
    if not step.person.holds(step.authority.charter.administrators[0], step.signed.day):
        raise Broken("not-administrator", person=step.person.id)
    if found[1] == step.person.id:
        raise Broken("reaffirm-own", entry=event.entry)


def _read(step: Step, event: Read) -> Document:
    publication = step.publication(event.publication, event.revision)
    if publication.proposal.content != event.content or publication.withdraws:
        raise Broken("approval-other-content", document=step.known.id)
    # What comes in force later may be read before; what is no longer in force may not.
    if publication is not step.known.in_force(step.signed.at) and publication.starts <= step.signed.at:
        raise Broken("not-in-force", document=step.known.id, revision=event.revision)
    if event.language not in publication.proposal.languages:
        raise Broken("language-unknown", language=event.language)
    unknown = [person for person in event.persons if person not in step.authority.charter.people]
    if unknown:
        raise Broken("person-unknown", person=unknown[0])
    if event.persons != (step.person.id,) and event.session is None:
        raise Broken("read-for-others", person=step.person.id)
    reading = Reading(
        by=step.by,
        publication=publication.entry,
        revision=publication.revision,
        language=event.language,
        persons=event.persons,
        session=event.session or "",
        result=event.result or "",
    )
    return replace(step.known, readings=(*step.known.readings, reading))


def _issued(step: Step, event: Issued) -> Document:
    step.text(event.publication, event.revision)
    step.must_publish(event)
    if event.copy != len(step.known.copies) + 1 or (event.replaces or 0) > len(step.known.copies):
        raise Broken("copy-number", copy=event.copy)
    copy = Copy(
        number=event.copy,
        publication=event.publication,
        revision=event.revision,
        language=event.language,
        holder=event.holder,
        medium=event.medium,
        file=event.file,
        by=step.by,
        place=event.place or "",
        replaces=event.replaces,
    )
    return replace(step.known, copies=(*step.known.copies, copy))


def _returned(step: Step, event: Returned) -> Document:
    step.must_publish(event)
    out = [copy for copy in step.known.copies if copy.number == event.copy and copy.ended is None]
    if not out or (event.outcome == "received" and out[0].received is not None):
        raise Broken("copy-number", copy=event.copy)
    if event.outcome == "received":
        back = replace(out[0], received=step.by)
    else:
        back = replace(out[0], ended=step.by, outcome=event.outcome, witness=event.witness or "")
    return replace(step.known, copies=tuple(back if c is out[0] else c for c in step.known.copies))


def _attached(step: Step, event: Attached) -> Document:
    step.text(event.publication, event.revision)
    step.must_publish(event)
    return step.known


_HANDLERS: MappingProxyType[type[Any], Callable[[Step, Any], Document]] = MappingProxyType(
    {
        Submitted: _submitted,
        Approved: _approved,
        Rejected: _rejected,
        Commented: _commented,
        Cancelled: _cancelled,
        Published: _published,
        Rescheduled: _rescheduled,
        Reviewed: _reviewed,
        Reaffirmed: _reaffirmed,
        Read: _read,
        Issued: _issued,
        Returned: _returned,
        Attached: _attached,
        Disposed: disposing.carried_out,
    },
)
