"""For the IT person: the organisation's sealing key, from the request for its certificate to the file that seals."""

from __future__ import annotations

from pathlib import Path

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import Choice, argument, option
from docctl.cli.spoken import Command as Cls

FILE = click.Path(path_type=Path)
KEY, REQUEST, JOINED = "seal.key", "seal.csr", "seal.p12"


@click.command("seal-request", cls=Cls)
@option("--name", "office", metavar="text")
@option("--country", default="AZ", metavar="text")
@option("--algorithm", type=Choice(("ec", "rsa")), default="ec", metavar="algorithm")
@option("--output", type=FILE, required=True, metavar="folder")
@option("--no-passphrase", is_flag=True)
@pass_session
def seal_request(
    session: Session, office: str | None, country: str, algorithm: str, output: Path, *, no_passphrase: bool
) -> None:
    """Make the organisation's sealing key and the request for its certificate."""
    from docctl.signatures import sealkeys

    name = session.ask("ask-seal-name", office, "--name")
    for one in (KEY, REQUEST):
        if output.is_dir():
            files.check_free(output / one)
    sealkeys.check_request(name, country)
    passphrase = session.new_passphrase(none=no_passphrase)
    key, request = sealkeys.request(name, country, passphrase, kind=algorithm)
    files.make_folder(output)
    files.write(output / KEY, key, private=True)
    files.write(output / REQUEST, request, private=True)
    words.tell(session.say("done-seal-request", key=output / KEY, request=output / REQUEST))
    if passphrase is None:
        words.warn(session.say("seal-key-unprotected"))
    words.tell(session.say("next-seal-request", path=output / REQUEST, folder=output))


@click.command("seal-import", cls=Cls)
@argument("paths", type=FILE, nargs=-1, required=True, metavar="certificate")
@option("--output", type=FILE, required=True, metavar="folder")
@pass_session
def seal_import(session: Session, paths: tuple[Path, ...], output: Path) -> None:
    """Join the certificate that came back with its key."""
    from docctl.library import sealing

    key = files.read(output / KEY)
    files.check_free(output / JOINED)
    certificates = [files.read(path) for path in paths]
    passphrase = session.passphrase(output / KEY) if b"ENCRYPTED" in key else None
    data, name, until = sealing.joined(key, passphrase, certificates)
    files.write(output / JOINED, data, private=True)
    words.tell(session.say("done-seal-import", path=output / JOINED, name=name, when=until))
    words.tell(session.say("next-seal-import", path=output / JOINED))
