"""The pages of Word: their size, their margins, what is left for words, and where one kind of page ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docctl.renderers import docx_xml as x

if TYPE_CHECKING:
    from docctl.core.layouts import Settings

_A4 = (11906, 16838)
_TWIPS_PER_MM = 1440 / 25.4
_EDGE = 425  # from the paper's edge to head and foot: 7.5 mm


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, in twentieths of a point.

    Attributes:
        margins: Left, right, top, bottom.
    """

    width: int
    height: int
    margins: tuple[int, int, int, int]

    @property
    def measure(self) -> int:
        """Width left for words."""
        return self.width - self.margins[0] - self.margins[1]

    def turned(self) -> Sheet:
        """The same paper laid across; the margins stay where they are for the eye."""
        return Sheet(self.height, self.width, self.margins)

    def section(self, references: str) -> str:
        """The properties of a section of such pages, with its head and foot."""
        left, right, top, bottom = self.margins
        across = ' w:orient="landscape"' if self.width > self.height else ""
        return (
            f'<w:sectPr>{references}<w:type w:val="nextPage"/>'
            f'<w:pgSz w:w="{self.width}" w:h="{self.height}"{across}/>'
            f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="{_EDGE}" '
            f'w:footer="{_EDGE}" w:gutter="0"/></w:sectPr>'
        )


def upright(settings: Settings) -> Sheet:
    """The page of a layout."""
    left, right, top, bottom = (round(side * _TWIPS_PER_MM) for side in settings.margins)
    return Sheet(*_A4, (left, right, top, bottom))


def ended(section: str) -> str:
    """The paragraph that ends a section, as low as it can be: where it opened a page, the page would stay empty."""
    low = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return x.paragraph("TableGap", "", low + section)
