"""The layout of copies: settings that a document of the library holds, or the ones docctl brings along.

A layout is a controlled document like any other, so its settings can be read in its copies, are approved with it, and a
copy of any day can be made again. Settings, never code: every value here is a number, a word of a list or a line of
text (docs/adr/0009).

Not for: colour and emblem, which are the organisation's and stand in the charter.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docctl.core.plain import Fields
from docctl.errors import Malformed

if TYPE_CHECKING:
    from docctl.core.heading import ReadYaml

TYPE = "layout"
FORMAT = "v1"
MAX_SETTINGS = 16 * 1024

FIRST_PAGE = ("emblem", "organisation", "stamps", "title", "facts")
CLOSING = ("approvals", "history", "distribution")
COUNTINGS = ("page", "sheet")
STAMPS = ("agreed", "approved")
_MARGINS = (("left", 10), ("right", 10), ("top", 20), ("bottom", 20))  # the least, mm: head and foot need theirs
_WIDEST = 50  # mm
_TEXT_SIZE = (9, 14)  # points
_FENCE = re.compile(r"^```yaml[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)

Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a layout decides.

    Attributes:
        margins: Left, right, top, bottom in millimetres.
        text_size: Points.
        counting: `page` ("Səhifə 1 / 5") or `sheet` ("Vərəq 1 / 5").
        first_page: Blocks on top of the first page, in order; `title` and `facts` are always among them.
        closing: Tables behind the text, in order; `approvals` is always among them.
        code: Whether each page bears a QR code.
        notice: The organisation's own line in the foot, by language.
        stamps: Words of stamps in place of docctl's, by stamp and language, in capitals as they are to stand.
    """

    margins: tuple[int, int, int, int] = (20, 10, 20, 20)
    text_size: int = 11
    counting: str = "page"
    first_page: tuple[str, ...] = FIRST_PAGE
    closing: tuple[str, ...] = CLOSING
    code: bool = True
    notice: Texts = ()
    stamps: tuple[tuple[str, Texts], ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout, and where it comes from.

    Attributes:
        name: Id of the document, or `docctl` for the one that docctl brings along.
        revision: Of that document; 0 for docctl's.
        digest: Of that revision's content, 64 hex; of docctl's, of what its settings are.
    """

    name: str
    revision: int
    digest: str
    settings: Settings


BUILT_IN = Layout("docctl", 0, hashlib.sha256(repr(Settings()).encode()).hexdigest(), Settings())


def settings_in(file: str, text: str, read_yaml: ReadYaml) -> Settings:
    """The settings in the one fenced `yaml` block of a text.

    Args:
        file: Its name, for the words of an error.
        text: The whole file, heading and all, so that lines are counted as its author sees them.
        read_yaml: Strict YAML to plain values.

    Raises:
        Malformed: `layout-settings` (none, or more than one block); `layout-block` (a block that must be shown is not);
            `layout-format`; `layout-range` (least, most: a number beyond what it may be);
            `field-*` and `yaml-*` with file and line in `where`.
    """
    blocks = list(_FENCE.finditer(text))
    if len(blocks) != 1 or len(blocks[0][1]) > MAX_SETTINGS:
        raise Malformed("layout-settings", file=file, count=len(blocks))
    first = text.count("\n", 0, blocks[0].start(1))
    # Blank lines in front, so that YAML's own errors name the line of the file.
    plain = read_yaml(b"\n" * first + blocks[0][1].encode(), file)
    try:
        return _settings(Fields(plain, file))
    except Malformed as error:
        line = _line_of(str(error.values.get("field", "")), blocks[0][1])
        where = f"{file}:{first + line}" if line else str(error.values.get("where", file))
        raise Malformed(error.code, **{**error.values, "where": where, "file": file}) from None


def _line_of(field: str, block: str) -> int:
    """On which line of the block a field stands, counted from 1; 0 if it does not."""
    lines = enumerate(block.split("\n"), 1)
    return next((number for number, line in lines if field and re.match(rf"\s*{re.escape(field)}\s*:", line)), 0)


def _settings(part: Fields) -> Settings:
    usual = Settings()
    if part.line("format") != FORMAT:
        raise Malformed("layout-format", field="format", known=FORMAT)
    result = Settings(
        margins=_margins(part.part("margins")) if part.has("margins") else usual.margins,
        text_size=_number(part, "text-size", _TEXT_SIZE) if part.has("text-size") else usual.text_size,
        counting=_word(part, "counting", usual.counting, COUNTINGS),
        first_page=_blocks(part, "first-page", FIRST_PAGE, ("title", "facts")),
        closing=_blocks(part, "closing", CLOSING, ("approvals",)),
        code=part.flag("code") if part.has("code") else usual.code,
        notice=part.texts("notice") if part.has("notice") else (),
        stamps=_stamps(part.part("stamps")) if part.has("stamps") else (),
    )
    part.done()
    return result


def _margins(part: Fields) -> tuple[int, int, int, int]:
    sides = [_number(part, side, (least, _WIDEST)) for side, least in _MARGINS]
    part.done()
    return sides[0], sides[1], sides[2], sides[3]


def _number(part: Fields, name: str, allowed: tuple[int, int]) -> int:
    """A number that a layout may hold; the refusal says which ones those are."""
    try:
        return part.number(name, allowed[0], highest=allowed[1]) or 0
    except Malformed as error:
        if error.code != "field-value":
            raise
        raise Malformed("layout-range", **error.values, least=allowed[0], most=allowed[1]) from None


def _word(part: Fields, name: str, usual: str, known: tuple[str, ...]) -> str:
    word = part.word(name, usual)
    if word not in known:
        raise Malformed("layout-word", where=part.where, field=name, value=word, known=", ".join(known))
    return word


def _blocks(part: Fields, name: str, known: tuple[str, ...], needed: tuple[str, ...]) -> tuple[str, ...]:
    words = part.words(name, known)
    for word in words:
        if word not in known:
            raise Malformed("layout-word", where=part.where, field=name, value=word, known=", ".join(known))
    for word in needed:
        if word not in words:
            raise Malformed("layout-block", where=part.where, field=name, value=word)
    return words


def _stamps(part: Fields) -> tuple[tuple[str, Texts], ...]:
    result = tuple((name, part.texts(name)) for name in STAMPS if part.has(name))
    part.done()
    return result
