"""The chain check and the machines together: one entry after the other, the state before and after.

All three doors come here. `weigh` judges one entry on a state and changes nothing: a command asks it before it signs.
`advance` weighs and moves the state on: the hook and the auditor call it for each entry. A refused entry leaves the
register as it was; the chain itself goes on behind it, so that everything is reported.

A projection (`core.projection`) comes here too, with the entries of one document and of the charter alone. It is judged
by the same rules but for those that need the whole tree: the root tree, and files that it does not carry.

What is checked, in this order: commit grammar, parent, signature, message, place in the ledger (library, sequence,
previous, charter), time, the machine with signer and authority, the predicted tree, content and headings.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from docctl.core import charter as charters
from docctl.core import (
    charter_machine,
    days,
    disposing,
    editorial,
    external,
    folders,
    heading,
    judge_records,
    machine,
    merkle,
    record_machine,
)
from docctl.core.authority import Authority
from docctl.core.charter import RECOVERY, Charter
from docctl.core.charter_machine import CHARTER
from docctl.core.commit import Commit
from docctl.core.events import (
    TEXT_KINDS,
    Amended,
    Attached,
    Cancelled,
    Disposed,
    Founded,
    Published,
    Read,
    Reaffirmed,
    Recorded,
    Submitted,
    Suspended,
)
from docctl.core.message import Entry
from docctl.core.model import Document, Proposal, Signed, Violation
from docctl.core.ports import Seal
from docctl.core.shelf import EMPTY_TREE
from docctl.core.state import Outcome, Sealed, State
from docctl.core.step import Broken
from docctl.core.values import replace
from docctl.errors import Malformed, Untrusted


def advance(state: State, sealed: Sealed) -> Violation | None:
    """Judge the next entry and move the state behind it."""
    violation = None
    try:
        accept(state, weigh(state, sealed))
        # The files of a refused entry are nobody's: the next tree is predicted from the last accepted one.
        state.tree = sealed.tree or state.tree
    except Broken as broken:
        violation = Violation(broken.rule, state.length, sealed.id, broken.values)
    state.frontier = merkle.grown(state.frontier, state.length, sealed.leaf)
    state.length += 1
    state.head = sealed.id
    return violation


def accept(state: State, outcome: Outcome) -> None:
    """Take what an entry made of it into the register."""
    state.time = outcome.signed.at
    if outcome.authority is not None:
        state.authority = outcome.authority
    if outcome.document is not None:
        state.documents[outcome.document.id] = outcome.document
    for record in outcome.records:
        state.records[record.id] = record


def weigh(state: State, sealed: Sealed) -> Outcome:
    """What the entry makes of the register.

    Raises:
        Broken: with the first rule that it breaks.
        Unavailable: if an object that must be looked at cannot be read; then nothing is judged.
    """
    commit, entry, seal = _readable(state, sealed)
    _check_place(state, entry)
    day = days.day_of(commit.at, commit.offset)
    signed = Signed(entry, seal.key, commit.name, commit.email, commit.at, commit.offset, day)
    if state.authority is None:
        return _founded(state, signed, commit)
    if commit.at < state.time:
        raise Broken("time-before-parent")
    if commit.offset not in state.authority.charter.offsets:
        raise Broken("offset-not-allowed", offset=commit.offset)
    if entry.subject == CHARTER:
        return _charter(state, state.authority, signed, commit)
    if isinstance(entry.event, record_machine.RECORD_EVENTS):
        return judge_records.entered(state, state.authority, signed, commit)
    if judge_records.vouches(state, entry):
        return judge_records.vouched(state, state.authority, signed, commit)
    if isinstance(entry.event, Disposed):
        return judge_records.disposed(state, state.authority, signed, commit)
    return _document(state, state.authority, signed, commit)


def _readable(state: State, sealed: Sealed) -> tuple[Commit, Entry, Seal]:
    """The parts of an entry that follow their grammars, continue the chain and bear a sound signature."""
    commit, seal = sealed.commit, sealed.seal
    if commit is None:
        raise Broken(sealed.problem or "commit-grammar")
    if commit.parent != state.head:
        raise Broken("not-linear")
    if seal is None or seal.problem is not None:
        raise Broken((seal and seal.problem) or "signature-missing")
    if sealed.entry is None:
        # A stranger's unreadable message is a stranger's, before it is anything else.
        if state.authority is not None and seal.key not in state.authority.keys:
            raise Broken("signer-unknown", name=commit.name)
        raise Broken(sealed.problem or "message-grammar")
    return commit, sealed.entry, seal


def _check_place(state: State, entry: Entry) -> None:
    """The entry says rightly where it stands."""
    if entry.sequence != state.length:
        raise Broken("sequence-wrong", stated=entry.sequence, expected=state.length)
    if state.authority is None:
        founding = (entry.library, entry.previous, entry.charter) == ("self", None, None)
        if not founding or not isinstance(entry.event, Founded):
            raise Broken("founding-missing")
        return
    if isinstance(entry.event, Founded):
        raise Broken("founding-again")
    if entry.library != state.authority.library:
        raise Broken("library-other")
    expected = state.last(entry.subject, entry.event)
    if entry.previous != expected:
        raise Broken("previous-wrong", stated=entry.previous, expected=expected)
    if entry.charter != state.authority.entry:
        raise Broken("charter-wrong", stated=entry.charter, expected=state.authority.entry)


def _founded(state: State, signed: Signed, commit: Commit) -> Outcome:
    event: Any = signed.entry.event
    charter = _read_charter(state, event)
    if signed.offset not in charter.offsets:
        raise Broken("offset-not-allowed", offset=signed.offset)
    _check_keys(state, charter, "self", ())
    library = sha256(commit.payload).hexdigest()
    authority = charter_machine.found(replace(signed, charter=charter), library, charter)
    folders.check_tree(commit, state.shelf.changed(EMPTY_TREE, (CHARTER,), event.tree))
    return Outcome(signed, authority=authority)


def _charter(state: State, authority: Authority, signed: Signed, commit: Commit) -> Outcome:
    event = signed.entry.event
    by = charter_machine.signature(authority, signed)
    # Only what an administrator brings is looked at, and only when the commit's own tree vouches that it is there.
    if isinstance(event, Submitted):
        charter_machine.must_administer(authority, signed, by)
    expected = None if state.carried is not None else state.tree
    if not isinstance(event, Suspended | Reaffirmed):
        expected = _predicted(state, authority.thread, signed, (CHARTER,))
    if isinstance(event, Submitted) and event.tree is not None:
        folders.check_tree(commit, expected)
        signed = replace(signed, charter=_read_charter(state, event))
        known = [key.public for person in authority.charter.people.values() for key in person.keys]
        known.append(authority.charter.recovery.public)
        _check_keys(state, signed.charter, authority.library, tuple(known), authority.recoveries)
    after = charter_machine.apply(authority, signed)
    folders.check_tree(commit, expected)
    return Outcome(signed, authority=after)


def _document(state: State, authority: Authority, signed: Signed, commit: Commit) -> Outcome:
    event = signed.entry.event
    document = state.documents.get(signed.entry.subject)
    after = machine.apply(document, signed, authority)
    kind = authority.charter.types[after.type]
    folders.check_tree(commit, _predicted(state, document, signed, (kind.folder, after.id)))
    if isinstance(event, Attached) and folders.at_hand(state, event.tree):
        _check_attached(state, signed, folders.content_of(state, event))
    if isinstance(event, Read) and event.session is not None and state.carried is None:
        judge_records.check_session(state, event.session, after, signed)
    if after.proposal is not None and isinstance(event, Submitted) and event.kind == disposing.DISPOSAL:
        judge_records.disposable(state, authority, after, after.proposal, after.proposal.by)
    texts = isinstance(event, Submitted) and event.kind in TEXT_KINDS and folders.at_hand(state, event.tree)
    if isinstance(event, Submitted) and texts and after.proposal is not None:
        files = folders.content_of(state, event)
        found = _check_heading(state, authority.charter, after, event, files)
        if event.kind == "editorial":
            _check_editorial(state, after, files)
        return Outcome(signed, document=_titled(after, replace(after.proposal, titles=found.titles)))
    return Outcome(signed, document=after)


def _check_attached(state: State, signed: Signed, files: Mapping[str, bytes]) -> None:
    """What was attached before stays attached."""
    event: Any = signed.entry.event
    if state.carried is not None:
        return
    before = state.shelf.look(state.tree, ("attachments", signed.entry.subject, str(event.revision)))
    if before is not None and any(files.get(name) != data for name, data in state.shelf.files(before).items()):
        raise Broken("attachment-lost", document=signed.entry.subject)


def _titled(document: Document, proposal: Proposal) -> Document:
    """The titles of the other languages stand in headings only, which the machine does not see."""
    titles = document.titles if document.publications else proposal.titles
    return replace(document, proposal=proposal, titles=titles)


def predict(state: State, signed: Signed) -> str:
    """The root tree that the entry must have: what a command writes, and what a verifier compares."""
    return _expected(state, signed) or state.tree


def _expected(state: State, signed: Signed) -> str | None:
    event: Any = signed.entry.event
    if isinstance(event, Founded):
        return state.shelf.changed(EMPTY_TREE, (CHARTER,), event.tree)
    authority = state.authority
    thread = state.documents.get(signed.entry.subject)
    if authority is None:
        return state.tree
    if isinstance(event, Recorded | Amended | Disposed):
        return judge_records.predicted(state, signed)
    if signed.entry.subject == CHARTER:
        return _predicted(state, authority.thread, signed, (CHARTER,))
    kind = authority.charter.types.get(thread.type) if thread else authority.charter.type_of(signed.entry.subject)
    return _predicted(state, thread, signed, (kind.folder if kind else "", signed.entry.subject))


def _predicted(state: State, before: Document | None, signed: Signed, home: tuple[str, ...]) -> str | None:
    """The tree after the one change that the event allows; None: only the whole tree could say."""
    if state.carried is not None:
        return None
    event, root, shelf = signed.entry.event, state.tree, state.shelf
    draft = ("drafts", signed.entry.subject)
    proposal = before.proposal if before else None
    if isinstance(event, Submitted):
        return shelf.changed(root, draft, event.tree) if event.tree is not None else root
    if isinstance(event, Cancelled):
        return shelf.changed(root, draft, None)
    if isinstance(event, Published) and proposal is not None:
        return shelf.changed(shelf.changed(root, draft, None), home, proposal.tree)
    if isinstance(event, Attached):
        return shelf.changed(root, ("attachments", signed.entry.subject, str(event.revision)), event.tree)
    return root


def _check_heading(
    state: State, charter: Charter, document: Document, event: Submitted, files: Mapping[str, bytes]
) -> heading.Heading:
    try:
        found = state.shelf.headings.pop(str(event.tree), None) or heading.read(files, state.means.read_yaml)
        external.check(found.external, charter.types[document.type], charter.roles)
    except Malformed as error:
        raise Broken("text-invalid", problem=error.code, **error.values) from None
    stated = (document.id, event.type, event.owner, event.languages, event.title)
    for name, one, other in zip(
        ("id", "type", "owner", "languages", "title"),
        stated,
        (found.id, found.type, found.owner, found.languages, found.title),
        strict=True,
    ):
        if one != other:
            raise Broken("heading-differs", field=name, stated=one, heading=other)
    return found


def _check_editorial(state: State, document: Document, files: Mapping[str, bytes]) -> None:
    corrected = document.lasting
    tree = corrected.proposal.tree if corrected else None
    if tree is None:
        raise Broken("corrects-wrong")
    if not folders.at_hand(state, tree):
        return
    objection = editorial.objection(state.shelf.files(tree), files)
    if objection:
        raise Broken("editorial-meaning", found=objection)


def _read_charter(state: State, event: Any) -> Charter:
    files = folders.content_of(state, event)
    try:
        return charters.read(files, state.means.read_yaml)
    except Malformed as error:
        raise Broken("charter-invalid", problem=error.code, **error.values) from None


def _check_keys(
    state: State,
    charter: Charter | None,
    library: str,
    known: tuple[str, ...],
    recoveries: frozenset[str] = frozenset(),
) -> None:
    """Every key is sound, belongs to one person for all time, and proved that it is held; known ones did so before."""
    if charter is None:
        return
    material_of = state.means.key_material
    seen = {material_of(line) for line in recoveries if line != charter.recovery.public}
    lines = [(RECOVERY, charter.recovery)]
    lines += [(person.id, key) for person in charter.people.values() for key in person.keys]
    for person, line in lines:
        try:
            material = material_of(line.public)
        except (Malformed, Untrusted) as error:
            raise Broken("charter-key-refused", person=person, problem=error.code) from None
        if material in seen:
            raise Broken("charter-key-reused", person=person)
        seen.add(material)
        if line.public in known:
            continue
        if state.means.check_possession(line.proof, library, person, line.public) is not None:
            raise Broken("charter-proof", person=person)
