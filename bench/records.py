"""What a hundred thousand records cost: `python bench/records.py DIR [--records N] [--rounds N] [--assert]`.

DIR gets libraries of few records and of many, made as `generate.py` makes them: four forms with fields, their records
spread over three years, written through the public formats straight into one pack. They are kept for the next run.
Then whole processes, the two libraries in turn:

    record add      a record is filled in and registered at once, `record new FORM --values FILE --add`
    record list     of one form and one year, when nothing changed; beside `docctl --version`, which starts up alone
    verify          the whole history, a second per thousand entries of each; and the most memory that any of them took
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from common import claim, cost, in_turn, machine, quiet, ratios, seconds, span
from generate import SEED, WORDS, Folder, Pack, Thread, Writer, found, people, run_git

from docctl import signatures
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import content, days, recordtext, tree
from docctl.core.events import Recorded
from docctl.core.recordtext import RecordText
from docctl.core.state import State
from docctl.library import deciding, recording
from docctl.library.library import Library, open_library

FORMS = ("FRM-0001", "FRM-0002", "FRM-0003", "FRM-0004")
YEARS = 3
MEMORY = 400
FIELDS = """fields:
  - {name: subject, label: Mövzu, type: text, required: yes}
  - {name: text, label: Təsvir, type: long, required: yes}
  - {name: likelihood, label: Ehtimal, type: number, required: yes, min: 1, max: 5}
  - {name: impact, label: Təsir, type: number, required: yes, min: 1, max: 5}
  - {name: score, label: Bal, type: number, computed: likelihood * impact}
  - {name: status, label: Status, type: choice, required: yes, choices: [open, closed]}
