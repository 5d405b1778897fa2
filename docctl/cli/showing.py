"""How a document, the charter and an entry look on a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from docctl.cli import seeing, words
from docctl.cli.context import Session

if TYPE_CHECKING:
    from docctl.core.model import Act, Proposal, Signed
    from docctl.library.library import Library
    from docctl.library.turns import Turn
    from docctl.library.views import Row, Sheet


def chosen(texts: tuple[tuple[str, str], ...], language: str) -> str:
    """The text in a language, or else the first."""
    return dict(texts).get(language, texts[0][1]) if texts else ""


def minute(at: int, offset: str, language: str) -> str:
    """An instant in a table."""
    from datetime import date

    from docctl.core import days

    day, time, _ = days.shown(at, offset).split(" ")
    return f"{words.short_day(date.fromisoformat(day), language)} {time}"


def role(name: str, language: str) -> str:
    """A role in words."""
    from docctl import catalogues

    return catalogues.role(name, language)


def roles(session: Session, places: tuple[tuple[str, int], ...]) -> str:
    """Roles with how many of each: `reviewer, 2 × head`."""
    return ", ".join(
        role(name, session.language) if count == 1 else f"{count} × {role(name, session.language)}"
        for name, count in places
    )


def status(session: Session, row: Row) -> str:
    """A document's status with what is on its way."""
    text = session.say(f"status-{row.status.value}")
    if row.amended_until is not None:
        day = words.short_day(row.amended_until, session.language)
        text = session.say("status-amended", status=text, when=day)
    if row.pending is not None:
        day = words.short_day(row.pending[1], session.language)
        return session.say("status-and-pending", status=text, revision=row.pending[0], when=day)
    if row.proposed is not None and row.status.value not in ("submitted", "rejected"):
        key = "status-and-refused" if row.refused else "status-and-proposed"
        return session.say(key, status=text, revision=row.proposed)
    return text


def act(session: Session, one: Act | None) -> str:
    """A legal act."""
    return session.say(f"act-{one.kind}", number=one.number, day=one.day) if one else ""


def disposing(session: Session, proposal: Proposal) -> list[tuple[str, object]]:
    """What a disposal proposes beside its reason: the records, and the day of the event; nothing of another kind."""
    if not proposal.of_records:
        return []
    return [
        (session.say("column-records"), ", ".join(proposal.records)),
        (session.say("column-event-day"), words.short_day(proposal.effective, session.language)),
    ]


def whose_turn(session: Session, turn: Turn) -> str:
    """Who must act next, in words; "" if nobody."""
    if turn.task == "none":
        return ""
    people = ", ".join(turn.people) or session.say("nobody")
    return session.say(
        f"turn-{turn.task}", roles=roles(session, turn.places), people=people, document=turn.document, count=turn.count
    )


def entry(signed: Signed, commit: str) -> Mapping[str, object]:
    """One entry for machines."""
    from docctl.core.events import name_of

    event: Any = signed.entry.event
    stated = {part.name: getattr(event, part.name) for part in fields(event)}
    return {
        "entry": signed.entry.sequence,
        "commit": commit,
        "document": signed.entry.subject,
        "event": name_of(event),
        "name": signed.name,
        "email": signed.email,
        "at": words.instant(signed.at, signed.offset),
        "comment": signed.entry.comment,
        "fields": {name: value for name, value in stated.items() if value is not None},
    }


def sheet(session: Session, library: Library, one: Sheet, read: str = "") -> None:
    """Everything about one document; `read` says how many have read it."""
    from docctl.library import turns

    row, language = one.row, session.language
    kind = library.charter.types.get(row.type)
    words.tell(f"{row.id}  {row.title}", bold=True)
    words.facts(
        [
            (session.say("column-status"), status(session, row)),
            (session.say("column-revision"), row.revision if row.effective else ""),
            (session.say("column-from"), words.short_day(row.effective, language)),
            (session.say("column-review"), words.short_day(row.next_review, language)),
            (session.say("column-reviewed"), _reviewed(session, one)),
            (session.say("column-type"), chosen(kind.titles, language) if kind else row.type),
            (session.say("column-owner"), role(row.owner, language)),
            (session.say("column-languages"), ", ".join(row.languages)),
            (session.say("column-successor"), one.successor),
            (session.say("column-reading"), read),
        ],
    )
    _card(session, library, row)
    if one.proposal is not None:
        words.title(session.say("title-proposal"))
        words.facts(
            [
                (session.say("column-kind"), session.say(f"kind-{one.proposal.kind}")),
                (session.say("column-revision"), one.proposal.revision),
                (session.say("column-reason"), one.proposal.reason),
                (session.say("column-act"), act(session, one.proposal.act)),
                (session.say("column-digest"), one.proposal.content),
                *disposing(session, one.proposal),
            ],
        )
        words.tell(words.GAP + whose_turn(session, turns.turn(library, row.id)))
    _revisions(session, one)
    _signatures(session, one)
    seeing.signed(session, one)


