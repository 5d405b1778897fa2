"""A copy alone, checked: what its proof proves, whether it is still what was drawn, whether it is still in force.

No library and no network is needed. What is not known is said to be not known: without an anchor from outside, the
proof may be of any library that somebody made up.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from docctl import renderers
from docctl.adapters.docxcopy import Docx
from docctl.core import days, projection
from docctl.core import proof as proofs
from docctl.core.charter import chosen
from docctl.core.checkpoint import Anchor
from docctl.core.commit import object_id
from docctl.core.model import Act
from docctl.core.projection import Projected
from docctl.core.proof import NAME, Proof
from docctl.core.state import unseal
from docctl.errors import DocctlError, Malformed
from docctl.library import carrying, copying, sameness, views, witnessing
from docctl.library.replaying import MEANS
from docctl.library.sameness import Sameness
from docctl.library.verifying import verify
from docctl.library.views import Decision

PROVEN, NOT_IN_FORCE, ALTERED, REDRAWN = "proven", "not in force", "altered", "drawn otherwise"
BROKEN, NOT_JUDGED = "broken", "not judged"
_OVER = ("superseded", "lapsed", "withdrawn")
_SOURCE = re.compile(r"[a-z]{2}\.md|[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(?:png|jpe?g|gif)", re.IGNORECASE)
_BROKEN_FORMAT = ("proof-unreadable", "proof-too-large")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a proven copy is.

    Attributes:
        status: Code of the status at `moment`, by the proof.
        moment: The instant that the copy speaks of, seconds since 1970 UTC.
        decisions: Who prepared, approved and published, each with the charter entry under which.
        entries: Number of entries of the ledger, by the checkpoint.
        signed: Whether the library's own note key signed the checkpoint.
        unconfirmed: Entries by keys since found compromised.
    """

    document: str
    revision: int
    title: str
    language: str
    organisation: str
    library: str
    effective: date
    act: Act | None
    status: str
    moment: int
    offset: str
    content: str
    decisions: tuple[tuple[Decision, int], ...]
    entries: int
    root: str
    signed: bool
    unconfirmed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Currency:
    """Whether a copy is still in force, by somebody who knows.

    Attributes:
        source: `library` or `list`.
        status: Code of the status of this revision at `day`.
        revision: The one in force; None if none is.
        effective: Since when it is.
        successor: The document that takes its place, "" if none.
        day: Of the answer.
        age: Days since then; 0 for a library.
        by: Who signed the list, "" for a library.
    """

    source: str
    status: str
    revision: int | None
    effective: date | None
    successor: str
    day: date
    age: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a library's register says of a numbered copy.

    Attributes:
        state: `out`, `returned`, `destroyed`, `lost`; `unknown` if no such copy was issued, `other` if the one issued
            under this number is another one.
        holder: By the register.
        day: On which it was issued, or ended.
        same: Whether the file is the one that was issued, to the byte.
    """

    number: int
    state: str
    holder: str = ""
    place: str = ""
    day: date | None = None
    same: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer of `check`.

    Attributes:
        verdict: "proven" (and unaltered), "not in force" (the same, but known not to be), "altered",
            "drawn otherwise" (the words agree, the pages do not), "broken" (the proof) or "not judged".
        reason: Code of why it is not "proven".
        entry: The entry of the ledger that breaks a rule, or None.
        form: `pdf` or `docx`, "" if neither.
        shown: What the copy is, as far as the proof holds.
        anchored: Whether the library was known from outside.
        source: Whether the source text inside is the one that was approved.
        sameness: How the file relates to the copy drawn again; None if it was not.
        body: Whether the pages that the approvals name were drawn here again; None if they name none.
        body_layout: Whether those pages and this copy have one layout; None unless `body`.
        drawn_by: What drew the copy, and what draws here, where the two differ.
        currency: Whether it is still in force, if that was asked.
        numbered: What the register says of a numbered copy, if a library was asked.
        unasked: Code and values of why that could not be answered, though it was asked; None if it was, or nobody did.
    """

    verdict: str
    reason: str = ""
    values: tuple[tuple[str, str], ...] = ()
    entry: int | None = None
    form: str = ""
    shown: Shown | None = None
    anchored: bool = False
    source: bool = False
    sameness: Sameness | None = None
    body: bool | None = None
    body_layout: bool | None = None
    drawn_by: tuple[tuple[str, str, str], ...] = ()
    currency: Currency | None = None
    numbered: Numbered | None = None
    unasked: tuple[str, tuple[tuple[str, str], ...]] | None = None

    def without_answer(self, error: DocctlError) -> Checked:
        """What was found, where whoever was asked on could not say more: then the question is open."""
        told = replace(self, unasked=(error.code, _pairs(error.values)))
        if self.verdict != PROVEN:
            return told
        return replace(told, verdict=NOT_JUDGED, reason=error.code, values=_pairs(error.values))

    def against(self, code: str, /, **values: object) -> Checked:
        """The answer with a reason why the proof proves nothing."""
        return replace(self, verdict=BROKEN, reason=code, values=_pairs(values))


