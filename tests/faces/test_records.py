"""Records as people make them: filled in, registered, signed, corrected, listed, handed out; and what is refused."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk, copied, says

from docctl.cli import asking, words
from docctl.cli.phrases import LANGUAGES

RISK = "process: Müraciətlər\nkind: risk\ndescription: Gecikmə\nlikelihood: 3\nimpact: 4\nstatus: open\n"
TRAINING = (
    "topic: ISO\nkind: internal\ntrainer: =1+1\nday: 20.11.2026\nhours: '2,5'\n"
    "people:\n  - {person: leyla, result: passed}\n  - {person: tural, result: repeat}\n"
)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture(scope="session")
def with_forms(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office with FRM-01 and FRM-02 in force."""
    place = tmp_path_factory.mktemp("forms")
    desk = copied(prepared, place)
    for form in ("FRM-01", "FRM-02"):
        desk.ok("submit", form, "--reason", "First", as_="aysel")
        desk.ok("approve", form, as_="leyla")
        desk.ok("approve", form, as_="tural")
        desk.ok("publish", form, as_="aysel")
    return place / "desk"


@pytest.fixture
def office(with_forms: Path, tmp_path: Path) -> Desk:
    return copied(with_forms, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def written(name: str, data: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return written


def register(office: Desk, file: Callable[..., Path], form: str, values: str, *more: object, as_: str = "tural") -> str:
    told = office.ok("record", "new", form, "--values", file("v.yaml", values), "--add", *more, as_=as_)
    return told.split()[0]


def shown(office: Desk, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(office.ok("record", "show", name, "--json"))
    return found


def answered(office: Desk, name: str) -> dict[str, object]:
    return {one["name"]: one["value"] for one in shown(office, name)["answers"]}  # type: ignore[attr-defined]


# -- a life ------------------------------------------------------------------------------------------------------------


def test_a_record_is_filled_in_registered_signed_and_corrected(office: Desk, file: Callable[..., Path]) -> None:
    told = office.ok("record", "new", "FRM-01", "--values", file("v.yaml", RISK), as_="tural")
    lying = office.folder / "unregistered" / "FRM-01-1"
    assert str(lying) in told
    assert office.run("list").status == 0
    assert lying.is_dir()  # no laying out touches it
    told = office.ok("record", "add", "--attach", file("scan.pdf", PDF), as_="tural")
    year = told.split("-")[2]
    name = f"FRM-01-{year}-0001"
    assert told.startswith(name)
    assert not lying.exists()
    assert shown(office, name)["missing"] == ["aysel"]  # the form asks the quality manager
    assert shown(office, name)["status"] == "open"
    office.refused("not-a-signer", "record", "sign", name, as_="leyla")
    office.ok("record", "sign", name, "--meaning", "checked", as_="aysel")
    office.refused("not-a-signer", "record", "sign", name, as_="aysel")
    one = shown(office, name)
    assert (one["status"], one["missing"], one["revision"], one["title"]) == ("closed", [], 1, "Müraciətlər")
    assert answered(office, name)["score"] == "12"
    told = office.ok(
        "record", "amend", name, "--reason", "Tədbir", "--values", file("a.yaml", "likelihood: 1\nstatus: closed\n"),
        "--attach", file("photo.png", PNG), as_="tural",
    )  # fmt: skip
    assert "Correction 1" in told
    office.ok("record", "amend", name, "--reason", "Qeyd", "--note", "Söz", as_="aysel")
    assert (answered(office, name)["score"], answered(office, name)["status"]) == ("4", "closed")
    one = shown(office, name)
    assert [(each["number"], each["note"]) for each in one["corrections"]] == [(1, ""), (2, "Söz")]  # type: ignore[attr-defined]
    assert [(each["file"], each["amendment"]) for each in one["attachments"]] == [("scan.pdf", 0), ("photo.png", 1)]  # type: ignore[attr-defined]
    first = (office.folder / "records" / "FRM-01" / year).glob("*/*/record.md")
    assert "likelihood: 3" in next(first).read_text("utf-8")
    text = office.ok("record", "show", name)
    assert "3 → 1" in text
    assert office.run("record", "show", name, lang="az").out.count("Düzəliş") >= 2
    history = office.ok("record", "history", name, "--json")
    assert [one["event"] for one in json.loads(history)["entries"]] == [
        "recorded",
        "countersigned",
        "amended",
        "amended",
    ]
    told = office.ok("verify", "--explain", name, "--anchor", office.folder.parent / "anchor.txt", "--json")
    entries = [each["entry"] for each in json.loads(history)["entries"]]
    explained = json.loads(told)["explanations"][0]
    assert (explained["entry"], explained["previous"]) == (entries[-1], entries[-2])


def test_attachments_come_out_as_they_went_in(office: Desk, file: Callable[..., Path], tmp_path: Path) -> None:
    name = register(office, file, "FRM-02", TRAINING, "--attach", file("İmza vərəqi.pdf", PDF), as_="leyla")
    (one,) = shown(office, name)["attachments"]  # type: ignore[misc]
    assert (one["file"], one["media"], one["size"]) == ("Imza-vereqi.pdf", "application/pdf", len(PDF))
    office.ok("record", "show", name, "--attachment", "Imza-vereqi.pdf", "--output", tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == PDF
    office.refused("attachment-not-found", "record", "show", name, "--attachment", "record.md")
    office.refused("record-not-found", "record", "show", "FRM-02-2026-9999")


def test_further_signers_are_named_or_found_by_their_roles(office: Desk, file: Callable[..., Path]) -> None:
    name = register(office, file, "FRM-01", RISK, "--signer", "rashad", "--signer", "leyla")
    assert shown(office, name)["missing"] == ["rashad", "leyla", "aysel"]
    assert register(office, file, "FRM-01", RISK, as_="aysel").endswith("-0002")
    assert shown(office, name.replace("0001", "0002"))["missing"] == []  # she holds the role herself
    office.refused("person-not-found", *_new(file, "FRM-01", RISK), "--add", "--signer", "nobody", as_="tural")


def _new(file: Callable[..., Path], form: str, values: str) -> tuple[object, ...]:
    return ("record", "new", form, "--values", file("w.yaml", values))


# -- at a terminal -----------------------------------------------------------------------------------------------------


def test_each_field_is_asked_for_until_it_is_right(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter([
        "", "Proses", "9", "2", "Təsvir", "ikinci sətir", "", "", "", "x", "7", "3", "4",
        "", "", "", "32.01.2026", "31.01.2026", "açıq", "", "", "", "",
    ])  # fmt: skip
    monkeypatch.setattr(words, "can_ask", lambda: True)
    monkeypatch.setattr(asking, "_line", lambda _: next(lines))
    answer = office.run("record", "new", "FRM-01", "--language", "az", "--add", as_="tural", lang="en")
    assert answer.status == 0, answer
    assert list(lines) == []
    for code in ("value-missing", "value-choice", "value-number", "value-high", "value-day"):
        assert any(says(code, line.strip()) for line in answer.err.splitlines()), code
    values = answered(office, answer.out.split()[0])
    assert values["kind"] == "opportunity"
    assert values["description"] == "Təsvir\nikinci sətir"
    assert (values["score"], values["due"], values["status"]) == ("12", "2026-01-31", "open")


def test_a_table_is_asked_for_row_by_row(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter([
        "ISO", "1", "PRO-99", "FRM-01", "Kim", "20.11.2026", "1", "leyla", "1", "bob", "tural", "2", "", "",
    ])  # fmt: skip
    monkeypatch.setattr(words, "can_ask", lambda: True)
    monkeypatch.setattr(asking, "_line", lambda _: next(lines))
    told = office.ok("record", "new", "FRM-02", "--add", as_="tural")
    assert answered(office, told.split()[0])["people"] == [
        {"person": "leyla", "result": "passed"},
        {"person": "tural", "result": "repeat"},
    ]


def test_the_editor_opens_again_until_the_form_is_answered(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def edit(text: str, **_: object) -> str:
        seen.append(text)
        return RISK.replace("3", "9" if len(seen) == 1 else "2")

    monkeypatch.setattr(words, "can_ask", lambda: True)
    monkeypatch.setattr("click.edit", edit)
    monkeypatch.setattr("click.confirm", lambda *_, **__: True)
    answer = office.run("record", "new", "FRM-01", "--editor", "--add", as_="tural")
    assert answer.status == 0, answer
    assert "likelihood:" in seen[0]
    assert "score:" not in seen[0]
    assert seen[1] == RISK.replace("3", "9")
    assert "“9”" in answer.err
    assert answered(office, answer.out.split()[0])["likelihood"] == "2"


def test_nobody_to_ask_is_said(office: Desk) -> None:
    office.refused("record-values-needed", "record", "new", "FRM-01", as_="tural")
    office.refused("record-values-needed", "record", "new", "FRM-01", "--editor", as_="tural")


# -- refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_is_said_at_once(office: Desk, file: Callable[..., Path], language: str) -> None:
    wrong = "process: x\nkind: q\nlikelihood: 9\nimpact: 1.5\ndue: 31.02.2026\nstatus: open\nzz: 1\n"
    before = office.head()
    answer = office.run(*_new(file, "FRM-01", wrong), "--add", as_="tural", lang=language)
    lines = answer.err.splitlines()
    assert (answer.status, office.head()) == (1, before)
    assert says("record-values", lines[0], language)
    assert [line.strip().split(":")[0] for line in lines[1:]] == [
        "zz",
        "kind",
        "description",
        "likelihood",
        "impact",
        "due",
    ]
    assert not (office.folder / "unregistered").exists()


def test_machines_get_the_mistakes_too(office: Desk, file: Callable[..., Path]) -> None:
    from docctl.errors import Refused
    from docctl.library import recording
    from docctl.library.library import Home, open_library

    with open_library(office.folder, Home(office.home)) as library:
        with pytest.raises(Refused) as caught:
            recording.filled(library.book.state, recording.blank(library.book.state, "FRM-01"), {"kind": "q"})
        assert [one["field"] for one in words.mistakes(caught.value, "en")][:2] == ["process", "kind"]


@pytest.mark.parametrize(
    ("code", "name", "data"),
    [
        ("attachment-name-other", "scan.pdf", PNG),
        ("attachment-name-other", "scan.png", PDF),
        ("attachment-name-other", "notes.pdf", b"just words\n"),
        ("attachment-unknown", "run.exe", b"MZ\x90\x00\x03"),
        ("attachment-unknown", "notes.txt", b"\x00\x01\x02"),
        ("attachment-unknown", "latin.txt", "söz".encode("latin-1")),
        ("attachment-unknown", "empty.txt", b""),
        ("attachment-broken", "letter.docx", b"PK\x03\x04" + bytes(60)),
        ("attachment-reserved", "record.md", b"words"),
        ("attachment-name", "....", PDF),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    office: Desk, file: Callable[..., Path], code: str, name: str, data: bytes
) -> None:
    office.refused(code, *_new(file, "FRM-01", RISK), "--add", "--attach", file(name, data), as_="tural")


def package(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as one:
        for name, data in members:
            one.writestr(name, data)
    return target.getvalue()


TYPES = ("[Content_Types].xml", b"<Types/>")


def test_office_files_are_known_by_their_parts_and_bombs_are_refused(office: Desk, file: Callable[..., Path]) -> None:
    docx = package(TYPES, ("word/document.xml", b"<w/>"))
    stored = package(TYPES, ("word/document.xml", b"<w/>"), how=zipfile.ZIP_STORED)
    xlsx = package(TYPES, ("xl/workbook.xml", b"<w/>"))
    name = register(
        office, file, "FRM-01", RISK, "--attach", file("a.docx", docx), "--attach", file("b.xlsx", xlsx),
        "--attach", file("c.csv", "a,b\n"), "--attach", file("d.eml", "From: a@b\nSubject: c\n\nwords\n"),
    )  # fmt: skip
    media = [one["media"].rpartition(".")[2] for one in shown(office, name)["attachments"]]  # type: ignore[attr-defined]
    assert media == ["document", "sheet", "text/csv", "message/rfc822"]
    adding = (*_new(file, "FRM-01", RISK), "--add", "--attach")
    for code, data in (
        ("attachment-bomb", package(TYPES, ("word/document.xml", bytes(25 * 2**20)))),
        ("attachment-bomb", package(TYPES, ("word/document.xml", b""), *((f"m{n}", bytes(2**24)) for n in range(15)))),
        ("attachment-unknown", package(TYPES, ("word/document.xml", b"<w/>"), ("word/vbaProject.bin", b"x"))),
        ("attachment-name-other", xlsx),
        ("attachment-broken", docx[:-30]),
        ("attachment-broken", stored.replace(b"<w/>", b"<v/>")),
    ):
        office.refused(code, *adding, file("a.docx", data), as_="tural")


def test_a_large_file_is_refused_before_it_is_read(
    office: Desk, file: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as target:
        target.write(PDF)
        target.truncate(200 * 2**20)
    real = Path.open

    def guarded(self: Path, *given: object, **named: object) -> object:
        assert self != huge
        return real(self, *given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", guarded)
    adding = (*_new(file, "FRM-01", RISK), "--add", "--attach")
    office.refused("attachment-too-large", *adding, huge, as_="tural")
    monkeypatch.undo()
    each = 26 * 2**20
    for name in ("a.pdf", "b.pdf"):
        with (tmp_path / name).open("wb") as target:
            target.write(PDF)
            target.truncate(each)
    office.refused("record-too-large", *adding, tmp_path / "a.pdf", "--attach", tmp_path / "b.pdf", as_="tural")


def test_what_cannot_be_registered_is_refused_in_a_sentence(
    office: Desk, file: Callable[..., Path], tmp_path: Path
) -> None:
    values = file("v.yaml", RISK)
    office.refused("document-not-found", "record", "new", "FRM-77", "--values", values, as_="tural")
    office.refused("record-form-not-in-force", *_at("PRO-01", office, values), as_="tural")
    office.refused("language-unknown", "record", "new", "FRM-01", "--language", "ru", "--values", values, as_="tural")
    office.refused(
        "document-not-found", "record", "new", "FRM-01", "--procedure", "PRO-77", "--values", values, as_="tural"
    )
    office.refused("file-missing", "record", "new", "FRM-01", "--values", tmp_path / "none", as_="tural")
    office.refused("yaml-syntax", "record", "new", "FRM-01", "--values", file("x.yaml", "a: [b\n"), as_="tural")
    office.refused("field-kind", "record", "new", "FRM-01", "--values", file("x.yaml", "- b\n"), as_="tural")
    office.refused("record-draft-none", "record", "add", as_="tural")
    office.refused("folder-missing", "record", "add", "--from", tmp_path / "none", as_="tural")
    office.refused("record-file-missing", "record", "add", "--from", office.home, as_="tural")
    office.refused("record-closing", *_new(file, "FRM-01", RISK), "--add", "--closed", "2999-01-01", as_="tural")
    office.refused(
        "record-not-found", "record", "amend", "FRM-01-2026-0001", "--reason", "x", "--note", "y", as_="tural"
    )
    office.refused("record-not-found", "record", "sign", "FRM-01-2026-0001", as_="tural")
    office.refused("usage-record-add", *_new(file, "FRM-01", RISK), "--signer", "leyla", as_="tural", status=2)
    office.refused("usage-not-both", *_new(file, "FRM-01", RISK), "--editor", as_="tural", status=2)
    name = register(office, file, "FRM-01", RISK)
    office.refused("amendment-empty", "record", "amend", name, "--reason", "x", as_="tural")
    office.refused(
        "amendment-empty",
        "record",
        "amend",
        name,
        "--reason",
        "x",
        "--values",
        file("x.yaml", "impact: 4\n"),
        as_="tural",
    )
    office.refused("not-a-signer", "record", "amend", name, "--reason", "x", "--note", "y", as_="leyla")
    assert (
        office.run(
            "record", "amend", name, "--reason", "x", "--values", file("x.yaml", "impact: 9\n"), as_="tural"
        ).status
        == 1
    )


def _at(document: str, office: Desk, values: Path) -> tuple[object, ...]:
    office.ok("submit", document, "--reason", "First", as_="aysel")
    return ("record", "new", document, "--values", values)


def test_a_text_that_says_something_else_than_the_values_is_refused(office: Desk, file: Callable[..., Path]) -> None:
    office.ok(*_new(file, "FRM-01", RISK), as_="tural")
    record = office.folder / "unregistered" / "FRM-01-1" / "record.md"
    text = record.read_text("utf-8")
    record.write_text(text.replace("description: Gecikmə", "description: Başqa"), "utf-8")
    office.refused("record-body", "record", "add", as_="tural")
    record.write_text(text.replace("**Description**", "**Else**"), "utf-8")
    office.refused("record-body", "record", "add", as_="tural")
    heading = text.replace("impact: 4", "impact: 5").partition("\n---\n")[0]
    record.write_text(heading + "\n---\n", "utf-8")
    name = office.ok("record", "add", as_="tural").split()[0]
    assert answered(office, name)["score"] == "15"
    stored = next(office.folder.glob("records/FRM-01/*/*/*/record.md")).read_text("utf-8")
    assert "15" in stored.partition("\n---\n")[2]


def test_a_form_that_moved_on_is_filled_in_anew(office: Desk, file: Callable[..., Path]) -> None:
    office.ok(*_new(file, "FRM-02", TRAINING), as_="tural")
    office.ok("new", "FRM-02", as_="aysel")
    draft = office.draft("FRM-02")
    draft.write_text(draft.read_text("utf-8").replace("max: 400", "max: 300") + "\nYeni.\n", "utf-8")
    office.ok("submit", "FRM-02", "--reason", "Second", as_="aysel")
    office.ok("approve", "FRM-02", as_="leyla")
    office.ok("approve", "FRM-02", as_="tural")
    office.ok("publish", "FRM-02", as_="aysel")
    office.refused("record-form-moved", "record", "add", as_="tural")
    assert shown(office, register(office, file, "FRM-02", TRAINING))["revision"] == 2


def test_a_wrong_form_is_refused_when_it_is_submitted(office: Desk) -> None:
    office.ok("new", "FRM-02", as_="aysel")
    draft = office.draft("FRM-02")
    draft.write_text(draft.read_text("utf-8").replace("type: date", "type: day"), "utf-8")
    err = office.refused("form-type", "submit", "FRM-02", "--reason", "Second", as_="aysel")
    assert "“day”" in err
    assert "az.md" in err


# -- lists -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(office: Desk, file: Callable[..., Path]) -> Desk:
    register(office, file, "FRM-01", RISK)
    register(office, file, "FRM-02", TRAINING, "--signer", "rashad", as_="leyla")
    register(
        office, file, "FRM-01", RISK.replace("open", "closed").replace("Müraciətlər", "'@Müraciətlər'"), as_="aysel"
    )
    return office


def ids(desk: Desk, *words: object) -> list[str]:
    found = json.loads(desk.ok("record", "list", "--json", *words))
    return [f"{one['form'][-2:]}-{one['id'][-1]}" for one in found["records"]]


def test_records_are_found_by_what_they_are_and_what_they_say(full: Desk, file: Callable[..., Path]) -> None:
    year = json.loads(full.ok("record", "list", "--json"))["records"][0]["day"][:4]
    for wanted, words_ in (
        (["01-1", "02-1", "01-2"], ()),
        (["01-2"], ("--limit", "1")),
        (["01-1", "01-2"], ("--form", "FRM-01")),
        (["02-1"], ("--form", "FRM-02", "--year", year)),
        ([], ("--year", "1999")),
        (["02-1"], ("--person", "leyla")),
        (["01-1", "02-1"], ("--person", "tural")),
        (["02-1"], ("--person", "rashad")),
        (["01-2"], ("--field", "status=closed")),
        ([], ("--field", "status=closed", "--field", "kind=opportunity")),
        (["02-1"], ("--field", "people=repeat")),
        (["01-1", "01-2"], ("--document", "FRM-01")),
        (["02-1"], ("--clause", "iso9001:2015#7")),
        (["01-1", "01-2"], ("--clause", "iso9001:2015#6.1")),
        ([], ("--clause", "iso9001:2015#6.10")),
        (["01-1", "02-1"], ("--status", "open")),
        (["01-2"], ("--status", "closed")),
    ):
        assert ids(full, *words_) == wanted, words_
    name = f"FRM-01-{year}-0001"
    full.ok("record", "sign", name, as_="aysel")
    full.ok("record", "amend", name, "--reason", "x", "--values", file("a.yaml", "status: closed\n"), as_="tural")
    assert ids(full, "--status", "open") == ["02-1"]
    assert ids(full, "--field", "status=closed") == ["01-1", "01-2"]
    full.refused("document-not-found", "record", "list", "--form", "FRM-99")
    full.refused("person-not-found", "record", "list", "--person", "nobody")
    full.refused("usage-bad", "record", "list", "--field", "status", status=2)
    assert "Nobody" not in full.ok("record", "list")


def test_a_damaged_or_missing_table_is_made_anew(full: Desk) -> None:
    everything = ids(full)
    (index,) = (full.home / "state").glob("*.records.sqlite")
    with sqlite3.connect(index) as connection:
        connection.execute("update records set title = 'lie'")
    assert ids(full) == everything
    assert "lie" not in full.ok("record", "list")
    for damage in (b"", b"no database at all" * 100, index.read_bytes()[:3000]):
        index.write_bytes(damage)
        assert ids(full) == everything
    index.unlink()
    index.mkdir()
    assert ids(full) == everything


def test_tables_open_in_excel_and_hold_no_formula(full: Desk, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    for form in ("csv", "xlsx", "json"):
        full.ok("record", "export", "--format", form, "--output", tmp_path / f"all.{form}")
    raw = (tmp_path / "all.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    heads, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    table = [dict(zip(heads, row, strict=True)) for row in rows]
    assert len(table) == 3
    assert table[0]["FRM-01: Score"] == "12"
    assert table[1]["FRM-02: Trainer"] == "'=1+1"
    assert table[1]["FRM-02: Day"] == "2026-11-20"
    assert table[2]["Title"] == "'@Müraciətlər"
    sheet = load_workbook(tmp_path / "all.xlsx").active
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[3], strict=True)}
    assert (cells["FRM-02: Trainer"].value, cells["FRM-02: Trainer"].data_type) == ("=1+1", "s")
    assert cells["FRM-02: Hours"].value == 2.5
    assert cells["FRM-02: Day"].value.year == 2026
    plain = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert plain[1]["values"]["people"][1] == {"person": "tural", "result": "repeat"}
    full.refused("file-exists-force", "record", "export", "--format", "csv", "--output", tmp_path / "all.csv")
    full.ok("record", "export", "--format", "csv", "--output", tmp_path / "one.csv", "--form", "FRM-02", "--force")
    assert "Trainer" in (tmp_path / "one.csv").read_text("utf-8-sig").split(",")


def test_what_was_destroyed_is_neither_read_nor_changed(office: Desk, file: Callable[..., Path]) -> None:
    from docctl.adapters.home import Home
    from docctl.core.records import Disposal
    from docctl.core.values import replace
    from docctl.errors import Refused
    from docctl.library import correcting, recordsheets
    from docctl.library.library import open_library

    name = register(office, file, "FRM-02", TRAINING, "--attach", file("a.pdf", PDF))
    with open_library(office.folder, Home(office.home)) as library:
        state = library.book.state
        record = state.records[name]
        state.records[name] = gone = replace(record, disposed=Disposal(record.by, 1, "paper shredded"))
        for act in (
            lambda: correcting.amend(name, {}, "x")(state),
            lambda: correcting.countersign(name)(state),
            lambda: recordsheets.attachment(state, name, "a.pdf"),
            lambda: correcting.corrected(state, gone, note="x", attachments={}),
        ):
            with pytest.raises(Refused, match="record-disposed-of"):
                act()
        shown = recordsheets.sheet(state, name, "en")
        assert (shown.status, shown.answers, shown.attachments) == ("disposed", (), ())
        assert shown.signatures[-1].meaning == "paper shredded"
