"""Signatures that lie beside a file, or around it: what they are about, whether that is unaltered, whose name they bear."""

from __future__ import annotations

import base64
import hashlib
import random
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from authority import Authority, pem
from cryptography.hazmat.primitives.serialization import Encoding
from papers import REFERENCE, SIGNER, XML, cms, container, packed, rewritten, simple

from docctl.errors import Malformed
from docctl.signatures import detached

DATA = b"%PDF-1.7\nthe copy that was signed\n"


@pytest.fixture(scope="module")
def ca() -> Authority:
    return Authority()


@pytest.mark.parametrize("form", [Encoding.DER, Encoding.PEM])
def test_a_signature_beside_a_file_finds_it(ca: Authority, form: Encoding) -> None:
    data = cms(ca, DATA, form=form)
    assert detached.is_cms(data)
    (one,) = detached.read_cms(data, {"other.pdf": b"x", "copy.pdf": DATA})
    assert (one.finding, one.about, one.signer, one.issuer) == ("intact", ("copy.pdf",), SIGNER, "Kök Sertifikat")
    assert one.signed_at is not None
    assert [o.finding for o in detached.read_cms(data, {"copy.pdf": DATA + b"\n"})] == ["elsewhere"]
    assert [o.finding for o in detached.read_cms(data, {})] == ["elsewhere"]


def test_a_signature_around_a_file_is_about_what_it_holds(ca: Authority) -> None:
    data = cms(ca, DATA, inside=True)
    (one,) = detached.read_cms(data, {"copy.pdf": DATA})
    assert (one.finding, one.about) == ("intact", ("copy.pdf",))
    at = data.index(b"the copy")
    (one,) = detached.read_cms(data[:at] + b"The" + data[at + 3 :], {})
    assert one.finding == "altered"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_agrees_with_what_we_find_intact(ca: Authority, tmp_path: Path) -> None:
    (tmp_path / "s.p7s").write_bytes(cms(ca, DATA))
    (tmp_path / "ca.pem").write_bytes(pem(ca.root))
    (tmp_path / "d").write_bytes(DATA)
    words = [
        "openssl",
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "s.p7s",
        "-content",
        "d",
        "-CAfile",
        "ca.pem",
    ]
    found = subprocess.run([*words, "-purpose", "any", "-out", "o"], cwd=tmp_path, capture_output=True, check=False)
    assert found.returncode == 0, found.stderr


def test_a_flipped_bit_never_gives_another_intact_signature(ca: Authority) -> None:
    data, dice = cms(ca, DATA), random.Random(3)
    findings = set()
    for _ in range(200):
        at = dice.randrange(len(data))
        try:
            for one in detached.read_cms(
                data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :], {"c": DATA}
            ):
                findings.add(one.finding)
                assert one.finding != "intact" or one.about == ("c",)
        except Malformed as error:
            findings.add(error.code)
    assert {"altered", "elsewhere", "signature-file-unreadable"} <= findings


@pytest.mark.parametrize("method", ["sha256", "sha512"])
def test_a_container_names_what_it_holds(ca: Authority, method: str) -> None:
    data = container(ca, {"copy.pdf": DATA, "annex.pdf": b"annex"}, method=method)
    assert detached.is_container(data)
    (one,) = detached.read_container(data)
    assert (one.finding, one.about) == ("digests", ("copy.pdf", "annex.pdf"))
    assert (one.signer, one.issuer) == (SIGNER, "Kök Sertifikat")
    (one,) = detached.read_container(rewritten(data, "annex.pdf", b"Annex"))
    assert one.finding == "altered"


def test_a_container_that_names_a_file_twice_is_unreadable(ca: Authority) -> None:
    """Else one large file could be hashed as often as it is named."""
    value = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    once = REFERENCE.format(name="copy.pdf", method="sha256", value=value)
    (one,) = detached.read_container(container(ca, {"copy.pdf": DATA}))
    assert one.finding == "digests"
    with pytest.raises(Malformed, match="signature-file-unreadable"):
        detached.read_container(
            container(ca, {"copy.pdf": DATA}, xml=XML.replace("{references}", "{references}" + once))
        )


def test_a_signature_over_nothing_in_the_container_says_so(ca: Authority) -> None:
    (one,) = detached.read_container(container(ca, {}))
    assert one.finding == "elsewhere"


def test_a_simple_container_has_one_file_and_its_signature(ca: Authority) -> None:
    data = simple(ca, "copy.pdf", DATA)
    assert detached.is_container(data)
    (one,) = detached.read_container(data)
    assert (one.finding, one.about, one.signer) == ("intact", ("copy.pdf",), SIGNER)
    (one,) = detached.read_container(rewritten(data, "copy.pdf", b"other"))
    assert one.finding == "altered"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + XML


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.etsi.asic-e+zip",
        packed({}, "<not xml"),
        packed({"a": b"x"}, BOMB),
        packed({"a": b"x"}, BOMB.encode("utf-16")),
        packed({"a": b"\0" * (detached.MAX_INSIDE + 1)}, XML),
        packed({str(number): b"" for number in range(200)}, XML),
        packed({"a": b""}, XML.format(references='<ds:Reference URI="a"/>', certificates="")),
        packed({"a": b""}, "<a>" * 300_000),
        packed({"a": b"x"}, XML, zipfile.ZIP_LZMA),
    ],
    ids=[
        "cut",
        "no xml",
        "entities",
        "entities in UTF-16",
        "too large inside",
        "too many",
        "no digest",
        "deep",
        "LZMA",
    ],
)
def test_a_hostile_container_is_unreadable(data: bytes) -> None:
    with pytest.raises(Malformed, match="signature-file-unreadable"):
        detached.read_container(data)


def test_chance_never_makes_anything_but_an_answer(ca: Authority) -> None:
    dice, whole = random.Random(5), container(ca, {"copy.pdf": DATA})
    answers = set()
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 2, 9))):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        try:
            answers |= {one.finding for one in detached.read_container(bytes(data))}
        except Malformed as error:
            answers.add(error.code)
    assert "signature-file-unreadable" in answers


@pytest.mark.parametrize("junk", [b"", b"0\x80", b"-----BEGIN PKCS7-----\n!!\n-----END PKCS7-----", b"PK\x03\x04"])
def test_what_is_none_is_not_taken_for_one(junk: bytes) -> None:
    assert not detached.is_container(junk)
    if detached.is_cms(junk):
        with pytest.raises(Malformed, match="signature-file-unreadable"):
            detached.read_cms(junk, {})
