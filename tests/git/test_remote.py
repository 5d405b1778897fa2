"""The shared copy, on the same disk and behind a made-up ssh."""

from __future__ import annotations

import http.server
import os
import sys
import threading

import pytest
from histories import EMPTY_TREE, commit, extend, stock

from docctl.adapters import remote
from docctl.adapters.gitledger import GitLedger
from docctl.errors import LedgerChanged, NotFound, Refused, Unavailable

HOOK = "#!/bin/sh\necho 'first reason'\necho 'second reason' >&2\nexit 1\n"


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def told(act, kind):
    with pytest.raises(kind) as caught:
        act()
    return caught.value


@pytest.fixture
def ours(shared, tmp_path):
    extend(shared, 2)
    remote.clone(str(shared.git_dir), tmp_path / "ours")
    with GitLedger.open(tmp_path / "ours") as made:
        yield made


def test_a_clone_starts_where_the_shared_copy_stands(ours, shared):
    assert ours.head() == shared.head()
    assert remote.remote_url(ours.root) == str(shared.git_dir)
    assert ours.hazards() == ()
    assert [one.name for one in ours.root.iterdir()] == [".git"]
    assert stock("fsck", "--strict", cwd=ours.root) == ""


def test_an_empty_shared_copy_may_be_cloned_and_pushed_to(shared, tmp_path):
    remote.clone(str(shared.git_dir), tmp_path / "first")
    assert remote.fetch(tmp_path / "first") is None
    assert told(lambda: remote.push(tmp_path / "first"), Refused).code == "library-empty"
    with GitLedger.open(tmp_path / "first") as ledger:
        ids = extend(ledger, 1)
    remote.push(tmp_path / "first")
    assert shared.head() == ids[-1]


def test_entries_go_there_and_come_back(ours, shared, tmp_path):
    remote.clone(str(shared.git_dir), tmp_path / "theirs")
    new = extend(ours, 1)[-1]
    remote.push(ours.root)
    remote.push(ours.root)
    assert shared.head() == new
    assert stock("rev-parse", "origin/main", cwd=ours.root) == new
    assert remote.fetch(tmp_path / "theirs") == new
    with GitLedger.open(tmp_path / "theirs") as theirs:
        assert theirs.head() != new
        assert [one for one, _ in theirs.commits(theirs.head(), new)] == [new]


def test_somebody_was_first(ours, shared):
    theirs = extend(shared, 1)[-1]
    head = ours.head()
    new, raw = commit(head, 77)
    ours.append([("commit", raw)], new, head)
    assert told(lambda: remote.push(ours.root), LedgerChanged).code == "remote-ahead"
    assert shared.head() == theirs
    assert remote.fetch(ours.root) == theirs
    assert told(lambda: remote.push(ours.root), LedgerChanged).code == "remote-ahead"


def test_a_rewritten_shared_copy_is_brought_for_the_judge_to_see(ours, shared):
    other, raw = commit(None, 99)
    shared.append([("commit", raw)], other, shared.head())
    assert remote.fetch(ours.root) == other
    assert ours.head() != other


def test_the_hooks_reasons_are_handed_on(ours, shared):
    program(shared.git_dir / "hooks" / "pre-receive", HOOK)
    extend(ours, 1)
    error = told(lambda: remote.push(ours.root), Refused)
    assert error.code == "remote-refused"
    assert error.values["reason"].splitlines()[:2] == ["first reason", "second reason"]


def test_a_branch_that_is_worked_on_is_not_pushed_to(ledger, tmp_path):
    extend(ledger, 1)
    remote.clone(str(ledger.root), tmp_path / "ours")
    with GitLedger.open(tmp_path / "ours") as ours:
        extend(ours, 1)
    error = told(lambda: remote.push(tmp_path / "ours"), Refused)
    assert error.code == "remote-refused"
    assert error.values["reason"]


def test_no_remote(ledger, tmp_path):
    extend(ledger, 1)
    assert remote.remote_url(ledger.root) is None
    for act in (remote.fetch, remote.push):
        assert told(lambda act=act: act(ledger.root), Refused).code == "remote-none"
        assert told(lambda act=act: act(tmp_path), NotFound).code == "library-not-found"


