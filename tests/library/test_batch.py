"""A folder of copies: what is in force and nothing else, made anew only where something changed, never half-written."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bureau import Bureau, found

import docctl
from docctl import catalogues, renderers
from docctl.adapters import copyfolder
from docctl.adapters.copyfolder import MANIFEST
from docctl.library import batch, drawing, listing

TOP = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    (tmp_path / "b").mkdir()
    made = found(tmp_path / "b")
    yield made
    made.library.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copies"


def files(place: Path) -> dict[str, bytes]:
    found = {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
    return {name: data for name, data in sorted(found.items()) if name != MANIFEST}


def counts(made: batch.Made) -> tuple[int, int, int]:
    return made.made, made.kept, made.removed


def test_what_is_in_force_and_nothing_else(bureau: Bureau, target: Path) -> None:
    bureau.in_force("PRO-01")
    bureau.in_force("PRO-02", effective=bureau.library.today() + timedelta(days=9))
    bureau.in_force("PRO-03")
    bureau.withdraw("PRO-03", "PRO-01")
    bureau.submit("Draft", "PRO-04")
    made = batch.make(bureau.library, target, jobs=1)
    assert counts(made) == (4, 0, 0)
    assert not made.failed
    names = [f"procedure/PRO-01_{language}_r1.{form}" for language in ("az", "en") for form in ("docx", "pdf")]
    assert list(files(target)) == ["index.en.html", "index.html", *names]
    for name in names:
        language, form = name.split("_")[1], name.rpartition(".")[2]
        assert files(target)[name] == bureau.library.get("PRO-01", form=form, language=language)
    kept = json.loads((target / MANIFEST).read_text())
    note = kept["files"]["procedure/PRO-01_az_r1.pdf"]
    assert note["sha256"] == hashlib.sha256(files(target)["procedure/PRO-01_az_r1.pdf"]).hexdigest()
    assert note["content"] == bureau.library.document("PRO-01").publications[0].proposal.content
    assert (kept["library"], kept["day"]) == (bureau.library.authority.library, bureau.library.today().isoformat())


def test_a_second_run_makes_only_what_changed(bureau: Bureau, target: Path) -> None:
    bureau.in_force("PRO-01")
    bureau.in_force("PRO-02")
    asked: batch.Asked = {"forms": ("html", "md"), "jobs": 1}
    assert counts(batch.make(bureau.library, target, **asked)) == (8, 0, 0)
    before = {name: (target / name).stat().st_mtime_ns for name in files(target)}
    assert counts(batch.make(bureau.library, target, **asked)) == (0, 8, 0)
    # An entry that concerns none of them makes none of them anew, although it moves the ledger's time.
    bureau.submit("Draft", "PRO-03")
    assert counts(batch.make(bureau.library, target, **asked)) == (0, 8, 0)
    assert {name: (target / name).stat().st_mtime_ns for name in files(target)} == before
    bureau.in_force("PRO-01", "Başqa")
    assert counts(batch.make(bureau.library, target, **asked)) == (4, 4, 4)
    assert [name for name in files(target) if "PRO-01" in name] == [
        f"procedure/PRO-01_{language}_r2.{form}" for language in ("az", "en") for form in ("html", "md")
    ]
    (target / "procedure" / "PRO-02_az_r1.md").unlink()
    (target / "procedure" / "PRO-02_en_r1.md").write_text("cut")
    made = batch.make(bureau.library, target, **asked)
    assert counts(made)[:2] == (1, 6)  # what is not there is made; what somebody changed is not touched, and told
    assert [(name, error.code) for name, error in made.failed] == [("procedure/PRO-02_en_r1.md", "copies-foreign")]
    assert "PRO-02_en_r1.md" not in (target / "index.html").read_text("utf-8")


def test_what_others_put_there_stays(bureau: Bureau, target: Path) -> None:
    bureau.in_force("PRO-01")
    bureau.in_force("PRO-02")
    target.mkdir()
    (target / "index.html").write_text("ours")
    (target / "procedure").mkdir()
    (target / "procedure" / "notes.txt").write_text("ours too")
    made = batch.make(bureau.library, target, forms=("md",), languages=("az",), jobs=1)
    assert [(name, error.code) for name, error in made.failed] == [("index.html", "copies-foreign")]
    assert counts(made) == (2, 0, 0)
    (target / "procedure" / "PRO-02_az_r1.md").write_text("changed by somebody")
    bureau.withdraw("PRO-01")
    bureau.withdraw("PRO-02")
    made = batch.make(bureau.library, target, forms=("md",), languages=("az",), jobs=1)
    assert (made.removed, made.left) == (1, ["procedure/PRO-02_az_r1.md"])
    left = {name: data for name, data in files(target).items() if name != "index.en.html"}
    assert left == {
        "index.html": b"ours",
        "procedure/PRO-02_az_r1.md": b"changed by somebody",
        "procedure/notes.txt": b"ours too",
    }


def test_a_list_that_was_lost_is_no_harm_to_the_same_files(bureau: Bureau, target: Path) -> None:
    bureau.in_force("PRO-01")
    batch.make(bureau.library, target, forms=("pdf",), jobs=1)
    (target / MANIFEST).unlink()
    made = batch.make(bureau.library, target, forms=("pdf",), jobs=1)
    assert (counts(made), made.failed) == ((2, 0, 0), [])


def test_no_more_processes_are_started_than_windows_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Enough(Exception):
        """The pool is asked for; it need not be filled."""

    def pool(many: int, *_: object) -> None:
        asked.append(many)
        raise Enough

    monkeypatch.setattr(drawing, "ProcessPoolExecutor", pool)
    tasks = [drawing.Task(None, "x", "md", tmp_path / "x")] * 4  # type: ignore[arg-type]
    for jobs in (200, 3):
        with pytest.raises(Enough):
            next(drawing.draw(tasks, jobs))
    assert asked == [61, 3]


def test_processes_draw_the_same_as_one(bureau: Bureau, target: Path, tmp_path: Path) -> None:
    for number in range(1, 5):
        bureau.in_force(f"PRO-0{number}")
    told: list[tuple[int, int]] = []
    batch.make(bureau.library, target, lambda *one: told.append(one), jobs=2)
    batch.make(bureau.library, tmp_path / "alone", jobs=1)
    assert files(target) == files(tmp_path / "alone")
    assert len(files(target)) == 18
    assert (told[0], told[-1]) == ((0, 16), (16, 16))
    assert told == sorted(told)


def test_one_that_cannot_be_drawn_does_not_stop_the_others(
    bureau: Bureau, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.in_force("PRO-01", "Fine")
    bureau.in_force("PRO-02", "Spoilt")
    true = renderers.FORMATS["pdf"]

    def render(copy: object) -> bytes:
        if "Spoilt" in getattr(copy, "text", ""):
            raise docctl.Malformed("glyph-missing", glyphs="x")
        return true.render(copy)  # type: ignore[arg-type]

    monkeypatch.setattr(renderers, "FORMATS", {"pdf": renderers.Format(render, "", "pdf")})
    made = batch.make(bureau.library, target, forms=("pdf",), jobs=1)
    assert counts(made) == (2, 0, 0)
    assert [(name, error.code) for name, error in made.failed] == [
        ("procedure/PRO-02_az_r1.pdf", "glyph-missing"),
        ("procedure/PRO-02_en_r1.pdf", "glyph-missing"),
    ]
    page = (target / "index.html").read_text("utf-8")
    assert "PRO-02" in page  # in force all the same
    assert "PRO-02_az" not in page


def test_a_run_that_is_killed_leaves_nothing_half_written(bureau: Bureau, target: Path) -> None:
    for number in range(1, 7):
        bureau.in_force(f"PRO-0{number}")
    line = [sys.executable, "-m", "docctl", "--library", bureau.place / "library", "get", "--all", "--output"]
    whole, parent = target.with_name("whole"), target
    batch.make(bureau.library, whole, jobs=1)
    environment = {**os.environ, "PYTHONPATH": str(TOP), "DOCCTL_HOME": str(bureau.place / "home")}
    for way in (signal.SIGKILL, signal.SIGINT):
        target = parent.with_name(f"copies-{way}")
        process = subprocess.Popen([*line, target], env=environment, stderr=subprocess.PIPE, start_new_session=True)
        deadline = time.monotonic() + 60
        while not list(target.glob("procedure/*.pdf")) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.killpg(process.pid, way) if way == signal.SIGINT else process.kill()
        process.communicate(timeout=60)
        there = {name: data for name, data in files(target).items() if not name.rpartition("/")[2].startswith(".")}
        assert there
        assert all(files(whole)[name] == data for name, data in there.items())
        if way == signal.SIGINT:
            assert process.returncode == 130
            assert not [name for name in files(target) if name.endswith(".part")]
    made = batch.make(bureau.library, target, jobs=1)
    assert not made.failed
    assert made.kept > 0
    assert files(target) == files(whole)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_disk_that_fails_is_said_once(
    bureau: Bureau, target: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    bureau.in_force("PRO-01")
    bureau.in_force("PRO-02")
    true, written = copyfolder.write_new, []

    def write(path: Path, data: bytes) -> None:
        if len(written) >= 3:
            raise OSError(code, os.strerror(code), str(path))
        written.append(path)
        true(path, data)

    monkeypatch.setattr(copyfolder, "write_new", write)
    with pytest.raises(docctl.Unavailable) as refused:
        batch.make(bureau.library, target, forms=("md",), jobs=1)
    wanted = {errno.ENOSPC: "copies-disk-full", errno.EACCES: "not-writable", errno.EIO: "disk-failed"}
    assert refused.value.code == wanted[code]
    assert not [name for name in files(target) if name.endswith(".part")]
    monkeypatch.undo()
    made = batch.make(bureau.library, target, forms=("md",), jobs=1)
    assert counts(made) == (1, 3, 0)


def test_folders_that_cannot_be_used(bureau: Bureau, tmp_path: Path) -> None:
    library, inside = bureau.library, bureau.place / "library"
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(inside / "drafts")
    for folder, code in (
        (tmp_path / "file", "copies-not-folder"),
        (tmp_path / "none" / "deep", "folder-missing"),
        (inside, "copies-in-library"),
        (inside / "copies", "copies-in-library"),
        (inside / ".git" / "copies", "copies-in-library"),
        (tmp_path / "link", "copies-in-library"),
    ):
        with pytest.raises(docctl.DocctlError) as refused:
            batch.make(library, folder)
        assert refused.value.code == code, folder
    with pytest.raises(docctl.NotFound, match="format-unknown"):
        batch.make(library, tmp_path / "x", forms=("odt",))
    with pytest.raises(docctl.NotFound, match="language-not-found"):
        batch.make(library, tmp_path / "x", languages=("ru",))
    assert not (tmp_path / "x").exists()


def test_one_run_at_a_time(bureau: Bureau, target: Path) -> None:
    with copyfolder.CopyFolder(target, bureau.library.authority.library), pytest.raises(docctl.Refused) as refused:
        batch.make(bureau.library, target)
    assert refused.value.code == "copies-busy"


def test_a_list_by_somebody_else_leads_nowhere(bureau: Bureau, target: Path, tmp_path: Path) -> None:
    library = bureau.library
    (tmp_path / "victim").write_text("precious")
    mark = {"sha256": hashlib.sha256(b"precious").hexdigest()}
    target.mkdir()
    for listed, code in (
        ({"format": 1, "library": library.authority.library, "files": {"../victim": mark}}, "copies-list-unreadable"),
        ({"format": 1, "library": library.authority.library, "files": {"/etc/x": mark}}, "copies-list-unreadable"),
        ({"format": 1, "library": library.authority.library, "files": {"a": {}}}, "copies-list-unreadable"),
        ({"format": 2, "library": library.authority.library, "files": {}}, "copies-list-unreadable"),
        ([], "copies-list-unreadable"),
        ({"format": 1, "library": "0" * 64, "files": {}}, "copies-other-library"),
    ):
        (target / MANIFEST).write_text(json.dumps(listed))
        with pytest.raises(docctl.DocctlError) as refused:
            batch.make(library, target)
        assert refused.value.code == code, listed
    for text in (b"\xff", b"{", b"[" * 100_000):
        (target / MANIFEST).write_bytes(text)
        with pytest.raises(docctl.Malformed, match="copies-list-unreadable"):
            batch.make(library, target)
    # The folder of a type that is a link to elsewhere: nothing is written or deleted through it.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "PRO-09_az_r1.md").write_text("precious")
    good = {"format": 1, "library": library.authority.library, "files": {"procedure/PRO-09_az_r1.md": mark}}
    (target / MANIFEST).write_text(json.dumps(good))
    (target / "procedure").symlink_to(elsewhere)
    bureau.in_force("PRO-01")
    made = batch.make(library, target, forms=("md",), jobs=1)
    assert {error.code for _, error in made.failed} == {"copies-foreign"}
    assert [path.name for path in elsewhere.iterdir()] == ["PRO-09_az_r1.md"]
    assert (tmp_path / "victim").read_text() == "precious"


def test_as_of_a_day(bureau: Bureau, target: Path) -> None:
    bureau.in_force("PRO-01")
    today = bureau.library.today()
    bureau.in_force("PRO-02", effective=today + timedelta(days=3))
    batch.make(bureau.library, target, forms=("md",), as_of=today + timedelta(days=3), jobs=1)
    assert "procedure/PRO-02_az_r1.md" in files(target)
    batch.make(bureau.library, target, forms=("md",), as_of=today, jobs=1)
    assert "procedure/PRO-02_az_r1.md" not in files(target)
    with pytest.raises(docctl.NotFound, match="as-of-before-founding"):
        batch.make(bureau.library, target, as_of=today - timedelta(days=9))


# -- the page ----------------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """The links, ids and words of a page; and that every element is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [str(found["href"])] if "href" in found else []
        self.ids += [str(found["id"])] if "id" in found else []
        assert "src" not in found
        assert not [name for name in found if name.startswith("on")]
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += [data.strip()] if data.strip() and self.open[-1] not in ("style", "script") else []


