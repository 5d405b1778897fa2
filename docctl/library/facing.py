"""The facts of one revision put into the words of a copy's language, layer by layer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from docctl import catalogues
from docctl.core import days, heading
from docctl.core.charter import chosen
from docctl.core.copies import ApprovalLine, ControlledCopy, HistoryLine, bare
from docctl.core.model import Document, Proposal, Publication, Status
from docctl.core.state import State
from docctl.library import views
from docctl.library.deciding import authority_of, signer_name

LABELS = (
    "page", "of", "revision", "effective", "number", "title", "status", "approvals", "part", "name", "position",
    "decided", "acting-for", "method", "history", "author", "reason", "digest", "organisation",
)  # fmt: skip
WATERMARKED = frozenset(
    (
        Status.DRAFT,
        Status.SUBMITTED,
        Status.REJECTED,
        Status.PENDING,
        Status.SUPERSEDED,
        Status.WITHDRAWN,
        Status.CANCELLED,
    ),
)


def face(
    state: State,
    document: Document,
    which: tuple[Proposal, Publication | None, Status],
    files: dict[str, bytes],
    language: str,
) -> ControlledCopy:
    """A copy with all its layers; `which` is the proposal shown, its publication if there is one, and its status."""
    proposal, publication, status = which
    charter = authority_of(state).charter
    kind = charter.types[document.type]
    _, body = heading.split(f"{language}.md", files[f"{language}.md"].decode())
    effective = catalogues.day(publication.effective, language) if publication else "—"
    word = catalogues.say(f"status-{status.value}", language)
    return ControlledCopy(
        number=document.id,
        title=chosen(proposal.titles, language),
        kind=chosen(kind.titles, language),
        organisation=charter.name(language),
        language=language,
        revision=proposal.revision,
        effective=effective,
        status=status.value,
        status_word=word,
        watermark=catalogues.say(f"watermark-{status.value}", language) if status in WATERMARKED else "",
        uncontrolled=catalogues.say("copy-uncontrolled", language),
        facts=_facts(state, document, proposal, publication, language),
        approvals=_approvals(state, publication, proposal, language),
        history=_history(state, document, publication, language),
        digest=proposal.content,
        text=_without_title(body, chosen(proposal.titles, language)),
        made=state.time,  # the ledger's, so that the same state gives the same file
        images=MappingProxyType({name: data for name, data in files.items() if not name.endswith(".md")}),
        labels=MappingProxyType({code: catalogues.say(f"copy-{code}", language) for code in LABELS}),
        reason=proposal.reason,
    )


def body(
    state: State, document: Document, proposal: Proposal, files: dict[str, bytes], language: str
) -> ControlledCopy:
    """The body alone: what an approver looks at before signing, and anyone may draw again."""
    whole = face(state, document, (proposal, None, Status.SUBMITTED), files, language)
    known = (("number", document.id), ("revision", str(proposal.revision)), ("reason", proposal.reason))
    facts = tuple((whole.labels[code], words) for code, words in known if words)
    return replace(bare(whole, proposal.by.at), facts=facts)


def _tongue(name: str, language: str) -> str:
    return catalogues.say(f"language-{name}", language) if name in ("az", "en", "ru") else name


def _without_title(text: str, title: str) -> str:
    """The text without a first heading that only says the title again, which every face prints above it."""
    first, _, rest = text.lstrip("\n").partition("\n")
    return rest.lstrip("\n") if first.startswith("# ") and first[2:].strip() == title and rest.strip() else text


def _facts(
    state: State, document: Document, proposal: Proposal, publication: Publication | None, language: str
) -> tuple[tuple[str, str], ...]:
    """The first-page block, label to value, in the order of the page."""

    def label(code: str) -> str:
        return catalogues.say(f"copy-{code}", language)

    facts = [(label("number"), document.id), (label("revision"), str(proposal.revision))]
    if publication is not None:
        facts.append((label("effective"), catalogues.day(publication.effective, language)))
        facts.append((label("approved"), _day(publication.by.at, publication.by.offset, language)))
        due = views.next_review(state, document, publication)
        facts += [(label("next-review"), catalogues.day(due, language))] if due else []
        act = publication.act
        if act is not None:
            line = catalogues.say(f"act-{act.kind}", language, number=act.number, day=catalogues.day(act.day, language))
            facts.append((label("act"), line))
    facts.append((label("owner"), catalogues.role(proposal.owner, language)))
    main = proposal.titles[0][0]
    if main != language:
        facts.append(
            (label("translation"), catalogues.say("copy-authoritative", language, language=_tongue(main, language)))
        )
    return tuple(facts)


def _approvals(
    state: State, publication: Publication | None, proposal: Proposal, language: str
) -> tuple[ApprovalLine, ...]:
    return tuple(
        ApprovalLine(
            part=catalogues.say(f"part-{one.part}", language),
            name=one.name,
            position=one.position,
            decided=catalogues.instant(one.at, one.offset, language),
            acting_for=f"{one.acting_for} ({one.basis})" if one.basis else one.acting_for,
            method=f"{one.key[:19]}…",
        )
        for one in views.decisions(state, publication, proposal, language)
    )


def _history(
    state: State, document: Document, publication: Publication | None, language: str
) -> tuple[HistoryLine, ...]:
    """The revisions up to the one shown, newest first."""
    upto = publication.entry if publication else max((p.entry for p in document.publications), default=-1)
    return tuple(
        HistoryLine(
            revision=one.revision,
            effective=catalogues.day(one.effective, language),
            author=signer_name(state, one.proposal.by.person),
            reason=one.proposal.reason,
        )
        for one in reversed(document.publications)
        if one.entry <= upto and not one.withdraws
    )


def _day(at: int, offset: str, language: str) -> str:
    day: date = days.day_of(at, offset)
    return catalogues.day(day, language)
