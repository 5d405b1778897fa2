"""What a copy shows: values handed to a renderer, all text already chosen in the copy's language.

A copy has three layers (design §6). The **body** is the text with number, revision and reason: the same input gives the
same bytes, it is what an approver looks at, and `approved` carries its digest. The **approval page** is made from the
ledger: dates, legal act, signatures, history. The **issue overlay** is laid over both when a copy goes out: status,
holder, code. `bare` takes the upper two away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from docctl.core.layouts import BUILT_IN, Layout


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """One row of the approval table (prepared, approved, put in force)."""

    part: str
    name: str
    position: str
    decided: str
    acting_for: str
    method: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One row of the revision history, newest first.

    Attributes:
        approved: Day of the last approval.
        kind: What kind of change, in words.
    """

    revision: int
    effective: str
    author: str
    reason: str
    approved: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp on top of the first page: who agreed (left), who approved (right).

    Attributes:
        word: `“TƏSDİQ EDİRƏM”`, `RAZILAŞDIRILMIŞDIR`, in capitals as the catalogue has it; code never changes case.
        place: `left` or `right`.
        name: "" where an act stands for the person (a text approved before the library existed).
        day: `“22” noyabr 2026-cı il`, or "".
        act: The legal act, and in whose place or for which revision; "" if nothing is to be said.
    """

    word: str
    place: str
    position: str
    name: str
    day: str
    act: str = ""


@dataclass(frozen=True, slots=True)
class DistributionLine:
    """One row of the distribution list: a numbered copy, or a group of readers.

    Attributes:
        number: Number of the controlled copy, "" for readers of the electronic copy.
    """

    number: str
    holder: str
    place: str
    issued: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is known only when a copy goes out.

    Attributes:
        moment: UTC instant of the copy, seconds since 1970; it dates the file.
        copy: Number of the controlled copy; 0 for an uncontrolled one.
        holder: Who gets it.
        place: Where it is kept.
    """

    moment: int
    copy: int = 0
    holder: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the organisation's copies look like.

    Attributes:
        accent: Colour of headings and rules, `#rrggbb`.
        emblem: A PNG, or nothing.
    """

    accent: str = "#1f3a5f"
    emblem: bytes = b""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside a copy.

    Attributes:
        media_type: As in HTTP.
        relation: PDF/A-3 AFRelationship: `source`, `data` or `supplement`.
    """

    name: str
    data: bytes
    media_type: str
    relation: str
    description: str


@dataclass(frozen=True, slots=True)
class ControlledCopy:
    """One revision of one document in one language, ready to be drawn.

    Attributes:
        language: `az`, `en` or `ru`; chooses nothing but the language tag and the quotes of the file.
        status: Code of the status on the day of the copy (`in-force`, `draft`, `superseded`, …).
        status_word: The same in the copy's language.
        watermark: Words across each page, "" when in force.
        uncontrolled: The line that says so, or that of a numbered copy with its holder.
        facts: Label to value, in the order of the first-page block.
        labels: Words of the layout, by code, in the copy's language (`page`, `of`, `approvals`, `history`, …).
        digest: Of the revision's content (all languages and pictures), 64 hex.
        text: Markdown without its heading.
        images: File name beside the text to bytes.
        made: UTC instant, seconds since 1970; the only time a renderer may write into the file.
        language_note: Which text prevails, and the digest of the other; "" for a document in one language.
        code: Words of the QR code without the page, "" for none; a renderer may add `&p=<page>`.
        above: How many lines of its file stand before the text.
        companion: The same revision in a second language, drawn into the same file behind this one.
        layout: By which settings it is drawn.
        notice: The organisation's own line in the foot of each page, or "".
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
    reason: str = ""
    language_note: str = ""
    appearance: Appearance = Appearance()
    stamps: tuple[Stamp, ...] = ()
    distribution: tuple[DistributionLine, ...] = ()
    code: str = ""
    attachments: tuple[Attachment, ...] = ()
    companion: ControlledCopy | None = None
    above: int = 0
    layout: Layout = BUILT_IN
    notice: str = ""


def bare(copy: ControlledCopy, at: int) -> ControlledCopy:
    """The body alone, dated with the instant of its submission: nothing that is known only after somebody signed.

    Colour and emblem are left out too: they are the charter's, and it may change while the text does not.
    """
    return replace(
        copy,
        effective="",
        status="",
        status_word="",
        watermark="",
        uncontrolled="",
        facts=(),
        approvals=(),
        history=(),
        made=at,
        appearance=Appearance(),
        stamps=(),
        distribution=(),
        code="",
        attachments=(),
        companion=None,
    )


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One language's body, as the digest that an approver signs counts it.

    Attributes:
        layout: The layout's name, or its digest.
        renderer: Format and versions that the bytes depend on, `pdf/docctl-0.1.0/…`.
        sha256: Of the body's bytes, 64 hex.
    """

    language: str
    layout: str
    renderer: str
    sha256: str

    def __str__(self) -> str:
        """The line as it is counted.

        Raises:
            ValueError: a part is empty or holds a blank, so that two lists of lines could read alike.
        """
        parts = (self.language, self.layout, self.renderer, self.sha256)
        if any(part.split() != [part] for part in parts):
            raise ValueError(parts)
        return " ".join(parts)


def body_digest(lines: Iterable[BodyLine | str]) -> str:
    """The digest in `approved`: SHA-256 over the sorted lines of all languages, 64 hex."""
    return hashlib.sha256("".join(sorted(f"{one}\n" for one in lines)).encode()).hexdigest()