@dataclass(frozen=True, slots=True)
class Case:
    """A proof that holds, for whoever asks on."""

    proof: Proof
    projected: Projected
    files: Mapping[str, bytes]


def check(data: bytes, anchor: Anchor | None, kept: Iterable[Anchor] = ()) -> tuple[Checked, Case | None]:
    """What a file is, and whether it proves it.

    Args:
        data: The file.
        anchor: Given from outside: then the copy must be of that library.
        kept: Those that this user knows: one of them may be the copy's.
    """
    try:
        form, inside, word = sameness.open_file(data)
    except Malformed as error:
        return _unjudged(error), None
    files = {name: one for name, one in inside.items() if _SOURCE.fullmatch(name)}
    if NAME not in inside:
        stated = word is not None and word.proof
        code = "check-proof-lost" if stated else "check-draft" if files else "check-no-proof"
        return Checked(NOT_JUDGED, code, form=form), None
    found, case = _proved(form, inside[NAME], files)
    if case is None:
        return found, None
    library = case.proof.anchor.library
    known = anchor or next((one for one in kept if one.library == library), None)
    if known is not None and known.library != library:
        return found.against("anchor-differs", expected=known.library, found=library), None
    found = _compared(replace(found, anchored=known is not None), case, data, word, inside[NAME])
    if found.verdict == PROVEN and known is None:
        found = replace(found, verdict=NOT_JUDGED, reason="check-library-unknown")
    return found, case


def concluded(found: Checked) -> Checked:
    """The answer with a verdict that does not pass for success where the copy is known not to be in force.

    Of what the copy says of itself and what somebody else says, the later counts: when an amendment lapses, the
    revision before it acts again.
    """
    if found.verdict != PROVEN or found.shown is None:
        return found
    own = (found.shown.status,) if found.shown.status in _OVER else ()
    told = (found.currency.status,) if found.currency is not None else ()
    if found.currency is not None and found.currency.day >= days.day_of(found.shown.moment, found.shown.offset):
        own = ()
    other = next((one for one in (*told, *own) if one != "in-force"), None)
    if other is None:
        return found
    reason = "check-not-yet-in-force" if other == "pending" else "check-not-in-force"
    return replace(found, verdict=NOT_IN_FORCE, reason=reason)


def _proved(form: str, packed: bytes, files: Mapping[str, bytes]) -> tuple[Checked, Case | None]:
    """What the proof alone says; without a case where it does not hold."""
    try:
        proof = proofs.decode(proofs.unpack(packed))
    except Malformed as error:
        verdict = BROKEN if error.code in _BROKEN_FORMAT else NOT_JUDGED
        return Checked(verdict, error.code, _pairs(error.values), form=form), None
    projected = _project(proof, files)
    one = projected.violation
    if one is not None:
        return Checked(BROKEN, one.rule, one.values, one.entry, form=form), None
    found = _judged(form, proof, projected)
    return found, None if found.verdict == BROKEN else Case(proof, projected, files)


def _unjudged(error: DocctlError) -> Checked:
    return Checked(NOT_JUDGED, error.code, _pairs(error.values))


def _pairs(values: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in values.items())


def _project(proof: Proof, files: Mapping[str, bytes]) -> Projected:
    opened = [unseal(object_id("commit", one.commit), one.commit) for one in proof.entries]
    seals = verify([(one.commit.payload, one.commit.armor) if one.commit else None for one in opened])
    sealed = tuple(one.under(seal) for one, seal in zip(opened, seals, strict=True))
    return projection.judge(proof, sealed, MEANS, files)


