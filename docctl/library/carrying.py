"""Copies that carry their source and their proof, and the same copies drawn again by whoever was handed one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from docctl import catalogues, renderers
from docctl.core.checkpoint import Checkpoint
from docctl.core.copies import Attachment, ControlledCopy, Overlay
from docctl.core.model import Document, Publication
from docctl.core.proof import MEDIA_TYPE, NAME, Drawn, Proof
from docctl.core.state import State
from docctl.errors import NotFound, Refused
from docctl.library import auditing, bodies, copying, deciding, layouts, proving
from docctl.library.book import Book
from docctl.library.copying import Wanted
from docctl.renderers import pictures

CARRIERS = ("docx", "pdf")
# Of all pictures of a copy that somebody handed over, square points of 1/72 inch: some hundred million pixels.
MOST_POINTS = 60_000_000.0
# Of all its texts: bytes, and signs that may begin a paragraph, a cell, a mark. The typesetter takes a second and some
# 20 MiB for a thousand of these; prose has thirty in a KiB, tables a hundred.
MOST_TEXT = 2 * 1024 * 1024
MOST_SIGNS = 40_000
_SIGNS = (b"\n", b"|", b"*", b"_", b"`", b"[", b"]", b"<", b">", b"\\", b"~")
_PICTURES = MappingProxyType(
    {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"},
)


def copy_of(
    book: Book, document: Document, wanted: Wanted, *, moment: int, mark: Checkpoint | None = None
) -> ControlledCopy:
    """One copy with its source inside, and its proof if the revision was published and the format carries one.

    Args:
        book: At the ledger's head.
        document: As of the moment.
        wanted: In which format, which revision, in which language.
        moment: The instant asked about.
        mark: The checkpoint of the head, if somebody signed it.

    Raises:
        As `copying.copy_of`.
    """
    state = book.state
    if wanted.form not in CARRIERS:
        return copying.copy_of(state, document, wanted, moment=moment)
    moment = settled(state, document, moment)
    copy = copying.copy_of(state, document, wanted, moment=moment)
    proposal, publication, _ = copying.choose(document, moment, wanted.revision)
    inside = sources(copying.files_of(state, proposal), copy.language)
    if publication is not None:
        drawn = Drawn(
            wanted.form,
            ",".join((copy.language, copy.companion.language) if copy.companion else (copy.language,)),
            moment,
            copy.made,
            wanted.overlay.copy if wanted.overlay else 0,
            wanted.overlay.holder if wanted.overlay else "",
            wanted.overlay.place if wanted.overlay else "",
            tuple(sorted(renderers.versions(wanted.form).items())),
        )
        whole, beside = deciding.thread(state, document.id), _beside(state, publication, moment)
        proof = proving.prove(book, (whole, publication), drawn, mark or auditing.checkpoint(state), beside)
        inside += (proving.attached(proof, catalogues.say("attachment-proof", copy.language)),)
    return replace(copy, attachments=inside)


def render(book: Book, document: Document, wanted: Wanted, *, moment: int, mark: Checkpoint | None = None) -> bytes:
    """One copy as bytes.

    Raises:
        As `copying.copy_of`, and what the text's drawing refuses.
    """
    return copying.drawn(wanted.form, copy_of(book, document, wanted, moment=moment, mark=mark))


def again(state: State, proof: Proof, files: Mapping[str, bytes], packed: bytes) -> ControlledCopy:
    """The copy that a proof speaks of, put together here from what it carries, ready to be drawn.

    Args:
        state: As the proof's entries left it.
        proof: Which copy.
        files: The source inside.
        packed: The proof as the copy carries it, to the byte.

    Raises:
        NotFound: the revision, or the language, is not there.
        Refused: `check-too-large`: texts longer, or pictures of more points, than are drawn for a stranger's file.
        Malformed: what is inside cannot be read.
    """
    _check_texts(data for name, data in files.items() if name.endswith(".md"))
    drawn = proof.drawn
    document = deciding.thread(state, proof.document).as_of(drawn.moment)
    if document is None:
        raise NotFound("document-not-found", document=proof.document)
    overlay = Overlay(drawn.made, drawn.number, drawn.holder, drawn.place)
    wanted = Wanted(drawn.form, drawn.language, proof.revision, overlay)
    copy = copying.copy_of(replace(state, time=drawn.made), document, wanted, moment=drawn.moment)
    points = 0.0
    for name in copy.images:
        picture = pictures.read(name, copy.images[name])
        points += picture.width * picture.height
    if points > MOST_POINTS:
        raise Refused("check-too-large")
    described = Attachment(NAME, packed, MEDIA_TYPE, "data", catalogues.say("attachment-proof", copy.language))
    return replace(copy, attachments=(*sources(files, copy.language), described))


def _check_texts(texts: Iterable[bytes]) -> None:
    size = signs = 0
    for text in texts:
        size += len(text)
        signs += sum(map(text.count, _SIGNS))
    if size > MOST_TEXT or signs > MOST_SIGNS:
        raise Refused("check-too-large")


def _beside(state: State, publication: Publication, moment: int) -> tuple[tuple[Document, Publication], ...]:
    """The layouts that the copy and the body are drawn by: documents, too."""
    found = (layouts.acting(state, one) for one in (moment, publication.proposal.by.at))
    return tuple(dict.fromkeys((deciding.thread(state, one[0].id), one[1]) for one in found if one is not None))


def settled(state: State, document: Document, moment: int) -> int:
    """The last instant up to a moment at which something changed: between two of them, copies are alike to the byte."""
    if moment < state.time:
        return moment
    layout = layouts.acting(state, moment)
    changing = (document, layout[0]) if layout is not None else (document,)
    turns = (turn for one in changing for p in one.publications for turn in p.turns if turn <= moment)
    return max((state.time, *turns))


def sources(files: Mapping[str, bytes], language: str) -> tuple[Attachment, ...]:
    """The files of a revision as files inside a copy, in the order of their names."""
    return tuple(
        Attachment(
            name,
            data,
            "text/markdown" if name.endswith(".md") else _PICTURES[name.rpartition(".")[2].lower()],
            "source" if name.endswith(".md") else "supplement",
            catalogues.say("attachment-text" if name.endswith(".md") else "attachment-picture", language),
        )
        for name, data in sorted(files.items())
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of the pages that the approvals name, drawn here again.

    Attributes:
        same: Whether they are those that were signed; None if the approvals name none.
        layouts: Digests of the layouts that they were drawn by.
    """

    same: bool | None
    layouts: frozenset[str] = frozenset()


def seen(state: State, proof: Proof) -> Seen:
    """The pages that the approvers looked at, drawn here again and compared."""
    document = deciding.thread(state, proof.document)
    proposal, _, _ = copying.choose(document, proof.drawn.moment, proof.revision)
    if not any(one.body for one in proposal.approvals):
        return Seen(None)
    found = bodies.compared(state, document, proposal)
    return Seen(all(one.same for one in found.seen if one.body), frozenset(line.layout for line in found.lines))
