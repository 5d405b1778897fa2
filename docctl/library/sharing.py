"""What the shared copy holds, judged once: the state behind its last entry, kept between syncs beside our own.

Nothing of it is trusted that was not judged here, and nothing of it touches our own ledger: that is for `syncing`, when
all is lawful. If the shared copy goes on from where it stood, only what is new is judged; otherwise everything.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from docctl.adapters import marks
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.memoryledger import Overlay
from docctl.core import days
from docctl.core.ports import Ledger
from docctl.core.state import State
from docctl.errors import Refused
from docctl.library import clock
from docctl.library.book import Book
from docctl.library.replaying import fresh_state


class Shared:
    """The shared copy of one library, as judged here. Use it in a `with`.

    Args:
        book: Our own ledger and state.
    """

    def __init__(self, book: Book) -> None:
        self._own = book
        self._ledger = _At(book.ledger)
        self._book = Book(self._ledger)

    def __enter__(self) -> Self:
        if self._own.store is not None:
            self._book.store = self._own.store.beside("shared")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._book.close()

    def judge(self, theirs: str, *, ours: bool) -> State:
        """The state behind what the shared copy holds, which is this library and breaks no rule beyond what is known.

        Args:
            theirs: The commit id of its last entry; fetched.
            ours: Whether it holds all that we have.

        Raises:
            Refused: `remote-unlawful`, `remote-clock`, `library-other`.
            Unavailable: the ledger cannot be read.
        """
        self._ledger.stand = theirs
        if ours:
            self.begin()
        self._book.refresh()
        state, book = self._book.state, self._own
        known = {(one.entry, one.commit) for one in book.violations}
        for found in self._book.violations:
            if (found.entry, found.commit) not in known:
                raise Refused("remote-unlawful", rule=found.rule, entry=found.entry)
        if state.time - clock.now() > clock.SKEW:
            # Lawful it may be, but whoever takes it over can write nothing until that hour comes.
            raise Refused("remote-clock", last=days.shown(state.time, "+0000"))
        mine = book.state.authority
        if mine is not None and (state.authority is None or state.authority.library != mine.library):
            raise Refused("library-other")
        return state

    def begin(self) -> None:
        """If nothing was judged before, start from our own state, which is a part of theirs."""
        store, own = self._book.store, self._own.store
        if store is not None and own is not None and not store.path.exists() and store.open():
            store.take(own)

    def hand_over(self) -> None:
        """Make the state judged here that of our own book, whose ledger now goes on from it."""
        book = self._own
        if book.store is not None and self._book.store is not None and book.store.take(self._book.store):
            book.state, book.violations = fresh_state(book.ledger), ()


def check_continues(ledger: GitLedger, theirs: str | None, *, restore: bool) -> None:
    """That the shared copy still holds what it once did.

    Args:
        ledger: Ours.
        theirs: Its last entry; None if it is empty.
        restore: It may have lost its last entries: it shall get them again.

    Raises:
        Refused: `remote-rolled-back`: it ends earlier; `remote-rewritten`: it went another way.
        Unavailable: the ledger cannot be read.
    """
    known = marks.shared(ledger)
    if known is None or known == theirs:
        return
    if theirs is None:
        lost, new = sum(1 for _ in ledger.commits(None, known)), 0
    else:
        lost, new = marks.apart(ledger, known, theirs)
    if lost and new and theirs is not None and marks.akin(ledger, known, theirs):
        raise Refused("remote-rewritten", entries=lost)
    if lost and not new and not restore:
        raise Refused("remote-rolled-back", entries=lost)


class _At(Overlay):
    """Our ledger, seen as if it ended elsewhere."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger, ())
        self.stand: str | None = None

    def head(self) -> str | None:
        """Where the shared ledger stands."""
        return self.stand
