"""Messages that say another thing, or the same thing otherwise, or from another place: all signed by an enrolled key."""

from __future__ import annotations

import re
from functools import partial

from attack import CLEAN, GOOD, REFUSED, Group
from doors.realoffice import stock
from test_attack_commits import message, odd

from docctl.adapters.gitledger import GitLedger
from docctl.library import founding

GROUP = Group("The entry in the message")
M, F, C = "message-grammar", "message-field", "message-comment"
FORMAT = b"\n\nDocctl-Format: v1\n"


def tail(more):
    return lambda payload: payload + more


def value(name, new):
    """Another value behind one trailer."""
    return lambda payload: re.sub(rb"(?m)^" + name + rb": .*$", name + b": " + new, payload)


def line_of(payload, name):
    return re.search(rb"(?m)^" + name + rb": .*\n", payload).group()


def folded(payload):
    return re.sub(rb"(?m)^(Docctl-Library: .{32})", rb"\1\n ", payload)


def twice(name):
    return lambda payload: payload.replace(line_of(payload, name), line_of(payload, name) * 2)


def moved(name):
    def change(payload):
        line = line_of(payload, name)
        return payload.replace(line, b"") + line

    return change


def dropped(name):
    return lambda payload: payload.replace(line_of(payload, name), b"")


ODD = (
    ("Trailer twice", "`Docctl-Document` stands twice; git gives both", M, twice(b"Docctl-Document")),
    ("Second trailer of another value", "a second `Docctl-Document` names another document", M,
     lambda payload: payload.replace(b"Docctl-Document: POL-07\n", b"Docctl-Document: POL-07\nDocctl-Document: PRO-07\n")),
    ("Second block of trailers", "two blocks that each look whole", C,
     lambda payload: payload + b"\n" + payload.partition(FORMAT)[1][2:] + payload.partition(FORMAT)[2]),
    ("Trailers not last", "text stands behind the trailers", M, tail(b"\nand so on\n")),
    ("Divider", "`---` before the trailers, behind which git reads nothing", C,
     message(FORMAT, b"\n---\nDocctl-Subject: x" + FORMAT)),
    ("Trailer in the comment", "the comment has a line that looks like a trailer", C,
     message(b"A remark", b"A remark\nDocctl-Document: PRO-07")),
    ("Folded trailer", "a value goes on in the next line", M, folded),
    ("Trailers in another order", "`Docctl-Document` at the end", M, moved(b"Docctl-Document")),
    ("Trailer missing", "`Docctl-Document` is left out", M, dropped(b"Docctl-Document")),
    ("No place in the charter", "`Docctl-Charter` is left out", "charter-wrong", dropped(b"Docctl-Charter")),
    ("Unknown trailer", "a field that the event does not have", M, tail(b"Docctl-Effect: none\n")),
    ("Field of another event", "a remark with the quorum's field", M, tail(b"Docctl-Role: head\n")),
    ("Unknown event", "`Docctl-Event: blessed`", "message-event", value(b"Docctl-Event", b"blessed")),
    ("Event in capitals", "`Docctl-Event: Commented`", "message-event", value(b"Docctl-Event", b"Commented")),
    ("Name in small letters", "`docctl-document: POL-07`", M, message(b"\nDocctl-Document", b"\ndocctl-document")),
    ("No space behind the colon", "`Docctl-Document:POL-07`", M, message(b"Document: ", b"Document:")),
    ("Two spaces behind the colon", "`Docctl-Document:  POL-07`", F, message(b"Document: ", b"Document:  ")),
    ("Space behind a value", "`POL-07 `", F, value(b"Docctl-Document", b"POL-07 ")),
    ("Tab in a value", "`POL-07` and a tab", F, value(b"Docctl-Document", b"POL-07\t")),
    ("Carriage returns between trailers", "CR LF", F, message(b"Document: POL-07\n", b"Document: POL-07\r\n")),
    ("Look-alike id", "a Cyrillic letter in the document's id", F, value(b"Docctl-Document", "РOL-07".encode())),
    ("Number with a leading zero", "the sequence number as `00…`", F,
     lambda payload: re.sub(rb"(Docctl-Sequence: )", rb"\g<1>00", payload)),
    ("Number with a sign", "`+36`", F, lambda payload: re.sub(rb"(Docctl-Sequence: )", rb"\g<1>+", payload)),
    ("Digits of another script", "the sequence number in Arabic digits", F,
     value(b"Docctl-Sequence", "٣٦".encode())),
    ("Enormous number", "a sequence number of 40 digits", F, value(b"Docctl-Sequence", b"9" * 40)),
    ("Subject line of another document", "the first line says PRO-07, the trailers POL-07", M,
     message(b"commented POL-07", b"commented PRO-07")),
    ("Subject line of another event", "the first line says approved", M, message(b"commented", b"approved")),
    ("Comment that ends in blanks", "a blank at a line's end", C, message(b"A remark", b"A remark ")),
    ("Comment missing", "a remark without words", C, message(b"A remark\n\n", b"")),
    ("Line separators in the comment", "U+2028 between two lines", C, message(b"A remark", "A \u2028 remark".encode())),
    ("Library of others", "the id of another library", "library-other", value(b"Docctl-Library", b"0" * 64)),
    ("Library called self", "as in a founding entry", "library-other", value(b"Docctl-Library", b"self")),
    ("Replayed number", "the sequence number of the entry before", "sequence-wrong",
     lambda payload: re.sub(rb"(?<=Sequence: )\d+", lambda n: b"%d" % (int(n[0]) - 1), payload)),
    ("Number ahead", "a sequence number is left out", "sequence-wrong",
     lambda payload: re.sub(rb"(?<=Sequence: )\d+", lambda n: b"%d" % (int(n[0]) + 1), payload)),
    ("Wrong predecessor", "another previous entry of the document", "previous-wrong", value(b"Docctl-Previous", b"1")),
    ("Wrong charter", "an older charter is named", "charter-wrong", value(b"Docctl-Charter", b"3")),
    ("Founding again", "`Docctl-Event: founded` in the middle", "founding-again",
     lambda payload: re.sub(
         rb"(?s)Docctl-Event: commented.*", b"Docctl-Event: founded\nDocctl-Document: charter\nDocctl-Content: "
         + b"0" * 64 + b"\nDocctl-Tree: " + b"0" * 40 + b"\n",
         payload.replace(b"commented POL-07\n\nA remark", b"founded charter"))),
    ("Format of the past", "`Docctl-Format: v0`", M, value(b"Docctl-Format", b"v0")),
    ("Words that nobody defined", "an ordinary commit of an enrolled key", M,
     lambda payload: payload.partition(b"\n\n")[0] + b"\n\nFix a typo\n"),
)  # fmt: skip
for name, what, code, change in ODD:
    GROUP.attack(name, what, GOOD, CLEAN, code)(partial(odd, change))


