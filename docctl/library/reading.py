"""Read and understood: which text is confirmed, what changed in it, and the entry that says so.

The entry names a publication, so that nobody confirms what came in force between reading and signing. It is bound to
one language: that in which the text was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docctl.core import days, readers
from docctl.core.charter_machine import CHARTER
from docctl.core.events import Read
from docctl.core.model import Document, Publication, Reading, Signed
from docctl.core.ports import Signer
from docctl.core.records import Record
from docctl.errors import DocctlError, NotFound, Refused
from docctl.library import comparing, readership, recording, recordsheets
from docctl.library.book import Draft, Plan
from docctl.library.deciding import authority_of, signer_name

if TYPE_CHECKING:
    from docctl.core.state import State
    from docctl.library.comparing import Difference
    from docctl.library.library import Library


@dataclass(frozen=True, slots=True)
class ToRead:
    """What somebody is about to confirm.

    Attributes:
        before: The last text of the document that they confirmed, an older one; None if there is none.
        asked: Whether they are asked to read it.
    """

    document: Document
    publication: Publication
    language: str
    before: Reading | None
    asked: bool

    @property
    def title(self) -> str:
        """The title in the language read."""
        return dict(self.publication.proposal.titles).get(self.language, self.document.title)


@dataclass(frozen=True, slots=True)
class Session:
    """A session at which somebody read a text with several people.

    Attributes:
        record: The record that proves it.
        result: What came out, "" if nothing is said: a mark, "all passed".
    """

    record: str
    people: tuple[str, ...]
    result: str = ""


def to_read(
    library: Library, subject: str, person: str, *, language: str | None = None, revision: int | None = None
) -> ToRead:
    """The text that a person would confirm: the one in force, or one that is to come.

    Raises:
        NotFound: `document-not-found`, `revision-not-found`, `language-not-found`, `not-in-force-now`.
        Refused: `read-charter`, `read-withdrawn`, `read-not-in-force`.
    """
    if subject == CHARTER:
        raise Refused("read-charter")
    state, moment = library.book.state, library.moment()
    document = library.document(subject)
    publication = _readable(document, moment, revision)
    titles = publication.proposal.titles
    tongue = language or titles[0][0]
    if tongue not in dict(titles):
        raise NotFound("language-not-found", language=tongue, known=", ".join(name for name, _ in titles))
    mine = [one for one in document.readings if person in one.persons and one.revision < publication.revision]
    found = readership.readership(state, document, moment)
    asked = any(one.person == person and one.stand != readers.FREE for one in found.readers)
    return ToRead(document, publication, tongue, max(mine, key=lambda one: one.revision, default=None), asked)


def _readable(document: Document, moment: int, revision: int | None) -> Publication:
    acting = document.in_force(moment)
    if document.withdrawn(moment) is not None:
        raise Refused("read-withdrawn", document=document.id)
    ahead = [p for p in document.publications if p.starts > moment and p.ended_by is None and not p.withdraws]
    able = [acting, *ahead] if acting else ahead
    if revision is None:
        if not able:
            raise NotFound("not-in-force-now", document=document.id, status=document.status(moment).value)
        return able[0]
    found = next((one for one in able if one.revision == revision), None)
    if found is None and any(p.revision == revision and not p.withdraws for p in document.publications):
        now = acting.revision if acting else None
        raise Refused("read-not-in-force", document=document.id, revision=revision, now=now)
    if found is None:
        raise NotFound("revision-not-found", document=document.id, revision=revision)
    return found


def changed(library: Library, what: ToRead) -> Difference | None:
    """What changed since the text that the person confirmed last; None if there is none of that language."""
    before = what.before
    older = next((p for p in what.document.publications if before and p.entry == before.publication), None)
    if before is None or older is None or what.language not in older.proposal.languages:
        return None
    wanted = comparing.Wanted(what.document.id, before.revision, what.publication.revision, what.language)
    return comparing.difference(library.book.state, library.moment(), library.draft, wanted)


def confirm(library: Library, what: ToRead, signer: Signer) -> Signed:
    """Sign that the text was read and understood.

    Raises:
        Refused: `read-already`: the person confirmed this text in this language before.
    """
    person = library.person_of(signer) or ""

    def plan(state: State) -> Draft:
        document = state.documents[what.document.id]
        for one in document.readings:
            same = (one.publication, one.language) == (what.publication.entry, what.language)
            # What a key signed that is since found compromised may be signed again.
            if same and person in one.persons and authority_of(state).counts(one.by, document.reaffirmed):
                day = days.day_of(one.by.at, one.by.offset)
                raise Refused("read-already", document=document.id, revision=one.revision, day=day)
        return _draft(what, (person,))

    return library.enter(signer, plan)


def confirm_session(library: Library, what: ToRead, session: Session, signer: Signer) -> Signed:
    """Sign that several people read and understood the text at a session that a record describes.

    Raises:
        NotFound: `person-not-found`, `session-unknown`.
        Refused: `session-disposed`, `session-not-yours`, `session-entered`; `session-other-document`,
            `session-person-missing`: its form asks for them, and it names others.
    """
    return library.enter(signer, _session_plan(library, what, session, library.person_of(signer) or ""))


def _session_plan(library: Library, what: ToRead, session: Session, person: str) -> Plan:
    def plan(state: State) -> Draft:
        authority = authority_of(state)
        unknown = [one for one in session.people if one not in authority.charter.people]
        if unknown:
            raise NotFound("person-not-found", person=unknown[0])
        record = state.records.get(session.record)
        if record is None:
            raise NotFound("session-unknown", record=session.record)
        if record.disposed is not None:
            raise Refused("session-disposed", record=record.id)
        document = state.documents[what.document.id]
        publishers = authority.charter.types[document.type].publishers
        own = authority.charter.people.get(person)
        if own and record.by.person != person and not any(own.holds(one, library.today()) for one in publishers):
            raise Refused("session-not-yours", record=record.id, name=signer_name(state, record.by.person))
        _check_named(state, record, document.id, session.people)
        for one in document.readings:
            again = set(one.persons) & set(session.people)
            if again and (one.session, one.publication) == (record.id, what.publication.entry):
                raise Refused("session-entered", record=record.id, person=min(again), document=document.id)
        return _draft(what, session.people, session)

    return plan


def _check_named(state: State, record: Record, document: str, people: tuple[str, ...]) -> None:
    """That a record names the document and everybody, where its form has a field for the one, a table for the others.

    What a sealed record says, or one stored by another program, is not known here.
    """
    try:
        values = {} if record.sealed else recordsheets.latest(state, record)[1]
        fields = recording.blank_of(state, record).fields if values else ()
    except DocctlError:
        return
    about, present = set(), set()
    for field in fields:
        value = values.get(field.name)
        if field.kind == "document" and isinstance(value, str) and value:
            about.add(value)
        listed = [column.name for column in field.columns if column.kind == "person"]
        present |= {row.get(name, "") for row in value for name in listed} if isinstance(value, list) else set()
    if about and document not in about:
        raise Refused("session-other-document", record=record.id, document=document, named=", ".join(sorted(about)))
    missing = [person for person in people if present and person not in present]
    if missing:
        raise Refused("session-person-missing", record=record.id, person=missing[0])


def _draft(what: ToRead, people: tuple[str, ...], session: Session | None = None) -> Draft:
    publication = what.publication
    event = Read(
        publication=publication.entry,
        revision=publication.revision,
        content=publication.proposal.content,
        language=what.language,
        persons=people,
        session=session.record if session else None,
        result=(session.result if session else None) or None,
    )
    return Draft(what.document.id, event)
