"""The process beside this one says what this one would say, and may die."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

import docctl
from docctl.library import replaying
from docctl.library.verifying import Verifier, verify


def test_the_process_beside_gives_the_same_answers(tmp_path: Path) -> None:
    docctl.new_key(tmp_path / "key", None)
    signer = docctl.load_key(tmp_path / "key")
    asked: list[tuple[bytes, bytes] | None] = []
    for number in range(40):
        payload = b"%d" % number
        armor = signer.sign(payload, "git").encode()
        asked.append((b"other" if number % 3 == 0 else payload, armor))
    asked += [None, (b"", b"junk")]
    expected = verify(asked)
    assert {seal.problem for seal in expected if seal} == {None, "signature-invalid", "signature-format"}
    verifier = Verifier(replaying.read_yaml)
    verifier.start()
    try:
        for _ in range(3):
            verifier.begin(asked, {})
            assert verifier.end() == (expected, {})
        if verifier._child:
            os.kill(verifier._child, signal.SIGKILL)
        verifier.begin(asked, {})
        assert verifier.end() == (expected, {})
    finally:
        verifier.stop()


def test_without_a_process_beside_it_is_done_here() -> None:
    verifier = Verifier(replaying.read_yaml)
    verifier.begin([None], {})
    assert verifier.end() == ([None], {})


def test_on_one_processor_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processors that may be used count, not those there are: a container's limit is one."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    verifier = Verifier(replaying.read_yaml)
    verifier.start()
    try:
        assert not verifier.runs
    finally:
        verifier.stop()
