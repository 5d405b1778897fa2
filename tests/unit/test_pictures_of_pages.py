"""Ten pages as people see them, held against pictures that somebody looked at and found right.

The comparison bears what versions of a rasteriser change (edges of letters), and nothing that a reader would see: a block that
moved, a missing stamp, a table that overflows. After a wanted change: `DOCCTL_NEW_PICTURES=1 pytest
tests/unit/test_pictures_of_pages.py`, then look at each picture before committing it.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import official
import pytest
from PIL import Image, ImageChops, ImageFilter
from test_renderers import png

from docctl import catalogues
from docctl.core.copies import ControlledCopy
from docctl.library import facing
from docctl.renderers import FORMATS

HERE = Path(__file__).resolve().parent.parent
KEPT = HERE / "pictures"
DPI = 50
# Grey steps (of 255) by which a blurred spot may differ, and the share of the page that may differ by more.
STEP, SHARE = 48, 0.002

pytestmark = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")


def _bilingual() -> ControlledCopy:
    return replace(official.copy("az"), companion=official.copy("en"))


def _nodes() -> ControlledCopy:
    text, labels = (HERE / "texts" / "az.md").read_text("utf-8"), facing.LABELS
    words = {code: catalogues.say(f"copy-{code}", "az") for code in labels}
    return official.copy("az", text, images={"way.png": png(300, 120)}, labels=official.copy("az").labels | words)


COPIES = {
    "az": lambda: official.copy("az"),
    "en": lambda: official.copy("en"),
    "ru": lambda: official.copy("ru"),
    "az-en": _bilingual,
    "landscape": lambda: official.copy("az", official.WIDE),
    "nodes": _nodes,
    "draft": lambda: official.copy("az", watermark="LAYİHƏ", stamps=(), approvals=(), status="draft"),
    "superseded": lambda: official.copy("ru", watermark="ЗАМЕНЁН", status="superseded"),
}
PAGES = (
    ("az", 1), ("az", -1), ("en", 1), ("ru", 1), ("ru", -1), ("az-en", 2), ("landscape", 2), ("nodes", 1), ("draft", 1),
    ("superseded", 1),
)  # fmt: skip


@cache
def pages(name: str, dpi: int = DPI) -> tuple[bytes, ...]:
    """The pages of a copy as grey pictures."""
    pdf = FORMATS["pdf"].render(COPIES[name]())
    drawn = subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-"], input=pdf, capture_output=True, check=True, timeout=60
    ).stdout
    found, stream = [], io.BytesIO(drawn)
    while head := stream.readline():
        size, depth = stream.readline(), stream.readline()
        width, height = map(int, size.split())
        found.append(head + size + depth + stream.read(width * height))
    return tuple(found)


def picture(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("L").filter(ImageFilter.GaussianBlur(1.5))


def apart(one: Image.Image, other: Image.Image) -> float:
    """The share of spots by which two pages differ to the eye."""
    if one.size != other.size:
        return 1.0
    steps = ImageChops.difference(one, other).histogram()
    return sum(steps[STEP:]) / sum(steps)


@pytest.mark.parametrize(("name", "page"), PAGES, ids=str)
def test_a_page_looks_as_it_was_found_right(name: str, page: int) -> None:
    shown = pages(name)[page - 1 if page > 0 else page]
    kept = KEPT / f"{name}-{'last' if page < 0 else page}.png"
    if os.environ.get("DOCCTL_NEW_PICTURES"):
        with Image.open(io.BytesIO(shown)) as image:
            image.quantize(16).save(kept, optimize=True)
    found = apart(picture(shown), picture(kept.read_bytes()))
    assert found <= SHARE, f"{kept.name}: {found:.2%} of the page looks otherwise"


def test_the_comparison_sees_what_a_reader_would_see() -> None:
    first = picture(pages("az")[0])
    assert apart(first, picture(pages("az")[-1])) > SHARE
    without = replace(official.copy("az"), stamps=official.copy("az").stamps[:1])
    COPIES["without"] = lambda: without
    assert apart(first, picture(pages("without")[0])) > SHARE
