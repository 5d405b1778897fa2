"""Every reachable state of one document in a small office, and what must hold in each.

The office: Anna (administrator, quality manager, author; Bob's deputy as head), Bob (head, reviewer), Eva (reviewer,
author). One procedure: a reviewer, then a head; editorial: a reviewer. Everybody tries everything in every state. States
that differ only in numbers and hours are one state; revisions end at two, so the world is finite.

A change of any rule changes the number of states, and must be meant. The second half plants errors in the rules and asserts
that each is found.
"""

from __future__ import annotations

import importlib
import inspect
from collections import deque
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property

import pytest
from ledgers.mini import play
from ledgers.planted import PLANTED
from ledgers.planting import planted
from office import CHARTER, NOTHING, Office, identity, key, person

from docctl.core import days, machine
from docctl.core.authority import Authority
from docctl.core.events import (
    Approved,
    Cancelled,
    Commented,
    Event,
    Published,
    Reaffirmed,
    Rejected,
    Rescheduled,
    Submitted,
)
from docctl.core.message import Entry
from docctl.core.model import Document, Proposal, Signed, Status
from docctl.core.step import Broken

STATES = 810
STEPS = 6430
MAX_REVISION = 2
PEOPLE = ("anna", "bob", "eva")
OFFSET = "+0400"
FIRST_DAY = date(2026, 3, 1)
TREE = "1" * 40


@cache
def authority() -> Authority:
    """The office's charter, enacted."""
    office = Office.founded()
    plain, library = office.plain(), office.state.authority.library
    people = plain["people"]["people"]
    people["bob"] = person("bob", library, ("head", "reviewer"))
    people["eva"] = person("eva", library, ("reviewer", "author"))
    people["bob"]["deputies"] = [{"person": "anna", "roles": ["head"], "from": "2026-01-01", "basis": "order"}]
    for attempt in (lambda: office.charter("anna", plain), lambda: office.publication("anna", CHARTER)):
        assert office.enter(attempt()) is None
    return office.state.authority


@cache
def compromised() -> Authority:
    """The same after Bob's key turned out to be compromised from the start."""
    return replace(authority(), compromised={key("bob").mark: 0}, suspended=frozenset((key("bob").mark,)))


@dataclass(frozen=True)
class World:
    """One state: the document, the day, whether Bob's key is known to be compromised."""

    document: Document | None
    day: int = 0
    lost: bool = False

    @property
    def authority(self) -> Authority:
        return compromised() if self.lost else authority()

    @cached_property
    def sequence(self) -> int:
        return self.document.last + 1 if self.document else 3

    @cached_property
    def now(self) -> int:
        return days.start_of(self.today, OFFSET) + 43200 + self.sequence

    @cached_property
    def today(self) -> date:
        return FIRST_DAY + timedelta(days=self.day)

    def signed(self, who: str, event: Event) -> Signed:
        thread = self.document.last if self.document else None
        entry = Entry("0" * 64, self.sequence, "PRO-01", thread, 2, event, "Because")
        return Signed(entry, key(who).key, *identity(who), self.now, OFFSET, self.today)


def essence(world: World) -> tuple[object, ...]:
    """What of a state decides how it goes on: no numbers of entries, no hours."""
    document = world.document
    if document is None:
        return (None, world.lost)
    one = document.proposal
    vouched = document.reaffirmed
    told = one and (
        one.by.person,
        one.kind,
        one.revision,
        one.rejected is not None,
        one.entry in vouched,
        tuple((a.by.person, a.acting_for, a.role, a.by.entry in vouched) for a in one.approvals),
    )
    published = tuple(
        (p.revision, p.withdraws, max(0, (p.effective - world.today).days), p.ended_by is not None)
        for p in document.publications
    )
    return (told, published, world.lost)


def submissions(world: World):
    """Proposals of each kind on the right base, and on a stale one."""
    document = world.document
    latest, open_one = (document.latest, document.proposal) if document else (None, None)
    right = {
        "base_publication": latest.entry if latest else None,
        "base_submission": open_one.entry if open_one else None,
    }
    text = {"tree": TREE, "type": "procedure", "owner": "head", "languages": ("az",), "title": "T", "content": NOTHING}
    number = latest.revision + 1 if latest else 1
    if number <= MAX_REVISION:
        yield Submitted(kind="revision", revision=number, **text, **right)
        yield Submitted(kind="revision", revision=number, **text, **(right | {"base_submission": 1}))
        yield Submitted(kind="revision", revision=number, **text, **(right | {"base_publication": 1}))
        yield Submitted(kind="editorial", revision=number, corrects=number - 1 or 1, **text, **right)
    yield Submitted(kind="withdrawal", revision=latest.revision if latest else 1, content=NOTHING, **right)
    yield Submitted(kind="revision", revision=MAX_REVISION + 2, **text, **right)


