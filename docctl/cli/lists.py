"""For the quality manager: the status list that the organisation publishes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, command, json_option, option

FILE = click.Path(path_type=Path)


@command("status")
@option("--out", type=FILE, metavar="folder", required=True)
@option("--as-of", type=DAY, metavar="day")
@option("--note-key", type=FILE, metavar="file")
@option("--force", is_flag=True)
@json_option
@pass_session
def status_(
    session: Session, /, out: Path, as_of: date | None, note_key: Path | None, *, force: bool, as_json: bool
) -> None:
    """What is in force, as a page and a signed file."""
    from docctl.core.statuslist import NAMESPACE, encode
    from docctl.library import currency, statuspages

    with session.library() as library:
        signer = session.load(note_key) if note_key else session.signer()
        mark = library.checkpoint(signer) if note_key else None
        if note_key is None:
            session.check_signer(library, signer)
        currency.check_signer(library, signer)
        listed = currency.status_list(library, as_of, mark)
        data = encode(listed)
        written = {
            "status.json": data,
            "status.json.sig": signer.sign(data, NAMESPACE).encode(),
            "index.html": statuspages.page(listed, library.charter),
        }
    files.make_open_folder(out)
    for name in written:
        files.check_free(out / name, force=force)
    for name, content in written.items():
        files.write(out / name, content, force=force)
        words.note(session.say("done-written", path=out / name))
    if as_json:
        words.give({"day": listed.day, "documents": len(listed.documents), "files": sorted(written)})
    else:
        words.note(session.say("list-written", count=len(listed.documents)))
