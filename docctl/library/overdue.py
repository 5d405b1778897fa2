"""What is overdue, and what will be: gathered from every part of the library that knows of a last day.

A part joins by one function in `KINDS`; nothing else here knows what it is about. As a calendar (RFC 5545) all of it is
given, what is still to come too, so that it is seen before it is late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from docctl import catalogues
from docctl.core import days
from docctl.core.charter import Texts, chosen
from docctl.core.model import Copy, Document, Publication
from docctl.core.readers import DUE, OVERDUE
from docctl.core.values import replace
from docctl.library import cards, clock, copyregister, readership, retaining
from docctl.library.deciding import signer_name
from docctl.renderers import ics

if TYPE_CHECKING:
    from docctl.library.library import Library

REVIEW, CHECK, READING, COPY, AMENDMENT, RECORD = "review", "check", "reading", "copy", "amendment", "record"
WARNED = timedelta(days=14)  # how long before its end an amendment is named
_DAY = timedelta(days=1)
_YEAR = timedelta(days=366)  # how far ahead records are looked at


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is due.

    Attributes:
        kind: Key of the catalogue's `overdue-<kind>`.
        id: Of the document or the record.
        titles: By language.
        due: The last day in time.
        days: Days late; not above 0 for what is still in time.
        shown: From which day on it is listed: for most, the day behind the last in time.
        role: Whose role it is, "" if people are named.
        people: Names of those who are late, or hold something.
        things: Numbers of the copies, or ids of the records, meant.
        key: What tells it from others of its kind and id, in letters that a calendar's UID may hold; the same item has
            the same key on every day.
    """

    kind: str
    id: str
    titles: Texts
    due: date
    days: int
    shown: date
    role: str = ""
    people: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    key: str = ""

    def who(self, language: str) -> str:
        """Whose turn it is, in words."""
        return catalogues.role(self.role, language) if self.role else ", ".join(self.people)

    def title(self, language: str) -> str:
        """The title."""
        return chosen(self.titles, language) if self.titles else ""


def reviews(library: Library, day: date) -> Iterator[Item]:
    """Documents in force, by the day of their next review; those from outside wait for whom their card names."""
    moment, state = _moment(library, day), library.book.state
    for document in _documents(library, day):
        acting = document.in_force(moment)
        due = cards.next_review(state, document, acting)
        card = cards.card(state, document, acting.proposal) if acting else None
        if due is not None:
            role = (card.checker if card else "") or document.owner
            yield _item(CHECK if card else REVIEW, document, acting, due, day, due + _DAY, role=role)


def readings(library: Library, day: date) -> Iterator[Item]:
    """Revisions that people have still to read: an item for all who have the same last day."""
    state = library.book.state
    for found in readership.every(state, _moment(library, day), past=day < library.today()):
        waiting: dict[date, list[str]] = {}
        for one in found.readers:
            if one.stand in (DUE, OVERDUE) and one.due is not None:
                waiting.setdefault(one.due, []).append(signer_name(state, one.person))
        for due, people in waiting.items():
            yield _item(READING, found.document, found.publication, due, day, due + _DAY, people=tuple(sorted(people)))


def copies(library: Library, day: date) -> Iterator[Item]:
    """Numbered copies to call back: an item for all of a document that one revision made out of date."""
    moment = _moment(library, day)
    for document in _documents(library, day):
        rows = {row.number: row for row in copyregister.rows(document, moment) if row.recall}
        ended: dict[date, list[Copy]] = {}
        for copy in document.copies:
            if copy.number in rows:
                ended.setdefault(_ended(document, copy, moment), []).append(copy)
        for due, some in ended.items():
            people = tuple(f"{one.number} ({one.holder})" for one in some)
            numbers = tuple(str(one.number) for one in some)
            yield replace(_item(COPY, document, None, due, day, due, people=people), things=numbers)


def amendments(library: Library, day: date) -> Iterator[Item]:
    """Temporary amendments in force, by their last day; named two weeks before."""
    moment = _moment(library, day)
    for document in _documents(library, day):
        acting = document.in_force(moment)
        expires = acting.proposal.expires if acting else None
        if acting is not None and expires is not None:
            yield _item(AMENDMENT, document, acting, expires, day, expires - WARNED, role=document.owner)


