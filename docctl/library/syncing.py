"""Bringing a library together with its shared copy: theirs first, ours judged and signed anew behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docctl.adapters import remote
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.memoryledger import Overlay, Stored
from docctl.core import days
from docctl.core.charter_machine import CHARTER
from docctl.core.events import Submitted
from docctl.core.message import Entry
from docctl.core.ports import Ledger, Signer
from docctl.core.state import State, unseal
from docctl.errors import LedgerChanged, Refused
from docctl.library import clock
from docctl.library.book import Book, Draft, folder_of
from docctl.library.drafting import next_number
from docctl.library.replaying import fresh_state, replay


@dataclass(frozen=True, slots=True)
class Synced:
    """What came and what went, in entries; how many of those sent had to be signed anew."""

    received: int
    sent: int
    signed_anew: int


def sync(book: Book, root: Path, signer: Signer | None) -> Synced:
    """Fetch, judge what came, put own entries behind it, push.

    Nothing unlawful is taken over: if what came breaks a rule, the local ledger stays as it is.

    Raises:
        Refused: `remote-none`, `remote-unlawful`, `remote-refused`, `library-other`, `sync-needs-key`,
            `sync-other-signer`, `sync-conflict`.
        Unavailable: `remote-unreachable`.
    """
    received = anew = 0
    for _ in range(5):
        theirs = remote.fetch(root)
        try:
            if theirs is not None:
                came, again = _bring_in(book, root, theirs, signer)
                received, anew = received + came, anew + again
            ours = _count(book, theirs)
            if ours:
                remote.push(root)
        except LedgerChanged:
            # Somebody was first, here or there.
            book.refresh()
            continue
        return Synced(received, ours, anew)
    raise Refused("ledger-busy")


def _count(book: Book, theirs: str | None) -> int:
    head = book.ledger.head()
    return 0 if head is None or head == theirs else sum(1 for _ in book.ledger.commits(theirs, head))


def _bring_in(book: Book, root: Path, theirs: str, signer: Signer | None) -> tuple[int, int]:
    """Make the shared head ours, with own entries that it does not have entered again behind it.

    All of it is made ready before the head moves, in one step: whoever is cut off has the old ledger or the new.
    """
    head = book.ledger.head()
    if head == theirs:
        return 0, 0
    new = list(book.ledger.commits(head, theirs))
    if not new:
        return 0, 0  # the shared copy is behind us
    own = list(book.ledger.commits(theirs, head)) if head else []
    ahead = _Ahead(book.ledger, theirs)
    desk = Book(ahead)
    desk.state = _lawful(book, ahead, theirs)
    if own and signer is None:
        raise Refused("sync-needs-key", entries=len(own))
    drafts = [_draft(book, raw, commit_id, signer) for commit_id, raw in own]
    again = _Again(desk, root)
    try:
        for entry, files in drafts:
            again.enter(entry, files, signer)
    except Refused:
        if isinstance(book.ledger, GitLedger) and head is not None:
            book.ledger.keep(head)
        # The texts that are not entered again stay in the working folder, as drafts like any other.
        book.spared |= {entry.subject for entry, files in drafts[len(again.numbers) :] if files}
        _move(book, ahead, head)
        raise
    _move(book, ahead, head)
    return len(new), len(drafts)


class _Ahead(Overlay):
    """The ledger as it will be: theirs, and what is entered behind it; nothing is written yet."""

    def __init__(self, ledger: Ledger, head: str) -> None:
        super().__init__(ledger, ())
        self._head = head

    def head(self) -> str:
        """Where the shared ledger will stand."""
        return self._head

    def append(self, objects: Iterable[Stored], new: str, old: str | None) -> None:
        """Lay the objects over the ledger."""
        if old != self._head:
            raise LedgerChanged("ledger-changed")
        self.lay_over(objects)
        self._head = new


def _move(book: Book, ahead: _Ahead, head: str | None) -> None:
    book.ledger.append(ahead.laid_over(), ahead.head(), head)
    book.refresh()


def _lawful(book: Book, ahead: _Ahead, theirs: str) -> State:
    """The state behind what came, which is this library and breaks no rule beyond what is known here already."""
    state = fresh_state(ahead)
    known = {(one.entry, one.commit) for one in book.violations}
    for found in replay(state, ahead.commits(None, theirs)):
        if (found.entry, found.commit) not in known:
            raise Refused("remote-unlawful", rule=found.rule, entry=found.entry)
    if state.time - clock.now() > clock.SKEW:
        # Lawful it may be, but whoever takes it over can write nothing until that hour comes.
        raise Refused("remote-clock", last=days.shown(state.time, "+0000"))
    mine = book.state.authority
    if mine is not None and (state.authority is None or state.authority.library != mine.library):
        raise Refused("library-other")
    return state


def _draft(book: Book, raw: bytes, commit_id: str, signer: Signer | None) -> tuple[Entry, dict[str, bytes] | None]:
    """An own entry as what it asked for, with its files, so that it can be entered on another head."""
    sealed = unseal(commit_id, raw)
    if sealed.entry is None or sealed.commit is None or signer is None:
        raise Refused("sync-conflict", rule="message-grammar", document=commit_id[:12])
    from docctl.signatures import open_seal

    if open_seal(sealed.commit.payload, sealed.commit.armor).key != signer.key:
        raise Refused("sync-other-signer", name=sealed.commit.name, document=sealed.entry.subject)
    tree = getattr(sealed.entry.event, "tree", None)
    return sealed.entry, book.state.shelf.files(tree) if tree else None


class _Again:
    """Enters own entries behind those that came: their numbers, and what they name, are made to fit."""

    def __init__(self, book: Book, root: Path) -> None:
        self.book = book
        self.root = root
        self.numbers: dict[int, int] = {}
        self.names: dict[str, str] = {}

    def enter(self, entry: Entry, files: dict[str, bytes] | None, signer: Signer | None) -> None:
        """Enter one.

        Raises:
            Refused: `sync-conflict`: a rule now forbids it.
        """
        if _is_new(entry) and entry.subject in self.book.state.documents:
            self.names[entry.subject] = self._free_number(entry.subject)
        if signer is None:
            raise Refused("sync-needs-key", entries=1)
        draft = self._moved(entry, files)
        try:
            signed = self.book.append(signer, lambda _: draft)
        except Refused as refused:
            raise Refused("sync-conflict", rule=refused.code, document=entry.subject) from None
        self.numbers[entry.sequence] = signed.entry.sequence

    def _moved(self, entry: Entry, files: dict[str, bytes] | None) -> Draft:
        """What the entry asks for, with the numbers of own entries and of own documents as they are now."""
        changed: dict[str, Any] = {
            name: self.numbers[value]
            for name in _NUMBERS
            if (value := getattr(entry.event, name, None)) is not None and value in self.numbers
        }
        subject = self.names.get(entry.subject, entry.subject)
        if subject != entry.subject and files and isinstance(entry.event, Submitted):
            files = {name: _renumbered(data, entry.subject, subject) for name, data in files.items()}
            changed["content"], changed["tree"] = folder_of(files)
        return Draft(subject, replace(entry.event, **changed), entry.comment, files)

    def _free_number(self, subject: str) -> str:
        """The next number that neither an entered document has nor a draft that somebody works on."""
        prefix, _, digits = subject.rpartition("-")
        lying = [place.name for place in (self.root / "drafts").glob("*")]
        return next_number(prefix, [*self.book.state.documents, *lying], len(digits))


_NUMBERS = ("submission", "publication", "base_publication", "base_submission", "form_publication", "entry")


def _is_new(entry: Entry) -> bool:
    """Whether it is the first entry of its document, whose number somebody else may have taken meanwhile."""
    return isinstance(entry.event, Submitted) and entry.previous is None and entry.subject != CHARTER


def _renumbered(data: bytes, old: str, new: str) -> bytes:
    """A text whose heading names the document's new number."""
    line = re.compile(rf"^id: *(['\"]?){re.escape(old)}\1 *$".encode(), re.MULTILINE)
    return line.sub(f"id: {new}".encode(), data, count=1)
