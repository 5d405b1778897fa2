"""What cannot be drawn is refused by every face alike, in one sentence with its line, in bounded time."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import PIL.Image
import pytest
from test_renderers import png, sample
from test_renderers_paper import Pdf

from docctl import catalogues
from docctl.errors import Malformed
from docctl.renderers import FORMATS, face, pages, pictures, reader, widths
from docctl.renderers.nodes import Image

FACES = ("txt", "html", "docx", "pdf")
SHOWN = "a\n\nb\n\n![p](p.png)\n"


def jpeg(width: int = 16, height: int = 8) -> bytes:
    """The segments of a JPEG; nobody decodes it here."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    thumbnail = b"\xff\xd8\xff\xd9"  # an end inside the head, as cameras write it
    segments = ((0xE1, thumbnail), (0xC0, frame), (0xDA, b"\x01\x01\x00\x00\x3f\x00"))
    written = b"".join(b"\xff" + bytes([one]) + struct.pack(">H", len(data) + 2) + data for one, data in segments)
    return b"\xff\xd8" + written + b"\x12\x34\xff\x00\x56" + b"\xff\xd9"


GIF = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def huge(width: int, height: int) -> bytes:
    """A PNG of few bytes and many pixels."""
    small = png()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return small[:16] + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + small[33:]


def photo(form: str = "JPEG", mode: str = "RGB", orientation: int = 1) -> bytes:
    """A picture as cameras and drawing programs save it."""
    notes = PIL.Image.Exif()
    notes[0x0112] = orientation
    file = io.BytesIO()
    PIL.Image.new(mode, (40, 20)).save(file, form, exif=notes.tobytes())
    return file.getvalue()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "image-missing"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image-format"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image-format"),
        (b"just words", "image-format"),
        (b"", "image-format"),
        (png()[:-4], "image-broken"),
        (png(60, 60)[:60], "image-broken"),
        (png().replace(b"IDAT", b"IDAX"), "image-broken"),
        (huge(4, 400), "image-broken"),
        (jpeg()[:-2], "image-broken"),
        (jpeg()[:12], "image-broken"),
        (GIF[:-1], "image-broken"),
        (GIF[:8], "image-broken"),
        (GIF.replace(b",\0\0\0\0\x01\0", b",\0\0\0\0\xff\xff"), "image-broken"),
        (photo(mode="CMYK"), "image-cmyk"),
        *((photo(form, orientation=6), "image-turned") for form in ("JPEG", "PNG")),
        (huge(10_000, 10_000), "image-pixels"),
        (jpeg(30_000, 30_000), "image-pixels"),
    ],
)
def test_a_bad_picture_is_refused_with_its_line(face: str, data: bytes | None, code: str) -> None:
    images = {} if data is None else {"p.png": data}
    with pytest.raises(Malformed) as caught:
        FORMATS[face].render(sample(SHOWN, images=images))
    assert (caught.value.code, caught.value.values["line"]) == (code, 5)
    for language in catalogues.LANGUAGES:
        told = catalogues.problem(code, language, file="az.md", **caught.value.values)
        assert "p.png" in told
        assert "5" in told
        assert "—" not in told


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("path", ["../p.png", "a/p.png", "https://example.org/p.png", "C:%5Cp.png", "/p.png"])
def test_a_picture_from_elsewhere_is_refused_however_it_is_named(face: str, path: str) -> None:
    for text in (f"a\n\n![p]({path})", f"a\n\n![p][r]\n\n[r]: {path}"):
        with pytest.raises(Malformed) as caught:
            FORMATS[face].render(sample(text))
        assert (caught.value.code, caught.value.values["line"]) == ("image-outside", 3)


@pytest.mark.parametrize("data", [png(), png(300, 200), jpeg(), GIF])
def test_whole_pictures_are_taken(data: bytes) -> None:
    found = pictures.find(sample(images={"p": data}), Image("./p", "p"))
    assert found.width > 0


@pytest.mark.parametrize("data", [png(), jpeg(), GIF])
def test_a_picture_cut_anywhere_is_refused(data: bytes) -> None:
    for end in range(len(data)):
        with pytest.raises(Malformed):
            pictures.find(sample(images={"p": data[:end]}), Image("p", "p"))


def test_the_line_of_a_picture_is_counted_inside_its_paragraph() -> None:
    with pytest.raises(Malformed) as caught:
        FORMATS["html"].render(sample("# a\n\nb\nc\\\nd ![p](p.png)\n"))
    assert caught.value.values["line"] == 5


