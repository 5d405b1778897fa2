"""What people work on is theirs: publishing, withdrawing and coming back after a crash never take it from them."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from realoffice import refusal, stock

from docctl.adapters.home import Home
from docctl.adapters.worktree import WorkTree
from docctl.errors import NotFound, Unavailable

STARTER = {"FRM-01", "FRM-02", "LAY-01", "POL-01", "PRO-01", "PRO-02"}


def lying(house):
    return {path.name for path in (house.root / "drafts").iterdir()}


def test_the_starters_texts_stay_until_somebody_submits_them(house, library):
    texts = {name: library.draft(name) for name in STARTER}
    house.publish(library, "PRO-07")
    library.withdraw("PRO-07", "No longer needed", house.key("dan"))
    house.agree(library, "PRO-07")
    library.publish("PRO-07", house.key("anna"))
    assert lying(house) == STARTER
    assert {name: library.draft(name) for name in STARTER} == texts
    assert not (house.root / "procedures").exists()
    library.submit("PRO-01", "Because", house.key("anna"))
    assert lying(house) == STARTER
    house.agree(library, "PRO-01")
    library.publish("PRO-01", house.key("anna"))
    assert lying(house) == STARTER - {"PRO-01"}
    assert library.text("PRO-01") == texts["PRO-01"]
    assert (house.root / "procedures/PRO-01/az.md").read_bytes() == texts["PRO-01"]["az.md"]


def test_publishing_moves_the_files_and_withdrawing_removes_them(house, library):
    house.publish(library, "PRO-07", "One.")
    files = house.text(library, "PRO-07", "One.")
    folder = house.root / "procedures/PRO-07"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert "PRO-07" not in lying(house)
    library.withdraw("PRO-07", "No longer needed", house.key("dan"))
    house.agree(library, "PRO-07")
    assert folder.exists()
    library.publish("PRO-07", house.key("anna"))
    assert not folder.exists()
    assert library.text("PRO-07", revision=1) == files


def test_folders_that_a_laying_out_left_empty_are_swept_by_the_next(house, library):
    house.publish(library, "PRO-07")
    library.withdraw("PRO-07", "No longer needed", house.key("dan"))
    house.agree(library, "PRO-07")
    shutil.rmtree(house.root / "procedures/PRO-07")
    library.publish("PRO-07", house.key("anna"))
    assert not (house.root / "procedures").exists()


def test_a_draft_that_goes_on_after_submitting_outlives_cancelling_and_publishing(house, library):
    house.submit(library, "PRO-07", "dan", "One.")
    mine = house.text(library, "PRO-07", "One, and more.")
    library.put_draft("PRO-07", mine)
    library.cancel("PRO-07", house.key("dan"))
    assert library.draft("PRO-07") == mine
    house.enter(library, "PRO-07", "dan")
    more = house.text(library, "PRO-07", "Still more.")
    library.put_draft("PRO-07", more)
    house.agree(library, "PRO-07")
    library.publish("PRO-07", house.key("anna"))
    assert library.draft("PRO-07") == more
    assert (house.root / "procedures/PRO-07/az.md").read_bytes() == mine["az.md"]
    assert library.book.unlaid is None


@pytest.mark.parametrize("odd", ["Təlimat.docx", "notes.txt", "folder", "link", "pipe", "new.md"])
def test_anything_odd_in_a_draft_makes_it_work_in_progress_and_nothing_else(house, library, odd):
    house.submit(library, "PRO-07")
    place = house.root / "drafts/PRO-07" / odd
    if odd == "folder":
        place.mkdir()
        (place / "inside.txt").write_text("mine")
    elif odd == "link":
        place.symlink_to("/etc/passwd")
    elif odd == "pipe":
        os.mkfifo(place)
    else:
        place.write_text("mine")
    house.agree(library, "PRO-07")
    library.publish("PRO-07", house.key("anna"))
    assert library.book.unlaid is None
    assert os.path.lexists(place)
    assert (house.root / "drafts/PRO-07/az.md").exists()
    assert (house.root / "procedures/PRO-07/az.md").exists()
    again = house.open()
    assert again.entries == 8
    house.lawful()


def test_a_draft_whose_files_were_partly_taken_away_is_not_held_for_work(house, library):
    """As a laying out that was cut off leaves it; nothing in it is anybody's alone."""
    house.submit(library, "PRO-07")
    house.agree(library, "PRO-07")
    (house.root / "drafts/PRO-07/az.md").unlink()
    library.publish("PRO-07", house.key("anna"))
    assert not (house.root / "drafts/PRO-07").exists()


