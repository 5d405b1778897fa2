"""The certificate of a disposal: what went, why, by whom, and what can still be read of it.

It is drawn from the ledger alone, by the same renderers as any copy, so that the same entry gives the same file. The
schedule and the people are those of the day on which the disposal was carried out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from docctl import catalogues
from docctl.core import days, disposing, retention
from docctl.core.charter import chosen
from docctl.core.copies import ControlledCopy
from docctl.core.events import Approved, Disposed
from docctl.core.layouts import BUILT_IN
from docctl.core.model import Approval, Document, Proposal, Publication, Signature, Signed
from docctl.core.records import Record
from docctl.core.schedule import Schedule
from docctl.core.state import State
from docctl.core.step import act_of
from docctl.errors import DocctlError, NotFound
from docctl.library import bodies, copying, facing, paperwork, retaining, views
from docctl.library.deciding import authority_of
from docctl.library.library import Library

FORMATS = ("pdf", "docx")
_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&^:$\"'@=])")


@dataclass(frozen=True, slots=True)
class Gone:
    """One disposal, gathered from the ledger.

    Attributes:
        state: The library, under the charter of the day of the disposal.
        publication: The proposal with its approvals, and the entry that carried it out.
        event: What that entry says; `comment` what was added.
        records: As they were, by number.
    """

    state: State
    form: Document
    publication: Publication
    event: Disposed
    comment: str
    schedule: Schedule
    records: tuple[Record, ...]


def render(library: Library, entry: int, form: str, language: str | None = None) -> bytes:
    """The certificate of a disposal as PDF or DOCX, in a language; the library's first if none is named.

    Args:
        library: The library.
        entry: Number of the entry that carried the disposal out.
        form: One of `FORMATS`.
        language: `az`, `en` or `ru`.

    Raises:
        NotFound: `disposal-not-found`, `format-unknown`.
        Unavailable: as of a copy.
    """
    if form not in FORMATS:
        raise NotFound("format-unknown", format=form, known=", ".join(FORMATS))
    return copying.drawn(form, copy_of(gathered(library, entry), language or library.charter.languages[0]))


def gathered(library: Library, entry: int) -> Gone:
    """The disposal that an entry carried out.

    Raises:
        NotFound: `disposal-not-found`: the entry is no disposal, or a rule forbade it.
    """
    state = library.book.state
    form = next((one for one in state.documents.values() if any(number == entry for number, _, _ in one.trail)), None)
    entries = {one.entry.sequence: one for one, _ in library.history(form.id)} if form else {}
    done = entries.get(entry)
    if form is None or done is None or not isinstance(done.entry.event, Disposed):
        raise NotFound("disposal-not-found", entry=entry)
    event = done.entry.event
    signatures = {number: (key, person) for number, key, person in form.trail}
    proposal = _proposal(form, entries, signatures, event)
    by = _signature(done, signatures)
    publication = Publication(by, proposal, days.day_of(by.at, by.offset), by.at, proposal.act)
    then = bodies.as_submitted(state, replace(proposal, by=by))
    schedule = retention.schedule_of(authority_of(then).charter, form.id, form.type)
    if schedule is None:
        raise NotFound("disposal-not-found", entry=entry)
    records = tuple(state.records[name] for name in event.records)
    return Gone(then, form, publication, event, done.entry.comment, schedule, records)


def _proposal(
    form: Document, entries: dict[int, Signed], signatures: dict[int, tuple[str, str]], event: Disposed
) -> Proposal:
    """The proposal as it stood when it was carried out."""
    opened = entries[event.submission]
    stated: Any = opened.entry.event
    approvals = []
    for number in sorted(entries):
        said: Any = entries[number].entry.event
        if isinstance(said, Approved) and said.submission == event.submission:
            by = _signature(entries[number], signatures)
            words = entries[number].entry.comment
            approvals.append(Approval(by, said.role, said.meaning, said.acting_for, said.basis, said.body, words))
    return Proposal(
        by=_signature(opened, signatures),
        kind=disposing.DISPOSAL,
        revision=stated.revision,
        content=stated.content,
        tree=None,
        type=form.type,
        owner=form.owner,
        titles=form.titles,
        base_publication=stated.base_publication,
        reason=opened.entry.comment,
        approvals=tuple(approvals),
        effective=stated.effective,
        act=act_of(stated),
        records=stated.records,
    )


def _signature(signed: Signed, signatures: dict[int, tuple[str, str]]) -> Signature:
    key, person = signatures[signed.entry.sequence]
    return Signature(signed.entry.sequence, person, key, signed.at, signed.offset)


def copy_of(gone: Gone, language: str) -> ControlledCopy:
    """The certificate, ready to be drawn."""
    authority, publication = authority_of(gone.state), gone.publication
    proposal, by = publication.proposal, publication.by
    say = catalogues.say
    parts = {"prepared": "proposed", "published": "disposed"}
    decisions = [
        replace(one, part=parts.get(one.part, one.part))
        for one in views.decisions(gone.state, publication, proposal, language)
    ]
    comments = {one.by.entry: one.comment for one in proposal.approvals} | {by.entry: gone.comment}
    lines = paperwork.signatures(gone.state, decisions, comments, language)
    labels = {
        **facing.labels("page", language),
        "approvals": say("disposal-signatures", language),
        "effective": say("disposal-day", language),
        "revision": say("disposal-column-revision", language),
        "check": say("disposal-check", language, entry=by.entry),
    }
    return ControlledCopy(
        number=f"{gone.form.id} / {by.entry}",
        title=say("disposal-title", language),
        kind=f"{gone.form.id} {chosen(gone.form.titles, language)}",
        organisation=authority.charter.name(language),
        language=language,
        revision=proposal.revision,
        effective=catalogues.day(publication.effective, language),
        status="",
        status_word="",
        watermark="",
        uncontrolled=say("disposal-foot", language, library=authority.library[: facing.SHORT], entry=by.entry),
        facts=tuple(_facts(gone, language)),
        approvals=tuple(
            replace(line, decided=f"{line.decided} · {say('disposal-entry', language, entry=one.entry)}")
            for line, one in zip(lines, decisions, strict=True)
        ),
        history=(),
        digest=proposal.content,
        text="\n".join(_text(gone, language)),
        made=by.at,
        labels=labels,
        appearance=facing.appearance(authority),
        stamps=paperwork.stamps(gone.state, gone.form, publication, BUILT_IN.settings, language),
    )


def _facts(gone: Gone, language: str) -> Iterator[tuple[str, str]]:
    say, proposal, event = catalogues.say, gone.publication.proposal, gone.event
    yield say("disposal-count", language), str(len(gone.records))
    yield say("disposal-day", language), catalogues.day(gone.publication.effective, language)
    method = f"disposal-method-{event.method}"
    known = catalogues.knows(method, language)
    yield say("disposal-method", language), say(method, language) if known else event.method or "—"
    if event.receiver:
        yield say("disposal-receiver-name", language), event.receiver
    yield say("disposal-reason", language), proposal.reason
    if proposal.act is not None:
        yield say("copy-act", language), paperwork.act_line(proposal.act, language)


def _text(gone: Gone, language: str) -> Iterator[str]:
    """The body in Markdown: what went, why, and what remains."""
    say = catalogues.say
    yield f"# {say('disposal-what', language)}\n"
    yield _row(
        "№", *(say(f"disposal-column-{name}", language) for name in ("record", "title", "revision", "closed", "kept"))
    )
    yield "|---:|---|---|---:|---|---|"
    for number, record in enumerate(gone.records, 1):
        closed, first = retention.closed_on(record), _first(gone, record)
        kept = catalogues.short_day(first - timedelta(days=1), language) if first else "—"
        cells = (record.id, record.title or "—", str(record.revision), catalogues.short_day(closed, language), kept)
        yield _row(str(number), *cells)
    yield f"\n# {say('disposal-why', language)}\n"
    kept, then = retaining.period(gone.schedule, language), say(f"retained-then-{gone.schedule.action}", language)
    yield _escaped(say("disposal-period", language, period=kept, then=then)) + "\n"
    yield _escaped(say("disposal-authority", language, authority=gone.schedule.authority)) + "\n"
    stated = gone.publication.proposal.effective
    if stated is not None:
        yield _escaped(say("disposal-event-day", language, day=stated)) + "\n"
    yield f"# {say('disposal-contents', language)}\n"
    yield _escaped(say("disposal-contents-note", language)) + "\n"
    yield _row(
        "№", *(say(f"disposal-column-{name}", language) for name in ("registered", "size", "corrections", "digest"))
    )
    yield "|---:|---|---:|---:|---|"
    for number, record in enumerate(gone.records, 1):
        day = catalogues.short_day(record.day, language)
        yield _row(str(number), day, _size(gone.state, record), str(len(record.amendments)), record.content)
    yield f"\n# {say('disposal-remains', language)}\n"
    sealed = sum(bool(record.sealed) for record in gone.records)
    if sealed < len(gone.records):
        yield _escaped(say("disposal-remains-plain", language, count=len(gone.records) - sealed)) + "\n"
    if sealed:
        yield _escaped(say("disposal-remains-sealed", language, count=sealed, keys=gone.event.keys or 0)) + "\n"
    yield _escaped(say("disposal-remains-entries", language)) + "\n"


def _first(gone: Gone, record: Record) -> Any:
    by = gone.publication.by
    withdrawn = disposing.withdrawn_on(gone.state.documents, record, gone.publication.effective, by.offset)
    return retention.due(record, gone.schedule, withdrawn, gone.publication.proposal.effective)


def _size(state: State, record: Record) -> str:
    """Bytes of the record and of its corrections; a dash where they cannot be read here."""
    try:
        trees = (record.tree, *(one.tree for one in record.amendments))
        return str(sum(len(data) for tree in trees for data in state.shelf.files(tree).values()))
    except DocctlError:
        return "—"


def _row(*cells: str) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"


def _escaped(text: str) -> str:
    """Words in Markdown, whatever signs they hold."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