def test_the_page_lists_links_and_remembers(bureau: Bureau, target: Path) -> None:
    soon = bureau.library.today() + timedelta(days=5)
    bureau.in_force("PRO-01")
    bureau.in_force("PRO-02")
    bureau.in_force("PRO-01", "Yeni", effective=soon)
    bureau.in_force("PRO-03", effective=soon)
    bureau.withdraw("PRO-02", "PRO-01")
    batch.make(bureau.library, target, jobs=1)
    for name, language in (("index.html", "az"), ("index.en.html", "en")):
        page = Reader((target / name).read_text("utf-8"))
        assert all((target / link).exists() for link in page.links if not link.startswith("#"))
        assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
        assert [link for link in page.links if link.endswith(".pdf")] == [
            "procedure/PRO-01_az_r1.pdf",
            "procedure/PRO-01_en_r1.pdf",
        ]
        said = " | ".join(page.words)
        assert catalogues.day(bureau.library.today(), language) in said
        assert f"docctl/{bureau.library.authority.library}" in said
        assert catalogues.say("index-will-replace", language, revision=2, old=1) in said
        assert catalogues.say("index-will-come", language, revision=1) in said
        gone = page.words[page.words.index(catalogues.say("index-gone", language)) :]
        assert gone[gone.index("PRO-02") + 3] == "PRO-01"  # the successor
        assert not re.search(r"\[[a-z]+(-[a-z]+)+\]", said)
    assert 'lang="az-Latn-AZ"' in (target / "index.html").read_text("utf-8")


