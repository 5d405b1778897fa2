"""Where a repository lies, told from files alone: a process for every folder on the way up would be dear."""

from __future__ import annotations

import os
from pathlib import Path

from docctl.adapters.gitprocess import run
from docctl.errors import Unavailable


def repository(folder: Path) -> Path | None:
    """The git folder of a working folder, or the folder itself if it is a bare repository; None if it is neither."""
    inner = folder / ".git"
    if inner.is_file():
        # Of the pointers only the plain one is followed: a second working tree shares branches with another folder.
        text = inner.read_bytes()[:4096].decode("utf-8", "replace")
        target = Path(os.path.realpath(folder / text.removeprefix("gitdir:").strip("\n ")))
        return target if text.startswith("gitdir:") and _is_git_folder(target) else None
    return next((place for place in (inner, folder) if _is_git_folder(place)), None)


def _is_git_folder(place: Path) -> bool:
    parts = [place / "objects", place / "refs"]
    return (place / "HEAD").is_file() and all(part.is_dir() for part in parts) and not (place / "commondir").exists()


def check_format(git_dir: Path) -> None:
    """That the repository names its objects as we do.

    Raises:
        Unavailable: `object-format` (SHA-256), `git-missing`, `git-failed`.
    """
    settings = git_dir / "config"
    # A process for every opening would be dear; most settings never mention the format.
    if not settings.exists() or b"objectformat" not in settings.read_bytes().lower():
        return
    if run(["rev-parse", "--show-object-format"], git_dir).strip() != b"sha1":
        raise Unavailable("object-format", path=str(git_dir))
