"""A DOCX from anywhere costs little, whatever was packed into it."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from test_renderers import sample

from docctl.adapters import docxcopy
from docctl.errors import Malformed
from docctl.renderers import FORMATS

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="r{at}" Type="{RELATED}/{kind}" Target="{to}"/>' for at, (kind, to) in enumerate(targets)
    )
    return f'<Relationships xmlns="{RELATIONS}">{lines}</Relationships>'


def packed(body: str, *further: tuple[str, str, str]) -> bytes:
    """A package with these words in its body, and further parts: kind, name, content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("_rels/.rels", _relations(("officeDocument", "word/document.xml")))
        package.writestr("word/document.xml", f'<document xmlns="{WORD}">{body}</document>')
        package.writestr("word/_rels/document.xml.rels", _relations(*((kind, name) for kind, name, _ in further)))
        for _, name, content in further:
            package.writestr(f"word/{name}", content)
    return buffer.getvalue()


EMPTY = f'<hdr xmlns="{WORD}">{"<p/>" * 500_000}</hdr>'
SECTIONS = "".join(
    f'<p xmlns:w="{WORD}" xmlns:r="{RELATED}"><pPr><sectPr>'
    f'<headerReference w:type="default" r:id="r{number}"/></sectPr></pPr></p>'
    for number in range(5)
)
INSTRUCTION = "<p><r><fldChar fldCharType='begin'/></r><r>{}</r></p>"


@pytest.mark.parametrize(
    "data",
    [
        packed("<p/>" * 5_000_000),
        packed("<p/>", ("customXml", "item.xml", f'<copy xmlns="urn:docctl:copy:1">{"<a/>" * 5_000_000}</copy>')),
        packed(SECTIONS, *(("header", f"header{number}.xml", EMPTY) for number in range(5))),
        packed(f"<p {' '.join(f'a{number}=' for number in range(10))}/>" * 500_000),
    ],
    ids=["body", "inside", "headers", "attributes"],
)
def test_parts_of_millions_of_elements_are_refused(data: bytes) -> None:
    assert len(data) < 2_000_000
    begun = time.process_time()
    with pytest.raises(Malformed) as caught:
        docxcopy.look(data)
    assert caught.value.code == "docx-limits"
    assert time.process_time() - begun < 60  # some of them are read up to the limit


def test_an_instruction_in_many_pieces_takes_time_with_their_number() -> None:
    begun = time.process_time()
    body = INSTRUCTION.format("<instrText>aaaaaaaaaaaaaaaaaaaa</instrText>" * 300_000)
    assert docxcopy.look(packed(body)).paragraphs == ()
    assert time.process_time() - begun < 30


def test_another_list_of_members_than_the_one_that_was_measured_is_refused() -> None:
    whole = packed("<p><r><t>a</t></r></p>")
    assert [(one.place, one.text) for one in docxcopy.look(whole).paragraphs] == [("body", "a")]
    at = whole.rindex(b"PK\5\6")
    count, size, start = (int.from_bytes(whole[at + a : at + b], "little") for a, b in ((10, 12), (12, 16), (16, 20)))
    record = b"PK\6\6" + (44).to_bytes(8, "little") + b"\x2d\0\x2d\0" + bytes(8)
    record += b"".join(one.to_bytes(8, "little") for one in (count, count, size, start))
    locator = b"PK\6\7" + bytes(4) + at.to_bytes(8, "little") + (1).to_bytes(4, "little")
    twofold = whole[:at] + record + locator + whole[at:]
    assert zipfile.ZipFile(io.BytesIO(twofold)).namelist()  # as Python sees it, by the second list
    with pytest.raises(Malformed) as caught:
        docxcopy.look(twofold)
    assert caught.value.code == "docx-limits"


def test_parts_in_another_writing_are_refused() -> None:
    whole = packed("<p><r><t>a</t></r></p>")
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as given, zipfile.ZipFile(buffer, "w") as changed:
        for name in given.namelist():
            data = given.read(name)
            changed.writestr(name, data.decode().encode("utf-16") if name == "word/document.xml" else data)
    with pytest.raises(Malformed) as caught:
        docxcopy.look(buffer.getvalue())
    assert caught.value.code == "docx-unreadable"


def test_a_copy_of_hundreds_of_pages_is_far_from_the_limits() -> None:
    text = ("Uzun **abzas** sözlərlə doludur və *davam* edir. " * 8 + "\n\n") * 150  # some thirty pages
    drawn = FORMATS["docx"].render(sample(text))
    with zipfile.ZipFile(io.BytesIO(drawn)) as package:
        body = package.read("word/document.xml")
    assert body.count(b"<") + body.count(b"=") < docxcopy.MAX_TAGS / 20
    assert len(docxcopy.look(drawn).paragraphs) > 150
