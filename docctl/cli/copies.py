"""For everyone: a copy of a text, or of every text in force."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.sealing import Seal, seal_options
from docctl.cli.spoken import DAY, SUBJECT, Choices, Number, argument, command, option

FORMATS = ("md", "txt", "html", "docx", "pdf")
BINARY = ("docx", "pdf")


@command("get")
@argument("subject", type=SUBJECT, required=False, metavar="id")
@option("--all", "everything", is_flag=True)
@option("--format", "forms", type=Choices(FORMATS), metavar="format")
@option("--language", "languages", type=Choices(), metavar="language")
@option("--revision", type=Number(1), metavar="number")
@option("--as-of", type=DAY, metavar="day")
@option("--body", is_flag=True)
@option("--attachment", metavar="file")
@option("--note-key", type=click.Path(path_type=Path), metavar="file")
@seal_options()
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@option("--jobs", type=Number(1), metavar="number")
@pass_session
def get_(session: Session, /, subject: str | None, output: Path | None, **asked: Any) -> int:
    """A copy of the revision in force, or of the one asked for; of all that is in force; or an attached file."""
    if asked["everything"]:
        _alone(
            session,
            "--all",
            {"ID": subject, **_stated(asked, "attachment", "body", "force", "note_key", "revision", "seal")},
        )
        from docctl.cli import batching

        chosen = {name: asked[name] for name in ("languages", "as_of", "jobs")}
        chosen |= {"forms": asked["forms"]} if asked["forms"] else {}
        return batching.folder(session, output, **chosen)
    if asked["jobs"]:
        raise click.UsageError(session.say("usage-needs", name="--jobs", other="--all"), click.get_current_context())
    if subject is None:
        raise click.UsageError(session.say("usage-missing", name="ID"), click.get_current_context())
    form, language = _one(session, "--format", asked["forms"]), ",".join(asked["languages"] or ()) or None
    kind = "pdf" if asked["body"] else _kind(session, asked, form, output)
    _check_together(session, asked, form, kind)
    name = asked["attachment"] or (f"{subject}.{kind}" if kind in BINARY else None)
    if name is not None and output is None and sys.stdout.isatty():
        raise click.UsageError(session.say("usage-output", name=name), click.get_current_context())
    which, as_of = {"language": language, "revision": asked["revision"]}, asked["as_of"]
    with session.library() as library:
        if asked["attachment"]:
            from docctl.library import attaching

            data = attaching.read(library, subject, asked["attachment"], revision=asked["revision"])
        elif asked["body"]:
            from docctl.library import bodies

            data = bodies.pdf_of(library.book.state, library.document(subject, as_of), library.moment(as_of), **which)
        else:
            key = session.load(asked["note_key"]) if asked["note_key"] else None
            data = _copy(
                session, asked["seal"], lambda: library.get(subject, form=kind, as_of=as_of, note_key=key, **which)
            )
    files.give(session, data, output, force=asked["force"])
    return words.DONE


def _kind(session: Session, asked: dict[str, Any], form: str | None, output: Path | None) -> str:
    """In which format; what an attached file is called says nothing of that."""
    return form or "md" if asked["attachment"] else files.form(session, output, form, FORMATS, "md")


def _check_together(session: Session, asked: dict[str, Any], form: str | None, kind: str) -> None:
    """That the options of one kind of copy do not stand beside those of another."""
    if asked["attachment"]:
        stated = _stated(asked, "body", "as_of", "note_key", "seal") | {
            "--format": form,
            "--language": asked["languages"],
        }
        _alone(session, "--attachment", stated)
    if asked["body"]:
        _alone(session, "--body", _stated(asked, "note_key", "seal"))
        if form not in (None, "pdf"):
            raise click.UsageError(session.say("usage-body-pdf"), click.get_current_context())
    if asked["seal"] is not None and kind != "pdf":
        message = session.say("usage-needs", name="--seal", other="--format pdf")
        raise click.UsageError(message, click.get_current_context())


def _copy(session: Session, seal: Seal | None, draw: Callable[[], bytes]) -> bytes:
    """A copy, sealed if that is asked for; a key that cannot be used is found out before anything is drawn."""
    if seal is None:
        return draw()
    key = seal.key(session)
    return seal.put(draw(), key)


def _stated(asked: dict[str, Any], *names: str) -> dict[str, Any]:
    """Options by the names that people type."""
    return {f"--{name.replace('_', '-')}": asked[name] for name in names}


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
