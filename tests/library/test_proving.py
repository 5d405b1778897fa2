"""The leaves beside the kept state: appended, and made anew whenever their root is not that of the ledger."""

from __future__ import annotations

import pytest

from docctl.adapters.leafstore import LeafStore
from docctl.core import merkle
from docctl.core.commit import object_id
from docctl.library import proving


@pytest.fixture
def kept(office):
    library, anna = office
    leaves = proving.leaves_of(library.book)
    return library, anna, LeafStore(library.book.store.path), leaves


def test_the_root_over_the_leaves_is_the_checkpoints(kept):
    library, _, store, leaves = kept
    assert len(leaves) == library.entries
    assert merkle.inclusions([leaf for leaf, _ in leaves], ())[0] == library.checkpoint().root
    assert store.read() == leaves


def test_new_entries_are_appended(kept, monkeypatch):
    library, anna, store, leaves = kept
    files = library.charter_files()
    library.propose_charter({**files, "library.yaml": files["library.yaml"] + b"\n"}, "Again", anna)
    library.cancel("charter", anna)
    asked = []
    commits = library.book.ledger.commits
    monkeypatch.setattr(library.book.ledger, "commits", lambda after, upto: asked.append(after) or commits(after, upto))
    more = proving.leaves_of(library.book)
    assert more[: len(leaves)] == leaves
    assert len(more) == len(leaves) + 2
    assert asked == [leaves[-1][1].hex()]
    assert store.read() == more
    asked.clear()
    assert proving.leaves_of(library.book) == more
    assert asked == []


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-1],
        lambda data: data[:40],
        lambda data: b"",
        lambda data: data + b"x",
        lambda data: data + data,
        lambda data: bytes((data[0] ^ 1,)) + data[1:],
        lambda data: data[52:],
        lambda data: data[:-20] + bytes(20),
        lambda data: bytes(len(data)),
    ],
)
def test_whatever_lies_there_the_leaves_are_right(kept, harm):
    library, _, store, leaves = kept
    store.path.write_bytes(harm(store.path.read_bytes()))
    again = proving.leaves_of(library.book)
    assert [leaf for leaf, _ in again] == [leaf for leaf, _ in leaves]


def test_ids_that_were_kept_wrongly_are_found_out(kept):
    library, _, store, leaves = kept
    for ids in (bytes(20), leaves[0][1]):
        store.write([(leaf, ids) for leaf, _ in leaves])
        found, raw = proving._commits(library.book, {1, 2})
        assert found == leaves
        assert [object_id("commit", raw[entry]) for entry in (1, 2)] == [leaves[entry][1].hex() for entry in (1, 2)]


def test_without_a_place_nothing_is_kept(kept, tmp_path):
    library, _, store, leaves = kept
    store.path.unlink()
    store.path.mkdir()
    assert proving.leaves_of(library.book) == leaves
    store.path.rmdir()
