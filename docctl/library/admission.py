"""The server's door: whether what is sent to a shared copy may be taken over.

Two questions. The *verdict*: are the new entries lawful behind the server's own last one? It is given by the machine of
the commands and of the auditor (`auditing.judge`). *Admission*: is it entries of this ledger at all, behind the one
that the server has, of the library that the server was made for, and signed near the server's time? Admission stands
outside the verdict: an entry refused here for its time may be lawful, and what was taken over stays so.

The rules:

1. Nothing is taken from what the sender says: the server's last entry is read from the server's files.
2. Whatever cannot be read, understood or judged is refused.
3. The state kept is that of the server's last entry, never of what is sent: git may yet refuse that. It is used only if
   nobody but this account could have written it.
"""

from __future__ import annotations

import contextlib
import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from docctl.adapters import bare
from docctl.adapters.gitledger import BRANCH, GitLedger
from docctl.adapters.home import Home
from docctl.core import commit as commits
from docctl.core import days
from docctl.core.checkpoint import Anchor, read_anchor
from docctl.core.model import Violation
from docctl.core.ports import Ledger
from docctl.core.state import State
from docctl.errors import DocctlError, Malformed, Refused
from docctl.library import auditing, clock
from docctl.library.book import Book

MAX_REQUEST = 1024 * 1024
BEHIND = 30 * 86400
_NO_ID = "0" * 40
_LINE = re.compile(r"([0-9a-f]{40}) ([0-9a-f]{40}) (refs/[^\x00-\x20\x7f]+)")
_SECONDS = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason not to take over what is sent.

    Attributes:
        error: Code and values.
        entry: Number of the entry that it is about; None if it is about all that is sent.
        commit: Its id, or "".
    """

    error: DocctlError
    entry: int | None = None
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a server takes entries over.

    Attributes:
        ahead: Seconds that an entry's time may be ahead of the server's clock.
        behind: Seconds that the oldest entry sent may be behind it: so long may somebody work without the server.
        anchor: The library that this server was made for; None if the first one that is sent decides it.
    """

    ahead: int = clock.SKEW
    behind: int = BEHIND
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """What a hook was put in front of.

    Attributes:
        entries: How many entries are there already.
        violations: What they violate; they stay as they are.
    """

    place: Path
    entries: int
    violations: tuple[Violation, ...]


def terms(place: Path) -> Terms:
    """The terms that a repository's settings state.

    Raises:
        Refused: `admission-setting`.
        Unavailable: `git-missing`, `git-failed`.
    """
    stated = bare.settings(place)
    for name in ("ahead", "behind"):
        if name in stated and _SECONDS.fullmatch(stated[name]) is None:
            raise Refused("admission-setting", name=f"docctl.hook.{name}", value=stated[name])
    try:
        anchor = read_anchor(stated["anchor"]) if "anchor" in stated else None
    except Malformed:
        raise Refused("admission-setting", name="docctl.hook.anchor", value=stated["anchor"]) from None
    return Terms(int(stated.get("ahead", clock.SKEW)), int(stated.get("behind", BEHIND)), anchor)


def install(path: Path, anchor: Anchor | None, missing: tuple[str, ...]) -> Installed:
    """Put the hook into a bare repository, and judge what is there already; may be done again.

    Args:
        path: The repository.
        anchor: The library that alone may be sent there.
        missing: Lines that the hook says when docctl is no longer where it was.

    Raises:
        NotFound: `hook-no-repository`.
        Refused: `hook-not-bare`, `hook-owner`, `hook-exists`, `hook-elsewhere`, `admission-setting`, `anchor-differs`.
        Unavailable: the repository cannot be read or written.

    Side effects: none if it is refused, but for the state kept of what was judged.
    """
    place = bare.check(path)
    wanted = anchor or terms(place).anchor
    with closing(_book(place, None)) as book:
        if book.ledger.head() is not None:
            book.refresh()
        objection = _other_library(book.state, wanted)
        if objection is not None:
            raise objection.error
        bare.set_up(place, missing)
        if anchor is not None:
            bare.keep_setting(place, "anchor", str(anchor))
        return Installed(place, book.state.length, book.violations)


