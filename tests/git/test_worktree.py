"""The working files: what is read to be signed, and what is laid out."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from histories import commit, extend, stock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docctl.adapters import worktree as worktree_module
from docctl.adapters.worktree import WorkTree
from docctl.core.commit import object_id
from docctl.core.tree import files_tree, is_plain_name
from docctl.errors import DocctlError, NotFound, Refused, Unavailable

TEXT = {"az.md": "mətn".encode(), "en.md": b"text", "plan.png": bytes(range(256))}


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "library" / ".git").mkdir(parents=True)
    return WorkTree(tmp_path / "library", tmp_path / "library" / ".git")


def refusal(act, kind=Refused):
    with pytest.raises(kind) as caught:
        act()
    return caught.value.code, caught.value.values.get("path")


def everything(root):
    return {str(one.relative_to(root)) for one in root.rglob("*") if ".git" not in one.parts}


# Reading


def test_what_was_laid_is_read(tree):
    tree.lay("drafts/POL-001", TEXT)
    assert tree.read_folder("drafts/POL-001") == TEXT
    assert list(tree.read_folder("drafts/POL-001")) == sorted(TEXT)


def test_a_missing_folder(tree):
    assert refusal(lambda: tree.read_folder("drafts/POL-001"), NotFound) == ("folder-missing", "drafts/POL-001")


@pytest.mark.parametrize(
    "path", ["", "/", "..", "a/../b", ".git", "a//b", "/etc", "a/", "ə", "a b", "a\\b", "a\0b", "con", "a."]
)
def test_odd_paths_are_refused(tree, path):
    assert refusal(lambda: tree.read_folder(path))[0] == "path-not-ascii"
    assert refusal(lambda: tree.lay(path, TEXT))[0] == "path-not-ascii"
    assert refusal(lambda: tree.lay(path, None))[0] == "path-not-ascii"


@pytest.mark.parametrize("name", ["ə.md", ".hidden", "a b", "a\nb", "-rf", "nul.md", os.fsdecode(b"\xff.md")])
def test_odd_names_are_refused(tree, name):
    tree.lay("drafts/POL-001", TEXT)
    (tree.root / "drafts/POL-001" / name).write_bytes(b"")
    code, path = refusal(lambda: tree.read_folder("drafts/POL-001"))
    assert code == "path-not-ascii"
    path.encode()
    assert refusal(lambda: tree.lay("drafts/POL-001", {name: b""}))[0] == "path-not-ascii"


def test_links_are_never_followed(tree, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_bytes(b"private")
    tree.lay("drafts/POL-001", TEXT)
    (tree.root / "drafts/POL-001/en.md").unlink()
    (tree.root / "drafts/POL-001/en.md").symlink_to(secret / "key")
    (tree.root / "drafts/POL-002").symlink_to(secret)
    (tree.root / "records").symlink_to(secret)
    assert refusal(lambda: tree.read_folder("drafts/POL-001")) == ("path-symlink", "drafts/POL-001/en.md")
    assert refusal(lambda: tree.read_folder("drafts/POL-002")) == ("path-symlink", "drafts/POL-002")
    assert refusal(lambda: tree.read_folder("records/x")) == ("path-symlink", "records")
    for folder in ("drafts/POL-002", "records", "records/x"):
        for files in (TEXT, None):
            assert refusal(lambda folder=folder, files=files: tree.lay(folder, files))[0] == "path-symlink"
    tree.lay("drafts/POL-001", TEXT)
    assert tree.read_folder("drafts/POL-001") == TEXT
    assert everything(secret) == {"key"}
    assert (secret / "key").read_bytes() == b"private"


def test_folders_and_devices_inside_are_refused(tree):
    tree.lay("drafts/POL-001", TEXT)
    (tree.root / "drafts/POL-001/more").mkdir()
    assert refusal(lambda: tree.read_folder("drafts/POL-001")) == ("path-not-file", "drafts/POL-001/more")
    (tree.root / "drafts/POL-001/more").rmdir()
    os.mkfifo(tree.root / "drafts/POL-001/more")
    assert refusal(lambda: tree.read_folder("drafts/POL-001")) == ("path-not-file", "drafts/POL-001/more")
    assert refusal(lambda: tree.read_folder("drafts/POL-001/az.md")) == ("path-not-file", "drafts/POL-001/az.md")


def test_too_much_is_refused(tree):
    tree.lay("drafts/POL-001", TEXT)
    assert refusal(lambda: tree.read_folder("drafts/POL-001", max_files=2)) == ("files-too-many", "drafts/POL-001")
    size = sum(map(len, TEXT.values()))
    assert tree.read_folder("drafts/POL-001", max_bytes=size) == TEXT
    code, path = refusal(lambda: tree.read_folder("drafts/POL-001", max_bytes=size - 1))
    assert (code, path) == ("file-too-large", "drafts/POL-001/plan.png")
    with (tree.root / "drafts/POL-001/az.md").open("wb") as file:
        file.truncate(1 << 40)
    assert refusal(lambda: tree.read_folder("drafts/POL-001"))[0] == "file-too-large"


# Laying out


def test_a_folder_holds_exactly_what_was_laid(tree):
    tree.lay("procedures/POL-001", {**TEXT, "old.md": b"old"})
    tree.lay("procedures/POL-002", TEXT)
    kept = (tree.root / "procedures/POL-001/en.md").stat()
    tree.lay("procedures/POL-001", {**TEXT, "az.md": b"new"})
    assert tree.read_folder("procedures/POL-001") == {**TEXT, "az.md": b"new"}
    assert tree.read_folder("procedures/POL-002") == TEXT
    assert (tree.root / "procedures/POL-001/en.md").stat().st_ino == kept.st_ino


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_removes_the_folder_and_empty_ones_above(tree, nothing):
    tree.lay("records/F-1/2026/11/R-1", TEXT)
    tree.lay("records/F-1/2025/12/R-0", TEXT)
    tree.lay("records/F-1/2026/11/R-1", nothing)
    assert everything(tree.root) == {
        "records",
        "records/F-1",
        "records/F-1/2025",
        "records/F-1/2025/12",
        "records/F-1/2025/12/R-0",
        *(f"records/F-1/2025/12/R-0/{name}" for name in TEXT),
    }
    tree.lay("records/F-1/2025/12/R-0", nothing)
    assert everything(tree.root) == set()
    tree.lay("records/F-1", nothing)


def test_what_lies_in_a_folder_besides_files_is_left(tree):
    tree.lay("drafts/POL-001", TEXT)
    tree.lay("drafts/POL-001/mine", {"note.txt": b"note"})
    tree.lay("drafts/POL-001", {"en.md": b"x"})
    tree.lay("drafts/POL-001", None)
    assert everything(tree.root) == {"drafts", "drafts/POL-001", "drafts/POL-001/mine", "drafts/POL-001/mine/note.txt"}
    assert refusal(lambda: tree.lay("drafts/POL-001", {"mine": b""})) == ("path-not-file", "drafts/POL-001/mine")
    assert refusal(lambda: tree.lay("drafts/POL-001/mine/note.txt", TEXT))[0] == "path-not-file"


def test_what_a_killed_writer_left_is_neither_read_nor_kept(tree):
    tree.lay("drafts/POL-001", TEXT)
    (tree.root / "drafts/POL-001/.docctl-0123").write_bytes(b"half")
    assert tree.read_folder("drafts/POL-001") == TEXT
    tree.lay("drafts/POL-001", TEXT)
    assert not (tree.root / "drafts/POL-001/.docctl-0123").exists()


def test_a_full_disk_leaves_the_old_file(tree, monkeypatch):
    tree.lay("drafts/POL-001", TEXT)

    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(worktree_module.os, "rename", refuse)
        assert refusal(lambda: tree.lay("drafts/POL-001", {"en.md": b"new"}), Unavailable)[0] == "disk-full"
        assert refusal(lambda: tree.set_laid("0" * 40), Unavailable)[0] == "disk-full"
    assert tree.read_folder("drafts/POL-001") == TEXT
    assert everything(tree.root / "drafts/POL-001") == set(TEXT)


def test_a_lost_disk_is_told(tmp_path):
    gone = WorkTree(tmp_path / "gone", tmp_path / "gone/.git")
    for act in (lambda: gone.read_folder("a"), lambda: gone.lay("a", TEXT), lambda: gone.set_laid("0" * 40)):
        assert refusal(act, Unavailable)[0] == "disk-failed"
    assert gone.laid() is None


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.sampled_from(
    ["en.md", "a", "B-1.png", "..", ".git"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(names, st.binary(max_size=50), max_size=4), folder=st.lists(names, min_size=1, max_size=3))
def test_any_names_are_laid_or_refused_and_stay_inside(tree, files, folder):
    path = "/".join(folder)
    try:
        tree.lay(path, files)
    except DocctlError as error:
        assert error.code in {"path-not-ascii", "path-not-file"}
    else:
        assert all(map(is_plain_name, [*files, *path.split("/")]))
        if files:
            assert tree.read_folder(path).items() >= files.items()
            tree.lay(path, None)
    assert [one.name for one in tree.root.parent.iterdir()] == ["library"]


# Beside stock git


def test_stock_git_status_stays_truthful(ledger):
    tree = WorkTree(ledger.root, ledger.git_dir)
    folder, objects = files_tree(TEXT)
    lines = b"40000 policies\0" + bytes.fromhex(folder)
    new, raw = commit(None, 0, object_id("tree", lines))
    ledger.append([*objects, ("tree", lines), ("commit", raw)], new, None)
    tree.lay("policies", TEXT)
    tree.sync_index(ledger, new)
    assert stock("status", "--porcelain", cwd=ledger.root) == ""
    (ledger.root / "policies/en.md").write_bytes(b"changed")
    assert stock("status", "--porcelain", cwd=ledger.root) == "M policies/en.md"
    (ledger.git_dir / "index.lock").write_bytes(b"")
    tree.sync_index(ledger, new)
    (ledger.git_dir / "index.lock").unlink()
    with pytest.raises(Unavailable):
        tree.sync_index(ledger, "0" * 39 + "1")


def test_the_commit_last_laid_out_is_remembered(ledger):
    tree = WorkTree(ledger.root, ledger.git_dir)
    assert tree.laid() is None
    (new,) = extend(ledger, 1)
    tree.set_laid(new)
    assert WorkTree(ledger.root, ledger.git_dir).laid() == new
    for rubbish in (b"", b"\xff", b"abc\n", new.encode()):
        (ledger.git_dir / "docctl-laid").write_bytes(rubbish)
        assert tree.laid() is None
    with pytest.raises(ValueError):
        tree.set_laid("main")


def test_gitpython_is_not_imported_for_local_work():
    script = "import sys, docctl.adapters.gitledger, docctl.adapters.worktree, docctl.adapters.remote; print('git' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"False\n"
