"""What is kept between commands makes them quick, and never makes them wrong."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from realoffice import candidate, copy_of, force, stock, watched

from docctl._version import __version__
from docctl.adapters import statestore
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import rules
from docctl.errors import DocctlError
from docctl.library import auditing, deciding, inspecting

ENTRIES = 19


@pytest.fixture(scope="module")
def kept(built, tmp_path_factory):
    """A library with several documents, its kept state beside it, and the right answers."""
    house = copy_of(built, tmp_path_factory.mktemp("kept"))
    library = house.open()
    for subject in ("PRO-07", "POL-07", "INS-07"):
        house.publish(library, subject)
    house.submit(library, "PRO-08")
    force(library, candidate(library, house.key("dan"), remark(library, "PRO-07"), sequence=3))
    library.comment("PRO-07", "A remark", house.key("bob"))
    library.close()
    return house


def remark(library, subject):
    return deciding.comment(subject, "Out of place", None)(library.book.state)


def file_of(house, home=None):
    return (home or house.home).state(house.root / ".git")


def answers(library):
    """Everything that commands read from the state."""
    return (
        library.register(),
        tuple(library.show(subject) for subject in ("PRO-07", "POL-07", "INS-07", "PRO-08")),
        library.inbox("eva"),
        library.violations,
        library.entries,
        library.charter,
        library.checkpoint(),
        [one.entry.sequence for one, _ in library.history("PRO-07")],
    )


def test_a_second_command_judges_nothing_again(kept, monkeypatch):
    seen = watched(monkeypatch)
    library = kept.open()
    assert answers(library)
    assert (seen, library.entries) == ([], ENTRIES)
    library.close()


def test_only_what_is_new_is_judged(kept, tmp_path, monkeypatch):
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    house.open().close()
    other = house.open(home=Home(tmp_path / "another"))
    other.comment("PRO-07", "new", house.key("bob"))
    seen = watched(monkeypatch)
    library = house.open()
    assert len(seen) == 1
    assert answers(library) == answers(other)
    house.close()


def test_a_flipped_bit_anywhere_changes_no_answer(kept, tmp_path):
    """The file is damaged at every so many bytes, one at a time; reading and entering go on as if it were not there."""
    fresh = kept.open(home=Home(tmp_path / "fresh"))
    right = answers(fresh)
    fresh.close()
    home = Home(tmp_path / "home")
    path = file_of(kept, home)
    path.parent.mkdir(parents=True)
    data = file_of(kept).read_bytes()
    assert len(data) > 20_000
    # The first bytes of a page say how the rest of it is to be read.
    pages = [page + at for page in range(0, len(data), 4096) for at in (0, 1, 3, 4, 5, 6, 8, 9)]
    for number, at in enumerate((*range(0, 100, 7), *pages, *range(100, len(data), 409))):
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << number % 8)]) + data[at + 1 :])
        library = kept.open(home=home)
        assert answers(library) == right, at
        library.close()
        for rest in path.parent.iterdir():
            rest.unlink()


@pytest.mark.parametrize(
    "damage", ["empty", "text", "half", "zeros", "other", "folder", "no-rows", "no-row", "swapped"]
)
def test_a_file_that_is_something_else_changes_no_answer_and_is_made_anew(kept, tmp_path, damage, monkeypatch):
    right = answers(kept.open())
    kept.close()
    home = Home(tmp_path / "home")
    path = file_of(kept, home)
    path.parent.mkdir(parents=True)
    data = file_of(kept).read_bytes()
    shutil.copy(file_of(kept), path)
    if damage == "folder":
        path.unlink()
        path.mkdir()
    elif damage in ("no-rows", "no-row", "swapped", "other"):
        orders = {
            "no-rows": "delete from kept",
            "no-row": "delete from kept where rowid in (select rowid from kept where kind = 'documents' limit 1)",
            "swapped": "update kept set value = (select value from kept where kind = 'documents' limit 1) where kind = 'documents'",
            "other": "drop table kept",
        }
        connection = sqlite3.connect(path)
        connection.execute(orders[damage])
        connection.commit()
        connection.close()
    else:
        half = len(data) // 2
        path.write_bytes({"empty": b"", "text": b"text" * 999, "half": data[:half], "zeros": bytes(9000)}[damage])
    library = kept.open(home=home)
    assert answers(library) == right
    library.close()
    if damage == "folder":
        return
    kept.open(home=home).close()
    seen = watched(monkeypatch)
    library = kept.open(home=home)
    assert (answers(library), seen) == (right, [])
    library.close()


def test_damage_found_in_the_middle_of_a_command_is_mended_in_it(kept, tmp_path):
    """The head is sound, a document is not, and an entry is made about it."""
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    house.open().close()
    connection = sqlite3.connect(file_of(house))
    connection.execute("update kept set value = zeroblob(40) where kind = 'documents'")
    connection.commit()
    connection.close()
    library = house.open()
    library.comment("PRO-07", "and on", house.key("bob"))
    house.agree(library, "PRO-08")
    library.publish("PRO-08", house.key("anna"))
    assert library.document("PRO-08").latest.revision == 1
    again, fresh = house.open(), house.open(home=Home(tmp_path / "fresh"))
    assert answers(again) == answers(fresh) == answers(library)
    house.close()


def test_a_deleted_file_is_made_again(kept, tmp_path):
    home = Home(tmp_path / "home")
    library = kept.open(home=home)
    right = answers(library)
    library.close()
    file_of(kept, home).unlink()
    library = kept.open(home=home)
    assert answers(library) == right
    library.close()
    assert file_of(kept, home).exists()


def test_what_another_docctl_kept_is_not_used(kept, tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    library = kept.open(home=home)
    right = answers(library)
    library.close()
    monkeypatch.setattr(statestore, "_FORMAT", "2 99.0")
    with monkeypatch.context() as patch:
        seen = watched(patch)
        library = kept.open(home=home)
        assert answers(library) == right
        assert len(seen) == ENTRIES
        library.close()
        library = kept.open(home=home)
        assert len(seen) == ENTRIES
        library.close()


def test_a_class_that_is_not_docctls_is_never_built(kept, tmp_path):
    """Whoever can write the file can write digests, too, but starts nothing."""
    import pickle

    class Trap:
        def __reduce__(self):
            return (os.system, (f"touch {tmp_path}/trapped",))

    home = Home(tmp_path / "home")
    kept.open(home=home).close()
    packed = pickle.dumps({"format": statestore._FORMAT, "trap": Trap()}, protocol=5)
    connection = sqlite3.connect(file_of(kept, home))
    connection.execute("update kept set value = ? where kind = 'head'", (statestore._digest(packed) + packed,))
    connection.commit()
    connection.close()
    library = kept.open(home=home)
    assert library.entries == ENTRIES
    library.close()
    assert not (tmp_path / "trapped").exists()


def test_a_head_that_is_nowhere_any_more_is_forgotten(kept, tmp_path):
    """The library was put back from a back-up: what was kept is of a future that is gone."""
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    library = house.open()
    library.comment("PRO-07", "lost", house.key("bob"))
    library.close()
    shutil.rmtree(house.root)
    shutil.copytree(kept.root, house.root)
    library = house.open()
    assert answers(library) == answers(kept.open())
    library.comment("PRO-07", "and on", house.key("bob"))
    assert house.audit().entries == ENTRIES + 1
    house.close()
    kept.close()


def test_half_a_replay_is_no_state(kept, tmp_path):
    """An entry cannot be read: nothing is answered; when it can be read again, everything is as it was."""
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    library = house.open()
    other = house.open(home=Home(tmp_path / "another"))
    force(other, candidate(other, house.key("dan"), remark(other, "PRO-07"), charter=1))
    other.comment("PRO-07", "read", house.key("bob"))
    house.submit(other, "PRO-09")
    tree = other.document("PRO-09").proposal.tree
    path = house.root / ".git/objects" / tree[:2] / tree[2:]
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(b"")
    with pytest.raises(DocctlError) as caught:
        library.book.refresh()
    assert caught.value.code == "object-corrupt"
    path.write_bytes(whole)
    library.book.refresh()
    assert answers(library) == answers(other)
    assert [one.rule for one in library.violations] == ["sequence-wrong", "charter-wrong"]
    house.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a disk")
def test_a_home_that_may_only_be_read_is_enough(kept, tmp_path):
    import subprocess

    home = Home(tmp_path / "home")
    kept.open(home=home).close()
    right = answers(kept.open())
    kept.close()
    place = str(tmp_path / "home")
    if subprocess.run(["mount", "--bind", place, place], capture_output=True, check=False).returncode:
        pytest.skip("no mount here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
        library = kept.open(home=home)
        assert answers(library) == right
        library.close()
        empty = kept.open(home=Home(tmp_path / "home/nowhere"))
        assert answers(empty) == right
        empty.close()
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_home_that_is_a_file_is_enough(kept, tmp_path):
    (tmp_path / "home").write_text("in the way")
    library = kept.open(home=Home(tmp_path / "home"))
    assert library.entries == ENTRIES
    library.close()


def test_a_file_that_somebody_else_locks_is_left_to_them(kept, tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    kept.open(home=home).close()
    before = file_of(kept, home).read_bytes()
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **more: real(path, **{**more, "timeout": 0.05}))
    holder = real(file_of(kept, home), isolation_level=None)
    holder.execute("begin exclusive")
    library = kept.open(home=home)
    assert library.entries == ENTRIES
    library.close()
    holder.execute("rollback")
    holder.close()
    assert file_of(kept, home).read_bytes() == before


def test_the_history_with_a_violation_is_kept_with_it(kept):
    library = kept.open()
    assert [one.rule for one in library.violations] == ["sequence-wrong"]
    assert [one.rule for one in kept.audit().violations] == ["sequence-wrong"]
    assert stock("rev-list", "--count", "HEAD", cwd=kept.root) == str(ENTRIES)
    library.close()


# -- verify --since-last ---------------------------------------------------------------------------------------------


def since_last(house, home, *marks):
    return inspecting.verify_since_last(house.root, home, house.anchor, marks)


def told(report):
    """Everything that a report says of the library."""
    return replace(report, since_last=None)


def test_verify_since_last_judges_what_is_new_and_says_so(kept, tmp_path, monkeypatch):
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    home = Home(tmp_path / "auditor")
    first = since_last(house, home)
    assert (first.since_last, told(first)) == (0, house.audit())
    seen = watched(monkeypatch)
    assert (since_last(house, home).since_last, seen) == (ENTRIES, [])
    library = house.open()
    library.comment("PRO-07", "new", house.key("bob"))
    force(library, candidate(library, house.key("dan"), remark(library, "PRO-07"), charter=1))
    del seen[:]
    second = since_last(house, home)
    assert (second.since_last, len(seen)) == (ENTRIES, 2)
    assert [one.rule for one in second.violations] == ["sequence-wrong", "charter-wrong"]
    assert told(second) == house.audit()
    # The whole of it is judged whenever it is not asked for, whatever is kept.
    assert house.audit().since_last is None
    house.close()


def test_verify_since_last_lays_out_no_files_and_compares_checkpoints_with_the_bytes(kept, tmp_path):
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    home = Home(tmp_path / "auditor")
    since_last(house, home)
    with closing(house.open()) as library:
        whole = library.checkpoint()
    audit = auditing.Audit(auditing.fresh_state(house.opened[0].book.ledger), [], {})
    with GitLedger.open(house.root) as ledger:
        audit.walk(ledger, {1, 7, ENTRIES})
        marks = [replace(whole, size=size, root=root) for size, root in audit.roots.items()]
        wrong = replace(marks[1], root=bytes(32))
        for given in (marks, [wrong], [*marks, wrong], [replace(whole, size=ENTRIES + 1)], [wrong, marks[2]]):
            report = since_last(house, home, *given)
            assert report.since_last == ENTRIES
            assert told(report) == auditing.verify(ledger, house.anchor, tuple(given))
    house.close()


def test_a_flipped_bit_anywhere_never_makes_verify_since_last_wrong(kept, tmp_path):
    """At every so many bytes; the history goes on in the meantime, and one entry of it is unlawful."""
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    home = Home(tmp_path / "auditor")
    path = file_of(house, home)
    since_last(house, home)
    data = path.read_bytes()
    library = house.open()
    library.comment("PRO-07", "new", house.key("bob"))
    force(library, candidate(library, house.key("dan"), remark(library, "PRO-07"), charter=1))
    house.close()
    right = house.audit()
    assert len(right.violations) == 2
    pages = [page + at for page in range(0, len(data), 4096) for at in (0, 3, 5, 8)]
    counts = set()
    for number, at in enumerate((*range(0, 100, 9), *pages, *range(100, len(data), 601))):
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << number % 8)]) + data[at + 1 :])
        report = since_last(house, home)
        assert told(report) == right, at
        counts.add(report.since_last)
        # What was damaged is made anew: the next one, or the one after it where the damage allowed reading but not
        # writing, has nothing left to judge, and says the same.
        again = since_last(house, home)
        again = again if again.since_last else since_last(house, home)
        assert (told(again), again.since_last) == (right, ENTRIES + 2), at
        for rest in path.parent.iterdir():
            rest.unlink()
    assert counts == {0, ENTRIES}


def test_verify_since_last_does_not_believe_what_was_kept_of_something_else(kept, tmp_path, monkeypatch):
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    home = Home(tmp_path / "auditor")
    since_last(house, home)
    # Another anchor: judged from the front, and against it.
    other = replace(house.anchor, library="0" * 64)
    report = inspecting.verify_since_last(house.root, home, other, ())
    assert (report.since_last, report.violations[0].rule, report.anchored) == (0, "anchor-differs", False)
    # No anchor: not judged.
    report = inspecting.verify_since_last(house.root, home, None, ())
    assert (report.verdict, report.since_last) == ("violations", 0)
    # Other rules: judged anew.
    with monkeypatch.context() as patch:
        patch.setattr(statestore, "_FORMAT", f"{statestore._FORMAT.rpartition(' ')[0]} 99.other")
        assert since_last(house, home).since_last == 0
    assert rules.VERSION in statestore._FORMAT
    assert __version__ in statestore._FORMAT
    # Another library in the same place.
    since_last(house, home)
    shutil.rmtree(house.root)
    shutil.copytree(house.built / "library", house.root)
    report = since_last(house, home)
    assert (report.since_last, report.verdict) == (0, "lawful")


def test_verify_since_last_of_what_is_not_whole_is_not_judged(kept, tmp_path):
    house = copy_of(kept.place, tmp_path)
    house.built = kept.built
    home = Home(tmp_path / "auditor")
    since_last(house, home)
    stock("clone", "-q", "--depth", "3", f"file://{house.root}", str(tmp_path / "shallow"), cwd=tmp_path)
    shutil.rmtree(house.root)
    (tmp_path / "shallow").rename(house.root)
    report = since_last(house, home)
    assert (report.verdict, report.reason, report.since_last) == ("not judged", "history-incomplete", 0)
    shutil.rmtree(house.root)
    stock("init", "-q", "-b", "main", str(house.root), cwd=tmp_path)
    assert since_last(house, home).reason == "library-empty"
    # New entries that cannot be read.
    shutil.rmtree(house.root)
    shutil.copytree(kept.root, house.root)
    library = house.open()
    library.comment("PRO-07", "new", house.key("bob"))
    house.close()
    head = stock("rev-parse", "HEAD", cwd=house.root)
    path = house.root / ".git/objects" / head[:2] / head[2:]
    path.chmod(0o644)
    path.write_bytes(b"")
    assert since_last(house, home).verdict == "not judged"
