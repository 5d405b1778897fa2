"""The empty DOCX every copy starts from: styles, list numbering, settings; no thumbnail, nothing stale.

The template of python-docx is not used: it is Letter, its theme fonts beat ours, and it carries 900 KB of styles.
Built from text, so that the package needs no binary file.
"""

from __future__ import annotations

import io
import zipfile
from functools import cache

from docctl.renderers.docx_xml import ACCENT, HAIR, INK, NAMESPACES, QUIET, SHADE

STEP = 425  # one level of a list
LEVELS = 9  # all that Word knows
BULLETS = 1  # the list number of every list without numbers
FIRST_NUMBER = 2
_BULLETS = "•–·"
_EDGES = ("top", "left", "bottom", "right")

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


_PARTS = {
    "styles": "word/styles.xml",
    "numbering": "word/numbering.xml",
    "settings": "word/settings.xml",
    "fontTable": "word/fontTable.xml",
    "theme": "word/theme/theme1.xml",
}


@cache
def template(tag: str) -> bytes:
    """The empty package for a language tag."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations((("officeDocument", "word/document.xml"),)),
        "word/document.xml": _document(),
        "word/_rels/document.xml.rels": _relations(
            tuple((kind, target.removeprefix("word/")) for kind, target in _PARTS.items())
        ),
        "word/styles.xml": _styles(tag),
        "word/numbering.xml": _numbering(),
        "word/settings.xml": _settings(tag),
        "word/fontTable.xml": _fonts(),
        "word/theme/theme1.xml": _theme(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return buffer.getvalue()


def _types() -> str:
    kinds = {name: f"{_MAIN}.{kind}+xml" for kind, name in _PARTS.items() if kind != "theme"}
    kinds["word/document.xml"] = f"{_MAIN}.document.main+xml"
    kinds[_PARTS["theme"]] = "application/vnd.openxmlformats-officedocument.theme+xml"
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: tuple[tuple[str, str], ...]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _document() -> str:
    # A4; 20 mm above, below and left, 10 mm right: the margins of the state bodies' records rules.
    return (
        f'{_XML}<w:document {NAMESPACES}><w:body><w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="1134" w:right="567" w:bottom="1134" w:left="1134" w:header="425" w:footer="425" '
        f'w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _settings(tag: str) -> str:
    # Mode 15 keeps Word out of "compatibility mode"; fields are not refreshed on opening, Word would ask the reader.
    return (
        f'{_XML}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="425"/>'
        f'<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
        f'<w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" '
        f'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{tag}"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
    )


def _fonts() -> str:
    kinds = (("Arial", "swiss", "variable"), ("Courier New", "modern", "fixed"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        for name, family, pitch in kinds
    )
    return f"{_XML}<w:fonts {NAMESPACES}>{fonts}</w:fonts>"


def _theme() -> str:
    """A theme as small as the schema allows; no style refers to it, but readers expect one."""
    colours = {"dk1": INK, "lt1": "FFFFFF", "dk2": ACCENT, "lt2": SHADE, "hlink": ACCENT, "folHlink": ACCENT}
    colours |= {f"accent{number}": ACCENT for number in range(1, 7)}
    order = ("dk1", "lt1", "dk2", "lt2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
    scheme = "".join(f'<a:{name}><a:srgbClr val="{colours[name]}"/></a:{name}>' for name in order)
    face = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{_XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="docctl">'
        f'<a:themeElements><a:clrScheme name="docctl">{scheme}</a:clrScheme><a:fontScheme name="docctl">'
        f"<a:majorFont>{face}</a:majorFont>"
        f'<a:minorFont>{face}</a:minorFont></a:fontScheme><a:fmtScheme name="docctl">'
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        f"</a:fmtScheme></a:themeElements></a:theme>"
    )


def _numbering() -> str:
    bullets = "".join(_level(level, "bullet", _BULLETS[level % 3]) for level in range(LEVELS))
    numbers = "".join(_level(level, "decimal", f"%{level + 1}.") for level in range(LEVELS))
    return (
        f"{_XML}<w:numbering {NAMESPACES}>"
        f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>{bullets}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>{numbers}</w:abstractNum>'
        f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _level(level: int, form: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{STEP * (level + 1)}" w:hanging="{STEP}"/></w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:hint="default"/></w:rPr></w:lvl>'
    )


def number(num: int, level: int, start: int) -> str:
    """A numbered list of its own: its count begins at `start`, whatever list went before."""
    return (
        f'<w:num {NAMESPACES} w:numId="{num}"><w:abstractNumId w:val="1"/>'
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
    )


def _styles(tag: str) -> str:
    fonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    return (
        f"{_XML}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        f'<w:color w:val="{INK}"/><w:sz w:val="22"/><w:szCs w:val="22"/>'
        f'<w:lang w:val="{tag}" w:eastAsia="{tag}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f'<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="283" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        f"</w:docDefaults>{_paragraph_styles()}{_other_styles()}</w:styles>"
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
    own = "" if name in _BUILT_IN or name.startswith("heading") else ' w:customStyle="1"'
    ident = name.replace(" ", "").replace("heading", "Heading").replace("header", "Header").replace("footer", "Footer")
    return (
        f'<w:style w:type="paragraph"{usual}{own} w:styleId="{ident}"><w:name w:val="{name}"/>{basis}{after}'
        f"<w:qFormat/><w:pPr>{pars}</w:pPr><w:rPr>{runs}</w:rPr></w:style>"
    )


_BUILT_IN = frozenset({"Normal", "Title", "Subtitle", "List Paragraph", "Quote", "header", "footer"})


def _headings() -> str:
    faces = (
        (28, ACCENT, True, False),
        (24, ACCENT, True, False),
        (22, ACCENT, True, False),
        (22, INK, True, False),
        (22, INK, True, True),
        (22, QUIET, True, True),
    )
    return "".join(
        _style(
            f"heading {level}",
            f"<w:keepNext/><w:keepLines/>{_spacing(320 if level == 1 else 240, 120, 252)}"
            f'<w:jc w:val="left"/><w:outlineLvl w:val="{level - 1}"/>',
            _type(size, colour, bold=bold, italic=italic),
            following="Normal",
        )
        for level, (size, colour, bold, italic) in enumerate(faces, 1)
    )


def _paragraph_styles() -> str:
    left, centre = '<w:jc w:val="left"/>', '<w:jc w:val="center"/>'
    double = f'<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="12" w:space="5" w:color="{ACCENT}"/></w:pBdr>'
    bar = '<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="C3C9D2"/></w:pBdr>'
    hair = f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="{HAIR}"/></w:pBdr>'
    edges = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="4" w:color="F4F5F7"/>' for edge in _EDGES)
    block = f"<w:pBdr>{edges}</w:pBdr>" + '<w:shd w:val="clear" w:color="auto" w:fill="F4F5F7"/>'
    mono = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:noProof/>'
    small = _type(16, QUIET)
    return (
        _style("Normal", '<w:widowControl/><w:jc w:val="both"/>', "", based="")
        + _headings()
        + _style("Organisation", double + _spacing(120, 0) + centre, _type(26, bold=True))
        + _style("Title", "<w:keepNext/>" + _spacing(520, 60, 252) + centre, _type(40, ACCENT, bold=True))
        + _style("Subtitle", "<w:keepNext/>" + _spacing(0, 360) + centre, _type(23, QUIET))
        + _style("List Paragraph", "<w:contextualSpacing/>", "")
        + _style("Quote", bar + '<w:ind w:left="284"/>', _type(22, QUIET))
        + _style(
            "Code Block",
            block + _spacing(120, 120, 252) + '<w:ind w:left="100" w:right="100"/>' + left,
            mono + _type(18),
        )
        + _style("Divider", hair + _spacing(0, 240, 200) + left, "")
        + _style("Picture", _spacing(160, 200) + centre, "")
        + _style("Table Text", _spacing(50, 50, 252) + left, _type(19))
        + _style("Table Head", "<w:keepNext/>" + _spacing(50, 50, 252) + left, _type(17, bold=True))
        + _style("Table Note", _spacing(0, 50, 252) + left, _type(16, QUIET))
        + _style("Table Gap", _spacing(0, 0, 240) + left, _type(16))
        + _style("Fact Label", _spacing(80, 40, 240) + left, _type(17, QUIET))
        + _style("Fact Value", _spacing(60, 60, 240) + left, _type(20))
        + _style("Digest", _spacing(240, 0, 240) + left, small)
        + _style("header", _spacing(0, 0, 240) + left, small)
        + _style("footer", _spacing(0, 0, 240) + left, small)
    )


def _border(edge: str, size: int, colour: str) -> str:
    return f'<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


def _table_style(name: str, borders: str, margin: int, extra: str = "") -> str:
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>'
        f'<w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"{extra}</w:style>"
    )


def _other_styles() -> str:
    grid = "".join(_border(edge, 4, HAIR) for edge in (*_EDGES, "insideH", "insideV"))
    facts = _border("top", 6, ACCENT) + _border("bottom", 6, ACCENT) + _border("insideH", 4, HAIR)
    shaded = f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/></w:tcPr>'
    return (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        f'<w:rPr><w:color w:val="{ACCENT}"/></w:rPr></w:style>'
        '<w:style w:type="character" w:customStyle="1" w:styleId="Code"><w:name w:val="Code"/><w:rPr>'
        '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:noProof/><w:sz w:val="20"/>'
        '<w:szCs w:val="20"/></w:rPr></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        + _table_style("Document Table", grid, 110, shaded + "</w:tblStylePr>")
        + _table_style("Facts", facts, 80)
        + _table_style("Running Head", _border("bottom", 4, HAIR), 0)
        + _table_style("Running Foot", _border("top", 4, HAIR), 0)
    )
