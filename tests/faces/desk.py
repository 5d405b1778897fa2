"""An office to try commands in, and what its answers must look like."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from docctl.cli import docctl
from docctl.cli.phrases import phrase

Edit = Callable[[bytes], bytes]
PEOPLE = {
    "rashad": ("Rəşad Əliyev", ("head", "administrator")),
    "leyla": ("Leyla Hüseynova", ("reviewer",)),
    "tural": ("Tural Quliyev", ("deputy", "author")),
}


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    status: int
    out: str
    err: str


@dataclass
class Desk:
    """A library in `folder`, the people's keys in `home`, and a way to run commands there."""

    folder: Path
    home: Path

    def run(self, *args: object, as_: str | None = None, lang: str = "en", **env: str) -> Answer:
        words = ["--library", str(self.folder), "--lang", lang]
        words += ["--as", as_] if as_ else []
        return self.bare(*words, *args, **env)

    def bare(self, *args: object, **env: str) -> Answer:
        settings = {"DOCCTL_HOME": str(self.home), "DOCCTL_LIBRARY": "", "DOCCTL_KEY": "", "DOCCTL_LANG": "en", **env}
        result = CliRunner().invoke(docctl, [str(one) for one in args], env=settings, prog_name="docctl")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def ok(self, *args: object, as_: str | None = None, **env: str) -> str:
        answer = self.run(*args, as_=as_, **env)
        assert answer.status == 0, answer
        assert not re.search(r"\[[a-z]+(-[a-z]+)+\]", answer.out + answer.err), answer  # a sentence that is not there
        return answer.out

    def head(self) -> str:
        reference = self.folder / ".git" / "refs" / "heads" / "main"
        return reference.read_text().strip() if reference.exists() else ""

    def refused(self, code: str, *args: object, as_: str | None = None, status: int = 1, **env: str) -> str:
        """One sentence, of that code; the right status; nothing entered."""
        before = self.head()
        answer = self.run(*args, as_=as_, **env)
        assert answer.status == status, answer
        assert self.head() == before
        lines = answer.err.strip().splitlines()
        assert len(lines) == 1 + (status == 2), answer
        assert says(code, lines[0]), (code, answer.err)
        return answer.err

    def draft(self, document: str, name: str = "az.md") -> Path:
        return self.folder / "drafts" / document / name

    def in_force(self, document: str) -> None:
        self.ok("submit", document, "--reason", "First", as_="aysel")
        self.approved(document)
        self.ok("publish", document, as_="aysel")

    def approved(self, document: str) -> None:
        self.ok("approve", document, as_="leyla")
        self.ok("approve", document, as_="rashad")


def says(code: str, line: str, language: str = "en") -> bool:
    """Whether a line is the sentence of a code, whatever stands in its places."""
    # A place without a value is a dash.
    pattern = re.escape(phrase(code, language)).replace("—", ".*")
    return re.fullmatch(r"(✗ )?" + pattern, line) is not None


def build(place: Path) -> Desk:
    desk = Desk(place / "office", place / "home")
    place.mkdir(exist_ok=True)
    answer = desk.bare(
        "init", desk.folder, "--name", "az=Nümunə İdarəsi", "--name", "en=Sample Office", "--person", "aysel",
        "--full-name", "Aysel Məmmədova", "--email", "aysel@x.example", "--position", "Menecer", "--no-passphrase",
    )  # fmt: skip
    assert answer.status == 0, answer
    desk.ok("anchor", "--output", place / "anchor.txt")
    for person, (name, roles) in PEOPLE.items():
        desk.ok("key", "new", person, "--no-passphrase")
        request = place / f"{person}.request"
        desk.ok(
            "key", "request", person, "--full-name", name, "--email", f"{person}@x.example", "--position", "Vəzifə",
            "--output", request,
        )  # fmt: skip
        stated = [word for role in roles for word in ("--role", role)]
        desk.ok("person", "add", request, *stated, "--from", "2026-01-01", "--basis", "Order 1", as_="aysel")
    desk.ok("approve", "charter", as_="rashad")
    desk.ok("publish", "charter", as_="aysel")
    return desk


def copied(source: Path, target: Path) -> Desk:
    place = target / "desk"
    shutil.copytree(source, place)
    return Desk(place / "office", place / "home")
