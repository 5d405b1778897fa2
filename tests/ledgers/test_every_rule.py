"""Each rule has a case that breaks it; the auditor's own rules are broken here."""

from __future__ import annotations

import inspect
from dataclasses import replace

import test_cases_charter
import test_cases_disposal
import test_cases_documents
import test_cases_records
import test_cases_time
import test_chain
from ledgers.mini import rules_in
from office import Office, key, text_files

from docctl.core.checkpoint import Anchor, Checkpoint, NoteSignature, key_id, verifier_key
from docctl.core.rules import RULES
from docctl.library.auditing import checkpoint, verify

CASES = (test_cases_documents, test_cases_charter, test_cases_time, test_cases_records, test_cases_disposal, test_chain)
AUDITING = {
    "anchor-differs",
    "checkpoint-other-library",
    "checkpoint-longer",
    "checkpoint-differs",
    "checkpoint-signature",
    # tests/library/test_witnessing.py, test_stamping.py, test_forks.py
    "checkpoint-fork",
    "cosignature-invalid",
    "witness-missing",
    "timestamp-invalid",
    "history-stale",
    "copies-fork",
}


def told():
    """Every docstring that a test plays."""
    for module in CASES:
        for name, function in vars(module).items():
            if name.startswith("test_") and "ledger" in inspect.signature(function).parameters:
                yield f"{module.__name__}.{name}", function.__doc__


def test_every_rule_is_broken_by_a_case_and_every_code_is_a_rule():
    codes = set().union(*(rules_in(text) for _, text in told()))
    codes |= {rule for rule, _ in test_chain.BYTES.values()} | {rule for rule, _ in test_chain.FOUNDINGS.values()}
    # Asserted by name, in `test_chain` and below.
    codes |= {"founding-missing", "tree-invalid", "attachment-lost"}
    assert codes == set(RULES) - AUDITING


def test_what_is_attached_stays_attached():
    office = history()
    assert office.enter(office.attachment("anna", "POL-01", {"signed.pdf": b"%PDF-1"})) is None
    assert office.enter(office.attachment("anna", "POL-01", {"other.pdf": b"%PDF-2"})) == "attachment-lost"
    both = {"signed.pdf": b"%PDF-1", "other.pdf": b"%PDF-2"}
    assert office.enter(office.attachment("anna", "POL-01", both)) is None


def test_no_two_cases_are_the_same():
    texts = [text for _, text in told()]
    assert len(set(texts)) == len(texts)


def history():
    office = Office.standard()
    for attempt in (
        lambda: office.submission("anna", "POL-01", text_files("POL-01", "Mətn")),
        lambda: office.approval("bob", "POL-01"),
        lambda: office.publication("anna", "POL-01"),
    ):
        assert office.enter(attempt()) is None
    return office


def rules(report):
    return [one.rule for one in report.violations]


def anchor_of(office):
    return Anchor(office.state.authority.library, "Office")


def test_a_lawful_history_with_its_anchor_is_lawful():
    office = history()
    report = verify(office.ledger, anchor_of(office), (checkpoint(office.state),))
    assert (report.verdict, report.violations, report.anchored, report.entries) == ("lawful", (), True, 7)


def test_a_history_without_an_anchor_is_not_judged_however_consistent():
    report = verify(history().ledger, None)
    assert (report.verdict, report.reason, report.anchored) == ("not judged", "anchor-missing", False)


def test_an_empty_ledger_is_not_judged():
    report = verify(Office().ledger, Anchor("0" * 64, ""))
    assert (report.verdict, report.reason) == ("not judged", "library-empty")


def test_another_librarys_anchor_is_a_violation():
    report = verify(history().ledger, Anchor("0" * 64, "Office"))
    assert (report.verdict, rules(report), report.anchored) == ("violations", ["anchor-differs"], False)


def test_checkpoints_find_rollback_rewriting_and_other_libraries():
    office = history()
    anchor, mark = anchor_of(office), checkpoint(office.state)
    longer = history()
    assert longer.enter(longer.comment("eva", "POL-01")) is None
    assert rules(verify(office.ledger, anchor, (replace(mark, library="0" * 64),))) == ["checkpoint-other-library"]
    assert rules(verify(office.ledger, anchor, (checkpoint(longer.state),))) == ["checkpoint-longer"]
    assert rules(verify(office.ledger, anchor, (replace(mark, root=bytes(32)),))) == ["checkpoint-differs"]
    assert verify(longer.ledger, anchor, (mark,)).verdict == "lawful"


def test_a_rewritten_history_is_found_by_a_checkpoint_alone():
    office, other = history(), Office.standard()
    for attempt in (
        lambda: other.submission("anna", "POL-01", text_files("POL-01", "Başqa")),
        lambda: other.approval("bob", "POL-01"),
        lambda: other.publication("anna", "POL-01"),
    ):
        assert other.enter(attempt()) is None
    assert verify(other.ledger, anchor_of(office)).verdict == "lawful"
    assert rules(verify(other.ledger, anchor_of(office), (checkpoint(office.state),))) == ["checkpoint-differs"]


def with_note_key():
    """A history whose charter names a note key, its checkpoint, and the name of the key."""
    office = Office.standard()
    plain = office.plain()
    name, public = "docctl/office", key("note").public.blob[-32:]
    plain["library"]["note-key"] = verifier_key(name, public)
    for attempt in (
        lambda: office.charter("anna", plain),
        lambda: office.approval("bob", "charter"),
        lambda: office.publication("anna", "charter"),
    ):
        assert office.enter(attempt()) is None
    return office, checkpoint(office.state), (name, key_id(name, public))


def test_a_checkpoints_signature_by_the_charters_note_key_must_verify():
    office, mark, (name, mine) = with_note_key()
    good = NoteSignature(name, mine, key("note").private.sign(mark.text.encode()))
    bad = NoteSignature(name, mine, key("note").private.sign(b"something else"))
    other = NoteSignature("witness.example", b"abcd", b"whatever")
    for signatures, expected in (
        ((good,), []),
        ((bad,), ["checkpoint-signature"]),
        ((other,), []),
        ((other, good), []),
        ((good, bad), ["checkpoint-signature"]),
        ((NoteSignature(name, mine, b"short"),), ["checkpoint-signature"]),
    ):
        marked = Checkpoint(mark.library, mark.size, mark.root, signatures)
        assert rules(verify(office.ledger, anchor_of(office), (marked,))) == expected


def test_a_history_that_starts_late_is_not_judged():
    office = history()
    shallow = office.ledger.clone()
    first = next(iter(shallow.commits(None, shallow.head())))[0]
    del shallow.objects[first]
    report = verify(shallow, anchor_of(office))
    assert (report.verdict, report.reason) == ("not judged", "object-missing")


def test_a_later_format_is_not_judged():
    office = history()
    raw, objects = office.sealed(office.comment("eva", "POL-01"))
    assert office.write(test_chain.resigned(raw, lambda p: p.replace(b"Format: v1", b"Format: v2"), "eva"), objects)
    report = verify(office.ledger, anchor_of(office))
    assert (report.verdict, report.reason, rules(report)) == ("not judged", "format-newer", ["message-format"])
