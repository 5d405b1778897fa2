"""What copies cost: `python bench/copies.py DIR [--rounds N] [--renders N] [--assert]`.

DIR         made and kept for another run: a library of 37 documents in two languages, put in force by docctl itself
WEASY_PYTHON  an interpreter that has WeasyPrint (`pip install weasyprint`; Debian's libpango-1.0-0, libpangoft2-1.0-0);
            without it that comparison is left out, and so is pandoc's where there is no `pandoc`

Everything is a ratio of two things measured in one run, in turn. The texts are made, not found: Azerbaijani words of an
office in sentences, lists and tables, every text different.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from common import claim, in_turn, machine, processor, quiet, ratios, span
from generate import WORDS

import docctl
from docctl import renderers
from docctl.adapters.home import Home
from docctl.core.charter_machine import CHARTER
from docctl.core.copies import ControlledCopy
from docctl.library import carrying, founding
from docctl.library.charters import NextCharter
from docctl.library.copying import Wanted
from docctl.library.library import Library, open_library

TYPES = {"policy": ("POL", 5), "procedure": ("PRO", 22), "instruction": ("INS", 6), "form": ("FRM", 4)}
ENGLISH = (  # noqa: SIM905
    "the office shall keep each record for the period stated and the head of the department answers for it within three"
    " working days a request of a citizen is entered read and answered before the text comes in force staff are told"
    " and sign that they have read it internal audit looks at the process once a year and every finding is put right"
).split()
WEASY = """
import sys, time, json
from weasyprint import HTML
html, rounds = open(sys.argv[1], encoding="utf-8").read(), int(sys.argv[2])
taken = []
for _ in range(rounds + 1):
    begun = time.perf_counter()
    HTML(string=html).write_pdf()
    taken.append(time.perf_counter() - begun)
print(json.dumps(taken[1:]))
"""
MANY = """
import json, sys
from pathlib import Path
from copies import article, library, procedure, sample
from docctl import renderers
with library(Path(sys.argv[3])) as made:
    copy = sample(made)
found = {}
for number in range(int(sys.argv[1])):
    renderers.FORMATS[sys.argv[2]].render(article(procedure(number, "az", 4), copy))
    if number + 1 in (10, 100, int(sys.argv[1])):
        # What the system counts for whoever waits would begin with what this process's parent held.
        told = Path("/proc/self/status").read_text().split()
        found[number + 1] = int(told[told.index("VmHWM:") + 1]) / 1024
