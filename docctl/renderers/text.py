"""A copy as Markdown: who, what and when before the text, then the text itself, unchanged to the last byte.

The text comes last: whatever it leaves open (a fence, a list) can then swallow nothing of the heading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docctl.renderers import face, tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docctl.core.copies import ControlledCopy

# Everything CommonMark may read as markup in a line of words; a backslash before any of them is always lawful.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_OPENING = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=:])")


def render(copy: ControlledCopy) -> bytes:
    """The copy as Markdown, UTF-8.

    Raises:
        Malformed: those of `tree.parse`.
    """
    # A text no other format can show is not handed out in this one either.
    tree.parse(copy.text)
    text = copy.text
    copy = face.prepare(copy)
    labels = copy.labels
    parts = [f"# {_escaped(copy.title)}"]
    if copy.watermark:
        parts.append(f"**{_escaped(copy.watermark)}**")
    parts.append(_escaped(copy.organisation))
    if copy.facts:
        parts.append(_table(("", ""), copy.facts))
    if copy.language_note:
        parts.append(_escaped(copy.language_note.replace("\n", " ")))
    if copy.approvals:
        columns = [labels[code] for code in ("part", "name", "position", "decided", "acting-for", "method")]
        rows = [(a.part, a.name, a.position, a.decided, a.acting_for, a.method) for a in copy.approvals]
        parts += [f"**{_escaped(labels['approvals'])}**", _table(columns, rows)]
    if copy.history:
        columns = [labels[code] for code in ("revision", "effective", "author", "reason")]
        past = [(str(line.revision), line.effective, line.author, line.reason) for line in copy.history]
        parts += [f"**{_escaped(labels['history'])}**", _table(columns, past)]
    parts.append(f"{_escaped(labels['digest'])}: `{copy.digest}`" if copy.digest else "")
    parts.append(_escaped(copy.uncontrolled))
    parts.append("---")
    return ("\n\n".join(part for part in parts if part) + "\n\n" + text).encode("utf-8")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(head), "|" + " --- |" * len(head)]
    lines += [_row(row) for row in rows]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "|" + "".join(f" {_escaped(cell)} |" for cell in cells)


def _escaped(words: str) -> str:
    words = _MARKUP.sub(r"\\\1", words)
    return _OPENING.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", words)