def _judged(form: str, proof: Proof, projected: Projected) -> Checked:
    """What the proof says of the copy; of its checkpoint, whether a signature by the library's note key holds."""
    state, mark = projected.state, proof.checkpoint
    whole = replace(state, length=mark.size)
    (seen,), against = witnessing.compare(whole, (mark,), {mark.size: mark.root}, witnessing.Outside())
    if against:
        return Checked(BROKEN, against[0].rule, against[0].values, form=form)
    if proof.drawn.form != form or proof.drawn.made < state.time:
        return Checked(BROKEN, "proof-drawn", form=form)
    return Checked(PROVEN, form=form, source=True, shown=_shown(proof, projected, signed=seen.signed))


def _shown(proof: Proof, projected: Projected, *, signed: bool) -> Shown:
    from docctl.library.auditing import unconfirmed

    state, document, publication = projected.state, projected.document, projected.publication
    assert state.authority is not None and document is not None and publication is not None  # noqa: S101, PT018
    language, proposal = proof.drawn.language, publication.proposal
    first = language.partition(",")[0]
    decisions = views.decisions(state, publication, proposal, first)
    charters = [p.entry for p in state.authority.thread.publications]
    return Shown(
        document=document.id,
        revision=publication.revision,
        title=chosen(proposal.titles, first),
        language=language,
        organisation=state.authority.charter.name(first),
        library=state.authority.library,
        effective=publication.effective,
        act=publication.act,
        status=_status(projected, proof.drawn.moment),
        moment=proof.drawn.moment,
        offset=state.authority.charter.offsets[0],
        content=proposal.content,
        decisions=tuple((one, max(entry for entry in charters if entry < one.entry)) for one in decisions),
        entries=proof.checkpoint.size,
        root=proof.checkpoint.text.split("\n")[2],
        signed=signed,
        unconfirmed=unconfirmed(state),
    )


def _status(projected: Projected, moment: int) -> str:
    document, publication = projected.document, projected.publication
    then = document.as_of(moment) if document else None
    found = next((p for p in then.publications if publication and p.entry == publication.entry), None) if then else None
    return then.status_of(found, moment).value if then and found else ""


# -- drawn again -------------------------------------------------------------------------------------------------------


def _compared(found: Checked, case: Case, data: bytes, word: Docx | None, packed: bytes) -> Checked:
    """The file beside the same copy drawn again here."""
    others = _others(case.proof)
    state, proof = case.projected.state, case.proof
    try:
        copy = carrying.again(state, proof, case.files, packed)
        with ThreadPoolExecutor(1) as beside:
            # The typesetter lets go of the interpreter: what approvers looked at is drawn beside the copy.
            seen = beside.submit(carrying.seen, state, proof)
            drawn = copying.drawn(proof.drawn.form, copy)
            same = sameness.of_pdf(data, drawn) if word is None else sameness.of_docx(data, word, drawn)
    except (DocctlError, RecursionError) as error:
        reason = error.code if isinstance(error, DocctlError) else "docx-limits"
        values = (("problem", reason),)
        return replace(found, verdict=NOT_JUDGED, reason="check-not-drawn", values=values, drawn_by=others)
    found = replace(found, sameness=same, drawn_by=others if same.finding != sameness.IDENTICAL else ())
    if same.finding == sameness.DIFFERENT and others:
        return replace(found, verdict=NOT_JUDGED, reason="check-other-tools")
    if same.finding == sameness.DIFFERENT:
        return replace(found, verdict=ALTERED, reason="check-altered")
    if same.finding == sameness.WORDS_ONLY:
        code = "check-words-only" if others else "check-drawn-otherwise"
        return replace(found, verdict=NOT_JUDGED if others else REDRAWN, reason=code)
    with contextlib.suppress(DocctlError, RecursionError):
        looked = seen.result()
        alike = copy.layout.digest in looked.layouts if looked.same else None
        return replace(found, body=looked.same, body_layout=alike)
    return found


def _others(proof: Proof) -> tuple[tuple[str, str, str], ...]:
    """Where what drew the copy is another version than what draws here."""
    here = renderers.versions(proof.drawn.form)
    then = dict(proof.drawn.tools)
    names = sorted(here.keys() | then.keys())
    return tuple((name, then.get(name, ""), here.get(name, "")) for name in names if then.get(name) != here.get(name))
