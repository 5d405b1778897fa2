"""The year as a quality manager would note it by hand, and the figures that follow from these notes.

Nothing of docctl is used here: what the commands print is held against this. Days are counted, not instants; a day is
asked about as it ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE = timedelta(days=1)
FOREVER = date(9999, 12, 31)


def years_later(day: date, years: int) -> date:
    """The same date; a 29 February without a fellow becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


@dataclass
class Text:
    """One revision of a document."""

    document: str
    revision: int
    kind: str
    published: date
    effective: date
    expires: date | None = None

    def acts(self, day: date) -> bool:
        return max(self.published, self.effective) <= day <= (self.expires or FOREVER)


@dataclass
class Read:
    person: str
    document: str
    revision: int
    day: date
    language: str = "az"
    session: str = ""


@dataclass
class Paper:
    """A numbered copy."""

    document: str
    number: int
    revision: int
    holder: str
    issued: date
    medium: str = "paper"
    received: date | None = None
    ended: date | None = None
    outcome: str = "out"
    witness: str = ""


@dataclass
class Record:
    id: str
    title: str
    by: str
    day: date
    values: dict
    closed: date | None = None
    signers: tuple[str, ...] = ()
    signed: dict[str, date] = field(default_factory=dict)
    corrected: list[date] = field(default_factory=list)
    held: date | None = None
    released: date | None = None
    gone: date | None = None
    procedure: str = ""
    files: tuple[str, ...] = ()
    sealed: bool = False

    @property
    def form(self) -> str:
        return self.id[:6]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(one for one in self.signers if one not in self.signed)

    @property
    def status(self) -> str:
        if self.gone:
            return "disposed"
        if self.held and not self.released:
            return "held"
        return "open" if self.missing else "closed"

    def closing(self, day: date) -> date:
        """When it was closed, as was known on a day."""
        return max([self.closed or self.day, *(one for one in [*self.corrected, *self.signed.values()] if one <= day)])


@dataclass
class Staff:
    """One person: when they held the role `staff`."""

    enrolled: date
    staff: list[tuple[date, date]] = field(default_factory=list)
    left: date | None = None

    def since(self, day: date) -> date | None:
        """Since when they are staff on a day."""
        if day < self.enrolled or (self.left and day >= self.left):
            return None
        return next((max(start, self.enrolled) for start, end in self.staff if start <= day <= end), None)


