"""Entering own entries again behind those of others: their numbers, and what they name, are made to fit.

An entry that a rule now forbids is set aside, with everything of one's own that rests on it; what does not rest on it
is entered all the same. Nothing of what is set aside is lost: its text lies as a draft in the working folder, and the
entry itself stays in this copy (`adapters.marks`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docctl.adapters.worktree import WorkTree
from docctl.core import days
from docctl.core.charter_machine import CHARTER
from docctl.core.events import Amended, Recorded, Submitted, name_of
from docctl.core.message import Entry
from docctl.core.ports import Signer
from docctl.core.rules import RULES
from docctl.core.state import unseal
from docctl.errors import NotFound, Refused
from docctl.library import clock
from docctl.library.book import Book, Draft, folder_of
from docctl.library.deciding import authority_of
from docctl.library.drafting import UNREGISTERED, next_number, next_record

# What names another entry or publication by its number.
_NUMBERS = ("submission", "publication", "base_publication", "base_submission", "form_publication", "entry")


@dataclass(frozen=True, slots=True)
class Own:
    """An own entry that the shared copy does not have: what it asks for, with its files."""

    id: str
    entry: Entry
    files: Mapping[str, bytes] | None


@dataclass(frozen=True, slots=True)
class Aside:
    """An own entry that was not entered again.

    Attributes:
        id: Its commit, which stays in this copy.
        entry: The number that it had here.
        document: What it is about.
        event: `submitted`, `approved`, …
        rule: The rule that now forbids it; `sync-follows`: it rests on another entry that was set aside.
        values: What the rule's sentence names.
        comment: Its words, which nothing else holds.
        draft: Where its text lies, below the working folder; None if it brought none.
    """

    id: str
    entry: int
    document: str
    event: str
    rule: str
    values: Mapping[str, object]
    comment: str = ""
    draft: str | None = None


def own_entry(book: Book, raw: bytes, commit_id: str, signer: Signer) -> Own:
    """An own entry as what it asked for, so that it can be entered on another head.

    Raises:
        Refused: `sync-other-signer`; `sync-unreadable`: there is nothing to be entered again.
    """
    from docctl.signatures import open_seal

    sealed = unseal(commit_id, raw)
    if sealed.entry is None or sealed.commit is None:
        raise Refused("sync-unreadable", id=commit_id[:12])
    if open_seal(sealed.commit.payload, sealed.commit.armor).key != signer.key:
        raise Refused("sync-other-signer", name=sealed.commit.name, document=sealed.entry.subject)
    tree = getattr(sealed.entry.event, "tree", None)
    return Own(commit_id, sealed.entry, book.state.shelf.files(tree) if tree else None)


class Again:
    """Enters own entries on a desk, where nothing is written yet.

    Attributes:
        aside: What could not be entered.
        texts: The texts of those, by the folder where they are to lie: the newest of each.
        entered: How many were entered.
    """

    def __init__(self, desk: Book, root: Path) -> None:
        self.desk = desk
        self.root = root
        self.aside: list[Aside] = []
        self.texts: dict[str, Mapping[str, bytes]] = {}
        self._numbers: dict[int, int] = {}
        self._names: dict[str, str] = {}
        self._records: dict[str, str] = {}
        self._lost: list[tuple[Aside, frozenset[str]]] = []

    @property
    def entered(self) -> int:
        """How many were entered."""
        return len(self._numbers)

    def enter(self, own: Own, signer: Signer) -> None:
        """Enter one, or set it aside.

        Raises:
            Refused: what stands in the way is no rule (clock, another writer).
        """
        entry = own.entry
        if _is_new(entry) and entry.subject in self.desk.state.documents:
            self._names[entry.subject] = self._free_number(entry.subject)
        draft = self._moved(entry, own.files)
        before = self._rests_on(entry)
        if before is not None:
            self._set_aside(own, draft, "sync-follows", {"before": before})
            return
        try:
            signed = self.desk.append(signer, lambda _: draft)
        except Refused as refused:
            if refused.code not in RULES:
                raise
            self._set_aside(own, draft, refused.code, refused.values)
        else:
            self._numbers[entry.sequence] = signed.entry.sequence

    def _rests_on(self, entry: Entry) -> int | None:
        """The number of an entry set aside that this one goes on from, or that it names."""
        named, threads = {getattr(entry.event, name, None) for name in _NUMBERS}, _threads(entry)
        return next((one.entry for one, lost in self._lost if lost & threads or one.entry in named), None)

    def _set_aside(self, own: Own, draft: Draft, rule: str, values: Mapping[str, object]) -> None:
        entry, place = own.entry, None
        if draft.files is not None:
            place = _place(draft)
            self.texts[place] = draft.files
        one = Aside(
            own.id, entry.sequence, entry.subject, name_of(entry.event), rule, dict(values), entry.comment, place
        )
        self.aside.append(one)
        self._lost.append((one, _threads(entry, own=True)))

    def _moved(self, entry: Entry, files: Mapping[str, bytes] | None) -> Draft:
        """What the entry asks for, with the numbers of own entries, documents and records as they are now."""
        event: Any = entry.event
        changed: dict[str, Any] = {
            name: self._numbers[value]
            for name in _NUMBERS
            if (value := getattr(event, name, None)) is not None and value in self._numbers
        }
        changed |= self._record_names(entry)
        subject = self._names.get(entry.subject, entry.subject)
        if files and isinstance(event, Submitted | Recorded | Amended):
            moved = {name: _renumbered(data, self._names) for name, data in files.items()}
            if moved != files:
                files = moved
                changed["content"], changed["tree"] = folder_of(files)
        return Draft(subject, replace(event, **changed), entry.comment, files)

    def _record_names(self, entry: Entry) -> dict[str, Any]:
        """Records are numbered as they come; what names an own one follows it."""
        event: Any = entry.event
        changed: dict[str, Any] = {}
        if isinstance(event, Recorded):
            form = self.desk.state.documents.get(self._names.get(entry.subject, entry.subject))
            offsets = authority_of(self.desk.state).charter.offsets
            today = days.day_of(*clock.reading(self.desk.state.time, offsets))
            if form is not None:
                self._records[event.record] = next_record(form, today.year)
            if event.procedure is not None:
                changed["procedure"] = self._names.get(event.procedure, event.procedure)
        for name in ("record", "session"):
            value = getattr(event, name, None)
            if value in self._records:
                changed[name] = self._records[value]
        record = self.desk.state.records.get(changed.get("record", getattr(event, "record", "")))
        if isinstance(event, Amended) and record is not None:
            changed["amendment"] = len(record.amendments) + 1
        return changed

    def _free_number(self, subject: str) -> str:
        """The next number that neither an entered document has nor a draft that somebody works on."""
        prefix, _, digits = subject.rpartition("-")
        lying = [place.name for place in (self.root / "drafts").glob("*")]
        return next_number(prefix, [*self.desk.state.documents, *lying], len(digits))


def keep_texts(work: WorkTree, texts: Mapping[str, Mapping[str, bytes]]) -> None:
    """See to it that texts lie in the working folder, and that the next laying out leaves them there.

    A folder that holds anything is left as it is: it holds the same text, or what somebody made of it since.

    Raises:
        Refused, Unavailable: as `WorkTree.lay`.
    """
    for place, files in texts.items():
        try:
            there = bool(work.read_folder(place))
        except NotFound:
            there = False
        except Refused:
            there = True
        if not there:
            work.lay(place, files)
    work.spare(place.removeprefix("drafts/") for place in texts if place.startswith("drafts/"))


def _place(draft: Draft) -> str:
    """Where the files of an entry set aside lie: a text with the drafts, a record with those not registered yet."""
    event: Any = draft.event
    if isinstance(event, Amended):
        return f"{UNREGISTERED}/{event.record}-A{event.amendment}"
    return f"{UNREGISTERED}/{event.record}" if isinstance(event, Recorded) else f"drafts/{draft.subject}"


def _threads(entry: Entry, *, own: bool = False) -> frozenset[str]:
    """The document or the record that an entry goes on; and, unless its own alone is asked for, those that it names."""
    event: Any = entry.event
    record = getattr(event, "record", None)
    mine = frozenset((record or entry.subject,))
    if own:
        return mine
    return mine | {getattr(event, "session", None) or "", *(getattr(event, "records", None) or ())}


def _is_new(entry: Entry) -> bool:
    """Whether it is the first entry of its document, whose number somebody else may have taken meanwhile."""
    return isinstance(entry.event, Submitted) and entry.previous is None and entry.subject != CHARTER


def _renumbered(data: bytes, names: Mapping[str, str]) -> bytes:
    """A text, or a record, whose heading names documents by their new numbers."""
    for old, new in names.items():
        line = re.compile(rf"^(id|form|procedure): *(['\"]?){re.escape(old)}\2 *$".encode(), re.MULTILINE)
        data = line.sub(rb"\g<1>: " + new.encode(), data, count=1)
    return data