@pytest.mark.parametrize(
    "url", ["", "-u", "--upload-pack=touch x", "ext::sh -c true", "fd::1", "a\nb", "a\x1b[2Jb", " a", "a\0b"]
)
def test_addresses_that_would_start_something_are_refused(ledger, url, tmp_path):
    assert told(lambda: remote.set_remote(ledger.root, url), Refused).code == "remote-url"
    assert told(lambda: remote.clone(url, tmp_path / "new"), Refused).code == "remote-url"
    stock("config", "remote.origin.url", "ext::sh -c true", cwd=ledger.root)
    assert told(lambda: remote.fetch(ledger.root), Refused).code == "remote-url"


def test_a_failed_clone_leaves_nothing(tmp_path):
    error = told(lambda: remote.clone(str(tmp_path / "nowhere"), tmp_path / "new"), Unavailable)
    assert (error.code, error.values["remote"]) == ("remote-unreachable", str(tmp_path / "nowhere"))
    assert "nowhere" in error.values["reason"]
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").mkdir()
    told(lambda: remote.clone(str(tmp_path / "nowhere"), tmp_path / "mine"), Unavailable)
    assert list((tmp_path / "mine").iterdir()) == []
    (tmp_path / "mine" / "file").write_text("mine")
    for place in (tmp_path / "mine", tmp_path / "mine" / "file"):
        assert told(lambda place=place: remote.clone("x", place), Refused).code == "library-exists"
    assert (tmp_path / "mine" / "file").read_text() == "mine"


def test_passwords_are_not_repeated(ledger):
    extend(ledger, 1)
    remote.set_remote(ledger.root, "http://qms:secret@127.0.0.1:9/library")
    for act in (remote.fetch, remote.push):
        error = told(lambda act=act: act(ledger.root), Unavailable)
        assert error.code == "remote-unreachable"
        assert "secret" not in str(error)
        assert "127.0.0.1" in error.values["remote"]


def ssh(path):
    """An ssh that runs the command here and writes down what it was given."""
    return program(
        path,
        f"#!{sys.executable}\nimport os, sys\n"
        f"open({str(path) + '.log'!r}, 'a').write(repr((sys.argv[1:], os.environ.get('SSH_AUTH_SOCK'))) + '\\n')\n"
        "if 'lost' in sys.argv[-2]: sys.exit('Warning: added key\\nssh: connect to host lost port 22: No route')\n"
        "os.execvp('sh', ['sh', '-c', sys.argv[-1]])\n",
    )


def test_ssh_is_used_with_the_users_agent(ours, shared, monkeypatch, tmp_path):
    log = ssh(tmp_path / "bin" / "ssh")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/agent")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("GIT_SSH_COMMAND", raising=False)
    remote.set_remote(ours.root, f"ssh://git@host.example{shared.git_dir}")
    new = extend(ours, 1)[-1]
    remote.push(ours.root)
    assert (shared.head(), remote.fetch(ours.root)) == (new, new)
    assert "/agent" in (tmp_path / "bin" / "ssh.log").read_text()
    assert log.exists()
    remote.set_remote(ours.root, "git@lost:library")
    error = told(lambda: remote.fetch(ours.root), Unavailable)
    assert error.code == "remote-unreachable"
    assert error.values["reason"] == "ssh: connect to host lost port 22: No route"


