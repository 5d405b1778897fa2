"""What the seals of a PDF say, and the file as it was before the first of them.

Anybody's signatures are read, not only ours: intact or not, what they cover, what came after, whom the certificate
names. Nobody is trusted for it: that takes roots from outside. Files come from anywhere, so size and number
are bounded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docctl.errors import Malformed
from docctl.signatures.sealing import backend
from docctl.signatures.sealvalues import MAX_PDF, MAX_UPDATES, SealReport

if TYPE_CHECKING:
    from types import ModuleType

    from cryptography import x509

_END = re.compile(rb"startxref[\s\x00]{1,9}(\d{1,12})[\s\x00]{1,9}%%EOF(\r\n|\r|\n)?")
_PREV = re.compile(rb"/Prev[\s\x00]{1,9}(\d{1,12})")
_STREAM = re.compile(rb"\d{1,10} \d{1,5} obj\b")
_SPAN = 64 * 1024
_TAIL = 2048


def seals(pdf: bytes, roots: tuple[x509.Certificate, ...] = (), at: int = 0) -> tuple[SealReport, ...]:
    """Every signature of a PDF, in the order of signing; none if it has none.

    Args:
        pdf: A PDF file, from anywhere.
        roots: Certificates that are trusted; nothing is fetched.
        at: The instant at which certificates must hold where no trusted timestamp says otherwise.

    Raises:
        Malformed: `pdf-unreadable`, `pdf-encrypted`, `pdf-too-large` (limit), `pdf-too-many-seals` (limit).
        Unavailable: `seal-extra-missing`, only if there is something to read.
    """
    _check(pdf)
    if not signed(pdf):
        return ()
    found: tuple[SealReport, ...] = _reader().reports(pdf, roots, at)
    return found


def signed(pdf: bytes) -> bool:
    """Whether a PDF seems to hold a signature: none can do without these words in clear."""
    return b"/ByteRange" in pdf


def ends_whole(pdf: bytes) -> bool:
    """Whether a PDF ends as one does, with the place of its table in it: cut off, it does not."""
    last = _END.findall(pdf[-_TAIL:])
    return bool(last) and int(last[-1][0]) < len(pdf)


def added(pdf: bytes) -> str:
    """What stands behind the original in a PDF: `nothing`, `seals` alone, `changes` of anything else, or `unknown`.

    A seal says nothing about what was put between the original and itself; this does.

    Raises: as `seals`.
    """
    _check(pdf)
    original = unsealed(pdf)
    if len(original) == len(pdf):
        return "nothing"
    found: str = _reader().added(pdf, _END.findall(original[-_TAIL:])[-1][0])
    return found


def unsealed(pdf: bytes) -> bytes:
    """The bytes before the first update of a PDF: what was sealed; all of it if there was no update.

    That they are right says nothing about what a reader sees, which is the file with its updates: see `added`.

    Raises:
        Malformed: `pdf-unreadable`, `pdf-too-large` (limit).
    """
    _check(pdf)
    last = _END.findall(pdf[-_TAIL:])
    if not last:
        raise Malformed("pdf-unreadable")
    first = _first_section(pdf, int(last[-1][0]))
    if first is None:
        return pdf
    for found in _END.finditer(pdf, first):
        if int(found[1]) != first:
            continue
        # The line end that `sealing.closed` put there was not part of the file.
        return pdf[: found.start(2)] if found[2] == b"\r\n" else pdf[: found.end()]
    raise Malformed("pdf-unreadable")


def _first_section(pdf: bytes, at: int) -> int | None:
    """Where the oldest cross-reference section begins; None if there is only one, or they do not follow each other."""
    newest = at
    for _ in range(MAX_UPDATES):
        previous = _previous(pdf, at)
        if previous is None:
            return at if at != newest else None
        if previous >= at:
            return None  # a linearised file, which is written in another order, or nonsense
        at = previous
    raise Malformed("pdf-unreadable")


def _previous(pdf: bytes, at: int) -> int | None:
    """What the dictionary of a cross-reference section names as the section before it (ISO 32000-2, 7.5.5, 7.5.8)."""
    if pdf.startswith(b"xref", at):
        start = pdf.find(b"trailer", at)
        end = pdf.find(b"startxref", start)
    elif _STREAM.match(pdf, at):
        start, end = at, pdf.find(b"stream", at)
    else:
        raise Malformed("pdf-unreadable")
    if start < 0 or not start < end <= start + _SPAN:
        raise Malformed("pdf-unreadable")
    found = _PREV.search(pdf, start, end)
    return int(found[1]) if found else None


def _check(pdf: bytes) -> None:
    if len(pdf) > MAX_PDF:
        raise Malformed("pdf-too-large", limit=MAX_PDF)
    if b"%PDF-" not in pdf[:1024]:
        raise Malformed("pdf-unreadable")


def _reader() -> ModuleType:
    backend()
    from docctl.signatures import sealreading

    return sealreading
