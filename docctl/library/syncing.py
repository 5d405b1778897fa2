"""Bringing a library together with its shared copy: theirs first, ours judged and signed anew behind it.

The rules:

1. Nothing unlawful is taken over, and nothing that is not what the shared copy once held, gone on.
2. The own ledger moves in one step, to what holds every own entry or a mark of where it was set aside; then it is sent.
   Whoever is cut off at any moment has the old ledger or the new, and the next sync goes on from there.
3. Whoever finds that others were first comes back later, by chance, and tries for a minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docctl.adapters import marks, remote
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.memoryledger import Overlay, Stored
from docctl.core import days
from docctl.core.model import Signed
from docctl.core.ports import Ledger, Signer
from docctl.core.state import State, unseal
from docctl.errors import DocctlError, LedgerChanged, Refused, Unavailable
from docctl.library import clock
from docctl.library.book import Book
from docctl.library.reentering import Again, Aside, Own, keep_texts, own_entry
from docctl.library.replaying import beside
from docctl.library.sharing import Shared, check_continues

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Synced:
    """What came and what went, in entries.

    Attributes:
        signed_anew: How many of those sent had to be signed anew.
        beaten: How many times others were first.
        aside: Own entries that could not be entered again.
        stopped: What stood in the way afterwards, if there is something to tell of `aside`.
    """

    received: int
    sent: int
    signed_anew: int
    beaten: int = 0
    aside: tuple[Aside, ...] = ()
    stopped: DocctlError | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What of this copy is not at the shared one, as far as is known without asking it.

    Attributes:
        pending: Entries that wait for `sync`.
        aside: Entries that were set aside by one and stay here.
    """

    pending: tuple[Signed, ...]
    aside: tuple[Signed, ...]


class _Sync:
    """One bringing together, in as many tries as it takes."""

    def __init__(self, book: Book, root: Path, signer: Signer | None) -> None:
        self.book = book
        self.root = root
        self.signer = signer
        self.received = self.anew = self.beaten = 0
        self.aside: tuple[Aside, ...] = ()
        self.beaten_by = LedgerChanged("ledger-changed")

    def done(self, sent: int, stopped: DocctlError | None = None) -> Synced:
        return Synced(self.received, sent, self.anew, self.beaten, self.aside, stopped)


def sync(book: Book, root: Path, signer: Signer | None, *, restore: bool = False) -> Synced:
    """Fetch, judge what came, put own entries behind it, push.

    Args:
        book: Our ledger.
        root: The folder of the library.
        signer: Whose own entries may be signed anew; None if that is not wanted.
        restore: If the shared copy lost its last entries, give it those again.

    Raises:
        Refused: `remote-none`, `remote-unlawful`, `remote-refused`, `remote-clock`, `remote-rolled-back`,
            `remote-rewritten`, `library-other`, `sync-needs-key`, `sync-other-signer`, `sync-unreadable`, `sync-busy`.
        Unavailable: `remote-unreachable`, and whatever else stands in the way of reading and writing.
    """
    run = _Sync(book, root, signer)
    with Shared(book) as shared:
        try:
            for _ in clock.tries(_SECONDS):
                sent = _once(run, shared, restore=restore)
                if sent is not None:
                    return run.done(sent)
                run.beaten += 1
            locked = run.beaten_by.code == "remote-locked"
            raise Refused("remote-locked", **run.beaten_by.values) if locked else Refused("sync-busy", seconds=_SECONDS)
        except DocctlError as error:
            if not run.aside:
                raise
            # What was set aside must be told, and is told once.
            return run.done(0, error)


def _once(run: _Sync, shared: Shared, *, restore: bool) -> int | None:
    """Try it; how many entries were sent, or None if somebody was first, here or there."""
    ledger = _git(run.book)
    theirs = remote.fetch(run.root)
    check_continues(ledger, theirs, restore=restore)
    try:
        if theirs is not None:
            _bring_in(run, shared, theirs)
        sent = _send(run, ledger, theirs)
    except LedgerChanged as error:
        run.beaten_by = error
        run.book.refresh()
        return None
    shared.begin()
    return sent