def decisions(world: World, one: Proposal):
    """Everything that can be said to an open proposal."""
    bound = {"submission": one.entry, "revision": one.revision, "content": NOTHING}
    for role in ("reviewer", "head"):
        yield Approved(**bound, role=role, meaning="approved")
        yield Rejected(**bound, role=role)
    yield Approved(**bound, role="head", meaning="approved", acting_for="bob", basis="order")
    yield Approved(**bound, role="head", meaning="approved", acting_for="bob")
    yield Approved(**(bound | {"submission": one.entry - 1}), role="reviewer", meaning="approved")
    yield Approved(**(bound | {"revision": 9}), role="reviewer", meaning="approved")
    yield Cancelled(submission=one.entry)
    for later in (-1, 0, 1):
        yield Published(**bound, effective=world.today + timedelta(days=later))
    if world.lost:
        for by in (one.by, *(a.by for a in one.approvals)):
            yield Reaffirmed(entry=by.entry)


def candidates(world: World):
    """Everything that anybody could try."""
    yield from submissions(world)
    document = world.document
    if document is None:
        yield Cancelled(submission=1)
        return
    if document.proposal:
        yield from decisions(world, document.proposal)
    else:
        yield Cancelled(submission=document.last)
        yield Published(submission=document.last, revision=1, content=NOTHING, effective=world.today)
    for one in document.publications:
        for later in (0, 1, 2):
            day = world.today + timedelta(days=later)
            yield Rescheduled(publication=one.entry, revision=one.revision, effective=day)
        yield Commented(publication=one.entry)


def after(world: World, who: str, event: Event) -> World | None:
    """The world after an entry, or None if it is refused."""
    try:
        return replace(world, document=machine.apply(world.document, world.signed(who, event), world.authority))
    except Broken:
        return None


# -- what must hold --------------------------------------------------------------------------------------------------


def check_state(world: World) -> None:
    """What must hold in every state."""
    document = world.document
    if document is None:
        return
    revisions = [p.revision for p in document.publications if not p.withdraws]
    assert revisions == list(range(1, len(revisions) + 1)), "revisions are numbered without a gap"
    pending = [p for p in document.publications if p.starts > world.now and p.ended_by is None and not p.withdraws]
    assert len(pending) <= 1, "at most one revision is pending"
    assert all(p.starts >= p.by.at for p in document.publications), "nothing acts before it was published"
    highest = 0
    for later in (0, 1, 2, 3):
        moment = world.now + later * 86400
        statuses = [document.status_of(p, moment) for p in document.publications]
        acting = document.in_force(moment)
        assert statuses.count(Status.IN_FORCE) == (acting is not None and document.withdrawn(moment) is None)
        if acting is not None:
            assert acting.revision >= highest, "what is in force is never followed by a lower revision"
            highest = acting.revision
    one = document.proposal
    if one is not None:
        assert one.base_publication == (document.latest.entry if document.latest else None)
        counted = [a for a in one.approvals if world.authority.counts(a.by, document.reaffirmed)]
        voices = [name for a in counted for name in (a.by.person, a.acting_for) if name]
        assert len(voices) == len(set(voices)), "a person counts once"
        assert one.by.person not in {n for a in one.approvals for n in (a.by.person, a.acting_for)}
    assert not any(p.withdraws for p in document.publications[:-1]), "nothing follows a withdrawal"


def check_step(before: World, who: str, event: Event, now: World) -> None:
    """What must hold of every entry that is accepted."""
    old, new = before.document, now.document
    assert new is not None
    assert new.last == before.sequence
    assert len(new.trail) == (len(old.trail) if old else 0) + 1
    if isinstance(event, Submitted):
        assert new.proposal is not None
        assert new.proposal.approvals == (), "submitting anew voids the approvals"
        assert who in ("anna", "eva"), "only authors submit"
    if not isinstance(event, Published | Rescheduled):
        assert new.publications == (old.publications if old else ()), "only publishing changes what is in force"
    else:
        assert who == "anna", "only a publisher publishes"
    if isinstance(event, Published):
        assert old is not None
        assert old.proposal is not None
        assert old.proposal.rejected is None
        assert event.effective >= before.today
        check_quorum(before, old, old.proposal)
    if who == "bob":
        assert not before.lost, "a suspended key signs nothing"


