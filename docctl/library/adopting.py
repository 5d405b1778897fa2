"""Texts on their way in, in numbers: a new draft with the next number, and whole folders of texts approved earlier.

Every file stands for itself: one that cannot be taken over is reported with its reason, and the others go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from docctl.core.charter import DocumentType
from docctl.core.charter_machine import CHARTER
from docctl.core.content import IMAGE_ENDINGS, MAX_FILES, MAX_IMAGE
from docctl.core.fields import is_identifier
from docctl.core.model import Act, Signed
from docctl.core.tree import is_plain_name
from docctl.errors import DocctlError, Malformed, NotFound, Refused, Unavailable
from docctl.library import copying, deciding, drafting

if TYPE_CHECKING:
    from docctl.core.ports import Signer
    from docctl.library.library import Library

MAX_TEXTS = 2000
_TEXT = re.compile(r"[a-z]{2}\.md")
_NUMBER = re.compile(r"(.+)-\d{1,6}")


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft that was laid down: its document, and the files to write in."""

    document: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is stated of texts to adopt.

    Attributes:
        kind: Document type; by each file's name if None.
        language: Of texts without a docctl heading; the charter's first if None.
        owner: Role; the first that may publish the type if None.
    """

    reason: str
    kind: str | None
    language: str | None
    owner: str | None
    revision: int
    in_force: date
    act: Act | None


@dataclass(frozen=True, slots=True)
class Adoption:
    """What became of one file or folder: a document, or the error that kept it out."""

    path: Path
    document: str
    title: str
    error: DocctlError | None = None


def act_of(stated: tuple[str, str, date]) -> Act:
    """A legal act from its kind, number and day."""
    return Act(*stated)


# -- new ---------------------------------------------------------------------------------------------------------------


def begin(library: Library, what: str, titles: Mapping[str, str], owner: str | None) -> Begun:
    """Lay a draft into `drafts/`: from the text in force, or an empty one with the next number.

    Args:
        library: Where.
        what: Id of a document, a free id, or a document type.
        owner: Role; the first that may publish the type if None.
        titles: By language, the authoritative one first; the type's own titles if empty.

    Raises:
        NotFound: `type-not-found`.
        Refused: `draft-exists`, `title-needless`, `prefix-unknown`, `document-withdrawn`, `library-bare`.
    """
    identifier = what.upper() if what.isascii() else what
    if identifier in library.book.state.documents:
        if titles or owner:
            raise Refused("title-needless", document=identifier)
        return _laid(library, identifier, _basis(library, identifier))
    charter = library.charter
    kind = charter.types.get(what) or _type_of(library, identifier)
    if kind is None:
        raise NotFound("type-not-found", type=what, known=", ".join(charter.types))
    number = identifier if what not in charter.types else drafting.next_number(kind.prefix, taken(library))
    named = dict(titles) or {name: text for name, text in kind.titles if name in charter.languages}
    named = named or {charter.languages[0]: kind.titles[0][1]}
    for language in named:
        if language not in charter.languages:
            raise Refused("language-unknown", language=language)
    return _laid(library, number, drafting.blank(kind, number, named, owner or kind.publishers[0]))


def _type_of(library: Library, identifier: str) -> DocumentType | None:
    """The type for an id that somebody chose; None if it is no id, or of no type."""
    return library.charter.type_of(identifier) if is_identifier(identifier) else None


def _basis(library: Library, identifier: str) -> dict[str, bytes]:
    """The text that a revision starts from: an open proposal, what acts, or what was published last."""
    document = library.document(identifier)
    moment = library.moment()
    if document.withdrawn(moment) is not None:
        raise Refused("document-withdrawn", document=identifier)
    proposal = document.proposal
    if proposal is None or proposal.tree is None:
        acting = document.in_force(moment) or document.latest
        proposal = acting.proposal if acting else None
    if proposal is None:
        raise NotFound("text-not-found", document=identifier)
    return copying.files_of(library.book.state, proposal)


def _laid(library: Library, identifier: str, files: dict[str, bytes]) -> Begun:
    folder = library.root / "drafts" / identifier
    if folder.exists() and any(folder.iterdir()):
        raise Refused("draft-exists", document=identifier, path=str(folder))
    library.put_draft(identifier, files)
    return Begun(identifier, tuple(folder / name for name in sorted(files) if name.endswith(".md")))


def cancel(library: Library, subject: str, signer: Signer, reason: str) -> tuple[Signed, Path | None]:
    """Take a proposal back; its author keeps the text as a draft to go on with.

    Returns:
        The entry, and the folder of the draft if there is one.
    """
    proposal = deciding.thread(library.book.state, subject).proposal
    own = proposal is not None and proposal.by.person == library.person_of(signer)
    files = None
    if own and proposal is not None and proposal.tree is not None and subject != CHARTER and library.book.work:
        files = copying.files_of(library.book.state, proposal)
    signed = library.cancel(subject, signer, reason)
    if files is None:
        return signed, None
    folder = library.root / "drafts" / subject
    if not folder.exists():
        library.put_draft(subject, files)
    return signed, folder


def taken(library: Library) -> list[str]:
    """Every id in use: documents, and drafts that nobody has submitted yet."""
    ids = list(library.book.state.documents)
    drafts = library.root / "drafts"
    try:
        ids += [place.name for place in drafts.iterdir()]
    except FileNotFoundError:
        return ids
    except OSError as error:
        raise Unavailable("not-readable", path=str(drafts), reason=error.strerror) from None
    return ids


# -- adopting ----------------------------------------------------------------------------------------------------------


def adopt(library: Library, path: Path, wishes: Wishes, signer: Signer) -> Iterator[Adoption]:
    """Submit every text under a path as an adoption, each in an entry of its own.

    Args:
        library: Where to.
        wishes: What is stated of all of them.
        signer: Who submits.
        path: A Markdown file, a docctl text folder (`az.md`, `en.md`, pictures), or a folder of either.

    Raises:
        NotFound: `file-missing`, `type-not-found`: nothing was submitted.
        Refused: `nothing-to-adopt`, `adopt-too-many`: nothing was submitted.
    """
    if wishes.kind is not None and wishes.kind not in library.charter.types:
        raise NotFound("type-not-found", type=wishes.kind, known=", ".join(library.charter.types))
    sources = _sources(path)
    if not sources:
        raise Refused("nothing-to-adopt", path=str(path))
    if len(sources) > MAX_TEXTS:
        raise Refused("adopt-too-many", count=len(sources), limit=MAX_TEXTS)
    for source in sources:
        yield _one(library, source, wishes, signer)


def _sources(path: Path) -> list[Path]:
    """The texts under a path: files, and folders that are one text."""
    try:
        if path.is_file():
            return [path]
        if not path.is_dir():
            raise NotFound("file-missing", path=str(path))
        if _is_text_folder(path):
            return [path]
        found: list[Path] = []
        for place in sorted(path.iterdir()):
            if place.is_symlink() or place.name.startswith(".") or (place / ".git").exists():
                continue  # what lies in a library has been taken over already
            if place.is_dir():
                found += _sources(place)
            elif place.suffix.lower() == ".md":
                found.append(place)
    except OSError as error:
        raise Unavailable("not-readable", path=str(error.filename or path), reason=error.strerror) from None
    return found


def _is_text_folder(path: Path) -> bool:
    """Whether one of its language files has a heading with an id."""
    for place in path.iterdir():
        if _TEXT.fullmatch(place.name) and place.is_file():
            with place.open("rb") as file:
                start = file.read(16 * 1024)
            if start.startswith(b"---") and re.search(rb"^id:", start, re.MULTILINE):
                return True
    return False


def _one(library: Library, source: Path, wishes: Wishes, signer: Signer) -> Adoption:
    try:
        files = _folder(source) if source.is_dir() else _file(library, source, wishes)
        found = deciding.readable(files)
        _must_be_free(library, found.id, files)
        stated = (wishes.revision, wishes.in_force, wishes.act)
        signed = library.adopt(files, wishes.reason, signer, stated)
    except DocctlError as error:
        return Adoption(source, "", "", error)
    except OSError as error:
        problem = Unavailable("not-readable", path=str(source), reason=error.strerror)
        return Adoption(source, "", "", problem)
    return Adoption(source, signed.entry.subject, found.title)


def _must_be_free(library: Library, identifier: str, files: Mapping[str, bytes]) -> None:
    """That no draft of another text lies where this one's working files will."""
    if identifier in library.book.state.documents:
        raise Refused("document-exists", document=identifier)
    try:
        here = library.draft(identifier)
    except NotFound:
        return
    if here != dict(files):
        raise Refused("draft-exists", document=identifier, path=str(library.root / "drafts" / identifier))


