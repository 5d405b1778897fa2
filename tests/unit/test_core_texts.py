"""Days, small corrections, and the words between two texts."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docctl.core import content, days, editorial, fields, words
from docctl.errors import Malformed

offsets = st.builds("{}{:02}{:02}".format, st.sampled_from("+-"), st.integers(0, 14), st.integers(0, 59))


@given(st.integers(0, 99_999_999_999), offsets)
@example(99_999_999_999, "+1459")
@example(0, "-1459")
def test_the_day_is_the_one_that_a_calendar_shows(at, offset):
    zone = timezone(timedelta(seconds=days.seconds(offset)))
    shown = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)).astimezone(zone)
    assert days.day_of(at, offset) == shown.date()
    assert days.shown(at, offset) == shown.strftime("%Y-%m-%d %H:%M") + f" {offset[:3]}:{offset[3:]}"


@given(st.dates(date(1800, 1, 1), date(5000, 1, 1)), offsets)
def test_a_day_begins_at_its_own_midnight(day, offset):
    start = days.start_of(day, offset)
    assert days.day_of(start, offset) == day
    assert days.day_of(start - 1, offset) == day - timedelta(days=1)
    assert days.day_of(start + 86399, offset) == day


@given(st.dates(date(1800, 1, 1), date(5000, 1, 1)), st.integers(1, 240))
def test_months_later_is_the_same_day_or_the_months_last(day, months):
    later = days.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_review_of_the_end_of_january_falls_on_the_end_of_february():
    assert days.months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert days.months_later(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert days.months_later(date(2026, 12, 15), 12) == date(2027, 12, 15)


# -- normal form -----------------------------------------------------------------------------------------------------

marks = st.text(
    "aeKİə가\u1100\u1161\u0301\u0316\u0323\u0327\u0344\u0f71\u0f72\u0f73\u0f75\u0f81\u0e38\u302a\u212b", max_size=12
)


@given(marks | st.text(max_size=12))
def test_a_text_is_normal_by_the_tables_of_unicode_3_2(text):
    assert fields.is_normal(text) == unicodedata.ucd_3_2_0.is_normalized("NFC", text)


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73", "\u0f75\u0316"])
def test_a_megabyte_of_marks_is_judged_at_once(marks):
    """Found beside fuzzing: putting marks in order took minutes, at every door for ever."""
    assert not fields.is_normal("a" + marks * 300_000)
    with pytest.raises(Malformed, match="text-not-nfc"):
        content.text_of("az.md", ("a" + marks * (1_000_000 // len(marks.encode()))).encode())


# -- small corrections -----------------------------------------------------------------------------------------------


def objection(old, new, name="en.md"):
    return editorial.objection({name: old.encode()}, {name: new.encode()})


SMALL = [
    ("en.md", "The ofice keeps documents.", "The office keeps documents."),
    ("en.md", "Keep it,dry", "Keep it, dry"),
    ("en.md", "A  list:\n- one", "A list:\n\n- one"),
    ("az.md", "Sənədlər saxlanilir", "Sənədlər saxlanılır"),
    ("ru.md", "Докуметы хранятся", "Документы хранятся"),
]
WEIGHTY = [
    ("en.md", "Keep 5 years", "Keep 50 years", "5"),
    ("en.md", "Keep 5 years", "Keep years", "5"),
    ("en.md", "On 2026-01-01", "On 2026-01-02", "2026-01-01"),
    ("en.md", "Form A1 applies", "Form A2 applies", "A1"),
    ("en.md", "Staff may read", "Staff must read", "may"),
    ("en.md", "Staff may read", "Staff may NOT read", "NOT"),
    ("en.md", "Staff read", "Staff can read", "can"),
    ("en.md", "They read", "They never read", "never"),
    ("az.md", "Sənəd saxlanır", "Sənəd saxlanmalıdır", "saxlanmalıdır"),
    ("az.md", "Sənəd silinir", "Sənəd silinə bilər", "bilər"),
    ("az.md", "Sənəd saxlanmalıdır", "Sənəd saxlanmamalıdır", "saxlanmalıdır"),
    ("az.md", "İCAZƏ verilir", "Rəy verilir", "İCAZƏ"),
    ("az.md", "Hamı oxuyur", "Yalnız rəis oxuyur", "Yalnız"),
    ("az.md", "Bu olar", "Bu olmaz", "olmaz"),
    ("ru.md", "Документ хранится", "Документ должен храниться", "должен"),
]


@pytest.mark.parametrize(("name", "old", "new"), SMALL)
def test_a_slip_of_the_pen_is_editorial(name, old, new):
    assert objection(old, new, name) == ""


@pytest.mark.parametrize(("name", "old", "new", "word"), WEIGHTY)
def test_numbers_dates_and_words_that_oblige_are_not_editorial(name, old, new, word):
    assert objection(old, new, name) == word
    assert objection(new, old, name)


def test_a_correction_is_small():
    old = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600))
    part = old.split()
    few = " ".join(["other"] * 15 + part[15:])
    assert objection(old, few) == ""
    many = " ".join(["other"] * 40 + part[40:])
    assert objection(old, many) == "> 40"


def test_a_correction_touches_texts_alone():
    files = {"en.md": b"x", "a.png": b"1"}
    assert editorial.objection(files, files) == ""
    assert editorial.objection(files, {**files, "a.png": b"2"}) == "a.png"
    assert editorial.objection(files, {"en.md": b"x"}) == "a.png"
    assert editorial.objection(files, {**files, "az.md": b"x"}) == "az.md"


@given(st.text("ab shall 5.\n", max_size=30), st.text("ab shall 5.\n", max_size=30))
def test_what_is_no_change_is_no_objection_and_a_changed_number_always_is(old, new):
    assert objection(old, old) == ""
    if sorted(c for c in old if c.isdigit()) != sorted(c for c in new if c.isdigit()):
        assert objection(old, new)


@pytest.mark.parametrize("word", ["x" * 101, "malı" * 26 + "-x", "mir" * 300_000 + "-x", "bilər" * 200_000 + "-x"])
def test_a_word_longer_than_any_is_no_editorial_change(word):
    """Found by fuzzing: of a long word the pattern took time with the square of its length, at every door for ever."""
    assert objection(f"a {word} b", "a b", "az.md") == word[:100]
    assert objection("a b", f"a {word} b", "az.md") == word[:100]


# -- what two sequences share -----------------------------------------------------------------------------------------

letters = st.text("abc", max_size=14)


def longest(old: str, new: str) -> int:
    """How many are the same in order, by the textbook."""
    row = [0] * (len(new) + 1)
    for one in old:
        before = row
        row = [0]
        for j, other in enumerate(new):
            row.append(before[j] + 1 if one == other else max(before[j + 1], row[j]))
    return row[-1]


def whole(found, old, new):
    """The runs follow each other without a gap, same and different in turn, and say the truth."""
    assert all(one.same != other.same for one, other in pairwise(found))
    edges = [(0, 0), *((run.b, run.d) for run in found)]
    assert [(run.a, run.c) for run in found] == edges[:-1]
    assert edges[-1] == (len(old), len(new))
    assert all(old[run.a : run.b] == new[run.c : run.d] for run in found if run.same)


@given(letters, letters)
def test_the_runs_are_whole_and_what_is_the_same_is_as_long_as_can_be(old, new):
    found = words.runs(old, new, words.Effort())
    whole(found, old, new)
    assert sum(run.b - run.a for run in found if run.same) == longest(old, new)


some = st.text("ab \n.əİ\t\r\u2028", max_size=40)


@given(some, some)
def test_the_pieces_make_up_both_texts(old, new):
    pieces = words.compare(old, new)
    assert "".join(p.text for p in pieces if p.sign != "+") == old
    assert "".join(p.text for p in pieces if p.sign != "-") == new
    assert all(p.text for p in pieces)
    if old == new:
        assert all(p.sign == "=" for p in pieces)


def test_one_changed_word_is_shown_alone():
    told = words.compare("Staff may read.\nSame.\n", "Staff must read.\nSame.\n")
    assert [tuple(p) for p in told] == [("=", "Staff "), ("-", "may"), ("+", "must"), ("=", " read.\nSame.\n")]


@given(letters, letters, st.integers(0, 60))
def test_with_little_effort_the_runs_are_still_whole(old, new, effort):
    whole(words.runs(old, new, words.Effort(effort)), old, new)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("ab", "ba", 1), ("a b\n", "b a\n", 1), ("abc", "abd", 3), ("aab", "abb", 2)],
    ids=["turned", "words on lines", "one letter", "one more"],
)
def test_comparing_has_an_end_however_long_the_sequences(one, other, alike, monkeypatch):
    """Found by fuzzing: time grew with the square of the length, so that a megabyte would have taken hours."""
    walked = []
    real = words.Effort.spend
    monkeypatch.setattr(words.Effort, "spend", lambda self, steps: walked.append(steps) or real(self, steps))
    old, new = f"x{one * 100_000}y", f"x{other * 120_000}z"
    found = words.runs(old, new, words.Effort())
    whole(found, old, new)
    assert found[0] == (True, 0, alike, 0, alike)
    assert sum(walked) <= 3 * words.MAX_STEPS


def test_what_stands_once_in_both_holds_long_texts_together():
    old = [f"old {n}" for n in range(2000)] + ["anchor"] + [f"a {n}" for n in range(2000)] + ["end"]
    new = [f"new {n}" for n in range(2500)] + ["anchor"] + [f"b {n}" for n in range(2500)] + ["end"]
    found = words.runs(old, new, words.Effort())
    assert [(old[run.a], new[run.c]) for run in found if run.same] == [("anchor", "anchor"), ("end", "end")]


@given(st.permutations(range(7)))
def test_the_longest_rising_choice_is_the_longest(order):
    found = words.rising(list(enumerate(order)))
    assert found == sorted(found)
    assert [second for _, second in found] == sorted(second for _, second in found)
    best = max(
        len(some) for bits in range(128) if (some := [order[k] for k in range(7) if bits >> k & 1]) == sorted(some)
    )
    assert len(found) == best
