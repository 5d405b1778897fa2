"""The ledger with the state behind its head: brought up to date, appended to, laid out as files.

Every entry that docctl writes goes through `Book.append`: judged by the same code as an auditor's, then signed, then
stored and the head moved in one step. If somebody else was first, everything is judged and signed anew.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.gitprocess import locked
from docctl.adapters.home import Home
from docctl.adapters.statestore import DamagedState, StateStore, Table
from docctl.adapters.worktree import WorkTree
from docctl.core import commit as commits
from docctl.core import content, days, tree
from docctl.core.charter import RECOVERY_IDENTITY
from docctl.core.charter_machine import CHARTER
from docctl.core.events import Approved, Event
from docctl.core.judge import advance, predict, weigh
from docctl.core.message import Entry, encode
from docctl.core.model import Signed, Violation
from docctl.core.ports import Kind, Ledger, Seal, Signer
from docctl.core.shelf import EMPTY_TREE, Shelf
from docctl.core.state import Outcome, Sealed, State
from docctl.core.step import Broken
from docctl.errors import DocctlError, LedgerChanged, Malformed, NotFound, Refused, Unavailable, Untrusted
from docctl.library import clock
from docctl.library.replaying import fresh_state, replay

TRIES = 20
PATIENT = 3
FEW = 1000


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
        unlaid: Why the working files could not be brought to the head; None if they were.
        resumed: Number of entries that the last `refresh` did not judge, because their state was kept.
    """

    def __init__(self, ledger: Ledger, home: Home | None = None) -> None:
        self.ledger = ledger
        self.work: WorkTree | None = None
        self.store: StateStore | None = None
        self.state = fresh_state(ledger)
        self.violations: tuple[Violation, ...] = ()
        self.unlaid: DocctlError | None = None
        self.resumed = 0
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
        if self.state.head == head and self.unlaid is None:
            return
        if self.state.head is None:
            self._load()
        self.resumed = self.state.length
        try:
            if self.state.head != head and not self._catch_up(head):
                self.resumed = 0
                self._from_the_front(head)
        except BaseException:
            # Half a replay is no state: what it found so far would be lost with it.
            self.state, self.violations = fresh_state(self.ledger), ()
            raise
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
        self._set_tables(self.store)

    def _forget(self) -> None:
        if self.store is not None:
            self.store.forget()
            self.store.open()
        self.state, self.violations = fresh_state(self.ledger), ()

    def _set_tables(self, store: StateStore, *, whole: bool = False) -> None:
        for name in ("documents", "records"):
            table: Table[Any] = Table(store, name, partial(self._replayed, name))
            table.whole = whole
            setattr(self.state, name, table)

    def _replayed(self, name: str) -> Mapping[str, Any]:
        """A table of the state as the ledger gives it, when what was kept of it is damaged."""
        state = fresh_state(self.ledger)
        if self.state.head is not None:
            deque(replay(state, self.ledger.commits(None, self.state.head)), maxlen=0)
        found: Mapping[str, Any] = getattr(state, name)
        return found

    def _catch_up(self, head: str) -> bool:
        """Judge what came behind the kept head; False if it is no longer part of the history."""
        if self.state.head is None:
            return False
        new = self.ledger.commits(self.state.head, head)
        try:
            first = next(new, None)
        except Unavailable:
            # The kept head is nowhere; if something else is, reading from the front will tell.
            return False
        if first is None or commits.parent_of(first[1]) != self.state.head:
            return False
        self.violations += tuple(replay(self.state, _chained(first, new)))
        self._save(fresh=False)
        return True

    def _from_the_front(self, head: str) -> None:
        self.state = fresh_state(self.ledger)
        if self.store is not None:
            self._set_tables(self.store, whole=True)
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
        self.refresh()
        for tried in range(TRIES):
            # Signing may take a person's time, so others are kept out only after they were first a few times.
            with self._reserved() if tried >= PATIENT else contextlib.nullcontext():
                try:
                    return self._append_once(signer, plan(self.state))
                except LedgerChanged:
                    self.refresh()
        raise Refused("ledger-busy")

    @contextlib.contextmanager
    def _reserved(self) -> Iterator[None]:
        """Keep other writers out, and take in what they entered."""
        with self.ledger.reserved() if isinstance(self.ledger, GitLedger) else contextlib.nullcontext():
            self.refresh()
            yield

    def judge(self, signer: Signer, draft: Draft) -> Outcome:
        """What the entry would make of the register; nothing is signed or written.

        Raises:
            Refused: the code of the rule that forbids it.
        """
        return self._weigh(signer, draft)[1]

    def _append_once(self, signer: Signer, draft: Draft) -> Signed:
        from docctl.signatures import open_seal

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
                state.shelf.put(kind, commits.object_id(kind, data), data)
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
        except Broken:
            # Judging says why, and says first what the auditor would say first.
            root = state.tree
        payload = commits.unsigned(root, state.head, identity, when, message)
        commit = commits.Commit("", payload, b"", root, state.head, *identity, *when, message)
        try:
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
            state.shelf.put(kind, commits.object_id(kind, data), data)
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
        """Bring the working files to the head, if nothing stands in the way.

        What stands there is remembered, and tried again by the next command: the entries stand all the same, and can be
        read by people who may not write here.
        """
        self.unlaid = None
        head = self.state.head
        if self.work is None or head is None or not isinstance(self.ledger, GitLedger):
            return
        if self.work.laid() == self.state.tree:
            return
        try:
            with locked(self.ledger.git_dir, "docctl-laid.lock"):
                # Whoever moved the head on lays out what is newer; never back to what is older.
                if self.ledger.head() == head:
                    self._lay(self.work, self.ledger)
        except DocctlError as error:
            self.unlaid = error

    def _lay(self, work: WorkTree, ledger: GitLedger) -> None:
        """Bring the working files to the head, folder by folder; drafts that somebody works on stay as they are."""
        shelf, tree_now, spared = self.state.shelf, self.state.tree, work.spared()
        changes = tuple(shelf.changes(work.laid() or EMPTY_TREE, tree_now))
        for path, before, after in changes:
            files = _files(shelf, after)
            if path[:1] == ("drafts",) and (path[-1] in spared or _in_work(work, path, _files(shelf, before), files)):
                continue
            work.lay("/".join(path), files)
        few = changes if len(changes) <= FEW else ()
        work.sync_index(ledger, tree_now, (line for one in few for line in _index_lines(shelf, *one)))
        work.set_laid(tree_now)


