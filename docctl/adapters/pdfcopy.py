"""A PDF from anywhere, looked into: the files inside, what its pages are, their words. Never in this process.

Hostile files make PDF libraries loop, and grow without end; so a second process reads them, which may take so much time
and memory and no more (`pdfinside`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from docctl.errors import Malformed, Unavailable

_PATIENCE = 40


@dataclass(frozen=True, slots=True)
class Pdf:
    """What was found in a PDF.

    Attributes:
        files: Embedded files, name to bytes.
        pages: A digest of what each page is, however the file stores it.
        instead: What could make a reader show something else than the pages.
        words: The words of each page, if asked for.
    """

    files: dict[str, bytes]
    pages: tuple[str, ...]
    instead: tuple[str, ...]
    words: tuple[str, ...] = ()


def look(data: bytes, *, words: bool = False) -> Pdf:
    """What is in a PDF.

    Raises:
        Malformed: `file-cut` (its end is missing), `pdf-unreadable`, `pdf-encrypted`, `pdf-limits`.
        Unavailable: `pdf-reader-missing`.
    """
    if b"%%EOF" not in data[-2048:]:
        raise Malformed("file-cut")
    program = Path(__file__).with_name("pdfinside.py")
    # Without the folder of the program, whose neighbours have names of other modules.
    call = [sys.executable, "-P", str(program), *(["words"] if words else [])]
    try:
        ran = subprocess.run(call, input=data, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise Malformed("pdf-limits") from None
    except OSError:
        raise Unavailable("pdf-reader-missing") from None
    head, _, rest = ran.stdout.partition(b"\n")
    if ran.returncode > 0 and not head:
        raise Unavailable("pdf-reader-missing")
    try:
        found = json.loads(head)
    except ValueError:
        raise Malformed("pdf-limits") from None
    problem = found.get("problem")
    if problem == "pdf-encrypted":
        raise Malformed("pdf-encrypted")
    if problem is not None:
        raise Malformed("pdf-limits" if problem == "pdf-limits" else "pdf-unreadable")
    files: dict[str, bytes] = {}
    at = 0
    for name, size in found["files"]:
        if name in files:
            # Of two with one name, a reader may show the other.
            raise Malformed("pdf-unreadable")
        files[name] = rest[at : at + size]
        at += size
    return Pdf(files, tuple(found["pages"]), tuple(found["instead"]), tuple(found.get("words", ())))
