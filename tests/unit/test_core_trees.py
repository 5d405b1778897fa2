"""Git trees, the shelf above them, and the RFC 6962 tree: each against the simplest model that could be right."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import mutated

from docctl.adapters.memoryledger import MemoryLedger
from docctl.core import merkle, tree
from docctl.core.commit import object_id
from docctl.core.content import MAX_FILES
from docctl.core.shelf import EMPTY_TREE, Shelf
from docctl.core.tree import Item
from docctl.errors import Malformed, Unavailable

IDS = [hashlib.sha1(bytes([n])).hexdigest() for n in range(8)]
# Names that sort differently as files and as folders.
NAMES = ("a", "a-b", "a.b", "a0", "ab", "A", "b", "Z.md", "a-", "a.0", "x" * 100)
models = st.dictionaries(
    st.sampled_from(NAMES),
    st.tuples(st.booleans(), st.sampled_from(IDS)),
    max_size=9,
)


def built(model):
    return tree.build(Item(folder, name, one) for name, (folder, one) in model.items())


@given(models)
def test_a_tree_is_read_as_it_was_built(model):
    items = tree.parse(built(model))
    assert {item.name: (item.folder, item.id) for item in items} == model
    assert tree.build(items) == built(model)
    assert tree.build(reversed(items)) == built(model)


@given(models, st.sampled_from(NAMES))
def test_a_line_is_found_by_its_name(model, name):
    for wanted in (name, *model):
        found = tree.find(built(model), wanted)
        assert (found and (found.folder, found.id)) == model.get(wanted)


@given(models, st.sampled_from(NAMES), st.none() | st.sampled_from(IDS))
def test_a_folder_put_in_exchanged_or_taken_out_gives_the_tree_built_anew(model, name, folder):
    for place in (name, *list(model)[:2]):
        changed = {other: line for other, line in model.items() if other != place}
        if folder is not None:
            changed[place] = (True, folder)
        assert tree.replaced(built(model), place, folder) == built(changed)


def test_a_folder_finds_its_place_among_thousands():
    model = {f"PRO-{n:04}": (n % 3 != 0, IDS[n % 8]) for n in range(0, 3000, 2)}
    data = built(model)
    for name in ("A", "PRO-0000", "PRO-0001", "PRO-1499", "PRO-2998", "PRO-2999", "PRO-", "ZZ", "PRO-1500.x", "PRO-15"):
        assert tree.replaced(data, name, IDS[0]) == built({**model, name: (True, IDS[0])})
        assert tree.replaced(data, name, None) == built({k: v for k, v in model.items() if k != name})


@given(st.binary(max_size=120) | models.flatmap(lambda model: mutated(built(model))))
def test_any_bytes_are_a_tree_or_malformed(data):
    try:
        items = tree.parse(data)
    except Malformed as error:
        assert error.code.startswith("tree-")
    else:
        assert tree.build(items) == data
        assert len({item.name for item in items}) == len(items)
    found = tree.find(data, "a")
    assert found is None or len(found.id) == 40
    tree.replaced(data, "a", IDS[0])
    tree.replaced(data, "a", None)


@pytest.mark.parametrize("between", [(), ("a-b",), ("a.b",), ("a-b", "a.b", "a.c")])
def test_a_file_and_a_folder_of_one_name_are_no_tree(between):
    """Found beside fuzzing: what stood between the two in git's order hid that they are the same name."""
    data = tree.build(
        [Item(False, "a", IDS[0]), *(Item(False, name, IDS[1]) for name in between), Item(True, "a", IDS[2])]
    )
    with pytest.raises(Malformed, match="tree-order"):
        tree.parse(data)


@given(st.text(max_size=8))
def test_a_plain_name_means_the_same_on_every_system(name):
    if tree.is_plain_name(name):
        assert name.isascii()
        assert not set(name) & set('<>:"/\\|?* ')
        assert name[0] not in ".-_"
        assert not name.endswith(".")


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".git", "CON", "con.md", "LPT1", "nul", "a.", "a b", "ə", "a/b", "a\n", "x" * 101, "-a"]
)
def test_names_that_some_system_reads_otherwise_are_refused(name):
    assert not tree.is_plain_name(name)


# -- the shelf -------------------------------------------------------------------------------------------------------

