"""By which authority somebody acted: role, since when, on whose behalf, and where in the charter that comes from.

Not for judging: `machine` and `charter_machine` decide; this finds again, for people, what they relied on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from docctl.core.authority import Authority, quorum
from docctl.core.charter import RECOVERY, Appointment, Charter, Deputy, DocumentType, Person, Step, Texts
from docctl.core.events import name_of
from docctl.core.model import Document, Signed
from docctl.core.quorum import progress

Charters = tuple[tuple[int, Charter], ...]

# Why somebody may do it, where it is not by a role.
FOUNDER, AUTHOR, OWN_KEY, NAMED, ENROLLED = "founder", "author", "own-key", "named", "enrolled"
RECOVERING, PROPOSED, ROLE, NONE = "recovery", "proposed", "role", "none"

_GROUNDS = {"founded": FOUNDER, "countersigned": NAMED, "amended": NAMED, "commented": ENROLLED, "read": ENROLLED}
_PUBLISHERS = frozenset(
    ("cancelled", "published", "rescheduled", "issued", "returned", "attached", "held", "released", "disposed")
)
_WORKFLOW = frozenset(("submitted", "approved", "rejected", "published", "disposed"))


@dataclass(frozen=True, slots=True)
class Deputising:
    """Acting for another.

    Attributes:
        order: The basis that the entry states.
        basis: The basis that the charter states; "" where the charter knows of no such deputising on that day.
        entry: Charter entry that brought it, or None.
    """

    person: str
    name: str
    order: str
    basis: str = ""
    since: date | None = None
    until: date | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The authority of a signer as of an entry's parent.

    Attributes:
        person: Id in the charter; "" where the key belongs to nobody.
        ground: "role", "founder", "author", "own-key", "named", "enrolled", "recovery", "proposed", or "none".
        role: The role used; "" where none was, or none is held.
        since: First day of the appointment, `until` its last (None: no end), `basis` its order.
        held: Every role held on the entry's day.
        charter: Charter entry whose rules applied.
        enrolled: Charter entries that brought the person, `appointed` the role, `key` the key.
        workflow: The steps that the proposal goes through; each (role, how many).
        missing: What the workflow still needed behind this entry; None where no workflow is concerned.
    """

    person: str = ""
    name: str = ""
    position: Texts = ()
    ground: str = NONE
    role: str = ""
    since: date | None = None
    until: date | None = None
    basis: str = ""
    held: tuple[str, ...] = ()
    charter: int | None = None
    enrolled: int | None = None
    appointed: int | None = None
    key: int | None = None
    deputy: Deputising | None = None
    workflow: tuple[Step, ...] = ()
    missing: Step | None = None


def standing(
    authority: Authority, signed: Signed, charters: Charters, thread: Document | None, after: Document | None
) -> Standing:
    """The authority of whoever signed.

    Args:
        authority: As of the entry's parent; of the founding, the one that it made.
        signed: The entry, whether it is lawful or not.
        charters: Every charter up to then with the entry that put it in force, oldest first.
        thread: The document before the entry.
        after: The document behind it.
    """
    rules = charters[-1][0] if charters else None
    steps, missing = _workflow(authority, signed, thread, after)
    if authority.is_recovery(signed):
        since = _first(charters, lambda charter: charter.recovery.public == signed.key)
        return Standing(RECOVERY, ground=RECOVERING, charter=rules, key=since, workflow=steps, missing=missing)
    enrolment = authority.keys.get(signed.key)
    if enrolment is None:
        named = _proposed(authority, signed)
        if named is None:
            return Standing(charter=rules, workflow=steps, missing=missing)
        role = authority.charter.administrators[0]
        one = named.id, named.name, named.position, PROPOSED, role
        return Standing(*one, charter=rules, workflow=steps, missing=missing)
    person = authority.charter.people[enrolment.person]
    event: Any = signed.entry.event
    principal = authority.charter.people.get(getattr(event, "acting_for", None) or "")
    ground = _ground(authority, signed, person, thread)
    roles = _roles(authority, signed, thread) if ground in (ROLE, FOUNDER) else ()
    role = next((one for one in roles if (principal or person).holds(one, signed.day)), "")
    appointment = _appointment(principal or person, role, signed.day)
    return Standing(
        person=person.id,
        name=person.name,
        position=person.position,
        ground=(ROLE if role else NONE) if ground == ROLE else ground,
        role=role,
        since=appointment.start if appointment else None,
        until=appointment.end if appointment else None,
        basis=appointment.basis if appointment else "",
        held=tuple(dict.fromkeys(one.role for one in person.roles if person.holds(one.role, signed.day))),
        charter=rules,
        enrolled=_first(charters, lambda charter: person.id in charter.people),
        appointed=_appointed(charters, principal or person, appointment),
        key=enrolment.entry,
        deputy=_deputising(charters, person, principal, role, signed) if principal else None,
        workflow=steps,
        missing=missing,
    )


