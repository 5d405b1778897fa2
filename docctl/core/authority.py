"""Who may act, as of an entry: the charter in force with its keys, suspensions and compromises.

An authority is a value; `charter_machine` makes the next one from it. Nothing here asks a clock: the day is the
entry's own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from docctl.core.charter import RECOVERY_IDENTITY, Charter, KeyLine, Person
from docctl.core.model import Document, Signature, Signed


def fingerprint(public: str) -> str:
    """`SHA256:…` of an OpenSSH key line, as `ssh-keygen -l` prints it."""
    blob = base64.b64decode(public.partition(" ")[2] + "==", validate=False)
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One key in force or once in force.

    Attributes:
        lineage: (entry, fingerprint) of the entries that enrolled it: submission, approvals, publication.
    """

    person: str
    line: KeyLine
    fingerprint: str
    entry: int
    lineage: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """The rules and people as of an entry.

    Attributes:
        library: Library id.
        thread: The charter's own entries, as a document called `charter`.
        keys: Every key ever enrolled, by its OpenSSH line.
        suspended: Fingerprints disabled at once.
        recoveries: Every recovery key there ever was.
        note_keys: Every key that a charter in force named for signing checkpoints: what it signed stays signed.
        compromised: Fingerprint to the entry since when the key's entries cannot be relied on.
        doubtful: Fingerprints of keys that were enrolled through entries that cannot be relied on.
    """

    library: str
    charter: Charter
    thread: Document
    keys: Mapping[str, Enrolment]
    suspended: frozenset[str] = frozenset()
    recoveries: frozenset[str] = frozenset()
    note_keys: frozenset[str] = frozenset()
    compromised: Mapping[str, int] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()

    @property
    def entry(self) -> int:
        """The last accepted entry of the charter."""
        return self.thread.last

    def confirmed(self, entry: int, key: str, reaffirmed: Iterable[int] = ()) -> bool:
        """Whether an entry signed by this key may count for something later."""
        if not self.compromised or entry in reaffirmed:
            return True
        return key not in self.doubtful and entry < self.compromised.get(key, entry + 1)

    def counts(self, by: Signature, reaffirmed: Iterable[int]) -> bool:
        """The same for a signature."""
        return self.confirmed(by.entry, by.key, reaffirmed)

    def usable(self, enrolment: Enrolment) -> str | None:
        """Rule code of why a key may not sign now, or None."""
        if enrolment.line.revoked or enrolment.line.compromised_since is not None:
            return "signer-revoked"
        stopped = enrolment.fingerprint in self.suspended or enrolment.fingerprint in self.doubtful
        return "signer-suspended" if stopped else None

    def has_usable_key(self, person: Person) -> bool:
        """Whether the person could sign something now."""
        return any(k.public in self.keys and self.usable(self.keys[k.public]) is None for k in person.keys)

    def signer(self, signed: Signed) -> Person | str:
        """The enrolled person who signed, or the code of the rule that forbids it."""
        enrolment = self.keys.get(signed.key)
        if enrolment is None:
            return "signer-unknown"
        problem = self.usable(enrolment)
        if problem is not None:
            return problem
        person = self.charter.people[enrolment.person]
        if person.left is not None and signed.day >= person.left:
            return "signer-left"
        return person if (person.name, person.email) == (signed.name, signed.email) else "signer-identity"

    def is_recovery(self, signed: Signed) -> bool:
        """Whether the offline recovery key signed, under its own name."""
        line = self.charter.recovery
        named = signed.key == line.public and (signed.name, signed.email) == RECOVERY_IDENTITY
        return named and not ended(line)


def administrators(charter: Charter, day: date) -> frozenset[str]:
    """Who decides on the charter: holders of its role on that day who have a key that is not revoked.

    A suspended key counts here, so that nobody lowers the quorum by suspending others.
    """
    role = charter.administrators[0]
    return frozenset(
        person.id
        for person in charter.people.values()
        if person.holds(role, day) and any(not ended(key) for key in person.keys)
    )


def quorum(charter: Charter, day: date) -> int:
    """How many administrators a change of the charter needs: what it states, or all if they are fewer."""
    return min(charter.administrators[1], len(administrators(charter, day)))


def deciders(charter: Charter, day: date) -> object:
    """What a change of who decides would change: role, number, people and keys that count."""
    people = administrators(charter, day)
    keys = frozenset((p, key.public) for p in people for key in charter.people[p].keys if not ended(key))
    return (charter.administrators, people, keys)


def doubtful(
    keys: Mapping[str, Enrolment], compromised: Mapping[str, int], reaffirmed: frozenset[int]
) -> frozenset[str]:
    """The keys whose enrolment rests on an entry of a compromised key, or of a key that is doubtful itself."""
    found: set[str] = set()

    def shaky(entry: int, key: str) -> bool:
        return entry not in reaffirmed and (key in found or entry >= compromised.get(key, entry + 1))

    grows = bool(compromised)
    while grows:
        more = {
            one.fingerprint
            for one in keys.values()
            if one.fingerprint not in found and any(shaky(entry, key) for entry, key in one.lineage)
        }
        found |= more
        grows = bool(more)
    return frozenset(found)


def enrol(
    charter: Charter,
    known: Mapping[str, Enrolment],
    entry: int,
    lineage: tuple[tuple[int, str], ...],
) -> tuple[dict[str, Enrolment], dict[str, int]]:
    """The key table after a charter takes effect, and the compromised keys with the entry since when."""
    keys: dict[str, Enrolment] = {}
    compromised: dict[str, int] = {}
    for person in charter.people.values():
        for line in person.keys:
            old = known.get(line.public)
            first, roots = (old.entry, old.lineage) if old else (entry, lineage)
            mark = fingerprint(line.public)
            keys[line.public] = Enrolment(person.id, line, mark, first, roots)
            if line.compromised_since is not None:
                compromised[mark] = line.compromised_since
    if charter.recovery.compromised_since is not None:
        compromised[fingerprint(charter.recovery.public)] = charter.recovery.compromised_since
    return keys, compromised


def ended(key: KeyLine) -> bool:
    """Whether the charter itself says that a key signs no more."""
    return key.revoked or key.compromised_since is not None
