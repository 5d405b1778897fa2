"""For the quality manager: files that belong to a published revision; and how they look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import SUBJECT, Choice, Number, argument, command, option

if TYPE_CHECKING:
    from docctl.library.attaching import Filed
    from docctl.signatures.sealvalues import Beside, SealReport

KINDS = ("signed-pdf", "signature", "scan")


@command("attach")
@argument("subject", type=SUBJECT, metavar="id")
@argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="file")
@option("--revision", type=Number(1), metavar="number")
@option("--language", metavar="language")
@option("--kind", type=Choice(KINDS), metavar="kind")
@pass_session
def attach_(
    session: Session,
    subject: str,
    paths: tuple[Path, ...],
    revision: int | None,
    language: str | None,
    kind: str | None,
) -> None:
    """File a signed copy, a signature or a scan with a published revision."""
    from docctl.errors import Refused
    from docctl.library import attaching

    given: dict[str, bytes] = {}
    for path in paths:
        name = attaching.plain_name(path.name)
        if name.lower() in {one.lower() for one in given}:
            raise Refused("attachment-exists", file=name)
        given[name] = files.read(path, limit=attaching.MAX_FILE)
    with session.acting() as (library, signer):
        plan = attaching.attach(
            subject, given, moment=library.moment(), revision=revision, language=language, kind=kind
        )
        signed = library.enter(signer, plan)
        number = signed.entry.sequence
        rows = attaching.filed(library, subject, entry=number)
    words.tell(session.say("done-attached", document=subject, revision=rows[0].revision, entry=number))
    for row in rows:
        show_one(session, row)
    for row in rows:
        if any(one.finding == "elsewhere" for one in row.beside):
            words.warn(session.say("attached-alone", file=row.file))


def show(session: Session, rows: tuple[Filed, ...]) -> None:
    """What is attached to a document."""
    if rows:
        words.title(session.say("title-attachments"))
    for row in rows:
        show_one(session, row)


def show_one(session: Session, row: Filed) -> None:
    """One attached file: what it is, who filed it, what its signatures say."""
    from docctl.cli.showing import minute

    words.tell(words.GAP + row.file, bold=True)
    kind = session.say(f"attached-{row.kind}")
    words.facts(
        [
            (words.GAP + session.say("column-kind"), f"{kind} ({row.language})" if row.language else kind),
            (words.GAP + session.say("column-revision"), row.revision),
            (words.GAP + session.say("column-size"), session.say("attached-bytes", count=row.size)),
            (words.GAP + session.say("column-digest"), f"SHA-256 {row.digest}"),
            (words.GAP + session.say("column-filed"), f"{row.name}, {minute(row.at, row.offset, session.language)}"),
        ]
    )
    for one in row.seals:
        words.tell(f"{words.GAP * 3}{_seal(session, one, row.offset)}")
    for each in row.beside:
        words.tell(f"{words.GAP * 3}{_beside(session, each)}")
    if row.unread:
        words.tell(f"{words.GAP * 3}{_unread(session, row.unread)}")


def _seal(session: Session, one: SealReport, offset: str) -> str:
    from docctl.cli.showing import minute

    if one.problem:
        return session.say("says-seal-broken", field=one.field, reason=_unread(session, one.problem))
    stamped = minute(one.stamped_at, offset, session.language) if one.stamped_at is not None else None
    if one.kind == "timestamp":
        return session.say("says-timestamp", signer=one.signer, when=stamped)
    told = minute(one.signed_at, offset, session.language) if one.signed_at is not None else None
    unknown = one.after == "unknown" and one.covers != "part"
    code = "says-seal" if one.sound else "says-seal-unknown" if unknown else "says-seal-changed"
    line = session.say(code, signer=one.signer, issuer=one.issuer, when=told)
    return f"{line} {session.say('says-stamped', signer=one.stamped_by, when=stamped)}" if stamped else line


def _beside(session: Session, one: Beside) -> str:
    about = ", ".join(one.about)
    return session.say(f"says-beside-{one.finding}", signer=one.signer, issuer=one.issuer, files=about)


def _unread(session: Session, code: str) -> str:
    from docctl import catalogues

    return catalogues.problem(code, session.language)
