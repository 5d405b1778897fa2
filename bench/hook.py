"""What the server's door costs a push of one entry: `python bench/hook.py DIR [--rounds N] [--assert]`.

DIR comes from `generate.py`; the measurement adds entries to its library. A bare copy gets the hook, another gets none.
In turn, for one new entry after the other:

    hook            the hook's own time, from when git starts its script until the script ends
    python, click   `python -c "import click"`: what no command can do without
    python, docctl  the same with the modules that judge: all that the hook does before it looks at anything
    push            the whole `git push` to the copy with the hook, on the same disk
    push, no hook   the same to the other
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from common import claim, in_turn, machine, quiet, seconds, span

from docctl import signatures
from docctl.adapters.home import Home
from docctl.library import admission
from docctl.library.library import open_library

GOAL = 300  # ms beyond start-up, on 200,000 entries
WHO = "person-02"
JUDGES = "docctl.cli.hook, docctl.library.admission, docctl.signatures"
# Takes the time around the hook that `hook install` put there.
CLOCKED = """#!/bin/sh
before=$(date +%s%N)
hooks/docctl-pre-receive
status=$?
echo $(($(date +%s%N) - before)) >>times
exit $status
"""


class Server:
    """Two bare copies of a library, and entries that they do not have yet."""

    def __init__(self, place: Path, entries: int) -> None:
        self.place, self.root = place, place / "library"
        self.guarded, self.open = place / "guarded.git", place / "open.git"
        for repo in (self.guarded, self.open):
            shutil.rmtree(repo, ignore_errors=True)
            self._git("clone", "-q", "--bare", str(self.root), str(repo))
        started = time.perf_counter()
        self.entries = admission.install(self.guarded, None, ()).entries
        self.installed = time.perf_counter() - started
        hooks = self.guarded / "hooks"
        (hooks / "pre-receive").rename(hooks / "docctl-pre-receive")
        (hooks / "pre-receive").write_text(CLOCKED)
        (hooks / "pre-receive").chmod(0o755)
        self.waiting: list[str] = []
        with open_library(self.root, Home(place / "home")) as library:
            signer = signatures.load_key(place / "keys" / WHO)
            names = [row.id for row in library.register() if row.status.value == "in-force"]
            self.documents = len(library.register())
            for number in range(entries):
                library.comment(names[number * 37 % len(names)], "Ölçmə üçün qeyd", signer)
                self.waiting.append(str(library.book.ledger.head()))
        self.sent = {self.guarded: 0, self.open: 0}

    def _git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.place, env=quiet(self.place), check=True, capture_output=True)

    def push(self, repo: Path) -> float:
        """Bring the next entry there."""
        entry = self.waiting[self.sent[repo]]
        self.sent[repo] += 1
        line = ["git", "push", "-q", str(repo), f"{entry}:refs/heads/main"]
        return seconds(line, folder=self.root, env=quiet(self.place))

    def hook(self) -> float:
        """How long the hook of the last push took."""
        return int((self.guarded / "times").read_text().split()[-1]) / 1e9


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("place", type=Path, metavar="dir")
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--assert", dest="strict", action="store_true", help="exit 1 if a goal is not met")
    options = asked.parse_args()
    place = options.place.resolve()
    server = Server(place, options.rounds + 1)
    for repo in (server.guarded, server.open):
        server.push(repo)  # once unmeasured
    print(machine())
    cases = {
        "push": lambda: server.push(server.guarded),
        "hook": server.hook,
        "python, click": lambda: seconds([sys.executable, "-c", "import click"], env=quiet(place)),
        "python, docctl": lambda: seconds([sys.executable, "-c", f"import {JUDGES}"], env=quiet(place)),
        "push, no hook": lambda: server.push(server.open),
    }
    found = in_turn(options.rounds, cases)
    for repo in (server.guarded, server.open):
        shutil.rmtree(repo)
    print(
        f"{server.documents} documents, {server.entries} entries, {options.rounds} pushes of one;"
        " ms, median (least to most)"
    )
    for name, times in found.items():
        print(f"  {name:14} {span([1000 * one for one in times], digits=0)}")
    for base in ("python, docctl", "python, click"):
        more = [1000 * (one - other) for one, other in zip(found["hook"], found[base], strict=True)]
        print(f"  hook, more than {base}: {span(more, digits=0)}")
    print(f"  judging all of it once, at `hook install`: {server.installed:.1f} s")
    sys.exit(0 if claim(median(more) < GOAL, f"less than {GOAL} ms more", strict=options.strict) else 1)


if __name__ == "__main__":
    main()