print(json.dumps(found))
"""


def sentence(luck: random.Random, words: list[str], count: int) -> str:
    return " ".join(luck.choices(words, k=count)).capitalize() + "."


def procedure(seed: int, language: str, sections: int) -> str:
    """A text of headings, paragraphs, lists and tables, always the same for the same seed; a section is a page."""
    luck, words = random.Random(f"{seed} {language}"), WORDS if language == "az" else ENGLISH
    parts = []
    for number in range(1, sections + 1):
        parts.append(f"## {number}. {sentence(luck, words, 4)[:-1]}")
        parts += [f"{number}.{at}. " + " ".join(sentence(luck, words, 14) for _ in range(3)) for at in range(1, 6)]
        parts.append("\n".join(f"{at}. {sentence(luck, words, 12)}" for at in range(1, 6)))
        rows = [f"| {at} | {sentence(luck, words, 5)} | {sentence(luck, words, 9)} |" for at in range(1, 7)]
        parts.append("\n".join(["| № | A | B |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


# -- the library -------------------------------------------------------------------------------------------------------


def library(place: Path) -> Library:
    """37 documents in Azerbaijani and English in force; made on first use."""
    if not (place / "library").exists():
        _make(place)
    return open_library(place / "library", Home(place / "home"))


def _make(place: Path) -> None:
    (place / "keys").mkdir(parents=True)
    people = {"anna": (), "eva": ("reviewer",), "bob": ("head", "deputy"), "spare": ()}
    signers = {}
    for name in people:
        docctl.new_key(place / "keys" / name, None)
        signers[name] = docctl.load_key(place / "keys" / name)
    founder = docctl.Founder("anna", "Anna", "anna@numune.example", "QM", signers["anna"], signers["spare"])
    names = {"az": "Nümunə Rayon İcra Hakimiyyəti", "en": "Sample District Executive Authority"}
    made = docctl.found_library(place / "library", founder, names, starter="empty", home=Home(place / "home"))
    change = NextCharter(made.charter_files())
    for person, roles in people.items():
        if roles:
            whose = (person.title(), f"{person}@numune.example")
            newcomer = founding.request(signers[person], made.authority.library, person, whose, "Vəzifə")
            change.add_person(newcomer, roles, made.today(), "")
    made.propose_charter(change.files(), "Two more", signers["anna"])
    made.publish(CHARTER, signers["anna"])
    for kind, (prefix, count) in TYPES.items():
        for number in range(1, count + 1):
            _in_force(made, signers, kind, f"{prefix}-{number:02}", 1 + number % 9)
    made.close()


def _in_force(made: Library, signers: dict[str, Any], kind: str, subject: str, sections: int) -> None:
    heading = f"id: {subject}\ntype: {kind}\nowner: quality-manager\nauthoritative: az\nlanguages: [az, en]\n"
    files = {}
    for language, title in (("az", "İşin aparılması qaydası"), ("en", "How the work is done")):
        first = heading if language == "az" else ""
        text = procedure(hash_of(subject), language, sections)
        files[f"{language}.md"] = f"---\n{first}title: {title} {subject}\n---\n\n{text}".encode()
    made.put_draft(subject, files)
    made.submit(subject, "İlk redaksiya", signers["anna"])
    made.approve(subject, signers["eva"])
    made.approve(subject, signers["bob"])
    made.publish(subject, signers["anna"])


def hash_of(subject: str) -> int:
    return sum(subject.encode())


# -- one copy ----------------------------------------------------------------------------------------------------------


def sample(made: Library, form: str = "pdf") -> ControlledCopy:
    """A copy of the library, to be given other texts."""
    return carrying.copy_of(made.book, made.document("PRO-01"), Wanted(form, "az"), moment=made.moment())


def article(text: str, found: ControlledCopy) -> ControlledCopy:
    """The copy with this text."""
    return replace(found, text=text, attachments=())


class Typesetter:
    """How long the typesetter alone takes inside a copy: of the same source, in the same round, nothing remembered."""

    def __init__(self) -> None:
        import typst

        self._true, self.taken = typst.compile, 0.0
        typst.compile = self.compile

    def compile(self, *given: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return self._true(*given, **named)
        finally:
            self.taken += time.perf_counter() - begun


def timed(run: Any) -> Any:
    def once() -> float:
        begun = time.perf_counter()
        run()
        return time.perf_counter() - begun

    return once


def one_copy(found: ControlledCopy, rounds: int, *, strict: bool) -> bool:
    copy = article(procedure(1, "az", 10), found)
    data = renderers.FORMATS["pdf"].render(copy)
    print(f"one procedure, {renderers.pages(data)} pages, {len(data) / 1024:.0f} KB as PDF; {rounds} rounds, warm")
    sound = True
    typesetter, alone, seeds = Typesetter(), [], iter(range(2, 10**6))

    def pdf() -> float:
        # Each text is another one, or the typesetter would remember the last.
        fresh, typesetter.taken = article(procedure(next(seeds), "az", 10), found), 0.0
        taken = float(timed(lambda: renderers.FORMATS["pdf"].render(fresh))())
        alone.append(typesetter.taken)
        return taken

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        cases = {"pdf": pdf}
        cases["docx"] = timed(lambda: renderers.FORMATS["docx"].render(copy))
        (place / "text.md").write_text(f"# {copy.title}\n\n{copy.text}", "utf-8")
        pandoc = shutil.which("pandoc")
        if pandoc:
            line = [pandoc, "text.md", "-o", "out.docx"]

            def twice() -> None:
                for _ in range(2):
                    subprocess.run(line, cwd=place, check=True)

            cases["pandoc, twice"] = timed(twice)
        times = in_turn(rounds, cases)
        for name, taken in times.items():
            print(f"  {name:14} {span([1000 * one for one in taken], ' ms', 0)}")
        over = ratios(times["pdf"], alone)
        print(f"  {'typst alone':14} {span([1000 * one for one in alone], ' ms', 0)}")
        print(f"  PDF over bare typst            {span(over)}")
        sound &= claim(median(over) <= 1.3, "at most 1.3 of bare typst", strict=strict)
        if pandoc:
            docx = ratios(times["docx"], times["pandoc, twice"])
            print(f"  DOCX over two runs of pandoc   {span(docx)}")
            sound &= claim(median(docx) <= 1, "DOCX at least as fast as two runs of pandoc", strict=strict)
        else:
            print("  pandoc: not measured (there is none)")
        sound &= _weasyprint(copy, place, median(times["pdf"]), rounds, strict=strict)
    return sound


def _weasyprint(copy: ControlledCopy, place: Path, ours: float, rounds: int, *, strict: bool) -> bool:
    python = os.environ.get("WEASY_PYTHON")
    if not python:
        print("  WeasyPrint: not measured (WEASY_PYTHON names no interpreter)")
        return True
    (place / "copy.html").write_bytes(renderers.FORMATS["html"].render(copy))
    line = [python, "-c", WEASY, str(place / "copy.html"), str(max(3, rounds // 3))]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    theirs = json.loads(done.stdout.splitlines()[-1])
    print(f"  WeasyPrint     {span([1000 * one for one in theirs], ' ms', 0)}, the same copy's HTML, warm")
    times = [one / ours for one in theirs]
    print(f"  WeasyPrint over PDF            {span(times, digits=1)}")
    return claim(median(times) >= 8, "at least 8 times as fast as WeasyPrint", strict=strict)


# -- all copies --------------------------------------------------------------------------------------------------------


def folder_of_all(place: Path, *, strict: bool) -> bool:
    target, line = (
        place / "copies",
        [sys.executable, "-m", "docctl", "--library", str(place / "library"), "get", "--all"],
    )
    shutil.rmtree(target, ignore_errors=True)
    first = watched([*line, "--output", str(target)], place)
    count = sum(1 for path in target.rglob("*") if path.suffix in (".pdf", ".docx"))
    again = watched([*line, "--output", str(target)], place)
    shutil.rmtree(place / "alone", ignore_errors=True)
    single = watched([*line, "--output", str(place / "alone"), "--jobs", "1"], place)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"get --all: {count} files, {size / 2**20:.1f} MB (clock, processor time, most memory of all its processes)")
    for name, (wall, cpu, memory) in (("first run", first), ("nothing changed", again), ("one process", single)):
        print(f"  {name:16} {wall:.1f} s, {cpu:.1f} s, {memory:.0f} MB")
    return claim(first[0] < 40, "under 40 seconds", strict=strict)


def watched(line: list[str], place: Path) -> tuple[float, float, float]:
    """Seconds by the clock, processor seconds, and the most megabytes that a command's processes held together."""
    used, begun, most = processor(), time.perf_counter(), 0.0
    process = subprocess.Popen(line, env=quiet(place), stderr=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None:
        most = max(most, _held(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"{' '.join(line)}: exit {process.returncode}")
    return time.perf_counter() - begun, processor() - used, most


def _held(session: int) -> float:
    """Megabytes held by the processes of a session; pages that they share are counted for each."""
    total = 0
    for one in Path("/proc").iterdir():
        if not one.name.isdecimal():
            continue
        try:
            if os.getsid(int(one.name)) == session:
                total += int((one / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError):
            continue
    return total / 2**20


def memory(place: Path, renders: int, *, strict: bool) -> bool:
    sound = True
    for form in ("pdf", "docx"):
        settings = {**os.environ, "PYTHONPATH": os.pathsep.join(str(one) for one in (_HERE, _HERE.parent))}
        line = [sys.executable, "-c", MANY, str(renders), form, str(place)]
        done = subprocess.run(line, env=settings, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        told = ", ".join(f"after {count}: {used:.0f} MB" for count, used in found.items())
        print(f"memory of one process, different texts, {form}: {told}")
        sound &= claim(max(found.values()) < 300, "under 300 MB", strict=strict)
    return sound


def proof(made: Library, *, strict: bool) -> bool:
    """What the proof and the source add to a copy."""
    sound = True
    for form in ("pdf", "docx"):
        copy = sample(made, form)
        whole, less = (len(renderers.FORMATS[form].render(one)) for one in (copy, replace(copy, attachments=())))
        print(f"what a copy carries inside, {form}: {(whole - less) / 1024:.1f} KB of {whole / 1024:.1f}")
        sound &= claim(0 < whole - less < 60 * 1024, "under 60 KB", strict=strict)
    return sound


_HERE = Path(__file__).resolve().parent


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("place", type=Path, metavar="dir")
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--renders", type=int, default=1000)
    asked.add_argument("--assert", dest="strict", action="store_true", help="exit 1 if a goal is not met")
    options = asked.parse_args()
    place, strict = options.place.resolve(), options.strict
    made = library(place)
    print(machine())
    print(" ".join(renderers.made_with(form) for form in ("pdf", "docx")))
    sound = one_copy(sample(made), options.rounds, strict=strict)
    sound &= proof(made, strict=strict)
    made.close()
    sound &= folder_of_all(place, strict=strict)
    sound &= memory(place, options.renders, strict=strict)
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
