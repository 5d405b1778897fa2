from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from test_signatures_forge import FIDO, PAYLOAD, PLAIN, device, seal

from docctl.errors import DocctlError, Malformed, NotFound, Refused, Unavailable, Untrusted
from docctl.signatures import (
    FileSigner,
    KeygenSigner,
    check_possession,
    generate,
    load_key,
    open_seal,
    parse,
    prove_possession,
    read_public,
)
from docctl.signatures import openssh as room
from docctl.signatures.wire import string, uint32


def write(path: Path, private: object, passphrase: bytes | None = None) -> Path:
    protection = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, protection))  # type: ignore[attr-defined]
    path.chmod(0o600)
    return path


def code(path: Path, ask: object = None) -> str:
    with pytest.raises(DocctlError) as caught:
        load_key(path, ask)  # type: ignore[arg-type]
    return caught.value.code


def never() -> str:
    raise AssertionError


def container(blob: bytes, *kdf: bytes, magic: bytes = b"openssh-key-v1\0", number: int = 1) -> bytes:
    """A private key file as far as its public part; the private part is junk."""
    import base64

    cipher, derivation, options = kdf or (b"none", b"none", b"")
    wire = (
        magic
        + string(cipher)
        + string(derivation)
        + string(options)
        + uint32(number)
        + string(blob)
        + string(bytes(16))
    )
    text = base64.encodebytes(wire)
    return b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + text + b"-----END OPENSSH PRIVATE KEY-----\n"


@pytest.mark.parametrize("kind", PLAIN)
def test_a_key_file_signs(tmp_path: Path, kind: str) -> None:
    signer = load_key(write(tmp_path / "key", device(kind).private), never)
    assert isinstance(signer, FileSigner)
    assert signer.key == device(kind).key.line
    for number in range(8):
        payload = PAYLOAD + bytes((number,))
        opened = open_seal(payload, signer.sign(payload, "git").encode())
        assert (opened.problem, opened.key) == (None, signer.key)
    assert parse(signer.sign(PAYLOAD, "git").encode()).hash_algorithm == "sha512"
    assert check_possession(prove_possession(signer, "library", "leyla"), "library", "leyla", signer.key) is None
    assert "private" not in repr(signer)


def test_a_passphrase_is_asked_for_once(tmp_path: Path) -> None:
    path = write(tmp_path / "key", device("ssh-ed25519").private, "gizli ə".encode())
    asked = []
    signer = load_key(path, lambda: asked.append(1) or "gizli ə")  # type: ignore[func-returns-value]
    assert (signer.key, len(asked)) == (device("ssh-ed25519").key.line, 1)
    assert code(path) == "key-locked"
    assert code(path, lambda: "wrong") == "passphrase-wrong"
    assert code(path, lambda: "") == "passphrase-wrong"


@pytest.mark.parametrize(
    "options", [string(bytes(16)) + uint32(2**31), string(bytes(16)) + uint32(4097), b"", bytes(3)]
)
def test_a_key_file_that_would_take_hours_to_open_is_unreadable(tmp_path: Path, options: bytes) -> None:
    """Found by fuzzing: the file says how many rounds its passphrase goes through, and any number was believed."""
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(container(device("ssh-ed25519").blob, b"aes256-ctr", b"bcrypt", options))
    assert code(path, never) == "key-unreadable"


def test_a_key_file_with_another_point_inside_is_unreadable(tmp_path: Path) -> None:
    """Found by fuzzing: a private part whose point is not uncompressed was a NotImplementedError."""
    import base64

    path = write(tmp_path / "key", device("ecdsa-sha2-nistp256").private)
    begin, *body, end = path.read_bytes().splitlines(keepends=True)
    wire = base64.b64decode(b"".join(body))
    at = wire.rindex(uint32(65) + b"\x04") + 4
    changed = wire[:at] + b"\x02" + wire[at + 1 :]
    path.write_bytes(begin + base64.encodebytes(changed) + end)
    assert code(path, never) == "key-unreadable"


