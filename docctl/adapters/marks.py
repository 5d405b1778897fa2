"""Names that docctl gives to entries outside the branch: where the shared copy stood, and what was set aside.

    refs/docctl/shared           the last entry that this library and its shared copy both held
    refs/docctl/kept/<first 12>  an own entry that could not be entered again behind those of others

They are notes of this copy for itself: never shared, never asked for a verdict. Each keeps git from sweeping away what
it names.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Mapping

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.gitprocess import attempt, run

SHARED = "refs/docctl/shared"
TRACKING = "refs/remotes/origin/main"
_KEPT = "refs/docctl/kept/"
_STALE_LOCK = 3.0
_ID = re.compile(r"[0-9a-f]{40}\n")


def await_locks(ledger: GitLedger, names: Iterable[str] = (SHARED, TRACKING)) -> None:
    """Wait until nobody holds these names; a lock that a killed git left is removed.

    Raises:
        Unavailable: `not-writable`, `disk-failed`.
    """
    for name in (*names, "packed-refs"):
        # git holds these for milliseconds; none can be younger than this for ever.
        while (ledger.git_dir / f"{name}.lock").exists() and not ledger.clear_stale_lock(name, _STALE_LOCK):
            time.sleep(0.05)


def read(ledger: GitLedger, name: str) -> str | None:
    """The commit id behind one of git's names; None if there is none.

    Raises:
        Unavailable: `git-missing`, `git-failed`.
    """
    # A process for each would be dear; a name that lies in no file of its own is looked up by git.
    with contextlib.suppress(OSError):
        text = (ledger.git_dir / name).read_text("ascii", "replace")
        if _ID.fullmatch(text):
            return text.strip()
    outcome = attempt(["rev-parse", "--verify", "-q", name], ledger.git_dir)
    return outcome.output.decode("ascii", "replace").strip() or None


def shared(ledger: GitLedger) -> str | None:
    """The commit id up to which the shared copy was last seen to be the same as this one; None if it never was.

    Raises:
        Unavailable: `git-missing`, `git-failed`.
    """
    return read(ledger, SHARED)


def set_shared(ledger: GitLedger, commit: str | None) -> None:
    """Note up to where the shared copy is the same; None forgets it.

    Raises:
        Unavailable: `git-missing`, `git-failed`, `not-writable`, `disk-full`.
    """
    _write(ledger, dict.fromkeys((SHARED,) if commit is None else (SHARED, TRACKING), commit))


def apart(ledger: GitLedger, one: str, other: str) -> tuple[int, int]:
    """How many entries lead to the one and not to the other, and the reverse.

    Raises:
        Unavailable: `object-missing`, `git-missing`, `git-failed`.
    """
    if one == other:
        return 0, 0
    counted = run(["rev-list", "--count", "--left-right", f"{one}...{other}", "--"], ledger.git_dir).split()
    return int(counted[0]), int(counted[1])


def akin(ledger: GitLedger, one: str, other: str) -> bool:
    """Whether two entries have a past in common; those of two libraries have none.

    Raises:
        Unavailable: `git-missing`, `git-failed`.
    """
    return attempt(["merge-base", one, other], ledger.git_dir).status != 1


def kept(ledger: GitLedger) -> tuple[str, ...]:
    """The commit ids of the entries that were set aside.

    Raises:
        Unavailable: `git-missing`, `git-failed`.
    """
    return tuple(run(["for-each-ref", "--format=%(objectname)", _KEPT], ledger.git_dir).decode("ascii").split())


def keep(ledger: GitLedger, ids: list[str]) -> None:
    """Set entries aside, all in one step.

    Raises:
        Unavailable: `git-missing`, `git-failed`, `not-writable`, `disk-full`.
    """
    _write(ledger, {f"{_KEPT}{one[:12]}": one for one in ids})


def release(ledger: GitLedger, ids: list[str]) -> None:
    """No longer keep entries that were set aside.

    Raises:
        Unavailable: `git-missing`, `git-failed`, `not-writable`.
    """
    _write(ledger, {f"{_KEPT}{one[:12]}": None for one in ids})


def _write(ledger: GitLedger, names: Mapping[str, str | None]) -> None:
    """Set names, or remove those without an id, all in one step."""
    await_locks(ledger, names)
    lines = "".join(f"delete {name}\n" if one is None else f"update {name} {one}\n" for name, one in names.items())
    run(["update-ref", "--stdin"], ledger.git_dir, lines.encode("ascii"))
