"""The facts of one revision put into the words of a copy's language, layer by layer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from docctl import catalogues
from docctl.core import heading
from docctl.core.authority import Authority
from docctl.core.charter import chosen
from docctl.core.copies import Appearance, ControlledCopy, Overlay, bare
from docctl.core.heading import Heading
from docctl.core.model import Document, Proposal, Publication, Status
from docctl.core.state import State
from docctl.library import cards, paperwork, views
from docctl.library.deciding import authority_of
from docctl.library.layouts import layout_of
from docctl.library.replaying import MEANS

LABELS = (
    "page", "of", "revision", "effective", "number", "title", "status", "approvals", "part", "name", "position",
    "decided", "acting-for", "method", "history", "author", "reason", "digest", "organisation", "approved", "kind",
    "distribution", "copy", "holder", "place", "issued", "readers", "act", "signed", "check", "layout",
    "figure", "admonition-note", "admonition-tip", "admonition-important", "admonition-warning", "admonition-caution",
)  # fmt: skip
WATERMARKED = frozenset(
    (
        Status.DRAFT,
        Status.SUBMITTED,
        Status.APPROVED,
        Status.REJECTED,
        Status.PENDING,
        Status.SUPERSEDED,
        Status.LAPSED,
        Status.WITHDRAWN,
        Status.CANCELLED,
    ),
)
SHORT = 16  # hex of a digest in codes and notes

Which = tuple[Proposal, Publication | None, Status]


def face(  # noqa: PLR0913  (a revision, and how it goes out, by name)
    state: State,
    document: Document,
    which: Which,
    files: dict[str, bytes],
    language: str,
    *,
    overlay: Overlay | None = None,
    moment: int | None = None,
) -> ControlledCopy:
    """A copy with all its layers.

    Args:
        state: The library.
        document: Whose revision.
        which: The proposal shown, its publication if there is one, and its status.
        files: Its folder, whose digest has been checked.
        language: One of its languages.
        overlay: Copy number and holder; an uncontrolled copy, dated as the ledger is, if none is given.
        moment: By which layout it is drawn: the one in force then; that of the last entry's instant if not given.
    """
    which = settled(state, document, which)
    proposal, publication, status = which
    authority = authority_of(state)
    layout = layout_of(state, state.time if moment is None else moment)
    settings, notice = layout.settings, dict(layout.settings.notice)
    found = heading.read(files, MEANS.read_yaml)
    issue = overlay or Overlay(state.time)  # the ledger's instant, so that the same state gives the same file
    code = _code(authority.charter.look.address, document, proposal, issue, language) if settings.code else ""
    return replace(
        _text(authority, document, proposal, files, language),
        effective=catalogues.day(publication.effective, language) if publication else "—",
        status=status.value,
        status_word=catalogues.say(f"status-{status.value}", language),
        watermark=_watermark(proposal, status, language),
        uncontrolled=_uncontrolled(issue, language),
        facts=_facts(state, document, which, found, language),
        approvals=paperwork.approvals(state, publication, proposal, language),
        history=paperwork.history(state, document, publication, language),
        made=issue.moment,
        labels=labels(settings.counting, language),
        language_note=_language_note(files, found, language),
        appearance=appearance(authority),
        stamps=paperwork.stamps(state, document, publication, settings, language),
        distribution=paperwork.distribution(document, publication, found.distribution, issue, language),
        code=code,
        layout=layout,
        notice=notice.get(language) or notice.get("", ""),
    )


def _text(
    authority: Authority, document: Document, proposal: Proposal, files: dict[str, bytes], language: str
) -> ControlledCopy:
    """What the text itself says; nothing yet of status, signatures and looks."""
    whole = files[f"{language}.md"].decode()
    _, text = heading.split(f"{language}.md", whole)
    title = chosen(proposal.titles, language)
    shown = without_title(text, title)
    return ControlledCopy(
        number=document.id,
        title=title,
        kind=chosen(authority.charter.types[document.type].titles, language),
        organisation=authority.charter.name(language),
        language=language,
        revision=proposal.revision,
        effective="",
        status="",
        status_word="",
        watermark="",
        uncontrolled="",
        facts=(),
        approvals=(),
        history=(),
        digest=proposal.content,
        text=shown,
        above=whole.count("\n") - shown.count("\n"),
        made=0,
        images=MappingProxyType({name: data for name, data in files.items() if not name.endswith(".md")}),
        reason=proposal.reason,
    )


def bilingual(first: ControlledCopy, second: ControlledCopy) -> ControlledCopy:
    """One copy of two languages: which text prevails is said, the other's digest need not be."""
    note = prevailing(first, second)
    return replace(first, language_note=note[0], companion=replace(second, language_note=note[1]))


