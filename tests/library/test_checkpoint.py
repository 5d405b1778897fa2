"""Checkpoints: signed by the charter's note key, held against the history later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import docctl
from docctl.core.checkpoint import read_verifier_key
from docctl.core.ports import Signer
from docctl.library.charters import NextCharter
from docctl.library.library import Library
from docctl.signatures import FileSigner


def test_a_checkpoint_is_signed_by_the_note_key_that_the_charter_names(
    office: tuple[Library, Signer], tmp_path: Path
) -> None:
    library, anna = office
    docctl.new_key(tmp_path / "note", None)
    note = docctl.load_key(tmp_path / "note")
    assert isinstance(note, FileSigner)
    with pytest.raises(docctl.Refused) as refused:
        library.checkpoint(note)
    assert refused.value.code == "note-key-other"

    change = NextCharter(library.charter_files())
    change.library["note-key"] = refused.value.values["key"]
    library.propose_charter(change.files(), "A note key", anna)
    library.publish("charter", anna)

    mark = library.checkpoint(note)
    name, key_id, _ = read_verifier_key(library.charter.note_key)
    assert [(one.name, one.key_id) for one in mark.signatures] == [(name, key_id)]
    again = docctl.read_checkpoint(str(mark))
    assert again == mark
    assert library.verify(checkpoints=(again,)).verdict == "lawful"

    (signature,) = mark.signatures
    broken = replace(mark, signatures=(replace(signature, signature=bytes(64)),))
    assert [one.rule for one in library.verify(checkpoints=(broken,)).violations] == ["checkpoint-signature"]


def test_a_checkpoint_of_more_entries_or_of_another_root_is_noticed(office: tuple[Library, Signer]) -> None:
    library, _ = office
    mark = library.checkpoint()
    longer, other = replace(mark, size=mark.size + 1), replace(mark, root=bytes(32))
    assert [one.rule for one in library.verify(checkpoints=(longer,)).violations] == ["checkpoint-longer"]
    assert [one.rule for one in library.verify(checkpoints=(other,)).violations] == ["checkpoint-differs"]
    stranger = replace(mark, library="0" * 64)
    assert [one.rule for one in library.verify(checkpoints=(stranger,)).violations] == ["checkpoint-other-library"]
