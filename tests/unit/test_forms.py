"""Forms: what their headings may say, whether values answer them, and the files that records are written to."""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl import catalogues
from docctl.adapters import strictyaml
from docctl.core import answers, forms, formulas, heading, recordtext
from docctl.core.fields import is_normal, is_readable
from docctl.core.forms import Field
from docctl.core.plain import Fields
from docctl.core.recordtext import RecordText
from docctl.errors import Malformed

LABEL = (("", "Label"),)


def form(yaml: str) -> forms.Form:
    plain: Any = strictyaml.read(yaml.encode())
    return forms.read(Fields(plain, "az.md"))


def field(rest: str) -> Field:
    return form(f"fields:\n  - {{name: one, label: One, {rest}}}\n  - {{name: two, label: Two, type: number}}").fields[
        0
    ]


# -- headings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("type: money", "form-type"),
        ("type: text, min: 1", "form-limit"),
        ("type: number, length: 3", "form-limit"),
        ("type: number, min: 5, max: 4", "form-limit"),
        ("type: number, min: five", "form-limit"),
        ("type: number, min: 0.5", "form-limit"),
        ("type: date, min: 2026-02-30", "field-value"),
        ("type: date, min: 2026-02-02, max: 2026-02-01", "form-limit"),
        ("type: text, length: 301", "form-limit"),
        ("type: choice", "form-choices"),
        ("type: choice, choices: [a, a]", "form-choices"),
        ("type: text, choices: [a]", "form-limit"),
        ("type: table", "form-columns"),
        ("type: table, of: [{name: a, label: A, type: table}]", "form-type"),
        ("type: table, of: [{name: a, label: A, type: text}, {name: a, label: B, type: text}]", "form-twice"),
        ("type: text, computed: two", "form-computed"),
        ("type: number, required: yes, computed: two", "form-computed"),
        ("type: number, computed: one", "form-formula-round"),
        ("type: number, computed: three", "form-formula-name"),
        ("type: number, computed: two two", "form-formula"),
        ("type: number, computed: __import__('os')", "form-formula"),
        ("type: number, required: maybe", "field-value"),
        ("type: text, colour: red", "field-unknown"),
    ],
)
def test_a_wrong_field_is_refused_with_its_place(rest: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        field(rest)
    assert caught.value.code == code
    assert "az.md" in str(caught.value.values)
    for language in catalogues.LANGUAGES:
        said = catalogues.problem(code, language, **caught.value.values)
        assert "—" not in said
        assert "az.md" in said


def test_two_fields_of_one_name_a_round_of_two_and_too_many_are_refused() -> None:
    for yaml, code in (
        ("[{name: a, label: A, type: text}, {name: a, label: A, type: text}]", "form-twice"),
        (
            "[{name: a, label: A, type: number, computed: b}, {name: b, label: B, type: number, computed: a + 1}]",
            "form-formula-round",
        ),
        ("[" + ", ".join(f"{{name: f{n}, label: A, type: text}}" for n in range(101)) + "]", "form-fields"),
    ):
        with pytest.raises(Malformed) as caught:
            form(f"fields: {yaml}")
        assert caught.value.code == code


def test_who_signs_needs_fields_to_sign() -> None:
    with pytest.raises(Malformed, match="field-missing"):
        form("signers: [head]")


def test_the_heading_of_a_text_brings_its_form() -> None:
    text = (
        "---\nid: FRM-09\ntitle: T\ntype: form\nowner: head\nauthoritative: az\nlanguages: [az]\n"
        "fields: [{name: a, label: A, type: KIND}]\n---\n\n# T\n\nx\n"
    )
    found = heading.read({"az.md": text.replace("KIND", "long").encode()}, strictyaml.read)
    assert [one.kind for one in found.form.fields] == ["long"]
    with pytest.raises(Malformed, match="form-type"):
        heading.read({"az.md": text.replace("KIND", "nothing").encode()}, strictyaml.read)


# -- formulas ----------------------------------------------------------------------------------------------------------


def meant(text: str) -> Decimal | None:
    """What Python takes a formula for; None if it is more, or less, than numbers and names with four signs between."""
    plain = text.replace("b-c", "c")
    try:
        found = ast.parse(plain, mode="eval").body
    except SyntaxError:
        return None
    allowed = (ast.BinOp, ast.Name, ast.Load, ast.Constant, ast.operator)
    if not all(isinstance(one, allowed) for one in ast.walk(found)):
        return None
    told = plain.replace("1", "D(1)").replace("2.5", "D('2.5')")
    return Decimal(eval(told, {"D": Decimal, "a": Decimal(3), "c": Decimal(-7)}))


@given(st.lists(st.sampled_from(["a", "b-c", "1", "2.5", "+", "-", "*", "/", "(", ")"]), max_size=14))
def test_a_formula_means_what_python_means_or_is_refused(parts: list[str]) -> None:
    text = " ".join(parts)
    try:
        wanted = meant(text)
    except ArithmeticError:
        wanted = Decimal("nan")
    if wanted is None:
        with pytest.raises(Malformed, match="formula-syntax"):
            formulas.read(text)
        return
    result = formulas.work_out(formulas.read(text), {"a": Decimal(3), "b-c": Decimal(-7)}, 4)
    assert result is None if wanted.is_nan() else result is not None and abs(result - wanted) <= Decimal("0.00005")


@pytest.mark.parametrize("text", ["", "(" * 9 + "1" + ")" * 9, "1" * 201, "1**2", "a.b", "f(1)", "1e5", "a;b", "٣"])
def test_nothing_else_is_a_formula(text: str) -> None:
    with pytest.raises(Malformed, match="formula-syntax"):
        formulas.read(text)


def test_results_are_rounded_half_up_and_bounded() -> None:
    half = formulas.read("a / 8")
    assert formulas.work_out(half, {"a": Decimal(1)}, 2) == Decimal("0.13")
    assert str(formulas.work_out(formulas.read("a * 0 - 0"), {"a": Decimal(-1)}, 0)) == "0"
    assert formulas.work_out(formulas.read("1 / a"), {"a": Decimal(0)}, 2) is None
    assert formulas.work_out(formulas.read("*".join(["a"] * 90)), {"a": Decimal(10) ** 14}, 2) is None


# -- answers -----------------------------------------------------------------------------------------------------------

RISK = form(
    """
fields:
  - {name: title, label: {az: Ad, en: Title}, type: text, required: yes, length: 10}
  - {name: story, label: Story, type: long}
  - {name: likelihood, label: L, type: number, required: yes, min: 1, max: 5}
  - {name: cost, label: C, type: number, decimals: 2}
  - {name: score, label: S, type: number, computed: likelihood * 2, max: 9}
  - {name: day, label: D, type: date, min: 2020-01-01}
  - {name: kind, label: K, type: choice, choices: [good, {value: bad, label: {az: pis}}]}
  - {name: who, label: W, type: person}
  - {name: by, label: B, type: document}
  - name: rows
    label: R
    type: table
    min: 1
    max: 2
    of:
      - {name: amount, label: A, type: number, required: yes}
      - {name: twice, label: T, type: number, computed: amount + amount}
"""
).fields


def mistakes(**given: Any) -> list[tuple[str, str]]:
    whole = {"title": "x", "likelihood": "2", **given}
    _, found = answers.check(RISK, whole, frozenset({"PRO-01"}), frozenset({"anna"}))
    for one in found:
        for language in catalogues.LANGUAGES:
            said = catalogues.problem(one.code, language, **dict(one.values))
            assert not said.startswith("["), one
            assert "—" not in said or "result" in dict(one.values), one
    return [(one.path, one.code) for one in found]


@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        ({"title": ""}, "title", "value-missing"),
        ({"title": "   "}, "title", "value-missing"),
        ({"title": "x" * 11}, "title", "value-long"),
        ({"title": "a\nb"}, "title", "value-line"),
        ({"title": "a\u202eb"}, "title", "value-unseen"),
        ({"title": "e\u0301"}, "title", "value-unseen"),
        ({"title": ["a"]}, "title", "value-text"),
        ({"likelihood": "6"}, "likelihood", "value-high"),
        ({"likelihood": "0"}, "likelihood", "value-low"),
        ({"likelihood": "2.5"}, "likelihood", "value-whole"),
        ({"likelihood": "two"}, "likelihood", "value-number"),
        ({"likelihood": "1e1"}, "likelihood", "value-number"),
        ({"likelihood": "٣"}, "likelihood", "value-number"),
        ({"likelihood": "5"}, "score", "value-high"),
        ({"cost": "1.234"}, "cost", "value-decimals"),
        ({"score": "5"}, "score", "value-computed"),
        ({"day": "2026-02-29"}, "day", "value-day"),
        ({"day": "31.04.2026"}, "day", "value-day"),
        ({"day": "20260101"}, "day", "value-day"),
        ({"day": "2019-12-31"}, "day", "value-low"),
        ({"kind": "ugly"}, "kind", "value-choice"),
        ({"who": "bob"}, "who", "value-person"),
        ({"by": "PRO-02"}, "by", "value-document"),
        ({"rows": "x"}, "rows", "value-rows"),
        ({"rows": [{"amount": "1"}] * 3}, "rows", "value-rows-many"),
        ({"rows": [{}]}, "rows[1].amount", "value-missing"),
        ({"rows": [{"amount": "1"}, "x"]}, "rows[2]", "value-shape"),
        ({"rows": [{"amount": "1", "twice": "3"}]}, "rows[1].twice", "value-computed"),
        ({"nothing": "1"}, "nothing", "value-unknown"),
    ],
)
def test_each_mistake_is_named_at_its_place(given: dict[str, Any], path: str, code: str) -> None:
    assert mistakes(**given) == [(path, code)]


