"""The package of a DOCX copy: its parts, what they refer to, and the settled order of its bytes.

A further part of the file (`docProps/custom.xml` is one) goes in by `Package.add`.
"""

from __future__ import annotations

import io
import zipfile
from itertools import count
from typing import TYPE_CHECKING, Any

from docctl.errors import Unavailable
from docctl.renderers import docx_notes
from docctl.renderers.docx_xml import NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docctl.renderers.pictures import Picture

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can name
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Relations:
    """Addresses and pictures of one part: a relationship belongs to the part that uses it, and to no other."""

    def __init__(self, part: Any, count: Iterator[int], stored: dict[bytes, Any]) -> None:
        """`count` and `stored` (bytes of a picture to its part) are the file's."""
        self._part = part
        self._count = count
        self._pictures = stored

    def link(self, url: str) -> str:
        """Relationship id of an address."""
        from docx.opc.constants import RELATIONSHIP_TYPE

        return str(self._part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))

    def picture(self, picture: Picture) -> str:
        """Relationship id of a picture; the same picture is stored once.

        Not by python-docx: it looks into the picture again, and takes no JPEG that begins as Adobe's do.
        """
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        package = self._part.package
        if picture.data not in self._pictures:
            name = PackURI(f"/word/media/image{len(self._pictures) + 1}.{picture.media}")
            self._pictures[picture.data] = Part(name, f"image/{picture.media}", picture.data, package)
        return str(self._part.relate_to(self._pictures[picture.data], RELATIONSHIP_TYPE.IMAGE))

    def drawing(self) -> int:
        """The number of a drawing: no two in the file may have the same, in whatever part they stand."""
        return next(self._count)


class Package:
    """A DOCX in the making.

    Attributes:
        text: Relations of the text itself.
        noted: Those of its footnotes.
    """

    def __init__(self, template: bytes) -> None:
        """Raises `Unavailable("format-unavailable", format="docx")` where python-docx is not installed."""
        try:
            import docx
        except ImportError:
            raise Unavailable("format-unavailable", format="docx") from None
        self._document: Any = docx.Document(io.BytesIO(template))
        self._shared: tuple[Iterator[int], dict[bytes, Any]] = count(1), {}
        self.text = Relations(self._document.part, *self._shared)
        self._notes = docx_notes.part(self._document)
        self.noted = Relations(self._notes, *self._shared)

    @property
    def properties(self) -> Any:
        """The core properties."""
        return self._document.core_properties

    @property
    def body(self) -> Any:
        """The element that everything on the pages stands in."""
        return self._document.element.body

    def open(self) -> None:
        """Let whoever opens the file write in it: without that, nobody could accept a change."""
        settings = self._document.settings.element
        for protection in settings.findall(f"{_W}documentProtection"):
            settings.remove(protection)

    def number(self, numbers: list[str]) -> None:
        """Add lists to the numbering part."""
        numbering = self._document.part.numbering_part.element
        for element in _parsed("".join(numbers)):
            numbering.append(element)

    def note(self, notes: list[str]) -> None:
        """Add footnotes; a file without any has no part for them."""
        docx_notes.add(self._document, self._notes, notes)

    def append(self, paragraphs: str, tag: str = "") -> None:
        """Put paragraphs and tables behind those already there; `tag` is their language if it is not the file's."""
        last = self.body[-1]  # the properties of the last section
        for element in _parsed(paragraphs):
            _tagged(element, tag)
            last.addprevious(element)

    def close(self, section: str) -> None:
        """Put in the properties of the last section."""
        self.body.replace(self.body[-1], _parsed(section)[0])

    def header(self, write: Callable[[Relations], str], tag: str = "") -> str:
        """A new head of pages; its relationship id."""
        part, relation = self._document.part.add_header_part()
        return self._story(part, str(relation), write, tag)

    def footer(self, write: Callable[[Relations], str], tag: str = "") -> str:
        """A new foot of pages; its relationship id."""
        part, relation = self._document.part.add_footer_part()
        return self._story(part, str(relation), write, tag)

    def _story(self, part: Any, relation: str, write: Callable[[Relations], str], tag: str) -> str:
        story = part.element
        for child in list(story):
            story.remove(child)
        for child in _parsed(write(Relations(part, *self._shared))):
            _tagged(child, tag)
            story.append(child)
        return relation

    def add(self, name: str, content: str, relationship: str, data: bytes) -> None:
        """A further part of the package, related to the package itself.

        Args:
            name: With a slash in front; no part may have it yet.
            content: Its media type.
            relationship: The type of the relationship that leads to it.
            data: Its bytes.
        """
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        package = self._document.part.package
        package.relate_to(Part(PackURI(name), content, data, package), relationship)

    def carry(self, item: bytes, properties: bytes) -> None:
        """Add custom XML data, which Word and LibreOffice keep (ECMA-376, part 1, 15.2.5 and 15.2.6)."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        package = self._document.part.package
        name = package.next_partname("/customXml/item%d.xml")
        data = Part(name, CONTENT_TYPE.XML, item, package)
        place = PackURI(f"/customXml/itemProps{name.idx}.xml")
        described = Part(place, CONTENT_TYPE.OFC_CUSTOM_XML_PROPERTIES, properties, package)
        data.relate_to(described, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
        self._document.part.relate_to(data, RELATIONSHIP_TYPE.CUSTOM_XML)

    def saved(self) -> bytes:
        """The parts in one order, without the hour of packing; the list of types stands first, as readers expect."""
        raw, buffer = io.BytesIO(), io.BytesIO()
        self._document.save(raw)
        with zipfile.ZipFile(raw) as given, zipfile.ZipFile(buffer, "w") as settled:
            for name in sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
                info = zipfile.ZipInfo(name, _EARLIEST)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 3
                settled.writestr(info, given.read(name), zipfile.ZIP_DEFLATED, 6)
        return buffer.getvalue()


def _parsed(elements: str) -> list[Any]:
    from docx.oxml import parse_xml

    return list(parse_xml(f"<w:body {NAMESPACES}>{elements}</w:body>"))


def _tagged(element: Any, tag: str) -> None:
    """Write the language into every run: a reader and a spelling checker go by the run, not by the section."""
    if not tag:
        return
    for run in element.iter(f"{_W}r"):
        props = run.find(f"{_W}rPr")
        if props is None:
            props = run.makeelement(f"{_W}rPr", {})
            run.insert(0, props)
        # Last in the order of the schema but for marks that are written nowhere here.
        props.append(props.makeelement(f"{_W}lang", {f"{_W}val": tag}))