@GROUP.attack("Format of the future", "`Docctl-Format: v2`", GOOD, CLEAN, reason="format-newer")
def future(scene):
    scene.expected = None
    odd(value(b"Docctl-Format", b"v2"), scene)


@GROUP.attack(
    "Commit made elsewhere by somebody's key",
    "an enrolled person's signed commit in another project takes the place of the history",
    GOOD, CLEAN, M,
)  # fmt: skip
def elsewhere(scene):
    other = scene.place / "other"
    stock("init", "-q", "-b", "main", str(other), cwd=scene.place)
    words = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={scene.built / 'keys/bob'}", "commit", "-q")
    stock(*words, "-S", "--allow-empty", "-m", "Fix a typo", cwd=other)
    one = stock("rev-parse", "main", cwd=other)
    scene.put("tree", b"")
    raw = stock("cat-file", "commit", one, cwd=other).encode() + b"\n"
    scene.first, scene.expected = 0, None
    assert scene.append(raw) == one


@GROUP.attack(
    "The same, made in a clone of the library",
    "`git commit -S` by an enrolled person, with a parent that fits",
    GOOD, CLEAN, M,
)  # fmt: skip
def in_a_clone(scene):
    words = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={scene.built / 'keys/bob'}", "commit", "-q")
    scene.stock(*words, "-S", "--allow-empty", "--no-verify", "-m", "Fix a typo")


@GROUP.attack(
    "Another library of the same people",
    "its founding entry takes the place of the history",
    GOOD, CLEAN, "anchor-differs",
)  # fmt: skip
def another_library(scene):
    founder = founding.Founder(
        "anna", "Anna", "anna@office.example", "QM", scene.signer("anna"), scene.signer("recovery")
    )
    with founding.found_library(scene.place / "twin", founder, {"az": "A", "en": "A"}, home=scene.home) as twin:
        with GitLedger.open(twin.root) as ledger:
            raw = next(ledger.commits(None, ledger.head()))[1]
        scene.stock("fetch", "-q", str(twin.root), "main")
    scene.first, scene.expected = 0, None
    scene.append(raw)


@GROUP.attack(
    "Unsigned words", "`git commit --amend`: the last entry's words are changed", REFUSED, CLEAN, "signature-missing"
)
def amended(scene):
    scene.first -= 1
    scene.expected = None
    scene.stock("commit", "-q", "--amend", "--allow-empty", "--no-verify", "-m", "approved PRO-07 revision 1")


test_each = GROUP.tried()
