"""Copies of everything in force in one folder, with a page that lists them; a second run makes only what changed.

Whether a copy is to be made anew is told by a stamp: the digest of all that it shows, and of the versions that draw it.
Neither the instant at which it is drawn nor the proof that it carries is part of that: both change with every entry of
the ledger, and an older proof of the same facts is as good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from docctl import renderers
from docctl.adapters.copyfolder import CopyFolder
from docctl.core.copies import ControlledCopy
from docctl.core.model import Document, Publication, Status
from docctl.errors import DocctlError, NotFound, Refused
from docctl.library import carrying, copying, drawing, listing

if TYPE_CHECKING:
    from docctl.library.library import Library

FORMS = ("pdf", "docx")
# What stands in the way of every file alike, and is said once.
_FATAL = frozenset(("copies-disk-full", "disk-failed", "not-writable"))
Progress = Callable[[int, int], None]


class Asked(TypedDict, total=False):
    """Which copies.

    Attributes:
        forms: Of `renderers.FORMATS`; PDF and DOCX if not stated.
        languages: Of the texts; all if not stated.
        as_of: The end of this day; now if not stated.
        jobs: How many processes; as many as there are processors if not stated.
    """

    forms: tuple[str, ...]
    languages: tuple[str, ...] | None
    as_of: date | None
    jobs: int | None


@dataclass(slots=True)
class Made:
    """What a run did.

    Attributes:
        made: Files written.
        kept: Files that were as they should be.
        removed: Files of docctl's taken away, because what they show is in force no longer, or was not asked for.
        failed: Names of files that could not be made, with why.
        left: Names of files that docctl wrote and somebody changed: left alone although they have no place here.
    """

    made: int = 0
    kept: int = 0
    removed: int = 0
    failed: list[tuple[str, DocctlError]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One copy in one language, and the formats in which it is asked for."""

    document: Document
    acting: Publication
    language: str
    forms: tuple[str, ...]

    def name(self, form: str) -> str:
        """Its file below the folder: `procedure/PRO-01_az_r3.pdf`."""
        ending = renderers.FORMATS[form].extension
        return f"{self.document.type}/{self.document.id}_{self.language}_r{self.acting.revision}.{ending}"


def make(library: Library, folder: Path, progress: Progress | None = None, /, **asked: Unpack[Asked]) -> Made:
    """Bring a folder to what is in force.

    Args:
        library: Read only.
        folder: Made if it is not there; the one above it must be.
        progress: Told how many files of how many are done.
        asked: Which copies.

    Raises:
        NotFound: `format-unknown`, `language-not-found`, `folder-missing`, `as-of-before-founding`.
        Refused: `copies-in-library`, `copies-not-folder`, `copies-busy`, `copies-other-library`.
        Malformed: `copies-list-unreadable`.
        Unavailable: `not-writable`, `copies-disk-full`, `disk-failed`, `copies-interrupted`.
    """
    forms, languages, as_of = asked.get("forms", FORMS), asked.get("languages"), asked.get("as_of")
    place = _outside(library, folder)
    made_with = {form: _version(form) for form in forms}
    wanted = tuple(_wanted(library, forms, languages, as_of))
    result = Made()
    with CopyFolder(place, library.authority.library) as shelf:
        before = frozenset(shelf.notes)
        run = _Run(library, shelf, result, made_with, as_of)
        run.draw(wanted, asked.get("jobs"), progress or (lambda *_: None))
        there = {one.name(form) for one in wanted for form in forms}
        pages = _pages(run, wanted)
        for name in sorted(before | set(shelf.notes)):
            if name not in there and name not in pages:
                dropped = shelf.drop(name)
                result.removed += dropped
                result.left += [] if dropped else [name]
        shelf.close_run({"day": run.day.isoformat(), "anchor": str(library.anchor())})
    return result


def _outside(library: Library, folder: Path) -> Path:
    """The folder, which may not lie among the library's own files."""
    place = folder.absolute()
    real = place.resolve()
    work = library.book.work
    git_dir: Path | None = getattr(library.book.ledger, "git_dir", None)
    for own in (work.root if work else None, git_dir):
        if own is not None and own.resolve() in (real, *real.parents):
            raise Refused("copies-in-library", path=str(folder))
    return place


def _version(form: str) -> str:
    if form not in renderers.FORMATS:
        raise NotFound("format-unknown", format=form, known=", ".join(renderers.FORMATS))
    return renderers.made_with(form)


