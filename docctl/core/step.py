"""One entry being judged: the values and questions that every rule of the machines shares."""

from __future__ import annotations

from docctl.core.authority import Authority
from docctl.core.charter import DocumentType, Person
from docctl.core.events import Attached, Issued, Published, Rescheduled, Returned, Submitted
from docctl.core.model import Act, Document, Proposal, Publication, Signature, Signed


class Broken(Exception):
    """Inside the machines only: the rule that the entry breaks, with the places of its sentence."""

    def __init__(self, rule: str, /, **values: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = tuple(sorted((name, str(value)) for name, value in values.items()))


def who(signed: Signed, authority: Authority) -> Person:
    """The enrolled person who signed."""
    person = authority.signer(signed)
    if isinstance(person, str):
        raise Broken(person, name=signed.name)
    return person


class Step:
    """One entry being judged: the values that the functions below share."""

    __slots__ = ("authority", "by", "document", "person", "signed")

    def __init__(self, document: Document | None, signed: Signed, authority: Authority, person: Person) -> None:
        self.document = document
        self.signed = signed
        self.authority = authority
        self.person = person
        key = authority.keys[signed.key].fingerprint
        self.by = Signature(signed.entry.sequence, person.id, key, signed.at, signed.offset)

    @property
    def known(self) -> Document:
        """The document, which must exist."""
        if self.document is None:
            raise Broken("document-unknown", document=self.signed.entry.subject)
        return self.document

    @property
    def kind(self) -> DocumentType:
        """The document's type."""
        return self.authority.charter.types[self.known.type]

    def open_proposal(self, submission: int) -> Proposal:
        """The open proposal, which must be the one named."""
        proposal = self.known.proposal
        if proposal is None:
            raise Broken("nothing-submitted", document=self.known.id)
        if proposal.entry != submission:
            raise Broken("approval-stale", named=submission, open=proposal.entry)
        return proposal

    def publication(self, entry: int, revision: int) -> Publication:
        """The publication named, which must exist."""
        for publication in self.known.publications:
            if publication.entry == entry and publication.revision == revision:
                return publication
        raise Broken("publication-unknown", document=self.known.id, revision=revision)

    def text(self, entry: int, revision: int) -> Publication:
        """The publication named, which must be of a text."""
        publication = self.publication(entry, revision)
        if publication.withdraws:
            raise Broken("publication-unknown", document=self.known.id, revision=revision)
        return publication

    def holds_any(self, roles: tuple[str, ...], acting_for: str | None, basis: str | None) -> bool:
        """Whether the signer holds one of the roles, or acts for somebody who does."""
        day = self.signed.day
        if acting_for is None and basis is not None:
            raise Broken("deputy-without-basis", person=self.person.id)
        if acting_for is None:
            return any(self.person.holds(role, day) for role in roles)
        principal = self.principal(acting_for)
        if not basis:
            raise Broken("deputy-without-basis", person=acting_for)
        return any(principal.holds(role, day) and principal.deputy(self.person.id, role, day) for role in roles)

    def principal(self, acting_for: str) -> Person:
        """The person acted for."""
        principal = self.authority.charter.people.get(acting_for)
        if principal is None:
            raise Broken("person-unknown", person=acting_for)
        return principal

    def must_publish(self, event: Published | Rescheduled | Issued | Returned | Attached) -> None:
        """Only a publisher of the type."""
        acting, basis = getattr(event, "acting_for", None), getattr(event, "basis", None)
        if not self.holds_any(self.kind.publishers, acting, basis):
            raise Broken("not-publisher", roles=", ".join(self.kind.publishers))


def act_of(event: Submitted | Published) -> Act | None:
    """The legal act, whole or not at all."""
    if event.act_kind and event.act_number and event.act_date:
        return Act(event.act_kind, event.act_number, event.act_date)
    if event.act_kind or event.act_number or event.act_date:
        raise Broken("act-incomplete")
    return None
