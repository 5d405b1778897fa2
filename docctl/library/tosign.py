"""What waits for somebody, the records that they must still sign among it.

The records come out of the kept list (`recordlist`), so that nobody's inbox reads a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from docctl.library import recordlist, views
from docctl.library.library import Library
from docctl.library.recordlist import Wanted
from docctl.library.views import Waiting

SIGN = "sign"
# A record under a legal hold may miss signatures too.
_STATUSES = ("open", "held")


def inbox(library: Library, person: str, language: str) -> tuple[Waiting, ...]:
    """What waits for a person: what is past its day first, by that day; then the oldest."""
    return views.in_order((*library.inbox(person, language), *_records(library, person)), library.today())


def _records(library: Library, person: str) -> Iterator[Waiting]:
    """Records that wait for the signature of a person, or of somebody for whom that person may sign now."""
    state, today = library.book.state, library.today()
    people = library.charter.people
    own = people.get(person)
    if own is None or (own.left is not None and today >= own.left):
        return
    for status in _STATUSES if state.records else ():
        for row in recordlist.find(library, Wanted(status=status)).rows:
            record = state.records[row.id]
            by = record.by
            if person in record.missing:
                yield Waiting(SIGN, record.id, record.title, record.revision, "", "", by.at, by.offset)
                continue
            for name in record.missing:
                deputed = [one for one in people[name].deputies if one.person == person and one.on(today)]
                if deputed:
                    yield Waiting(SIGN, record.id, record.title, record.revision, "", name, by.at, by.offset)
