"""A text that no copy could show is refused when it is submitted, with file and line, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import docctl
from docctl.adapters.home import Home
from docctl.library import founding
from docctl.library.charters import NextCharter
from docctl.library.library import Library


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, docctl.Library]]:
    place = tmp_path_factory.mktemp("rehearsal")
    for name in ("anna", "eva", "bob", "spare"):
        docctl.new_key(place / name, None)
    anna, eva, bob, spare = (docctl.load_key(place / name) for name in ("anna", "eva", "bob", "spare"))
    founder = docctl.Founder("anna", "Anna", "anna@example.az", "QM", anna, spare)
    library = docctl.found_library(place / "library", founder, {"en": "Office"}, starter="empty", home=Home(place / "home"))
    change = NextCharter(library.charter_files())
    name = library.authority.library
    for person, signer, role in (("eva", eva, "reviewer"), ("bob", bob, "head")):
        newcomer = founding.request(signer, name, person, (person.title(), f"{person}@example.az"), "Post")
        change.add_person(newcomer, (role,), date(2026, 1, 1), "")
    library.propose_charter(change.files(), "Two more", anna)
    library.publish("charter", anna)
    yield library, anna
    library.close()


def _draft(body: str) -> dict[str, bytes]:
    heading = "---\nid: PRO-01\ntitle: T\ntype: procedure\nowner: head\nauthoritative: en\nlanguages: [en]\n---\n"
    return {"en.md": (heading + body).encode()}


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("# T\n\nFine.\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "table-cells", 15),
        ("# T\n\n" + "> " * 60 + "deep\n", "text-nesting", 11),
        ("Ancient: \U00013080.\n", "glyph-missing", None),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_anybody_approves_it(
    office: tuple[Library, docctl.Library], body: str, code: str, line: int | None
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


def test_a_sound_text_goes_through(office: tuple[Library, docctl.Library]) -> None:
    library, anna = office
    library.put_draft("PRO-01", _draft("# T\n\nŞəhər — ölçü, çıxış, ığ, ₼ 5.\n"))
    assert library.submit("PRO-01", "First", anna).entry.subject == "PRO-01"
    assert b"T" in library.get("PRO-01", revision=1, form="html")
