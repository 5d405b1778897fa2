"""Pages matched before they are compared, and places of what differs in a DOCX."""

from __future__ import annotations

import pytest

from docctl.library import sameness

ONE, TWO, THREE, FOUR = (
    "alpha beta gamma delta",
    "one two three four",
    "red green blue black",
    "north south east west",
)


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        ((ONE, THREE, FOUR), [("page-missing", 2)]),
        ((THREE, FOUR), [("page-missing", 1), ("page-missing", 2)]),
        ((ONE, TWO, THREE, FOUR, "x"), [("page-added", 5)]),
        ((ONE, "one two three 4", THREE, FOUR), [("page", 2)]),
        # One page is missing and the next was altered: they are not taken for each other.
        ((ONE, "red green blue white", FOUR), [("page-missing", 2), ("page", 2)]),
    ],
)
def test_a_missing_page_does_not_make_all_behind_it_differ(new: tuple[str, ...], wanted: list[tuple[str, int]]) -> None:
    assert [(one.place, one.number) for one in sameness._pages((ONE, TWO, THREE, FOUR), new)] == wanted