def check_quorum(world: World, document: Document, one: Proposal) -> None:
    """The quorum counted afresh, in the simplest way: first a reviewer, then a head, two people, neither the author."""
    sound = [a for a in one.approvals if not world.lost or a.by.person != "bob" or a.by.entry in document.reaffirmed]
    voices = [(a.role, {a.by.person, a.acting_for or a.by.person}) for a in sound]
    if one.kind == "editorial":
        assert any(role == "reviewer" and one.by.person not in people for role, people in voices)
        return
    assert any(
        first == "reviewer" and second == "head" and not mine & yours and one.by.person not in mine | yours
        for number, (first, mine) in enumerate(voices)
        for second, yours in voices[number + 1 :]
    ), "nothing is published without a reviewer and then a head who are not the author"


@dataclass
class Explored:
    """What a walk through the world found."""

    states: dict[tuple[object, ...], World]
    steps: int
    ways: dict[tuple[object, ...], set[tuple[object, ...]]]


def explore(limit: int = 100_000) -> Explored:
    """Walk through all states, breadth first, and check each state and each accepted entry."""
    start = World(None)
    found = Explored({essence(start): start}, 0, {})
    waiting = deque([start])
    while waiting and len(found.states) < limit:
        world = waiting.popleft()
        check_state(world)
        onward = found.ways.setdefault(essence(world), set())
        nexts = [replace(world, day=world.day + 1), replace(world, lost=True)]
        before = repr(world.document) if len(found.states) < 200 else None
        for event in candidates(world):
            for who in PEOPLE:
                now = after(world, who, event)
                if now is None:
                    continue
                found.steps += 1
                check_step(world, who, event, now)
                nexts.append(now)
        assert before is None or before == repr(world.document), "judging changes nothing in place"
        for now in nexts:
            mark = essence(now)
            onward.add(mark)
            if mark not in found.states:
                found.states[mark] = now
                waiting.append(now)
    return found


@cache
def explored() -> Explored:
    return explore()


def test_the_world_has_as_many_states_as_the_rules_allow():
    found = explored()
    assert (len(found.states), found.steps) == (STATES, STEPS)


def test_a_revision_can_come_into_force_from_every_state_while_nothing_is_withdrawn_and_no_key_is_lost():
    found = explored()
    good = {
        mark
        for mark, world in found.states.items()
        if world.document is not None and world.document.in_force(world.now) is not None
    }
    back: dict[object, set[object]] = {}
    for mark, onward in found.ways.items():
        for further in onward:
            back.setdefault(further, set()).add(mark)
    waiting = deque(good)
    while waiting:
        for earlier in back.get(waiting.popleft(), set()) - good:
            good.add(earlier)
            waiting.append(earlier)
    stuck = [
        mark
        for mark, world in found.states.items()
        if mark not in good
        and not world.lost
        and not (world.document and any(p.withdraws for p in world.document.publications))
    ]
    assert stuck == []


def test_what_is_withdrawn_never_comes_back():
    found = explored()
    for mark, world in found.states.items():
        if world.document is not None and world.document.withdrawn(world.now):
            for further in found.ways[mark]:
                after_it = found.states[further]
                assert after_it.document is None or after_it.document.in_force(after_it.now) is None


# -- planted errors --------------------------------------------------------------------------------------------------


@cache
def told() -> dict[str, str]:
    """Every docstring ledger by the name of its test."""
    found: dict[str, str] = {}
    for name in ("documents", "charter", "time", "records", "disposal"):
        module = importlib.import_module(f"ledgers.test_cases_{name}")
        found |= {test: function.__doc__ for test, function in vars(module).items() if test.startswith("test_")}
    chain = importlib.import_module("ledgers.test_chain")
    return found | {
        name: function.__doc__
        for name, function in vars(chain).items()
        if name.startswith("test_") and "ledger" in inspect.signature(function).parameters
    }


def notices(case: str) -> bool:
    """Whether a case fails."""
    try:
        if case == "world":
            explore(limit=120)
        elif case.startswith("chain: "):
            name, _, argument = case.removeprefix("chain: ").partition(": ")
            test = getattr(importlib.import_module("ledgers.test_chain"), f"test_{name}")
            test(*([argument] if argument else []))
        else:
            play(told()[f"test_{case}"])
    except Exception:
        return True
    return False


@pytest.mark.parametrize(("name", "old", "new", "case"), PLANTED)
def test_an_error_planted_in_the_rules_is_found(name, old, new, case):
    authority(), compromised(), Office.standard(), told()
    with planted(name, old, new):
        assert notices(case)


def test_without_a_planted_error_the_world_finds_nothing():
    assert len(PLANTED) >= 20
    assert not notices("world")
