"""Who must read a revision, by when, and who has: read and understood (ISO 9001:2015, 7.3, 7.5.3.1).

Required is the newest revision in force that is no editorial correction: such a correction asks nobody again, a
temporary amendment asks everybody. Whoever has read it, or what corrects it since, is done. Nothing here asks a clock:
an instant is given, and people count by the roles that they held on its day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from docctl.core import days
from docctl.core.charter import Person
from docctl.core.model import Document, Publication, Reading, Signature

# How somebody stands to a revision: read; to be read by a day that has not passed; past due; to be read once the
# revision is in force; read though nobody asked.
DONE, DUE, OVERDUE, AHEAD, FREE = "done", "due", "overdue", "ahead", "free"
STANDS = (OVERDUE, DUE, AHEAD, DONE, FREE)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a revision asks to read it: holders of roles, and people by name, within so many days."""

    roles: frozenset[str]
    people: frozenset[str]
    days: int


@dataclass(frozen=True, slots=True)
class Reader:
    """One person and one revision.

    Attributes:
        stand: One of `STANDS`.
        due: Last day in time; None for somebody who is not asked.
        reading: The last reading that counts; None if there is none.
    """

    person: str
    stand: str
    due: date | None
    reading: Reading | None


def required(document: Document, moment: int) -> Publication | None:
    """The publication that is to be read at a moment: of what is in force, or else of what is on its way.

    The one that an editorial correction corrects; the correction itself if that one was ended before it took effect.
    """
    shown = _shown(document, moment)
    if shown is None:
        return None
    return [one for one in _chain(document, shown) if one is shown or one.ended_by is None][-1]


def counting(document: Document, moment: int) -> frozenset[int]:
    """The publications of which a reading counts: the one required, its corrections up to what is in force, and any
    of the same content, such as an amendment that was only made to last longer.
    """
    shown = _shown(document, moment)
    contents = {one.proposal.content for one in _chain(document, shown)} if shown else set()
    return frozenset(one.entry for one in document.texts if one.proposal.content in contents)


def _shown(document: Document, moment: int) -> Publication | None:
    acting = document.in_force(moment)
    if acting is not None or document.withdrawn(moment) is not None:
        return acting
    ahead = (p for p in document.texts if p.starts > moment and p.ended_by is None)
    return next(ahead, None)


def _chain(document: Document, shown: Publication) -> list[Publication]:
    """A publication, and if it is a correction what it corrects, down to what is none; an amendment lapsed is none."""
    chain = [shown]
    for one in sorted(document.texts, key=lambda p: p.revision, reverse=True):
        if chain[-1].proposal.kind != "editorial":
            break
        if one.revision < shown.revision and not one.proposal.temporary:
            chain.append(one)
    return chain


def begun(document: Document, publication: Publication, moment: int, since: date = date.min) -> date:
    """The day from which a publication asks somebody who is asked since a day.

    That of its effect or of its entry; of whom it asks only since an amendment hid it, the day on which that lapsed.
    """
    start = max(publication.effective, days.day_of(publication.by.at, publication.by.offset))
    for one in document.texts:
        lapsed = one.lapses is not None and one.lapses <= moment and one.revision > publication.revision
        if one.lapses is not None and lapsed and since >= days.day_of(one.starts, one.by.offset):
            start = max(start, days.day_of(one.lapses, one.by.offset))
    return start


def asked_since(person: Person, asked: Asked, enrolled: date, day: date) -> date | None:
    """From when somebody is asked who is on that day; None for somebody who is not.

    Appointments that follow each other without a gap are one: whose role is renewed has no new time.
    """
    if day < enrolled or (person.left is not None and day >= person.left):
        return None
    if person.id in asked.people:
        return enrolled
    held = sorted((one.start, one.end or date.max) for one in person.roles if one.role in asked.roles)
    since, until = None, None
    for start, end in held:
        if start > day:
            break
        if until is None or start.toordinal() > until.toordinal() + 1:
            since = start
        until = end if until is None else max(until, end)
    if since is None or until is None or until < day:
        return None
    return max(since, enrolled)


def readers(  # noqa: PLR0913  (a revision, the people, the day, by name)
    document: Document,
    publication: Publication,
    asked: Asked,
    people: Mapping[str, Person],
    enrolled: Mapping[str, date],
    *,
    day: date,
    moment: int,
    counts: Callable[[Signature], bool] = lambda _: True,
) -> tuple[Reader, ...]:
    """How everybody stands to a publication who is asked to read it, or has.

    Args:
        document: As of the moment.
        publication: What `required` gives.
        asked: Whom it asks.
        people: Everybody enrolled.
        enrolled: Person to the day of enrolment; of somebody who is not there, the day does not matter.
        day: That of the moment.
        moment: The instant asked about.
        counts: Whether a signature can be relied on.

    Returns:
        Those past due first, by their day; then those who have time, then those who have read.
    """
    accepted = counting(document, moment)
    done = _last(one for one in document.readings if one.publication in accepted and counts(one.by))
    first, acts = begun(document, publication, moment), publication.starts <= moment
    found = []
    for name, person in people.items():
        reading = done.get(name)
        since = asked_since(person, asked, enrolled.get(name, date.min), day if acts else max(day, first))
        if since is None:
            if reading is not None:
                found.append(Reader(name, FREE, None, reading))
            continue
        due = max(since, begun(document, publication, moment, since)) + timedelta(days=asked.days)
        stand = DONE if reading else AHEAD if not acts else OVERDUE if due < day else DUE
        found.append(Reader(name, stand, due, reading))
    return tuple(sorted(found, key=lambda one: (STANDS.index(one.stand), one.due or date.max, one.person)))


def _last(readings: Iterable[Reading]) -> dict[str, Reading]:
    """Person to the last reading that names them."""
    return {person: one for one in readings for person in one.persons}
