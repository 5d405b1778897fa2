"""The ledger with the state behind its head: brought up to date, appended to, laid out as files.

Every entry that docctl writes goes through `Book.append`: judged by the same code as an auditor's, then signed, then
stored and the head moved in one step. If somebody else was first, everything is judged and signed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.adapters.statestore import DamagedState, StateStore, Table
from docctl.adapters.worktree import WorkTree
from docctl.core import commit as commits
from docctl.core import content, days, tree
from docctl.core.authority import RECOVERY_IDENTITY
from docctl.core.charter_machine import CHARTER
from docctl.core.events import Approved, Event
from docctl.core.judge import Outcome, Sealed, State, advance, predict, weigh
from docctl.core.message import Entry, encode
from docctl.core.model import Signed, Violation
from docctl.core.ports import Kind, Ledger, Seal, Signer
from docctl.core.shelf import EMPTY_TREE
from docctl.core.step import Broken
from docctl.errors import DocctlError, LedgerChanged, Malformed, NotFound, Refused, Untrusted
from docctl.library import clock
from docctl.library.replaying import fresh_state, replay
from docctl.signatures import open_seal

TRIES = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to enter: the event, its reason, and the folder it brings."""

    subject: str
    event: Event
    comment: str = ""
    files: Mapping[str, bytes] | None = None


Plan = Callable[[State], Draft]


