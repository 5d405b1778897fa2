"""For auditors: the keys in the form that stock git reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from docctl.cli import files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import DAY, Number, command, option


@command("export-keys")
@option("--as-of-entry", type=Number(0), metavar="entry")
@option("--as-of", type=DAY, metavar="day")
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@pass_session
def export_keys_(
    session: Session, as_of_entry: int | None, as_of: date | None, output: Path | None, *, force: bool
) -> None:
    """The allowed-signers file as of an entry, or of the whole history."""
    from docctl.library import keylisting

    if as_of_entry is not None and as_of is not None:
        raise click.UsageError(session.say("usage-as-of-once"))
    text = keylisting.signers_of(session.place, as_of_entry, as_of)
    files.give(session, text.encode(), output, force=force)
    if output is not None:
        words.note(session.say("next-export", path=output))
