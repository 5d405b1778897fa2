"""For the quality manager: putting in force, moving the day, withdrawing, reviewing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from docctl.cli import externals, showing, words
from docctl.cli.approving import behalf_options
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import ACT, DAY, SUBJECT, Choice, argument, command, option

if TYPE_CHECKING:
    from docctl.library.deciding import Behalf
    from docctl.library.library import Library

VERDICTS = ("keep", "change", "withdraw")


@command("publish")
@argument("subject", type=SUBJECT, metavar="id-or-charter")
@option("--effective", type=DAY, metavar="day")
@option("--act", type=ACT, metavar="act number day")
@option("--comment", default="", metavar="text")
@behalf_options
@pass_session
def publish_(
    session: Session,
    subject: str,
    effective: date | None,
    act: tuple[str, str, date] | None,
    comment: str,
    *,
    behalf: Behalf | None,
) -> None:
    """Put what is approved in force."""
    from docctl.library.adopting import act_of

    with session.acting() as (library, signer):
        stated = act_of(act) if act else None
        signed = library.publish(subject, signer, effective=effective, act=stated, comment=comment, behalf=behalf)
        event = signed.entry.event
        document = library.document(subject)
        latest = document.latest
        key = "done-published"
        if subject == "charter":
            key = "done-published-charter"
        elif latest is not None and latest.withdraws:
            key = "done-published-withdrawal"
        words.tell(
            session.say(
                key,
                document=subject,
                entry=signed.entry.sequence,
                revision=getattr(event, "revision", ""),
                when=getattr(event, "effective", None),
            ),
        )
        if subject != "charter":
            _recall(session, library, subject)
        if document.type and (key == "done-published-withdrawal" or library.charter.types[document.type].external):
            externals.told(session, library, subject)
        words.tell(session.say("next-published"))


def _recall(session: Session, library: Library, subject: str) -> None:
    """The numbered copies that are out of date with what was published."""
    from docctl.library import copyregister

    copies = copyregister.recalled_by(library, subject)
    if copies:
        told = "; ".join(
            f"{one.number} ({', '.join(part for part in (one.holder, one.place) if part)})" for one in copies
        )
        words.warn(session.say("warn-recall", copies=told, document=subject))


@command("reschedule")
@argument("subject", type=SUBJECT, metavar="id")
@option("--effective", type=DAY, required=True, metavar="day")
@option("--reason", required=True, metavar="text")
@pass_session
def reschedule_(session: Session, subject: str, effective: date, reason: str) -> None:
    """Move the day from which a revision is in force."""
    with session.acting() as (library, signer):
        signed = library.reschedule(subject, effective, reason, signer)
        words.tell(
            session.say("done-rescheduled", document=subject, entry=signed.entry.sequence, when=effective),
        )


@command("withdraw")
@argument("subject", type=SUBJECT, metavar="id")
@option("--reason", required=True, metavar="text")
@option("--successor", type=SUBJECT, metavar="id")
@pass_session
def withdraw_(session: Session, subject: str, reason: str, successor: str | None) -> None:
    """Propose to withdraw a document."""
    with session.acting() as (library, signer):
        if successor is not None:
            library.document(successor)
        signed = library.withdraw(subject, reason, signer, successor)
        showing.after(session, library, signed, "done-withdrawal")
        externals.told(session, library, subject)


@command("review")
@argument("subject", type=SUBJECT, metavar="id")
@option("--comment", required=True, metavar="text")
@option("--verdict", type=Choice(VERDICTS), default="keep", metavar="verdict")
@option("--edition", default="", metavar="text")
@option("--checked", type=DAY, metavar="day")
@behalf_options
@pass_session
def review_(session: Session, /, subject: str, comment: str, *, behalf: Behalf | None, **found: Any) -> None:
    """Record that a document was looked at again."""
    from docctl.library import reviewing

    with session.acting() as (library, signer):
        plan = reviewing.review(subject, library.moment(), comment, reviewing.Finding(**found), behalf)
        signed = library.enter(signer, plan)
        entry = signed.entry.sequence
        after = {"change": "done-reviewed-change", "withdraw": "done-reviewed-withdraw"}.get(found["verdict"])
        if after is not None:
            words.tell(session.say(after, document=subject, entry=entry))
            return
        row = library.show(subject, language=session.language).row
        due = row.next_review or session.say("never")
        words.tell(session.say("done-reviewed", document=subject, entry=entry, when=due))
