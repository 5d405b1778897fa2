"""Whoever is killed while registering a confidential record leaves no entry whose key is nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk, copied
from sealing_desk import FIRST, SECRET, complaint, plain_anywhere, with_form

from docctl import open_library
from docctl.adapters.home import Home
from docctl.library import keystores

TOP = Path(__file__).resolve().parent.parent.parent
STEPS = range(1, 400)
SCRIPT = """
import os, shutil, sys
from pathlib import Path
from docctl import load_key, open_library
from docctl.adapters.home import Home
from docctl.library import confidential, recording
place, target = Path(sys.argv[1]), Path(sys.argv[2])
for step in map(int, sys.argv[4:]):
    here = target / str(step)
    shutil.copytree(place, here)
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        print(step, status, flush=True)
        continue
    library = open_library(here / "office", Home(here / "home"))
    state = library.book.state
    record = recording.filled(state, recording.blank(state, "FRM-09"), {"subject": sys.argv[3]})
    signer = load_key(here / "home" / "keys" / "aysel")
    left = step
    def count(event, args):
        global left
        if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "subprocess.Popen", "sqlite3.connect"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), 9)
    sys.addaudithook(count)
    confidential.register(library, record, signer, recording.Wishes())
    os._exit(0)
"""


@pytest.mark.timeout(400)
def test_killed_between_key_store_and_entry(prepared: Path, tmp_path: Path) -> None:
    with_form(copied(prepared, tmp_path))
    steps = [step for step in STEPS if (step < 60 and step % 2) or step % 20 == 0]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path / "desk", tmp_path / "killed", SECRET, *map(str, steps)],
        env={"PYTHONPATH": str(TOP), "PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    status = dict(line.split() for line in done.stdout.splitlines())
    killed = [step for step in steps if status[str(step)] == "9"]
    assert len(killed) >= 20
    outcomes = set()
    for step in steps:
        desk = Desk(tmp_path / "killed" / str(step) / "office", tmp_path / "killed" / str(step) / "home")
        with open_library(desk.folder, Home(desk.home)) as library:
            stands = FIRST in library.book.state.records
            found = keystores.look(library)
        outcomes.add((stands, bool(found.strange)))
        assert not found.keyless
        assert not plain_anywhere(desk.folder)
        if stands:
            assert SECRET in desk.ok("record", "open", FIRST, as_="rashad")
        else:
            assert step in killed
            complaint(desk)
            assert SECRET in desk.ok("record", "open", FIRST, as_="rashad")
        shutil.rmtree(desk.folder.parent)
    # Killed before the key, between key and entry, and not before the entry stood.
    assert outcomes == {(False, False), (False, True), (True, False)}
