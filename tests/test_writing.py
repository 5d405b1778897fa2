"""The page for authors tells the truth: what it shows is what is drawn, in every face."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from unit.leaves import strings
from unit.test_renderers import png, sample

from docctl import catalogues
from docctl.errors import Malformed
from docctl.library.facing import LABELS
from docctl.renderers import FORMATS, tree

PAGE = (Path(__file__).parent.parent / "docs" / "writing.md").read_text("utf-8")
EXAMPLES = re.findall(r"^````markdown\n(.*?)^````\n\n^````text\n(.*?)^````$", PAGE, re.MULTILINE | re.DOTALL)
REFUSED = re.findall(r"^\| `(.+?)` \|", PAGE.partition("## What is refused")[2], re.MULTILINE)


def _copy(text: str) -> object:
    labels = {code: catalogues.say(f"copy-{code}", "en") for code in (*LABELS, "layout-own")}
    return sample(text, language="en", labels=labels, images={"way.png": png()})


def test_every_example_is_looked_at() -> None:
    assert len(EXAMPLES) == PAGE.count("````markdown\n") == PAGE.count("````text\n") > 8
    table = PAGE.partition("## What is refused")[2].partition("\n\nAlso refused")[0]
    assert len(REFUSED) == table.count("\n|") - 2 > 4  # less its head and the line under it


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one[0].split("\n")[0][:20])
def test_an_example_looks_as_the_page_says(example: tuple[str, str]) -> None:
    written, shown = example
    drawn = FORMATS["txt"].render(_copy(written)).decode()
    rule = "-" * 78
    assert drawn.split(rule)[1].strip("\n") + "\n" == shown
    for face in ("html", "docx", "pdf"):
        assert FORMATS[face].render(_copy(written))


@pytest.mark.parametrize("written", REFUSED)
def test_what_the_page_calls_refused_is_refused(written: str) -> None:
    with pytest.raises(Malformed):
        FORMATS["pdf"].render(_copy(written))


def test_the_page_itself_can_be_drawn() -> None:
    text = PAGE.replace("docs/", "")
    drawn = FORMATS["txt"].render(_copy(text)).decode()
    assert all(word in drawn for words in strings(tree.parse(text)) for word in words.split())
