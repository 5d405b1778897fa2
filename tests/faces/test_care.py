"""What the person at the keyboard sees of syncing, and of what was left over; in both languages."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk, copied, says


@pytest.fixture
def two(published: Path, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Two copies of one library, everybody's keys at both."""
    one = copied(published, tmp_path / "one")
    shared = tmp_path / "shared.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", shared], check=True)
    one.ok("remote", shared)
    one.ok("sync")
    other = copied(published, tmp_path / "other")
    other.ok("remote", shared)
    other.ok("sync")
    yield one, other


def conflict(two: tuple[Desk, Desk]) -> Desk:
    """The second copy holds a text that no longer fits, a remark on it, and a remark that does."""
    one, other = two
    mended = other.draft("POL-01").read_text("utf-8") + "\nMəndən.\n"
    other.draft("POL-01").write_text(mended, "utf-8")
    other.ok("submit", "POL-01", "--reason", "Better", as_="aysel")
    other.ok("comment", "POL-01", "Look at the end", as_="aysel")
    other.ok("comment", "PRO-01", "This one fits", as_="aysel")
    one.ok("cancel", "POL-01", as_="aysel")
    one.ok("sync")
    return other


@pytest.mark.parametrize("language", ["en", "az"])
def test_what_no_longer_fits_is_told_entry_by_entry(two: tuple[Desk, Desk], language: str) -> None:
    other = conflict(two)
    status = json.loads(other.ok("sync", "--status", "--json"))
    assert [(one["document"], one["event"], one["comment"]) for one in status["pending"]] == [
        ("POL-01", "submitted", "Better"), ("POL-01", "commented", "Look at the end"),
        ("PRO-01", "commented", "This one fits"),
    ]  # fmt: skip
    text = other.draft("POL-01").read_bytes()
    answer = other.run("sync", as_="aysel", lang=language)
    assert answer.status == 1
    first, words, second, more = answer.err.strip().splitlines()
    assert says("sync-conflict-text", first, language)
    assert "POL-01" in first
    assert "drafts/POL-01" in first
    assert "Better" in words
    assert says("sync-conflict", second, language)
    assert "Look at the end" in more
    assert "[" not in answer.err
    assert other.draft("POL-01").read_bytes() == text
    said = other.run("sync", "--status", lang=language).out.splitlines()
    assert len(said) == 4
    assert "0" in said[0]
    assert "2" in said[1]
    doctor = json.loads(other.ok("doctor", "--json", as_="aysel"))
    codes = {one["code"]: one for one in doctor["checks"]}
    assert codes["aside"]["level"] == "warn"
    assert codes["shared-equal"]["level"] == "good"
    other.ok("sync", "--dismiss")
    assert json.loads(other.ok("sync", "--status", "--json")) == {"pending": [], "aside": []}


def test_the_same_for_programs(two: tuple[Desk, Desk]) -> None:
    other = conflict(two)
    answer = other.run("sync", "--json", as_="aysel")
    assert answer.status == 1
    done = json.loads(answer.out)
    assert (done["received"], done["sent"], done["signed_anew"], done["stopped"]) == (1, 1, 1, None)
    assert [(one["document"], one["event"], one["draft"]) for one in done["aside"]] == [
        ("POL-01", "submitted", "drafts/POL-01"), ("POL-01", "commented", None),
    ]  # fmt: skip
    assert all(one["message"] for one in done["aside"])


def test_pending_entries_are_counted_when_nobody_can_be_asked(two: tuple[Desk, Desk]) -> None:
    one, _ = two
    one.ok("comment", "PRO-01", "Offline", as_="aysel")
    one.ok("remote", one.folder.parent / "nowhere.git")
    found = json.loads(one.run("doctor", "--json").out)
    codes = {check["code"]: check for check in found["checks"]}
    assert codes["shared-unreachable"]["level"] == "bad"
    assert codes["pending"]["level"] == "warn"


def test_where_nothing_is_shared_nothing_waits(published: Path, tmp_path: Path) -> None:
    alone = copied(published, tmp_path)
    assert json.loads(alone.ok("sync", "--status", "--json")) == {"pending": [], "aside": []}


def test_a_shared_copy_that_lost_entries(two: tuple[Desk, Desk]) -> None:
    one, _ = two
    shared = one.ok("remote").strip()
    subprocess.run(["git", "--git-dir", shared, "update-ref", "refs/heads/main", "main~2"], check=True)
    one.refused("remote-rolled-back", "sync")
    assert "sent 2" in one.ok("sync", "--restore")


def test_doctor_mends_what_is_ours_and_nothing_else(two: tuple[Desk, Desk]) -> None:
    one, _ = two
    git = one.folder / ".git"
    left = [
        git / "index.lock", git / "refs/heads/main.lock", git / "objects/tmp_obj_docctl_x", git / "objects/pack/tmp_pack_x",
        git / ".docctl-0123456789abcdef", one.folder / "drafts/POL-01/.docctl-0123456789abcdef",
    ]  # fmt: skip
    young = git / "HEAD.lock"
    for path in (*left, young):
        path.touch()
    for path in left:
        os.utime(path, (time.time() - 4000,) * 2)
    mine = one.draft("POL-01")
    mine.write_text(mine.read_text("utf-8") + "\nMine.\n", "utf-8")
    text = mine.read_bytes()
    found = json.loads(one.run("doctor", "--json").out)
    codes = {check["code"]: check for check in found["checks"]}
    assert codes["leftovers"]["level"] == "warn"
    assert "6" in codes["leftovers"]["message"]
    answer = one.run("doctor", "--fix")
    assert [path for path in left if path.exists()] == []
    assert answer.err.count("Removed: ") == 6
    assert young.exists()
    assert mine.read_bytes() == text
    found = json.loads(one.run("doctor", "--json").out)
    assert "leftovers" not in {check["code"] for check in found["checks"]}
    one.ok("comment", "PRO-01", "And on", as_="aysel")


def test_doctor_has_damaged_state_made_anew(two: tuple[Desk, Desk]) -> None:
    import sqlite3

    one, _ = two
    states = list((one.home / "state").glob("*.sqlite"))
    assert states
    for state in states:
        with sqlite3.connect(state) as rows:
            rows.execute("update kept set value = x'00' where kind = 'documents'")
        rows.close()
    found = json.loads(one.run("doctor", "--json").out)
    assert "state-damaged" in {check["code"] for check in found["checks"]}
    answer = one.run("doctor", "--fix")
    assert says("doctor-forgotten", answer.err.splitlines()[0])
    found = json.loads(one.run("doctor", "--json").out)
    assert "state-damaged" not in {check["code"] for check in found["checks"]}
