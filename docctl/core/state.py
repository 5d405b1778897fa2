"""What judging holds between two entries, what it borrows from outside, and how a commit is opened for it."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field

from docctl.core import commit as commits
from docctl.core import heading, merkle
from docctl.core.authority import Authority
from docctl.core.charter_machine import CHARTER
from docctl.core.commit import Commit
from docctl.core.events import Event
from docctl.core.message import Entry, decode
from docctl.core.model import Document, Signed
from docctl.core.ports import MAX_COMMIT, Seal
from docctl.core.records import Record
from docctl.core.shelf import EMPTY_TREE, Shelf
from docctl.core.values import value
from docctl.errors import Malformed


@value
class Means:
    """What judging borrows from the neighbours, as functions on bytes.

    Attributes:
        read_yaml: Strict YAML to plain values; raises Malformed.
        key_material: OpenSSH line to what identifies the key whatever it is wrapped in; raises Untrusted, Malformed.
        check_possession: (proof, library, person, line) to the code of what is wrong, or None.
    """

    read_yaml: heading.ReadYaml
    key_material: Callable[[str], bytes]
    check_possession: Callable[[str, str, str, str], str | None]


@value
class Sealed:
    """One commit, opened: its parts, its entry, what its signature says; or why it cannot be read."""

    id: str
    problem: str | None
    tree: str | None
    commit: Commit | None = None
    entry: Entry | None = None
    seal: Seal | None = None

    def under(self, seal: Seal | None) -> Sealed:
        """The same with what its signature says."""
        return Sealed(self.id, self.problem, self.tree, self.commit, self.entry, seal)

    @property
    def leaf(self) -> bytes:
        """Its leaf in the checkpoint's tree (RFC 6962): of what was signed, or of its id if that cannot be read."""
        return merkle.leaf(self.commit.payload if self.commit else self.id.encode())


@dataclass(slots=True)
class State:
    """Everything known behind an entry. `advance` alone changes it.

    Attributes:
        length: Number of entries, accepted or not.
        tree: Root tree of the last accepted entry.
        time: Instant of the last accepted entry.
        frontier: RFC 6962 frontier over the payloads.
        carried: Of a projection, the folders that it carries; None where the whole ledger is at hand. What needs more
            than these, the root tree above all, is then not judged.
    """

    means: Means
    shelf: Shelf
    length: int = 0
    head: str | None = None
    tree: str = EMPTY_TREE
    time: int = 0
    authority: Authority | None = None
    documents: MutableMapping[str, Document] = field(default_factory=dict)
    records: MutableMapping[str, Record] = field(default_factory=dict)
    frontier: merkle.Frontier = ()
    carried: frozenset[str] | None = None

    def last(self, subject: str, event: Event) -> int | None:
        """The entry that the next one must name, of the same document, record or charter; None for the first.

        Args:
            subject: The document; for a record its form.
            event: What the next entry says.
        """
        name = getattr(event, "record", None)
        if subject == CHARTER:
            return self.authority.thread.last if self.authority else None
        if name is None:
            document = self.documents.get(subject)
            return document.last if document else None
        record = self.records.get(name)
        return record.last if record and record.form == subject else None


@value
class Outcome:
    """What an accepted entry makes of the register."""

    signed: Signed
    authority: Authority | None = None
    document: Document | None = None
    records: tuple[Record, ...] = ()


def unseal(commit_id: str, raw: bytes) -> Sealed:
    """Open one commit; its signature is looked at by the caller, who then fills in `seal`.

    A ledger hands out a commit over the limit cut off just behind it.
    """
    if len(raw) > MAX_COMMIT:
        return Sealed(commit_id, "commit-grammar", commits.tree_of(raw))
    try:
        commit = commits.parse(raw, commit_id)
    except Malformed as error:
        return Sealed(commit_id, error.code, commits.tree_of(raw))
    try:
        return Sealed(commit_id, None, commit.tree, commit, decode(commit.message))
    except Malformed as error:
        return Sealed(commit_id, error.code, commit.tree, commit)


def leaf_of(commit_id: str, raw: bytes) -> bytes:
    """The leaf of a commit as the ledger hands it out, without reading what it says."""
    try:
        payload = commits.parse(raw, commit_id).payload if len(raw) <= MAX_COMMIT else commit_id.encode()
    except Malformed:
        payload = commit_id.encode()
    return merkle.leaf(payload)
