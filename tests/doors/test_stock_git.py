"""Stock git agrees: with every signature, with every object, and about every working file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from realoffice import ROOT, stock

from docctl.adapters.gitledger import GitLedger
from docctl.core.authority import fingerprint
from docctl.core.checkpoint import read_anchor
from docctl.library import auditing, deciding, demo
from docctl.library.charters import NextCharter

TEXT = "# Qayda {n}\n\nBu mətn kənardan gəlib.\n"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The demonstration with foreign texts, as a person would run it."""
    texts = tmp_path_factory.mktemp("texts")
    for number in range(6):
        (texts / f"procedure-{number}.md").write_text(TEXT.format(n=number), "utf-8")
    place = tmp_path_factory.mktemp("shown") / "demo"
    told = []
    report, rows = demo.run(place, texts, lambda code, **values: told.append((code, values)))
    return place, report, rows, told


def test_the_demonstration_is_lawful_and_uses_every_text(shown):
    place, report, rows, told = shown
    assert (report.verdict, report.anchored, report.hazards, report.unconfirmed) == ("lawful", True, (), ())
    assert not [one for one in told if one[0] == "demo-text-refused"]
    assert len(rows) == 13
    line = (place / "anchor.txt").read_text("utf-8")
    with GitLedger.open(place / "library") as ledger:
        again = auditing.verify(ledger, read_anchor(line))
    assert (again.verdict, again.root, again.head) == ("lawful", report.root, report.head)


def test_stock_git_verifies_every_entry_of_the_demonstration(shown):
    place, report, _, _ = shown
    root = place / "library"
    ids = stock("rev-list", "HEAD", cwd=root).split()
    assert len(ids) == report.entries
    signers = f"gpg.ssh.allowedSignersFile={place / 'allowed_signers'}"
    said = stock("-c", signers, "verify-commit", *ids, cwd=root)
    assert said.count('Good "git" signature for ') == len(ids)
    assert "BAD" not in said.upper()
    assert set(stock("-c", signers, "log", "--format=%G?", cwd=root)) == {"G", "\n"}


def test_stock_git_finds_nothing_wrong_with_the_demonstration(shown):
    root = shown[0] / "library"
    assert stock("fsck", "--strict", "--full", "--no-dangling", cwd=root) == ""
    assert stock("rev-list", "--merges", "HEAD", cwd=root) == ""
    assert stock("branch", "--format=%(refname)", cwd=root) == "refs/heads/main"
    assert stock("status", "--porcelain", cwd=root) == ""
    assert stock("for-each-ref", "refs/docctl", cwd=root) == ""


def test_a_clone_bundle_and_repack_of_the_demonstration_verify_alike(shown, tmp_path):
    place, report, _, _ = shown
    anchor = read_anchor((place / "anchor.txt").read_text("utf-8"))
    stock("bundle", "create", "-q", str(tmp_path / "all.bundle"), "HEAD", "main", cwd=place / "library")
    stock("clone", "-q", str(tmp_path / "all.bundle"), str(tmp_path / "from-bundle"), cwd=tmp_path)
    stock("clone", "-q", "--bare", str(place / "library"), str(tmp_path / "bare.git"), cwd=tmp_path)
    stock("repack", "-adq", cwd=tmp_path / "bare.git")
    stock("pack-refs", "--all", cwd=tmp_path / "bare.git")
    for name in ("from-bundle", "bare.git"):
        with GitLedger.open(tmp_path / name) as ledger:
            found = auditing.verify(ledger, anchor)
        assert (found.verdict, found.root, found.entries) == ("lawful", report.root, report.entries)


def test_the_source_tree_is_not_touched_by_the_demonstration(shown):
    assert not [path for path in (ROOT / "docctl" / "library").iterdir() if path.suffix == ".sqlite"]


def state_of(library):
    """What stock git says of the working files: whatever differs from the head."""
    return stock("status", "--porcelain", "--untracked-files=all", cwd=library.root).splitlines()


