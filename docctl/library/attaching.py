"""Files that belong to a published revision: a copy with the national e-signature, a signature beside it, a scan.

What a file is, is found in its bytes. It is filed by `attached`, so its digest stands in the ledger and is compared
whenever it is given out. What its signatures say is told as what they say: nobody is trusted for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from docctl.core import content
from docctl.core.events import Attached
from docctl.core.model import Document, Publication, Signed
from docctl.core.state import State
from docctl.core.tree import is_plain_name
from docctl.core.values import replace, value
from docctl.errors import Malformed, NotFound, Refused, Unavailable
from docctl.library.book import Draft, Plan, folder_of
from docctl.library.deciding import signer_name, thread

if TYPE_CHECKING:
    from docctl.library.library import Library
    from docctl.signatures.sealvalues import Beside, SealReport

    Said = tuple[tuple[SealReport, ...], tuple[Beside, ...], str]

KINDS: Final = ("signed-pdf", "signature", "scan")
MAX_FILE: Final = 25 * 1024 * 1024
MAX_TOGETHER: Final = 100 * 1024 * 1024
"""Bytes of all files of one revision."""
HOME: Final = "attachments"

_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")  # JPEG, PNG, TIFF
# Only these kinds may be stated of what a file is found to be.
_ALLOWED: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "signed-pdf": ("signed-pdf", "scan"),
        "pdf": ("scan",),
        "cms": ("signature",),
        "container": ("signature",),
        "image": ("scan",),
    }
)
_BESIDE = ("cms", "container")
_PDF = ("pdf", "signed-pdf")
_LATIN = str.maketrans("əıçğöşüƏİÇĞÖŞÜ", "eicgosuEICGOSU")


@value
class Filed:
    """One attached file, as the ledger has it.

    Attributes:
        kind: `signed-pdf`, `signature`, `scan`; `original`: what a signature filed with it is about.
        size: Bytes.
        digest: SHA-256, 64 hex.
        language: Of the copy that it belongs to; None if it was not stated.
        entry, person, name, at, offset: Who filed it, and when.
        seals, beside: What its signatures say.
        unread: Why they could not be read: a code; "" if they were, or there are none.
    """

    file: str
    revision: int
    kind: str
    size: int
    digest: str
    language: str | None
    entry: int
    person: str
    name: str
    at: int
    offset: str
    seals: tuple[SealReport, ...] = ()
    beside: tuple[Beside, ...] = ()
    unread: str = ""


def found_to_be(data: bytes) -> str:
    """What a file is by its bytes: `signed-pdf`, `pdf`, `cms`, `container`, `image`; "" if it is none of these."""
    from docctl.signatures import detached, seals

    # A container may hold a PDF so near its front that it would look like one.
    if detached.is_container(data):
        return "container"
    if detached.is_cms(data):
        return "cms"
    if b"%PDF-" in data[:1024]:
        return "signed-pdf" if seals.signed(data) else "pdf"
    return "image" if data.startswith(_IMAGES) else ""


def plain_name(name: str) -> str:
    """The name under which a file is kept: ASCII letters, digits, dot, dash, underscore; good on every system."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name.translate(_LATIN)).lstrip("._-")
    stem, dot, ending = plain.rpartition(".")
    plain = f"{stem[:90]}{dot}{ending[:9]}" if dot else plain[:100]
    if not is_plain_name(plain):
        raise Refused("attachment-name", file=name)
    return plain


