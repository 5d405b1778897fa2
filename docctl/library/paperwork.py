"""What stands on a copy from the ledger alone: stamps, approval table, revision history, distribution list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from docctl import catalogues
from docctl.core import days
from docctl.core.charter import DocumentType, chosen
from docctl.core.copies import ApprovalLine, DistributionLine, HistoryLine, Overlay, Stamp
from docctl.core.layouts import Settings
from docctl.core.model import Act, Approval, Document, Proposal, Publication
from docctl.core.state import State
from docctl.library import views
from docctl.library.deciding import authority_of, signer_name


def act_line(act: Act, language: str) -> str:
    """A legal act as it is referred to."""
    return catalogues.say(f"act-{act.kind}", language, number=act.number, day=catalogues.day(act.day, language))


def act_of(publication: Publication | None, proposal: Proposal | None = None) -> Act | None:
    """By which legal act a revision holds.

    Args:
        publication: That of a text taken over from before has the act of its proposal; None if nobody has published it.
        proposal: Then asked in its place.
    """
    stated = publication or proposal
    return stated.act if stated is not None else None


def approved_on(publication: Publication) -> date:
    """The day on which the text was approved: for one taken over from before, that of its act."""
    proposal, act = publication.proposal, act_of(publication)
    if proposal.kind == "adoption" and act is not None:
        return act.day
    last = proposal.approvals[-1].by if proposal.approvals else publication.by
    return days.day_of(last.at, last.offset)


# -- stamps -----------------------------------------------------------------------------------------------------------


def stamps(
    state: State, document: Document, publication: Publication | None, settings: Settings, language: str
) -> tuple[Stamp, ...]:
    """Who agreed, on the left, and who approved, on the right: of what is published alone."""
    if publication is None or "stamps" not in settings.first_page:
        return ()
    kind = authority_of(state).charter.types[document.type]
    agreed, approved = _deciders(publication.proposal, kind)
    act = act_of(publication)
    if publication.proposal.kind == "adoption" and act is not None:
        # Those who signed here confirm a true copy; it was the act that approved the text.
        line = Stamp(_word("by-act", settings, language), "right", "", "", "", act_line(act, language))
        return (line,)
    words = act_line(act, language) if act else ""
    if publication.proposal.kind == "editorial":
        return _editorial(state, document, publication, settings, language)
    found = []
    if agreed is not None:
        found.append(_stamp(state, agreed, ("agreed", "left", ""), settings, language))
    if approved is not None:
        found.append(_stamp(state, approved, ("approved", "right", words), settings, language))
    return tuple(found)


def _editorial(
    state: State, document: Document, publication: Publication, settings: Settings, language: str
) -> tuple[Stamp, ...]:
    """A small correction is agreed to; the right stamp goes on saying who approved what it corrects, and when."""
    kind = authority_of(state).charter.types[document.type]
    _, mine = _deciders(publication.proposal, kind)
    found = [] if mine is None else [_stamp(state, mine, ("agreed", "left", ""), settings, language)]
    before = [p for p in document.texts if p.entry < publication.entry and p.proposal.kind != "editorial"]
    whole = before[-1] if before else None
    if whole is not None:
        note = catalogues.say("stamp-corrects", language, revision=whole.revision)
        for stamp in stamps(state, document, whole, settings, language):
            if stamp.place == "right":
                act = f"{stamp.act} · {note}" if stamp.act else note
                found.append(Stamp(stamp.word, "right", stamp.position, stamp.name, stamp.day, act))
    return tuple(found)


def _deciders(proposal: Proposal, kind: DocumentType) -> tuple[Approval | None, Approval | None]:
    """Whose approval completed the step before the last, and whose the last one."""
    steps = list(kind.workflow(proposal.kind))
    completed: list[Approval] = []
    slots = dict(steps[0])
    for approval in proposal.approvals:
        if len(completed) == len(steps) or not slots.get(approval.role):
            continue
        slots[approval.role] -= 1
        if not any(slots.values()):
            completed.append(approval)
            slots = dict(steps[len(completed)]) if len(completed) < len(steps) else {}
    if len(completed) == len(steps):
        return (completed[-2] if len(steps) > 1 else None), completed[-1]
    # The workflow was another one then: the last word, and the last one said in another role.
    last = proposal.approvals[-1] if proposal.approvals else None
    other = next((one for one in reversed(proposal.approvals) if last and one.role != last.role), None)
    return other, last


def _stamp(state: State, approval: Approval, where: tuple[str, str, str], settings: Settings, language: str) -> Stamp:
    name, place, act = where
    by = approval.by
    known = authority_of(state).charter.people.get(by.person)
    acting = ""
    if approval.acting_for:
        principal = signer_name(state, approval.acting_for)
        acting = catalogues.say("stamp-acting", language, name=principal, basis=approval.basis)
    return Stamp(
        word=_word(name, settings, language),
        place=place,
        position=chosen(known.position, language) if known else "",
        name=signer_name(state, by.person),
        day=catalogues.stamp_day(days.day_of(by.at, by.offset), language),
        act=" · ".join(words for words in (acting, act) if words),
    )


def _word(name: str, settings: Settings, language: str) -> str:
    own = dict(dict(settings.stamps).get(name, ()))
    return own.get(language) or catalogues.say(f"stamp-{name}", language)


# -- tables -----------------------------------------------------------------------------------------------------------


def approvals(
    state: State, publication: Publication | None, proposal: Proposal, language: str
) -> tuple[ApprovalLine, ...]:
    """Everybody who signed, in the order in which they did."""
    comments = {one.by.entry: one.comment for one in proposal.approvals}
    return signatures(state, views.decisions(state, publication, proposal, language), comments, language)


def signatures(
    state: State, decisions: Iterable[views.Decision], comments: Mapping[int, str], language: str
) -> tuple[ApprovalLine, ...]:
    """Signatures as lines of the table, each with the comment of its entry."""
    return tuple(
        ApprovalLine(
            part=_part(one, language),
            name=one.name,
            position=one.position,
            decided=catalogues.instant(one.at, one.offset, language),
            acting_for=f"{one.acting_for} ({one.basis})" if one.basis else one.acting_for,
            method=f"{_method(state, one, language)} · {one.key}",
            comment=comments.get(one.entry, ""),
        )
        for one in decisions
    )


def _part(decision: views.Decision, language: str) -> str:
    part = catalogues.say(f"part-{decision.part}", language)
    return f"{part} ({catalogues.role(decision.role, language)})" if decision.role else part


def _method(state: State, decision: views.Decision, language: str) -> str:
    keys = authority_of(state).keys.values()
    public = next((one.line.public for one in keys if one.fingerprint == decision.key), "")
    algorithm = public.partition(" ")[0]
    kind = "security-key" if algorithm.startswith("sk-") else "key"
    return catalogues.say(f"method-{kind}", language)


def history(
    state: State, document: Document, publication: Publication | None, language: str
) -> tuple[HistoryLine, ...]:
    """The revisions up to the one shown, newest first."""
    upto = publication.entry if publication else max((p.entry for p in document.publications), default=-1)
    return tuple(
        HistoryLine(
            revision=one.revision,
            effective=catalogues.short_day(one.effective, language),
            author=signer_name(state, one.proposal.by.person),
            reason=one.proposal.reason,
            approved=catalogues.short_day(approved_on(one), language),
            kind=_kind(one.proposal, language),
        )
        for one in reversed(document.texts)
        if one.entry <= upto
    )


def _kind(proposal: Proposal, language: str) -> str:
    """What kind of revision, and of an amendment until when."""
    if proposal.expires is None:
        return catalogues.say(f"kind-{proposal.kind}", language)
    return catalogues.say("kind-amendment-until", language, day=catalogues.short_day(proposal.expires, language))


def distribution(
    document: Document, publication: Publication | None, readers: tuple[str, ...], issue: Overlay, language: str
) -> tuple[DistributionLine, ...]:
    """Who reads the electronic copy, then every numbered copy of the revision that is still out, this one too."""
    lines = []
    if readers:
        roles = ", ".join(catalogues.role(name, language) for name in readers)
        lines.append(DistributionLine("", roles, "", ""))
    for copy in document.copies:
        if publication is not None and copy.revision == publication.revision and copy.ended is None:
            issued = catalogues.short_day(days.day_of(copy.by.at, copy.by.offset), language)
            lines.append(DistributionLine(str(copy.number), copy.holder, copy.place, issued))
    if issue.copy:
        # Its entry names the digest of these very pages, so they cannot know the day.
        lines.append(
            DistributionLine(str(issue.copy), issue.holder, issue.place, catalogues.say("copy-this", language))
        )
    return tuple(lines)