def kind_of(charter: Charter, signed: Signed, thread: Document | None) -> DocumentType | None:
    """The type of the document that an entry is about."""
    event: Any = signed.entry.event
    named = (thread.type if thread else "") or getattr(event, "type", None) or ""
    return charter.types.get(named) or charter.type_of(signed.entry.subject)


def _ground(authority: Authority, signed: Signed, person: Person, thread: Document | None) -> str:
    """Why the person may do it."""
    event: Any = signed.entry.event
    name = name_of(event)
    if name == "cancelled" and thread is not None and thread.proposal is not None:
        return AUTHOR if thread.proposal.by.person == person.id else ROLE
    if name == "suspended":
        mine = any(one.person == person.id and one.fingerprint == event.key for one in authority.keys.values())
        return OWN_KEY if mine else ROLE
    return _GROUNDS.get(name, ROLE)


def _roles(authority: Authority, signed: Signed, thread: Document | None) -> tuple[str, ...]:
    """The roles of which one suffices."""
    event: Any = signed.entry.event
    name, charter = name_of(event), authority.charter
    if name == "reaffirmed" or signed.entry.subject == "charter":
        return (charter.administrators[0],)
    if name in ("approved", "rejected"):
        return (event.role,)
    kind = kind_of(charter, signed, thread)
    if kind is None:
        return ()
    if name == "reviewed":
        return (thread.owner,) if thread else ()
    if name == "recorded":
        return kind.recorders or tuple(sorted(charter.roles))
    return kind.publishers if name in _PUBLISHERS else kind.authors


def _appointment(person: Person, role: str, day: date) -> Appointment | None:
    return next((one for one in person.roles if one.role == role and one.on(day)), None)


def _appointed(charters: Charters, person: Person, appointment: Appointment | None) -> int | None:
    """The charter entry that first brought an appointment; its end may have been entered later."""
    if appointment is None:
        return None
    wanted = (appointment.role, appointment.start, appointment.basis)

    def brings(charter: Charter) -> bool:
        then = charter.people.get(person.id)
        return then is not None and any((one.role, one.start, one.basis) == wanted for one in then.roles)

    return _first(charters, brings)


def _deputising(charters: Charters, person: Person, principal: Person, role: str, signed: Signed) -> Deputising:
    event: Any = signed.entry.event
    found: Deputy | None = principal.deputy(person.id, role or getattr(event, "role", None) or "", signed.day)
    if found is None:
        return Deputising(principal.id, principal.name, event.basis or "")
    wanted = (found.person, found.start, found.basis)

    def brings(charter: Charter) -> bool:
        then = charter.people.get(principal.id)
        return then is not None and any((one.person, one.start, one.basis) == wanted for one in then.deputies)

    entry = _first(charters, brings)
    order = event.basis or ""
    return Deputising(principal.id, principal.name, order, found.basis, found.start, found.end, entry)


def _first(charters: Charters, holds: Any) -> int | None:
    return next((entry for entry, charter in charters if holds(charter)), None)


def _proposed(authority: Authority, signed: Signed) -> Person | None:
    """Whom the open charter proposal would enrol with this key."""
    proposal = authority.thread.proposal
    people = proposal.charter.people.values() if proposal and proposal.charter else ()
    return next((one for one in people if any(key.public == signed.key for key in one.keys)), None)


def _workflow(
    authority: Authority, signed: Signed, thread: Document | None, after: Document | None
) -> tuple[tuple[Step, ...], Step | None]:
    """The steps that a proposal goes through, and what is missing behind the entry."""
    if name_of(signed.entry.event) not in _WORKFLOW:
        return (), None
    event: Any = signed.entry.event
    proposal = (after.proposal if after else None) or (thread.proposal if thread else None)
    if signed.entry.subject == "charter":
        role = authority.charter.administrators[0]
        return (((role, quorum(authority.charter, signed.day)),),), None
    kind = kind_of(authority.charter, signed, thread)
    stated = getattr(event, "kind", None) or (proposal.kind if proposal else "")
    if kind is None:
        return (), None
    steps = kind.workflow(stated)
    if after is None or after.proposal is None:
        ended = after is not None and after.latest is not None and after.latest.entry == signed.entry.sequence
        done = ended or (after is not None and after.last == signed.entry.sequence and name_of(event) == "disposed")
        return steps, () if done else None
    return steps, progress(after, steps, authority).missing
