"""For the IT person: a folder of copies of everything in force."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Self

import click

from docctl.cli import words
from docctl.cli.context import Session


def folder(session: Session, output: Path | None, **asked: Any) -> int:
    """Bring the folder to what is in force; tell what was done, and what could not be."""
    from docctl.library import batch

    if output is None:
        raise click.UsageError(session.say("usage-all-output"), click.get_current_context())
    with session.library() as library, _Bar(session) as bar:
        made = batch.make(library, output, bar.show, **asked)
    told = {"path": output, "made": made.made, "kept": made.kept, "removed": made.removed}
    words.note(session.say("copies-done", **told))
    for name in made.left:
        words.warn(session.say("copies-left", name=name))
    if not made.failed:
        return words.DONE
    words.note(session.say("copies-failed", count=len(made.failed)))
    for name, error in sorted(made.failed, key=lambda one: one[0]):
        problem = words.problem(error, session.language)
        words.refuse(error.code, session.say("copies-file-failed", name=name, problem=problem), as_json=False)
    return words.REFUSED


class _Bar:
    """How far it is, on a terminal; nothing elsewhere."""

    def __init__(self, session: Session) -> None:
        self._label = session.say("copies-progress")
        self._bar: Any = None  # a context manager of click's
        self._file = sys.stderr

    def __enter__(self) -> Self:
        return self

    def show(self, done: int, count: int) -> None:
        """Show that so many of so many are done."""
        if not self._file.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(length=count, label=self._label, file=self._file)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def __exit__(self, *problem: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*problem)
