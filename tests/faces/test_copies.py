"""Copies at the terminal: the pages that an approver signs, and the folder of everything in force."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from desk import Desk, says

from docctl.cli.phrases import phrase

TOP = Path(__file__).resolve().parent.parent.parent


def approved_body(desk: Desk, document: str) -> list[str]:
    shown = json.loads(desk.ok("show", document, "--json"))
    return [one["body"] for one in shown["decisions"] if one["part"] in ("agreed", "approved")]


def test_an_approval_signs_the_pages(desk: Desk, tmp_path: Path) -> None:
    desk.ok("submit", "PRO-01", "--reason", "First", as_="aysel")
    told = desk.run("approve", "PRO-01", "--show", tmp_path, as_="leyla").err
    pages = sorted(path.name for path in tmp_path.glob("*.pdf"))
    assert pages == ["PRO-01_az_r1_body.pdf", "PRO-01_en_r1_body.pdf"]
    desk.ok("approve", "PRO-01", as_="rashad")
    first, second = approved_body(desk, "PRO-01")
    assert first == second
    assert first in told
    assert str(tmp_path / pages[0]) in told
    # Anyone may draw them and compare.
    again = json.loads(desk.ok("show", "PRO-01", "--body", "--json"))
    assert again["digest"] == first
    assert again["alike"] is True
    assert [one["same"] for one in again["seen"]] == [True, True]
    for language, line in zip(("az", "en"), again["lines"], strict=True):
        digest = hashlib.sha256((tmp_path / f"PRO-01_{language}_r1_body.pdf").read_bytes()).hexdigest()
        assert (line["language"], line["sha256"]) == (language, digest)
        target = tmp_path / f"{language}.pdf"
        desk.ok("get", "PRO-01", "--body", "--revision", "1", "--language", language, "--output", target)
        assert hashlib.sha256(target.read_bytes()).hexdigest() == digest
    shown = desk.ok("show", "PRO-01")
    assert shown.count(first) == 2
    assert phrase("pages-alike", "en") in shown
    assert phrase("pages-same", "en") in desk.ok("show", "PRO-01", "--body")
    told = desk.ok("verify", "--explain", "PRO-01")
    assert phrase("explain-body-same", "en", entries="7") in told
    assert first in told


def test_who_cannot_draw_them_is_told_and_may_sign(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    desk.ok("submit", "PRO-01", "--reason", "First", as_="aysel")
    with monkeypatch.context() as patched:
        patched.setattr("docctl.renderers.metadata.version", missing)
        answer = desk.run("approve", "PRO-01", as_="leyla")
    assert answer.status == 0
    assert phrase("warn-no-pages", "en", problem="").strip() in answer.err
    desk.ok("approve", "PRO-01", as_="rashad")
    none, some = approved_body(desk, "PRO-01")
    assert (none, len(some)) == ("", 64)
    assert phrase("pages-not-stated", "en") in desk.ok("show", "PRO-01")
    assert phrase("explain-body-none", "en") in desk.ok("verify", "--explain", "7")


def test_a_person_at_a_terminal_sees_the_pages_before_answering(desk: Desk, tmp_path: Path) -> None:
    desk.ok("submit", "PRO-01", "--reason", "First", as_="aysel")
    head = desk.head()
    line = [
        sys.executable,
        "-m",
        "docctl",
        "--library",
        desk.folder,
        "--lang",
        "en",
        "--as",
        "leyla",
        "approve",
        "PRO-01",
    ]
    settings = {**os.environ, "PYTHONPATH": str(TOP), "DOCCTL_HOME": str(desk.home), "TMPDIR": str(tmp_path)}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs, env=settings, close_fds=True)
    os.close(theirs)
    shown = b""
    while b"[y/n]" not in shown:
        shown += os.read(ours, 4096)
    laid = list(tmp_path.glob("docctl-*/PRO-01_az_r1_body.pdf"))
    assert len(laid) == 1
    assert laid[0].parent.stat().st_mode & 0o077 == 0
    assert laid[0].read_bytes().startswith(b"%PDF")
    os.write(ours, b"n\n")
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.close(ours)
    assert process.returncode == 1
    assert desk.head() == head
    assert not list(tmp_path.glob("docctl-*"))


def test_a_folder_of_everything_in_force(later: Desk, tmp_path: Path) -> None:
    target = tmp_path / "copies"
    answer = later.run("get", "--all", "--output", target, "--format", "pdf,html", "--language", "az")
    assert answer.status == 0, answer
    assert says("copies-done", answer.err.strip().splitlines()[0])
    assert answer.out == ""
    assert sorted(path.name for path in (target / "procedure").iterdir()) == ["PRO-01_az_r1.html", "PRO-01_az_r1.pdf"]
    assert not (target / "policy").exists()  # submitted only
    again = later.run("get", "--all", "--output", target, "--format", "pdf,html", "--language", "az").err
    assert "0 made, 2 kept" in again
    (target / "procedure" / "PRO-01_az_r1.pdf").write_text("changed")
    failed = later.run("get", "--all", "--output", target, "--format", "pdf,html", "--language", "az", lang="az")
    assert failed.status == 1
    assert says("copies-failed", failed.err.strip().splitlines()[1], "az")
    assert "PRO-01_az_r1.pdf" in failed.err.strip().splitlines()[2]


def test_folders_that_cannot_be_used(still: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    still.refused("copies-not-folder", "get", "--all", "--output", tmp_path / "file")
    still.refused("copies-in-library", "get", "--all", "--output", still.folder / "copies")
    still.refused("folder-missing", "get", "--all", "--output", tmp_path / "a" / "b")
    still.refused("language-not-found", "get", "--all", "--output", tmp_path / "x", "--language", "ru")


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("usage-all-output", ["--all"]),
        ("usage-not-both", ["PRO-01", "--all", "--output", "x"]),
        ("usage-not-both", ["--all", "--body", "--output", "x"]),
        ("usage-not-both", ["--all", "--revision", "1", "--output", "x"]),
        ("usage-not-both", ["--all", "--force", "--output", "x"]),
        ("usage-missing", []),
        ("usage-needs", ["PRO-01", "--format", "pdf,docx"]),
        ("usage-needs", ["PRO-01", "--jobs", "2"]),
        ("usage-body-pdf", ["PRO-01", "--body", "--format", "docx"]),
        ("usage-bad", ["--all", "--format", "pdf,odt", "--output", "x"]),
    ],
)
def test_wrong_usage(still: Desk, code: str, given: list[str]) -> None:
    answer = still.run("get", *given)
    assert answer.status == 2
    assert says(code, answer.err.splitlines()[0]), answer.err


def test_pages_that_a_reader_still_holds_open_fail_no_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where an open file cannot be removed."""
    from docctl.cli import seeing

    def held(*_: object, **__: object) -> None:
        raise PermissionError(13, "in use")

    with seeing._temporary() as place:
        page = Path(place) / "body.pdf"
        page.write_bytes(b"%PDF-")
        monkeypatch.setattr(os, "unlink", held)
    assert page.exists()
    monkeypatch.undo()
    shutil.rmtree(place)
