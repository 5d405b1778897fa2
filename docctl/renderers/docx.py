"""A copy as DOCX, through python-docx; the same bytes for the same copy.

Not for: protecting the text. Word can change a DOCX; the digest at its end and the ledger say whether somebody did.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from docctl.errors import Malformed, Unavailable
from docctl.renderers import docx_face, face, tree
from docctl.renderers.docx_body import Body
from docctl.renderers.docx_template import template
from docctl.renderers.docx_xml import NAMESPACES

if TYPE_CHECKING:
    from docx.document import Document

    from docctl.core.copies import ControlledCopy
    from docctl.renderers.pictures import Picture

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can name
_LONGEST_PROPERTY = 255  # of core properties, by python-docx


def render(copy: ControlledCopy) -> bytes:
    """The copy as DOCX.

    Raises:
        Malformed: `image-missing`, `image-format` (name=); those of `tree.parse`.
        Unavailable: `format-unavailable` (format=) where python-docx is not installed.
    """
    try:
        import docx
        from docx.oxml import parse_xml
    except ImportError:
        raise Unavailable("format-unavailable", format="docx") from None
    copy = face.prepare(copy)
    document = docx.Document(io.BytesIO(template(face.language_tag(copy.language))))
    body = Body(copy, _Package(document))
    text = docx_face.first_page(copy) + body.blocks(tree.parse(copy.text)) + docx_face.closings(copy)
    last = document.element.body[-1]  # the section's properties
    for element in parse_xml(f"<w:body {NAMESPACES}>{text}</w:body>"):
        last.addprevious(element)
    numbering = document.part.numbering_part.element
    for number in body.numbers:
        numbering.append(parse_xml(number))
    section = document.sections[0]
    for story, xml in ((section.header, docx_face.header(copy)), (section.footer, docx_face.footer(copy))):
        story.is_linked_to_previous = False
        _replace(story.part.element, parse_xml(xml))
    _describe(document, copy)
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer.getvalue())


def _replace(element: Any, new: Any) -> None:
    for child in list(element):
        element.remove(child)
    for child in list(new):
        element.append(child)


class _Package:
    """Addresses and pictures of one document."""

    def __init__(self, document: Document) -> None:
        self._part = document.part

    def link(self, url: str) -> str:
        from docx.opc.constants import RELATIONSHIP_TYPE

        return self._part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    def picture(self, picture: Picture) -> str:
        from docx.image import exceptions

        faults = (
            exceptions.InvalidImageStreamError,
            exceptions.UnexpectedEndOfFileError,
            exceptions.UnrecognizedImageError,
        )
        try:
            relation, _ = self._part.get_or_add_image(io.BytesIO(picture.data))
        except (*faults, ArithmeticError, LookupError, ValueError):
            raise Malformed("image-format", name=picture.name) from None
        return relation


def _describe(document: Document, copy: ControlledCopy) -> None:
    """Core and custom properties; the only time in them is that of the copy."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    core = document.core_properties
    core.title = copy.title[:_LONGEST_PROPERTY]
    core.subject = copy.number[:_LONGEST_PROPERTY]
    core.author = core.last_modified_by = copy.organisation[:_LONGEST_PROPERTY]
    core.category = copy.kind[:_LONGEST_PROPERTY]
    core.content_status = copy.status_word[:_LONGEST_PROPERTY]
    core.identifier = copy.digest[:_LONGEST_PROPERTY]
    core.language = face.language_tag(copy.language)[:_LONGEST_PROPERTY]
    core.version = str(copy.revision)
    core.revision = max(copy.revision, 1)
    core.created = core.modified = datetime.fromtimestamp(copy.made, UTC).replace(tzinfo=None)
    package = document.part.package
    custom = Part(
        PackURI("/docProps/custom.xml"),
        CONTENT_TYPE.OFC_CUSTOM_PROPERTIES,
        docx_face.custom_properties(copy),
        package,
    )
    package.relate_to(custom, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _settled(package: bytes) -> bytes:
    """The same parts in one order, without the hour of packing; the list of types stands first, as readers expect."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as given, zipfile.ZipFile(buffer, "w") as settled:
        for name in sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            settled.writestr(info, given.read(name), zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()
