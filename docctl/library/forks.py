"""Two copies of one library beside each other: where they part, and who signed what there.

Two signed entries that name one parent prove, to anybody who knows the keys, that two histories were made and shown.
They do not prove why: somebody who entered something without a connection, and whose entry was signed anew behind
those of the others (`docctl sync`), leaves such a pair too, if the first was ever handed out.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from pathlib import Path

from docctl.adapters.gitledger import GitLedger
from docctl.core.model import Violation
from docctl.core.ports import Ledger
from docctl.core.shelf import Shelf
from docctl.core.state import State, unseal
from docctl.errors import NotFound, Refused, Unavailable
from docctl.library.replaying import fresh_state, replay


@dataclass(frozen=True, slots=True)
class Branch:
    """The first entry of a copy that the other copy does not have.

    Attributes:
        commit: Its id.
        raw: The commit object's bytes, without git's own header.
        problem: Code of what makes it no lawful entry behind its parent, or None.
        person, name, email, key: Who signed it, by the charter at the parent; "" if nobody who is enrolled.
    """

    commit: str
    raw: bytes
    problem: str | None = None
    subject: str = ""
    fingerprint: str = ""
    at: int = 0
    offset: str = "+0000"
    person: str = ""
    name: str = ""
    email: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Parting:
    """How two copies of one library relate.

    Attributes:
        common: Number of entries that both have, from the front.
        here, there: Number of entries of each copy.
        parent: Id of the last common entry.
        branches: The entries after it, of this copy and of the other; None if one copy merely has less.
    """

    common: int
    here: int
    there: int
    parent: str
    branches: tuple[Branch, Branch] | None = None

    @property
    def proven(self) -> bool:
        """Whether both entries bear the signature of an enrolled person: then nobody can deny them."""
        return self.branches is not None and all(one.person for one in self.branches)

    @property
    def violation(self) -> Violation | None:
        """What the parting says against this history."""
        if self.branches is None:
            return None
        ours, theirs = self.branches
        values = (("ours", ours.name or "—"), ("theirs", theirs.name or "—"), ("found", theirs.commit))
        return Violation("copies-fork", self.common, ours.commit, values)


def compare(path: Path, other: Path) -> Parting:
    """Where the library at one path parts from another copy of it.

    Raises:
        NotFound: `library-not-found`, `library-empty`.
        Refused: `other-copy-library`: they do not even begin with the same entry.
        Unavailable: one of them cannot be read; `shallow`.
    """
    with GitLedger.open(path) as here, GitLedger.open(other) as there:
        for ledger in (here, there):
            if "shallow" in ledger.hazards():
                raise Unavailable("shallow")
        heads = here.head(), there.head()
        if heads[0] is None or heads[1] is None:
            raise NotFound("library-empty")
        pairs = zip_longest(here.commits(None, heads[0]), there.commits(None, heads[1]), fillvalue=("", b""))
        common, lengths, parent, apart = 0, [0, 0], "", None
        for ours, theirs in pairs:
            lengths[0] += bool(ours[0])
            lengths[1] += bool(theirs[0])
            if ours[0] == theirs[0] and apart is None:
                common, parent = common + 1, ours[0]
            elif apart is None:
                apart = (ours, theirs)
        if common == 0:
            raise Refused("other-copy-library", path=str(other))
        branches = None
        if apart is not None and apart[0][0] and apart[1][0]:
            behind = fresh_state(here)
            deque(replay(behind, islice(here.commits(None, heads[0]), common)), maxlen=0)
            branches = _branch(behind, here, apart[0]), _branch(behind, there, apart[1])
        return Parting(common, lengths[0], lengths[1], parent, branches)


def _branch(behind: State, ledger: Ledger, one: tuple[str, bytes]) -> Branch:
    """The entry, judged on a copy of the state behind the last common one."""
    from docctl.signatures import open_seal

    opened = unseal(*one)
    documents, records = dict(behind.documents), dict(behind.records)
    state = replace(behind, shelf=Shelf(ledger.fetch), documents=documents, records=records)
    found = list(replay(state, [one]))
    problem, commit = found[0].rule if found else None, opened.commit
    if commit is None:
        return Branch(*one, problem=problem)
    seal = open_seal(commit.payload, commit.armor)
    branch = Branch(
        *one,
        problem=problem,
        subject=commit.message.partition(b"\n")[0].decode("utf-8", "replace"),
        fingerprint=seal.fingerprint,
        at=commit.at,
        offset=commit.offset,
    )
    enrolled = behind.authority.keys.get(seal.key) if behind.authority and seal.problem is None else None
    if behind.authority is None or enrolled is None or commit.parent != behind.head:
        return branch
    person = behind.authority.charter.people[enrolled.person]
    return replace(branch, person=person.id, name=person.name, email=person.email, key=seal.key)
