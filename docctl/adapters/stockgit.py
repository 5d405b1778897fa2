"""What stock git and ssh-keygen say of the same history: a second opinion, asked of a copy and never of the original.

A repository may come from anybody, and checking signatures runs programs that its settings name. So its objects are
packed (`pack-objects`, which runs nothing; see `gitprocess`) and unpacked into a fresh bare repository of ours, which
has no settings, no hooks and no other references; there the commands run that would not be safe in the original. The
copy is taken as it is, without `transfer.fsckObjects`: that would refuse it whole for one bad object, and what is bad
is the very thing asked about; `fsck --strict` says it of the copy.

Not for judging.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docctl.adapters.gitprocess import Outcome, command_line, disk_failure, environment, failure, reap, run, spawn
from docctl.errors import Unavailable

GOOD = "G"
_BRANCH = "refs/heads/main"
_LINE = re.compile(r"([0-9a-f]{40})\0([GBUXYREN])\0([^\0\n]*)\n?")
_SIGNERS = "allowed_signers"


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs asked: their versions as they state them, and where ssh-keygen lies."""

    git: str
    openssh: str
    keygen: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What git says of one commit's signature.

    Attributes:
        verdict: `%G?` of git-log(1): G good, U good by a key that is not in the list, B bad, N none, E not checked.
        fingerprint: `SHA256:…` of the key; "" where git names none.
    """

    commit: str
    verdict: str
    fingerprint: str


def tools() -> Tools:
    """The programs on the search path.

    Raises:
        Unavailable: `git-missing`, `second-opinion-missing`.
    """
    git = run(["--version"], None).decode("utf-8", "replace").strip().removeprefix("git version ")
    path = environment()["PATH"]
    keygen = shutil.which("ssh-keygen", path=path)
    if keygen is None:
        raise Unavailable("second-opinion-missing")
    # ssh-keygen cannot state its own version; ssh, which comes with it, can.
    ssh = shutil.which("ssh", path=path)
    said = ""
    if ssh is not None:
        done = subprocess.run(
            [ssh, "-V"], env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        said = done.stderr.decode("utf-8", "replace").strip()
    return Tools(git, said.partition(",")[0], os.path.realpath(keygen))


@contextmanager
def copied(git_dir: Path, head: str) -> Iterator[Path]:
    """A bare repository with the history of one commit and nothing else, gone when the block is left.

    Args:
        git_dir: The original.
        head: Id of the last commit.

    Raises:
        Unavailable: `git-missing`, `git-failed` (something of the history is missing or damaged), `disk-full`,
            `disk-failed`, `not-writable`.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="docctl-"))
    except OSError as error:
        raise disk_failure(error, Path(tempfile.gettempdir())) from error
    try:
        copy = folder / "copy"
        run(["init", "-q", "--bare", "--object-format=sha1", "-b", "main", "--template=", "--", str(copy)], None)
        _transfer(git_dir, head, copy, folder / "said")
        run(["update-ref", _BRANCH, head], copy)
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _transfer(git_dir: Path, head: str, copy: Path, said: Path) -> None:
    """Everything that a commit reaches, from one repository into another."""
    # No deltas are looked for, and no bitmap, which could leave something out, is believed.
    packing = ["pack-objects", "--revs", "--stdout", "-q", "--window=0", "--no-use-bitmap-index"]
    with said.open("w+b") as errors:
        packer = spawn(packing, git_dir, stdin=subprocess.PIPE, stderr=errors)
        whole = False
        try:
            unpacker = spawn(["index-pack", "--stdin"], copy, stdin=packer.stdout, stderr=errors)
            try:
                # Ours are copies; while they are open neither would notice that the other died.
                if packer.stdin is not None and packer.stdout is not None:
                    packer.stdout.close()
                    packer.stdin.write(f"{head}\n".encode())
                    packer.stdin.close()
                unpacker.wait()
                packer.wait()
                whole = True
            except BrokenPipeError:
                pass
            finally:
                status = reap(unpacker, kill=not whole)
        finally:
            status = reap(packer, kill=not whole) or (status if whole else 1)
        errors.seek(0)
        if status:
            reason = errors.read(65536).decode("utf-8", "replace")
            raise failure("pack-objects", Outcome(status, b"", reason), git_dir)


def opinions(copy: Path, signers: str, keygen: str) -> Generator[Opinion, None, None]:
    """What git says of each commit's signature, oldest first, along the first parents; to be closed.

    Args:
        copy: From `copied`.
        signers: An allowed-signers file (ssh-keygen(1)).
        keygen: Path of ssh-keygen.

    Raises:
        Unavailable: `git-failed`, `git-missing`, `disk-full`, `disk-failed`.
    """
    try:
        (copy.parent / _SIGNERS).write_text(signers, "utf-8")
    except OSError as error:
        raise disk_failure(error, copy.parent) from error
    settings = {
        "gpg.ssh.allowedSignersFile": str(copy.parent / _SIGNERS),
        "gpg.ssh.program": keygen,
        # Signatures of other kinds are none here, and no other program is to be run.
        "gpg.openpgp.program": os.devnull,
        "gpg.x509.program": os.devnull,
    }
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    asked = [*words, "log", "--first-parent", "--reverse", "--format=%H%x00%G?%x00%GF", _BRANCH, "--"]
    process = _start(asked, copy)
    whole = False
    try:
        for line in process.stdout or ():
            found = _LINE.fullmatch(line.decode("utf-8", "replace"))
            if found is not None:
                yield Opinion(*found.groups())
        whole = True
    finally:
        status = reap(process, kill=not whole)
    if status:
        raise Unavailable("git-failed", command="log", reason=f"exit {status}")


def _start(args: Sequence[str], copy: Path, errors: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start git in the copy, which is removed with whatever temporary files it leaves behind."""
    env = {**environment(), "TMPDIR": str(copy.parent), "HOME": str(copy.parent)}
    # The copy has no grafts; to be told of none, git says that nobody should have any.
    del env["GIT_GRAFT_FILE"]
    try:
        return subprocess.Popen(
            command_line(args, copy),
            env=env,
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    except OSError as error:
        raise Unavailable("git-missing") from error


def fsck(copy: Path) -> tuple[str, ...]:
    """Every line of `git fsck --strict` on the copy, unprintable signs escaped."""
    with _start(["fsck", "--strict", "--no-dangling", "--no-progress"], copy, subprocess.STDOUT) as process:
        said, _ = process.communicate()
    lines = said.decode("utf-8", "replace").splitlines()
    if process.returncode and not lines:
        lines = [f"exit {process.returncode}"]
    return tuple(line if line.isprintable() else ascii(line) for line in lines if line.strip())
