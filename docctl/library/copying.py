"""Making copies: which revision, which language, drawn by which renderer."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from docctl import renderers
from docctl.adapters.gitprocess import disk_failure
from docctl.core import content, heading
from docctl.core.charter import Charter
from docctl.core.copies import ControlledCopy, Overlay
from docctl.core.model import Document, Proposal, Publication, Signature, Status
from docctl.core.state import State
from docctl.errors import Malformed, NotFound, Refused
from docctl.library import facing, layouts
from docctl.library.deciding import authority_of
from docctl.renderers import reader

ONE_LANGUAGE = ("md", "txt")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which copy, and how it goes out.

    Attributes:
        form: One of `renderers.FORMATS`.
        language: `az`, or two for a bilingual copy: `az,en`; None for the authoritative one.
        revision: None for the one in force.
        overlay: Copy number and holder; None for an uncontrolled copy.
    """

    form: str
    language: str | None = None
    revision: int | None = None
    overlay: Overlay | None = None


def files_of(state: State, proposal: Proposal) -> dict[str, bytes]:
    """The files of a proposal or publication, whose digest is checked again.

    Raises:
        NotFound: `text-not-found`: it changes no text.
        Refused: `content-digest`.
    """
    if proposal.tree is None:
        raise NotFound("text-not-found")
    files = state.shelf.files(proposal.tree)
    if content.digest(files) != proposal.content:
        raise Refused("content-digest")
    return files


def choose(document: Document, moment: int, revision: int | None) -> tuple[Proposal, Publication | None, Status]:
    """The revision asked for, or the one in force.

    Raises:
        NotFound: `revision-not-found`, `not-in-force-now` (with the status).
    """
    if revision is None:
        acting = document.in_force(moment)
        if acting is None:
            raise NotFound("not-in-force-now", document=document.id, status=document.status(moment).value)
        return acting.proposal, acting, Status.IN_FORCE
    for publication in reversed(document.texts):
        if publication.revision == revision:
            return publication.proposal, publication, document.status_of(publication, moment)
    proposal = document.proposal
    if proposal is not None and proposal.revision == revision and proposal.tree is not None:
        return proposal, None, Status.REJECTED if proposal.rejected else Status.SUBMITTED
    raise NotFound("revision-not-found", document=document.id, revision=revision)


def languages_of(files: dict[str, bytes], titles: tuple[tuple[str, str], ...], wanted: str | None) -> tuple[str, ...]:
    """The language of a copy, or its two: `az,en`.

    Raises:
        NotFound: `language-not-found`.
        Refused: `language-twice`: more than two, or one twice.
    """
    names = wanted.split(",") if wanted else [None]
    found = tuple(language_of(files, titles, name) for name in names[:2])
    if len(names) > 2 or len(set(found)) < len(names):
        raise Refused("language-twice", language=wanted)
    return found


def language_of(files: dict[str, bytes], titles: tuple[tuple[str, str], ...], wanted: str | None) -> str:
    """The language of a copy: the one asked for, or the authoritative one.

    Raises:
        NotFound: `language-not-found`.
    """
    if wanted is None:
        return titles[0][0]
    if f"{wanted}.md" not in files:
        raise NotFound("language-not-found", language=wanted, known=", ".join(name for name, _ in titles))
    return wanted


def copy_of(state: State, document: Document, wanted: Wanted, *, moment: int) -> ControlledCopy:
    """One copy, ready to be drawn.

    Args:
        state: The library.
        document: As of the moment.
        wanted: Which copy of it.
        moment: Instant that status and layout are of.

    Raises:
        NotFound: `format-unknown`, `revision-not-found`, `language-not-found`, `not-in-force-now`.
        Refused: `language-twice`, `format-one-language`.
    """
    if wanted.form not in renderers.FORMATS:
        raise NotFound("format-unknown", format=wanted.form, known=", ".join(renderers.FORMATS))
    if wanted.language and "," in wanted.language and wanted.form in ONE_LANGUAGE:
        raise Refused("format-one-language", format=wanted.form)
    which = choose(document, moment, wanted.revision)
    files = files_of(state, which[0])
    tongues = languages_of(files, which[0].titles, wanted.language)
    faces = [facing.face(state, document, which, files, one, overlay=wanted.overlay, moment=moment) for one in tongues]
    return facing.bilingual(*faces) if len(faces) > 1 else faces[0]


