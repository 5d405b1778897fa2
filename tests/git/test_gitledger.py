"""The ledger in a repository that somebody else may have prepared."""

from __future__ import annotations

import gc
import os
import stat
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from histories import EMPTY_TREE, commit, extend, loose, plant, stock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docctl.adapters import gitledger, gitprocess
from docctl.adapters.gitledger import GitLedger
from docctl.core.commit import object_id
from docctl.core.ports import MAX_BLOB
from docctl.errors import DocctlError, NotFound, Refused, Unavailable

ROOT = Path(__file__).resolve().parents[2]
unless_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


def code_of(act, kind=DocctlError):
    with pytest.raises(kind) as caught:
        act()
    return caught.value.code


def processes():
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return len(children.read_text().split()) if children.exists() else 0


def ids_of(ledger, head):
    return [one for one, _ in ledger.commits(None, head)]


# Finding and making


def test_a_library_is_found_from_a_folder_inside(ledger):
    inside = ledger.root / "procedures" / "POL-001"
    inside.mkdir(parents=True)
    found = GitLedger.open(inside)
    assert (found.root, found.git_dir) == (ledger.root, ledger.root / ".git")


def test_a_bare_library_has_no_working_files(shared):
    found = GitLedger.open(shared.git_dir)
    assert (found.root, found.git_dir) == (None, shared.git_dir)


def test_what_is_no_library_is_not_found(tmp_path):
    assert code_of(lambda: GitLedger.open(tmp_path), NotFound) == "library-not-found"
    assert code_of(lambda: GitLedger.open(tmp_path / "nowhere"), NotFound) == "library-not-found"
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    assert code_of(lambda: GitLedger.open(tmp_path), NotFound) == "library-not-found"


def test_a_plain_pointer_is_followed_and_a_second_working_tree_is_not(ledger, tmp_path):
    extend(ledger, 1)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".git").write_text(f"gitdir: {ledger.git_dir}\n")
    assert GitLedger.open(elsewhere).head() == ledger.head()
    stock("worktree", "add", "-q", "--detach", str(tmp_path / "second"), cwd=ledger.root)
    assert code_of(lambda: GitLedger.open(tmp_path / "second"), NotFound) == "library-not-found"


def test_sha256_repositories_are_refused(tmp_path):
    stock("init", "-q", "--object-format=sha256", str(tmp_path / "x"), cwd=tmp_path)
    assert code_of(lambda: GitLedger.open(tmp_path / "x"), Unavailable) == "object-format"


def test_a_ledger_with_entries_is_not_made_anew(ledger):
    GitLedger.create(ledger.root)
    extend(ledger, 1)
    assert code_of(lambda: GitLedger.create(ledger.root), Refused) == "library-exists"


def test_a_repository_without_entries_becomes_a_ledger(tmp_path):
    stock("init", "-q", "-b", "trunk", str(tmp_path / "x"), cwd=tmp_path)
    ledger = GitLedger.create(tmp_path / "x")
    extend(ledger, 1)
    assert stock("symbolic-ref", "HEAD", cwd=ledger.root) == "refs/heads/main"
    assert stock("config", "core.autocrlf", cwd=ledger.root) == "false"
    assert stock("fsck", "--strict", cwd=ledger.root) == ""


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    assert code_of(lambda: GitLedger.create(tmp_path / "file" / "x"), Unavailable) == "disk-failed"


# The head


def test_the_head_is_read_wherever_git_keeps_it(ledger):
    ids = extend(ledger, 2)
    assert ledger.head() == ids[-1]
    stock("pack-refs", "--all", cwd=ledger.root)
    stock("gc", "-q", cwd=ledger.root)
    assert ledger.head() == ids[-1]
    extend(ledger, 1)


def test_a_tag_called_main_is_not_the_head(ledger):
    ids = extend(ledger, 2)
    stock("update-ref", "refs/tags/main", ids[0], cwd=ledger.root)
    assert ledger.head() == ids[-1]


