"""How far a proposal is through its workflow, and whether anybody could bring it to its end."""

from __future__ import annotations

from datetime import date

from docctl.core.authority import Authority
from docctl.core.charter import Person, Step
from docctl.core.model import Approval, Document
from docctl.core.values import value


@value
class Progress:
    """What is still missing.

    Attributes:
        step: Index of the first step that is not complete; the number of steps if all are.
        missing: Roles still asked for in that step, with how many.
    """

    step: int
    missing: Step

    @property
    def complete(self) -> bool:
        """Whether the quorum is reached."""
        return not self.missing


def counting(document: Document, authority: Authority) -> tuple[Approval, ...]:
    """The approvals that count now: those of keys not known to be compromised, or reaffirmed."""
    if document.proposal is None:
        return ()
    kept: list[Approval] = []
    people: set[str | None] = set()
    for one in document.proposal.approvals:
        who = {one.by.person, one.acting_for} - {None}
        # A person counts once, also when an approval that was doubtful is vouched for after a second one was given.
        if authority.counts(one.by, document.reaffirmed) and not who & people:
            kept.append(one)
            people |= who
    return tuple(kept)


def progress(document: Document, steps: tuple[Step, ...], authority: Authority) -> Progress:
    """Count the approvals, in the order in which they were given, against the steps in theirs."""
    index = 0
    open_slots = dict(steps[0])
    for approval in counting(document, authority):
        if not open_slots.get(approval.role):
            continue
        open_slots[approval.role] -= 1
        if not any(open_slots.values()):
            index += 1
            if index == len(steps):
                break
            open_slots = dict(steps[index])
    return Progress(index, tuple((role, count) for role, count in open_slots.items() if count))


def fulfillable(steps: tuple[Step, ...], authority: Authority, author: str, day: date) -> str | None:
    """The first role for which no distinct person but the author is left; None if all places can be filled.

    Places and people are matched by augmenting paths, since one person may hold several of the roles asked for.
    """
    people = [person for person in authority.charter.people.values() if person.id != author]
    places = [role for step in steps for role, count in step for _ in range(count)]
    taken: dict[str, int] = {}

    def seat(place: int, tried: set[str]) -> bool:
        for person in people:
            if person.id in tried or not _could_sign(person, places[place], authority, author, day):
                continue
            tried.add(person.id)
            if person.id not in taken or seat(taken[person.id], tried):
                taken[person.id] = place
                return True
        return False

    return next((role for place, role in enumerate(places) if not seat(place, set())), None)


def _could_sign(person: Person, role: str, authority: Authority, author: str, day: date) -> bool:
    if not person.holds(role, day):
        return False
    others = (authority.charter.people[d.person] for d in person.deputies if d.on(day) and role in d.roles)
    return authority.has_usable_key(person) or any(
        other.id != author and authority.has_usable_key(other) for other in others
    )
