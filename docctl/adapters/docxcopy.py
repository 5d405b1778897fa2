"""A DOCX from anywhere, looked into: the files inside, its paragraphs as a reader sees them, its pictures.

Only parts that the document's own relations name are opened, each up to its limit; an archive inside is never opened.
What Word and LibreOffice write anew when they save is left aside: styles, ids, the numbers of pages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple

from docctl.adapters import docxtext
from docctl.adapters.docxtext import Spot
from docctl.errors import Malformed

MAX_DIRECTORY = 1024 * 1024
MAX_MEMBERS = 4_000
MAX_XML = 24 * 1024 * 1024
MAX_INSIDE = 224 * 1024 * 1024
MAX_PICTURE = 16 * 1024 * 1024
MAX_PARTS = 64
MAX_PICTURES = 400
MAX_TAGS = 2_000_000  # and attributes, in all parts together: each takes memory and time
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COPY = "{urn:docctl:copy:1}"
_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_NOTES = ("footnotes", "endnotes")


FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    RuntimeError,  # of a locked member, and of one in a way of packing that is not known here
)


class Paragraph(NamedTuple):
    """One paragraph that is not empty.

    Attributes:
        place: `body`, `header`, `footer`, `footnote`.
        number: Of a head or foot, from 1: sections that follow each other and show the same count as one. Else 0.
        spot: Where in the body, if that was asked for.
    """

    place: str
    text: str
    number: int = 0
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Docx:
    """What was found in a DOCX.

    Attributes:
        files: The files that a copy carries, name to bytes.
        proof: SHA-256 of the proof that was once put in, by its property; "" if none was.
        paragraphs: In order, place by place, empty ones left out.
        pictures: SHA-256 of each picture that the text shows, in order.
    """

    files: dict[str, bytes]
    proof: str
    paragraphs: tuple[Paragraph, ...]
    pictures: tuple[str, ...]


def look(data: bytes, *, spots: bool = False) -> Docx:
    """What is in a DOCX.

    Args:
        data: The file.
        spots: Whether to say where each paragraph of the body stands; by the styles of our own files.

    Raises:
        Malformed: `file-cut`, `docx-unreadable`, `docx-limits`.
    """
    check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _Package(package).looked(spots=spots)
    except FAULTS as error:
        raise Malformed("docx-unreadable") from error


def check_directory(data: bytes) -> None:
    """That the list of members is there and short, before anybody reads it into memory."""
    at = data.rfind(_END, max(0, len(data) - 65_557))
    if at < 0 or len(data) < at + 22:
        raise Malformed("file-cut")
    count, size = struct.unpack("<HI", data[at + 10 : at + 16])
    if data[max(0, at - 20) : at].startswith(_END_64):  # it would name another list, of any length
        raise Malformed("docx-limits")
    if count > MAX_MEMBERS or size > MAX_DIRECTORY:
        raise Malformed("docx-limits")


class _Package:
    """The parts of a package, by their relations (ECMA-376, part 2)."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.tags = 0
        self.sizes = {info.filename: info.file_size for info in package.infolist()}
        if len(self.sizes) != len(package.infolist()):
            raise Malformed("docx-unreadable")

    def read(self, name: str, limit: int) -> bytes:
        if self.package.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Malformed("docx-unreadable")
        with self.package.open(name) as member:
            data = member.read(limit + 1)
        if len(data) > limit:
            raise Malformed("docx-limits")
        return data

    def xml(self, name: str, limit: int = MAX_XML) -> Any:
        from lxml import etree

        data = self.read(name, limit)
        self.tags += data.count(b"<") + data.count(b"=")
        if self.tags > MAX_TAGS:
            raise Malformed("docx-limits")
        # In UTF-8, whatever it says, so that nobody else counts other signs.
        parser = etree.XMLParser(
            encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise Malformed("docx-unreadable") from error
        if root.getroottree().docinfo.doctype:
            raise Malformed("docx-unreadable")
        return root

    def relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Id, last word of the type, and target of each relation of a part that leads inside."""
        folder, name = posixpath.split(part)
        place = f"{folder}/_rels/{name}.rels".lstrip("/")
        if place not in self.sizes:
            return
        for one in self.xml(place, 1024 * 1024).iter(_RELATION):
            if one.get("TargetMode") != "External":
                kind = str(one.get("Type")).rpartition("/")[2]
                yield (
                    str(one.get("Id")),
                    kind,
                    posixpath.normpath(posixpath.join("/", folder, str(one.get("Target"))))[1:],
                )

    def looked(self, *, spots: bool) -> Docx:
        main = next((target for _, kind, target in self.relations("") if kind == "officeDocument"), "")
        if main not in self.sizes:
            raise Malformed("docx-unreadable")
        related = list(self.relations(main))
        root = self.xml(main)
        where: Iterator[Spot | None] = docxtext.spots(root) if spots else repeat(None)
        # Behind the last paragraph come the counts of other things, which stand nowhere.
        found = [Paragraph("body", text, 0, spot) for text, spot in zip(docxtext.paragraphs(root), where, strict=False)]
        for place in ("header", "footer"):
            found += self._running(root, related, place)
        seen: set[str] = set()
        for _, kind, target in related[:MAX_PARTS]:
            if kind in _NOTES and target in self.sizes and target not in seen:
                seen.add(target)
                found += [Paragraph("footnote", text) for text in docxtext.paragraphs(self.xml(target))]
        return Docx(self._inside(related), self._stated(), tuple(found), self._pictures(root, related))

    def _running(self, root: Any, related: list[tuple[str, str, str]], place: str) -> Iterator[Paragraph]:
        """Heads or feet as the sections show them (17.10): one that names none has that of the section before it.

        Where our sections share a part, LibreOffice writes one for each; and a page laid across is a section more.
        """
        targets = {name: target for name, kind, target in related if kind == place}

        @cache
        def texts(target: str) -> tuple[str, ...]:
            return tuple(docxtext.paragraphs(self.xml(target))) if target in self.sizes else ()

        shown: dict[str, tuple[str, ...]] = {}
        number = 0
        for section in root.iter(f"{_W}sectPr"):
            if (
                next(section.iterancestors(f"{_W}sectPrChange"), None) is not None
            ):  # what it was before a tracked change
                continue
            before = dict(shown)
            for one in section.iterchildren(f"{_W}{place}Reference"):
                shown[str(one.get(f"{_W}type"))] = texts(targets.get(str(one.get(_ID)), ""))
            shown = {kind: one for kind, one in shown.items() if one}
            if shown == before:
                continue
            number += 1
            if number > MAX_PARTS:
                raise Malformed("docx-limits")
            for kind in sorted(shown):
                yield from (Paragraph(place, text, number) for text in shown[kind])

    def _inside(self, related: list[tuple[str, str, str]]) -> dict[str, bytes]:
        """The files of the custom XML part that docctl writes."""
        for _, kind, target in related:
            if kind != "customXml" or target not in self.sizes:
                continue
            root = self.xml(target, MAX_INSIDE)
            if root.tag != f"{_COPY}copy":
                continue
            files: dict[str, bytes] = {}
            for one in root.iter(f"{_COPY}file"):
                pieces = (part.text or "" for part in one.iter(f"{_COPY}data"))
                try:
                    data = b"".join(base64.b64decode("".join(piece.split()), validate=True) for piece in pieces)
                except binascii.Error:
                    raise Malformed("docx-unreadable") from None
                if str(one.get("name")) in files:
                    raise Malformed("docx-unreadable")
                files[str(one.get("name"))] = data
            return files
        return {}

    def _stated(self) -> str:
        """The digest of the proof in the properties of the file."""
        for _, kind, target in self.relations(""):
            if kind == "custom-properties" and target in self.sizes:
                for one in self.xml(target, 4 * 1024 * 1024).iter(_PROPERTY):
                    if one.get("name") == "docctl.proof":
                        return "".join(one.itertext()).strip()
        return ""

    def _pictures(self, root: Any, related: list[tuple[str, str, str]]) -> tuple[str, ...]:
        """The pictures that the text shows, by what they are to the byte."""
        targets = {name: target for name, kind, target in related if kind == "image"}
        found: list[str] = []
        for one in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"):
            link = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
            target = targets.get(str(one.get(link)))
            if len(found) >= MAX_PICTURES:
                raise Malformed("docx-limits")  # one that was not looked at must never count as the same
            if target not in self.sizes:
                found.append("")
                continue
            found.append(hashlib.sha256(self.read(str(target), MAX_PICTURE)).hexdigest())
        return tuple(found)
