"""How an organisation's copies look, as its charter says: colour, emblem, short address, layout.

An emblem that a renderer stumbles over would stop every copy of the library, so the picture is looked at whole before a
charter may bring it: PNG (ISO/IEC 15948) without interlacing, small, every chunk and every row of pixels in place.

Not for: deciding whether an organisation may bear an emblem. The use of state arms is regulated by law.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from docctl.core.fields import is_identifier
from docctl.core.plain import Fields
from docctl.errors import Malformed

EMBLEM = "emblem.png"
MAX_EMBLEM = 64 * 1024
MAX_SIDE = 1200  # pixels
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples a pixel, by colour type
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_COLOUR = re.compile("#[0-9a-f]{6}")
_LIGHTEST = 140  # of 255: a heading must be read on white paper
_ADDRESS = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]{0,58}[a-z0-9])?(?::[0-9]{2,5})?(?:/[A-Za-z0-9._~-]{1,40}){0,3}")


@dataclass(frozen=True, slots=True)
class Look:
    """The appearance that a charter sets.

    Attributes:
        accent: Colour of headings and rules, `#rrggbb`; "" for the usual one.
        address: What the QR codes of copies begin with, without a slash at its end; "" for none.
        layout: Document that holds the layout of copies; "" for docctl's own.
        emblem: A PNG, or nothing.
    """

    accent: str = ""
    address: str = ""
    layout: str = ""
    emblem: bytes = b""


NOTHING = Look()


def read(part: Fields | None, emblem: bytes | None) -> Look:
    """The appearance in a charter's files.

    Args:
        part: The mapping `appearance` of `library.yaml`, if it is there.
        emblem: The file `emblem.png`, if it is there.

    Raises:
        Malformed: `field-*`, `charter-accent`, `charter-address`, `emblem-too-large`, `emblem-not-png`,
            `emblem-broken`.
    """
    picture = _checked(emblem) if emblem is not None else b""
    if part is None:
        return Look(emblem=picture)
    look = Look(part.line("accent", ""), part.line("address", ""), part.line("layout", ""), picture)
    part.done()
    if look.accent and (_COLOUR.fullmatch(look.accent) is None or _brightness(look.accent) > _LIGHTEST):
        raise Malformed("charter-accent", value=look.accent[:20])
    if look.address and _ADDRESS.fullmatch(look.address) is None:
        raise Malformed("charter-address", value=look.address[:80])
    if look.layout and is_identifier(look.layout) is None:
        raise Malformed("field-value", where=part.where, field="layout", value=look.layout[:80])
    return look


def _brightness(colour: str) -> int:
    """Of 255, by the weights of ITU-R BT.601, in whole numbers: every door must say the same."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return (299 * red + 587 * green + 114 * blue) // 1000


def _checked(data: bytes) -> bytes:
    if len(data) > MAX_EMBLEM:
        raise Malformed("emblem-too-large")
    if not data.startswith(_SIGNATURE):
        raise Malformed("emblem-not-png")
    try:
        head, pixels = _chunks(data)
        size = _row_size(head)
    except (ValueError, IndexError):
        raise Malformed("emblem-broken") from None
    height = int.from_bytes(head[4:8], "big")
    if size is None:
        raise Malformed("emblem-too-large")
    _check_rows(pixels, size, height)
    return data


def _chunks(data: bytes) -> tuple[bytes, bytes]:
    """The heading and the packed pixels; every chunk whole, its sum right, the end where it belongs."""
    at, head = len(_SIGNATURE), b""
    pixels: list[bytes] = []
    names: list[bytes] = []
    while not names or names[-1] != b"IEND":
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        stated = data[at + 8 + length : at + 12 + length]
        if len(stated) != 4 or zlib.crc32(name + body) != int.from_bytes(stated, "big"):
            raise ValueError
        names.append(name)
        head = body if name == b"IHDR" else head
        pixels += [body] if name == b"IDAT" else []
        at += 12 + length
    if at != len(data) or names[0] != b"IHDR" or names.count(b"IHDR") != 1 or len(head) != 13:
        raise ValueError
    if head[9] == 3 and b"PLTE" not in names:
        raise ValueError
    return head, b"".join(pixels)


def _row_size(head: bytes) -> int | None:
    """Bytes a row with its filter; None if there are too many pixels."""
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    depth, colour, packing, filtering, interlace = head[8:]
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlace or not (width and height):
        raise ValueError
    if width > MAX_SIDE or height > MAX_SIDE:
        return None
    return 1 + (width * depth * _CHANNELS[colour] + 7) // 8


def _check_rows(pixels: bytes, size: int, height: int) -> None:
    unpacker = zlib.decompressobj()
    try:
        rows = unpacker.decompress(pixels, size * height + 1)
    except zlib.error:
        raise Malformed("emblem-broken") from None
    if len(rows) != size * height or not unpacker.eof or any(kind > 4 for kind in rows[::size]):
        raise Malformed("emblem-broken")
