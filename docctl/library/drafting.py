"""Texts on their way in: a new draft, a draft from the text in force, foreign Markdown taken over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from docctl.core.charter import Charter, DocumentType
from docctl.core.content import MAX_TEXT
from docctl.core.fields import MAX_LINE
from docctl.core.model import Document
from docctl.errors import NotFound, Refused, Unavailable

UNREGISTERED = "unregistered"
"""Folder of records that are filled in and not registered yet; no entry ever touches it."""

_H1 = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_FOREIGN = re.compile(r"\A(?:---\n)?((?:[A-Za-z_][\w-]*:.*\n|[ \t].*\n|-[ \t].*\n|\n)+)---\s*\n")
_NAME = re.compile(r"^(?:title|name):\s*['\"]?(.+?)['\"]?\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A Markdown file from elsewhere: its title, and its text without the heading it came with."""

    title: str
    text: str


def heading(fields: Mapping[str, object]) -> str:
    """A YAML heading with its fences."""
    import yaml

    return "---\n" + yaml.safe_dump(dict(fields), allow_unicode=True, sort_keys=False, width=10_000) + "---\n"


def next_number(prefix: str, taken: Iterable[str], width: int = 2) -> str:
    """The next free id of a prefix: one above the highest, never a gap that was left."""
    numbers = [int(found.group(1)) for one in taken if (found := re.fullmatch(re.escape(prefix) + r"-(\d{1,6})", one))]
    return f"{prefix}-{max(numbers, default=0) + 1:0{width}}"


def next_record(form: Document, year: int) -> str:
    """The number of the next record of a form in a year."""
    return f"{form.id}-{year:04}-{dict(form.recorded).get(year, 0) + 1:04}"


def blank(kind: DocumentType, identifier: str, titles: Mapping[str, str], owner: str) -> dict[str, bytes]:
    """The files of a new draft, one a language."""
    languages = list(titles)
    main: dict[str, object] = {
        "id": identifier,
        "title": titles[languages[0]],
        "type": kind.name,
        "owner": owner,
        "classification": kind.classification,
        "authoritative": languages[0],
        "languages": languages,
    }
    if kind.external:
        main["external"] = {**dict.fromkeys(("issuer", "edition", "dated", "held"), ""), "every-months": _months(kind)}
    files = {f"{languages[0]}.md": f"{heading(main)}\n# {titles[languages[0]]}\n".encode()}
    for language in languages[1:]:
        files[f"{language}.md"] = f"{heading({'title': titles[language]})}\n# {titles[language]}\n".encode()
    return files


def _months(kind: DocumentType) -> str:
    return str(kind.review_months or 12)


def take_over(foreign: Foreign, kind: DocumentType, identifier: str, language: str, owner: str) -> dict[str, bytes]:
    """The files of a draft made of a foreign text."""
    main = {
        "id": identifier,
        "title": foreign.title,
        "type": kind.name,
        "owner": owner,
        "classification": kind.classification,
        "authoritative": language,
        "languages": [language],
    }
    return {f"{language}.md": (heading(main) + "\n" + foreign.text.lstrip("\n")).encode()}


def read_foreign(path: Path) -> Foreign:
    """A Markdown file from elsewhere, with or without a heading of any make.

    Raises:
        NotFound: `file-missing`.
        Refused: `text-too-large`, `text-not-utf8`, `text-empty`.
    """
    text = read_text(path)
    found = _FOREIGN.match(text)
    meta, body = (found.group(1), text[found.end() :]) if found else ("", text)
    if not body.strip():
        raise Refused("text-empty", file=path.name)
    named = _NAME.search(meta) or _H1.search(body)
    title = named.group(1) if named else path.stem
    return Foreign(_line(title) or path.stem, _clean(body))


def read_text(path: Path) -> str:
    """A UTF-8 file with LF.

    Raises:
        NotFound: `file-missing`.
        Unavailable: `not-readable`.
        Refused: `text-too-large`, `text-not-utf8`.
    """
    try:
        if path.stat().st_size > MAX_TEXT:
            raise Refused("text-too-large", file=path.name, limit=MAX_TEXT)
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("file-missing", path=str(path)) from None
    except OSError as error:
        raise Unavailable("not-readable", path=str(path), reason=error.strerror) from None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Refused("text-not-utf8", file=path.name, line=data[: error.start].count(b"\n") + 1) from None


def kind_for(charter: Charter, name: str) -> DocumentType:
    """The type that a file name points to (`procedures-patch.md`), or else the first of the charter."""
    lower = name.lower()
    for kind in charter.types.values():
        if lower.startswith((kind.name, kind.prefix.lower(), kind.folder.rstrip("s"), kind.folder)):
            return kind
    return next(iter(charter.types.values()))


def _clean(text: str) -> str:
    """The text in NFC without characters that cannot be seen; a byte order mark or a stray control is no content."""
    normal = unicodedata.normalize("NFC", text)
    kept = (c for c in normal if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))
    return "".join(kept).rstrip() + "\n"


def _line(text: str) -> str:
    return " ".join(_clean(text).split())[:MAX_LINE]