"""


def prepare(place: Path, records: int) -> None:
    """A library with this many records."""
    if (place / "made").exists():
        return
    staff = people(place)
    library = found(place, staff, int(time.time()) - YEARS * 365 * 86400)
    keys = {one.id: signatures.load_key(place / "keys" / one.id) for one in staff}
    with library:
        publish_forms(library, keys)
    with open_library(place / "library", Home(place / "home")) as library:
        write(library, place, staff, records)
    with open_library(place / "library", Home(place / "home")) as library:
        assert not library.violations, library.violations[:3]
        assert len(library.book.state.records) == records
    (place / "made").touch()


def publish_forms(library: Library, keys: dict[str, Any]) -> None:
    from docctl.library import clock

    real, clock.now = clock.now, lambda: library.book.state.time + 30
    try:
        for form in FORMS:
            heading = f"id: {form}\ntitle: Forma {form}\ntype: form\nowner: quality-manager\nauthoritative: az\n"
            text = f"---\n{heading}languages: [az]\nclauses: [iso9001:2015#6.1]\n{FIELDS}---\n\n# Forma\n\nMətn.\n"
            library.enter(keys["person-09"], deciding.submit_text({"az.md": text.encode()}, "Ölçmə üçün"))
            library.approve(form, keys["person-02"])
            library.approve(form, keys["person-07"])
            library.publish(form, keys["person-00"])
    finally:
        clock.now = real


@dataclass
class Shelves:
    """The folders of all records, as they grow."""

    pack: Pack
    months: dict[tuple[str, str, str], Folder] = field(default_factory=dict)
    inner: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def put(self, path: tuple[str, ...], folder: str) -> str:
        """The tree of `records/` with a record put in."""
        _, form, year, month, name = path
        below = self.months.setdefault((form, year, month), Folder(self.pack)).set(name, folder)
        for above, inside in (((form, year), month), ((form,), year), ((), form)):
            items = self.inner.setdefault(above, {})
            items[inside] = str(below)
            below = self.pack.add("tree", tree.build(tree.Item(True, *one) for one in items.items()))
        return str(below)


def write(library: Library, place: Path, staff: list[Any], records: int) -> None:
    """Records, straight into a pack."""
    state, authority, luck = library.book.state, library.authority, Random(SEED)
    assert state.head is not None
    assert isinstance(library.book.ledger, GitLedger)
    root = {item.name: item.id for item in tree.parse(state.shelf.get("tree", state.tree))}
    unpacked, git = place / "entries.pack", library.book.ledger.git_dir
    pack = Pack(unpacked)
    offset = library.charter.offsets[0]
    head = (authority.library, authority.entry, state.length, state.head, state.time, offset)
    writer = Writer(pack, staff, *head, root, luck)
    shelves, step = Shelves(pack), (int(time.time()) - 3600 - state.time) // records
    counts: dict[tuple[str, int], int] = {}
    for _ in range(records):
        writer.at += step - 30
        enter(state, writer, shelves, counts)
    pack.close()
    with unpacked.open("rb") as file:
        run_git(git, "index-pack", "--stdin", stdin=file)
    unpacked.unlink()
    run_git(git, "update-ref", "refs/heads/main", writer.head, state.head)


_BLANKS: dict[str, Any] = {}


def enter(state: State, writer: Writer, shelves: Shelves, counts: dict[tuple[str, int], int]) -> None:
    form = writer.luck.choice(FORMS)
    blank = _BLANKS.setdefault(f"{writer.library}{form}", recording.blank(state, form))
    day = days.day_of(writer.at + 30, writer.offset)
    counts[form, day.year] = number = counts.get((form, day.year), 0) + 1
    name = f"{form}-{day.year:04}-{number:04}"
    one, two = writer.luck.randint(1, 5), writer.luck.randint(1, 5)
    values: Any = {
        "subject": " ".join(writer.luck.choices(WORDS, k=4)),
        "text": " ".join(writer.luck.choices(WORDS, k=40)),
        "likelihood": str(one),
        "impact": str(two),
        "score": str(one * two),
        "status": writer.luck.choice(("open", "closed")),
    }
    text = RecordText(form=form, revision=1, language="az", title=values["subject"], values=values)
    files = {"record.md": recordtext.write(text, blank.fields, lambda _, value: value)}
    folder, objects = tree.files_tree(files)
    for kind, data in objects:
        writer.pack.add(kind, data)
    path = ("records", form, f"{day.year:04}", f"{day.month:02}", name)
    writer.root["records"] = shelves.put(path, folder)
    event = Recorded(
        record=name,
        form_publication=blank.publication.entry,
        form_revision=1,
        content=content.digest(files),
        tree=folder,
        title=text.title,
    )
    writer.write(writer.by_role("staff"), Thread(form, "form"), event)


# -- measuring ---------------------------------------------------------------------------------------------------------


def docctl(place: Path, *words: str) -> float:
    return seconds([sys.executable, "-m", "docctl", *words], folder=place / "library", env=quiet(place))


def add(place: Path, values: Path) -> float:
    key = str(place / "keys" / "person-11")
    return docctl(place, "--key", key, "record", "new", FORMS[0], "--values", str(values), "--add")


def memory(place: Path, *words: str) -> float:
    """The most memory that a command takes, MB."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    line = [sys.executable, "-c", code, sys.executable, "-m", "docctl", *words]
    done = subprocess.run(line, cwd=place / "library", env=quiet(place), capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("place", type=Path, metavar="dir")
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--small", type=int, default=100)
    asked.add_argument("--middle", type=int, default=0, help="for verify; default: a tenth of the records")
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--assert", dest="strict", action="store_true", help="exit 1 if a goal is not met")
    options = asked.parse_args()
    counts = {"few": options.small, "middle": options.middle or options.records // 10, "many": options.records}
    places = {name: options.place.resolve() / f"records-{count}" for name, count in counts.items()}
    for name, place in places.items():
        started = time.perf_counter()
        prepare(place, counts[name])
        print(f"{counts[name]} records: ready after {time.perf_counter() - started:.0f} s", flush=True)
    print(machine())
    values = options.place.resolve() / "values.yaml"
    values.write_text("subject: Ölçmə\ntext: Mətn.\nlikelihood: 2\nimpact: 3\nstatus: open\n", "utf-8")
    sound = [adding(places, values, options), listing(places["many"], options), verifying(places, options)]
    sys.exit(0 if all(sound) else 1)


def adding(places: dict[str, Path], values: Path, options: Any) -> bool:
    for name in ("few", "many"):
        add(places[name], values)  # once unmeasured
    took = in_turn(options.rounds, {name: lambda at=places[name]: add(at, values) for name in ("few", "many")})
    ratio = ratios(took["many"], took["few"])
    shown = ", ".join(f"{name} {span(took[name], ' s')}" for name in took)
    print(f"record add: {shown}; ratio {span(ratio)}")
    return claim(median(ratio) <= 2, "record add at most twice as slow", strict=options.strict)


def listing(place: Path, options: Any) -> bool:
    from docctl.library import clock

    year = str(days.day_of(clock.now(), "+0400").year - 1)
    words = ("record", "list", "--form", FORMS[1], "--year", year)
    started = time.perf_counter()
    docctl(place, *words)
    print(f"record list, its table made anew: {time.perf_counter() - started:.1f} s")
    cases = {"start": lambda: docctl(place, "--version"), "list": lambda: docctl(place, *words)}
    took = in_turn(options.rounds, cases)
    beyond = [one - other for one, other in zip(took["list"], took["start"], strict=True)]
    print(f"record list: {span(took['list'], ' s')}; beyond start-up {span(beyond, ' s')}")
    field_took = docctl(place, *words, "--field", "score=25"), docctl(place, *words, "--field", "score=25")
    print(f"record list by a field's value: first {field_took[0]:.1f} s, then {field_took[1]:.1f} s")
    most = memory(place, *words)
    print(f"record list: {most:.0f} MB")
    sound = claim(median(beyond) < 1, "record list under a second beyond start-up", strict=options.strict)
    return claim(most < MEMORY, f"record list under {MEMORY} MB", strict=options.strict) and sound


def verifying(places: dict[str, Path], options: Any) -> bool:
    rates, most = {}, 0.0
    for name in ("middle", "many"):
        place = places[name]
        with open_library(place / "library", Home(place / "home")) as library:
            entries = library.entries
            (place / "anchor.txt").write_text(f"{library.anchor()}\n", "utf-8")
        words = ("verify", "--anchor", str(place / "anchor.txt"))
        line = [sys.executable, "-m", "docctl", *words]
        took = min((cost(line, folder=place / "library", env=quiet(place)) for _ in range(2)), key=lambda one: one.cpu)
        # Of the processors, so that a busy machine does not look like a long history.
        rates[name] = 1000 * took.cpu / entries
        most = memory(place, *words)
        shown = f"{took.wall:.1f} s, processors {took.cpu:.1f} s, {rates[name]:.2f} s a thousand, {most:.0f} MB"
        print(f"verify of {entries} entries: {shown}", flush=True)
    ratio = rates["many"] / rates["middle"]
    sound = claim(ratio < 1.3, f"verify is linear (ratio per entry {ratio:.2f})", strict=options.strict)
    return claim(most < MEMORY, f"verify under {MEMORY} MB", strict=options.strict) and sound


if __name__ == "__main__":
    main()
