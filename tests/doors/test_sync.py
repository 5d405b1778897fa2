"""Two copies of a library and the shared one between them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading

import pytest
from realoffice import ROOT, candidate, force, refusal, stock

from docctl import signatures
from docctl.adapters import remote
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core.checkpoint import Anchor
from docctl.core.state import unseal
from docctl.errors import LedgerChanged, Refused, Unavailable
from docctl.library import clock, deciding, founding, syncing
from docctl.library.founding import join_library


class Pair:
    """Copy A (anna's, where everything began), copy B (joined), and the shared one."""

    def __init__(self, house):
        self.house = house
        self.shared = house.place / "shared.git"
        with GitLedger.create(self.shared, bare=True):
            pass
        self.a = house.open()
        remote.set_remote(self.a.root, str(self.shared))
        house.publish(self.a, "POL-07")
        self.a.sync(None)
        self.b = join_library(str(self.shared), house.place / "b", house.anchor, self.home_b)
        house.opened.append(self.b)

    @property
    def home_b(self):
        return Home(self.house.place / "home-b")

    def key(self, name):
        return self.house.key(name)

    def comment(self, library, text, who):
        return library.comment("POL-07", text, self.key(who))

    def alike(self):
        """Everybody has the same, it is lawful, and the working files are those of the head."""
        head = self.a.book.ledger.head()
        assert self.b.book.ledger.head() == head == stock("rev-parse", "main", cwd=self.shared)
        for library in (self.a, self.b):
            self.house.lawful(library.root)
            assert library.violations == ()
            assert library.book.state.head == head
            assert dirty(library) == []
            assert kept(library) == []
        return entries(self.a)


def entries(library):
    ledger = library.book.ledger
    return [unseal(*pair).entry for pair in ledger.commits(None, ledger.head())]


def dirty(library):
    """What differs from the head, the starter's unsubmitted texts apart."""
    return stock("status", "--porcelain", "--untracked-files=no", cwd=library.root).splitlines()


def kept(library):
    return stock("for-each-ref", "--format=%(refname) %(objectname)", "refs/docctl/kept", cwd=library.root).splitlines()


def facts(library):
    """Everything that a refused sync must leave as it was."""
    files = {
        path.relative_to(library.root): path.read_bytes()
        for path in sorted(library.root.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }
    return library.book.ledger.head(), library.entries, kept(library), files, library.register()


@pytest.fixture
def pair(house):
    return Pair(house)


def test_what_one_enters_comes_to_the_other(pair):
    pair.house.publish(pair.a, "PRO-07")
    assert pair.a.sync(None).sent == 4
    done = pair.b.sync(None)
    assert (done.received, done.sent, done.signed_anew) == (4, 0, 0)
    assert (pair.b.root / "procedures/PRO-07/az.md").exists()
    pair.alike()
    assert pair.b.sync(None) == pair.a.sync(None)
    assert not (pair.b.root / "drafts").exists()


def test_entries_made_at_once_are_judged_and_signed_anew_behind_those_that_were_first(pair):
    house, a, b = pair.house, pair.a, pair.b
    house.submit(a, "PRO-07", "anna")
    pair.comment(a, "of A", "bob")
    a.sync(None)

    house.submit(b, "PRO-08", "dan", "Birinci.")
    b.comment("PRO-08", "of my own", pair.key("dan"))
    house.submit(b, "PRO-08", "dan", "İkinci.")
    b.comment("PRO-08", "of my own, again", pair.key("dan"))
    pair.comment(b, "of B", "dan")
    before = entries(b)[8:]
    assert [one.sequence for one in before] == [8, 9, 10, 11, 12]

    done = b.sync(pair.key("dan"))
    assert (done.received, done.sent, done.signed_anew) == (2, 5, 5)
    a.sync(None)
    found = pair.alike()[8:]
    assert [(one.subject, one.comment) for one in found[2:]] == [(one.subject, one.comment) for one in before]
    first, remark, second, again, last = found[2:]
    assert [one.sequence for one in found] == list(range(8, 15))
    assert (first.previous, remark.event.submission, remark.previous) == (None, 10, 10)
    assert (second.event.base_submission, again.event.submission) == (10, 12)
    assert (last.previous, last.event.publication) == (9, 7)
    assert first.event.content == before[0].event.content
    assert b.draft("PRO-08") == house.text(b, "PRO-08", "İkinci.")


def test_approvals_made_at_once_in_two_places_both_count(pair):
    house, a, b = pair.house, pair.a, pair.b
    house.submit(a, "PRO-07")
    a.approve("PRO-07", pair.key("eva"))
    a.sync(None)
    b.sync(None)
    pair.comment(a, "meanwhile", "dan")
    a.sync(None)
    b.approve("PRO-07", pair.key("bob"))
    assert b.sync(pair.key("bob")).signed_anew == 1
    a.sync(None)
    a.publish("PRO-07", pair.key("anna"))
    a.sync(None)
    b.sync(None)
    pair.alike()


def test_a_number_that_both_took_is_given_anew_to_the_later(pair):
    house, a, b = pair.house, pair.a, pair.b
    house.submit(a, "PRO-07", "anna", "Of A.")
    a.sync(None)
    house.submit(b, "PRO-07", "dan", "Of B.")
    b.comment("PRO-07", "on mine", pair.key("dan"))
    house.submit(b, "PRO-07", "dan", "Of B, better.")
    pair.comment(b, "on another", "dan")
    assert b.sync(pair.key("dan")).signed_anew == 4
    a.sync(None)
    found = pair.alike()
    assert [one.subject for one in found[8:]] == ["PRO-07", "PRO-08", "PRO-08", "PRO-08", "POL-07"]
    for library in (a, b):
        assert library.draft("PRO-07") == house.text(library, "PRO-07", "Of A.")
        assert library.draft("PRO-08") == house.text(library, "PRO-08", "Of B, better.")
    house.agree(b, "PRO-08")
    b.publish("PRO-08", pair.key("anna"))
    house.lawful(b.root)


def test_a_number_is_not_given_that_a_draft_in_work_has(pair):
    house, a, b = pair.house, pair.a, pair.b
    house.submit(a, "PRO-07", "anna", "Of A.")
    a.sync(None)
    house.submit(b, "PRO-07", "dan", "Of B.")
    mine = house.text(b, "PRO-08", "Not submitted.")
    b.put_draft("PRO-08", mine)
    b.sync(pair.key("dan"))
    assert b.draft("PRO-08") == mine
    assert b.draft("PRO-09") == house.text(b, "PRO-09", "Of B.")
    a.sync(None)
    pair.alike()


def test_the_same_person_at_two_desks_loses_nothing(pair):
    """Even one's own two submissions under one number are two documents."""
    house, a, b = pair.house, pair.a, pair.b
    house.submit(a, "PRO-07", "dan", "At home.")
    a.sync(None)
    house.submit(b, "PRO-07", "dan", "At work.")
    b.sync(pair.key("dan"))
    a.sync(None)
    pair.alike()
    assert [row.id for row in a.register()] == ["POL-07", "PRO-07", "PRO-08"]


def test_an_own_entry_that_no_longer_fits_is_kept_aside_and_told(pair):
    house, a, b = pair.house, pair.a, pair.b
    house.submit(a, "PRO-07")
    a.sync(None)
    b.sync(None)
    b.approve("PRO-07", pair.key("eva"))
    before = b.book.ledger.head()
    a.cancel("PRO-07", pair.key("dan"))
    a.sync(None)
    done = b.sync(pair.key("eva"))
    (aside,) = done.aside
    assert (aside.document, aside.event, aside.rule, aside.draft) == ("PRO-07", "approved", "nothing-submitted", None)
    assert (done.sent, done.signed_anew, done.stopped) == (0, 0, None)
    assert kept(b) == [f"refs/docctl/kept/{before[:12]} {before}"]
    assert b.book.ledger.head() == a.book.ledger.head()
    assert dirty(b) == []
    house.lawful(b.root)
    done = b.sync(None)
    assert (done.sent, done.aside, b.violations) == (0, (), ())


def test_a_text_that_became_stale_stays_in_the_working_folder_and_the_rest_is_entered(pair):
    house, a, b = pair.house, pair.a, pair.b
    house.publish(a, "PRO-07", "One.")
    a.sync(None)
    b.sync(None)
    house.submit(b, "PRO-20", "dan", "The first of mine.")
    house.submit(b, "PRO-07", "dan", "Mine.")
    b.comment("PRO-07", "on mine", pair.key("dan"))
    house.submit(b, "PRO-21", "dan", "Another of mine.")
    pair.comment(b, "behind it", "dan")
    names = stock("log", "--format=%H", "--reverse", "-5", cwd=b.root).split()
    house.publish(a, "PRO-07", "Two.")
    a.sync(None)
    done = b.sync(pair.key("dan"))
    assert [(one.entry, one.document, one.event, one.draft) for one in done.aside] == [
        (13, "PRO-07", "submitted", "drafts/PRO-07"), (14, "PRO-07", "commented", None),
    ]  # fmt: skip
    assert done.aside[0].rule in {"revision-number", "base-stale"}
    assert (done.aside[1].rule, done.aside[1].values, done.aside[1].comment) == (
        "sync-follows", {"before": 13}, "on mine",
    )  # fmt: skip
    assert (done.received, done.sent, done.signed_anew) == (4, 3, 3)
    assert set(kept(b)) == {f"refs/docctl/kept/{one[:12]} {one}" for one in names[1:3]}
    a.sync(None)
    assert [(one.subject, one.comment) for one in entries(a)[16:]] == [
        ("PRO-20", "Because"), ("PRO-21", "Because"), ("POL-07", "behind it"),
    ]  # fmt: skip
    assert a.book.ledger.head() == b.book.ledger.head()
    house.lawful(b.root)
    assert b.draft("PRO-07") == house.text(b, "PRO-07", "Mine.")
    assert b.draft("PRO-20") == house.text(b, "PRO-20", "The first of mine.")
    assert b.draft("PRO-21") == house.text(b, "PRO-21", "Another of mine.")
    assert b.text("PRO-07") == house.text(b, "PRO-07", "Two.")
    # And so it can be entered again at once.
    b.submit("PRO-07", "Again", pair.key("dan"))
    assert b.sync(None).sent == 1
    a.sync(None)
    assert a.text("PRO-07", revision=3) == house.text(a, "PRO-07", "Mine.")
    house.lawful(a.root)


def test_a_text_set_aside_is_laid_as_a_draft_where_its_files_were_gone_or_its_number_taken(pair):
    """Somebody left meanwhile: nothing of his is entered any more, and nothing of it is lost."""
    house, a, b = pair.house, pair.a, pair.b
    house.submit(b, "PRO-07", "dan", "Of B.")
    house.submit(b, "PRO-30", "dan", "Of B, with its files removed.")
    b.comment("POL-07", "my last words", pair.key("dan"))
    shutil.rmtree(b.root / "drafts/PRO-30")
    house.submit(a, "PRO-07", "anna", "Of A.")
    dan = next(key for key, one in a.authority.keys.items() if one.person == "dan")
    a.suspend(signatures.parse_public(dan).fingerprint, "Lost", pair.key("bob"))
    a.sync(None)
    done = b.sync(pair.key("dan"))
    assert [(one.document, one.rule, one.draft, one.comment) for one in done.aside] == [
        ("PRO-07", "signer-suspended", "drafts/PRO-08", "Because"),
        ("PRO-30", "signer-suspended", "drafts/PRO-30", "Because"),
        ("POL-07", "signer-suspended", None, "my last words"),
    ]
    assert b.draft("PRO-07") == house.text(b, "PRO-07", "Of A.")
    assert b.draft("PRO-08") == house.text(b, "PRO-08", "Of B.")
    assert b.draft("PRO-30") == house.text(b, "PRO-30", "Of B, with its files removed.")
    standing = syncing.standing(b.book)
    assert standing.pending == ()
    assert {(one.entry.subject, one.entry.comment) for one in standing.aside} == {
        ("PRO-07", "Because"), ("PRO-30", "Because"), ("POL-07", "my last words"),
    }  # fmt: skip
    assert syncing.dismiss(b.book) == 3
    assert syncing.standing(b.book).aside == ()
    house.lawful(b.root)


def test_what_is_not_at_the_shared_copy_yet_is_known_without_asking_it(pair):
    b = pair.b
    b.sync(None)
    pair.shared.rename(pair.shared.with_name("away.git"))
    assert syncing.standing(b.book).pending == ()
    pair.comment(b, "one", "dan")
    pair.comment(b, "two", "dan")
    with pytest.raises(Unavailable):
        b.sync(pair.key("dan"))
    assert [one.entry.comment for one in syncing.standing(b.book).pending] == ["one", "two"]
    pair.shared.with_name("away.git").rename(pair.shared)
    assert b.sync(None).sent == 2
    assert syncing.standing(b.book).pending == ()


def test_who_sets_aside_is_told_even_if_the_line_breaks_behind_it(pair, monkeypatch):
    """And the entries that could be entered again are pending, not lost."""
    house, a, b = pair.house, pair.a, pair.b
    house.publish(a, "PRO-07", "One.")
    a.sync(None)
    b.sync(None)
    house.submit(b, "PRO-07", "dan", "Mine.")
    pair.comment(b, "behind it", "dan")
    house.publish(a, "PRO-07", "Two.")
    a.sync(None)

    def broken(_path):
        raise Unavailable("remote-unreachable", remote="there", reason="gone")

    with monkeypatch.context() as patch:
        patch.setattr(remote, "push", broken)
        done = b.sync(pair.key("dan"))
    assert [one.document for one in done.aside] == ["PRO-07"]
    assert (done.sent, done.stopped.code) == (0, "remote-unreachable")
    assert b.draft("PRO-07") == house.text(b, "PRO-07", "Mine.")
    assert [one.entry.comment for one in syncing.standing(b.book).pending] == ["behind it"]
    assert b.sync(None).sent == 1


def test_a_wrong_clock_sets_nothing_aside(pair, monkeypatch):
    pair.comment(pair.a, "of A", "bob")
    pair.a.sync(None)
    pair.comment(pair.b, "of B", "dan")
    before = facts(pair.b)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 500 * 86400)
    assert refusal(pair.b.sync, pair.key("dan")).code == "clock-ahead"
    assert facts(pair.b) == before
    monkeypatch.setattr(clock, "now", lambda: now)
    assert pair.b.sync(pair.key("dan")).sent == 1


def test_a_draft_in_work_outlives_what_comes(pair):
    house, a, b = pair.house, pair.a, pair.b
    house.submit(a, "PRO-07", "dan", "One.")
    a.sync(None)
    b.sync(None)
    mine = house.text(b, "PRO-07", "I go on writing.")
    b.put_draft("PRO-07", mine)
    house.submit(a, "PRO-07", "dan", "Two.")
    a.sync(None)
    b.sync(None)
    assert b.draft("PRO-07") == mine
    house.agree(a, "PRO-07")
    a.publish("PRO-07", pair.key("anna"))
    a.sync(None)
    b.sync(None)
    assert b.draft("PRO-07") == mine
    assert b.text("PRO-07") == house.text(b, "PRO-07", "Two.")
    assert (b.root / "procedures/PRO-07/az.md").read_bytes() == b.text("PRO-07")["az.md"]


def test_who_pushes_between_fetch_and_push_is_waited_for(pair, monkeypatch):
    a, b = pair.a, pair.b
    pair.comment(a, "of A", "bob")
    pair.comment(b, "of B", "dan")
    real, late = remote.push, []

    def push(path):
        if path == b.root and not late:
            late.append(path)
            a.sync(None)
        return real(path)

    monkeypatch.setattr(remote, "push", push)
    done = b.sync(pair.key("dan"))
    assert (done.received, done.sent, done.signed_anew, done.beaten) == (1, 1, 1, 1)
    a.sync(None)
    pair.alike()


def test_who_is_let_in_together_with_another_finds_the_shared_copy_locked_and_comes_again(pair):
    """As git leaves it when it was killed there; it is not ours to remove, and after a while it is told."""
    lock = pair.shared / "refs/heads/main.lock"
    lock.touch()
    pair.comment(pair.b, "of B", "dan")
    free = threading.Timer(1.0, lock.unlink)
    free.start()
    done = pair.b.sync(None)
    free.join()
    assert (done.sent, done.beaten > 0) == (1, True)


def test_a_shared_copy_that_stays_locked_or_busy_is_told_after_a_while(pair, monkeypatch):
    pair.comment(pair.b, "of B", "dan")
    before = facts(pair.b)
    monkeypatch.setattr(syncing, "_SECONDS", 1)
    (pair.shared / "refs/heads/main.lock").touch()
    assert refusal(pair.b.sync, None).code == "remote-locked"
    (pair.shared / "refs/heads/main.lock").unlink()

    def first(_path):
        raise LedgerChanged("remote-ahead", remote="there")

    monkeypatch.setattr(remote, "push", first)
    assert refusal(pair.b.sync, None).code == "sync-busy"
    assert facts(pair.b) == before


def test_entries_signed_by_somebody_else_are_not_signed_anew(pair):
    pair.comment(pair.a, "of A", "bob")
    pair.a.sync(None)
    pair.comment(pair.b, "of B", "dan")
    before = facts(pair.b)
    assert refusal(pair.b.sync, None).code == "sync-needs-key"
    refused = refusal(pair.b.sync, pair.key("eva"))
    assert (refused.code, refused.values["name"]) == ("sync-other-signer", "Dan")
    assert facts(pair.b) == before


def test_nothing_unlawful_is_taken_over(pair):
    house, a, b = pair.house, pair.a, pair.b
    house.submit(a, "PRO-07")
    draft = deciding.approve("PRO-07", pair.key("bob").key, revision=None, comment="", behalf=None, body=None)
    force(a, candidate(a, pair.key("dan"), draft(a.book.state)))
    assert a.violations[-1].rule == "author-approves"
    stock("push", "-q", str(pair.shared), "main", cwd=a.root)
    pair.comment(b, "of B", "dan")
    before = facts(b)
    for signer in (None, pair.key("dan")):
        refused = refusal(b.sync, signer)
        assert (refused.code, refused.values) == ("remote-unlawful", {"rule": "author-approves", "entry": 9})
        assert facts(b) == before
    assert stock("rev-parse", "main", cwd=pair.shared) == a.book.ledger.head()


def test_one_known_violation_is_no_pass_for_another(pair):
    house, a = pair.house, pair.a
    draft = deciding.approve("PRO-07", pair.key("bob").key, revision=None, comment="", behalf=None, body=None)
    house.submit(a, "PRO-07")
    force(a, candidate(a, pair.key("dan"), draft(a.book.state)))
    stock("push", "-q", str(pair.shared), "main", cwd=a.root)
    shutil.copytree(a.root, house.place / "c")
    c = house.open(house.place / "c", Home(house.place / "home-c"))
    assert [one.rule for one in c.violations] == ["author-approves"]
    pair.comment(a, "lawful again", "bob")
    a.sync(None)
    assert c.sync(None).received == 1
    force(a, candidate(a, pair.key("dan"), draft(a.book.state)))
    stock("push", "-q", str(pair.shared), "main", cwd=a.root)
    before = facts(c)
    refused = refusal(c.sync, None)
    assert (refused.code, refused.values["entry"]) == ("remote-unlawful", 11)
    assert facts(c) == before


def test_a_rewritten_shared_history_is_not_taken_over(pair):
    """Somebody who may sign rebuilt what was shared: others hold entries by several people that it lacks."""
    house, a, b = pair.house, pair.a, pair.b
    stock("update-ref", "refs/heads/main", "main~1", cwd=pair.shared)
    a.close()
    stock("reset", "-q", "--hard", "main~2", cwd=house.root)
    again = house.open()
    again.book.refresh()
    again.comment("POL-07", "rewritten", pair.key("anna"))
    stock("push", "-q", "--force", str(pair.shared), "main", cwd=house.root)
    before = facts(b)
    for restore in (False, True):
        refused = refusal(b.sync, pair.key("dan"), restore=restore)
        assert (refused.code, refused.values) == ("remote-rewritten", {"entries": 2})
        assert facts(b) == before


@pytest.mark.parametrize("left", [5, 0])
def test_a_shared_copy_that_was_rolled_back_is_told_and_gets_its_entries_again_when_asked_to(pair, left):
    """From an old back-up, or by somebody who wants an entry forgotten."""
    pair.b.sync(None)
    pair.comment(pair.b, "of B", "dan")
    words = ["update-ref", "refs/heads/main", f"main~{8 - left}"] if left else ["update-ref", "-d", "refs/heads/main"]
    stock(*words, cwd=pair.shared)
    before = facts(pair.b)
    refused = refusal(pair.b.sync, pair.key("dan"))
    assert (refused.code, refused.values) == ("remote-rolled-back", {"entries": 8 - left})
    assert facts(pair.b) == before
    assert pair.b.sync(None, restore=True).sent == 9 - left
    pair.a.sync(None)
    pair.alike()


def test_another_shared_place_is_not_held_against_the_one_before(pair):
    with GitLedger.create(pair.house.place / "new.git", bare=True):
        pass
    pair.b.sync(None)
    remote.set_remote(pair.b.root, str(pair.house.place / "new.git"))
    assert pair.b.sync(None).sent == 8
    remote.set_remote(pair.b.root, str(pair.house.place / "new.git"))
    stock("update-ref", "refs/heads/main", "main~1", cwd=pair.house.place / "new.git")
    assert refusal(pair.b.sync, None).code == "remote-rolled-back"


def test_another_library_in_the_shared_place_is_refused(pair, built, tmp_path):
    other = founding.found_library(
        tmp_path / "other",
        founding.Founder("anna", "Anna", "anna@office.example", "QM", pair.key("anna"), pair.key("recovery")),
        {"az": "Başqa", "en": "Other"},
        home=Home(tmp_path / "home-other"),
    )
    other.close()
    shutil.rmtree(pair.shared)
    stock("clone", "-q", "--bare", str(tmp_path / "other"), str(pair.shared), cwd=tmp_path)
    before = facts(pair.b)
    assert refusal(pair.b.sync, pair.key("dan")).code == "library-other"
    assert facts(pair.b) == before


def test_an_unreachable_shared_copy_changes_nothing(pair):
    pair.comment(pair.b, "of B", "dan")
    before = facts(pair.b)
    pair.shared.rename(pair.shared.with_name("away.git"))
    with pytest.raises(Unavailable) as caught:
        pair.b.sync(pair.key("dan"))
    assert caught.value.code == "remote-unreachable"
    assert facts(pair.b) == before
    pair.shared.with_name("away.git").rename(pair.shared)
    assert pair.b.sync(pair.key("dan")).sent == 1


def test_a_server_that_says_no_is_heard_and_own_entries_stay(pair):
    hook = pair.shared / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'entry 8 breaks a rule' >&2\nexit 1\n")
    hook.chmod(0o755)
    pair.comment(pair.b, "of B", "dan")
    before = facts(pair.b)
    refused = refusal(pair.b.sync, None)
    assert (refused.code, refused.values["reason"]) == ("remote-refused", "entry 8 breaks a rule")
    assert facts(pair.b) == before


def test_without_a_shared_copy_there_is_nothing_to_sync(library):
    assert refusal(library.sync, None).code == "remote-none"


@pytest.mark.parametrize("there", [False, True])
def test_joining_with_another_anchor_leaves_nothing(pair, tmp_path, there):
    place, home = tmp_path / "joined", Home(tmp_path / "home-joined")
    if there:
        place.mkdir()
    wrong = Anchor("0" * 64, "Office")
    with pytest.raises(Refused) as caught:
        join_library(str(pair.shared), place, wrong, home)
    assert (caught.value.code, caught.value.values["rule"]) == ("join-not-lawful", "anchor-differs")
    assert not place.exists() or not list(place.iterdir())
    assert home.anchors() == ()


def test_joining_what_is_unlawful_empty_or_not_there_leaves_nothing(pair, tmp_path):
    a, home = pair.a, Home(tmp_path / "home-joined")
    remark = deciding.comment("POL-07", "A remark", None)(a.book.state)
    force(a, candidate(a, pair.key("stranger"), remark))
    stock("push", "-q", str(pair.shared), "main", cwd=a.root)
    with GitLedger.create(tmp_path / "empty.git", bare=True):
        pass
    for url, code, rule in (
        (pair.shared, "join-not-lawful", "signer-unknown"),
        (tmp_path / "empty.git", "join-not-lawful", "library-empty"),
        (tmp_path / "nowhere", "remote-unreachable", None),
    ):
        with pytest.raises((Refused, Unavailable)) as caught:
            join_library(str(url), tmp_path / "joined", pair.house.anchor, home)
        assert (caught.value.code, caught.value.values.get("rule")) == (code, rule)
        assert not (tmp_path / "joined").exists()
    assert home.anchors() == ()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter.txt").write_text("mine")
    with pytest.raises(Refused):
        join_library(str(pair.shared), tmp_path / "full", pair.house.anchor, home)
    assert (tmp_path / "full/letter.txt").read_text() == "mine"


def test_who_joined_knows_the_anchor_from_then_on(pair):
    assert [str(one) for one in pair.home_b.anchors()] == [str(pair.house.anchor)]
    assert pair.b.verify().verdict == "lawful"
    assert dirty(pair.b) == []


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, "tests/doors")
import git
from realoffice import House
from docctl.adapters.home import Home
from docctl.library import syncing
house = House(Path(sys.argv[1]), Path(sys.argv[2]))
signer = house.key("dan")
for step in sys.argv[3:]:
    child = os.fork()
    if child:
        print(step, os.waitpid(child, 0)[1], flush=True)
        continue
    left = int(step)
    library = house.open(house.place / ("b" + step), Home(house.place / ("home-b" + step)))
    def count(event, args):
        global left
        if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "subprocess.Popen"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), 9)
    sys.addaudithook(count)
    library.sync(signer)
    os._exit(0)
