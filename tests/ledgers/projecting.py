"""Projections of a ledger in memory: the proof of one document, made from all entries, and judged."""

from __future__ import annotations

from typing import Any

from office import MEANS, Office

from docctl import signatures
from docctl.core import merkle, projection
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.events import Founded, Submitted
from docctl.core.model import Violation
from docctl.core.projection import Projected
from docctl.core.proof import Drawn, Proof, Proven
from docctl.core.state import leaf_of, unseal
from docctl.core.values import replace
from docctl.errors import DocctlError

DRAWN = Drawn("pdf", "az", 0, 0)
Raw = list[tuple[str, bytes]]


def entries_of(office: Office) -> Raw:
    """Every commit of the ledger."""
    head = office.ledger.head()
    return list(office.ledger.commits(None, head)) if head else []


def folder(office: Office, tree: str | None) -> dict[str, bytes] | None:
    """The files that an entry brought, if they can be read."""
    try:
        return office.state.shelf.files(str(tree)) if tree else None
    except DocctlError:
        return None


def proof_of(office: Office, subject: str, wanted: list[int], revision: int = 1, raw: Raw | None = None) -> Proof:
    """The proof of these entries."""
    raw = entries_of(office) if raw is None else raw
    leaves = [leaf_of(*one) for one in raw]
    root, ways = merkle.inclusions(leaves, wanted)
    folders = []
    for entry in wanted:
        opened = unseal(*raw[entry]).entry
        if opened is None or opened.subject != "charter" or not isinstance(opened.event, Founded | Submitted):
            continue
        files = folder(office, opened.event.tree)
        if files is not None:
            folders.append((entry, tuple(sorted(files.items()))))
    library = office.state.authority.library if office.state.authority else "0" * 64
    proven = tuple(Proven(raw[entry][1], ways[entry]) for entry in wanted)
    mark = Checkpoint(library, len(leaves), root)
    return Proof(Anchor(library, "Office"), mark, subject, revision, proven, tuple(folders), DRAWN)


def trail(office: Office, subject: str) -> list[int]:
    """The accepted entries of the charter and of a document."""
    known = office.state.documents.get(subject)
    found = {entry for entry, _, _ in office.state.authority.thread.trail} if office.state.authority else set()
    return sorted(found | {entry for entry, _, _ in (known.trail if known else ())})


def judged(proof: Proof, files: dict[str, bytes] | None = None, means: Any = MEANS) -> Projected:
    """What the proof proves, its signatures looked at one by one."""
    sealed = []
    for one in proof.entries:
        opened = unseal(projection.object_id("commit", one.commit), one.commit)
        commit = opened.commit
        sealed.append(opened.under(signatures.open_seal(commit.payload, commit.armor) if commit else None))
    return projection.judge(proof, tuple(sealed), means, files or {})


def rule_of(found: Projected) -> str | None:
    """The rule that a projection breaks, leaving aside that nothing was published yet."""
    violation: Violation | None = found.violation
    rule = violation.rule if violation else None
    return None if rule in ("proof-unpublished", "proof-source") else rule


def without(proof: Proof, **changes: Any) -> Proof:
    """The proof with something else in it."""
    return replace(proof, **changes)
