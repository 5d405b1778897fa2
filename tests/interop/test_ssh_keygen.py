"""The same signatures, asked of OpenSSH: what it signs we open, what we sign it verifies."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

from typing import TYPE_CHECKING

from test_signatures_forge import FIDO, KINDS, PAYLOAD, WEBAUTHN, device, seal

from docctl.errors import Untrusted
from docctl.signatures import (
    FileSigner,
    KeygenSigner,
    allowed_signers_line,
    check_possession,
    generate,
    load_key,
    normalised,
    open_seal,
    prove_possession,
    read_public,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")

TYPES = {"ed25519": [], "ecdsa-256": ["-b", "256"], "ecdsa-384": ["-b", "384"], "rsa": ["-b", "3072"]}


def keygen(*words: str, payload: bytes = b"", ok: bool = True) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(["ssh-keygen", *words], input=payload, capture_output=True, timeout=60, check=False)
    assert not ok or done.returncode == 0, done.stderr
    return done


def make(folder: Path, kind: str, passphrase: str = "") -> Path:
    path = folder / kind
    keygen(
        "-q", "-t", kind.split("-", maxsplit=1)[0], *TYPES[kind], "-N", passphrase, "-C", "a comment", "-f", str(path)
    )
    return path


def verified(folder: Path, key_line: str, armored: bytes, payload: bytes = PAYLOAD) -> bool:
    """What `ssh-keygen -Y verify` says."""
    (folder / "allowed").write_text(allowed_signers_line("a@b.az", key_line) + "\n")
    (folder / "signature").write_bytes(armored)
    words = ("-Y", "verify", "-f", folder / "allowed", "-I", "a@b.az", "-n", "git", "-s", folder / "signature")
    return keygen(*map(str, words), payload=payload, ok=False).returncode == 0


@pytest.fixture(scope="module")
def agent() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="agent")
    socket = f"{folder}/s"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if Path(socket).exists():
            break
        time.sleep(0.02)
    yield socket
    process.terminate()
    process.wait()
    shutil.rmtree(folder)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("digest", ["sha512", "sha256"])
def test_we_open_what_ssh_keygen_seals(tmp_path: Path, kind: str, digest: str) -> None:
    path = make(tmp_path, kind)
    for number in range(8):
        payload = PAYLOAD + bytes((number,))
        words = ("-Y", "sign", "-n", "git", "-O", f"hashalg={digest}", "-f", str(path))
        answer = keygen(*words, payload=payload).stdout
        assert open_seal(payload, answer).problem in {None, "signature-not-canonical"}
        if "ecdsa" not in kind:
            assert normalised(answer) == answer
        opened = open_seal(payload, normalised(answer))
        assert (opened.problem, opened.key) == (None, read_public(f"{path}.pub").line)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("passphrase", ["", "gizli söz"])
def test_ssh_keygen_verifies_what_its_key_file_signs_here(tmp_path: Path, kind: str, passphrase: str) -> None:
    path = make(tmp_path, kind, passphrase)
    signer = load_key(path, lambda: passphrase)
    assert isinstance(signer, FileSigner)
    assert signer.key == read_public(f"{path}.pub").line
    for number in range(4):
        payload = PAYLOAD + bytes((number,))
        armored = signer.sign(payload, "git").encode()
        assert verified(tmp_path, signer.key, armored, payload)
        assert not verified(tmp_path, signer.key, armored)
    if passphrase:
        with pytest.raises(Untrusted):
            load_key(path, lambda: "wrong")


@pytest.mark.parametrize("kind", KINDS)
def test_ssh_keygen_agrees_with_the_forge(tmp_path: Path, kind: str) -> None:
    assert verified(tmp_path, device(kind).key.line, seal(device(kind)))
    assert not verified(tmp_path, device(kind).key.line, seal(device(kind)), b"other")


def test_we_are_stricter_than_ssh_keygen(tmp_path: Path) -> None:
    """The rules OpenSSH does not have; each is Good there and refused here."""
    cases = {
        "signature-no-presence": (device(FIDO[0]), {"flags": 0}),
        "signature-origin": (device(WEBAUTHN), {"more": {"crossOrigin": True}}),
        "signature-not-canonical": (device("ecdsa-sha2-nistp256"), {"high_s": True}),
    }
    for problem, (owner, over) in cases.items():
        armored = seal(owner, **over)
        assert verified(tmp_path, owner.key.line, armored)
        assert open_seal(PAYLOAD, armored).problem == problem


@pytest.mark.parametrize("passphrase", [None, "gizli"])
def test_ssh_keygen_reads_a_new_key(tmp_path: Path, passphrase: str | None) -> None:
    key = generate(tmp_path / "new", passphrase)
    shown = keygen("-y", "-P", passphrase or "", "-f", str(tmp_path / "new")).stdout.decode()
    assert shown.split()[:2] == key.line.split()
    assert key.fingerprint in keygen("-l", "-f", str(tmp_path / "new.pub")).stdout.decode()


@pytest.mark.parametrize("kind", TYPES)
def test_the_agent_signs(tmp_path: Path, kind: str, agent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", agent)
    path = make(tmp_path, kind)
    public = path.with_name("elsewhere.pub")
    shutil.copy(f"{path}.pub", public)
    signer = load_key(public)
    assert isinstance(signer, KeygenSigner)
    with pytest.raises(Untrusted) as caught:
        signer.sign(PAYLOAD, "git")
    assert caught.value.code == "agent-refused"
    assert caught.value.values["reason"]
    subprocess.run(["ssh-add", "-q", str(path)], check=True, timeout=60)
    for number in range(6):
        payload = PAYLOAD + bytes((number,))
        armored = signer.sign(payload, "git").encode()
        assert open_seal(payload, armored).key == signer.key
        assert verified(tmp_path, signer.key, armored, payload)
    assert check_possession(prove_possession(signer, "library", "leyla"), "library", "leyla", signer.key) is None


def test_no_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    path = make(tmp_path, "ed25519")
    path.rename(tmp_path / "away")
    with pytest.raises(Untrusted) as caught:
        load_key(f"{path}.pub").sign(PAYLOAD, "git")
    assert caught.value.code == "agent-refused"
