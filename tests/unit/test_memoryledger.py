"""The ledger in dictionaries; what it shares with git is in `tests/git/test_ledgers_alike.py`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.adapters.memoryledger import MemoryLedger, Overlay, parent_of
from docctl.core.commit import object_id
from docctl.errors import LedgerChanged, Unavailable


def commit(parent, number):
    above = f"parent {parent}\n" if parent else ""
    raw = f"tree {'0' * 40}\n{above}author A <a> {number} +0400\ncommitter A <a> {number} +0400\n\n{number}\n".encode()
    return object_id("commit", raw), raw


def test_a_clone_lives_its_own_life():
    ledger = MemoryLedger()
    first, raw = commit(None, 0)
    ledger.append([("commit", raw)], first, None)
    copy = ledger.clone()
    second, raw = commit(first, 1)
    copy.append([("commit", raw)], second, first)
    assert (ledger.head(), copy.head()) == (first, second)
    assert second not in ledger.objects


def test_an_edited_object_is_noticed():
    ledger = MemoryLedger()
    first, raw = commit(None, 0)
    ledger.append([("commit", raw)], first, None)
    ledger.objects[first] = ("commit", raw + b"more")
    with pytest.raises(Unavailable, match="object-corrupt"):
        list(ledger.commits(None, first))


def test_a_ledger_may_start_with_objects_and_a_head():
    first, raw = commit(None, 0)
    ledger = MemoryLedger([("commit", raw)], head=first)
    assert list(ledger.commits(None, first)) == [(first, raw)]


def test_an_overlay_stores_nothing_below_when_the_race_is_lost():
    ledger = MemoryLedger()
    first, raw = commit(None, 0)
    with pytest.raises(LedgerChanged):
        Overlay(ledger, [("commit", raw)]).append([], first, "1" * 40)
    assert ledger.objects == {}


@given(st.binary(max_size=300))
def test_any_bytes_have_a_parent_or_none(raw):
    parent = parent_of(raw)
    assert parent is None or b"\nparent " + parent.encode() + b"\n" in raw


@given(st.lists(st.binary(max_size=20), max_size=30), st.integers(0, 29))
def test_an_overlay_gives_what_one_ledger_with_all_objects_gives(blobs, cut):
    ids = [object_id("blob", one) for one in blobs]
    below = MemoryLedger([("blob", one) for one in blobs[:cut]])
    over = Overlay(below, [("blob", one) for one in blobs[cut:]])
    assert list(over.fetch("blob", ids)) == list(zip(ids, blobs, strict=True))
