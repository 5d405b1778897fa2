"""The auditor's door: everything from the front, against an anchor and checkpoints from outside."""

from __future__ import annotations

import base64
from collections import deque
from dataclasses import dataclass, replace
from itertools import islice

from docctl.adapters.gitledger import GitLedger
from docctl.core import days, merkle
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.model import Document, Violation
from docctl.core.ports import Ledger
from docctl.core.records import Record
from docctl.core.state import State
from docctl.errors import Unavailable
from docctl.library import witnessing
from docctl.library.replaying import fresh_state, replay
from docctl.library.witnessing import Outside, Seen

LAWFUL, VIOLATIONS, NOT_JUDGED = "lawful", "violations", "not judged"


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of `verify`.

    Attributes:
        verdict: "lawful", "violations" or "not judged".
        reason: Code of why it could not be judged, or None.
        root: RFC 6962 root over all payloads, base64.
        hazards: Codes of what in the repository could mislead stock git (reported, never relied on).
        unconfirmed: Entries made by keys since found compromised, and not reaffirmed.
        checkpoints: Each checkpoint that the history was compared with, in the order given.
        last: Instant of the last accepted entry, seconds since 1970 UTC; `offset` is the charter's first.
        since_last: Number of entries that were not judged now, because what was kept of them on this machine was relied
            on; 0 if that was asked for, but nothing usable was kept; None if it was not asked for.
    """

    verdict: str
    library: str
    organisation: str
    entries: int
    head: str
    root: str
    anchored: bool
    violations: tuple[Violation, ...] = ()
    reason: str | None = None
    reason_values: tuple[tuple[str, str], ...] = ()
    hazards: tuple[str, ...] = ()
    unconfirmed: tuple[int, ...] = ()
    checkpoints: tuple[Seen, ...] = ()
    last: int = 0
    offset: str = "+0000"
    since_last: int | None = None

    def against(self, more: Violation) -> Report:
        """The report with one more violation."""
        verdict = NOT_JUDGED if self.reason else VIOLATIONS
        return replace(self, verdict=verdict, violations=(*self.violations, more))


@dataclass(slots=True)
class Audit:
    """What one walk over the ledger found: the state behind it, and its root at the sizes asked for."""

    state: State
    found: list[Violation]
    roots: dict[int, bytes]
    reason: str | None = None
    values: tuple[tuple[str, str], ...] = ()

    def give_up(self, code: str, /, **values: object) -> None:
        """Why the rest cannot be judged."""
        # Positional: what git says of a failure is called `reason` too.
        self.reason = code
        self.values = tuple((name, str(value)) for name, value in values.items())

    def walk(self, ledger: Ledger, sizes: set[int]) -> None:
        """Judge everything, from the front; take the root wherever a checkpoint's size is reached."""
        try:
            self._walk(ledger, sizes)
        except Unavailable as error:
            self.give_up(error.code, **error.values)

    def _walk(self, ledger: Ledger, sizes: set[int]) -> None:
        head, state = ledger.head(), self.state
        if head is None:
            self.give_up("library-empty")
            return
        stream = ledger.commits(None, head)
        # The root at a checkpoint's size is taken when just so many entries were judged.
        for size in sorted(sizes):
            self.found += replay(state, islice(stream, max(0, size - state.length)))
            self.roots[state.length] = merkle.root(state.frontier)
        self.found += replay(state, stream)
        self.check_whole(head)

    def check_whole(self, head: str) -> None:
        """That judging came as far as the head, from a first entry that has nothing before it (a shallow copy has)."""
        first = self.found[0] if self.found else None
        shallow = first is not None and (first.entry, first.rule) == (0, "not-linear")
        if self.state.head != head or shallow:
            self.give_up("history-incomplete", entries=self.state.length)


NOTHING = Outside()


def verify(
    ledger: Ledger, anchor: Anchor | None, marks: tuple[Checkpoint, ...] = (), outside: Outside = NOTHING
) -> Report:
    """Judge the whole history; nothing kept from earlier is used.

    Args:
        ledger: Where the bytes come from; nothing in it is trusted.
        anchor: From outside the library. Without it the answer is "not judged".
        marks: Checkpoints from outside, which the history must continue.
        outside: Who cosigned them, when they were stamped, how old the newest evidence may be.
    """
    audit = Audit(fresh_state(ledger), [], {})
    audit.walk(ledger, {mark.size for mark in marks})
    return conclude(audit, ledger, anchor, marks, outside)