"""


def test_whoever_is_killed_in_the_middle_of_a_sync_has_the_old_ledger_or_the_new(pair):
    house, a, b = pair.house, pair.a, pair.b
    pair.comment(a, "of A", "bob")
    a.sync(None)
    house.submit(b, "PRO-07", "dan", "Of B.")
    pair.comment(b, "of B", "dan")
    old = b.book.ledger.head()
    b.close()
    steps = [str(step) for step in (*range(1, 150, 17), 5000)]
    for step in steps:
        shutil.copytree(pair.shared, house.place / f"shared{step}.git")
        shutil.copytree(b.root, house.place / f"b{step}")
        remote.set_remote(house.place / f"b{step}", str(house.place / f"shared{step}.git"))
    words = [sys.executable, "-W", "error", "-c", KILLED, str(house.place), str(house.built), *steps]
    env = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, check=True)
    assert done.stderr == b""
    statuses = dict(line.split() for line in done.stdout.decode().splitlines())
    ends = [statuses[step] for step in steps]
    assert ends == sorted(ends, reverse=True)
    assert ends.count("9") > 5
    assert ends[-1] == "0"

    moved = []
    for step in steps:
        library = house.open(house.place / f"b{step}", Home(house.place / f"home-b{step}"))
        comments = [one.comment for one in entries(library)][8:]
        assert comments in (["Because", "of B"], ["of A", "Because", "of B"])
        moved.append(library.book.ledger.head() != old)
        assert kept(library) == []
        assert dirty(library) == []
        assert library.draft("PRO-07") == house.text(library, "PRO-07", "Of B.")
        done = library.sync(house.key("dan"))
        assert [one.comment for one in entries(library)][8:] == ["of A", "Because", "of B"]
        house.lawful(library.root)
        library.close()
    assert moved == sorted(moved)
    assert set(moved) == {False, True}
