"""Making copies: the facts of one revision, put into the copy's language, handed to a renderer."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from types import MappingProxyType

from docctl import catalogues, renderers
from docctl.adapters.gitprocess import disk_failure
from docctl.core import content, days, heading
from docctl.core.charter import chosen
from docctl.core.copies import ApprovalLine, ControlledCopy, HistoryLine
from docctl.core.model import Document, Proposal, Publication, Signature, Status
from docctl.core.state import State
from docctl.errors import Malformed, NotFound, Refused
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
    """One copy as bytes.

    Raises:
        NotFound: `format-unknown`, `revision-not-found`, `language-not-found`, `not-in-force-now`.
    """
    if form not in renderers.FORMATS:
        raise NotFound("format-unknown", format=form, known=", ".join(renderers.FORMATS))
    proposal, publication, status = choose(document, moment, revision)
    files = files_of(state, proposal)
    tongue = language_of(files, proposal.titles, language)
    copy = _copy(state, document, (proposal, publication, status), files, tongue)
    return _drawn(form, copy)


def _drawn(form: str, copy: ControlledCopy) -> bytes:
    """The copy in a format.

    Raises:
        Unavailable: `disk-full`, `not-writable`, `disk-failed`: there is no room for the files that it is made from.
    """
    try:
        return renderers.FORMATS[form].render(copy)
    except OSError as error:
        raise disk_failure(error, Path(tempfile.gettempdir())) from error


def _copy(
    state: State,
    document: Document,
    chosen_one: tuple[Proposal, Publication | None, Status],
    files: dict[str, bytes],
    language: str,
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
        made=state.time,  # the ledger's, so that the same state gives the same file
        images=MappingProxyType({name: data for name, data in files.items() if not name.endswith(".md")}),
        labels=MappingProxyType({code: catalogues.say(f"copy-{code}", language) for code in LABELS}),
    )


def _tongue(name: str, language: str) -> str:
    return catalogues.say(f"language-{name}", language) if name in ("az", "en", "ru") else name


def rehearse(state: State, files: dict[str, bytes], found: heading.Heading) -> None:
    """Draw a text once before it is submitted, so that nobody approves what no copy can show.

    Raises:
        Refused: `glyph-missing`, `table-cells`, `image-format` and the like, with file and line.
    """
    kind = authority_of(state).charter.types.get(found.type)
    if kind is None:
        return  # the machine refuses it
    by = Signature(0, "", "", state.time, "+0000")
    proposal = Proposal(by, "revision", 1, content.digest(files), None, kind.name, found.owner, found.titles, None, "")
    document = Document(found.id, 0, type=kind.name, owner=found.owner, titles=found.titles)
    for language in found.languages:
        copy = _copy(state, document, (proposal, None, Status.SUBMITTED), files, language)
        try:
            _drawn("pdf", copy)
        except Malformed as error:
            values = dict(error.values)
            if isinstance(values.get("line"), int):
                values["line"] = int(str(values["line"])) + _lines_before(files[f"{language}.md"], copy.text)
            raise Refused(error.code, **{"file": f"{language}.md", **values}) from None


def _lines_before(data: bytes, text: str) -> int:
    """How many lines of a file stand before the text that a renderer sees."""
    return data.count(b"\n") - text.count("\n")


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
