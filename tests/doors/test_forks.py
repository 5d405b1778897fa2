"""Two copies of one library that went on otherwise: found, told, and proven to somebody who has neither."""

from __future__ import annotations

import subprocess

import pytest
from realoffice import candidate, copy_of, force, refusal, stock

from docctl.cli import proofs
from docctl.cli.context import Session
from docctl.core import commit as commits
from docctl.errors import Unavailable
from docctl.library import auditing, deciding, forks


@pytest.fixture
def twin(built, tmp_path):
    (tmp_path / "twin").mkdir()
    made = copy_of(built, tmp_path / "twin")
    yield made
    made.close()


def run(proof, place):
    """What a shell with stock git says to a proof, in an empty folder."""
    place.mkdir()
    (place / "proof").write_text(proof, "utf-8")
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    return subprocess.run(["sh", "proof"], cwd=place, env=clean, capture_output=True, text=True, check=False)


def test_copies_that_do_not_contradict_each_other(house, twin, library):
    found = forks.compare(house.root, twin.root)
    assert (found.common, found.here, found.there, found.branches) == (library.entries,) * 3 + (None,)
    house.submit(library, "POL-07")
    ahead, behind = forks.compare(house.root, twin.root), forks.compare(twin.root, house.root)
    assert (ahead.common, ahead.here, ahead.there) == (library.entries - 1, library.entries, library.entries - 1)
    assert (behind.here, behind.there, behind.violation) == (ahead.there, ahead.here, None)


@pytest.mark.parametrize("language", ["en", "az"])
def test_two_signed_children_of_one_parent_are_proven_to_anybody(house, twin, library, tmp_path, language):
    other = twin.open()
    house.submit(library, "POL-07", sentence="One.")
    twin.submit(other, "POL-07", "anna", sentence="Another 'quoted' $(echo) `one`.")
    house.agree(library, "POL-07")
    common = library.entries - 3
    found = forks.compare(house.root, twin.root)
    assert (found.common, found.parent) == (common, stock("rev-parse", "HEAD~3", cwd=house.root))
    ours, theirs = found.branches
    assert (ours.person, theirs.person, ours.problem, theirs.problem) == ("dan", "anna", None, None)
    assert found.proven
    assert found.violation.rule == "copies-fork"
    report = auditing.verify(library.book.ledger, house.anchor).against(found.violation)
    assert (report.verdict, report.violations[0].entry) == ("violations", common)

    proof = proofs.text(Session(language), found)
    answer = run(proof, tmp_path / "judge")
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr.count('Good "git" signature for') == 2
    assert all(one.commit in proof and one.fingerprint in proof for one in (ours, theirs))
    # A letter changed in either entry, or another key, and it proves nothing.
    for number, (old, new) in enumerate(
        (
            ("\nsubmitted POL-07", "\nsubmitted POL-08"),
            (f'"parent {found.parent}"', f'"parent {ours.commit}"'),
            (f'git" ssh-ed25519 {ours.key[12:60]}', f'git" ssh-ed25519 {theirs.key[12:60]}'),
            (found.parent[:20], "0" * 20),
        )
    ):
        assert old in proof
        assert run(proof.replace(old, new), tmp_path / f"forged{number}").returncode != 0


def test_an_entry_that_would_not_survive_a_screen_is_proven_in_letters(house, twin, library, tmp_path):
    other = twin.open()
    draft = deciding.submit_charter(library.charter_files(), "joined-letters")(library.book.state)
    payload = commits.parse(candidate(library, house.key("anna"), draft)).payload
    payload = payload.replace(b"joined-letters", "joined\u200dletters".encode())
    force(library, commits.signed(payload, house.key("anna").sign(payload, "git")))
    other.enter(twin.key("anna"), deciding.submit_charter(other.charter_files(), "plain"))
    found = forks.compare(house.root, twin.root)
    assert [one.problem for one in found.branches] == ["message-comment", None]
    proof = proofs.text(Session("en"), found)
    assert "\u200d" not in proof
    assert "base64 -d" in proof
    answer = run(proof, tmp_path / "judge")
    assert (answer.returncode, answer.stderr.count("Good")) == (0, 2), answer.stderr


def test_what_nobody_signed_proves_nothing_about_anybody(house, twin, library, tmp_path):
    """Whoever can write into a copy can put something behind an entry, but not in somebody's name."""
    other = twin.open()
    house.submit(library, "POL-07")
    outsider = house.key("mallory")
    force(other, candidate(other, outsider, deciding.submit_charter(other.charter_files(), "Mine")(other.book.state)))
    found = forks.compare(house.root, twin.root)
    ours, theirs = found.branches
    assert (ours.person, theirs.person, theirs.problem) == ("dan", "", "signer-unknown")
    assert not found.proven
    assert found.violation.rule == "copies-fork"
    # Bytes that are no entry at all.
    stock("reset", "-q", "--hard", "HEAD~1", cwd=twin.root)
    twin.close()
    stock("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-q", "--allow-empty", "-m", "x", cwd=twin.root)
    found = forks.compare(house.root, twin.root)
    assert (found.branches[1].person, found.branches[1].problem) == ("", "signature-missing")
    assert not found.proven


def test_a_copy_without_its_beginning_is_not_compared(house, library, tmp_path):
    stock("clone", "-q", "--depth", "2", f"file://{house.root}", str(tmp_path / "shallow"), cwd=tmp_path)
    for pair in ((house.root, tmp_path / "shallow"), (tmp_path / "shallow", house.root)):
        with pytest.raises(Unavailable, match="shallow"):
            forks.compare(*pair)


def test_another_library_is_no_copy(house, library, tmp_path):
    from realoffice import build

    build(tmp_path / "other")
    assert refusal(forks.compare, house.root, tmp_path / "other/library").code == "other-copy-library"