def test_the_page_links_every_format_that_was_made(bureau: Bureau, target: Path) -> None:
    bureau.in_force("PRO-01")
    batch.make(bureau.library, target, forms=("pdf", "docx", "html", "txt", "md"), jobs=1)
    page = Reader((target / "index.html").read_text("utf-8"))
    found = [link.rpartition("_r1.") for link in page.links if "_az_" in link]
    assert [(name, form) for name, _, form in found] == [
        ("procedure/PRO-01_az", form) for form in ("pdf", "docx", "html", "txt", "md")
    ]


def test_the_page_loads_nothing_and_takes_no_markup(bureau: Bureau, target: Path) -> None:
    heading = "id: PRO-01\ntype: procedure\nowner: head\nauthoritative: az\nlanguages: [az]\n"
    title = '<script>alert("1")</script> & "q"'
    text = f"---\n{heading}title: '{title}'\n---\n\n# T\n\nX\n".encode()
    bureau.library.put_draft("PRO-01", {"az.md": text})
    bureau.library.submit("PRO-01", "First", bureau.signers["anna"])
    bureau.approve()
    bureau.publish()
    batch.make(bureau.library, target, forms=("md",), jobs=1)
    page = (target / "index.html").read_text("utf-8")
    assert title in Reader(page).words
    assert page.count("<script") == 1
    policy = re.search(r'content="(default-src[^"]*)"', page)
    assert policy
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert script
    digest = hashlib.sha256(script[1].encode()).digest()
    import base64

    assert policy[1] == (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.b64encode(digest).decode() + "'"
    )
    assert not re.search(r"(?:https?:)?//", page.replace("<!DOCTYPE html>", ""))


def test_an_empty_library_has_a_page_too(bureau: Bureau, target: Path) -> None:
    assert counts(batch.make(bureau.library, target)) == (0, 0, 0)
    assert catalogues.say("index-nothing", "az") in Reader((target / "index.html").read_text("utf-8")).words


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_word_of_the_page_is_there(language: str) -> None:
    wanted = {f"index-{code}" for code in listing.LABELS} | {f"index-form-{form}" for form in renderers.FORMATS}
    assert wanted <= catalogues.codes(language)


def test_a_killed_process_is_one_sentence(monkeypatch: pytest.MonkeyPatch, bureau: Bureau, target: Path) -> None:
    from concurrent.futures.process import BrokenProcessPool

    for number in range(1, 5):
        bureau.in_force(f"PRO-0{number}")

    def broken(*_: object) -> Iterator[drawing.Drawn]:
        raise BrokenProcessPool
        yield

    monkeypatch.setattr(drawing, "_spread", broken)
    with pytest.raises(docctl.Unavailable, match="copies-interrupted"):
        batch.make(bureau.library, target, jobs=2)
