"""Four ways to share a library, for real: programs of Debian on loopback, set up as docs/server.md says.

Each gives a `Place`: where clients find the repository, where it lies, and what clients need in their environment.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PAGE = (TOP / "docs" / "server.md").read_text("utf-8")
SSHD, NGINX, FCGIWRAP = "/usr/sbin/sshd", "/usr/sbin/nginx", "/usr/sbin/fcgiwrap"


def block(kind: str, number: int = 0) -> str:
    """A fenced block of the page, by its kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[number]


@dataclass
class Place:
    """Where a library is shared.

    Attributes:
        env: What clients need beside the usual.
    """

    kind: str
    url: str
    repo: Path
    env: dict[str, str] = field(default_factory=dict)

    def refs(self) -> str:
        """Every name on the server, with what it stands for."""
        return git("for-each-ref", cwd=self.repo).stdout


def git(*words: str, cwd: Path, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    """Stock git, in an environment without anybody's settings."""
    base = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    who = {f"GIT_{role}_{part}": "t@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    line = ["git", *words]
    done = subprocess.run(line, cwd=cwd, env={**base, **who, **env}, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise AssertionError((words, done.stdout, done.stderr))
    return done


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def running(line: list[str], log: Path, ready, **env: str):
    """A program of its own group, from when it answers until the block ends."""
    base = {"PATH": os.environ["PATH"], "HOME": str(log.parent), "LC_ALL": "C"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**base, **env}, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 20
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((line, log.read_text("utf-8", "replace")))
            time.sleep(0.02)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(port: int):
    """Whether somebody listens there."""

    def ask() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    return ask


def keygen(path: Path) -> str:
    """A new key; its public line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", str(path)], check=True)
    return path.with_name(f"{path.name}.pub").read_text().strip()


def bare(place: Path) -> Path:
    """A bare repository made as the page says; the hook is not in it yet."""
    git("init", "-q", "--bare", "--initial-branch=main", str(place), cwd=place.parent)
    return place


@contextlib.contextmanager
def on_disk(place: Path):
    """A folder that all can write to."""
    repo = bare(place / "library.git")
    yield Place("disk", str(repo), repo)


@contextlib.contextmanager
def sshd(place: Path, authorized: Path, **env: str):
    """An ssh server that lets in whom a file names: its port, and the command that clients use."""
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    port = free_port()
    public = keygen(place / "host")
    (place / "known_hosts").write_text(f"[127.0.0.1]:{port} {' '.join(public.split()[:2])}\n")
    lines = [
        f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {place}/host", "PidFile none", "StrictModes no", "UsePAM no",
        "PasswordAuthentication no", "KbdInteractiveAuthentication no", f"AuthorizedKeysFile {authorized}",
        *(f"SetEnv {name}={value}" for name, value in env.items()),
    ]  # fmt: skip
    (place / "sshd_config").write_text("\n".join(lines) + "\n")
    client = (
        f"ssh -F none -i {place}/client -o IdentitiesOnly=yes -o UserKnownHostsFile={place}/known_hosts "
        "-o BatchMode=yes -o LogLevel=ERROR"
    )
    with running([SSHD, "-D", "-e", "-f", str(place / "sshd_config")], place / "sshd.log", answers(port)):
        yield port, {"GIT_SSH_COMMAND": client}


@contextlib.contextmanager
def over_ssh(place: Path):
    """OpenSSH, each key bound to git by the page's line."""
    repo = bare(place / "library.git")
    public = keygen(place / "client")
    line = block("authorized_keys").strip().replace("ssh-ed25519 AAAA… leyla", public)
    assert public in line
    (place / "authorized_keys").write_text(line + "\n")
    with sshd(place, place / "authorized_keys") as (port, env):
        yield Place("ssh", f"ssh://{getpass.getuser()}@127.0.0.1:{port}{repo}", repo, env)


def certificate(place: Path) -> None:
    """For 127.0.0.1, signed by itself."""
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    line = ["openssl", *words.split(), "-addext", "subjectAltName=IP:127.0.0.1"]
    line += ["-keyout", str(place / "docctl.key"), "-out", str(place / "docctl.pem")]
    subprocess.run(line, check=True, capture_output=True)


@contextlib.contextmanager
def over_https(place: Path):
    """nginx, fcgiwrap and git's http-backend by the page's blocks, with TLS and a password that a helper keeps."""
    repo = bare(place / "library.git")
    certificate(place)
    port = free_port()
    secret = subprocess.run(["openssl", "passwd", "-apr1", "open sesame"], check=True, capture_output=True, text=True)
    (place / "docctl.htpasswd").write_text(f"leyla:{secret.stdout.strip()}\n")
    server = block("nginx")
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("docs.example.az", "127.0.0.1"),
        ("/etc/ssl/certs", str(place)),
        ("/etc/ssl/private", str(place)),
        ("/etc/nginx/docctl.htpasswd", str(place / "docctl.htpasswd")),
        ("/srv/docctl", str(place)),
        ("/run/docctl-git.sock", str(place / "git.sock")),
    ):
        assert old in server, old
        server = server.replace(old, new)
    folders = "".join(f"{one}_temp_path {place}/tmp;\n" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    (place / "nginx.conf").write_text(
        f"{user}daemon off;\nworker_processes 1;\npid {place}/nginx.pid;\nerror_log {place}/nginx.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{folders}{server}}}\n"
    )
    home = place / "client"
    home.mkdir()
    (home / ".gitconfig").write_text(
        # Little is sent in one piece, so that more comes in many.
        "[http]\n\tpostBuffer = 65536\n[credential]\n\thelper = store\n"
    )
    (home / ".git-credentials").write_text(f"https://leyla:open%20sesame@127.0.0.1%3a{port}\n")
    client = {"HOME": str(home), "GIT_SSL_CAINFO": str(place / "docctl.pem"), "NO_PROXY": "127.0.0.1"}
    started = re.search(r"^ExecStart=/usr/sbin/fcgiwrap (.*)$", PAGE, re.MULTILINE)
    assert started is not None
    wrap = [FCGIWRAP, *started[1].split(), "-s", f"unix:{place}/git.sock"]
    nginx = [NGINX, "-p", str(place), "-c", str(place / "nginx.conf"), "-e", str(place / "nginx.log")]
    with (
        running(wrap, place / "fcgiwrap.log", (place / "git.sock").exists),
        running(nginx, place / "nginx.out", answers(port)),
    ):
        yield Place("https", f"https://127.0.0.1:{port}/library.git", repo, client)


@contextlib.contextmanager
def by_gitolite(place: Path):
    """gitolite with a home of its own, set up by its own commands, behind an ssh server."""
    home = place / "home"
    home.mkdir()
    keygen(place / "client")
    shutil.copy(place / "client.pub", place / "leyla.pub")
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "USER": getpass.getuser(), "LC_ALL": "C"}
    env |= {f"GIT_{role}_{part}": "git@localhost" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    setup = ["gitolite", "setup", "-pk", str(place / "leyla.pub")]
    subprocess.run(setup, env=env, check=True, capture_output=True)
    with sshd(place, home / ".ssh/authorized_keys", HOME=str(home)) as (port, client):
        address = f"ssh://{getpass.getuser()}@127.0.0.1:{port}"
        admin = place / "admin"
        git("clone", "-q", f"{address}/gitolite-admin", str(admin), cwd=place, **client)
        with (admin / "conf/gitolite.conf").open("a") as file:
            file.write("\n" + block("gitolite"))
        git("commit", "-q", "-a", "-m", "A library", cwd=admin)
        git("push", "-q", "origin", "HEAD", cwd=admin, **client)
        repo = home / "repositories/library.git"
        yield Place("gitolite", f"{address}/library", repo, client)
        # What its own care does to the hooks leaves ours alone.
        before = (repo / "hooks/pre-receive").read_bytes()
        subprocess.run(["gitolite", "setup"], env=env, check=True, capture_output=True)
        assert (repo / "hooks/pre-receive").read_bytes() == before


WAYS = {"disk": on_disk, "ssh": over_ssh, "https": over_https, "gitolite": by_gitolite}
PROGRAMS = {
    "disk": (),
    "ssh": (SSHD,),
    "https": (NGINX, FCGIWRAP, "openssl"),
    "gitolite": (SSHD, "gitolite"),
}


def missing(kind: str) -> list[str]:
    """The programs that a way needs and that are not here."""
    return [one for one in PROGRAMS[kind] if shutil.which(one) is None]
