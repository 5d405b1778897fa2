"""The short cut for plain YAML says what libyaml says, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.adapters import strictyaml
from docctl.core import heading
from docctl.errors import Malformed

_PIECES = st.sampled_from(
    ["id", "title", "a", "Əsas", "no", "1.10", "~", "null", "-", "- ", "  - ", " - ", ":", ": ", " ", "\n", "\n\n", "#", " #",
     "[", "]", "[a, b]", ", ", "'", '"', "&x", "*x", "!", "|", ">", "%", "@", "`", "{", "}", "\t", "\r", "\x85", "\ufeff",
     "---", "...", "?", "? ", "iso9001:2015#7.5.3", "http://a", "=", "<<", "\u2028", "(a)", "–", "e\u0301"]
)  # fmt: skip
_LINES = st.one_of(
    st.builds("{}: {}".format, st.sampled_from(["id", "title", "x-y", "X"]), _PIECES),
    st.builds("{}:".format, st.sampled_from(["id", "related", "list"])),
    st.builds("{}- {}".format, st.sampled_from(["", " ", "  ", "   "]), _PIECES),
    st.lists(_PIECES, max_size=6).map("".join),
)
_NEARLY = st.sampled_from(
    ["a", "Əsas mətn", "a-b, c.", "x:1", "c#", "(b)", "1.10", "no", "a  b", "a ", "é", "٣", "ª", "𝒂"]
)
_PLAIN = st.one_of(
    st.builds("{}: {}".format, st.sampled_from(["id", "title", "x-y", "z"]), _NEARLY),
    st.builds("list:\n{0}- {1}\n{0}- {2}".format, st.sampled_from(["", " ", "  "]), _NEARLY, _NEARLY),
    st.builds("flow: [{}, {}]".format, _NEARLY, _NEARLY),
)
_TEXTS = st.one_of(st.lists(_LINES, max_size=8), st.lists(_PLAIN, max_size=4)).map("\n".join)


def slowly(text: str) -> object:
    """What libyaml makes of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strictyaml, "_plainest", lambda _: None)
        try:
            return strictyaml.read(text.encode())
        except Malformed as error:
            return error.code


@given(_TEXTS)
def test_the_short_cut_says_what_libyaml_says(text: str) -> None:
    found = strictyaml._plainest(text)
    if found is not None:
        assert found == slowly(text)


def headings() -> list[Path]:
    """Every text of the starter library."""
    root = Path(strictyaml.__file__).parents[2]
    return [file for folder in ("policies", "procedures", "templates") for file in root.glob(f"{folder}/*/*.md")]


@pytest.mark.parametrize("path", headings(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_headings_of_the_starter_take_the_short_cut(path: Path) -> None:
    text, _ = heading.split(path.name, path.read_text("utf-8"))
    found = strictyaml._plainest(text)
    # What a form asks for is no plain list; each form is read once, its records have plainer headings.
    assert (found is None) == ("fields:" in text)
    assert found is None or found == slowly(text)


@pytest.mark.parametrize(
    "text", ["", "id:", "id: a\nid: b", "list:\n- a\n  - b", "- a", "id: a: b", "id: a #b", "x: [a,b]", "x: [a b]"]
)
def test_what_is_not_plain_is_left_to_libyaml(text: str) -> None:
    assert strictyaml._plainest(text) is None
