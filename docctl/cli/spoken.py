"""Commands, options and values that speak the person's language: every help text is looked up when it is shown.

help-<command path>              what a command does, `help-key-new`
option-<command path>-<name>     what an option means there; `option-<name>` if it means the same everywhere
metavar-<name>                   the placeholder of a value
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from docctl.cli.phrases import LANGUAGES, knows, phrase

_WORDS = ("text", "paragraph", "email")
F = TypeVar("F", bound=Callable[..., Any])


def language_of(ctx: click.Context | None) -> str:
    """The language of a call; English before it is known."""
    language = getattr(ctx.find_root().obj, "language", None) if ctx is not None else None
    return language if language in LANGUAGES else "en"


def path_of(ctx: click.Context) -> str:
    """The words that lead to a command, joined by hyphens; "" for the program itself."""
    words: list[str] = []
    at: click.Context | None = ctx
    while at is not None and at.parent is not None:
        words.insert(0, at.info_name or "")
        at = at.parent
    return "-".join(words)


class Option(click.Option):
    """An option with its help and placeholder in the person's language."""

    def make_metavar(self, ctx: click.Context) -> str:
        """The placeholder of the value."""
        if self.metavar is None:
            return super().make_metavar(ctx)
        return " ".join(phrase(f"metavar-{name}", language_of(ctx)) for name in self.metavar.split())

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and help."""
        row = super().get_help_record(ctx)
        if row is None:
            return None
        language = language_of(ctx)
        text = phrase(help_key(path_of(ctx), self.name or "", language), language)
        if self.required:
            text = phrase("option-is-required", language, text=text)
        return row[0], text


def help_key(path: str, name: str, language: str) -> str:
    """The key of an option's help: its own, or the common one."""
    word = name.replace("_", "-")
    own = f"option-{path}-{word}"
    return own if knows(own, language) else f"option-{word}"


class Argument(click.Argument):
    """An argument with its placeholder in the person's language."""

    def make_metavar(self, ctx: click.Context) -> str:
        """The placeholder of the value."""
        shown = phrase(f"metavar-{self.metavar or self.name}", language_of(ctx))
        shown = shown if self.required else f"[{shown}]"
        return shown + ("..." if self.nargs != 1 else "")


class _Speaking(click.Command):
    """What commands and groups share."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        language = language_of(ctx)
        pieces = [phrase("usage-options", language), *self.collect_usage_pieces(ctx)[1:]]
        if isinstance(self, click.Group):
            pieces = [pieces[0], phrase("usage-command", language)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=phrase("usage-line", language) + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        path = path_of(ctx)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(phrase(f"help-{path}" if path else "help", language_of(ctx)))

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Arguments are explained in the help text."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options."""
        language = language_of(ctx)
        rows = []
        for param in self.get_params(ctx):
            if isinstance(param, click.Argument):
                continue
            row = param.get_help_record(ctx)
            if row is not None:
                rows.append(row if isinstance(param, Option) else (row[0], phrase("option-help", language)))
        with formatter.section(phrase("usage-options-title", language)):
            formatter.write_dl(rows)


class Command(_Speaking):
    """One command."""


