"""What a form asks for: the `fields:` of its heading. Whether values answer it is found in `answers`.

A field is `name, label, type`, and maybe `required`, limits (`min`, `max`, `length`, `decimals`), `choices`, `of` (the
columns of a table) or `computed`. What a form may say is strict, so that a wrong form is refused when it is submitted
and not when somebody fills it in.

Example:
    >>> form = read(Fields({"fields": [{"name": "likelihood", "label": "Likelihood", "type": "number"}]}, "az.md"))
    >>> form.fields[0].kind
    'number'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from docctl.core import fields as plainly
from docctl.core import formulas
from docctl.core.formulas import Formula
from docctl.core.plain import Fields
from docctl.core.values import named, value
from docctl.errors import Malformed

TYPES: Final = ("text", "long", "date", "number", "choice", "person", "document", "table")
MAX_FIELDS: Final = 100
MAX_ROWS: Final = 500
MAX_CHOICES: Final = 100
MAX_LONG: Final = 20_000
MAX_DECIMALS: Final = 6
KEYS: Final = ("fields", "signers", "confidential", "procedure")
"""What a form's heading may hold besides that of any document."""

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
# Which limits a type knows.
_LIMITS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("length",),
    "long": ("length",),
    "date": ("min", "max"),
    "number": ("min", "max", "decimals"),
    "choice": ("choices",),
    "table": ("min", "max", "of"),
}
_LENGTHS: Final[Mapping[str, int]] = {"text": plainly.MAX_LINE, "long": MAX_LONG}

Labels = tuple[tuple[str, str], ...]
Limit = Decimal | date | int | None


@value
class Choice:
    """One of the answers allowed, and what it is called."""

    value: str
    labels: Labels


@named
class Field:
    """One field.

    Attributes:
        labels: Language to label; "" as language stands for all.
        low, high: Limits of a number, of a day, or of the number of a table's rows.
        length: Highest number of characters of a text.
        decimals: Of a number.
        columns: Of a table.
    """

    name: str
    labels: Labels
    kind: str
    required: bool = False
    low: Limit = None
    high: Limit = None
    length: int = 0
    decimals: int = 0
    choices: tuple[Choice, ...] = ()
    columns: tuple[Field, ...] = ()
    computed: Formula | None = None


@value
class Form:
    """What the heading of a form says about its records.

    Attributes:
        signers: Roles whose holders further sign each record.
        confidential: Roles that may read its records, which are sealed; none: they are plain.
        procedure: The document by which its records are made; "" if none is named.
    """

    fields: tuple[Field, ...] = ()
    signers: tuple[str, ...] = ()
    confidential: tuple[str, ...] = ()
    procedure: str = ""


NOTHING: Final = Form()


def label(labels: Labels, language: str) -> str:
    """A label in a language, or else the first."""
    return dict(labels).get(language, labels[0][1])


# -- what a form may say -----------------------------------------------------------------------------------------------


def read(heading: Fields) -> Form:
    """What a heading says of records; what it takes is gone from the heading.

    Raises:
        Malformed: `field-*` (where), `form-*` (file, field).
    """
    found = Form(
        fields=_fields(heading.parts("fields", ()), heading.where),
        signers=heading.words("signers", ()),
        confidential=heading.words("confidential", ()),
        procedure=heading.identifier("procedure") if heading.has("procedure") else "",
    )
    count = len(found.fields) + sum(len(one.columns) for one in found.fields)
    if count > MAX_FIELDS:
        raise Malformed("form-fields", file=heading.where, limit=MAX_FIELDS)
    if not found.fields and (found.signers or found.confidential or found.procedure):
        raise Malformed("field-missing", where=heading.where, field="fields")
    return found


def _fields(parts: tuple[Fields, ...], file: str, above: str = "") -> tuple[Field, ...]:
    fields = tuple(_field(part, file, above) for part in parts)
    known: set[str] = set()
    for one in fields:
        if one.name in known:
            raise Malformed("form-twice", file=file, field=above + one.name)
        known.add(one.name)
    _check_computed(fields, file, above)
    return fields


