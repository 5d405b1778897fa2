"""The auditor's door from a path: a damaged library gets an answer too.

`verify` uses nothing that was kept from earlier. `verify_since_last` does, because it was asked to, and the report says
from which entry on it judged; what lies before is believed to be as it was when this machine judged it.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import merkle
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.ports import Ledger
from docctl.core.state import unseal
from docctl.errors import NotFound, Unavailable
from docctl.library import auditing, clock
from docctl.library.auditing import NOTHING, Audit, Report
from docctl.library.book import Book
from docctl.library.replaying import fresh_state
from docctl.library.witnessing import Outside


def verify(
    path: Path, home: Home, anchor: Anchor | None, marks: tuple[Checkpoint, ...], outside: Outside = NOTHING
) -> Report:
    """Judge the history of the library at a path, against the anchor given or the one kept for it.

    Raises:
        NotFound: `library-not-found`.
        Unavailable: git is missing, or the repository is of another format.
    """
    with GitLedger.open(path) as ledger:
        known = anchor or kept_anchor(ledger, home)
        return auditing.verify(ledger, known, marks, _timed(outside))


def verify_since_last(
    path: Path, home: Home, anchor: Anchor | None, marks: tuple[Checkpoint, ...], outside: Outside = NOTHING
) -> Report:
    """Judge what came since this machine last judged the library, on the state kept from then; keep the new state.

    If nothing usable is kept, if it is not of the anchor's library, or if what was judged then is not whole here any
    more, everything is judged from the front.

    Raises:
        NotFound: `library-not-found`.
        Unavailable: git is missing, or the repository is of another format.
    """
    with GitLedger.open(path) as ledger:
        outside = _timed(outside)
        book = Book(ledger, home)
        # Whoever verifies changes no files.
        book.work = None
        try:
            book.refresh()
            library = book.state.authority.library if book.state.authority else ""
            known = anchor or next((one for one in home.anchors() if one.library == library), None)
            if known is None or known.library != library or "shallow" in ledger.hazards():
                return replace(auditing.verify(ledger, known, marks, outside), since_last=0)
            head = str(book.state.head)
            audit = Audit(book.state, list(book.violations), _roots(ledger, head, {mark.size for mark in marks}))
            audit.check_whole(head)
            report = auditing.conclude(audit, ledger, known, marks, outside)
            return replace(report, since_last=book.resumed)
        except (Unavailable, NotFound) as error:
            audit = Audit(fresh_state(ledger), [], {})
            audit.give_up(error.code, **error.values)
            return auditing.conclude(audit, ledger, anchor, (), NOTHING)
        finally:
            book.close()


def _timed(outside: Outside) -> Outside:
    return replace(outside, now=clock.now())


def _roots(ledger: Ledger, head: str, sizes: set[int]) -> dict[int, bytes]:
    """The history's roots at these sizes, from the bytes; nothing kept is asked."""
    found: dict[int, bytes] = {}
    frontier: merkle.Frontier = ()
    for number, (commit_id, raw) in enumerate(ledger.commits(None, head) if sizes else ()):
        frontier = merkle.grown(frontier, number, unseal(commit_id, raw).leaf)
        if number + 1 in sizes:
            found[number + 1] = merkle.root(frontier)
        if number + 1 >= max(sizes):
            break
    return found


def kept_anchor(ledger: Ledger, home: Home) -> Anchor | None:
    """The anchor kept from `init` or `join` for the library with this founding."""
    anchors = home.anchors()
    if not anchors:
        return None
    try:
        head = ledger.head()
        first = next(iter(ledger.commits(None, head)), None) if head else None
    except Unavailable:
        return None  # `auditing.verify` meets it again and says so
    commit = unseal(*first).commit if first else None
    library = sha256(commit.payload).hexdigest() if commit else ""
    return next((one for one in anchors if one.library == library), None)
