"""Mending what is ours, and only that: leftovers of programs that were killed, damaged kept state, files half laid out.

What people made, and what was entered, is never touched. Everything here may be done at any time, by anybody who may
write in the library, as often as they like.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docctl.adapters import leftovers
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.adapters.statestore import StateStore
from docctl.library import clock
from docctl.library.library import open_library


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done.

    Attributes:
        removed: Files and folders that were left over.
        forgotten: How many kept states were damaged; they are made anew.
    """

    removed: tuple[Path, ...]
    forgotten: int


def mend(path: Path, home: Home) -> Mended:
    """Mend a library.

    Raises:
        NotFound: `library-not-found`.
        Unavailable: what must be removed cannot be.
    """
    with GitLedger.open(path) as ledger:
        removed = leftovers.find(ledger.git_dir, ledger.root, clock.now())
        leftovers.remove(removed)
        kept = StateStore(home.state(ledger.git_dir))
        damaged = [store for store in (kept, kept.beside("shared")) if not store.is_sound()]
        for store in damaged:
            store.forget()
        if ledger.head() is None:
            return Mended(removed, len(damaged))
    # Opening lays out what was half laid out; the list that stock git compares with may have been locked then.
    with open_library(path, home) as library:
        book = library.book
        if book.work is not None and book.unlaid is None and isinstance(book.ledger, GitLedger):
            book.work.sync_index(book.ledger, book.state.tree)
    return Mended(removed, len(damaged))
