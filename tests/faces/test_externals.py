"""Documents from outside at the terminal: their cards, checks, register, and what of one's own speaks of them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from desk import Desk

from docctl.core import days
from docctl.library import clock, overdue
from docctl.library.library import Library, open_library

CARD = {"issuer": "ISO", "edition": "Ed. 5 (2015)", "dated": "'2015-09-15'", "held": "Kitabxana, rəf 3"}


def written(desk: Desk, *, every: int = 6, edition: str = CARD["edition"], more: str = "") -> None:
    """The draft of EXT-01 with its card filled in and a text."""
    path = desk.draft("EXT-01")
    head, _, body = path.read_text("utf-8").partition("\nexternal:\n")
    card = {**CARD, "edition": edition, "every-months": f"'{every}'"}
    lines = "".join(f"  {name}: {value}\n" for name, value in card.items()) + more
    after = body.partition("\n---\n")[2]
    path.write_text(f"{head}\nexternal:\n{lines}---\n{after}\nBizə aid olan: 7.5 bəndi.\n", "utf-8")


def held(desk: Desk, **how: object) -> None:
    """EXT-01 in force."""
    desk.ok("new", "external", "--title", "az=ISO 9001", "--owner", "quality-manager")
    written(desk, **how)
    desk.ok("submit", "EXT-01", "--reason", "Tətbiq edirik", as_="aysel")
    agreed(desk)


def agreed(desk: Desk) -> str:
    desk.ok("approve", "EXT-01", as_="leyla")
    desk.ok("approve", "EXT-01", as_="tural")
    return desk.ok("publish", "EXT-01", as_="aysel")


def cites(desk: Desk) -> None:
    """PRO-01 names EXT-01 in its text and its heading."""
    desk.ok("new", "PRO-01")
    path = desk.draft("PRO-01")
    text = path.read_text("utf-8").replace("\nrelated:\n", "\nrelated:\n  - EXT-01\n")
    path.write_text(text + "\nEXT-01-in 7.5 bəndi tətbiq edilir, EXT-010 isə yox.\n", "utf-8")
    desk.ok("submit", "PRO-01", "--reason", "Names it", as_="aysel")


def checks(library: Library, day: date) -> list[overdue.Item]:
    return [one for one in overdue.overdue(library, day) if one.kind == "check"]


def pass_months(monkeypatch: pytest.MonkeyPatch, months: int, more: int = 1) -> None:
    real = clock.now()
    later = days.start_of(days.months_later(days.day_of(real, "+0400"), months) + timedelta(days=more), "+0400")
    monkeypatch.setattr(clock, "now", lambda: later + 43_200)


def test_a_card_is_asked_for_where_it_belongs_and_nowhere_else(later: Desk) -> None:
    later.ok("new", "external", "--title", "az=ISO 9001", "--owner", "quality-manager")
    wanted = ("submit", "EXT-01", "--reason", "x")
    later.refused("field-value", *wanted, as_="aysel")  # nothing is filled in yet
    written(later, more="  checked-by: ghost\n")
    later.refused("external-checker", *wanted, as_="aysel")
    path = later.draft("EXT-01")
    head, _, body = path.read_text("utf-8").partition("\nexternal:\n")
    path.write_text(f"{head}\n---\n{body.partition('---')[2]}", "utf-8")
    later.refused("external-missing", *wanted, as_="aysel")
    later.ok("new", "PRO-01")
    path = later.draft("PRO-01")
    path.write_text(path.read_text("utf-8").replace("\nrelated:", "\nexternal: {issuer: X}\nrelated:"), "utf-8")
    later.refused("field-missing", "submit", "PRO-01", "--reason", "x", as_="aysel")
    card = "{issuer: X, edition: Y, dated: '2020-01-01', held: Z, every-months: '1'}"
    path.write_text(path.read_text("utf-8").replace("{issuer: X}", card), "utf-8")
    later.refused("external-not-asked", "submit", "PRO-01", "--reason", "x", as_="aysel")


def test_the_register_says_what_is_held_and_when_it_is_to_be_checked(
    later: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no external documents" in later.run("externals").err
    held(later, more="  checked-by: legal\n  address: https://www.iso.org/62085.html\n")
    with open_library(later.folder) as library:
        start = library.today()
    (row,) = json.loads(later.ok("externals", "--json"))["documents"]
    due = days.months_later(start, 6)  # the card's, not the year of its type
    assert (row["id"], row["card"]["issuer"], row["card"]["edition"]) == ("EXT-01", "ISO", CARD["edition"])
    assert (row["checker"], row["checked"], row["due"], row["overdue"]) == ("legal", None, due.isoformat(), False)
    (listed,) = json.loads(later.ok("list", "--type", "external", "--json"))["documents"]
    assert (listed["id"], listed["next_review"]) == ("EXT-01", due.isoformat())
    assert "Kitabxana, rəf 3" in later.ok("show", "EXT-01")
    assert "not checked" not in later.run("externals").err
    pass_months(monkeypatch, 6)
    assert "overdue" in later.ok("externals")
    assert "EXT-01" in later.ok("overdue")
    (task,) = [
        one for one in json.loads(later.ok("inbox", "--json", as_="aysel"))["tasks"] if one["document"] == "EXT-01"
    ]
    assert (task["task"], task["role"]) == ("check", "quality-manager")
    with open_library(later.folder) as library:
        today = library.today()
        (item,) = checks(library, today)
        assert (item.id, item.title("az"), item.role, item.due) == ("EXT-01", "ISO 9001", "legal", due)
        assert checks(library, due) == []
    later.ok("review", "EXT-01", "--comment", "iso.org", "--checked", today - timedelta(days=1), as_="aysel")
    (row,) = json.loads(later.ok("externals", "--json"))["documents"]
    assert (row["checked"], row["found"], row["verdict"]) == (
        (today - timedelta(days=1)).isoformat(), CARD["edition"], "keep",
    )  # fmt: skip
    assert row["due"] == days.months_later(today - timedelta(days=1), 6).isoformat()
    (row,) = json.loads(later.ok("externals", "--as-of", start, "--json"))["documents"]
    assert (row["checked"], row["overdue"]) == (None, False)  # as it stood then
    with open_library(later.folder) as library:
        assert checks(library, today) == []


def test_a_check_that_cannot_be_is_refused(later: Desk) -> None:
    held(later)
    check = ("review", "EXT-01", "--comment", "x")
    with open_library(later.folder) as library:
        tomorrow = library.today() + timedelta(days=1)
    later.refused("review-checked", *check, "--checked", tomorrow, as_="aysel")
    later.refused("review-edition", *check, "--edition", "Ed. 6 (2026)", as_="aysel")
    later.refused("review-not-external", "review", "PRO-01", "--comment", "x", "--edition", "1", as_="aysel")
    later.refused("not-owner", *check, as_="leyla")
    later.ok(*check, "--edition", CARD["edition"], as_="aysel")


def test_a_review_that_asks_for_more_waits_until_it_is_done(later: Desk) -> None:
    held(later)
    out = later.ok(
        "review", "EXT-01", "--comment", "x", "--verdict", "change", "--edition", "Ed. 6 (2026)", as_="aysel"
    )
    assert "docctl submit EXT-01" in out
    assert "is to be changed" in later.ok("show", "EXT-01")
    assert "reviewed, is to be changed" in later.ok("history", "EXT-01")
    (row,) = json.loads(later.ok("externals", "--json"))["documents"]
    assert (row["verdict"], row["found"], row["due"]) == ("change", "Ed. 6 (2026)", row["checked"])
    waiting = json.loads(later.ok("inbox", "--json", as_="aysel"))["tasks"]
    assert [one["task"] for one in waiting if one["document"] == "EXT-01"] == ["change"]
    later.ok("new", "EXT-01")
    written(later, edition="Ed. 6 (2026)")
    later.ok("submit", "EXT-01", "--reason", "New edition", as_="aysel")
    waiting = json.loads(later.ok("inbox", "--json", as_="aysel"))["tasks"]
    assert [one["task"] for one in waiting if one["document"] == "EXT-01"] == []
    agreed(later)
    (row,) = json.loads(later.ok("externals", "--json"))["documents"]
    assert (row["card"]["edition"], row["checked"], row["verdict"]) == ("Ed. 6 (2026)", None, "")
    out = later.ok("review", "PRO-01", "--comment", "x", "--verdict", "withdraw", as_="aysel")
    assert "docctl withdraw PRO-01" in out


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "These documents name EXT-01"), ("az", "EXT-01 sənədinə istinad edir")]
)
def test_what_speaks_of_a_document_is_found_and_told_when_it_changes(later: Desk, lang: str, words: str) -> None:
    assert "Nothing speaks of" in later.run("impact", "PRO-01").err or later.ok("impact", "PRO-01")
    held(later)
    assert "Nothing speaks of EXT-01" in later.run("impact", "EXT-01").err
    cites(later)
    found = json.loads(later.ok("impact", "EXT-01", "--json"))
    (one,) = found["citations"]
    assert (one["id"], one["revision"], one["status"]) == ("PRO-01", 2, "submitted")
    assert [place["field"] for place in one["places"]] == ["related", ""]
    later.approved("PRO-01")
    later.ok("publish", "PRO-01", as_="aysel")
    (one,) = json.loads(later.ok("impact", "EXT-01", "--json"))["citations"]
    assert one["status"] == "in-force"
    shown = later.run("impact", "EXT-01", lang=lang)
    assert "az.md:" in shown.out
    assert "EXT-01-in 7.5 bəndi" in shown.out
    later.ok("new", "EXT-01")
    written(later, edition="Ed. 6 (2026)")
    later.ok("submit", "EXT-01", "--reason", "New edition", as_="aysel")
    later.ok("approve", "EXT-01", as_="leyla")
    later.ok("approve", "EXT-01", as_="tural")
    told = later.run("publish", "EXT-01", as_="aysel", lang=lang).out
    assert words in told
    assert "PRO-01" in told
    told = later.run("withdraw", "EXT-01", "--reason", "Not applied", as_="aysel", lang=lang).out
    assert words in told
    later.refused("document-not-found", "impact", "EXT-09")


def test_an_amended_document_says_until_when_on_every_list_and_copy(later: Desk, tmp_path: Path) -> None:
    from test_amend import amended, words_of

    with open_library(later.folder) as library:
        until = library.today() + timedelta(days=9)
    amended(later, until)
    (row,) = [one for one in json.loads(later.ok("list", "--json"))["documents"] if one["id"] == "PRO-01"]
    assert row["amended_until"] == until.isoformat()
    short = until.strftime("%d.%m.%Y")
    named = json.loads(later.ok("impact", "POL-01", "--json"))["citations"]
    assert [(one["revision"], one["status"]) for one in named if one["id"] == "PRO-01"] == [
        (2, "in-force"),
        (1, "pending"),  # acts again, unasked
    ]
    assert f"temporary amendment until {until}" in later.ok("list")
    assert f"temporary amendment until {until}" in later.ok("show", "PRO-01")
    assert f"müvəqqəti dəyişiklik, son gün: {short}" in later.run("show", "PRO-01", lang="az").out
    later.ok("get", "--all", "--output", tmp_path / "all", "--format", "md")
    assert f"müvəqqəti dəyişiklik, son gün: {short}" in (tmp_path / "all" / "index.html").read_text("utf-8")
    copy = tmp_path / "copy.pdf"
    later.ok("get", "PRO-01", "--output", copy, "--language", "az")
    paper = " ".join(words_of(copy).split())
    assert "Repairs" in paper
    assert short in paper
    with open_library(later.folder) as library:
        for day, named in ((until - timedelta(days=9), True), (until, True), (until + timedelta(days=1), False)):
            found = [one for one in overdue.overdue(library, day) if one.kind == "amendment"]
            assert [(one.id, one.role, one.due) for one in found] == [("PRO-01", "quality-manager", until)] * named
