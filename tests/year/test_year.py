"""A year of an authority, lived through at the terminal: at its end every figure is right."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
from datetime import date

import icalendar
import openpyxl
import pytest
from year.acts import OUTCOME, SECRET, lived
from year.outside import git, words_of
from year.script import Year, clocked

from docctl.adapters.gitledger import GitLedger
from docctl.library import auditing
from docctl.library.replaying import fresh_state

DAYS = [
    date(2025, month, day)
    for month, *several in (
        (1, 10, 13, 20, 30), (3, 1, 5, 21), (4, 2, 3), (5, 15, 16, 26), (6, 16, 30), (7, 1, 5, 14, 23, 25),
        (8, 5, 20, 31), (9, 1, 11), (10, 6), (11, 10), (12, 31),
    )
    for day in several
]  # fmt: skip


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        one = Year(tmp_path_factory.mktemp("year"))
        clocked(one, patch)
        lived(one)
        yield one


def told(year, *words):
    return json.loads(year.desk.ok(*words, "--json"))


def day_of(text):
    return date.fromisoformat(text) if text else None


def test_the_register_is_right_on_every_day(year):
    for day in DAYS:
        rows = told(year, "list", "--as-of", day)["documents"]
        found = {
            one["id"]: (one["status"], one["revision"], day_of(one["effective"]), day_of(one["next_review"]))
            for one in rows
        }
        assert found == {name: year.note.line(name, day) for name in year.note.documents(day)}, day
    proposed = {one["id"]: one["proposed"] for one in told(year, "list")["documents"] if one["proposed"]}
    assert proposed == {"FRM-02": 2, "PRO-03": 2}


def test_who_has_read_what_is_right_on_every_day(year):
    note = year.note
    for day in DAYS:
        for document in note.documents(day):
            found = told(year, "reading", document, "--as-of", day)
            expected = note.readers(document, day)
            people = {one["person"]: (one["stand"], day_of(one["due"])) for one in found["people"]}
            assert people == expected, (day, document)
            asked = [stand for stand, _ in expected.values() if stand != "free"]
            figures = (found["asked"], found["read"], found["overdue"])
            assert figures == (len(asked), asked.count("done"), asked.count("overdue")), (day, document)
            read = [one for one in note.reads if one.document == document and one.day <= day]
            counted = {(one["revision"], one["language"]): one["people"] for one in found["counts"]}
            keys = {(one.revision, one.language) for one in read}
            assert counted == {
                key: len({one.person for one in read if (one.revision, one.language) == key}) for key in keys
            }
        for person in note.people:
            rows = told(year, "reading", "--person", person, "--as-of", day)["documents"]
            known = {name: note.readers(name, day).get(person) for name in note.documents(day)}
            assert {one["document"]: (one["stand"], day_of(one["due"])) for one in rows} == {
                name: one for name, one in known.items() if one
            }, (day, person)


def test_the_inbox_of_each_is_right_through_the_year(year):
    for day, person, tasks, expected in year.seen:
        assert {name: day_of(due) for task, name, due in tasks if task == "read"} == expected, (day, person)


def test_the_inbox_names_what_is_to_be_decided_and_signed(year):
    waiting = {
        person: [(task, name) for task, name, _ in tasks if task != "read"]
        for day, person, tasks, _ in year.seen
        if day == year.today
    }
    found = {person: tasks for person, tasks in waiting.items() if tasks}
    assert found == {
        "rashad": [("approve", "PRO-03")],
        "nigar": [("revise", "FRM-02")],
        "aysel": [("sign", "FRM-01-2025-0006")],
    }
    july = {person: tasks for day, person, tasks, _ in year.seen if day == date(2025, 7, 14)}
    assert ("change", "EXT-01", "2025-07-14") in july["leyla"]
    assert [one for one in july["aysel"] if one[0] != "sign"] == []


def test_copies_are_right_on_every_day(year):
    note = year.note
    for day in DAYS:
        expected = []
        for document in note.documents(day):
            for one, back in note.copies(document, day):
                ended = one.ended if one.ended and one.ended <= day else None
                received = one.received if one.received and one.received <= day else None
                stand = one.outcome if ended else "out"
                expected.append(
                    (document, one.number, one.revision, one.holder, one.medium, received, stand, ended, back)
                )
        rows = told(year, "copy", "list", "--as-of", day)["copies"]
        found = [
            (one["document"], one["number"], one["revision"], one["holder"], one["medium"], day_of(one["received"]),
             one["state"], day_of(one["ended"]), one["recall"])
            for one in rows
        ]  # fmt: skip
        assert found == expected, day
        back = told(year, "copy", "recall", "--as-of", day)["copies"]
        assert [(one["document"], one["number"]) for one in back] == note.recall(day), day
    assert note.recall(date(2025, 7, 25)) == [("PRO-01", 1), ("PRO-04", 1), ("PRO-04", 2)]
    assert len(told(year, "copy", "list", "--out")["copies"]) == 2


def test_the_bytes_of_each_copy_are_those_of_the_register(year):
    for one in told(year, "copy", "list")["copies"]:
        ending = "docx" if one["medium"] == "file" else "pdf"
        data = (year.place / f"{one['document']}-{one['number']}.{ending}").read_bytes()
        assert one["file"] == hashlib.sha256(data).hexdigest()


def found_records(year, *words):
    answer = told(year, "record", "list", *words)
    names = [one["id"] for one in answer["records"]]
    assert len(names) == answer["count"]
    return names


def test_records_are_found_by_everything_that_is_asked(year):
    note = year.note
    every = list(note.records.values())
    assert found_records(year) == [one.id for one in every]
    for form in note.years:
        assert found_records(year, "--form", form) == [one.id for one in note.of(form)]
    assert found_records(year, "--year", "2025") == [one.id for one in every]
    assert found_records(year, "--year", "2024") == []
    for status in ("open", "closed", "held", "disposed"):
        assert found_records(year, "--status", status) == [one.id for one in every if one.status == status], status
    for form, values in (
        ("FRM-07", {"status": "open"}), ("FRM-07", {"status": "closed", "responsible": "tural"}),
        ("FRM-01", {"status": "closed"}), ("FRM-01", {"score": "15"}), ("FRM-09", {"service": "roads"}),
        ("FRM-09", {"total": "6"}),
    ):  # fmt: skip
        words = [word for pair in values.items() for word in ("--field", "=".join(pair))]
        expected = [one.id for one in note.of(form, **values) if not one.gone]
        assert found_records(year, "--form", form, *words) == expected, values
        assert expected
    for person in note.people:
        expected = [one.id for one in every if not one.gone and (names_of(one, person))]
        gone = [one.id for one in every if one.gone and one.by == person]
        assert sorted(found_records(year, "--person", person)) == sorted(expected + gone), person
    for document, expected in (
        ("PRO-03", [one.id for one in every if one.procedure == "PRO-03" or one.values.get("document") == "PRO-03"]),
        ("PRO-04", [one.id for one in note.of("FRM-05")]),
    ):
        assert found_records(year, "--document", document) == expected
    # The clause is that of the form, or of the procedure that the record names.
    assert found_records(year, "--clause", "iso9001:2015#10.2") == [one.id for one in note.of("FRM-07")]
    assert found_records(year, "--clause", "iso9001:2015#9.2") == [one.id for one in every if one.procedure]
    assert found_records(year, "--clause", "iso9001:2015#7.2") == [one.id for one in note.of("FRM-02")]


def names_of(record, person):
    cells = (
        []
        if record.sealed
        else [
            cell
            for value in record.values.values()
            for cell in ([value] if isinstance(value, str) else [one for row in value for one in row.values()])
        ]
    )
    return person in (record.by, *record.signers, *cells)


def test_records_are_shown_with_what_was_corrected_and_signed(year):
    for one in year.note.records.values():
        sheet = told(year, "record", "show", one.id)
        assert (sheet["title"], sheet["status"], sheet["day"]) == (one.title, one.status, one.day.isoformat())
        assert sheet["missing"] == list(one.missing)
        signed = [part["person"] for part in sheet["signatures"] if part["part"] == "countersigned"]
        assert signed == list(one.signed)
        holds = [part["part"] for part in sheet["signatures"] if part["part"] in ("held", "released")]
        assert len(holds) == (one.held is not None) + (one.released is not None)
        assert len(sheet["corrections"]) == len(one.corrected)
        if one.sealed:
            assert (sheet["sealed"], sheet["answers"], sheet["attachments"]) == (True, [], [])
        elif not one.gone:
            assert {part["name"]: part["value"] for part in sheet["answers"]} == one.values, one.id
            assert len(sheet["attachments"]) == len(one.files)
    said = year.desk.run("record", "show", "FRM-09-2025-0002", lang="az")
    assert "doğranıb" in said.out
    assert f"docctl dispose certificate {year.disposal}" in said.err


def test_exported_tables_say_what_was_filled_in(year):
    kept = year.note.of("FRM-09")
    names = ("service", "speed", "manner", "total", "waited", "remark")
    words = {"reception": "vətəndaşların qəbulu", "certificate": "arayış verilməsi", "roads": "yol təsərrüfatı"}
    paths = [year.place / f"survey.{ending}" for ending in ("csv", "xlsx", "json")]
    for path in paths:
        words_ = ("record", "export", "--form", "FRM-09", "--format", path.suffix[1:], "--output", path, "--force")
        said = year.desk.run(*words_, lang="az")
        assert (said.status, f": {len(kept)} (" in said.err) == (0, True)
    expected = [[one.id, *("" if one.gone else one.values.get(name, "") for name in names)] for one in kept]
    for row in expected:
        row[1] = words.get(row[1], "")
    rows = list(csv.reader(io.StringIO(paths[0].read_text("utf-8-sig"))))
    assert [[row[0], *row[-6:]] for row in rows[1:]] == expected
    assert rows[0][-6:] == ["Xidmət", "Sürət (1–5)", "Nəzakət (1–5)", "Cəmi", "Gözləmə (saat)", "Rəy"]
    (head, *cells) = openpyxl.load_workbook(paths[1]).active.iter_rows(values_only=True)
    assert list(head) == rows[0]
    numbers = [[row[0], row[-6], *(float(one) if one else None for one in row[-5:-1])] for row in expected]
    shown = [[row[0], row[-6] or "", *(one if one is None else float(one) for one in row[-5:-1])] for row in cells]
    assert shown == numbers
    assert [row[4].date() for row in cells] == [one.day for one in kept]
    told_ = json.loads(paths[2].read_text("utf-8"))
    assert [one["values"] for one in told_] == [{} if one.gone else one.values for one in kept]
    # Figures of the survey, as the management review asks for them.
    totals = [int(row[4]) for row in expected if row[4]]
    assert sum(totals) == sum(int(one.values["speed"]) + int(one.values["manner"]) for one in kept if not one.gone)


def test_what_is_past_due_is_right_on_every_day(year):
    later = [
        date(2026, 1, 1),
        date(2026, 10, 6),
        date(2026, 10, 7),
        date(2029, 12, 31),
        date(2030, 5, 20),
        date(2031, 1, 1),
    ]
    for day in [*DAYS, *later]:
        found = told(year, "retention", "due", "--as-of", day)
        lines = {
            one["form"]: [
                (row["record"], day_of(row["closed"]), day_of(row["since"]), bool(row["held"]))
                for row in one["records"]
            ]
            for one in found["forms"]
        }
        assert lines == year.note.past_due(day), day
        assert (found["unscheduled"], found["awaiting"]) == ([], [])


def test_what_is_overdue_is_right_on_every_day(year):
    later = [date(2026, 1, 20), date(2026, 1, 22), date(2026, 10, 8), date(2027, 9, 1)]
    for day in [*DAYS, *later]:
        items = told(year, "overdue", "--as-of", day)["items"]
        found = {(one["kind"], one["id"], day_of(one["due"]), one["days_late"]) for one in items}
        assert found == year.note.late(day), day
        assert len(found) == len(items)


def test_the_calendar_holds_what_is_late_and_what_will_be(year):
    path = year.place / "calendar.ics"
    said = year.desk.run("overdue", "--ics", path, lang="az")
    events = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert f": {len(events)})" in said.err
    dated = {(str(one["SUMMARY"]).partition(":")[0], one["DTSTART"].dt) for one in events}
    late = {(name, due) for _, name, due, _ in year.note.late(year.today)}
    assert late <= dated
    reviews = {(name, year.note.line(name, year.today)[3]) for name in year.note.documents(year.today)}
    records = {("FRM-09", date(2026, 10, 7))}
    assert dated == late | reviews | records
    assert len({str(one["UID"]) for one in events}) == len(events)


def test_the_amendment_lapsed_and_each_step_is_told_as_it_was(year):
    revisions = told(year, "show", "PRO-04")["revisions"]
    assert [(one["revision"], one["status"]) for one in revisions] == [
        (3, "in-force"),
        (2, "lapsed"),
        (1, "superseded"),
    ]
    history = year.desk.run("history", "PRO-04", lang="az").out
    assert "4 nömrəli nüsxə verildi: Qəbul otağı" in history
    assert "2 nömrəli nüsxə: alınıb" in history
    assert "2 nömrəli nüsxə: məhv edilib" in history
    assert "təqdim edildi – müvəqqəti dəyişiklik" in history
    assert "təlim, qeyd FRM-02-2025-0002" in year.desk.run("history", "PRO-03", lang="az").out
    assert "təqdim edildi – qeydlərin məhv edilməsi" in year.desk.run("history", "FRM-09", lang="az").out
    held = year.desk.run("record", "history", "FRM-09-2025-0001", lang="az").out
    assert "Məhkəmə işi (2(71)-118/2025 nömrəli iş)" in held
    assert "qüvvədədir; redaksiya 2 rədd edilib" in year.desk.run("list", lang="az").out
    assert "yalnız düzəlişdir" in year.desk.run("reading", "PRO-01", lang="az").out
    assert "yalnız düzəlişdir" not in year.desk.run("reading", "PRO-04", "--as-of", "2025-07-23", lang="az").out
    difference = told(year, "diff", "PRO-04")
    assert (difference["places"], difference["words"]) == (1, {"removed": 1, "added": 1})  # not from what lapsed
    assert "10 gün qalıb" in year.desk.run("overdue", "--as-of", "2025-06-20", lang="az").out


def test_the_register_of_outside_documents_and_who_speaks_of_them(year):
    (law,) = told(year, "externals")["documents"]
    assert (law["revision"], law["card"]["edition"], law["due"]) == (2, "11.07.2025, № 210-VIIQD", "2026-01-21")
    (law,) = told(year, "externals", "--as-of", "2025-06-01")["documents"]
    assert (law["revision"], law["checked"], law["due"]) == (1, "2025-04-07", "2025-10-07")
    found = told(year, "impact", "PRO-03")
    assert [one["id"] for one in found["citations"]] == ["FRM-05", "FRM-07"]
    assert found["records"] == [["FRM-05", 1], ["FRM-07", 3]]
    assert [one["id"] for one in told(year, "impact", "EXT-01")["citations"]] == ["PRO-04"]


def test_the_certificate_names_what_went_why_and_by_whom(year):
    for ending in ("pdf", "docx"):
        path = year.place / f"akt.{ending}"
        assert year.desk.run("dispose", "certificate", year.disposal, "--output", path, lang="az").status == 0
        said = "".join(words_of(path).split())
        for part in (
            "FRM-09-2025-0002",
            "Saxlamamüddətibitib",
            "AyselMəmmədova",
            "TuralQuliyev",
            "doğranıb",
            "29.03.2025",
        ):
            assert part in said, (ending, part)
        assert "FRM-09-2025-0001" not in said


def test_the_complaint_is_read_by_the_lawyer_alone(year):
    (name,) = (one.id for one in year.note.records.values() if one.sealed)
    opened = json.loads(year.desk.ok("record", "open", name, "--json", as_="leyla"))
    assert {one["name"]: one["value"] for one in opened["answers"]} == year.note.records[name].values
    for person in year.note.people:
        if person != "leyla":
            year.desk.refused("record-not-for", "record", "open", name, as_=person)
    objects = subprocess.run(
        ["git", "cat-file", "--batch", "--batch-all-objects"], cwd=year.desk.folder, capture_output=True, check=True
    ).stdout
    assert "Növbətçi cədvəli yox idi.".encode() in objects  # what is not sealed
    assert SECRET.encode() not in objects
    assert OUTCOME.encode() not in objects
    lying = [path for path in year.place.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert lying == []


def test_the_year_is_lawful_with_the_anchor(year):
    found = json.loads(year.desk.ok("verify", "--anchor", year.place / "anchor.txt", "--json"))
    assert (found["verdict"], found["anchored"], found["violations"]) == ("lawful", True, [])
    assert found["entries"] == year.note.entries


def test_stock_git_agrees_with_every_entry(year):
    root, signers = year.desk.folder, year.place / "allowed_signers"
    year.desk.ok("export-keys", "--output", signers)
    setting = f"gpg.ssh.allowedSignersFile={signers}"
    ids = git("rev-list", "HEAD", cwd=root).split()
    assert len(ids) == year.note.entries
    said = git("-c", setting, "verify-commit", *ids, cwd=root)
    assert said.count('Good "git" signature for ') == len(ids)
    assert set(git("-c", setting, "log", "--format=%G?", cwd=root)) == {"G", "\n"}
    assert git("fsck", "--strict", "--full", "--no-dangling", cwd=root) == ""
    drafts = {"drafts/POL-01/", "drafts/PRO-01/"}
    assert [line for line in git("status", "--porcelain", cwd=root).splitlines() if line[3:] not in drafts] == [
        "?? drafts/LAY-01/"
    ]


def test_the_door_of_the_server_lets_the_year_in_month_by_month(year):
    with GitLedger.open(year.desk.folder) as ledger:
        ids = git("rev-list", "--reverse", "HEAD", cwd=year.desk.folder).split()
        state, old = fresh_state(ledger), None
        for new in [*ids[9::20], ids[-1]]:
            assert auditing.judge(ledger, old, new, state) == ()
            old = new
        assert state.length == year.note.entries
        assert {name: one.id for name, one in state.records.items()} == {name: name for name in year.note.records}
