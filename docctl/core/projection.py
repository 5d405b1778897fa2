"""A projection judged: the entries of the charter and of one document, without the others.

The same machine as for whole ledgers (`judge.advance`), with the same rules. What a projection can show: of each entry
its signature, its message, its place, its time, its authority by the charter as of then, the workflow with its quorum;
that no entry of the charter or of the document is left out *between* these, since each names the last of both; that
every one of them is a leaf under the checkpoint's root, at the number that it states itself; what the charters and the
revision shown consist of, to the byte.

What only a whole ledger can show, and is not judged here: that an entry follows its parent and changed the tree as its
event allows; the texts of other revisions; records of other forms; that nothing came *after* the last entry shown. A
checkpoint that nobody signed binds nobody, and the number of entries that it states is only as good as its signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from docctl.core import content, tree
from docctl.core.charter_machine import CHARTER
from docctl.core.commit import object_id
from docctl.core.judge import accept, weigh
from docctl.core.merkle import Inclusion
from docctl.core.model import Document, Publication, Violation
from docctl.core.ports import Kind
from docctl.core.proof import Proof
from docctl.core.shelf import Fetch, Shelf
from docctl.core.state import Means, Sealed, State
from docctl.core.step import Broken
from docctl.core.values import value
from docctl.errors import Malformed, Unavailable


@value
class Projected:
    """What came of judging a projection.

    Attributes:
        state: As the entries left it.
        document: The one document; None if it did not come so far.
        publication: The revision that the copy shows; None if it did not come so far.
        violation: Why it proves nothing, or None.
    """

    state: State
    document: Document | None = None
    publication: Publication | None = None
    violation: Violation | None = None


def judge(proof: Proof, sealed: tuple[Sealed, ...], means: Means, files: Mapping[str, bytes]) -> Projected:
    """What a proof proves.

    Args:
        proof: As it was read; nothing in it is believed.
        sealed: Its entries, opened, each with what its signature says.
        means: What judging borrows.
        files: The text and pictures of the revision shown.
    """
    folders = {entry: dict(data) for entry, data in proof.folders}
    objects: dict[tuple[Kind, str], bytes] = {}
    carried = frozenset(_stored(objects, folder) for folder in (*folders.values(), files))
    state = State(means, Shelf(_fetching(objects)), carried=carried)
    number = 0
    try:
        for proven, one in zip(proof.entries, sealed, strict=True):
            number = proven.inclusion.index
            _advance(state, proof, proven.inclusion, one)
        document, publication = _shown(state, proof, files)
    except Broken as broken:
        return Projected(state, violation=Violation(broken.rule, number, _id(proof, sealed, number), broken.values))
    except Unavailable:
        return Projected(state, violation=Violation("proof-incomplete", number))
    return Projected(state, document, publication)


def _advance(state: State, proof: Proof, inclusion: Inclusion, one: Sealed) -> None:
    """Judge the entry of a number behind those before it."""
    number, mark = inclusion.index, proof.checkpoint
    if number < state.length or (state.authority is None and number != 0):
        raise Broken("proof-order", entry=number)
    if inclusion.root(mark.size, one.leaf) != mark.root:
        raise Broken("proof-inclusion", entry=number)
    if one.entry is not None and one.entry.subject not in (CHARTER, proof.document, *proof.also):
        raise Broken("proof-foreign", document=one.entry.subject)
    # Of an entry whose parent is not here, nothing can be said of its parent.
    if number != state.length and one.commit is not None:
        state.head = one.commit.parent
    state.length = number
    accept(state, weigh(state, one))
    if number == 0:
        _check_library(state, proof)
    state.length += 1
    state.head = one.id


def _check_library(state: State, proof: Proof) -> None:
    """That the founding is that of the library which the proof says it is of."""
    library = state.authority.library if state.authority else ""
    for stated in (proof.anchor.library, proof.checkpoint.library):
        if stated != library:
            raise Broken("proof-library", expected=stated, found=library)


def _shown(state: State, proof: Proof, files: Mapping[str, bytes]) -> tuple[Document, Publication]:
    """The publication that the copy shows, whose content the files must be."""
    document = state.documents.get(proof.document)
    if state.authority is None or document is None:
        raise Broken("proof-unpublished", document=proof.document, revision=proof.revision)
    for publication in reversed(document.publications):
        if publication.revision == proof.revision and not publication.withdraws:
            if content.digest(files) != publication.proposal.content:
                raise Broken("proof-source", document=proof.document)
            return document, publication
    raise Broken("proof-unpublished", document=proof.document, revision=proof.revision)


def _id(proof: Proof, sealed: tuple[Sealed, ...], number: int) -> str:
    found = (one.id for one, p in zip(sealed, proof.entries, strict=False) if p.inclusion.index == number)
    return next(found, "")


def _stored(objects: dict[tuple[Kind, str], bytes], files: Mapping[str, bytes]) -> str:
    """Lay a folder down as objects; its id."""
    try:
        name, made = tree.files_tree(files)
    except (Malformed, ValueError, UnicodeError):
        return ""
    for kind, data in made:
        objects[kind, object_id(kind, data)] = data
    return name


def _fetching(objects: Mapping[tuple[Kind, str], bytes]) -> Fetch:
    def fetch(kind: Kind, ids: Iterable[str], *, cut: bool = False) -> Iterator[tuple[str, bytes]]:
        del cut
        for one in ids:
            if (kind, one) not in objects:
                raise Unavailable("object-missing", id=one)
            yield one, objects[kind, one]

    return fetch