@pytest.mark.parametrize("content", [b"", b"\n", b"rubbish\n", b"\xff" * 41, b"0" * 41 + b"\n"])
def test_an_unreadable_head_is_not_an_empty_ledger(ledger, content):
    extend(ledger, 1)
    (ledger.git_dir / "refs/heads/main").write_bytes(content)
    assert code_of(ledger.head, Unavailable) == "head-unreadable"


# Reading what was forged


def test_replaced_grafted_and_hidden_history_is_read_as_it_is(ledger):
    ids = extend(ledger, 4)
    evil, raw = commit(None, 99)
    ledger.append([("commit", raw)], evil, ids[-1])
    stock("update-ref", "refs/heads/main", ids[-1], cwd=ledger.root)
    assert ledger.hazards() == ()
    stock("replace", ids[2], evil, cwd=ledger.root)
    (ledger.git_dir / "info").mkdir(exist_ok=True)
    (ledger.git_dir / "info" / "grafts").write_text(f"{ids[3]} {ids[0]}\n")
    assert len(stock("rev-list", "main", cwd=ledger.root).split()) == 2
    assert ids_of(ledger, ids[-1]) == ids
    assert dict(ledger.fetch("commit", ids)) == dict(ledger.commits(None, ids[-1]))
    assert ledger.hazards() == ("replace-refs", "grafts")


def test_a_forged_commit_graph_is_not_looked_at(ledger):
    ids = extend(ledger, 4)
    stock("commit-graph", "write", "--reachable", cwd=ledger.root)
    graph = ledger.git_dir / "objects/info/commit-graph"
    content = bytearray(graph.read_bytes())
    # The last entry's parent becomes "none".
    place = content.index(bytes.fromhex(EMPTY_TREE)) + 20
    content[place : place + 4] = b"\x70\x00\x00\x00"
    graph.chmod(0o600)
    graph.write_bytes(content)
    assert ids_of(ledger, ids[-1]) == ids


def test_a_shallow_copy_gives_what_it_has(ledger, tmp_path):
    ids = extend(ledger, 5)
    stock("clone", "-q", "--bare", "--depth=2", f"file://{ledger.root}", str(tmp_path / "short"), cwd=tmp_path)
    with GitLedger.open(tmp_path / "short") as short:
        assert ids_of(short, ids[-1]) == ids[-2:]
        assert short.hazards() == ("shallow",)


def test_borrowed_and_promised_objects_are_told(ledger, tmp_path):
    extend(ledger, 1)
    stock("clone", "-q", "--shared", "--bare", str(ledger.root), str(tmp_path / "s"), cwd=tmp_path)
    assert GitLedger.open(tmp_path / "s").hazards() == ("alternates",)
    stock("config", "uploadpack.allowFilter", "true", cwd=ledger.root)
    partial = ["--filter=blob:none", f"file://{ledger.root}", str(tmp_path / "p")]
    stock("clone", "-q", "--bare", *partial, cwd=tmp_path)
    assert GitLedger.open(tmp_path / "p").hazards() == ("partial-clone",)


@pytest.mark.parametrize("absent_wall", ["GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"])
def test_a_missing_promised_object_starts_no_program(ledger, tmp_path, monkeypatch, absent_wall):
    """Either wall holds alone: older git knows only the second."""
    monkeypatch.delitem(gitprocess._FIXED, absent_wall)
    extend(ledger, 1)
    mark = tmp_path / "started"
    settings_ = {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::sh -c touch% {mark}",
        "protocol.ext.allow": "always",
        "core.fsmonitor": f"touch {mark}",
        "core.sshCommand": f"touch {mark};",
    }
    for name, value in settings_.items():
        stock("config", name, value, cwd=ledger.root)
    absent = "0" * 39 + "1"
    assert code_of(lambda: list(ledger.fetch("blob", [absent]))) == "object-missing"
    extend(ledger, 1)
    assert not mark.exists()


