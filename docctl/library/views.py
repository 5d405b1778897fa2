"""What the register says, as rows for the faces: facts with their status computed, no words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from docctl.core import charter_machine, days, quorum
from docctl.core.authority import Authority
from docctl.core.charter import DocumentType, chosen
from docctl.core.charter_machine import CHARTER
from docctl.core.events import Cancelled
from docctl.core.model import Act, Document, Proposal, Publication, Review, Signed, Status
from docctl.core.state import State
from docctl.errors import NotFound
from docctl.library import cards, readership
from docctl.library.book import Draft, placed
from docctl.library.deciding import authority_of, signer_name


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the register.

    Attributes:
        revision: The one in force, or else the pending, or else the proposed one.
        next_review: Day by which it is to be reviewed; None if never.
        proposed: Revision of an open proposal; `refused` whether that was rejected.
        amended_until: Last day of the temporary amendment in force.
    """

    id: str
    title: str
    type: str
    owner: str
    status: Status
    revision: int | None
    effective: date | None
    next_review: date | None
    languages: tuple[str, ...]
    proposed: int | None
    pending: tuple[int, date] | None
    amended_until: date | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """One signature on a revision, for approval tables.

    Attributes:
        body: Digest of the pages that an approver saw, "" where none is stated.
    """

    part: str
    entry: int
    person: str
    name: str
    position: str
    role: str
    acting_for: str
    basis: str
    at: int
    offset: str
    key: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision, for histories."""

    revision: int
    kind: str
    status: Status
    effective: date
    published: int
    offset: str
    author: str
    reason: str
    act: Act | None
    content: str
    entry: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one document."""

    row: Row
    titles: tuple[tuple[str, str], ...]
    revisions: tuple[RevisionRow, ...]
    decisions: tuple[Decision, ...]
    missing: tuple[tuple[str, int], ...]
    proposal: Proposal | None
    successor: str | None
    reviewed: date | None
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for somebody.

    Attributes:
        task: `approve`, `publish`, `revise` (a rejected proposal of one's own), each also with `-withdrawal` or
            `-disposal` behind it; `review`, `read`; `check` of an external document; `change`, `propose-withdrawal`
            after a review that asks for it; `sign` a record.
        document: Of a record, its number.
        role: In which role.
        acting_for: For whom, if as a deputy.
        due: The last day in time, of what has one.
    """

    task: str
    document: str
    title: str
    revision: int
    role: str
    acting_for: str
    since: int
    offset: str
    due: date | None = None


def end_of(authority: Authority, day: date) -> int:
    """The last instant of a day, in the library's first offset.

    Raises:
        NotFound: `as-of-before-founding`: there was no library yet.
    """
    founding = authority.thread.publications[0].by
    begun = days.day_of(founding.at, founding.offset)
    if day < begun:
        raise NotFound("as-of-before-founding", day=begun, asked=day)
    return days.start_of(day, authority.charter.offsets[0]) + 86399


def flat(one: Row) -> tuple[object, ...]:
    """A row as plain values, for keeping."""
    values = [getattr(one, name) for name in Row.__slots__]
    return tuple(value.value if isinstance(value, Status) else value for value in values)


def restored(values: tuple[Any, ...]) -> Row:
    """The row that `flat` took apart."""
    name, title, kind, owner, status, *rest = values
    return Row(name, title, kind, owner, Status(status), *rest)


def row(state: State, document: Document, moment: int, language: str) -> Row:
    """The document's line at a moment, titles in a language if there is one."""
    acting = document.in_force(moment)
    ahead = [p for p in document.publications if p.starts > moment and p.ended_by is None and not p.withdraws]
    shown = acting or (ahead[0] if ahead else document.withdrawn(moment) or document.latest)
    titles = shown.proposal.titles if shown and shown.proposal.titles else document.titles
    return Row(
        id=document.id,
        title=chosen(titles, language) if titles else document.id,
        type=document.type,
        owner=document.owner,
        status=Status.IN_FORCE if acting else document.status(moment),
        revision=shown.revision if shown else None,
        effective=shown.effective if shown else None,
        next_review=cards.next_review(state, document, acting),
        languages=tuple(name for name, _ in titles),
        proposed=document.proposal.revision if document.proposal and not document.proposal.of_records else None,
        pending=(ahead[0].revision, ahead[0].effective) if ahead and acting else None,
        amended_until=document.amended_until(moment),
        refused=document.proposal is not None and document.proposal.rejected is not None,
    )


def sheet(state: State, document: Document, moment: int, language: str, revision: int | None = None) -> Sheet:
    """Everything about a document at a moment; signatures of the revision asked for, or of the one shown."""
    line = row(state, document, moment, language)
    revisions = tuple(
        _revision(state, document, p, moment)
        for p in sorted(document.publications, key=lambda p: p.entry, reverse=True)
    )
    wanted = revision or line.revision
    publication = next((p for p in reversed(document.publications) if p.revision == wanted), None)
    withdrawal = next((p for p in document.publications if p.withdraws), None)
    return Sheet(
        row=line,
        titles=document.titles,
        revisions=revisions,
        decisions=decisions(state, publication, document.proposal, language),
        missing=missing(state, document),
        proposal=document.proposal,
        successor=withdrawal.proposal.successor if withdrawal else None,
        reviewed=document.reviewed.day if document.reviewed else None,
        review=document.reviewed,
    )


def _revision(state: State, document: Document, publication: Publication, moment: int) -> RevisionRow:
    proposal = publication.proposal
    return RevisionRow(
        revision=publication.revision,
        kind=proposal.kind,
        status=document.status_of(publication, moment),
        effective=publication.effective,
        published=publication.by.at,
        offset=publication.by.offset,
        author=signer_name(state, proposal.by.person),
        reason=proposal.reason,
        act=publication.act,
        content=proposal.content,
        entry=publication.entry,
    )


def decisions(
    state: State, publication: Publication | None, proposal: Proposal | None, language: str
) -> tuple[Decision, ...]:
    """Who prepared, agreed, approved and put in force a publication, or so far an open proposal."""
    shown = publication.proposal if publication else proposal
    if shown is None:
        return ()
    charter = authority_of(state).charter

    def line(
        part: str, by: object, role: str, acting_for: str | None, basis: str | None, body: str | None = None
    ) -> Decision:
        entry, person, at, offset, key = (getattr(by, name) for name in ("entry", "person", "at", "offset", "key"))
        known = charter.people.get(person)
        position = chosen(known.position, language) if known else ""
        principal = signer_name(state, acting_for) if acting_for else ""
        name = signer_name(state, person)
        return Decision(part, entry, person, name, position, role, principal, basis or "", at, offset, key, body or "")

    lines = [line("prepared", shown.by, "", None, None)]
    lines += [line(a.meaning, a.by, a.role, a.acting_for, a.basis, a.body) for a in shown.approvals]
    if shown.rejected:
        lines.append(line("rejected", shown.rejected, "", None, None))
    if publication:
        lines.append(line("published", publication.by, "", publication.acting_for, None))
    return tuple(lines)


def missing(state: State, document: Document) -> tuple[tuple[str, int], ...]:
    """The roles whose approval an open proposal still needs, step by step; only those of the step reached."""
    authority = authority_of(state)
    if document.proposal is None or document.proposal.rejected or document.id == CHARTER:
        return ()
    kind = authority.charter.types[document.type]
    return quorum.progress(document, kind.workflow(document.proposal.kind), authority).missing


def candidate(state: State, proposal: Proposal, moment: int, day: date) -> Signed:
    """An entry as it would be made now: what the charter's quorum asks for the day of."""
    entry = placed(state, Draft(CHARTER, Cancelled(submission=proposal.entry)))
    return Signed(entry, "", "", "", moment, authority_of(state).charter.offsets[0], day)


def inbox(state: State, person: str, day: date, moment: int, language: str) -> tuple[Waiting, ...]:
    """What waits for a person: to approve, to publish, to revise, to review, to read. Records to sign: `tosign`."""
    authority = authority_of(state)
    found: list[Waiting] = []
    to_read, offset = readership.waiting(state, person, moment), authority.charter.offsets[0]
    for document in state.documents.values():
        kind = authority.charter.types.get(document.type)
        if kind is None:
            continue
        found += _proposal_tasks(state, document, kind, person, day, language)
        acting, title = document.in_force(moment), chosen(document.titles, language)
        revision, since = (acting.revision, acting.starts) if acting else (0, 0)
        due = cards.next_review(state, document, acting)
        reached = due is not None and due <= day
        task, role = _review_task(state, document, kind, person, day, moment) if reached else ("", "")
        if task:
            found.append(Waiting(task, document.id, title, revision, role, "", since, offset, due))
        reader = to_read.get(document.id)
        if reader is not None:
            found.append(Waiting("read", document.id, title, revision, "", "", since, offset, reader.due))
    found += _charter_tasks(state, person, day, moment)
    return in_order(found, day)


def in_order(tasks: Iterable[Waiting], day: date) -> tuple[Waiting, ...]:
    """What is past its day first, by that day; then the oldest."""
    late = date.max
    return tuple(sorted(tasks, key=lambda one: (one.due if one.due and one.due <= day else late, one.since)))


def _review_task(
    state: State, document: Document, kind: DocumentType, person: str, day: date, moment: int
) -> tuple[str, str]:
    """What a review that is due asks of a person, and in which role; "" if nothing.

    After a review that found that something must change, the owner sees to that. Who checks an external document
    tells the owner, who records it.
    """
    authority, acting, last = authority_of(state), document.in_force(moment), document.reviewed
    after = last.verdict if last and acting and last.by.entry > acting.entry else "keep"
    if _holds(authority, person, document.owner, day):
        name = {"change": "change", "withdraw": "propose-withdrawal"}.get(after, "check" if kind.external else "review")
        return (
            "" if after != "keep" and document.proposal is not None and not document.proposal.of_records else name
        ), document.owner
    card = cards.card(state, document, acting.proposal) if acting and after == "keep" else None
    checks = card is not None and card.checker != "" and _holds(authority, person, card.checker, day)
    return ("check", card.checker) if card and checks else ("", "")


def _holds(authority: Authority, person: str, role: str, day: date) -> bool:
    found = authority.charter.people.get(person)
    return found is not None and found.holds(role, day)


def _proposal_tasks(
    state: State, document: Document, kind: DocumentType, person: str, day: date, language: str
) -> list[Waiting]:
    authority, proposal = authority_of(state), document.proposal
    if proposal is None:
        return []
    title = chosen(proposal.titles or document.titles, language)

    def task(name: str, role: str, acting_for: str = "") -> Waiting:
        by = proposal.rejected or proposal.by
        name += f"-{proposal.kind}" if proposal.kind in ("withdrawal", "disposal") else ""
        return Waiting(name, document.id, title, proposal.revision, role, acting_for, by.at, by.offset)

    if proposal.rejected is not None:
        return [task("revise", "")] if proposal.by.person == person else []
    open_roles = [role for role, _ in missing(state, document)]
    if not open_roles:
        role = next((role for role in kind.publishers if _holds(authority, person, role, day)), None)
        return [task("publish", role)] if role else []
    taken = {p for a in proposal.approvals for p in (a.by.person, a.acting_for)} | {proposal.by.person}
    if person in taken:
        return []
    own = [task("approve", role) for role in open_roles if _holds(authority, person, role, day)]
    others = [
        task("approve", role, one.id)
        for role in open_roles
        for one in authority.charter.people.values()
        if one.id not in taken and one.holds(role, day) and one.deputy(person, role, day)
    ]
    return own[:1] or others


def _charter_tasks(state: State, person: str, day: date, moment: int) -> list[Waiting]:
    """A proposed charter waits for administrators, old or new, who have not signed; then for one who publishes it."""
    authority = authority_of(state)
    proposal = authority.thread.proposal
    if proposal is None or proposal.charter is None or proposal.rejected is not None:
        return []
    agreed = not any(charter_machine.missing(authority, proposal, candidate(state, proposal, moment, day)))
    role = authority.charter.administrators[0]
    signed = {proposal.by.person, *(a.by.person for a in proposal.approvals)}
    proposed = proposal.charter.people.get(person)
    able = _holds(authority, person, role, day) or (proposed is not None and proposed.holds(role, day))
    by = proposal.by
    waits = able and (agreed or person not in signed)
    task = "publish" if agreed else "approve"
    return [Waiting(task, CHARTER, CHARTER, proposal.revision, role, "", by.at, by.offset)] if waits else []
