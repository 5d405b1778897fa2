"""What may be submitted: the rules for a proposal about a document, by its kind."""

from __future__ import annotations

from docctl.core.charter import DocumentType
from docctl.core.events import TEXT_KINDS, Submitted
from docctl.core.model import Document, Proposal
from docctl.core.quorum import fulfillable
from docctl.core.step import Broken, Step, act_of
from docctl.core.values import replace


def submitted(step: Step, event: Submitted) -> Document:
    """The document with the proposal open, if all that a proposal of its kind must say is said."""
    if event.kind not in TEXT_KINDS and event.kind != "withdrawal":
        raise Broken("kind-not-supported", kind=event.kind)
    kind = _type(step, event)
    document = step.document or Document(step.signed.entry.subject, last=-1)
    latest = document.latest
    if latest is not None and latest.withdraws:
        raise Broken("document-withdrawn", document=document.id)
    if not step.holds_any(kind.authors, None, None):
        raise Broken("author-role", roles=", ".join(kind.authors))
    check_base(step, document, event)
    _check_kind(step, document, event)
    nobody = fulfillable(kind.workflow(event.kind), step.authority, step.person.id, step.signed.day)
    if nobody is not None:
        raise Broken("workflow-unfulfillable", role=nobody)
    proposal = Proposal(
        by=step.by,
        kind=event.kind,
        revision=event.revision,
        content=event.content,
        tree=event.tree,
        type=kind.name,
        owner=event.owner or document.owner,
        titles=_titles(event, document),
        base_publication=event.base_publication,
        reason=step.signed.entry.comment,
        languages=event.languages or (),
        effective=event.effective,
        act=act_of(event),
        successor=event.successor,
        expires=event.expires,
        corrects=event.corrects,
        extends=event.extends,
        units=event.units or (),
    )
    check_amended(step, proposal)
    named = document if document.publications else replace(document, owner=proposal.owner, titles=proposal.titles)
    return replace(named, type=kind.name, proposal=proposal)


def _type(step: Step, event: Submitted) -> DocumentType:
    """The type of the document; a text must name it, and may not change it."""
    subject = step.signed.entry.subject
    types = step.authority.charter.types
    if event.kind == "withdrawal":
        return step.kind
    kind = types.get(event.type or "")
    if kind is None:
        raise Broken("type-unknown", type=event.type)
    if step.document is None and step.authority.charter.type_of(subject) is not kind:
        raise Broken("prefix-wrong", document=subject, prefix=kind.prefix)
    if step.document is not None and step.document.type != kind.name:
        raise Broken("type-changed", document=subject, type=step.document.type)
    return kind


def check_base(step: Step, document: Document, event: Submitted) -> None:
    """A proposal names what it would replace; if that is no longer the last, it is stale."""
    open_one = document.proposal
    if open_one is not None:
        if open_one.by.person != step.person.id:
            raise Broken("proposal-of-another", person=open_one.by.person, document=document.id)
        if any((open_one.kind == kind) != (event.kind == kind) for kind in ("withdrawal", "disposal")):
            raise Broken("proposal-open", document=document.id)
    base = (document.latest.entry if document.latest else None, open_one.entry if open_one else None)
    if base != (event.base_publication, event.base_submission):
        raise Broken("base-stale", document=document.id)


def _check_kind(step: Step, document: Document, event: Submitted) -> None:
    """What each kind of proposal must say, and must not."""
    text = (event.tree, event.type, event.owner, event.languages, event.title)
    is_text = event.kind in TEXT_KINDS
    if (None in text if is_text else any(part is not None for part in text)) or event.records:
        raise Broken("kind-fields", kind=event.kind)
    temporary = event.kind == "amendment"
    if temporary != (event.expires is not None) or (not temporary and (event.extends is not None or event.units)):
        raise Broken("kind-fields", kind=event.kind)
    if (event.kind == "adoption") != (event.effective is not None):
        raise Broken("effective-adoption")
    if (event.kind in ("editorial", "amendment")) != (event.corrects is not None):
        raise Broken("corrects-wrong")
    if event.successor is not None and event.kind != "withdrawal":
        raise Broken("kind-fields", kind=event.kind)
    _check_number(step, document, event)
    _check_words(step, event)


def _check_number(step: Step, document: Document, event: Submitted) -> None:
    """The revision that a proposal of this kind must bear."""
    latest = document.latest
    if event.kind == "adoption":
        if latest is not None:
            raise Broken("document-exists", document=document.id)
        if event.effective and event.effective > step.signed.day:
            raise Broken("effective-adoption")
        return
    if event.kind == "withdrawal":
        if latest is None:
            raise Broken("document-unknown", document=document.id)
        if (event.revision, event.content) != (latest.revision, latest.proposal.content):
            raise Broken("approval-other-content", document=document.id)
        return
    expected = latest.revision + 1 if latest else 1
    if event.revision != expected:
        raise Broken("revision-number", revision=event.revision, expected=expected)
    corrected = document.lasting
    if event.corrects is not None and (corrected is None or event.corrects != corrected.revision):
        raise Broken("corrects-wrong")
    if event.expires is not None and event.expires < step.signed.day:
        raise Broken("amendment-expires", day=event.expires)


def check_amended(step: Step, proposal: Proposal) -> None:
    """Asked at submission and again at publication: that a temporary amendment and what it changes fit together.

    It changes the last revision, which must be in force; or it goes on, once, from the amendment that it extends.
    A small correction waits until no amendment acts, since it would end it unseen.
    """
    document = step.document
    acting = document.in_force(step.signed.at) if document else None
    if proposal.kind == "editorial" and acting is not None and acting.proposal.temporary:
        raise Broken("amendment-acts", revision=acting.revision)
    if not proposal.temporary or document is None:
        return
    if proposal.extends is None:
        if acting is None or acting is not document.lasting:
            raise Broken("amendment-base", document=document.id)
        return
    if acting is None or acting.entry != proposal.extends or not acting.proposal.temporary:
        raise Broken("amendment-base", document=document.id)
    if acting.proposal.extends is not None:
        raise Broken("amendment-extended", document=document.id)
    if proposal.expires is None or acting.proposal.expires is None or proposal.expires <= acting.proposal.expires:
        raise Broken("amendment-expires", day=proposal.expires)


def _check_words(step: Step, event: Submitted) -> None:
    charter = step.authority.charter
    unknown = [language for language in event.languages or () if language not in charter.languages]
    if unknown:
        raise Broken("language-unknown", language=unknown[0])
    if event.owner is not None and event.owner not in charter.roles:
        raise Broken("owner-unknown", role=event.owner)


def _titles(event: Submitted, document: Document) -> tuple[tuple[str, str], ...]:
    if event.title is None or event.languages is None:
        return document.titles
    return ((event.languages[0], event.title),)