def _send(run: _Sync, ledger: GitLedger, theirs: str | None) -> int:
    """Send what the shared copy does not have; how many entries it was."""
    if ledger.head() != theirs:
        try:
            head = remote.push(run.root)
        except (Refused, Unavailable):
            _note(ledger, theirs)
            raise
        return marks.apart(ledger, head, theirs)[0] if theirs is not None else run.book.state.length
    _note(ledger, theirs)
    return 0


def _note(ledger: GitLedger, theirs: str | None) -> None:
    if theirs is not None and theirs != marks.shared(ledger):
        marks.set_shared(ledger, theirs)


def _git(book: Book) -> GitLedger:
    if not isinstance(book.ledger, GitLedger):
        raise Refused("library-bare")
    return book.ledger


def _bring_in(run: _Sync, shared: Shared, theirs: str) -> None:
    """Make the shared head ours, with own entries that it does not have entered again behind it.

    All of it is made ready before the head moves, in one step: whoever is cut off has the old ledger or the new.
    """
    book = run.book
    head = book.ledger.head()
    if head is None or head == theirs:
        return
    mine, new = marks.apart(_git(book), head, theirs)
    if not new:
        return  # the shared copy is behind us
    own = list(book.ledger.commits(theirs, head)) if mine else []
    state = shared.judge(theirs, ours=not own)
    ahead = _Ahead(book.ledger, theirs)
    again = _again(run, ahead, state, own)
    if again.aside:
        _keep(book, again)
    book.ledger.append(ahead.laid_over(), ahead.head(), head)
    # From here on it stands.
    run.received += new
    run.anew = max(run.anew, again.entered)
    run.aside += tuple(again.aside)
    if own:
        shared.hand_over()
    book.refresh()


def _again(run: _Sync, ahead: _Ahead, state: State, own: list[tuple[str, bytes]]) -> Again:
    """Own entries, entered behind what came."""
    desk = Book(ahead)
    desk.state = beside(state, ahead)
    again = Again(desk, run.root)
    if own:
        signer = run.signer
        if signer is None:
            raise Refused("sync-needs-key", entries=len(own))
        waiting: list[Own] = [own_entry(run.book, raw, commit_id, signer) for commit_id, raw in own]
        for one in waiting:
            again.enter(one, signer)
    return again


def _keep(book: Book, again: Again) -> None:
    """Keep what is not entered again, before the branch leaves it."""
    marks.keep(_git(book), [one.id for one in again.aside])
    if book.work is not None and again.texts:
        keep_texts(book.work, again.texts)


def standing(book: Book) -> Standing:
    """What waits for `sync`, and what was set aside by one. Nobody is asked.

    Raises:
        Unavailable: the ledger cannot be read.
    """
    return Standing(pending(book), aside(book))


def pending(book: Book) -> tuple[Signed, ...]:
    """The entries that wait for `sync`; none where there is no shared copy to wait for.

    Raises:
        Unavailable: the ledger cannot be read.
    """
    ledger, head = _git(book), book.state.head
    if head is None or ledger.root is None or remote.remote_url(ledger.root) is None:
        return ()
    return _opened(ledger.commits(marks.shared(ledger), head))


def aside(book: Book) -> tuple[Signed, ...]:
    """The entries that a sync set aside and nobody let go of.

    Raises:
        Unavailable: the ledger cannot be read.
    """
    ledger, head = _git(book), book.state.head
    return _opened(ledger.fetch("commit", [one for one in marks.kept(ledger) if not _holds(ledger, one, head)]))


def dismiss(book: Book) -> int:
    """Let go of what was set aside; how many entries it was.

    Raises:
        Unavailable: the ledger cannot be read or written.
    """
    ledger = _git(book)
    known = list(marks.kept(ledger))
    if known:
        marks.release(ledger, known)
    return len(known)


def _holds(ledger: GitLedger, one: str, head: str | None) -> bool:
    """Whether an entry is in the ledger: whoever was cut off before the branch moved has set nothing aside."""
    return head is not None and next(ledger.commits(head, one), None) is None


def _opened(found: Iterable[tuple[str, bytes]]) -> tuple[Signed, ...]:
    """The readable ones among some entries."""
    opened = [unseal(*pair) for pair in found]
    return tuple(
        Signed(one.entry, "", c.name, c.email, c.at, c.offset, days.day_of(c.at, c.offset))
        for one in opened
        if (c := one.commit) is not None and one.entry is not None
    )


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
