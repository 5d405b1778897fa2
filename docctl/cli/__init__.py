"""The command line: words in, one call of the library, words and an exit status out.

    phrases, spoken     sentences, and commands that speak them
    words, context      output and refusals; the call: language, library, key
    the other modules   one a group of people, loaded when their command is called

Exit status: 0 done or lawful, 1 refused or violations found, 2 wrong usage, 3 could not judge.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import click

from docctl.cli import words
from docctl.cli.context import Session, early_language
from docctl.cli.phrases import LANGUAGES, phrase
from docctl.cli.spoken import PERSON, Choice, Family, brief, language_of, option
from docctl.errors import DocctlError

SECTIONS: MappingProxyType[str, MappingProxyType[str, str]] = MappingProxyType(
    {
        section: MappingProxyType(dict(pair.split(":") for pair in commands.split()))
        for section, commands in {
            "everyone": "list:reading show:reading get:copies history:reading diff:comparing comment:authoring"
            " read:readings reading:readings check:checks impact:externals",
            "authors": "new:authoring submit:authoring amend:authoring cancel:authoring",
            "approvers": "inbox:approving approve:approving reject:approving",
            "manager": "publish:publishing reschedule:publishing withdraw:publishing review:publishing"
            " copy:copyregister overdue:overdue externals:externals attach:attaching seal:sealing status:lists",
            "records": "record:records hold:retaining release:retaining retention:retaining dispose:retaining",
            "auditors": "verify:auditing anchor:auditing checkpoint:checkpoints export-keys:exporting",
            "it": "init:founding join:founding demo:founding key:keys person:people charter:charters"
            " keystore:keystores sync:care remote:care doctor:care hook:hook",
        }.items()
    }
)
MODULES = {name: module for section in SECTIONS.values() for name, module in section.items()}


class Program(Family):
    """`docctl` itself: loads a command when it is called, and turns every error into a sentence and a status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        del ctx
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        del ctx
        if cmd_name not in MODULES:
            return None
        module = importlib.import_module(f"docctl.cli.{MODULES[cmd_name]}")
        found: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by the people they are for; no module is loaded for it."""
        language = language_of(ctx)
        longest = max(map(len, MODULES))
        for section, commands in SECTIONS.items():
            with formatter.section(phrase(f"section-{section}", language)):
                formatter.write_dl([(name.ljust(longest), brief(name, language)) for name in commands])

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The call; its language must be known before anything can be said about the rest."""
        extra.setdefault("obj", Session(early_language(args)))
        return super().make_context(info_name, args, parent, **extra)

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run, and end the process with the exit status."""
        given = sys.argv[1:] if args is None else list(args)
        extra.pop("standalone_mode", None)
        _writable()
        try:
            status = self._run(given, prog_name or "docctl", extra)
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read us has read enough; the interpreter must not try again at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            status = words.DONE
        sys.exit(status)

    def _run(self, given: list[str], name: str, extra: dict[str, Any]) -> int:
        session, as_json = Session(early_language(given)), "--json" in given
        language = session.language
        try:
            _check_words(given, language)
            result = super().main(given, name, standalone_mode=False, obj=session, **extra)
        except DocctlError as error:
            words.refuse(
                error.code, words.problem(error, language), as_json=as_json, mistakes=words.mistakes(error, language)
            )
            return words.status_of(error, judging=session.judging)
        except click.exceptions.NoArgsIsHelpError as error:
            words.note(error.format_message())
            return words.USAGE
        except click.ClickException as error:
            _wrong_usage(error, language, as_json=as_json)
            return words.USAGE
        except (click.Abort, KeyboardInterrupt):
            words.note(phrase("interrupted", language))
            return words.INTERRUPTED
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001  (the last resort: nobody is shown a traceback)
            words.refuse("internal-error", _crashed(error, language), as_json=as_json)
            return words.NOT_JUDGED if session.judging else words.REFUSED
        return result if isinstance(result, int) else words.DONE


def _writable() -> None:
    """Letters that the terminal does not know are shown as question marks, not as a failure."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _check_words(given: list[str], language: str) -> None:
    """That the words of the call are text at all; bytes that are none can be neither shown nor entered."""
    try:
        "".join(given).encode()
    except UnicodeEncodeError:
        raise click.UsageError(phrase("usage-utf8", language)) from None


def _wrong_usage(error: click.ClickException, language: str, *, as_json: bool) -> None:
    ctx = getattr(error, "ctx", None)
    words.refuse("usage", _usage_sentence(error, ctx, language), as_json=as_json)
    if not as_json:
        words.note(phrase("usage-hint", language, command=ctx.command_path if ctx is not None else "docctl"))


def _usage_sentence(error: click.ClickException, ctx: click.Context | None, language: str) -> str:
    param = getattr(error, "param", None)
    name = ""
    if isinstance(param, click.Option):
        name = param.opts[-1]
    elif param is not None and ctx is not None:
        name = param.make_metavar(ctx).strip("[].")
    if isinstance(error, click.MissingParameter):
        return phrase("usage-missing", language, name=name)
    if isinstance(error, click.BadParameter):
        return phrase("usage-bad", language, name=name, reason=error.message)
    if isinstance(error, click.NoSuchOption):
        first = error.option_name in _FIRST and ctx is not None and ctx.parent is not None
        return phrase("usage-option-first" if first else "usage-no-option", language, name=error.option_name)
    if isinstance(error, click.BadOptionUsage):
        return phrase("usage-value-missing", language, name=error.option_name)
    if type(error) is click.UsageError and "Got unexpected extra" in error.message:
        return phrase("usage-extra", language)
    return error.format_message()


_FIRST = ("--as", "--key", "--lang", "--library")


def _crashed(error: Exception, language: str) -> str:
    """Keep what is needed to mend this, and say where it lies."""
    import time
    import traceback

    from docctl.adapters.home import Home

    path = Home().path / "crash.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(time.strftime("%Y-%m-%d %H:%M:%S %z\n") + "".join(traceback.format_exception(error)) + "\n")
    except OSError:
        return phrase("internal-error-unwritten", language, kind=type(error).__name__)
    return phrase("internal-error", language, path=path)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    from docctl._version import __version__

    del param
    if value and not ctx.resilient_parsing:
        words.tell(f"docctl {__version__}")
        ctx.exit()


@click.group("docctl", cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@option("--library", type=click.Path(path_type=Path), envvar="DOCCTL_LIBRARY", metavar="folder")
@option("--as", "person", type=PERSON, metavar="person")
@option("--key", type=click.Path(path_type=Path), envvar="DOCCTL_KEY", metavar="file")
@option("--lang", type=Choice(LANGUAGES), metavar="language")
@option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version)
@click.pass_obj
def docctl(session: Session, library: Path | None, person: str | None, key: Path | None, lang: str | None) -> None:
    """Controlled documents, with a history that anybody can check."""
    del lang  # known before anything was parsed
    session.library_path, session.person, session.key_file = library, person, key
