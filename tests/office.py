"""An office in memory: lawful entries through the real doors, and unlawful ones written all the same.

No disk, no clock, no chance: keys are derived from names, time is a number. Every entry is judged twice, by the command's
door before it is signed and by the auditor after it is written, and the two must say the same.

Example:
    >>> office = Office.standard()
    >>> office.enter(office.approval("bob", "PRO-01", role="head"))
    'document-unknown'
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from ledgers.attempts import Attempts
from ledgers.material import (
    CHARTER,
    NOTHING,
    OFFSET,
    START,
    Attempt,
    Key,
    appointments,
    charter_files,
    identity,
    key,
    person,
    plain_charter,
    proof,
    text_files,
)

from docctl.adapters import strictyaml
from docctl.adapters.memoryledger import MemoryLedger
from docctl.core import commit as commits
from docctl.core import days, tree
from docctl.core.authority import RECOVERY_IDENTITY
from docctl.core.judge import predict
from docctl.core.message import Entry, _written
from docctl.core.model import Signed, Violation
from docctl.core.shelf import EMPTY_TREE, Shelf
from docctl.core.state import State
from docctl.core.step import Broken
from docctl.errors import Refused
from docctl.library import replaying
from docctl.library.book import Book, Draft, placed
from docctl.library.replaying import fresh_state, replay

PLACE = ("library", "sequence", "previous", "charter", "subject")
DOORLESS = (*PLACE, "tree", "parent", "namespace", "at")


@cache
def _yaml(data: bytes, name: str) -> Any:
    return strictyaml.read(data, name)


# The same charters are read over and over; nobody changes what was read.
MEANS = replace(replaying.MEANS, read_yaml=_yaml)


def beginning(ledger: MemoryLedger) -> State:
    """The state before the first entry."""
    return replace(fresh_state(ledger), means=MEANS)


class Office(Attempts):
    """A ledger in memory with the state behind its head.

    Attributes:
        at: The instant of the next entry.
        found: Violation codes of the entries written, by position.
    """

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.state = beginning(self.ledger)
        self.at = START
        self.offset = OFFSET
        self.found: dict[int, str] = {}
        self.origin: State | None = None

    @staticmethod
    def founded() -> Office:
        """Anna alone."""
        return _founded().begun()

    @staticmethod
    def standard() -> Office:
        """Anna (administrator, quality manager, author), Bob (administrator, head), Eva (reviewer), Dan (author,
        reviewer); a charter needs two.
        """
        return _standard().begun()

    def begun(self) -> Office:
        """A fork whose audit begins here."""
        twin = self.fork()
        twin.origin = copied(twin.state, twin.ledger)
        return twin

    def fork(self) -> Office:
        """The same office, which from here on goes its own way."""
        twin = Office()
        twin.ledger = self.ledger.clone()
        twin.state = copied(self.state, twin.ledger)
        twin.at, twin.offset, twin.found, twin.origin = self.at, self.offset, dict(self.found), self.origin
        return twin

    # -- the two doors -----------------------------------------------------------------------------------------------

    def enter(self, attempt: Attempt, *, force: bool = False) -> str | None:
        """Judge at both doors; write the entry if it is lawful (or forced). The rule that forbids it, or None."""
        self.at += 60
        first = self.door(attempt)
        beside = self if force else self.fork()
        second = beside.write(*self.sealed(attempt))
        if not set(attempt.forged) & set(DOORLESS):
            assert first == second, f"the command says {first}, the auditor {second}"
        if second is None and not force:
            self.ledger, self.state = beside.ledger, beside.state
        return second

    def door(self, attempt: Attempt) -> str | None:
        """What a command would be told before it signs."""
        book = Book(self.ledger)
        book.state = self.state
        draft = Draft(attempt.subject, attempt.event, attempt.comment, attempt.files)
        for kind, data in tree.files_tree(attempt.files)[1] if attempt.files is not None else ():
            self.state.shelf.put(kind, commits.object_id(kind, data), data)
        try:
            who = self.who(attempt)
            if self.state.authority is not None and not {"name", "email"} & set(attempt.forged):
                who = book._identity(attempt.signer, draft)
            book._candidate(attempt.signer, draft, who, self.when(attempt))
        except Refused as refused:
            return refused.code
        return None

    def write(self, raw: bytes, objects: list[Any]) -> str | None:
        """Put a commit of any bytes behind the head, and judge it as the auditor does."""
        name = commits.object_id("commit", raw)
        position = self.state.length
        self.ledger.append([*objects, ("commit", raw)], name, self.state.head)
        violations = list(replay(self.state, [(name, raw)]))
        assert len(violations) <= 1 and self.state.length == position + 1
        if violations:
            assert (violations[0].entry, violations[0].commit) == (position, name)
            self.found[position] = violations[0].rule
            return violations[0].rule
        return None

    def audit(self) -> tuple[State, list[Violation]]:
        """Everything once more in one stream; it must give what came of judging entry by entry.

        From the front; an office that is the same for many tests (its beginning was audited once) from where it begins.
        """
        state = copied(self.origin, self.ledger) if self.origin else beginning(self.ledger)
        violations = list(replay(state, self.ledger.commits(state.head, str(self.ledger.head()))))
        assert {one.entry: one.rule for one in violations} == self.found
        assert facts(state) == facts(self.state)
        return state, violations

    # -- bytes -------------------------------------------------------------------------------------------------------

    def who(self, attempt: Attempt) -> tuple[str, str]:
        """Name and e-mail that the commit will bear."""
        name, email = attempt.who or self.enrolled(attempt.signer)
        return attempt.forged.get("name", name), attempt.forged.get("email", email)

    def enrolled(self, signer: Key) -> tuple[str, str]:
        """The identity of whoever holds the key."""
        if signer.name.startswith("recovery"):
            return RECOVERY_IDENTITY
        found = self.state.authority.keys.get(signer.key) if self.state.authority else None
        if found is not None:
            one = self.state.authority.charter.people[found.person]
            return one.name, one.email
        return identity(signer.name.rstrip("0123456789"))

    def when(self, attempt: Attempt) -> tuple[int, str]:
        """Instant and offset of the commit."""
        return attempt.forged.get("at", self.at), attempt.forged.get("offset", self.offset)

    def entry(self, attempt: Attempt) -> Entry:
        """The entry with its place, right or forged."""
        right = placed(self.state, Draft(attempt.subject, attempt.event, attempt.comment))
        return replace(right, **{name: value for name, value in attempt.forged.items() if name in PLACE})

    def sealed(self, attempt: Attempt) -> tuple[bytes, list[Any]]:
        """The signed commit, whatever it says, and the objects it brings."""
        objects = tree.files_tree(attempt.files)[1] if attempt.files is not None else []
        for kind, data in objects:
            self.state.shelf.put(kind, commits.object_id(kind, data), data)
        entry, who, when = self.entry(attempt), self.who(attempt), self.when(attempt)
        root = attempt.forged.get("tree") or self.root(entry, attempt.signer, who, when)
        parent = attempt.forged.get("parent", self.state.head)
        payload = commits.unsigned(root, parent, who, when, _written(entry))
        fresh = self.state.shelf.fresh_trees(self.state.tree, root) if "tree" not in attempt.forged else []
        armor = attempt.signer.sign(payload, attempt.forged.get("namespace", "git"))
        return commits.signed(payload, armor), [*objects, *fresh]

    def root(self, entry: Entry, signer: Key, who: tuple[str, str], when: tuple[int, str]) -> str:
        """The tree that follows from the event."""
        try:
            return predict(self.state, Signed(entry, signer.key, *who, *when, days.day_of(*when)))
        except Broken:
            return self.state.tree


def copied(state: State, ledger: MemoryLedger) -> State:
    """A state that another may move on."""
    return replace(state, shelf=Shelf(ledger.fetch), documents=dict(state.documents), records=dict(state.records))


def facts(state: State) -> tuple[Any, ...]:
    """Everything a state says, to be compared."""
    names = ("length", "head", "tree", "time", "authority", "frontier")
    return (*(getattr(state, name) for name in names), dict(state.documents), dict(state.records))


@cache
def _founded() -> Office:
    office = Office()
    assert office.enter(office.founding()) is None
    return office


@cache
def _standard() -> Office:
    office = _founded().fork()
    plain, library = office.plain(), office.state.authority.library
    for name, roles in (
        ("bob", ("administrator", "head")),
        ("eva", ("reviewer",)),
        ("dan", ("author", "reviewer")),
    ):
        plain["people"]["people"][name] = person(name, library, roles)
    for attempt in (
        lambda: office.charter("anna", plain),
        lambda: office.approval("bob", CHARTER),
        lambda: office.publication("anna", CHARTER),
    ):
        assert office.enter(attempt()) is None
    office.origin = None
    office.audit()
    return office


__all__ = [
    "CHARTER",
    "EMPTY_TREE",
    "NOTHING",
    "Attempt",
    "Key",
    "Office",
    "appointments",
    "beginning",
    "charter_files",
    "copied",
    "facts",
    "identity",
    "key",
    "person",
    "plain_charter",
    "proof",
    "text_files",
]