def _index_lines(shelf: Shelf, path: tuple[str, ...], before: str, after: str) -> Iterator[str]:
    """What changed of a folder's files, as stock git takes it into its index."""
    old, new = (_blobs(shelf, folder) for folder in (before, after))
    for name in old.keys() - new.keys():
        yield f"0 {'0' * 40}\t{'/'.join((*path, name))}"
    for name, blob in new.items():
        if old.get(name) != blob:
            yield f"100644 {blob}\t{'/'.join((*path, name))}"


def _blobs(shelf: Shelf, folder: str) -> dict[str, str]:
    return {item.name: item.id for item in tree.parse(shelf.get("tree", folder)) if not item.folder}


def _in_work(work: WorkTree, path: tuple[str, ...], before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
    """Whether a draft's folder holds anything that was entered neither before nor now.

    File by file, since a laying out that was cut off leaves some of the one and some of the other.
    """
    try:
        here = work.read_folder("/".join(path))
    except NotFound:
        return False
    except Refused:
        # Something lies there that no entry could bring.
        return True
    return any(data not in (before.get(name), after.get(name)) for name, data in here.items())


def placed(state: State, draft: Draft) -> Entry:
    """The entry with its place in the ledger."""
    authority = state.authority
    if authority is None:
        return Entry("self", 0, CHARTER, None, None, draft.event, draft.comment)
    return Entry(
        library=authority.library,
        sequence=state.length,
        subject=draft.subject,
        previous=state.last(draft.subject, draft.event),
        charter=authority.entry,
        event=draft.event,
        comment=draft.comment,
    )


def folder_of(files: Mapping[str, bytes]) -> tuple[str, str]:
    """Content digest and tree id of a folder: what an entry states of it."""
    return content.digest(files), tree.files_tree(files)[0]


def _files(shelf: Shelf, folder: str) -> dict[str, bytes]:
    return {name: shelf.get("blob", blob) for name, blob in _blobs(shelf, folder).items()}


def _chained(first: tuple[str, bytes], rest: Any) -> Any:
    yield first
    yield from rest