def attach(
    subject: str,
    files: Mapping[str, bytes],
    *,
    moment: int,
    revision: int | None = None,
    language: str | None = None,
    kind: str | None = None,
) -> Plan:
    """File these with a published revision.

    Args:
        subject: The document.
        files: By the names under which they are kept (`plain_name`).
        moment: At which the revision is in force, where none is named.
        revision: The one in force, or else the latest, if not named.
        language: Of the copy that was signed.
        kind: One of `KINDS`; what the files are found to be, if not stated.

    Raises:
        Refused: `attachment-type`, `attachment-cut`, `attachment-altered`, `attachment-unread`,
            `attachment-seal-unread`, `attachment-unchecked` (file), `attachment-kind` (file, found),
            `attachment-too-large` (file, limit); from the plan `attachment-exists` (file), `attachments-too-large`
            (limit).
    """
    stated = _kind(files, kind)
    for name, data in files.items():
        _check_unbroken(name, data, files, kind)

    def plan(state: State) -> Draft:
        publication = _publication(thread(state, subject), revision, moment)
        if language is not None and language not in publication.proposal.languages:
            raise Refused("language-unknown", language=language)
        whole = _together(_folder(state, subject, publication.revision), files)
        digest, tree = folder_of(whole)
        event = Attached(
            publication=publication.entry,
            revision=publication.revision,
            content=digest,
            tree=tree,
            kind=stated,
            language=language,
        )
        return Draft(subject, event, "", whole)

    return plan


