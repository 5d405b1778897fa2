"""Whoever is killed while entering, or finds the disk full, leaves a whole library that works on."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest
from realoffice import ROOT, House, copy_of, stock

from docctl.adapters import gitprocess, looseobjects, worktree
from docctl.adapters.home import Home
from docctl.errors import DocctlError, Unavailable

STEPWISE = """
import os, sys
from pathlib import Path
sys.path.insert(0, "tests/doors")
from realoffice import House
place, built, action = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
names = {"submit": "dan", "withdraw": "anna", "publish": "anna", "charter": "anna"}
signer = House(place, built).key(names[action])
for step in map(int, sys.argv[4:]):
    child = os.fork()
    if child:
        print(step, os.waitpid(child, 0)[1], flush=True)
        continue
    house = House(place / str(step), built)
    library = house.open()
    left = step
    def count(event, args):
        global left
        if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "subprocess.Popen", "sqlite3.connect"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), 9)
    sys.addaudithook(count)
    if action == "submit":
        house.enter(library, "PRO-07", "dan")
    else:
        library.publish({"withdraw": "PRO-07", "publish": "PRO-07", "charter": "charter"}[action], signer)
    os._exit(0)
"""


def script(text, *words, **more):
    env = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    words = [sys.executable, "-W", "error", "-c", text, *map(str, words)]
    return subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def prepare(house, library, action):
    """Everything before the entry that is cut off."""
    if action == "submit":
        library.put_draft("PRO-07", house.text(library, "PRO-07"))
    elif action == "publish":
        house.publish(library, "PRO-07", "One.")
        house.submit(library, "PRO-07", "dan", "Two.")
        house.agree(library, "PRO-07")
    elif action == "withdraw":
        house.publish(library, "PRO-07", "One.")
        library.withdraw("PRO-07", "No longer needed", house.key("dan"))
        house.agree(library, "PRO-07")
    else:
        from docctl.library.charters import NextCharter

        change = NextCharter(library.charter_files())
        change.library["types"]["procedure"]["review-months"] = "7"
        library.propose_charter(change.files(), "Another rule", house.key("anna"))
        library.approve("charter", house.key("bob"))
    library.close()


def whole(house):
    """The library opens, is lawful, is laid out, and works on."""
    library = house.open()
    assert library.violations == ()
    assert library.book.unlaid is None
    head = library.book.ledger.head()
    assert library.book.work.laid() == library.book.state.tree
    dirty = stock("status", "--porcelain", "--untracked-files=all", cwd=house.root).splitlines()
    assert {line.split("/")[1] for line in dirty if line.startswith("?? drafts/")} <= {
        "PRO-01", "PRO-02", "POL-01", "FRM-01", "FRM-02", "LAY-01", "PRO-07",
    }  # fmt: skip
    assert [line for line in dirty if not line.startswith("?? drafts/")] == []
    folders = [path for path in house.root.rglob("*") if path.is_dir() and ".git" not in path.parts]
    assert [path for path in folders if not any(path.iterdir())] == []
    if "?? drafts/PRO-07/az.md" in dirty:
        # Prepared, and not entered.
        assert "PRO-07" not in library.book.state.documents
    report = house.lawful()
    assert (report.entries, report.head) == (library.entries, head)
    return library


@pytest.mark.parametrize(("action", "stride"), [("publish", 3), ("submit", 5), ("withdraw", 6), ("charter", 7)])
def test_killed_at_each_step_of_an_entry(built, tmp_path, action, stride):
    base = copy_of(built, tmp_path / "base")
    library = base.open()
    prepare(base, library, action)
    old = stock("rev-parse", "HEAD", cwd=base.root)
    steps = [*range(1, 70, stride), 5000]
    for step in steps:
        shutil.copytree(base.root, tmp_path / str(step) / "library")
    with script(STEPWISE, tmp_path, built, action, *steps) as process:
        output, errors = process.communicate(timeout=100)
    assert (process.returncode, errors) == (0, b"")
    statuses = dict(line.split() for line in output.decode().splitlines())
    ends = [statuses[str(step)] for step in steps]
    assert ends == sorted(ends, reverse=True)
    assert ends[-1] == "0"
    killed = [step for step in steps if statuses[str(step)] == "9"]
    assert len(killed) >= 20 // stride
    moved = []
    for step in [*killed, 5000]:
        house = House(tmp_path / str(step), built)
        head = stock("rev-parse", "HEAD", cwd=house.root)
        library = whole(house)
        moved.append(head != old)
        house.enter(library, "PRO-01", "anna")
        assert library.entries == house.audit().entries
        house.close()
    assert moved == sorted(moved)
    assert set(moved) == {False, True}


ENDLESS = """
import sys
from pathlib import Path
sys.path.insert(0, "tests/doors")
from realoffice import House
house = House(Path(sys.argv[1]), Path(sys.argv[2]))
library = house.open()
print("ready", flush=True)
for number in range(10_000):
    if number % 3 == 2:
        subject = library.register()[-1].id[:4] + str(100 + library.entries)
        library.put_draft(subject, house.text(library, subject, "x" * 50_000))
        house.enter(library, subject, "dan")
    else:
        library.comment("PRO-07", f"remark {number}", house.key("bob"))
    print("entered", flush=True)
