"""Records made at once in two copies: each gets a number of its own, and what names it follows."""

from __future__ import annotations

import threading

import pytest
from realoffice import stock
from test_sync import Pair, dirty, entries

from docctl.adapters import worktree
from docctl.core.events import Amended, Countersigned, Read, Recorded
from docctl.library import correcting, deciding, recording, recordsheets
from docctl.library.book import Draft
from docctl.library.library import open_library
from docctl.library.recording import Wishes

FORM = """---
id: FRM-07
title: Forma
type: form
owner: quality-manager
authoritative: az
languages: [az]
fields:
  - {name: subject, label: Mövzu, type: text, required: yes}
---

# Forma

Mətn.
"""


@pytest.fixture
def pair(house):
    found = Pair(house)
    a = found.a
    a.enter(found.key("dan"), deciding.submit_text({"az.md": FORM.encode()}, "Because"))
    found.house.agree(a, "FRM-07")
    a.publish("FRM-07", found.key("anna"))
    a.sync(None)
    found.b.sync(None)
    return found


def record(library, signer, subject, *signers):
    state = library.book.state
    filled = recording.filled(state, recording.blank(state, "FRM-07"), {"subject": subject})
    return recording.register(library, filled, signer, Wishes(signers)).entry.event.record


def amend(library, signer, name, note):
    files = correcting.corrected(library.book.state, library.book.state.records[name], note=note, attachments={})
    return library.enter(signer, correcting.amend(name, files, note))


def says(library, name):
    return recordsheets.latest(library.book.state, library.book.state.records[name])[1]["subject"]


def test_an_own_record_whose_number_was_taken_is_numbered_anew_with_all_that_names_it(pair):
    a, b = pair.a, pair.b
    first = record(a, pair.key("anna"), "of A")
    assert a.sync(None).sent == 1
    dan = pair.key("dan")
    own = record(b, dan, "of B", "eva")
    assert own == first
    other = record(b, dan, "of B too")
    amend(b, dan, own, "Düzəliş")
    reading = b.document("POL-07").latest
    session = Read(
        publication=reading.entry, revision=reading.revision, content=reading.proposal.content, language="az",
        persons=("fay", "eva"), session=own,
    )  # fmt: skip
    b.enter(dan, lambda _: Draft("POL-07", session))
    done = b.sync(dan)
    assert (done.received, done.sent, done.signed_anew, done.aside) == (1, 4, 4, ())
    stem = first.removesuffix("0001")
    assert [says(b, f"{stem}000{n}") for n in (1, 2, 3)] == ["of A", "of B", "of B too"]
    assert other == f"{stem}0002"
    found = b.book.state.records
    assert [len(found[f"{stem}000{n}"].amendments) for n in (1, 2, 3)] == [0, 1, 0]
    assert b.document("POL-07").readings[-1].session == f"{stem}0002"
    b.enter(pair.key("eva"), correcting.countersign(f"{stem}0002"))
    assert b.sync(None).sent == 1
    assert a.sync(None).received == 5
    events = [one.event for one in pair.alike()]
    assert [one.record for one in events if isinstance(one, Recorded)] == [f"{stem}000{n}" for n in (1, 2, 3)]
    assert {one.record for one in events if isinstance(one, Amended | Countersigned)} == {f"{stem}0002"}


def test_corrections_of_one_record_made_at_once_both_stand(pair):
    a, b = pair.a, pair.b
    name = record(a, pair.key("dan"), "x", "eva")
    a.sync(None)
    b.sync(None)
    amend(a, pair.key("dan"), name, "of A")
    a.sync(None)
    amend(b, pair.key("eva"), name, "of B")
    b.sync(pair.key("eva"))
    a.sync(None)
    pair.alike()
    assert [(one.number, one.reason) for one in a.book.state.records[name].amendments] == [(1, "of A"), (2, "of B")]


def test_a_record_of_a_form_that_was_withdrawn_meanwhile_is_set_aside_and_lies_there(pair):
    a, b = pair.a, pair.b
    pair.house.opened.remove(b)
    a.withdraw("FRM-07", "Artıq lazım deyil", pair.key("dan"))
    pair.house.agree(a, "FRM-07")
    a.publish("FRM-07", pair.key("anna"))
    a.sync(None)
    dan = pair.key("dan")
    name = record(b, dan, "of B")
    amend(b, dan, name, "Düzəliş")
    pair.comment(b, "stays", "dan")
    done = b.sync(dan)
    assert [(one.event, one.rule) for one in done.aside] == [
        ("recorded", "form-not-in-force"),
        ("amended", "sync-follows"),
    ]
    assert done.sent == 1
    lying = b.root / done.aside[0].draft
    assert lying == b.root / "unregistered" / name
    assert "of B" in (lying / "record.md").read_text("utf-8")
    assert not (b.root / "drafts" / "FRM-07").exists()
    assert dirty(b) == []
    b.close()


def test_two_at_one_desk_never_get_one_number(pair):
    names, failed = [], []

    def work(who):
        with open_library(pair.a.root, pair.house.home) as library:
            try:
                names.extend(record(library, pair.key(who), f"{who} {n}") for n in range(4))
            except Exception as error:
                failed.append(error)

    both = [threading.Thread(target=work, args=(who,)) for who in ("anna", "dan")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert failed == []
    pair.a.book.refresh()
    assert sorted(pair.a.book.state.records) == sorted(names)
    assert [name[-4:] for name in sorted(names)] == [f"000{n}" for n in range(1, 9)]
    assert [one.subject for one in entries(pair.a)[-8:]] == ["FRM-07"] * 8
    pair.house.lawful(pair.a.root)


def test_a_large_index_is_changed_in_its_places_and_made_anew_if_somebody_touched_it(pair, monkeypatch):
    words = []
    real = worktree.attempt

    def attempt(args, *rest):
        words.append(args[0])
        return real(args, *rest)

    monkeypatch.setattr(worktree, "_LARGE", 1)
    monkeypatch.setattr(worktree, "attempt", attempt)

    def truthful():
        tree = stock("rev-parse", "main^{tree}", cwd=pair.a.root)
        return stock("write-tree", cwd=pair.a.root) == tree and dirty(pair.a) == []

    def entered():
        words.clear()
        name = record(pair.a, pair.key("anna"), "x")
        return words, name

    assert entered()[0] == ["read-tree"]  # whose it is, nobody noted yet
    assert stock("write-tree", cwd=pair.a.root) == stock("rev-parse", "main^{tree}", cwd=pair.a.root)
    used, name = entered()
    assert used == ["update-index"]
    pair.house.submit(pair.a, "PRO-07", "dan")
    pair.house.agree(pair.a, "PRO-07")
    pair.a.publish("PRO-07", pair.key("anna"))  # takes files away, and puts some in
    assert set(words) == {"update-index"}
    assert truthful()  # stock git notes when each file was changed
    amend(pair.a, pair.key("anna"), name, "y")
    assert words[-1] == "read-tree"
    (pair.a.root / "foreign").write_text("x")
    stock("add", "foreign", cwd=pair.a.root)
    assert entered()[0] == ["read-tree"]
    (pair.a.root / "foreign").unlink()
    assert truthful()
