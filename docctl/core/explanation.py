"""One entry explained: a value that says what the judge looked at, without a word for people in it.

`explain` takes the state before and behind an entry, what the judge said of it, and the end of the ledger; it decides
nothing and knows no rule by itself. An entry whose bytes follow no grammar is explained as far as it can be read; what
such an entry says of itself is a claim, and nobody vouches for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docctl.core import days
from docctl.core.authority import Authority
from docctl.core.charter import RECOVERY
from docctl.core.commit import Commit
from docctl.core.difference import Difference
from docctl.core.events import Approved, name_of
from docctl.core.examined import examined, row
from docctl.core.fate import NOTHING, Ending, Fate, fate
from docctl.core.message import Entry
from docctl.core.model import Document, Signed, Violation
from docctl.core.rules import RULES
from docctl.core.standing import Standing, standing
from docctl.core.state import Sealed

KEY, DEVICE, PASSKEY = "key", "device", "passkey"

_AUTHOR = re.compile(rb"\nauthor ([^\n<]{1,200}) <([^\n>]{1,200})> ([0-9]{1,11}) ([+-](?:0[0-9]|1[0-4])[0-5][0-9])\n")
_EVENT = re.compile(rb"\nDocctl-Event: ([a-z]{1,20})\n")
_SUBJECT = re.compile(rb"\nDocctl-Document: ([A-Za-z0-9-]{1,60})\n")


@dataclass(frozen=True, slots=True)
class Signing:
    """The signature of an entry.

    Attributes:
        name: Who the entry says signed, with e-mail; a claim until the key is enrolled for that person.
        opened: Whether it could be looked at: False where the entry's shell follows no grammar.
        problem: Rule code of what is wrong with it, or None.
        method: "key" (file or agent), "device" (FIDO), "passkey" (browser); "" where unknown.
        algorithm: Signature algorithm, `ssh-ed25519`.
        fingerprint: `SHA256:…` of the key; "" where unreadable.
        verified_user: Whether the device asked for PIN or finger; None where the kind of key knows no such thing.
        known: Whether the key was enrolled, or the recovery key, or named by the open proposal for the charter.
    """

    name: str = ""
    email: str = ""
    opened: bool = False
    problem: str | None = None
    method: str = ""
    algorithm: str = ""
    fingerprint: str = ""
    verified_user: bool | None = None
    known: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One rule that was examined: its code, and the clause of ISO 9001:2015 that it serves ("" if none)."""

    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One entry explained.

    Attributes:
        event: Its name; "" where it cannot be read.
        document: Document, form, or `charter`.
        at: Seconds since 1970 UTC, with `offset`; None where it cannot be read.
        readable: Whether it follows the grammar; where not, event, document and time are what it claims.
        keeps_rules: Whether it keeps every rule. Whether the library is the right one is another question.
        standing: None where nothing can be said of it: no authority before a founding, no readable entry.
        body: Of an approval: digest of the pages seen before signing; "" where none is stated.
        bodies: The same of each earlier approval of that proposal that states one: (entry, digest).
        previous: The last lawful entry of the same document or record, or None.
        checks: Every rule that was examined and kept; empty where one is broken.
        violation: The rule that it breaks, or None.
        fate: None where there is no lawful library to look back from.
    """

    entry: int
    commit: str
    event: str
    document: str
    revision: int | None
    kind: str
    comment: str
    at: int | None
    offset: str
    readable: bool
    keeps_rules: bool
    signature: Signing
    standing: Standing | None
    content: str
    change: Difference
    previous: int | None
    checks: tuple[Check, ...]
    violation: Violation | None
    fate: Fate | None
    body: str = ""
    bodies: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """An entry with what stood before it and what came of it.

    Attributes:
        raw: The commit's bytes.
        before: The authority before it; None before the founding.
        after: The authority behind it.
        thread: The document, or the charter, before it; `followed` behind it.
        change: Which files differ from the last lawful entry's.
        previous: The last lawful entry of the same document or record before it.
        ending: The end of the ledger; None where no library was founded.
    """

    number: int
    raw: bytes
    sealed: Sealed
    violation: Violation | None
    before: Authority | None
    after: Authority | None
    thread: Document | None
    followed: Document | None
    change: Difference
    previous: int | None
    ending: Ending | None


def explain(scene: Scene) -> Explanation:
    """What can be said of an entry."""
    commit, entry = scene.sealed.commit, scene.sealed.entry
    claim = _claims(scene.raw)
    event: Any = entry.event if entry else None
    authority = scene.before or scene.after
    signed = _signed(scene)
    whose = None
    if authority is not None and signed is not None and scene.ending is not None:
        upto = tuple(one for one in scene.ending.charters if one[0] < max(scene.number, 1))
        whose = standing(authority, signed, upto, scene.thread, scene.followed)
    return Explanation(
        entry=scene.number,
        commit=scene.sealed.id,
        event=name_of(event) if entry else claim["event"],
        document=entry.subject if entry else claim["document"],
        revision=getattr(event, "revision", None),
        kind=_kind(scene, entry),
        comment=entry.comment if entry else "",
        at=commit.at if commit else claim["at"],
        offset=commit.offset if commit else claim["offset"],
        readable=entry is not None,
        keeps_rules=scene.violation is None,
        signature=_signing(scene, claim, whose),
        standing=whose,
        content=getattr(event, "content", None) or "",
        change=scene.change,
        previous=scene.previous,
        checks=_checks(scene, entry) if scene.violation is None else (),
        violation=scene.violation,
        fate=_fate(scene, entry),
        body=getattr(event, "body", None) or "",
        bodies=_bodies(scene, event),
    )


def _signed(scene: Scene) -> Signed | None:
    """The entry as the machine sees it, whatever its signature is worth."""
    commit, entry, seal = scene.sealed.commit, scene.sealed.entry, scene.sealed.seal
    if commit is None or entry is None or seal is None:
        return None
    day = days.day_of(commit.at, commit.offset)
    return Signed(entry, seal.key, commit.name, commit.email, commit.at, commit.offset, day)


def _kind(scene: Scene, entry: Entry | None) -> str:
    """The kind of proposal that the entry makes, decides on or carries out."""
    stated: str = getattr(entry.event, "kind", None) or "" if entry else ""
    names = ("submitted", "approved", "rejected", "published", "cancelled", "disposed")
    if stated or entry is None or name_of(entry.event) not in names:
        return stated if entry and name_of(entry.event) == "submitted" else ""
    proposal = scene.thread.proposal if scene.thread else None
    return proposal.kind if proposal else ""


def _bodies(scene: Scene, event: Any) -> tuple[tuple[int, str], ...]:
    """What the approvals before this one say was seen."""
    proposal = scene.thread.proposal if scene.thread else None
    if not isinstance(event, Approved) or proposal is None or proposal.entry != event.submission:
        return ()
    return tuple((one.by.entry, one.body) for one in proposal.approvals if one.body)


def _signing(scene: Scene, claim: dict[str, Any], whose: Standing | None) -> Signing:
    commit: Commit | None = scene.sealed.commit
    seal = scene.sealed.seal
    if commit is None or seal is None:
        shell = scene.violation.rule if scene.violation else scene.sealed.problem
        return Signing(claim["name"], claim["email"], problem=shell)
    passkey, device = seal.algorithm.startswith("webauthn-"), seal.algorithm.startswith("sk-")
    return Signing(
        name=commit.name,
        email=commit.email,
        opened=True,
        problem=seal.problem,
        method=PASSKEY if passkey else DEVICE if device else KEY if seal.key else "",
        algorithm=seal.algorithm,
        fingerprint=seal.fingerprint,
        verified_user=seal.verified_user,
        known=bool(whose and (whose.person or whose.ground == RECOVERY)),
    )


def _checks(scene: Scene, entry: Entry | None) -> tuple[Check, ...]:
    if entry is None:
        return ()
    name = row(name_of(entry.event), _kind(scene, entry), charter=entry.subject == "charter")
    algorithm = scene.sealed.seal.algorithm if scene.sealed.seal else ""
    codes = examined(name, algorithm, first=scene.before is None)
    return tuple(Check(code, RULES[code].clause) for code in codes)


def _fate(scene: Scene, entry: Entry | None) -> Fate | None:
    if scene.violation is not None or entry is None:
        return Fate(NOTHING)
    if scene.ending is None or scene.sealed.seal is None:
        return None
    return fate(scene.number, entry.event, scene.sealed.seal.fingerprint, scene.ending)


def _claims(raw: bytes) -> dict[str, Any]:
    """What bytes of any kind claim: who, when, which event, which document."""
    who, event, subject = (one.search(raw) for one in (_AUTHOR, _EVENT, _SUBJECT))
    return {
        "name": who[1].decode("utf-8", "replace") if who else "",
        "email": who[2].decode("utf-8", "replace") if who else "",
        "at": int(who[3]) if who else None,
        "offset": who[4].decode() if who else "",
        "event": event[1].decode() if event else "",
        "document": subject[1].decode() if subject else "",
    }