def test_all_mistakes_come_at_once() -> None:
    found = mistakes(title="", likelihood="9", day="x", zz="1", rows=[{"amount": "x"}, {"amount": "1", "more": "2"}])
    assert [path for path, _ in found] == ["zz", "title", "likelihood", "day", "rows[1].amount", "rows[2].more"]


def test_values_are_kept_in_one_spelling() -> None:
    given = {
        "title": "  x ", "likelihood": " 3", "cost": "2,50", "day": "22.11.2026", "kind": "bad", "who": "anna",
        "by": "PRO-01", "story": "a  \n\nb\n", "rows": [{"amount": "4"}],
    }  # fmt: skip
    values, wrong = answers.check(RISK, given, frozenset({"PRO-01"}), frozenset({"anna"}))
    assert wrong == ()
    assert values == {
        "title": "x", "story": "a\n\nb", "likelihood": "3", "cost": "2.50", "score": "6", "day": "2026-11-22",
        "kind": "bad", "who": "anna", "by": "PRO-01", "rows": [{"amount": "4", "twice": "8"}],
    }  # fmt: skip
    assert answers.check(RISK, values, frozenset({"PRO-01"}), frozenset({"anna"})) == (values, ())


PLAIN = st.recursive(
    st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([one.name for one in RISK]) | st.text(max_size=5), PLAIN, max_size=6))
