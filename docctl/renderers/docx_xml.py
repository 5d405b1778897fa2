"""WordprocessingML in small pieces: runs, paragraphs, cells, tables, fields, written as text and parsed once.

Elements stand in the order of ECMA-376; Word refuses a file where they do not. Lengths are twentieths of a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"'
)

INK = "16181D"
QUIET = "5B616B"
ACCENT = "1F3A5F"
HAIR = "A3A9B3"
SHADE = "ECEFF3"
_EMU_PER_POINT = 12700
WARNING = "A4262C"


@dataclass(frozen=True, slots=True)
class Marks:
    """How a run differs from its paragraph.

    Attributes:
        style: Id of a character style, "" for none.
        size: Half points, 0 for the size of the paragraph.
        shift: `superscript`, `subscript` or "".
    """

    bold: bool = False
    italic: bool = False
    strike: bool = False
    style: str = ""
    size: int = 0
    shift: str = ""

    def xml(self) -> str:
        """The run properties, "" where there is no difference."""
        written = "".join(
            (
                f"<w:rStyle w:val={quoteattr(self.style)}/>" if self.style else "",
                "<w:b/><w:bCs/>" if self.bold else "",
                "<w:i/><w:iCs/>" if self.italic else "",
                "<w:strike/>" if self.strike else "",
                f'<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/>' if self.size else "",
                f'<w:vertAlign w:val="{self.shift}"/>' if self.shift else "",
            )
        )
        return f"<w:rPr>{written}</w:rPr>" if written else ""


PLAIN = Marks()
BOLD = Marks(bold=True)


def run(words: str, marks: Marks = PLAIN) -> str:
    """A run of words; a line end becomes Word's own."""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in words.split("\n"))
    return f"<w:r>{marks.xml()}{'<w:br/>'.join(lines)}</w:r>"


def line_break() -> str:
    """A line break inside a paragraph."""
    return "<w:r><w:br/></w:r>"


def tab() -> str:
    """A step to the next tab stop."""
    return "<w:r><w:tab/></w:r>"


def paragraph(style: str, runs: str, props: str = "") -> str:
    """A paragraph of a named style; `props` are what follows `w:pStyle`, in the order of the schema."""
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{props}</w:pPr>{runs}</w:p>"


def field(instruction: str, shown: str, marks: Marks = PLAIN) -> str:
    """A field Word refreshes by itself, with the text shown until then."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"{run(shown, marks)}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def marked(mark: str, written: str) -> str:
    """What a comparison added ("+") or removed ("-"), in brackets that `docx_tracking` makes tracked changes of."""
    return f'<mark sign="{mark}">{written}</mark>' if mark else written


def moved(mark: str, number: int, written: str) -> str:
    """The same for what a comparison moved."""
    return f'<moved sign="{mark}" number="{number}">{written}</moved>'


def cell(width: int, paragraphs: str, *, span: int = 1) -> str:
    """A table cell; Word demands that it ends with a paragraph."""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr>{paragraphs}</w:tc>'


def row(cells: Iterable[str], *, header: bool = False, whole: bool = True) -> str:
    """A table row; a header row is repeated on each page, a whole one is not divided between pages."""
    props = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if header else "")
    return f"<w:tr>{f'<w:trPr>{props}</w:trPr>' if props else ''}{''.join(cells)}</w:tr>"


def table(style: str, widths: Sequence[int], rows: Iterable[str], *, indent: int = 0, headed: bool = False) -> str:
    """A table of fixed columns."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    first = "1" if headed else "0"
    return (
        f"<w:tbl><w:tblPr><w:tblStyle w:val={quoteattr(style)}/>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="{indent}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"0020" if headed else "0000"}" w:firstRow="{first}" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def drawing(relation: str, number: int, size: tuple[float, float], alt: str) -> str:
    """A picture in a line of words.

    Args:
        relation: Id of the picture's relationship in the part where it stands.
        number: Its own in the whole file.
        size: Width and height in points.
        alt: What it shows, for those who cannot see it.
    """
    width, height = (round(points * _EMU_PER_POINT) for points in size)
    own = f'id="{number}" name="Picture {number}" descr={quoteattr(alt)}'
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr {own}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr {own}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/>'
        '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def shares(total: int, parts: Sequence[float]) -> list[int]:
    """Whole widths in the proportion of the parts, whose sum is the total exactly."""
    edges = [0]
    whole = sum(parts)
    passed = 0.0
    for part in parts:
        passed += part
        edges.append(round(total * passed / whole))
    return [right - left for left, right in pairwise(edges)]
