"""What is overdue: reviews, readings, copies to call back; as a table, as JSON, and as a calendar that others can read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest
from desk import Desk

import docctl
from docctl.adapters.home import Home
from docctl.library import overdue
from docctl.library.overdue import Item


@pytest.fixture
def busy(desk: Desk, tmp_path: Path) -> Desk:
    """PRO-01 revision 2 in force, to be read by leyla and tural; copy 1 of revision 1 is still out."""
    path = desk.draft("PRO-01")
    asked = "reading:\n  people: [leyla, tural]\n  days: 5\nauthoritative:"
    path.write_text(path.read_text("utf-8").replace("authoritative:", asked, 1), "utf-8")
    desk.in_force("PRO-01")
    desk.ok("copy", "issue", "PRO-01", "--holder", "Qəbul otağı", "--output", tmp_path / "one.pdf", as_="aysel")
    desk.ok("new", "PRO-01")
    path.write_text(path.read_text("utf-8") + "\nDaha bir cümlə.\n", "utf-8")
    desk.in_force("PRO-01")
    return desk


def items(desk: Desk, *more: object) -> list[tuple[str, str, int]]:
    told = json.loads(desk.ok("overdue", "--json", *more))
    return [(one["kind"], one["id"], one["days_late"]) for one in told["items"]]


def today(desk: Desk) -> date:
    return date.fromisoformat(json.loads(desk.ok("overdue", "--json"))["as_of"])


def test_each_kind_is_named_from_its_day_on(busy: Desk) -> None:
    now = today(busy)
    assert items(busy) == [("copy", "PRO-01", 0)]
    assert items(busy, "--as-of", now + timedelta(5)) == [("copy", "PRO-01", 5)]
    assert items(busy, "--as-of", now + timedelta(6)) == [("copy", "PRO-01", 6), ("reading", "PRO-01", 1)]
    kinds = [kind for kind, _, _ in items(busy, "--as-of", "2040-01-01")]
    assert kinds == ["copy", "reading", "review"]
    busy.ok("read", "PRO-01", as_="leyla")
    (reading,) = [
        one
        for one in json.loads(busy.ok("overdue", "--json", "--as-of", "2040-01-01"))["items"]
        if one["kind"] == "reading"
    ]
    assert reading["people"] == ["Tural Quliyev"]
    busy.ok("read", "PRO-01", as_="tural")
    busy.ok("copy", "return", "PRO-01", "1", as_="aysel")
    assert items(busy, "--as-of", now + timedelta(6)) == []
    assert "Nothing is past due" in busy.run("overdue").err


def test_it_is_said_in_both_languages(busy: Desk) -> None:
    said = busy.ok("overdue", "--as-of", "2040-01-01")
    assert "copies to call back" in said
    assert "1 (Qəbul otağı)" in said
    assert "Leyla Hüseynova, Tural Quliyev" in said
    az = busy.run("overdue", "--as-of", "2040-01-01", lang="az").out
    assert "geri çağırılmalı nüsxələr" in az
    assert "tanış olunmalıdır" in az


def test_the_calendar_is_read_by_others_and_keeps_its_names(busy: Desk, tmp_path: Path) -> None:
    path = tmp_path / "due.ics"
    assert "Calendar written" in busy.run("overdue", "--ics", path, lang="az").err or path.exists()
    data = path.read_bytes()
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in lines:
        line.decode()  # no letter is cut in two
    calendar = icalendar.Calendar.from_ical(data)
    assert (str(calendar["VERSION"]), "docctl" in str(calendar["PRODID"])) == ("2.0", True)
    events = {str(one["UID"]): one for one in calendar.walk("VEVENT")}
    by_kind = {uid.partition("-")[0]: one for uid, one in events.items()}
    assert set(by_kind) == {"copy", "reading", "review"}
    now = today(busy)
    assert by_kind["reading"].decoded("DTSTART") == now + timedelta(5)  # what is still to come, too
    assert by_kind["reading"].decoded("DTEND") == now + timedelta(6)
    assert str(by_kind["reading"]["SUMMARY"]) == "PRO-01: tanış olunmalıdır"
    assert "Leyla Hüseynova, Tural Quliyev" in str(by_kind["reading"]["DESCRIPTION"])
    assert all(one.decoded("DTSTAMP").utcoffset() == timedelta(0) for one in events.values())
    busy.refused("file-exists-force", "overdue", "--ics", path)
    busy.ok("overdue", "--ics", path, "--force", "--as-of", now + timedelta(3))
    again = icalendar.Calendar.from_ical(path.read_bytes())
    assert {str(one["UID"]) for one in again.walk("VEVENT")} == set(events)


def test_another_part_joins_by_a_function(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def records(library: docctl.Library, day: date) -> list[Item]:
        return [Item("review", "FRM-01-2026-0001", (("", "Qeyd"),), day, 0, day, key="a")]

    monkeypatch.setattr(overdue, "KINDS", [*overdue.KINDS, records])
    with docctl.open_library(busy.folder, Home(busy.home)) as library:
        assert "FRM-01-2026-0001" in [one.id for one in overdue.overdue(library, library.today())]
    assert "FRM-01-2026-0001" in busy.ok("overdue")


def test_an_amendment_about_to_end_is_named_and_takes_the_copies_of_its_base(busy: Desk, tmp_path: Path) -> None:
    now = today(busy)
    busy.ok("copy", "return", "PRO-01", "1", as_="aysel")
    busy.ok("copy", "issue", "PRO-01", "--holder", "Arxiv", "--output", tmp_path / "two.pdf", as_="aysel")
    busy.ok("new", "PRO-01")
    path = busy.draft("PRO-01")
    path.write_text(path.read_text("utf-8") + "\nMüvəqqəti cümlə.\n", "utf-8")
    busy.ok("amend", "PRO-01", "--until", now + timedelta(20), "--reason", "Repairs", as_="aysel")
    busy.approved("PRO-01")
    busy.ok("publish", "PRO-01", as_="aysel")
    assert items(busy) == [("copy", "PRO-01", 0)]
    found = items(busy, "--as-of", now + timedelta(6))
    assert found == [("copy", "PRO-01", 6), ("reading", "PRO-01", 1), ("amendment", "PRO-01", -14)]
    # It has lapsed: copies of what it hid hold again, and who was asked no earlier than it came has time again.
    assert items(busy, "--as-of", now + timedelta(26)) == []
    assert items(busy, "--as-of", now + timedelta(27)) == [("reading", "PRO-01", 1)]