def test_a_mixture_of_the_old_and_the_new_draft_becomes_the_new(house, library):
    house.submit(library, "PRO-07", "dan", "One.")
    one = library.draft("PRO-07")
    shutil.copytree(house.root, house.place / "other")
    house.submit(library, "PRO-07", "dan", "Two.")
    stock("fetch", "-q", str(house.root), "main", cwd=house.place / "other")
    stock("update-ref", "refs/heads/main", library.book.ledger.head(), cwd=house.place / "other")
    other = WorkTree(house.place / "other", house.place / "other/.git")
    other.lay("drafts/PRO-07", {**one, "az.md": library.draft("PRO-07")["az.md"]})
    assert house.open(house.place / "other").draft("PRO-07") == library.draft("PRO-07")


@pytest.mark.parametrize("steps", range(5))
def test_what_was_entered_and_not_laid_out_is_laid_out_by_the_next_command(house, library, monkeypatch, steps):
    """Cut off after so many folders and files."""
    house.publish(library, "PRO-07", "One.")
    house.submit(library, "PRO-07", "dan", "Two.")
    house.agree(library, "PRO-07")
    left = [steps]

    class Killed(BaseException):
        pass

    def guarded(real):
        def act(*words, **more):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real(*words, **more)

        return act

    with monkeypatch.context() as patch:
        for name in ("lay", "sync_index", "set_laid"):
            patch.setattr(WorkTree, name, guarded(getattr(WorkTree, name)))
        patch.setattr(os, "unlink", guarded(os.unlink))
        with pytest.raises(Killed):
            library.publish("PRO-07", house.key("anna"))
    library.close()
    again = house.open()
    assert again.document("PRO-07").latest.revision == 2
    assert again.book.work.laid() == again.book.state.tree
    assert not (house.root / "drafts/PRO-07").exists()
    assert (house.root / "procedures/PRO-07/az.md").read_bytes() == house.text(again, "PRO-07", "Two.")["az.md"]
    assert stock("status", "--porcelain", "--untracked-files=no", cwd=house.root) == ""
    house.lawful()


def test_a_folder_that_cannot_be_laid_out_does_not_take_the_entry_back(house, library):
    """The entry stands, the person is not told that it failed, and it is made good when the way is free."""
    house.submit(library, "PRO-07")
    house.agree(library, "PRO-07")
    (house.root / "procedures").write_text("in the way")
    done = library.publish("PRO-07", house.key("anna"))
    assert (done.entry.sequence, library.entries) == (7, 8)
    assert library.book.unlaid.code == "path-not-file"
    assert house.open().book.unlaid.code == "path-not-file"
    assert library.text("PRO-07") == house.text(library, "PRO-07")
    (house.root / "procedures").unlink()
    library.book.refresh()
    assert library.book.unlaid is None
    assert (house.root / "procedures/PRO-07/az.md").exists()
    assert stock("status", "--porcelain", "--untracked-files=no", cwd=house.root) == ""


def test_a_symbolic_link_in_the_way_is_not_followed(house, library, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (house.root / "procedures").symlink_to(outside)
    house.publish(library, "PRO-07")
    assert list(outside.iterdir()) == []
    assert library.book.unlaid.code == "path-symlink"
    assert house.lawful().entries == 8


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a disk")
def test_a_library_that_may_only_be_read_is_read(house, library, tmp_path):
    """An auditor's copy on a medium that cannot be written, with a head that was never laid out there."""
    house.publish(library, "PRO-07")
    place = str(tmp_path / "medium")
    stock("clone", "-q", "--no-checkout", str(house.root), place, cwd=tmp_path)
    if subprocess.run(["mount", "--bind", place, place], capture_output=True, check=False).returncode:
        pytest.skip("no mount here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
        again = house.open(tmp_path / "medium", Home(tmp_path / "no-home"))
        assert (again.entries, again.violations) == (8, ())
        assert again.verify(house.anchor).verdict == "lawful"
        assert again.text("PRO-07") == library.text("PRO-07")
        assert again.book.unlaid.code == "not-writable"
        with pytest.raises(Unavailable) as caught:
            again.comment("PRO-07", "A remark", house.key("bob"))
        assert caught.value.code == "not-writable"
        house.close()
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_missing_draft_and_a_text_with_another_number(house, library):
    with pytest.raises(NotFound) as caught:
        library.submit("PRO-99", "Because", house.key("dan"))
    assert caught.value.code == "draft-missing"
    library.put_draft("PRO-09", house.text(library, "PRO-07"))
    assert refusal(library.submit, "PRO-09", "Because", house.key("dan")).code == "heading-other-id"
    assert library.entries == 4
