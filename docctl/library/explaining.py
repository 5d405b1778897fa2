"""Entries explained: the ledger is judged from the front, and stopped before and behind each entry asked about.

The auditor's door: nothing kept from earlier is used. What is said of an entry's later life is as of the end of the
ledger, so the whole of it is walked once, however many entries are explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from docctl import signatures
from docctl.adapters.gitledger import GitLedger
from docctl.core import charter as charters
from docctl.core import difference
from docctl.core.authority import Authority
from docctl.core.charter_machine import CHARTER
from docctl.core.difference import Difference
from docctl.core.explanation import Explanation, Scene, explain
from docctl.core.fate import Ending, Following
from docctl.core.judge import advance
from docctl.core.model import Document, Violation
from docctl.core.ports import Ledger
from docctl.core.standing import Charters
from docctl.core.state import Sealed, State, unseal
from docctl.core.values import replace
from docctl.errors import NotFound
from docctl.library import clock
from docctl.library.replaying import fresh_state, read_yaml, replay

# More are not explained at once: whoever rewrites a history breaks a rule in every entry of it.
MOST = 100
_COMMIT = re.compile("[0-9a-f]{7,40}")


def explain_at(path: str | Path, entry: int | str | None = None) -> tuple[Explanation, ...]:
    """Explain entries of the library in a folder.

    Args:
        path: A folder of the library, or a bare repository.
        entry: Its number, a commit id (seven signs and more), a document's or a record's id (its last entry); None for
            every entry that breaks a rule (the first hundred), or the last entry if none does.

    Raises:
        NotFound: `library-not-found`, `entry-not-found`, `entry-ambiguous`.
        Unavailable: the ledger cannot be read.
    """
    with GitLedger.open(Path(path)) as ledger:
        return explained(ledger, entry)


def explain_these(path: Path, numbers: Sequence[int]) -> tuple[Explanation, ...]:
    """Explain entries that are known to be there, in rising order: what a report names, the first hundred."""
    with GitLedger.open(path) as ledger:
        head = ledger.head()
        return _walked(ledger, head, numbers[:MOST]) if head else ()


def explained(ledger: Ledger, entry: int | str | None = None) -> tuple[Explanation, ...]:
    """The same of an open ledger."""
    ids = _listed(ledger, entry)
    if entry is None:
        state = fresh_state(ledger)
        broken = [one.entry for one in replay(state, ledger.commits(None, ids.head))]
        return _walked(ledger, ids.head, broken[:MOST] or [state.length - 1])
    return _walked(ledger, ids.head, [_found(ids, entry)])


# -- which entry -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Listing:
    """The ledger's commits in order, and the last entry that names the document asked about."""

    head: str
    ids: list[str] = field(default_factory=list)
    last: int | None = None


def _listed(ledger: Ledger, entry: int | str | None) -> _Listing:
    """The commits, as far as they are needed to find the entry."""
    head = ledger.head()
    if head is None:
        raise NotFound("library-empty")
    listing = _Listing(head)
    if entry is None:
        return listing
    # Ids are capitals, whatever was typed.
    subject = CHARTER if str(entry).lower() == CHARTER else str(entry).upper()
    lines = [f"\nDocctl-{name}: {subject}\n".encode() for name in ("Document", "Record")]
    for number, (commit_id, raw) in enumerate(ledger.commits(None, head)):
        listing.ids.append(commit_id)
        if lines[0] in raw or lines[1] in raw:
            listing.last = number
    return listing


def _found(listing: _Listing, entry: int | str) -> int:
    """The number of the entry meant: a number first, then a document, then a commit."""
    text, count = str(entry), len(listing.ids)
    if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) < count:
        return int(text)
    if listing.last is not None:
        return listing.last
    hits = [number for number, one in enumerate(listing.ids) if one.startswith(text.lower())]
    if not _COMMIT.fullmatch(text.lower()) or not hits:
        raise NotFound("entry-not-found", wanted=text, count=count, last=count - 1)
    if len(hits) > 1:
        raise NotFound("entry-ambiguous", wanted=text)
    return hits[0]


# -- the walk ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Stop:
    """What stood before and behind one entry."""

    number: int
    raw: bytes
    sealed: Sealed
    before: Authority | None
    thread: Document | None
    change: Difference
    previous: int | None
    after: Authority | None = None
    followed: Document | None = None


