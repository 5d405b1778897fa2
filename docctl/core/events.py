"""Every event of the ledger: its fields, in the order in which they are written.

This file *is* the grammar of `v1`: a trailer's name is the field's name with capitals and hyphens, its order is the
order here, a field that may be None is left out when it is. Nothing here may change once a library exists; a `v2`
would be a second file. Who may do what is not said here but in `machine`.
"""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_type_hints

from docctl.core.fields import (
    Codec,
    Day,
    Digest,
    Fingerprint,
    Identifier,
    Identifiers,
    Language,
    Languages,
    Line,
    Number,
    Sequence,
    Tree,
    Word,
    Words,
    choice,
)
from docctl.core.values import named, value

KINDS = ("revision", "editorial", "adoption", "amendment", "withdrawal", "disposal", "charter")
TEXT_KINDS = frozenset(("revision", "editorial", "adoption", "amendment"))

Kind = Annotated[str, choice(*KINDS)]
ActKind = Annotated[str, choice("serencam", "emr", "decision", "other")]
Verdict = Annotated[str, choice("keep", "change", "withdraw")]
Outcome = Annotated[str, choice("received", "returned", "destroyed", "lost")]
Medium = Annotated[str, choice("paper", "file")]
Meaning = Annotated[str, choice("checked", "agreed", "approved")]


@named
class Founded:
    """The library begins; `charter/` is its whole content."""

    content: Digest
    tree: Tree


@named
class Submitted:
    """A proposal. Withdrawal and disposal carry the content that they would end, and change no file."""

    kind: Kind
    revision: Number
    content: Digest
    tree: Tree | None = None
    type: Word | None = None
    owner: Word | None = None
    languages: Languages | None = None
    title: Line | None = None
    base_publication: Sequence | None = None
    base_submission: Sequence | None = None
    corrects: Number | None = None
    effective: Day | None = None
    expires: Day | None = None
    act_kind: ActKind | None = None
    act_number: Line | None = None
    act_date: Day | None = None
    successor: Identifier | None = None
    records: Identifiers | None = None
    extends: Sequence | None = None
    units: Words | None = None
    request: Identifier | None = None


@named
class Approved:
    """One approval, bound to the submission, the revision and the content; `body` is what was looked at."""

    submission: Sequence
    revision: Number
    content: Digest
    role: Word
    meaning: Meaning
    body: Digest | None = None
    language: Language | None = None
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Rejected:
    """A refusal, with its reason as comment."""

    submission: Sequence
    revision: Number
    content: Digest
    role: Word
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Commented:
    """A remark on a proposal or on the revision in force."""

    submission: Sequence | None = None
    publication: Sequence | None = None
    paragraph: Line | None = None


@named
class Cancelled:
    """A proposal is taken back."""

    submission: Sequence


@named
class Published:
    """A proposal with its quorum takes effect from a day."""

    submission: Sequence
    revision: Number
    content: Digest
    effective: Day
    act_kind: ActKind | None = None
    act_number: Line | None = None
    act_date: Day | None = None
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Rescheduled:
    """Another future day for a publication that has not taken effect."""

    publication: Sequence
    revision: Number
    effective: Day
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Reviewed:
    """Periodic review: the revision stays as it is."""

    publication: Sequence
    revision: Number
    verdict: Verdict
    edition: Line | None = None
    checked: Day | None = None
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Suspended:
    """A key is disabled at once."""

    key: Fingerprint


@named
class Reaffirmed:
    """An entry of a compromised key is vouched for by somebody else."""

    entry: Sequence


@named
class Read:
    """Read and understood: by the signer, or by several people at a session that a record describes."""

    publication: Sequence
    revision: Number
    content: Digest
    language: Language
    persons: Words
    session: Identifier | None = None
    result: Line | None = None


@named
class Issued:
    """A numbered controlled copy goes out."""

    publication: Sequence
    revision: Number
    copy: Number
    language: Language
    holder: Line
    place: Line | None = None
    medium: Medium
    file: Digest
    replaces: Number | None = None
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Returned:
    """A numbered controlled copy is received, comes back, or is accounted for."""

    copy: Number
    outcome: Outcome
    place: Line | None = None
    witness: Line | None = None
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Attached:
    """Files that belong to a published revision: a signed PDF, a scan."""

    publication: Sequence
    revision: Number
    content: Digest
    tree: Tree
    kind: Word | None = None
    language: Language | None = None


@named
class Recorded:
    """A record made from a form; `signers` are those who must still countersign."""

    record: Identifier
    form_publication: Sequence
    form_revision: Number
    procedure: Identifier | None = None
    procedure_revision: Number | None = None
    content: Digest
    tree: Tree
    sealed: Digest | None = None
    signers: Words | None = None
    title: Line | None = None
    access: Word | None = None
    closed: Day | None = None
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Countersigned:
    """A further signer stands by a record."""

    record: Identifier
    content: Digest
    meaning: Meaning | None = None
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Amended:
    """A correction beside a record, never over it."""

    record: Identifier
    amendment: Number
    content: Digest
    tree: Tree
    sealed: Digest | None = None
    acting_for: Word | None = None
    basis: Line | None = None


@named
class Held:
    """Legal hold: the record may not be disposed of."""

    record: Identifier
    basis: Line | None = None


@named
class Released:
    """The legal hold ends."""

    record: Identifier


@named
class Disposed:
    """An approved disposal is carried out."""

    submission: Sequence
    content: Digest
    records: Identifiers
    method: Word | None = None
    keys: Number | None = None
    receiver: Line | None = None


Event = (
    Founded
    | Submitted
    | Approved
    | Rejected
    | Commented
    | Cancelled
    | Published
    | Rescheduled
    | Reviewed
    | Suspended
    | Reaffirmed
    | Read
    | Issued
    | Returned
    | Attached
    | Recorded
    | Countersigned
    | Amended
    | Held
    | Released
    | Disposed
)

# A reason, written as the entry's comment, is part of what these events mean.
NEEDS_COMMENT = frozenset(
    (Submitted, Rejected, Commented, Rescheduled, Reviewed, Suspended, Reaffirmed, Amended, Held, Released)
)


@value
class Field:
    """One trailer of an event: attribute, trailer with its colon, codec, whether it must be there."""

    attribute: str
    trailer: str
    codec: Codec
    required: bool


def _fields_of(event: type[Any]) -> tuple[Field, ...]:
    hints = get_type_hints(event, include_extras=True)
    found = []
    for part in fields(event):
        hint = hints[part.name]
        annotated = next((arm for arm in get_args(hint) if hasattr(arm, "__metadata__")), hint)
        required = annotated is hint
        trailer = "Docctl-" + part.name.replace("_", "-").title() + ": "
        found.append(Field(part.name, trailer, annotated.__metadata__[0], required))
    return tuple(found)


CLASSES: MappingProxyType[str, type[Any]] = MappingProxyType(
    {event.__name__.lower(): event for event in get_args(Event)},
)
GRAMMAR: MappingProxyType[type[Any], tuple[Field, ...]] = MappingProxyType(
    {event: _fields_of(event) for event in CLASSES.values()},
)


def name_of(event: Event) -> str:
    """The event's name as it stands in the ledger: `approved`."""
    return type(event).__name__.lower()