def admit(place: Path, quarantine: str, request: bytes) -> tuple[Objection, ...]:
    """Why what is sent may not be taken over; nothing if it may.

    Args:
        place: The bare repository.
        quarantine: The folder in which git keeps apart what is sent; "" if it named none.
        request: What git says is wanted: lines `<old id> <new id> <name>`.

    Returns:
        The objections; every line is answered. What cannot be read or judged is one.

    Raises:
        Refused: `admission-request`: it cannot be said what is wanted.

    Side effects: the state of the server's last entry is kept.
    """
    found: list[Objection] = []
    for old, new, name in _read(request):
        try:
            found += _answer(place, quarantine, (None if old == _NO_ID else old, new, name))
        except DocctlError as error:
            found.append(Objection(error))
    return tuple(found)


def _answer(place: Path, quarantine: str, wanted: tuple[str | None, str, str]) -> list[Objection]:
    old, new, name = wanted
    if name != BRANCH:
        raise Refused("admission-elsewhere", name=name)
    if new == _NO_ID:
        raise Refused("admission-deletion")
    apart = bare.quarantined(place, quarantine)
    if apart is None:
        raise Refused("admission-quarantine")
    return _judge(place, apart, old, new)


def _read(request: bytes) -> list[tuple[str, str, str]]:
    """What git says is wanted."""
    lines = [_LINE.fullmatch(line) for line in request.decode("utf-8", "surrogateescape").split("\n")[:-1]]
    if not lines or None in lines or len(request) > MAX_REQUEST or not request.endswith(b"\n"):
        raise Refused("admission-request")
    return [(line[1], line[2], line[3].encode("utf-8", "replace").decode()) for line in lines if line is not None]


def _book(place: Path, quarantine: Path | None) -> Book:
    kept = bare.private(place)
    return Book(GitLedger.open(place, quarantine), Home(kept) if kept is not None else None)


def _judge(place: Path, quarantine: Path, old: str | None, new: str) -> list[Objection]:
    stated = terms(place)
    with closing(_book(place, quarantine)) as book:
        if book.ledger.head() is not None:
            book.refresh()
        state = book.state
        if state.head != old:
            # Somebody else's entries came in while this was on its way; git would refuse it in the end, too.
            return [Objection(Refused("admission-first"))]
        length = state.length
        violations = auditing.judge(book.ledger, old, new, state)
        found = [Objection(Refused(one.rule, **dict(one.values)), one.entry, one.commit) for one in violations]
        other = _other_library(state, stated.anchor)
        if other is not None:
            found.insert(0, other)
        return found + _untimely(book.ledger, (old, new), state, length, stated)


def _other_library(state: State, anchor: Anchor | None) -> Objection | None:
    if anchor is None or state.authority is None or state.authority.library == anchor.library:
        return None
    return Objection(Refused("anchor-differs", expected=anchor.library, found=state.authority.library), 0)


def _untimely(
    ledger: Ledger, span: tuple[str | None, str], state: State, length: int, stated: Terms
) -> list[Objection]:
    """Whether the entries were signed near the server's time.

    Time never goes back from entry to entry, so the last one tells of the future, and the first one of the past. What
    comes before there is any entry here is a library that moves in, as old as it may be.
    """
    now, found = clock.now(), []
    shown = days.shown(now, "+0000")
    if state.length > length and state.time - now > stated.ahead:
        values = {"at": days.shown(state.time, "+0000"), "clock": shown}
        found.append(Objection(Refused("admission-ahead", **values), state.length - 1, state.head or ""))
    first = _first(ledger, *span) if span[0] is not None else None
    if first is not None and now - first.at > stated.behind:
        values = {"at": days.shown(first.at, "+0000"), "clock": shown, "days": str(stated.behind // 86400)}
        found.append(Objection(Refused("admission-behind", **values), length, first.id))
    return found


def _first(ledger: Ledger, old: str | None, new: str) -> commits.Commit | None:
    """The first commit that is new; None if there is none, or if it cannot be read as one."""
    with contextlib.closing(iter(ledger.commits(old, new))) as stream:  # type: ignore[type-var]
        found = next(stream, None)
    try:
        return commits.parse(found[1], found[0]) if found is not None else None
    except Malformed:
        return None
