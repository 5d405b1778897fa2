"""What in a repository could make other programs see another history, or run a program of whoever prepared it.

docctl's own reading is not moved by any of it; an auditor is told, because stock git may be.
"""

from __future__ import annotations

from pathlib import Path

from docctl.adapters.gitprocess import attempt, run

# Settings that promise objects elsewhere.
_PROMISES = r"^(extensions\.partialclone|remote\..*\.promisor)$"
# Settings that name a program to run, keys to trust, files to read in another place, or another history to show.
_TELLING = (
    r"^(include\.path|includeif\..*|gpg\..*|core\.(fsmonitor|hookspath|worktree|sshcommand|gitproxy|askpass|pager|editor"
    r"|attributesfile|alternaterefscommand)|filter\..*|diff\..*\.(command|textconv)|diff\.external|merge\..*\.driver"
    r"|alias\..*|credential\..*helper|pager\..*|uploadpack\.packobjectshook|protocol\..*|url\..*|remote\..*\.vcs"
    r"|remote\..*\.(uploadpack|receivepack)|extensions\.worktreeconfig|sequence\.editor|interactive\.difffilter)$"
)


def found(git_dir: Path) -> tuple[str, ...]:
    """The codes of what is there.

    Returns:
        Of `replace-refs`, `grafts`, `shallow`, `alternates`, `partial-clone`, `commit-graph` (one that does not agree
        with the commits), `configuration` those present, in this order.

    Raises:
        Unavailable: `git-missing`, `git-failed`.
    """
    replaced = run(["for-each-ref", "--count=1", "refs/replace/"], git_dir)
    names = attempt(["config", "--local", "--name-only", "--get-regexp", rf"{_PROMISES}|{_TELLING}"], git_dir).output
    promised = attempt(["config", "--local", "--get-regexp", _PROMISES], git_dir).status == 0 if names else False
    telling = attempt(["config", "--local", "--get-regexp", _TELLING], git_dir).status == 0 if names else False
    packs, info = git_dir / "objects" / "pack", git_dir / "objects" / "info"
    present = {
        "replace-refs": bool(replaced),
        "grafts": _filled(git_dir / "info" / "grafts"),
        "shallow": _filled(git_dir / "shallow"),
        "alternates": _filled(info / "alternates") or _filled(info / "http-alternates"),
        "partial-clone": promised or any(packs.glob("*.promisor")),
        "commit-graph": _graph_differs(git_dir, info),
        "configuration": telling,
    }
    return tuple(code for code, there in present.items() if there)


def _graph_differs(git_dir: Path, info: Path) -> bool:
    """Whether there is a commit-graph that says something else than the commits, by which `git log` would go."""
    if not (info / "commit-graph").exists() and not (info / "commit-graphs").exists():
        return False
    return attempt(["-c", "core.commitGraph=true", "commit-graph", "verify"], git_dir).status != 0


def _filled(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False
