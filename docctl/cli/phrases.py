"""What the command line itself says: read from the catalogues' `commands.yaml` without a YAML library.

Help must come at once, so that file is kept in a form that needs no parser: one line a sentence, its value a JSON
string, which YAML reads alike. Every other word (statuses, roles, errors) is the catalogues' own business.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path

from docctl import catalogues

LANGUAGES = catalogues.LANGUAGES
_NOTHING = "—"


class _Places(dict[str, object]):
    """The values of a sentence; a place without a value is a dash."""

    def __missing__(self, name: str) -> str:
        return _NOTHING


@lru_cache(maxsize=4)
def sentences(language: str) -> dict[str, str]:
    """Every sentence of the command line in a language, by its key."""
    text = (Path(catalogues.__file__).parent / language / "commands.yaml").read_text("utf-8")
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(": ")
        if colon and not line.startswith("#"):
            found[key] = json.loads(value)
    return found


def knows(key: str, language: str) -> bool:
    """Whether the command line has a sentence of that key."""
    return key in sentences(language)


def phrase(key: str, language: str, /, **values: object) -> str:
    """A sentence of the command line, or else of the catalogues; days among the values are written out."""
    sentence = sentences(language).get(key)
    if sentence is None:
        return catalogues.say(key, language, **values)
    return sentence.format_map(_Places({name: _text(value, language) for name, value in values.items()}))


def _text(value: object, language: str) -> object:
    if value is None:
        return _NOTHING
    return catalogues.day(value, language) if isinstance(value, date) else value