def test_a_hook_of_the_repository_is_not_run(ledger, tmp_path):
    hooks = ledger.git_dir / "hooks"
    hooks.mkdir()
    (hooks / "reference-transaction").write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nexit 1\n")
    (hooks / "reference-transaction").chmod(0o755)
    extend(ledger, 1)
    assert not (tmp_path / "started").exists()


def test_the_callers_environment_does_not_reach_git(ledger, monkeypatch, tmp_path):
    ids = extend(ledger, 2)
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_NAMESPACE", "HOME", "GIT_CONFIG_GLOBAL"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    stock_like = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare", "GIT_CONFIG_VALUE_0": "rubbish"}
    for name, value in stock_like.items():
        monkeypatch.setenv(name, value)
    with GitLedger.open(ledger.root) as again:
        assert ids_of(again, ids[-1]) == ids
        extend(again, 1)


def test_a_lost_current_folder_does_not_matter(ledger, monkeypatch, tmp_path):
    ids = extend(ledger, 1)
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert ids_of(ledger, ids[-1]) == ids


@pytest.mark.parametrize("kind", ["commit", "tree", "blob"])
def test_an_object_rewritten_in_place_is_noticed(ledger, kind):
    first, raw = commit(None, 0)
    blob = object_id("blob", b"true")
    lines = b"100644 a\0" + bytes.fromhex(blob)
    tree = object_id("tree", lines)
    ledger.append([("blob", b"true"), ("tree", lines), ("commit", raw)], first, None)
    one, forged = {
        "commit": (first, raw + b"!"),
        "tree": (tree, lines.replace(b"a", b"b", 1)),
        "blob": (blob, b"fals"),
    }[kind]
    plant(ledger, one, kind, forged)
    assert code_of(lambda: list(ledger.fetch(kind, [one]))) == "object-corrupt"
    if kind == "commit":
        assert code_of(lambda: list(ledger.commits(None, first))) == "object-corrupt"


def test_a_forged_parent_in_place_is_noticed(ledger):
    ids = extend(ledger, 3)
    plant(ledger, ids[2], "commit", commit(ids[0], 2)[1])
    assert code_of(lambda: ids_of(ledger, ids[2])) == "object-corrupt"


@pytest.mark.parametrize("damage", [b"", b"rubbish", zlib.compress(b"commit 99\0tree")[:-4]])
def test_a_damaged_file_is_corrupt_and_not_missing(ledger, damage):
    ids = extend(ledger, 3)
    path = loose(ledger, ids[1])
    path.unlink()
    path.write_bytes(damage)
    for act in (lambda: ids_of(ledger, ids[2]), lambda: list(ledger.fetch("commit", ids))):
        with pytest.raises(Unavailable) as caught:
            act()
        assert (caught.value.code, caught.value.values) == ("object-corrupt", {"id": ids[1]})


def test_a_missing_entry_is_named(ledger):
    ids = extend(ledger, 3)
    loose(ledger, ids[1]).unlink()
    for act in (lambda: ids_of(ledger, ids[2]), lambda: list(ledger.commits(ids[1], ids[2]))):
        with pytest.raises(Unavailable) as caught:
            act()
        assert (caught.value.code, caught.value.values) == ("object-missing", {"id": ids[1]})


def test_a_damaged_pack_is_noticed(ledger):
    ids = extend(ledger, 30)
    stock("repack", "-adq", cwd=ledger.root)
    (pack,) = (ledger.git_dir / "objects/pack").glob("*.pack")
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 0xFF
    pack.chmod(0o600)
    pack.write_bytes(content)
    with pytest.raises(Unavailable):
        ids_of(ledger, ids[-1])


def test_a_huge_object_is_refused_unread(ledger):
    bomb = b"\0" * (MAX_BLOB + 1)
    one = object_id("blob", bomb)
    plant(ledger, one, "blob", bomb)
    before = time.monotonic()
    assert code_of(lambda: list(ledger.fetch("blob", [one, EMPTY_TREE]))) == "object-too-large"
    assert time.monotonic() - before < 2
    just = b"\0" * MAX_BLOB
    ledger_objects = [("blob", just)]
    first, raw = commit(None, 0)
    ledger.append([*ledger_objects, ("tree", b""), ("commit", raw)], first, None)
    assert len(next(ledger.fetch("blob", [object_id("blob", just)]))[1]) == MAX_BLOB


