"""The auditor's door from a path: nothing kept from earlier is used, and a damaged library gets an answer too."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.ports import Ledger
from docctl.core.state import unseal
from docctl.errors import Unavailable
from docctl.library import auditing
from docctl.library.auditing import Report


def verify(path: Path, home: Home, anchor: Anchor | None, marks: tuple[Checkpoint, ...]) -> Report:
    """Judge the history of the library at a path, against the anchor given or the one kept for it.

    Raises:
        NotFound: `library-not-found`.
        Unavailable: git is missing, or the repository is of another format.
    """
    with GitLedger.open(path) as ledger:
        known = anchor or _kept(ledger, home)
        return auditing.verify(ledger, known, marks)


def _kept(ledger: Ledger, home: Home) -> Anchor | None:
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
