"""The server's door: it says what the auditor says, asks for more than lawfulness, and in doubt takes nothing over."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing

import pytest
from realoffice import candidate, force, stock, watched
from test_three_doors import FORGERIES, remark, walk

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core.checkpoint import Anchor
from docctl.errors import DocctlError, NotFound, Refused
from docctl.library import admission, auditing, clock
from docctl.library import book as books

MAIN = "refs/heads/main"
NOTHING = "0" * 40


class Door:
    """A bare repository with the hook, and what is sent to it laid apart as git does."""

    def __init__(self, place):
        self.place = place
        with GitLedger.create(place, bare=True):
            pass
        self.done = admission.install(place, None, ("gone",))
        self.head = None

    def hold(self, library, upto):
        """Let the server have the history up to a commit, by a way that no door guards."""
        stock("fetch", "-q", str(library.root), f"{upto}:refs/heads/main", cwd=self.place)
        self.head = upto

    def lay_apart(self, library):
        place = self.place / "objects" / "incoming-test"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(library.root / ".git/objects", place)
        return place

    def ask(self, *lines, quarantine=""):
        text = "".join(f"{line}\n" for line in lines).encode()
        return [(one.entry, one.error.code, one.commit) for one in admission.admit(self.place, str(quarantine), text)]

    def send(self, library, new, old=None):
        return self.ask(f"{old or self.head or NOTHING} {new} {MAIN}", quarantine=self.lay_apart(library))


@pytest.fixture
def door(tmp_path):
    return Door(tmp_path / "shared.git")


def ids(library):
    ledger = library.book.ledger
    return [one for one, _ in ledger.commits(None, ledger.head())]


# -- the same machine ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [11, 12])
def test_the_door_and_the_auditor_agree_wherever_the_history_is_cut(house, library, door, seed):
    expected = walk(house, library, seed, 40)
    assert len({rule for _, rule in expected}) > 5
    every = ids(library)
    assert [(one.entry, one.rule) for one in house.audit().violations] == expected
    assert door.send(library, every[-1]) == [(entry, rule, every[entry]) for entry, rule in expected]
    for cut in (8, 21, 38):
        door.hold(library, every[cut])
        wanted = [(entry, rule, every[entry]) for entry, rule in expected if entry > cut]
        assert door.send(library, every[-1]) == wanted


@pytest.mark.parametrize("rule", FORGERIES)
def test_what_no_command_would_write_is_refused(house, library, door, rule):
    house.publish(library, "PRO-01")
    old = library.book.ledger.head()
    door.hold(library, old)
    new = force(library, candidate(library, house.key("dan"), remark(library), **FORGERIES[rule](library)))
    assert door.send(library, new)[0] == (8, rule, new)


def test_what_is_lawful_is_let_in_at_once_and_bit_by_bit(house, library, door):
    house.publish(library, "PRO-01")
    every = ids(library)
    assert door.send(library, every[-1]) == []
    for cut, new in enumerate(every[1:]):
        door.hold(library, every[cut])
        assert door.send(library, new) == []


def test_a_history_that_was_rewritten_and_one_that_goes_back_are_refused(house, library, door):
    house.publish(library, "PRO-01")
    every = ids(library)
    door.hold(library, every[-1])
    assert [one[:2] for one in door.send(library, every[3])] == [(8, "not-linear")]
    new = force(library, candidate(library, house.key("dan"), remark(library), parent=every[-2]))
    assert door.send(library, new)[0] == (8, "not-linear", new)
    merged = stock("commit-tree", "-p", every[-1], "-p", every[2], "-m", "x", "main^{tree}", cwd=library.root)
    assert door.send(library, merged) == [(8, "not-linear", merged)]


# -- admission -------------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(house, library, door):
    """One lawful entry behind what the server has: the door, and its head."""
    house.publish(library, "PRO-01")
    door.hold(library, library.book.ledger.head())
    library.comment("PRO-01", "A remark", house.key("dan"))
    return library, door, library.book.ledger.head()


def test_nothing_but_entries_of_main_is_taken_over_and_every_line_is_answered(sent):
    library, door, new = sent
    apart = door.lay_apart(library)
    good = f"{door.head} {new} {MAIN}"
    assert door.ask(good, quarantine=apart) == []
    for name in ("refs/heads/other", "refs/tags/v1", "refs/notes/commits", "refs/heads/main2", "refs/docctl/kept/1"):
        assert door.ask(f"{NOTHING} {new} {name}", good, quarantine=apart) == [(None, "admission-elsewhere", "")]
    assert door.ask(f"{door.head} {NOTHING} {MAIN}") == [(None, "admission-deletion", "")]
    both = door.ask(f"{door.head} {NOTHING} {MAIN}", f"{NOTHING} {new} refs/heads/b", quarantine=apart)
    assert [code for _, code, _ in both] == ["admission-deletion", "admission-elsewhere"]


def test_the_senders_word_on_where_the_server_stands_is_not_believed(sent):
    library, door, new = sent
    before = ids(library)[-3]
    for old in (before, NOTHING, new, "1" * 40):
        assert door.send(library, new, old) == [(None, "admission-first", "")]


@pytest.mark.parametrize(
    "request_", [b"", b"\n", b"x\n", b"%b %b refs/heads/main" % (b"0" * 40, b"1" * 40), b"\xff\xfe\n",
                 b"%b %b main\n" % (b"0" * 40, b"1" * 40), b"%b %b refs/heads/a b\n" % (b"0" * 40, b"1" * 40)],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(door, request_):
    with pytest.raises(Refused) as caught:
        admission.admit(door.place, "", request_)
    assert caught.value.code == "admission-request"


def test_what_does_not_lie_apart_cannot_be_judged(sent, tmp_path):
    library, door, new = sent
    stock("fetch", "-q", str(library.root), "main:refs/sent", cwd=door.place)
    for place in ("", tmp_path, door.place / "objects", door.place / "objects" / "pack/.." / "nowhere"):
        assert door.ask(f"{door.head} {new} {MAIN}", quarantine=place) == [(None, "admission-quarantine", "")]


def test_an_object_that_cannot_be_read_means_no(sent):
    library, door, new = sent
    apart = door.lay_apart(library)
    (apart / new[:2] / new[2:]).chmod(0o644)
    (apart / new[:2] / new[2:]).write_bytes(b"junk")
    lines = (f"{door.head} {new} {MAIN}", f"{NOTHING} {new} refs/heads/other")
    other = (None, "admission-elsewhere", "")
    assert door.ask(*lines, quarantine=apart) == [(None, "object-missing", ""), other]
    shutil.rmtree(apart / new[:2])
    assert door.ask(*lines, quarantine=apart) == [(None, "object-missing", ""), other]


def test_entries_are_signed_near_the_servers_time(sent, monkeypatch):
    library, door, new = sent
    at, number = library.book.state.time, library.entries - 1
    day = 86400
    for now, wanted in (
        (at - 300, []),
        (at - 301, [(number, "admission-ahead", new)]),
        (at + 30 * day, []),
        (at + 30 * day + 1, [(number, "admission-behind", new)]),
    ):
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        assert door.send(library, new) == wanted
    stock("config", "docctl.hook.behind", str(90 * day), cwd=door.place)
    assert door.send(library, new) == []
    stock("config", "docctl.hook.ahead", "0", cwd=door.place)
    monkeypatch.setattr(clock, "now", lambda: at - 1)
    assert door.send(library, new) == [(number, "admission-ahead", new)]


def test_a_library_that_moves_in_may_be_old(house, library, door, monkeypatch):
    house.publish(library, "PRO-01")
    at = library.book.state.time
    monkeypatch.setattr(clock, "now", lambda: at + 900 * 86400)
    assert door.send(library, library.book.ledger.head()) == []


def test_a_setting_that_cannot_be_used_lets_nothing_in(sent):
    library, door, new = sent
    for name, value in (("ahead", "5m"), ("behind", "-1"), ("anchor", "office")):
        stock("config", f"docctl.hook.{name}", value, cwd=door.place)
        assert door.send(library, new) == [(None, "admission-setting", "")]
        stock("config", "--unset", f"docctl.hook.{name}", cwd=door.place)


def test_the_first_library_must_be_the_one_of_the_anchor(house, library, tmp_path):
    door = Door(tmp_path / "pinned.git")
    admission.install(door.place, Anchor("0" * 64, "Office"), ("gone",))
    new = library.book.ledger.head()
    assert door.send(library, new) == [(0, "anchor-differs", "")]
    admission.install(door.place, house.anchor, ("gone",))
    assert door.send(library, new) == []
    admission.install(door.place, None, ("gone",))
    assert admission.terms(door.place).anchor.library == house.anchor.library


# -- what is kept ----------------------------------------------------------------------------------------------------


@pytest.fixture
def judged(monkeypatch):
    """The entries that are judged, in order."""
    return watched(monkeypatch, auditing)


def kept(door):
    return Home(door.place / "docctl").state(door.place)


def test_only_what_is_new_is_judged(sent, judged, house):
    library, door, new = sent
    before = ids(library)[:-1]
    assert door.send(library, new) == []
    assert judged == [*before, new]
    judged.clear()
    assert door.send(library, new) == []
    assert judged == [new]
    door.hold(library, new)
    library.comment("PRO-01", "Another", house.key("dan"))
    judged.clear()
    # What came in last is caught up with, once.
    assert door.send(library, library.book.ledger.head()) == []
    assert door.send(library, library.book.ledger.head()) == []
    last = ids(library)[-1]
    assert judged == [new, last, last]


def test_what_is_kept_is_of_the_last_entry_taken_over_never_of_one_sent(sent, judged):
    """Whatever was sent and refused, or sent and then lost a race, leaves nothing behind."""
    library, door, new = sent
    assert door.send(library, new) == []
    with closing(books.Book(GitLedger.open(door.place), Home(door.place / "docctl"))) as book:
        judged.clear()
        book.refresh()
        assert (book.state.head, judged) == (door.head, [])


def test_what_others_could_have_written_is_not_used(sent, judged, house):
    library, door, new = sent
    assert door.send(library, new) == []
    for mode in (0o770, 0o707, 0o750):
        (door.place / "docctl").chmod(mode)
        judged.clear()
        assert door.send(library, new) == []
        assert len(judged) == library.entries
    if os.geteuid() == 0:
        (door.place / "docctl").chmod(0o700)
        os.chown(door.place / "docctl", 65534, -1)
        judged.clear()
        assert door.send(library, new) == []
        assert len(judged) == library.entries


def test_a_bit_flipped_in_what_is_kept_changes_nothing(sent, house):
    library, door, new = sent
    forged = force(library, candidate(library, house.key("dan"), remark(library), sequence=3))
    wanted = [(9, "sequence-wrong", forged)]
    assert door.send(library, forged) == wanted
    data = kept(door).read_bytes()
    assert len(data) > 4096
    for at in range(0, len(data), len(data) // 12):
        kept(door).write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert door.send(library, forged) == wanted
        assert door.send(library, new) == []


# -- putting it in ---------------------------------------------------------------------------------------------------


def refusal(path, anchor=None):
    with pytest.raises(DocctlError) as caught:
        admission.install(path, anchor, ("gone",))
    return caught.value


def facts(place):
    return {path.relative_to(place): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def test_installing_again_changes_nothing(door):
    before = facts(door.place)
    done = admission.install(door.place, None, ("gone",))
    assert (done.entries, done.violations) == (0, ())
    assert facts(door.place) == before
    stock("config", "receive.maxInputSize", "1g", cwd=door.place)
    stock("symbolic-ref", "HEAD", "refs/heads/master", cwd=door.place)
    stock("config", "receive.denyDeletes", "false", cwd=door.place)
    admission.install(door.place, None, ("gone",))
    said = stock("config", "--list", cwd=door.place).lower().splitlines()
    assert {"receive.maxinputsize=1g", "receive.denydeletes=true", "core.hookspath=hooks"} <= set(said)
    assert stock("symbolic-ref", "HEAD", cwd=door.place) == MAIN


def test_what_is_there_already_is_judged_and_told(house, library, door):
    house.publish(library, "PRO-01")
    force(library, candidate(library, house.key("dan"), remark(library), sequence=3))
    door.hold(library, library.book.ledger.head())
    done = admission.install(door.place, house.anchor, ("gone",))
    assert (done.entries, [(one.entry, one.rule) for one in done.violations]) == (9, [(8, "sequence-wrong")])


def test_no_hook_where_it_would_not_help(house, door, tmp_path):
    assert isinstance(refusal(tmp_path / "nowhere"), NotFound)
    assert isinstance(refusal(tmp_path), NotFound)
    assert refusal(house.root).code == "hook-not-bare"
    assert refusal(house.root / ".git").code == "hook-not-bare"
    assert not (house.root / ".git/hooks/pre-receive").exists()
    stock("config", "core.hooksPath", "/etc/hooks", cwd=door.place)
    assert refusal(door.place).code == "hook-elsewhere"
    stock("config", "core.hooksPath", "hooks", cwd=door.place)
    if os.geteuid() == 0:
        os.chown(door.place, 65534, -1)
        assert refusal(door.place).code == "hook-owner"


@pytest.mark.parametrize("dangling", [False, True])
def test_somebody_elses_hook_is_left_alone(tmp_path, dangling):
    place = tmp_path / "shared.git"
    with GitLedger.create(place, bare=True):
        pass
    (place / "hooks").mkdir()
    hook = place / "hooks/pre-receive"
    if dangling:
        hook.symlink_to("/nonexistent/hook")
    else:
        hook.write_text("#!/bin/sh\nexit 0\n")
    before = facts(place)
    assert refusal(place).code == "hook-exists"
    assert facts(place) == before


def test_another_library_than_the_anchors_gets_no_hook(library, tmp_path):
    place = tmp_path / "shared.git"
    stock("clone", "-q", "--bare", str(library.root), str(place), cwd=tmp_path)
    before = facts(place)
    assert refusal(place, Anchor("0" * 64, "Other")).code == "anchor-differs"
    shutil.rmtree(place / "docctl")  # what was judged is kept, and is right
    assert facts(place) == before


# -- the file itself -------------------------------------------------------------------------------------------------


def call(door, request=b""):
    env = {"PATH": os.environ["PATH"], "GIT_DIR": "."}
    line = [str(door.place / "hooks/pre-receive")]
    return subprocess.run(line, cwd=door.place, env=env, input=request, capture_output=True, text=False, check=False)


def test_called_by_hand_it_says_no_in_one_sentence_a_language(door):
    done = call(door)
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr, len(lines)) == (1, b"", 4)
    assert [line.partition(":")[0] for line in lines[1::2]] == ["admission-request"] * 2
    stock("config", "docctl.hook.lang", "az", cwd=door.place)
    assert call(door).stdout.decode().splitlines() == lines[2:]


def test_where_docctl_is_gone_or_broken_nothing_gets_in(door, tmp_path):
    hook = door.place / "hooks/pre-receive"
    text = hook.read_text("utf-8")
    hook.write_text(text.replace("python=", "python=/nonexistent", 1), "utf-8")
    done = call(door)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"gone\n", b"")
    broken = tmp_path / "broken"
    (broken / "docctl").mkdir(parents=True)
    (broken / "docctl/__main__.py").write_text("import no_such_module\n")
    (broken / "docctl/__init__.py").write_text("")
    hook.write_text(text.replace("PYTHONPATH=", f"PYTHONPATH={broken} OLD=", 1), "utf-8")
    done = call(door)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == ["docctl: ModuleNotFoundError: No module named 'no_such_module'"]
