"""A temporary amendment at the terminal: until its day its text is in force, and then the text before."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from desk import Desk
from test_status import check, publish

from docctl.library import clock
from docctl.library.library import open_library

WORDS = "Müvəqqəti olaraq müraciətlər onlayn qəbul edilir."


@pytest.fixture
def today(later: Desk):
    with open_library(later.folder) as library:
        return library.today()


def amended(desk: Desk, until: object, *more: object) -> None:
    desk.ok("new", "PRO-01")
    path = desk.draft("PRO-01")
    path.write_text(path.read_text("utf-8") + f"\n{WORDS}\n", "utf-8")
    desk.ok("amend", "PRO-01", "--until", until, "--reason", "Repairs", *more, as_="aysel")
    desk.approved("PRO-01")
    desk.ok("publish", "PRO-01", as_="aysel")


def words_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout


def test_an_amendment_says_until_when_and_gives_way_by_itself(
    later: Desk, today, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    amended(later, today + timedelta(days=9), "--unit", "roads")
    assert WORDS in later.ok("get", "PRO-01", "--format", "md", "--language", "az")
    copy = tmp_path / "copy.pdf"
    later.ok("get", "PRO-01", "--output", copy, "--language", "az")
    shown = words_of(copy)
    assert "Müvəqqəti dəyişiklik" in shown
    assert "kimlər üçün: roads" in " ".join(shown.split())
    listed = json.loads(publish(later).read_text("utf-8"))["documents"][0]
    assert (listed["revision"], listed["pending"]["revision"]) == (2, 1)
    assert listed["pending"]["effective"] == (today + timedelta(days=10)).isoformat()
    later.ok("anchor", "--output", later.folder / "anchor.txt")
    later.ok("get", "PRO-01", "--format", "docx", "--output", later.folder / "copy.docx")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + 10 * 86400)
    assert WORDS not in later.ok("get", "PRO-01", "--format", "md", "--language", "az")
    (row,) = [one for one in json.loads(later.ok("list", "--json"))["documents"] if one["id"] == "PRO-01"]
    assert (row["status"], row["revision"]) == ("in-force", 1)
    revisions = json.loads(later.ok("show", "PRO-01", "--json"))["revisions"]
    assert [(one["revision"], one["status"]) for one in revisions] == [(2, "lapsed"), (1, "in-force")]
    _, told = check(later, "--status", later.folder / "list" / "status.json")
    assert (told["currency"]["status"], told["currency"]["revision"]) == ("lapsed", 1)
    later.ok("get", "PRO-01", "--revision", "2", "--output", copy, "--force", "--language", "az")
    assert "müddəti bitib" in words_of(copy)


def test_an_amendment_without_a_day_to_act_or_of_nothing_in_force_is_refused(later: Desk, today) -> None:
    later.ok("new", "PRO-01")
    path = later.draft("PRO-01")
    path.write_text(path.read_text("utf-8") + f"\n{WORDS}\n", "utf-8")
    wanted = ("amend", "PRO-01", "--reason", "Repairs", "--until")
    later.refused("amendment-expires", *wanted, today - timedelta(days=1), as_="aysel")
    later.refused("amendment-base", *wanted, today + timedelta(days=1), "--extend", as_="aysel")
    later.refused("draft-missing", "amend", "PRO-09", "--reason", "x", "--until", today, as_="aysel")


def test_an_amendment_is_extended_without_another_text(later: Desk, today) -> None:
    amended(later, today + timedelta(days=5))
    later.ok("new", "PRO-01")
    later.ok("amend", "PRO-01", "--until", today + timedelta(days=8), "--reason", "Longer", "--extend", as_="aysel")
    later.approved("PRO-01")
    later.ok("publish", "PRO-01", as_="aysel")
    later.ok("new", "PRO-01")
    wanted = ("amend", "PRO-01", "--until", today + timedelta(days=20), "--reason", "Longest", "--extend")
    later.refused("amendment-extended", *wanted, as_="aysel")
