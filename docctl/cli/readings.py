"""For everyone: read and understood; who has read what, and who has not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, PERSON, SUBJECT, Number, argument, command, json_option, option
from docctl.errors import NotFound

if TYPE_CHECKING:
    from docctl.core.model import Document, Reading
    from docctl.core.readers import Reader
    from docctl.library.library import Library
    from docctl.library.readership import Readership
    from docctl.library.reading import ToRead


@command("read")
@argument("subject", type=SUBJECT, metavar="id")
@option("--language", metavar="language")
@option("--revision", type=Number(1), metavar="number")
@option("--session", "record", type=SUBJECT, metavar="id")
@option("--person", "people", type=PERSON, multiple=True, metavar="person")
@option("--result", metavar="text")
@option("--yes", is_flag=True)
@pass_session
def read_(session: Session, /, subject: str, *, record: str | None, people: tuple[str, ...], **asked: Any) -> int:
    """Confirm that a text was read and understood."""
    from docctl.library import reading

    _check_together(session, record, people, asked["result"])
    with session.acting() as (library, signer):
        who = library.person_of(signer) or ""
        what = reading.to_read(library, subject, who, language=asked["language"], revision=asked["revision"])
        if record is None:
            _present(session, library, what)
        if not asked["yes"] and not _agrees(session, library, what, people):
            words.note(session.say("nothing-signed"))
            return words.REFUSED
        if record is None:
            signed = reading.confirm(library, what, signer)
        else:
            held = reading.Session(record, tuple(dict.fromkeys(people)), asked["result"] or "")
            signed = reading.confirm_session(library, what, held, signer)
        stated = {"document": subject, "revision": what.publication.revision, "entry": signed.entry.sequence}
        done = "done-read-session" if record else "done-read" if what.asked else "done-read-free"
        words.tell(session.say(done, **stated, count=len(set(people)), record=record))
    return words.DONE


def _check_together(session: Session, record: str | None, people: tuple[str, ...], result: str | None) -> None:
    """That a session names people, and that people and a result are named of a session only."""
    ctx = click.get_current_context()
    if record is not None and not people:
        raise click.UsageError(session.say("usage-missing", name="--person"), ctx)
    for name, stated in (("--person", people), ("--result", result)):
        if record is None and stated:
            raise click.UsageError(session.say("usage-needs", name=name, other="--session"), ctx)


def _agrees(session: Session, library: Library, what: ToRead, people: tuple[str, ...]) -> bool:
    revision, tongue = what.publication.revision, _tongue(session, what.language)
    if not people:
        return session.agrees("ask-read", document=what.document.id, revision=revision, language=tongue)
    names = ", ".join(_name(library, one) for one in dict.fromkeys(people))
    return session.agrees("ask-read-session", document=what.document.id, revision=revision, people=names)


def _present(session: Session, library: Library, what: ToRead) -> None:
    """What is about to be confirmed: the changes since the last time, or where the whole text is."""
    from docctl.cli import comparing
    from docctl.library import reading

    publication, subject = what.publication, what.document.id
    difference = reading.changed(library, what)
    if difference is not None:
        comparing.show(session, subject, library.tell(difference, session.language))
        words.tell()
    else:
        words.tell(f"{subject}  {what.title}", bold=True)
    words.facts(
        [
            (session.say("column-revision"), publication.revision),
            (session.say("column-from"), words.short_day(publication.effective, session.language)),
            (session.say("column-language"), _tongue(session, what.language)),
            (session.say("column-reason"), publication.proposal.reason if difference is None else ""),
            (session.say("read-before"), _before(session, what)),
            (
                session.say("read-whole"),
                f"docctl get {subject} --revision {publication.revision} --language {what.language} --format txt",
            ),
        ],
    )


def _before(session: Session, what: ToRead) -> str:
    if what.before is None:
        return session.say("never")
    one = what.before
    return session.say(
        "read-then", revision=one.revision, when=_day(session, one), language=_tongue(session, one.language)
    )


@command("reading")
@argument("subject", type=SUBJECT, required=False, metavar="id")
@option("--person", type=PERSON, metavar="person")
@option("--as-of", type=DAY, metavar="day")
@json_option
@pass_session
def reading_(session: Session, subject: str | None, person: str | None, as_of: date | None, *, as_json: bool) -> None:
    """Who has read a document, and who has not; or what somebody has."""
    ctx = click.get_current_context()
    if subject is None and person is None:
        raise click.UsageError(session.say("usage-missing", name="ID"), ctx)
    if subject is not None and person is not None:
        raise click.UsageError(session.say("usage-not-both", name="ID", other="--person"), ctx)
    from docctl.library import readership

    with session.library() as library:
        moment = library.moment(as_of)
        if subject is not None:
            found = readership.readership(library.book.state, _document(library, subject, as_of), moment)
            _give(library, found, as_of) if as_json else _show(session, library, found, moment)
            return
        name = str(person)
        if name not in library.charter.people:
            raise NotFound("person-not-found", person=name)
        lines = [
            (one, reader)
            for one in readership.every(library.book.state, moment, past=as_of is not None)
            for reader in one.readers
            if reader.person == name
        ]
        lines.sort(key=lambda line: (_order(line[1]), line[1].due or date.max, line[0].document.id))
        if as_json:
            rows = [{**_about(one), **_reader(library, reader)} for one, reader in lines]
            words.give({"person": name, "name": _name(library, name), "as_of": as_of, "documents": rows})
            return
        _show_person(session, library, name, lines)


def _document(library: Library, subject: str, as_of: date | None) -> Document:
    from docctl.errors import Refused

    if subject == "charter":
        raise Refused("read-charter")
    return library.document(subject, as_of)


def _order(one: Reader) -> int:
    from docctl.core.readers import STANDS

    return STANDS.index(one.stand)


# -- for people --------------------------------------------------------------------------------------------------------


def _show(session: Session, library: Library, found: Readership, moment: int) -> None:
    language, document, publication = session.language, found.document, found.publication
    if publication is None:
        words.tell(f"{document.id}  {document.title}", bold=True)
        status = session.say(f"status-{document.status(moment).value}")
        words.tell(session.say("reading-nothing", status=status))
    else:
        title = showing.chosen(publication.proposal.titles, language) or document.title
        words.tell(f"{document.id}  {title}", bold=True)
        told = {"revision": publication.revision, "read": found.read, "asked": len(found.asked)}
        words.tell(session.say("reading-sum", **told, when=publication.effective, overdue=found.overdue))
        acting = document.in_force(moment)
        if acting is not None and acting.revision > publication.revision:
            words.tell(session.say("reading-corrected", revision=acting.revision))
        if found.readers:
            words.tell()
            names = ("who", "stand", "due", "read-revision", "language", "when", "how")
            words.table(
                [session.say(f"column-{name}") for name in names],
                [_row(session, library, one, _name(library, one.person)) for one in found.readers],
                elastic=(0, 6),
            )
    if found.readings:
        words.title(session.say("title-readings"))
        words.facts(
            (session.say("reading-revision", revision=revision), f"{_tongue(session, tongue)}: {count}")
            for revision, tongue, count in found.counts()
        )


def _show_person(session: Session, library: Library, name: str, lines: list[tuple[Readership, Reader]]) -> None:
    if not lines:
        words.note(session.say("reading-none", person=name))
        return
    words.tell(_name(library, name), bold=True)
    names = ("id", "title", "revision", "stand", "due", "read-revision", "language", "when", "how")
    rows = []
    for found, one in lines:
        publication = found.publication
        assert publication is not None  # noqa: S101  (somebody is asked)
        title = showing.chosen(publication.proposal.titles, session.language)
        rows.append((found.document.id, title, publication.revision, *_row(session, library, one, "")[1:]))
    words.table([session.say(f"column-{one}") for one in names], rows, elastic=(1, 8))


def _row(session: Session, library: Library, one: Reader, name: str) -> tuple[object, ...]:
    read = one.reading
    due = words.short_day(one.due, session.language) if one.due and not read else ""
    stand = session.say(f"reading-{one.stand}")
    if read is None:
        return name, stand, due, "", "", "", ""
    return (
        name,
        stand,
        due,
        read.revision,
        _tongue(session, read.language),
        _day(session, read),
        _how(session, library, read),
    )


def _how(session: Session, library: Library, one: Reading) -> str:
    """Whether they confirmed it themselves, or somebody for them, with the record of the session and what came out."""
    if not one.session:
        return session.say("reading-self")
    told = session.say("reading-session", record=one.session, name=_name(library, one.by.person))
    return f"{told}: {one.result}" if one.result else told


def _tongue(session: Session, language: str) -> str:
    told = session.say(f"language-{language}")
    return language if told.startswith("[") else told


def _day(session: Session, one: Reading) -> str:
    from docctl.core import days

    return words.short_day(days.day_of(one.by.at, one.by.offset), session.language)


def _name(library: Library, person: str) -> str:
    from docctl.library.deciding import signer_name

    return signer_name(library.book.state, person)


# -- for programs ------------------------------------------------------------------------------------------------------


def _about(found: Readership) -> dict[str, object]:
    one = found.publication
    return {
        "document": found.document.id,
        "title": found.document.title,
        "revision": one.revision if one else None,
        "effective": one.effective if one else None,
    }


def _reader(library: Library, one: Reader) -> dict[str, object]:
    return {
        "person": one.person,
        "name": _name(library, one.person),
        "stand": one.stand,
        "due": one.due,
        "read": _reading(one.reading) if one.reading else None,
    }


def _reading(one: Reading) -> dict[str, object]:
    return {
        "entry": one.by.entry,
        "revision": one.revision,
        "language": one.language,
        "at": words.instant(one.by.at, one.by.offset),
        "signed_by": one.by.person,
        "session": one.session or None,
        "result": one.result or None,
    }


def _give(library: Library, found: Readership, as_of: date | None) -> None:
    words.give(
        {
            **_about(found),
            "as_of": as_of,
            "asked": len(found.asked),
            "read": found.read,
            "overdue": found.overdue,
            "people": [_reader(library, one) for one in found.readers],
            "readings": [{**_reading(one), "people": one.persons} for one in found.readings],
            "counts": [
                {"revision": revision, "language": language, "people": count}
                for revision, language, count in found.counts()
            ],
        }
    )
