"""Files that a command writes for the person, and short texts that it reads."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import words
from docctl.errors import Malformed, NotFound, Refused, Unavailable

if TYPE_CHECKING:
    from docctl.cli.context import Session

MAX_SHORT = 1024 * 1024
_ENDINGS = {"htm": "html", "markdown": "md", "text": "txt"}
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write(path: Path, data: bytes, *, force: bool = False, private: bool = False) -> None:
    """Write a file whole or not at all; a private one nobody else may read.

    Raises:
        Refused: `file-exists` or `file-exists-force`, unless it may be replaced.
        NotFound: `folder-missing`.
        Unavailable: `not-writable`.
    """
    target = check_free(path, force=force)
    temporary = target.with_name(f".docctl-{secrets.token_hex(8)}")
    try:
        try:
            with os.fdopen(os.open(temporary, _FRESH, 0o600 if private else 0o666), "wb") as file:
                file.write(data)
            if force:
                temporary.replace(target)
            else:
                target.hardlink_to(temporary)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise Unavailable("not-writable", path=str(path), reason=error.strerror) from None


def form(session: Session, path: Path | None, stated: str | None, known: tuple[str, ...], otherwise: str) -> str:
    """The format of a file: as stated, or as its ending says; for the standard output, the usual one.

    Raises:
        click.UsageError: the ending names another format than was stated, or none that is known.
    """
    named = path.suffix.lower().lstrip(".") if path else ""
    named = _ENDINGS.get(named, named)
    if stated is not None and named in known and named != stated:
        said = session.say("usage-ending-other", name=path.name if path else "", format=stated)
        raise click.UsageError(said, click.get_current_context())
    if stated is None and path is not None and named not in known:
        said = session.say("usage-ending-unknown", name=path.name, known=", ".join(known))
        raise click.UsageError(said, click.get_current_context())
    return stated or named or otherwise


def give(session: Session, data: bytes, output: Path | None, *, force: bool) -> None:
    """Bytes to a file, or to whoever reads the standard output.

    Raises: as `write`.
    """
    if output is None:
        click.echo(data, nl=False)
        return
    write(output, data, force=force)
    words.note(session.say("done-written", path=output))


def check_free(path: Path, *, force: bool = False) -> Path:
    """That a file may be written at a path: what is really written to.

    Raises:
        Refused: `file-exists` or `file-exists-force`, unless it may be replaced.
        NotFound: `folder-missing`.
        Unavailable: `not-writable`.
    """
    # Followed to its end, so that a link stays a link and what it names is replaced.
    target = Path(os.path.realpath(path))
    try:
        if not target.parent.is_dir():
            raise NotFound("folder-missing", path=str(target.parent))
        if target.is_dir() or (target.exists() and not force):
            raise _exists(path)
    except (OSError, ValueError) as error:  # a name that is too long, or none
        raise Unavailable("not-writable", path=str(path), reason=getattr(error, "strerror", "")) from None
    return target


def _exists(path: Path) -> Refused:
    """The refusal; it names `--force` where the command knows it and it would help."""
    ctx = click.get_current_context(silent=True)
    forced = ctx is not None and any(one.name == "force" for one in ctx.command.params)
    # What lies beside its place for now is nobody's to replace.
    helps = forced and not path.is_dir() and path.suffix != ".part"
    return Refused("file-exists-force" if helps else "file-exists", path=str(path))


class Aside:
    """A file that must not be lost between an entry that names its digest and its own place.

    It is written beside its place first, to the disk, and put there once the entry stands. Whatever happens between, it
    lies beside its place under its own name with `.part` behind it.

    Attributes:
        path: Its place; None before the first `lay`.
    """

    def __init__(self, *, force: bool = False) -> None:
        self.force = force
        self.path: Path | None = None

    @property
    def part(self) -> Path:
        """Where it lies for now."""
        assert self.path is not None  # noqa: S101  (it was laid)
        target = Path(os.path.realpath(self.path))
        return target.with_name(f"{target.name}.part")

    def lay(self, path: Path, data: bytes) -> None:
        """Write the file beside its place, in place of what was laid before.

        Raises:
            Refused: `file-exists`: there, or beside it.
            NotFound: `folder-missing`.
            Unavailable: `not-writable`.
        """
        self.drop()
        check_free(path, force=self.force)
        self.path = path
        part = check_free(self.part)
        try:
            with os.fdopen(os.open(part, _FRESH, 0o666), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise Unavailable("not-writable", path=str(path), reason=error.strerror) from None

    def place(self) -> bool:
        """Put the file into its place; False if that cannot be done, and it stays beside it."""
        target = self.part.with_suffix("")
        try:
            if self.force:
                self.part.replace(target)
            else:
                target.hardlink_to(self.part)
                self.part.unlink()
        except OSError:
            return False
        return True

    def drop(self) -> None:
        """Take the file away again: what it stands for was not entered."""
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.part.unlink()


def read(path: Path, limit: int = MAX_SHORT) -> bytes:
    """A file that somebody handed over; a short one, unless a longer one is expected.

    Raises:
        NotFound: `file-missing`, `file-is-folder`.
        Malformed: `file-too-large`.
        Unavailable: `not-readable`.
    """
    try:
        if not path.is_file():
            raise NotFound("file-is-folder" if path.is_dir() else "file-missing", path=str(path))
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise Unavailable("not-readable", path=str(path), reason=getattr(error, "strerror", "")) from None
    if len(data) > limit:
        raise Malformed("file-too-large", path=str(path), limit=limit)
    return data


def read_text(path: Path) -> str:
    """The same as text.

    Raises:
        Malformed: `text-not-utf8`.
    """
    try:
        return read(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = read(path)[: error.start].count(b"\n") + 1
        raise Malformed("text-not-utf8", file=path.name, line=line) from None


def read_folder(folder: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """Some files of a folder.

    Raises:
        NotFound: `folder-missing`, `file-missing`.
    """
    if not folder.is_dir():
        raise NotFound("folder-missing", path=str(folder))
    return {name: read(folder / name) for name in names}


def make_folder(path: Path) -> None:
    """A folder for keys, which nobody else may look into.

    Raises:
        Unavailable: `not-writable`.
    """
    _make_folder(path, 0o700)


def make_open_folder(path: Path) -> None:
    """A folder for what is published.

    Raises:
        Unavailable: `not-writable`.
    """
    _make_folder(path, 0o755)


def _make_folder(path: Path, mode: int) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=mode)
    except OSError as error:
        raise Unavailable("not-writable", path=str(path), reason=error.strerror) from None
