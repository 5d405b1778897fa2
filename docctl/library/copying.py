"""Making copies: the facts of one revision, put into the copy's language, handed to a renderer."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from docctl import catalogues, renderers
from docctl.core import content, days, heading
from docctl.core.charter import chosen
from docctl.core.copies import ApprovalLine, ControlledCopy, HistoryLine
from docctl.core.judge import State
from docctl.core.model import Document, Proposal, Publication, Status
from docctl.errors import NotFound, Refused
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


def files_of(state: State, proposal: Proposal) -> dict[str, bytes]:
    """The files of a proposal or publication, whose digest is checked again.

    Raises:
        NotFound: `text-not-found`: it changes no text.
        Refused: `content-digest`.
    """
    if proposal.tree is None:
        raise NotFound("text-not-found")
    files = state.shelf.files(proposal.tree)
    if content.digest(files) != proposal.content:
        raise Refused("content-digest")
    return files


def choose(document: Document, moment: int, revision: int | None) -> tuple[Proposal, Publication | None, Status]:
    """The revision asked for, or the one in force.

    Raises:
        NotFound: `revision-not-found`, `not-in-force-now` (with the status).
    """
    if revision is None:
        acting = document.in_force(moment)
        if acting is None:
            raise NotFound("not-in-force-now", document=document.id, status=document.status(moment).value)
        return acting.proposal, acting, Status.IN_FORCE
    for publication in reversed(document.publications):
        if publication.revision == revision and not publication.withdraws:
            return publication.proposal, publication, document.status_of(publication, moment)
    proposal = document.proposal
    if proposal is not None and proposal.revision == revision and proposal.tree is not None:
        return proposal, None, Status.REJECTED if proposal.rejected else Status.SUBMITTED
    raise NotFound("revision-not-found", document=document.id, revision=revision)


def language_of(files: dict[str, bytes], titles: tuple[tuple[str, str], ...], wanted: str | None) -> str:
    """The language of a copy: the one asked for, or the authoritative one.

    Raises:
        NotFound: `language-not-found`.
    """
    if wanted is None:
        return titles[0][0]
    if f"{wanted}.md" not in files:
        raise NotFound("language-not-found", language=wanted, known=", ".join(name for name, _ in titles))
    return wanted


def render(
    state: State, document: Document, *, form: str, language: str | None, revision: int | None, moment: int
) -> bytes:
    """One copy as bytes; its time is the ledger's, so that the same state gives the same file.

    Raises:
        NotFound: `format-unknown`, `revision-not-found`, `language-not-found`, `not-in-force-now`.
    """
    if form not in renderers.FORMATS:
        raise NotFound("format-unknown", format=form, known=", ".join(renderers.FORMATS))
    proposal, publication, status = choose(document, moment, revision)
    files = files_of(state, proposal)
    tongue = language_of(files, proposal.titles, language)
    copy = _copy(state, document, (proposal, publication, status), files, tongue, state.time)
    return renderers.FORMATS[form].render(copy)


def _copy(
    state: State,
    document: Document,
    chosen_one: tuple[Proposal, Publication | None, Status],
    files: dict[str, bytes],
    language: str,
    made: int,
) -> ControlledCopy:
    proposal, publication, status = chosen_one
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
        made=made,
        images=MappingProxyType({name: data for name, data in files.items() if not name.endswith(".md")}),
        labels=MappingProxyType({code: catalogues.say(f"copy-{code}", language) for code in LABELS}),
    )


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
        facts.append((label("translation"), catalogues.say("copy-authoritative", language, language=main.upper())))
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
