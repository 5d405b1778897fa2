"""Git and memory keep the same promises."""

from __future__ import annotations

import pytest
from histories import EMPTY_TREE, commit, extend

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.memoryledger import MemoryLedger, Overlay
from docctl.core.commit import object_id
from docctl.core.ports import MAX_COMMIT
from docctl.errors import LedgerChanged, Unavailable


@pytest.fixture(params=["git", "bare", "memory"])
def each(request, tmp_path):
    made = (
        MemoryLedger() if request.param == "memory" else GitLedger.create(tmp_path / "x", bare=request.param == "bare")
    )
    with made:
        yield made


def failure(act):
    with pytest.raises(Unavailable) as caught:
        act()
    return caught.value.code, caught.value.values.get("id")


def test_a_new_ledger_is_empty(each):
    assert each.head() is None


def test_entries_come_back_oldest_first(each):
    ids = extend(each, 5)
    assert each.head() == ids[-1]
    assert [one for one, _ in each.commits(None, ids[-1])] == ids
    assert [one for one, _ in each.commits(ids[1], ids[3])] == ids[2:4]
    assert list(each.commits(ids[2], ids[2])) == []
    assert all(object_id("commit", raw) == one for one, raw in each.commits(None, ids[-1]))


def test_objects_come_in_the_order_asked_for_and_as_often(each):
    blobs = [b"x" * n for n in range(250)]
    new, raw = commit(None, 0)
    each.append([*(("blob", one) for one in blobs), ("tree", b""), ("commit", raw)], new, None)
    ids = [object_id("blob", one) for one in blobs]
    asked = [*reversed(ids), ids[7], ids[7]]
    assert [one for one, _ in each.fetch("blob", iter(asked))] == asked
    assert dict(each.fetch("blob", ids)) == dict(zip(ids, blobs, strict=True))
    assert list(each.fetch("blob", [])) == []


def test_reading_may_be_nested_and_left_early(each):
    ids = extend(each, 150)
    outer = each.fetch("commit", ids)
    next(outer)
    pairs = [(a, b) for a, _ in each.fetch("commit", ids[:120]) for b, _ in each.fetch("commit", ids[:3])]
    assert len(pairs) == 360
    assert next(outer)[0] == ids[1]
    outer.close()
    stream = each.commits(None, ids[-1])
    assert next(stream)[0] == ids[0]
    stream.close()
    assert next(each.fetch("tree", [EMPTY_TREE])) == (EMPTY_TREE, b"")


def test_a_lost_race_changes_nothing(each):
    (first,) = extend(each, 1)
    loser, raw = commit(None, 9)
    with pytest.raises(LedgerChanged) as caught:
        each.append([("commit", raw)], loser, None)
    assert caught.value.code == "ledger-changed"
    assert each.head() == first
    assert failure(lambda: list(each.fetch("commit", [loser]))) == ("object-missing", loser)
    other, raw = commit(first, 1)
    with pytest.raises(LedgerChanged):
        each.append([("commit", raw)], other, "1" * 40)


def test_missing_wrong_and_nonsense_ids(each):
    (first,) = extend(each, 1)
    assert failure(lambda: list(each.fetch("blob", ["0" * 39 + "1"]))) == ("object-missing", "0" * 39 + "1")
    assert failure(lambda: list(each.fetch("blob", [first]))) == ("object-corrupt", first)
    for bad in ("main", "HEAD", first[:39], first.upper() + "\n", "-h", ""):
        with pytest.raises(ValueError):
            list(each.fetch("commit", [bad]))
    # A failed answer must not disturb the next.
    assert [one for one, _ in each.fetch("commit", [first])] == [first]


def test_the_new_head_must_be_there(each):
    assert failure(lambda: each.append([], "0" * 39 + "1", None)) == ("object-missing", "0" * 39 + "1")
    assert failure(lambda: each.append([("tree", b"")], EMPTY_TREE, None))[0] == "object-corrupt"
    assert each.head() is None


def test_a_gap_in_the_history_is_missing_not_shorter(each):
    (first,) = extend(each, 1)
    orphan, raw = commit("0" * 39 + "1", 5)
    each.append([("commit", raw)], orphan, first)
    assert failure(lambda: list(each.commits(None, orphan))) == ("object-missing", "0" * 39 + "1")


def test_a_commit_over_the_limit_is_refused(each):
    new, raw = commit(None, 0)
    raw += b"x" * MAX_COMMIT
    new = object_id("commit", raw)
    assert failure(lambda: each.append([("tree", b""), ("commit", raw)], new, None)) == ("object-too-large", new)
    assert each.head() is None


def test_a_candidate_is_read_as_if_it_were_stored(each):
    ids = extend(each, 2)
    blob = b"candidate"
    third, raw3 = commit(ids[-1], 2)
    fourth, raw4 = commit(third, 3)
    over = Overlay(each, [("blob", blob), ("commit", raw3), ("commit", raw4)])
    assert over.head() == ids[-1]
    assert [one for one, _ in over.commits(None, fourth)] == [*ids, third, fourth]
    assert [one for one, _ in over.commits(ids[0], third)] == [ids[1], third]
    assert [one for one, _ in over.commits(third, fourth)] == [fourth]
    assert [one for one, _ in over.commits(None, ids[0])] == ids[:1]
    mixed = [third, ids[0], fourth, ids[1]]
    assert [one for one, _ in over.fetch("commit", mixed)] == mixed
    assert failure(lambda: list(each.fetch("commit", [third])))[0] == "object-missing"
    over.append([], fourth, ids[-1])
    assert each.head() == fourth
    assert [one for one, _ in each.commits(None, fourth)] == [*ids, third, fourth]
    assert dict(each.fetch("blob", [object_id("blob", blob)])) == {object_id("blob", blob): blob}
