"""The face of a DOCX copy: first page, running head and foot, approval page, watermark."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from docctl.renderers import docx_xml as x
from docctl.renderers import face, pictures, widths

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy, Stamp
    from docctl.renderers.codes import Drawn
    from docctl.renderers.docx_body import Relations

_FACT_COLUMNS = (19, 32, 19, 30)
_STAMP_COLUMNS = (44, 8, 48)
_EMBLEM = 54.0  # points: 19 mm high, and no more than twice as broad
_MODULE = 1.5  # points a square of the code: half a millimetre, which any telephone takes from poor paper
_WATERMARK = (520.0, 110.0)  # longest and tallest, points
_QUIET_ZONE = 160  # white beside a code, for those who look for its corner
_RUNNING = (66, 34)
_NEW_PAGE = "<w:pageBreakBefore/>"


def first_page(copy: ControlledCopy, relations: Relations, measure: int) -> str:
    """Letter head, stamps, title and facts in the layout's order; below them which language prevails."""
    blocks = {
        "emblem": lambda: _emblem(copy, relations),
        "organisation": lambda: x.paragraph("Organisation", x.run(copy.organisation)),
        "stamps": lambda: _stamps(copy, measure),
        "title": lambda: x.paragraph("Title", x.run(copy.title)) + x.paragraph("Subtitle", x.run(copy.kind)),
        "facts": lambda: _fact_table(copy, measure),
    }
    written = [blocks[name]() for name in copy.layout.settings.first_page]
    written += [x.paragraph("Notice", x.run(line)) for line in copy.language_note.split("\n") if line]
    return "".join(written)


def _emblem(copy: ControlledCopy, relations: Relations) -> str:
    if not copy.appearance.emblem:
        return ""
    emblem = pictures.read("emblem", copy.appearance.emblem)
    size = emblem.filling(_EMBLEM * 2, _EMBLEM)
    return x.paragraph(
        "Emblem", x.drawing(relations.picture(emblem), relations.drawing(), size, copy.organisation or "emblem")
    )


def _stamps(copy: ControlledCopy, measure: int) -> str:
    """Who agreed on the left, who approved on the right, as the state bodies' records rules have it."""
    if not copy.stamps:
        return ""
    columns = x.shares(measure, _STAMP_COLUMNS)
    left = [stamp for stamp in copy.stamps if stamp.place == "left"]
    right = [stamp for stamp in copy.stamps if stamp.place != "left"]
    signed = copy.labels.get("signed", "")
    sides = ("".join(_stamp(stamp, signed) for stamp in side) for side in (left, [], right))
    empty = x.paragraph("Stamp", "")
    cells = [x.cell(width, words or empty) for width, words in zip(columns, sides, strict=True)]
    return x.paragraph("TableGap", "") + x.table("Stamps", columns, [x.row(cells)]) + x.paragraph("TableGap", "")


def _stamp(stamp: Stamp, signed: str) -> str:
    lines = [x.paragraph("StampWord", x.run(stamp.word))]
    lines += [x.paragraph("Stamp", x.run(stamp.position))] if stamp.position else []
    lines += [x.paragraph("TableNote", x.run(signed))] if stamp.name and signed else []  # where it would stand in ink
    lines += [x.paragraph("Stamp", x.run(stamp.name, x.BOLD))] if stamp.name else []
    lines += [x.paragraph("Stamp", x.run(stamp.day))] if stamp.day else []
    lines += [x.paragraph("TableNote", x.run(line)) for line in stamp.act.split(" · ") if line]
    return "".join(lines)


def _fact_table(copy: ControlledCopy, measure: int) -> str:
    facts = face.fact_rows(copy)
    if not facts:
        return ""
    columns = x.shares(measure, _FACT_COLUMNS)
    table = x.table("Facts", columns, [_facts(row, columns) for row in facts])
    return table + x.paragraph("TableGap", "", '<w:spacing w:after="160"/>')


def _facts(row: tuple[tuple[str, str], ...], columns: list[int]) -> str:
    cells = []
    for index, (label, value) in enumerate(row):
        cells.append(x.cell(columns[2 * index], x.paragraph("FactLabel", x.run(label))))
        alone = len(row) == 1
        width = sum(columns[1:]) if alone else columns[2 * index + 1]
        cells.append(x.cell(width, x.paragraph("FactValue", x.run(value)), span=3 if alone else 1))
    return x.row(cells)


