"""The made-up office's emblem: a sheet with lines in a ring. No state's arms: their use is regulated by law."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import cache

_SIDE = 160  # pixels
_FINE = 2  # samples a pixel, each way
_INK = (31, 58, 95)


@cache
def drawn_emblem() -> bytes:
    """The emblem as PNG (ISO/IEC 15948): grey shades of one colour on white."""
    rows = b"".join(b"\0" + b"".join(_row(y)) for y in range(_SIDE))
    head = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _row(y: int) -> Iterator[bytes]:
    steps = [(index + 0.5) / _FINE for index in range(_FINE)]
    for x in range(_SIDE):
        share = sum(_inked((x + dx) / _SIDE * 2 - 1, (y + dy) / _SIDE * 2 - 1) for dx in steps for dy in steps)
        yield bytes(round(255 - (255 - part) * share / _FINE**2) for part in _INK)


def _inked(x: float, y: float) -> bool:
    """Whether a point of the square from -1 to 1 bears ink."""
    distance = (x * x + y * y) ** 0.5
    ring = 0.90 < distance < 0.98 or 0.83 < distance < 0.86
    sheet = abs(x) < 0.42 and abs(y) < 0.54
    lines = abs(x) < 0.28 and any(abs(y - at) < 0.035 for at in (-0.32, -0.14, 0.04))
    seal = (x - 0.18) ** 2 + (y - 0.32) ** 2 < 0.011
    return ring or (sheet and not lines and not seal)
