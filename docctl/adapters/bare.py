"""A bare repository that people send to: what it must be, its settings, its hook, and what docctl keeps there.

Everything here is set so that running it again changes nothing. Not for judging: see `library.admission`.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from docctl.adapters.gitfolder import check_format, repository
from docctl.adapters.gitledger import BRANCH
from docctl.adapters.gitprocess import attempt, disk_failure, failure, run
from docctl.errors import NotFound, Refused, Unavailable

FOLDER = "docctl"
_HOOK = "pre-receive"
_MARK = '# Made by "docctl hook install"'
_OWN = re.compile(r"docctl\.hook\.")
# What stock git itself then refuses, should the hook ever be taken away; and that the hook cannot be passed by.
_SETTINGS = {
    "core.hooksPath": "hooks",
    "core.logAllRefUpdates": "true",
    "receive.denyDeletes": "true",
    "receive.denyNonFastForwards": "true",
    "receive.fsckObjects": "true",
    "receive.shallowUpdate": "false",
    "transfer.fsckObjects": "true",
}
# Set only where nothing was chosen.
_DEFAULTS = {"receive.maxInputSize": "256m"}
_SCRIPT = """\
#!/bin/sh
{mark}: judges what is sent before it is taken over.
# Install it again after docctl or Python was moved. What it keeps lies in the folder docctl/ beside hooks/.
python={python}
package={package}
if [ ! -x "$python" ] || [ ! -f "$package/__main__.py" ]; then
{missing}
    exit 1