def test_a_miscalculated_signature_is_not_given_away() -> None:
    signer = FileSigner(device("ssh-ed25519").key.line, device("ssh-ed25519", 1).private)
    with pytest.raises(Untrusted) as caught:
        signer.sign(PAYLOAD, "git")
    assert caught.value.code == "signature-invalid"


def test_a_key_that_is_not_there_or_not_a_key(tmp_path: Path) -> None:
    assert code(tmp_path / "none") == "key-missing"
    assert code(tmp_path) == "key-unreadable"
    assert code(Path("a\0b")) == "key-unreadable"
    path = tmp_path / "key"
    path.touch(0o600)
    blob = device("ssh-ed25519").blob
    good = write(tmp_path / "good", device("ssh-ed25519").private).read_bytes()
    contents = {
        b"",
        b"\xff\xfe",
        b"x" * 70_000,
        b"-----BEGIN RSA PRIVATE KEY-----\nMII=\n-----END RSA PRIVATE KEY-----\n",
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        good + b"more",
        container(blob),
        container(blob, magic=b"openssh-key-v2\0"),
        container(blob, number=2),
        container(blob + b"\0"),
        b"ssh-ed25519 AAAA",
    }
    for content in contents:
        path.write_bytes(content)
        assert code(path, lambda: "x") == "key-unreadable", content
    path.write_bytes(container(blob, b"rot13", b"none", b""))
    assert code(path, lambda: "x") == "key-unreadable"


def test_a_file_whose_halves_disagree_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "key", device("ssh-ed25519").private)
    monkeypatch.setattr(room, "load_ssh_private_key", lambda *_: device("ssh-ed25519", 1).private)
    assert code(path) == "key-unreadable"
    monkeypatch.setattr(room, "load_ssh_private_key", lambda *_: object())
    assert code(path) == "key-unreadable"


def test_weak_and_unknown_private_keys_are_refused(tmp_path: Path) -> None:
    assert code(write(tmp_path / "small", rsa.generate_private_key(65537, 2048))) == "key-weak"
    assert code(write(tmp_path / "wide", ec.generate_private_key(ec.SECP521R1()))) == "key-type-refused"


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_a_private_key_others_may_read_is_not_used(tmp_path: Path) -> None:
    path = write(tmp_path / "key", device("ssh-ed25519").private)
    path.chmod(0o640)
    assert code(path) == "key-permission"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    path = write(tmp_path / "key", device("ssh-ed25519").private)
    monkeypatch.setattr(Path, "open", refuse)
    assert code(path) == "key-permission"


# --- new keys -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passphrase", [None, "", "gizli"])
def test_a_new_key_is_private_and_has_its_public_half_beside(tmp_path: Path, passphrase: str | None) -> None:
    key = generate(tmp_path / "key", passphrase)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert (tmp_path / "key.pub").read_text() == f"{key.line}\n"
    assert read_public(tmp_path / "key.pub") == key
    assert sorted(each.name for each in tmp_path.iterdir()) == ["key", "key.pub"]
    signer = load_key(tmp_path / "key", (lambda: "gizli") if passphrase else never)
    assert signer.key == key.line
    assert open_seal(b"x", signer.sign(b"x", "git").encode()).problem is None


