"""The two paper formats: that no word is lost, that the bytes are settled, that Word and a PDF reader can rely on them.

The words of a PDF are read here with a few lines of our own (streams, ToUnicode tables): no outside program is needed,
so nothing is ever skipped.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from pathlib import Path

import docx
import pytest
from elsewhere import told_elsewhere
from lxml import etree
from test_renderers import LETTERS, TEXT, paragraphs, sample

from docctl.errors import Malformed
from docctl.renderers import FORMATS, tree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word(copy: object) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(FORMATS["docx"].render(copy))) as package:
        assert len(package.namelist()) == len(set(package.namelist()))
        return {name: package.read(name) for name in package.namelist()}


def flat(words: str) -> str:
    return re.sub(r"\s", "", words)


def words_of(xml: bytes) -> str:
    return "".join(etree.fromstring(xml).itertext(W + "t"))


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    return word(sample())


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return FORMATS["pdf"].render(sample())


class Pdf:
    """Just enough of a PDF reader for files without object streams."""

    def __init__(self, data: bytes) -> None:
        self.objects = {
            int(found[1]): found[2] for found in re.finditer(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", data, re.DOTALL)
        }
        self.pages = [self._page(body) for body in self.objects.values() if body.startswith(b"<</Type/Page/")]

    def _stream(self, number: int) -> bytes:
        body = self.objects[number]
        return zlib.decompress(body[body.index(b"stream\n") + 7 :])

    def _table(self, font: int) -> dict[int, str]:
        cmap = self._stream(int(re.search(rb"/ToUnicode (\d+)", self.objects[font])[1])).decode()
        return {
            int(glyph, 16): bytes.fromhex(text).decode("utf-16-be")
            for glyph, text in re.findall(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", cmap, re.MULTILINE)
        }

    def _page(self, body: bytes) -> str:
        resources = self.objects[int(re.search(rb"/Resources (\d+)", body)[1])]
        fonts = dict(re.findall(rb"/(f\d+) (\d+) 0 R", resources))
        tables = {name: self._table(int(number)) for name, number in fonts.items()}
        content = self._stream(int(re.search(rb"/Contents (\d+)", body)[1]))
        words: list[str] = []
        for shown in re.findall(rb"BT (.*?)\nET", content, re.DOTALL):
            table = tables[re.search(rb"/(f\d+) [\d.]+ Tf", shown)[1]]
            for codes in _strings(shown):
                words += [table[int.from_bytes(codes[at : at + 2], "big")] for at in range(0, len(codes), 2)]
        return "".join(words)


_ESCAPES = {"n": 10, "r": 13, "t": 9, "b": 8, "f": 12}


def _strings(shown: bytes) -> list[bytes]:
    """The literal strings (ISO 32000-1, 7.3.4.2): balanced brackets need no escape in them."""
    strings: list[bytes] = []
    depth, at = 0, 0
    while at < len(shown):
        char = chr(shown[at])
        if depth and char == "\\":
            octal = re.match(rb"[0-7]{3}", shown[at + 1 : at + 4])
            escaped = chr(shown[at + 1])
            strings[-1] += bytes([int(octal[0], 8) if octal else _ESCAPES.get(escaped, ord(escaped))])
            at += 4 if octal else 2
            continue
        depth += (char == "(") - (char == ")" and depth > 0)
        if depth == 1 and char == "(":
            strings.append(b"")
        elif depth:
            strings[-1] += shown[at : at + 1]
        at += 1
    return strings


# --- No word is lost -------------------------------------------------------------------------------------------------


def test_word_holds_every_word_of_the_text(parts: dict[str, bytes]) -> None:
    drawn = flat(words_of(parts["word/document.xml"]))
    for words in paragraphs(tree.parse(TEXT)):
        assert flat(words) in drawn
    assert flat(LETTERS) in drawn


def test_pdf_holds_every_word_of_the_text(pdf: bytes) -> None:
    drawn = flat("".join(Pdf(pdf).pages))
    for words in paragraphs(tree.parse(TEXT)):
        assert flat(words) in drawn
    assert flat(LETTERS) in drawn


def test_the_face_stands_whole_on_paper(parts: dict[str, bytes], pdf: bytes) -> None:
    copy = sample()
    expected = [copy.title, copy.organisation, copy.kind, copy.digest]
    expected += [words for pair in copy.facts for words in pair]
    expected += [words for a in copy.approvals for words in (a.part, a.name, a.position, a.decided, a.acting_for)]
    expected += [words for line in copy.history for words in (line.effective, line.author, line.reason)]
    in_word, in_pdf = flat(words_of(parts["word/document.xml"])), flat("".join(Pdf(pdf).pages))
    for words in expected:
        assert flat(words) in in_word
        assert flat(words) in in_pdf


def test_a_word_longer_than_the_line_stays_on_the_page() -> None:
    copy = sample("|a|b|\n|-|-|\n|" + "W" * 300 + "|`" + "q" * 300 + "`|\n\n" + "ş" * 5000 + "\n\n    " + "k" * 700)
    drawn = flat("".join(Pdf(FORMATS["pdf"].render(copy)).pages))
    assert "W" * 300 in drawn
    assert "q" * 300 in drawn
    assert "k" * 700 in drawn
    assert drawn.count("ş") >= 5000


def test_the_deepest_lawful_nesting_can_be_drawn() -> None:
    text = "\n".join("  " * level + f"- səviyyə {level}" for level in range(10)) + "\n\n" + "> " * 10 + "sitat"
    assert "səviyyə9" in flat("".join(Pdf(FORMATS["pdf"].render(sample(text))).pages))
    assert "səviyyə 9" in words_of(word(sample(text))["word/document.xml"])


# --- Head, foot, watermark -------------------------------------------------------------------------------------------


def test_every_pdf_page_has_head_foot_and_watermark() -> None:
    pages = Pdf(FORMATS["pdf"].render(sample("abzas\n\n" * 120, watermark="LAYİHƏ"))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        drawn = flat(page)
        for words in (
            "GöygölRayonİcraHakimiyyəti",
            "PRO-01",
            "Redaksiya3·qüvvədədir",
            "Qüvvəyəminmətarixi:01.12.2026",
            f"Səhifə{number}/{len(pages)}",
            "Çapedildikdənəzarətsiznüsxəsayılır",
            "3f9ac23f9ac23f9a…",
            "LAYİHƏ",
        ):
            assert words in drawn


def test_word_has_head_foot_and_page_fields(parts: dict[str, bytes]) -> None:
    head, foot = words_of(parts["word/header1.xml"]), words_of(parts["word/footer1.xml"])
    for words in ("Göygöl Rayon İcra Hakimiyyəti", "PRO-01", "Sənədlərin idarə edilməsi", "Redaksiya 3 · qüvvədədir"):
        assert words in head
    for words in ("Qüvvəyə minmə tarixi: 01.12.2026", "Çap edildikdə", "3f9ac23f9ac23f9a…", "Səhifə "):
        assert words in foot
    footer = etree.fromstring(parts["word/footer1.xml"])
    assert [i.text.strip() for i in footer.iter(W + "instrText")] == ["PAGE", "NUMPAGES"]
    marks = [mark.get(W + "fldCharType") for mark in footer.iter(W + "fldChar")]
    assert marks == ["begin", "separate", "end"] * 2
    assert b"updateFields" not in parts["word/settings.xml"]


def test_the_watermark_is_in_word_only_when_asked(parts: dict[str, bytes]) -> None:
    assert b"WaterMark" not in parts["word/header1.xml"]
    assert 'string="LAYİHƏ &amp; &quot;köhnə&quot;"'.encode() in word(sample(watermark='LAYİHƏ & "köhnə"'))[
        "word/header1.xml"
    ].replace(b"'", b"")


# --- Word's inside ---------------------------------------------------------------------------------------------------


def test_word_styles_lists_and_tables_are_real(parts: dict[str, bytes]) -> None:
    document = etree.fromstring(parts["word/document.xml"])
    used = {e.get(W + "val") for e in document.iter(W + "pStyle", W + "tblStyle", W + "rStyle")}
    known = {e.get(W + "styleId") for e in etree.fromstring(parts["word/styles.xml"]).iter(W + "style")}
    assert {"Heading1", "Heading2", "ListParagraph", "DocumentTable", "Title"} <= used <= known
    assert len(list(document.iter(W + "tblHeader"))) == 3
    for table in document.iter(W + "tbl"):
        assert sum(int(column.get(W + "w")) for column in table.iter(W + "gridCol")) == 10205
    for cell in document.iter(W + "tc"):
        assert cell[-1].tag == W + "p"


def test_numbered_lists_restart_at_their_own_number(parts: dict[str, bytes]) -> None:
    numbering = etree.fromstring(parts["word/numbering.xml"])
    starts = {}
    for num in numbering.iter(W + "num"):
        for override in num.iter(W + "startOverride"):
            starts[num.get(W + "numId")] = override.get(W + "val")
    used = [e.get(W + "val") for e in etree.fromstring(parts["word/document.xml"]).iter(W + "numId")]
    assert [starts[num] for num in dict.fromkeys(used) if num in starts] == ["1", "7", "1"]


def test_word_opens_it_as_a4_with_all_properties(parts: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(FORMATS["docx"].render(sample())))
    core, section = document.core_properties, document.sections[0]
    assert (core.title, core.subject, core.revision) == ("Sənədlərin idarə edilməsi <1>", "PRO-01", 3)
    assert (core.language, core.created.isoformat()) == ("az-Latn-AZ", "2026-11-18T11:06:40+00:00")
    assert core.modified == core.created
    millimetres = [section.page_width, section.page_height, section.left_margin, section.right_margin]
    assert [round(length.mm) for length in millimetres] == [210, 297, 20, 10]
    assert [round(length.mm) for length in (section.top_margin, section.bottom_margin)] == [20, 20]
    custom = etree.fromstring(parts["docProps/custom.xml"])
    values = {each.get("name"): each[0].text for each in custom}
    assert values["docctl.revision"] == "3"
    assert values["docctl.approval.2"] == "Təsdiq etdi | İlqar Çərkəzov | Müavin | 22.11.2026 | İcra başçısı | FIDO"
    assert values["docctl.history.2"] == "01.03.2025 | Rəşad Şükürov | Audit."


@pytest.mark.parametrize(
    ("language", "tag", "in_pdf"),
    [("az", b"az-Latn-AZ", b"/Lang(az-AZ)"), ("en", b"en-GB", b"/Lang(en-GB)"), ("ru", b"ru-RU", b"/Lang(ru-RU)")],
)
def test_the_language_is_written_into_the_file(language: str, tag: bytes, in_pdf: bytes) -> None:
    copy = sample("Word слово söz", language=language)
    assert b'<w:lang w:val="' + tag in word(copy)["word/styles.xml"]
    assert in_pdf in FORMATS["pdf"].render(copy)


def test_hostile_words_stay_words_in_word() -> None:
    evil = "</w:t><w:br/>&\"'"
    package = word(sample(f"`{evil}`", title=evil, watermark=evil, organisation=evil, facts=((evil, evil),)))
    for name, data in package.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(data)
    assert words_of(package["word/document.xml"]).count(evil) >= 4


# --- PDF's inside ----------------------------------------------------------------------------------------------------


def test_the_pdf_declares_archive_and_accessibility(pdf: bytes) -> None:
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert re.search(rb"/Marked true", pdf)


def test_typst_markup_in_a_text_is_only_words() -> None:
    text = '\\#let x = 1; \\$x^2\\$ #image("/etc/passwd") \\*x\\* @ref \\<label> // comment'
    drawn = flat("".join(Pdf(FORMATS["pdf"].render(sample(text))).pages))
    assert '#letx=1;$x^2$#image("/etc/passwd")*x*@ref<label>//comment' in drawn


def test_characters_no_font_has_are_named() -> None:
    with pytest.raises(Malformed) as caught:
        FORMATS["pdf"].render(sample("a 😀 b 中 c \ue000"))
    assert caught.value.code == "glyph-missing"
    assert set(str(caught.value.values["glyphs"]).split(" ")) >= {"😀", "中"}


def test_a_broken_picture_is_refused() -> None:
    broken = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0" + b"\0" * 40
    with pytest.raises(Malformed) as caught:
        FORMATS["pdf"].render(sample("![x](sxem.png)", images={"sxem.png": broken}))
    assert caught.value.code == "image-broken"


# --- Settled bytes ---------------------------------------------------------------------------------------------------

_HASH = """
import hashlib
from test_renderers import sample
from docctl.renderers import FORMATS
for name, format in FORMATS.items():
    print(name, hashlib.sha256(format.render(sample(watermark="LAYİHƏ"))).hexdigest())
"""


def test_the_bytes_depend_on_nothing_but_the_copy(tmp_path: Path) -> None:
    here = "\n".join(
        f"{name} {hashlib.sha256(one.render(sample(watermark='LAYİHƏ'))).hexdigest()}" for name, one in FORMATS.items()
    )
    assert told_elsewhere(_HASH, tmp_path) == {here}


def test_another_moment_gives_other_bytes() -> None:
    for name in ("docx", "pdf"):
        assert FORMATS[name].render(sample()) != FORMATS[name].render(sample(made=1_795_000_001))