def _reviewed(session: Session, one: Sheet) -> str:
    """The last review, with what it found unless the text was to stay."""
    day = words.short_day(one.reviewed, session.language)
    if one.review is None or one.review.verdict == "keep":
        return day
    return f"{day}, {session.say(f'verdict-{one.review.verdict}')}"


def _card(session: Session, library: Library, row: Row) -> None:
    """What is known of a document that comes from outside."""
    kind = library.charter.types.get(row.type)
    if kind is None or not kind.external:
        return
    from docctl.library.externals import card_of

    card = card_of(library, row.id)
    if card is None:
        return
    words.title(session.say("title-card"))
    facts = [(session.say(f"column-{name}"), getattr(card, name)) for name in ("issuer", "edition", "held", "address")]
    facts.insert(2, (session.say("column-dated"), words.short_day(card.dated, session.language)))
    facts.append((session.say("column-copyright"), card.copyright))
    facts.append((session.say("column-checker"), role(card.checker or row.owner, session.language)))
    facts.append((session.say("column-every"), session.say("every-months", count=card.months)))
    words.facts(facts)


def _revisions(session: Session, one: Sheet) -> None:
    if not one.revisions:
        return
    words.title(session.say("title-revisions"))
    names = ("revision", "kind", "status", "from", "author", "act", "reason")
    words.table(
        [session.say(f"column-{name}") for name in names],
        [
            (
                revision.revision,
                session.say(f"kind-{revision.kind}"),
                session.say(f"status-{revision.status.value}"),
                words.short_day(revision.effective, session.language),
                revision.author,
                act(session, revision.act),
                revision.reason,
            )
            for revision in one.revisions
        ],
        elastic=(1, 4, 5, 6),
    )


def _signatures(session: Session, one: Sheet) -> None:
    if not one.decisions:
        return
    words.title(session.say("title-signatures"))
    names = ("what", "who", "position", "role", "when", "acting-for")
    words.table(
        [session.say(f"column-{name}") for name in names],
        [
            (
                session.say(f"part-{line.part}"),
                line.name,
                line.position,
                role(line.role, session.language) if line.role else "",
                minute(line.at, line.offset, session.language),
                f"{line.acting_for} ({line.basis})" if line.basis else line.acting_for,
            )
            for line in one.decisions
        ],
        elastic=(1, 2, 3, 5),
    )


def charter(session: Session, library: Library, *, as_json: bool) -> None:
    """The charter in force and the one proposed."""
    from docctl.library import enrolling, turns

    rules, authority = library.charter, library.authority
    proposal = authority.thread.proposal
    changes = enrolling.changes(library)
    if as_json:
        shown = {
            name: getattr(rules, name) for name in ("offsets", "languages", "administrators", "types", "retention")
        }
        organisation = dict(rules.organisation)
        proposed = {"revision": proposal.revision, "entry": proposal.entry, "changes": changes} if proposal else None
        look = {name: getattr(rules.look, name) for name in ("accent", "address", "layout")}
        look["emblem"] = sha256(rules.look.emblem).hexdigest() if rules.look.emblem else ""
        shown = {**shown, "appearance": look, "proposal": proposed}
        words.give({"library": authority.library, "organisation": organisation, **shown})
        return
    name, count = rules.administrators
    words.tell(rules.name(session.language), bold=True)
    words.facts(
        [
            (session.say("column-library"), authority.library),
            (session.say("column-revision"), authority.thread.publications[-1].revision),
            (session.say("column-languages"), ", ".join(rules.languages)),
            (session.say("column-offsets"), ", ".join(rules.offsets)),
            (session.say("column-administrators"), roles(session, ((name, count),))),
        ],
    )
    words.title(session.say("title-types"))
    words.table(
        [session.say(f"column-{column}") for column in ("type", "title", "prefix", "folder", "workflow", "publishers")],
        [
            (
                kind.name,
                chosen(kind.titles, session.language),
                kind.prefix,
                kind.folder,
                " → ".join(roles(session, step) for step in kind.steps),
                ", ".join(role(one, session.language) for one in kind.publishers),
            )
            for kind in rules.types.values()
        ],
        elastic=(1, 4, 5),
    )
    if proposal is not None:
        words.title(session.say("title-charter-proposal", revision=proposal.revision))
        words.facts([(session.say("column-reason"), proposal.reason)])
        charter_changes(changes)
        words.note(whose_turn(session, turns.turn(library, "charter")))


def charter_changes(changes: tuple[tuple[str, str, str], ...]) -> None:
    """What a proposed charter changes, a line a value."""
    for sign, path, value in changes:
        colour = {"+": "green", "-": "red"}[sign]
        words.tell(f"{words.GAP}{sign} {path}: {value}", fg=colour)


def after(session: Session, library: Library, signed: Signed, key: str, **values: object) -> None:
    """What was done, and what comes next."""
    from docctl.library import turns

    subject = signed.entry.subject
    words.tell(session.say(key, document=subject, entry=signed.entry.sequence, **values))
    following = whose_turn(session, turns.turn(library, subject))
    if following:
        words.tell(following)
