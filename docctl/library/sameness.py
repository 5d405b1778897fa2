"""Whether a copy is still what was drawn: the file beside the same copy drawn again.

A PDF is the same to the byte, or has the same pages in another file (stored anew, or sealed by a signature that shows
nothing); else its words are compared, which tells what was altered, but never that nothing was. A DOCX that Word or
LibreOffice saved again is another file each time: its words, where they stand, and its pictures are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from docctl.adapters import docxcopy, pdfcopy
from docctl.adapters.docxcopy import Docx, Paragraph
from docctl.adapters.docxtext import Spot
from docctl.core import words
from docctl.core.words import Piece
from docctl.errors import Malformed

IDENTICAL, SAME_PAGES, SAME_CONTENT, WORDS_ONLY, DIFFERENT = (
    "identical",
    "same-pages",
    "same-content",
    "words-only",
    "different",
)
MOST = 40
_CONTEXT = 60
_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """One place where a copy differs.

    Attributes:
        place: `page`, `page-missing`, `page-added`, `body`, `header`, `footer`, `footnote`, `picture`.
        number: Of the page (in the file; of a missing one, in what was drawn), of the picture, of the head or foot that
            differs from the one before it, from 1; 0 where places have none.
        pieces: From what was drawn to what stands there.
        spot: Where in the body of a DOCX.
        behind: Whether it was added behind that spot.
    """

    place: str
    number: int
    pieces: tuple[Piece, ...]
    spot: Spot | None = None
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Sameness:
    """How a file relates to the copy drawn again.

    Attributes:
        finding: `identical` to the byte; `same-pages`, `same-content` in another file; `words-only`: the words agree,
            the drawing does not; `different`.
        appended: Whether the copy's bytes stand unchanged at the beginning, with something behind them.
        more: Whether there are more changes than are shown.
    """

    finding: str
    changes: tuple[Change, ...] = ()
    appended: bool = False
    more: bool = False


def of_pdf(file: bytes, drawn: bytes) -> Sameness:
    """A PDF beside the same copy drawn again.

    Raises:
        Malformed: as `pdfcopy.look`.
    """
    if file == drawn:
        return Sameness(IDENTICAL)
    appended = file.startswith(drawn)
    here, there = pdfcopy.look(file), pdfcopy.look(drawn)
    if here.pages == there.pages and here.instead == there.instead:
        return Sameness(SAME_PAGES, appended=appended)
    told, wanted = pdfcopy.look(file, words=True).words, pdfcopy.look(drawn, words=True).words
    changes = _pages([_plain(one) for one in wanted], [_plain(one) for one in told])
    return _told(changes, WORDS_ONLY, appended=appended)


def of_docx(file: bytes, found: Docx, drawn: bytes) -> Sameness:
    """A DOCX beside the same copy drawn again."""
    if file == drawn:
        return Sameness(IDENTICAL)
    wanted = docxcopy.look(drawn, spots=True)
    changes: list[Change] = []
    for place in ("body", "header", "footer", "footnote"):
        for number in sorted({one.number for one in (*wanted.paragraphs, *found.paragraphs) if one.place == place}):
            here = (place, number)
            old, new = ([one for one in side.paragraphs if (one.place, one.number) == here] for side in (wanted, found))
            changes += _paragraphs(here, old, [one.text for one in new])
    if found.pictures != wanted.pictures:
        pairs = list(zip(wanted.pictures, found.pictures, strict=False))
        first = next((at for at, (old, new) in enumerate(pairs) if old != new), len(pairs))
        changes.append(Change("picture", first + 1, ()))
    return _told(changes, SAME_CONTENT)


def _pages(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The pages that differ, each beside the page that it was: one that is missing moves those behind it."""
    changes: list[Change] = []
    for sign, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sign == "equal":
            continue
        pairs = _paired(old[a:b], new[c:d])
        gone = {at for at, _ in pairs}
        come = {at for _, at in pairs}
        changes += [Change("page-missing", a + at + 1, ()) for at in range(b - a) if at not in gone]
        changes += [Change("page-added", c + at + 1, ()) for at in range(d - c) if at not in come]
        for one, other in pairs[: MOST + 1]:
            changes.append(Change("page", c + other + 1, shortened(words.compare(old[a + one], new[c + other]))))
        if len(changes) > MOST:
            break
    return changes


def _paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which page became which, in order: one by one where as many, else those that share most of their words."""
    if len(old) == len(new):
        return [(at, at) for at in range(len(old))]
    pairs: list[tuple[int, int]] = []
    counted = [Counter(page.split()) for page in new[:_COMPARED]]
    next_one = 0
    for at, page in enumerate(old[:_COMPARED]):
        mine = Counter(page.split())
        found = next((n for n in range(next_one, min(next_one + MOST, len(counted))) if _alike(mine, counted[n])), None)
        if found is not None:
            pairs.append((at, found))
            next_one = found + 1
    return pairs


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    return 2 * (one & other).total() > max(one.total(), other.total())


def _told(changes: list[Change], alike: str, *, appended: bool = False) -> Sameness:
    if not changes:
        return Sameness(alike, appended=appended)
    return Sameness(DIFFERENT, tuple(changes[:MOST]), appended, len(changes) > MOST)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(here: tuple[str, int], drawn: Sequence[Paragraph], new: Sequence[str]) -> list[Change]:
    """The paragraphs that differ: those that follow each other in both are held beside each other."""
    old = [one.text for one in drawn]
    start, end = words.ends_alike(old, new)
    before, after = old[start : len(old) - end], list(new[start : len(new) - end])
    if not before and not after:
        return []
    if max(len(before), len(after)) > _COMPARED:
        # Another text altogether: its beginning tells as much as all of it.
        before, after = before[:MOST], after[:MOST]
    changes: list[Change] = []
    for sign, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if sign == "equal":
            continue
        for at in range(max(b - a, d - c)):
            one = before[a + at] if a + at < b else ""
            other = after[c + at] if c + at < d else ""
            # What was added stands behind the last one that was drawn there.
            last = min(start + min(a + at, b if one else b - 1), len(drawn) - 1)
            spot = drawn[last].spot if last >= 0 else None
            changes.append(Change(*here, shortened(words.compare(one, other)), spot, behind=not one))
            if len(changes) > MOST:
                return changes
    return changes


def shortened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """What changed with a few words beside it."""
    short: list[Piece] = []
    for at, piece in enumerate(pieces):
        text = piece.text
        if piece.sign == "=" and len(text) > 2 * _CONTEXT:
            head = "" if at == 0 else text[:_CONTEXT]
            tail = "" if at == len(pieces) - 1 else text[-_CONTEXT:]
            text = f"{head}…{tail}"
        elif len(text) > 20 * _CONTEXT:
            text = f"{text[: 20 * _CONTEXT]}…"
        short.append(Piece(piece.sign, text))
    return tuple(short)


def open_file(data: bytes) -> tuple[str, dict[str, bytes], Docx | None]:
    """Format, files inside, and for a DOCX what else was found.

    Raises:
        Malformed: `check-not-copy`, and as `pdfcopy.look` and `docxcopy.look`.
    """
    if data.startswith(b"%PDF-"):
        return "pdf", pdfcopy.look(data).files, None
    # An OpenDocument file and an e-book say first what they are (ODF 1.3, part 2, 3.3).
    if data.startswith(b"PK\x03\x04") and data[30:38] != b"mimetype":
        found = docxcopy.look(data)
        return "docx", found.files, found
    raise Malformed("check-not-copy")
