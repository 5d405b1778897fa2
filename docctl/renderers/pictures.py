"""The pictures of a copy: found, recognised by their first bytes, measured, looked through to the last byte.

A picture that is missing, cut short, or of another kind than the three every format can hold stops the copy: a
controlled copy is whole or it is not made.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from docctl.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docctl.core.copies import ControlledCopy
    from docctl.renderers.nodes import Image

_POINTS_PER_PIXEL = 0.75  # 96 dots an inch: the convention of the web, whatever the file itself says
_TALLEST = 560.0

MEGAPIXELS = 40
"""More than A4 at 600 dots an inch. A picture of few bytes may hold any number of pixels, and each takes memory."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a PNG's colour types
_STEP = 1 << 20
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture ready to be placed.

    Attributes:
        media: `png`, `jpeg` or `gif`.
        width: Points (1/72 inch) before it is fitted into its place.
        height: Points, likewise.
        line: Where the text shows it.
    """

    name: str
    data: bytes
    media: str
    width: float
    height: float
    line: int

    def fitted(self, measure: float) -> tuple[float, float]:
        """Width and height in points, no wider than the measure and no taller than a page."""
        scale = min(1.0, measure / self.width, _TALLEST / self.height)
        return round(self.width * scale, 2), round(self.height * scale, 2)

    def filling(self, measure: float, tallest: float) -> tuple[float, float]:
        """Width and height in points of the picture made as large as its place, as an emblem is."""
        scale = min(measure / self.width, tallest / self.height)
        return round(self.width * scale, 2), round(self.height * scale, 2)


def find(copy: ControlledCopy, image: Image) -> Picture:
    """The picture a text names.

    Raises:
        Malformed: each with line=: `image-outside` (image=) a path or an address; `image-missing` (image=) it does not
            lie beside the text; `image-format` (name=) it is no PNG, JPEG or GIF; `image-broken` (name=) it is cut
            short or damaged; `image-pixels` (name=, megapixels=, limit=) it holds too many; `image-cmyk` (name=) its
            colours are those of a printing house; `image-turned` (name=) it lies on its side and asks to be turned.
    """
    path, line = image.path.removeprefix("./"), image.line
    if any(sign in path for sign in "/\\:"):
        raise Malformed("image-outside", image=image.path[:100], line=line)
    data = copy.images.get(path)
    if data is None:
        raise Malformed("image-missing", image=image.path, line=line)
    return read(path, data, line)


def read(name: str, data: bytes, line: int = 0) -> Picture:
    """A picture from its bytes, whatever it belongs to.

    Raises:
        Malformed: `image-format`, `image-broken`, `image-pixels`, `image-cmyk`, `image-turned` (name=, line=, as at
            `find`).
    """
    media = _media(data)
    if not media:
        raise Malformed("image-format", name=name, line=line)
    width, height = _size(media, data)
    pixels = width * height
    if pixels > MEGAPIXELS * _MILLION:
        raise Malformed("image-pixels", name=name, line=line, megapixels=round(pixels / _MILLION), limit=MEGAPIXELS)
    if not pixels or not _is_whole(media, data):
        raise Malformed("image-broken", name=name, line=line)
    for code, found in (("image-cmyk", media == "jpeg" and _is_cmyk(data)), ("image-turned", _is_turned(media, data))):
        if found:
            raise Malformed(code, name=name, line=line)
    return Picture(name, data, media, width * _POINTS_PER_PIXEL, height * _POINTS_PER_PIXEL, line)


def _size(media: str, data: bytes) -> tuple[int, int]:
    """Width and height in pixels; 0 where they cannot be read."""
    try:
        return {"png": _png_size, "jpeg": _jpeg_size, "gif": _gif_size}[media](data)
    except (ValueError, IndexError):
        return 0, 0


@lru_cache(maxsize=64)
def _is_whole(media: str, data: bytes) -> bool:
    try:
        return {"png": _png_is_whole, "jpeg": _jpeg_is_whole, "gif": _gif_is_whole}[media](data)
    except (ValueError, IndexError, KeyError, struct.error, zlib.error):
        return False


def _media(data: bytes) -> str:
    """Kind of a picture by its first bytes, "" for any other."""
    if data.startswith(_SIGNATURE):
        return "png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return ""


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise ValueError
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _png_is_whole(data: bytes) -> bool:
    """Chunks with right sums up to IEND, and as many bytes in them as the pixels take (PNG 3rd edition, 5 and 9)."""
    width, height = _png_size(data)
    depth, colours, interlaced = data[24], _CHANNELS[data[25]], data[28]
    row = 1 + (width * colours * depth + 7) // 8
    expander = zlib.decompressobj()
    found, last = 0, b""
    for kind, content in _chunks(data):
        last, waiting = kind, content if kind == b"IDAT" else b""
        while waiting and not expander.eof:
            found += len(expander.decompress(waiting, _STEP))
            waiting = expander.unconsumed_tail
            if found > 2 * row * height + _STEP:
                return False
    # Interlaced rows are divided among seven pictures; their sum is not worth a second formula.
    return last == b"IEND" and (found >= row * height or bool(interlaced and expander.eof))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    kind = b""
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4], "big")
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if zlib.crc32(kind + content).to_bytes(4, "big") != data[at + 8 + length : at + 12 + length]:
            raise ValueError
        yield kind, content
        at += 12 + length


def _jpeg_size(data: bytes) -> tuple[int, int]:
    frame = next(content for marker, content in _segments(data) if _is_frame(marker))
    return int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")


def _is_cmyk(data: bytes) -> bool:
    """Whether it has four colours: an archive's PDF would have to name the printing house's (ISO 19005-3, 6.2.4.3)."""
    return next(content[5] for marker, content in _segments(data) if _is_frame(marker)) == 4


def _is_turned(media: str, data: bytes) -> bool:
    """Whether it says that it lies other than it is to be seen: some programs obey that, Word does not."""
    try:
        if media == "jpeg":
            marked = (content for marker, content in _segments(data) if marker == 0xE1)
            notes = next((one[6:] for one in marked if one.startswith(b"Exif\0\0")), b"")
        else:
            notes = next((one for kind, one in _chunks(data) if kind == b"eXIf"), b"") if media == "png" else b""
        return _orientation(notes) > 1
    except (ValueError, IndexError):
        return False


def _orientation(notes: bytes) -> int:
    """The tag 0x0112 of the first directory (Exif 2.32, 4.6.4); 1 where it is missing."""
    order: Literal["little", "big"] = "little" if notes[:2] == b"II" else "big"
    at = int.from_bytes(notes[4:8], order)
    for entry in range(at + 2, at + 2 + 12 * int.from_bytes(notes[at : at + 2], order), 12):
        if int.from_bytes(notes[entry : entry + 2], order) == 0x0112:
            return int.from_bytes(notes[entry + 8 : entry + 10], order)
    return 1


def _is_frame(marker: int) -> bool:
    return 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each segment up to the first scan (ITU-T T.81, B.1.1.4); ValueError where there is none."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, data[at + 4 : at + 2 + length]
        if marker == 0xDA:
            return
        at += 2 + length
    raise ValueError


def _jpeg_is_whole(data: bytes) -> bool:
    """A scan, and the end of the image behind it: small pictures inside the head have ends of their own."""
    scan = 2
    for _, content in _segments(data):
        scan = data.index(content, scan) + len(content)
    return data.find(b"\xff\xd9", scan) > scan


def _gif_size(data: bytes) -> tuple[int, int]:
    if len(data) < 13:
        raise ValueError
    return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")


def _gif_is_whole(data: bytes) -> bool:
    """Blocks up to the trailer, an image among them (GIF89a, appendix B)."""
    at = 13 + _colours(data[10])
    images = 0
    width, height = _gif_size(data)
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            images += 1
            left, top, broad, high = struct.unpack("<4H", data[at + 1 : at + 9])
            if left + broad > width or top + high > height:  # memory is taken for it, whatever the head says
                return False
            at += 11 + _colours(data[at + 9])
        elif data[at] == 0x21:
            at += 2
        else:
            return False
        while data[at]:  # sub-blocks, each with its length before it
            at += 1 + data[at]
        at += 1
    return images > 0


def _colours(packed: int) -> int:
    """Bytes of the colour table that a packed field announces."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0