class Family(_Speaking, click.Group):
    """A command with commands below it."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        _Speaking.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with the first sentence of their help."""
        language, path = language_of(ctx), path_of(ctx)
        with formatter.section(phrase("usage-commands-title", language)):
            formatter.write_dl([(name, brief(f"{path}-{name}", language)) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(phrase("usage-no-command", language_of(ctx), name=args[0]), ctx)
        return super().resolve_command(ctx, args)


def brief(path: str, language: str) -> str:
    """The first sentence of a command's help."""
    return phrase(f"help-{path}", language).partition(". ")[0].rstrip(".")


def command(name: str) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command."""
    return click.command(name, cls=Command)


def family(name: str) -> Callable[[Callable[..., Any]], Family]:
    """Make a function a command with commands below it."""
    return click.group(name, cls=Family)


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """Give a command an option; `metavar` names placeholders of the catalogue."""
    if attributes.get("metavar") in _WORDS:
        attributes.setdefault("type", Text())
    return click.option(*names, cls=Option, **attributes)


def argument(name: str, **attributes: Any) -> Callable[[F], F]:
    """Give a command an argument."""
    if attributes.get("metavar") in _WORDS:
        attributes.setdefault("type", Text())
    return click.argument(name, cls=Argument, **attributes)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day: 2026-11-22 or 22.11.2026."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day meant."""
        if isinstance(value, date):
            return value
        text = str(value).strip()
        parts = text.split(".")
        iso = "-".join(reversed(parts)) if len(parts) == 3 else text
        try:
            day = date.fromisoformat(iso)
            if day.isoformat() != iso or day.year < 1800:
                raise ValueError(text)
        except ValueError:
            self.fail(phrase("usage-day", language_of(ctx), value=text), param, ctx)
        return day


class Offset(click.ParamType):  # type: ignore[type-arg]
    """An offset from UTC: +04:00 or +0400; given on as commits write it."""

    name = "offset"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The offset meant."""
        text = str(value).strip().replace(":", "")
        if re.fullmatch(r"[+-](?:0[0-9]|1[0-4])[0-5][0-9]", text) is None:
            self.fail(phrase("usage-offset", language_of(ctx), value=value), param, ctx)
        return text


class Choice(click.Choice):  # type: ignore[type-arg]
    """One of a few words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word, if it is one of them."""
        if value not in self.choices:
            known = ", ".join(str(one) for one in self.choices)
            self.fail(phrase("usage-choice", language_of(ctx), value=value, known=known), param, ctx)
        return value


class Choices(click.ParamType):  # type: ignore[type-arg]
    """Some words joined by commas, each once; of a few, if these are named."""

    name = "words"

    def __init__(self, known: tuple[str, ...] = ()) -> None:
        self.known = known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The words, in the order stated."""
        found = tuple(dict.fromkeys(part.strip() for part in str(value).split(",")))
        for one in found:
            if self.known and one not in self.known:
                known = ", ".join(self.known)
                self.fail(phrase("usage-choice", language_of(ctx), value=one, known=known), param, ctx)
        return found


class PersonId(click.ParamType):  # type: ignore[type-arg]
    """A person's id: a word of small ASCII letters, which is a file name too."""

    name = "person"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id."""
        from docctl.core.fields import is_word

        text = str(value)
        if not is_word(text):
            self.fail(phrase("usage-person", language_of(ctx), value=text), param, ctx)
        return text


class Subject(click.ParamType):  # type: ignore[type-arg]
    """A document's id, in capitals whatever was typed; `charter` stays."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id."""
        del param, ctx
        text = str(value)
        if text.lower() == "charter":
            return "charter"
        return text.upper() if text.isascii() else text


class Text(click.ParamType):  # type: ignore[type-arg]
    """A text for people, as the ledger takes it: in NFC, without blanks at the ends of its lines."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text."""
        del param, ctx
        lines = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").strip().split("\n")
        return "\n".join(line.rstrip() for line in lines)


class Named(click.ParamType):  # type: ignore[type-arg]
    """A text in a language: `az=Prosedur`."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Language and text."""
        if isinstance(value, tuple):
            return value[0], value[1]
        language, sign, text = unicodedata.normalize("NFC", str(value)).partition("=")
        if not sign or len(language) != 2 or not language.islower() or not text.strip():
            self.fail(phrase("usage-named", language_of(ctx), value=value), param, ctx)
        return language, text.strip()


class Number(click.ParamType):  # type: ignore[type-arg]
    """A whole number from a lowest one on."""

    name = "number"

    def __init__(self, lowest: int) -> None:
        self.lowest = lowest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        text = str(value)
        if not text.isascii() or not text.isdecimal() or len(text) > 9 or int(text) < self.lowest:
            self.fail(phrase("usage-number", language_of(ctx), value=text), param, ctx)
        return int(text)


DAY, PERSON, SUBJECT, NAMED, TEXT = Day(), PersonId(), Subject(), Named(), Text()
OFFSET = Offset()
ACT = click.Tuple([Choice(("serencam", "emr", "decision", "other")), TEXT, DAY])
json_option = option("--json", "as_json", is_flag=True)
