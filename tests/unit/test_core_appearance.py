"""The looks that a charter may set: which colours, addresses and emblems it can bring, and which files it may have."""

from __future__ import annotations

import struct
import zlib

import pytest
from office import charter_files, plain_charter

from docctl.adapters import strictyaml
from docctl.core import appearance, charter
from docctl.core.plain import Fields
from docctl.errors import Malformed
from docctl.library.demo_emblem import drawn_emblem


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 4, height: int = 3, *, interlace: int = 0, colour: int = 2, rows: bytes | None = None) -> bytes:
    channels = {0: 1, 2: 3, 3: 1, 6: 4}[colour]
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, interlace)
    packed = zlib.compress(rows if rows is not None else (b"\0" + b"\x40" * width * channels) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def look(**values: str) -> appearance.Look:
    return appearance.read(Fields(dict(values), "library.yaml: appearance"), None)


def test_what_is_not_set_is_the_usual() -> None:
    assert appearance.read(None, None) == appearance.Look()
    assert look() == appearance.Look()


def test_a_charter_may_set_all_of_it() -> None:
    found = look(accent="#1f3a5f", address="https://docs.example.az/quality", layout="LAY-01")
    assert (found.accent, found.address, found.layout) == ("#1f3a5f", "https://docs.example.az/quality", "LAY-01")
    assert look(address="http://10.0.0.7:8080").address == "http://10.0.0.7:8080"


@pytest.mark.parametrize("colour", ["red", "#1F3A5F", "#12345", "#1234567", "1f3a5f", "#ffffff", "#c0c0c0", "#ffff00"])
def test_a_colour_is_six_digits_and_dark_enough(colour: str) -> None:
    with pytest.raises(Malformed, match="charter-accent"):
        look(accent=colour)


@pytest.mark.parametrize(
    "address",
    ["docs.example.az", "ftp://a.az", "https://a.az/", "https://a.az?x=1", "https://a az", "https://ə.az", "https://"],
)
def test_an_address_can_be_written_into_a_code(address: str) -> None:
    with pytest.raises(Malformed, match="charter-address"):
        look(address=address)


def test_a_layout_is_a_document_and_nothing_else_is_set() -> None:
    with pytest.raises(Malformed, match="field-value"):
        look(layout="lay 01")
    with pytest.raises(Malformed, match="field-unknown"):
        look(font="Comic")


@pytest.mark.parametrize("colour", [0, 2, 6])
def test_plain_pictures_are_taken(colour: int) -> None:
    assert appearance.read(None, png(colour=colour)).emblem == png(colour=colour)
    assert appearance.read(None, drawn_emblem()).emblem


_GOOD = png()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "emblem-not-png"),
        (b"GIF89a\x01\x00\x01\x00", "emblem-not-png"),
        (b"<svg/>", "emblem-not-png"),
        (_GOOD + b"\0" * 65536, "emblem-too-large"),
        (png(1201, 1), "emblem-too-large"),
        (png(0, 3), "emblem-broken"),
        (png(interlace=1), "emblem-broken"),
        (png(colour=3), "emblem-broken"),  # no palette
        (png(rows=b"\0" * 10), "emblem-broken"),
        (png(rows=b"\0" * 10_000_000), "emblem-broken"),  # far more rows than it says
        (png(rows=b"\x09" * 39), "emblem-broken"),  # no such filter
        (_GOOD[:-1], "emblem-broken"),
        (_GOOD[:30], "emblem-broken"),
        (_GOOD + b"tail", "emblem-broken"),
        (_GOOD.replace(b"IDAT", b"IDAX"), "emblem-broken"),
        (_GOOD[:45] + bytes([_GOOD[45] ^ 1]) + _GOOD[46:], "emblem-broken"),
    ],
)
def test_what_would_stop_every_copy_is_no_emblem(data: bytes, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        appearance.read(None, data)
    assert caught.value.code == code


def test_no_change_of_a_byte_is_more_than_refused() -> None:
    """Whatever was done to a picture, it is taken whole or refused with a code; nothing else is raised."""
    refused = 0
    for at in range(len(_GOOD)):
        for new in (0, 255, _GOOD[at] ^ 1):
            try:
                appearance.read(None, _GOOD[:at] + bytes([new]) + _GOOD[at + 1 :])
            except Malformed as error:
                refused += error.code.startswith("emblem-")
    assert refused > len(_GOOD) * 2


def test_a_charter_has_two_files_and_may_have_an_emblem() -> None:
    files = charter_files(plain_charter("anna"))
    assert charter.read(files, strictyaml.read).look == appearance.Look()
    assert charter.read({**files, "emblem.png": png()}, strictyaml.read).look.emblem == png()
    for extra in ("emblem.svg", "Emblem.png", "emblem.jpg", "logo.png"):
        with pytest.raises(Malformed, match="charter-files"):
            charter.read({**files, extra: png()}, strictyaml.read)
    with pytest.raises(Malformed, match="charter-files"):
        charter.read({"library.yaml": files["library.yaml"], "emblem.png": png()}, strictyaml.read)
