"""Trials in which something goes wrong at the Nth change of the disk (`fault.c`): docctl and every git under it counted.

One process loads everything once and forks a child for each trial; the child works on a copy of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# All points from this one on instead of some: takes minutes.
EVERY = int(os.environ.get("DOCCTL_EVERY_POINT") or 0)

DRIVER = """
import ctypes, io, json, os, shutil, sys, traceback
from pathlib import Path

sys.path.insert(0, "tests/doors")
import git
import sqlite3
from realoffice import House
from docctl.cli import care, docctl, publishing, approving
from docctl.adapters.home import Home
from docctl.catalogues import problem
from docctl.errors import DocctlError
from docctl.library import mending, doctor, reentering, syncing, sharing
from docctl.signatures import load_key

shim = Path(sys.argv[1])
real_git = shutil.which("git")
GIT = '''#!/bin/sh
LD_PRELOAD={shim} FAULT_FILE={counter} FAULT_AT={at} FAULT_HOW={how} FAULT_UNDER={place} exec {git} "$@"
'''

def submit(library):
    "As the command does, without making a copy first, which takes longer than all the rest."
    try:
        with House(library.parent, built).open(library, Home()) as found:
            done = House(library.parent, built).enter(found, "PRO-50", "dan")
    except DocctlError as error:
        print("✗ " + problem(error.code, "en", **error.values), flush=True)
        return 1
    print("submitted (entry", done.entry.sequence, ")", flush=True)
    return 0

def act(place):
    library = place / "library"
    if words[0] == "submit":
        return submit(library)
    try:
        docctl(["--library", str(library), "--key", str(built / "keys" / words[0]), "--lang", "en", *words[1:]],
               prog_name="docctl")
    except SystemExit as end:
        return end.code or 0

for line in sys.stdin:
    how, at, base, root, built, *words = json.loads(line)
    base, root, built = map(Path, (base, root, built))
    counter = root / "counter"
    place = root / f"{how}-{at}"
    shutil.copytree(base, place, symlinks=True)
    settings = place / "library/.git/config"
    settings.write_text(settings.read_text().replace(str(base), str(place)))
    (place / "bin").mkdir()
    program = place / "bin/git"
    program.write_text(GIT.format(shim=shim, counter=counter, at=at, how=how, place=place, git=real_git))
    program.chmod(0o755)
    counter.write_bytes(bytes(8))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(reading)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.close(writing)
        os.environ.update(
            PATH=f"{place}/bin:{os.environ['PATH']}", DOCCTL_HOME=f"{place}/home", FAULT_FILE=str(counter), FAULT_AT=at,
            FAULT_HOW=how, FAULT_UNDER=str(place), HOME=str(root),
        )
        sys.stdin = open(os.devnull)
        sys.stdout, sys.stderr = (
            io.TextIOWrapper(open(number, "wb", 0, closefd=False), "utf-8", write_through=True) for number in (1, 2)
        )
        status = 99
        try:
            ctypes.CDLL(None).fault_begin()
            status = act(place)
            sys.stdout.flush()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode("utf-8", "replace")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    numbers = counter.read_bytes()
    calls, refused = (int.from_bytes(numbers[i : i + 4], sys.byteorder) for i in (0, 4))
    print(json.dumps([status, said, calls, refused]), flush=True)
"""


@dataclass(frozen=True)
class Trial:
    """How one ended.

    Attributes:
        place: Its copy: `library`, maybe `shared.git`, `home`.
        status: Exit status; negative if it was killed.
        said: All that it printed.
        calls: Changes of the disk, those of its gits included.
        refused: How many of them were not let through.
    """

    place: Path
    how: str
    at: int
    status: int
    said: str
    calls: int
    refused: int


def shim(folder: Path) -> Path:
    """The shim, compiled."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler")
    made = folder / "fault.so"
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "fault.c"), "-ldl"]
    subprocess.run(words, check=True, capture_output=True)
    return made


class Driver:
    """The process that forks for each trial; to be closed."""

    def __init__(self, made: Path) -> None:
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LD_PRELOAD": str(made), "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        line = [sys.executable, "-c", DRIVER, str(made)]
        self.process = subprocess.Popen(
            line, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)

    def ask(self, *words: str) -> list[object]:
        """What came of a trial: status, what was said, numbers of changes and refusals."""
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Trials:
    """Trials of one action on one starting point."""

    def __init__(self, driver: Driver, base: Path, root: Path, built: Path, words: tuple[str, ...]) -> None:
        root.mkdir(exist_ok=True)
        self.driver, self.root = driver, root
        self.told = (str(base), str(root), str(built), *words)

    def run(self, how: str, at: int) -> Trial:
        """One trial; `how` as in `fault.c`, at 0 nothing goes wrong."""
        return Trial(self.root / f"{how}-{at}", how, at, *self.driver.ask(how, str(at), *self.told))

    def whole(self) -> Trial:
        """The action with nothing in its way."""
        done = self.run("count", 0)
        assert (done.status, done.refused) == (0, 0), done
        assert done.calls > 10  # else the shim was not loaded
        return done

    def points(self, calls: int, wanted: int, shift: int = 0) -> list[int]:
        """Points to try: all, or so many evenly spread, of which each run of the suite takes the same."""
        if EVERY:
            return list(range(EVERY, calls + 1))
        stride = max(1, calls // wanted)
        return sorted({*range(1 + shift % stride, calls + 1, stride), calls})


def age(place: Path, seconds: float = 7200) -> None:
    """Let time pass for all that lies there, so that what was left over is known to be left over."""
    for folder, _, names in os.walk(place):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            facts = path.lstat()
            os.utime(path, (facts.st_atime - seconds, facts.st_mtime - seconds), follow_symlinks=False)
