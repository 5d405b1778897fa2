"""Same in, same out: the pages that an approver signs are drawn alike by anyone, anywhere, at any later time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bureau import Bureau, found

import docctl
from docctl.adapters.home import Home
from docctl.core.copies import BodyLine, body_digest
from docctl.library import bodies
from docctl.library.charters import NextCharter
from docctl.library.library import open_library

TOP = Path(__file__).resolve().parent.parent.parent
DRAW = """
import hashlib, sys
from pathlib import Path
from docctl.adapters.home import Home
from docctl.library.library import open_library
with open_library(Path(sys.argv[1]), Home(Path(sys.argv[2]))) as library:
    found = library.bodies(sys.argv[3], int(sys.argv[4]))
    print(found.digest, *(line.sha256 for line in found.lines))
"""


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = found(tmp_path)
    yield made
    made.library.close()


def test_the_digest_is_over_sorted_lines() -> None:
    lines = [BodyLine("en", "l", "r", "b" * 64), BodyLine("az", "l", "r", "a" * 64)]
    text = f"az l r {'a' * 64}\nen l r {'b' * 64}\n"
    assert body_digest(lines) == body_digest(lines[::-1]) == hashlib.sha256(text.encode()).hexdigest()
    for part in ("", "a b", "a\nb", " a", "a\u00a0b"):
        with pytest.raises(ValueError, match="az"):
            body_digest([BodyLine("az", part, "r", "a" * 64)])


def test_the_same_bytes_wherever_they_are_drawn(bureau: Bureau, tmp_path: Path) -> None:
    bureau.submit("Mətn")
    found = bureau.library.bodies("PRO-01")
    wanted = [found.digest, *(line.sha256 for line in found.lines)]
    surroundings = (
        {"TZ": "Asia/Baku", "LC_ALL": "az_AZ.UTF-8", "LANG": "az_AZ.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "C", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "DOCCTL_LANG": "az"},
        {"TZ": "UTC", "LC_ALL": "POSIX", "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1", "TYPST_FONT_PATHS": "/usr"},
    )
    for number, variables in enumerate(surroundings):
        home = tmp_path / f"elsewhere-{number}"
        home.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", DRAW, bureau.place / "library", home / "kept", "PRO-01", "1"],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(TOP),
                "HOME": str(home),
                "TMPDIR": str(home),
                **variables,
            },
            cwd=home,
            umask=(0o022, 0o077, 0o000)[number],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == wanted, variables


def test_one_letter_changes_them(bureau: Bureau) -> None:
    bureau.submit("Mətn")
    before = bureau.library.bodies("PRO-01")
    bureau.submit("Metn")
    after = bureau.library.bodies("PRO-01")
    assert before.digest != after.digest
    assert [one.sha256 for one in before.lines] != [one.sha256 for one in after.lines]


def test_nothing_entered_later_changes_them(bureau: Bureau) -> None:
    library, anna = bureau.library, bureau.signers["anna"]
    bureau.submit("Mətn")
    first = library.bodies("PRO-01")
    bureau.approve(body=first.digest)
    assert library.bodies("PRO-01", 1).lines == first.lines
    bureau.publish()
    library.review("PRO-01", "Aktualdır", bureau.signers["bob"])
    change = NextCharter(library.charter_files())
    change.library["organisation"]["name"] = {"az": "Başqa ad", "en": "Another name"}
    change.library["types"]["procedure"]["review-months"] = "7"
    library.propose_charter(change.files(), "Ad dəyişir", anna)
    library.publish("charter", anna)
    bureau.submit("Başqa mətn")
    bureau.approve()
    bureau.publish()
    library.withdraw("PRO-01", "Lazım deyil", anna)
    bureau.approve()
    bureau.publish()
    again = library.bodies("PRO-01", 1)
    assert again.digest == first.digest
    assert [(one.name, one.same) for one in again.seen] == [("Eva", True), ("Bob", True)]
    assert again.alike
    # A revision of the new organisation bears its new name.
    assert b"Another name" in library.get("PRO-01", revision=2, form="html", language="en")


def test_the_body_is_what_the_command_hands_out(bureau: Bureau) -> None:
    bureau.submit("Mətn")
    library = bureau.library
    document = library.document("PRO-01")
    lines = {one.language: one for one in library.bodies("PRO-01").lines}
    for language in ("az", "en"):
        pdf = bodies.pdf_of(library.book.state, document, library.moment(), language=language, revision=1)
        assert hashlib.sha256(pdf).hexdigest() == lines[language].sha256
        assert lines[language].renderer.encode() in pdf  # the pages name what drew them
    assert bodies.pdf_of(library.book.state, document, library.moment(), language=None, revision=1) == (
        bodies.pdf_of(library.book.state, document, library.moment(), language="az", revision=1)
    )


def test_approvals_of_other_pages_are_told_apart(bureau: Bureau) -> None:
    bureau.submit("Mətn")
    library = bureau.library
    drawn = library.bodies("PRO-01").digest
    library.approve("PRO-01", bureau.signers["eva"], body="0" * 64)
    library.approve("PRO-01", bureau.signers["bob"], body=drawn)
    found = library.bodies("PRO-01")
    assert [one.same for one in found.seen] == [False, True]
    assert not found.alike
    # Nobody judges by it: what was drawn by another version cannot be drawn by the server's door.
    assert library.verify().verdict == "lawful"
    (told,) = docctl.explain(bureau.place / "library", library.entries - 1)
    assert told.body == drawn
    assert told.bodies == ((library.entries - 2, "0" * 64),)


def test_a_withdrawal_and_a_charter_have_no_pages(bureau: Bureau) -> None:
    library = bureau.library
    bureau.submit("Mətn")
    bureau.approve()
    bureau.publish()
    first = library.bodies("PRO-01")
    library.withdraw("PRO-01", "Lazım deyil", bureau.signers["anna"])
    proposal = library.document("PRO-01").proposal
    assert proposal is not None
    with pytest.raises(docctl.NotFound, match="text-not-found"):
        bodies.drawn(library.book.state, "PRO-01", proposal)
    # Of the number that is to be withdrawn, those of the text are given.
    assert library.bodies("PRO-01") == first


def test_pages_that_cannot_be_drawn_here_say_why(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    from docctl import renderers

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    bureau.submit("Mətn")
    monkeypatch.setattr(renderers.metadata, "version", missing)
    with pytest.raises(docctl.Unavailable, match="format-unavailable"):
        bureau.library.bodies("PRO-01")


def test_a_copy_of_the_library_draws_the_same(bureau: Bureau, tmp_path: Path) -> None:
    bureau.submit("Mətn")
    subprocess.run(["git", "clone", "-q", "--bare", bureau.place / "library", tmp_path / "bare"], check=True)
    with open_library(tmp_path / "bare", Home(tmp_path / "other")) as copy:
        assert copy.bodies("PRO-01").lines == bureau.library.bodies("PRO-01").lines
