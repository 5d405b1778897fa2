"""A projection and the whole ledger say the same, wherever the rule does not need the whole tree.

Every ledger that a docstring tells, and every forged commit of `test_chain`, is judged twice: as it is written, whole,
and as projection of the charter and of the document that the entry is about.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import test_chain
from ledgers import projecting
from ledgers.mini import play, rules_in
from office import Office
from test_every_rule import AUDITING, told

from docctl.core import merkle
from docctl.core import proof as proofs
from docctl.core.commit import object_id
from docctl.core.record_machine import RECORD_EVENTS
from docctl.core.rules import RULES
from docctl.core.state import leaf_of, unseal
from docctl.library import checking, currency

# Of these a projection says nothing, or says it otherwise: the parent, the root tree, files that it does not carry.
WHOLE = {
    "not-linear",
    "undeclared-change",
    "attachment-lost",
    "editorial-meaning",
    "record-unknown",
    "read-for-others",
    "entry-unknown",
    "reaffirm-not-needed",
    "tree-invalid",
    "content-digest",
    # What disposing of records asks of the records.
    "record-closed",
    "record-held",
    "disposal-content",
    "retention-not-begun",
    "retention-running",
}
TOLD = dict(told())


@pytest.fixture
def beside(monkeypatch):
    """Judge every entry that is written anywhere as projection too; how many there were, by verdict."""
    write, seen = Office.write, {"same": 0, "accepted": 0, "whole": set(), "rules": set(), "records": set()}

    def both(self, raw, objects):
        position = self.state.length
        parsed = unseal("0" * 40, raw).entry
        subject = parsed.subject if parsed else "charter"
        wanted = projecting.trail(self, subject)
        entries = [*projecting.entries_of(self), (object_id("commit", raw), raw)] if self.state.head else None
        rule = write(self, raw, objects)
        event = parsed.event if parsed else None
        if isinstance(event, RECORD_EVENTS):
            seen["records"] |= {rule} - {None}
            return rule  # a projection of a document holds no records
        files = projecting.folder(self, getattr(event, "tree", None))
        proof = projecting.proof_of(self, subject, [*wanted, position], raw=entries)
        found = projecting.rule_of(projecting.judged(proof, files if subject != "charter" else None))
        if rule in WHOLE or (found == "proof-incomplete" and rule is not None):
            assert rule in WHOLE, (rule, found)
            assert found in (None, rule, "proof-incomplete"), (rule, found)
            seen["whole"].add(rule)
        else:
            assert found == rule, (rule, found)
            seen["same"] += 1
            seen["accepted"] += rule is None
            seen["rules"] |= {rule} - {None}
        return rule

    monkeypatch.setattr(Office, "write", both)
    return seen


@pytest.mark.parametrize("name", TOLD)
def test_each_told_ledger_is_judged_alike(name, beside):
    office = play(TOLD[name])
    assert beside["same"] or beside["whole"]
    if not office.state.length or office.found:
        return
    for subject, document in office.state.documents.items():
        for publication in document.publications:
            if publication.withdraws or publication.proposal.tree is None:
                continue
            files = office.state.shelf.files(publication.proposal.tree)
            proof = projecting.proof_of(office, subject, projecting.trail(office, subject), publication.revision)
            found = projecting.judged(proof, files)
            assert found.violation is None
            assert found.publication.proposal.approvals == publication.proposal.approvals
            assert found.document.trail == document.trail
            assert found.state.authority == office.state.authority


@pytest.mark.parametrize("name", test_chain.BYTES)
def test_each_forged_commit_is_judged_alike(name, beside):
    rule, forge = test_chain.BYTES[name]
    office = Office.standard()
    office.at += 60
    raw, objects = test_chain.honest(office)
    assert office.write(forge(raw), objects) == rule
    assert beside["rules"] | beside["whole"] == {rule}


def test_all_rules_but_a_few_are_judged_by_a_projection(beside):
    """Of each rule the shortest ledger that breaks it: a projection finds the same rule broken."""
    for rule in sorted(set(RULES) - WHOLE):
        texts = [text for text in TOLD.values() if rule in rules_in(text)]
        if texts and rule not in beside["rules"]:
            play(min(texts, key=len))
    # Each of these is judged by the test above; how a library begins is told by no ledger here.
    forged = {rule for rule, _ in test_chain.BYTES.values()} - WHOLE
    begun = {"founding-missing", "founding-one-person"}
    records = beside["records"] - beside["rules"]
    assert beside["rules"] | forged == set(RULES) - WHOLE - AUDITING - begun - records
    assert len(beside["rules"] | forged) > 70 > 3 * len(records)
    assert beside["accepted"] > 100


# -- one change to a proof that holds --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office():
    """A ledger with two documents, a change of the charter between, and a second revision."""
    made = play(
        """
        office
        anna submits PRO-01
        bob approves PRO-01 as head
        anna, bob change charter: add gul as reviewer
        anna publishes PRO-01
        anna submits POL-01
        eva comments PRO-01
        bob approves POL-01
        anna publishes POL-01
        anna submits POL-01 "a second text"
        bob approves POL-01
        anna publishes POL-01
        """.replace(
            "bob approves PRO-01 as head", "eva approves PRO-01 as reviewer\n        bob approves PRO-01 as head"
        )
    )
    assert not made.found
    return made


@pytest.fixture(scope="module")
def whole(office):
    """The proof of the second revision of POL-01 with its files; both hold."""
    document = office.state.documents["POL-01"]
    files = office.state.shelf.files(document.latest.proposal.tree)
    proof = projecting.proof_of(office, "POL-01", projecting.trail(office, "POL-01"), 2)
    assert projecting.judged(proof, files).violation is None
    return proof, files


def broken(proof, files):
    found = projecting.judged(proof, files)
    return found.violation.rule if found.violation else None


def test_no_entry_can_be_left_out(whole):
    proof, files = whole
    found = {}
    for at, one in enumerate(proof.entries):
        entries = (*proof.entries[:at], *proof.entries[at + 1 :])
        found[one.inclusion.index] = broken(projecting.without(proof, entries=entries), files)
    assert None not in found.values()
    # The first is the library itself; the last is the publication; between them each is named by the next.
    assert found[proof.entries[0].inclusion.index] == "proof-order"
    assert found[proof.entries[-1].inclusion.index] == "proof-unpublished"
    assert set(list(found.values())[1:-1]) <= {"previous-wrong", "charter-wrong"}


def test_no_two_entries_can_change_places(whole):
    proof, files = whole
    for at in range(len(proof.entries) - 1):
        entries = list(proof.entries)
        entries[at : at + 2] = entries[at + 1], entries[at]
        links = ("proof-order", "previous-wrong", "charter-wrong", "founding-missing")
        assert broken(projecting.without(proof, entries=tuple(entries)), files) in links
        # Nor can they take each other's numbers.
        first, second = proof.entries[at : at + 2]
        entries[at : at + 2] = (
            type(first)(second.commit, first.inclusion),
            type(first)(first.commit, second.inclusion),
        )
        assert broken(projecting.without(proof, entries=tuple(entries)), files) == "proof-inclusion"


def test_no_entry_can_be_changed(whole):
    proof, files = whole
    for at, one in enumerate(proof.entries):
        raw = one.commit
        for spot in (10, raw.index(b"author") + 8, raw.index(b"gpgsig") + 60, len(raw) // 2, len(raw) - 3):
            changed = bytearray(raw)
            changed[spot] ^= 1
            entries = (*proof.entries[:at], type(one)(bytes(changed), one.inclusion), *proof.entries[at + 1 :])
            assert broken(projecting.without(proof, entries=entries), files) is not None


def test_no_entry_can_stand_twice_or_come_from_another_document(whole, office):
    proof, files = whole
    assert broken(projecting.without(proof, entries=(*proof.entries, proof.entries[-1])), files) == "proof-order"
    wanted = sorted({*projecting.trail(office, "POL-01"), projecting.trail(office, "PRO-01")[-1]})
    assert broken(projecting.proof_of(office, "POL-01", wanted, 2), files) == "proof-foreign"


def test_no_entry_of_another_library_fits(whole):
    proof, files = whole
    other = Office.founded()
    strange = projecting.proof_of(other, "POL-01", [0])
    entries = (strange.entries[0], *proof.entries[1:])
    assert broken(projecting.without(proof, entries=entries), files) == "proof-inclusion"
    # A whole proof of another library under this library's name.
    alien = projecting.proof_of(other, "POL-01", [0], 2)
    assert broken(projecting.without(alien, anchor=proof.anchor), files) in ("proof-library", "proof-unpublished")


def test_the_anchor_and_the_checkpoint_are_the_ledgers(whole):
    proof, files = whole
    mark = proof.checkpoint
    for changes in (
        {"anchor": type(proof.anchor)("0" * 64, "Office")},
        {"checkpoint": type(mark)("0" * 64, mark.size, mark.root)},
    ):
        assert broken(projecting.without(proof, **changes), files) == "proof-library"
    for size, root in ((mark.size, bytes(32)), (3, mark.root)):
        assert broken(projecting.without(proof, checkpoint=type(mark)(mark.library, size, root)), files) == (
            "proof-inclusion"
        )


def test_the_files_are_those_that_were_approved(whole):
    proof, files = whole
    name = min(files)
    for changed in ({**files, name: files[name] + b"x"}, {}, {**files, "more.png": b"x"}):
        assert broken(proof, changed) == "proof-source"
    # Of the charter nothing can be left out or changed either.
    for at in range(len(proof.folders)):
        fewer = (*proof.folders[:at], *proof.folders[at + 1 :])
        assert broken(projecting.without(proof, folders=fewer), files) == "proof-incomplete"
    entry, data = proof.folders[0]
    forged = ((entry, tuple((one, text + b"\n") for one, text in data)), *proof.folders[1:])
    assert broken(projecting.without(proof, folders=forged), files) == "proof-incomplete"


def test_another_revision_or_document_is_not_proven(whole):
    proof, files = whole
    assert broken(projecting.without(proof, revision=3), files) == "proof-unpublished"
    assert broken(projecting.without(proof, revision=1), files) == "proof-source"
    assert broken(projecting.without(proof, document="PRO-01"), files) == "proof-foreign"


def test_what_only_the_whole_history_shows_is_found_beside_the_library():
    """An entry that is put into the tree otherwise than its event allows: lawful in a projection, not in the library."""
    made = play("office\nanna submits POL-01\nbob approves POL-01")
    attempt = made.publication("anna", "POL-01")
    forged = replace(attempt, forged={"tree": "4b825dc642cb6eb9a060e54bf8d69288fbee4904"})
    before = projecting.trail(made, "POL-01")
    files = made.state.shelf.files(made.state.documents["POL-01"].proposal.tree)
    assert made.enter(forged, force=True) == "undeclared-change"
    proof = projecting.proof_of(made, "POL-01", [*before, made.state.length - 1])
    projected = projecting.judged(proof, files)
    assert projected.violation is None
    found = checking.Checked(checking.PROVEN)
    roots = {proof.checkpoint.size: proof.checkpoint.root}
    told = currency.beside_state(found, checking.Case(proof, projected, files), made.state, roots, made.at)
    assert (told.verdict, told.reason) == ("broken", "check-refused-there")
    other = currency.beside_state(found, checking.Case(proof, projected, files), made.state, {}, made.at)
    assert (other.verdict, other.reason) == ("broken", "checkpoint-differs")


def test_a_proof_is_small_for_an_office_of_twenty_that_made_twenty_thousand_entries():
    """Everybody is enrolled by a change of the charter of their own, which is as many entries as there can be."""
    names = [f"p{number:02}" for number in range(16)]
    changes = "\n".join(f"anna, bob change charter: add {name} as reviewer" for name in names)
    made = play(f"office\n{changes}\nanna submits POL-01\nbob approves POL-01\nanna publishes POL-01")
    assert len(made.state.authority.charter.people) == 20
    wanted = projecting.trail(made, "POL-01")
    assert len(wanted) > 50
    raw = projecting.entries_of(made)
    strangers = [(f"{number:040x}", b"") for number in range(20_000 - len(raw))]
    # The charter's entries lie all over the years, not side by side.
    spread = {entry: entry * (20_000 // len(raw)) for entry in wanted}
    leaves = [leaf_of(*one) for one in [*raw, *strangers]]
    ways = merkle.inclusions(leaves, spread.values())[1]
    proof = projecting.proof_of(made, "POL-01", wanted, raw=raw)
    entries = tuple(type(one)(one.commit, ways[spread[one.inclusion.index]]) for one in proof.entries)
    packed = proofs.pack(projecting.without(proof, entries=entries))
    assert len(packed) < 60_000, len(packed)


def test_a_document_beside_goes_along_and_is_judged_alike(office):
    """A layout, say: its entries are there, under the same rules, and what it consists of is the revision approved."""
    document, beside = office.state.documents["POL-01"], office.state.documents["PRO-01"]
    files = office.state.shelf.files(document.latest.proposal.tree)
    wanted = sorted({*projecting.trail(office, "POL-01"), *projecting.trail(office, "PRO-01")})
    proof = projecting.proof_of(office, "POL-01", wanted, 2)
    assert broken(proof, files) == "proof-foreign"
    proof = projecting.without(proof, also=("PRO-01",))
    folder = office.state.shelf.files(beside.latest.proposal.tree)
    whole = projecting.without(proof, folders=(*proof.folders, (beside.latest.proposal.entry, tuple(folder.items()))))
    found = projecting.judged(whole, files)
    assert found.violation is None
    assert found.state.shelf.files(found.state.documents["PRO-01"].latest.proposal.tree) == folder
    for at, one in enumerate(proof.entries):
        if one.inclusion.index in {entry for entry, _, _ in beside.trail[:-1]}:
            entries = (*whole.entries[:at], *whole.entries[at + 1 :])
            assert broken(projecting.without(whole, entries=entries), files) in ("previous-wrong", "charter-wrong")


def test_what_comes_after_the_last_entry_shown_can_be_left_out(office):
    """The limit that `docs/security.md` names: a proof says nothing of what came after it."""
    document = office.state.documents["POL-01"]
    first = document.publications[0]
    files = office.state.shelf.files(first.proposal.tree)
    wanted = [entry for entry in projecting.trail(office, "POL-01") if entry <= first.entry]
    assert projecting.judged(projecting.proof_of(office, "POL-01", wanted, 1), files).violation is None
