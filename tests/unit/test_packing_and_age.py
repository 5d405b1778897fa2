"""Sealing without a library: archives that are the same for the same files, and what age keys open."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl import signatures
from docctl.adapters import packing
from docctl.errors import Malformed, Untrusted
from docctl.signatures import agesealing

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}[a-z]", fullmatch=True).filter(
    lambda name: not name.endswith(".")
)


@given(st.dictionaries(NAMES, st.binary(max_size=3000), max_size=6))
@settings(max_examples=60, deadline=None)
def test_packed_files_come_back_and_are_packed_alike(files: dict[str, bytes]) -> None:
    files = {name: data for name, data in files.items() if packing.is_plain_name(name)}
    data = packing.packed(files)
    assert packing.unpacked(data) == files
    assert packing.packed(dict(reversed(files.items()))) == data


@given(st.integers(2, 2**40))
def test_padding_costs_little_and_hides_what_it_should(size: int) -> None:
    padded = packing.padded_size(size)
    assert size <= padded <= size * 1.12 + 1
    assert packing.padded_size(padded) == padded
    # Of the number's digits only so many remain as its order of magnitude has itself.
    assert bin(padded).rstrip("0").count("1") <= size.bit_length().bit_length() + 1


def test_small_records_are_all_of_one_size() -> None:
    sizes = {len(packing.packed({"record.md": b"x" * n, "salt": bytes(32)})) for n in (1, 100, 4000, 7000)}
    assert sizes == {10240}


def archive(*members: tuple[str, bytes, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for name, kind, content in members:
            one = tarfile.TarInfo(name)
            one.type, one.linkname = kind, "/etc/passwd"
            one.size = len(content) if kind == tarfile.REGTYPE else 0
            tar.addfile(one, io.BytesIO(content))
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive" * 100,
        archive(("../out", tarfile.REGTYPE, b"x")),
        archive(("/abs", tarfile.REGTYPE, b"x")),
        archive(("a/b", tarfile.REGTYPE, b"x")),
        archive(("link", tarfile.SYMTYPE, b"")),
        archive(("hard", tarfile.LNKTYPE, b"")),
        archive(("folder", tarfile.DIRTYPE, b"")),
        archive(("sparse", tarfile.GNUTYPE_SPARSE, b"")),
        archive(("a", tarfile.REGTYPE, b"1"), ("a", tarfile.REGTYPE, b"2")),
        archive(*((f"n{number}", tarfile.REGTYPE, b"") for number in range(packing.MAX_MEMBERS + 1))),
        archive(("long", tarfile.REGTYPE, b"x" * 5000))[:2000],
    ],
)
def test_other_archives_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed) as error:
        packing.unpacked(data)
    assert error.value.code == "archive-unreadable"


# -- keys --------------------------------------------------------------------------------------------------------------


def made(place: Path, kind: str, passphrase: str) -> Path:
    size = ["-b", "3072"] if kind == "rsa" else []
    subprocess.run(["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-f", place / kind], check=True)
    return place / kind


def signer(path: Path, passphrase: str) -> signatures.FileSigner:
    found = signatures.load_key(path, lambda: passphrase)
    assert isinstance(found, signatures.FileSigner)
    return found


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_what_is_sealed_to_a_signing_key_opens_with_it_whatever_its_passphrase(tmp_path: Path, kind: str) -> None:
    key = signer(made(tmp_path, kind, "a long one"), "a long one")
    sealed = agesealing.seal(b"words", (key.key,))
    assert b"words" not in sealed
    assert agesealing.opener((key.unlocked(),)).open(sealed) == b"words"


def test_keys_that_open_nothing_say_so(tmp_path: Path) -> None:
    key = signer(made(tmp_path, "ecdsa", ""), "")
    with pytest.raises(Untrusted) as error:
        key.unlocked()
    assert error.value.code == "key-cannot-open"
    with pytest.raises(Malformed) as other:
        agesealing.seal(b"", (key.key,))
    assert other.value.code == "age-recipient"


def test_a_stranger_opens_nothing_and_no_damage_passes() -> None:
    mine, other = agesealing.new_identity(), agesealing.new_identity()
    sealed = agesealing.seal(b"words" * 50, (agesealing.public_of(mine),))
    with pytest.raises(Untrusted) as error:
        agesealing.opener((other,)).open(sealed)
    assert error.value.code == "age-other-key"
    opener = agesealing.opener((mine,))
    for place in range(0, len(sealed), 3):
        bad = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises((Malformed, Untrusted)):
            opener.open(bad)
    for cut in (0, 10, 100, len(sealed) - 1):
        with pytest.raises(Malformed):
            opener.open(sealed[:cut])


def test_an_identity_file_keeps_its_passphrase() -> None:
    identity = agesealing.new_identity()
    open_file = agesealing.identity_file(identity, None)
    assert not agesealing.is_locked(open_file)
    assert agesealing.read_identity(open_file) == identity
    locked = agesealing.identity_file(identity, "a long one")
    assert agesealing.is_locked(locked)
    assert identity.encode() not in locked
    assert agesealing.read_identity(locked, "a long one") == identity
    with pytest.raises(Untrusted) as error:
        agesealing.read_identity(locked, "another")
    assert error.value.code == "age-passphrase"
    for bad in (b"", b"# nothing\n", b"AGE-SECRET-KEY-1\n", open_file * 2, identity.lower().encode(), b"\xff" * 200):
        with pytest.raises(Malformed):
            agesealing.read_identity(bad)
