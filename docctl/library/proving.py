"""Making the proof that a copy carries: which entries, their ways to the root, and what the copy is drawn from."""

from __future__ import annotations

from collections.abc import Iterator

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.leafstore import Leaf, LeafStore
from docctl.core import merkle
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.copies import Attachment
from docctl.core.events import Founded, Issued, Published, Reaffirmed, Rescheduled, Returned, Reviewed, Submitted
from docctl.core.message import decode
from docctl.core.model import Document, Publication
from docctl.core.proof import MEDIA_TYPE, NAME, Drawn, Proof, Proven, pack
from docctl.core.state import leaf_of
from docctl.errors import Unavailable
from docctl.library.book import Book
from docctl.library.deciding import authority_of

_SHOWN = (Published, Rescheduled, Reviewed, Reaffirmed, Issued, Returned)
"""The events of a document that something on its copies hangs on."""


def prove(
    book: Book,
    which: tuple[Document, Publication],
    drawn: Drawn,
    mark: Checkpoint,
    also: tuple[tuple[Document, Publication], ...] = (),
) -> Proof:
    """The proof of one revision.

    Args:
        book: At the ledger's head.
        which: The whole document, not as of a day, and the revision shown.
        drawn: What the copy is drawn from besides.
        mark: The checkpoint of the head, signed or not.
        also: Documents that the drawing hangs on (a layout), whole, each with the revision used; of text files only.

    Raises:
        Unavailable: an entry cannot be read.
    """
    authority, trees = authority_of(book.state), {}
    document, publication = which
    trail = [entry for entry, _, _ in authority.thread.trail]
    leaves, known = _commits(book, {*trail, *(entry for one, _ in (which, *also) for entry, _, _ in one.trail)})
    raw = {entry: known[entry] for entry in trail}
    for entry in trail:
        event = decode(unsealed(raw[entry])).event
        if isinstance(event, Founded) or (isinstance(event, Submitted) and event.tree is not None):
            trees[entry] = str(event.tree)
    for one, shown in (which, *also):
        raw |= _upto_last_shown({entry: known[entry] for entry, _, _ in one.trail}, shown)
    trees |= {shown.proposal.entry: str(shown.proposal.tree) for _, shown in also}
    folders = ((entry, book.state.shelf.files(tree)) for entry, tree in sorted(trees.items()))
    root, ways = merkle.inclusions([leaf for leaf, _ in leaves], raw)
    if root != mark.root:
        raise Unavailable("history-incomplete", entries=len(leaves))
    return Proof(
        anchor=Anchor(authority.library, authority.charter.organisation[0][1]),
        checkpoint=mark,
        document=document.id,
        revision=publication.revision,
        entries=tuple(Proven(raw[entry], ways[entry]) for entry in sorted(raw)),
        folders=tuple((entry, tuple(sorted(files.items()))) for entry, files in folders),
        drawn=drawn,
        also=tuple(dict.fromkeys(one.id for one, _ in also)),
    )


def attached(proof: Proof, description: str) -> Attachment:
    """The proof as a file inside a copy."""
    return Attachment(NAME, pack(proof), MEDIA_TYPE, "data", description)


def unsealed(raw: bytes) -> bytes:
    """The message of a lawful commit."""
    return raw.partition(b"\n\n")[2]


def _upto_last_shown(raw: dict[int, bytes], publication: Publication) -> dict[int, bytes]:
    """The document's entries without those at the end that no copy shows: readings, remarks, records."""
    last = publication.entry
    for entry, data in raw.items():
        if entry > last and isinstance(decode(unsealed(data)).event, _SHOWN):
            last = entry
    return {entry: data for entry, data in raw.items() if entry <= last}


def _commits(book: Book, wanted: set[int]) -> tuple[list[Leaf], dict[int, bytes]]:
    """All leaves, and the commits at these places; ids that were kept wrongly are found out by the leaves."""
    for leaves in (leaves_of(book), None):
        sound = leaves if leaves is not None else _anew(book)
        ids = {entry: sound[entry][1].hex() for entry in sorted(wanted)}
        try:
            found = dict(zip(ids, (raw for _, raw in book.ledger.fetch("commit", ids.values())), strict=True))
        except Unavailable:
            if leaves is None:
                raise
            continue
        if all(leaf_of(ids[entry], raw) == sound[entry][0] for entry, raw in found.items()):
            return sound, found
    raise Unavailable("history-incomplete", entries=book.state.length)


def leaves_of(book: Book) -> list[Leaf]:
    """Leaf and commit id of every entry up to the head: what is kept if its root is right, or read anew.

    Side effects: what was read is kept beside the state.
    """
    state = book.state
    store = _store(book)
    wanted = merkle.root(state.frontier)
    kept = store.read()[: state.length]
    known = len(kept)
    try:
        found = kept + list(_read(book, kept[-1][1].hex() if kept else None, state.length - known))
    except Unavailable:
        found = []
    if len(found) == state.length and merkle.inclusions([leaf for leaf, _ in found], ())[0] == wanted:
        store.append(found[known:], known)
        return found
    return _anew(book)


def _anew(book: Book) -> list[Leaf]:
    """The leaves read from the ledger, and kept."""
    found = list(_read(book, None, book.state.length))
    _store(book).write(found)
    return found


def _store(book: Book) -> LeafStore:
    return LeafStore(book.store.path if book.store and isinstance(book.ledger, GitLedger) else None)


def _read(book: Book, after: str | None, count: int) -> Iterator[Leaf]:
    """The leaves behind an entry, from the ledger."""
    if count:
        for commit_id, raw in book.ledger.commits(after, str(book.state.head)):
            yield leaf_of(commit_id, raw), bytes.fromhex(commit_id)
