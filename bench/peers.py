"""`docctl verify` beside `git fsck` and TAF: `python bench/peers.py DIR [--taf-python PYTHON] [--rounds N]`.

DIR comes from `generate.py`. In turn, in one run, with files already in memory:

    docctl verify   the whole process, its start included: objects, signatures, rights and changes of every entry
    git fsck        `git fsck --full --strict` of the same repository, the whole process: that its objects are well
                    formed and none is missing; it looks at no signature and no right
    TAF             its validation of an authentication repository that it made itself: signatures, rights and target
                    files of every commit (see `authrepo.py`); by the slope between two lengths, so without its start

PYTHON is an interpreter that has TAF (`pip install taf` in an environment of its own); without it that part is left
out. Ratios are made within a round: a commit of the peer over an entry of docctl.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from common import Cost, cost, in_turn, machine, quiet, ratios, span

from docctl.adapters.home import Home
from docctl.library.library import open_library

SIDE = Path(__file__).with_name("authrepo.py")
SHORTER = 10  # times as short is the shorter repository of TAF
DOCCTL, FSCK, SHORT, LONG = "docctl verify", "git fsck", "TAF, short", "TAF, long"


class Taf:
    """TAF in its own interpreter, with two repositories: the first commits of a history, and all of it."""

    def __init__(self, python: str, place: Path, folder: Path, commits: int) -> None:
        self.python, self.folder = python, folder
        self.short, self.long = commits // SHORTER, commits
        person = [f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
        self.env = {**quiet(place), **dict.fromkeys(person, "bench@numune.example")}
        del self.env["PYTHONPATH"]
        asked = "from importlib.metadata import version as v; print(*(f'{n} {v(n)}' for n in ('taf', 'tuf')), sep=', ')"
        self.versions = self._run("-c", asked).strip()

    def make(self) -> None:
        started = time.perf_counter()
        self._run(str(SIDE), "make", str(self.folder), str(self.short), str(self.long))
        for name in ("short", "long"):
            # A library of generate.py lies in a pack as well.
            line = ["git", "gc", "--quiet"]
            subprocess.run(line, cwd=self.folder / name / "auth", env=self.env, check=True, capture_output=True)
        print(f"TAF made {self.long} commits in {time.perf_counter() - started:.0f} s", flush=True)

    def validate(self, name: str, commits: int) -> Cost:
        told = json.loads(self._run(str(SIDE), "validate", str(self.folder / name / "auth")).splitlines()[-1])
        assert told["commits"] == commits, told
        return Cost(told["wall"], told["cpu"])

    def _run(self, *words: str) -> str:
        done = subprocess.run([self.python, *words], env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{self.python} {' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}")
        return done.stdout


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("place", type=Path, metavar="dir")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--taf-python", metavar="python", help="an interpreter that has TAF")
    asked.add_argument("--commits", type=int, default=500, help="of the longer repository of TAF")
    options = asked.parse_args()
    if options.commits < 2 * SHORTER:
        asked.error("--commits: at least 20")
    place = options.place.resolve()
    with tempfile.TemporaryDirectory() as folder:
        taf = Taf(options.taf_python, place, Path(folder) / "taf", options.commits) if options.taf_python else None
        if taf is not None:
            taf.make()
        cases = _cases(place, taf)
        for run in cases.values():
            run()  # once unmeasured, so that every file was read before
        print(machine())
        found = in_turn(options.rounds, cases)
    with open_library(place / "library", Home(place / "home")) as library:
        entries = library.entries
    print(f"{entries} entries, {options.rounds} rounds; median (least to most)")
    ours = _tell(DOCCTL, found[DOCCTL], entries)
    _compare(FSCK, _tell(FSCK, found[FSCK], entries), ours)
    if taf is None:
        print("  TAF             not measured: no --taf-python")
        return
    print(f"{taf.versions}; {taf.long} commits, less the time of {taf.short}")
    slopes = [
        Cost(*((more - less) / (taf.long - taf.short) for more, less in zip(long, short, strict=True)))
        for long, short in zip(found[LONG], found[SHORT], strict=True)
    ]
    _tell(LONG, found[LONG], taf.long)
    _compare("TAF", slopes, ours)
    print(f"  so {entries} commits would take TAF {entries * median(one.wall for one in slopes):.0f} s")


def _cases(place: Path, taf: Taf | None) -> dict[str, Callable[[], Cost]]:
    library = place / "library"
    fsck = ["git", "fsck", "--full", "--strict", "--no-dangling", "--no-progress"]
    cases: dict[str, Callable[[], Cost]] = {
        DOCCTL: lambda: cost([sys.executable, "-m", "docctl", "verify"], folder=library, env=quiet(place)),
        FSCK: lambda: cost(fsck, folder=library, env=quiet(place)),
    }
    if taf is not None:
        cases[SHORT] = lambda: taf.validate("short", taf.short)
        cases[LONG] = lambda: taf.validate("long", taf.long)
    return cases


def _tell(name: str, costs: list[Cost], entries: int) -> list[Cost]:
    """Print what a whole run takes; the costs an entry."""
    each = [Cost(one.wall / entries, one.cpu / entries) for one in costs]
    print(f"  {name:14} {span([one.wall for one in costs], ' s')}, cpu {span([one.cpu for one in costs], ' s')}")
    print(f"  {'':14} {span([1 / one.wall for one in each], '/s', 0)}")
    return each


def _compare(name: str, theirs: list[Cost], ours: list[Cost]) -> None:
    """Print what a commit takes a peer, in docctl's entries."""
    walls = ratios([one.wall for one in theirs], [one.wall for one in ours])
    processors = ratios([one.cpu for one in theirs], [one.cpu for one in ours])
    print(f"  {name}, a commit: {span([1000 * one.wall for one in theirs], ' ms', 3)}")
    print(f"    over docctl's entry {span(walls)}, by processor time {span(processors)}")


if __name__ == "__main__":
    main()