def test_whatever_is_given_values_come_out_that_would_be_taken_again(given_: dict[str, Any]) -> None:
    values, wrong = answers.check(RISK, given_, frozenset({"PRO-01"}), frozenset({"anna"}))
    if not wrong:
        assert answers.check(RISK, values, frozenset({"PRO-01"}), frozenset({"anna"})) == (values, ())
    for one in wrong:
        assert catalogues.knows(one.code, "az")


# -- the file ----------------------------------------------------------------------------------------------------------

LINES = st.text(
    st.sampled_from("abə :#|>-+%\\u\"'{}[],&*!?~.0\n\t`_=") | st.characters(blacklist_categories=["Cs"]), max_size=24
).filter(lambda text: is_readable(text.replace("\t", " ")) and is_normal(text))


@given(LINES, LINES, LINES)
def test_a_record_is_read_as_it_was_written(title: str, one: str, two: str) -> None:
    title = " ".join(title.split()) or "T"
    values: Any = {"story": one, "rows": [{"amount": two, "twice": ""}, {}], "title": two}
    text = RecordText(form="FRM-01", revision=2, language="az", title=title, procedure="PRO-03", values=values)
    data = recordtext.write(text, RISK, lambda _, value: value)
    found, body = recordtext.read("record.md", data, strictyaml.read)
    assert found == text
    assert body == recordtext.body(text, RISK, lambda _, value: value)


def test_values_show_as_they_are_and_no_markup_comes_of_them() -> None:
    from docctl.renderers import tree as markdown

    story = "# no heading\n- no list\n1. nor this\n<b>`code`</b> ![x](y) | a ~~b~~ *c* _d_\n\n> quote"
    values: Any = {"title": "a | *b*", "story": story, "rows": [{"amount": "1 | 2"}]}
    text = RecordText(form="FRM-01", revision=1, language="az", title="T [x](y)", values=values)
    body = recordtext.body(text, RISK, lambda _, value: value)
    kinds = repr(markdown.parse(body))
    for odd in ("List", "Quote", "Link", "Image", "Code", "Strike"):
        assert f"{odd}(" not in kinds, odd
    assert kinds.count("Heading(") == 1
    for word in ("no heading", "no list", "nor this", "<b>`code`</b>", "~~b~~"):
        assert word.split()[0] in kinds


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b"form: FRM-01", b"form: frm"), "field-value"),
        ((b"form-revision: 1", b"form-revision: 0"), "field-value"),
        ((b"language: az", b"language: azz"), "field-value"),
        ((b"title: T", b"colour: T"), "field-unknown"),
        ((b"  title: x", b"  title: [[x]]"), "field-kind"),
        ((b"\n---\n", b"\n"), "heading-missing"),
        ((b"x", b"\xff"), "text-not-utf8"),
    ],
)
def test_a_file_that_is_no_record_is_refused(change: tuple[bytes, bytes], code: str) -> None:
    text = RecordText(form="FRM-01", revision=1, language="az", title="T", values={"title": "x"})
    data = recordtext.write(text, RISK, lambda _, value: value).replace(*change)
    with pytest.raises(Malformed) as caught:
        recordtext.read("record.md", data, strictyaml.read)
    assert caught.value.code == code
