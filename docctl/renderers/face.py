"""What every face of a copy has in common: clean words, the running lines, the closing tables, the language tags.

Not for: choosing words. Every word comes from the copy.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from docctl.core.copies import ApprovalLine, DistributionLine, HistoryLine, Stamp
from docctl.errors import Malformed
from docctl.renderers import nodes, widths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docctl.core.copies import ControlledCopy

# Script and country are written out where Word and PDF readers need them to choose hyphenation, spelling and casing.
_TAGS: dict[str, str] = {"az": "az-Latn-AZ", "en": "en-GB", "ru": "ru-RU"}

# The signs of a task, by whether it is done.
BOXES = {False: "☐", True: "☑"}

_RUNNING_TITLE = 110
_RUNNING_NAME = 90  # of the organisation, in bold
_SHORT_DIGEST = 16
# Two pairs of facts stand side by side while both are short.
_SHORT_FACT = 34
_CELL = 9.5  # points: type of the closing tables, heading words in bold
_UNBROKEN = 24


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
        reason=_clean(copy.reason),
        # A sentence, then a line for each other text: the one face of several lines.
        language_note="\n".join(_clean(line) for line in copy.language_note.split("\n")),
        notice=_clean(copy.notice),
        stamps=tuple(_stamp(stamp) for stamp in copy.stamps),
        distribution=tuple(_distribution(line) for line in copy.distribution),
        code=_clean(copy.code),
        companion=prepare(copy.companion) if copy.companion else None,
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
        comment=_clean(line.comment),
    )


def _history(line: HistoryLine) -> HistoryLine:
    words = (line.effective, line.author, line.reason, line.approved, line.kind)
    return HistoryLine(line.revision, *map(_clean, words))


def _stamp(stamp: Stamp) -> Stamp:
    words = (stamp.word, stamp.place, stamp.position, stamp.name, stamp.day, stamp.act)
    return Stamp(*map(_clean, words))


def _distribution(line: DistributionLine) -> DistributionLine:
    return DistributionLine(*map(_clean, (line.number, line.holder, line.place, line.issued)))


@dataclass(frozen=True, slots=True)
class Running:
    """The lines of every page's head and foot.

    Attributes:
        page: Word before the page number.
        of: Word between the page number and the number of pages.
        notice: The organisation's own line, or "".
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
    notice: str = ""


def running(copy: ControlledCopy) -> Running:
    """Head and foot of a copy; what is too long for a head is shortened there, it stands whole on the first page."""
    labels = copy.labels
    revision = f"{labels['revision']} {copy.revision}"
    return Running(
        organisation=_shortened(copy.organisation, _RUNNING_NAME),
        title=_shortened(copy.title, _RUNNING_TITLE),
        number=copy.number,
        state=f"{revision} · {copy.status_word}" if copy.status_word else revision,
        effective=f"{labels['effective']}: {copy.effective}" if copy.effective else "",
        uncontrolled=copy.uncontrolled,
        digest=short_digest(copy),
        page=labels["page"],
        of=labels["of"],
        notice=copy.notice,
    )


def _shortened(words: str, most: int) -> str:
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + "…"


def short_digest(copy: ControlledCopy) -> str:
    """Enough of the digest to tell two copies apart by eye; the whole stands on the last page."""
    digest = copy.digest.rpartition(":")[2]
    return f"{digest[:_SHORT_DIGEST]}…" if len(digest) > _SHORT_DIGEST else digest


def is_public(url: str) -> bool:
    """Whether an address leads anywhere from a copy; a path inside the library does not."""
    return re.match(r"(?:https?://|mailto:)[!-~]+\Z", url) is not None


def caption(copy: ControlledCopy, figure: nodes.Figure) -> str:
    """What stands under a picture: `Figure 1. The way of a document`."""
    return f"{copy.labels['figure']} {figure.number}. {figure.caption}"


