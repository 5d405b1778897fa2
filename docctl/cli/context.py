"""One call of the program: its language, the library it works in, and the key it signs with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import words
from docctl.cli.phrases import LANGUAGES, phrase
from docctl.errors import NotFound, Refused, Unavailable, Untrusted

if TYPE_CHECKING:
    from docctl.adapters.home import Home
    from docctl.core.ports import Signer
    from docctl.library.library import Library


@dataclass(slots=True)
class Session:
    """What was said on the command line before the command.

    Attributes:
        library_path: Where to look for the library.
        person: Whose key is to sign (`--as`).
        key_file: The key to sign with (`--key`).
        judging: Whether the command judges: then whatever stands in its way means "could not judge".
    """

    language: str
    library_path: Path | None = None
    person: str | None = None
    key_file: Path | None = None
    judging: bool = False

    def say(self, key: str, /, **values: object) -> str:
        """A sentence in the person's language."""
        return phrase(key, self.language, **values)

    @property
    def place(self) -> Path:
        """Where to look for the library."""
        return self.library_path or Path()

    @property
    def home(self) -> Home:
        """The person's own folder."""
        from docctl.adapters.home import Home

        return Home()

    @contextmanager
    def library(self) -> Iterator[Library]:
        """The library; the person is told once if its history holds violations."""
        from docctl.library.library import open_library

        with open_library(self.place) as library:
            if library.violations:
                words.warn(self.say("warn-violations", count=len(library.violations)))
            yield library

    @contextmanager
    def acting(self) -> Iterator[tuple[Library, Signer]]:
        """The library and the key to sign with."""
        with self.library() as library:
            signer = self.signer()
            self.check_signer(library, signer)
            yield library, signer

    def check_signer(self, library: Library, signer: Signer) -> None:
        """That a key given with `--key` belongs to the person given with `--as`.

        Raises:
            Refused: `key-other-person`.
        """
        known = library.person_of(signer)
        if self.person and known and known != self.person:
            raise Refused("key-other-person", person=self.person, owner=known)

    def signer(self) -> Signer:
        """The key to sign with.

        Raises:
            NotFound: `key-missing`, `key-none`.
            Refused: `key-choose`: there are several.
            Untrusted, Malformed, Unavailable: the key cannot be used.
        """
        return self.load(self.key_path())

    def key_path(self) -> Path:
        """The file of the key to sign with."""
        if self.key_file is not None:
            return self.key_file
        if self.person is not None:
            path = self.home.keys / self.person
            public = path.with_name(f"{path.name}.pub")
            # A public key alone stands for one that an agent holds.
            return public if not path.exists() and public.exists() else path
        known = local_keys(self.home)
        if not known:
            raise NotFound("key-none", path=str(self.home.keys))
        if len(known) > 1:
            raise Refused("key-choose", known=", ".join(path.name for path in known))
        return known[0]

    def load(self, path: Path, passphrase: str | None = None) -> Signer:
        """A key file as a signer; a passphrase not known yet is asked for if there is somebody to ask."""
        from docctl import signatures

        return signatures.load_key(path, self._asker(path) if passphrase is None else lambda: passphrase)

    def _asker(self, path: Path) -> words.Ask | None:
        given = passphrase_file()
        if given is not None:
            return lambda: given
        if not words.can_ask():
            return None
        return lambda: str(click.prompt(self.say("ask-passphrase", path=path), hide_input=True, err=True))

    def passphrase(self, path: Path) -> str:
        """The passphrase of a file that is known to have one.

        Raises:
            Untrusted: `key-locked`: nobody can be asked.
        """
        ask = self._asker(path)
        if ask is None:
            raise Untrusted("key-locked", path=str(path))
        return ask()

    def new_passphrase(self, *, none: bool) -> str | None:
        """The passphrase of a new key.

        Args:
            none: The person wants a key without one.

        Raises:
            Untrusted: `passphrase-needed`: nobody can be asked.
        """
        if none:
            return None
        given = passphrase_file()
        if given is not None:
            return given
        if not words.can_ask():
            raise Untrusted("passphrase-needed")
        while True:
            # click's own repetition would say in English that the two differ.
            first, second = (
                click.prompt(self.say(key), hide_input=True, err=True)
                for key in ("ask-new-passphrase", "ask-passphrase-again")
            )
            if first == second:
                return str(first)
            words.note(self.say("passphrases-differ"))

    def ask(self, key: str, given: str | None, option: str) -> str:
        """A value that was not given, asked for; without anybody to ask that is wrong usage."""
        if given:
            return given
        if not words.can_ask():
            raise click.UsageError(self.say("usage-missing", name=option))
        return str(click.prompt(self.say(key), err=True)).strip()

    def agrees(self, key: str, **values: object) -> bool:
        """Whether the person says yes; who cannot be asked has said so by calling."""
        if not words.can_ask():
            return True
        answer = click.prompt(self.say(key, **values), default="", show_default=False, err=True)
        return str(answer).strip().lower() in self.say("ask-yes").split()


SEALING = ".age"
"""Ending of the file beside a signing key that holds its person's sealing key."""

pass_session = click.make_pass_decorator(Session)


def local_keys(home: Home) -> list[Path]:
    """The private key files in the person's own folder."""
    try:
        return sorted(path for path in home.keys.iterdir() if path.is_file() and path.suffix not in (".pub", SEALING))
    except OSError:
        return []


def passphrase_file() -> str | None:
    """The first line of the file that `DOCCTL_PASSPHRASE_FILE` names.

    Raises:
        Unavailable: `not-readable`.
    """
    name = os.environ.get("DOCCTL_PASSPHRASE_FILE")
    if not name:
        return None
    try:
        return Path(name).read_text("utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("not-readable", path=name, reason=str(getattr(error, "strerror", "") or "UTF-8")) from None


def early_language(args: list[str]) -> str:
    """The language, before anything is parsed: `--lang`, `DOCCTL_LANG`, the locale."""
    wanted = os.environ.get("DOCCTL_LANG", "")
    for index, word in enumerate(args):
        if word == "--lang" and index + 1 < len(args):
            wanted = args[index + 1]
        elif word.startswith("--lang="):
            wanted = word.removeprefix("--lang=")
    if wanted in LANGUAGES:
        return wanted
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "az" if locale.startswith("az") else "en"
