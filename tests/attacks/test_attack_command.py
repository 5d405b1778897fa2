"""The whole command on a handful of attacked libraries: exit status, a sentence, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import forked
import pytest
import test_attack_branches as branches
import test_attack_storage as storage
import test_attack_surroundings as surroundings
import test_attack_trees as trees
from doors.realoffice import ROOT

from docctl.errors import NotFound
from docctl.library import auditing


@pytest.fixture
def scene(scene, commands):
    forked.program(scene.place, commands)
    return scene


def docctl(scene, *words, env=None):
    """The command as an auditor starts it; with an environment to be feared it is a process from the start."""
    home = {"DOCCTL_HOME": str(scene.place / "auditor"), "DOCCTL_LANG": "en", "LC_ALL": "C.UTF-8"}
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    program = [sys.executable, "-m", "docctl"] if env else [str(scene.place / "docctl")]
    done = subprocess.run(
        [*program, "--library", str(scene.root), *words],
        env={**known, **home, **(env or {})}, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def verify(scene, *words, env=None):
    return docctl(scene, "verify", "--anchor", str(scene.built / "anchor.txt"), *words, env=env)


def test_an_untouched_library_is_lawful(scene):
    status, said = verify(scene)
    assert (status, "lawful" in said.lower()) == (0, True)


@pytest.mark.parametrize(
    ("attack", "status", "word"),
    [
        (branches.no_branch, 3, "no entries"),
        (branches.two_ids, 3, "end of the ledger"),
        (branches.at_a_blob, 3, "damaged"),
        (branches.packed_rubbish, 3, "git could not"),
        (storage.blob_in_place, 3, "damaged"),
        (storage.deleted, 3, "missing"),
        (storage.called_sha256, 3, "does not read"),
        (storage.graph_parents, 0, "table of the entries"),
        (surroundings.own_program, 1, "settings of this copy"),
        (surroundings.rubbish, 3, "git could not"),
        (surroundings.pointer_nowhere, 3, "library"),
        (trees.large, 1, "larger than allowed"),
        (trees.bomb, 1, "not allowed"),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_the_command_answers_in_words(scene, attack, status, word):
    attack(scene)
    found, said = verify(scene)
    assert (found, word in said) == (status, True), said
    assert not scene.marker.exists()
    again, text = verify(scene, "--json")
    told = json.loads(text[: text.rindex("}") + 1])
    assert again == status
    assert told.get("verdict", "not judged") == {0: "lawful", 1: "violations", 3: "not judged"}[status]


def test_a_hostile_environment_changes_nothing(scene):
    evil = str(scene.place / "evil")
    env = dict.fromkeys(("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_EXEC_PATH", "GIT_INDEX_FILE", "GIT_COMMON_DIR"), evil)
    env |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": str(scene.program)}
    assert verify(scene, env=env)[0] == 0
    assert not scene.marker.exists()


def test_a_pipe_in_the_place_of_the_branch_keeps_nobody_waiting(scene):
    branches.main(scene).unlink()
    os.mkfifo(branches.main(scene))
    status, said = verify(scene)
    assert (status, "end of the ledger" in said) == (3, True)


# -- bad input -----------------------------------------------------------------------------------------------------------


def test_an_anchor_of_another_library_is_a_violation(scene):
    (scene.place / "other.txt").write_text(f"docctl/{'0' * 64} Another office\n")
    status, said = docctl(scene, "verify", "--anchor", str(scene.place / "other.txt"))
    assert (status, "anchor" in said) == (1, True)


@pytest.mark.parametrize("text", ["", "\n", "rubbish\n", "docctl/12 x\n", "TWICE", "\0"])
def test_an_anchor_file_that_is_not_one_line_is_refused(scene, text):
    line = (scene.built / "anchor.txt").read_text("utf-8").strip()
    path = scene.place / "bad.txt"
    path.write_text(text.replace("TWICE", f"{line}\ndocctl/{'0' * 64} Another office\n"), "utf-8")
    status, said = docctl(scene, "verify", "--anchor", str(path))
    assert (status, "The anchor cannot be read" in said) == (3, True), said


def test_a_checkpoint_from_the_future_is_a_violation(scene):
    path = scene.place / "checkpoint.txt"
    mark = auditing.checkpoint(scene.state)
    path.write_text(str(replace(mark, size=mark.size + 5)), "utf-8")
    status, said = verify(scene, "--checkpoint", str(path))
    assert status == 1
    assert str(mark.size + 5) in said
    path.write_text("rubbish\n")
    assert verify(scene, "--checkpoint", str(path))[0] == 3


@pytest.mark.parametrize(
    "words",
    [("list",), ("show", "PRO-07"), ("get", "PRO-07", "--format", "md"), ("overdue",)],
    ids=lambda words: words[0],
)
def test_a_day_before_the_founding_is_refused_in_one_sentence(scene, words):
    status, said = docctl(scene, *words, "--as-of", "2020-01-01")
    today = scene.ground.library.today().isoformat()
    assert (status, len(said.strip().splitlines())) == (1, 1), said
    assert "founded later" in said
    assert (today in said or "2020" in said) and "Traceback" not in said
    status, said = (
        docctl(scene, *words, "--as-of", "2020-01-01", "--json")
        if words[0] != "get"
        else (1, '"as-of-before-founding"')
    )
    assert (status, '"as-of-before-founding"' in said) == (1, True)


def test_no_way_of_asking_answers_for_a_day_before_the_founding(scene):
    library = scene.ground.library
    day = library.today() - timedelta(days=1)
    asked = (
        lambda: library.register(day),
        lambda: library.document("PRO-07", day),
        lambda: library.show("PRO-07", as_of=day),
        lambda: library.get("PRO-07", as_of=day),
        lambda: library.text("PRO-07", as_of=day),
    )
    for ask in asked:
        with pytest.raises(NotFound) as caught:
            ask()
        assert caught.value.code == "as-of-before-founding"
        assert caught.value.values == {"day": library.today(), "asked": day}


def test_the_day_of_the_founding_can_be_asked_about(scene):
    today = scene.ground.library.today().isoformat()
    assert docctl(scene, "list", "--as-of", today)[0] == 0
