"""Foreign texts are taken over whatever heading they came with."""

from __future__ import annotations

from pathlib import Path

import pytest

from docctl.library.drafting import read_foreign


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("name: Access\nsatisfies:\n  TSC:\n    - CC6.1\n---\n# Scope\n\nText\n", "Access", "# Scope\n\nText\n"),
        ("---\ntitle: 'Təhlükəsizlik'\n---\nMətn\n", "Təhlükəsizlik", "Mətn\n"),
        ("# Only a heading\n\nText\x0c\n", "Only a heading", "# Only a heading\n\nText\n"),
        ("No heading at all\n", "file", "No heading at all\n"),
    ],
)
def test_a_foreign_heading_gives_the_title_and_goes(tmp_path: Path, text: str, title: str, body: str) -> None:
    (tmp_path / "file.md").write_text(text, "utf-8")
    found = read_foreign(tmp_path / "file.md")
    assert (found.title, found.text) == (title, body)


def test_a_text_of_indented_lines_is_read_at_once(tmp_path: Path) -> None:
    # A pattern that could take each blank in two ways needed longer than anybody would wait.
    (tmp_path / "licence.md").write_text("    a long licence line, indented\n" * 400 + "end\n", "utf-8")
    assert read_foreign(tmp_path / "licence.md").text.endswith("end\n")
