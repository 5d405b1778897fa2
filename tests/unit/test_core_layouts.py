"""Settings of a layout: what may stand in them, and where a wrong one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from docctl.adapters import strictyaml
from docctl.core import layouts
from docctl.core.layouts import BUILT_IN, Settings
from docctl.errors import Malformed

STARTER = Path(__file__).parents[2] / "templates" / "LAY-01" / "az.md"


def read(settings: str) -> Settings:
    return layouts.settings_in("az.md", f"# T\n\nText.\n\n```yaml\n{settings}\n```\n\nText.\n", strictyaml.read)


def test_the_layout_that_docctl_brings_along_is_that_of_the_starter() -> None:
    assert layouts.settings_in("az.md", STARTER.read_text("utf-8"), strictyaml.read) == BUILT_IN.settings
    assert len(BUILT_IN.digest) == 64


def test_the_example_in_the_documentation_is_lawful() -> None:
    page = (STARTER.parents[2] / "docs" / "copies.md").read_text("utf-8")
    assert layouts.settings_in("copies.md", page[page.index("## The layout") :], strictyaml.read).counting == "page"


def test_what_is_left_out_is_the_usual() -> None:
    assert read("format: v1") == Settings()


def test_every_setting_is_read() -> None:
    found = read(
        "format: v1\nmargins: {left: 25, right: 15, top: 22, bottom: 30}\ntext-size: 12\ncounting: sheet\n"
        "first-page: [title, facts]\nclosing: [history, approvals]\ncode: no\n"
        "notice: {az: Xidməti, en: Internal}\nstamps:\n  approved: {az: TƏSDİQ EDİLİR}"
    )
    assert found == Settings(
        margins=(25, 15, 22, 30),
        text_size=12,
        counting="sheet",
        first_page=("title", "facts"),
        closing=("history", "approvals"),
        code=False,
        notice=(("az", "Xidməti"), ("en", "Internal")),
        stamps=(("approved", (("az", "TƏSDİQ EDİLİR"),)),),
    )


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("format: v2", "layout-format", "format"),
        ("format: v1\ntext-size: 40", "layout-range", "text-size"),
        ("format: v1\ntext-size: eleven", "layout-range", "text-size"),
        ("format: v1\ncounting: pages", "layout-word", "counting"),
        ("format: v1\nfirst-page: [title]", "layout-block", "first-page"),
        ("format: v1\nfirst-page: [title, facts, advert]", "layout-word", "first-page"),
        ("format: v1\nclosing: [history]", "layout-block", "closing"),
        ("format: v1\nclosing: [approvals, approvals]", "field-value", "closing"),
        ("format: v1\ncode: maybe", "field-value", "code"),
        ("format: v1\nmargins: {left: 20, right: 10, top: 20}", "field-missing", "bottom"),
        ("format: v1\nmargins: {left: 0, right: 10, top: 20, bottom: 20}", "layout-range", "left"),
        ("format: v1\nmargins: {left: 20, right: 10, top: 20, bottom: 15}", "layout-range", "bottom"),
        ("format: v1\nscript: rm -rf", "field-unknown", "script"),
        ("format: v1\nnotice: {az: [1]}", "field-value", "notice"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_field(line: str, code: str, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(line)
    assert caught.value.code == code
    assert caught.value.values.get("field", "") == field
    assert str(caught.value.values["where"]).startswith("az.md")


def test_the_line_of_a_wrong_setting_is_that_of_the_file() -> None:
    with pytest.raises(Malformed) as caught:
        read("format: v1\n\ncounting: pages")
    assert caught.value.values["where"] == "az.md:8"
    with pytest.raises(Malformed) as caught:
        read("format: v1\ncounting: *x")
    assert (caught.value.code, caught.value.values["line"]) == ("yaml-alias", 7)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("no block", 0),
        ("```yaml\nformat: v1\n```\n\n```yaml\nformat: v1\n```\n", 2),
        (f"```yaml\nformat: v1\n{'# x' * 8000}\n```\n", 1),
    ],
)
def test_there_is_one_block_of_moderate_size(text: str, count: int) -> None:
    with pytest.raises(Malformed) as caught:
        layouts.settings_in("az.md", text, strictyaml.read)
    assert (caught.value.code, caught.value.values["count"]) == ("layout-settings", count)
