"""For approvers: what waits, and deciding on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import seeing, showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.phrases import phrase
from docctl.cli.spoken import PERSON, SUBJECT, Number, argument, command, json_option, language_of, option
from docctl.errors import NotFound, Refused

if TYPE_CHECKING:
    from docctl.core.model import Proposal
    from docctl.library.book import Plan
    from docctl.library.deciding import Behalf
    from docctl.library.library import Library


@command("inbox")
@argument("person", type=PERSON, required=False, metavar="person")
@json_option
@pass_session
def inbox_(session: Session, person: str | None, *, as_json: bool) -> None:
    """What waits for somebody."""
    from docctl.library import tosign

    with session.library() as library:
        who = person or session.person or _of_key(session, library)
        if who not in library.charter.people:
            raise NotFound("person-not-found", person=who)
        tasks = tosign.inbox(library, who, session.language)
    if as_json:
        words.give({"person": who, "tasks": tasks})
        return
    if not tasks:
        words.note(session.say("inbox-empty", person=who))
        return
    names = ("task", "id", "title", "revision", "role", "acting-for", "since", "due")
    words.table(
        [session.say(f"column-{name}") for name in names],
        [
            (
                session.say(f"task-{task.task}"),
                task.document,
                task.title if task.document != "charter" else session.say("kind-charter"),
                task.revision,
                showing.role(task.role, session.language) if task.role else "",
                task.acting_for,
                words.short_day(_day(task.since, task.offset), session.language),
                words.short_day(task.due, session.language),
            )
            for task in tasks
        ],
        elastic=(2, 4, 5),
    )


def _day(at: int, offset: str) -> date:
    from docctl.core import days

    return days.day_of(at, offset)


def _of_key(session: Session, library: Library) -> str:
    """Whose inbox: that of the key that would sign."""
    from docctl import signatures

    path = session.key_path()
    public = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    line = signatures.read_public(public).line if public.exists() else session.load(path).key
    enrolment = library.authority.keys.get(line)
    if enrolment is None:
        raise Refused("signer-unknown", name=path.name)
    return enrolment.person


def behalf_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which a deputy says for whom and by which order; the function gets them as `behalf`."""

    @option("--for", "principal", type=PERSON, metavar="person")
    @option("--basis", metavar="text")
    @wraps(function)
    def acting(*given: Any, principal: str | None, basis: str | None, **named: Any) -> Any:
        from docctl.library.deciding import Behalf

        ctx = click.get_current_context()
        if principal is None and basis is not None:
            raise click.UsageError(phrase("usage-missing", language_of(ctx), name="--for"), ctx)
        return function(*given, **named, behalf=Behalf(principal, basis) if principal is not None else None)

    return acting


@command("approve")
@argument("subject", type=SUBJECT, metavar="id-or-charter")
@option("--revision", type=Number(1), metavar="number")
@option("--comment", default="", metavar="text")
@behalf_options
@option("--show", type=click.Path(path_type=Path), metavar="folder")
@option("--yes", is_flag=True)
@pass_session
def approve_(session: Session, /, subject: str, *, show: Path | None, yes: bool, **stated: Any) -> int:
    """Sign that a proposal is right."""
    from docctl.library import deciding, turns

    with session.acting() as (library, signer):
        proposal = deciding.proposal_of(library.book.state, subject)

        def plan(body: str | None) -> Plan:
            return turns.only(deciding.approve(subject, signer.key, body=body, **stated), proposal.entry)

        # Whoever may not sign is told so before being shown what there is to sign.
        library.book.judge(signer, plan(None)(library.book.state))
        asking = words.can_ask() and not yes
        with seeing.before_signing(session, library, subject, proposal, show, asking=asking) as (body, pages):
            _present(session, library, subject, proposal, pages)
            if asking and not session.agrees("ask-approve", document=subject, revision=proposal.revision):
                words.note(session.say("nothing-signed"))
                return words.REFUSED
        signed = library.enter(signer, plan(body))
        shown = getattr(signed.entry.event, "revision", "")
        own = {"withdrawal": "done-approved-withdrawal", "disposal": "done-approved-disposal"}
        showing.after(session, library, signed, own.get(proposal.kind, "done-approved"), revision=shown)
    return words.DONE


def _present(session: Session, library: Library, subject: str, proposal: Proposal, pages: seeing.Facts) -> None:
    """What is about to be signed."""
    title = showing.chosen(proposal.titles or library.document(subject).titles, session.language)
    shown = [
        (session.say("column-id"), subject),
        (session.say("column-title"), title),
        (session.say("column-revision"), proposal.revision),
        (session.say("column-kind"), session.say(f"kind-{proposal.kind}")),
        (session.say("column-reason"), proposal.reason),
        (session.say("column-act"), showing.act(session, proposal.act)),
        (session.say("column-digest"), proposal.content),
    ]
    shown += showing.disposing(session, proposal)
    if proposal.kind not in ("charter", "withdrawal", "disposal"):
        shown += _changed(session, library, subject, proposal)
    for label, value in [*shown, *pages]:
        if value not in (None, ""):
            words.note(f"{words.GAP}{label}: {value}")
    if proposal.kind == "charter":
        from docctl.library import enrolling

        for sign, path, value in enrolling.changes(library):
            words.note(f"{words.GAP}{words.GAP}{sign} {path}: {value}")


def _changed(session: Session, library: Library, subject: str, proposal: Proposal) -> Iterator[tuple[str, str]]:
    """How much the proposal changes, language by language."""
    for language, _ in proposal.titles:
        found = library.diff(subject, None, proposal.revision, language)
        label = session.say("column-changes")
        yield f"{label} ({language})", library.tell(found, session.language).summary


@command("reject")
@argument("subject", type=SUBJECT, metavar="id-or-charter")
@option("--reason", required=True, metavar="text")
@behalf_options
@pass_session
def reject_(session: Session, subject: str, reason: str, behalf: Behalf | None) -> None:
    """Refuse a proposal, with the reason."""
    with session.acting() as (library, signer):
        signed = library.reject(subject, reason, signer, behalf)
        showing.after(session, library, signed, "done-rejected")
