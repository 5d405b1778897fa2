"""Bringing a library together with its shared copy: theirs first, ours judged and signed anew behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from docctl.adapters import remote
from docctl.adapters.gitledger import GitLedger
from docctl.core.charter_machine import CHARTER
from docctl.core.events import Event, Submitted
from docctl.core.judge import unseal
from docctl.core.message import Entry
from docctl.core.ports import Signer
from docctl.errors import LedgerChanged, Refused
from docctl.library.book import Book, Draft, folder_of
from docctl.library.drafting import next_number
from docctl.library.replaying import fresh_state, replay
from docctl.signatures import open_seal


@dataclass(frozen=True, slots=True)
class Synced:
    """What came and what went, in entries; `dropped` are own entries that no longer fit."""

    received: int
    sent: int
    signed_anew: int


def sync(book: Book, root: Path, signer: Signer | None) -> Synced:
    """Fetch, judge what came, put own entries behind it, push.

    Nothing unlawful is taken over: if what came breaks a rule, the local ledger stays as it is.

    Raises:
        Refused: `remote-none`, `remote-unlawful`, `remote-refused`, `sync-needs-key`, `sync-conflict`.
        Unavailable: `remote-unreachable`.
    """
    for _ in range(5):
        theirs = remote.fetch(root)
        received, anew = _bring_in(book, theirs, signer) if theirs else (0, 0)
        ours = _count(book, theirs)
        if ours == 0:
            return Synced(received, 0, anew)
        try:
            remote.push(root)
        except LedgerChanged:
            continue
        return Synced(received, ours, anew)
    raise Refused("ledger-busy")


def _count(book: Book, theirs: str | None) -> int:
    head = book.ledger.head()
    return 0 if head is None or head == theirs else sum(1 for _ in book.ledger.commits(theirs, head))


def _bring_in(book: Book, theirs: str, signer: Signer | None) -> tuple[int, int]:
    """Make the shared head ours; own entries that it does not have are entered again behind it."""
    head = book.ledger.head()
    if head == theirs:
        return 0, 0
    new = list(book.ledger.commits(head, theirs))
    if not new:
        return 0, 0  # the shared copy is behind us
    own = list(book.ledger.commits(theirs, head)) if head else []
    _must_be_lawful(book, theirs)
    if own and signer is None:
        raise Refused("sync-needs-key", entries=len(own))
    drafts = [_draft(book, raw, commit_id, signer) for commit_id, raw in own]
    book.ledger.append((), theirs, head)
    book.refresh()
    again = _Again(book, signer, head)
    for entry, files in drafts:
        again.enter(entry, files)
    return len(new), len(drafts)


def _must_be_lawful(book: Book, theirs: str) -> None:
    state = fresh_state(book.ledger)
    found = next(iter(replay(state, book.ledger.commits(None, theirs))), None)
    known = {(one.entry, one.commit) for one in book.violations}
    if found is not None and (found.entry, found.commit) not in known:
        raise Refused("remote-unlawful", rule=found.rule, entry=found.entry)
    mine = book.state.authority
    if mine is not None and (state.authority is None or state.authority.library != mine.library):
        raise Refused("library-other")


def _draft(book: Book, raw: bytes, commit_id: str, signer: Signer | None) -> tuple[Entry, dict[str, bytes] | None]:
    """An own entry as what it asked for, with its files, so that it can be entered on another head."""
    sealed = unseal(commit_id, raw)
    if sealed.entry is None or sealed.commit is None or signer is None:
        raise Refused("sync-conflict", rule="message-grammar", document=commit_id[:12])
    if open_seal(sealed.commit.payload, sealed.commit.armor).key != signer.key:
        raise Refused("sync-other-signer", name=sealed.commit.name, document=sealed.entry.subject)
    tree = getattr(sealed.entry.event, "tree", None)
    return sealed.entry, book.state.shelf.files(tree) if tree else None


class _Again:
    """Enters own entries behind those that came: their numbers, and what they name, are made to fit."""

    def __init__(self, book: Book, signer: Signer | None, before: str | None) -> None:
        self.book = book
        self.signer = signer
        self.before = before
        self.numbers: dict[int, int] = {}
        self.names: dict[str, str] = {}

    def enter(self, entry: Entry, files: dict[str, bytes] | None) -> None:
        """Enter one; where a rule now forbids it, what was entered before is kept aside and the person told."""
        if self.signer is None:
            raise Refused("sync-needs-key", entries=1)
        draft = Draft(self.names.get(entry.subject, entry.subject), self._moved(entry.event), entry.comment, files)
        try:
            try:
                signed = self.book.append(self.signer, lambda _: draft)
            except Refused as refused:
                if not _number_taken(entry, refused):
                    raise
                fresh = self._renumbered(entry, files or {})
                signed = self.book.append(self.signer, lambda _: fresh)
        except Refused as refused:
            if isinstance(self.book.ledger, GitLedger) and self.before:
                self.book.ledger.keep(self.before)
            raise Refused("sync-conflict", rule=refused.code, document=draft.subject) from None
        self.numbers[entry.sequence] = signed.entry.sequence

    def _moved(self, event: Event) -> Event:
        """The event with the numbers of own entries as they are now."""
        numbers = {
            name: self.numbers[value]
            for name in _NUMBERS
            if (value := getattr(event, name, None)) is not None and value in self.numbers
        }
        return replace(event, **numbers)

    def _renumbered(self, entry: Entry, files: dict[str, bytes]) -> Draft:
        """A new document whose number somebody else took meanwhile gets the next one."""
        prefix, _, digits = entry.subject.rpartition("-")
        fresh = next_number(prefix, [*self.book.state.documents], len(digits))
        self.names[entry.subject] = fresh
        line = re.compile(rf"^id: ['\"]?{re.escape(entry.subject)}['\"]?$".encode(), re.MULTILINE)
        renamed = {name: line.sub(f"id: {fresh}".encode(), data, count=1) for name, data in files.items()}
        digest, tree = folder_of(renamed)
        if not isinstance(entry.event, Submitted):
            raise Refused("sync-conflict", rule="base-stale", document=entry.subject)
        event = replace(entry.event, content=digest, tree=tree)
        return Draft(fresh, event, entry.comment, renamed)


_NUMBERS = ("submission", "publication", "base_publication", "base_submission", "form_publication", "entry")


def _number_taken(entry: Entry, refused: Refused) -> bool:
    """Whether a first submission of a new document met another document under its number."""
    event = entry.event
    fresh = isinstance(event, Submitted) and event.base_publication is None and event.base_submission is None
    return fresh and entry.subject != CHARTER and refused.code in ("base-stale", "proposal-of-another", "type-changed")
