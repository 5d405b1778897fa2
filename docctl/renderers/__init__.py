"""The formats of a controlled copy: a value in, the bytes of a file out; nothing is read, nothing is kept.

Not for: deciding who may have a copy, or whether it is still in force. Importing this package loads no format's
library; the first copy of a format does.

Rules:
    * The same copy gives the same bytes, on every host with the same versions of the libraries.
    * No word of the text is left out: what cannot be shown stops the copy with `Malformed`.
    * Every word on a copy comes from the copy.

Example:
    >>> FORMATS["pdf"].media_type
    'application/pdf'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from types import MappingProxyType
from typing import TYPE_CHECKING

from docctl._version import __version__
from docctl.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docctl.core.copies import ControlledCopy
    from docctl.renderers.marking import Comparison

__all__ = ["COMPARISONS", "FORMATS", "Format", "made_with", "pages"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to draw a copy.

    Attributes:
        render: Copy to the bytes of a file. Raises `Malformed` for a text that cannot be shown whole and
            `Unavailable("format-unavailable", format=)` where a library is not installed.
        media_type: For HTTP and mail.
        extension: Of file names, without the dot.
    """

    render: Callable[[ControlledCopy], bytes]
    media_type: str
    extension: str


def _md(copy: ControlledCopy) -> bytes:
    from docctl.renderers import text

    return text.render(copy)


def _txt(copy: ControlledCopy) -> bytes:
    from docctl.renderers import plain_text

    return plain_text.render(copy)


def _html(copy: ControlledCopy) -> bytes:
    from docctl.renderers import html

    return html.render(copy)


def _docx(copy: ControlledCopy) -> bytes:
    from docctl.renderers import docx

    return docx.render(copy)


def _pdf(copy: ControlledCopy) -> bytes:
    from docctl.renderers import pdf

    return pdf.render(copy)


def _compared_html(copy: ControlledCopy, comparison: Comparison) -> bytes:
    from docctl.renderers import html

    return html.render(copy, comparison)


def _compared_docx(copy: ControlledCopy, comparison: Comparison) -> bytes:
    from docctl.renderers import docx

    return docx.render(copy, comparison)


def _compared_pdf(copy: ControlledCopy, comparison: Comparison) -> bytes:
    from docctl.renderers import pdf

    return pdf.render(copy, comparison)


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "md": Format(_md, "text/markdown; charset=utf-8", "md"),
        "txt": Format(_txt, "text/plain; charset=utf-8", "txt"),
        "html": Format(_html, "text/html; charset=utf-8", "html"),
        "docx": Format(_docx, _WORD, "docx"),
        "pdf": Format(_pdf, "application/pdf", "pdf"),
    }
)

# The same faces with a comparison of two texts in place of the text.
COMPARISONS: Mapping[str, Callable[[ControlledCopy, Comparison], bytes]] = MappingProxyType(
    {"html": _compared_html, "docx": _compared_docx, "pdf": _compared_pdf}
)

# What the bytes of a format depend on, beside docctl itself.
_TEXT = ("markdown-it-py", "mdit-py-plugins")
_PARTS = {
    "docx": ("python-docx", "segno", *_TEXT),
    "html": _TEXT,
    "pdf": ("typst", "fontpkg-arimo", "segno", *_TEXT),
}
# The first object of a file: no word of the document can stand before it, and only there is it sought.
_PAGES = re.compile(rb"/Type/Pages/Count (\d+)")
_BEGINNING = 100


def made_with(form: str) -> str:
    """A format with the versions that its bytes depend on, in one word: `pdf/docctl-0.1.0/typst-0.15.2/…`.

    Raises:
        Unavailable: `format-unavailable` (format=) where a library is not installed.
    """
    found = versions(form)
    if "" in found.values():
        raise Unavailable("format-unavailable", format=form)
    return "/".join((form, *(f"{name}-{version}" for name, version in found.items())))


def versions(form: str) -> dict[str, str]:
    """What the bytes of a format depend on, by name to a version; "" for what is not installed."""
    found = {"docctl": __version__}
    for name in _PARTS.get(form, ()):
        try:
            found[name.removeprefix("fontpkg-")] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name.removeprefix("fontpkg-")] = ""
    return found


def pages(pdf: bytes) -> int:
    """How many pages a PDF has that was drawn here; 0 where it does not say so as ours do."""
    found = _PAGES.search(pdf, 0, _BEGINNING)
    return int(found[1]) if found else 0