def _wanted(
    library: Library, forms: tuple[str, ...], languages: tuple[str, ...] | None, as_of: date | None
) -> Iterator[Wanted]:
    known = library.charter.languages
    for language in languages or ():
        if language not in known:
            raise NotFound("language-not-found", language=language, known=", ".join(known))
    moment = library.moment(as_of)
    for row in library.register(as_of):
        acting = None
        if row.status is Status.IN_FORCE:
            document = library.document(row.id, as_of)
            acting = document.in_force(moment)
        if acting is None:
            continue
        for language, _ in acting.proposal.titles:
            if languages is None or language in languages:
                yield Wanted(document, acting, language, forms)


@dataclass(slots=True)
class _Run:
    """One run: what is drawn goes into the folder, what goes wrong into the result."""

    library: Library
    shelf: CopyFolder
    result: Made
    made_with: Mapping[str, str]
    as_of: date | None
    notes: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day that the folder speaks of."""
        return self.as_of or self.library.today()

    @property
    def moment(self) -> int:
        """The instant that the copies are of."""
        return self.library.moment(self.as_of)

    def draw(self, wanted: tuple[Wanted, ...], jobs: int | None, progress: Progress) -> None:
        """Make what is not there as it should be."""
        count, result = len(wanted) * len(self.made_with), self.result
        with closing(drawing.draw(self._tasks(wanted), jobs)) as drawn:
            progress(0, count)
            for one in drawn:
                self._take(one)
                progress(result.made + result.kept + len(result.failed), count)
        progress(count, count)

    def _tasks(self, wanted: tuple[Wanted, ...]) -> Iterator[drawing.Task]:
        """What is to be drawn, put together when its turn comes: a library may hold more pictures than memory does."""
        for one in wanted:
            for form in one.forms:
                name = one.name(form)
                try:
                    asked = copying.Wanted(form, one.language, one.acting.revision)
                    shown = copying.copy_of(self.library.book.state, one.document, asked, moment=self.moment)
                    if self._there(one, shown, form):
                        self.result.kept += 1
                        continue
                    # Only what is drawn needs a proof, which is made from all entries.
                    copy = carrying.copy_of(self.library.book, one.document, asked, moment=self.moment)
                    task = drawing.Task(copy, name, form, self.shelf.beside(name))
                except DocctlError as error:
                    if error.code in _FATAL:
                        raise
                    self.result.failed.append((name, error))
                else:
                    yield task

    def _there(self, one: Wanted, copy: ControlledCopy, form: str) -> bool:
        """Whether the file is there, as it should be; else what it will be made from is noted."""
        name, proposal = one.name(form), one.acting.proposal
        stamp = _stamp(copy, self.made_with[form])
        known = self.shelf.notes.get(name)
        if known is not None and known.get("stamp") == stamp and self.shelf.digest(name) == known["sha256"]:
            return True
        self.notes[name] = {
            "document": one.document.id,
            "revision": one.acting.revision,
            "language": one.language,
            "content": proposal.content,
            "effective": one.acting.effective.isoformat(),
            "drawn": self.day.isoformat(),
            "layout": copy.layout.digest,
            "renderer": self.made_with[form],
            "stamp": stamp,
        }
        return False

    def _take(self, one: drawing.Drawn) -> None:
        """Put a file that was drawn into its place."""
        try:
            if one.error is not None:
                raise one.error
            self.shelf.put(one.name, one.path, {**self.notes.pop(one.name), "sha256": one.sha256})
        except DocctlError as error:
            if error.code in _FATAL:
                raise
            self.result.failed.append((one.name, error))
        else:
            self.result.made += 1


def _stamp(copy: ControlledCopy, made_with: str) -> str:
    """A digest of all that a copy shows and of what draws it."""
    images = {name: hashlib.sha256(data).hexdigest().encode() for name, data in sorted(copy.images.items())}
    labels = dict(sorted(copy.labels.items()))
    shown = replace(copy, images=images, labels=labels, made=0, attachments=(), companion=None)
    other = _stamp(copy.companion, "") if copy.companion else ""
    return hashlib.sha256(repr((shown, other, made_with)).encode()).hexdigest()


def _pages(run: _Run, wanted: tuple[Wanted, ...]) -> frozenset[str]:
    """The pages that list what is there, written anew if they say something else than before."""
    # What somebody changed lies there still, but nobody is led to it.
    strange = {name for name, error in run.result.failed if error.code == "copies-foreign"}
    there = {
        (one.document.id, one.language, form): one.name(form)
        for one in wanted
        for form in one.forms
        if one.name(form) in run.shelf.notes and one.name(form) not in strange
    }
    names = set()
    for name, data in listing.pages(run.library, run.as_of, run.day, there).items():
        names.add(name)
        try:
            run.shelf.write(name, data, {})
        except DocctlError as error:
            if error.code in _FATAL:
                raise
            run.result.failed.append((name, error))
    return frozenset(names)
