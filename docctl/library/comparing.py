"""Which two texts of a document are compared, and what leads from the one to the other.

A text is that of a publication, of an open proposal, or of the draft in the working folder, which nobody submitted yet.
Revision 0 is no text at all. A language that one of the two has not is compared with nothing: all of it is new or gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docctl.adapters import strictyaml
from docctl.core import content, heading
from docctl.core.charter_machine import CHARTER
from docctl.core.model import Document, Proposal, Publication, Signature, Status
from docctl.errors import Malformed, NotFound, Refused
from docctl.library import copying, deciding, facing
from docctl.renderers import marking, redline, tree

if TYPE_CHECKING:
    from docctl.core.state import State

Drafts = Callable[[str], dict[str, bytes]]

# Data of a heading that say of the file, not of the document.
_UNTOLD = frozenset(("id", "authoritative"))
_EARLIER = "earlier/"  # before the name of a picture that looked otherwise in the older text


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts.

    Attributes:
        revision: 0 for no text; of a draft, the one that it would become.
        status: None for no text.
        proposal: What submitted it; of a draft made up, None for no text.
        publication: What put it in force, if anything did.
        files: Of all languages, with pictures.
    """

    revision: int = 0
    status: Status | None = None
    proposal: Proposal | None = None
    publication: Publication | None = None
    files: Mapping[str, bytes] | None = None

    @property
    def draft(self) -> bool:
        """Whether nobody submitted it yet."""
        return self.status is Status.DRAFT

    def has(self, language: str) -> bool:
        """Whether there is a text in that language."""
        return f"{language}.md" in (self.files or {})


