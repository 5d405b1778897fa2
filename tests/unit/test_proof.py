"""The proof's file: one spelling, limits, and Malformed for everything else."""

from __future__ import annotations

import hashlib
import json
import lzma
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.core import merkle, proof
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.copies import body_digest
from docctl.core.merkle import Inclusion
from docctl.core.proof import Drawn, Proof, Proven
from docctl.errors import Malformed

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
numbers = st.integers(0, 2**53 - 1)
hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=20).map(tuple)
proven = st.builds(Proven, texts.map(str.encode), st.builds(Inclusion, st.integers(0, 10**9), hashes))
drawn = st.builds(
    Drawn,
    st.sampled_from(("pdf", "docx")),
    texts,
    numbers,
    numbers,
    numbers,
    texts,
    texts,
    st.dictionaries(texts, texts, max_size=3).map(lambda tools: tuple(sorted(tools.items()))),
)
folders = st.tuples(
    numbers, st.dictionaries(texts, texts.map(str.encode), max_size=2).map(lambda files: tuple(sorted(files.items())))
)
whole = st.builds(
    Proof,
    st.builds(Anchor, st.just("ab" * 32), st.sampled_from(("", "İdarə", "Office of Z"))),
    st.builds(Checkpoint, st.just("ab" * 32), st.integers(1, 10**9), st.binary(min_size=32, max_size=32)),
    texts,
    numbers,
    st.lists(proven, max_size=4).map(tuple),
    st.lists(folders, max_size=3).map(tuple),
    drawn,
    st.lists(texts, max_size=2).map(tuple),
)


@cache
def example() -> bytes:
    way = merkle.inclusions([merkle.leaf(b"a"), merkle.leaf(b"b")], (1,))[1][1]
    mark = Checkpoint("ab" * 32, 2, bytes(32))
    made = Drawn("pdf", "az", 1, 1, tools=(("docctl", "1"),))
    files = (("library.yaml", b"x"), ("people.yaml", "ə".encode()))
    return proof.encode(Proof(Anchor("ab" * 32, "O"), mark, "P-1", 1, (Proven(b"tree", way),), ((0, files),), made))


@given(whole)
def test_what_is_written_is_read_the_same(one):
    data = proof.encode(one)
    assert proof.decode(data) == one
    assert proof.unpack(proof.pack(one)) == data


@given(st.data())
def test_any_change_gives_another_proof_or_none(data):
    plain = bytearray(example())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(plain) - 1))
        plain[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    changed = bytes(plain)
    try:
        found = proof.decode(changed)
    except Malformed as error:
        assert error.code in ("proof-unreadable", "proof-newer", "proof-too-large")
    else:
        assert proof.encode(found) == changed


@given(st.binary(max_size=300))
def test_any_bytes_are_a_proof_or_malformed(data):
    for read in (proof.decode, proof.unpack):
        with pytest.raises(Malformed):
            read(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain | {"more": 1},
        lambda plain: {name: one for name, one in plain.items() if name != "also"},
        lambda plain: plain | {"revision": True},
        lambda plain: plain | {"revision": -1},
        lambda plain: plain | {"revision": 10**400},
        lambda plain: plain | {"revision": 1.0},
        lambda plain: plain | {"entries": {}},
        lambda plain: plain | {"entries": [7]},
        lambda plain: plain | {"also": [7]},
        lambda plain: plain | {"document": "\ud800"},
        lambda plain: plain | {"anchor": "docctl/x"},
        lambda plain: plain | {"format": "something/1"},
        lambda plain: plain["entries"],
    ],
)
def test_other_shapes_are_refused(change):
    plain = change(json.loads(example()))
    data = json.dumps(plain, indent=1, sort_keys=True).encode() + b"\n"
    with pytest.raises(Malformed, match="proof-unreadable"):
        proof.decode(data)


def test_other_spellings_are_refused():
    data = example()
    for bad in (
        data[:-1], data + b"\n", b" " + data, b"\xef\xbb\xbf" + data, data.replace(b'"revision": 1', b'"revision":1'),
        data.replace(b'"also": [],', b'"also": [], "also": [],'), json.dumps(json.loads(data)).encode(),
        data.replace("ə".encode(), b"\\u0259"), b"[" * 1_000_000,
    ):  # fmt: skip
        assert bad != data
        with pytest.raises(Malformed, match="proof-unreadable"):
            proof.decode(bad)
    with pytest.raises(Malformed, match="proof-newer"):
        proof.decode(data.replace(b"docctl-proof/1", b"docctl-proof/12"))


def test_a_packed_proof_is_bounded():
    data = lzma.compress(bytes(proof.MAX_PLAIN + 1))
    assert len(data) < 100_000
    with pytest.raises(Malformed, match="proof-too-large"):
        proof.unpack(data)
    with pytest.raises(Malformed, match="proof-too-large"):
        proof.unpack(bytes(proof.MAX_PACKED + 1))
    good = lzma.compress(example())
    for bad in (good[:-1], good + b"x", good + good, lzma.compress(example(), format=lzma.FORMAT_ALONE), b""):
        with pytest.raises(Malformed, match="proof-unreadable"):
            proof.unpack(bad)
    hungry = lzma.compress(example(), filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 29}])
    with pytest.raises(Malformed, match="proof-unreadable"):
        proof.unpack(hungry)


def test_the_body_digest_is_over_sorted_lines():
    lines = ("en standard pdf 22", "az standard pdf 11")
    assert body_digest(lines) == body_digest(reversed(lines))
    # sha256sum of the two lines, sorted.
    assert body_digest(lines) == hashlib.sha256(b"az standard pdf 11\nen standard pdf 22\n").hexdigest()
