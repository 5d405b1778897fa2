"""What one approval costs, beside an empty signed commit of git: `python bench/approve.py DIR [--rounds N] [--assert]`.

DIR comes from `generate.py`; the measurement adds entries to its library. In turn, on the same repository:

    docctl      open the library from what is kept, load the key, approve, close; Python's start and imports excluded
    git         `git commit -S --allow-empty` with an SSH key, the index just as docctl left it
    git, warm   the same with an index that git has brought up to date with the working files

git's commits are taken off the branch again at once.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from common import claim, in_turn, machine, quiet, ratios, seconds, span

from docctl import signatures
from docctl.adapters.home import Home
from docctl.library import drafting
from docctl.library.library import open_library

AUTHOR, REVIEWER = "person-09", "person-02"


class Office:
    """A library with proposals that wait for their reviewer."""

    def __init__(self, place: Path, proposals: int) -> None:
        self.place = place
        self.root = place / "library"
        self.git_dir = self.root / ".git"
        self.waiting: list[str] = []
        with self.open() as library:
            author = signatures.load_key(place / "keys" / AUTHOR)
            kind = library.charter.types["instruction"]
            for _ in range(proposals):
                taken = [*library.book.state.documents, *self.waiting]
                name = drafting.next_number(kind.prefix, taken, 4)
                titles = {"az": f"Ölçmə {name}"}
                library.put_draft(name, drafting.blank(kind, name, titles, "quality-manager"))
                library.submit(name, "Ölçmə üçün", author)
                self.waiting.append(name)
            self.documents, self.entries = len(library.book.state.documents), library.entries
            reviewer = library.charter.people[REVIEWER]
            self.who = reviewer.name, reviewer.email
        self.left = self.git_dir / "index.bench"
        shutil.copy2(self.git_dir / "index", self.left)

    def open(self):
        return open_library(self.root, Home(self.place / "home"))

    def approve(self) -> float:
        name = self.waiting.pop()
        started = time.perf_counter()
        with self.open() as library:
            library.approve(name, signatures.load_key(self.place / "keys" / REVIEWER))
        return time.perf_counter() - started

    def commit(self) -> float:
        """With the index as docctl left it."""
        shutil.copy2(self.left, self.git_dir / "index")
        return self._commit()

    def commit_warm(self) -> float:
        seconds(["git", "update-index", "-q", "--refresh"], folder=self.root, env=quiet(self.place))
        return self._commit()

    def _commit(self) -> float:
        head = self._git("rev-parse", "main")
        name, email = self.who
        key = self.place / "keys" / REVIEWER
        given = (f"user.name={name}", f"user.email={email}", "gpg.format=ssh", f"user.signingKey={key}")
        words = [word for one in given for word in ("-c", one)]
        line = ["git", *words, "commit", "-q", "-S", "--allow-empty", "-m", "approved"]
        taken = seconds(line, folder=self.root, env=quiet(self.place))
        self._git("update-ref", "refs/heads/main", head)
        return taken

    def _git(self, *words: str) -> str:
        line = ["git", *words]
        done = subprocess.run(line, cwd=self.root, env=quiet(self.place), capture_output=True, text=True, check=True)
        return done.stdout.strip()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("place", type=Path, metavar="dir")
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--assert", dest="strict", action="store_true", help="exit 1 if a goal is not met")
    options = asked.parse_args()
    office = Office(options.place.resolve(), options.rounds + 1)
    office.approve()  # once unmeasured
    print(machine())
    cases = {"docctl": office.approve, "git": office.commit, "git, warm": office.commit_warm}
    found = in_turn(options.rounds, cases)
    office.left.unlink()
    print(f"{office.documents} documents, {office.entries} entries, {options.rounds} rounds; median (least to most)")
    for name, times in found.items():
        print(f"  {name:10} {span([1000 * one for one in times], ' ms', 1)}")
    whole, warm = ratios(found["docctl"], found["git"]), ratios(found["docctl"], found["git, warm"])
    print(f"  docctl over git        {span(whole)}")
    print(f"  docctl over git, warm  {span(warm)}")
    sound = claim(median(whole) <= 1, "not slower than git", strict=options.strict)
    sound &= claim(median(warm) <= 1, "not slower than git with a warm index", strict=options.strict)
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
