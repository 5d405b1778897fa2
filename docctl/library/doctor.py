"""Whether everything is well: programs, library, working files, key, clock, shared copy, anchor, formats.

Answers with codes and values, in the order in which they should be mended; never raises.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from docctl import signatures
from docctl.adapters import bare, leftovers, remote
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.gitprocess import run
from docctl.adapters.statestore import StateStore
from docctl.core import days
from docctl.core.shelf import EMPTY_TREE
from docctl.errors import DocctlError, NotFound, Refused
from docctl.library import clock, keystores, layouts, syncing
from docctl.library.library import Library, open_library

if TYPE_CHECKING:
    from docctl.adapters.home import Home

GIT, OPENSSH = (2, 34), (8, 2)
_VERSION = re.compile(r"(\d+)\.(\d+)")
_PLACEHOLDER = re.compile(r"\[[^\]\n]{2,80}\](?![(\[:])|\{\{[^}\n]+\}\}|\bTODO\b")
_FORMATS = {"docx": "docx", "pdf": "typst", "fonts": "fontpkg_arimo"}


@dataclass(frozen=True, slots=True)
class Check:
    """One answer.

    Attributes:
        level: `good`, `warn` or `bad`.
        code: `doctor-<code>` says it, `doctor-<code>-fix` what to do about it.
        error: What stood in the way, if something did.
    """

    level: str
    code: str
    values: dict[str, object] = field(default_factory=dict)
    error: DocctlError | None = None


def examine(path: Path, home: Home, key: Path | None) -> tuple[Check, ...]:
    """Look at everything.

    Args:
        path: Where to look for the library.
        home: The person's own folder.
        key: The key that would sign; None if there is none, or several.
    """
    found = [*_guarded(_git), *_guarded(_keygen), *_guarded(_formats)]
    try:
        library = open_library(path, home)
    except DocctlError as error:
        return (*found, Check("bad", "library-unusable", {}, error))
    with library:
        for look in (_library, _leftovers, _work, _drafts, _looks, _clock, _anchor, _keys, _shared, _aside):
            found += _guarded(lambda look=look: look(library))  # type: ignore[misc]
        found += _guarded(lambda: _key(library, key))
    return tuple(found)


def _guarded(look: Callable[[], Iterator[Check]]) -> list[Check]:
    found: list[Check] = []
    try:
        found += look()
    except DocctlError as error:
        found.append(Check("bad", "failed", {}, error))
    return found


def _git() -> Iterator[Check]:
    try:
        text = run(["--version"], None).decode("utf-8", "replace")
    except DocctlError as error:
        yield Check("bad", "git-missing", {}, error)
        return
    yield _versioned("git", text, GIT)


def _keygen() -> Iterator[Check]:
    program = shutil.which("ssh")
    if shutil.which("ssh-keygen") is None or program is None:
        yield Check("warn", "openssh-missing")
        return
    try:
        said = subprocess.run([program, "-V"], capture_output=True, timeout=10, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        yield Check("warn", "openssh-missing")
        return
    yield _versioned("openssh", said.decode("utf-8", "replace"), OPENSSH)


def _versioned(name: str, text: str, wanted: tuple[int, int]) -> Check:
    found = _VERSION.search(text)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    values: dict[str, object] = {"version": ".".join(map(str, version)), "wanted": ".".join(map(str, wanted))}
    return Check("good", f"{name}-found", values) if version >= wanted else Check("bad", f"{name}-old", values)


def _formats() -> Iterator[Check]:
    missing = [name for name, module in _FORMATS.items() if find_spec(module) is None]
    if missing:
        yield Check("warn", "formats-missing", {"formats": ", ".join(missing)})
    else:
        yield Check("good", "formats-found")


def _library(library: Library) -> Iterator[Check]:
    if library.violations:
        yield Check("bad", "violations", {"count": len(library.violations)})
    else:
        yield Check("good", "library-found", {"name": library.charter.organisation[0][1], "count": library.entries})


def _leftovers(library: Library) -> Iterator[Check]:
    """What programs that were killed left lying, and kept state that was damaged."""
    ledger, store = library.book.ledger, library.book.store
    if not isinstance(ledger, GitLedger):
        return
    found = leftovers.find(ledger.git_dir, ledger.root, clock.now())
    if found:
        yield Check("warn", "leftovers", {"count": len(found), "places": _few([str(path) for path in found])})
    if store is not None and not all(one.is_sound() for one in (StateStore(store.path), store.beside("shared"))):
        yield Check("warn", "state-damaged")


def _aside(library: Library) -> Iterator[Check]:
    """Entries of one's own that a sync could not enter again, and that nobody has let go of yet."""
    if library.book.work is None:
        return
    aside = syncing.aside(library.book)
    if aside:
        shown = [f"{one.entry.subject} ({one.name}, {one.day.isoformat()})" for one in aside]
        yield Check("warn", "aside", {"count": len(aside), "entries": _few(shown)})


def _work(library: Library) -> Iterator[Check]:
    """Whether the working files are what is in the ledger."""
    book = library.book
    if book.work is None:
        yield Check("good", "bare")
        guarded = isinstance(book.ledger, GitLedger) and bare.installed(book.ledger.git_dir)
        yield Check("good", "hook") if guarded else Check("warn", "hook-none")
        return
    if book.unlaid is not None:
        yield Check("bad", "unlaid", {}, book.unlaid)
    changed = []
    for path, _, after in book.state.shelf.changes(EMPTY_TREE, book.state.tree):
        if path[0] == "drafts":
            continue
        place = "/".join(path)
        try:
            here = book.work.read_folder(place)
        except (NotFound, Refused):
            here = {}
        if here != book.state.shelf.files(after):
            changed.append(place)
    if changed:
        yield Check("warn", "work-changed", {"places": _few(changed)})
    else:
        yield Check("good", "work-clean")


