"""Several people send at the same time: the door judges each, one is first, the others follow by themselves."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from doors.realoffice import House
from sending import Person
from serving import TOP, git, on_disk

from docctl.adapters.home import Home
from docctl.library import auditing
from docctl.library.library import open_library

PEOPLE = ("anna", "bob", "eva")


@pytest.fixture
def disk(tmp_path, office):
    """A shared folder with the hook; nobody sent anything yet but the library as it began."""
    with on_disk(tmp_path) as found:
        first = Person(tmp_path / "first", found, office.key("anna"))
        first.docctl("hook", "install", found.repo)
        library = office.copy(tmp_path / "library")
        first.docctl("--library", library, "remote", found.url)
        first.docctl("--library", library, "sync")
        yield found


def copies(office, disk, tmp_path):
    """One copy a person, each with an entry of its own that nobody else has."""
    for name in PEOPLE:
        person = Person(tmp_path / name, disk, office.key(name))
        copy = office.copy(tmp_path / name / "library")
        person.docctl("--library", copy, "remote", disk.url)
        person.docctl("--library", copy, "comment", "POL-07", f"Of {name}")
        yield person, copy


def test_of_several_at_once_all_get_in_one_behind_the_other(office, disk, tmp_path):
    running = []
    for person, copy in list(copies(office, disk, tmp_path)):
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": str(TOP),
            "DOCCTL_HOME": str(person.home),
        }
        line = [sys.executable, "-m", "docctl", "--library", str(copy), "--key", str(person.key), "sync"]
        running.append(subprocess.Popen(line, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
    said = [(one.communicate()[0], one.returncode) for one in running]
    assert [status for _, status in said] == [0] * len(PEOPLE), said
    with open_library(disk.repo, Home(tmp_path / "auditor")) as library:
        assert library.entries == office.entries + len(PEOPLE)
        comments = {one.entry.comment for one, _ in library.history("POL-07")}
        assert {f"Of {name}" for name in PEOPLE} <= comments
        assert auditing.verify(library.book.ledger, library.anchor()).verdict == "lawful"
    # What the hook kept is right: the next entry is judged on it, and so is a forged one.
    person = Person(tmp_path / "anna", disk, office.key("anna"))
    copy = tmp_path / "anna" / "library"
    person.docctl("--library", copy, "sync")
    person.docctl("--library", copy, "comment", "POL-07", "Later")
    assert "sent 1" in person.docctl("--library", copy, "sync")


def test_who_was_overtaken_on_the_way_is_told_so_and_sync_tries_again(office, disk, tmp_path):
    """The hook of the slower one looks when the faster one's entry is already there."""
    (_, fast), (slow, copy) = list(copies(office, disk, tmp_path))[:2]
    hook = disk.repo / "hooks/pre-receive"
    real = hook.with_name("real")
    hook.rename(real)
    head = git("rev-parse", "main", cwd=fast).stdout.strip()
    git("push", "-q", disk.url, f"{head}:refs/heads/fast", cwd=fast)
    # Once: somebody else's entry comes in between what git told the sender and what the hook sees.
    hook.write_text(
        "#!/bin/sh\nif [ ! -e overtaken ]; then touch overtaken\n"
        f"env -u GIT_QUARANTINE_PATH git update-ref refs/heads/main {head}; fi\nexec hooks/real\n"
    )
    hook.chmod(0o755)
    said = slow.docctl("--library", copy, "sync")
    assert (disk.repo / "overtaken").exists()
    assert "received 1, sent 1" in said
    assert "signed anew" in said
    with open_library(copy, Home(slow.home)) as library:
        assert library.entries == office.entries + 2
        assert library.violations == ()
        assert House(tmp_path, office.place).audit(copy).verdict == "lawful"


def test_a_push_that_fails_behind_the_hook_leaves_the_kept_state_of_the_old_head(office, disk, tmp_path):
    person, copy = next(copies(office, disk, tmp_path))
    hook = disk.repo / "hooks/update"
    hook.write_text("#!/bin/sh\necho 'not today' >&2\nexit 1\n")
    hook.chmod(0o755)
    assert "not today" in person.docctl("--library", copy, "sync", status=1)
    hook.unlink()
    assert "sent 1" in person.docctl("--library", copy, "sync")
