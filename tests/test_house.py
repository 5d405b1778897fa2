"""The house stands: imports go down only, and starting up is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


def test_the_import_contracts_hold() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--config", "setup.cfg"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "4 kept, 0 broken" in found.stdout


def test_the_command_line_starts_without_heavy_neighbours() -> None:
    heavy = ["git", "docx", "typst", "cryptography", "sqlite3", "docctl.renderers", "docctl.library"]
    program = f"import sys, docctl.cli; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], cwd=TOP, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_only_the_clock_asks_the_time() -> None:
    askers = set()
    for path in sorted((TOP / "docctl").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asks = (node.value.id, node.attr) in {("time", "time"), ("datetime", "now"), ("date", "today")}
                if asks:
                    askers.add(path.relative_to(TOP).as_posix())
    # Locks and temporary files ask how old a file is; no verdict and no entry hangs on it.
    assert askers <= {"docctl/library/clock.py", "docctl/adapters/gitledger.py", "docctl/adapters/looseobjects.py"}


def test_no_file_and_no_function_outgrows_its_room() -> None:
    large = []
    for path in sorted((TOP / "docctl").rglob("*.py")):
        text = path.read_text("utf-8")
        if text.count("\n") > 400:
            large.append(path.name)
        large += [
            f"{path.name}: {node.name}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 50
        ]
    assert large == []


def test_the_public_names_are_all_there() -> None:
    import docctl

    for name in docctl.__all__:
        assert getattr(docctl, name) is not None
    assert len(docctl.__all__) <= 26
