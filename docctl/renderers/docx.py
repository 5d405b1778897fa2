"""A copy as DOCX, through python-docx; the same bytes for the same copy.

A second language stands behind the first in the same file, in sections of its own with its own head and foot; the
approval page, which is of both, stands last.

Not for: protecting the text. The file asks Word to open it for reading only, which anyone can switch off; the digest on
its approval page and the ledger say whether somebody did.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from docctl.core.copies import Appearance
from docctl.renderers import codes, docx_face, docx_inside, docx_properties, docx_sheet, docx_tracking, face, tree
from docctl.renderers.docx_body import Body
from docctl.renderers.docx_package import Package
from docctl.renderers.docx_template import template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from docctl.core.copies import ControlledCopy
    from docctl.renderers.marking import Comparison

Kind: TypeAlias = tuple[int, bool]  # which language, and whether the pages lie across
Run: TypeAlias = tuple[Kind, str]


def render(copy: ControlledCopy, comparison: Comparison | None = None) -> bytes:
    """The copy as DOCX.

    Args:
        copy: What to draw.
        comparison: To be drawn in place of the copy's text, with tracked changes.

    Raises:
        Malformed: `code-too-long` (length=, most=); those of `tree.parse` and of `pictures.find`.
        Unavailable: `format-unavailable` (format=) where python-docx or segno is not installed.
    """
    copy = face.prepare(copy)
    package = Package(template(face.language_tag(copy.language), _accent(copy), copy.layout.settings.text_size))
    tongues = (copy, copy.companion) if copy.companion else (copy,)
    trees = [comparison.blocks] if comparison else tree.parse_all(one.text for one in tongues)
    sheet = docx_sheet.upright(copy.layout.settings)
    runs = _joined(_runs(package, tongues, trees, sheet))
    section = _sections(package, tongues, sheet)
    tags = ("", *(face.language_tag(one.language) for one in tongues[1:]))
    for (kind, written), last in zip(runs, [False] * (len(runs) - 1) + [True], strict=True):
        # The last section's properties stand behind everything, those of the others in a paragraph at their end.
        package.append(written if last else written + docx_sheet.ended(section(kind)), tags[kind[0]])
    if comparison:
        package.open()
        docx_tracking.settle(package.body, comparison)
    package.close(section(runs[-1][0]))
    docx_properties.describe(package, copy)
    if copy.attachments:
        package.carry(docx_inside.item(copy.attachments), docx_inside.properties(copy.attachments))
    return package.saved()


def _accent(copy: ControlledCopy) -> str:
    """The colour as Word writes it; what is no colour gives the usual one, and never gets into the file."""
    written = copy.appearance.accent
    return (written if re.fullmatch(r"#[0-9A-Fa-f]{6}", written) else Appearance().accent)[1:].upper()


def _runs(
    package: Package, tongues: tuple[ControlledCopy, ...], trees: list[tree.Blocks], sheet: docx_sheet.Sheet
) -> list[Run]:
    """Everything that stands on the pages, in order."""
    runs: list[Run] = []
    numbers: list[str] = []
    notes: list[str] = []
    for index, one in enumerate(tongues):
        body = Body(one, (package.text, package.noted), sheet, (numbers, notes))
        runs.append(((index, False), docx_face.first_page(one, package.text, sheet.measure)))
        runs += [((index, across), written) for across, written in body.runs(trees[index])]
    package.number(numbers)
    package.note(notes)
    closings = docx_face.closings(tongues[0], sheet.measure)
    # Without an approval page the digest stands right behind the text, in the language of its end.
    runs.append(((0, False), closings) if closings else (runs[-1][0], docx_face.digest(tongues[-1])))
    return runs


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one kind become one; what holds nothing is left out, so that no page stays empty."""
    result: list[Run] = []
    for kind, written in runs:
        if result and result[-1][0] == kind:
            result[-1] = (kind, result[-1][1] + written)
        elif written:
            result.append((kind, written))
    return result


def _sections(package: Package, tongues: tuple[ControlledCopy, ...], sheet: docx_sheet.Sheet) -> Callable[[Kind], str]:
    """Section properties of each kind of pages; head and foot are drawn once for each."""

    @cache
    def section(kind: Kind) -> str:
        one, page = tongues[kind[0]], sheet.turned() if kind[1] else sheet
        tag = face.language_tag(one.language) if kind[0] else ""
        code = codes.file_code(one.code) if one.code else None
        head = package.header(lambda on: docx_face.header(one, page.measure, on), tag)
        foot = package.footer(lambda on: docx_face.footer(one, page.measure, code, on), tag)
        return page.section(
            f'<w:headerReference w:type="default" r:id="{head}"/><w:footerReference w:type="default" r:id="{foot}"/>'
        )

    return section
