"""Changing people, keys and rules: every change is a charter proposal, made on what is proposed already.

Several changes in a row gather in one proposal as long as it is one's own and open; each new one replaces the last and
voids the approvals it had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from docctl.core.appearance import EMBLEM
from docctl.core.authority import fingerprint
from docctl.core.charter import RECOVERY
from docctl.errors import Malformed, NotFound, Refused
from docctl.library.charters import Newcomer, NextCharter

if TYPE_CHECKING:
    from docctl.core.model import Proposal
    from docctl.core.ports import Signer
    from docctl.library.library import Library

_PROOFS = ("proof",)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One enrolled key.

    Attributes:
        state: `usable`, `suspended`, `revoked` or `compromised`.
        since: The first entry that cannot be relied on, if compromised.
    """

    person: str
    name: str
    fingerprint: str
    algorithm: str
    state: str
    since: int | None


def proposed_files(library: Library) -> dict[str, bytes] | None:
    """The files of the open charter proposal; None if there is none."""
    proposal = library.authority.thread.proposal
    if proposal is None or proposal.tree is None:
        return None
    return library.book.state.shelf.files(proposal.tree)


def next_charter(library: Library, signer: Signer) -> tuple[NextCharter, Proposal | None]:
    """What to change: one's own open proposal, or else the charter in force.

    Returns:
        The charter to change, and the proposal that it carries on, whose approvals will be void.
    """
    proposal = library.authority.thread.proposal
    files = proposed_files(library)
    mine = proposal is not None and proposal.by.person == _person(library, signer) and proposal.rejected is None
    if proposal is None or files is None or not mine:
        return NextCharter(library.charter_files()), None
    return NextCharter(files), proposal


def _person(library: Library, signer: Signer) -> str | None:
    if signer.key == library.charter.recovery.public:
        return RECOVERY
    return library.person_of(signer)


def changes(library: Library) -> tuple[tuple[str, str, str], ...]:
    """What the open charter proposal changes: (sign, path, value), `+` for added and `-` for removed.

    Compared as values, so that the order and the layout of the files hide nothing. A key is shown by its fingerprint.
    """
    files = proposed_files(library)
    if files is None:
        return ()
    before, after = NextCharter(library.charter_files()), NextCharter(files)
    old, new = (
        dict(_leaves("", {**one.library, **_picture(one), "people": one.people.get("people")}))
        for one in (before, after)
    )
    removed = [("-", path, value) for path, value in old.items() if new.get(path) != value]
    added = [("+", path, value) for path, value in new.items() if old.get(path) != value]
    return tuple(sorted((*removed, *added), key=lambda one: (one[1], one[0] == "+")))


def _picture(charter: NextCharter) -> dict[str, str]:
    """The emblem by its digest: a picture has no lines to compare."""
    return {} if charter.emblem is None else {EMBLEM: f"sha256:{sha256(charter.emblem).hexdigest()}"}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every value with the path to it; of a list of keys or roles, the place is its number."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in _PROOFS:
                continue
            if name == "public":
                yield f"{path}.{name}", _mark(str(part))
                continue
            yield from _leaves(f"{path}.{name}" if path else name, part)
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            yield from _leaves(f"{path}[{number}]", part)
    else:
        yield path, str(value)


def _mark(public: str) -> str:
    try:
        return f"{public.partition(' ')[0]} {fingerprint(public)}"
    except ValueError:
        return public


def keys(library: Library) -> tuple[KeyRow, ...]:
    """Every key ever enrolled, by person."""
    authority = library.authority
    rows = []
    for enrolment in authority.keys.values():
        problem = authority.usable(enrolment)
        since = enrolment.line.compromised_since
        state = "usable" if problem is None else problem.removeprefix("signer-")
        rows.append(
            KeyRow(
                person=enrolment.person,
                name=library.charter.people[enrolment.person].name,
                fingerprint=enrolment.fingerprint,
                algorithm=enrolment.line.public.partition(" ")[0],
                state="compromised" if since is not None else state,
                since=since,
            ),
        )
    return tuple(sorted(rows, key=lambda row: row.person))


def find_key(library: Library, mark: str) -> str:
    """The fingerprint that begins so; whole, or at least eight characters behind `SHA256:`.

    Raises:
        NotFound: `key-not-found`.
        Refused: `key-ambiguous`.
    """
    wanted = mark if mark.startswith("SHA256:") else f"SHA256:{mark}"
    found = [row.fingerprint for row in keys(library) if row.fingerprint.startswith(wanted)]
    if not found or len(wanted) < len("SHA256:") + 8:
        raise NotFound("key-not-found", key=mark)
    if len(found) > 1:
        raise Refused("key-ambiguous", key=mark)
    return found[0]


def check_role(library: Library, role: str) -> str:
    """A role that the charter knows of: listed, from a workflow, or held by somebody.

    A misspelt role would be enrolled without a word and never count for anything.

    Raises:
        NotFound: `role-unknown`.
    """
    charter = library.charter
    known = {charter.administrators[0], *charter.roles}
    if role not in known:
        raise NotFound("role-unknown", role=role, known=", ".join(sorted(known)))
    return role


def read_request(data: bytes) -> Newcomer:
    """A request to be enrolled.

    Raises:
        Malformed: `request-unreadable`.
    """
    try:
        return Newcomer.read(data)
    except Malformed:
        raise Malformed("request-unreadable") from None
