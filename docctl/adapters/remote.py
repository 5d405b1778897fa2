"""The shared copy of a library: fetched from, pushed to; the only place that uses the network.

GitPython runs the commands. It hands the caller's environment on, which ssh needs (agent, home folder, host keys) and
with it the user's own git settings (proxy, credentials); so here every variable that could point git at another
repository is set, and every setting of the *repository* that names a program is overruled: it may come from anybody.

Not for judging: what was fetched lies beside the ledger until the caller has judged it and moves the branch.

The rules:

1. Addresses are read from the settings and passed on as such; what else the settings say of a remote has no effect.
2. Never forced: a shared copy that is ahead is `remote-ahead`, and the caller fetches, judges, and signs anew.
3. No hook and no transport but file, ssh, http and https; nothing asks on the terminal but ssh itself.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from docctl.adapters import marks
from docctl.adapters.gitledger import BRANCH, GitLedger
from docctl.adapters.gitprocess import attempt, disk_failure, failure, run
from docctl.errors import DocctlError, LedgerChanged, Refused, Unavailable

TRACKING = marks.TRACKING
_SECONDS = 300
_SSH = "ssh -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=3"
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    # Asked for the branches of alternates; its default would do, but the repository's own must not be started.
    "core.alternateRefsCommand=true",
    "credential.interactive=false",
    # Empties the list; the user's own helpers follow.
    "credential.helper=",
    "http.saveCookies=false",
    "fetch.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "push.recurseSubmodules=no",
    "push.followTags=false",
    "push.gpgSign=false",
    # What comes must be on the disk before our branch names it, also where the power fails: git's own default leaves
    # single objects to chance.
    "core.fsync=committed,reference",
    "gc.auto=0",
    "maintenance.auto=false",
    # A line that went dead must not hold a person for minutes.
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=30",
)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_ADDRESS = re.compile(r"(?!-)(?![A-Za-z0-9+.-]*::)[^\x00-\x20\x7f]+(?: [^\x00-\x20\x7f]+)*")
_AHEAD = (
    "non-fast-forward",
    "fetch first",
    "stale info",
    "incorrect old value",
    "but expected",
    "needs force",
    "admission-first:",
)


@dataclass(frozen=True, slots=True)
class _Said:
    status: int
    output: str
    error: str


def clone(url: str, path: Path) -> None:
    """A new library that starts as the shared one stands.

    No working files are laid out: what came is not judged yet. The caller judges, then lays them out.

    Raises:
        Refused: `library-exists`, `remote-url`.
        Unavailable: `remote-unreachable`, `remote-timeout`, `remote-corrupt`, `git-missing`,
            `git-failed`, `not-writable`, `disk-full`.

    Side effects: nothing is left of a clone that failed.
    """
    address = _checked(url)
    try:
        there = path.is_dir()
        if path.exists() and not (there and not any(path.iterdir())):
            raise Refused("library-exists", path=str(path))
    except OSError as error:
        raise disk_failure(error, path) from error
    try:
        with GitLedger.create(path) as ledger:
            set_remote(path, address)
            head = fetch(path)
            if head is not None:
                run(["update-ref", BRANCH, head], ledger.git_dir)
    except BaseException:
        shutil.rmtree(path / ".git" if there else path, ignore_errors=True)
        raise


def fetch(path: Path) -> str | None:
    """Bring what the shared copy has into `refs/remotes/origin/main`.

    Returns:
        The commit id of its last entry; None if it has none.

    Raises:
        Refused: `remote-none`, `remote-url`.
        NotFound: `library-not-found`.
        Unavailable: `remote-unreachable`, `remote-timeout`, `remote-corrupt`, `git-missing`,
            `git-failed`, `not-writable`, `disk-full`.
    """
    ledger, url = _origin(path)
    marks.await_locks(ledger)
    # Forced on our side only: that the shared copy was rewritten is for the judge to see, not for git to hide.
    words = ["--quiet", "--no-tags", "--no-write-fetch-head", "--upload-pack=git-upload-pack", "--", url]
    said = _git(ledger.git_dir, url, ["fetch", *words, f"+{BRANCH}:{TRACKING}"])
    if said.status:
        if "couldn't find remote ref" in said.error.lower():
            return None
        raise _unreachable(url, said)
    return marks.read(ledger, TRACKING)


def push(path: Path) -> str:
    """Bring the entries that the shared copy does not have to it.

    Returns:
        The commit id that it now ends with.

    Raises:
        LedgerChanged: `remote-ahead`: somebody else's entries are there; `remote-locked`: somebody is just writing
            there. Nothing was changed.
        Refused: `remote-refused` (reason: all that the other side said), `remote-none`, `remote-url`.
        NotFound: `library-not-found`.
        Unavailable: `remote-unreachable`, `remote-timeout`, `remote-corrupt`, `git-missing`, `git-failed`.
    """
    ledger, url = _origin(path)
    head = ledger.head()
    if head is None:
        raise Refused("library-empty", path=str(path))
    words = ["--porcelain", "--no-verify", "--receive-pack=git-receive-pack", "--", url]
    said = _git(ledger.git_dir, url, ["push", *words, f"{head}:{BRANCH}"])
    if said.status:
        raise _refusal(url, said)
    marks.set_shared(ledger, head)
    return head


def remote_url(path: Path) -> str | None:
    """Address of the shared copy; None if there is none.

    Raises:
        NotFound: `library-not-found`.
        Unavailable: `git-missing`, `git-failed`.
    """
    git_dir = GitLedger.open(path).git_dir
    found = attempt(["config", "--local", "--get", "remote.origin.url"], git_dir)
    if found.status not in (0, 1):
        raise failure("config", found, git_dir)
    return found.output.decode("utf-8", "replace").strip() or None


def set_remote(path: Path, url: str) -> None:
    """Say where the shared copy is.

    Raises:
        Refused: `remote-url`.
        NotFound: `library-not-found`.
        Unavailable: `git-missing`, `git-failed`, `not-writable`.
    """
    address = _checked(url)
    ledger = GitLedger.open(path)
    git_dir = ledger.git_dir
    if remote_url(path) not in (None, address):
        # Another place has its own past; what the former one held says nothing of it.
        marks.set_shared(ledger, None)
    run(["config", "--replace-all", "remote.origin.url", address], git_dir)
    # So that stock git, too, knows where it belongs.
    run(["config", "--replace-all", "remote.origin.fetch", f"+{BRANCH}:{TRACKING}"], git_dir)


def _origin(path: Path) -> tuple[GitLedger, str]:
    url = remote_url(path)
    if url is None:
        raise Refused("remote-none", path=str(path))
    return GitLedger.open(path), _checked(url)


def _checked(url: str) -> str:
    """The address, absolute if it is a folder; neither an option nor a `helper::` that would start a program."""
    if _ADDRESS.fullmatch(url) is None:
        raise Refused("remote-url", url=_plain(url))
    return str(Path(url).resolve()) if _is_folder(url) else url


def _is_folder(url: str) -> bool:
    try:
        return Path(url).is_dir()
    except OSError:
        return False


def _environment(git_dir: Path) -> dict[str, str]:
    """What is set on top of the caller's environment."""
    fixed = {
        "GIT_DIR": str(git_dir),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:ssh:http:https",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        # Empty means none at all; unset would let the repository's `core.askPass` be started.
        "GIT_ASKPASS": os.environ.get("GIT_ASKPASS", ""),
        "GIT_CONFIG_PARAMETERS": "",
        "GIT_CONFIG_COUNT": "0",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_OBJECT_DIRECTORY": str(git_dir / "objects"),
        "GIT_INDEX_FILE": str(git_dir / "index"),
        "GIT_NAMESPACE": "",
        "LC_ALL": "C",
    }
    quiet = {name: "0" for name in os.environ if name.startswith("GIT_TRACE")}
    return {**quiet, **fixed}


