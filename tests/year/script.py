"""What people do in the year, command by command, each noted by hand as it is done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml
from faces.desk import Answer, Desk
from year.notebook import FOREVER, Notebook, Paper, Read, Record, Staff, Text

from docctl.library import clock

BAKU = timezone(timedelta(hours=4))
PEOPLE = {
    "aysel": ("Aysel Məmmədova", "Keyfiyyət üzrə menecer", ()),
    "rashad": ("Rəşad Əliyev", "Başçı", ("head", "administrator")),
    "tural": ("Tural Quliyev", "Başçının müavini", ("deputy", "staff")),
    "leyla": ("Leyla Hüseynova", "Hüquq şöbəsinin müdiri", ("reviewer", "legal", "staff")),
    "nigar": ("Nigar İsmayılova", "Sənədlərlə iş şöbəsinin müdiri", ("records-head", "author", "staff")),
    "kamran": ("Kamran Səfərov", "Auditor", ("auditor", "staff")),
    "sevda": ("Sevda Rzayeva", "Aparıcı auditor", ("lead-auditor", "author", "staff")),
    "orxan": ("Orxan Babayev", "Mütəxəssis", ("staff",)),
    "elvin": ("Elvin Həsənov", "Mütəxəssis", ("staff",)),
    "gunel": ("Günel Kərimova", "Mütəxəssis", ("process-owner", "staff")),
}
MONTHS = {"POL": 12, "EXT": 12}


class Year:
    """The library, what is noted of it, and the day."""

    def __init__(self, place: Path) -> None:
        self.place, self.note = place, Notebook()
        self.desk = Desk(place / "office", place / "home")
        self.disposal = self.at = 0
        self.seen: list[tuple[date, str, list[tuple[str, str, str | None]], dict[str, date]]] = []
        self.files = 0

    def now(self) -> int:
        return self.at

    def on(self, day: str, hour: int = 9) -> date:
        """Move the clock on."""
        moment = datetime.fromisoformat(f"{day}T{hour:02}:00:00").replace(tzinfo=BAKU)
        assert moment.timestamp() >= self.at, day
        self.at = int(moment.timestamp())
        return moment.date()

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.at, BAKU).date()

    def run(self, person: str, *words: object, entries: int = 1, lang: str = "az") -> Answer:
        """A command that enters so many entries."""
        self.at += 60
        before = self.desk.head()
        answer = self.desk.run(*words, as_=person, lang=lang)
        assert answer.status == 0, (words, answer)
        assert not re.search(r"\[[a-z]+(-[a-z]+)+\]", answer.out + answer.err), answer
        assert (self.desk.head() != before) is (entries > 0), (words, answer)
        self.note.entries += entries
        return answer

    def refused(self, person: str, code: str, *words: object) -> None:
        """One sentence, in both languages; nothing entered."""
        self.at += 60
        self.desk.refused(code, *words, as_=person)
        before = self.desk.head()
        answer = self.desk.run(*words, as_=person, lang="az")
        assert (answer.status, self.desk.head(), answer.out) == (1, before, ""), answer
        assert len(answer.err.strip().splitlines()) == 1, answer

    def peek(self) -> None:
        """Everybody's inbox today, with what the notes say they have to read."""
        for person in self.note.people:
            tasks = json.loads(self.desk.ok("inbox", person, "--json"))["tasks"]
            found = [(one["task"], one["document"], one["due"]) for one in tasks]
            self.seen.append((self.today, person, found, self.note.waiting(person, self.today)))

    # -- people --------------------------------------------------------------------------------------------------------

    def found(self) -> None:
        self.at += 60
        name, position, _ = PEOPLE["aysel"]
        answer = self.desk.bare(
            "--lang", "az", "init", self.desk.folder, "--name", "az=Nümunə Rayon İcra Hakimiyyəti", "--name", "en=Sample District",
            "--person", "aysel", "--full-name", name, "--email", "aysel@x.example", "--position", position,
            "--offset", "+04:00", "--no-passphrase",
        )  # fmt: skip
        assert answer.status == 0, answer
        self.note.entries += 1
        self.note.people["aysel"] = Staff(self.today)
        self.desk.ok("anchor", "--output", self.place / "anchor.txt")

    def enrol(self, *people: str) -> None:
        start = self.today
        for person in people:
            name, position, roles = PEOPLE[person]
            request = self.place / f"{person}.request"
            self.run(person, "key", "new", person, "--no-passphrase", entries=0)
            self.run(
                person, "key", "request", person, "--full-name", name, "--email", f"{person}@x.example",
                "--position", position, "--output", request, entries=0,
            )  # fmt: skip
            stated = [word for role in roles for word in ("--role", role)]
            self.run("aysel", "person", "add", request, *stated, "--from", start, "--basis", "Əmr № 3")
            staff = [(start, FOREVER)] if "staff" in roles else []
            self.note.people[person] = Staff(start, staff)
        self.charter()

    def charter(self) -> None:
        """What is proposed of the charter comes into force."""
        self.run("rashad", "approve", "charter")
        self.run("aysel", "publish", "charter")

    # -- documents -----------------------------------------------------------------------------------------------------

    def draft(self, document: str, *changes: tuple[str, str], text: str = "") -> None:
        """A new draft, or that of what is in force with words replaced."""
        path = self.desk.draft(document)
        if text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        elif not path.exists():
            self.run("aysel", "new", document, entries=0)
        for old, new in changes:
            said = path.read_text("utf-8")
            assert said.count(old) == 1, (document, old)
            path.write_text(said.replace(old, new), "utf-8")

    def submit(self, person: str, document: str, reason: str, *more: object) -> int:
        """Submitted; the number of the revision."""
        words = ("amend", document) if "--until" in more else ("submit", document)
        self.run(person, *words, "--reason", reason, *more)
        known = self.note.submitted.setdefault(document, [])
        taken = [one.revision for one in self.note.texts if one.document == document]
        revision = max(taken, default=0) + 1
        known.append((self.today, revision))
        self.note.months.setdefault(document, MONTHS.get(document[:3], 24))
        return revision

    def publish(self, document: str, revision: int, kind: str = "revision", **days: date) -> Answer:
        """Put in force, from a day on; an amendment until another."""
        effective = days.get("effective", self.today)
        answer = self.run("aysel", "publish", document, "--effective", effective)
        self.note.texts.append(Text(document, revision, kind, self.today, effective, days.get("expires")))
        return answer

    def agreed(self, document: str) -> None:
        """Approved by all whom its type asks."""
        self.run("leyla", "approve", document)
        last = "rashad" if document[:3] in ("POL", "PRO") else "tural"
        self.run(last, "approve", document)

    def issue(self, document: str, revision: int, text: str = "", **days: date) -> Answer:
        """A revision from draft to being in force."""
        if text:
            self.draft(document, text=text)
        stated = self.submit("aysel", document, f"Redaksiya {revision}")
        assert stated == revision
        self.agreed(document)
        return self.publish(document, revision, **days)

    # -- reading -------------------------------------------------------------------------------------------------------

    def reads(self, document: str, revision: int, *people: str, language: str = "az") -> None:
        for person in people:
            self.run(person, "read", document, "--language", language)
            self.note.reads.append(Read(person, document, revision, self.today, language))

    def session(self, trainer: str, document: str, revision: int, record: str, people: Iterable[str]) -> None:
        """A session at which several people read."""
        named = [word for person in people for word in ("--person", person)]
        self.run(trainer, "read", document, "--session", record, *named, "--result", "hamısı mənimsəyib")
        for person in people:
            self.note.reads.append(Read(person, document, revision, self.today, "az", record))

    # -- records -------------------------------------------------------------------------------------------------------

    def values(self, values: dict[str, Any]) -> Path:
        self.files += 1
        path = self.place / f"values-{self.files}.yaml"
        path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, default_style="'"), "utf-8")
        return path

    def record(
        self, person: str, form: str, title: str, values: dict[str, Any], *more: object, signers: tuple[str, ...] = (),
        computed: dict[str, str] | None = None, procedure: str = "",
    ) -> str:  # fmt: skip
        """Fill in a form and register it: two commands, as people do it."""
        path = self.values(values)
        late = [word for word in more if not isinstance(word, Path)]
        files = [word for word in more if isinstance(word, Path)]
        attach = [word for file in files for word in ("--attach", file)]
        self.run(person, "record", "new", form, "--values", path, "--title", title, *attach, entries=0)
        answer = self.run(person, "record", "add", *late)
        count = sum(one.form == form and one.day.year == self.today.year for one in self.note.records.values())
        name = f"{form}-{self.today.year}-{count + 1:04}"
        assert name in answer.out, answer
        closed = date.fromisoformat(str(late[late.index("--closed") + 1])) if "--closed" in late else None
        self.note.records[name] = Record(
            name, title, person, self.today, {**values, **(computed or {})}, closed, signers, procedure=procedure,
            files=tuple(file.name for file in files),
        )  # fmt: skip
        return name

    def sealed(self, person: str, form: str, values: dict[str, str]) -> str:
        """A confidential record, registered at once, so that nothing of it lies about."""
        path = self.values(values)
        answer = self.run(person, "record", "new", form, "--values", path, "--add")
        path.unlink()
        name = f"{form}-{self.today.year}-0001"
        assert name in answer.out
        self.note.records[name] = Record(name, "", person, self.today, values, sealed=True)
        return name

    def mistaken(self, person: str, form: str, values: dict[str, str], count: int) -> None:
        """Every mistake is said at once, and nothing is written."""
        for lang in ("az", "en"):
            answer = self.desk.run("record", "new", form, "--values", self.values(values), as_=person, lang=lang)
            assert (answer.status, len(answer.err.splitlines())) == (1, 1 + count), answer
            assert f" {count})" in answer.err, answer

    def sign(self, person: str, record: str, meaning: str = "agreed") -> None:
        self.run(person, "record", "sign", record, "--meaning", meaning)
        self.note.records[record].signed[person] = self.today

    def correct(self, person: str, record: str, reason: str, values: dict[str, str], **computed: str) -> None:
        self.run(person, "record", "amend", record, "--reason", reason, "--values", self.values(values))
        one = self.note.records[record]
        one.values |= {**values, **computed}
        one.corrected.append(self.today)

    # -- copies --------------------------------------------------------------------------------------------------------

    def copy(self, document: str, revision: int, holder: str, *more: object, medium: str = "paper") -> Path:
        number = sum(one.document == document for one in self.note.papers) + 1
        ending = "docx" if medium == "file" else "pdf"
        path = self.place / f"{document}-{number}.{ending}"
        self.run("aysel", "copy", "issue", document, "--holder", holder, "--medium", medium, "--output", path, *more)
        self.note.papers.append(Paper(document, number, revision, holder, self.today, medium))
        return path

    def _paper(self, document: str, number: int) -> Paper:
        return next(one for one in self.note.papers if (one.document, one.number) == (document, number))

    def received(self, document: str, number: int) -> None:
        self.run("aysel", "copy", "receive", document, number)
        self._paper(document, number).received = self.today

    def returned(self, document: str, number: int, outcome: str, witness: str = "") -> None:
        more = ("--witness", witness) if witness else ()
        self.run("aysel", "copy", "return", document, number, "--outcome", outcome, *more)
        paper = self._paper(document, number)
        paper.ended, paper.outcome, paper.witness = self.today, outcome, witness


def clocked(year: Year, patch: Any) -> None:
    """Let the commands see the year's time."""
    patch.setattr(clock, "now", year.now)
    patch.setenv("TZ", "Asia/Baku")
