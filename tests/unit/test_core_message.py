"""Messages and commits: exact to the byte in both directions, and nothing but Malformed out of garbage."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import Office, key, text_files
from strategies import SAMPLES, entries_of, mutated

from docctl.core import commit, events, fields
from docctl.core.events import CLASSES, GRAMMAR, Approved, Commented, Read, Submitted, name_of
from docctl.core.message import Entry, decode, encode
from docctl.errors import Malformed

ENTRY = Entry("self", 1, "PRO-01", None, 0, Commented(submission=3), "Why")


@pytest.mark.parametrize("name", sorted(CLASSES))
@given(data=st.data())
@settings(max_examples=settings.default.max_examples // 8)
def test_what_is_encoded_is_decoded(name, data):
    entry = data.draw(entries_of(name))
    message = encode(entry)
    assert decode(message) == entry
    assert encode(decode(message)) == message
    assert message.endswith(b"\n")
    assert message.startswith(f"{name} {entry.subject}".encode())


@pytest.mark.parametrize("entry", SAMPLES, ids=lambda entry: name_of(entry.event))
def test_an_entry_of_each_event_is_written_and_read(entry):
    assert decode(encode(entry)) == entry


@given(st.binary(max_size=400))
def test_any_bytes_are_an_entry_or_malformed(data):
    try:
        entry = decode(data)
    except Malformed as error:
        assert error.code.startswith("message-")
    else:
        assert encode(entry) == data


@given(data=st.data())
def test_a_changed_message_is_malformed_or_says_exactly_what_it_says(data):
    message = data.draw(mutated(encode(data.draw(st.sampled_from(SAMPLES)))))
    try:
        entry = decode(message)
    except Malformed as error:
        assert error.code.startswith("message-")
    else:
        assert encode(entry) == message


def test_a_message_cut_short_inside_a_line_is_malformed():
    message = encode(ENTRY)
    for cut in range(len(message)):
        if message[cut - 1 : cut] != b"\n" or cut < message.index(b"Docctl-Charter"):
            with pytest.raises(Malformed):
                decode(message[:cut])


BAD_VALUES = {
    "a day of 1799": Submitted(kind="adoption", revision=1, content="0" * 64, effective=date(1799, 12, 31)),
    "a kind that there is not": Submitted(kind="memo", revision=1, content="0" * 64),
    "a revision of nought": Submitted(kind="revision", revision=0, content="0" * 64),
    "a negative number": Commented(submission=-1),
    "a number too large": Commented(submission=10**9),
    "a digest too short": Submitted(kind="revision", revision=1, content="0" * 63),
    "nobody": Read(publication=1, revision=1, content="0" * 64, language="az", persons=()),
    "two in one word": Read(publication=1, revision=1, content="0" * 64, language="az", persons=("a,b",)),
    "the same twice": Read(publication=1, revision=1, content="0" * 64, language="az", persons=("a", "a")),
    "a line end in a line": Commented(submission=1, paragraph="one\ntwo"),
    "a line that hides": Commented(submission=1, paragraph="one\u202etwo"),
    "an empty line": Commented(submission=1, paragraph=""),
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_what_could_not_be_read_is_not_written(name):
    event = BAD_VALUES[name]
    with pytest.raises(Malformed):
        encode(Entry("self", 1, "PRO-01", None, 0, event, "Why"))


@pytest.mark.parametrize(
    "entry",
    [
        Entry("other", 1, "PRO-01", None, 0, ENTRY.event, "Why"),
        Entry("self", -1, "PRO-01", None, 0, ENTRY.event, "Why"),
        Entry("self", 10**9, "PRO-01", None, 0, ENTRY.event, "Why"),
        Entry("self", 1, "pro-01", None, 0, ENTRY.event, "Why"),
        Entry("self", 1, "PRO-01\nDocctl-Charter: 1", None, 0, ENTRY.event, "Why"),
        Entry("self", 1, "PRO-01", -1, 0, ENTRY.event, "Why"),
        Entry("self", 1, "PRO-01", None, 10**9, ENTRY.event, "Why"),
        Entry("self", 1, "PRO-01", None, 0, ENTRY.event, ""),
        Entry("self", 1, "PRO-01", None, 0, ENTRY.event, "Docctl-Event: approved"),
        Entry("self", 1, "PRO-01", None, 0, ENTRY.event, "one\n\nDocctl-Format: v1\ntwo"),
        Entry("self", 1, "PRO-01", None, 0, ENTRY.event, " \n"),
        Entry("self", 1, "PRO-01", None, 0, ENTRY.event, "one \ntwo"),
        Entry("self", 1, "PRO-01", None, 0, ENTRY.event, "e\u0301"),
        Entry("self", 1, "PRO-01", None, 0, ENTRY.event, "x" * 8001),
    ],
)
def test_an_entry_that_no_message_can_hold_is_not_written(entry):
    with pytest.raises(Malformed):
        encode(entry)


def test_a_later_format_is_told_from_a_broken_message():
    message = encode(ENTRY)
    with pytest.raises(Malformed, match="message-format"):
        decode(message.replace(b"Docctl-Format: v1", b"Docctl-Format: v2"))
    with pytest.raises(Malformed, match="message-grammar"):
        decode(message.replace(b"Docctl-Format: v1", b"Docctl-Formal: v1"))


def test_a_comment_may_look_like_anything_but_a_trailer():
    for text in ("Format: v1", "one\n\n\ntwo", "submitted PRO-01 revision 1", "  indented", "Docctl is good", "— ə\nİ"):
        entry = Entry("self", 1, "PRO-01", None, 0, Commented(submission=3), text)
        assert decode(encode(entry)) == entry


def test_the_grammar_of_v1_is_what_it_was_when_the_first_library_was_founded():
    told = "\n".join(
        f"{name}: " + " ".join(f.trailer[7:-2] + ("" if f.required else "?") for f in GRAMMAR[kind])
        for name, kind in CLASSES.items()
    )
    assert told == GRAMMAR_V1


GRAMMAR_V1 = """\
founded: Content Tree
submitted: Kind Revision Content Tree? Type? Owner? Languages? Title? Base-Publication? Base-Submission? Corrects? Effective? Expires? Act-Kind? Act-Number? Act-Date? Successor? Records? Extends? Units? Request?
approved: Submission Revision Content Role Meaning Body? Language? Acting-For? Basis?
rejected: Submission Revision Content Role Acting-For? Basis?
commented: Submission? Publication? Paragraph?
cancelled: Submission
published: Submission Revision Content Effective Act-Kind? Act-Number? Act-Date? Acting-For? Basis?
rescheduled: Publication Revision Effective Acting-For? Basis?
reviewed: Publication Revision Verdict Edition? Checked? Acting-For? Basis?
suspended: Key
reaffirmed: Entry
read: Publication Revision Content Language Persons Session? Result?
issued: Publication Revision Copy Language Holder Place? Medium File Replaces? Acting-For? Basis?
returned: Copy Outcome Place? Witness? Acting-For? Basis?
attached: Publication Revision Content Tree Kind? Language?
recorded: Record Form-Publication Form-Revision Procedure? Procedure-Revision? Content Tree Sealed? Signers? Title? Access? Closed? Acting-For? Basis?
countersigned: Record Content Meaning? Acting-For? Basis?
amended: Record Amendment Content Tree Sealed? Acting-For? Basis?
held: Record Basis?
released: Record
disposed: Submission Content Records Method? Keys? Receiver?"""


def test_an_event_has_one_name():
    assert name_of(Approved(submission=1, revision=1, content="", role="head", meaning="approved")) == "approved"
    assert set(events.TEXT_KINDS) < set(events.KINDS)


# -- fields ----------------------------------------------------------------------------------------------------------


@given(st.text(max_size=80))
def test_any_text_is_a_line_or_malformed(text):
    try:
        assert fields.line(text) == text
    except Malformed:
        return
    assert text == text.strip()
    assert "\n" not in text
    assert fields.is_readable(text)


@given(st.text(max_size=80))
def test_what_python_can_print_is_readable(text):
    if text.replace("\n", "").isprintable():
        assert fields.is_readable(text)


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u200b", "\ufeff", "\u2028", "\x1b", "\x00", "\x7f", "\ue000", "\u00ad", "\U000e0041"]
)
def test_what_cannot_be_seen_is_refused(hidden):
    assert not fields.is_readable(f"a{hidden}b")
    with pytest.raises(Malformed):
        fields.line(f"a{hidden}b")
    with pytest.raises(Malformed):
        fields.comment(f"a{hidden}b")


# -- commits ---------------------------------------------------------------------------------------------------------


def raw_commit():
    office = Office.standard()
    return office.sealed(office.submission("anna", "POL-01", text_files("POL-01", "Mətn")))[0]


RAW = raw_commit()


def reassembles(raw):
    found = commit.parse(raw)
    assert commit.signed(found.payload, found.armor.decode()) == raw
    assert found.id == commit.object_id("commit", raw)
    assert found.tree == commit.tree_of(raw)
    assert found.parent == commit.parent_of(raw)
    who, when = (found.name, found.email), (found.at, found.offset)
    assert commit.unsigned(found.tree, found.parent, who, when, found.message) == found.payload


def test_a_commit_is_its_payload_and_its_signature():
    reassembles(RAW)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_commit_or_malformed(data):
    with pytest.raises(Malformed):
        commit.parse(data)
    commit.tree_of(data)
    commit.parent_of(data)


@given(mutated(RAW))
def test_a_changed_commit_is_malformed_or_still_payload_and_signature(data):
    try:
        commit.parse(data)
    except Malformed:
        commit.tree_of(data)
        commit.parent_of(data)
    else:
        reassembles(data)


@given(st.binary(max_size=200))
def test_any_message_stands_behind_a_payload(message):
    payload = commit.unsigned("1" * 40, "2" * 40, ("Ə", "a@b"), (7, "+0400"), message)
    raw = commit.signed(payload, key("anna").sign(payload, "git"))
    found = commit.parse(raw)
    assert (found.payload, found.message, found.at, found.name) == (payload, message, 7, "Ə")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"tree ", b"tree  "),
        (b"+0400", b"+1500"),
        (b"+0400", b"+0460"),
        (b"+0400", b"0400"),
        (b" <anna@office.example>", b" <anna@office.example> "),
        (b"> 17", b"> 017"),
        (b"author Anna", b"author "),
        (b"\nauthor", b"\r\nauthor"),
        (b"author Anna", b"author An\x00na"),
        (b"author Anna", b"author An\xffna"),
    ],
)
def test_another_spelling_is_another_commit_and_refused(old, new):
    assert old in RAW
    with pytest.raises(Malformed):
        commit.parse(RAW.replace(old, new))


def test_the_offset_ends_at_fourteen_fifty_nine():
    assert commit.parse(RAW.replace(b"+0400", b"-1459")).offset == "-1459"
