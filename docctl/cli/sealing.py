"""For the quality manager: the organisation's seal on a PDF; and its options, which other commands have too."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.phrases import phrase
from docctl.cli.spoken import Choice, argument, command, language_of, option

if TYPE_CHECKING:
    from docctl.signatures.sealkeys import SealKey

FILE = click.Path(path_type=Path)
LEVELS = ("b", "t", "lta")
MAX_PDF = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Seal:
    """How a PDF is to be sealed.

    Attributes:
        key_file: PKCS#12.
        password_file: Its first line; None if the password is asked for.
    """

    key_file: Path
    password_file: Path | None
    level: str
    authority: str | None
    roots: Path | None

    def key(self, session: Session) -> SealKey:
        """The key, its password asked for if there is somebody to ask.

        Raises:
            Untrusted: `seal-password-needed`: nobody can be asked; and as `library.sealing.key`.
        """
        from docctl.errors import Untrusted
        from docctl.library import sealing

        data = files.read(self.key_file)
        if self.password_file is not None:
            password = files.read_text(self.password_file).partition("\n")[0].rstrip("\r")
        elif words.can_ask():
            question = session.say("ask-passphrase", path=self.key_file)
            password = str(click.prompt(question, default="", show_default=False, hide_input=True, err=True))
        else:
            password = ""
        try:
            return sealing.key(data, password)
        except Untrusted as error:
            if error.code == "seal-password" and self.password_file is None and not words.can_ask():
                raise Untrusted("seal-password-needed", path=str(self.key_file)) from None
            raise

    def put(self, pdf: bytes, key: SealKey) -> bytes:
        """The PDF with the seal."""
        from docctl.library import sealing

        roots = files.read(self.roots) if self.roots else None
        return sealing.seal(pdf, key, level=self.level, authority=self.authority, roots=roots)


def seal_options(*, required: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that ask for a seal; the function gets them as `seal`, a `Seal` or None."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @option("--seal", "key_file", type=FILE, required=required, metavar="file")
        @option("--seal-level", type=Choice(LEVELS), metavar="level")
        @option("--seal-password-file", type=FILE, metavar="file")
        @option("--timestamp-url", metavar="url")
        @option("--trust", type=FILE, metavar="file")
        @wraps(function)
        def sealing(*given: Any, key_file: Path | None, **named: Any) -> Any:
            asked = {name: named.pop(name) for name in ("seal_level", "seal_password_file", "timestamp_url", "trust")}
            return function(*given, **named, seal=_seal(key_file, asked))

        return sealing

    return decorate


def _seal(key_file: Path | None, asked: dict[str, Any]) -> Seal | None:
    """What is asked; options that mean nothing so are wrong usage."""
    url = asked["timestamp_url"]
    level = asked["seal_level"] or ("t" if url else "b")
    for name, given, other, there in (
        *((f"--{one.replace('_', '-')}", value, "--seal", key_file) for one, value in asked.items()),
        ("--timestamp-url", url, "--seal-level t", level != "b"),
        (f"--seal-level {level}", level != "b", "--timestamp-url", url),
        ("--trust", asked["trust"], "--seal-level lta", level == "lta"),
    ):
        if given and not there:
            ctx = click.get_current_context()
            raise click.UsageError(phrase("usage-needs", language_of(ctx), name=name, other=other), ctx)
    if key_file is None:
        return None
    return Seal(key_file, asked["seal_password_file"], level, url, asked["trust"])


@command("seal")
@argument("path", type=FILE, metavar="file")
@seal_options(required=True)
@option("--output", type=FILE, metavar="file")
@option("--force", is_flag=True)
@pass_session
def seal_(session: Session, path: Path, output: Path | None, *, force: bool, seal: Seal) -> None:
    """Put the organisation's seal on a PDF."""
    if output is None and sys.stdout.isatty():
        name = f"{path.stem}.sealed.pdf"
        raise click.UsageError(session.say("usage-output", name=name), click.get_current_context())
    if output is not None:
        files.check_free(output, force=force)
    pdf = files.read(path, limit=MAX_PDF)
    files.give(session, seal.put(pdf, seal.key(session)), output, force=force)
