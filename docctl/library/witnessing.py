"""What was brought from outside, held against the history: checkpoints, who signed them and when, and how fresh it is.

What two disagreeing checkpoints, or a checkpoint and a history, prove:

    rollback   the checkpoint knows more entries than the history: some were taken away, or this copy is old
    rewrite    the first entries are not those of the checkpoint
    fork       two checkpoints cannot belong to one history: of one size with two roots, or the history that continues
               the longer one does not continue the shorter

A signature by a key that is not known is no one's and changes nothing (C2SP signed-note); it is listed as not checked.
No clock is asked here: whoever wants an age judged brings the instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from docctl.core import checkpoint as checkpoints
from docctl.core import days
from docctl.core.checkpoint import Checkpoint, NoteSignature, Witness
from docctl.core.model import Violation
from docctl.core.state import State
from docctl.errors import Malformed

AGREES, ROLLBACK, REWRITE, FORK, OTHER = "agrees", "rollback", "rewrite", "fork", "other-library"
SKEW = 300


@dataclass(frozen=True, slots=True)
class Outside:
    """What the person who verifies knows besides the anchor and the checkpoints.

    Attributes:
        witnesses: Outsiders whose cosignatures are checked; each must be on one of the checkpoints.
        stamps: Place of a checkpoint, from 0, to the instant that a timestamp token proves for it.
        against: What is wrong with timestamp tokens.
        now: This instant by the machine's clock; None: no time is compared with it.
        not_older_than: Days after which the newest evidence is too old; None for ever. Needs `now`.
    """

    witnesses: tuple[Witness, ...] = ()
    stamps: Mapping[int, int] = field(default_factory=dict)
    against: tuple[Violation, ...] = ()
    now: int | None = None
    not_older_than: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One checkpoint beside the history.

    Attributes:
        finding: "agrees", "rollback", "rewrite", "fork" or "other-library".
        signed: Whether a note key that the library's charter names has signed it.
        witnesses: Name and instant of each cosignature by a known witness that holds.
        unchecked: Names on signature lines whose key is not known here.
        stamped: Instant of its timestamp token; None without one.
        ahead: Whether one of these instants is still to come by this machine's clock.
    """

    size: int
    finding: str
    signed: bool = False
    witnesses: tuple[tuple[str, int], ...] = ()
    unchecked: tuple[str, ...] = ()
    stamped: int | None = None
    ahead: bool = False

    @property
    def instants(self) -> tuple[int, ...]:
        """When, by others' clocks, this checkpoint was there."""
        return (*(at for _, at in self.witnesses), *(() if self.stamped is None else (self.stamped,)))


@dataclass(slots=True)
class _Lines:
    """What the signature lines of one checkpoint say."""

    signed: bool = False
    witnesses: list[tuple[str, int]] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    broken: list[Violation] = field(default_factory=list)


def compare(
    state: State, marks: tuple[Checkpoint, ...], roots: Mapping[int, bytes], outside: Outside
) -> tuple[tuple[Seen, ...], list[Violation]]:
    """Each checkpoint beside the history, and everything that contradicts.

    Args:
        state: Behind the last entry.
        marks: The checkpoints.
        roots: The history's root at the size of each checkpoint that is not longer than it.
        outside: Who and what else is known.
    """
    findings = [_finding(state, mark, roots) for mark in marks]
    forks = list(_forks(marks, findings))
    forked = {place for pair in forks for place in pair if findings[place] not in (AGREES, ROLLBACK)}
    found, seen, met = list(outside.against), [], set()
    for place, (mark, finding) in enumerate(zip(marks, findings, strict=True)):
        found += _violations(state, mark, finding, place)
        lines = _Lines() if finding == OTHER else _read_lines(state, mark, outside.witnesses, place)
        found += lines.broken
        met |= {(one.name, one.key_id) for one in mark.signatures} if finding != OTHER else set()
        stamped = outside.stamps.get(place)
        told = FORK if place in forked else finding
        one = Seen(mark.size, told, lines.signed, tuple(lines.witnesses), tuple(lines.unchecked), stamped)
        ahead = outside.now is not None and any(at > outside.now + SKEW for at in one.instants)
        seen.append(Seen(one.size, told, one.signed, one.witnesses, one.unchecked, stamped, ahead))
    found += [_fork(marks, findings, *pair) for pair in forks]
    missing = [one.name for one in outside.witnesses if (one.name, one.key_id) not in met]
    found += [Violation("witness-missing", 0, "", (("witness", name),)) for name in missing]
    return tuple(seen), found