def records(library: Library, day: date) -> Iterator[Item]:
    """Records whose retention is over, or will be within a year: an item for all of a form that may go on a day.

    Those under a legal hold wait for nothing.
    """
    state = library.book.state
    for one in retaining.overview(library, "", day, _YEAR).forms:
        form = state.documents[one.form]
        role = library.charter.types[form.type].publishers[0]
        over: dict[date, list[str]] = {}
        for record in one.records:
            if not record.held:
                over.setdefault(record.since, []).append(record.record)
        for since, names in over.items():
            yield replace(_item(RECORD, form, None, since, day, since, role=role), things=tuple(names))


Kind = Callable[["Library", date], Iterable[Item]]
KINDS: list[Kind] = [reviews, readings, copies, amendments, records]
"""Every part that knows what is due on a day, or will be. Another joins by standing here."""


def items(library: Library, day: date) -> tuple[Item, ...]:
    """All that is due on a day or will be, the earliest first."""
    found = [one for kind in KINDS for one in kind(library, day)]
    return tuple(sorted(found, key=lambda one: (one.due, one.kind, one.id, one.key)))


def overdue(library: Library, day: date) -> tuple[Item, ...]:
    """What is to be named on a day: past due, or about to end; the latest first."""
    return tuple(one for one in items(library, day) if one.shown <= day)


def calendar(library: Library, found: Iterable[Item], language: str) -> bytes:
    """Items as a calendar of whole days.

    Args:
        library: Whose name and id the calendar and its events bear.
        found: What `items` gave, or a part of it.
        language: Of the words.
    """
    mark = library.authority.library[:32]
    events = []
    for one in found:
        what = catalogues.say(f"overdue-{one.kind}", language)
        uid = "-".join(part for part in (one.kind, one.id.lower(), one.key) if part)
        about = catalogues.say("overdue-about", language, title=one.title(language), who=one.who(language))
        events.append(ics.Event(f"{uid}@{mark}.docctl", one.due, f"{one.id}: {what}", about, what))
    name = catalogues.say("overdue-calendar", language, organisation=library.charter.name(language))
    return ics.render(name, events, clock.now())


# -- what they share ---------------------------------------------------------------------------------------------------


def _moment(library: Library, day: date) -> int:
    return library.moment(None if day == library.today() else day)


def _documents(library: Library, day: date) -> Iterator[Document]:
    """The documents as of a day, by number."""
    state, past = library.book.state, day < library.today()
    for name in sorted(state.documents):
        document: Document | None = state.documents[name]
        document = document.as_of(_moment(library, day)) if past and document else document
        if document is not None and document.publications:
            yield document


def _item(  # noqa: PLR0913  (what, of which text, when, whose)
    kind: str,
    document: Document,
    publication: Publication | None,
    due: date,
    day: date,
    shown: date,
    *,
    role: str = "",
    people: tuple[str, ...] = (),
) -> Item:
    titles = (publication.proposal.titles if publication else ()) or document.titles
    item = Item(kind, document.id, titles, due, (day - due).days, shown, role, people)
    # A review that moves is the same event on another day; of the others there may be several at once.
    return (
        item
        if kind in (REVIEW, CHECK)
        else replace(item, key=f"{publication.revision if publication else 0}-{due:%Y%m%d}")
    )


def _ended(document: Document, copy: Copy, moment: int) -> date:
    """The day on which the revision of a copy ceased to be in force."""
    shown = next(p for p in document.publications if p.entry == copy.publication)
    after = [p for p in document.publications if shown.entry < p.entry and p.starts <= moment and p.ended_by is None]
    ends = [days.day_of(p.starts, p.by.offset) for p in after if p.lapses is None or moment < p.lapses]
    if shown.lapses is not None:
        ends.append(days.day_of(shown.lapses, shown.by.offset))
    return min(ends, default=shown.effective)
