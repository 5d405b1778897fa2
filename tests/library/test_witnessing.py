"""Checkpoints, their witnesses and their age beside a history: against checkpoints made without docctl."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from independent import Cosigner, note, root
from office import Office, key, text_files

from docctl.core.checkpoint import Anchor, NoteSignature, key_id, read_checkpoint, read_witness, verifier_key
from docctl.core.state import unseal
from docctl.errors import Malformed
from docctl.library.auditing import Report, checkpoint, verify
from docctl.library.witnessing import Outside

DAY = 86400
REGISTRAR = Cosigner("registrar.example/2026")


def history(body: str = "Mətn") -> Office:
    office = Office.standard()
    for attempt in (
        lambda: office.submission("anna", "POL-01", text_files("POL-01", body)),
        lambda: office.approval("bob", "POL-01"),
        lambda: office.publication("anna", "POL-01"),
    ):
        assert office.enter(attempt()) is None
    return office


def payloads(office: Office) -> list[bytes]:
    return [unseal(*one).commit.payload for one in office.ledger.commits(None, str(office.ledger.head()))]  # type: ignore[union-attr]


def text_of(office: Office, size: int | None = None) -> str:
    return note(f"docctl/{office.state.authority.library}", payloads(office)[:size])  # type: ignore[union-attr]


def judged(office: Office, *notes: str, **outside: Any) -> Report:
    anchor = Anchor(office.state.authority.library, "Office")  # type: ignore[union-attr]
    return verify(office.ledger, anchor, tuple(map(read_checkpoint, notes)), Outside(**outside))


def rules(report: Report) -> list[str]:
    return [one.rule for one in report.violations]


def findings(report: Report) -> list[str]:
    return [one.finding for one in report.checkpoints]


def witness(*cosigners: Cosigner) -> dict[str, Any]:
    return {"witnesses": tuple(read_witness(one.vkey) for one in cosigners)}


def test_checkpoints_are_those_that_somebody_else_would_make() -> None:
    office = history()
    assert str(checkpoint(office.state)) == text_of(office) + "\n"
    sizes = range(1, office.state.length + 1)
    report = judged(office, *(text_of(office, size) for size in sizes))
    assert (report.verdict, findings(report)) == ("lawful", ["agrees"] * len(sizes))
    assert base64.b64decode(report.root) == root(payloads(office))


def test_a_witness_that_knows_nothing_of_docctl_is_believed() -> None:
    office = history()
    text = text_of(office, 4)
    other = Cosigner("customer.example", b"other")
    signed = text + "\n" + REGISTRAR.line(text, 1_770_000_000) + other.line(text, 1_770_000_001)
    report = judged(office, signed, **witness(REGISTRAR))
    assert report.verdict == "lawful"
    (one,) = report.checkpoints
    assert (one.size, one.finding, one.signed) == (4, "agrees", False)
    assert one.witnesses == (("registrar.example/2026", 1_770_000_000),)
    assert one.unchecked == ("customer.example",)
    both = judged(office, signed, **witness(other, REGISTRAR)).checkpoints[0]
    assert ([name for name, _ in both.witnesses], both.unchecked) == (
        ["registrar.example/2026", "customer.example"],
        (),
    )


def test_a_key_in_one_line_is_that_of_the_specification() -> None:
    found = read_witness(REGISTRAR.vkey + "\n")
    assert (found.name, found.key_id, found.public) == (REGISTRAR.name, REGISTRAR.id, REGISTRAR.public)


@pytest.mark.parametrize(
    "text",
    ["", "registrar", REGISTRAR.vkey[:-1], REGISTRAR.vkey.replace("2026", "2027"), REGISTRAR.vkey.upper(),
     REGISTRAR.vkey.replace("+B", "+A", 1), f"{REGISTRAR.vkey}\n{REGISTRAR.vkey}", "a b" + REGISTRAR.vkey,
     verifier_key("registrar.example/2026", REGISTRAR.public), "x" * 100_000],
)  # fmt: skip
def test_what_is_no_key_of_a_witness_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="witness-unreadable"):
        read_witness(text)


def test_a_cosignature_that_does_not_hold_is_a_violation() -> None:
    office = history()
    text = text_of(office, 4)
    thief = Cosigner(REGISTRAR.name, b"thief")
    thief.id = REGISTRAR.id
    for line in (
        REGISTRAR.line(text, 1_770_000_000, signed_at=1_760_000_000),  # moved to another day
        REGISTRAR.line(text_of(office, 3), 1_770_000_000),  # made for another checkpoint
        thief.line(text, 1_770_000_000),  # another key under the same name and id
        REGISTRAR.line(text, 1_770_000_000, more=b"\0"),
        REGISTRAR.line(text, 2**63),
        REGISTRAR.line(text, 2**64 - 1),
        _raw(REGISTRAR, b"x"),
        _raw(REGISTRAR, bytes(72)),
        _raw(REGISTRAR, REGISTRAR.private.sign(text.encode())),  # a note signature where a cosignature belongs
    ):
        report = judged(office, text + "\n" + line, **witness(REGISTRAR))
        assert (report.verdict, rules(report)) == ("violations", ["cosignature-invalid"]), line
        assert report.checkpoints[0].witnesses == ()
        # Whoever does not know the witness cannot say anything about the line.
        assert judged(office, text + "\n" + line).checkpoints[0].unchecked == (REGISTRAR.name,)
    last = REGISTRAR.line(text, 2**63 - 1)
    assert judged(office, text + "\n" + last, **witness(REGISTRAR)).verdict == "lawful"


def _raw(cosigner: Cosigner, value: bytes) -> str:
    return f"— {cosigner.name} {base64.b64encode(cosigner.id + value).decode()}\n"


def test_a_line_under_another_name_or_key_id_is_nobodys_and_the_witness_is_missed() -> None:
    office = history()
    text = text_of(office, 4)
    other_id = Cosigner(REGISTRAR.name)
    other_id.id = b"abcd"
    for line in (
        other_id.line(text, 1_770_000_000),
        REGISTRAR.line(text, 1_770_000_000, name="registrar.example/2027"),
        "",
    ):
        report = judged(office, text + "\n" + line, **witness(REGISTRAR))
        assert rules(report) == ["witness-missing"]
        assert report.checkpoints[0].witnesses == ()
    # It is enough that each witness stands under one of the checkpoints.
    signed = text + "\n" + REGISTRAR.line(text, 1_770_000_000)
    assert judged(office, text, signed, text_of(office, 5), **witness(REGISTRAR)).verdict == "lawful"
    # A checkpoint of another library does not count.
    other = note(f"docctl/{'0' * 64}", [b"x"])
    report = judged(office, other + "\n" + REGISTRAR.line(other, 1_770_000_000), **witness(REGISTRAR))
    assert rules(report) == ["checkpoint-other-library", "witness-missing"]


def test_a_line_that_stands_twice_counts_once_and_two_times_count_twice() -> None:
    office = history()
    text = text_of(office, 4)
    first, second = REGISTRAR.line(text, 1_770_000_000), REGISTRAR.line(text, 1_780_000_000)
    report = judged(office, text + "\n" + first + first + second, **witness(REGISTRAR))
    assert [at for _, at in report.checkpoints[0].witnesses] == [1_770_000_000, 1_780_000_000]
    many = text + "\n" + "".join(REGISTRAR.line(text, 1_770_000_000 + at) for at in range(40))
    assert len(judged(office, many, **witness(REGISTRAR)).checkpoints[0].witnesses) == 40


def test_a_key_that_anybody_can_sign_for_cosigns_nothing() -> None:
    """The neutral element as public key: R = neutral, S = 0 is a signature of it over everything."""
    office = history()
    text = text_of(office, 4)
    weak = Cosigner("weak.example")
    weak.public = b"\x01" + bytes(31)
    weak.id = hashlib.sha256(b"weak.example\n\x04" + weak.public).digest()[:4]
    line = _raw(weak, (1_770_000_000).to_bytes(8, "big") + b"\x01" + bytes(63))
    assert rules(judged(office, text + "\n" + line, **witness(weak))) == ["cosignature-invalid"]


# -- rollback, rewrite, fork -------------------------------------------------------------------------------------------


def test_the_report_says_which_of_rollback_rewrite_and_fork() -> None:
    office, other = history(), history("Başqa")
    for one in (office, other):
        assert one.enter(one.comment("eva", "POL-01")) is None
    same = office.state.length - 4
    ours, theirs, longer = text_of(office, 6), text_of(other, 6), text_of(office)
    short = office.fork()
    early = Office.standard()
    # Rollback: the checkpoint knows more.
    report = judged(early, longer)
    assert (findings(report), rules(report)) == (["rollback"], ["checkpoint-longer"])
    # Rewrite: one checkpoint, and the entries are others.
    report = judged(other, ours)
    assert (findings(report), rules(report)) == (["rewrite"], ["checkpoint-differs"])
    # A rewrite behind a checkpoint that still agrees.
    report = judged(other, text_of(office, same), longer)
    assert (findings(report), rules(report)) == (["agrees", "rewrite"], ["checkpoint-differs"])
    # Fork: two checkpoints of one size; this history continues the second.
    report = judged(other, ours, theirs)
    assert (findings(report), rules(report)) == (["fork", "agrees"], ["checkpoint-differs", "checkpoint-fork"])
    assert dict(report.violations[1].values) == {"first": "1", "second": "2", "size": "6", "agrees": "2"}
    # Fork: of two sizes, of which this history continues the longer.
    report = judged(short, theirs, longer)
    assert (findings(report), rules(report)) == (["fork", "agrees"], ["checkpoint-differs", "checkpoint-fork"])
    # Fork: both know more than this history, and contradict each other all the same.
    report = judged(early, longer, text_of(other))
    assert findings(report) == ["rollback", "rollback"]
    assert rules(report) == ["checkpoint-longer", "checkpoint-longer", "checkpoint-fork"]
    assert dict(report.violations[2].values)["agrees"] == "—"
    # Neither is continued.
    third = history("Üçüncü")
    report = judged(third, ours, theirs)
    assert findings(report) == ["fork", "fork"]
    # Several that agree contradict nothing.
    assert judged(office, ours, longer, ours).verdict == "lawful"


def test_checkpoints_of_two_libraries_are_no_fork() -> None:
    office = history()
    stranger = note(f"docctl/{'1' * 64}", payloads(office)[:6])
    report = judged(office, stranger, text_of(office, 6))
    assert (findings(report), rules(report)) == (["other-library", "agrees"], ["checkpoint-other-library"])
    # Contradicting each other, two strangers' checkpoints are still nothing about this library's history.
    report = judged(office, stranger, note(f"docctl/{'1' * 64}", [*payloads(office)[:5], b""]))
    assert findings(report) == ["other-library", "other-library"]


def test_a_note_key_that_was_replaced_has_signed_what_it_signed() -> None:
    office = Office.standard()
    marks = []
    for name in ("note", "note2"):
        plain, public = office.plain(), key(name).public.blob[-32:]
        plain["library"]["note-key"] = verifier_key("docctl/office", public)
        for attempt in (
            lambda plain=plain: office.charter("anna", plain),
            lambda: office.approval("bob", "charter"),
            lambda: office.publication("anna", "charter"),
        ):
            assert office.enter(attempt()) is None
        mark = checkpoint(office.state)
        value = key(name).private.sign(mark.text.encode())
        marks.append(
            replace(mark, signatures=(NoteSignature("docctl/office", key_id("docctl/office", public), value),))
        )
    report = judged(office, *map(str, marks))
    assert (report.verdict, [one.signed for one in report.checkpoints]) == ("lawful", [True, True])
    forged = replace(marks[0], signatures=(replace(marks[0].signatures[0], signature=bytes(64)),))
    assert rules(judged(office, str(forged))) == ["checkpoint-signature"]


# -- age ---------------------------------------------------------------------------------------------------------------


def test_the_newest_evidence_must_not_be_older_than_asked() -> None:
    office = history()
    last = office.state.time
    text, early = text_of(office), text_of(office, 4)

    def at(days: float) -> int:
        return last + int(days * DAY)

    fresh = text + "\n" + REGISTRAR.line(text, at(20))
    old = early + "\n" + REGISTRAR.line(early, at(20))
    future = text + "\n" + REGISTRAR.line(text, at(40))
    known = witness(REGISTRAR)
    for notes, now, more, stale in (
        ((), 7, {}, False),
        ((), 7.1, {}, True),
        ((fresh,), 27, known, False),  # the witness saw just this history later
        ((fresh,), 27.1, known, True),
        ((fresh,), 27, {}, True),  # nobody vouches for that line
        ((old,), 27, known, True),  # seen then was less than this history, which may have stood still
        ((text,), 27, {"stamps": {0: at(20)}}, False),
        ((early,), 27, {"stamps": {0: at(20)}}, True),
        ((future,), 27, known, True),  # a time to come proves nothing
    ):
        report = judged(office, *notes, now=at(now), not_older_than=7, **more)
        assert rules(report) == (["history-stale"] if stale else []), (notes, now)
        assert report.verdict == ("violations" if stale else "lawful")
    assert judged(office, future, now=at(27), **known).checkpoints[0].ahead
    assert not judged(office, fresh, now=at(27), **known).checkpoints[0].ahead
    report = judged(office, old, now=at(40), not_older_than=0, **known)
    assert dict(report.violations[0].values) == {
        "limit": "0", "entries": str(office.state.length), "last": "2026-01-01", "newest": "—",
    }  # fmt: skip


def test_an_entry_from_the_future_leaves_no_age_to_judge() -> None:
    office = history()
    report = judged(office, now=office.state.time - 301, not_older_than=7)
    assert (report.verdict, report.reason) == ("not judged", "clock-behind")
    assert judged(office, now=office.state.time - 299, not_older_than=7).verdict == "lawful"
    # Who does not ask for an age is not judged by a clock.
    assert judged(office, now=office.state.time - 999).verdict == "lawful"


def test_the_report_says_when_the_history_ends() -> None:
    office = history()
    report = judged(office)
    assert (report.last, report.offset, report.since_last) == (office.state.time, "+0400", None)
