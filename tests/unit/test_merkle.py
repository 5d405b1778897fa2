"""Inclusion proofs: the example of RFC 6962, every tree up to 40 leaves by the definition, one spelling."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.core import merkle
from docctl.core.merkle import Inclusion
from docctl.errors import Malformed

# The eight leaves that Certificate Transparency's own tests use, and roots over the first n of them.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
# Inclusion proofs of the same tests: (leaf from 0, leaves) to the hashes from below.
PROOFS = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
}


def leaves(count):
    return [merkle.leaf(number.to_bytes(4, "big")) for number in range(count)]


def by_definition(hashes):
    """RFC 6962, section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return merkle.node(by_definition(hashes[:split]), by_definition(hashes[split:]))


def test_the_published_roots_and_proofs():
    hashes = [merkle.leaf(one) for one in LEAVES]
    for size, root in ROOTS.items():
        assert merkle.inclusions(hashes[:size], ())[0].hex() == root
    for (index, size), wanted in PROOFS.items():
        found = merkle.inclusions(hashes[:size], (index,))[1][index]
        assert tuple(one.hex() for one in found.hashes) == wanted
        assert found.root(size, hashes[index]).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(41))
def test_every_proof_of_every_small_tree_leads_to_the_root_and_no_other_leaf_does(size):
    hashes = leaves(size)
    root, ways = merkle.inclusions(hashes, range(size))
    assert root == by_definition(hashes)
    for index, way in ways.items():
        assert way.root(size, hashes[index]) == root
        assert way.root(size, merkle.leaf(b"another")) != root
        for other in set(range(size)) - {index}:
            assert Inclusion(other, way.hashes).root(size, hashes[index]) != root
        assert Inclusion(index, (*way.hashes, root)).root(size, hashes[index]) is None
        assert not way.hashes or Inclusion(index, way.hashes[:-1]).root(size, hashes[index]) is None
    assert Inclusion(size, ()).root(size, b"") is None


@given(st.integers(1, 3000), st.data())
def test_larger_trees_agree_with_the_frontier(size, data):
    index = data.draw(st.integers(0, size - 1))
    frontier, hashes = (), leaves(size)
    for number, one in enumerate(hashes):
        frontier = merkle.grown(frontier, number, one)
    root, ways = merkle.inclusions(hashes, (index,))
    assert root == merkle.root(frontier) == ways[index].root(size, hashes[index])


def test_a_proof_has_one_spelling():
    way = merkle.inclusions(leaves(5), (3,))[1][3]
    text = str(way)
    assert text.startswith("index 3\n")
    assert merkle.read_inclusion(text) == way
    for bad in (
        "", "index 03", "index -1", "index 3 ", f"{text}\n", f" {text}", text.replace("=", ""), "index 3\nAAAA",
        text.replace("\n", "\r\n"), "index 3\n\n", "index 99999999999", "\n".join([text] * 20), "index 3\nÿ",
    ):  # fmt: skip
        with pytest.raises(Malformed, match="proof-unreadable"):
            merkle.read_inclusion(bad)
