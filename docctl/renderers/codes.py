"""QR codes of the pages of a copy: one a page, all of one size, small enough for the foot and read by any telephone.

Not for: saying what stands in them. The words come with the copy; only the page is added here.
"""

from __future__ import annotations

import io
from functools import lru_cache

_LAST_PAGE = "9999"
_MASK = 2  # any is lawful (ISO/IEC 18004, 7.8); trying all eight would take eight times as long a page


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
    file = io.BytesIO()
    code.save(file, kind="svg", border=0, xmldecl=False, nl=False)
    return file.getvalue()
