"""The cards of external documents as they stand in the ledger, and by when each is to be checked again."""

from __future__ import annotations

from datetime import date

from docctl.core import days, external, heading, tree
from docctl.core.external import Card
from docctl.core.model import Document, Proposal, Publication
from docctl.core.plain import Fields
from docctl.core.state import State
from docctl.library.deciding import authority_of
from docctl.library.replaying import MEANS


def card(state: State, document: Document, proposal: Proposal) -> Card | None:
    """The card of a revision; None of a document whose type has none, or that was entered before its type had one."""
    kind = authority_of(state).charter.types.get(document.type)
    if kind is None or not kind.external or proposal.tree is None:
        return None
    name = f"{proposal.titles[0][0]}.md"
    item = tree.find(state.shelf.get("tree", proposal.tree), name)
    if item is None:
        return None
    yaml, _ = heading.split(name, state.shelf.get("blob", item.id).decode())
    main = Fields(MEANS.read_yaml(b"\n" + yaml.encode(), name), name)
    return external.read(main.part("external")) if main.has("external") else None


def _whole(document: Document, acting: Publication) -> Publication:
    """The last whole revision behind what acts."""
    before = (p for p in reversed(document.texts) if p.entry <= acting.entry and p.ended_by is None)
    return next((p for p in before if p.proposal.kind not in ("editorial", "amendment")), acting)


def next_review(state: State, document: Document, acting: Publication | None) -> date | None:
    """The day by which the revision in force is to be looked at again; None for never.

    A card's own months prevail over those of its type. They run from the last whole revision: for a small correction
    or an amendment nobody looked at all of the text. A review that found that the document must change, or go, ends
    nothing: from its day on something is due, until the new revision is published.
    """
    kind = authority_of(state).charter.types.get(document.type)
    if acting is None or kind is None:
        return None
    stated = card(state, document, acting.proposal)
    months = stated.months if stated else kind.review_months
    last, whole = document.reviewed, _whole(document, acting)
    if last is None or last.by.entry < whole.entry:
        return days.months_later(whole.effective, months) if months else None
    if last.verdict != "keep":
        return last.day
    return days.months_later(last.day, months) if months else None
