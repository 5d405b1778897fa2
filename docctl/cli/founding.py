"""For the IT person: founding a library, joining one, and the demonstration."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import NAMED, OFFSET, PERSON, Choice, argument, command, option
from docctl.errors import Refused

STARTERS = ("government", "empty")


@command("init")
@argument("folder", type=click.Path(path_type=Path), metavar="folder")
@option("--name", "names", type=NAMED, multiple=True, metavar="named")
@option("--person", type=PERSON, metavar="person")
@option("--full-name", metavar="text")
@option("--email", metavar="email")
@option("--position", metavar="text")
@option("--starter", type=Choice(STARTERS), default="government", metavar="starter")
@option("--recovery", type=click.Path(path_type=Path), metavar="file")
@option("--offset", type=OFFSET, metavar="offset")
@option("--no-passphrase", is_flag=True)
@pass_session
def init_(  # noqa: PLR0913  (click's options)
    session: Session,
    /,
    folder: Path,
    names: tuple[tuple[str, str], ...],
    starter: str,
    recovery: Path | None,
    offset: str | None,
    *,
    no_passphrase: bool,
    **who: str | None,
) -> None:
    """Found a library."""
    from docctl.library import founding

    if (folder / ".git").exists():
        raise Refused("library-exists", path=str(folder))
    named = _names(session, names)
    person = _person(session, who["person"])
    full_name = session.ask("ask-full-name", who["full_name"], "--full-name")
    email = session.ask("ask-email", who["email"], "--email")
    position = session.ask("ask-position", who["position"], "--position")
    spare = recovery or session.home.path / "recovery" / folder.resolve().name
    mine = session.key_file or session.home.keys / person
    with _made(session, mine, spare, none=no_passphrase) as passphrase:
        signer, recovery_key = session.load(mine, passphrase), session.load(spare)
        founder = founding.Founder(person, full_name, email, position, signer, recovery_key)
        languages = tuple(dict.fromkeys((*named, "az", "en")))
        library = founding.found_library(
            folder, founder, named, languages=languages, starter=starter, offset=offset, home=session.home
        )
    with library:
        line, (zone,) = library.anchor(), library.charter.offsets
        texts = sorted(path.name for path in (folder / "drafts").iterdir()) if (folder / "drafts").is_dir() else []
    words.tell(session.say("done-init", path=folder, person=person))
    words.tell(session.say("init-anchor", anchor=line))
    words.tell(session.say("init-offset", offset=f"{zone[:3]}:{zone[3:]}"))
    words.tell(session.say("init-key", path=mine))
    words.tell(session.say("init-recovery", path=spare))
    if texts:
        words.tell(session.say("init-texts", texts=", ".join(texts), path=folder / "drafts"))
    words.tell(session.say("next-init"))


def _names(session: Session, names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The organisation's names, by language."""
    given = dict(names)
    if given or not words.can_ask():
        return given or _missing(session, "--name")
    first = session.language
    given[first] = session.ask(f"ask-name-{first}", None, "--name")
    other = "en" if first == "az" else "az"
    answer = str(click.prompt(session.say(f"ask-name-{other}"), default="", show_default=False, err=True)).strip()
    return given | ({other: answer} if answer else {})


def _missing(session: Session, name: str) -> dict[str, str]:
    raise click.UsageError(session.say("usage-missing", name=name), click.get_current_context())


def _person(session: Session, given: str | None) -> str:
    person = session.ask("ask-person", given or session.person, "--person")
    return PERSON.convert(person, None, click.get_current_context())


@contextmanager
def _made(session: Session, mine: Path, spare: Path, *, none: bool) -> Iterator[str | None]:
    """The two keys: those that are missing are made, and removed again if the founding fails.

    Yields:
        The passphrase just given to the person's key, if it was made.
    """
    from docctl import signatures

    made: list[Path] = []
    passphrase = None
    try:
        if not mine.exists():
            passphrase = session.new_passphrase(none=none)
            files.make_folder(mine.parent)
            signatures.generate(mine, passphrase)
            made.append(mine)
        if not spare.exists():
            # Without a passphrase: it is kept under lock and key, and whoever needs it may not be who made it.
            files.make_folder(spare.parent)
            signatures.generate(spare, None)
            made.append(spare)
        yield passphrase
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.pub").unlink(missing_ok=True)
        raise


@command("join")
@argument("url", metavar="url")
@argument("folder", type=click.Path(path_type=Path), metavar="folder")
@option("--anchor", type=click.Path(path_type=Path), required=True, metavar="file")
@pass_session
def join_(session: Session, url: str, folder: Path, anchor: Path) -> None:
    """Take a copy of a shared library."""
    from docctl.core.checkpoint import read_anchor
    from docctl.library import founding

    known = read_anchor(files.read_text(anchor))
    with founding.join_library(url, folder, known, session.home) as library:
        words.tell(session.say("done-join", path=folder, name=library.charter.name(session.language)))
        words.tell(session.say("join-entries", count=library.entries))
    words.tell(session.say("next-join"))


def _program() -> str:
    """The command as it was called, so that what is printed can be typed."""
    called = sys.argv[0]
    return called if Path(called).name == "docctl" else "docctl"


@command("demo")
@argument("folder", type=click.Path(path_type=Path), metavar="folder")
@option("--texts", type=click.Path(path_type=Path), metavar="folder")
@pass_session
def demo_(session: Session, folder: Path, texts: Path | None) -> None:
    """A whole library of a made-up office."""
    from docctl import catalogues
    from docctl.cli import reading
    from docctl.library import demo

    def say(code: str, **values: object) -> None:
        words.tell(catalogues.problem(code, session.language, **values), level="good")

    report, rows = demo.run(folder, texts, say, session.language)
    words.tell()
    reading.register(session, list(rows), {})
    words.tell()
    verdict = session.say(f"verdict-{report.verdict.replace(' ', '-')}", count=len(report.violations))
    words.tell(session.say("demo-verdict", verdict=verdict, count=report.entries))
    later = max(row.effective for row in rows if row.effective is not None)
    words.tell(session.say("next-demo", path=folder, whole=folder.resolve(), program=_program(), later=str(later)))
