"""What is kept between commands makes them quick, and never makes them wrong."""

from __future__ import annotations

import os
import shutil
import sqlite3

import pytest
from realoffice import candidate, copy_of, force, stock

from docctl.adapters import statestore
from docctl.adapters.home import Home
from docctl.errors import DocctlError
from docctl.library import book as books
from docctl.library import deciding

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


def counted(monkeypatch):
    """How many entries are judged."""
    seen = []
    real = books.replay

    def replay(state, commits):
        def stream():
            for one in commits:
                seen.append(one[0])
                yield one

        return real(state, stream())

    monkeypatch.setattr(books, "replay", replay)
    return seen


def test_a_second_command_judges_nothing_again(kept, monkeypatch):
    seen = counted(monkeypatch)
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
    seen = counted(monkeypatch)
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
    seen = counted(monkeypatch)
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
        seen = counted(patch)
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