def _field(part: Fields, file: str, above: str) -> Field:
    name = part.word("name")
    path = above + name
    labels, kind = part.texts("label"), part.line("type")
    if kind not in TYPES or (kind == "table" and above):
        raise Malformed("form-type", file=file, field=path, value=kind[:40])
    stated = {one for one in ("min", "max", "length", "decimals", "choices", "of") if part.has(one)}
    foreign = sorted(stated - set(_LIMITS.get(kind, ())))
    if foreign:
        raise Malformed("form-limit", file=file, field=path, limit=foreign[0])
    computed = part.line("computed", "")
    found = Field(
        name=name,
        labels=labels,
        kind=kind,
        required=part.flag("required"),
        low=_limit(part, "min", kind, file, path),
        high=_limit(part, "max", kind, file, path),
        length=part.number("length", 1, None, MAX_LONG) or _LENGTHS.get(kind, 0),
        decimals=part.number("decimals", 0, 0, MAX_DECIMALS) or 0,
        choices=_choices(part, file, path) if kind == "choice" else (),
        columns=_fields(part.parts("of", ()), file, f"{path}.") if kind == "table" else (),
        computed=_formula(computed, file, path) if computed else None,
    )
    part.done()
    _check_limits(found, file, path)
    return found


def _check_limits(one: Field, file: str, path: str) -> None:
    """That somebody can answer it."""
    if one.low is not None and one.high is not None and one.low > one.high:  # type: ignore[operator]
        raise Malformed("form-limit", file=file, field=path, limit="min")
    if one.kind in _LENGTHS and one.length > _LENGTHS[one.kind]:
        raise Malformed("form-limit", file=file, field=path, limit="length")
    for limit, stated in (("min", one.low), ("max", one.high)):
        if isinstance(stated, Decimal) and -int(stated.as_tuple().exponent) > one.decimals:
            raise Malformed("form-limit", file=file, field=path, limit=limit)
    if one.kind == "table" and not one.columns:
        raise Malformed("form-columns", file=file, field=path)
    if one.computed is not None and (one.kind != "number" or one.required):
        raise Malformed("form-computed", file=file, field=path)


def _limit(part: Fields, name: str, kind: str, file: str, path: str) -> Limit:
    if not part.has(name):
        return None
    if kind == "date":
        return part.day(name)
    if kind == "table":
        return part.number(name, 0, None, MAX_ROWS)
    text = part.line(name)
    if NUMBER.fullmatch(text) is None:
        raise Malformed("form-limit", file=file, field=path, limit=name)
    return Decimal(text)


def _choices(part: Fields, file: str, path: str) -> tuple[Choice, ...]:
    """The answers: a list of lines, or of `value` and `label`."""
    stated = part.left.pop("choices", [])
    if not isinstance(stated, list) or not 1 <= len(stated) <= MAX_CHOICES:
        raise Malformed("form-choices", file=file, field=path)
    found = []
    for item in stated:
        if isinstance(item, str):
            line = Fields({"value": item}, f"{part.where}: choices").line("value")
            found.append(Choice(line, (("", line),)))
        else:
            one = Fields(item, f"{part.where}: choices")
            found.append(Choice(one.line("value"), one.texts("label")))
            one.done()
    if len({one.value for one in found}) != len(found):
        raise Malformed("form-choices", file=file, field=path)
    return tuple(found)


def _formula(text: str, file: str, path: str) -> Formula:
    try:
        return formulas.read(text)
    except Malformed:
        raise Malformed("form-formula", file=file, field=path, value=text[:80]) from None


def _check_computed(fields: tuple[Field, ...], file: str, above: str) -> None:
    """That computed fields take numbers that stand beside them, and none of them itself in the end."""
    numbers = {one.name for one in fields if one.kind == "number"}
    for one in fields:
        for name in one.computed.names if one.computed else ():
            if name not in numbers:
                raise Malformed("form-formula-name", file=file, field=above + one.name, value=name)
    if in_order(fields) is None:
        left = [one.name for one in fields if one.computed]
        raise Malformed("form-formula-round", file=file, field=above + left[0])


def in_order(fields: tuple[Field, ...]) -> list[Field] | None:
    """The computed fields, each behind those that it takes; None if they go round in a circle."""
    waiting = {one.name: one for one in fields if one.computed}
    order: list[Field] = []
    while waiting:
        ready = [
            one for one in waiting.values() if one.computed and not any(name in waiting for name in one.computed.names)
        ]
        if not ready:
            return None
        for one in ready:
            del waiting[one.name]
        order += ready
    return order
