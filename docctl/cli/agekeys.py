"""Keys that open confidential records: who is reading, and the sealing key of those whose signing key cannot open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import files, words
from docctl.cli.charters import Change, propose
from docctl.cli.context import SEALING, Session, pass_session
from docctl.cli.spoken import PERSON, TEXT, argument, option
from docctl.cli.spoken import Command as Cls
from docctl.errors import Refused, Untrusted

if TYPE_CHECKING:
    from docctl.library.charters import NextCharter
    from docctl.library.confidential import Reader
    from docctl.library.library import Library


def reader(session: Session, library: Library) -> Reader:
    """Who reads, with the keys in their files; a passphrase is asked for once.

    Raises:
        Untrusted: `key-cannot-open` (algorithm), `key-held-elsewhere`: the key opens nothing, and no sealing key lies
            beside it.
        Refused: `reader-unknown` (path): the key is not enrolled.
    """
    from docctl import signatures
    from docctl.library.confidential import Reader
    from docctl.signatures import agesealing

    path = session.key_path()
    answers: list[str] = []

    def ask() -> str:
        if not answers:
            answers.append(session.passphrase(path))
        return answers[0]

    signer = signatures.load_key(path, ask)
    session.check_signer(library, signer)
    person = library.person_of(signer)
    if person is None:
        raise Refused("reader-unknown", path=str(path))
    identities: list[str | bytes] = []
    beside = sealing_file(path)
    if beside.exists():
        data = files.read(beside)
        identities.append(agesealing.read_identity(data, ask() if agesealing.is_locked(data) else None))
    try:
        if not isinstance(signer, signatures.FileSigner):
            raise Untrusted("key-held-elsewhere")
        identities.append(signer.unlocked())
    except Untrusted:
        if not identities:
            raise
    return Reader(person, agesealing.opener(identities))


def sealing_file(key: Path) -> Path:
    """Where the sealing key lies that belongs to a signing key."""
    return key.with_name(key.name.removesuffix(".pub") + SEALING)


@click.command("sealing", cls=Cls)
@argument("person", type=PERSON, required=False, metavar="person")
@option("--no-passphrase", is_flag=True)
@pass_session
def key_sealing(session: Session, person: str | None, *, no_passphrase: bool) -> None:
    """Make a sealing key."""
    from docctl.signatures import agesealing, openssh

    key = session.key_file or (session.home.keys / person if person else session.key_path())
    path = sealing_file(key)
    if path.exists():
        raise Refused("key-exists", path=str(path))
    files.make_folder(path.parent)
    identity = agesealing.new_identity()
    passphrase = session.new_passphrase(none=no_passphrase)
    openssh.create(path, agesealing.identity_file(identity, passphrase))
    public = agesealing.public_of(identity)
    words.tell(session.say("done-sealing-key", path=path, key=public))
    if passphrase is None:
        words.warn(session.say("key-unprotected"))
    words.tell(session.say("next-sealing-key", person=person or path.stem, key=public))


@click.command("sealing-key", cls=Cls)
@argument("person", type=PERSON, metavar="person")
@argument("key", type=TEXT, metavar="sealing-key")
@option("--reason", default="", metavar="text")
@pass_session
def person_sealing_key(session: Session, person: str, key: str, reason: str) -> None:
    """Propose the key to which confidential records are sealed for somebody."""
    from docctl.signatures import agesealing

    # A mistyped letter would make records that this person can never open.
    agesealing.seal(b"", (key,))
    if not key.startswith("age1"):
        raise click.UsageError(session.say("usage-sealing-key"), click.get_current_context())

    def change(library: Library, charter: NextCharter) -> Change:
        del library
        charter.person(person)["sealing-key"] = key
        return "change-sealing-key", {"person": person, "key": key}

    propose(session, change, reason)
