"""How long the reading commands take when nothing changed: `python bench/reading.py DIR [--rounds N] [--assert]`.

DIR comes from `generate.py`. Whole processes, in turn with `python -c "import click"`; what is compared is the
difference of the two within a round.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from statistics import median

from common import claim, in_turn, machine, quiet, seconds, span

from docctl.adapters.home import Home
from docctl.library.library import open_library


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("place", type=Path, metavar="dir")
    asked.add_argument("--rounds", type=int, default=11)
    asked.add_argument("--assert", dest="strict", action="store_true", help="exit 1 if a goal is not met")
    options = asked.parse_args()
    place = options.place.resolve()
    with open_library(place / "library", Home(place / "home")) as library:
        rows = [row.id for row in library.register() if row.status.value == "in-force"]
        entries, documents = library.entries, len(library.register())
    luck = random.Random(1)
    out = place / "copy.md"

    def bare() -> float:
        return seconds([sys.executable, "-c", "import click"], env=quiet(place))

    def docctl(*words: str) -> float:
        line = [sys.executable, "-m", "docctl", *words]
        return seconds(line, folder=place / "library", env=quiet(place))

    def get() -> float:
        out.unlink(missing_ok=True)
        return docctl("get", luck.choice(rows), "--format", "md", "--output", str(out))

    cases = {
        "python, click": bare,
        "list": lambda: docctl("list"),
        "python, click 2": bare,
        "show": lambda: docctl("show", luck.choice(rows)),
        "python, click 3": bare,
        "get": get,
    }
    for run in cases.values():
        run()  # once unmeasured, so that every file was read before
    print(machine())
    found = in_turn(options.rounds, cases)
    out.unlink(missing_ok=True)
    print(f"{documents} documents, {entries} entries, {options.rounds} rounds; ms, median (least to most)")
    base = [1000 * one for name, times in found.items() if name.startswith("python") for one in times]
    print(f"  python -c 'import click'  {span(base, digits=0)}")
    sound = True
    for name, before in (("list", "python, click"), ("show", "python, click 2"), ("get", "python, click 3")):
        more = [1000 * (one - other) for one, other in zip(found[name], found[before], strict=True)]
        print(f"  {name:5} {span([1000 * one for one in found[name]], digits=0)}, more: {span(more, digits=0)}")
        sound &= claim(median(more) < 500, "less than half a second more", strict=options.strict)
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
