"""Who must read, by when, and who has, as of any day: people come and go, roles begin and end, texts are corrected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from office import Office

from docctl.adapters import strictyaml
from docctl.core import days, heading, readers
from docctl.core.charter import Appointment, Person
from docctl.core.heading import NOBODY, Audience
from docctl.core.model import Document, Proposal, Publication, Reading, Signature
from docctl.core.readers import Asked
from docctl.errors import Malformed

FIRST = date(2026, 3, 1)
STAFF = Asked(frozenset(("staff",)), frozenset(), 14)


def at(day: date, hour: int = 12) -> int:
    return days.start_of(day, "+0400") + hour * 3600


def by(day: date, person: str = "eva", entry: int = 0) -> Signature:
    return Signature(entry, person, "key", at(day), "+0400")


def publication(revision: int, effective: date, kind: str = "revision", **more) -> Publication:
    """Published at noon, five days before it takes effect."""
    entered = more.pop("entered", effective - timedelta(days=5))
    proposal = Proposal(
        by(entered), kind, revision, more.pop("content", f"content {revision}"), None, "procedure", "head", (("az", "Qayda"),), None, "", ("az",),
        expires=(expires := more.pop("expires", None)),
    )  # fmt: skip
    if kind == "amendment":
        more["lapses"] = at(expires + timedelta(days=1), 0)
    starts = max(at(entered), at(effective, 0))
    return Publication(by(entered, "anna", revision), proposal, effective, starts, None, **more)


def document(*publications: Publication, readings: tuple[Reading, ...] = ()) -> Document:
    return Document("PRO-01", 0, type="procedure", publications=publications, readings=readings)


def read(revision: int, day: date, *people: str, session: str = "") -> Reading:
    return Reading(by(day, people[0], 100 + revision), revision, revision, "az", people, session)


def person(name: str, *roles: tuple[str, str, str | None], left: date | None = None) -> Person:
    held = tuple(
        Appointment(role, date.fromisoformat(start), date.fromisoformat(end) if end else None, "")
        for role, start, end in roles
    )
    return Person(name, name, f"{name}@x", (("", "-"),), held, (), (), left)


def stands(one: Document, people: list[Person], day: date, asked: Asked = STAFF, **enrolled: date) -> dict[str, str]:
    moment = at(day, 23)
    publication = readers.required(one, moment)
    assert publication is not None
    found = readers.readers(one, publication, asked, {who.id: who for who in people}, enrolled, day=day, moment=moment)
    return {who.person: f"{who.stand} {who.due}" if who.due else who.stand for who in found}


SENIOR = person("eva", ("staff", "2025-01-01", None))


def test_everybody_asked_has_the_days_of_the_type_and_is_late_behind_the_last() -> None:
    one = document(publication(1, FIRST))
    assert stands(one, [SENIOR], FIRST) == {"eva": "due 2026-03-15"}
    assert stands(one, [SENIOR], date(2026, 3, 15)) == {"eva": "due 2026-03-15"}
    assert stands(one, [SENIOR], date(2026, 3, 16)) == {"eva": "overdue 2026-03-15"}
    confirmed = document(publication(1, FIRST), readings=(read(1, date(2026, 4, 1), "eva"),))
    assert stands(confirmed, [SENIOR], date(2026, 4, 2)) == {"eva": "done 2026-03-15"}
    then = confirmed.as_of(at(date(2026, 3, 31)))
    assert then is not None
    assert stands(then, [SENIOR], date(2026, 3, 31)) == {"eva": "overdue 2026-03-15"}


def test_what_is_not_in_force_yet_is_due_once_it_is() -> None:
    one = document(publication(1, FIRST))
    assert stands(one, [SENIOR], date(2026, 2, 26)) == {"eva": "ahead 2026-03-15"}
    early = document(publication(1, FIRST), readings=(read(1, date(2026, 2, 26), "eva"),))
    assert stands(early, [SENIOR], FIRST) == {"eva": "done 2026-03-15"}


def test_a_new_revision_asks_again_and_an_editorial_does_not() -> None:
    first, second = publication(1, FIRST), publication(2, date(2026, 5, 1))
    readings = (read(1, FIRST, "eva"),)
    assert stands(document(first, second, readings=readings), [SENIOR], date(2026, 5, 2)) == {"eva": "due 2026-05-15"}
    small = publication(2, date(2026, 5, 1), "editorial")
    assert stands(document(first, small, readings=readings), [SENIOR], date(2026, 5, 2)) == {"eva": "done 2026-03-15"}
    # Who had not read what is corrected reads it with the correction, and is as late as before.
    assert stands(document(first, small), [SENIOR], date(2026, 5, 2)) == {"eva": "overdue 2026-03-15"}
    corrected = (read(2, date(2026, 5, 3), "eva"),)
    assert stands(document(first, small, readings=corrected), [SENIOR], date(2026, 5, 4)) == {"eva": "done 2026-03-15"}


def test_a_correction_of_what_never_took_effect_is_itself_to_be_read() -> None:
    first, second = publication(1, FIRST), publication(2, date(2026, 5, 1), ended_by=3)
    third = publication(3, date(2026, 5, 1), "editorial")
    readings = (read(1, FIRST, "eva"),)
    one = document(first, second, third, readings=readings)
    assert stands(one, [SENIOR], date(2026, 5, 2)) == {"eva": "due 2026-05-15"}
    ahead = document(first, second, third, readings=(*readings, read(2, date(2026, 4, 27), "eva")))
    assert stands(ahead, [SENIOR], date(2026, 5, 2)) == {"eva": "done 2026-05-15"}


def test_a_temporary_amendment_is_a_revision_to_be_read() -> None:
    amended = publication(2, date(2026, 5, 1), "amendment", expires=date(2026, 5, 31))
    one = document(publication(1, FIRST), amended, readings=(read(1, FIRST, "eva"),))
    assert stands(one, [SENIOR], date(2026, 5, 2)) == {"eva": "due 2026-05-15"}
    moment = at(date(2026, 6, 2))
    base = one.publications[0]
    during = date(2026, 5, 10)
    assert readers.begun(one, base, moment, during) == date(2026, 6, 1)  # whom the amendment hid it from
    assert readers.begun(one, base, moment, FIRST) == FIRST
    assert stands(one, [SENIOR], date(2026, 6, 2)) == {"eva": "done 2026-03-15"}
    people = [person("bob", ("staff", "2025-01-01", None)), person("new", ("staff", "2026-05-10", None))]
    only = document(*one.publications, readings=(read(2, date(2026, 5, 11), "bob", "new"),))
    assert stands(only, people, date(2026, 5, 20)) == {"bob": "done 2026-05-15", "new": "done 2026-05-24"}
    # What was amended for a time is back, and neither has read it.
    assert stands(only, people, date(2026, 6, 2)) == {"bob": "overdue 2026-03-15", "new": "due 2026-06-15"}


def test_an_amendment_made_to_last_longer_asks_nobody_again() -> None:
    first = publication(2, date(2026, 5, 1), "amendment", expires=date(2026, 5, 31), content="for a time")
    longer = publication(3, date(2026, 5, 20), "amendment", expires=date(2026, 6, 30), content="for a time")
    readings = (read(2, date(2026, 5, 2), "eva"),)
    one = document(publication(1, FIRST), first, longer, readings=readings)
    assert stands(one, [SENIOR], date(2026, 6, 10)) == {"eva": "done 2026-06-03"}


def test_a_text_taken_over_asks_from_the_day_on_which_it_came_in() -> None:
    one = document(publication(4, date(2019, 1, 1), "adoption", entered=FIRST))
    assert stands(one, [SENIOR], FIRST) == {"eva": "due 2026-03-15"}


def test_people_come_and_go() -> None:
    one = document(publication(1, FIRST), readings=(read(1, FIRST, "gone"),))
    people = [
        person("late", ("staff", "2026-04-01", None)),
        person("gone", ("staff", "2025-01-01", None), left=date(2026, 5, 1)),
        person("over", ("staff", "2025-01-01", "2026-04-30")),
        person("new", ("staff", "2025-01-01", None)),
        person("head", ("head", "2025-01-01", None)),
    ]
    enrolled = {"new": date(2026, 5, 20)}
    assert stands(one, people, date(2026, 3, 20), **enrolled) == {
        "gone": "done 2026-03-15",
        "over": "overdue 2026-03-15",
    }
    assert stands(one, people, date(2026, 4, 30), **enrolled) == {
        "over": "overdue 2026-03-15", "late": "overdue 2026-04-15", "gone": "done 2026-03-15",
    }  # fmt: skip
    assert stands(one, people, date(2026, 5, 1), **enrolled) == {"late": "overdue 2026-04-15", "gone": "free"}
    assert stands(one, people, date(2026, 5, 20), **enrolled)["new"] == "due 2026-06-03"


def test_a_role_renewed_gives_no_new_time_and_a_role_held_again_does() -> None:
    one = document(publication(1, FIRST))
    renewed = person("eva", ("staff", "2025-01-01", "2026-03-31"), ("staff", "2026-04-01", None))
    assert stands(one, [renewed], date(2026, 4, 1)) == {"eva": "overdue 2026-03-15"}
    again = person("eva", ("staff", "2025-01-01", "2026-03-31"), ("staff", "2026-06-01", None))
    assert stands(one, [again], date(2026, 4, 1)) == {}
    assert stands(one, [again], date(2026, 6, 1)) == {"eva": "due 2026-06-15"}
    both = Asked(frozenset(("staff", "head")), frozenset(), 14)
    promoted = person("eva", ("staff", "2025-01-01", "2026-03-31"), ("head", "2026-04-01", None))
    assert stands(one, [promoted], date(2026, 4, 1), both) == {"eva": "overdue 2026-03-15"}


def test_people_named_are_asked_without_a_role() -> None:
    asked = Asked(frozenset(), frozenset(("eva",)), 3)
    one = document(publication(1, FIRST))
    assert stands(one, [person("eva"), person("bob")], FIRST, asked) == {"eva": "due 2026-03-04"}
    gone = person("eva", left=FIRST)
    assert stands(one, [gone], FIRST, asked) == {}


def test_a_session_counts_for_those_whom_it_names() -> None:
    one = document(publication(1, FIRST), readings=(read(1, FIRST, "eva", "bob", session="FRM-01-2026-0001"),))
    people = [person(name, ("staff", "2025-01-01", None)) for name in ("eva", "bob", "dan")]
    assert stands(one, people, FIRST) == {
        "dan": "due 2026-03-15", "bob": "done 2026-03-15", "eva": "done 2026-03-15",
    }  # fmt: skip


def test_what_cannot_be_relied_on_does_not_count() -> None:
    one = document(publication(1, FIRST), readings=(read(1, FIRST, "eva"),))
    moment = at(FIRST, 23)
    (found,) = readers.readers(
        one, one.publications[0], STAFF, {"eva": SENIOR}, {}, day=FIRST, moment=moment, counts=lambda _: False
    )
    assert (found.stand, found.reading) == ("due", None)


def test_nothing_is_to_be_read_of_what_was_withdrawn() -> None:
    one = document(publication(1, FIRST), publication(1, date(2026, 4, 1), "withdrawal"))
    assert readers.required(one, at(date(2026, 3, 31))) is one.publications[0]
    assert readers.required(one, at(date(2026, 4, 1))) is None
    assert readers.required(document(), at(FIRST)) is None


# -- what heading and charter say --------------------------------------------------------------------------------------


def text(reading: str) -> dict[str, bytes]:
    lines = "id: PRO-01\ntype: procedure\nowner: head\nauthoritative: az\nlanguages: [az]\ntitle: Qayda\n"
    return {"az.md": f"---\n{lines}{reading}---\n\nMətn.\n".encode()}


def test_a_heading_says_who_must_read() -> None:
    files = text("reading:\n  roles: [head]\n  people: [eva, bob]\n  days: 3\n")
    found = heading.read(files, strictyaml.read).reading
    assert found == Audience(("head",), ("eva", "bob"), 3)
    assert heading.audience("az.md", files["az.md"].decode(), strictyaml.read) == found
    assert heading.read(text(""), strictyaml.read).reading == NOBODY
    assert heading.audience("az.md", text("")["az.md"].decode(), strictyaml.read) == NOBODY


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("reading: [head]\n", "field-kind"),
        ("reading:\n  days: 0\n", "field-value"),
        ("reading:\n  days: 367\n", "field-value"),
        ("reading:\n  roles: [Head]\n", "field-value"),
        ("reading:\n  until: 2026-01-01\n", "field-unknown"),
    ],
)
def test_a_heading_that_says_it_wrongly_is_refused(said: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        heading.read(text(said), strictyaml.read)
    assert caught.value.code == code


def test_a_type_gives_fourteen_days_unless_it_says_otherwise() -> None:
    charter = Office.standard().state.authority.charter
    assert charter.types["procedure"].reading_days == 14
