"""The facts that the ledger's entries add up to. Values only; every rule is in `machine` and its neighbours."""

from __future__ import annotations

from datetime import date
from enum import Enum

from docctl.core import days
from docctl.core.charter import Charter
from docctl.core.message import Entry
from docctl.core.values import replace, value


class Status(Enum):
    """What a document, or one revision of it, is at a moment. Computed, never stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    PENDING = "pending"
    IN_FORCE = "in-force"
    SUPERSEDED = "superseded"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


@value
class Violation:
    """One entry breaks one rule.

    Attributes:
        rule: Code of `rules.RULES`.
        entry: Position in the ledger.
        commit: Its id; "" for a candidate that is not written yet.
        values: Named places of the rule's sentence, as sorted pairs.
    """

    rule: str
    entry: int
    commit: str = ""
    values: tuple[tuple[str, str], ...] = ()


@value
class Signed:
    """An entry with what its commit says of signer and time: all that the machine sees.

    Attributes:
        key: Public key that signed, OpenSSH line without comment.
        at: Seconds since 1970 UTC.
        offset: `+0400`.
        day: Calendar day of `at` in `offset`.
        charter: The charter that a proposal for one contains, or that the founding lays down.
    """

    entry: Entry
    key: str
    name: str
    email: str
    at: int
    offset: str
    day: date
    charter: Charter | None = None


@value
class Signature:
    """Who did something, by which key, at which entry."""

    entry: int
    person: str
    key: str
    at: int
    offset: str


@value
class Approval:
    """One approval of a proposal."""

    by: Signature
    role: str
    meaning: str
    acting_for: str | None
    basis: str | None
    body: str | None
    comment: str = ""


@value
class Act:
    """The legal act that puts a revision into force: kind, number, date."""

    kind: str
    number: str
    day: date


@value
class Proposal:
    """An open submission and what was said to it."""

    by: Signature
    kind: str
    revision: int
    content: str
    tree: str | None
    type: str
    owner: str
    titles: tuple[tuple[str, str], ...]
    base_publication: int | None
    reason: str
    languages: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    rejected: Signature | None = None
    effective: date | None = None
    expires: date | None = None
    act: Act | None = None
    successor: str | None = None
    records: tuple[str, ...] = ()
    charter: Charter | None = None
    corrects: int | None = None
    extends: int | None = None
    units: tuple[str, ...] = ()

    @property
    def temporary(self) -> bool:
        """Whether it is an amendment, which lapses by itself."""
        return self.kind == "amendment"

    @property
    def entry(self) -> int:
        """The number of the submission, by which everything names it."""
        return self.by.entry

    @property
    def of_records(self) -> bool:
        """Whether it is about records made from a form, not about the form itself."""
        return self.kind == "disposal"

    def as_of(self, moment: int) -> Proposal | None:
        """The proposal with what was said to it up to a moment; None if it was not made yet."""
        if self.by.at > moment:
            return None
        approvals = tuple(approval for approval in self.approvals if approval.by.at <= moment)
        rejected = self.rejected if self.rejected and self.rejected.at <= moment else None
        return replace(self, approvals=approvals, rejected=rejected)


@value
class Publication:
    """A revision, or the withdrawal of a document, that takes effect from an instant.

    Attributes:
        effective: The day decided.
        starts: The instant from which it acts, seconds since 1970 UTC.
        ended_by: Entry of a later publication that ended this one before it took effect.
        lapses: Of a temporary amendment the instant from which it acts no more.
    """

    by: Signature
    proposal: Proposal
    effective: date
    starts: int
    act: Act | None
    acting_for: str | None = None
    ended_by: int | None = None
    lapses: int | None = None

    @property
    def entry(self) -> int:
        """The number of the publication."""
        return self.by.entry

    @property
    def revision(self) -> int:
        """The revision published, or withdrawn."""
        return self.proposal.revision

    @property
    def turns(self) -> tuple[int, ...]:
        """The instants at which it begins to act, and ceases to by itself."""
        return (self.starts,) if self.lapses is None else (self.starts, self.lapses)

    @property
    def withdraws(self) -> bool:
        """Whether this ends the document."""
        return self.proposal.kind == "withdrawal"


@value
class Copy:
    """A numbered controlled copy.

    Attributes:
        publication: Entry of the publication that it shows.
        medium: `paper` or `file`.
        file: SHA-256 of its bytes.
        by: Who issued it, and when.
        replaces: Number of the copy that it takes the place of.
        received: The entry by which its receipt was noted.
        ended: The entry by which it came back or was accounted for; `outcome` says how.
    """

    number: int
    publication: int
    revision: int
    language: str
    holder: str
    medium: str
    file: str
    by: Signature
    place: str = ""
    replaces: int | None = None
    received: Signature | None = None
    ended: Signature | None = None
    outcome: str = ""
    witness: str = ""

    def as_of(self, moment: int) -> Copy:
        """The copy with what was known of it at a moment behind its issue."""
        received = self.received if self.received and self.received.at <= moment else None
        if self.ended is None or self.ended.at <= moment:
            return self if received is self.received else replace(self, received=received)
        return replace(self, received=received, ended=None, outcome="", witness="")


@value
class Reading:
    """Read and understood: by the signer, or by several people at a session that a record describes.

    Attributes:
        publication: Entry of the publication that was read.
        session: The record; "" where the signer is the reader.
    """

    by: Signature
    publication: int
    revision: int
    language: str
    persons: tuple[str, ...]
    session: str = ""
    result: str = ""


@value
class Review:
    """A revision in force was looked at again.

    Attributes:
        publication: Entry of the publication looked at.
        verdict: `keep`, `change` or `withdraw`.
        edition: Of an external document: the one found.
        checked: Day of the check, where it is not that of the entry.
    """

    by: Signature
    publication: int
    verdict: str
    edition: str = ""
    checked: date | None = None

    @property
    def day(self) -> date:
        """When it was looked at."""
        return self.checked or days.day_of(self.by.at, self.by.offset)


@value
class Document:
    """One document (or form, or the charter) as its accepted entries made it.

    Attributes:
        last: Its last accepted entry, which the next must name.
        trail: (entry, key, person) of each accepted entry that is not about a record.
        reviews: Its periodic reviews, oldest first.
        reaffirmed: Entries vouched for again.
        recorded: For a form: (year, number of records made from it in that year); each has a thread of its own.
    """

    id: str
    last: int
    trail: tuple[tuple[int, str, str], ...] = ()
    type: str = ""
    owner: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    proposal: Proposal | None = None
    publications: tuple[Publication, ...] = ()
    reviews: tuple[Review, ...] = ()
    reaffirmed: frozenset[int] = frozenset()
    copies: tuple[Copy, ...] = ()
    readings: tuple[Reading, ...] = ()
    recorded: tuple[tuple[int, int], ...] = ()

    @property
    def title(self) -> str:
        """The title in the authoritative language."""
        return self.titles[0][1] if self.titles else self.id

    @property
    def latest(self) -> Publication | None:
        """The last publication, effective or not."""
        return self.publications[-1] if self.publications else None

    @property
    def reviewed(self) -> Review | None:
        """The last periodic review."""
        return self.reviews[-1] if self.reviews else None

    @property
    def texts(self) -> tuple[Publication, ...]:
        """The publications of texts, in order: all but withdrawals."""
        return tuple(p for p in self.publications if not p.withdraws)

    @property
    def lasting(self) -> Publication | None:
        """The last revision that is no temporary amendment and was not ended before it began: what is corrected."""
        texts = (p for p in reversed(self.texts) if p.ended_by is None)
        return next((p for p in texts if not p.proposal.temporary), None)

    def as_of(self, moment: int) -> Document | None:
        """The document with what was entered up to a moment; None if nothing was.

        A later decision that ended a publication early is forgotten with the rest.
        """
        entered = tuple(p for p in self.publications if p.by.at <= moment)
        entries = {p.entry for p in entered}
        kept = tuple(p if p.ended_by in entries else replace(p, ended_by=None) for p in entered)
        proposal = next((p.proposal for p in self.publications if p.proposal.by.at <= moment < p.by.at), self.proposal)
        proposal = proposal.as_of(moment) if proposal else None
        reviews = tuple(one for one in self.reviews if one.by.at <= moment)
        if not kept and proposal is None:
            return None
        copies = tuple(one.as_of(moment) for one in self.copies if one.by.at <= moment)
        readings = tuple(one for one in self.readings if one.by.at <= moment)
        return replace(self, publications=kept, proposal=proposal, reviews=reviews, copies=copies, readings=readings)

    def in_force(self, moment: int) -> Publication | None:
        """The publication that acts at a moment: the highest one whose instant has come."""
        started = [
            p
            for p in self.publications
            if p.starts <= moment and p.ended_by is None and (p.lapses is None or moment < p.lapses)
        ]
        if not started or any(p.withdraws for p in started):
            return None
        return max(started, key=lambda publication: publication.revision)

    def amended_until(self, moment: int) -> date | None:
        """The last day of the temporary amendment that acts at a moment; None if none does."""
        acting = self.in_force(moment)
        return acting.proposal.expires if acting is not None and acting.proposal.temporary else None

    def withdrawn(self, moment: int) -> Publication | None:
        """The withdrawal that acts at a moment."""
        return next((p for p in self.publications if p.withdraws and p.starts <= moment), None)

    def status_of(self, publication: Publication, moment: int) -> Status:
        """The status of one publication at a moment."""
        if self.withdrawn(moment) is not None:
            return Status.WITHDRAWN
        if publication.ended_by is not None:
            return Status.CANCELLED
        if publication.starts > moment:
            return Status.PENDING
        if publication is self.in_force(moment):
            return Status.IN_FORCE
        # An amendment that another revision ended before its day did not come to its end.
        end = publication.lapses
        if end is None or moment < end:
            return Status.SUPERSEDED
        early = any(p.entry > publication.entry and p.starts < end and p.ended_by is None for p in self.publications)
        return Status.SUPERSEDED if early else Status.LAPSED

    def status(self, moment: int) -> Status:
        """The status of the document: of what acts, or else of what is on its way."""
        if self.withdrawn(moment) is not None:
            return Status.WITHDRAWN
        if self.in_force(moment) is not None:
            return Status.IN_FORCE
        if any(p.starts > moment and p.ended_by is None for p in self.publications):
            return Status.PENDING
        if self.proposal is None:
            return Status.CANCELLED
        return Status.REJECTED if self.proposal.rejected else Status.SUBMITTED
