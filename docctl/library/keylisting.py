"""Allowed-signers files (ssh-keygen(1)), for checking signatures with stock git: who may sign an entry, or ever could.

An entry is lawful by the charter as of its parent. So the file as of entry N holds exactly the keys by which entry N
could be signed: a key revoked by entry N is in the file as of N and not in that as of N + 1. The file of the whole
history holds every key there ever was, and with it a revoked key would sign on: it is for old entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from docctl import signatures
from docctl.adapters.gitledger import GitLedger
from docctl.core import days
from docctl.core.authority import Authority, administrators, ended, fingerprint
from docctl.core.charter import RECOVERY_IDENTITY, Charter, Person
from docctl.core.ports import Ledger
from docctl.core.state import Sealed, State, unseal
from docctl.errors import DocctlError, NotFound
from docctl.library.replaying import fresh_state, replay

_CHARTER_APPROVAL = (b"\nDocctl-Event: approved\n", b"\nDocctl-Document: charter\n")
Lines = dict[str, str]  # OpenSSH line to the principal


def signers_of(path: Path, entry: int | None = None, day: date | None = None) -> str:
    """The allowed-signers file of the library in a folder.

    Args:
        path: A folder of the library, or a bare repository.
        entry: Number of the entry that could be signed with these keys, up to that of the next entry; None for every
            key that ever could sign anything.
        day: Instead of a number: the entry behind the last one of that day.

    Raises:
        NotFound: `library-not-found`, `library-empty`, `entry-not-found`, `keys-before-founding`.
        Unavailable: the ledger cannot be read.
    """
    with GitLedger.open(path) as ledger:
        return signers(ledger, entry, day)


def signers(ledger: Ledger, entry: int | None = None, day: date | None = None) -> str:
    """The same of an open ledger."""
    head = ledger.head()
    if head is None:
        raise NotFound("library-empty")
    if entry is None and day is None:
        known = KeysEver()
        state = fresh_state(ledger)
        for _ in replay(state, known.watching(ledger.commits(None, head))):
            pass
        return known.text(state)
    moments = [_day(unseal(*one)) for one in ledger.commits(None, head)]
    count = len(moments)
    if day is not None:
        entry = next((number for number, one in enumerate(moments) if one is not None and one > day), count)
        if entry == 0:
            raise NotFound("keys-before-founding", day=day)
    if entry is None or entry > count:
        raise NotFound("entry-not-found", wanted=entry, count=count, last=count - 1)
    state = fresh_state(ledger)
    # Before the founding there is no charter; the founding is signed by the keys that it enrols.
    for _ in replay(state, islice(ledger.commits(None, head), max(entry, 1))):
        pass
    authority = state.authority
    if authority is None:
        return _written("nobody: the library has no lawful founding", {})
    told = day or (moments[entry] if entry < count else moments[-1]) or days.day_of(state.time, "+0000")
    title = f"keys that may sign entry {entry} of docctl/{authority.library}, and no others"
    return _written(title, may_sign(authority, told))


def _day(sealed: Sealed) -> date | None:
    return days.day_of(sealed.commit.at, sealed.commit.offset) if sealed.commit else None


def may_sign(authority: Authority, day: date) -> Lines:
    """The keys that may sign an entry on a day: those that are enrolled and usable, the recovery key, and, to approve
    it, those of the administrators whom an open proposal for the charter names.
    """
    found: Lines = {}
    for line, enrolment in authority.keys.items():
        person = authority.charter.people[enrolment.person]
        if authority.usable(enrolment) is None and (person.left is None or day < person.left):
            found[line] = person.email
    if not ended(authority.charter.recovery):
        found[authority.charter.recovery.public] = RECOVERY_IDENTITY[1]
    proposed = authority.thread.proposal.charter if authority.thread.proposal else None
    if proposed is not None:
        for person in _administrators(proposed, day):
            for key in person.keys:
                known = authority.keys.get(key.public)
                if not ended(key) and (known is None or authority.usable(known) is None):
                    found.setdefault(key.public, person.email)
    return found


def _administrators(charter: Charter, day: date) -> Iterator[Person]:
    for name in sorted(administrators(charter, day)):
        yield charter.people[name]


class KeysEver:
    """Every key by which a lawful entry was ever signed or could have been.

    The charter lists its keys for ever; but an administrator whom a proposal names signs before that, and the proposal
    may have come to nothing. Such a key is known from the entry itself.
    """

    def __init__(self) -> None:
        self._approvals: list[tuple[str, str]] = []

    def watching(self, commits: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """The commits, each looked at in passing."""
        for commit_id, raw in commits:
            self.look(commit_id, raw)
            yield commit_id, raw

    def look(self, commit_id: str, raw: bytes) -> None:
        """Keep the key of an approval of the charter."""
        if not all(line in raw for line in _CHARTER_APPROVAL):
            return
        commit = unseal(commit_id, raw).commit
        if commit is not None:
            seal = signatures.open_seal(commit.payload, commit.armor)
            if seal.problem is None:
                self._approvals.append((seal.key, commit.email))

    def lines(self, state: State) -> Lines:
        """The keys, behind the last entry."""
        authority = state.authority
        if authority is None:
            return {}
        people = authority.charter.people
        found = {line: people[one.person].email for line, one in authority.keys.items()}
        found |= dict.fromkeys(sorted(authority.recoveries), RECOVERY_IDENTITY[1])
        lawful = {mark for _, mark, _ in authority.thread.trail}
        for line, email in self._approvals:
            if fingerprint(line) in lawful:
                found.setdefault(line, email)
        return found

    def text(self, state: State) -> str:
        """The file."""
        library = state.authority.library if state.authority else ""
        title = (
            f"every key that was ever enrolled in docctl/{library}, those that were revoked since included:\n"
            "# for old entries. Whether a key could sign at the time is in the file as of that entry"
        )
        return _written(title, self.lines(state))


def _written(title: str, lines: Lines) -> str:
    return f"# docctl: {title}\n" + "".join(_line(line, email) for line, email in lines.items())


def _line(line: str, email: str) -> str:
    """One line; an address that means something else in such a file gives way to the key's fingerprint."""
    try:
        return signatures.allowed_signers_line(email, line) + "\n"
    except DocctlError:
        mark = fingerprint(line)
        return f"# the e-mail address of {mark} cannot stand in this file\n" + (
            signatures.allowed_signers_line(mark, line) + "\n"
        )
