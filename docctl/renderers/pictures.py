"""The pictures of a copy: found, recognised by their first bytes, measured.

A picture that is missing or of another kind than the three every format can hold stops the copy: a controlled copy is
whole or it is not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docctl.errors import Malformed

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy

_POINTS_PER_PIXEL = 0.75  # 96 dots an inch: the convention of the web, whatever the file itself says
_LARGEST_PIXELS = 20_000
_TALLEST = 560.0


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture ready to be placed.

    Attributes:
        media: `png`, `jpeg` or `gif`.
        width: Points (1/72 inch) before it is fitted into its place.
        height: Points, likewise.
    """

    name: str
    data: bytes
    media: str
    width: float
    height: float

    def fitted(self, measure: float) -> tuple[float, float]:
        """Width and height in points, no wider than the measure and no taller than a page."""
        scale = min(1.0, measure / self.width, _TALLEST / self.height)
        return round(self.width * scale, 2), round(self.height * scale, 2)

    def filling(self, measure: float, tallest: float) -> tuple[float, float]:
        """Width and height in points of the picture made as large as its place, as an emblem is."""
        scale = min(measure / self.width, tallest / self.height)
        return round(self.width * scale, 2), round(self.height * scale, 2)


def find(copy: ControlledCopy, path: str) -> Picture:
    """The picture a text names.

    Raises:
        Malformed: `image-missing` (image=) it does not lie beside the text; `image-format` (name=) it is no PNG, JPEG
            or GIF, or it is broken.
    """
    data = copy.images.get(path.removeprefix("./"))
    if data is None:
        raise Malformed("image-missing", image=path)
    return read(path, data)


def read(name: str, data: bytes) -> Picture:
    """A picture from its bytes, whatever it belongs to.

    Raises:
        Malformed: `image-format` (name=).
    """
    try:
        media, width, height = _measure(data)
    except (ValueError, IndexError):
        raise Malformed("image-format", name=name) from None
    if not (0 < width <= _LARGEST_PIXELS and 0 < height <= _LARGEST_PIXELS):
        raise Malformed("image-format", name=name)
    return Picture(name, data, media, width * _POINTS_PER_PIXEL, height * _POINTS_PER_PIXEL)


def _measure(data: bytes) -> tuple[str, int, int]:
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        return "png", int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return "gif", int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data.startswith(b"\xff\xd8\xff"):
        return _measure_jpeg(data)
    raise ValueError


def _measure_jpeg(data: bytes) -> tuple[str, int, int]:
    """Walk the segments to the first frame header (ITU-T T.81, B.2.2)."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            frame = data[at + 5 : at + 9]
            return "jpeg", int.from_bytes(frame[2:4], "big"), int.from_bytes(frame[:2], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise ValueError
