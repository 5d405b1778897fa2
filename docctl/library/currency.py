"""Still in force? The status list that an organisation publishes, and what it says of a copy.

A copy cannot know what came after it. A library knows, and so does a list that somebody who publishes there signed: it
says of which day it is, and whoever asks it is told how old it is, never that it is "current".
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from docctl.core import days, merkle
from docctl.core.authority import Authority
from docctl.core.checkpoint import Checkpoint, read_verifier_key
from docctl.core.model import Document, Publication, Status
from docctl.core.ports import Signer
from docctl.core.state import State
from docctl.core.statuslist import NAMESPACE, RENEWED_WITHIN, Listed, StatusList, decode
from docctl.errors import Malformed, NotFound, Refused, Untrusted
from docctl.library import clock, proving
from docctl.library.checking import Case, Checked, Currency
from docctl.library.deciding import authority_of
from docctl.library.library import Library


def status_list(library: Library, as_of: date | None = None, mark: Checkpoint | None = None) -> StatusList:
    """What is in force now, or at the end of a day.

    Args:
        library: At its head.
        as_of: A day that is not before the founding.
        mark: The checkpoint, if somebody signed it.
    """
    state, moment = library.book.state, library.moment(as_of)
    offset = authority_of(state).charter.offsets[0]
    rows = []
    for name in sorted(state.documents):
        document = state.documents[name]
        then = document.as_of(moment) if as_of else document
        listed = _listed(then, moment) if then is not None else None
        if listed is not None:
            rows.append(listed)
    return StatusList(
        anchor=library.anchor(),
        checkpoint=mark or library.checkpoint(),
        head=state.head or "",
        day=days.day_of(moment, offset),
        made=moment,
        offset=offset,
        renewed_within=RENEWED_WITHIN,
        documents=tuple(rows),
    )


def _listed(document: Document, moment: int) -> Listed | None:
    """The document's line; None of what was never published: that is nobody's business outside."""
    acting, gone = document.in_force(moment), document.withdrawn(moment)
    ahead = [p for p in document.publications if p.starts > moment and p.ended_by is None and not p.withdraws]
    shown = acting or (ahead[0] if ahead else gone or document.latest)
    if shown is None:
        return None
    status = Status.IN_FORCE if acting else document.status(moment)
    titles = shown.proposal.titles or document.titles
    return Listed(
        number=document.id,
        type=document.type,
        titles=titles,
        languages=tuple(name for name, _ in titles),
        status=status.value,
        revision=acting.revision if acting else None,
        effective=acting.effective if acting else None,
        digest=acting.proposal.content if acting else None,
        successor=(gone.proposal.successor or None) if gone else None,
        pending=_following(document, acting, ahead[:1]),
    )


def _following(document: Document, acting: Publication | None, ahead: list[Publication]) -> tuple[int, date] | None:
    """The revision that comes next and its day: one published ahead, or the one that an amendment gives way to."""
    lapse = acting.proposal.expires if acting else None
    if lapse is None or (ahead and ahead[0].effective <= lapse):
        return (ahead[0].revision, ahead[0].effective) if ahead else None
    back = document.lasting
    return (back.revision, lapse + timedelta(days=1)) if back else None


def check_signer(library: Library, signer: Signer) -> None:
    """That whoever signs the list may: the note key, or somebody who holds a publishing role today.

    Raises:
        Refused: `list-signer`.
    """
    if _speaks(library.authority, signer.key, library.today()) is None:
        raise Refused("list-signer")


def _speaks(authority: Authority, key: str, day: date) -> str | None:
    """In whose name a key may sign a list: a person's, or the organisation's own; None if it may not."""
    for line in authority.note_keys:
        try:
            public = read_verifier_key(line)[2]
        except Malformed:
            continue
        algorithm, _, blob = key.partition(" ")
        if algorithm == "ssh-ed25519" and base64.b64decode(blob)[-32:] == public:
            return authority.charter.organisation[0][1]
    enrolment = authority.keys.get(key)
    if enrolment is None or authority.usable(enrolment) is not None:
        return None
    person = authority.charter.people[enrolment.person]
    if person.left is not None and day >= person.left:
        return None
    roles = {role for kind in authority.charter.types.values() for role in kind.publishers}
    return person.name if any(person.holds(role, day) for role in roles) else None


def beside_list(found: Checked, case: Case, data: bytes, signature: bytes) -> Checked:
    """The copy beside a status list.

    Args:
        found: What was found so far.
        case: The proof that holds.
        data: `status.json`.
        signature: `status.json.sig`.
    """
    try:
        listed, by = _opened(case, data, signature)
        return replace(found, currency=_currency(case, listed, by, clock.now()))
    except (Malformed, Untrusted, NotFound) as error:
        return found.without_answer(error)


def _opened(case: Case, data: bytes, signature: bytes) -> tuple[StatusList, str]:
    """The list and who signed it.

    Raises:
        Malformed: as `statuslist.decode`.
        Untrusted: `list-signature` (with the problem), `list-signer-unknown`, `list-other-library`.
    """
    from docctl import signatures

    listed = decode(data)
    seal = signatures.open_seal(data, signature, NAMESPACE)
    if seal.problem is not None:
        raise Untrusted("list-signature", problem=seal.problem)
    if case.proof.anchor.library not in {listed.anchor.library} & {listed.checkpoint.library}:
        raise Untrusted("list-other-library", expected=case.proof.anchor.library, found=listed.anchor.library)
    by = _speaks(authority_of(case.projected.state), seal.key, listed.day)
    if by is None:
        raise Untrusted("list-signer-unknown", key=seal.fingerprint)
    return listed, by


def _currency(case: Case, listed: StatusList, by: str, now: int) -> Currency:
    proof, publication = case.proof, case.projected.publication
    today = max(days.day_of(now, listed.offset), listed.day)
    row = next((one for one in listed.documents if one.number == proof.document), None)
    announced = max(row.revision or 0, row.pending[0] if row.pending else 0) if row else 0
    if listed.checkpoint.size < proof.checkpoint.size and proof.revision > announced and (row is None or row.revision):
        raise NotFound("list-older", day=listed.day)
    if row is None:
        raise NotFound("list-without", document=proof.document, day=listed.day)
    revision, effective, status = row.revision, row.effective, row.status
    if row.pending is not None and row.pending[1] <= today:
        # The list itself says that another revision takes effect from a day which has come since.
        revision, effective = row.pending
    mine = status
    if revision is not None:
        lapsed = publication is not None and publication.lapses is not None and publication.lapses <= now
        ahead = Status.PENDING if proof.revision > revision else Status.SUPERSEDED
        other = Status.LAPSED if lapsed else ahead
        mine = (Status.IN_FORCE if proof.revision == revision else other).value
    if proof.revision == row.revision and publication and row.digest != publication.proposal.content:
        raise Untrusted("list-digest", document=proof.document)
    age = (today - listed.day).days
    return Currency("list", mine, revision, effective, row.successor or "", listed.day, age, by)


def beside_library(found: Checked, case: Case, library: Library) -> Checked:
    """The copy beside a library: the proof's root is in its history, and what is in force there now.

    Raises: as `beside_state`.
    """
    state: State = library.book.state
    size = case.proof.checkpoint.size
    roots = {}
    if size <= state.length:
        leaves = [leaf for leaf, _ in proving.leaves_of(library.book)]
        roots[size] = merkle.inclusions(leaves[:size], ())[0]
    return beside_state(found, case, state, roots, library.moment())


def beside_state(found: Checked, case: Case, state: State, roots: Mapping[int, bytes], moment: int) -> Checked:
    """The same beside what a library's entries left.

    Args:
        found: What was found so far.
        case: The proof that holds.
        state: Behind the library's head.
        roots: The root at the size of the proof's checkpoint, if the library is that long.
        moment: Now.

    Raises:
        Refused: `check-library-other` (expected, found).
        NotFound: `check-library-older` (entries, size): it is shorter than the history that the copy comes from.
    """
    mark = case.proof.checkpoint
    authority = state.authority
    if authority is None or authority.library != mark.library:
        library = authority.library if authority else ""
        raise Refused("check-library-other", expected=mark.library, found=library)
    if mark.size > state.length:
        raise NotFound("check-library-older", entries=state.length, size=mark.size)
    if roots.get(mark.size) != mark.root:
        return found.against("checkpoint-differs", size=mark.size)
    offset = authority.charter.offsets[0]
    document, publication = state.documents.get(case.proof.document), case.projected.publication
    published = document.publications if document else ()
    mine = next((p for p in published if publication and p.entry == publication.entry), None)
    if document is None or mine is None:
        # The whole history shows what a projection cannot: that an entry changed more than it said.
        return found.against("check-refused-there", document=case.proof.document)
    acting = document.in_force(moment)
    gone = document.withdrawn(moment)
    currency = Currency(
        "library",
        document.status_of(mine, moment).value,
        acting.revision if acting else None,
        acting.effective if acting else None,
        (gone.proposal.successor or "") if gone else "",
        days.day_of(moment, offset),
        0,
    )
    return replace(found, currency=currency)
