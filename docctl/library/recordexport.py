"""Records handed out as one table: JSON, CSV that Excel opens rightly, XLSX. One column a field.

Nothing in a cell is ever worked out: what begins as a formula would is marked as text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from docctl import catalogues
from docctl.adapters.recordindex import Row
from docctl.core.answers import Value
from docctl.core.forms import NUMBER, Field
from docctl.core.forms import label as labelled
from docctl.errors import DocctlError
from docctl.library import recording, recordlist
from docctl.library.deciding import signer_name
from docctl.library.library import Library

_HEADS: Final = ("record", "form", "revision", "title", "day", "closed", "person", "procedure", "status")
# What a spreadsheet takes for the start of a formula; a number keeps its sign.
_FORMULA = re.compile(r"[=+\-@\t\r]")

MAX_DIGITS: Final = 15
_KINDS: Final = {"day": "date", "closed": "date", "revision": "number"}

Cells = list[str]
Head = tuple[str, str]
"""What a column is called, and the type of its field."""


def table(library: Library, rows: Sequence[Row], language: str) -> tuple[list[Head], Iterator[Cells]]:
    """Heads and rows; each field of each form has a column, under its label in the newest revision that was used."""
    told = recordlist.answers(library, rows)
    columns = _columns(library, rows)
    several = len({form for form, _ in columns}) > 1
    heads = [(catalogues.say(f"record-column-{name}", language), _KINDS.get(name, "text")) for name in _HEADS]
    for (form, _), one in columns.items():
        name = labelled(one.labels, language)
        heads.append((f"{form}: {name}" if several else name, one.kind))
    shown = recording.names(library.book.state, language)

    def cells() -> Iterator[Cells]:
        for row in rows:
            answers = told.get(row.id, {})
            person = signer_name(library.book.state, row.person)
            known = (row.id, row.form, str(row.revision), row.title, row.day, row.closed, person, row.procedure)
            found = [*known, catalogues.say(f"record-status-{row.status}", language)]
            for (form, name), one in columns.items():
                found.append(_cell(one, answers.get(name, "") if form == row.form else "", shown))
            yield found

    return heads, cells()


def _columns(library: Library, rows: Sequence[Row]) -> dict[tuple[str, str], Field]:
    """Every field of the forms in these rows, by form and name; the newest revision says what it is called."""
    state = library.book.state
    found: dict[tuple[str, str], Field] = {}
    last = {(row.form, row.revision): row.id for row in rows}
    for (form, _), name in sorted(last.items()):
        try:
            blank = recording.blank_of(state, state.records[name])
        except DocctlError:
            continue
        found |= {(form, one.name): one for one in blank.fields}
    return found


def _cell(field: Field, value: Value, shown: Callable[[Field, str], str]) -> str:
    if isinstance(value, str):
        return shown(field, value) if value and field.kind not in ("date", "number") else value
    rows = (
        " | ".join(shown(one, row[one.name]) if row.get(one.name) else "" for one in field.columns) for row in value
    )
    return "\n".join(rows)


def as_csv(heads: Sequence[Head], rows: Iterator[Cells]) -> bytes:
    """UTF-8 with a byte order mark, by which Excel knows it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_guarded(one) for one, _ in heads])
    writer.writerows([_guarded(one) for one in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def as_xlsx(heads: Sequence[Head], rows: Iterator[Cells]) -> bytes:
    """A workbook of one sheet: days and numbers as such, everything else as text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("docctl")
    sheet.freeze_panes = "A2"
    for number in range(len(heads)):
        sheet.column_dimensions[_letters(number)].width = 22

    def cell(text: str, kind: str) -> Any:
        one = WriteOnlyCell(sheet, _typed(text, kind))
        if one.data_type == "f":
            one.data_type = "s"
        if "\n" in text:
            one.alignment = Alignment(wrap_text=True, vertical="top")
        return one

    titles = [cell(one, "text") for one, _ in heads]
    for one in titles:
        one.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append([cell(one, kind) for one, (_, kind) in zip(row, heads, strict=True)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _letters(number: int) -> str:
    """The name of a column: A, B, …, Z, AA."""
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def _typed(text: str, kind: str) -> str | Decimal | date | None:
    """A cell's value; what a spreadsheet would round, or does not know as a day, stays text."""
    if kind == "number" and text and len(text) <= MAX_DIGITS:
        return Decimal(text)
    if kind == "date" and text >= "1900-03-01":
        return date.fromisoformat(text)
    return text or None


def as_json(library: Library, rows: Sequence[Row]) -> bytes:
    """Every record with its values by field name, tables as lists of rows."""
    told = recordlist.answers(library, rows)
    return (
        json.dumps([plain(row, told.get(row.id, {})) for row in rows], ensure_ascii=False, indent=2) + "\n"
    ).encode()


def plain(row: Row, answers: Mapping[str, Value] | None = None) -> dict[str, object]:
    """One record for machines."""
    found: dict[str, object] = {
        "id": row.id,
        "form": row.form,
        "revision": row.revision,
        "title": row.title,
        "day": row.day,
        "closed": row.closed or None,
        "person": row.person,
        "procedure": row.procedure or None,
        "procedure_revision": row.procedure_revision or None,
        "status": row.status,
        "sealed": bool(row.sealed),
        "last_entry": row.last,
    }
    return found if answers is None else {**found, "values": answers}


FORMATS: MappingProxyType[str, Callable[[Library, Sequence[Row], str], bytes]] = MappingProxyType(
    {
        "csv": lambda library, rows, language: as_csv(*table(library, rows, language)),
        "json": lambda library, rows, _: as_json(library, rows),
        "xlsx": lambda library, rows, language: as_xlsx(*table(library, rows, language)),
    }
)
