"""For authors: a new draft, submitting it, taking it back; and remarks, which anybody may make."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import ACT, DAY, NAMED, SUBJECT, Number, argument, command, option

if TYPE_CHECKING:
    from docctl.library.adopting import Adoption
    from docctl.library.library import Library

_MOST_TOLD = 5


@command("new")
@argument("what", metavar="type-or-id")
@option("--title", "titles", type=NAMED, multiple=True, metavar="named")
@option("--owner", metavar="role")
@pass_session
def new_(session: Session, what: str, titles: tuple[tuple[str, str], ...], owner: str | None) -> None:
    """A draft to write in."""
    from docctl.library import adopting

    with session.library() as library:
        begun = adopting.begin(library, what, dict(titles), owner)
        words.tell(session.say("done-new", document=begun.document))
        for path in begun.paths:
            words.tell(f"{words.GAP}{path}")
    words.tell(session.say("next-submit", document=begun.document))


@command("submit")
@argument("subject", type=SUBJECT, required=False, metavar="id")
@option("--reason", required=True, metavar="text")
@option("--editorial", is_flag=True)
@option("--adopt", type=click.Path(path_type=Path), metavar="path")
@option("--type", "kind", metavar="type")
@option("--revision", type=Number(1), metavar="number")
@option("--in-force", type=DAY, metavar="day")
@option("--act", type=ACT, metavar="act number day")
@option("--language", metavar="language")
@option("--owner", metavar="role")
@pass_session
def submit_(
    session: Session, /, subject: str | None, reason: str, *, editorial: bool, adopt: Path | None, **stated: object
) -> int:
    """Send a draft, or texts approved earlier, for approval."""
    given = [name for name, value in stated.items() if value is not None]
    if adopt is not None:
        if subject is not None or editorial:
            raise click.UsageError(session.say("usage-adopt-alone"), click.get_current_context())
        return _adopt(session, adopt, reason, stated)
    if subject is None:
        raise click.UsageError(session.say("usage-missing", name="ID"), click.get_current_context())
    if given:
        names = ", ".join("--" + name.replace("_", "-").replace("kind", "type") for name in given)
        raise click.UsageError(session.say("usage-adopt-only", names=names), click.get_current_context())
    with session.acting() as (library, signer):
        signed = library.submit(subject, reason, signer, editorial=editorial)
        revision = getattr(signed.entry.event, "revision", "")
        showing.after(session, library, signed, "done-submitted", revision=revision)
        _warn_of_text(session, library, subject)
    return words.DONE


@command("amend")
@argument("subject", type=SUBJECT, metavar="id")
@option("--until", type=DAY, required=True, metavar="day")
@option("--reason", required=True, metavar="text")
@option("--unit", "units", multiple=True, metavar="unit")
@option("--extend", is_flag=True)
@pass_session
def amend_(session: Session, subject: str, until: date, reason: str, units: tuple[str, ...], *, extend: bool) -> None:
    """Submit a draft as a temporary amendment."""
    from docctl.library.deciding import Temporary

    with session.acting() as (library, signer):
        signed = library.submit(subject, reason, signer, temporary=Temporary(until, units, extend))
        revision = getattr(signed.entry.event, "revision", "")
        showing.after(session, library, signed, "done-amended", revision=revision, when=until)
        _warn_of_text(session, library, subject)


def _warn_of_text(session: Session, library: Library, subject: str) -> None:
    """Of headings that a copy shows otherwise than they are written, and of languages that were left as they were."""
    from docctl.library import copying

    proposal = library.document(subject).proposal
    found = copying.skips(library.book.state, proposal) if proposal is not None else ()
    behind = copying.behind(library.book.state, library.document(subject), proposal) if proposal is not None else ()
    if behind:
        names = ", ".join(session.say(f"language-{name}") for name in behind)
        words.warn(session.say("warn-language-behind", languages=names))
    for name, one in found[:_MOST_TOLD]:
        words.warn(session.say("warn-heading", file=name, line=one.line, level=one.level, before=one.before))
    if len(found) > _MOST_TOLD:
        words.warn(session.say("warn-headings", count=len(found) - _MOST_TOLD))


def _adopt(session: Session, path: Path, reason: str, stated: dict[str, object]) -> int:
    from docctl.library import adopting

    act = stated["act"]
    with session.acting() as (library, signer):
        start = stated["in_force"]
        wishes = adopting.Wishes(
            reason=reason,
            kind=_text(stated["kind"]),
            language=_text(stated["language"]),
            owner=_text(stated["owner"]),
            revision=int(str(stated["revision"] or 1)),
            in_force=start if isinstance(start, date) else library.today(),
            act=adopting.act_of(act) if isinstance(act, tuple) else None,
        )
        done: list[Adoption] = []
        refused: list[Adoption] = []
        for one in adopting.adopt(library, path, wishes, signer):
            (refused if one.error else done).append(one)
            _report(session, one)
    words.tell(session.say("done-adopted", done=len(done), refused=len(refused)))
    if done:
        words.tell(session.say("next-adopted", document=done[0].document))
    return words.REFUSED if refused else words.DONE


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


def _report(session: Session, one: Adoption) -> None:
    if one.error is not None:
        words.note(f"✗ {one.path}: {words.problem(one.error, session.language)}")
        return
    words.tell(f"{one.path} → {one.document}  {one.title}", level="good")


@command("cancel")
@argument("subject", type=SUBJECT, metavar="id-or-charter")
@option("--reason", default="", metavar="text")
@pass_session
def cancel_(session: Session, subject: str, reason: str) -> None:
    """Take a proposal back."""
    from docctl.library import adopting

    with session.acting() as (library, signer):
        signed, kept = adopting.cancel(library, subject, signer, reason)
        showing.after(session, library, signed, "done-cancelled")
        if kept is not None:
            words.tell(session.say("cancel-kept", path=kept))


@command("comment")
@argument("subject", type=SUBJECT, metavar="id-or-charter")
@argument("text", metavar="text")
@option("--paragraph", metavar="paragraph")
@pass_session
def comment_(session: Session, subject: str, text: str, paragraph: str | None) -> None:
    """Remark on a text."""
    with session.acting() as (library, signer):
        signed = library.comment(subject, text, signer, paragraph)
        words.tell(session.say("done-commented", document=subject, entry=signed.entry.sequence))
