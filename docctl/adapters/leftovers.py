"""What programs that were killed left lying in a library: locks, half-written files.

Nothing of it holds anything that was entered. What is too young to be left over may belong to somebody at work, and is
not looked at. Locks of the system (`docctl.lock`) are none: the system lets go of them by itself.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from docctl.adapters.gitprocess import disk_failure
from docctl.adapters.worktree import TEMPORARY

# Held or written for milliseconds.
_SHORT = 60.0
# Somebody's editor may be open, or a long transfer under way.
_LONG = 3600.0


def find(git_dir: Path, root: Path | None, now: float) -> tuple[Path, ...]:
    """The files, and folders of half-taken transfers, that were left over.

    Args:
        git_dir: The repository's own folder.
        root: The working folder; None in a bare repository.
        now: This instant, by the clock of the file system.

    Raises:
        Unavailable: `not-readable`, `disk-failed`.
    """
    try:
        return tuple(sorted(path for path, age in _candidates(git_dir, root) if _older(path, now - age)))
    except OSError as error:
        raise disk_failure(error, Path(error.filename or git_dir), "not-readable") from error


def remove(paths: tuple[Path, ...]) -> None:
    """Remove what was found.

    Raises:
        Unavailable: `not-writable`, `disk-failed`.
    """
    for path in paths:
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise disk_failure(error, path) from error


def _candidates(git_dir: Path, root: Path | None) -> Iterator[tuple[Path, float]]:
    """Whatever may have been left over, with the seconds after which it surely was."""
    for name in ("HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock"):
        yield git_dir / name, _SHORT
    yield git_dir / "index.lock", _LONG
    for path in (git_dir / "refs").rglob("*.lock"):
        yield path, _SHORT
    for path in git_dir.glob(f"{TEMPORARY}*"):
        yield path, _SHORT
    objects = git_dir / "objects"
    for pattern in ("tmp_*", "[0-9a-f][0-9a-f]/tmp_*", "pack/tmp_*", "pack/.tmp-*", "incoming-*"):
        for path in objects.glob(pattern):
            yield path, _LONG
    for folder, below, names in os.walk(root) if root is not None else ():
        below[:] = [name for name in below if Path(folder, name) != git_dir]
        for name in names:
            if name.startswith(TEMPORARY):
                yield Path(folder, name), _SHORT


def _older(path: Path, instant: float) -> bool:
    try:
        return path.lstat().st_mtime < instant
    except FileNotFoundError:
        return False
