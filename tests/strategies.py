"""Hypothesis strategies for the core's values, in one place: whatever they make is lawful in form."""

from __future__ import annotations

import base64
import unicodedata
from datetime import date
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from docctl.core import events, fields
from docctl.core.events import CLASSES, NEEDS_COMMENT
from docctl.core.message import Entry
from docctl.errors import Malformed

words = st.sampled_from(("a", "head", "quality-manager", "x1", "deputy-2-3", "z" * 40, "reviewer"))
identifiers = st.builds("{}-{}".format, st.sampled_from(("P", "PRO", "FRM-01", "A1B2")), st.integers(0, 10**9).map(str))
languages = st.sampled_from(("az", "en", "ru", "zz"))
digests = st.integers(0, 2**256 - 1).map("{:064x}".format)
trees = st.integers(0, 2**160 - 1).map("{:040x}".format)
sequences = st.integers(0, 999_999_999)
numbers = st.integers(1, 999_999_999)
days = st.dates(date(1800, 1, 1), date(2999, 12, 31))
texts = st.text("abz ƏəİışğÇ.,:;-'\"!?()0159\u00e9Жя", max_size=20)


def _fingerprint(digest: bytes) -> str:
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _is_line(text: str) -> bool:
    try:
        fields.line(text)
    except Malformed:
        return False
    return True


def _is_comment(text: str) -> bool:
    try:
        fields.comment(text)
    except Malformed:
        return False
    return bool(text)


lines = (
    st.one_of(texts, st.text(max_size=8)).map(lambda text: unicodedata.normalize("NFC", text.strip())).filter(_is_line)
)
comments = (
    st.lists(st.one_of(texts, st.just("")), min_size=1, max_size=4)
    .map(lambda parts: "\n".join(unicodedata.normalize("NFC", part).rstrip() for part in parts).strip("\n"))
    .filter(_is_comment)
)

# By the annotation itself, so that a new kind of field without a strategy is noticed.
BY_CODEC: dict[int, st.SearchStrategy[Any]] = {
    id(kind.__metadata__[0]): strategy
    for kind, strategy in (
        (fields.Sequence, sequences),
        (fields.Number, numbers),
        (fields.Digest, digests),
        (fields.Tree, trees),
        (fields.Identifier, identifiers),
        (fields.Identifiers, st.lists(identifiers, min_size=1, max_size=3, unique=True).map(tuple)),
        (fields.Word, words),
        (fields.Words, st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)),
        (fields.Language, languages),
        (fields.Languages, st.lists(languages, min_size=1, max_size=3, unique=True).map(tuple)),
        (fields.Line, lines),
        (fields.Day, days),
        (fields.Fingerprint, st.binary(min_size=32, max_size=32).map(_fingerprint)),
        (events.Kind, st.sampled_from(events.KINDS)),
        (events.ActKind, st.sampled_from(("serencam", "emr", "decision", "other"))),
        (events.Verdict, st.sampled_from(("keep", "change", "withdraw"))),
        (events.Outcome, st.sampled_from(("received", "returned", "destroyed", "lost"))),
        (events.Medium, st.sampled_from(("paper", "file"))),
        (events.Meaning, st.sampled_from(("checked", "agreed", "approved"))),
    )
}


def events_of(name: str) -> st.SearchStrategy[Any]:
    """Events of one class, every optional field there or not."""
    kind = CLASSES[name]
    hints = get_type_hints(kind, include_extras=True)
    parts = {}
    for field in events.GRAMMAR[kind]:
        hint = hints[field.attribute]
        annotated = next((arm for arm in get_args(hint) if hasattr(arm, "__metadata__")), hint)
        strategy = BY_CODEC[id(annotated.__metadata__[0])]
        parts[field.attribute] = strategy if field.required else st.none() | strategy
    return st.builds(kind, **parts)


def entries_of(name: str) -> st.SearchStrategy[Entry]:
    """Entries around them."""
    needs = CLASSES[name] in NEEDS_COMMENT
    return st.builds(
        Entry,
        library=st.just("self") | digests,
        sequence=sequences,
        subject=st.just("charter") | identifiers,
        previous=st.none() | sequences,
        charter=st.none() | sequences,
        event=events_of(name),
        comment=comments if needs else st.just("") | comments,
    )


def sample(name: str, *, whole: bool) -> Entry:
    """One fixed entry of a class, with every optional field or with none."""
    kind = CLASSES[name]
    hints = get_type_hints(kind, include_extras=True)
    parts = {}
    for field in events.GRAMMAR[kind]:
        hint = hints[field.attribute]
        annotated = next((arm for arm in get_args(hint) if hasattr(arm, "__metadata__")), hint)
        parts[field.attribute] = _FIXED[id(annotated.__metadata__[0])] if field.required or whole else None
    return Entry("ab" * 32, 12, "PRO-01", 11 if whole else None, 4, kind(**parts), "Çünki belədir\n\nİki")


_FIXED: dict[int, Any] = {
    id(kind.__metadata__[0]): value
    for kind, value in (
        (fields.Sequence, 11),
        (fields.Number, 2),
        (fields.Digest, "0a" * 32),
        (fields.Tree, "0b" * 20),
        (fields.Identifier, "PRO-02"),
        (fields.Identifiers, ("FRM-01-2026-0001", "FRM-01-2026-0002")),
        (fields.Word, "quality-manager"),
        (fields.Words, ("anna", "bob")),
        (fields.Language, "az"),
        (fields.Languages, ("az", "en")),
        (fields.Line, "Sənədlərin idarə edilməsi"),
        (fields.Day, date(2026, 5, 1)),
        (fields.Fingerprint, _fingerprint(bytes(32))),
        (events.Kind, "revision"),
        (events.ActKind, "emr"),
        (events.Verdict, "keep"),
        (events.Outcome, "lost"),
        (events.Medium, "paper"),
        (events.Meaning, "checked"),
    )
}
SAMPLES = tuple(sample(name, whole=whole) for name in CLASSES for whole in (False, True))

entries = st.sampled_from(sorted(CLASSES)).flatmap(entries_of)


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with one to three small changes: cut, doubled, exchanged, put in."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        upto = draw(st.integers(at, min(len(data), at + 12)))
        what = draw(st.sampled_from(("cut", "double", "put", "swap line")))
        if what == "cut":
            data = data[:at] + data[upto:]
        elif what == "double":
            data = data[:upto] + data[at:upto] + data[upto:]
        elif what == "put":
            data = data[:at] + draw(st.sampled_from(PIECES) | st.binary(max_size=4)) + data[upto:]
        else:
            lines = data.split(b"\n")
            one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
            lines[one], lines[other] = lines[other], lines[one]
            data = b"\n".join(lines)
    return data


PIECES = (
    b"\n", b"\n\n", b" ", b"\r\n", b"\x00", b"\xff", b"0", b"-1", b"1e9", b"9" * 5000, b"Docctl-Format: v1\n", b"Docctl-",
    b"gpgsig ", b"parent ", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"---\n", b"&a ", b"*a", b"!!python/object:os.system ", b"? ",
    b"[" * 50, b"{" * 50, b"- " * 50, b"<<: ", b"\xc4\xb0", b"+", b"=",
)  # fmt: skip

__all__ = ["PIECES", "SAMPLES", "entries", "entries_of", "mutated"]
