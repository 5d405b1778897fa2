"""The footnotes of a DOCX copy: Word's own, in a part of their own, with relationships of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docctl.renderers import docx_xml as x

if TYPE_CHECKING:
    from docx.document import Document
    from docx.opc.part import XmlPart

_NAME = "/word/footnotes.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_REFERENCE = x.Marks(style="FootnoteReference")
# What Word draws between text and footnotes. Settings name them, and Word takes no file where they are missing.
_SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))


def reference(number: int, *, again: bool) -> str:
    """The raised number in the text; a second reference to the same footnote is a field that points to the first."""
    if again:
        return x.field(f"NOTEREF _Note{number} \\f \\h", str(number), _REFERENCE)
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="_Note{number}"/>'
        f'<w:r>{_REFERENCE.xml()}<w:footnoteReference w:id="{number}"/></w:r><w:bookmarkEnd w:id="{number}"/>'
    )


def mark() -> str:
    """The number before the words of a footnote."""
    return f"<w:r>{_REFERENCE.xml()}<w:footnoteRef/></w:r>{x.run(' ')}"


def footnote(number: int, paragraphs: str) -> str:
    """One footnote."""
    return f'<w:footnote {x.NAMESPACES} w:id="{number}">{paragraphs}</w:footnote>'


def part(document: Document) -> XmlPart:
    """A footnotes part that belongs to nothing yet."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import XmlPart
    from docx.oxml import parse_xml

    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{ident}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" '
        f'w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for ident, kind in _SEPARATORS
    )
    element = parse_xml(f"<w:footnotes {x.NAMESPACES}>{separators}</w:footnotes>")
    return XmlPart(PackURI(_NAME), _TYPE, element, document.part.package)


def add(document: Document, notes: XmlPart, written: list[str]) -> None:
    """Put the footnotes into the document; a document without any gets no part."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml

    if not written:
        return
    for note in written:
        notes.element.append(parse_xml(note))
    document.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
    named = "".join(f'<w:footnote w:id="{ident}"/>' for ident, _ in _SEPARATORS)
    properties = parse_xml(f"<w:footnotePr {x.NAMESPACES}>{named}</w:footnotePr>")
    settings = document.settings.element
    next(child for child in settings if child.tag.endswith("}compat")).addprevious(properties)
