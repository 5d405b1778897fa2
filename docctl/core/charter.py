"""The charter: the rules and the people of one library, as it stands in `charter/library.yaml` and `people.yaml`.

This module reads and checks one charter by itself. Whether it may replace another is decided in `amend`; who may act
under it, in `authority`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from docctl.core import appearance, schedule
from docctl.core.appearance import EMBLEM, Look
from docctl.core.checkpoint import read_verifier_key
from docctl.core.fields import is_identifier, is_language
from docctl.core.heading import MAX_READING_DAYS, ReadYaml
from docctl.core.plain import Fields
from docctl.core.schedule import Schedule
from docctl.errors import Malformed

FILES = ("library.yaml", "people.yaml")
FOLDERS = ("policies", "procedures", "templates")
MAX_FILE = 4 * 1024 * 1024
MAX_COUNT = 20
MAX_PLACES = 50
MAX_MONTHS = 600
MAX_ATTACHMENTS = 100  # megabytes of one record; the ledger takes no larger folder
READING_DAYS = 14
RECOVERY = "recovery-key"
RECOVERY_IDENTITY = ("recovery key", "recovery@docctl.invalid")
MAX_IDENTITY = 200  # bytes; a commit bears no longer name or e-mail
_OFFSET = re.compile(r"(?!-00:00)[+-](?:0[0-9]|1[0-4]):[0-5][0-9]")

Texts = tuple[tuple[str, str], ...]
Step = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One kind of document and its workflow.

    Attributes:
        prefix: Ids begin with it and a hyphen.
        steps: In order; each a tuple of (role, how many holders of it).
        editorial: The one step of a small correction.
        review_months: Months from taking effect to the next review; None for never.
        retention_years: Years kept after withdrawal; None for permanent.
        reading: Roles that must confirm reading, within `reading_days` after a revision takes effect.
        recorders: Roles that may make records from forms of this type; empty for everybody who holds any role.
        disposal: The one step of disposing of records made from forms of this type.
        external: Whether its documents come from outside: each is a card (see `external`).
    """

    name: str
    titles: Texts
    prefix: str
    folder: str
    authors: tuple[str, ...]
    publishers: tuple[str, ...]
    steps: tuple[Step, ...]
    editorial: Step
    review_months: int | None
    retention_years: int | None
    reading: tuple[str, ...]
    reading_days: int
    recorders: tuple[str, ...]
    classification: str
    disposal: Step
    external: bool = False

    def workflow(self, kind: str) -> tuple[Step, ...]:
        """The steps that a proposal of this kind goes through."""
        if kind == "disposal":
            return (self.disposal,)
        return (self.editorial,) if kind == "editorial" else self.steps


def _within(start: date, end: date | None, day: date) -> bool:
    """Whether a day lies between two others, both included; no end is no limit."""
    return start <= day and (end is None or day <= end)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A role held from a day, maybe to a day (the last one), on some basis."""

    role: str
    start: date
    end: date | None
    basis: str

    def on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return _within(self.start, self.end, day)


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody who may act for the person in some roles, from a day to a day."""

    person: str
    roles: tuple[str, ...]
    start: date
    end: date | None
    basis: str

    def on(self, day: date) -> bool:
        """Whether the deputising holds on that day."""
        return _within(self.start, self.end, day)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One enrolled key.

    Attributes:
        public: OpenSSH line without comment.
        proof: SSHSIG by that key over the enrolment statement, base64.
        revoked: No entry counts from the next one on.
        compromised_since: Its entries from this number on are unconfirmed.
    """

    public: str
    proof: str
    revoked: bool
    compromised_since: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign; `sealing_key` is the age recipient for whom confidential records are sealed."""

    id: str
    name: str
    email: str
    position: Texts
    roles: tuple[Appointment, ...]
    deputies: tuple[Deputy, ...]
    keys: tuple[KeyLine, ...]
    left: date | None
    sealing_key: str = ""

    def holds(self, role: str, day: date) -> bool:
        """Whether the person holds the role on that day."""
        if self.left is not None and day >= self.left:
            return False
        # A loop, not `any`: this is asked a dozen times for every submission.
        for appointment in self.roles:  # noqa: SIM110
            if appointment.role == role and appointment.on(day):
                return True
        return False

    def deputy(self, person: str, role: str, day: date) -> Deputy | None:
        """The deputising by which `person` may act for this one in that role."""
        return next((d for d in self.deputies if d.person == person and role in d.roles and d.on(day)), None)


