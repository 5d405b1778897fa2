"""That what the tests draw is truly looked at by the validators (`validating`)."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest
import validating
from test_renderers import sample

from docctl.core.copies import ControlledCopy
from docctl.renderers import COMPARISONS, FORMATS, tree
from docctl.renderers.marking import Comparison


def _fresh(form: str, number: int) -> ControlledCopy:
    """A copy that no other test draws."""
    return sample(f"{form} {number}, drawn to see whether it is looked at.")


@pytest.mark.parametrize("form", validating.FORMS)
def test_what_a_test_draws_waits_to_be_looked_at(form: str) -> None:
    drawn = FORMATS[form].render(_fresh(form, 1))
    assert (validating.waiting() / f"{hashlib.sha256(drawn).hexdigest()}.{form}").read_bytes() == drawn
    compared = Comparison(tree.parse(f"{form} compared, drawn to be looked at"), "A", "2026-01-05T14:05:00")
    drawn = COMPARISONS[form](_fresh(form, 1), compared)
    assert (validating.waiting() / f"{hashlib.sha256(drawn).hexdigest()}.{form}").is_file()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
def test_what_another_process_of_the_test_draws_waits_too() -> None:
    before = len(list(validating.waiting().iterdir()))
    child = os.fork()
    if not child:
        try:
            FORMATS["docx"].render(_fresh("docx", 2))  # the typesetter's threads do not outlive a fork
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert len(list(validating.waiting().iterdir())) == before + 1


def test_a_bad_file_is_told_of(tmp_path: Path) -> None:
    pytest.importorskip("page", reason="page-validation is not installed")
    pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
    pdf, docx = (FORMATS[form].render(_fresh(form, 3)) for form in validating.FORMS)
    good = tmp_path / "good.pdf"
    good.write_bytes(pdf)
    assert validating.faults("pdf", good) == []
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(pdf.replace(b"<pdfaid:part>3</pdfaid:part>", b"<pdfaid:part>2</pdfaid:part>"))
    assert validating.faults("pdf", bad)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as given, zipfile.ZipFile(buffer, "w") as changed:
        for name in given.namelist():
            changed.writestr(name, given.read(name).replace(b"w:tblGrid>", b"w:tblGrud>"))
    worse = tmp_path / "bad.docx"
    worse.write_bytes(buffer.getvalue())
    assert validating.faults("docx", worse)