def test_rows_with_fewer_cells_are_filled_and_no_word_moves() -> None:
    drawn = FORMATS["txt"].render(sample("|a|b|c|\n|-|-|-|\n|1|\n|2|3|4|")).decode()
    assert "a | b | c\n--+---+--\n1 |   |\n2 | 3 | 4\n" in drawn


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\n\nb\x07", "text-control"),
        ("a\n\n\ud800", "text-control"),
        ("a\n\nb \u202e c", "text-control"),
        ("a\n\n" + "> " * 3000 + "b", "text-nesting"),
        ("a\n\n" + "".join("  " * level + "- b\n" for level in range(200)), "text-nesting"),
        ("a\n\n<img src=x onerror=alert(1)>", "text-html"),
        ("a\n\n" + "x" * 20_001, "text-word"),
        ("a\n\n" + "![" * 500_000, "text-word"),
        ("a\n\n    " + "[" * 500_000, "text-word"),
    ],
)
def test_a_bad_text_is_refused_by_every_face(face: str, text: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        FORMATS[face].render(sample(text))
    assert caught.value.code == code
    assert caught.value.values["line"] >= 3


@pytest.mark.parametrize("face", FACES)
def test_a_hundred_pages_are_drawn_in_bounded_time(face: str) -> None:
    part = (
        "# Fəsil\n\n"
        + "Uzun abzas sözlərlə doludur və davam edir. " * 60
        + "\n\n1. a\n   1. b\n2. c\n\n|a|b|\n|-|-|\n|c|d|\n\n"
    )
    text = "".join(f"{part}Son[^{n}].\n\n" for n in range(100)) + "".join(f"[^{n}]: Qeyd {n}.\n" for n in range(100))
    begun = time.process_time()
    drawn = FORMATS[face].render(sample(text))
    assert time.process_time() - begun < 20  # seconds of this process alone; usually two
    assert len(drawn) > 10_000


def test_words_that_look_like_the_inside_of_a_pdf_count_no_pages() -> None:
    text = "# /Type/Pages/Count 99999999\n\na"
    drawn = FORMATS["pdf"].render(sample(text, title="/Type/Pages/Count 8888", code="https://example.org/?a=1"))
    assert b"99999999" in drawn
    assert pages(drawn) == 2


@pytest.mark.parametrize("face", FACES)
def test_a_jpeg_without_a_makers_mark_is_taken_by_every_face(face: str) -> None:
    whole = photo()
    bare = whole[:2] + whole[whole.index(b"\xff\xdb") :]
    assert FORMATS[face].render(sample(SHOWN, images={"p.png": bare}))


def test_the_same_picture_stands_once_in_a_docx_wherever_it_is_shown() -> None:
    text = "![p](p.png)\n\na[^1] ![q](q.png) ![r](r.jpg)\n\n[^1]: ![p](p.png)\n"
    drawn = FORMATS["docx"].render(sample(text, images={"p.png": png(), "q.png": png(), "r.jpg": photo()}, code=""))
    with zipfile.ZipFile(io.BytesIO(drawn)) as package:
        held = {name: package.read(name) for name in package.namelist() if "/media/" in name}
    assert held == {"word/media/image1.png": png(), "word/media/image2.jpeg": photo()}


@pytest.mark.parametrize("text", ["- a\n" * 500, "|a|b|\n|-|-|\n" + "|c|d|\n" * 500, "*a* " * 1000])
def test_more_parts_than_any_paper_needs_are_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader.PARTS == 200_000
    monkeypatch.setattr(reader, "PARTS", 2000)
    with pytest.raises(Malformed) as caught:
        FORMATS["pdf"].render(sample(text))
    assert caught.value.code == "text-too-many"
    assert "2000" in catalogues.problem("text-too-many", "en", file="az.md", **caught.value.values)


def test_a_long_word_has_breaks_a_few_letters_apart_and_loses_none() -> None:
    word = "x" * 1000
    broken = widths.breakable(f"a {word} b", 440.0, 11.0)
    assert broken.replace("\u200b", "") == f"a {word} b"
    assert 150 <= broken.count("\u200b") <= 250
    assert max(map(len, broken.split("\u200b"))) <= 8
    assert widths.breakable("xxxx", 10.0, 11.0) == "x\u200bx\u200bx\u200bx"


def test_a_head_is_short_however_long_the_names_are() -> None:
    copy = sample(organisation="Göygöl Rayon İcra Hakimiyyəti " * 10, title="Sənədlərin idarə edilməsi " * 12)
    lines = face.running(face.prepare(copy))
    assert lines.organisation.endswith("…")
    assert len(lines.organisation) <= 91
    assert len(lines.title) <= 111
    assert face.running(sample()).organisation == sample().organisation


def test_a_line_that_leads_in_steps_stays_with_them() -> None:
    """The page is full but for one line: what leads in the steps goes over with the first."""
    before = "".join(f"Abzas {number}.\n\n" for number in range(31))
    text = f"{before}Aparıcı sətir:\n\n1. Birinci addım.\n2. İkinci.\n"
    first, second = Pdf(FORMATS["pdf"].render(sample(text, approvals=(), history=(), code=""))).pages
    assert "30" in first
    assert "Aparıcı" in second
    assert "Birinci" in second