@dataclass(frozen=True, slots=True)
class Charter:
    """One charter.

    Attributes:
        offsets: Allowed offsets from UTC, as in commits: `+0400`.
        languages: The authoritative language of new documents first.
        administrators: Role whose holders decide on the charter, and how many must.
        recovery: The offline key that can replace an administrator's key, with its proof of possession.
        note_key: C2SP verifier key that signs checkpoints; "" if none.
        roles: Every role that the charter lists, or that types and appointments speak of.
        look: What its copies look like.
        retention: How long records are kept, form by form and type by type.
        attachment_limit: Megabytes that the attachments of one record may have together.
    """

    organisation: Texts
    offsets: tuple[str, ...]
    languages: tuple[str, ...]
    administrators: tuple[str, int]
    recovery: KeyLine
    note_key: str
    types: Mapping[str, DocumentType]
    people: Mapping[str, Person]
    roles: frozenset[str] = frozenset()
    look: Look = appearance.NOTHING
    retention: tuple[Schedule, ...] = ()
    attachment_limit: int = 50

    def name(self, language: str) -> str:
        """The organisation's name."""
        return chosen(self.organisation, language)

    def type_of(self, identifier: str) -> DocumentType | None:
        """The type whose prefix a document id begins with; the longest one."""
        fitting = [kind for kind in self.types.values() if identifier.startswith(kind.prefix + "-")]
        return max(fitting, key=lambda kind: len(kind.prefix), default=None)


def chosen(texts: Texts, language: str) -> str:
    """The text in a language, or else the first."""
    return dict(texts).get(language, texts[0][1])