paths = st.lists(st.sampled_from(("a", "b", "a.b")), min_size=1, max_size=3).map(tuple)


def shelf():
    return Shelf(MemoryLedger().fetch)


def folder(shelf, number):
    name, objects = tree.files_tree({"az.md": b"%d" % number})
    for kind, data in objects:
        shelf.put(kind, object_id(kind, data), data)
    return name


def independent(model):
    """Whether no path lies inside another: what the library's own layout guarantees."""
    return not any(a != b and b[: len(a)] == a for a in model for b in model)


@given(st.lists(st.tuples(paths, st.none() | st.integers(0, 3)), max_size=8))
def test_changing_a_root_is_building_it_anew(changes):
    here, model, root = shelf(), {}, EMPTY_TREE
    for path, number in changes:
        trial = {k: v for k, v in model.items() if k != path} | ({path: number} if number is not None else {})
        if not independent(set(trial) | {path}):
            continue
        model = trial
        root = here.changed(root, path, folder(here, number) if number is not None else None)
    anew, afresh = EMPTY_TREE, shelf()
    for path in sorted(model):
        anew = afresh.changed(anew, path, folder(afresh, model[path]))
    assert root == anew
    for path, number in model.items():
        assert here.look(root, path) == folder(here, number)
        assert here.files(folder(here, number)) == {"az.md": b"%d" % number}
    listed = {path: new for path, old, new in here.changes(EMPTY_TREE, root)}
    assert listed == {path: folder(here, number) for path, number in model.items()}
    fresh = dict.fromkeys(object_id(kind, data) for kind, data in here.fresh_trees(EMPTY_TREE, root))
    assert root == EMPTY_TREE or root in fresh


def test_a_folder_that_holds_more_than_files_is_malformed():
    here = shelf()
    inner = folder(here, 1)
    outer = here.changed(EMPTY_TREE, ("a",), inner)
    with pytest.raises(Malformed):
        here.files(outer)
    data = tree.build(Item(False, f"a{n}", IDS[0]) for n in range(MAX_FILES + 1))
    here.put("tree", object_id("tree", data), data)
    with pytest.raises(Malformed):
        here.files(object_id("tree", data))


def test_what_cannot_be_read_is_unavailable_and_not_lawful():
    with pytest.raises(Unavailable):
        shelf().files("1" * 40)
    shelf().prefetch(["1" * 40])


def test_a_shelf_forgets_when_it_is_full_and_reads_again(monkeypatch):
    monkeypatch.setattr("docctl.core.shelf._KEPT", 100)
    ledger = MemoryLedger([("blob", b"x" * 60), ("blob", b"y" * 60)])
    here = Shelf(ledger.fetch)
    for data in (b"x" * 60, b"y" * 60, b"x" * 60):
        assert here.get("blob", object_id("blob", data)) == data


def test_a_tree_that_nobody_can_read_is_laid_out_as_nothing():
    here = shelf()
    here.put("tree", object_id("tree", b"junk"), b"junk")
    root = here.changed(EMPTY_TREE, ("a",), object_id("tree", b"junk"))
    good = here.changed(EMPTY_TREE, ("a",), folder(here, 1))
    assert list(here.changes(root, good)) == [(("a",), EMPTY_TREE, folder(here, 1))]
    assert list(here.changes(good, root)) == [(("a",), folder(here, 1), EMPTY_TREE)]
    assert {object_id(kind, data) for kind, data in here.fresh_trees(root, good)} == {good, folder(here, 1)}


# -- RFC 6962 --------------------------------------------------------------------------------------------------------

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(size):
    frontier: merkle.Frontier = ()
    for number, data in enumerate(LEAVES[:size]):
        frontier = merkle.grown(frontier, number, merkle.leaf(data))
    assert merkle.root(frontier).hex() == ROOTS[size - 1]


def naive(leaves):
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def test_the_frontier_gives_the_naive_root_for_every_size():
    leaves = [merkle.leaf(b"%d" % n) for n in range(200)]
    frontier: merkle.Frontier = ()
    assert merkle.root(frontier) == naive([])
    for size, fresh in enumerate(leaves):
        frontier = merkle.grown(frontier, size, fresh)
        assert merkle.root(frontier) == naive(leaves[: size + 1])
        assert len(frontier) == (size + 1).bit_count()
