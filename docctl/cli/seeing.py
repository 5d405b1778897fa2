"""The pages that an approver signs: shown before signing, told of afterwards, drawn again to compare."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from docctl.cli import files, words
from docctl.cli.context import Session
from docctl.errors import Unavailable

if TYPE_CHECKING:
    from docctl.core.model import Proposal
    from docctl.library.bodies import Bodies, Body
    from docctl.library.library import Library
    from docctl.library.views import Sheet

Facts = list[tuple[str, object]]


@contextmanager
def before_signing(
    session: Session, library: Library, subject: str, proposal: Proposal, show: Path | None, *, asking: bool
) -> Iterator[tuple[str | None, Facts]]:
    """The digest of the pages to sign, and what to tell of them; None where there are none, or none can be drawn here.

    The PDFs stay in the folder `show`. Without one they lie in a folder of their own, until whoever is asked answers.
    """
    from docctl.core.copies import body_digest
    from docctl.library import bodies

    if proposal.kind in ("charter", "withdrawal", "disposal"):
        yield None, []
        return
    try:
        drawn = bodies.drawn(library.book.state, subject, proposal)
    except Unavailable as error:
        words.warn(session.say("warn-no-pages", problem=words.problem(error, session.language)))
        yield None, []
        return
    with _temporary() if asking and show is None else nullcontext(show) as place:
        told = [(_label(session, one), _lay(session, subject, proposal, one, place)) for one in drawn]
        digest = body_digest(one.line for one in drawn)
        yield digest, [*told, (session.say("column-pages"), digest)]


def _temporary() -> tempfile.TemporaryDirectory[str]:
    # On Windows a file cannot be removed while a reader shows it, and an approval must not fail for that.
    return tempfile.TemporaryDirectory(prefix="docctl-", ignore_cleanup_errors=True)


def _label(session: Session, one: Body) -> str:
    tongue = session.say(f"language-{one.line.language}")
    return session.say("pages-in", language=one.line.language if tongue.startswith("[") else tongue)


def _lay(session: Session, subject: str, proposal: Proposal, one: Body, place: Path | str | None) -> str:
    if place is None:
        return str(one.pages)
    path = Path(place) / f"{subject}_{one.line.language}_r{proposal.revision}_body.pdf"
    files.write(path, one.pdf, force=True)
    return session.say("pages-at", count=one.pages, path=path)


def signed(session: Session, one: Sheet) -> None:
    """What each approval says was seen, and whether it was the same; nothing where none says so."""
    approvals = [line for line in one.decisions if line.part in ("agreed", "approved")]
    stated = [line.body for line in approvals if line.body]
    if not stated:
        return
    words.title(session.say("title-pages"))
    words.facts([(line.name, line.body or session.say("pages-not-stated")) for line in approvals])
    if len(stated) > 1:
        words.tell(words.GAP + session.say("pages-alike" if len(set(stated)) == 1 else "pages-differ"))


def again(session: Session, found: Bodies, *, as_json: bool) -> None:
    """The pages drawn now, beside what the approvals say."""
    if as_json:
        words.give(words.mapping(found) | {"alike": found.alike})
        return
    names = ("language", "layout", "renderer", "sha256")
    rows = [(one.language, one.layout, one.renderer, one.sha256) for one in found.lines]
    words.table([session.say(f"column-{name}") for name in names], rows, elastic=(1, 2))
    words.title(session.say("title-pages"))
    kinds = {True: "pages-same", False: "pages-other", None: "pages-not-stated"}
    told: Facts = [(session.say("pages-now"), found.digest)]
    told += [(f"{one.name} ({one.entry})", f"{one.body}  {session.say(kinds[one.same])}".strip()) for one in found.seen]
    words.facts(told)
    if any(one.same is False for one in found.seen):
        words.note(session.say("pages-why-other"))
