"""What became of an entry: whether it can still be relied on, and what followed from it.

Not for judging: an entry that was lawful stays lawful, whatever came later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from docctl.core.authority import Authority, fingerprint
from docctl.core.events import Cancelled, Disposed, Event, Published, Reaffirmed, Rejected, Submitted, name_of
from docctl.core.model import Document, Status
from docctl.core.standing import Charters

# Of a proposal, and of a decision on one; of a publication the codes are those of `Status`.
OPEN, PUBLISHED, REJECTED, REPLACED, CANCELLED = "open", "published", "rejected", "replaced", "cancelled"
CARRIED_OUT = "carried-out"
STANDS, NOTHING = "stands", "nothing"


@dataclass(frozen=True, slots=True)
class Following:
    """A later lawful entry of the same document."""

    entry: int
    event: Event


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an entry, as of the end of the ledger.

    Attributes:
        outcome: Of a proposal, and of a decision on one: "open", "published", "rejected", "replaced" (by another
            proposal), "cancelled", "carried-out" (a disposal). Of a publication its status: "pending", "in-force",
            "superseded", "withdrawn", "cancelled" (ended before it began). "stands" of every other; "nothing" of one
            that breaks a rule.
        by: The entry by which that came about, or None.
        effective: Of what is or was in force: from which day; `starts` and `offset` are the instant.
        confirmed: False where the key was later found compromised and nobody vouched for the entry.
        compromised_since: First entry of that key that cannot be relied on; `declared` the charter entry that says so.
        reaffirmed: Entry by which somebody vouched for this one, or None.
    """

    outcome: str
    by: int | None = None
    effective: date | None = None
    starts: int | None = None
    confirmed: bool = True
    compromised_since: int | None = None
    declared: int | None = None
    reaffirmed: int | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of the ledger, from which one looks back.

    Attributes:
        thread: The document (or charter) as it then is; None where there is none.
        charters: Every charter with the entry that put it in force, oldest first.
        moment: The instant asked about, seconds since 1970 UTC.
    """

    authority: Authority
    thread: Document | None
    charters: Charters
    following: tuple[Following, ...]
    moment: int


def fate(entry: int, event: Event, key: str, ending: Ending) -> Fate:
    """What became of a lawful entry.

    Args:
        entry: Its number.
        event: What it says.
        key: Fingerprint of the key that signed it.
        ending: The end of the ledger.
    """
    later = [one for one in ending.following if one.entry > entry]
    outcome, by, effective, starts = _outcome(entry, event, ending, later)
    vouched = ending.thread.reaffirmed if ending.thread else frozenset()
    touched = not ending.authority.confirmed(entry, key)
    return Fate(
        outcome,
        by,
        effective,
        starts,
        confirmed=ending.authority.confirmed(entry, key, vouched),
        compromised_since=ending.authority.compromised.get(key) if touched else None,
        declared=_declared(ending.charters, key) if touched else None,
        reaffirmed=next((one.entry for one in later if _vouches(one.event, entry)), None),
    )


def _vouches(event: Event, entry: int) -> bool:
    return isinstance(event, Reaffirmed) and event.entry == entry


def _declared(charters: Charters, key: str) -> int | None:
    """The charter entry that first says of a key that it is compromised."""
    for entry, charter in charters:
        lines = [charter.recovery, *(line for person in charter.people.values() for line in person.keys)]
        if any(line.compromised_since is not None and fingerprint(line.public) == key for line in lines):
            return entry
    return None


def _outcome(
    entry: int, event: Event, ending: Ending, later: list[Following]
) -> tuple[str, int | None, date | None, int | None]:
    if isinstance(event, Published):
        return _publication(entry, ending)
    if name_of(event) not in ("submitted", "approved", "rejected"):
        return STANDS, None, None, None
    if isinstance(event, Rejected):
        return REJECTED, entry, None, None
    for one in later:
        found = _decided(one.event)
        if found:
            effective: Any = getattr(one.event, "effective", None) if found == PUBLISHED else None
            return found, one.entry, effective, None
    return OPEN, None, None, None


def _decided(event: Event) -> str:
    """How an entry ends the proposal that is open."""
    kinds = (
        (Submitted, REPLACED),
        (Cancelled, CANCELLED),
        (Rejected, REJECTED),
        (Published, PUBLISHED),
        (Disposed, CARRIED_OUT),
    )
    return next((code for kind, code in kinds if isinstance(event, kind)), "")


def _publication(entry: int, ending: Ending) -> tuple[str, int | None, date | None, int | None]:
    thread = ending.thread
    found = next((p for p in thread.publications if p.entry == entry), None) if thread else None
    if thread is None or found is None:
        return STANDS, None, None, None
    status = thread.status_of(found, ending.moment)
    if found.withdraws:
        status = Status.WITHDRAWN if found.starts <= ending.moment else Status.PENDING
        return status.value, None, found.effective, found.starts
    by = found.ended_by
    if status is Status.WITHDRAWN:
        ended = thread.withdrawn(ending.moment)
        by = ended.entry if ended else None
    elif status is Status.SUPERSEDED:
        higher = [p.entry for p in thread.publications if p.entry > entry and p.starts <= ending.moment]
        by = min(higher, default=None)
    return status.value, by, found.effective, found.starts
