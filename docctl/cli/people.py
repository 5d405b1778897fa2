"""For the IT person: who is enrolled, in which roles."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import files, showing, words
from docctl.cli.agekeys import person_sealing_key
from docctl.cli.charters import Change, propose
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, PERSON, argument, family, json_option, option
from docctl.cli.spoken import Command as Cls
from docctl.errors import NotFound

if TYPE_CHECKING:
    from docctl.core.charter import Person
    from docctl.library.charters import NextCharter
    from docctl.library.library import Library


@family("person")
def person_() -> None:
    """People."""


@person_.command("list", cls=Cls)
@json_option
@pass_session
def list_(session: Session, *, as_json: bool) -> None:
    """Everybody who is or was enrolled."""
    with session.library() as library:
        today, people = library.today(), list(library.charter.people.values())
    if as_json:
        words.give({"people": people})
        return
    words.table(
        [session.say(f"column-{name}") for name in ("person", "name", "position", "roles", "left")],
        [
            (
                one.id,
                one.name,
                showing.chosen(one.position, session.language),
                ", ".join(showing.role(held.role, session.language) for held in one.roles if held.on(today)),
                words.short_day(one.left, session.language),
            )
            for one in people
        ],
        elastic=(2, 3),
    )


@person_.command("show", cls=Cls)
@argument("person", type=PERSON, metavar="person")
@json_option
@pass_session
def show(session: Session, person: str, *, as_json: bool) -> None:
    """One person."""
    with session.library() as library:
        one = library.charter.people.get(person)
        if one is None:
            raise NotFound("person-not-found", person=person)
    if as_json:
        words.give(one)
        return
    _show(session, one)


def _show(session: Session, one: Person) -> None:
    from docctl.core.authority import fingerprint

    language = session.language
    words.tell(one.name, bold=True)
    words.facts(
        [
            (session.say("column-person"), one.id),
            (session.say("column-email"), one.email),
            (session.say("column-position"), showing.chosen(one.position, language)),
            (session.say("column-left"), words.short_day(one.left, language)),
            (session.say("column-key"), "\n".join(fingerprint(key.public) for key in one.keys)),
            (session.say("column-sealing-key"), one.sealing_key),
        ],
    )
    for heading, rows in (
        ("title-roles", [(showing.role(held.role, language), held) for held in one.roles]),
        ("title-deputies", [(f"{deputy.person}: {_roles(session, deputy.roles)}", deputy) for deputy in one.deputies]),
    ):
        if not rows:
            continue
        words.title(session.say(heading))
        words.table(
            [session.say(f"column-{name}") for name in ("role", "from-day", "to-day", "basis")],
            [
                (text, words.short_day(part.start, language), words.short_day(part.end, language), part.basis)
                for text, part in rows
            ],
        )


def _roles(session: Session, roles: tuple[str, ...]) -> str:
    return ", ".join(showing.role(name, session.language) for name in roles)


@person_.command("add", cls=Cls)
@argument("request", type=click.Path(path_type=Path), metavar="request")
@option("--role", "roles", multiple=True, required=True, metavar="role")
@option("--from", "start", type=DAY, metavar="day")
@option("--basis", default="", metavar="text")
@option("--reason", default="", metavar="text")
@pass_session
def add(
    session: Session, request: Path, roles: tuple[str, ...], start: date | None, *, basis: str, reason: str
) -> None:
    """Propose to enrol somebody."""
    from docctl.library import enrolling

    newcomer = enrolling.read_request(files.read(request))

    def change(library: Library, charter: NextCharter) -> Change:
        for role in roles:
            enrolling.check_role(library, role)
        charter.add_person(newcomer, roles, start or library.today(), basis)
        return "change-add", {"person": newcomer.person, "name": newcomer.name, "roles": _roles(session, roles)}

    propose(session, change, reason)


@person_.command("role", cls=Cls)
@argument("person", type=PERSON, metavar="person")
@argument("role", metavar="role")
@option("--from", "start", type=DAY, metavar="day")
@option("--to", "end", type=DAY, metavar="day")
@option("--basis", default="", metavar="text")
@option("--end", "ends", is_flag=True)
@option("--reason", default="", metavar="text")
@pass_session
def role(
    session: Session, /, person: str, role: str, start: date | None, end: date | None, *, ends: bool, **text: str
) -> None:
    """Propose to appoint somebody, or to end an appointment."""
    from docctl.library import enrolling

    if ends and start is not None:
        raise click.UsageError(session.say("usage-end-from"), click.get_current_context())

    def change(library: Library, charter: NextCharter) -> Change:
        shown = showing.role(role, session.language)
        if ends:
            last = end or library.today()
            charter.end_role(person, role, last)
            return "change-role-end", {"person": person, "role": shown, "when": last}
        enrolling.check_role(library, role)
        first = start or library.today()
        charter.add_role(person, role, first, end, text["basis"])
        return "change-role", {"person": person, "role": shown, "when": first}

    propose(session, change, text["reason"])


@person_.command("deputy", cls=Cls)
@argument("person", type=PERSON, metavar="person")
@argument("deputy", type=PERSON, metavar="deputy")
@option("--role", "roles", multiple=True, required=True, metavar="role")
@option("--from", "start", type=DAY, metavar="day")
@option("--to", "end", type=DAY, metavar="day")
@option("--basis", required=True, metavar="text")
@option("--reason", default="", metavar="text")
@pass_session
def deputy(
    session: Session,
    /,
    person: str,
    deputy: str,
    roles: tuple[str, ...],
    *,
    start: date | None,
    end: date | None,
    **text: str,
) -> None:
    """Propose that somebody may act for a person."""

    def change(library: Library, charter: NextCharter) -> Change:
        held = {one["role"] for one in charter.person(person).get("roles", [])}
        for role in roles:
            if role not in held:
                raise NotFound("role-not-found", person=person, role=role)
        charter.deputise(person, deputy, roles, (start or library.today(), end), text["basis"])
        return "change-deputy", {"person": person, "deputy": deputy, "roles": _roles(session, roles)}

    propose(session, change, text["reason"])


@person_.command("leave", cls=Cls)
@argument("person", type=PERSON, metavar="person")
@option("--day", type=DAY, metavar="day")
@option("--reason", default="", metavar="text")
@pass_session
def leave(session: Session, person: str, day: date | None, reason: str) -> None:
    """Propose that somebody has no authority from a day on."""

    def change(library: Library, charter: NextCharter) -> Change:
        last = day or library.today()
        charter.leave(person, last)
        return "change-leave", {"person": person, "when": last}

    propose(session, change, reason)


person_.add_command(person_sealing_key)
