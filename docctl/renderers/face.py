"""What every face of a copy has in common: clean words, the running lines, the closing tables, the language tags.

Not for: choosing words. Every word comes from the copy.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from docctl.core.copies import ApprovalLine, HistoryLine
from docctl.errors import Malformed
from docctl.renderers import nodes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docctl.core.copies import ControlledCopy

# Script and country are written out where Word and PDF readers need them to choose hyphenation, spelling and casing.
_TAGS: dict[str, str] = {"az": "az-Latn-AZ", "en": "en-GB", "ru": "ru-RU"}

_RUNNING_TITLE = 110
_SHORT_DIGEST = 16
# Two pairs of facts stand side by side while both are short.
_SHORT_FACT = 34


def language_tag(language: str) -> str:
    """The BCP 47 tag of a copy's language."""
    return _TAGS.get(language, language)


def prepare(copy: ControlledCopy) -> ControlledCopy:
    """The copy with every word of its face on one line, NFC and free of control characters.

    Raises:
        Malformed: `text-control` (line=0: not in the text but in the heading or the ledger).
    """
    return replace(
        copy,
        number=_clean(copy.number),
        title=_clean(copy.title),
        kind=_clean(copy.kind),
        organisation=_clean(copy.organisation),
        effective=_clean(copy.effective),
        status=_clean(copy.status),
        status_word=_clean(copy.status_word),
        watermark=_clean(copy.watermark),
        uncontrolled=_clean(copy.uncontrolled),
        digest=_clean(copy.digest),
        facts=tuple((_clean(label), _clean(value)) for label, value in copy.facts),
        approvals=tuple(_approval(line) for line in copy.approvals),
        history=tuple(_history(line) for line in copy.history),
        labels={code: _clean(word) for code, word in copy.labels.items()},
    )


def _clean(words: str) -> str:
    words = unicodedata.normalize("NFC", re.sub(r"[ \t\r\n]+", " ", words)).strip()
    if nodes.fault(words, "") is not None:
        raise Malformed("text-control", line=0)
    return words


def _approval(line: ApprovalLine) -> ApprovalLine:
    return ApprovalLine(
        part=_clean(line.part),
        name=_clean(line.name),
        position=_clean(line.position),
        decided=_clean(line.decided),
        acting_for=_clean(line.acting_for),
        method=_clean(line.method),
    )


def _history(line: HistoryLine) -> HistoryLine:
    return HistoryLine(line.revision, _clean(line.effective), _clean(line.author), _clean(line.reason))


@dataclass(frozen=True, slots=True)
class Running:
    """The lines of every page's head and foot.

    Attributes:
        page: Word before the page number.
        of: Word between the page number and the number of pages.
    """

    organisation: str
    title: str
    number: str
    state: str
    effective: str
    uncontrolled: str
    digest: str
    page: str
    of: str


def running(copy: ControlledCopy) -> Running:
    """Head and foot of a copy; a title too long for a head is shortened there, it stands whole on the first page."""
    labels = copy.labels
    title = copy.title
    if len(title) > _RUNNING_TITLE:
        title = title[:_RUNNING_TITLE].rsplit(" ", 1)[0] + "…"
    revision = f"{labels['revision']} {copy.revision}"
    return Running(
        organisation=copy.organisation,
        title=title,
        number=copy.number,
        state=f"{revision} · {copy.status_word}" if copy.status_word else revision,
        effective=f"{labels['effective']}: {copy.effective}" if copy.effective else "",
        uncontrolled=copy.uncontrolled,
        digest=short_digest(copy),
        page=labels["page"],
        of=labels["of"],
    )


def short_digest(copy: ControlledCopy) -> str:
    """Enough of the digest to tell two copies apart by eye; the whole stands on the last page."""
    digest = copy.digest.rpartition(":")[2]
    return f"{digest[:_SHORT_DIGEST]}…" if len(digest) > _SHORT_DIGEST else digest


def is_public(url: str) -> bool:
    """Whether an address leads anywhere from a copy; a path inside the library does not."""
    return re.match(r"(?:https?://|mailto:)[!-~]+\Z", url) is not None


def fact_rows(copy: ControlledCopy) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The facts in order, one or two pairs a row: a long one has its row to itself."""
    rows: list[tuple[tuple[str, str], ...]] = []
    waiting: tuple[str, str] | None = None
    for pair in copy.facts:
        if max(map(len, pair)) > _SHORT_FACT:
            if waiting:
                rows.append((waiting,))
            rows.append((pair,))
            waiting = None
        elif waiting:
            rows.append((waiting, pair))
            waiting = None
        else:
            waiting = pair
    if waiting:
        rows.append((waiting,))
    return tuple(rows)


Tone: TypeAlias = Literal["plain", "strong", "quiet"]
Cell: TypeAlias = tuple[tuple[str, Tone], ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """A table after the text.

    Attributes:
        title: Its heading.
        head: Words of the heading row.
        widths: Parts of the measure, a number a column.
        rows: Cells; a cell is lines of (words, tone).
    """

    title: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


def closings(copy: ControlledCopy) -> tuple[Closing, ...]:
    """The approval table and the revision history; one without rows is left out."""
    both = (_approvals(copy, copy.labels), _histories(copy, copy.labels))
    return tuple(table for table in both if table.rows)


def _approvals(copy: ControlledCopy, labels: Mapping[str, str]) -> Closing:
    rows: list[tuple[Cell, ...]] = []
    for line in copy.approvals:
        person: list[tuple[str, Tone]] = [(line.name, "strong")]
        if line.acting_for:
            person.append((f"{labels['acting-for']}: {line.acting_for}", "quiet"))
        rows.append((_cell(line.part), tuple(person), _cell(line.position), _cell(line.decided), _cell(line.method)))
    head = tuple(labels[code] for code in ("part", "name", "position", "decided", "method"))
    return Closing(labels["approvals"], head, (19, 24, 24, 16, 17), tuple(rows))


def _histories(copy: ControlledCopy, labels: Mapping[str, str]) -> Closing:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (((str(line.revision), "strong"),), _cell(line.effective), _cell(line.author), _cell(line.reason))
        for line in copy.history
    )
    head = tuple(labels[code] for code in ("revision", "effective", "author", "reason"))
    return Closing(labels["history"], head, (12, 18, 24, 46), rows)


def _cell(words: str) -> Cell:
    return ((words, "plain"),)
