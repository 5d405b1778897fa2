"""Every PDF and every DOCX that the tests draw, checked by the validators: none may be drawn that they complain of.

What `renderers.pdf` and `renderers.docx` give in this process, and in those forked from it, is kept in a folder by its
digest, so that the same bytes are checked once, whoever draws them. A test ends with the check of what was drawn during it,
and fails if there is a fault. What a test draws in a fresh interpreter is not seen here.

PDF: page-validation, PDF/A-3a and PDF/UA-1. DOCX: openxml-audit (the newest Word), `soundness` for what that leaves, and
Microsoft's own where it is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

_FOLDER = "DOCCTL_TESTS_DRAWN"
_UNIT = Path(__file__).with_name("unit")
FORMS = ("pdf", "docx")


def pytest_configure(config: pytest.Config) -> None:
    """One folder for all that run side by side, made by the first."""
    if not hasattr(config, "workerinput"):
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="docctl-drawn-")
    for form in FORMS:
        _watch(form)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(_FOLDER), ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """A test that drew a bad file fails, whatever it was about."""
    yield
    found = [f"{path.name}: {one}" for path in sorted(waiting().iterdir()) for one in _settled(path)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def waiting() -> Path:
    """The folder of what was drawn here and is not checked yet."""
    place = Path(os.environ[_FOLDER], os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    place.mkdir(exist_ok=True)
    return place


def faults(form: str, path: Path) -> list[str]:
    """What the validators say of a file; nothing where they are not installed."""
    return {"pdf": _of_pdf, "docx": _of_docx}[form](path)


def _watch(form: str) -> None:
    from docctl.renderers import docx, pdf

    module: Any = {"pdf": pdf, "docx": docx}[form]
    module.render = _watched(module.render, form)


def _watched(render: Callable[..., bytes], form: str) -> Callable[..., bytes]:
    @wraps(render)
    def drawn(*given: Any, **named: Any) -> bytes:
        data = render(*given, **named)
        if _FOLDER in os.environ:
            _keep(data, form)
        return data

    return drawn


def _keep(data: bytes, form: str) -> None:
    name = f"{hashlib.sha256(data).hexdigest()}.{form}"
    try:
        Path(os.environ[_FOLDER], name).touch(exist_ok=False)
    except FileExistsError:
        return
    # Whole or not there: another thread may be at the end of its test.
    unfinished = Path(os.environ[_FOLDER], f"{name}.part")
    unfinished.write_bytes(data)
    unfinished.replace(waiting() / name)


def _settled(path: Path) -> list[str]:
    found = faults(path.suffix[1:], path)
    path.unlink()
    return found


def _of_pdf(path: Path) -> list[str]:
    try:
        import page
    except ImportError:
        return []
    reports = [(profile, page.validate_pdf_bytes(path.read_bytes(), profile=profile)) for profile in ("3a", "ua1")]
    return [f"{profile}: {report}" for profile, report in reports if not report.is_compliant]


def _of_docx(path: Path) -> list[str]:
    sys.path[:0] = [] if str(_UNIT) in sys.path else [str(_UNIT)]
    import soundness

    try:
        import openxml_audit
    except ImportError:
        return soundness.faults(path.read_bytes())
    result = openxml_audit.OpenXmlValidator(openxml_audit.FileFormat.MICROSOFT_365).validate(path)
    return [*map(str, result.errors), *soundness.faults(path.read_bytes()), *_of_microsoft(path)]


def _of_microsoft(path: Path) -> list[str]:
    """What the validator of Microsoft's SDK says, where it is installed: a second a file."""
    program = shutil.which("ooxml-validator")
    if program is None:
        return []
    done = subprocess.run([program, path], capture_output=True, text=True, check=False)
    return [str(one) for one in json.loads(done.stdout)["errors"]]
