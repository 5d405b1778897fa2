"""Holding records, seeing what is past due, and disposing of it: as people type it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from desk import Desk, copied
from pypdf import PdfReader

from docctl import signatures
from docctl.adapters.home import Home
from docctl.core import days
from docctl.core.events import Amended, Countersigned, Recorded
from docctl.core.state import State
from docctl.errors import Refused
from docctl.library import clock, retaining
from docctl.library.book import Draft, folder_of
from docctl.library.library import Library, open_library

Made = Callable[..., str]


def acting(desk: Desk, person: str) -> tuple[Library, signatures.FileSigner]:
    return open_library(desk.folder, Home(desk.home)), signatures.load_key(desk.home / "keys" / person)


def record(desk: Desk, closed: date | None, title: str = "Təlim", **more: object) -> str:
    """A record of FRM-01, as somebody's program would enter it."""

    def plan(state: State) -> Draft:
        form = state.documents["FRM-01"]
        year = library.today().year
        number = dict(form.recorded).get(year, 0) + 1
        files = {"record.md": f"{title} {number}\n".encode()}
        digest, tree = folder_of(files)
        event = Recorded(
            record=f"FRM-01-{year}-{number:04}",
            form_publication=form.latest.entry,
            form_revision=form.latest.revision,
            content=digest,
            tree=tree,
            title=title,
            closed=closed,
            **more,
        )
        return Draft("FRM-01", event, "", files)

    library, key = acting(desk, "aysel")
    with library:
        return library.enter(key, plan).entry.event.record


def amend(desk: Desk, name: str) -> None:
    files = {"correction.md": b"A slip\n"}
    digest, tree = folder_of(files)
    library, key = acting(desk, "aysel")
    with library:
        event = Amended(record=name, amendment=1, content=digest, tree=tree)
        library.enter(key, lambda _: Draft("FRM-01", event, "A slip", files))


