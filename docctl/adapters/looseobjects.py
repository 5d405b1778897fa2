"""Writing objects into a repository, each whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import zlib
from collections.abc import Iterable
from pathlib import Path

from docctl.adapters.gitprocess import disk_failure
from docctl.core.commit import object_id
from docctl.core.ports import LIMITS, Kind
from docctl.errors import Unavailable

_TEMPORARY = "tmp_obj_docctl_"  # git's own pruning knows the first half
_OLD = 3600.0


def store(folder: Path, objects: Iterable[tuple[Kind, bytes]]) -> dict[str, Kind]:
    """Write loose objects for good.

    Each appears whole or not at all (temporary file, flush, rename), and is on the disk when this returns.

    Args:
        folder: The repository's `objects`.
        objects: What to write; what is there already, in good order, is left alone.

    Returns:
        The kind of each, by id.

    Raises:
        Unavailable: `object-too-large` (it could not be read again), `disk-full`, `not-writable`, `disk-failed`.

    Side effects: temporary files of writers killed over an hour ago are removed.
    """
    stored: dict[str, Kind] = {}
    touched: set[Path] = set()
    at = folder
    try:
        _sweep(folder)
        for kind, data in objects:
            one = object_id(kind, data)
            if len(data) > LIMITS[kind]:
                raise Unavailable("object-too-large", id=one)
            at = folder / one[:2] / one[2:]
            whole = b"%s %d\0" % (kind.encode(), len(data)) + data
            if not at.parent.is_dir():
                at.parent.mkdir(exist_ok=True)
                touched.add(folder)
            if not _holds(at, whole):
                _write(folder, at, zlib.compress(whole, 1))
            touched.add(at.parent)
            stored[one] = kind
        for changed in touched:
            _flush_folder(changed)
    except OSError as error:
        raise disk_failure(error, at) from error
    return stored


def _write(folder: Path, target: Path, packed: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(packed)
            file.flush()
            os.fchmod(file.fileno(), 0o444)
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _holds(path: Path, whole: bytes) -> bool:
    """Whether the object lies there in good order; a power cut may have left an empty file of that name."""
    try:
        with path.open("rb") as file:
            packed = file.read(len(whole) + len(whole) // 8 + 1024)
        return zlib.decompressobj().decompress(packed, len(whole) + 1) == whole
    except (FileNotFoundError, zlib.error):
        return False


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what writers left that were killed long ago."""
    oldest = time.time() - _OLD
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_TEMPORARY) and entry.stat(follow_symlinks=False).st_mtime < oldest:
                Path(entry.path).unlink(missing_ok=True)
