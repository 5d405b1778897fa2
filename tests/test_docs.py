"""The documents tell the truth: their examples run, and what they list is what there is."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import forked
import pytest

import docctl

TOP = Path(__file__).resolve().parent.parent
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_python_page_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCCTL_HOME", str(tmp_path / "home"))
    result = doctest.testfile(str(TOP / "docs" / "api.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 10
    assert result.failed == 0


def test_every_public_name_is_on_the_python_page() -> None:
    page = (TOP / "docs" / "api.md").read_text("utf-8")
    missing = [name for name in docctl.__all__ if name not in page and name != "__version__"]
    assert missing == []


def _console(path: Path) -> list[str]:
    """The commands of a page's console blocks, in order; a line `# exits N` says what the one before must answer."""
    lines: list[str] = []
    for block in CONSOLE.findall(path.read_text("utf-8")):
        for line in block.split("\n"):
            if line.startswith("$ "):
                lines.append(line[2:])
            elif line.startswith("> "):
                lines[-1] += "\n" + line[2:]
    return lines


# The command that many pages begin with.
DEMONSTRATION = "docctl demo demo"


@dataclass(frozen=True)
class Desk:
    """A folder in which a page's commands are run, as on a new machine."""

    place: Path
    program: Path

    def run(self, lines: list[str]) -> None:
        """One after the other, each with the exit status that the page says."""
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DOCCTL_HOME": str(self.place / "home"),
            "DOCCTL_LANG": "en",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(TOP),
            "PYTHONWARNINGS": "error",
            "TZ": "<+04>-4",  # that of the office in the examples: "today" is its day
        }
        environment["PATH"] = f"{self.program.parent}:{environment['PATH']}"
        script = ["set -u"]
        for line in lines:
            told = re.search(r"# exits (\d)", line)
            wanted = told.group(1) if told else "0"
            script.append(f'{line}\nstatus=$?; if [ $status -ne {wanted} ]; then echo "exit $status"; exit 1; fi')
        found = subprocess.run(
            ["bash", "-xc", "\n".join(script)],
            cwd=self.place,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, f"{found.stdout[-3000:]}\n{found.stderr[-3000:]}"


@pytest.fixture(scope="module")
def demonstrated(commands: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Desk]:
    """The desk after the demonstration, which was run once: each time as it was then, at the same place."""
    top = tmp_path_factory.mktemp("demonstrated")
    place, kept = top / "desk", top / "kept"
    place.mkdir()
    desk = Desk(place, forked.program(top, commands))
    desk.run([DEMONSTRATION])
    place.rename(kept)

    def again() -> Desk:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(kept, place, symlinks=True)
        return desk

    return again


@pytest.mark.timeout(400)  # a whole demonstration
@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/verify.md",
        "docs/checkpoints.md",
        "docs/check.md",
        "docs/compare.md",
        "docs/copies-folder.md",
        "docs/copies-register.md",
        "docs/reading.md",
        "docs/sealing.md",
        "docs/records.md",
        "docs/externals.md",
    ],
)
def test_the_commands_on_a_page_work_one_after_the_other(
    page: str, commands: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Those of README.md, which go the whole way, each in a process of its own, as people start them."""
    lines = [line for line in _console(TOP / page) if not line.startswith("make ")]
    assert len(lines) > 5
    if lines[0] == DEMONSTRATION:
        request.getfixturevalue("demonstrated")().run(lines[1:])
        return
    tools, place = tmp_path / "bin", tmp_path / "desk"
    tools.mkdir()
    place.mkdir()
    program = forked.real_program(tools) if page == "README.md" else forked.program(tools, commands)
    Desk(place, program).run(lines)