class Book:
    """One ledger and the state behind its head.

    Attributes:
        work: The working files; None for a bare or in-memory ledger.
        violations: What the history so far violates.
    """

    def __init__(self, ledger: Ledger, home: Home | None = None) -> None:
        self.ledger = ledger
        self.work: WorkTree | None = None
        self.store: StateStore | None = None
        self.state = fresh_state(ledger)
        self.violations: tuple[Violation, ...] = ()
        if isinstance(ledger, GitLedger):
            if ledger.root is not None:
                self.work = WorkTree(ledger.root, ledger.git_dir)
            if home is not None:
                self.store = StateStore(home.state(ledger.git_dir))

    def close(self) -> None:
        """Let go of files and processes."""
        if self.store is not None:
            self.store.close()
        if isinstance(self.ledger, GitLedger):
            self.ledger.close()

    def refresh(self) -> None:
        """Bring the state to the ledger's head: from what is kept, by judging what is new, or from the front.

        Raises:
            NotFound: `library-empty`.
            Unavailable: the ledger cannot be read.
        """
        head = self.ledger.head()
        if head is None:
            raise NotFound("library-empty")
        if self.state.head == head:
            return
        if self.state.head is None:
            self._load()
        if self.state.head != head and not self._catch_up(head):
            self._from_the_front(head)
        self._lay_out()

    def _load(self) -> None:
        if self.store is None or not self.store.open():
            return
        try:
            kept = self.store.load()
        except DamagedState:
            self._forget()
            return
        if kept is None:
            return
        self.violations = kept["violations"]
        self.state = fresh_state(self.ledger)
        for name in ("length", "head", "tree", "time", "authority", "frontier"):
            setattr(self.state, name, kept[name])
        self.state.documents = Table(self.store, "document")
        self.state.records = Table(self.store, "record")

    def _forget(self) -> None:
        if self.store is not None:
            self.store.forget()
            self.store.open()
        self.state, self.violations = fresh_state(self.ledger), ()

    def _catch_up(self, head: str) -> bool:
        """Judge what came behind the kept head; False if it is no longer part of the history."""
        if self.state.head is None:
            return False
        new = self.ledger.commits(self.state.head, head)
        first = next(new, None)
        if first is None or commits.parent_of(first[1]) != self.state.head:
            return False
        try:
            found = list(replay(self.state, _chained(first, new)))
        except DamagedState:
            self._forget()
            return False
        self.violations += tuple(found)
        self._save(fresh=False)
        return True

    def _from_the_front(self, head: str) -> None:
        self.state = fresh_state(self.ledger)
        if self.store is not None:
            self.state.documents = Table(self.store, "document")
            self.state.records = Table(self.store, "record")
            self.state.documents.whole = self.state.records.whole = True
        self.violations = tuple(replay(self.state, self.ledger.commits(None, head)))
        self._save(fresh=True)

    def _save(self, *, fresh: bool) -> None:
        tables = (self.state.documents, self.state.records)
        if self.store is None or not all(isinstance(table, Table) for table in tables):
            return
        names = ("length", "head", "tree", "time", "authority", "frontier")
        values: dict[str, Any] = {name: getattr(self.state, name) for name in names}
        values["violations"] = self.violations
        self.store.save(values, tables, fresh=fresh)  # type: ignore[arg-type]

    # -- appending ---------------------------------------------------------------------------------------------------

    def append(self, signer: Signer, plan: Plan) -> Signed:
        """Judge, sign and store one entry.

        Args:
            signer: Who signs.
            plan: Makes the entry from the state; called again if somebody else was first.

        Raises:
            Refused: the code of the rule that forbids it; nothing was written.
            Untrusted, Unavailable: the signer or the ledger cannot be used; nothing was written.
        """
        for _ in range(TRIES):
            draft = plan(self.state)
            try:
                return self._append_once(signer, draft)
            except LedgerChanged:
                self.refresh()
        raise Refused("ledger-busy")

    def judge(self, signer: Signer, draft: Draft) -> Outcome:
        """What the entry would make of the register; nothing is signed or written.

        Raises:
            Refused: the code of the rule that forbids it.
        """
        return self._weigh(signer, draft)[1]

    def _append_once(self, signer: Signer, draft: Draft) -> Signed:
        state = self.state
        payload, outcome = self._weigh(signer, draft)
        armor = signer.sign(payload, "git")
        raw = commits.signed(payload, armor)
        commit = commits.parse(raw)
        seal = open_seal(commit.payload, commit.armor)
        if seal.problem is not None or seal.key != signer.key:
            raise Untrusted("signature-own", problem=seal.problem or "key")
        objects: list[tuple[Kind, bytes]] = []
        if draft.files is not None:
            objects += tree.files_tree(draft.files)[1]
        objects += state.shelf.fresh_trees(state.tree, commit.tree)
        objects.append(("commit", raw))
        self.ledger.append(objects, commit.id, state.head)
        # From here on the entry stands; what follows can be made good by the next command.
        advance(state, Sealed(commit.id, None, commit.tree, commit, outcome.signed.entry, seal))
        self._save(fresh=state.length == 1)
        self._lay_out()
        return outcome.signed

    def _weigh(self, signer: Signer, draft: Draft) -> tuple[bytes, Outcome]:
        state = self.state
        if draft.files is not None:
            for kind, data in tree.files_tree(draft.files)[1]:
                state.shelf.put(commits.object_id(kind, data), data)
        identity = self._identity(signer, draft)
        offsets = state.authority.charter.offsets if state.authority else (clock.local_offset(),)
        at, offset = clock.signing_time(state.time, offsets)
        return self._candidate(signer, draft, identity, (at, offset))

    def _candidate(
        self, signer: Signer, draft: Draft, identity: tuple[str, str], when: tuple[int, str]
    ) -> tuple[bytes, Outcome]:
        state = self.state
        entry = placed(state, draft)
        try:
            message = encode(entry)
        except Malformed as error:
            raise Refused(error.code, **error.values) from None
        signed = Signed(entry, signer.key, *identity, *when, days.day_of(*when))
        try:
            root = predict(state, signed)
            payload = commits.unsigned(root, state.head, identity, when, message)
            commit = commits.Commit("", payload, b"", root, state.head, *identity, *when, message)
            return payload, weigh(state, Sealed("", None, root, commit, entry, Seal(signer.key, "")))
        except Broken as broken:
            raise Refused(broken.rule, **dict(broken.values)) from None

    def _identity(self, signer: Signer, draft: Draft) -> tuple[str, str]:
        """Name and e-mail of the signer, as enrolled now, or as the charter under decision would enrol."""
        authority = self.state.authority
        if authority is None:
            raise Refused("founding-missing")
        if signer.key == authority.charter.recovery.public:
            return RECOVERY_IDENTITY
        enrolment = authority.keys.get(signer.key)
        if enrolment is not None:
            person = authority.charter.people[enrolment.person]
            return person.name, person.email
        proposal = authority.thread.proposal
        if draft.subject == CHARTER and isinstance(draft.event, Approved) and proposal and proposal.charter:
            for person in proposal.charter.people.values():
                if any(key.public == signer.key for key in person.keys):
                    return person.name, person.email
        raise Refused("signer-unknown", name=signer.key.split(" ")[0])

    def found(
        self, signer: Signer, files: Mapping[str, bytes], event: Event, identity: tuple[str, str], offset: str
    ) -> Signed:
        """Write the founding entry of an empty ledger."""
        state = self.state
        for kind, data in tree.files_tree(files)[1]:
            state.shelf.put(commits.object_id(kind, data), data)
        draft = Draft(CHARTER, event, "", files)
        payload, outcome = self._candidate(signer, draft, identity, (clock.now(), offset))
        raw = commits.signed(payload, signer.sign(payload, "git"))
        commit = commits.parse(raw)
        objects = [*tree.files_tree(files)[1], *state.shelf.fresh_trees(EMPTY_TREE, commit.tree), ("commit", raw)]
        self.ledger.append(objects, commit.id, None)
        self.state = fresh_state(self.ledger)
        self.refresh()
        return outcome.signed

    # -- files -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Bring the working files to the head, folder by folder; drafts that somebody works on stay as they are."""
        head, shelf = self.state.head, self.state.shelf
        if self.work is None or head is None:
            return
        laid = self.work.laid()
        if laid == head:
            return
        old = EMPTY_TREE
        if laid is not None:
            try:
                old = commits.tree_of(next(iter(self.ledger.fetch("commit", [laid])))[1]) or EMPTY_TREE
            except DocctlError:
                old = EMPTY_TREE
        if old != self.state.tree:
            for path, before, after in shelf.changes(old, self.state.tree):
                files = {} if after == EMPTY_TREE else _files(shelf, after)
                if path[0] == "drafts" and self._in_work(path, _files(shelf, before), files):
                    continue
                self.work.lay("/".join(path), files)
            if isinstance(self.ledger, GitLedger):
                self.work.sync_index(self.ledger, head)
        self.work.set_laid(head)

    def _in_work(self, path: tuple[str, ...], before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
        """Whether a draft's working files differ both from what was entered before and from what is entered now."""
        if self.work is None:
            return False
        try:
            here = self.work.read_folder("/".join(path))
        except NotFound:
            return False
        return here not in (before, after)


def placed(state: State, draft: Draft) -> Entry:
    """The entry with its place in the ledger."""
    authority = state.authority
    if authority is None:
        return Entry("self", 0, CHARTER, None, None, draft.event, draft.comment)
    thread = authority.thread if draft.subject == CHARTER else state.documents.get(draft.subject)
    return Entry(
        library=authority.library,
        sequence=state.length,
        subject=draft.subject,
        previous=thread.last if thread else None,
        charter=authority.entry,
        event=draft.event,
        comment=draft.comment,
    )


def folder_of(files: Mapping[str, bytes]) -> tuple[str, str]:
    """Content digest and tree id of a folder: what an entry states of it."""
    return content.digest(files), tree.files_tree(files)[0]


def _files(shelf: Any, folder: str) -> dict[str, bytes]:
    items = tree.parse(shelf.get("tree", folder))
    return {item.name: shelf.get("blob", item.id) for item in items if not item.folder}


def _chained(first: tuple[str, bytes], rest: Any) -> Any:
    yield first
    yield from rest
