"""Numbered copies at the command line: what is entered is what was written, whoever was first; what must come back."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from pathlib import Path

import pypdf
import pytest
from desk import Desk, copied

import docctl
from docctl.adapters.home import Home
from docctl.cli import files
from docctl.library import copyregister
from docctl.library.copyregister import Handout


@pytest.fixture(scope="session")
def issued(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PRO-01 in force, with copies 1 (PDF, on paper) and 2 (DOCX, a file)."""
    place = tmp_path_factory.mktemp("issued") / "all"
    shutil.copytree(published, place)
    desk = Desk(place / "office", place / "home")
    said = desk.ok("copy", "issue", "PRO-01", "--holder", "Qəbul otağı", "--place", "2-ci mərtəbə", "--output",
                   place / "one.pdf", as_="aysel")  # fmt: skip
    assert "Copy 1 of PRO-01 revision 1 goes to Qəbul otağı" in said
    desk.ok("copy", "issue", "PRO-01", "--holder", "Archive", "--medium", "file", "--output", place / "two.docx",
            "--language", "en", as_="aysel")  # fmt: skip
    return place


@pytest.fixture
def desk(issued: Path, tmp_path: Path) -> Desk:
    return copied(issued, tmp_path)


def copies(desk: Desk, *more: str) -> list[dict]:
    return json.loads(desk.ok("copy", "list", "--json", *more))["copies"]


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def revised(desk: Desk) -> str:
    desk.ok("new", "PRO-01")
    path = desk.draft("PRO-01")
    path.write_text(path.read_text("utf-8") + "\nDaha bir cümlə.\n", "utf-8")
    desk.ok("submit", "PRO-01", "--reason", "More", as_="aysel")
    desk.approved("PRO-01")
    return desk.run("publish", "PRO-01", as_="aysel").err


def test_the_entry_names_the_very_bytes_written(issued: Path) -> None:
    desk = Desk(issued / "office", issued / "home")
    first, second = copies(desk)
    assert first["file"] == hashlib.sha256((issued / "one.pdf").read_bytes()).hexdigest()
    assert second["file"] == hashlib.sha256((issued / "two.docx").read_bytes()).hexdigest()
    assert (first["number"], first["medium"], first["state"], first["recall"]) == (1, "paper", "out", False)
    assert (second["language"], second["medium"]) == ("en", "file")
    assert sorted(path.name for path in issued.iterdir()) == ["anchor.txt", "home", "leyla.request", "office", "one.pdf",
        "rashad.request", "tural.request", "two.docx"]  # fmt: skip


def test_number_holder_and_place_stand_on_the_pages_and_in_the_distribution_list(issued: Path) -> None:
    said = text_of((issued / "one.pdf").read_bytes())
    assert "Nəzarət edilən nüsxə № 1" in said
    assert "Qəbul otağı, 2-ci mərtəbə" in said
    assert "bu nüsxə" in said
    assert "Çap edildikdə nəzarətsiz" not in said
    desk = Desk(issued / "office", issued / "home")
    other = issued.parent / "plain.pdf"
    desk.ok("get", "PRO-01", "--output", other)
    assert "Qəbul otağı" in text_of(other.read_bytes())  # every copy tells who holds a numbered one


def test_a_numbered_copy_is_checked_beside_its_register(desk: Desk, issued: Path, tmp_path: Path) -> None:
    def told(name: str, *more: object) -> dict:
        path = tmp_path / name
        if not path.exists():
            path.write_bytes((issued / name).read_bytes())
        return json.loads(desk.bare("check", path, "--anchor", issued / "anchor.txt", *more, "--json").out)

    beside = ("--library", desk.folder)
    assert told("one.pdf")["verdict"] == "proven"
    assert told("one.pdf")["numbered"] is None  # nobody was asked
    for name, number in (("one.pdf", 1), ("two.docx", 2)):
        found = told(name, *beside)
        assert (found["verdict"], found["text"]["comparison"]) == ("proven", "identical")
        assert (found["numbered"]["number"], found["numbered"]["state"], found["numbered"]["same"]) == (
            number,
            "out",
            True,
        )
    said = desk.bare("check", tmp_path / "one.pdf", *beside)
    assert "issued on" in said.out
    assert "to the byte" in said.out
    writer = pypdf.PdfWriter(tmp_path / "one.pdf", incremental=True)
    writer.add_metadata({"/Note": "saved anew"})
    writer.write(tmp_path / "anew.pdf")
    assert told("anew.pdf", *beside)["numbered"]["same"] is False
    desk.ok("copy", "return", "PRO-01", "1", "--outcome", "destroyed", "--witness", "Leyla", as_="aysel")
    assert told("one.pdf", *beside)["numbered"]["state"] == "destroyed"
    assert "destroyed on" in desk.bare("check", tmp_path / "one.pdf", *beside).out
    assert "məhv edilib" in desk.bare("--lang", "az", "check", tmp_path / "one.pdf", *beside).out