@pytest.fixture(scope="session")
def filed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FRM-01 in force with three records: closed in 2015, in 2019, and today."""
    desk = copied(prepared, tmp_path_factory.mktemp("filed"))
    desk.ok("submit", "FRM-01", "--reason", "First", as_="aysel")
    desk.ok("approve", "FRM-01", as_="leyla")
    desk.ok("approve", "FRM-01", as_="tural")
    desk.ok("publish", "FRM-01", as_="aysel")
    record(desk, date(2015, 3, 10), "Təlim | *yanğın* təhlükəsizliyi")
    record(desk, date(2019, 6, 1))
    record(desk, None)
    return desk.folder.parent


@pytest.fixture
def files(filed: Path, tmp_path: Path) -> Desk:
    return copied(filed, tmp_path)


TODAY = days.day_of(clock.now(), clock.local_offset())
YEAR = TODAY.year
FIRST, SECOND, THIRD = (f"FRM-01-{YEAR}-000{number}" for number in (1, 2, 3))


def test_what_is_past_due_is_listed_with_why_and_since_when(files: Desk) -> None:
    files.ok("hold", SECOND, "--reason", "A claim in court", "--basis", "Case 12", as_="aysel")
    found = json.loads(files.ok("retention", "due", "--json"))
    (form,) = found["forms"]
    assert (form["form"], form["schedule"]["years"], form["schedule"]["trigger"]) == ("FRM-01", 5, "closing")
    assert [(one["record"], one["closed"], one["since"], one["held"]) for one in form["records"]] == [
        (FIRST, "2015-03-10", "2020-03-11", ""),
        (SECOND, "2019-06-01", "2024-06-02", "A claim in court"),
    ]
    told = files.ok("retention", "due")
    assert "5 years from closing" in told
    assert "A claim in court (Case 12)" in told
    assert THIRD not in told
    later = TODAY + timedelta(days=6 * 366)
    assert THIRD in files.ok("retention", "due", "--as-of", later.isoformat())


def test_what_is_past_due_is_overdue_but_for_what_is_held(files: Desk, tmp_path: Path) -> None:
    def records() -> list[tuple[str, list[str]]]:
        found = json.loads(files.ok("overdue", "--json"))["items"]
        return [(one["due"], one["things"]) for one in found if one["kind"] == "record"]

    assert records() == [("2020-03-11", [FIRST]), ("2024-06-02", [SECOND])]
    assert "records to dispose of (1)" in files.ok("overdue")
    files.ok("hold", SECOND, "--reason", "A claim in court", as_="aysel")
    assert records() == [("2020-03-11", [FIRST])]
    files.ok("overdue", "--ics", tmp_path / "due.ics")
    assert b"UID:record-frm-01-0-20200311@" in (tmp_path / "due.ics").read_bytes().replace(b"\r\n ", b"")


def test_the_schedule_is_told_in_words_in_both_languages(files: Desk) -> None:
    rows = json.loads(files.ok("retention", "schedule", "--json"))["schedule"]
    lines = {one["schedule"]["of"]: one["schedule"] for one in rows}
    assert lines["form"] | {"authority": ""} == {
        "of": "form", "trigger": "closing", "years": 5, "authority": "", "action": "destroy",
    }  # fmt: skip
    assert lines["FRM-08"]["years"] is None
    assert "1 year from closing" in files.ok("retention", "schedule")
    assert "bağlandığı gündən 5 il" in files.run("retention", "schedule", lang="az").out


def test_records_are_proposed_approved_and_disposed_of_and_a_certificate_says_so(files: Desk, tmp_path: Path) -> None:
    told = files.ok("dispose", "propose", FIRST, SECOND, "--reason", "Years are over", as_="aysel")
    assert "docctl approve FRM-01" in told
    assert "submitted" not in files.ok("list")
    assert "disposal of records" in files.ok("show", "FRM-01")
    assert FIRST in files.ok("show", "FRM-01")
    assert "approve the disposal" in files.ok("inbox", "tural")
    files.refused("quorum-missing", "dispose", "carry-out", "FRM-01", as_="aysel")
    assert "docctl dispose carry-out FRM-01" in files.ok("approve", "FRM-01", as_="tural")
    files.refused("proposal-kind", "publish", "FRM-01", as_="aysel")
    assert "carry the disposal out" in files.ok("inbox", "aysel")
    folders = sorted((files.folder / "records").rglob("FRM-01-*"))
    assert [one.name for one in folders] == [FIRST, SECOND, THIRD]
    files.ok("dispose", "carry-out", "FRM-01", "--method", "shredded", as_="aysel")
    assert [one.name for one in sorted((files.folder / "records").rglob("FRM-01-*"))] == [THIRD]
    entry = json.loads(files.ok("history", "FRM-01", "--json"))
    number = (entry["entries"] if isinstance(entry, dict) else entry)[-1]["entry"]
    assert "No record is past due" in files.run("retention", "due").err
    _certified(files, number, tmp_path)
    files.refused("disposal-not-found", "dispose", "certificate", number - 1, "--output", tmp_path / "no.pdf")


def _certified(files: Desk, number: int, place: Path) -> None:
    """The certificate in its formats and languages says what it must."""
    for language, words in (("en", "What remains"), ("az", "Nə qalır"), ("ru", "Что остаётся")):
        path = place / f"{language}.pdf"
        files.ok("dispose", "certificate", number, "--language", language, "--output", path)
        text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
        flat = "".join(text.split())
        assert "".join(words.split()) in flat
        for part in (FIRST, SECOND, "Aysel", "Tural", "işlərinnomenklaturası", "|*yanğın*"):
            assert part in flat, (language, part)
        assert THIRD not in flat
    again = place / "again.pdf"
    files.ok("dispose", "certificate", number, "--language", "az", "--output", again)
    assert again.read_bytes() == (place / "az.pdf").read_bytes()
    files.ok("dispose", "certificate", number, "--format", "docx", "--output", place / "az.docx")
    document = zipfile.ZipFile(io.BytesIO((place / "az.docx").read_bytes())).read("word/document.xml").decode()
    assert FIRST in document


def test_a_whole_form_is_proposed_at_once_without_what_is_held(files: Desk) -> None:
    files.ok("hold", SECOND, "--reason", "A claim in court", as_="aysel")
    assert ": 1 (" in files.ok("dispose", "propose", "--form", "FRM-01", "--reason", "Over", as_="aysel")
    files.ok("cancel", "FRM-01", as_="aysel")
    files.ok("release", SECOND, "--reason", "Case is over", as_="aysel")
    assert ": 2 (" in files.ok("dispose", "propose", "--form", "FRM-01", "--reason", "Over", as_="aysel")
    files.ok("cancel", "FRM-01", as_="aysel")
    told = files.ok("dispose", "propose", "--form", "FRM-01", "--until", "2021-01-01", "--reason", "Over", as_="aysel")
    assert ": 1 (" in told


def test_disposing_early_alone_or_of_what_is_held_is_refused(files: Desk) -> None:
    propose = ("dispose", "propose")
    files.refused("retention-running", *propose, THIRD, "--reason", "Early", as_="aysel")
    files.refused("record-unknown", *propose, "FRM-01-1999-0001", "--reason", "Why", as_="aysel")
    files.refused("author-role", *propose, FIRST, "--reason", "Why", as_="leyla")
    files.refused("disposal-event", *propose, FIRST, "--event", "2016-01-01", "--reason", "Why", as_="aysel")
    files.refused("nothing-due", *propose, "--form", "FRM-01", "--until", "2019-01-01", "--reason", "Why", as_="aysel")
    files.refused("document-not-found", *propose, "--form", "FRM-77", "--reason", "Why", as_="aysel")
    files.refused("usage-missing", *propose, "--reason", "Why", as_="aysel", status=2)
    files.refused("usage-needs", *propose, FIRST, "--until", "2020-01-01", "--reason", "Why", as_="aysel", status=2)
    files.refused("not-publisher", "hold", FIRST, "--reason", "Why", as_="leyla")
    files.ok("hold", FIRST, "--reason", "A claim", as_="aysel")
    files.refused("record-held", "hold", FIRST, "--reason", "Again", as_="aysel")
    files.refused("record-held", *propose, FIRST, "--reason", "Why", as_="aysel")
    files.ok("release", FIRST, "--reason", "Over", as_="aysel")
    files.refused("record-not-held", "release", FIRST, "--reason", "Over", as_="aysel")
    files.refused("nothing-submitted", "dispose", "carry-out", "FRM-01", as_="aysel")
    files.refused("workflow-unfulfillable", *propose, FIRST, "--reason", "Why", as_="tural")
    files.ok(*propose, FIRST, "--reason", "Over", as_="aysel")
    files.refused("author-approves", "approve", "FRM-01", "--yes", as_="aysel")
    files.refused("quorum-missing", "dispose", "carry-out", "FRM-01", as_="aysel")
    files.refused("proposal-of-another", *propose, SECOND, "--reason", "Over", as_="tural")
    files.refused("proposal-open", "withdraw", "FRM-01", "--reason", "Why", as_="aysel")


def test_nothing_is_entered_about_what_was_disposed_of(files: Desk, tmp_path: Path) -> None:
    files.ok("dispose", "propose", FIRST, "--reason", "Over", as_="aysel")
    files.ok("approve", "FRM-01", as_="tural")
    files.ok("dispose", "carry-out", "FRM-01", as_="aysel")
    with pytest.raises(Refused, match="record-closed"):
        amend(files, FIRST)
    library, key = acting(files, "leyla")
    with library, pytest.raises(Refused, match="record-closed"):
        content = library.book.state.records[FIRST].content
        library.enter(key, lambda _: Draft("FRM-01", Countersigned(record=FIRST, content=content)))
    files.refused("record-closed", "hold", FIRST, "--reason", "Too late", as_="aysel")
    files.refused("record-closed", "dispose", "propose", FIRST, "--reason", "Again", as_="aysel")
    anchor = tmp_path / "anchor.txt"
    files.ok("anchor", "--output", anchor)
    assert json.loads(files.ok("verify", "--anchor", anchor, "--json"))["verdict"] == "lawful"
    assert "the records were disposed of" in files.ok("verify", "--anchor", anchor, "--explain", 13)


def test_a_correction_after_the_proposal_stops_it(files: Desk) -> None:
    files.ok("dispose", "propose", FIRST, "--reason", "Over", as_="aysel")
    amend(files, FIRST)
    files.ok("approve", "FRM-01", as_="tural")
    files.refused("disposal-content", "dispose", "carry-out", "FRM-01", as_="aysel")


def test_keys_of_sealed_records_are_destroyed_behind_the_entry_alone(files: Desk) -> None:
    done: list[tuple[str, ...]] = []

    class Kept:
        def count(self, records: tuple[str, ...]) -> int:
            return len(records)

        def destroy(self, records: tuple[str, ...]) -> None:
            done.append(records)

    files.ok("dispose", "propose", FIRST, SECOND, "--reason", "Over", as_="aysel")
    library, key = acting(files, "aysel")
    with library:
        with pytest.raises(Refused, match="quorum-missing"):
            retaining.carry_out(library, "FRM-01", key, keys=Kept())
        assert done == []
    files.ok("approve", "FRM-01", as_="tural")
    library, key = acting(files, "aysel")
    with library:
        signed = retaining.carry_out(library, "FRM-01", key, keys=Kept())
        assert signed.entry.event.keys == 2
    assert done == [(FIRST, SECOND)]


def test_what_is_kept_of_a_library_with_a_schedule_and_disposals_is_used_again(files: Desk) -> None:
    files.ok("hold", SECOND, "--reason", "A claim", as_="aysel")
    files.ok("dispose", "propose", FIRST, "--reason", "Over", as_="aysel")
    files.ok("approve", "FRM-01", as_="tural")
    files.ok("dispose", "carry-out", "FRM-01", as_="aysel")
    with open_library(files.folder, Home(files.home)) as library:
        assert library.book.resumed == library.entries > 15
        assert len(library.charter.retention) == 6
        assert library.book.state.records[FIRST].disposed is not None
        assert library.book.state.records[SECOND].held is not None
    assert "damaged" not in files.run("doctor").out
