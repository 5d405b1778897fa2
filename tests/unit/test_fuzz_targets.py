"""The targets of `fuzz/` run, hold on real values and on some that chance changed, and would notice what they look for."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from docctl.core import checkpoint
from docctl.errors import Malformed
from docctl.renderers import redline
from fuzz import mutation, seeds, targets


def test_every_target_has_its_seeds_and_words():
    assert set(targets.CHECKS) == set(seeds.SEEDS) == set(seeds.WORDS)
    assert set(seeds.LARGEST) < set(targets.CHECKS)
    wanted = {"commit", "sshsig", "message", "tree", "heading", "charter", "checkpoint", "proof", "docx"}
    assert wanted <= set(targets.CHECKS)


@pytest.mark.parametrize("name", sorted(targets.CHECKS))
def test_a_target_holds_for_what_chance_makes_of_real_values(name):
    values = seeds.SEEDS[name]()
    assert len(values) >= 2
    for data in mutation.mutations(values, seeds.WORDS[name], 200, seeds.LARGEST.get(name, 4096)):
        targets.CHECKS[name](data)


@pytest.mark.parametrize("name", ["commit", "message", "tree", "heading", "charter", "markdown", "docx", "form"])
def test_real_values_are_read_and_not_refused(name, monkeypatch):
    monkeypatch.setattr(targets, "refusing", lambda *_, **__: nullcontext())
    for data in seeds.SEEDS[name]():
        targets.CHECKS[name](data)


def test_real_entries_are_lawful(monkeypatch):
    found = []
    real = targets.replaying.replay

    def watched(state, commits):
        told = list(real(state, commits))
        found.extend(told)
        return told

    monkeypatch.setattr(targets.replaying, "replay", watched)
    values = seeds.SEEDS["entry"]()
    for data in values:
        targets.CHECKS["entry"](data)
    assert found == []
    targets.CHECKS["entry"](values[0].replace(b"\n@@ signer\ndan", b"\n@@ signer\neva"))
    assert [one.rule for one in found] == ["author-role"]


def test_a_reader_that_raises_anything_else_is_found(monkeypatch):
    def read(text):
        raise ValueError(text)

    monkeypatch.setattr(checkpoint, "read_anchor", read)
    with pytest.raises(ValueError, match="docctl/"):
        targets.CHECKS["checkpoint"](seeds.SEEDS["checkpoint"]()[0])


def test_a_refusal_that_no_catalogue_knows_is_found(monkeypatch):
    def read(_text):
        raise Malformed("checkpoint-unreadable-at-all")

    monkeypatch.setattr(checkpoint, "read_checkpoint", read)
    with pytest.raises(targets.Found, match="checkpoint-unreadable-at-all"):
        targets.CHECKS["checkpoint"](b"x")


def test_a_second_spelling_is_found(monkeypatch):
    data = seeds.SEEDS["tree"]()[-1]
    monkeypatch.setattr(targets.tree, "build", lambda _items: b"")
    with pytest.raises(targets.Found, match="another spelling"):
        targets.CHECKS["tree"](data)


def test_real_proofs_and_status_lists_are_read(monkeypatch):
    """Each seed by the one reader that it is for; the others may refuse it."""
    read = []

    def watch(module, name):
        real = getattr(module, name)

        def watched(data):
            found = real(data)
            read.append(f"{module.__name__} {name}")
            return found

        monkeypatch.setattr(module, name, watched)

    watch(targets.proof, "decode")
    watch(targets.proof, "unpack")
    watch(targets.statuslist, "decode")
    for data in seeds.SEEDS["proof"]():
        targets.CHECKS["proof"](data)
    assert read == ["docctl.core.proof decode", "docctl.core.proof unpack", "docctl.core.statuslist decode"]


def test_a_second_spelling_of_a_proof_or_a_list_is_found(monkeypatch):
    whole, _, listed = seeds.SEEDS["proof"]()
    # Both readers compare with what they would write; the target sees it should that ever be taken away.
    for module, data, what in ((targets.proof, whole, "of a proof"), (targets.statuslist, listed, "of a list")):
        found = module.decode(data)
        with monkeypatch.context() as patch:
            patch.setattr(module, "decode", lambda _, found=found: found)
            with pytest.raises(targets.Found, match=f"another spelling {what}"):
                targets.CHECKS["proof"](data + b" ")


def test_more_out_of_a_package_than_agreed_is_found(monkeypatch):
    real = targets.docxcopy.look
    for more in (
        {"paragraphs": (targets.docxcopy.Paragraph("body", " x"),)},
        {"pictures": ("",) * (targets.docxcopy.MAX_PICTURES + 1)},
    ):
        monkeypatch.setattr(targets.docxcopy, "look", lambda data, more=more: replace(real(data), **more))
        with pytest.raises(targets.Found, match=next(iter(more))):
            targets.CHECKS["docx"](seeds.SEEDS["docx"]()[-1])


def test_a_lost_word_is_found(monkeypatch):
    monkeypatch.setattr(redline, "compare_words", lambda _old, _new: ())
    with pytest.raises(targets.Found, match="old text"):
        targets.CHECKS["editorial"](seeds.SEEDS["editorial"]()[0])
