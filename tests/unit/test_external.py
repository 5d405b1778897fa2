"""The card of an external document, and what finds a number in a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from docctl.adapters import strictyaml
from docctl.core import external, heading
from docctl.core.external import Card
from docctl.errors import Malformed
from docctl.library.impact import naming, places

CARD = {"issuer": "ISO", "edition": "5", "dated": "2015-09-15", "held": "Kitabxana", "every-months": "12"}


def text(card: object) -> dict[str, bytes]:
    import yaml

    main = {"id": "EXT-01", "type": "external", "owner": "legal", "title": "Standart"}
    main |= {"authoritative": "az", "languages": ["az"], "external": card}
    return {"az.md": f"---\n{yaml.safe_dump(main, allow_unicode=True)}---\n\nNə üçün lazımdır.\n".encode()}


def read(**changes: object) -> Card | None:
    card = {name: value for name, value in {**CARD, **changes}.items() if value is not None}
    return heading.read(text(card), strictyaml.read).external


def test_a_card_says_whose_it_is_where_and_how_often_to_look():
    assert read() == Card("ISO", "5", date(2015, 9, 15), "Kitabxana", 12)
    whole = read(**{"address": "https://www.iso.org/62085.html", "copyright": "1 lisenziya", "checked-by": "legal"})
    assert whole == Card(
        "ISO", "5", date(2015, 9, 15), "Kitabxana", 12, "https://www.iso.org/62085.html", "1 lisenziya", "legal"
    )


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *((name, None, "field-missing") for name in CARD),
        ("issuer", "", "field-value"),
        ("dated", "2015", "field-value"),
        ("dated", "2015-02-30", "field-value"),
        ("every-months", "0", "field-value"),
        ("every-months", "121", "field-value"),
        ("every-months", "half", "field-value"),
        ("address", "javascript:alert(1)", "field-value"),
        ("address", "https://", "field-value"),
        ("address", "https://a b", "field-value"),
        ("checked-by", "The lawyer", "field-value"),
        ("surprise", "x", "field-unknown"),
        ("held", ["a", "b"], "field-value"),
    ],
)
def test_a_card_that_says_less_more_or_nonsense_is_refused(field, value, code):
    with pytest.raises(Malformed) as refused:
        read(**{field: value})
    assert refused.value.code == code


def test_a_card_is_a_mapping():
    with pytest.raises(Malformed) as refused:
        heading.read(text("ISO"), strictyaml.read)
    assert refused.value.code == "field-kind"


@dataclass
class Kind:
    name: str
    external: bool


@pytest.mark.parametrize(
    ("card", "outside", "code"),
    [
        (None, True, "external-missing"),
        (read(), False, "external-not-asked"),
        (read(**{"checked-by": "ghost"}), True, "external-checker"),
    ],
)
def test_a_card_belongs_to_types_for_external_documents(card, outside, code):
    with pytest.raises(Malformed) as refused:
        external.check(card, Kind("external", outside), {"legal"})
    assert refused.value.code == code


def test_a_card_with_a_known_checker_or_none_is_sound():
    external.check(read(**{"checked-by": "legal"}), Kind("external", True), {"legal"})
    external.check(read(), Kind("external", True), ())
    external.check(None, Kind("policy", False), ())


@pytest.mark.parametrize(
    "line", ["PRO-01", "(PRO-01)", "PRO-01-in tələbləri", "PRO-01-DƏ", "bax: PRO-01.", "PRO-01–PRO-03", "§PRO-01/2"]
)
def test_a_number_is_found_with_its_case_ending_and_signs_around_it(line):
    assert naming("PRO-01").search(line)


@pytest.mark.parametrize(
    "line", ["PRO-010", "PRO-01-F1", "X-PRO-01", "APRO-01", "PRO-01a", "pro-01", "PRO-1", "_PRO-01"]
)
def test_another_number_is_not_taken_for_it(line):
    assert naming("PRO-01").search(line) is None


def test_each_place_is_told_with_its_line_and_what_stands_above():
    words = (
        "---\nid: PRO-02\nrelated:\n  - EXT-01\n---\n\nBaxın: EXT\u201101.\n\n## 2. Tələblər ##\n\n```\n# EXT-01\n```\n\n"
        "EXT-010 deyil.\nEXT-01-in 7.5 bəndi\n"
    )
    found = [(one.line, one.field, one.section) for one in places("az.md", words, naming("EXT-01"))]
    assert found == [(4, "related", ""), (7, "", ""), (12, "", "2. Tələblər"), (16, "", "2. Tələblər")]


def test_a_long_line_is_shortened():
    (place,) = places("az.md", "EXT-01 " + "söz " * 5000, naming("EXT-01"))
    assert len(place.words) < 200
    assert place.words.endswith("…")
