"""What a copy shows: values handed to a renderer, all text already chosen in the copy's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """One row of the approval table (prepared, approved, put in force)."""

    part: str
    name: str
    position: str
    decided: str
    acting_for: str
    method: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One row of the revision history, newest first."""

    revision: int
    effective: str
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class ControlledCopy:
    """One revision of one document in one language, ready to be drawn.

    Attributes:
        language: `az`, `en` or `ru`; chooses nothing but the language tag and the quotes of the file.
        status: Code of the status on the day of the copy (`in-force`, `draft`, `superseded`, …).
        status_word: The same in the copy's language.
        watermark: Words across each page, "" when in force.
        facts: Label to value, in the order of the first-page block.
        labels: Words of the layout, by code, in the copy's language (`page`, `of`, `approvals`, `history`, …).
        text: Markdown without its heading.
        images: File name beside the text to bytes.
        made: UTC instant of the copy, seconds since 1970; the only time a renderer may write into the file.
    """

    number: str
    title: str
    kind: str
    organisation: str
    language: str
    revision: int
    effective: str
    status: str
    status_word: str
    watermark: str
    uncontrolled: str
    facts: tuple[tuple[str, str], ...]
    approvals: tuple[ApprovalLine, ...]
    history: tuple[HistoryLine, ...]
    digest: str
    text: str
    made: int
    images: Mapping[str, bytes] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
