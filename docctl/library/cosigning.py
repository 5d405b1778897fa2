"""An outsider's own signature under a checkpoint: made only after the library at hand was held against it.

A cosignature (C2SP tlog-cosignature, `cosignature/v1`) says: at this time, this is the longest history of the library
that I have seen, and it continues every one that I saw before. So the checkpoint cosigned last is remembered, and
nothing that contradicts it, or is shorter, is cosigned. It does not say that every entry is lawful: that is what
`verify` is for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import checkpoint as checkpoints
from docctl.core import days
from docctl.core.authority import Authority
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.model import Violation
from docctl.core.ports import Signer
from docctl.errors import Refused, Unavailable
from docctl.library import auditing, clock
from docctl.library.auditing import Audit, Report
from docctl.library.replaying import fresh_state
from docctl.library.witnessing import Outside


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint with one more line, what others need to check that line, and the report on the history."""

    mark: Checkpoint
    witness: str
    report: Report


def cosign(
    path: Path, home: Home, mark: Checkpoint, by: tuple[Signer, str], previous: Checkpoint | None = None
) -> Cosigned:
    """Cosign a checkpoint of the library at a path.

    Args:
        path: The library, as the cosigner sees it.
        home: Where the cosigner's last checkpoint is remembered.
        mark: The checkpoint, which the library must continue.
        by: The cosigner's own key, Ed25519 in a file, and the name under which others know it.
        previous: An earlier checkpoint, which must be continued too.

    Raises:
        Refused: `key-name`, `cosign-key`, `cosign-own`, `cosign-backwards`, `cosign-contradicts`, `clock-behind`, and
            the code of what contradicts the checkpoint; nothing was signed.
        Untrusted: `key-type-refused`.
        Unavailable: the library cannot be read, or what was cosigned before cannot be remembered.
    """
    from docctl.signatures import FileSigner

    signer, name = by
    if not isinstance(signer, FileSigner):
        raise Refused("cosign-key")
    if not checkpoints.is_key_name(name):
        raise Refused("key-name", name=name)
    witness = signer.witness_key(name)
    earlier = tuple(one for one in (previous, home.witnessed(mark.library, signer.key)) if one is not None)
    for one in earlier:
        if one.library != mark.library:
            raise Refused("checkpoint-other-library", found=one.library)
        if one.size > mark.size:
            raise Refused("cosign-backwards", size=mark.size, earlier=one.size)
    report = _examined(path, (mark, *earlier), signer.key)
    now = clock.now()
    if now < report.last - clock.SKEW:
        shown = days.shown(now, report.offset), days.shown(report.last, report.offset)
        raise Refused("clock-behind", clock=shown[0], last=shown[1])
    made = replace(mark, signatures=(*mark.signatures, signer.cosign_note(name, mark.text, now)))
    # Remembered before it is handed out: a second history could be put before us at any moment from then on.
    home.keep_witnessed(made, signer.key)
    return Cosigned(made, witness, report)


def _examined(path: Path, marks: tuple[Checkpoint, ...], key: str) -> Report:
    """The report on the library, which contradicts none of the checkpoints."""
    with GitLedger.open(path) as ledger:
        audit = Audit(fresh_state(ledger), [], {})
        audit.walk(ledger, {mark.size for mark in marks})
        report = auditing.conclude(audit, ledger, Anchor(marks[0].library, ""), marks, Outside())
        owner = _owner(audit.state.authority, key) if audit.state.authority else None
    if report.reason is not None:
        raise Unavailable(report.reason, **dict(report.reason_values))
    for one in report.violations:
        if one.rule in ("checkpoint-other-library", "checkpoint-longer", "checkpoint-differs", "checkpoint-signature"):
            raise _refusal(one, marks)
    if owner is not None:
        raise Refused("cosign-own", person=owner)
    return report


def _owner(authority: Authority, key: str) -> str | None:
    """To whom of the library a key belongs: a person, or the organisation as a whole; None for somebody outside."""
    from docctl.signatures import parse_public

    mine = parse_public(key)
    for line, enrolment in authority.keys.items():
        if parse_public(line).material == mine.material:
            return enrolment.person
    notes = {checkpoints.read_verifier_key(line)[2] for line in authority.note_keys}
    own = key in authority.recoveries or mine.blob[-32:] in notes
    return authority.charter.organisation[0][1] if own else None


def _refusal(violation: Violation, marks: tuple[Checkpoint, ...]) -> Refused:
    """In the words of the first checkpoint, or of the earlier one that is contradicted."""
    values = dict(violation.values)
    place = int(values["number"]) - 1
    if place and violation.rule == "checkpoint-differs":
        return Refused("cosign-contradicts", size=marks[place].size)
    return Refused(violation.rule, **values)
