"""What ten new entries cost a library with kept state: `python bench/growing.py DIR [--rounds N] [--assert]`.

DIR comes from `generate.py`; the measurement adds ten entries to its library: two new documents, each submitted,
commented on, approved twice and put in force. Kept state and working files are copied before and after. Then whole
processes, in turn, each after putting back the copy that it needs:

    python           `python -c "import click"`
    nothing new      the command, with the state kept behind the newest entry
    ten new          the same, with the state kept ten entries ago: they are judged, and the register follows
    ten new, files   the same, and the working files are those of ten entries ago: they are laid out too

Fetching is not in it: the entries lie in the repository, as after a push from elsewhere. What is compared are
differences within a round.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

from common import Cost, claim, cost, in_turn, machine, quiet, span

from docctl import signatures
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.library import drafting
from docctl.library.library import Library, open_library

PUBLISHER, REVIEWER, DEPUTY, AUTHOR = "person-00", "person-02", "person-07", "person-09"
FRESH = 2
GOAL = 300
COMMANDS = ("show", "list")
CASES = ("nothing new", "ten new", "ten new, files")


class Grown:
    """A library, before and after ten entries."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.root = place / "library"
        self.git_dir = self.root / ".git"
        self.copies = place / "growing"
        self.fresh: dict[str, Path] = {}
        shutil.rmtree(self.copies, ignore_errors=True)
        with self.open() as library:
            assert isinstance(library.book.ledger, GitLedger)
            self.git_dir = library.book.ledger.git_dir
            self.state = library.home.state(self.git_dir)
            self.shown = next(row.id for row in library.register() if row.status.value == "in-force")
        self.run("list")  # so that its rows are kept too
        self.keep("before")
        with self.open() as library:
            was = library.entries
            for _ in range(FRESH):
                self.enter(library)
            self.entries, self.documents = library.entries, len(library.register())
            assert self.entries == was + 10, (was, self.entries)
            assert not library.violations, library.violations
        self.run("list")
        self.keep("after")

    def open(self) -> Library:
        return open_library(self.root, Home(self.place / "home"))

    def enter(self, library: Library) -> None:
        """One new document, in five entries."""
        keys = {one: signatures.load_key(self.place / "keys" / one) for one in (PUBLISHER, REVIEWER, DEPUTY, AUTHOR)}
        kind = library.charter.types["instruction"]
        name = drafting.next_number(kind.prefix, list(library.book.state.documents), 4)
        library.put_draft(name, drafting.blank(kind, name, {"az": f"Ölçmə {name}"}, "quality-manager"))
        library.submit(name, "Ölçmə üçün", keys[AUTHOR])
        library.comment(name, "Mətn aydındır.", keys[DEPUTY], "Bölmə 1")
        library.approve(name, keys[REVIEWER])
        library.approve(name, keys[DEPUTY])
        library.publish(name, keys[PUBLISHER])
        laid = self.root / kind.folder / name
        assert laid.is_dir(), laid
        self.fresh[name] = laid

    def keep(self, when: str) -> None:
        """Copy the kept state, and what tells how far the working files were laid out."""
        folder = self.copies / when
        folder.mkdir(parents=True)
        shutil.copy2(self.state, folder / "state")
        for name in ("index", "docctl-laid"):
            shutil.copy2(self.git_dir / name, folder / name)
        for name, laid in self.fresh.items():
            shutil.copytree(laid, folder / "laid" / name)

    def put_back(self, state: str, files: str) -> None:
        shutil.copy2(self.copies / state / "state", self.state)
        for name in ("index", "docctl-laid"):
            shutil.copy2(self.copies / files / name, self.git_dir / name)
        for name, laid in self.fresh.items():
            shutil.rmtree(laid, ignore_errors=True)
            if files == "after":
                shutil.copytree(self.copies / "after" / "laid" / name, laid)

    def run(self, command: str) -> Cost:
        words = [command, self.shown] if command == "show" else [command]
        line = [sys.executable, "-m", "docctl", *words]
        return cost(line, folder=self.root, env=quiet(self.place))

    def cases(self, command: str) -> dict[str, Callable[[], Cost]]:
        def bare() -> Cost:
            return cost([sys.executable, "-c", "import click"], env=quiet(self.place))

        def case(state: str, files: str) -> Callable[[], Cost]:
            def run() -> Cost:
                self.put_back(state, files)
                taken = self.run(command)
                assert all(laid.is_dir() for laid in self.fresh.values())
                return taken

            return run

        return {
            f"{command}, python": bare,
            f"{command}, {CASES[0]}": case("after", "after"),
            f"{command}, {CASES[1]}": case("before", "after"),
            f"{command}, {CASES[2]}": case("before", "before"),
        }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("place", type=Path, metavar="dir")
    asked.add_argument("--rounds", type=int, default=11)
    asked.add_argument("--assert", dest="strict", action="store_true", help="exit 1 if a goal is not met")
    options = asked.parse_args()
    grown = Grown(options.place.resolve())
    cases = {name: run for command in COMMANDS for name, run in grown.cases(command).items()}
    for run in cases.values():
        run()  # once unmeasured, so that every file was read before
    print(machine())
    found = in_turn(options.rounds, cases)
    grown.put_back("after", "after")
    shutil.rmtree(grown.copies)
    print(f"{grown.documents} documents, {grown.entries} entries, {options.rounds} rounds; ms, median (least to most)")
    sound = [tell(command, found, strict=options.strict) for command in COMMANDS]
    sys.exit(0 if all(sound) else 1)


def tell(command: str, found: dict[str, list[Cost]], *, strict: bool) -> bool:
    base = found[f"{command}, python"]
    print(f"  {command}: python -c 'import click' {span([1000 * one.wall for one in base], digits=0)}")
    for name in CASES:
        whole, still = found[f"{command}, {name}"], found[f"{command}, {CASES[0]}"]
        print(f"    {name:16} {span([1000 * one.wall for one in whole], digits=0)}", end="")
        print(f"; over python {span(more(whole, base), digits=0)}, cpu {span(more(whole, base, 1), digits=0)}", end="")
        rest = f"; over nothing new {span(more(whole, still), digits=0)}, cpu {span(more(whole, still, 1), digits=0)}"
        print("" if whole is still else rest)
    beyond = median(more(found[f"{command}, {CASES[1]}"], base))
    return claim(beyond < GOAL, f"{command}, {CASES[1]}: under {GOAL} ms beyond start-up", strict=strict)


def more(over: list[Cost], under: list[Cost], which: int = 0) -> list[float]:
    """Milliseconds, round by round: of the clock, or (1) of the processors."""
    return [1000 * (one[which] - other[which]) for one, other in zip(over, under, strict=True)]


if __name__ == "__main__":
    main()
