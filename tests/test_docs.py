"""The documents tell the truth: their examples run, and what they list is what there is."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
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
    ],
)
def test_the_commands_on_a_page_work_one_after_the_other(page: str, commands: Path, tmp_path: Path) -> None:
    """Those of README.md, which go the whole way, each in a process of its own, as people start them."""
    lines = [line for line in _console(TOP / page) if not line.startswith("make ")]
    assert len(lines) > 5
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DOCCTL_HOME": str(tmp_path / "home"),
        "DOCCTL_LANG": "en",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(TOP),
        "PYTHONWARNINGS": "error",
        "TZ": "<+04>-4",  # that of the office in the examples: "today" is its day
    }
    tools = tmp_path / "bin"
    tools.mkdir()
    if page == "README.md":
        forked.real_program(tools)
    else:
        forked.program(tools, commands)
    environment["PATH"] = f"{tools}:{environment['PATH']}"
    script = ["set -u"]
    for command in lines:
        told = re.search(r"# exits (\d)", command)
        wanted = told.group(1) if told else "0"
        script.append(f'{command}\nstatus=$?; if [ $status -ne {wanted} ]; then echo "exit $status"; exit 1; fi')
    found = subprocess.run(
        ["bash", "-xc", "\n".join(script)],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, f"{found.stdout[-3000:]}\n{found.stderr[-3000:]}"