def _together(before: Mapping[str, bytes], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What a revision's folder then holds: what was there before stays."""
    taken = {name.lower() for name in before}
    twice = next((name for name in files if name.lower() in taken), None)
    if twice is not None:
        raise Refused("attachment-exists", file=twice)
    whole = {**before, **files}
    if len(whole) > content.MAX_FILES or sum(map(len, whole.values())) > MAX_TOGETHER:
        raise Refused("attachments-too-large", limit=MAX_TOGETHER // 2**20)
    return whole


def _kind(files: Mapping[str, bytes], kind: str | None) -> str:
    """The kind of an entry: as stated, if that can be; else a signature counts most, and a scan least."""
    allowed = []
    for name, data in files.items():
        if len(data) > MAX_FILE:
            raise Refused("attachment-too-large", file=name, limit=MAX_FILE // 2**20)
        found = found_to_be(data)
        if not found:
            raise Refused("attachment-type", file=name)
        allowed.append(_ALLOWED[found])
    natural = [kinds[0] for kinds in allowed]
    # What a signature lies beside may be any PDF.
    if kind is not None and kind not in natural and not all(kind in kinds for kinds in allowed):
        raise Refused("attachment-kind", file=next(iter(files)), found=natural[0])
    return kind or min(natural, key=("signature", "signed-pdf", "scan").index)


def _check_unbroken(name: str, data: bytes, files: Mapping[str, bytes], kind: str | None) -> None:
    """Nothing is filed for good that is cut off, or whose own signatures do not hold.

    Signatures that cannot be read may be broken ones, so they are not filed either. Whoever states that a PDF is a
    scan claims nothing of them; but where nothing can read any, a broken one would not be known.
    """
    from docctl.signatures.seals import ends_whole

    found = found_to_be(data)
    if found in _PDF and not ends_whole(data):
        raise Refused("attachment-cut", file=name)
    seals, beside, unread = signatures_of(name, data, files)
    altered = [one.problem == "seal-altered" for one in seals] + [one.finding == "altered" for one in beside]
    if any(altered):
        raise Refused("attachment-altered", file=name)
    if unread == "seal-extra-missing":
        raise Refused("attachment-unchecked", file=name)
    none = found == "signed-pdf" and not seals
    if not (unread or none or any(one.problem == "seal-unreadable" for one in seals)):
        return
    if found != "signed-pdf":
        raise Refused("attachment-unread", file=name)
    if kind != "scan":
        raise Refused("attachment-seal-unread", file=name)


def signatures_of(name: str, data: bytes, files: Mapping[str, bytes]) -> Said:
    """What the signatures of a file say, about it or about the others; or the code of why that cannot be read."""
    from docctl.signatures import detached
    from docctl.signatures.seals import seals

    others = {other: one for other, one in files.items() if other != name}
    try:
        match found_to_be(data):
            case "signed-pdf":
                return seals(data), (), ""
            case "cms":
                return (), detached.read_cms(data, others), ""
            case "container":
                return (), detached.read_container(data), ""
            case _:
                return (), (), ""
    except (Malformed, Unavailable) as error:
        return (), (), error.code


def _publication(document: Document, revision: int | None, moment: int) -> Publication:
    texts = document.texts
    if revision is not None:
        found = next((one for one in reversed(texts) if one.revision == revision), None)
    else:
        found = document.in_force(moment) or (texts[-1] if texts else None)
    if found is None:
        raise Refused("publication-unknown", document=document.id, revision=revision if revision is not None else "-")
    return found


def _folder(state: State, subject: str, revision: int) -> dict[str, bytes]:
    folder = state.shelf.look(state.tree, (HOME, subject, str(revision)))
    return state.shelf.files(folder) if folder is not None else {}


def filed(
    library: Library,
    subject: str,
    *,
    revision: int | None = None,
    moment: int | None = None,
    entry: int | None = None,
) -> tuple[Filed, ...]:
    """What is attached to a document, oldest first; each file's digest is that of the ledger.

    Args:
        library: The library.
        subject: The document.
        revision: Only what belongs to this one.
        moment: Only what was attached by then.
        entry: Only what this entry filed; no other PDF is searched for signatures.

    Raises:
        Refused: `content-digest`.
    """
    state = library.book.state
    found, whole = _found(library, subject, revision, moment)
    rows, about = [], set()
    for signed, name in found:
        place, asked = _revision(signed), entry in (None, signed.entry.sequence)
        # What a signature beside it is about is an original, also if the one was filed after the other.
        if not asked and found_to_be(whole[place][name]) not in _BESIDE:
            continue
        said = signatures_of(name, whole[place][name], whole[place])
        about |= {(place, one) for beside in said[1] for one in beside.about}
        rows += [_filed(state, signed, name, whole[place][name], said)] if asked else []
    return tuple(replace(row, kind="original") if (row.revision, row.file) in about else row for row in rows)


_Folders = dict[int, dict[str, bytes]]


def _found(
    library: Library, subject: str, revision: int | None, moment: int | None
) -> tuple[list[tuple[Signed, str]], _Folders]:
    """Every file with the entry that filed it, oldest first, and the folder of each revision; nothing is opened."""
    state = library.book.state
    if state.shelf.look(state.tree, (HOME, subject)) is None:
        return [], {}  # reading the history would be for nothing
    found: list[tuple[Signed, str]] = []
    whole: _Folders = {}
    for signed, _ in library.history(subject):
        event = signed.entry.event
        if not isinstance(event, Attached) or revision not in (None, event.revision):
            continue
        if moment is not None and signed.at > moment:
            continue
        files = state.shelf.files(event.tree)
        if content.digest(files) != event.content:
            raise Refused("content-digest")
        found += [(signed, name) for name in sorted(files.keys() - whole.get(event.revision, {}).keys())]
        whole[event.revision] = files
    return found, whole


def _revision(signed: Signed) -> int:
    event: Any = signed.entry.event
    return int(event.revision)


def _filed(state: State, signed: Signed, name: str, data: bytes, said: Said) -> Filed:
    event: Any = signed.entry.event
    seals, beside, unread = said
    trail = {entry: person for entry, _, person in thread(state, signed.entry.subject).trail}
    person = trail[signed.entry.sequence]
    return Filed(
        file=name,
        revision=event.revision,
        kind=_shown_kind(data, event.kind),
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        language=event.language,
        entry=signed.entry.sequence,
        person=person,
        name=signer_name(state, person),
        at=signed.at,
        offset=signed.offset,
        seals=seals,
        beside=beside,
        unread=unread,
    )


def _shown_kind(data: bytes, stated: str | None) -> str:
    """What one file of an entry is: other tools than this one may have entered anything."""
    found = found_to_be(data)
    if stated in _ALLOWED.get(found, ()):
        return str(stated)
    return _ALLOWED[found][0] if found in _ALLOWED else "scan"


def read(library: Library, subject: str, name: str, *, revision: int | None = None) -> bytes:
    """The bytes of an attached file, whose digest is that of the ledger.

    Raises:
        NotFound: `attachment-not-found` (file, known).
        Refused: `content-digest`.
    """
    thread(library.book.state, subject)
    found, whole = _found(library, subject, revision, None)
    last = next((signed for signed, one in reversed(found) if one == name), None)
    if last is None:
        known = ", ".join(dict.fromkeys(one for _, one in found)) or "—"
        raise NotFound("attachment-not-found", file=name, known=known)
    return whole[_revision(last)][name]