def test_a_copy_that_was_never_entered_is_found_out(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "three.pdf"
    before = tmp_path / "before"
    shutil.copytree(desk.folder, before)
    desk.ok("copy", "issue", "PRO-01", "--holder", "Third", "--output", path, as_="aysel")
    other = Desk(before, desk.home)
    other.ok("copy", "issue", "PRO-01", "--holder", "Another", "--output", tmp_path / "other.pdf", as_="aysel")
    found = json.loads(other.bare("check", path, "--library", before, "--json").out)
    assert found["numbered"] == {
        "number": 3, "state": "other", "holder": "Another", "place": "", "day": None, "same": False,
    }  # fmt: skip


def test_copies_are_received_returned_and_replaced(desk: Desk, tmp_path: Path) -> None:
    desk.ok("copy", "receive", "PRO-01", "1", as_="aysel")
    assert copies(desk)[0]["received"] is not None
    desk.refused("copy-received", "copy", "receive", "PRO-01", "1", as_="aysel")
    answer = desk.run("copy", "issue", "PRO-01", "--holder", "Qəbul otağı", "--replaces", "1", "--output",
                      tmp_path / "three.pdf", as_="aysel")  # fmt: skip
    assert "Copy 1 is still out" in answer.err
    desk.ok("copy", "return", "PRO-01", "1", as_="aysel")
    assert [(one["number"], one["state"]) for one in copies(desk)] == [(1, "returned"), (2, "out"), (3, "out")]
    assert [one["number"] for one in copies(desk, "--out")] == [2, 3]
    assert copies(desk)[2]["replaces"] == 1
    said = desk.run("copy", "list", "PRO-01", lang="az").out
    assert "qaytarılıb" in said
    assert "istifadədədir" in said
    desk.refused("copy-ended", "copy", "return", "PRO-01", "1", as_="aysel")


def test_a_new_revision_calls_the_copies_of_the_old_one_back(desk: Desk, tmp_path: Path) -> None:
    assert "No copy is to be called back" in desk.run("copy", "recall").err
    desk.ok("copy", "return", "PRO-01", "2", "--outcome", "lost", as_="aysel")
    assert "call back: 1 (Qəbul otağı, 2-ci mərtəbə)" in revised(desk)
    (row,) = json.loads(desk.ok("copy", "recall", "PRO-01", "--json"))["copies"]
    assert (row["number"], row["revision"], row["instead"]) == (1, 1, 2)
    assert "to call back (in force: 2)" in desk.ok("copy", "list")
    desk.ok("copy", "issue", "PRO-01", "--holder", "Qəbul otağı", "--replaces", "1", "--output", tmp_path / "n.pdf",
            as_="aysel")  # fmt: skip
    desk.ok("copy", "return", "PRO-01", "1", as_="aysel")
    assert json.loads(desk.ok("copy", "recall", "--json"))["copies"] == []


def test_what_cannot_be_handed_out_is_refused_in_a_sentence(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "copy.pdf"

    def refused(code: str, *args: object, as_: str = "aysel") -> None:
        desk.refused(code, "copy", "issue", *args, "--holder", "X", "--output", path, as_=as_)
        assert sorted(tmp_path.glob("copy*")) == []

    refused("document-not-found", "PRO-77")
    refused("not-in-force-now", "POL-01")
    refused("language-not-found", "PRO-01", "--language", "ru")
    refused("copy-unknown", "PRO-01", "--replaces", "9")
    refused("not-publisher", "PRO-01", as_="leyla")
    desk.refused("message-field", "copy", "issue", "PRO-01", "--holder", "X" * 400, "--output", path, as_="aysel")
    desk.refused(
        "folder-missing", "copy", "issue", "PRO-01", "--holder", "X", "--output", path / "no" / "x.pdf", as_="aysel"
    )
    desk.refused("copy-unknown", "copy", "return", "PRO-01", "9", as_="aysel")
    desk.refused("document-not-found", "copy", "list", "PRO-77")
    path.write_bytes(b"mine")
    desk.refused("file-exists-force", "copy", "issue", "PRO-01", "--holder", "X", "--output", path, as_="aysel")
    assert path.read_bytes() == b"mine"


def test_a_file_that_cannot_be_written_takes_no_number(desk: Desk, tmp_path: Path) -> None:
    for name in ("x" * 249, "x" * 300):  # no room for the name beside it; none at all
        path = tmp_path / f"{name}.pdf"
        desk.refused("not-writable", "copy", "issue", "PRO-01", "--holder", "X", "--output", path, as_="aysel")
    assert len(copies(desk)) == 2


def test_a_file_that_cannot_be_put_in_its_place_stays_beside_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.pdf"
    monkeypatch.setattr(files.Aside, "place", lambda _: False)
    answer = desk.run("copy", "issue", "PRO-01", "--holder", "X", "--output", path, as_="aysel")
    assert answer.status == 1
    assert "Copy 3 of PRO-01 is entered" in answer.err
    assert str(tmp_path / "x.pdf.part") in answer.err
    assert copies(desk)[2]["file"] == hashlib.sha256((tmp_path / "x.pdf.part").read_bytes()).hexdigest()
    # What lies there may be the only copy of bytes that are entered: it is not written over.
    monkeypatch.undo()
    desk.refused("file-exists", "copy", "issue", "PRO-01", "--holder", "X", "--output", path, as_="aysel")
    assert len(copies(desk)) == 3


def test_who_was_not_first_gets_the_next_number_and_other_bytes(desk: Desk, tmp_path: Path) -> None:
    home = Home(desk.home)
    signer = docctl.load_key(home.keys / "aysel")
    kept: list[tuple[int, bytes]] = []
    with docctl.open_library(desk.folder, home) as library:

        def keep(event: object, data: bytes) -> None:
            kept.append((event.copy, data))
            if len(kept) == 1:
                desk.ok("copy", "issue", "PRO-01", "--holder", "Faster", "--output", tmp_path / "f.pdf", as_="aysel")

        signed = copyregister.issue(library, "PRO-01", Handout("Slower"), signer, keep)
        assert [number for number, _ in kept] == [3, 4]
        assert signed.entry.event.file == hashlib.sha256(kept[1][1]).hexdigest()
        assert [one.holder for one in copyregister.listed(library)][2:] == ["Faster", "Slower"]
    path = tmp_path / "slower.pdf"
    path.write_bytes(kept[1][1])
    found = json.loads(desk.bare("check", path, "--library", desk.folder, "--json").out)
    assert (found["verdict"], found["numbered"]["state"]) == ("proven", "out")
