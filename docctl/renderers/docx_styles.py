"""The styles of a DOCX copy: Word's own where it has one of the name, so that its users find their way about."""

from __future__ import annotations

from docctl.renderers.docx_xml import HAIR, INK, NAMESPACES, QUIET, SHADE, WARNING

_EDGES = ("top", "left", "bottom", "right")
_USUAL = 11  # points; the sizes below are made for it
_BUILT_IN = {
    "Normal": "Normal",
    "Title": "Title",
    "Subtitle": "Subtitle",
    "List Paragraph": "ListParagraph",
    "List Bullet": "ListBullet",
    "List Number": "ListNumber",
    "Quote": "Quote",
    "caption": "Caption",
    "footnote text": "FootnoteText",
    "header": "Header",
    "footer": "Footer",
    **{f"heading {level}": f"Heading{level}" for level in range(1, 7)},
}


def styles(tag: str, accent: str, size: int) -> str:
    """`w:styles` with the language, the colour and the type size of a copy."""
    fonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    return (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        f'<w:color w:val="{INK}"/><w:sz w:val="{size * 2}"/><w:szCs w:val="{size * 2}"/>'
        f'<w:lang w:val="{tag}" w:eastAsia="{tag}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f'<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="283" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        f"</w:docDefaults>{_headings(accent, size)}{_texts(size)}{_face(accent)}{_tables(accent)}</w:styles>"
    )


def _spacing(before: int, after: int, line: int = 0) -> str:
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def _type(size: int, colour: str = "", *, bold: bool = False, italic: bool = False) -> str:
    weight = ("<w:b/><w:bCs/>" if bold else "") + ("<w:i/><w:iCs/>" if italic else "")
    ink = f'<w:color w:val="{colour}"/>' if colour else ""
    return f'{weight}{ink}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _style(name: str, pars: str, runs: str, based: str = "Normal", following: str = "") -> str:
    """A paragraph style; its id is its name without spaces, as Word does it."""
    basis = f'<w:basedOn w:val="{based}"/>' if based else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    usual = ' w:default="1"' if name == "Normal" else ""
    own = "" if name in _BUILT_IN else ' w:customStyle="1"'
    ident = _BUILT_IN.get(name, name.replace(" ", ""))
    return (
        f'<w:style w:type="paragraph"{usual}{own} w:styleId="{ident}"><w:name w:val="{name}"/>{basis}{after}'
        f"<w:qFormat/><w:pPr>{pars}</w:pPr><w:rPr>{runs}</w:rPr></w:style>"
    )


def _headings(accent: str, text: int) -> str:
    faces = (
        (28, accent, True, False),
        (24, accent, True, False),
        (22, accent, True, False),
        (22, INK, True, False),
        (22, INK, True, True),
        (22, QUIET, True, True),
    )
    return "".join(
        _style(
            f"heading {level}",
            f"<w:keepNext/><w:keepLines/>{_spacing(320 if level == 1 else 240, 120, 252)}"
            f'<w:jc w:val="left"/><w:outlineLvl w:val="{level - 1}"/>',
            _type(round(size * text / _USUAL), colour, bold=bold, italic=italic),
            following="Normal",
        )
        for level, (size, colour, bold, italic) in enumerate(faces, 1)
    )