def test_a_settings_file_that_git_cannot_read_is_told(ledger):
    ids = extend(ledger, 1)
    (ledger.git_dir / "config").write_text("[rubbish\n")
    with pytest.raises(Unavailable) as caught:
        ids_of(ledger, ids[-1])
    assert caught.value.code == "git-failed"
    assert "config" in str(caught.value.values["reason"])


# Processes


def test_without_git_every_verb_says_so(ledger, monkeypatch):
    ids = extend(ledger, 1)
    monkeypatch.setenv("PATH", "/nonexistent")
    with GitLedger.open(ledger.root) as blind:
        for act in (
            lambda: ids_of(blind, ids[0]),
            lambda: list(blind.fetch("commit", ids)),
            lambda: extend(blind, 1),
            blind.hazards,
        ):
            assert code_of(act, Unavailable) == "git-missing"
    assert code_of(lambda: GitLedger.create(ledger.root / "new"), Unavailable) == "git-missing"


def test_no_process_is_left_behind(ledger):
    ids = extend(ledger, 300)
    before = processes()
    streams = [ledger.commits(None, ids[-1]), ledger.fetch("commit", ids), ledger.fetch("commit", ids)]
    for stream in streams:
        next(stream)
    assert processes() > before
    for stream in streams:
        stream.close()
    with pytest.raises(KeyError):
        for _ in ledger.commits(None, ids[-1]):
            raise KeyError
    dropped = ledger.commits(None, ids[-1])
    next(dropped)
    del dropped
    gc.collect()
    ledger.close()
    assert processes() == before
    assert ids_of(ledger, ids[-1]) == ids


def test_a_killed_reader_is_replaced(ledger):
    ids = extend(ledger, 1)
    list(ledger.fetch("commit", ids))
    (idle,) = ledger._idle
    idle._process.kill()
    idle._process.wait()
    assert [one for one, _ in ledger.fetch("commit", ids)] == ids


def test_a_forked_child_does_not_read_its_parents_answers(ledger):
    ids = extend(ledger, 50)
    script = (
        "import os, sys; from pathlib import Path; from docctl.adapters.gitledger import GitLedger\n"
        "ledger, ids = GitLedger.open(Path(sys.argv[1])), sys.argv[2:]\n"
        "def whole(): return [one for one, _ in ledger.fetch('commit', ids)] == ids\n"
        "assert whole()\n"
        "child = os.fork()\n"
        "assert child or not ledger._idle[0].usable\n"
        "assert whole() and whole()\n"
        "ledger.close()\n"
        "if child: assert os.waitpid(child, 0)[1] == 0\n"
    )
    words = [sys.executable, "-W", "error", "-c", script, str(ledger.root), *ids]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_pushed_objects_in_quarantine_are_read(ledger, shared):
    ids = extend(shared, 2)
    quarantine = shared.git_dir / "objects" / "tmp_objdir-incoming-x"
    quarantine.mkdir()
    third, raw = commit(ids[-1], 2)
    (quarantine / third[:2]).mkdir()
    (quarantine / third[:2] / third[2:]).write_bytes(zlib.compress(b"commit %d\0" % len(raw) + raw))
    with GitLedger.open(shared.git_dir, quarantine=quarantine) as pushed:
        assert [one for one, _ in pushed.commits(None, third)] == [*ids, third]
        assert next(pushed.fetch("commit", [third])) == (third, raw)
        with pytest.raises(ValueError):
            pushed.append([], third, ids[-1])
    with pytest.raises(Unavailable):
        ids_of(shared, third)


# Writing


def test_stock_git_agrees_with_what_was_written(ledger):
    ids = extend(ledger, 3)
    assert stock("fsck", "--strict", "--full", cwd=ledger.root) == ""
    assert stock("rev-list", "--reverse", "main", cwd=ledger.root).split() == ids
    assert list((ledger.git_dir / "objects").glob("tmp_*")) == []


