"""Filling in a form at a terminal: field by field, wrong answers asked for again; or all at once in an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from docctl.cli import words
from docctl.cli.context import Session
from docctl.errors import Malformed, Refused

if TYPE_CHECKING:
    from docctl.core.answers import Mistake
    from docctl.core.forms import Field
    from docctl.core.plain import Plain
    from docctl.core.state import State
    from docctl.library.recording import Blank

_MOST_ROWS = 500


def values(session: Session, state: State, blank: Blank, language: str) -> dict[str, Plain]:
    """What somebody answers, field by field.

    Raises:
        Refused: `record-values-needed`: nobody can be asked.
    """
    if not words.can_ask():
        raise Refused("record-values-needed", document=blank.id)
    words.note(session.say("ask-form", document=blank.id, revision=blank.publication.revision))
    asker = _Asker(session, state, language)
    return {one.name: answer for one in blank.fields if (answer := asker.answer(one)) not in ("", [])}


class _Asker:
    def __init__(self, session: Session, state: State, language: str) -> None:
        from docctl.library import recording

        self.session = session
        self.language = language
        self.documents, self.people = recording.known(state)

    def answer(self, field: Field) -> Plain:
        """The answer to one field; "" if it is left empty."""
        if field.computed is not None:
            return ""
        if field.kind == "table":
            return self.rows(field)
        return self.single(field, "")

    def rows(self, field: Field) -> Plain:
        """The rows of a table, until a row is left empty."""
        found: list[Plain] = []
        words.note(self.session.say("ask-rows", label=self.label(field)))
        while len(found) < _MOST_ROWS:
            row: dict[str, Plain] = {}
            for column in field.columns:
                if column.computed is None:
                    optional = not row
                    answer = self.single(column, f"{len(found) + 1}. ", optional=optional)
                    if answer == "" and optional and column is field.columns[0]:
                        return found
                    row |= {column.name: answer} if answer else {}
            found.append(row)
        return found

    def single(self, field: Field, before: str, *, optional: bool = False) -> str:
        """One answer that fits; a wrong one is asked for again."""
        from docctl.core import answers

        while True:
            text = self.asked(field, before)
            if text == "" and (optional or not field.required):
                return ""
            given: dict[str, Plain] = {field.name: text}
            _, mistakes = answers.check((field,), given, self.documents, self.people)
            if not mistakes:
                return text
            words.note(f"{words.GAP}{told(mistakes[0], self.session.language)}")

    def asked(self, field: Field, before: str) -> str:
        prompt = f"{before}{self.label(field)}{' *' if field.required else ''}"
        if field.kind == "choice":
            return self.chosen(field, prompt)
        hint = {"date": "ask-hint-date", "person": "ask-hint-person", "long": "ask-hint-long"}.get(field.kind)
        prompt += f" ({self.session.say(hint)})" if hint else ""
        if field.kind != "long":
            return _line(prompt)
        lines = [_line(prompt)]
        while lines[-1]:
            lines.append(_line(words.GAP))
        return "\n".join(lines).strip()

    def chosen(self, field: Field, prompt: str) -> str:
        """A choice, by its number or in its own words."""
        from docctl.core.forms import label

        for number, one in enumerate(field.choices, 1):
            words.note(f"{words.GAP}{number}  {label(one.labels, self.language)}")
        text = _line(prompt)
        if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(field.choices):
            return field.choices[int(text) - 1].value
        named = {label(one.labels, self.language): one.value for one in field.choices}
        return named.get(text, text)

    def label(self, field: Field) -> str:
        from docctl.core.forms import label

        return label(field.labels, self.language)


def _line(prompt: str) -> str:
    import unicodedata

    found = click.prompt(words.safe(prompt), default="", show_default=False, err=True)
    return unicodedata.normalize("NFC", str(found)).strip()


def told(mistake: Mistake, language: str) -> str:
    """A mistake in words."""
    from docctl import catalogues

    return catalogues.problem(mistake.code, language, **dict(mistake.values))


# -- in an editor ------------------------------------------------------------------------------------------------------


def edited(session: Session, state: State, blank: Blank, language: str) -> dict[str, Plain]:
    """What somebody writes in the editor, until it answers the form.

    Raises:
        Refused: `record-values-needed`: there is nobody at a terminal; `record-values`: they gave up.
    """
    from docctl.core import answers
    from docctl.library import recording

    if not words.can_ask():
        raise Refused("record-values-needed", document=blank.id)
    text = template(session, blank.fields, language)
    while True:
        text = click.edit(text, extension=".yaml") or text
        try:
            given = read(text.encode(), "values.yaml")
            _, mistakes = answers.check(blank.fields, given, *recording.known(state))
            refusal = recording.wrong(mistakes)
        except Malformed as error:
            given, mistakes, refusal = {}, None, Refused(error.code, **error.values)
        if mistakes == ():
            return given
        words.note(words.problem(refusal, session.language))
        for one in mistakes or ():
            words.note(f"{words.GAP}{one.path or '—'}: {told(one, session.language)}")
        if not click.confirm(session.say("ask-edit-again"), default=True, err=True):
            raise refusal


def template(session: Session, fields: tuple[Field, ...], language: str) -> str:
    """The fields as YAML to be filled in, each with its label above it."""
    from docctl.core.forms import label

    lines = ["# " + session.say("edit-how"), ""]
    for one in fields:
        if one.computed is not None:
            continue
        known = ", ".join(choice.value for choice in one.choices)
        star = " *" if one.required else ""
        lines.append(f"# {label(one.labels, language)}{star}" + (f": {known}" if known else ""))
        if one.kind == "table":
            lines.append(f"# - {{{', '.join(f'{column.name}: …' for column in one.columns)}}}")
        lines += [f"{one.name}:", ""]
    return "\n".join(lines)


def read(data: bytes, name: str) -> dict[str, Plain]:
    """Values out of a YAML file: a mapping of field names.

    Raises:
        Malformed: `yaml-*`, `field-kind`.
    """
    from docctl.adapters import strictyaml

    found = strictyaml.read(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"), name)
    if found == "":
        return {}
    if not isinstance(found, dict):
        raise Malformed("field-kind", where=name)
    return found
