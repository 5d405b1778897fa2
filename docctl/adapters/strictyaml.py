r"""The one reader of YAML: text, lists and mappings, and nothing that YAML adds to them.

Scalars stay strings until a schema converts them (`1.10` is not 1.1, `no` is not False). No aliases and anchors (so no
bombs), no tags, no duplicate keys, one document, bounded depth and size.

Example:
    >>> read(b"languages: [az, en]\nrevision: 1.10\n")
    {'languages': ['az', 'en'], 'revision': '1.10'}
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from docctl.core.plain import Plain
from docctl.errors import Malformed

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 12
# Tab, carriage return and other line ends, byte order mark, directives, block scalar headers with anything behind them,
# an empty value inside braces, surrogates written as escapes.
_DOUBTFUL = re.compile(r"[\t\r\x85\u2028\u2029\ufeff]|^%|[|>][-+0-9]*#|:[,}\]]|\\u[dD][89a-fA-F]", re.MULTILINE)
# Of the plainest YAML: a value that no reader could take for anything but itself, and lines made of such values.
_VALUE = r"\w(?:[\w.,()–-]|[:#](?=\w)(?<=\w[:#])| (?! |$))*"
_WORDS = r"\w+(?:-\w+)*"
_ENTRY = re.compile(rf"([a-z][a-z-]{{0,40}}):(?: ({_VALUE})| \[({_WORDS}(?:, {_WORDS})*)\])?")
_ITEM = re.compile(rf"( {{0,2}}- )({_VALUE})")
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)


def read(data: bytes, name: str = "?") -> Plain:
    """The plain value in a YAML text, UTF-8.

    Args:
        data: The bytes.
        name: What the file is called where it is refused.

    Raises:
        Malformed: `yaml-too-large`, `yaml-syntax`, `yaml-alias`, `yaml-tag`, `yaml-duplicate`, `yaml-key`,
            `yaml-depth`, `yaml-documents`; with the file and the line, from 1.
    """
    if len(data) > MAX_BYTES:
        raise Malformed("yaml-too-large", file=name, limit=MAX_BYTES)
    try:
        return _read(data)
    except Malformed as error:
        raise Malformed(error.code, file=name, **error.values) from None
    except UnicodeDecodeError:
        raise Malformed("yaml-syntax", file=name, line=1) from None


def _read(data: bytes) -> Plain:
    builder = _Builder()
    try:
        text = data.decode()
        plainest = _plainest(text)
        if plainest is not None:
            return plainest
        _check_plain(text)
        loader = _LOADER(data)
        try:
            while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
                builder.take(event)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        raise Malformed("yaml-syntax", line=mark.line + 1 if mark else 1) from None
    return builder.result


def _plainest(text: str) -> Plain | None:
    """Take a short cut for what nearly every heading is; None, deciding nothing, for everything else.

    One mapping of words to values or to lists of values, in the plainest letters. A test holds this against libyaml.
    """
    found: dict[str, Plain] = {}
    items: list[Plain] | None = None
    dash = ""
    for line in filter(None, text.split("\n")):
        if (entry := _ENTRY.fullmatch(line)) is not None and entry[1] not in found and items != []:
            key, value, words = entry.groups()
            items = None if value or words else []
            found[key] = value or (items if items is not None else [*words.split(", ")])
        elif (item := _ITEM.fullmatch(line)) is not None and items is not None and (not items or item[1] == dash):
            dash = item[1]
            items.append(item[2])
        else:
            return None
    return found if found and items != [] else None


def _check_plain(text: str) -> None:
    """Refuse what libyaml and its Python twin read differently, or what no person types: which of the two is installed
    must not decide a verdict.
    """
    found = _DOUBTFUL.search(text)
    if found is not None:
        raise Malformed("yaml-syntax", line=text.count("\n", 0, found.start()) + 1)


class _Builder:
    """Builds the value from parser events; iterative, so that depth is a number and not a crash."""

    __slots__ = ("documents", "keys", "result", "stack")

    def __init__(self) -> None:
        self.documents = 0
        self.result: Plain = ""
        self.stack: list[list[Plain] | dict[str, Plain]] = []
        self.keys: list[str | None] = []

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._plain(event)
            # An explicit tag arrives on the event; an implicit one does not.
            self._put(event.value, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._plain(event)
            fresh: list[Plain] | dict[str, Plain] = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._put(fresh, event)
            self.stack.append(fresh)
            self.keys.append(None)
            if len(self.stack) > MAX_DEPTH:
                raise _bad("yaml-depth", event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise _bad("yaml-alias", event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1 or event.version or event.tags:
                raise _bad("yaml-documents", event)

    def _plain(self, event: Any) -> None:
        if event.anchor is not None:
            raise _bad("yaml-alias", event)
        if event.tag is not None:
            raise _bad("yaml-tag", event)

    def _put(self, value: Plain, event: Any) -> None:
        if not self.stack:
            self.result = value
            return
        holder = self.stack[-1]
        if isinstance(holder, list):
            holder.append(value)
            return
        key = self.keys[-1]
        if key is not None:
            holder[key] = value
            self.keys[-1] = None
            return
        if not isinstance(value, str) or not value:
            raise _bad("yaml-key", event)
        if value in holder:
            raise _bad("yaml-duplicate", event, key=value[:60])
        self.keys[-1] = value


def _bad(code: str, event: Any, **values: object) -> Malformed:
    return Malformed(code, line=event.start_mark.line + 1, **values)
