"""Comparing two texts: nothing is lost, likeness decides and not place, what moved is found, and all of it has an end."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from redlines import edits, said

from docctl.core.words import Effort
from docctl.errors import Malformed
from docctl.renderers import likeness, marking, places, redline, tree
from docctl.renderers.nodes import Changed, Marked, Moved, Text, plain


def compared(old: str, new: str) -> tree.Blocks:
    return redline.compare(tree.parse(old), tree.parse(new))


def told(old: str, new: str) -> list[tuple[str, str, str]]:
    return [(place.kind, place.change, place.name) for place in places.find(compared(old, new))]


def marked(old: str, new: str) -> str:
    """Every place in one line, as a terminal shows it."""
    signs = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    found = places.find(compared(old, new))
    return "\n".join("".join(signs[piece.sign].format(piece.text) for piece in place.pieces) for place in found)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(edits())
def test_without_what_was_added_it_is_the_old_text_and_without_what_was_removed_the_new(pair):
    try:
        old, new = map(tree.parse, pair)
    except Malformed:
        return  # an edit that made no text
    both = redline.compare(old, new)
    assert said(marking.only(both, "-")) == said(old)
    assert said(marking.only(both, "+")) == said(new)
    assert marking.touched(both) or said(old) == said(new)
    tally = places.tally(places.find(both))
    assert tally.nothing or old != new


def test_a_changed_word_is_shown_alone():
    (paragraph,) = compared("Staff may read the rules.", "Staff must read the rules.")
    assert paragraph == tree.Paragraph(
        (
            Text("Staff "),
            Marked("-", (Text("may"),)),
            Marked("+", (Text("must"),)),
            Text(" read the rules."),
        )
    )


def test_a_date_is_one_word_and_a_few_words_between_changes_do_not_cut_them_up():
    assert marked("On 12.05.2026 we met.", "On 13.05.2026 we met.") == "On [-12.05.2026-]{+13.05.2026+} we met."
    assert (
        marked("It takes seventeen and fifty days here.", "It takes eleven or ninety days here.")
        == "It takes [-seventeen and fifty-]{+eleven or ninety+} days here."
    )


def test_words_that_only_became_bold_or_lead_elsewhere_are_a_change():
    assert told("Read this.", "Read **this**.") == [("paragraph", "changed", "")]
    assert told("[a](https://x.example)", "[a](https://y.example)") == [("paragraph", "changed", "")]


def test_steps_are_matched_by_likeness():
    old = "1. Open the main door.\n2. Read the meter outside.\n3. Close the main door.\n"
    new = "1. Take the keys from Leyla.\n2. Open the main door.\n3. Read the meter inside.\n4. Close the main door.\n"
    assert told(old, new) == [("step", "added", "1"), ("step", "changed", "3")]
    assert "[-outside-]{+inside+}" in marked(old, new)
    (steps,) = compared(old, new)
    assert [item.sign for item in steps.items] == ["+", "", "", ""]


def test_a_removed_step_keeps_its_old_number():
    old = "1. One apple.\n2. Two pears.\n3. Three plums.\n"
    (steps,) = compared(old, "1. One apple.\n2. Three plums.\n")
    assert [item.sign for item in steps.items] == ["", "-", ""]
    assert steps.numbers == (1, 2, 2)


def test_a_table_is_compared_cell_by_cell_and_its_rows_by_likeness():
    head = "| Role | Duty |\n|---|---|\n"
    old = head + "| Head | signs acts |\n| Deputy | checks them |\n"
    new = head + "| Lawyer | reads laws |\n| Head | signs acts and letters |\n| Deputy | checks them |\n"
    assert told(old, new) == [("row", "added", "Lawyer"), ("row", "changed", "Head")]
    assert "Head | signs acts{+ and letters+}" in marked(old, new)


def test_another_column_shows_the_table_whole():
    old, new = "| a | b |\n|---|---|\n| 1 | 2 |\n", "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n"
    assert told(old, new) == [("table", "removed", "a"), ("table", "added", "a")]


SECTIONS = (
    "Keys are kept by the porter alone.",
    "Cars are washed on every Friday.",
    "Letters are opened by two clerks.",
)


def _sections(*order: int) -> str:
    return "\n".join(f"## {place}. {SECTIONS[n].split()[0]}\n\n{SECTIONS[n]}\n" for place, n in enumerate(order, 1))


def test_a_moved_section_is_one_move_and_its_number_no_change_of_words():
    old, new = _sections(0, 1, 2), _sections(2, 0, 1).replace("two clerks", "three clerks")
    found = places.find(compared(old, new))
    tally = places.tally(found)
    assert tally.kinds["section", "moved"] == 1
    assert (tally.removed, tally.added, tally.places) == (1, 1, 1)
    assert tally.kinds["heading", "renumbered"] == 3
    here, away = (one for one in compared(old, new) if isinstance(one, Moved))
    assert (here.sign, away.sign, here.number, away.number) == ("+", "-", 1, 1)
    assert marking.homes(compared(old, new)) == {1: {"+": "", "-": "2. Cars"}}


def test_two_sections_that_move_together_are_one_move():
    order = [f"## Part {n}\n\n{'  '.join(f'w{n}x{k}' for k in range(9))}\n" for n in range(6)]
    old, new = "\n".join(order), "\n".join((*order[2:], *order[:2]))
    assert [one.number for one in compared(old, new) if isinstance(one, Moved)] == [1, 1]


def test_a_section_that_is_new_is_one_section():
    new = f"{_sections(0, 1)}\n## 3. Stamps\n\nStamps lie in the safe.\n\nNobody lends them.\n"
    tally = places.tally(places.find(compared(_sections(0, 1), new)))
    assert tally.kinds["section", "added"] == 1
    assert tally.kinds["paragraph", "added"] == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# A\n\ntext\n\n## B\n\nmore", "# A\n\ntext\n\n# B\n\nmore"),
        ("- a\n- b\n", "1. a\n2. b\n"),
        ("3. a\n4. b\n", "1. a\n2. b\n"),
        ("```\na\nb\n```", "```\na\nc\n```"),
        ("![a](x.png)", "![a](y.png)"),
        ("> a", "a"),
    ],
    ids=["level", "kind of list", "first number", "fixed width", "picture", "quote"],
)
def test_what_differs_in_more_than_words_is_shown_whole(old, new):
    both = [one for one in compared(old, new) if isinstance(one, Changed)]
    assert [one.sign for one in both] == ["-", "+"]


def test_a_picture_of_the_same_name_that_looks_otherwise_can_be_told_apart():
    old, new = tree.parse("![a](./x.png)"), tree.parse("![a](./x.png)")
    assert not marking.touched(redline.compare(old, new))
    assert marking.touched(redline.compare(marking.renamed(old, {"x.png": "earlier/x.png"}), new))


def test_renumbering_is_no_change_of_words_but_another_number_inside_is():
    assert told("5.3. It takes 5 days.", "5.4. It takes 5 days.") == [("step", "renumbered", "5.4")]
    assert told("5.3. It takes 5 days.", "5.4. It takes 6 days.") == [("step", "changed", "5.4")]
    assert told("It takes 5.3. days.", "It takes 5.4. days.") == [("paragraph", "changed", "")]


def test_an_added_term_is_one_item_and_the_other_terms_stay():
    old = "Head\n:   signs acts\n\nClerk\n:   files letters\n"
    new = "Head\n:   signs acts\n\nLawyer\n:   reads laws\n\nClerk\n:   files all letters\n"
    (terms,) = compared(old, new)
    assert [entry.sign for entry in terms.entries] == ["", "+", ""]
    assert "files {+all +}letters" in marked(old, new)


def test_a_footnote_is_compared_by_its_words_and_counted_anew():
    old = "One[^a] and two[^b].\n\n[^a]: First.\n\n[^b]: Second.\n"
    new = "One[^c] and two[^b].\n\n[^c]: Other.\n\n[^b]: Second.\n"
    (paragraph,) = compared(old, new)
    found = [one.sign for one in paragraph.children if isinstance(one, Marked)]
    assert found == ["-", "+"]
    assert not marking.touched(compared(old, old))


def test_a_task_that_was_done_is_a_change():
    (tasks,) = compared("- [ ] Lock it.\n- [ ] Go.\n", "- [x] Lock it.\n- [ ] Go.\n")
    assert [item.sign for item in tasks.items] == ["-", "+", ""]


# -- an end ----------------------------------------------------------------------------------------------------------

# Megabytes with DOCCTL_EVERY_POINT=1: what is not bounded shows at a quarter, too.
LONG = 1_000_000 if os.environ.get("DOCCTL_EVERY_POINT") else 250_000
SHORTER = LONG // 8  # for what takes the reader of Markdown much longer than the comparison


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * (LONG // 4), "b a " * (LONG // 4)),
        ("same words here\n\n" * (SHORTER // 17), "same words here\n\nother words there\n\n" * (SHORTER // 35)),
        ("- a b c\n" * (SHORTER // 8), "- a b d\n" * (SHORTER // 7)),
        (
            "| a | b |\n|---|---|\n" + "| c | d |\n" * (SHORTER // 10),
            "| a | b |\n|---|---|\n" + "| d | c |\n" * (SHORTER // 9),
        ),
        ("## Part of it\n\nwords\n\n" * (SHORTER // 22), "## Part of all\n\nwords too\n\n" * (SHORTER // 26)),
        (" ".join(f"w{n}" for n in range(LONG // 8)), " ".join(f"w{n}" for n in range(LONG // 8, 0, -1))),
    ],
    ids=["words", "paragraphs", "items", "rows", "headings", "turned"],
)
def test_the_largest_texts_are_compared_in_bounded_time(old, new, monkeypatch):
    one, other = tree.parse(old), tree.parse(new)
    spent = []
    real = Effort.spend
    monkeypatch.setattr(Effort, "spend", lambda self, steps: spent.append(steps) or real(self, steps))
    began = time.process_time()
    both = redline.compare(one, other)
    took = time.process_time() - began
    assert said(marking.only(both, "-")) == said(one)
    assert said(marking.only(both, "+")) == said(other)
    assert took < 40, took  # a few seconds; a square of these lengths would be hours


def test_paragraphs_that_all_changed_a_little_are_still_matched_where_there_are_thousands():
    old = "\n\n".join(f"Paragraph {n} says word{n} and thing{n} to the staff." for n in range(2000))
    found = places.find(compared(old, old.replace("staff", "people")))
    assert {place.change for place in found} == {"changed"}
    assert len(found) == 2000


def test_likeness_looks_at_words_and_not_at_numbers_before_them():
    one, other = (likeness.profile("p", text) for text in ("4.2. Staff may read", "4.3. Staff may write"))
    assert one.likeness(other) == pytest.approx(2 / 3)
    assert one.likeness(likeness.profile("q", "Staff may read")) == 0
    assert plain(redline.compare_words("a", "a")) == "a"
