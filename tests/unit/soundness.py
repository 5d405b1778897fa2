"""What must be so in every DOCX, and what no validator that we know looks for: faults come back as sentences."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_SHAPE = "{urn:schemas-microsoft-com:vml}shape"
_RELATED = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_WORDED = {W + "t", W + "instrText", W + "delText", W + "delInstrText"}


def faults(package: bytes) -> list[str]:
    """Everything that is wrong with a DOCX."""
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        names = file.namelist()
        twice = [f"{name} is there twice" for name, times in Counter(names).items() if times > 1]
        parts = {name: file.read(name) for name in names}
    trees = {name: etree.fromstring(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    stories = {name: tree for name, tree in trees.items() if name.startswith("word/") and not name.endswith(".rels")}
    found = twice + list(_untyped(parts, trees["[Content_Types].xml"]))
    found += _relations(parts, trees)
    found += _identities(stories)
    found += _styles(stories)
    found += _core(trees["docProps/core.xml"])
    for name, story in stories.items():
        found += [f"{name}: {fault}" for fault in (*_fields(story), *_loose(story), *_tables(story))]
    return found


def _untyped(parts: dict[str, bytes], types: etree._Element) -> Iterator[str]:
    usual = {each.get("Extension") for each in types.iter(_TYPES + "Default")}
    own = Counter(each.get("PartName") for each in types.iter(_TYPES + "Override"))
    for name in parts:
        if name != "[Content_Types].xml" and f"/{name}" not in own and name.rpartition(".")[2] not in usual:
            yield f"{name} has no type"
    yield from (f"{name} has a type and is not there" for name in own if name.removeprefix("/") not in parts)
    yield from (f"{name} has two types" for name, times in own.items() if times > 1)


def _relations(parts: dict[str, bytes], trees: dict[str, etree._Element]) -> Iterator[str]:
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder, _, file = name.partition("_rels/")
        owner = folder + file.removesuffix(".rels")
        known = Counter(each.get("Id") for each in tree.iter(_RELATED))
        yield from (f"{owner}: {one} is there twice" for one, times in known.items() if times > 1)
        for each in tree.iter(_RELATED):
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, each.get("Target"))).removeprefix("/")
                if target not in parts:
                    yield f"{owner}: {each.get('Id')} leads to {target}, which is not there"
    for name, tree in trees.items():
        if name.endswith(".rels"):
            continue
        folder, _, file = name.rpartition("/")
        relations = trees.get(f"{folder}/_rels/{file}.rels")
        known = Counter() if relations is None else Counter(each.get("Id") for each in relations.iter(_RELATED))
        for element in tree.iter(etree.Element):
            for attribute, value in element.items():
                if attribute.startswith(R) and value not in known:
                    yield f"{name}: {value} is no relationship of it"


def _identities(stories: dict[str, etree._Element]) -> Iterator[str]:
    drawn = Counter(each.get("id") for story in stories.values() for each in story.iter(_DRAWN))
    shapes = Counter(each.get("id") for story in stories.values() for each in story.iter(_SHAPE))
    for kind, counted in (("drawings", drawn), ("shapes", shapes)):
        yield from (f"two {kind} have the number {one}" for one, times in counted.items() if times > 1)
    for story in stories.values():
        for each in story.iter(_DRAWN):
            if not each.get("descr"):
                yield f"drawing {each.get('id')} has no words for those who cannot see it"


def _styles(stories: dict[str, etree._Element]) -> Iterator[str]:
    defined = Counter(each.get(W + "styleId") for each in stories["word/styles.xml"].iter(W + "style"))
    yield from (f"style {one} is defined twice" for one, times in defined.items() if times > 1)
    lists = {each.get(W + "numId") for each in stories["word/numbering.xml"].iter(W + "num")}
    for name, story in stories.items():
        for each in story.iter(W + "pStyle", W + "rStyle", W + "tblStyle", W + "basedOn", W + "next"):
            if each.get(W + "val") not in defined:
                yield f"{name}: style {each.get(W + 'val')} is not defined"
        if name == "word/numbering.xml":
            continue
        for each in story.iter(W + "numId"):
            if each.get(W + "val") not in lists:
                yield f"{name}: list {each.get(W + 'val')} is not defined"


def _core(core: etree._Element) -> Iterator[str]:
    counted = Counter(etree.QName(child).localname for child in core)
    yield from (f"core.xml says {one} twice" for one, times in counted.items() if times > 1)
    if counted["title"] != 1:
        yield "core.xml has no title"


def _fields(story: etree._Element) -> Iterator[str]:
    for paragraph in story.iter(W + "p"):
        marks = [each.get(W + "fldCharType") for each in paragraph.iter(W + "fldChar")]
        if marks != ["begin", "separate", "end"] * (len(marks) // 3):
            yield f"a field is {marks}"


def _loose(story: etree._Element) -> Iterator[str]:
    """Words that stand anywhere but where words may stand: Word drops them, or the file."""
    for element in story.iter(etree.Element):
        if element.tag.startswith(W):
            loose = (element.text or "") if element.tag not in _WORDED else ""
            loose += "".join(child.tail or "" for child in element)
            if loose.strip():
                yield f"the words {loose.strip()!r} stand in {etree.QName(element).localname}"
    for element in story.iter(W + "t"):
        if element.getparent().tag != W + "r":
            yield "words stand outside a run"


def _tables(story: etree._Element) -> Iterator[str]:
    for table in story.iter(W + "tbl"):
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        for row in table.findall(W + "tr"):
            spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(W + "tc")]
            if sum(1 if span is None else int(span.get(W + "val")) for span in spans) != columns:
                yield "a row has other columns than its table"
    for cell in story.iter(W + "tc"):
        if cell[-1].tag != W + "p":
            yield "a cell does not end with a paragraph"
    for section in story.iter(W + "sectPr"):
        if section.find(W + "headerReference") is None or section.find(W + "footerReference") is None:
            yield "a section has no head or no foot of its own"
