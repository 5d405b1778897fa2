"""A text that no copy could show is refused when it is submitted, with file and line, and nothing is written."""

from __future__ import annotations

import pytest

import docctl
from docctl.core.ports import Signer
from docctl.library.library import Library


def _draft(body: str) -> dict[str, bytes]:
    heading = "---\nid: PRO-01\ntitle: T\ntype: procedure\nowner: head\nauthoritative: en\nlanguages: [en]\n---\n"
    return {"en.md": (heading + body).encode()}


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("# T\n\nFine.\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "table-cells", 15),
        ("# T\n\n" + "> " * 60 + "deep\n", "text-nesting", 11),
        ("# T\n\nFine.\n\n| a |\n|---|\n| Ancient: \U00013080. |\n", "glyph-missing", 15),
        ("As a number: &#x13080;.\n", "glyph-missing", None),
        ("# T\n\nFine.\n\nBold is <b>not</b> so.\n", "text-html", 13),
        ("Fine.\n\n![a][r]\n\n[r]: away.png\n", "image-missing", 11),
        ("Fine.\n\n![a][r]\n\n[r]: ../POL-01/near.png\n", "image-outside", 11),
        ("Fine.\n\n[^1]: Of nothing.\n", "footnote-unused", 11),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_anybody_approves_it(
    office: tuple[Library, Signer], body: str, code: str, line: int | None
) -> None:
    library, anna = office
    library.put_draft("PRO-01", _draft(body))
    before = library.entries
    with pytest.raises(docctl.Refused) as refused:
        library.submit("PRO-01", "First", anna)
    assert refused.value.code == code
    assert refused.value.values["file"] == "en.md"
    assert line is None or refused.value.values["line"] == line
    assert library.entries == before


def test_a_sound_text_goes_through(office: tuple[Library, Signer]) -> None:
    library, anna = office
    library.put_draft("PRO-01", _draft("# T\n\nŞəhər — ölçü, çıxış, ığ, ₼ 5.\n"))
    assert library.submit("PRO-01", "First", anna).entry.subject == "PRO-01"
    assert b"T" in library.get("PRO-01", revision=1, form="html")
