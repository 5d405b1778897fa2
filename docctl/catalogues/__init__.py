"""The words: a code and its values in, a sentence for people out, in Azerbaijani or English; of copies in Russian too.

Not for: deciding anything, and not for document texts. Values come from outside and are shown as they are: one that a
sentence has no place for is ignored, a place without a value is a dash, and nothing in a value is read as a place.

    <language>/rules.yaml       a sentence a rule of `core.rules`
    <language>/errors.yaml      a sentence any other code of an error, of a hazard, of a reason not to judge
    <language>/copies.yaml      words: of copies, statuses, roles, events, kinds; months and patterns of dates
    <language>/commands.yaml    what the command line says
    <language>/explanations.yaml  what an explained entry says; `met-<rule>` of a rule that was kept

Each is a flat mapping of key to sentence with named places, `{document}`. A file is read when a word of it is asked
for, so that importing this package costs nothing. Labels and problems are two families: `copy-number` is the name of a
number for `say`, and the rule that a number broke for `problem`.

Example:
    >>> say("status-in-force", "en")
    'in force'
    >>> problem("not-in-force-now", "en", document="PRO-01", status="withdrawn").partition(".")[0]
    'No revision of PRO-01 is in force now (status: withdrawn)'
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

__all__ = [
    "COPY_LANGUAGES",
    "LANGUAGES",
    "codes",
    "day",
    "instant",
    "knows",
    "problem",
    "role",
    "say",
    "short_day",
    "stamp_day",
]

LANGUAGES = ("az", "en")
# Of copies alone: a text in Russian must not stand between English labels.
COPY_LANGUAGES = ("az", "en", "ru")
FILES = ("copies", "rules", "errors", "commands", "explanations")
PROBLEMS_FIRST = ("rules", "errors", "copies", "commands")

_FALLBACK = "en"
_NOTHING = "—"
_CODES = frozenset(("problem", "rule"))
_DAYS = frozenset(("day", "today"))
_ROLES = frozenset(("role", "roles", "waiting", "missing"))
_PREFIXED = {"status": "status-", "kind": "kind-", "document": "document-"}

# Vowel harmony: the suffix follows the last vowel of the number as it is read (bir, iki, üç, dörd, beş, altı, yeddi …).
_ONES = ("", "ci", "ci", "cü", "cü", "ci", "cı", "ci", "ci", "cu")
_TENS = ("", "cu", "ci", "cu", "cı", "ci", "cı", "ci", "ci", "cı")


class _Places(dict[str, str]):
    """The values of a sentence, already text; a place without a value is a dash."""

    def __missing__(self, name: str) -> str:
        return _NOTHING


def say(code: str, language: str, /, **values: object) -> str:
    """The sentence of a code.

    Args:
        code: Key of a catalogue.
        language: One of `LANGUAGES`; English stands in for any other, and where a sentence is missing.
        values: Its named places; days are written out, None is a dash.

    Returns:
        The sentence; the code in brackets where no catalogue knows it.
    """
    return _said(code, language, FILES, values)


def problem(error_code: str, language: str, /, **values: object) -> str:
    """The sentence of an error or a rule, whose values may be codes themselves.

    Another problem, a rule, a status, a kind, roles and the charter among the values are put into words, with the same
    values; days that come as `2026-11-22` are written out.
    """
    worded = {name: _worded(name, value, language, values) for name, value in values.items()}
    return _said(error_code, language, PROBLEMS_FIRST, worded)


def knows(code: str, language: str) -> bool:
    """Whether the language itself has a sentence for the code."""
    return _sentence(code, language, FILES) is not None


def codes(language: str) -> frozenset[str]:
    """Every code that the language has a sentence for."""
    return frozenset(code for file in FILES for code in _words(language, file))


def day(value: date, language: str) -> str:
    """A day as official texts write it: `22 noyabr 2026-cı il`, `22 November 2026`."""
    month = say(f"month-{value.month}", language)
    return say("day-shown", language, day=value.day, month=month, year=value.year, suffix=_ordinal_suffix(value.year))


def short_day(value: date, language: str) -> str:
    """A day in a narrow column: `22.11.2026`."""
    month, short = say(f"month-{value.month}", language), f"{value.day:02}.{value.month:02}.{value.year}"
    return say("day-short", language, short=short, day=value.day, month=month, year=value.year)


def stamp_day(value: date, language: str) -> str:
    """A day as it stands in a stamp: `“03” noyabr 2026-cı il`."""
    month, number = say(f"month-{value.month}", language), f"{value.day:02}"
    return say("stamp-day", language, day=number, month=month, year=value.year, suffix=_ordinal_suffix(value.year))


def instant(at: int, offset: str, language: str) -> str:
    """An instant with its offset from UTC: `22.11.2026, 14:05 (+04:00)`.

    Args:
        at: Seconds since 1970 UTC.
        offset: `+0400`.
        language: One of `LANGUAGES`.
    """
    from datetime import UTC, datetime, timedelta

    distance = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    local = datetime.fromtimestamp(at, UTC) + (-distance if offset[0] == "-" else distance)
    return say(
        "instant-shown",
        language,
        long=day(local.date(), language),
        short=local.strftime("%d.%m.%Y"),
        time=local.strftime("%H:%M"),
        zone=f"{offset[:3]}:{offset[3:5]}",
    )


def role(name: str, language: str) -> str:
    """A role in words; the name itself where no catalogue knows it, since a charter may name its own."""
    code = f"role-{name}"
    return say(code, language) if _is_word(code, language) else name


def _said(code: str, language: str, files: tuple[str, ...], values: Mapping[str, object]) -> str:
    sentence = _sentence(code, language, files) or _sentence(code, _FALLBACK, files)
    if sentence is None:
        return f"[{code}]"
    return sentence.format_map(_Places({name: _text(value, language) for name, value in values.items()}))


def _worded(name: str, value: object, language: str, values: Mapping[str, object]) -> object:
    """A value that may be a code, in words."""
    if not isinstance(value, str):
        return value
    if name in _DAYS:
        return _day_of(value)
    if name in _ROLES:
        return _roles(value, language)
    if name in _PREFIXED:
        code = _PREFIXED[name] + value
        return say(code, language) if _is_word(code, language) else value
    if name not in _CODES or not (knows(value, language) or knows(value, _FALLBACK)):
        return value
    # Without the place itself, or a code that names itself would never come to an end.
    return problem(value, language, **{other: one for other, one in values.items() if other != name})


def _roles(text: str, language: str) -> str:
    """Roles in words: `head`, `head, deputy`, `2 × reviewer`; or how many old and new administrators, `1 + 0`."""
    old, plus, new = text.partition(" + ")
    if plus:
        return say("missing-administrators", language, old=old, new=new)
    return ", ".join(_counted(part, language) for part in text.split(", "))


def _counted(part: str, language: str) -> str:
    """A role, or `2 × reviewer`, in words."""
    count, times, name = part.rpartition(" × ")
    return count + times + role(name, language)


def _day_of(text: str) -> object:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _text(value: object, language: str) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, str | int):
        return str(value)
    from datetime import date

    return day(value, language) if isinstance(value, date) else str(value)


def _ordinal_suffix(number: int) -> str:
    """The Azerbaijani ordinal suffix of a year: 2026-cı, 2010-cu, 2000-ci, 1900-cü."""
    if number % 10:
        return _ONES[number % 10]
    if number % 100:
        return _TENS[number // 10 % 10]
    return "cü" if number % 1000 else "ci"


def _sentence(code: str, language: str, files: tuple[str, ...]) -> str | None:
    """The sentence of a code in one language, from the first file that has it."""
    return next((words[code] for file in files if code in (words := _words(language, file))), None)


def _is_word(code: str, language: str) -> bool:
    """Whether a code is among the words of copies, where the other files need not be read."""
    return code in _words(language, "copies") or code in _words(_FALLBACK, "copies")


@lru_cache(maxsize=16)
def _words(language: str, file: str) -> Mapping[str, str]:
    """Every sentence of one file by its code; none where a language has no such file."""
    from pathlib import Path

    home = Path(__file__).parent / language / f"{file}.yaml"
    if language not in COPY_LANGUAGES or not home.exists():
        return {}
    import yaml

    # Every value stays text: `no` is a word here, and so is 1.10.
    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    found: dict[str, str] = yaml.load(home.read_text("utf-8"), Loader=loader)  # noqa: S506  (it makes text only)
    return found