def _folder(source: Path) -> dict[str, bytes]:
    """A docctl text folder, as it is."""
    places = sorted(place for place in source.iterdir() if not place.name.startswith("."))
    if len(places) > MAX_FILES:
        raise Refused("files-too-many", limit=MAX_FILES, path=str(source))
    return {place.name: _bytes(place) for place in places}


def _bytes(place: Path) -> bytes:
    if place.is_symlink() or not place.is_file():
        raise Refused("path-not-file", path=str(place))
    if place.stat().st_size > MAX_IMAGE:
        raise Refused("file-too-large", path=str(place), limit=MAX_IMAGE)
    return place.read_bytes()


def _file(library: Library, source: Path, wishes: Wishes) -> dict[str, bytes]:
    """A Markdown file from elsewhere, with a heading made for it and the pictures it shows."""
    charter = library.charter
    foreign = drafting.read_foreign(source)
    name = source.name if _known(library, source.name) else source.parent.name
    kind = charter.types[wishes.kind] if wishes.kind else drafting.kind_for(charter, name)
    language = wishes.language or charter.languages[0]
    identifier = drafting.next_number(kind.prefix, taken(library))
    files = drafting.take_over(foreign, kind, identifier, language, wishes.owner or kind.publishers[0])
    for place in source.parent.iterdir():
        ending = place.suffix.lower().lstrip(".")
        if ending in IMAGE_ENDINGS and is_plain_name(place.name) and f"({place.name}" in foreign.text:
            files[place.name] = _bytes(place)
    return files


def _known(library: Library, name: str) -> bool:
    """Whether a name points to a type; `kind_for` answers with the first one where it does not."""
    try:
        kinds = library.charter.types.values()
    except Malformed:
        return True
    first = next(iter(kinds))
    lower = name.lower()
    return drafting.kind_for(library.charter, name) is not first or lower.startswith(
        (first.name, first.prefix.lower(), first.folder.rstrip("s"))
    )