def test_the_users_own_ssh_program_is_used_and_the_repositorys_is_not(ours, shared, monkeypatch, tmp_path):
    mine = ssh(tmp_path / "mine")
    theirs = ssh(tmp_path / "theirs")
    (tmp_path / ".gitconfig").write_text(f"[core]\n\tsshCommand = {mine}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GIT_SSH_COMMAND", "GIT_SSH", "GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    stock("config", "core.sshCommand", str(theirs), cwd=ours.root)
    url = f"ssh://git@host.example{shared.git_dir}"
    remote.set_remote(ours.root, url)
    for part in ("uploadpack", "receivepack"):
        stock("config", f"remote.{url}.{part}", f"{theirs} lost x", cwd=ours.root)
    assert remote.fetch(ours.root) == shared.head()
    remote.push(ours.root)
    assert (tmp_path / "mine.log").exists()
    (tmp_path / ".gitconfig").unlink()
    ssh(tmp_path / "bin" / "ssh")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert remote.fetch(ours.root) == shared.head()
    assert (tmp_path / "bin" / "ssh.log").exists()
    assert not (tmp_path / "theirs.log").exists()


@pytest.fixture
def locked_house():
    """A web server that wants a password and takes none."""

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/library"
        server.shutdown()
        thread.join()


def test_passwords_are_asked_of_the_users_programs_only(ours, locked_house, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME", "GIT_ASKPASS", "SSH_ASKPASS", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / ".gitconfig").write_text(f"[credential]\n\thelper = !touch {tmp_path}/mine; echo quit=1; true\n")
    theirs = program(tmp_path / "theirs", f"#!/bin/sh\ntouch {tmp_path}/started\n")
    stock("config", "credential.helper", str(theirs), cwd=ours.root)
    stock("config", f"credential.{locked_house}.helper", str(theirs), cwd=ours.root)
    stock("config", "core.askPass", str(theirs), cwd=ours.root)
    remote.set_remote(ours.root, locked_house)
    assert told(lambda: remote.fetch(ours.root), Unavailable).code == "remote-unreachable"
    assert (tmp_path / "mine").exists()
    (tmp_path / ".gitconfig").unlink()
    assert told(lambda: remote.fetch(ours.root), Unavailable).code == "remote-unreachable"
    assert not (tmp_path / "started").exists()


def test_nothing_that_the_repository_names_is_started(ours, shared, tmp_path):
    mark = tmp_path / "started"
    start = f"touch {mark}"
    for name, value in {
        "core.fsmonitor": start,
        "core.sshCommand": start,
        "core.askPass": start,
        "core.gitProxy": start,
        "core.alternateRefsCommand": start,
        "credential.helper": f"!{start}",
        "gpg.program": start,
        "push.gpgSign": "true",
        "remote.origin.uploadpack": start,
        "remote.origin.receivepack": start,
        "remote.origin.vcs": "evil",
        "protocol.ext.allow": "always",
        "gc.auto": "1",
    }.items():
        stock("config", name, value, cwd=ours.root)
    for name in ("pre-push", "reference-transaction", "post-checkout", "pre-auto-gc"):
        program(ours.git_dir / "hooks" / name, f"#!/bin/sh\n{start}\nexit 1\n")
    (ours.git_dir / "objects/info").mkdir(exist_ok=True)
    (ours.git_dir / "objects/info/alternates").write_text(f"{shared.git_dir}/objects\n")
    new = extend(ours, 1)[-1]
    remote.push(ours.root)
    assert (shared.head(), remote.fetch(ours.root)) == (new, new)
    later = extend(shared, 1)[-1]
    assert remote.fetch(ours.root) == later
    assert not mark.exists()
    stock("config", f"url.ext::sh -c touch% {mark}.insteadOf", str(shared.git_dir), cwd=ours.root)
    assert told(lambda: remote.fetch(ours.root), Unavailable).code == "remote-unreachable"
    assert not mark.exists()


def test_the_callers_git_variables_do_not_lead_astray(ours, shared, monkeypatch, tmp_path):
    astray = tmp_path / "astray.git"
    GitLedger.create(astray, bare=True)
    for name, value in {
        "GIT_DIR": astray,
        "GIT_OBJECT_DIRECTORY": astray / "objects",
        "GIT_NAMESPACE": "x",
        "GIT_TRACE": "1",
        "GIT_CONFIG_PARAMETERS": "rubbish",
    }.items():
        monkeypatch.setenv(name, str(value))
    new = extend(ours, 1)[-1]
    remote.push(ours.root)
    assert (shared.head(), remote.fetch(ours.root)) == (new, new)


def test_malformed_objects_are_not_taken_in(ours, shared):
    bad = b"tree " + EMPTY_TREE.encode() + b"\nauthor x\ncommitter x\n\nnobody\n"
    one = stock("hash-object", "-t", "commit", "--literally", "-w", "--stdin", cwd=shared.git_dir, stdin=bad)
    (shared.git_dir / "refs/heads/main").write_text(one + "\n")
    assert told(lambda: remote.fetch(ours.root), Unavailable).code == "remote-corrupt"


def test_without_git_the_network_says_so(ours, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert told(lambda: remote.fetch(ours.root), Unavailable).code == "git-missing"


def test_an_answer_that_does_not_come_is_given_up(ours, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program(tmp_path / "slow", "#!/bin/sh\nexec sleep 30\n")))
    monkeypatch.setattr(remote, "_SECONDS", 1)
    remote.set_remote(ours.root, "git@host.example:library")
    assert told(lambda: remote.fetch(ours.root), Unavailable).code == "remote-timeout"
