"""The page of a folder of copies: the register of a day put into the words of each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from docctl import catalogues
from docctl.core.charter import chosen
from docctl.core.listing import Ahead, Gone, InForce, Link, Listing
from docctl.core.model import Document, Publication
from docctl.library import cards
from docctl.renderers import listing

if TYPE_CHECKING:
    from docctl.library.library import Library

INDEX = "index.html"
FORMS = ("pdf", "docx", "html", "txt", "md")  # in the order in which they are offered
LABELS = (
    "title", "number", "name", "revision", "since", "copies", "review", "ahead", "from", "what", "gone", "gone-on",
    "successor", "filter", "nothing", "library", "newer", "uncontrolled", "late",
)  # fmt: skip
# (document, language, format) to the file below the folder.
Files = Mapping[tuple[str, str, str], str]


def pages(library: Library, as_of: date | None, day: date, files: Files) -> dict[str, bytes]:
    """A page for each language of the library that docctl speaks, by file name; the first is the index."""
    spoken = [name for name in library.charter.languages if name in catalogues.COPY_LANGUAGES] or ["en"]
    names = {language: INDEX if language == spoken[0] else f"index.{language}.html" for language in spoken}
    moment = library.moment(as_of)
    documents = tuple(library.document(row.id, as_of) for row in library.register(as_of))
    found = {}
    for language, name in names.items():
        others = tuple(
            (other, catalogues.say("index-language", other), place)
            for other, place in names.items()
            if other != language
        )
        page = _Page(library, documents, moment, day, language, files)
        found[name] = listing.render(page.listing(others))
    return found


@dataclass(frozen=True, slots=True)
class _Page:
    """One language's page in the making."""

    library: Library
    documents: tuple[Document, ...]
    moment: int
    day: date
    language: str
    files: Files

    def listing(self, others: tuple[tuple[str, str, str], ...]) -> Listing:
        charter = self.library.charter
        groups = []
        for name, kind in charter.types.items():
            rows = tuple(self._in_force(name))
            if rows:
                groups.append((chosen(kind.titles, self.language), rows))
        return Listing(
            language=self.language,
            organisation=charter.name(self.language),
            day=self._say("index-day", day=catalogues.day(self.day, self.language)),
            groups=tuple(groups),
            ahead=tuple(self._ahead()),
            gone=tuple(self._gone()),
            library=str(self.library.anchor()),
            others=others,
            labels=MappingProxyType({code: self._say(f"index-{code}") for code in LABELS}),
        )

    def _say(self, code: str, **values: object) -> str:
        return catalogues.say(code, self.language, **values)

    def _brief(self, day: date) -> str:
        return catalogues.short_day(day, self.language)

    def _title(self, document: Document, publication: Publication) -> str:
        return chosen(publication.proposal.titles or document.titles, self.language)

    def _in_force(self, kind: str) -> Iterator[InForce]:
        for document in self.documents:
            acting = document.in_force(self.moment)
            if acting is None or document.type != kind:
                continue
            due = cards.next_review(self.library.book.state, document, acting)
            until = document.amended_until(self.moment)
            yield InForce(
                number=document.id,
                title=self._title(document, acting),
                note=self._say("index-amended", day=self._brief(until)) if until else "",
                revision=acting.revision,
                since=self._brief(acting.effective),
                review=self._brief(due) if due else "",
                late=due is not None and due <= self.day,
                links=tuple(self._links(document, acting)),
            )

    def _links(self, document: Document, acting: Publication) -> Iterator[Link]:
        for tongue, _ in acting.proposal.titles:
            known = ((form, self.files.get((document.id, tongue, form))) for form in FORMS)
            found = tuple((self._say(f"index-form-{form}"), name) for form, name in known if name)
            if found:
                code = f"language-{tongue}"
                yield Link(self._say(code) if catalogues.knows(code, self.language) else tongue, found)

    def _ahead(self) -> Iterator[Ahead]:
        """What is decided and still to come, the next first."""
        coming = [
            (one.starts, document.id, one, document)
            for document in self.documents
            for one in document.publications
            if one.starts > self.moment and one.ended_by is None and document.withdrawn(self.moment) is None
        ]
        for _, number, one, document in sorted(coming, key=lambda found: found[:2]):
            if one.withdraws:
                what = self._say("index-will-go")
            else:
                acting = document.in_force(self.moment)
                code = "index-will-replace" if acting else "index-will-come"
                what = self._say(code, revision=one.revision, old=acting.revision if acting else "")
            yield Ahead(number, self._title(document, one), what, self._brief(one.effective))

    def _gone(self) -> Iterator[Gone]:
        listed = {one.id for one in self.documents if one.in_force(self.moment)}
        for document in self.documents:
            end = document.withdrawn(self.moment)
            if end is not None:
                successor = end.proposal.successor or ""
                title = self._title(document, end)
                yield Gone(document.id, title, self._brief(end.effective), successor, successor in listed)
