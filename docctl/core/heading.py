"""The YAML heading of a text: which document this is, in which languages, owned by whom.

The heading of the authoritative language's file carries the document's data, the others their title and translator.
Reading YAML is an adapter's work; here stands what the headings of one document must say together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from docctl.core import content, external, forms
from docctl.core.external import Card
from docctl.core.plain import Fields, Plain
from docctl.errors import Malformed

ReadYaml = Callable[[bytes, str], Plain]

MAX_HEADING = 16 * 1024
MAX_READING_DAYS = 366
CLAUSE = re.compile(r"[a-z0-9]+:[0-9]{4}#[A-Z0-9]+(?:\.[0-9A-Z]+)*(?:\.[a-z])?")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who must read a document besides those whom its type names: `reading: {roles: […], people: […], days: 14}`.

    Attributes:
        days: In how many days; None for those that its type names.
    """

    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    days: int | None = None


NOBODY = Audience()


@dataclass(frozen=True, slots=True)
class Heading:
    """What the headings of a document's files say together.

    Attributes:
        titles: Language to title, the authoritative one first.
        clauses: Clause references with their edition, `iso9001:2015#7.5.3`.
        form: What is asked of records that are made from it.
        external: Card of a document that comes from outside.
    """

    id: str
    type: str
    owner: str
    titles: tuple[tuple[str, str], ...]
    clauses: tuple[str, ...]
    classification: str
    distribution: tuple[str, ...]
    form: forms.Form = forms.NOTHING
    reading: Audience = NOBODY
    external: Card | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The authoritative language, then the others."""
        return tuple(language for language, _ in self.titles)

    @property
    def title(self) -> str:
        """The title in the authoritative language."""
        return self.titles[0][1]


def split(name: str, text: str) -> tuple[str, str]:
    """The YAML of the heading, and the text behind it.

    Raises:
        Malformed: `heading-missing`, `heading-too-large`.
    """
    if not text.startswith("---\n"):
        raise Malformed("heading-missing", file=name)
    end = text.find("\n---\n", 3)
    if end < 0:
        raise Malformed("heading-missing", file=name)
    if end > MAX_HEADING:
        raise Malformed("heading-too-large", file=name)
    return text[4 : end + 1], text[end + 5 :]


def read(files: Mapping[str, bytes], read_yaml: ReadYaml) -> Heading:
    """The heading of a whole folder, with every file's text checked.

    Raises:
        Malformed: whatever `content` refuses, and `heading-*`.
    """
    content.check_names(files)
    headings: dict[str, Fields] = {}
    for name, data in files.items():
        if not name.endswith(".md"):
            continue
        text = content.text_of(name, data)
        yaml, body = split(name, text)
        if not body.strip():
            raise Malformed("text-empty", file=name)
        content.check_images(name, body, files, text.count("\n") - body.count("\n"))
        headings[name[:2]] = Fields(read_yaml(b"\n" + yaml.encode(), name), name)
    return _together(headings)


def _together(headings: Mapping[str, Fields]) -> Heading:
    firsts = [language for language, heading in headings.items() if heading.has("id")]
    if len(firsts) != 1:
        raise Malformed("heading-one-main", files=", ".join(f"{language}.md" for language in firsts) or "-")
    main = headings[firsts[0]]
    languages = main.words("languages")
    if main.word("authoritative") != firsts[0] or languages[:1] != (firsts[0],):
        raise Malformed("heading-authoritative", file=f"{firsts[0]}.md")
    if set(languages) != set(headings):
        raise Malformed("heading-languages", stated=", ".join(languages), found=", ".join(sorted(headings)))
    result = Heading(
        id=main.identifier("id"),
        type=main.word("type"),
        owner=main.word("owner"),
        titles=tuple((language, headings[language].line("title")) for language in languages),
        clauses=main.lines("clauses", ()),
        classification=main.word("classification", "internal"),
        distribution=main.words("distribution", ()),
        form=forms.read(main),
        reading=_audience(main.part("reading")) if main.has("reading") else NOBODY,
        external=external.read(main.part("external")) if main.has("external") else None,
    )
    for clause in result.clauses:
        if CLAUSE.fullmatch(clause) is None:
            raise Malformed("heading-clause", file=f"{firsts[0]}.md", clause=clause)
    for optional in ("related", "keywords", "summary", "records"):
        main.skip(optional)
    main.done()
    for language in languages[1:]:
        headings[language].skip("translator")
        headings[language].done()
    return result


def _audience(part: Fields) -> Audience:
    result = Audience(
        roles=part.words("roles", ()),
        people=part.words("people", ()),
        days=part.number("days", 1, None, MAX_READING_DAYS),
    )
    part.done()
    return result


def audience(name: str, text: str, read_yaml: ReadYaml) -> Audience:
    """Who must read, by the authoritative file of a document that was read whole before; the rest is passed over.

    Raises:
        Malformed: as `read`.
    """
    yaml, _ = split(name, text)
    if "reading" not in yaml:  # of nearly every document; whoever asks of a thousand need not parse them
        return NOBODY
    main = Fields(read_yaml(b"\n" + yaml.encode(), name), name)
    return _audience(main.part("reading")) if main.has("reading") else NOBODY
