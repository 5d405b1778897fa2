"""Whether values answer what a form asks: every mistake is found at once, and what is kept has one spelling.

Example:
    >>> from docctl.core.forms import Field
    >>> likelihood = Field(name="likelihood", labels=(("", "Likelihood"),), kind="number", high=Decimal(5))
    >>> check((likelihood,), {"likelihood": "7"}, frozenset(), frozenset())[1]
    (Mistake(path='likelihood', code='value-high', values=(('limit', '5'), ('value', '7'))),)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal

from docctl.core import fields as plainly
from docctl.core import formulas
from docctl.core.forms import MAX_ROWS, NUMBER, Field, in_order
from docctl.core.plain import Plain
from docctl.core.values import value

_SHORT_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")

Value = str | list[dict[str, str]]
Values = dict[str, Value]


@value
class Mistake:
    """What is wrong with one value.

    Attributes:
        path: `status`, or `people[2].name` in the second row of a table.
        code: Of the catalogues' sentence; `values` its places.
    """

    path: str
    code: str
    values: tuple[tuple[str, str], ...] = ()


class _Wrong(Exception):
    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def check(
    fields: tuple[Field, ...], given: Plain, documents: AbstractSet[str], people: AbstractSet[str]
) -> tuple[Values, tuple[Mistake, ...]]:
    """The values as they are kept (days as `2026-11-22`, numbers with a point, computed ones worked out), and every
    mistake in them.

    Args:
        fields: What is asked for.
        given: Field name to text, or to a list of rows; computed fields may be left out.
        documents: Ids that a document field may name.
        people: Ids that a person field may name.
    """
    checker = _Checker({"document": documents, "person": people})
    if not isinstance(given, dict):
        checker.note("", _Wrong("value-shape"))
        return {}, tuple(checker.mistakes)
    values = checker.group(fields, given, "")
    return values, tuple(checker.mistakes)


def without_computed(fields: tuple[Field, ...], given: Mapping[str, Value]) -> Values:
    """The values that somebody gave: what follows from them left out, so that it is worked out anew."""
    kept: Values = {}
    computed = {one.name for one in fields if one.computed is not None}
    columns = {one.name: {column.name for column in one.columns if column.computed is not None} for one in fields}
    for name, one in given.items():
        if name in computed:
            continue
        if isinstance(one, str):
            kept[name] = one
        else:
            left_out = columns.get(name, set())
            kept[name] = [{key: cell for key, cell in row.items() if key not in left_out} for row in one]
    return kept


class _Checker:
    def __init__(self, known: Mapping[str, AbstractSet[str]]) -> None:
        self.known = known
        self.mistakes: list[Mistake] = []

    def note(self, path: str, wrong: _Wrong) -> None:
        places = tuple(sorted((name, _shortened(str(one), name)) for name, one in wrong.values.items()))
        self.mistakes.append(Mistake(path, wrong.code, places))

    def group(self, fields: tuple[Field, ...], given: Mapping[str, Plain], above: str) -> Values:
        """The values of the form, or of one row of a table."""
        names = [one.name for one in fields]
        for name in given:
            if name not in names:
                self.note(above + name[:40], _Wrong("value-unknown", known=", ".join(names)))
        found: Values = {}
        for one in fields:
            answer = given.get(one.name, "")
            if answer in ("", [], {}):
                if one.required:
                    self.note(above + one.name, _Wrong("value-missing"))
            elif one.computed is None:
                try:
                    found[one.name] = (
                        self.table(one, answer) if one.kind == "table" else _single(one, answer, self.known)
                    )
                except _Wrong as wrong:
                    self.note(above + one.name, wrong)
        self.compute(fields, given, found, above)
        return {name: found[name] for name in names if name in found}

    def table(self, field: Field, rows: Plain) -> list[dict[str, str]]:
        if not isinstance(rows, list):
            raise _Wrong("value-rows")
        count, most = len(rows), MAX_ROWS if field.high is None else int(str(field.high))
        if count > most:
            raise _Wrong("value-rows-many", count=count, limit=most)
        if field.low is not None and count < int(str(field.low)):
            self.note(field.name, _Wrong("value-rows-few", count=count, limit=field.low))
        found: list[dict[str, str]] = []
        for number, row in enumerate(rows, 1):
            if isinstance(row, dict):
                inside = self.group(field.columns, row, f"{field.name}[{number}].")
                found.append({name: str(one) for name, one in inside.items()})
            else:
                self.note(f"{field.name}[{number}]", _Wrong("value-shape"))
        return found

    def compute(self, fields: tuple[Field, ...], given: Mapping[str, Plain], found: Values, above: str) -> None:
        """Work out what is computed, where what it takes is there; a result that was stated must be the same."""
        for one in in_order(fields) or ():
            try:
                text = _computed(one, found, given)
            except _Wrong as wrong:
                self.note(above + one.name, wrong)
            else:
                if text:
                    found[one.name] = text


def _shortened(text: str, place: str) -> str:
    """A value that fits into a sentence; what is known may take more room than what was given."""
    most = 400 if place == "known" else 80
    return text if len(text) <= most else f"{text[:most]}…"


def _single(field: Field, answer: Plain, known: Mapping[str, AbstractSet[str]]) -> str:
    """One value as it is kept."""
    if not isinstance(answer, str):
        raise _Wrong("value-text")
    text = answer.strip()
    match field.kind:
        case "number":
            text = _number(field, text.replace(",", "."))
        case "date":
            text = _day(field, text)
        case "choice":
            allowed = [one.value for one in field.choices]
            if text not in allowed:
                raise _Wrong("value-choice", value=text, known=", ".join(allowed))
        case "person" | "document":
            if text not in known[field.kind]:
                raise _Wrong("value-person" if field.kind == "person" else "value-document", value=text)
        case _:
            text = _words(field, text)
    return text


def _words(field: Field, answer: str) -> str:
    text = "\n".join(line.rstrip() for line in answer.split("\n"))
    if not text:
        raise _Wrong("value-missing")
    if field.kind == "text" and "\n" in text:
        raise _Wrong("value-line")
    if len(text) > field.length:
        raise _Wrong("value-long", count=len(text), limit=field.length)
    if not plainly.is_readable(text) or not plainly.is_normal(text):
        raise _Wrong("value-unseen")
    return text


def _number(field: Field, text: str) -> str:
    if NUMBER.fullmatch(text) is None:
        raise _Wrong("value-number", value=text)
    if len(text.partition(".")[2]) > field.decimals:
        if not field.decimals:
            raise _Wrong("value-whole", value=text)
        raise _Wrong("value-decimals", value=text, limit=field.decimals)
    _within(field, Decimal(text), text)
    return text


def _day(field: Field, text: str) -> str:
    short = _SHORT_DAY.fullmatch(text)
    iso = f"{short[3]}-{short[2]}-{short[1]}" if short else text
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        raise _Wrong("value-day", value=text) from None
    if day.isoformat() != iso or not plainly.FIRST_YEAR <= day.year <= plainly.LAST_YEAR:
        raise _Wrong("value-day", value=text)
    _within(field, day, iso)
    return iso


def _within(field: Field, found: Decimal | date, shown: str) -> None:
    if field.low is not None and found < field.low:  # type: ignore[operator]
        raise _Wrong("value-low", value=shown, limit=field.low)
    if field.high is not None and found > field.high:  # type: ignore[operator]
        raise _Wrong("value-high", value=shown, limit=field.high)


def _computed(field: Field, found: Values, given: Mapping[str, Plain]) -> str:
    """What a computed field holds; "" where something that it takes is not there."""
    formula, stated = field.computed, given.get(field.name, "")
    if formula is None or not all(name in found for name in formula.names):
        if stated != "" and formula is not None and not any(name in given for name in formula.names):
            raise _Wrong("value-computed", value=stated, result="—")
        return ""  # what is wrong with what it takes is said there
    numbers = {name: Decimal(str(found[name])) for name in formula.names}
    result = formulas.work_out(formula, numbers, field.decimals)
    if result is None:
        raise _Wrong("value-no-result", formula=formula.text)
    text = format(result, "f")
    if stated not in ("", text):
        raise _Wrong("value-computed", value=stated, result=text)
    _within(field, result, text)
    return text
