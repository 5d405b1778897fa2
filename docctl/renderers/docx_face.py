"""The face of a DOCX copy: first page, running head and foot, closing tables, watermark, custom properties."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from docctl.renderers import docx_xml as x
from docctl.renderers import face, widths

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy

_FACT_COLUMNS = (19, 32, 19, 30)
_WATERMARK = (520.0, 110.0)  # longest and tallest, points


def first_page(copy: ControlledCopy) -> str:
    """Organisation, title, kind and facts."""
    written = [x.paragraph("Organisation", x.run(copy.organisation)), x.paragraph("Title", x.run(copy.title))]
    written.append(x.paragraph("Subtitle", x.run(copy.kind)))
    facts = face.fact_rows(copy)
    if facts:
        columns = x.shares(x.MEASURE, _FACT_COLUMNS)
        written.append(x.table("Facts", columns, [_facts(row, columns) for row in facts]))
        written.append(x.paragraph("TableGap", "", '<w:spacing w:after="160"/>'))
    return "".join(written)


def _facts(row: tuple[tuple[str, str], ...], columns: list[int]) -> str:
    cells = []
    for index, (label, value) in enumerate(row):
        cells.append(x.cell(columns[2 * index], x.paragraph("FactLabel", x.run(label))))
        alone = len(row) == 1
        width = sum(columns[1:]) if alone else columns[2 * index + 1]
        cells.append(x.cell(width, x.paragraph("FactValue", x.run(value)), span=3 if alone else 1))
    return x.row(cells)


def closings(copy: ControlledCopy) -> str:
    """The whole digest right behind the text it is of, approval table, revision history."""
    digest = x.paragraph("Digest", x.run(f"{copy.labels['digest']}: {copy.digest}")) if copy.digest else ""
    return digest + "".join(_closing(closing) for closing in face.closings(copy))


def _closing(closing: face.Closing) -> str:
    columns = x.shares(x.MEASURE, closing.widths)
    head = [
        x.cell(width, x.paragraph("TableHead", x.run(words)))
        for width, words in zip(columns, closing.head, strict=True)
    ]
    rows = [x.row(head, header=True), *(_row(row, columns) for row in closing.rows)]
    heading = x.paragraph("Heading1", x.run(closing.title))
    return heading + x.table("DocumentTable", columns, rows, headed=True) + x.paragraph("TableGap", "")


def _row(row: tuple[face.Cell, ...], columns: list[int]) -> str:
    return x.row(
        x.cell(width, "".join(_line(*line) for line in cell)) for width, cell in zip(columns, row, strict=True)
    )


def _line(words: str, tone: face.Tone) -> str:
    if tone == "quiet":
        return x.paragraph("TableNote", x.run(words))
    return x.paragraph("TableText", x.run(words, x.BOLD if tone == "strong" else x.PLAIN))


def header(copy: ControlledCopy) -> str:
    """The head of every page, with the watermark behind the page."""
    lines = face.running(copy)
    left = _small(x.run(lines.organisation, x.BOLD)) + _small(x.run(lines.title))
    right = _small(x.run(lines.number, x.BOLD), right=True) + _small(x.run(lines.state), right=True)
    return _part("hdr", _halves("RunningHead", left, right) + x.paragraph("Header", _watermark(copy.watermark)))


def footer(copy: ControlledCopy) -> str:
    """The foot of every page."""
    lines = face.running(copy)
    pages = f"{x.run(lines.page + ' ')}{x.field('PAGE', '1')}{x.run(f' {lines.of} ')}{x.field('NUMPAGES', '1')}"
    left = _small(x.run(lines.effective)) + _small(x.run(lines.uncontrolled))
    right = _small(pages, right=True) + _small(x.run(lines.digest), right=True)
    return _part("ftr", _halves("RunningFoot", left, right) + _sliver())


def _part(tag: str, content: str) -> str:
    return f"<w:{tag} {x.NAMESPACES}>{content}</w:{tag}>"


def _small(runs: str, *, right: bool = False) -> str:
    return x.paragraph("Header", runs, '<w:jc w:val="right"/>' if right else "")


def _halves(style: str, left: str, right: str) -> str:
    columns = x.shares(x.MEASURE, (68, 32))
    return x.table(style, columns, [x.row([x.cell(columns[0], left), x.cell(columns[1], right)])])


def _sliver() -> str:
    """The paragraph Word wants after a table, as low as it can be."""
    return x.paragraph("Footer", "", '<w:spacing w:line="20" w:lineRule="exact"/>')


def _watermark(words: str) -> str:
    """The shape Word itself writes for a watermark."""
    if not words:
        return ""
    longest, tallest = _WATERMARK
    size = min(tallest, longest / widths.width(words, 1.0))
    style = (
        f"position:absolute;margin-left:0;margin-top:0;width:{widths.width(words, size):.0f}pt;height:{size:.0f}pt;"
        "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    return (
        '<w:r><w:rPr><w:noProof/></w:rPr><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" '
        'adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
        '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>'
        '<v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>'
        '<v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
        '<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/>'
        '</v:handles><o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
        f'<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" style="{style}" '
        'o:allowincell="f" fillcolor="#e3e6ea" stroked="f"><v:textpath '
        f'style="font-family:&quot;Arial&quot;;font-size:1pt;font-weight:bold" string={quoteattr(words)}/>'
        "</v:shape></w:pict></w:r>"
    )


def custom_properties(copy: ControlledCopy) -> bytes:
    """`docProps/custom.xml`: what the copy is, for programs; the names are codes, not words for people."""
    values = {
        "number": copy.number,
        "title": copy.title,
        "kind": copy.kind,
        "organisation": copy.organisation,
        "language": copy.language,
        "revision": str(copy.revision),
        "effective": copy.effective,
        "status": copy.status,
        "digest": copy.digest,
        "made": str(copy.made),
    }
    for index, line in enumerate(copy.approvals, 1):
        fields = (line.part, line.name, line.position, line.decided, line.acting_for, line.method)
        values[f"approval.{index}"] = " | ".join(fields)
    for past in copy.history:
        values[f"history.{past.revision}"] = f"{past.effective} | {past.author} | {past.reason}"
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name={quoteattr(f"docctl.{name}")}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for pid, (name, value) in enumerate(values.items(), 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{properties}</Properties>"
    ).encode()
