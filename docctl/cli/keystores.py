"""For the IT person: the key store of confidential records."""

from __future__ import annotations

from pathlib import Path

import click

from docctl.cli import agekeys, recordviews, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import PERSON, SUBJECT, argument, family, json_option
from docctl.cli.spoken import Command as Cls
from docctl.errors import Unavailable

FOLDER = click.Path(path_type=Path)


@family("keystore")
def keystore_() -> None:
    """Keys of confidential records."""


@keystore_.command("set", cls=Cls)
@argument("folder", type=FOLDER, metavar="folder")
@pass_session
def set_(session: Session, folder: Path) -> None:
    """Name the folder where the keys lie."""
    from docctl.library import keystores

    with session.library() as library:
        before = keystores.store_of(library)
        store = keystores.choose(library, folder)
        moved = store.root != before.root and bool(before.marks())
    words.tell(session.say("done-keystore", path=store.root))
    if moved:
        words.warn(session.say("keystore-moved", path=before.root))
    words.tell(session.say("next-keystore"))


@keystore_.command("list", cls=Cls)
@json_option
@pass_session
def list_(session: Session, *, as_json: bool) -> None:
    """For whom each confidential record is sealed."""
    from docctl.library import keystores

    with session.library() as library:
        try:
            rows = keystores.held(library)
        except Unavailable:
            session.judging = True
            raise
        place = keystores.place_of(library)
        if as_json:
            words.give({"place": str(place), "records": rows})
            return
        words.note(session.say("keystore-place", path=place))
        rows = tuple(row for row in rows if row.people or not row.disposed)
        if not rows:
            words.note(session.say("keystore-empty"))
            return
        words.table(
            [session.say(f"column-{name}") for name in ("id", "who-reads", "no-key")],
            [
                (row.record, recordviews.people(library, row.people), recordviews.people(library, row.entitled))
                for row in rows
            ],
            elastic=(1, 2),
        )


@keystore_.command("grant", cls=Cls)
@argument("name", type=SUBJECT, metavar="record")
@argument("person", type=PERSON, metavar="person")
@pass_session
def grant(session: Session, name: str, person: str) -> None:
    """Let somebody read who came to the role later."""
    from docctl.library import confidential

    with session.library() as library:
        try:
            confidential.grant(library, name, person, agekeys.reader(session, library))
        except Unavailable:
            session.judging = True
            raise
        words.tell(session.say("done-grant", record=name, people=recordviews.people(library, (person,))))


@keystore_.command("revoke", cls=Cls)
@argument("name", type=SUBJECT, metavar="record")
@argument("person", type=PERSON, metavar="person")
@pass_session
def revoke(session: Session, name: str, person: str) -> None:
    """Take somebody's key away."""
    from docctl.library import keystores

    with session.library() as library:
        keystores.revoke(library, name, person)
        words.tell(session.say("done-revoke", record=name, people=recordviews.people(library, (person,))))
    words.warn(session.say("revoke-leaves"))


@keystore_.command("backup", cls=Cls)
@argument("folder", type=FOLDER, required=False, metavar="folder")
@pass_session
def backup(session: Session, folder: Path | None) -> None:
    """Copy the keys to a second place."""
    from docctl.library import keystores

    with session.library() as library:
        copied, count = keystores.back_up(library, folder)
    words.tell(session.say("done-backup", copied=copied, count=count))


@keystore_.command("clear", cls=Cls)
@pass_session
def clear(session: Session) -> None:
    """Destroy what keys of disposed records are left."""
    from docctl.library import keystores

    with session.library() as library:
        names = keystores.clear(library)
    words.tell(session.say("done-clear", count=len(names), records=", ".join(names) or "—"))