def _drafts(library: Library) -> Iterator[Check]:
    """Drafts that nobody submitted, or that were changed since; and places in them that still wait to be filled in."""
    book = library.book
    if book.work is None:
        return
    entered = {
        path[1]: book.state.shelf.files(after)
        for path, _, after in book.state.shelf.changes(EMPTY_TREE, book.state.tree)
        if path[0] == "drafts" and len(path) > 1
    }
    folder = library.root / "drafts"
    names = sorted(place.name for place in folder.iterdir() if place.is_dir()) if folder.is_dir() else []
    waiting, unfilled = [], []
    for name in names:
        try:
            files = book.work.read_folder(f"drafts/{name}")
        except DocctlError:
            continue
        if files != entered.get(name):
            waiting.append(name)
        if any(
            _PLACEHOLDER.search(data.decode("utf-8", "replace")) for part, data in files.items() if part[2:] == ".md"
        ):
            unfilled.append(name)
    if waiting:
        yield Check("warn", "drafts-waiting", {"documents": _few(waiting)})
    if unfilled:
        yield Check("warn", "placeholders", {"documents": _few(unfilled)})


def _few(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" … ({len(names)})" if len(names) > 8 else "")


def _clock(library: Library) -> Iterator[Check]:
    now, last = clock.now(), library.book.state.time
    offset = clock.local_offset()
    values: dict[str, object] = {"now": days.shown(now, offset), "last": days.shown(last, offset)}
    wrong = clock.problem(last, offset)
    yield Check("bad", wrong, values) if wrong else Check("good", "clock", values)
    if offset not in library.charter.offsets:
        allowed = ", ".join(library.charter.offsets)
        yield Check("warn", "offset", {"offset": offset, "allowed": allowed, "used": library.charter.offsets[0]})


def _looks(library: Library) -> Iterator[Check]:
    """A layout that the charter names and that draws nothing: copies are made by docctl's own, and nobody is told."""
    named = library.charter.look.layout
    if named and layouts.layout_of(library.book.state, library.moment()).name != named:
        yield Check("warn", "layout", {"document": named})


def _anchor(library: Library) -> Iterator[Check]:
    known = any(one.library == library.authority.library for one in library.home.anchors())
    yield Check("good", "anchor-known") if known else Check("warn", "anchor-unknown")


def _keys(library: Library) -> Iterator[Check]:
    """Whether the keys of confidential records are there, twice, and only where they belong."""
    found = keystores.look(library)
    values: dict[str, object] = {"path": str(found.place), "count": found.records}
    if not found.there:
        if found.records:
            yield Check("warn", "keystore-missing", values)
        return
    if found.keyless:
        yield Check("bad", "keystore-keyless", {"records": _few(list(found.keyless)), "path": str(found.place)})
    if found.undead:
        yield Check("bad", "keystore-undead", {"records": _few(list(found.undead))})
    if found.strange:
        yield Check("warn", "keystore-strange", {"count": found.strange, "path": str(found.place)})
    if found.records and found.backup != "good":
        yield Check("warn", f"keystore-backup-{found.backup}", {"count": found.lacking})
    elif found.records and not found.keyless:
        yield Check("good", "keystore", values)


def _shared(library: Library) -> Iterator[Check]:
    if library.book.work is None:
        return
    url = remote.remote_url(library.root)
    if url is None:
        yield Check("warn", "shared-none")
        return
    try:
        theirs = remote.fetch(library.root)
    except DocctlError as error:
        yield Check("bad", "shared-unreachable", {}, error)
        pending = syncing.pending(library.book)
        if pending:
            yield Check("warn", "pending", {"count": len(pending)})
        return
    ledger = library.book.ledger
    head = ledger.head()
    if head == theirs or head is None:
        yield Check("good", "shared-equal")
        return
    ours = sum(1 for _ in ledger.commits(theirs, head))
    new = sum(1 for _ in ledger.commits(head, theirs)) if theirs else 0
    yield Check("warn", "shared-differs", {"ours": ours, "theirs": new})


def _key(library: Library, path: Path | None) -> Iterator[Check]:
    """Whether the key that would sign is enrolled and may; its passphrase is not needed for that."""
    if path is None:
        yield Check("warn", "key-none", {"path": str(library.home.keys)})
        return
    public = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    try:
        line = signatures.read_public(public).line
    except DocctlError as error:
        yield Check("warn", "key-unreadable", {"path": str(public)}, error)
        return
    authority = library.authority
    enrolment = authority.keys.get(line)
    if enrolment is None:
        yield Check("warn", "key-not-enrolled", {"path": str(path)})
        return
    problem = authority.usable(enrolment)
    person = authority.charter.people[enrolment.person]
    if problem is None and person.left is not None and person.left <= library.today():
        problem = "signer-left"
    if problem is not None:
        yield Check("bad", "key-not-usable", {"person": person.id}, Refused(problem, name=person.name))
        return
    yield Check("good", "key-usable", {"person": person.id, "name": person.name})
