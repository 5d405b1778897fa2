"""For everyone: a copy of a text, or of every text in force."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, SUBJECT, Choices, Number, argument, command, option

FORMATS = ("md", "html", "docx", "pdf")
BINARY = ("docx", "pdf")


@command("get")
@argument("subject", type=SUBJECT, required=False, metavar="id")
@option("--all", "everything", is_flag=True)
@option("--format", "forms", type=Choices(FORMATS), metavar="format")
@option("--language", "languages", type=Choices(), metavar="language")
@option("--revision", type=Number(1), metavar="number")
@option("--as-of", type=DAY, metavar="day")
@option("--body", is_flag=True)
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@option("--jobs", type=Number(1), metavar="number")
@pass_session
def get_(session: Session, /, subject: str | None, output: Path | None, **asked: Any) -> int:
    """A copy of the revision in force, or of the one asked for; or of all that is in force."""
    if asked["everything"]:
        stated = {"ID": subject, **{f"--{name}": asked[name] for name in ("body", "force", "revision")}}
        _alone(session, "--all", stated)
        from docctl.cli import batching

        chosen = {name: asked[name] for name in ("languages", "as_of", "jobs")}
        chosen |= {"forms": asked["forms"]} if asked["forms"] else {}
        return batching.folder(session, output, **chosen)
    if asked["jobs"]:
        raise click.UsageError(session.say("usage-needs", name="--jobs", other="--all"), click.get_current_context())
    if subject is None:
        raise click.UsageError(session.say("usage-missing", name="ID"), click.get_current_context())
    form, language = _one(session, "--format", asked["forms"]), ",".join(asked["languages"] or ()) or None
    if asked["body"] and form not in (None, "pdf"):
        raise click.UsageError(session.say("usage-body-pdf"), click.get_current_context())
    kind = "pdf" if asked["body"] else form or _by_ending(output)
    if kind in BINARY and output is None and sys.stdout.isatty():
        raise click.UsageError(session.say("usage-output", name=f"{subject}.{kind}"), click.get_current_context())
    which, as_of = {"language": language, "revision": asked["revision"]}, asked["as_of"]
    with session.library() as library:
        if asked["body"]:
            from docctl.library import bodies

            data = bodies.pdf_of(library.book.state, library.document(subject, as_of), library.moment(as_of), **which)
        else:
            data = library.get(subject, form=kind, as_of=as_of, **which)
    if output is None:
        click.echo(data, nl=False)
        return words.DONE
    files.write(output, data, force=asked["force"])
    words.note(session.say("done-written", path=output))
    return words.DONE


def _alone(session: Session, name: str, others: dict[str, object]) -> None:
    """That nothing was stated which an option leaves no room for."""
    for other, value in others.items():
        if value:
            raise click.UsageError(session.say("usage-not-both", name=name, other=other), click.get_current_context())


def _one(session: Session, name: str, stated: tuple[str, ...] | None) -> str | None:
    """The only word of an option that takes several with --all."""
    if stated is None or len(stated) == 1:
        return stated[0] if stated else None
    said = session.say("usage-needs", name=f"{name} {','.join(stated)}", other="--all")
    raise click.UsageError(said, click.get_current_context())


def _by_ending(output: Path | None) -> str:
    ending = output.suffix.lower().lstrip(".") if output else ""
    return ending if ending in FORMATS else "md"
