"""All 655 examples of the CommonMark specification, and how far GFM goes: the tree has the words of the reference.

The examples are those of `tests/commonmark/`; whose they are is said there. No example is skipped: of the HTML that no
copy shows, the refusal is asserted, and the words are compared with HTML read as words.
"""

from __future__ import annotations

import html.parser
import json
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leaves import strings

from docctl.errors import Malformed
from docctl.renderers import tree

EXAMPLES = json.loads((Path(__file__).parent.parent / "commonmark" / "spec.json").read_text("utf-8"))

# Examples with HTML beyond the safe set: 72 of 655, by their number in the specification.
REFUSED = frozenset(
    (
        21,
        31,
        148,
        149,
        150,
        151,
        152,
        153,
        154,
        155,
        156,
        157,
        158,
        159,
        160,
        161,
        162,
        163,
        164,
        165,
        166,
        167,
        168,
        169,
        170,
        171,
        172,
        173,
        174,
        175,
        176,
        177,
        178,
        179,
        180,
        181,
        182,
        183,
        184,
        185,
        186,
        187,
        188,
        189,
        190,
        191,
        192,
        193,
        203,
        346,
        477,
        478,
        479,
        493,
        496,
        526,
        538,
        615,
        616,
        617,
        618,
        619,
        625,
        627,
        628,
        629,
        630,
        631,
        632,
        633,
        645,
        646,
    )
)


class _Reference(html.parser.HTMLParser):
    """The words of the reference's HTML: its text, and the words of its pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        # A comment that ends where it begins (HTML 5): the parser of Python does not know it.
        self.feed(re.sub(r"<!--(?:>|->)", "", page))
        self.close()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            named = dict(attrs)
            # What a picture without words is called in a tree (an image must have words on paper).
            self.words.append(named.get("alt") or posixpath.basename(unquote(named.get("src") or "")))


def words_of(page: str) -> str:
    return re.sub(r"\s", "", "".join(_Reference(page).words))


def drawn(text: str, raw: object = None) -> str:
    blocks = tree.parse(text, raw) if raw else tree.parse(text)
    return re.sub(r"\s", "", "".join(strings(blocks, captions=False)))


def test_there_are_as_many_examples_as_the_specification_has() -> None:
    assert len(EXAMPLES) == 655
    assert len(REFUSED) == 72


def test_every_example_has_the_words_of_the_reference() -> None:
    other = {}
    for number, (text, page) in enumerate(EXAMPLES, 1):
        words = drawn(text, lambda markup, line: "".join(_Reference(markup).words))
        if words != words_of(page):
            other[number] = (text, words, words_of(page))
    assert other == {}


def test_html_that_no_copy_shows_is_refused_and_nothing_else() -> None:
    refused = set()
    for number, (text, page) in enumerate(EXAMPLES, 1):
        try:
            words = drawn(text)
        except Malformed as error:
            assert error.code == "text-html", (number, text)
            assert 1 <= error.values["line"] <= text.count("\n") + 1
            refused.add(number)
        else:
            assert words == words_of(page), (number, text)
    assert refused == REFUSED


# --- Any text at all -------------------------------------------------------------------------------------------------

MARKUP = st.lists(
    st.sampled_from(
        [
            "\n", "\n\n", " ", "    ", "\t", "a", "b", "ə", "1. ", "2) ", "9. ", "- ", "* ", "> ", "# ", "### ", "| ", "|-|-|", "---",
            "===", "`", "```", "~~~", "~~", "*", "**", "_", "[", "]", "(", ")", "![", "](x.png", ' "t")', "[^1]", "[^1]: ", "[^2]",
            ": ", "[ ] ", "[x] ", "[!NOTE]", "<br>", "<sub>", "</sub>", "<sup>", "</sup>", "<b>", "<!-- -->", "<!--", "-->", "&amp;",
            "&#0;", "&zwj;", "\\", "<", ">", "[a]: /u", "http://a.b", "\u0301", "\u202e", "\ufeff", "\ud800", "\x00",
        ]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(MARKUP, st.text(max_size=200)))
def test_any_text_gives_a_tree_or_a_refusal_with_its_line(text: str) -> None:
    try:
        blocks = tree.parse(text)
    except Malformed as error:
        assert 1 <= error.values["line"] <= text.count("\n") + text.count("\r") + 2
        return
    for words in strings(blocks):
        assert tree.fault(words) is None


SHAPES = st.sampled_from(
    ["- {}", "  - {}", "1. {}", "3) {}", "   2. {}", "> {}", "> [!TIP]\n> {}", "# {}", "#### {}", "{}", "    {}", "|{}|\n|-|", "|{}|",
     ": {}", "**{}**", "~~{}~~ <sup>{}</sup>", "- [ ] {}", "{}\\", "***", "", "", "{}[^1]", "    {}", "{}<br>{}"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(SHAPES, max_size=25))
def test_no_word_of_any_text_is_lost(shapes: list[str]) -> None:
    count = 0
    lines = []
    for shape in shapes:
        first, *rest = shape.split("{}")
        line = first
        for part in rest:
            count += 1
            line += f"w{count}w{part}"
        lines.append(line)
    text = "\n".join(lines)
    if "[^1]" in text:
        text += "\n\n[^1]: footnote"
    try:
        blocks = tree.parse(text)
    except Malformed:
        return
    found = " ".join(strings(blocks))
    assert [n for n in range(1, count + 1) if f"w{n}w" not in found] == []


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a\n\n<b>x</b>", "text-html", 3),
        ("a\nb <i>c</i>", "text-html", 2),
        ("a\n\n<!-- hidden -->", "text-html", 3),
        ("a <!-- hidden --> b", "text-html", 1),
        ("<br class=x>", "text-html", 1),
        ("a <sub/> b", "text-html", 1),
        ("<sup>*a</sup>*", "text-html", 1),
        ("a\n<sup>b", "text-html", 2),
        ("a </sup> b", "text-html", 1),
        ("<sup>a<sub>b</sub></sup>", "text-html", 1),
        ("![a <i>b](c.png)", "text-html", 1),
        ("a\n\n[^x]: b", "footnote-unused", 3),
        ("a[^x]\n\n[^x]: b\n\n[^x]: c", "footnote-twice", 5),
        ("a[^x]\n\n[^x]: b[^x]", "footnote-place", 3),
        ("![a[^x]](c.png)\n\n[^x]: b", "footnote-place", 1),
        ("a &shy;b", "text-control", 1),
        ("a\n\n\U000e0041b", "text-control", 3),
    ],
)
def test_what_no_copy_can_show_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(Malformed) as caught:
        tree.parse(text)
    assert (caught.value.code, caught.value.values["line"]) == (code, line)
