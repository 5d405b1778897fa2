"""Records: made from the form in force, registered, corrected beside, signed by others.

What a record says is `record.md`, made from values by `filled` and compared when it is registered. `plan` takes the
files as they are to be stored and asks nothing about them, so that a confidential record can be sealed in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from docctl import catalogues
from docctl.core import answers, days, heading, recordtext
from docctl.core.answers import Mistake, Values
from docctl.core.charter import Person
from docctl.core.events import Recorded
from docctl.core.fields import MAX_LINE
from docctl.core.forms import Field, Form, label
from docctl.core.heading import Heading
from docctl.core.model import Document, Publication, Signed
from docctl.core.plain import Plain
from docctl.core.ports import Signer
from docctl.core.records import Record
from docctl.core.recordtext import RECORD, RecordText
from docctl.core.state import State
from docctl.errors import Malformed, NotFound, Refused
from docctl.library import clock, mediatypes
from docctl.library.book import Draft, Plan, folder_of
from docctl.library.deciding import Behalf, authority_of, thread
from docctl.library.drafting import next_record
from docctl.library.library import Library
from docctl.library.replaying import MEANS


@dataclass(frozen=True, slots=True)
class Blank:
    """A form as records are made from it.

    Attributes:
        publication: Of the form.
        heading: Of its text.
    """

    id: str
    publication: Publication
    heading: Heading

    @property
    def form(self) -> Form:
        """What it asks for."""
        return self.heading.form

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields."""
        return self.heading.form.fields

    def language(self, wanted: str | None) -> str:
        """The language of a record: the one wanted, if the form has it, else the authoritative one.

        Raises:
            Refused: `language-unknown`.
        """
        if wanted is not None and wanted not in self.heading.languages:
            raise Refused("language-unknown", language=wanted)
        return wanted or self.heading.languages[0]