def _finding(state: State, mark: Checkpoint, roots: Mapping[int, bytes]) -> str:
    if state.authority is not None and mark.library != state.authority.library:
        return OTHER
    if mark.size > state.length:
        return ROLLBACK
    return AGREES if roots.get(mark.size) == mark.root else REWRITE


def _forks(marks: tuple[Checkpoint, ...], findings: list[str]) -> Iterator[tuple[int, int]]:
    """Places of every two checkpoints that cannot belong to one history."""
    for first, second in combinations(range(len(marks)), 2):
        one, other = marks[first], marks[second]
        if OTHER in (findings[first], findings[second]) or one.library != other.library:
            continue
        longer, shorter = (first, second) if one.size >= other.size else (second, first)
        apart = one.size == other.size and one.root != other.root
        if apart or (findings[longer], findings[shorter]) == (AGREES, REWRITE):
            yield first, second


def _fork(marks: tuple[Checkpoint, ...], findings: list[str], first: int, second: int) -> Violation:
    agrees = next((str(place + 1) for place in (first, second) if findings[place] == AGREES), "—")
    size = min(marks[first].size, marks[second].size)
    values = (("first", str(first + 1)), ("second", str(second + 1)), ("size", str(size)), ("agrees", agrees))
    return Violation("checkpoint-fork", size, "", values)


def _violations(state: State, mark: Checkpoint, finding: str, place: int) -> list[Violation]:
    size, number = ("size", str(mark.size)), ("number", str(place + 1))
    if finding == OTHER:
        return [Violation("checkpoint-other-library", 0, "", (("found", mark.library), number))]
    if finding == ROLLBACK:
        values = (("entries", str(state.length)), size, number)
        return [Violation("checkpoint-longer", state.length, "", values)]
    return [Violation("checkpoint-differs", mark.size, "", (size, number))] if finding == REWRITE else []


def _read_lines(state: State, mark: Checkpoint, witnesses: tuple[Witness, ...], place: int) -> _Lines:
    """Check every line by a known key; a line that stands twice counts once."""
    found, own = _Lines(), _note_keys(state)
    known = {(one.name, one.key_id): one.public for one in witnesses}
    values = (("size", str(mark.size)), ("number", str(place + 1)))
    for line in dict.fromkeys(mark.signatures):
        name = (line.name, line.key_id)
        if name in own:
            if _holds(own[name], line.signature, mark.text.encode()):
                found.signed = True
            else:
                found.broken.append(Violation("checkpoint-signature", mark.size, "", values))
        elif name in known:
            at = _cosigned(mark, line, known[name])
            if at is None:
                wrong = (*values, ("witness", line.name))
                found.broken.append(Violation("cosignature-invalid", mark.size, "", wrong))
            else:
                found.witnesses.append((line.name, at))
        else:
            found.unchecked.append(line.name)
    return found


def _note_keys(state: State) -> dict[tuple[str, bytes], bytes]:
    """Every note key that a charter in force has named: one that was replaced signed what it signed."""
    found = {}
    for line in state.authority.note_keys if state.authority else ():
        try:
            name, key_id, public = checkpoints.read_verifier_key(line)
        except Malformed:
            continue
        found[name, key_id] = public
    return found


def _cosigned(mark: Checkpoint, line: NoteSignature, public: bytes) -> int | None:
    """When a witness cosigned; None if the line does not hold."""
    stated = checkpoints.cosigned_at(line)
    if stated is None or not _holds(public, stated[1], checkpoints.cosigned_message(mark.text, stated[0])):
        return None
    return stated[0]


def _holds(public: bytes, value: bytes, message: bytes) -> bool:
    from docctl import signatures

    return signatures.note_holds(public, value, message)


def offset_of(state: State) -> str:
    """The offset in which days are told when nobody stated one: the charter's first."""
    return state.authority.charter.offsets[0] if state.authority else "+0000"


def stale(state: State, seen: tuple[Seen, ...], outside: Outside) -> tuple[Violation, ...]:
    """What is wrong with the age of the newest evidence: the last entry, or a checkpoint of just this history.

    A time that is still to come proves nothing about the past.
    """
    if outside.not_older_than is None or outside.now is None:
        return ()
    told = [at for one in seen if one.finding == AGREES and one.size == state.length for at in one.instants]
    newest = max((at for at in (state.time, *told) if at <= outside.now + SKEW), default=0)
    if outside.now - newest <= outside.not_older_than * 86400:
        return ()
    offset = offset_of(state)
    values = (
        ("limit", str(outside.not_older_than)),
        ("entries", str(state.length)),
        ("last", str(days.day_of(state.time, offset))),
        ("newest", str(days.day_of(max(told), offset)) if told else "—"),
    )
    return (Violation("history-stale", max(0, state.length - 1), state.head or "", values),)