fi
umask 077
unset PYTHONHOME PYTHONSTARTUP PYTHONPATH PYTHONINSPECT PYTHONWARNINGS
{path}export PYTHONUTF8=1 DOCCTL_HOME="$(pwd -P)/{folder}"
exec 3>&1
# Reasons go to standard output; anything else means that docctl itself could not be started.
fault=$("$python" -P -m docctl hook pre-receive 2>&1 >&3) && exit 0
[ -z "$fault" ] || printf 'docctl: %s\\n' "$(printf '%s\\n' "$fault" | tail -n 1)"
exit 1
"""


def check(path: Path) -> Path:
    """The bare repository at a path, if a hook may be put into it.

    Raises:
        NotFound: `hook-no-repository`.
        Refused: `hook-not-bare`, `hook-owner` (it belongs to somebody else than root, who calls), `hook-exists`
            (somebody else's hook is there), `hook-elsewhere` (its settings name another folder of hooks).
        Unavailable: `object-format`, `not-readable`, `not-writable`, `git-missing`, `git-failed`.
    """
    place = Path(os.path.realpath(path))
    try:
        git_dir = repository(place)
        if git_dir is None:
            raise NotFound("hook-no-repository", path=str(path))
        check_format(git_dir)
        if git_dir != place or run(["rev-parse", "--is-bare-repository"], git_dir).strip() != b"true":
            raise Refused("hook-not-bare", path=str(path))
        _check_owner(git_dir)
        _check_hook(git_dir)
    except OSError as error:
        raise Unavailable("not-readable", path=str(error.filename or path)) from error
    if not all(os.access(one, os.W_OK | os.X_OK) for one in (git_dir, git_dir / "hooks") if one.exists()):
        raise Unavailable("not-writable", path=str(git_dir))
    return git_dir


def _check_owner(git_dir: Path) -> None:
    """What root writes, the account that serves could neither change nor keep."""
    owner = git_dir.stat().st_uid
    if hasattr(os, "geteuid") and os.geteuid() == 0 and owner != 0:
        import pwd

        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        raise Refused("hook-owner", owner=name)


def _check_hook(git_dir: Path) -> None:
    elsewhere = attempt(["config", "--local", "--get", "core.hooksPath"], git_dir).output.decode("utf-8", "replace")
    if elsewhere.strip() not in ("", _SETTINGS["core.hooksPath"], str(git_dir / "hooks")):
        raise Refused("hook-elsewhere", path=elsewhere.strip())
    hook = git_dir / "hooks" / _HOOK
    if os.path.lexists(hook) and not installed(git_dir):
        raise Refused("hook-exists", path=str(hook))


def installed(git_dir: Path) -> bool:
    """Whether the hook that is there is ours."""
    try:
        return _MARK in (git_dir / "hooks" / _HOOK).read_text("utf-8", "replace")
    except OSError:
        return False


def settings(git_dir: Path) -> dict[str, str]:
    """What the repository says about its hook: the settings `docctl.hook.*`, by their last word.

    Raises:
        Unavailable: `git-missing`, `git-failed`.
    """
    found = attempt(["config", "--local", "-z", "--get-regexp", rf"^{_OWN.pattern}"], git_dir)
    if found.status not in (0, 1):
        raise failure("config", found, git_dir)
    lines = found.output.decode("utf-8", "replace").split("\0")
    pairs = [line.partition("\n") for line in lines if line]
    return {_OWN.sub("", name, count=1): value for name, _, value in pairs}


def keep_setting(git_dir: Path, name: str, value: str) -> None:
    """Set one of `docctl.hook.*`.

    Raises:
        Unavailable: `git-missing`, `git-failed`, `not-writable`, `disk-full`.
    """
    run(["config", "--local", "--replace-all", f"docctl.hook.{name}", value], git_dir)


def set_up(git_dir: Path, missing: Sequence[str]) -> None:
    """Put in the settings, the folder for what is kept and, last, the hook.

    Args:
        git_dir: What `check` gave.
        missing: Lines that the hook says when docctl is no longer where it was.

    Raises:
        Unavailable: `git-missing`, `git-failed`, `not-writable`, `disk-full`, `disk-failed`.
    """
    for name, value in _SETTINGS.items():
        run(["config", "--local", "--replace-all", name, value], git_dir)
    for name, value in _DEFAULTS.items():
        if attempt(["config", "--local", "--get", name], git_dir).status == 1:
            run(["config", "--local", name, value], git_dir)
    run(["symbolic-ref", "HEAD", BRANCH], git_dir)
    hook = git_dir / "hooks" / _HOOK
    temporary = hook.with_name(f".{_HOOK}.{os.getpid()}")
    try:
        folder = git_dir / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "geteuid") and folder.lstat().st_uid == os.geteuid():
            # A copy made by other means may have lost it.
            folder.chmod(0o700)
        hook.parent.mkdir(exist_ok=True)
        try:
            temporary.write_text(_script(missing), "utf-8")
            temporary.chmod(0o755)
            temporary.replace(hook)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
    except OSError as error:
        raise disk_failure(error, git_dir) from error


def _script(missing: Sequence[str]) -> str:
    # Needed here alone, and every push would wait for them.
    import shlex
    import sysconfig

    package = Path(__file__).resolve().parents[1]
    known = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    # A docctl that Python does not find by itself: run from its sources, or installed somewhere else.
    path = "" if package.parent in known else f"export PYTHONPATH={shlex.quote(str(package.parent))}\n"
    return _SCRIPT.format(
        mark=_MARK,
        folder=FOLDER,
        python=shlex.quote(sys.executable),
        package=shlex.quote(str(package)),
        missing="\n".join(f"    printf '%s\\n' {shlex.quote(line)}" for line in missing),
        path=path,
    )


def private(git_dir: Path) -> Path | None:
    """The folder for what is kept, if nobody but this account can write there; else None."""
    folder = git_dir / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    owned = hasattr(os, "geteuid") and found.st_uid == os.geteuid()
    return folder if owned and stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077 else None


def quarantined(git_dir: Path, path: str) -> Path | None:
    """The folder in which git keeps apart what is sent, if the path is such a folder of this repository."""
    place = Path(os.path.realpath(path))
    inside = place.parent == Path(os.path.realpath(git_dir / "objects"))
    return place if path and inside and place.is_dir() and len(place.name) > 2 else None