def drawn(form: str, copy: ControlledCopy) -> bytes:
    """The copy in a format.

    Raises:
        Malformed: What cannot be shown, with its file and the line there.
        Unavailable: `disk-full`, `not-writable`, `disk-failed`: there is no room for the files that it is made from.
    """
    try:
        return renderers.FORMATS[form].render(copy)
    except Malformed as error:
        raise Malformed(error.code, **placed(error, copy.language, copy.above)) from None
    except OSError as error:
        raise disk_failure(error, Path(tempfile.gettempdir())) from error


def placed(error: Malformed, language: str, above: int) -> dict[str, object]:
    """The particulars of what is wrong with a text, with its file and the line there.

    Args:
        error: With the line of what was parsed, if it knows one.
        language: Of the text.
        above: How many lines of the file stand before what was parsed.
    """
    values = {"file": f"{language}.md", **error.values}
    line = values.get("line")
    return values | {"line": line + above} if isinstance(line, int) else values


def skips(state: State, proposal: Proposal) -> tuple[tuple[str, reader.Skip], ...]:
    """The headings of a proposed text that skip a level, with the file; the line is that of the file."""
    found = []
    for name, data in sorted(files_of(state, proposal).items()) if proposal.tree is not None else ():
        if name.endswith(".md"):
            whole = data.decode()
            _, body = heading.split(name, whole)
            above = whole.count("\n") - body.count("\n")
            found += [(name, replace(one, line=one.line + above)) for one in reader.skips(body)]
    return tuple(found)


def behind(state: State, document: Document, proposal: Proposal) -> tuple[str, ...]:
    """The languages whose text is that of the latest revision while the text in another language is a new one."""
    if proposal.tree is None or not document.texts:
        return ()
    before, now = (files_of(state, one) for one in (document.texts[-1].proposal, proposal))
    same = tuple(name[:-3] for name in sorted(now) if name.endswith(".md") and now[name] == before.get(name))
    return same if len(same) < len(proposal.titles) else ()


def rehearse(state: State, files: dict[str, bytes], found: heading.Heading) -> None:
    """Draw a text once before it is submitted, so that nobody approves what no copy can show.

    Raises:
        Refused: `glyph-missing`, `table-cells`, `image-format` and the like, with file and line;
            `reading-role-unknown`, `reading-person-unknown`: the heading asks somebody who is not there to read it.
    """
    charter = authority_of(state).charter
    kind = charter.types.get(found.type)
    layouts.check(charter, files, found)
    _check_readers(charter, found)
    if kind is None:
        return  # the machine refuses it
    by = Signature(0, "", "", state.time, "+0000")
    proposal = Proposal(by, "revision", 1, content.digest(files), None, kind.name, found.owner, found.titles, None, "")
    document = Document(found.id, 0, type=kind.name, owner=found.owner, titles=found.titles)
    for language in found.languages:
        copy = facing.face(state, document, (proposal, None, Status.SUBMITTED), files, language)
        try:
            drawn("pdf", copy)
        except Malformed as error:
            raise Refused(error.code, **error.values) from None


def _check_readers(charter: Charter, found: heading.Heading) -> None:
    """That those exist whom the heading asks to read the text: else nobody would ever be asked."""
    for role in found.reading.roles:
        if role not in charter.roles:
            raise Refused("reading-role-unknown", role=role)
    for person in found.reading.people:
        if person not in charter.people:
            raise Refused("reading-person-unknown", person=person)