def test_every_object_is_flushed_before_the_head_moves(ledger, monkeypatch):
    flushed = []
    monkeypatch.setattr(gitprocess.os, "fsync", lambda one: flushed.append(stat.S_ISREG(os.fstat(one).st_mode)))
    monkeypatch.setattr(ledger, "_move", lambda new, old: flushed.append("moved"))
    extend(ledger, 2)
    assert flushed.count(True) == 3
    assert flushed.count(False) >= 3
    assert flushed[-1] == "moved"


def test_an_object_that_a_power_cut_emptied_is_written_again(ledger):
    first, raw = commit(None, 0)
    path = loose(ledger, first)
    path.parent.mkdir()
    path.write_bytes(b"")
    ledger.append([("tree", b""), ("commit", raw)], first, None)
    assert stock("fsck", "--strict", cwd=ledger.root) == ""


def test_old_temporary_files_are_swept_and_young_ones_are_not(ledger):
    old, young = (ledger.git_dir / "objects" / f"tmp_obj_docctl_{name}" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    extend(ledger, 1)
    assert (old.exists(), young.exists()) == (False, True)
    assert stock("fsck", "--strict", cwd=ledger.root) == ""


@pytest.mark.parametrize("name", ["refs/heads/main.lock", "HEAD.lock"])
def test_a_lock_that_a_killed_git_left_is_removed(ledger, name):
    extend(ledger, 1)
    lock = ledger.git_dir / name
    lock.write_bytes(b"")
    os.utime(lock, (time.time() - 60,) * 2)
    ids = extend(ledger, 1)
    assert ledger.head() == ids[-1]
    assert not lock.exists()


def test_a_lock_in_use_is_respected(ledger, monkeypatch):
    monkeypatch.setattr(gitledger, "PATIENCE", 0.3)
    (first,) = extend(ledger, 1)
    (ledger.git_dir / "refs/heads/main.lock").write_bytes(b"")
    assert code_of(lambda: extend(ledger, 1), Unavailable) == "ledger-busy"
    assert ledger.head() == first
    assert (ledger.git_dir / "refs/heads/main.lock").exists()


def test_another_writer_is_waited_for_but_not_for_ever(ledger, monkeypatch):
    monkeypatch.setattr(gitprocess, "PATIENCE", 0.2)
    with gitprocess.locked(ledger.git_dir):
        assert code_of(lambda: extend(ledger, 1), Unavailable) == "ledger-busy"
    extend(ledger, 1)


@pytest.mark.parametrize(
    ("number", "code"), [(28, "disk-full"), (122, "disk-full"), (30, "not-writable"), (5, "disk-failed")]
)
def test_what_the_disk_refuses_is_told_and_nothing_is_visible(ledger, monkeypatch, number, code):
    (first,) = extend(ledger, 1)

    def refuse(_):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(gitprocess.os, "fsync", refuse)
        assert code_of(lambda: extend(ledger, 1), Unavailable) == code
    assert ledger.head() == first
    assert list((ledger.git_dir / "objects").glob("tmp_*")) == []
    extend(ledger, 1)


def test_a_full_disk_under_git_itself_is_told():
    outcome = gitprocess.Outcome(128, b"", "fatal: unable to write new_index file: No space left on device\n")
    assert gitprocess.failure("read-tree", outcome, None).code == "disk-full"
    outcome = gitprocess.Outcome(128, b"", "error: cannot lock: Permission denied\n")
    assert gitprocess.failure("update-ref", outcome, Path("/x")).code == "not-writable"
    assert gitprocess.Outcome(3, b"", "\n").reason == "exit 3"


@unless_root
def test_a_ledger_that_may_not_be_written(ledger):
    extend(ledger, 1)
    ledger.git_dir.chmod(0o500)
    try:
        assert code_of(lambda: extend(ledger, 1), Unavailable) == "not-writable"
    finally:
        ledger.git_dir.chmod(0o700)


@unless_root
def test_a_ledger_that_may_not_be_read(ledger):
    ledger.git_dir.chmod(0)
    try:
        assert code_of(lambda: GitLedger.open(ledger.root), Unavailable) == "not-readable"
    finally:
        ledger.git_dir.chmod(0o700)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blobs=st.lists(st.binary(max_size=5000), min_size=1, max_size=20))