def prevailing(*copies: ControlledCopy) -> tuple[str, ...]:
    """The first sentence of each language note: which text prevails."""
    return tuple(copy.language_note.partition("\n")[0] for copy in copies)


def body(
    state: State, document: Document, proposal: Proposal, files: dict[str, bytes], language: str
) -> ControlledCopy:
    """The body alone: what an approver looks at before signing, and anyone may draw again.

    By the layout that was in force when the text was submitted, which does not change any more.
    """
    which = (proposal, None, Status.SUBMITTED)
    whole = face(state, document, which, files, language, moment=proposal.by.at)
    known = (("number", document.id), ("revision", str(proposal.revision)), ("reason", proposal.reason))
    facts = tuple((whole.labels[code], words) for code, words in known if words)
    return replace(bare(whole, proposal.by.at), facts=facts)


def settled(state: State, document: Document, which: Which) -> Which:
    """A submission whose quorum is reached is approved, though nobody has published it yet."""
    proposal, publication, status = which
    mine = status is Status.SUBMITTED and proposal is document.proposal
    if mine and proposal.approvals and not views.missing(state, document):
        return proposal, publication, Status.APPROVED
    return which


def labels(counting: str, language: str) -> Mapping[str, str]:
    """The words of a layout that counts its pages, or its sheets."""
    words = {code: catalogues.say(f"copy-{code}", language) for code in LABELS}
    if counting == "sheet":
        words["page"] = catalogues.say("copy-sheet", language)
    words["layout-own"] = catalogues.say("copy-layout-own", language)
    return MappingProxyType(words)


def appearance(authority: Authority) -> Appearance:
    """What the organisation's copies look like."""
    look = authority.charter.look
    return Appearance(look.accent or Appearance().accent, look.emblem)


def _watermark(proposal: Proposal, status: Status, language: str) -> str:
    if status in WATERMARKED:
        return catalogues.say(f"watermark-{status.value}", language)
    return catalogues.say("watermark-amended", language) if proposal.temporary else ""


def _uncontrolled(overlay: Overlay, language: str) -> str:
    """The line of the foot: a numbered copy with its holder, or that a print is not controlled."""
    if not overlay.copy:
        return catalogues.say("copy-uncontrolled", language)
    holder = ", ".join(words for words in (overlay.holder, overlay.place) if words)
    number = catalogues.say("copy-controlled", language, number=overlay.copy)
    return f"{number} · {catalogues.say('copy-holder', language)}: {holder}" if holder else number


def _code(address: str, document: Document, proposal: Proposal, overlay: Overlay, language: str) -> str:
    """The words of the QR code, of letters that every address may hold: `docctl:` where there is no portal."""
    base = f"{address}/c" if address else "docctl:c"
    what = f"{document.id}/{proposal.revision}"
    return f"{base}/{what}?l={language}&c={overlay.copy}&d={proposal.content[:SHORT]}"


def _tongue(name: str, language: str) -> str:
    return catalogues.say(f"language-{name}", language) if name in catalogues.COPY_LANGUAGES else name


def _language_note(files: Mapping[str, bytes], found: Heading, language: str) -> str:
    """Which text prevails, and a line for each other language with its file's digest."""
    if len(found.languages) < 2:
        return ""
    main = found.languages[0]
    code = f"copy-prevails-{main}" if main in catalogues.COPY_LANGUAGES else "copy-prevails"
    lines = [catalogues.say(code, language, language=main)]
    for other in found.languages:
        if other != language:
            digest = hashlib.sha256(files[f"{other}.md"]).hexdigest()[:SHORT]
            lines.append(catalogues.say("copy-other-text", language, language=_tongue(other, language), digest=digest))
    return "\n".join(lines)


