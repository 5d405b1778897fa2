"""What an auditor holds in hand: anchors, checkpoints and note keys are read, or Malformed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import key
from strategies import mutated

from docctl.core.checkpoint import (
    Anchor,
    Checkpoint,
    NoteSignature,
    key_id,
    read_anchor,
    read_checkpoint,
    read_verifier_key,
    verifier_key,
)
from docctl.errors import Malformed

LIBRARY = "ab" * 32
MARK = Checkpoint(LIBRARY, 41, bytes(range(32)), (NoteSignature("docctl/x", b"abcd", b"s" * 64),))


def test_an_anchor_is_one_line():
    anchor = Anchor(LIBRARY, "Bakı şəhəri, İdarə")
    assert read_anchor(str(anchor)) == anchor
    assert read_anchor(f"{anchor}\n") == anchor
    assert read_anchor(f"docctl/{LIBRARY}") == Anchor(LIBRARY, "")


@given(
    st.text(max_size=90) | mutated(f"docctl/{LIBRARY} Office\n".encode()).map(lambda d: d.decode("utf-8", "replace"))
)
def test_any_text_is_an_anchor_or_malformed(text):
    try:
        found = read_anchor(text)
    except Malformed:
        return
    assert read_anchor(str(found)) == found


def test_a_checkpoint_is_read_as_it_was_written():
    assert read_checkpoint(str(MARK)) == MARK
    unsigned = Checkpoint(LIBRARY, 1, bytes(32))
    assert read_checkpoint(str(unsigned)) == unsigned
    assert read_checkpoint(unsigned.text) == unsigned


@given(st.text(max_size=120) | mutated(str(MARK).encode()).map(lambda d: d.decode("utf-8", "replace")))
def test_any_text_is_a_checkpoint_or_malformed(text):
    try:
        found = read_checkpoint(text)
    except Malformed:
        return
    assert len(found.root) == 32
    assert read_checkpoint(str(found)) == found


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", f"docctl/{LIBRARY}\n0\n{base64.b64encode(bytes(32)).decode()}\n", f"docctl/{LIBRARY}\n01\n{base64.b64encode(bytes(32)).decode()}\n",
     f"docctl/{LIBRARY}\n1\n{base64.b64encode(bytes(31)).decode()}\n", f"docctl/{LIBRARY[1:]}\n1\n{base64.b64encode(bytes(32)).decode()}\n",
     f"docctl/{LIBRARY}\n1\n{base64.b64encode(bytes(32)).decode()}\nmore\n", str(MARK) + "x", str(MARK) + "\n" * 70_000],
)  # fmt: skip
def test_what_is_no_checkpoint_is_malformed(text):
    with pytest.raises(Malformed, match="checkpoint-unreadable"):
        read_checkpoint(text)


ROOT = base64.b64encode(bytes(32)).decode()
SIGNATURE = base64.b64encode(bytes(68)).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"docctl/{LIBRARY}\n1\n{ROOT.replace('A=', 'B=')}\n",
        f"docctl/{LIBRARY}\n1\n{ROOT}\n\n— docctl/x {SIGNATURE.replace('A=', 'B=')}\n",
    ],
)
def test_a_root_and_a_signature_have_one_spelling(text):
    """Found by fuzzing: base64 with bits that nobody reads was taken, so one checkpoint had several texts."""
    assert read_checkpoint(text.replace("B=", "A="))
    with pytest.raises(Malformed, match="checkpoint-unreadable"):
        read_checkpoint(text)


@pytest.mark.parametrize("name", ["a\u202eb", "a\x07", "e\u0301", "x" * 301, " x"])
def test_an_organisation_that_cannot_stand_in_an_anchor_makes_it_unreadable(name):
    """Found by fuzzing: it was refused as a field of a message."""
    with pytest.raises(Malformed, match="anchor-unreadable"):
        read_anchor(f"docctl/{LIBRARY} {name}.")


def test_a_verifier_key_whose_name_is_no_text_is_malformed():
    """Found by fuzzing: bytes that are not UTF-8, as a command line brings them, were a UnicodeEncodeError."""
    with pytest.raises(Malformed, match="note-key-unreadable"):
        read_verifier_key(GOOD_KEY.replace("office", "\udcff"))


def test_a_verifier_key_is_read_as_it_was_written():
    public = key("note").public.blob[-32:]
    name = "docctl/office"
    assert read_verifier_key(verifier_key(name, public)) == (name, key_id(name, public), public)


def test_a_verifier_key_of_the_go_note_package_is_read():
    """The published example of golang.org/x/mod/sumdb/note."""
    told = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    name, mark, public = read_verifier_key(told)
    assert (name, mark.hex(), len(public)) == ("PeterNeumann", "c74f20a3", 32)
    assert verifier_key(name, public) == told


GOOD_KEY = verifier_key("docctl/office", bytes(32))


@given(st.text(max_size=80) | mutated(GOOD_KEY.encode()).map(lambda d: d.decode("utf-8", "replace")))
def test_any_text_is_a_verifier_key_or_malformed(text):
    try:
        name, mark, public = read_verifier_key(text)
    except Malformed:
        return
    assert key_id(name, public) == mark