def test_any_bytes_come_back_as_they_went_in(ledger, blobs):
    head = ledger.head()
    new, raw = commit(head, 1)
    ledger.append([*(("blob", one) for one in blobs), ("tree", b""), ("commit", raw)], new, head)
    ids = [object_id("blob", one) for one in blobs]
    assert list(ledger.fetch("blob", ids)) == list(zip(ids, blobs, strict=True))


@given(st.binary(max_size=200))
def test_any_answer_parses_or_is_unavailable(tmp_path_factory, answer):
    import io

    try:
        found = gitprocess.read_answer(io.BytesIO(answer), "blob")
    except Unavailable:
        return
    assert found is None or object_id("blob", found[1]) == found[0]


def test_memory_does_not_grow_with_the_history(tmp_path):
    ledger = GitLedger.create(tmp_path / "long")
    count = 8_000
    body = "m" * 400
    lines = (f"commit refs/heads/main\ncommitter A <a@b> {n} +0000\ndata {len(body)}\n{body}\n" for n in range(count))
    stock("fast-import", "--quiet", cwd=ledger.root, stdin="".join(lines).encode())
    script = (
        "import sys, resource; from pathlib import Path; from docctl.adapters.gitledger import GitLedger\n"
        "with GitLedger.open(Path(sys.argv[1])) as ledger:\n"
        "    head = ledger.head(); next(ledger.commits(None, head))\n"
        "    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "    count = sum(1 for _ in ledger.commits(None, head))\n"
        "    print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    words = [sys.executable, "-W", "error", "-c", script, str(tmp_path / "long")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=True)
    assert done.stderr == b""
    found, grown = map(int, done.stdout.split())
    assert found == count
    assert grown < 2048


# A git that keeps silent


def test_objects_come_whole_when_git_is_thought_silent_all_the_time(ledger, monkeypatch):
    ids = extend(ledger, 250)
    monkeypatch.setattr(gitprocess, "SILENCE", 0)
    assert [one for one, _ in ledger.fetch("commit", ids)] == ids


@pytest.mark.parametrize("as_pipe", [True, False])
def test_an_object_that_never_ends_keeps_nobody_waiting(ledger, monkeypatch, as_pipe):
    """A pipe in the place of the file, or a file that unpacks to less than it claims."""
    monkeypatch.setattr(gitprocess, "SILENCE", 0.1)
    monkeypatch.setattr(gitprocess, "LONG_SILENCE", 0.1)
    before = processes()
    data = b"x" * 100_000
    one = object_id("blob", data)
    path = loose(ledger, one)
    path.parent.mkdir(exist_ok=True)
    if as_pipe:
        os.mkfifo(path)
    else:
        path.write_bytes(zlib.compress(b"blob 100000\0" + data[:-50_000]))
    assert code_of(lambda: list(ledger.fetch("blob", [one])), Unavailable) == "object-corrupt"
    assert processes() == before


def test_a_blob_over_the_limit_is_hashed_whole_before_it_is_called_so(ledger):
    data = bytes(MAX_BLOB + 10)
    one = object_id("blob", data)
    for whole, answer in ((data, MAX_BLOB + 1), (data[:-1] + b"x", "object-corrupt")):
        plant(ledger, one, "blob", whole)
        if isinstance(answer, int):
            assert [len(cut) for _, cut in ledger.fetch("blob", [one], cut=True)] == [answer]
        else:
            assert code_of(lambda: list(ledger.fetch("blob", [one], cut=True)), Unavailable) == answer
        assert code_of(lambda: list(ledger.fetch("blob", [one])), Unavailable) == "object-too-large"