class _Stream:
    """The ledger's commits, with a note of each later one of a document that was asked about."""

    def __init__(self, commits: Iterator[tuple[str, bytes]]) -> None:
        self._commits = commits
        self._watched: dict[bytes, str] = {}
        self._at = 0
        self.noted: list[tuple[str, Following]] = []

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return self

    def __next__(self) -> tuple[str, bytes]:
        commit_id, raw = next(self._commits)
        for line, subject in self._watched.items():
            if line in raw:
                entry = unseal(commit_id, raw).entry
                if entry is not None and entry.subject == subject:
                    self.noted.append((subject, Following(self._at, entry.event)))
        self._at += 1
        return commit_id, raw

    def watch(self, subject: str) -> None:
        """Note what comes of a document from here on."""
        self._watched[f"\nDocctl-Document: {subject}\n".encode()] = subject


def _walked(ledger: Ledger, head: str, wanted: Sequence[int]) -> tuple[Explanation, ...]:
    state, stream = fresh_state(ledger), _Stream(ledger.commits(None, head))
    refused: dict[int, Violation] = {}
    stops: list[_Stop] = []

    def go(commits: Iterable[tuple[str, bytes]]) -> None:
        for one in replay(state, commits):
            refused[one.entry] = one

    for number in wanted:
        go(islice(stream, number - state.length))
        found = next(stream, None)
        if found is None:
            break  # the end went back since the entries were counted
        stop = _before(state, *found)
        if stop.sealed.entry is not None:
            stream.watch(stop.sealed.entry.subject)
        violation = advance(state, stop.sealed)
        if violation is not None:
            refused[number] = violation
        stop.after, stop.followed = state.authority, _thread(state, stop.sealed)
        stops.append(stop)
    go(stream)
    history = _charters(state)
    return tuple(
        explain(
            Scene(
                number=one.number,
                raw=one.raw,
                sealed=one.sealed,
                violation=refused.get(one.number),
                before=one.before,
                after=one.after,
                thread=one.thread,
                followed=one.followed,
                change=one.change,
                previous=one.previous,
                ending=_ending(state, one.sealed, history, stream, refused),
            )
        )
        for one in stops
    )


def _before(state: State, commit_id: str, raw: bytes) -> _Stop:
    """The entry opened, with the state before it."""
    sealed = unseal(commit_id, raw)
    if sealed.commit is not None:
        seal = signatures.open_seal(sealed.commit.payload, sealed.commit.armor)
        sealed = sealed.under(seal)
    change = difference.between(state.shelf, state.tree, sealed.tree) if sealed.tree else Difference((), complete=False)
    entry = sealed.entry
    previous = state.last(entry.subject, entry.event) if entry is not None else None
    return _Stop(state.length, raw, sealed, state.authority, _thread(state, sealed), change, previous)


def _thread(state: State, sealed: Sealed) -> Document | None:
    """The document, or the charter, that an entry is about."""
    if sealed.entry is None:
        return None
    if sealed.entry.subject == CHARTER:
        return state.authority.thread if state.authority else None
    return state.documents.get(sealed.entry.subject)


def _charters(state: State) -> Charters:
    """Every charter that was in force, with the entry that put it there."""
    publications = state.authority.thread.publications if state.authority else ()
    return tuple(
        (one.entry, charters.read(state.shelf.files(one.proposal.tree), read_yaml))
        for one in publications
        if one.proposal.tree
    )


def _ending(
    state: State, sealed: Sealed, history: Charters, stream: _Stream, refused: dict[int, Violation]
) -> Ending | None:
    if state.authority is None:
        return None
    subject = sealed.entry.subject if sealed.entry else ""
    following = tuple(one for name, one in stream.noted if name == subject and one.entry not in refused)
    moment = max(clock.now(), state.time)
    thread, record = (
        _thread(state, sealed),
        state.records.get(getattr(sealed.entry and sealed.entry.event, "record", "")),
    )
    if thread is not None and record is not None:
        # Who vouched for an entry about a record stands in the record's own thread.
        thread = replace(thread, reaffirmed=record.reaffirmed)
    return Ending(state.authority, thread, history, following, moment)
