"""What a file handed over as an attachment of a record is: found in its bytes, and held against its name.

Whoever opens it years later goes by the name; so a name that says something else is refused, and so is what no office
program could open without harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from docctl.adapters import packages
from docctl.core.content import MAX_FILES
from docctl.core.fields import is_readable
from docctl.core.ports import MAX_BLOB
from docctl.core.recordtext import AMENDMENT, RECORD
from docctl.errors import Malformed, NotFound, Refused, Unavailable
from docctl.library.attaching import found_to_be, plain_name

SEALED: Final = "sealed.age"
_ENDINGS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "application/pdf": ("pdf",),
        "image/png": ("png",),
        "image/jpeg": ("jpg", "jpeg"),
        "image/tiff": ("tif", "tiff"),
        "image/gif": ("gif",),
        packages.DOCX: ("docx",),
        packages.XLSX: ("xlsx",),
        packages.ODT: ("odt",),
        "application/pkcs7-signature": ("p7s",),
        "application/vnd.etsi.asic-e+zip": ("asice", "asics", "sce"),
        "message/rfc822": ("eml",),
        "text/csv": ("csv",),
        "text/plain": ("txt",),
    }
)
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_FROM = re.compile(rb"^(?:From|Date|Received):", re.MULTILINE | re.IGNORECASE)


def found(name: str, data: bytes) -> str:
    """The media type of a file; "" if it is none that a record may hold.

    Of texts alone the name decides between a table and plain text, since nothing else could.

    Raises:
        Malformed: `package-unreadable`, `package-limits`.
    """
    if data.startswith(b"PK"):
        # First, since a package may look like a PDF to whoever reads on.
        return _ENDINGS_OF["asice"] if found_to_be(data) == "container" else packages.kind(data)
    match found_to_be(data):
        case "cms":
            return "application/pkcs7-signature"
        case "pdf" | "signed-pdf" if data.lstrip().startswith(b"%PDF-"):
            return "application/pdf"
        case _:
            pass
    picture = next((media for start, media in _IMAGES if data.startswith(start)), "")
    return picture or _text(name, data)


def _text(name: str, data: bytes) -> str:
    ending = name.rpartition(".")[2].lower()
    if ending == "eml" and _MAIL.match(data) and _FROM.search(data):
        return "message/rfc822"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    if not text.strip() or not is_readable(re.sub("[\t\r]", " ", text)):
        return ""
    return "text/csv" if ending == "csv" else "text/plain"


_ENDINGS_OF: MappingProxyType[str, str] = MappingProxyType(
    {ending: media for media, endings in _ENDINGS.items() for ending in endings}
)


def check(files: Mapping[str, bytes], limit_mb: int) -> dict[str, str]:
    """The media type of each attachment, by name.

    Args:
        files: By the names under which they are kept.
        limit_mb: Megabytes that all together may have.

    Raises:
        Refused: `attachment-unknown` (file), `attachment-name-other` (file, found), `attachment-bomb` (file),
            `attachment-broken` (file), `attachment-too-large` (file, limit), `record-too-large` (limit),
            `attachment-reserved` (file), `files-too-many`.
    """
    if len(files) >= MAX_FILES:
        raise Refused("files-too-many", limit=MAX_FILES)
    if sum(map(len, files.values())) > limit_mb * 2**20:
        raise Refused("record-too-large", limit=limit_mb)
    return {name: _checked(name, data) for name, data in files.items()}


def _checked(name: str, data: bytes) -> str:
    if name.lower() in (RECORD, AMENDMENT, SEALED):
        raise Refused("attachment-reserved", file=name)
    if len(data) > MAX_BLOB:
        raise Refused("attachment-too-large", file=name, limit=MAX_BLOB // 2**20)
    try:
        media = found(name, data)
    except Malformed as error:
        raise Refused("attachment-bomb" if error.code == "package-limits" else "attachment-broken", file=name) from None
    if not media:
        raise Refused("attachment-unknown", file=name, known=", ".join(_ENDINGS_OF))
    if name.rpartition(".")[2].lower() not in _ENDINGS[media]:
        raise Refused("attachment-name-other", file=name, found=_ENDINGS[media][0].upper())
    return media


def gather(paths: tuple[Path, ...], limit_mb: int) -> dict[str, bytes]:
    """Files that somebody handed over, by the names under which they are kept; too large ones are not read.

    Raises:
        NotFound: `file-missing`.
        Refused: `attachment-exists`, `attachment-name`, and as `check`.
        Unavailable: `not-readable`.
    """
    files: dict[str, bytes] = {}
    left = limit_mb * 2**20
    for path in paths:
        name = plain_name(path.name)
        if name.lower() in {one.lower() for one in files}:
            raise Refused("attachment-exists", file=name)
        files[name] = _read(path, name, left, limit_mb)
        left -= len(files[name])
    return files


def _read(path: Path, name: str, left: int, limit_mb: int) -> bytes:
    try:
        if not path.is_file():
            raise NotFound("file-missing", path=str(path))
        size = path.stat().st_size
        if size > MAX_BLOB:
            raise Refused("attachment-too-large", file=name, limit=MAX_BLOB // 2**20)
        if size > left:
            raise Refused("record-too-large", limit=limit_mb)
        with path.open("rb") as file:
            data = file.read(left + 1)
    except (OSError, ValueError) as error:
        raise Unavailable("not-readable", path=str(path), reason=getattr(error, "strerror", "")) from None
    if len(data) > left:
        raise Refused("record-too-large", limit=limit_mb)
    return data
