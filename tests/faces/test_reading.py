"""Read and understood at the command line: what waits, what changed, who has and who has not, in both languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import Desk

import docctl
from docctl.adapters.home import Home
from docctl.core import content
from docctl.core.events import Recorded
from docctl.library.book import Draft, folder_of

YEAR = datetime.now(UTC).year  # noqa: TID251


def heading(desk: Desk, document: str, said: str) -> None:
    """Put a line into the heading of a draft."""
    path = desk.draft(document)
    path.write_text(path.read_text("utf-8").replace("\nauthoritative:", f"\n{said}\nauthoritative:", 1), "utf-8")


@pytest.fixture
def asking(desk: Desk) -> Desk:
    """PRO-01 in force, which asks leyla, and whoever is deputy, within three days."""
    heading(desk, "PRO-01", "reading:\n  people: [leyla]\n  roles: [deputy]\n  days: 3")
    desk.in_force("PRO-01")
    return desk


def people(desk: Desk, *more: str) -> dict[str, dict[str, object]]:
    return {one["person"]: one for one in json.loads(desk.ok("reading", "PRO-01", "--json", *more))["people"]}


def revised(desk: Desk, *, editorial: bool = False) -> None:
    desk.ok("new", "PRO-01")
    path = desk.draft("PRO-01", "en.md")
    path.write_text(path.read_text("utf-8") + "\nA further sentence.\n", "utf-8")
    desk.ok("submit", "PRO-01", "--reason", "More", *(["--editorial"] if editorial else []), as_="aysel")
    desk.ok("approve", "PRO-01", as_="leyla")
    if not editorial:
        desk.ok("approve", "PRO-01", as_="rashad")
    desk.ok("publish", "PRO-01", as_="aysel")


def test_what_is_to_be_read_waits_until_it_is_signed(asking: Desk) -> None:
    (task,) = json.loads(asking.ok("inbox", "leyla", "--json"))["tasks"]
    assert (task["task"], task["document"], task["revision"]) == ("read", "PRO-01", 1)
    assert task["due"] > task["since"][:10]
    shown = asking.ok("read", "PRO-01", as_="leyla")
    assert "PRO-01  Sənədlərin idarə edilməsi" in shown
    assert "docctl get PRO-01 --revision 1 --language az" in shown
    assert "never" in shown
    assert "Nothing waits" in asking.run("inbox", "leyla").err
    assert {name: one["stand"] for name, one in people(asking).items()} == {"leyla": "done", "tural": "due"}
    said = asking.ok("reading", "PRO-01")
    assert "1 of 2 have read it; overdue: 0" in said
    assert "own signature" in said
    assert "1 of 2 have read it" in asking.ok("show", "PRO-01")
    asking.refused("read-already", "read", "PRO-01", as_="leyla")
    asking.ok("read", "PRO-01", "--language", "en", as_="leyla")
    assert "English: 1" in asking.ok("reading", "PRO-01")


def test_a_new_revision_shows_what_changed_since_the_one_confirmed(asking: Desk) -> None:
    asking.ok("read", "PRO-01", "--language", "en", as_="leyla")
    revised(asking)
    assert people(asking)["leyla"]["stand"] == "due"
    shown = asking.ok("read", "PRO-01", "--language", "en", as_="leyla")
    assert "{+A further sentence.+}" in shown
    assert "revision 1" in shown
    assert people(asking)["leyla"]["read"]["revision"] == 2


def test_an_editorial_correction_asks_nobody_again(asking: Desk) -> None:
    asking.ok("read", "PRO-01", as_="leyla")
    revised(asking, editorial=True)
    assert "Nothing waits" in asking.run("inbox", "leyla").err
    (task,) = json.loads(asking.ok("inbox", "tural", "--json"))["tasks"]
    assert (task["task"], task["revision"]) == ("read", 2)
    assert "Revision 2, now in force, only corrects it" in asking.ok("reading", "PRO-01")
    asking.ok("read", "PRO-01", as_="tural")
    assert people(asking)["tural"]["read"]["revision"] == 2


def test_who_need_not_read_may_read_all_the_same(asking: Desk) -> None:
    assert "although nobody asked" in asking.ok("read", "PRO-01", as_="rashad")
    assert people(asking)["rashad"]["stand"] == "free"
    assert json.loads(asking.ok("reading", "PRO-01", "--json"))["asked"] == 2


def test_late_readers_stand_first_in_their_inbox_and_in_the_table(asking: Desk) -> None:
    assert people(asking, "--as-of", "2040-01-01")["leyla"]["stand"] == "overdue"
    said = asking.ok("reading", "PRO-01", "--as-of", "2040-01-01")
    assert "overdue: 2" in said
    rows = json.loads(asking.ok("reading", "--person", "leyla", "--json"))["documents"]
    assert [(one["document"], one["stand"]) for one in rows] == [("PRO-01", "due")]
    assert "PRO-01" in asking.ok("reading", "--person", "leyla")
    assert "Nothing is to be read" in asking.run("reading", "--person", "aysel").err


def test_it_is_said_in_azerbaijani_too(asking: Desk) -> None:
    said = asking.run("read", "PRO-01", as_="leyla", lang="az")
    assert said.status == 0
    assert "“Tanış oldum”" in said.out
    table = asking.run("reading", "PRO-01", lang="az").out
    assert "Tanış olub: 1, tanış olmalı: 2, gecikir: 0." in table
    assert "öz imzası ilə" in table
    assert "tanış olmaq" in asking.run("inbox", "tural", lang="az").out


def form(desk: Desk, name: str = "FRM-01") -> None:
    """A form in force."""
    desk.ok("submit", name, "--reason", "First", as_="aysel")
    desk.ok("approve", name, as_="leyla")
    desk.ok("approve", name, as_="tural")
    desk.ok("publish", name, as_="aysel")


def record(desk: Desk, person: str) -> str:
    """A training record, registered without the command that another page is about."""
    home = Home(desk.home)
    signer = docctl.load_key(home.keys / person)
    with docctl.open_library(desk.folder, home) as library:
        form = library.document("FRM-01").publications[-1]
        number = dict(library.document("FRM-01").recorded).get(YEAR, 0) + 1
        files = {"record.md": b"Training\n"}
        digest, tree = folder_of(files)
        assert digest == content.digest(files)
        name = f"FRM-01-{YEAR}-{number:04}"
        event = Recorded(record=name, form_publication=form.entry, form_revision=1, content=digest, tree=tree)
        library.enter(signer, lambda _: Draft("FRM-01", event, "", files))
    return name


def test_a_trainer_enters_a_session_by_its_record(asking: Desk) -> None:
    form(asking)
    held = record(asking, "tural")
    session = ("--session", held, "--person", "leyla", "--person", "tural")
    said = asking.ok("read", "PRO-01", *session, "--result", "All passed", as_="tural")
    assert f"2 at the session of record {held}" in said
    found = people(asking)
    assert {one["read"]["session"] for one in found.values()} == {held}
    assert {one["stand"] for one in found.values()} == {"done"}
    assert f"session, record {held} (Tural Quliyev): All passed" in asking.ok("reading", "PRO-01")
    asking.refused("session-entered", "read", "PRO-01", *session, as_="tural")
    asking.refused("session-not-yours", "read", "PRO-01", "--session", held, "--person", "rashad", as_="leyla")
    asking.ok("read", "PRO-01", "--session", held, "--person", "rashad", as_="aysel")  # who publishes may


def test_a_record_that_names_document_and_people_must_name_these(asking: Desk, tmp_path: Path) -> None:
    form(asking, "FRM-02")
    values = tmp_path / "v.yaml"

    def held(about: str) -> str:
        values.write_text(
            f"topic: PRO\nkind: briefing\n{about}trainer: Tural\nday: 2026-01-15\nhours: '1'\n"
            "people:\n  - {person: leyla, result: passed}\n",
            "utf-8",
        )
        return asking.ok("record", "new", "FRM-02", "--values", values, "--add", as_="tural").split()[0]

    other, right, silent = held("document: FRM-02\n"), held("document: PRO-01\n"), held("")

    def session(record: str, person: str) -> tuple[str, ...]:
        return ("read", "PRO-01", "--session", record, "--person", person)

    asking.refused("session-other-document", *session(other, "leyla"), as_="tural")
    for record in (right, silent):
        asking.refused("session-person-missing", *session(record, "tural"), as_="tural")
    asking.ok(*session(right, "leyla"), as_="tural")
    asking.ok(*session(silent, "leyla"), as_="tural")
    assert people(asking)["leyla"]["read"]["session"] == silent


def test_what_cannot_be_confirmed_is_refused_in_a_sentence(asking: Desk) -> None:
    asking.refused("document-not-found", "read", "PRO-77", as_="leyla")
    asking.refused("language-not-found", "read", "PRO-01", "--language", "ru", as_="leyla")
    asking.refused("revision-not-found", "read", "PRO-01", "--revision", "7", as_="leyla")
    asking.refused("read-charter", "read", "charter", as_="leyla")
    asking.refused("read-charter", "reading", "charter")
    asking.refused(
        "session-unknown", "read", "PRO-01", "--session", "FRM-01-2026-0001", "--person", "leyla", as_="aysel"
    )
    asking.refused("person-not-found", "reading", "--person", "nobody")
    asking.refused("usage-missing", "read", "PRO-01", "--session", "FRM-01-2026-0001", as_="aysel", status=2)
    asking.refused("usage-needs", "read", "PRO-01", "--person", "tural", as_="aysel", status=2)
    asking.refused("usage-missing", "reading", status=2)
    asking.refused("usage-not-both", "reading", "PRO-01", "--person", "leyla", status=2)
    asking.ok("submit", "POL-01", "--reason", "First", as_="aysel")
    asking.refused("not-in-force-now", "read", "POL-01", as_="leyla")
    revised(asking)
    asking.refused("read-not-in-force", "read", "PRO-01", "--revision", "1", as_="leyla")
    form(asking)
    held = record(asking, "aysel")
    asking.refused("person-not-found", "read", "PRO-01", "--session", held, "--person", "ghost", as_="aysel")
    asking.ok("withdraw", "PRO-01", "--reason", "Done with", as_="aysel")
    asking.approved("PRO-01")
    asking.ok("publish", "PRO-01", as_="aysel")
    asking.refused("read-withdrawn", "read", "PRO-01", as_="leyla")
    assert "nothing to read now (status: withdrawn)" in asking.ok("reading", "PRO-01")


@pytest.mark.parametrize(
    ("said", "code"), [("people: [ghost]", "reading-person-unknown"), ("roles: [plumber]", "reading-role-unknown")]
)
def test_a_heading_that_asks_nobody_there_is_refused_when_it_is_submitted(desk: Desk, said: str, code: str) -> None:
    heading(desk, "PRO-01", f"reading:\n  {said}")
    desk.refused(code, "submit", "PRO-01", "--reason", "First", as_="aysel")