@dataclass(frozen=True, slots=True)
class Difference:
    """What leads from the one text to the other, in one language.

    Attributes:
        data: (name, value in the older, value in the newer) of each line of the heading that differs.
        blocks: What `redline.compare` gave for the texts.
        others: Further languages whose text or heading differs.
        images: Pictures by the names that `blocks` use.
        above: How many lines of its file stand before the newer text.
    """

    document: Document
    old: Side
    new: Side
    language: str
    data: tuple[tuple[str, str, str], ...]
    blocks: tree.Blocks
    others: tuple[str, ...]
    images: Mapping[str, bytes]
    above: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to have compared.

    Attributes:
        old: Revision; by default the one in force before the newer.
        new: Revision; by default what is proposed, or else a draft that differs, or else the last one published.
        language: By default the authoritative one.
        draft: The newer is the draft in the working folder.
    """

    subject: str
    old: int | None = None
    new: int | None = None
    language: str | None = None
    draft: bool = False


def difference(state: State, moment: int, drafts: Drafts, wanted: Wanted) -> Difference:
    """The difference between two texts of a document; what is not named is chosen.

    Args:
        state: The ledger's.
        moment: What is in force when.
        drafts: The files of the draft of a document; raises NotFound or Refused where there is none.
        wanted: Which texts.

    Raises:
        NotFound: `document-not-found`, `revision-not-found`, `language-not-found`, `text-not-found`, `draft-missing`.
        Refused: `diff-same-revision`, `diff-charter`; whatever is wrong with a draft.
    """
    if wanted.subject == CHARTER:
        raise Refused("diff-charter")
    document, older, newer = _Choice(state, moment, drafts).sides(wanted)
    if older.revision == newer.revision and older.draft == newer.draft:
        raise Refused("diff-same-revision", document=wanted.subject, revision=newer.revision)
    tongue = _language(older, newer, wanted.language)
    # Without a first heading that says the title of either: an author who changes one of the two would else shift every
    # heading by a level.
    titles = [dict(side.proposal.titles).get(tongue, "") for side in (older, newer) if side.proposal]
    (before, _), (after, above) = (_text(side, tongue, titles) for side in (older, newer))
    images, earlier = _images(older, newer)
    return Difference(
        document=document,
        old=older,
        new=newer,
        language=tongue,
        data=_data(older, newer, tongue),
        blocks=redline.compare(marking.renamed(before, earlier), after),
        others=tuple(one for one in _languages(older, newer) if one != tongue and _differs(older, newer, one)),
        images=images,
        above=above,
    )


# -- which texts -------------------------------------------------------------------------------------------------------


class _Choice:
    """Which two texts are meant."""

    def __init__(self, state: State, moment: int, drafts: Drafts) -> None:
        self._state, self._moment, self._drafts = state, moment, drafts

    def sides(self, wanted: Wanted) -> tuple[Document, Side, Side]:
        """The document, the older text and the newer."""
        subject, new = wanted.subject, wanted.new
        try:
            document = deciding.thread(self._state, subject)
        except NotFound:
            # A draft may be the first that there is of a document.
            if new is not None or self._draft(subject) is None:
                raise
            document = Document(subject, 0)
        settled = document.proposal is None or document.proposal.of_records
        if wanted.draft or (new is None and settled and self._draft_differs(document)):
            document, newer = self._drafted(document)
        else:
            newer = self._of(document, new if new is not None else _newest(document))
        old = wanted.old if wanted.old is not None else self._before(document, newer)
        return document, self._of(document, old), newer

    def _before(self, document: Document, newer: Side) -> int:
        """The revision in force, if it is older; else the one before that had not lapsed when the newer began."""
        acting = document.in_force(self._moment)
        if acting is not None and acting.revision < newer.revision:
            return acting.revision
        begun = newer.publication.starts if newer.publication else self._moment
        older = (one for one in document.texts if one.revision < newer.revision)
        return max((one.revision for one in older if one.lapses is None or one.lapses > begun), default=0)

    def _of(self, document: Document, revision: int) -> Side:
        """The text of a revision.

        Raises:
            NotFound: `revision-not-found`, `text-not-found`.
        """
        if revision == 0:
            return Side()
        which = facing.settled(self._state, document, copying.choose(document, self._moment, revision))
        proposal, publication, status = which
        return Side(revision, status, proposal, publication, copying.files_of(self._state, proposal))

    def _draft(self, subject: str) -> dict[str, bytes] | None:
        try:
            return self._drafts(subject)
        except (NotFound, Refused):
            return None

    def _draft_differs(self, document: Document) -> bool:
        """Whether a draft lies in the working folder that says something else than the last text published."""
        files, texts = self._draft(document.id), document.texts
        if files is None:
            return False
        return not texts or content.digest(files) != texts[-1].proposal.content

    def _drafted(self, document: Document) -> tuple[Document, Side]:
        """The draft in the working folder, as if somebody submitted it now."""
        files = self._drafts(document.id)
        found, charter = deciding.readable(files), deciding.authority_of(self._state).charter
        if found.id != document.id:
            raise Refused("heading-other-id", document=document.id, heading=found.id)
        if found.type not in charter.types:
            raise Refused("type-unknown", type=found.type)
        revision = max((one.revision for one in document.publications), default=0) + 1
        by, digest = Signature(0, "", "", self._state.time, charter.offsets[0]), content.digest(files)
        made = Proposal(by, "revision", revision, digest, None, found.type, found.owner, found.titles, None, "")
        if not document.type:
            document = Document(document.id, 0, type=found.type, owner=found.owner, titles=found.titles)
        return document, Side(revision, Status.DRAFT, made, None, files)


def _newest(document: Document) -> int:
    """The revision proposed, or else the last one published.

    Raises:
        NotFound: `text-not-found`: a withdrawal is proposed, or there is nothing.
    """
    proposal, texts = document.proposal, document.texts
    if proposal is not None and proposal.tree is not None:
        return proposal.revision
    if (proposal is not None and not proposal.of_records) or not texts:
        raise NotFound("text-not-found")
    return texts[-1].revision


# -- what of them ------------------------------------------------------------------------------------------------------


def _languages(*sides: Side) -> tuple[str, ...]:
    """The languages of both, the authoritative one of the newer first."""
    stated = [name for side in reversed(sides) if side.proposal for name, _ in side.proposal.titles]
    return tuple(dict.fromkeys(stated))


def _language(old: Side, new: Side, wanted: str | None) -> str:
    known = _languages(old, new)
    if wanted is None:
        return known[0]
    if not old.has(wanted) and not new.has(wanted):
        raise NotFound("language-not-found", language=wanted, known=", ".join(known))
    return wanted


def _text(side: Side, language: str, titles: list[str]) -> tuple[tree.Blocks, int]:
    """The blocks of a text without its title, () where there is none; and how many lines stand before them."""
    if side.files is None or side.proposal is None or not side.has(language):
        return (), 0
    name = f"{language}.md"
    _, body = heading.split(name, side.files[name].decode())
    shown = next((one for one in (facing.without_title(body, title) for title in titles) if one != body), body)
    above = side.files[name].count(b"\n") - shown.count("\n")
    try:
        return tree.parse(shown), above
    except Malformed as error:
        raise Refused(error.code, **copying.placed(error, language, above)) from None


def _images(old: Side, new: Side) -> tuple[Mapping[str, bytes], Mapping[str, str]]:
    """The pictures of both, and the names that those of the older get which look otherwise in the newer."""
    before, after = (
        {name: data for name, data in (side.files or {}).items() if not name.endswith(".md")} for side in (old, new)
    )
    renamed = {name: _EARLIER + name for name, data in before.items() if after.get(name, data) != data}
    return {**{renamed.get(name, name): data for name, data in before.items()}, **after}, renamed


def _differs(old: Side, new: Side, language: str) -> bool:
    name = f"{language}.md"
    return (old.files or {}).get(name) != (new.files or {}).get(name)


def _data(old: Side, new: Side, language: str) -> tuple[tuple[str, str, str], ...]:
    """The lines of the heading that differ: those of the document, and title and translator of the language."""
    if old.files is None:  # all of it is new, and stands on the first page
        return ()
    before, after = _heading(old, language), _heading(new, language)
    names = dict.fromkeys((*before, *after))
    return tuple(
        (name, before.get(name, ""), after.get(name, "")) for name in names if before.get(name) != after.get(name)
    )


def _heading(side: Side, language: str) -> dict[str, str]:
    if side.files is None or side.proposal is None:
        return {}
    found: dict[str, str] = {}
    main = side.proposal.titles[0][0]
    for one in dict.fromkeys((main, language)):
        name = f"{one}.md"
        if name not in side.files:
            continue
        yaml, _ = heading.split(name, side.files[name].decode())
        plain = strictyaml.read(b"\n" + yaml.encode(), name)
        told = plain if isinstance(plain, dict) else {}
        found |= {key: _flat(value) for key, value in told.items() if key not in _UNTOLD}
        if one == main and language != main:
            found.pop("title", None)
    return found


def _flat(value: Any) -> str:
    """A plain value on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_flat(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ("; " if any(isinstance(one, dict) for one in value) else ", ").join(_flat(one) for one in value)
    return " ".join(str(value).split())