def _users_own(place: Path) -> tuple[list[str], dict[str, str]]:
    """The programs that the user or the machine, not the repository, chose for passwords and for ssh.

    Returns:
        Options of git, and variables to set.
    """
    options: list[str] = []
    ssh = os.environ.get("GIT_SSH_COMMAND")
    for scope in ("--system", "--global"):
        words = ["config", scope, "-z", "--get-regexp", r"^(credential\..*helper|core\.sshcommand)$"]
        for line in _execute(words, _environment(place)).output.split("\0"):
            name, _, program = line.partition("\n")
            if name == "core.sshcommand":
                ssh = os.environ.get("GIT_SSH_COMMAND") or program
            elif name and "=" not in name:
                options += ["-c", f"{name}={program}"]
    # Always set: else the repository's own `core.sshCommand` would be started.
    return options, {} if "GIT_SSH" in os.environ and not ssh else {"GIT_SSH_COMMAND": ssh or _SSH}


def _git(git_dir: Path, url: str, words: list[str]) -> _Said:
    """Run git over the network.

    Raises:
        Unavailable: `git-missing`, `git-failed` (it could not be started).
    """
    options = [word for setting in _SETTINGS for word in ("-c", setting)]
    # A folder on this machine asks for neither password nor ssh, and two processes less are started.
    programs, variables = ([], {"GIT_SSH_COMMAND": _SSH}) if _is_folder(url) else _users_own(git_dir)
    return _execute([*options, *programs, *words], {**_environment(git_dir), **variables})