def warning(copy: ControlledCopy, box: nodes.Admonition) -> str:
    """The word over a box."""
    return copy.labels[f"admonition-{box.kind}"]


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
        name: `approvals`, `history` or `distribution`.
        title: Its heading.
        head: Words of the heading row.
        widths: Parts of the measure, a number a column.
        rows: Cells; a cell is lines of (words, tone).
    """

    title: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""


def closings(copy: ControlledCopy) -> tuple[Closing, ...]:
    """The approval table, the revision history, the distribution list, as the layout orders them; none without rows."""
    made = {"approvals": _approvals, "history": _histories, "distribution": _distributions}
    tables = [made[name](copy, copy.labels) for name in copy.layout.settings.closing]
    return tuple(replace(table, widths=_room(table)) for table in tables if table.rows)


def _room(table: Closing) -> tuple[int, ...]:
    """The columns' parts, with room for the longest word of each; a key's fingerprint may break anywhere."""
    texts = [
        [*words.split(), *(word for row in table.rows for line, _ in row[index] for word in line.split())]
        for index, words in enumerate(table.head)
    ]
    least = [max(widths.width(word, _CELL) for word in column if len(word) < _UNBROKEN) for column in texts]
    return widths.shared(table.widths, [one + widths.PADDING for one in least])


def _approvals(copy: ControlledCopy, labels: Mapping[str, str]) -> Closing:
    rows: list[tuple[Cell, ...]] = []
    for line in copy.approvals:
        person: list[tuple[str, Tone]] = [(line.name, "strong")]
        if line.acting_for:
            person.append((f"{labels['acting-for']}: {line.acting_for}", "quiet"))
        if line.comment:
            person.append((f"“{line.comment}”", "quiet"))
        method, _, key = line.method.partition(" · ")
        how: Cell = ((method, "quiet"), (key, "quiet")) if key else _cell(method)
        rows.append((_cell(line.part), tuple(person), _cell(line.position), _cell(line.decided), how))
    head = tuple(labels[code] for code in ("part", "name", "position", "decided", "method"))
    return Closing(labels["approvals"], head, (16, 21, 19, 16, 28), tuple(rows), "approvals")


def _histories(copy: ControlledCopy, labels: Mapping[str, str]) -> Closing:
    """Days of approval and kinds of change stand there only where they are known."""
    full = any(line.approved or line.kind for line in copy.history)
    rows: list[tuple[Cell, ...]] = []
    for line in copy.history:
        words = [line.approved] if full else []
        words += [line.effective, line.author, *([line.kind] if full else []), line.reason]
        rows.append((((str(line.revision), "strong"),), *map(_cell, words)))
    codes = ("revision", "approved", "effective", "author", "kind", "reason")
    head = tuple(labels[code] for code in codes if full or code not in ("approved", "kind"))
    shares = (11, 15, 15, 17, 15, 27) if full else (12, 18, 24, 46)
    return Closing(labels["history"], head, shares, tuple(rows), "history")


def _distributions(copy: ControlledCopy, labels: Mapping[str, str]) -> Closing:
    if not copy.distribution:
        return Closing("", (), (), ())
    rows: list[tuple[Cell, ...]] = []
    for line in copy.distribution:
        holder: Cell = ((line.holder, "strong"),)
        if not line.number:
            holder = ((line.holder, "strong"), (labels["readers"], "quiet"))
        rows.append((_cell(line.number or "–"), holder, _cell(line.place or "–"), _cell(line.issued or "–")))
    head = tuple(labels[code] for code in ("copy", "holder", "place", "issued"))
    return Closing(labels["distribution"], head, (14, 40, 26, 20), tuple(rows), "distribution")


def _cell(words: str) -> Cell:
    return ((words, "plain"),)


def endnotes(copy: ControlledCopy) -> list[tuple[str, str]]:
    """Label and words of the lines under the approval table, behind the digest: the act, the layout, how to check."""
    labels = copy.labels
    facts = dict(copy.facts)
    notes = [(labels["act"], facts[labels["act"]])] if "act" in labels and labels["act"] in facts else []
    if "layout" in labels:
        notes.append((labels["layout"], _layout(copy)))
    return notes + ([("", labels["check"])] if "check" in labels else [])


def _layout(copy: ControlledCopy) -> str:
    """Which layout the copy is drawn by, so that it can be drawn again."""
    layout = copy.layout
    if not layout.revision:
        return copy.labels["layout-own"]
    return f"{layout.name} · {copy.labels['revision']} {layout.revision} · {layout.digest[:16]}…"
