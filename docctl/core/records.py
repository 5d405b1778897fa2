"""The facts about records, as the entries about each made it. Every rule is in `record_machine`."""

from __future__ import annotations

from datetime import date

from docctl.core import days
from docctl.core.model import Signature
from docctl.core.values import value


@value
class Countersignature:
    """A further signer stood by a record; `acting_for` names whom the record asked, if it was a deputy."""

    by: Signature
    meaning: str
    acting_for: str = ""


@value
class Amendment:
    """A correction beside a record; its number counts from 1, its comment says why."""

    by: Signature
    number: int
    content: str
    tree: str
    reason: str
    sealed: str = ""


@value
class Hold:
    """A legal hold, and on what basis; `released` by whom it was ended, with why."""

    by: Signature
    reason: str
    basis: str = ""
    released: Signature | None = None
    why: str = ""

    def stood(self, day: date) -> bool:
        """Whether it stood at the end of a day."""
        begun, end = days.day_of(self.by.at, self.by.offset), self.released
        return begun <= day and (end is None or days.day_of(end.at, end.offset) > day)


@value
class Disposal:
    """How a record ended: the entry, the proposal approved, and what was done."""

    by: Signature
    submission: int
    method: str = ""
    receiver: str = ""


@value
class Record:
    """One record made from a form.

    Attributes:
        publication: Entry of the form's publication, `revision` its revision.
        sealed: Salted digest of the content of a confidential record, whose files are ciphertext; "" of any other.
        access: Class of access, "" if none is stated.
        closed: Day stated for its closing; without one it closes with the last entry about it.
        signers: Who must countersign, `signed` who did.
        held: The hold that stands; `holds` those released.
        trail: (entry, key, person) of each accepted entry about it.
    """

    id: str
    form: str
    by: Signature
    publication: int
    revision: int
    content: str
    tree: str
    title: str = ""
    procedure: str = ""
    procedure_revision: int | None = None
    sealed: str = ""
    access: str = ""
    closed: date | None = None
    signers: tuple[str, ...] = ()
    signed: tuple[Countersignature, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    held: Hold | None = None
    disposed: Disposal | None = None
    trail: tuple[tuple[int, str, str], ...] = ()
    reaffirmed: frozenset[int] = frozenset()
    holds: tuple[Hold, ...] = ()

    @property
    def day(self) -> date:
        """The day on which it was registered."""
        return days.day_of(self.by.at, self.by.offset)

    @property
    def path(self) -> tuple[str, ...]:
        """Its folder."""
        return record_path(self.form, self.id, self.day)

    def amended_path(self, number: int) -> tuple[str, ...]:
        """The folder of one of its amendments, beside its own."""
        return (*self.path[:-1], f"{self.id}-A{number}")

    @property
    def last(self) -> int:
        """Its last accepted entry, which the next one about it must name."""
        return self.trail[-1][0]

    @property
    def missing(self) -> tuple[str, ...]:
        """Those who have still to countersign."""
        done = {person for one in self.signed for person in (one.by.person, one.acting_for)}
        return tuple(person for person in self.signers if person not in done)


def record_path(form: str, record: str, day: date) -> tuple[str, ...]:
    """The folder of a record: `records/<FORM>/<year>/<month>/<ID>`, by the day of its entry."""
    return ("records", form, f"{day.year:04}", f"{day.month:02}", record)