@dataclass(frozen=True, slots=True)
class About:
    """What a record says besides its values.

    Attributes:
        language: Of its labels; the form's own if not stated.
        title: If not stated, the first text that is given, else the form's title.
        procedure: The document by which it was made; the form's own if not stated.
    """

    language: str | None = None
    title: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is decided when a record is registered.

    Attributes:
        signers: People who must sign too, besides those whom the form's roles name.
        closed: The day on which what it is about was closed.
        sealed, access: Of a confidential record: salted digest of its content, class of access.
    """

    signers: tuple[str, ...] = ()
    closed: date | None = None
    behalf: Behalf | None = None
    sealed: str | None = None
    access: str | None = None


ABOUT: Final = About()
NO_FILES: Final[Mapping[str, bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Filled:
    """A record that could be registered: what it says, and the files that hold it."""

    blank: Blank
    text: RecordText
    files: dict[str, bytes] = field(repr=False)


# -- forms -------------------------------------------------------------------------------------------------------------


def blank(state: State, form: str, moment: int | None = None) -> Blank:
    """The revision of a form that is in force.

    Raises:
        NotFound: `document-not-found`.
        Refused: `record-form-not-in-force` (document).
    """
    document = thread(state, form)
    acting = document.in_force(moment if moment is not None else max(clock.now(), state.time))
    if acting is None:
        raise Refused("record-form-not-in-force", document=form)
    return _blank(state, document, acting)


def blank_of(state: State, record: Record) -> Blank:
    """The revision of a form that a record was made from."""
    document = thread(state, record.form)
    return _blank(state, document, next(one for one in document.publications if one.entry == record.publication))


def _blank(state: State, document: Document, publication: Publication) -> Blank:
    tree = publication.proposal.tree
    if tree is None:
        raise Refused("record-form-not-in-force", document=document.id)
    try:
        return Blank(document.id, publication, heading.read(state.shelf.files(tree), MEANS.read_yaml))
    except Malformed as error:
        # It was submitted under rules of an earlier day.
        raise Refused(error.code, **error.values) from None


def known(state: State) -> tuple[frozenset[str], frozenset[str]]:
    """What document and person fields may name."""
    return frozenset(state.documents), frozenset(authority_of(state).charter.people)


def names(state: State, language: str) -> recordtext.Shown:
    """Values as people read them: names of people, words of choices, days as they are written."""
    people = authority_of(state).charter.people

    def shown(one: Field, text: str) -> str:
        if one.kind == "person" and text in people:
            return f"{people[text].name} ({text})"
        if one.kind == "choice":
            return next((label(choice.labels, language) for choice in one.choices if choice.value == text), text)
        if one.kind == "date":
            return catalogues.short_day(date.fromisoformat(text), language)
        return text

    return shown


def wrong(mistakes: tuple[Mistake, ...]) -> Refused:
    """All mistakes in one refusal; whoever shows it finds them in its values."""
    return Refused("record-values", count=len(mistakes), mistakes=mistakes)


# -- making ------------------------------------------------------------------------------------------------------------


def filled(
    state: State,
    form: Blank,
    given: Plain,
    about: About = ABOUT,
    attachments: Mapping[str, bytes] = NO_FILES,
) -> Filled:
    """A record of these values.

    Args:
        state: What they may refer to.
        form: The form that they answer.
        given: Field name to text or rows, as people write them.
        about: Its language, title and procedure.
        attachments: Files by the names under which they are kept.

    Raises:
        Refused: `record-values` (count, mistakes), `language-unknown`, `record-empty`, `document-not-found`, and what
            `mediatypes.check` refuses.
    """
    chosen = form.language(about.language)
    values, mistakes = answers.check(form.fields, given, *known(state))
    if mistakes:
        raise wrong(mistakes)
    if not values and not attachments:
        raise Refused("record-empty", document=form.id)
    mediatypes.check(attachments, authority_of(state).charter.attachment_limit)
    text = RecordText(
        form=form.id,
        revision=form.publication.revision,
        language=chosen,
        title=_line(about.title or _first(form.fields, values) or dict(form.heading.titles)[chosen]),
        procedure=about.procedure or form.form.procedure,
        values=values,
    )
    _procedure(state, text.procedure)
    data = recordtext.write(text, form.fields, names(state, chosen))
    return Filled(form, text, {RECORD: data, **attachments})


def _first(fields: tuple[Field, ...], values: Values) -> str:
    first = next((values[one.name] for one in fields if one.kind in ("text", "long") and one.name in values), "")
    return str(first)


def _line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MAX_LINE else words[: MAX_LINE - 1].rstrip() + "…"


def _procedure(state: State, procedure: str) -> int | None:
    """The revision of the procedure that is in force."""
    if not procedure:
        return None
    acting = thread(state, procedure).in_force(max(clock.now(), state.time))
    if acting is None:
        raise Refused("record-procedure-not-in-force", document=procedure)
    return acting.revision


def opened(state: State, files: Mapping[str, bytes]) -> Filled:
    """A record that lies somewhere, as it can be registered: what it says must be right, and its text the same.

    Raises:
        Refused: `record-file-missing`, `record-form-moved` (document, revision, newer), `record-body` (file), and as
            `filled`.
    """
    if RECORD not in files:
        raise Refused("record-file-missing", file=RECORD)
    try:
        text, body = recordtext.read(RECORD, files[RECORD], MEANS.read_yaml)
    except Malformed as error:
        raise Refused(error.code, **error.values) from None
    form = blank(state, text.form)
    if form.publication.revision != text.revision:
        newer = form.publication.revision
        raise Refused("record-form-moved", document=text.form, revision=text.revision, newer=newer)
    attachments = {name: data for name, data in files.items() if name != RECORD}
    about = About(text.language, text.title, text.procedure)
    # Whoever changed the values and took the old text out has it made anew, with what follows from them.
    values = text.values if body.strip() else answers.without_computed(form.fields, text.values)
    found = filled(state, form, values, about, attachments)  # type: ignore[arg-type]
    if body.strip() and files[RECORD] != found.files[RECORD]:
        raise Refused("record-body", file=RECORD)
    return found


# -- registering -------------------------------------------------------------------------------------------------------


def register(library: Library, record: Filled, signer: Signer, wishes: Wishes) -> Signed:
    """Enter a record.

    Raises:
        Refused: `record-confidential`: its form is, and this would store it plainly; and what the rules say.
    """
    if record.blank.form.confidential and wishes.sealed is None:
        raise Refused("record-confidential", document=record.blank.id)
    return library.enter(signer, plan(record.text, record.files, wishes, signer.key))


def plan(text: RecordText, files: Mapping[str, bytes], wishes: Wishes, key: str) -> Plan:
    """Register a record under the next number of its form and year.

    Args:
        text: What it says: form, revision, title, procedure.
        files: What is stored: those of `Filled`, or what they were sealed into.
        wishes: What is decided with it.
        key: Whose signature it will bear, who therefore need not sign again.
    """
    digest, tree = folder_of(files)

    def made(state: State) -> Draft:
        form = blank(state, text.form)
        if form.publication.revision != text.revision:
            newer = form.publication.revision
            raise Refused("record-form-moved", document=text.form, revision=text.revision, newer=newer)
        today = days.day_of(*clock.reading(state.time, authority_of(state).charter.offsets))
        event = Recorded(
            record=next_record(thread(state, text.form), today.year),
            form_publication=form.publication.entry,
            form_revision=form.publication.revision,
            procedure=text.procedure or None,
            procedure_revision=_procedure(state, text.procedure),
            content=digest,
            tree=tree,
            sealed=wishes.sealed,
            signers=further_signers(state, form.form, wishes, key, today) or None,
            title=text.title if wishes.sealed is None else None,
            access=wishes.access,
            closed=wishes.closed,
            acting_for=wishes.behalf.person if wishes.behalf else None,
            basis=wishes.behalf.basis if wishes.behalf else None,
        )
        return Draft(text.form, event, "", files)

    return made


def further_signers(state: State, form: Form, wishes: Wishes, key: str, today: date) -> tuple[str, ...]:
    """Who must sign too: those named, and for each role of the form that none of them holds its one holder."""
    authority = authority_of(state)
    people = authority.charter.people
    enrolment = authority.keys.get(key)
    mine = enrolment.person if enrolment else ""
    chosen: list[Person] = []
    for name in wishes.signers:
        if name not in people:
            raise NotFound("person-not-found", person=name)
        chosen.append(people[name])
    for role in form.signers:
        if any(one.holds(role, today) for one in (*chosen, *([people[mine]] if mine else []))):
            continue
        holders = [one for one in people.values() if one.holds(role, today)]
        if len(holders) != 1:
            code = "record-signer-choose" if holders else "record-signer-none"
            raise Refused(code, role=role, known=", ".join(one.id for one in holders))
        chosen += holders
    return tuple(dict.fromkeys(one.id for one in chosen if one.id != mine))


def record_of(state: State, name: str) -> Record:
    """The record of that number.

    Raises:
        NotFound: `record-not-found`.
    """
    found = state.records.get(name)
    if found is None:
        raise NotFound("record-not-found", record=name)
    return found
