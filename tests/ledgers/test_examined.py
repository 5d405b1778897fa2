"""The table of what is examined for each event tells the truth: it is held against every planted ledger."""

from __future__ import annotations

import pytest
import test_chain
import test_every_rule
from ledgers.mini import play
from office import Office

from docctl.core.events import CLASSES, name_of
from docctl.core.examined import EXAMINED, SHELL, examined, row
from docctl.core.rules import RULES


def place(office, attempt):
    """The row of an attempt, whether it is the first entry, as the judge will find it."""
    event, subject = attempt.event, attempt.forged.get("subject", attempt.subject)
    thread = office.thread(subject) if office.state.authority else None
    proposal = thread.proposal if thread else None
    kind = getattr(event, "kind", "") or (proposal.kind if proposal else "")
    return row(name_of(event), kind, charter=subject == "charter"), office.state.authority is None


@pytest.fixture(scope="module")
def seen():
    """(row, whether first, rule) of every entry that any case refuses."""
    found = set()
    honest = Office.enter

    def enter(self, attempt, **how):
        where = place(self, attempt)
        rule = honest(self, attempt, **how)
        if rule is not None:
            found.add((*where, rule))
        return rule

    patch = pytest.MonkeyPatch()
    patch.setattr(Office, "enter", enter)
    try:
        for _, text in test_every_rule.told():
            play(text)
    finally:
        patch.undo()
    return found


def test_every_rule_that_a_ledger_breaks_is_in_its_events_row(seen):
    assert len(seen) > 150
    missing = {(name, rule) for name, first, rule in seen if rule not in examined(name, "webauthn-x", first=first)}
    assert missing == set()


def test_every_rule_of_shell_message_and_founding_that_bytes_break_is_examined():
    every = examined("commented", "webauthn-x")
    assert {rule for rule, _ in test_chain.BYTES.values()} <= set(every[: every.index("founding-missing")])
    assert {rule for rule, _ in test_chain.FOUNDINGS.values()} <= set(examined("founded", first=True))


# One question that several events ask through one function: broken on one of them, it is broken on all.
SHARED = {
    "document-unknown", "person-unknown", "deputy-without-basis", "record-unknown", "record-closed", "tree-invalid",
    "nothing-submitted", "approval-stale", "approval-other-content", "proposal-rejected", "submission-unconfirmed",
    "language-unknown", "not-administrator", "reaffirm-not-needed",
}  # fmt: skip
# Asked, but no ledger can break it any more by then; and what tests assert by name, without a ledger of text.
GUARDS = {("published", "base-stale"), ("founded", "founding-missing"), ("attached", "attachment-lost")}


def base(name):
    """The event of a row; the charter's are events of their own."""
    event, _, kind = name.partition("/")
    return f"{event}/charter" if kind == "charter" else event


def test_no_row_claims_a_rule_that_no_ledger_breaks_there(seen):
    broken = {(base(name), rule) for name, _, rule in seen} | GUARDS
    anywhere = {rule for _, _, rule in seen} | {"tree-invalid"}  # `test_chain` breaks it by name
    claimed = {(base(name), rule) for name, codes in EXAMINED.items() for rule in codes}
    unproved = {(event, rule) for event, rule in claimed - broken if rule not in SHARED & anywhere}
    assert unproved == set()


def test_the_table_knows_every_event_and_every_rule():
    for name in CLASSES:
        assert EXAMINED[row(name)] is not None
        assert row(name, charter=True) in EXAMINED
    assert row("submitted", "editorial") == "submitted/editorial"
    assert row("submitted", "charter") == "submitted/other"
    assert row("approved", "editorial") == "approved"
    every = {rule for name in EXAMINED for rule in examined(name, "webauthn-x")}
    assert every | set(examined("founded", "webauthn-x", first=True)) == set(RULES) - test_every_rule.AUDITING


def test_what_only_a_device_or_a_passkey_is_asked_is_not_said_of_a_plain_key():
    assert not {"signature-no-presence", "signature-origin"} & set(examined("approved", "ssh-ed25519"))
    assert "signature-origin" not in examined("approved", "sk-ssh-ed25519@openssh.com")
    assert set(SHELL) < set(examined("approved"))