def _execute(words: list[str], variables: dict[str, str]) -> _Said:
    try:
        # GitPython looks for git when it is imported, and takes a sixth of a second for it: hence here.
        import git
    except ImportError as error:
        raise Unavailable("git-missing") from error
    try:
        status, output, errors = git.Git(os.sep).execute(
            ["git", *words],
            env=variables,
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            kill_after_timeout=_SECONDS if os.name == "posix" else None,
        )
    except git.GitCommandNotFound as error:
        raise Unavailable("git-missing") from error
    except OSError as error:
        raise Unavailable("git-failed", command="git", reason=error.strerror or str(error)) from error
    return _Said(int(status), _text(output), _text(errors))


def _text(said: str | bytes) -> str:
    return said if isinstance(said, str) else said.decode("utf-8", "replace")


def _plain(text: str) -> str:
    """Without passwords, and without anything that a terminal would obey."""
    shown = _CREDENTIALS.sub("", text)
    return "".join(sign for sign in shown if sign == "\n" or sign.isprintable())


def _told(said: _Said) -> list[str]:
    """What the other side's hook printed: the lines that git marks `remote:`."""
    return [
        line.removeprefix("remote:").strip()
        for line in _plain(said.error.replace("\r", "\n")).splitlines()
        if line.startswith("remote:") and line.removeprefix("remote:").strip()
    ]


def _unreachable(url: str, said: _Said) -> Unavailable:
    if said.error.startswith("Timeout:"):
        return Unavailable("remote-timeout", remote=_plain(url), seconds=_SECONDS)
    lines = [line.strip() for line in _plain(said.error).splitlines()]
    spoken = [line for line in lines if line and not line.lower().startswith("warning:")]
    reason = spoken[0].removeprefix("fatal: ").removeprefix("error: ") if spoken else f"exit {said.status}"
    ours = "\n".join(line for line in lines if not line.startswith("remote:"))
    if "No space left on device" in ours:
        return Unavailable("disk-full")
    code = "remote-corrupt" if "fsck error" in ours else "remote-unreachable"
    return Unavailable(code, remote=_plain(url), reason=reason)


def _refusal(url: str, said: _Said) -> DocctlError:
    """What a push that failed means; git marks the line of a branch that was not taken with `!`."""
    marked = next((line for line in said.output.splitlines() if line.startswith("!\t")), None)
    if marked is None:
        return _unreachable(url, said)
    why, told = marked.rpartition("	")[2], _told(said)
    # Two who are let in together: one finds the branch moved or held in the last moment, and git says so only there;
    # who was first while ours was judged is told by our own hook.
    last = said.error if "failed to update ref" in why or "failed to lock" in why else ""
    if any(word in line for word in _AHEAD for line in (why, last, *told)):
        return LedgerChanged("remote-ahead", remote=_plain(url))
    if "unpack" in why and "early EOF" in said.error:
        # The line was cut; the other side lived long enough to complain.
        return _unreachable(url, said)
    if "File exists" in last:
        return LedgerChanged("remote-locked", remote=_plain(url))
    return Refused("remote-refused", reason="\n".join(told) or _plain(why))
