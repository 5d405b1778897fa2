"""For everybody who signs, and for the IT person: keys."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import files, showing, words
from docctl.cli.agekeys import key_sealing
from docctl.cli.charters import Change, propose
from docctl.cli.context import Session, local_keys, pass_session
from docctl.cli.sealkeys import seal_import, seal_request
from docctl.cli.spoken import PERSON, Number, argument, family, json_option, option
from docctl.cli.spoken import Command as Cls

if TYPE_CHECKING:
    from docctl.library.charters import NextCharter
    from docctl.library.library import Library


@family("key")
def key_() -> None:
    """Keys."""


@key_.command("new", cls=Cls)
@argument("person", type=PERSON, required=False, metavar="person")
@option("--no-passphrase", is_flag=True)
@pass_session
def new(session: Session, person: str | None, *, no_passphrase: bool) -> None:
    """Make a key."""
    from docctl import signatures
    from docctl.core.authority import fingerprint

    who = person or session.person or _user(session)
    path = session.key_file or session.home.keys / who
    if path.exists():
        # Before anybody has to think of a passphrase.
        signatures.generate(path, None)
    passphrase = session.new_passphrase(none=no_passphrase)
    files.make_folder(path.parent)
    public = signatures.generate(path, passphrase)
    words.tell(session.say("done-key", path=path, key=fingerprint(public.line)))
    if passphrase is None:
        words.warn(session.say("key-unprotected"))
    words.tell(session.say("next-key", person=who))


def _user(session: Session) -> str:
    """The person's name on this machine, if it can be an id."""
    from docctl.core.fields import is_word

    try:
        name = getpass.getuser().lower()
    except (KeyError, OSError):
        name = ""
    if not is_word(name):
        raise click.UsageError(session.say("usage-missing", name="PERSON"), click.get_current_context())
    return name


@key_.command("request", cls=Cls)
@argument("person", type=PERSON, metavar="person")
@option("--full-name", metavar="text")
@option("--email", metavar="email")
@option("--position", metavar="text")
@option("--anchor", type=click.Path(path_type=Path), metavar="file")
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@pass_session
def request(
    session: Session, /, person: str, anchor: Path | None, output: Path | None, *, force: bool, **who: str | None
) -> None:
    """Write a request to be enrolled."""
    from docctl.library import founding

    library = _library_id(session, anchor)
    full_name = session.ask("ask-full-name", who["full_name"], "--full-name")
    email = session.ask("ask-email", who["email"], "--email")
    position = session.ask("ask-position", who["position"], "--position")
    signer = session.load(session.key_file or session.home.keys / person)
    newcomer = founding.request(signer, library, person, (full_name, email), position)
    target = output or Path(f"{person}.request.yaml")
    files.write(target, newcomer.text().encode(), force=force)
    words.tell(session.say("done-request", path=target))
    words.tell(session.say("next-request", path=target))


def _library_id(session: Session, anchor: Path | None) -> str:
    from docctl.core.checkpoint import read_anchor

    if anchor is not None:
        return read_anchor(files.read_text(anchor)).library
    with session.library() as library:
        return library.authority.library


@key_.command("list", cls=Cls)
@json_option
@pass_session
def list_(session: Session, *, as_json: bool) -> None:
    """Every key that is or was enrolled."""
    from docctl.library import enrolling

    with session.library() as library:
        rows = enrolling.keys(library)
    here = {path.name for path in local_keys(session.home)}
    if as_json:
        words.give({"keys": rows})
        return
    names = ("person", "name", "key", "kind", "status", "here")
    words.table(
        [session.say(f"column-{name}") for name in names],
        [
            (
                row.person,
                row.name,
                row.fingerprint,
                row.algorithm,
                session.say(f"key-state-{row.state}", since=row.since),
                session.say("yes") if row.person in here else "",
            )
            for row in rows
        ],
        elastic=(1,),
    )


@key_.command("suspend", cls=Cls)
@argument("fingerprint", metavar="fingerprint")
@option("--reason", required=True, metavar="text")
@pass_session
def suspend(session: Session, fingerprint: str, reason: str) -> None:
    """Disable a key at once."""
    from docctl.library import enrolling

    with session.acting() as (library, signer):
        mark = enrolling.find_key(library, fingerprint)
        signed = library.suspend(mark, reason, signer)
        words.tell(session.say("done-suspended", key=mark, entry=signed.entry.sequence))
        words.tell(session.say("next-suspended", key=mark))


@key_.command("revoke", cls=Cls)
@argument("fingerprint", metavar="fingerprint")
@option("--compromised-since", type=Number(0), metavar="entry")
@option("--reason", required=True, metavar="text")
@pass_session
def revoke(session: Session, fingerprint: str, compromised_since: int | None, reason: str) -> None:
    """Propose to end a key for good."""
    from docctl.library import enrolling

    def change(library: Library, charter: NextCharter) -> Change:
        mark = enrolling.find_key(library, fingerprint)
        person = charter.revoke(mark, compromised_since)
        return "change-revoke", {"key": mark, "person": person}

    propose(session, change, reason)


@key_.command("reaffirm", cls=Cls)
@argument("entry", type=Number(0), metavar="entry")
@option("--reason", required=True, metavar="text")
@pass_session
def reaffirm(session: Session, entry: int, reason: str) -> None:
    """Vouch for an entry of a compromised key."""
    with session.acting() as (library, signer):
        signed = library.reaffirm(entry, reason, signer)
        showing.after(session, library, signed, "done-reaffirmed", named=entry)


key_.add_command(key_sealing)
key_.add_command(seal_request)
key_.add_command(seal_import)
