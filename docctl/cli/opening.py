"""Confidential records for the commands about records: sealed when registered, opened where one may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from docctl.cli import agekeys, words
from docctl.cli.context import Session
from docctl.errors import Unavailable

if TYPE_CHECKING:
    from docctl.core.model import Signed
    from docctl.core.ports import Signer
    from docctl.library.confidential import Opened
    from docctl.library.library import Library
    from docctl.library.recording import Filled, Wishes


def register(session: Session, library: Library, record: Filled, signer: Signer, wishes: Wishes) -> Signed:
    """Seal and enter a record, and say for whom it is sealed."""
    from docctl.library import confidential

    signed, whose = confidential.register(library, record, signer, wishes)
    words.note(session.say("record-sealed-for", people=_names(library, whose.keys)))
    if whose.without:
        words.warn(session.say("record-sealed-without", people=_names(library, whose.without)))
    return signed


def _names(library: Library, people: Iterable[str]) -> str:
    from docctl.library.deciding import signer_name

    return ", ".join(signer_name(library.book.state, one) for one in people)


def plain(session: Session, library: Library, name: str) -> Opened:
    """A sealed record, opened with one's own keys; keys that are not to be had leave nothing to judge by."""
    from docctl.library import confidential

    try:
        return confidential.open_record(library, name, agekeys.reader(session, library))
    except Unavailable:
        session.judging = True
        raise


def titles(session: Session, library: Library, names: Iterable[str]) -> Mapping[str, str]:
    """The titles of those sealed records that one may open."""
    from docctl.library import confidential, recordsheets

    wanted = tuple(names)
    if not wanted:
        return {}
    state = library.book.state
    found = confidential.readable(library, wanted, agekeys.reader(session, library))
    return {name: recordsheets.latest(state, state.records[name], one.parts)[0].title for name, one in found.items()}
