"""A second opinion: what stock git and ssh-keygen say of the same entries, and where that differs from what we say.

Two questions are kept apart. Of a *signature* both can speak: is it sound, and by a key that is in the list of all keys
ever enrolled? There every difference is reported, in both directions. Of the *workflow* stock git knows nothing: an
entry with a good signature that breaks a rule is no difference; such entries are named beside. Stock git is never the
judge: the verdict is `auditing`'s alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from docctl import signatures
from docctl.adapters import stockgit
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.stockgit import GOOD, Opinion, Tools
from docctl.core.judge import advance
from docctl.core.state import unseal
from docctl.errors import Unavailable
from docctl.library.keylisting import KeysEver
from docctl.library.replaying import fresh_state

# How a difference is called.
ACCEPTS, REFUSES, OTHER_KEY, NOT_SEEN = "stock-accepts", "stock-refuses", "other-key", "not-seen"
UNKNOWN_KEY = "signer-unknown"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Differing:
    """One entry of whose signature the two say different things.

    Attributes:
        kind: "stock-accepts" what we refuse, "stock-refuses" what we accept, "other-key": both accept, but each names
            another key; "not-seen": git does not come to the entry at all.
        ours: Rule code of what we find wrong, "" if nothing.
        stock: `%G?` of git-log(1), "" if git said nothing.
    """

    entry: int
    commit: str
    kind: str
    ours: str
    stock: str


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """The second opinion.

    Attributes:
        tools: The programs asked; None if they are not there.
        compared: Number of entries compared.
        differences: Entries of whose signature the two say different things.
        refused: Entries whose signature both refuse.
        workflow: (entry, rule) of entries whose signature both accept, and which break a rule all the same.
        fsck: What `git fsck --strict` said; no line if it found nothing.
        reason: Code of why there is no second opinion, with `values`; None if there is one.
    """

    tools: Tools | None = None
    compared: int = 0
    differences: tuple[Differing, ...] = ()
    refused: tuple[int, ...] = ()
    workflow: tuple[tuple[int, str], ...] = ()
    fsck: tuple[str, ...] = ()
    reason: str | None = None
    values: tuple[tuple[str, str], ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the two say the same of every signature, and nothing else was found."""
        return self.reason is None and not self.differences and not self.fsck


@dataclass(frozen=True, slots=True)
class _Ours:
    """What we say of one entry: its signature's problem ("" if none), its key, and the rule that it breaks."""

    commit: str
    problem: str
    key: str
    fingerprint: str
    rule: str | None


def cross_check(path: Path, progress: Progress | None = None) -> CrossCheck:
    """Ask stock git about every entry of the library in a folder.

    Nothing is run in that folder that could run a program named there: see `stockgit`.

    Args:
        path: A folder of the library, or a bare repository.
        progress: Told of how many entries git has spoken, and of how many there are.

    Raises:
        NotFound: `library-not-found`.

    Side effects: a temporary folder, gone at the end, however it comes.
    """
    with GitLedger.open(path) as ledger:
        tools = None
        try:
            tools = stockgit.tools()
            head = ledger.head()
            if head is None:
                return CrossCheck(tools, reason="library-empty")
            ours, known, text = _judged(ledger, head)
            with stockgit.copied(ledger.git_dir, head) as copy:
                # Closed here: git must have ended before its folder is removed.
                with closing(stockgit.opinions(copy, text, tools.keygen)) as opinions:
                    said = list(_counted(opinions, len(ours), progress))
                found = stockgit.fsck(copy)
        except Unavailable as error:
            values = tuple((name, str(value)) for name, value in error.values.items())
            return CrossCheck(tools, reason=error.code, values=values)
    return _compared(tools, ours, known, said, found)


def _judged(ledger: GitLedger, head: str) -> tuple[list[_Ours], frozenset[str], str]:
    """What we say of every entry, and every key ever enrolled: as a set, and as git's file."""
    state, keys, ours = fresh_state(ledger), KeysEver(), []
    for commit_id, raw in keys.watching(ledger.commits(None, head)):
        sealed = unseal(commit_id, raw)
        commit = sealed.commit
        seal = signatures.open_seal(commit.payload, commit.armor) if commit else None
        violation = advance(state, sealed.under(seal))
        rule = violation.rule if violation else None
        if seal is None:
            ours.append(_Ours(commit_id, sealed.problem or "commit-grammar", "", "", rule))
        else:
            ours.append(_Ours(commit_id, seal.problem or "", seal.key, seal.fingerprint, rule))
    return ours, frozenset(keys.lines(state)), keys.text(state)


def _counted(said: Iterator[Opinion], total: int, progress: Progress | None) -> Iterator[Opinion]:
    for number, one in enumerate(said, 1):
        if progress is not None:
            progress(number, total)
        yield one


def _compared(
    tools: Tools, ours: list[_Ours], known: frozenset[str], said: list[Opinion], found: tuple[str, ...]
) -> CrossCheck:
    stock = {one.commit: one for one in said}
    differences, refused, workflow = [], [], []
    for number, one in enumerate(ours):
        problem = one.problem or ("" if one.key in known else UNKNOWN_KEY)
        opinion = stock.get(one.commit)
        kind = _kind(problem, one.fingerprint, opinion)
        if kind:
            verdict = opinion.verdict if opinion else ""
            differences.append(Differing(number, one.commit, kind, problem, verdict))
        elif problem:
            refused.append(number)
        elif one.rule is not None:
            workflow.append((number, one.rule))
    return CrossCheck(tools, len(ours), tuple(differences), tuple(refused), tuple(workflow), found)


def _kind(problem: str, fingerprint: str, opinion: Opinion | None) -> str:
    """How the two differ about one signature; "" if they do not."""
    if opinion is None:
        return NOT_SEEN
    accepted = opinion.verdict == GOOD
    if accepted and problem:
        return ACCEPTS
    if not accepted and not problem:
        return REFUSES
    return OTHER_KEY if accepted and opinion.fingerprint != fingerprint else ""