def conclude(
    audit: Audit, ledger: Ledger, anchor: Anchor | None, marks: tuple[Checkpoint, ...], outside: Outside
) -> Report:
    """The report on a walk: beside the anchor, the checkpoints, and the clock if an age is asked about."""
    library = audit.state.authority.library if audit.state.authority else ""
    seen, against = witnessing.compare(audit.state, marks, audit.roots, outside)
    audit.found += against
    if anchor is not None and library and anchor.library != library:
        values = (("expected", anchor.library), ("found", library))
        audit.found.insert(0, Violation("anchor-differs", 0, "", values))
    newer = next((one for one in audit.found if one.rule == "message-format"), None)
    if audit.reason is None and newer is not None and all(one.rule == "message-format" for one in audit.found):
        audit.give_up("format-newer", entry=newer.entry)
    _check_age(audit, seen, outside)
    if audit.reason is None and anchor is None and not audit.found:
        audit.give_up("anchor-missing")
    return _report(ledger, audit, anchor, seen)


def _check_age(audit: Audit, seen: tuple[Seen, ...], outside: Outside) -> None:
    """Too old is a violation; an entry from the future leaves no age to judge."""
    state, now = audit.state, outside.now
    if audit.reason is not None or now is None or outside.not_older_than is None:
        return
    if state.time > now + witnessing.SKEW:
        offset = witnessing.offset_of(state)
        audit.give_up("clock-behind", clock=days.shown(now, offset), last=days.shown(state.time, offset))
        return
    audit.found += witnessing.stale(state, seen, outside)


def judge(ledger: Ledger, old: str | None, new: str, behind: State | None = None) -> tuple[Violation, ...]:
    """The server's door: what the pushed entries violate, judged on what stands at the server's own head.

    Args:
        ledger: Where the bytes come from, those of the push included.
        old: The server's head; None for an empty ledger.
        new: The head that is pushed; one that does not continue the old is `not-linear`.
        behind: The state behind `old`, if it is at hand; moved on to `new`.

    Raises:
        Unavailable: an object cannot be read; nothing may then be taken over.
    """
    state = behind
    if state is None or state.head != old:
        state = fresh_state(ledger)
        # What was taken over before is not judged again, but what it left is what the new entries stand on.
        deque(replay(state, ledger.commits(None, old)) if old else (), maxlen=0)
    found = tuple(replay(state, ledger.commits(old, new)))
    return found if state.head == new else (*found, Violation("not-linear", state.length, new))


def _report(ledger: Ledger, audit: Audit, anchor: Anchor | None, seen: tuple[Seen, ...]) -> Report:
    state = audit.state
    library = state.authority.library if state.authority else ""
    return Report(
        verdict=NOT_JUDGED if audit.reason else VIOLATIONS if audit.found else LAWFUL,
        library=library,
        organisation=state.authority.charter.organisation[0][1] if state.authority else "",
        entries=state.length,
        head=state.head or "",
        root=base64.b64encode(merkle.root(state.frontier)).decode(),
        anchored=anchor is not None and anchor.library == library,
        violations=tuple(audit.found),
        reason=audit.reason,
        reason_values=audit.values,
        hazards=ledger.hazards() if isinstance(ledger, GitLedger) else (),
        unconfirmed=unconfirmed(state),
        checkpoints=seen,
        last=state.time,
        offset=witnessing.offset_of(state),
    )


def unconfirmed(state: State) -> tuple[int, ...]:
    """Entries that keys found compromised have made since, and that nobody vouched for."""
    authority = state.authority
    if authority is None or not authority.compromised:
        return ()
    threads: list[Document | Record] = [authority.thread, *state.documents.values(), *state.records.values()]
    return tuple(
        sorted(
            entry
            for thread in threads
            for entry, key, _ in thread.trail
            if not authority.confirmed(entry, key, thread.reaffirmed) and not _of_the_form(thread, entry)
        ),
    )


def _of_the_form(thread: Document | Record, entry: int) -> bool:
    """Whether an entry ended a record: it is its form's as well, in whose thread it is vouched for."""
    return isinstance(thread, Record) and thread.disposed is not None and thread.disposed.by.entry == entry


def checkpoint(state: State) -> Checkpoint:
    """The unsigned checkpoint of a state."""
    library = state.authority.library if state.authority else ""
    return Checkpoint(library, state.length, merkle.root(state.frontier))