"""


def test_killed_at_any_moment(house, library):
    """With all its children, as in a power cut; what was entered before stays."""
    house.publish(library, "PRO-07")
    library.close()
    dice, last = random.Random(3), 8
    for _ in range(7):
        with script(ENDLESS, house.place, house.built, start_new_session=True) as process:
            for _ in range(dice.randrange(1, 5)):
                assert process.stdout.readline(), process.stderr.read().decode()
            time.sleep(dice.uniform(0, 0.02))
            os.killpg(process.pid, signal.SIGKILL)
        for name in ("refs/heads/main.lock", "HEAD.lock", "index.lock"):
            if (house.root / ".git" / name).exists():
                os.utime(house.root / ".git" / name, (time.time() - 4000,) * 2)
        library = house.open()
        assert library.violations == ()
        assert library.entries >= last
        last = library.entries
        library.close()
    assert last > 13
    library = house.open()
    library.comment("PRO-07", "and on", house.key("bob"))
    assert house.lawful().entries == last + 1
    assert library.book.work.laid() == library.book.state.tree
    assert stock("status", "--porcelain", "--untracked-files=no", cwd=house.root) == ""
    fresh = house.open(home=Home(house.place / "another"))
    assert fresh.register() == library.register()


# -- a full disk -----------------------------------------------------------------------------------------------------


class Disk:
    """Lets so many writes through, then is full."""

    def __init__(self, monkeypatch, left):
        self.left = left
        self.refused = 0
        for owner, name in ((looseobjects, "_write"), (looseobjects, "_flush_folder"), (worktree, "_replace")):
            monkeypatch.setattr(owner, name, self.guarded(getattr(owner, name)))
        monkeypatch.setattr(os, "mkdir", self.guarded(os.mkdir))
        # The branch itself is moved by git.
        from docctl.adapters import gitledger

        monkeypatch.setattr(gitledger, "attempt", self.git(gitledger.attempt))

    def guarded(self, real):
        def act(*words, **more):
            self.left -= 1
            if self.left < 0:
                self.refused += 1
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*words, **more)

        return act

    def git(self, real):
        def act(words, *more, **named):
            if words[0] in ("update-ref", "read-tree"):
                self.left -= 1
                if self.left < 0:
                    self.refused += 1
                    return gitprocess.Outcome(128, b"", "fatal: cannot lock ref: No space left on device")
            return real(words, *more, **named)

        return act


@pytest.mark.parametrize("action", ["publish", "submit"])
def test_a_disk_that_fills_at_any_write_leaves_the_old_ledger_or_the_new(built, tmp_path, monkeypatch, action):
    base = copy_of(built, tmp_path / "base")
    prepare(base, base.open(), action)
    refusals = accepted = 0
    for left in range(60):
        house = copy_of(base.place, tmp_path / str(left))
        house.built = built
        library = house.open()
        head, entries = library.book.ledger.head(), library.entries
        register = library.register()
        with monkeypatch.context() as patch:
            disk = Disk(patch, left)
            try:
                if action == "submit":
                    house.enter(library, "PRO-07", "dan")
                else:
                    library.publish("PRO-07", house.key("anna"))
            except DocctlError as error:
                assert isinstance(error, Unavailable)
                assert error.code == "disk-full"
                assert (library.book.ledger.head(), library.entries) == (head, entries)
                assert library.register() == register
                refusals += 1
            else:
                assert library.entries == entries + 1
                assert library.book.ledger.head() != head
                assert (library.book.unlaid is not None) == (disk.refused > 0)
                accepted += 1
        left_over = list((house.root / ".git/objects").glob("tmp_obj*"))
        assert left_over == []
        # The disk has room again: the same library works on, and so does one that is opened anew.
        library.comment("PRO-07", "and on", house.key("bob")) if accepted else library.book.refresh()
        assert library.book.unlaid is None
        whole(house)
        house.close()
        if not disk.refused:
            break
    else:
        raise AssertionError(left)
    assert refusals > 5
    assert accepted > 1


@pytest.fixture
def small(tmp_path):
    """A disk of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m,nr_inodes=2000", "tmpfs", str(place)]
    try:
        done = subprocess.run(words, capture_output=True, check=False)
    except OSError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip("no disk of one's own without rights")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_really_full(built, small):
    house = copy_of(built, small)
    home = Home(small / "home")
    library = house.open(home=home)
    house.publish(library, "PRO-07")
    filler = small / "filler"
    handle = os.open(filler, os.O_WRONLY | os.O_CREAT)
    with pytest.raises(OSError, match="No space"):
        while True:
            os.write(handle, b"x" * 4096)
    os.close(handle)
    head, entries = library.book.ledger.head(), library.entries
    codes = []
    for _ in range(12):
        # A little more room each time, until the entry fits.
        try:
            library.comment("PRO-07", "A remark", house.key("bob"))
        except DocctlError as error:
            codes.append(error.code)
            assert (library.book.ledger.head(), library.entries) == (head, entries)
        else:
            break
        os.truncate(filler, max(0, filler.stat().st_size - 4096))
    assert codes
    assert {"disk-full"} <= set(codes) <= {"disk-full", "disk-failed"}
    assert library.entries == entries + 1
    filler.unlink()
    library.comment("PRO-07", "and on", house.key("bob"))
    library.close()
    assert house.lawful().entries == entries + 2
    again = house.open(home=home)
    assert (again.entries, again.violations) == (entries + 2, ())
    house.close()


def test_a_full_disk_under_the_typesetter_is_told(house, library, monkeypatch):
    """A copy, and the rehearsal of one before a text is submitted, are made from files in a temporary folder."""
    house.publish(library, "PRO-07")

    def mkdtemp(*_words, **_more):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.mkdtemp", mkdtemp)
    for act in (
        lambda: library.get("PRO-07", form="pdf"),
        lambda: library.submit("PRO-01", "Because", house.key("anna")),
    ):
        with pytest.raises(Unavailable) as caught:
            act()
        assert caught.value.code == "disk-full"
    assert library.entries == 8


def test_a_file_that_may_not_grow_is_told(house, library):
    """The limit of a file's size, which the system enforces in every write."""
    files = house.text(library, "PRO-07", os.urandom(30_000).hex())
    library.put_draft("PRO-07", files)
    head = library.book.ledger.head()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        with pytest.raises(Unavailable) as caught:
            house.enter(library, "PRO-07", "dan")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.code == "disk-failed"
    assert library.book.ledger.head() == head
    house.enter(library, "PRO-07", "dan")
    assert whole(house).entries == 5
