"""Whose turn it is: what must happen next to a document or to the charter, and who can do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docctl.core import charter_machine
from docctl.core.charter import Person, Step
from docctl.core.charter_machine import CHARTER
from docctl.core.model import Proposal
from docctl.core.state import State
from docctl.errors import Refused
from docctl.library import views
from docctl.library.book import Draft, Plan
from docctl.library.deciding import signer_name, thread

if TYPE_CHECKING:
    from docctl.library.library import Library


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes next.

    Attributes:
        task: `approve`, `agree` (on the charter), `publish`, `revise` (after a rejection), `propose-again` (the same of
            a withdrawal), `dispose` (carry an approved disposal out), `dispose-again` (after its rejection), or `none`.
        places: The roles asked for now, with how many of each.
        people: Names of those who could do it.
        count: How many must still do it.
    """

    task: str
    document: str
    places: Step = ()
    people: tuple[str, ...] = ()
    count: int = 0


def turn(library: Library, subject: str) -> Turn:
    """What comes next.

    Raises:
        NotFound: `document-not-found`.
    """
    document = thread(library.book.state, subject)
    proposal = document.proposal
    if proposal is None:
        return Turn("none", subject)
    if proposal.rejected is not None:
        task = {"withdrawal": "propose-again", "disposal": "dispose-again"}.get(proposal.kind, "revise")
        return Turn(task, subject, people=(signer_name(library.book.state, proposal.by.person),))
    if subject == CHARTER:
        return _charter(library, proposal)
    missing = views.missing(library.book.state, document)
    if missing:
        taken = {name for one in proposal.approvals for name in (one.by.person, one.acting_for)} | {proposal.by.person}
        able = [person for person in _holders(library, tuple(role for role, _ in missing)) if person.id not in taken]
        return Turn("approve", subject, missing, _names(able), sum(count for _, count in missing))
    kind = library.charter.types[document.type]
    places = tuple((role, 1) for role in kind.publishers[:1])
    task = "dispose" if proposal.of_records else "publish"
    return Turn(task, subject, places, _names(_holders(library, kind.publishers)), 1)


def _charter(library: Library, proposal: Proposal) -> Turn:
    authority = library.authority
    now = views.candidate(library.book.state, proposal, library.moment(), library.today())
    old, new = charter_machine.missing(authority, proposal, now)
    places = ((authority.charter.administrators[0], 1),)
    if old or new:
        before, after = charter_machine.sides(authority, proposal, now)
        counted_before, counted_after = charter_machine.counted(authority, proposal, before, after)
        waiting = (before - counted_before if old else frozenset()) | (after - counted_after if new else frozenset())
        listed = dict(authority.charter.people) | (dict(proposal.charter.people) if proposal.charter else {})
        names = tuple(sorted(listed[one].name for one in waiting))
        return Turn("agree", CHARTER, places, names, max(old, new))
    return Turn("publish", CHARTER, places, _names(_holders(library, (places[0][0],))), 1)


def only(plan: Plan, submission: int) -> Plan:
    """The plan of a decision, as long as it is on the submission that the person was shown.

    Somebody else may replace a proposal between the showing and the signing; under the same revision number stands
    another text then.
    """

    def bound(state: State) -> Draft:
        draft = plan(state)
        if getattr(draft.event, "submission", None) != submission:
            raise Refused("proposal-changed", document=draft.subject)
        return draft

    return bound


def _holders(library: Library, roles: tuple[str, ...]) -> list[Person]:
    day, authority = library.today(), library.authority
    return [
        person
        for person in authority.charter.people.values()
        if authority.has_usable_key(person) and any(person.holds(role, day) for role in roles)
    ]


def _names(people: list[Person]) -> tuple[str, ...]:
    return tuple(person.name for person in people)