def _texts(size: int) -> str:
    left, centre = '<w:jc w:val="left"/>', '<w:jc w:val="center"/>'
    bar = '<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="C3C9D2"/></w:pBdr>'
    hair = f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="{HAIR}"/></w:pBdr>'
    edges = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="4" w:color="F4F5F7"/>' for edge in _EDGES)
    block = f"<w:pBdr>{edges}</w:pBdr>" + '<w:shd w:val="clear" w:color="auto" w:fill="F4F5F7"/>'
    mono = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:noProof/>'
    close = "<w:contextualSpacing/>"
    return (
        _style("Normal", '<w:widowControl/><w:jc w:val="both"/>', "", based="")
        + _style("List Paragraph", close, "")
        + _style("List Bullet", close, "")
        + _style("List Number", close, "")
        + _style("Quote", bar + '<w:ind w:left="284"/>', _type(size * 2, QUIET))
        + _style(
            "Code Block",
            block + _spacing(120, 120, 252) + '<w:ind w:left="100" w:right="100"/>' + left,
            mono + _type(18),
        )
        + _style("caption", "<w:keepNext/>" + _spacing(160, 80, 252) + left, _type(19, bold=True))
        + _style("Divider", hair + _spacing(0, 240, 200) + left, "")
        + _style("Picture", _spacing(160, 200) + centre, "")
        + _style("footnote text", _spacing(0, 40, 240) + left, _type(17))
        + _style("Definition Term", "<w:keepNext/>" + _spacing(120, 20) + left, "<w:b/><w:bCs/>")
        + _style("Definition", _spacing(0, 100), "")
        + _style("Admonition Word", "<w:keepNext/>" + _spacing(80, 60) + left, "<w:b/><w:bCs/>")
        + _style("Table Text", _spacing(50, 50, 252) + left, _type(19))
        + _style("Table Head", "<w:keepNext/>" + _spacing(50, 50, 252) + left, _type(17, bold=True))
        + _style("Table Note", _spacing(0, 50, 252) + left, _type(16, QUIET))
        + _style("Table Gap", _spacing(0, 0, 240) + left, _type(16))
    )


def _face(accent: str) -> str:
    left, centre = '<w:jc w:val="left"/>', '<w:jc w:val="center"/>'
    double = f'<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="12" w:space="5" w:color="{accent}"/></w:pBdr>'
    small = _type(16, QUIET)
    return (
        _style("Emblem", "<w:keepNext/>" + _spacing(0, 60, 240) + centre, "")
        + _style("Organisation", double + _spacing(60, 0) + centre, _type(26, bold=True))
        + _style("Stamp Word", "<w:keepNext/>" + _spacing(60, 60, 240) + left, _type(22, bold=True))
        + _style("Stamp", "<w:keepNext/>" + _spacing(0, 40, 240) + left, _type(20))
        + _style("Title", "<w:keepNext/>" + _spacing(480, 60, 252) + centre, _type(40, accent, bold=True))
        + _style("Subtitle", "<w:keepNext/>" + _spacing(0, 320) + centre, _type(23, QUIET))
        + _style("Fact Label", _spacing(80, 40, 240) + left, _type(17, QUIET))
        + _style("Fact Value", _spacing(60, 60, 240) + left, _type(20))
        + _style("Notice", _spacing(0, 60, 240) + left, _type(17, QUIET))
        + _style("Digest", _spacing(200, 60, 240) + left, small)
        + _style("Endnote", _spacing(0, 60, 240) + left, small)
        + _style("header", _spacing(0, 0, 240) + left, small)
        + _style("footer", _spacing(0, 0, 240) + left, small)
    )


def _border(edge: str, size: int, colour: str) -> str:
    return f'<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


def _table_style(name: str, borders: str, margin: int, extra: str = "", top: int = 0) -> str:
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>'
        f'<w:top w:w="{top}" w:type="dxa"/>'
        f'<w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"{extra}</w:style>"
    )


def _tables(accent: str) -> str:
    boxed = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/></w:tcPr>'
    grid = "".join(_border(edge, 4, HAIR) for edge in (*_EDGES, "insideH", "insideV"))
    facts = _border("top", 6, accent) + _border("bottom", 6, accent) + _border("insideH", 4, HAIR)
    shaded = f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/></w:tcPr>'
    return (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        f'<w:rPr><w:color w:val="{accent}"/></w:rPr></w:style>'
        '<w:style w:type="character" w:customStyle="1" w:styleId="Code"><w:name w:val="Code"/><w:rPr>'
        '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:noProof/><w:sz w:val="20"/>'
        '<w:szCs w:val="20"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        + _table_style("Document Table", grid, 110, shaded + "</w:tblStylePr>")
        + _table_style("Admonition", _border("left", 24, accent), 200, boxed)
        + _table_style("Warning", _border("left", 24, WARNING), 200, boxed)
        + _table_style("Facts", facts, 80)
        + _table_style("Stamps", "", 0)
        + _table_style("Running Head", _border("bottom", 4, HAIR), 0)
        + _table_style("Running Foot", _border("top", 4, HAIR), 0, top=70)
    )