def digest(copy: ControlledCopy) -> str:
    """The whole digest."""
    return x.paragraph("Digest", x.run(f"{copy.labels['digest']}: {copy.digest}")) if copy.digest else ""


def closings(copy: ControlledCopy, measure: int) -> str:
    """The approval page and the tables behind it; "" for a text that nobody signed yet."""
    written = []
    for index, table in enumerate(face.closings(copy)):
        written.append(x.paragraph("Heading1", x.run(table.title), "" if index else _NEW_PAGE))
        written.append(_table(table, measure))
        written.append(_endnotes(copy) if table.name == "approvals" else x.paragraph("TableGap", ""))
    if written and not copy.approvals:
        written.append(digest(copy))
    return "".join(written)


def _endnotes(copy: ControlledCopy) -> str:
    notes = (f"{label}: {words}" if label else words for label, words in face.endnotes(copy))
    return digest(copy) + "".join(x.paragraph("Endnote", x.run(words)) for words in notes)


def _table(closing: face.Closing, measure: int) -> str:
    columns = x.shares(measure, closing.widths)
    head = [
        x.cell(width, x.paragraph("TableHead", x.run(words)))
        for width, words in zip(columns, closing.head, strict=True)
    ]
    rows = [x.row(head, header=True), *(_row(row, columns) for row in closing.rows)]
    return x.table("DocumentTable", columns, rows, headed=True)


def _row(row: tuple[face.Cell, ...], columns: list[int]) -> str:
    return x.row(
        x.cell(width, "".join(_line(*line, first=not index) for index, line in enumerate(cell)))
        for width, cell in zip(columns, row, strict=True)
    )


def _line(words: str, tone: face.Tone, *, first: bool) -> str:
    if tone == "quiet":
        return x.paragraph("TableNote", x.run(words), '<w:spacing w:before="50"/>' if first else "")
    return x.paragraph("TableText", x.run(words, x.BOLD if tone == "strong" else x.PLAIN))


def header(copy: ControlledCopy, measure: int, relations: Relations) -> str:
    """The head of every page, with the watermark behind the page."""
    lines = face.running(copy)
    left = _small(x.run(lines.organisation, x.BOLD)) + _small(x.run(lines.title))
    right = _small(x.run(lines.number, x.BOLD), right=True) + _small(x.run(lines.state), right=True)
    columns = x.shares(measure, _RUNNING)
    table = x.table("RunningHead", columns, [x.row([x.cell(columns[0], left), x.cell(columns[1], right)])])
    return table + x.paragraph("Header", _watermark(copy.watermark, relations) if copy.watermark else "")


def footer(copy: ControlledCopy, measure: int, code: Drawn | None, relations: Relations) -> str:
    """The foot of every page; its code is the same on all of them."""
    lines = face.running(copy)
    pages = f"{x.run(lines.page + ' ')}{x.field('PAGE', '1')}{x.run(f' {lines.of} ')}{x.field('NUMPAGES', '1')}"
    left = "".join(_small(x.run(line)) for line in (lines.uncontrolled, lines.effective, lines.notice) if line)
    right = _small(pages, right=True) + _small(x.run(lines.digest), right=True)
    side = code.modules * _MODULE if code else 0.0
    columns = x.shares(measure - round(side * 20) - (_QUIET_ZONE if code else 0), _RUNNING)
    cells = [x.cell(columns[0], left or _small("")), x.cell(columns[1], right)]
    if code:
        columns.append(measure - sum(columns))
        drawn = x.drawing(
            relations.picture(pictures.read("code", code.png)), relations.drawing(), (side, side), copy.code
        )
        cells.append(x.cell(columns[2], _small(drawn, right=True)))
    return x.table("RunningFoot", columns, [x.row(cells)]) + _sliver()


def _small(runs: str, *, right: bool = False) -> str:
    return x.paragraph("Header", runs, '<w:jc w:val="right"/>' if right else "")


def _sliver() -> str:
    """The paragraph Word wants after a table, as low as it can be."""
    return x.paragraph("Footer", "", '<w:spacing w:line="20" w:lineRule="exact"/>')


def _watermark(words: str, relations: Relations) -> str:
    """The shape Word itself writes for a watermark."""
    number = relations.drawing()
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
        f'<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" '
        f'style="{style}" o:allowincell="f" fillcolor="#e3e6ea" stroked="f"><v:textpath '
        f'style="font-family:&quot;Arial&quot;;font-size:1pt;font-weight:bold" string={quoteattr(words)}/>'
        "</v:shape></w:pict></w:r>"
    )
