"""QR codes of the pages of a copy: one a page, all of one size, small enough for the foot and read by any telephone.

Not for: saying what stands in them. The words come with the copy; only the page is added here.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache

from docctl.errors import Malformed, Unavailable

_LAST_PAGE = "9999"
_MASK = 2  # any is lawful (ISO/IEC 18004, 7.8); trying all eight would take eight times as long a page

_DARK = re.compile(b"\x01+")
_DOTS = 5  # a module: in the foot below 300 an inch, which office programs leave as they are and do not blur
_LONGEST = 300  # characters; a code of more would fill the foot


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code as dots, without its quiet zone.

    Attributes:
        modules: Squares a side.
    """

    png: bytes
    modules: int


@lru_cache(maxsize=64)
def _version(words: str) -> int:
    """The smallest symbol that holds the words with the longest page number."""
    import segno

    return int(segno.make_qr(words, error="l", mode="byte").version)


def page_code(words: str, page: int) -> bytes:
    """The code of a page as SVG without its quiet zone, which the white of the foot gives.

    Args:
        words: Of the copy, an address whose query goes on with `&p=`.
        page: From 1.
    """
    import segno

    version = _version(f"{words}&p={_LAST_PAGE}")
    code = segno.make_qr(f"{words}&p={page}", version=version, error="l", mode="byte", mask=_MASK)
    # Written here: segno's own SVG takes twice as long as finding the code does, for every page.
    runs = [
        f"M{run.start()} {y}.5h{run.end() - run.start()}"
        for y, row in enumerate(code.matrix)
        for run in _DARK.finditer(row)
    ]
    side = len(code.matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {side} {side}">'
        f'<path stroke="#000" d="{"".join(runs)}"/></svg>'
    ).encode()


def file_code(words: str) -> Drawn:
    """The code of a file whose pages are not known when it is made: one for all of them, as PNG.

    Raises:
        Malformed: `code-too-long` (length=, most=).
        Unavailable: `format-unavailable` (format=) where segno is not installed.
    """
    try:
        import segno
    except ImportError:
        raise Unavailable("format-unavailable", format="docx") from None
    if len(words) > _LONGEST:
        raise Malformed("code-too-long", length=len(words), most=_LONGEST)
    code = segno.make_qr(words, error="l", mode="byte", mask=_MASK)
    file = io.BytesIO()
    code.save(file, kind="png", scale=_DOTS, border=0)
    return Drawn(file.getvalue(), round(code.symbol_size(border=0)[0]))
