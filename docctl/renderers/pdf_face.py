"""What surrounds the text of a PDF copy, as the values that `furniture.typ` walks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from docctl.renderers import face, made_with, widths

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy, Stamp
    from docctl.core.layouts import Settings

Node = dict[str, Any]

_MM = 72 / 25.4
_A4 = (210.0, 297.0)  # mm
_PADDING = 11.0
_WATERMARK = (640.0, 560.0)  # points: longest upright, on its side


@dataclass(frozen=True, slots=True)
class Page:
    """The measures of a layout in points.

    Attributes:
        upright: Width of a line.
        turned: Width of a line on a landscape page.
    """

    upright: float
    turned: float


def page_of(settings: Settings) -> Page:
    """The width of the lines that a layout's margins leave."""
    left, right, _, _ = settings.margins
    upright, turned = ((side - left - right) * _MM for side in _A4)
    return Page(round(upright, 2), round(turned, 2))


def whole(copy: ControlledCopy, page: Page) -> Node:
    """What is said once a file: its properties, its form, its closing tables."""
    settings, labels = copy.layout.settings, copy.labels
    left, right, top, bottom = settings.margins
    return {
        "title": copy.title,
        "organisation": copy.organisation,
        "number": copy.number,
        "keywords": [copy.number, f"{labels['revision']} {copy.revision}", copy.digest, made_with("pdf")],
        "margins": {"left": left, "right": right, "top": top, "bottom": bottom},
        "size": settings.text_size,
        "accent": copy.appearance.accent,
        "watermark": _watermark(copy.watermark),
        "closings": [_closing(closing, page.upright) for closing in face.closings(copy)],
        "endnotes": [[label, widths.breakable(words, page.upright - 130, 8.5)] for label, words in face.endnotes(copy)],
        "digest": {"label": labels["digest"], "value": copy.digest},
    }


def part(copy: ControlledCopy, page: Page) -> Node:
    """What is said once a language: head and foot, the first page's block."""
    language, _, region = face.language_tag(copy.language).partition("-")
    return {
        "language": language,
        "region": region.rpartition("-")[2] or None,
        "heading": widths.breakable(copy.title, page.upright, 20),
        "kind": copy.kind,
        "organisation": copy.organisation,
        "running": asdict(face.running(copy)),
        "order": copy.layout.settings.first_page,
        "facts": [[_pair(pair, len(row), page.upright) for pair in row] for row in face.fact_rows(copy)],
        "stamps": {stamp.place: _stamp(copy, stamp, page.upright) for stamp in copy.stamps},
        "note": [widths.breakable(line, page.upright, 8.5) for line in copy.language_note.split("\n") if line],
    }


def _pair(pair: tuple[str, str], of: int, measure: float) -> list[str]:
    value = measure - 100 if of == 1 else (measure - 200) / 2
    return [widths.breakable(pair[0], 90, 8.5), widths.breakable(pair[1], value - 10, 10)]


def _stamp(copy: ControlledCopy, stamp: Stamp, measure: float) -> Node:
    width = measure * 0.44
    words = {name: widths.breakable(getattr(stamp, name), width, 10.5) for name in ("word", "position", "name", "day")}
    act = [widths.breakable(line, width, 8.5) for line in stamp.act.split(" · ") if line]
    return {**words, "act": act, "signed": copy.labels.get("signed", "")}


def _closing(closing: face.Closing, measure: float) -> Node:
    total = sum(closing.widths)
    measures = [measure * share / total - _PADDING for share in closing.widths]
    rows = [
        [
            [[widths.breakable(words, width, 9.5), tone] for words, tone in cell]
            for cell, width in zip(row, measures, strict=True)
        ]
        for row in closing.rows
    ]
    head = [widths.breakable(words, width, 8.5) for words, width in zip(closing.head, measures, strict=True)]
    return {"name": closing.name, "title": closing.title, "head": head, "widths": closing.widths, "rows": rows}


def _watermark(words: str) -> Node | None:
    if not words:
        return None
    wide = widths.width(words, 1.0)
    return {"text": words, "upright": min(120.0, _WATERMARK[0] / wide), "turned": min(110.0, _WATERMARK[1] / wide)}