def without_title(text: str, title: str) -> str:
    """The text without a first heading that only says the title again, which every face prints above it."""
    first, _, rest = text.lstrip("\n").partition("\n")
    return rest.lstrip("\n") if first.startswith("# ") and first[2:].strip() == title and rest.strip() else text


def _facts(
    state: State, document: Document, which: Which, found: Heading, language: str
) -> tuple[tuple[str, str], ...]:
    """The first-page block, label to value, in the order of the page."""
    proposal, publication, status = which

    def label(code: str) -> str:
        return catalogues.say(f"copy-{code}", language)

    facts = [(label("number"), document.id), (label("revision"), str(proposal.revision))]
    facts.append((label("status"), catalogues.say(f"status-{status.value}", language)))
    if publication is not None:
        facts.append((label("effective"), catalogues.day(publication.effective, language)))
        facts.append((label("approved"), catalogues.day(paperwork.approved_on(publication), language)))
        acts = status in (Status.IN_FORCE, Status.PENDING)
        due = cards.next_review(state, document, publication) if acts else None
        facts += [(label("next-review"), catalogues.day(due, language))] if due else []
    facts.append((label("owner"), catalogues.role(proposal.owner, language)))
    facts.append((label("classification"), _classification(found.classification, language)))
    act = paperwork.act_of(publication)
    if act:
        facts.append((label("act"), paperwork.act_line(act, language)))
    before = _superseded(document, publication)
    if proposal.expires is not None:
        facts.append((label("amends"), _amended(proposal, proposal.expires, language)))
    elif before is not None:
        day = catalogues.day(before.effective, language)
        words = catalogues.say("copy-superseded", language, revision=before.revision, day=day)
        facts.append((label("supersedes"), words))
    facts += [(label("clauses"), _clauses(found.clauses, language))] if found.clauses else []
    roles = ", ".join(catalogues.role(name, language) for name in found.distribution)
    facts += [(label("distribution"), roles)] if roles else []
    facts += [(label("reason"), proposal.reason)] if proposal.reason else []
    main = found.languages[0]
    if main != language:
        words = catalogues.say("copy-authoritative", language, language=_tongue(main, language))
        facts.append((label("translation"), words))
    return tuple(facts)


def _amended(proposal: Proposal, expires: date, language: str) -> str:
    """What a temporary amendment amends, how long, and for whom."""
    values = {"revision": proposal.corrects, "day": catalogues.day(expires, language)}
    units = ", ".join(proposal.units)
    if units:
        return catalogues.say("copy-amended-units", language, units=units, **values)
    return catalogues.say("copy-amended", language, **values)


def _superseded(document: Document, publication: Publication | None) -> Publication | None:
    """The revision that this one took the place of, or will."""
    upto = publication.entry if publication else document.last + 1
    before = [p for p in document.texts if p.entry < upto and p.ended_by is None]
    return before[-1] if before else None


def _classification(name: str, language: str) -> str:
    code = f"classification-{name}"
    return catalogues.say(code, language) if catalogues.knows(code, "en") else name


def _clauses(clauses: tuple[str, ...], language: str) -> str:
    """`iso9001:2015#7.5.1`, `…#7.5.2` as `ISO 9001:2015: 7.5.1, 7.5.2`."""
    by_standard: dict[str, list[str]] = {}
    for clause in clauses:
        standard, _, number = clause.partition("#")
        by_standard.setdefault(standard, []).append(number)
    written = []
    for standard, numbers in by_standard.items():
        name, _, year = standard.partition(":")
        known = catalogues.say(f"standard-{name}", language) if catalogues.knows(f"standard-{name}", "en") else name
        written.append(f"{known}:{year} – {', '.join(numbers)}")
    return "; ".join(written)
