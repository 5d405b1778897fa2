"""The auditor's door: everything from the front, against an anchor and checkpoints from outside."""

from __future__ import annotations

import base64
from collections import deque
from dataclasses import dataclass
from itertools import islice

from docctl.adapters.gitledger import GitLedger
from docctl.core import checkpoint as checkpoints
from docctl.core import merkle
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.model import Violation
from docctl.core.ports import Ledger
from docctl.core.state import State
from docctl.errors import Malformed, Unavailable
from docctl.library.replaying import fresh_state, replay

LAWFUL, VIOLATIONS, NOT_JUDGED = "lawful", "violations", "not judged"


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of `verify`.

    Attributes:
        verdict: "lawful", "violations" or "not judged".
        reason: Code of why it could not be judged, or None.
        root: RFC 6962 root over all payloads, base64.
        hazards: Codes of what in the repository could mislead stock git (reported, never relied on).
        unconfirmed: Entries made by keys since found compromised, and not reaffirmed.
        checkpoints: Size of each checkpoint that the history was compared with.
    """

    verdict: str
    library: str
    organisation: str
    entries: int
    head: str
    root: str
    anchored: bool
    violations: tuple[Violation, ...] = ()
    reason: str | None = None
    reason_values: tuple[tuple[str, str], ...] = ()
    hazards: tuple[str, ...] = ()
    unconfirmed: tuple[int, ...] = ()
    checkpoints: tuple[int, ...] = ()


@dataclass(slots=True)
class _Audit:
    """What one walk over the ledger found."""

    state: State
    found: list[Violation]
    roots: dict[int, bytes]
    reason: str | None = None
    values: tuple[tuple[str, str], ...] = ()

    def give_up(self, code: str, /, **values: object) -> None:
        """Why the rest cannot be judged."""
        # Positional: what git says of a failure is called `reason` too.
        self.reason = code
        self.values = tuple((name, str(value)) for name, value in values.items())


def verify(ledger: Ledger, anchor: Anchor | None, marks: tuple[Checkpoint, ...] = ()) -> Report:
    """Judge the whole history; nothing kept from earlier is used.

    Args:
        ledger: Where the bytes come from; nothing in it is trusted.
        anchor: From outside the library. Without it the answer is "not judged".
        marks: Checkpoints from outside, which the history must continue.
    """
    audit = _Audit(fresh_state(ledger), [], {})
    try:
        _walk(audit, ledger, {mark.size for mark in marks})
    except Unavailable as error:
        audit.give_up(error.code, **error.values)
    library = audit.state.authority.library if audit.state.authority else ""
    for mark in marks:
        audit.found += _compare(audit.state, mark, audit.roots, library)
    if anchor is not None and library and anchor.library != library:
        values = (("expected", anchor.library), ("found", library))
        audit.found.insert(0, Violation("anchor-differs", 0, "", values))
    newer = next((one for one in audit.found if one.rule == "message-format"), None)
    if audit.reason is None and newer is not None and all(one.rule == "message-format" for one in audit.found):
        audit.give_up("format-newer", entry=newer.entry)
    if audit.reason is None and anchor is None and not audit.found:
        audit.give_up("anchor-missing")
    return _report(ledger, audit, anchor, marks)


def judge(ledger: Ledger, old: str | None, new: str, behind: State | None = None) -> tuple[Violation, ...]:
    """The server's door: what the pushed entries violate, judged on what stands at the server's own head.

    Args:
        ledger: Where the bytes come from, those of the push included.
        old: The server's head; None for an empty ledger.
        new: The head that is pushed; one that does not continue the old is `not-linear`.
        behind: The state behind `old`, if it is at hand; moved on to `new`.

    Raises:
        Unavailable: an object cannot be read; nothing may then be taken over.
    """
    state = behind
    if state is None or state.head != old:
        state = fresh_state(ledger)
        # What was taken over before is not judged again, but what it left is what the new entries stand on.
        deque(replay(state, ledger.commits(None, old)) if old else (), maxlen=0)
    found = tuple(replay(state, ledger.commits(old, new)))
    return found if state.head == new else (*found, Violation("not-linear", state.length, new))


def _walk(audit: _Audit, ledger: Ledger, sizes: set[int]) -> None:
    head, state = ledger.head(), audit.state
    if head is None:
        audit.give_up("library-empty")
        return
    stream = ledger.commits(None, head)
    # The root at a checkpoint's size is taken when just so many entries were judged.
    for size in sorted(sizes):
        audit.found += replay(state, islice(stream, max(0, size - state.length)))
        audit.roots[state.length] = merkle.root(state.frontier)
    audit.found += replay(state, stream)
    # A first commit that names a parent which is not there: a shallow copy.
    shallow = bool(audit.found) and (audit.found[0].entry, audit.found[0].rule) == (0, "not-linear")
    if state.head != head or shallow:
        audit.give_up("history-incomplete", entries=state.length)


def _report(ledger: Ledger, audit: _Audit, anchor: Anchor | None, marks: tuple[Checkpoint, ...]) -> Report:
    state = audit.state
    library = state.authority.library if state.authority else ""
    return Report(
        verdict=NOT_JUDGED if audit.reason else VIOLATIONS if audit.found else LAWFUL,
        library=library,
        organisation=state.authority.charter.organisation[0][1] if state.authority else "",
        entries=state.length,
        head=state.head or "",
        root=base64.b64encode(merkle.root(state.frontier)).decode(),
        anchored=anchor is not None and anchor.library == library,
        violations=tuple(audit.found),
        reason=audit.reason,
        reason_values=audit.values,
        hazards=ledger.hazards() if isinstance(ledger, GitLedger) else (),
        unconfirmed=unconfirmed(state),
        checkpoints=tuple(mark.size for mark in marks),
    )


def _compare(state: State, mark: Checkpoint, roots: dict[int, bytes], library: str) -> list[Violation]:
    """What a checkpoint says against this history."""
    if library and mark.library != library:
        return [Violation("checkpoint-other-library", 0, "", (("found", mark.library),))]
    if mark.size > state.length:
        return [
            Violation("checkpoint-longer", state.length, "", (("entries", str(state.length)), ("size", str(mark.size))))
        ]
    if roots.get(mark.size) != mark.root:
        return [Violation("checkpoint-differs", mark.size, "", (("size", str(mark.size)),))]
    if any(_signature_fails(state, mark, index) for index in range(len(mark.signatures))):
        return [Violation("checkpoint-signature", mark.size, "", (("size", str(mark.size)),))]
    return []


def _signature_fails(state: State, mark: Checkpoint, index: int) -> bool:
    """Whether a signature by the charter's own note key does not verify; other names are others' business."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    line = state.authority.charter.note_key if state.authority else ""
    if not line:
        return False
    try:
        name, key_id, public = checkpoints.read_verifier_key(line)
        one = mark.signatures[index]
        if (one.name, one.key_id) != (name, key_id):
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(one.signature, mark.text.encode())
    except (Malformed, InvalidSignature, ValueError):
        return True
    return False


def unconfirmed(state: State) -> tuple[int, ...]:
    """Entries that keys found compromised have made since, and that nobody vouched for."""
    authority = state.authority
    if authority is None or not authority.compromised:
        return ()
    threads = [authority.thread, *state.documents.values()]
    return tuple(
        sorted(
            entry
            for thread in threads
            for entry, key, _ in thread.trail
            if not authority.confirmed(entry, key, thread.reaffirmed)
        ),
    )


def checkpoint(state: State) -> Checkpoint:
    """The unsigned checkpoint of a state."""
    library = state.authority.library if state.authority else ""
    return Checkpoint(library, state.length, merkle.root(state.frontier))
