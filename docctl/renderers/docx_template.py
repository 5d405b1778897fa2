"""The empty DOCX every copy starts from: styles, list numbering, settings; no thumbnail, nothing stale.

The template of python-docx is not used: it is Letter, its theme fonts beat ours, and it carries 900 KB of styles.
Built from text, so that the package needs no binary file.
"""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from xml.sax.saxutils import escape

from docctl.renderers.docx_styles import styles
from docctl.renderers.docx_xml import ACCENT, INK, NAMESPACES, SHADE
from docctl.renderers.face import BOXES

STEP = 425  # one level of a list
LEVELS = 9  # all that Word knows
BULLETS = 1  # the list number of every list without numbers
TASKS = {False: 2, True: 3}  # the list numbers of tasks, by whether they are done
FIRST_NUMBER = 4
LAST_NUMBER = 32_767  # Word counts no further
_BULLETS = "•–·"

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


@lru_cache(maxsize=16)
def template(tag: str, accent: str = ACCENT, size: int = 11) -> bytes:
    """The empty package.

    Args:
        tag: Of the language, BCP 47.
        accent: Colour of headings and rules, six hex digits.
        size: Of the text, points; headings grow and shrink with it.
    """
    tag = escape(tag, {'"': "&quot;"})
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations((("officeDocument", "word/document.xml"),)),
        "word/document.xml": _document(),
        "word/_rels/document.xml.rels": _relations(
            tuple((kind, target.removeprefix("word/")) for kind, target in _PARTS.items())
        ),
        "word/styles.xml": _XML + styles(tag, accent, size),
        "word/numbering.xml": _numbering(),
        "word/settings.xml": _settings(tag),
        "word/fontTable.xml": _fonts(),
        "word/theme/theme1.xml": _theme(accent),
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
    # What kind of page it is comes with the text.
    return f"{_XML}<w:document {NAMESPACES}><w:body><w:sectPr/></w:body></w:document>"


def _settings(tag: str) -> str:
    # Mode 15 keeps Word out of "compatibility mode"; fields are not refreshed on opening, Word would ask the reader.
    # Opened for reading only: no password, so it keeps from slips and from nothing else.
    return (
        f'{_XML}<w:settings {NAMESPACES}><w:zoom w:percent="100"/>'
        f'<w:documentProtection w:edit="readOnly" w:enforcement="1"/><w:defaultTabStop w:val="425"/>'
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


def _theme(accent: str) -> str:
    """A theme as small as the schema allows; no style refers to it, but readers expect one."""
    colours = {"dk1": INK, "lt1": "FFFFFF", "dk2": accent, "lt2": SHADE, "hlink": accent, "folHlink": accent}
    colours |= {f"accent{number}": accent for number in range(1, 7)}
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
    boxes = [
        "".join(_level(level, "bullet", BOXES[done], "Segoe UI Symbol") for level in range(LEVELS)) for done in TASKS
    ]
    lists = (bullets, numbers, *boxes)
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{index}"><w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
        for index, levels in enumerate(lists)
    )
    marks = "".join(
        f'<w:num w:numId="{num}"><w:abstractNumId w:val="{abstract_num}"/></w:num>'
        for num, abstract_num in ((BULLETS, 0), (TASKS[False], 2), (TASKS[True], 3))
    )
    return f"{_XML}<w:numbering {NAMESPACES}>{abstract}{marks}</w:numbering>"


def _level(level: int, form: str, text: str, font: str = "Arial", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{STEP * (level + 1)}" w:hanging="{STEP}"/></w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}" w:hint="default"/></w:rPr></w:lvl>'
    )


def number(num: int, level: int, start: int, prefix: str, mark: str) -> str:
    """A run of numbers of its own, whatever list went before.

    It begins at `start`; `prefix` (the numbers of the steps around) and `mark` stand before and behind each number. A
    number that Word cannot count to stands as words.
    """
    words = f"{prefix}%{level + 1}{mark}" if start <= LAST_NUMBER else f"{prefix}{start}{mark}"
    begin = start if start <= LAST_NUMBER else 1
    return (
        f'<w:num {NAMESPACES} w:numId="{num}"><w:abstractNumId w:val="1"/>'
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{begin}"/>'
        f"{_level(level, 'decimal', words, start=begin)}</w:lvlOverride></w:num>"
    )
