"""The file of a record, `record.md`, and that of a correction, `amendment.md`: values above, readable text below.

The heading holds the values, the text below it is made from them and from the form's labels by `body`, and must say
nothing else. The record's number stands in neither: it is the folder's name, so that a record that is numbered anew
keeps its content to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from docctl.core import content
from docctl.core.answers import Value, Values
from docctl.core.fields import MAX_COMMENT, is_language
from docctl.core.forms import Field, label
from docctl.core.plain import Fields, Plain
from docctl.errors import Malformed

RECORD: Final = "record.md"
AMENDMENT: Final = "amendment.md"

ReadYaml = Callable[[bytes, str], Plain]
Shown = Callable[[Field, str], str]
"""A value of a field as people read it: a person's name, the words of a choice."""

# What no reader of YAML could take for anything but itself.
_PLAIN = re.compile(r"[^\W_](?:[\w ,.()/–-]*[\w.)])?")
# What the strict reader of YAML doubts wherever it stands.
_DOUBTFUL = re.compile(r":(?=[,}\]])|#")
_MARKUP = re.compile(r"[\\`*_\[\]<>|#~&^!$]")
_START = re.compile(r"^(\s*)([-+=:]|[0-9]+(?=[.)]))", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordText:
    """What the file of a record, or of a correction, says.

    Attributes:
        revision: Of the form.
        title: "" of a correction.
        note: Of a correction, its words; "" of a record.
        values: Of a correction, those alone that it changes.
    """

    form: str
    revision: int
    language: str
    title: str = ""
    procedure: str = ""
    note: str = ""
    values: Values


def read(name: str, data: bytes, read_yaml: ReadYaml) -> tuple[RecordText, str]:
    """The file taken apart: what its heading says, and the text below.

    Raises:
        Malformed: `text-*`, `heading-missing`, `yaml-*`, `field-*`.
    """
    text = content.text_of(name, data)
    end = text.find("\n---\n", 3)
    if not text.startswith("---\n") or end < 0:
        raise Malformed("heading-missing", file=name)
    heading = Fields(read_yaml(b"\n" + text[4 : end + 1].encode(), name), name)
    found = RecordText(
        form=heading.identifier("form"),
        revision=heading.number("form-revision", 1) or 1,
        language=heading.line("language"),
        title=heading.line("title", ""),
        procedure=heading.identifier("procedure") if heading.has("procedure") else "",
        note=_note(heading, name),
        values=_values(heading.left.pop("values", {}), name),
    )
    heading.done()
    if is_language(found.language) is None:
        raise Malformed("field-value", where=name, field="language", value=found.language[:80])
    return found, text[end + 5 :]


def _note(heading: Fields, name: str) -> str:
    note = heading.left.pop("note", "")
    if not isinstance(note, str) or len(note) > MAX_COMMENT:
        raise Malformed("field-value", where=name, field="note", value=str(note)[:80])
    return note


def _values(plain: Plain, name: str) -> Values:
    """The values as they stand; whether they answer the form is for `answers.check`."""
    if not isinstance(plain, dict):
        raise Malformed("field-kind", where=f"{name}: values")
    found: Values = {}
    for key, one in plain.items():
        if isinstance(one, str):
            found[key] = one
            continue
        rows = one if isinstance(one, list) else None
        if rows is None or not all(isinstance(row, dict) and all(map(_is_text, row.values())) for row in rows):
            raise Malformed("field-kind", where=f"{name}: values.{key[:40]}")
        found[key] = [{column: str(cell) for column, cell in dict(row).items()} for row in rows]  # type: ignore[arg-type]
    return found


def _is_text(cell: Plain) -> bool:
    return isinstance(cell, str)


def write(text: RecordText, fields: tuple[Field, ...], shown: Shown) -> bytes:
    """The file: `read` gives the same back, and `body` what stands below."""
    lines = ["---", f"form: {text.form}", f"form-revision: {text.revision}", f"language: {text.language}"]
    lines += [f"title: {_scalar(text.title, 1)}"] if text.title else []
    lines += [f"procedure: {text.procedure}"] if text.procedure else []
    lines += [f"note: {_scalar(text.note, 1)}"] if text.note else []
    lines += yaml_of("values", text.values)
    return ("\n".join([*lines, "---"]) + "\n" + body(text, fields, shown)).encode()


def yaml_of(name: str, values: Mapping[str, Value]) -> list[str]:
    """The lines of YAML that hold these values under a name; the strict reader reads them back as they are."""
    if not values:
        return [f"{name}: {{}}"]
    lines = [f"{name}:"]
    for key, one in values.items():
        if isinstance(one, str):
            lines.append(f"  {key}: {_scalar(one, 2)}")
            continue
        lines.append(f"  {key}:" + ("" if one else " []"))
        for row in one:
            cells = [f"{column}: {_scalar(cell, 4)}" for column, cell in row.items()]
            lines += [f"    {'-' if number == 0 else ' '} {cell}" for number, cell in enumerate(cells)] or ["    - {}"]
    return lines


def _scalar(text: str, depth: int) -> str:
    """A text in YAML: bare, as a block of lines, or in quotation marks with what is doubtful as numbers."""
    if _PLAIN.fullmatch(text):
        return text
    lines = text.split("\n")
    blank = any(not line or line[0] == " " or line[-1] == " " for line in lines[:1] + lines[-1:])
    odd = any(line.startswith(" ") or line.endswith(" ") for line in lines) or "\t" in text
    if len(lines) > 1 and not blank and not odd and "\\u" not in text and not _DOUBTFUL.search(text):
        indent = "  " * depth
        return "|-\n" + "\n".join(indent + line if line else "" for line in lines)
    safe = text.replace("\\", "\\x5C").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + _DOUBTFUL.sub(lambda found: f"\\x{ord(found[0]):02X}", safe) + '"'


def body(text: RecordText, fields: tuple[Field, ...], shown: Shown) -> str:
    """The readable text: each value under its label, in the order of the form; Markdown."""
    parts = [f"# {_inline(text.title)}"] if text.title else []
    parts += [_block(text.note)] if text.note else []
    for field in fields:
        given = text.values.get(field.name)
        if given is None:
            continue
        name = _inline(label(field.labels, text.language))
        if not isinstance(given, str):
            parts += [f"**{name}**", _table(field, given, text.language, shown)]
        elif field.kind == "long":
            parts += [f"**{name}**", _block(given)]
        else:
            parts.append(f"**{name}:** {_inline(shown(field, given))}")
    return "\n" + "\n\n".join(parts) + "\n" if parts else "\n"


def _table(field: Field, rows: list[dict[str, str]], language: str, shown: Shown) -> str:
    heads = [_inline(label(column.labels, language)) for column in field.columns]
    lines = [heads, ["---"] * len(heads)]
    for row in rows:
        cells = ((column, row.get(column.name, "")) for column in field.columns)
        lines.append([_inline(shown(column, cell)) if cell else "" for column, cell in cells])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _inline(text: str) -> str:
    """A text in one line of Markdown that shows as it is."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def _block(text: str) -> str:
    """Lines and paragraphs of Markdown that show as they are."""
    marked = _START.sub(_guarded, _MARKUP.sub(r"\\\g<0>", text.replace("\t", " ")))
    paragraphs = re.split(r"\n(?:[ ]*\n)+", "\n".join(line.strip() for line in marked.split("\n")))
    return "\n\n".join(part.replace("\n", "\\\n") for part in paragraphs)


def _guarded(found: re.Match[str]) -> str:
    """The start of a line that would otherwise begin a list or a rule."""
    mark = found[2]
    return f"{found[1]}\\{mark}" if not mark.isdigit() else f"{found[1]}{mark}\\"