@pytest.mark.parametrize("name", ["key", "key.pub"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(Refused) as caught:
        generate(tmp_path / "key", None)
    assert caught.value.code == "key-exists"
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(name, "mine")]


def test_a_link_to_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        generate(tmp_path / "key", None)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        generate(tmp_path / "none" / "key", None)
    assert caught.value.code == "key-permission"


# --- ssh-keygen, played by a script ---------------------------------------------------------------------------------


def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> KeygenSigner:
    """A signer whose ssh-keygen is a shell script."""
    program = tmp_path / "ssh-keygen"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    path = tmp_path / "key.pub"
    path.write_text(f"{device('ssh-ed25519').key.line} comment\n")
    signer = load_key(path)
    assert isinstance(signer, KeygenSigner)
    return signer


def test_a_public_key_file_signs_through_ssh_keygen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "answer").write_bytes(seal(device("ssh-ed25519")).replace(b"\n", b"\r\n"))
    script = f'echo "$@" > {tmp_path}/words; env > {tmp_path}/env; cat > {tmp_path}/payload; cat {tmp_path}/answer'
    monkeypatch.setenv("SECRET", "1")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nowhere")
    signer = stage(tmp_path, monkeypatch, script)
    assert signer.sign(PAYLOAD, "git").encode() == seal(device("ssh-ed25519"))
    assert (tmp_path / "words").read_text() == f"-Y sign -n git -f {tmp_path}/key.pub\n"
    assert (tmp_path / "payload").read_bytes() == PAYLOAD
    environment = (tmp_path / "env").read_text()
    assert "SECRET" not in environment
    assert "SSH_AUTH_SOCK=/nowhere" in environment


@pytest.mark.parametrize("kind", FIDO)
def test_the_private_file_of_a_device_signs_through_ssh_keygen(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "id_sk"
    path.write_bytes(container(device(kind).blob))
    path.chmod(0o600)
    assert load_key(path) == KeygenSigner(device(kind).key.line, str(path))


def test_the_answer_of_ssh_keygen_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "signature-invalid": seal(device("ssh-ed25519"), b"other"),
        "signature-namespace": seal(device("ssh-ed25519"), namespace="file"),
        "agent-refused": seal(device("ssh-ed25519", 3)),
        "signature-no-presence": seal(device(FIDO[0]), flags=0),
    }
    signer = stage(tmp_path, monkeypatch, f"cat {tmp_path}/answer")
    for expected, answer in answers.items():
        (tmp_path / "answer").write_bytes(answer)
        with pytest.raises(Untrusted) as caught:
            signer.sign(PAYLOAD, "git")
        assert caught.value.code == expected
    (tmp_path / "answer").write_bytes(b"junk")
    with pytest.raises(Untrusted) as caught:
        signer.sign(PAYLOAD, "git")
    assert caught.value.code == "agent-refused"


def test_a_refusal_gives_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for said, reason in {
        "echo 'Confirm user presence for key X' >&2; printf 'agent\\033[1m no\\n more' >&2": "agent[1m no",
        "true": "",
    }.items():
        signer = stage(tmp_path, monkeypatch, f"{said}; exit 255")
        with pytest.raises(Untrusted) as caught:
            signer.sign(PAYLOAD, "git")
        assert (caught.value.code, caught.value.values) == ("agent-refused", {"reason": reason})


def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = stage(tmp_path, monkeypatch, "exec sleep 30")
    with pytest.raises(Unavailable) as caught:
        KeygenSigner(signer.key, signer.path, 0.1).sign(PAYLOAD, "git")
    assert caught.value.code == "ssh-keygen-timeout"


def test_no_ssh_keygen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = stage(tmp_path, monkeypatch, "true")
    (tmp_path / "ssh-keygen").write_text("#!/no/such/interpreter\n")
    with pytest.raises(Unavailable) as caught:
        signer.sign(PAYLOAD, "git")
    assert caught.value.code == "ssh-keygen-missing"
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    with pytest.raises(Unavailable) as caught:
        signer.sign(PAYLOAD, "git")
    assert caught.value.code == "ssh-keygen-missing"


def test_public_files_that_are_no_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.pub"
    with pytest.raises(NotFound):
        read_public(path)
    path.write_text("two\nlines\n")
    with pytest.raises(Malformed):
        read_public(path)
    path.write_text("ssh-dss AAAA\n")
    with pytest.raises(Untrusted):
        read_public(path)