def steps(house, library):
    """One entry of every kind that a command can make, in an order that works."""
    today, later = library.today(), library.today() + timedelta(days=9)
    anna, bob, eva, dan = (house.key(name) for name in ("anna", "bob", "eva", "dan"))
    stranger = fingerprint(eva.key)
    change = NextCharter(library.charter_files())
    change.library["types"]["procedure"]["review-months"] = "7"

    def submit(subject, sentence, editorial=False):
        library.put_draft(subject, house.text(library, subject, sentence))
        files = library.draft(subject)
        return library.enter(dan, deciding.submit_text(files, "Because", editorial=editorial))

    yield lambda: submit("PRO-07", "Birinci.")
    yield lambda: library.comment("PRO-07", "A remark", bob)
    yield lambda: library.reject("PRO-07", "No", eva)
    yield lambda: submit("PRO-07", "İkinci.")
    yield lambda: library.approve("PRO-07", eva)
    yield lambda: library.approve("PRO-07", bob)
    yield lambda: library.publish("PRO-07", anna)
    yield lambda: submit("PRO-08", "Birinci.")
    yield lambda: library.cancel("PRO-08", dan)
    yield lambda: submit("PRO-07", "İkincidir.", editorial=True)
    yield lambda: library.approve("PRO-07", eva)
    yield lambda: library.publish("PRO-07", anna, effective=later)
    yield lambda: library.reschedule("PRO-07", later + timedelta(days=1), "Later", anna)
    yield lambda: library.review("PRO-07", "Still right", anna)
    yield lambda: library.adopt(house.text(library, "POL-05"), "As it was", dan, (4, today - timedelta(days=99), None))
    yield lambda: library.withdraw("PRO-07", "No longer needed", dan)
    yield lambda: library.approve("PRO-07", eva)
    yield lambda: library.approve("PRO-07", bob)
    yield lambda: library.publish("PRO-07", anna)
    yield lambda: library.propose_charter(change.files(), "Another rule", anna)
    yield lambda: library.approve("charter", bob)
    yield lambda: library.publish("charter", anna)
    yield lambda: library.suspend(stranger, "Lost", eva)


def test_git_status_is_truthful_after_each_kind_of_entry(house, library):
    before = {name for name in state_of(library) if name.startswith("?? drafts/")}
    assert {line.split("/")[1] for line in before} == {"PRO-01", "PRO-02", "POL-01", "FRM-01", "FRM-02", "LAY-01"}
    assert set(state_of(library)) == before
    for number, step in enumerate(steps(house, library)):
        step()
        assert library.book.unlaid is None
        assert set(state_of(library)) == before, number
        assert stock("rev-parse", "HEAD^{tree}", cwd=library.root) == library.book.work.laid()
    signers = f"gpg.ssh.allowedSignersFile={house.built / 'allowed_signers'}"
    ids = stock("rev-list", "HEAD", cwd=library.root).split()
    said = stock("-c", signers, "verify-commit", *ids, cwd=library.root)
    assert said.count('Good "git" signature for ') == len(ids) == 27
    assert len(house.lawful().head) == 40


def test_git_status_shows_what_somebody_changed_and_nothing_else(house, library):
    house.publish(library, "PRO-07")
    house.submit(library, "PRO-09")
    starters = set(state_of(library))
    (house.root / "procedures/PRO-07/az.md").write_text("changed")
    (house.root / "drafts/PRO-09/en.md").unlink()
    found = set(state_of(library)) - starters
    assert {line.strip() for line in found} | {"x"} == {"M procedures/PRO-07/az.md", "D drafts/PRO-09/en.md", "x"}


def test_a_reading_command_repairs_what_is_laid_out_only_when_the_head_moved(house, library):
    house.publish(library, "PRO-07")
    text = house.root / "procedures/PRO-07/az.md"
    text.write_text("changed")
    library.close()
    house.open()
    assert text.read_text() == "changed"
    library = house.open()
    library.comment("PRO-07", "A remark", house.key("bob"))
    # Not a draft, but nobody's publication either: it is laid again with the document's next publication.
    assert text.read_text() == "changed"
    house.publish(library, "PRO-07", "Yeni.")
    assert "Yeni." in text.read_text("utf-8")


def test_a_plan_made_on_an_old_state_is_made_anew(house, library):
    """A long-lived process decides on the state as it is now, not as it was when it opened."""
    other = house.open()
    house.submit(other, "PRO-07")
    approved = library.enter(
        house.key("eva"),
        deciding.approve("PRO-07", house.key("eva").key, revision=1, comment="", behalf=None, body=None),
    )
    assert approved.entry.sequence == 5
    house.lawful()