@dataclass
class Notebook:
    """Everything noted.

    Attributes:
        asks: Document to (people asked by name, in how many days); staff is asked too.
        months: Document to the months until it is reviewed.
        wanting: Document to the day of a review that asked for another text.
        years: Form to the years that its records are kept; None for ever.
        owners: Document to the role that owns it.
    """

    people: dict[str, Staff] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    reviewed: dict[str, list[date]] = field(default_factory=dict)
    wanting: dict[str, date] = field(default_factory=dict)
    submitted: dict[str, list[tuple[date, int]]] = field(default_factory=dict)
    asks: dict[str, tuple[tuple[str, ...], int]] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    years: dict[str, int | None] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    entries: int = 0

    # -- documents -----------------------------------------------------------------------------------------------------

    def documents(self, day: date) -> list[str]:
        """Those that were at least submitted."""
        return sorted(name for name, when in self.submitted.items() if when[0][0] <= day)

    def acting(self, document: str, day: date) -> Text | None:
        found = [one for one in self.texts if one.document == document and one.acts(day)]
        return max(found, key=lambda one: one.revision, default=None)

    def line(self, document: str, day: date) -> tuple[str, int | None, date | None, date | None]:
        """Status, revision, in force since, next review."""
        acting = self.acting(document, day)
        ahead = [one for one in self.texts if one.document == document and one.published <= day < one.effective]
        if acting is None:
            shown = ahead[0] if ahead else None
            return ("pending", shown.revision, shown.effective, None) if shown else ("submitted", None, None, None)
        # For a correction or an amendment nobody looked at the whole text.
        known = [one for one in self.texts if one.document == document and one.revision <= acting.revision]
        whole = max((one for one in known if one.kind not in ("editorial", "amendment")), key=lambda one: one.revision)
        wanting = self.wanting.get(document)
        if wanting and whole.published <= wanting <= day:
            return "in-force", acting.revision, acting.effective, wanting
        looked = [one for one in self.reviewed.get(document, []) if one <= day and one >= whole.published]
        start = max([whole.effective, *looked])
        months = start.month - 1 + self.months[document]
        due = start.replace(year=start.year + months // 12, month=months % 12 + 1)
        return "in-force", acting.revision, acting.effective, due

    # -- reading -------------------------------------------------------------------------------------------------------

    def required(self, document: str, day: date) -> tuple[Text, set[int]] | None:
        """What is to be read, and the revisions of which a reading counts."""
        known = [one for one in self.texts if one.document == document and one.published <= day]
        acting = self.acting(document, day)
        if acting is None:
            ahead = next((one for one in known if one.effective > day), None)
            return (ahead, {ahead.revision}) if ahead else None
        accepted = {acting.revision}
        while acting.kind == "editorial":
            lower = [one for one in known if one.revision < acting.revision and one.kind != "amendment"]
            acting = max(lower, key=lambda one: one.revision)
            accepted.add(acting.revision)
        return acting, accepted

    def asked_from(self, text: Text, since: date, day: date) -> date:
        """The day from which a text asks somebody who is there since a day: of whom came while it was amended, later."""
        hidden = [
            one.expires + ONE
            for one in self.texts
            if one.document == text.document and one.revision > text.revision and one.expires
            and one.effective <= since and one.expires < day
        ]  # fmt: skip
        return max([text.effective, text.published, since, *hidden])

    def readers(self, document: str, day: date) -> dict[str, tuple[str, date | None]]:
        """Person to how they stand (`done`, `due`, `overdue`, `ahead`, `free`) and their last day."""
        wanted = self.required(document, day)
        if wanted is None or document not in self.asks:
            return {}
        text, accepted = wanted
        first = max(text.effective, text.published)
        named, within = self.asks[document]
        found: dict[str, tuple[str, date | None]] = {}
        done = {
            one.person
            for one in self.reads
            if (one.document == document and one.revision in accepted and one.day <= day)
        }
        for name, person in self.people.items():
            at = max(day, first)
            here = person.enrolled <= at and not (person.left and at >= person.left)
            since = person.enrolled if name in named and here else person.since(at)
            if since is None:
                found |= {name: ("free", None)} if name in done else {}
                continue
            due = self.asked_from(text, since, day) + timedelta(days=within)
            stand = "done" if name in done else "ahead" if day < first else "overdue" if due < day else "due"
            found[name] = (stand, due)
        return found

    def waiting(self, person: str, day: date) -> dict[str, date]:
        """What somebody has still to read, with the last day."""
        found = {name: self.readers(name, day).get(person) for name in self.asks}
        return {name: one[1] for name, one in found.items() if one and one[1] and one[0] in ("due", "overdue")}

    # -- copies --------------------------------------------------------------------------------------------------------

    def copies(self, document: str, day: date) -> Iterator[tuple[Paper, bool]]:
        """Copies issued by then, each with whether it is to be called back."""
        acting = self.acting(document, day)
        for one in self.papers:
            if one.document == document and one.issued <= day:
                out = one.ended is None or one.ended > day
                yield one, out and (acting is None or one.revision != acting.revision)

    def recall(self, day: date) -> list[tuple[str, int]]:
        named = sorted({one.document for one in self.papers})
        return [(name, one.number) for name in named for one, back in self.copies(name, day) if back]

    # -- records -------------------------------------------------------------------------------------------------------

    def of(self, form: str, **values: str) -> list[Record]:
        """The records of a form with these values."""
        return [
            one
            for one in self.records.values()
            if one.form == form and all(one.values.get(name) == value for name, value in values.items())
        ]

    def past_due(self, day: date) -> dict[str, list[tuple[str, date, date, bool]]]:
        """Form to its records whose time is over: id, closed, since, whether held."""
        found: dict[str, list[tuple[str, date, date, bool]]] = {}
        for one in sorted(self.records.values(), key=lambda each: each.id):
            years = self.years[one.form]
            if years is None or one.day > day or (one.gone and one.gone <= day):
                continue
            since = years_later(one.closing(day), years) + ONE
            held = bool(one.held and one.held <= day < (one.released or FOREVER))
            if since <= day:
                found.setdefault(one.form, []).append((one.id, one.closing(day), since, held))
        return found

    # -- what is late --------------------------------------------------------------------------------------------------

    def late(self, day: date) -> set[tuple[str, str, date, int]]:
        """All that is late: kind, document or form, last day, days late."""
        found = set()
        for form, lines in self.past_due(day).items():
            found |= {("record", form, since, (day - since).days) for _, _, since, held in lines if not held}
        for name in self.documents(day):
            review = self.line(name, day)[3]
            if review and review < day:
                kind = "check" if name.startswith("EXT") else "review"
                found.add((kind, name, review, (day - review).days))
            for stand, due in self.readers(name, day).values():
                if stand == "overdue" and due:
                    found.add(("reading", name, due, (day - due).days))
            for paper, back in self.copies(name, day):
                if back:
                    ended = self.superseded(paper, day)
                    found.add(("copy", name, ended, (day - ended).days))
            acting = self.acting(name, day)
            if acting and acting.expires and acting.expires - timedelta(days=14) <= day:
                found.add(("amendment", name, acting.expires, (day - acting.expires).days))
        return found

    def superseded(self, paper: Paper, day: date) -> date:
        """The day on which the revision of a copy gave way."""
        own = next(one for one in self.texts if (one.document, one.revision) == (paper.document, paper.revision))
        later = [
            max(one.published, one.effective)
            for one in self.texts
            if one.document == paper.document and one.revision > paper.revision and one.effective <= day
            and not (one.expires and one.expires < day)
        ]  # fmt: skip
        return min([*later, *([own.expires + ONE] if own.expires else [])])
