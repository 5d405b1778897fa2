"""Records that are filled in and not registered yet: a folder each in `unregistered/`, which no entry ever touches.

Not in `drafts/`, where texts lie on their way to approval and which the ledger lays out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from docctl.core.content import MAX_TEXT
from docctl.core.recordtext import RECORD
from docctl.core.tree import is_plain_name
from docctl.errors import NotFound, Refused, Unavailable
from docctl.library import mediatypes
from docctl.library.drafting import UNREGISTERED
from docctl.library.library import Library

HOME: Final = UNREGISTERED


def put(library: Library, form: str, files: Mapping[str, bytes]) -> Path:
    """Lay a record down, in a folder of its own below the library's.

    Raises:
        Refused: `library-bare`.
        Unavailable: `not-writable`, `disk-full`.
    """
    work = library.book.work
    if work is None:
        raise Refused("library-bare")
    number = 1
    while (work.root / HOME / f"{form}-{number}").exists():
        number += 1
    work.lay(f"{HOME}/{form}-{number}", files)
    return work.root / HOME / f"{form}-{number}"


def last(library: Library) -> Path:
    """The folder that was laid down, or changed, last.

    Raises:
        NotFound: `record-draft-none`.
    """
    found = [one.parent for one in (library.root / HOME).glob(f"*/{RECORD}")]
    try:
        return max(found, key=lambda one: ((one / RECORD).stat().st_mtime_ns, one.name))
    except (ValueError, OSError):
        raise NotFound("record-draft-none") from None


def take(folder: Path, limit_mb: int) -> dict[str, bytes]:
    """The files of a record's folder, wherever it lies.

    Raises:
        NotFound: `folder-missing`, `file-missing`.
        Refused: `record-file-missing`, and as `mediatypes.gather`.
        Unavailable: `not-readable`.
    """
    if not folder.is_dir():
        raise NotFound("folder-missing", path=str(folder))
    record = folder / RECORD
    if not record.is_file():
        raise Refused("record-file-missing", file=RECORD)
    try:
        paths = sorted(one for one in folder.iterdir() if not one.name.startswith("."))
        with record.open("rb") as file:
            text = file.read(MAX_TEXT + 1)  # one that is longer is refused when it is read
    except OSError as error:
        raise Unavailable("not-readable", path=str(folder), reason=error.strerror) from None
    files = mediatypes.gather(tuple(one for one in paths if one.name != RECORD), limit_mb)
    return {RECORD: text, **files}


def clear(library: Library, folder: Path) -> bool:
    """Take a folder away whose record is registered; one from elsewhere stays. Whether it was taken."""
    work = library.book.work
    if work is None or folder.resolve().parent != (work.root / HOME).resolve() or not is_plain_name(folder.name):
        return False
    work.lay(f"{HOME}/{folder.name}", None)
    return True