def read(files: Mapping[str, bytes], read_yaml: ReadYaml) -> Charter:
    """The charter in the files of `charter/`.

    Raises:
        Malformed: `charter-files`, `field-*`, `charter-*`.
    """
    if set(files) - {EMBLEM} != set(FILES) or any(len(content) > MAX_FILE for content in files.values()):
        raise Malformed("charter-files", found=", ".join(sorted(files))[:100])
    library = Fields(read_yaml(files["library.yaml"], "library.yaml"), "library.yaml")
    people = Fields(read_yaml(files["people.yaml"], "people.yaml"), "people.yaml")
    _format(library)
    _format(people)
    administrators = library.part("administrators")
    charter = Charter(
        organisation=library.part("organisation").texts("name"),
        offsets=library.lines("offsets"),
        languages=library.lines("languages"),
        administrators=(administrators.word("role"), administrators.number("approvals", 1) or 1),
        recovery=_key(library.part("recovery")),
        note_key=library.line("note-key", ""),
        types={name: _type(name, part) for name, part in library.named("types")},
        people={name: _person(name, part) for name, part in people.named("people")},
        roles=frozenset(library.words("roles", ())),
        attachment_limit=library.number("attachment-limit-mb", 1, MAX_ATTACHMENTS // 2, MAX_ATTACHMENTS) or 0,
        look=appearance.read(library.part("appearance") if library.has("appearance") else None, files.get(EMBLEM)),
        retention=schedule.read(library.parts("retention", ())),
    )
    administrators.done()
    library.done()
    people.done()
    _check(charter)
    offsets = tuple(offset.replace(":", "") for offset in charter.offsets)
    return replace(charter, offsets=offsets, roles=_roles(charter))


def _roles(charter: Charter) -> frozenset[str]:
    roles = {*charter.roles, *(one.role for person in charter.people.values() for one in person.roles)}
    for kind in charter.types.values():
        roles.update(kind.authors, kind.publishers, kind.reading, kind.recorders)
        roles.update(role for step in (*kind.steps, kind.editorial, kind.disposal) for role, _ in step)
    return frozenset(roles)


def _format(part: Fields) -> None:
    if part.line("format") != "v1":
        raise Malformed("charter-format", file=part.where)


def _check(charter: Charter) -> None:
    """What must hold inside one charter, whoever wrote it."""
    if not charter.offsets or not all(_OFFSET.fullmatch(offset) for offset in charter.offsets):
        raise Malformed("charter-offsets")
    if not charter.languages or not all(is_language(name) for name in charter.languages):
        raise Malformed("charter-languages")
    prefixes = [kind.prefix for kind in charter.types.values()]
    if len(set(prefixes)) != len(prefixes):
        raise Malformed("charter-prefix")
    emails = [person.email for person in charter.people.values()]
    if len(set(emails)) != len(emails) or RECOVERY_IDENTITY[1] in emails:
        raise Malformed("charter-email")
    if RECOVERY in charter.people:
        raise Malformed("charter-person", person=RECOVERY)
    schedule.check(charter.retention, {name: kind.prefix for name, kind in charter.types.items()})
    if charter.note_key:
        read_verifier_key(charter.note_key)
    for person in charter.people.values():
        for deputy in person.deputies:
            if deputy.person not in charter.people or deputy.person == person.id:
                raise Malformed("charter-deputy", person=person.id, deputy=deputy.person)


def _type(name: str, part: Fields) -> DocumentType:
    steps = tuple(_step(step) for step in part.parts("workflow"))
    editorial, disposal = (part.part(name) if part.has(name) else None for name in ("editorial", "disposal"))
    prefix = part.line("prefix")
    folder = part.word("folder")
    if is_identifier(prefix + "-1") is None or folder not in FOLDERS:
        raise Malformed("charter-type", type=name)
    if not steps or sum(count for step in steps for _, count in step) > MAX_PLACES:
        raise Malformed("charter-workflow", type=name)
    result = DocumentType(
        name=name,
        titles=part.texts("title"),
        prefix=prefix,
        folder=folder,
        authors=part.words("authors"),
        publishers=part.words("publishers"),
        steps=steps,
        editorial=_step(editorial) if editorial else ((steps[-1][0][0], 1),),
        review_months=part.number("review-months", 1, None, MAX_MONTHS),
        retention_years=part.number("retention-years", 1, None),
        reading=part.words("reading", ()),
        reading_days=part.number("reading-days", 1, None, MAX_READING_DAYS) or READING_DAYS,
        recorders=part.words("recorders", ()),
        classification=part.word("classification", "internal"),
        disposal=_step(disposal) if disposal else ((steps[-1][0][0], 1),),
        external=part.flag("external"),
    )
    part.done()
    return result


def _step(part: Fields) -> Step:
    names = list(part.left)
    step = tuple((name, part.number(name, 1) or 1) for name in names)
    if not step or any(count > MAX_COUNT for _, count in step):
        raise Malformed("charter-workflow", type=part.where)
    return step


def _person(name: str, part: Fields) -> Person:
    result = Person(
        id=name,
        name=part.line("name"),
        email=part.line("email"),
        position=part.texts("position"),
        roles=tuple(_appointment(role) for role in part.parts("roles", ())),
        deputies=tuple(_deputy(deputy) for deputy in part.parts("deputies", ())),
        keys=tuple(_key(key) for key in part.parts("keys", ())),
        left=part.day("left", None),
        sealing_key=schedule.sealing_key(part),
    )
    part.done()
    sound = "<" not in result.name and ">" not in result.name and re.fullmatch(r"[^<>@\s]+@[^<>@\s]+", result.email)
    if not sound or any(len(text.encode()) > MAX_IDENTITY for text in (result.name, result.email)):
        raise Malformed("charter-person", person=name)
    return result


def _appointment(part: Fields) -> Appointment:
    result = Appointment(part.word("role"), _day(part, "from"), part.day("to", None), part.line("basis", ""))
    part.done()
    return result


def _deputy(part: Fields) -> Deputy:
    result = Deputy(
        person=part.word("person"),
        roles=part.words("roles"),
        start=_day(part, "from"),
        end=part.day("to", None),
        basis=part.line("basis"),
    )
    part.done()
    return result


def _day(part: Fields, name: str) -> date:
    day = part.day(name)
    if day is None:
        raise Malformed("field-missing", where=part.where, field=name)
    return day


def _key(part: Fields) -> KeyLine:
    result = KeyLine(
        public=_long(part, "public"),
        proof=_long(part, "proof"),
        revoked=part.flag("revoked"),
        compromised_since=part.number("compromised-since", 0, None),
    )
    part.done()
    return result


def _long(part: Fields, name: str) -> str:
    """A base64 value: longer than a line for people may be; its strict reader is the signatures' neighbour."""
    value = part.left.pop(name, "")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9+/=@. -]{1,4000}", value):
        raise Malformed("field-value", where=part.where, field=name, value=str(value)[:40])
    return value
