"""Sealed copies stay PDF/A-3a and PDF/UA-1, hold by three readers, and say what fails in one sentence each."""

from __future__ import annotations

import asyncio
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import page
import pytest
from authority import NOW, OFFICE, PASSWORD, Authority, pem
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from docctl.adapters import timestamps
from docctl.errors import DocctlError, Malformed, Unavailable, Untrusted
from docctl.library import sealing as library
from docctl.signatures import pades, sealing, sealkeys

Office = tuple[Authority, str, dict[str, object]]


def broken_rules(data: bytes, profile: str) -> list[str]:
    return [one.rule_id for one in page.validate_pdf_bytes(data, profile=profile).failures]


# -- valid by others ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize("level", ["b", "t"])
def test_a_sealed_copy_is_archival_and_accessible(sealed: dict[str, bytes], level: str, profile: str) -> None:
    assert broken_rules(sealed[level], profile) == []


def test_at_the_highest_level_the_checker_knows_one_rule_less(sealed: dict[str, bytes]) -> None:
    # It compares a signature's range with the file's end, the standard with the end of the signature's own update.
    assert broken_rules(sealed["lta"], "3a") == ["PDFA3A-SIGNATURE-BYTERANGE-001"]
    assert broken_rules(sealed["lta"], "ua1") == []


def test_without_our_four_ways_it_would_not_be(pdf: bytes, key: sealkeys.SealKey) -> None:
    """The checker is awake: pyHanko's own way of signing breaks both standards."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    meta = signers.PdfSignatureMetadata(field_name="S", md_algorithm="sha256")
    plain = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, pades._software_key(key)).getvalue()
    assert broken_rules(plain, "3a")
    assert broken_rules(plain, "ua1")


def test_the_original_stands_untouched_in_front(pdf: bytes, sealed: dict[str, bytes]) -> None:
    for data in sealed.values():
        assert data.startswith(pdf)


@pytest.mark.parametrize("level", sealing.LEVELS)
def test_pyhanko_trusts_it_under_our_root(office: Office, sealed: dict[str, bytes], level: str) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(sealed[level]))
    context = ValidationContext(trust_roots=[sealkeys.asn1(office[0].root)], allow_fetching=False)
    status = asyncio.run(async_validate_pdf_signature(reader.embedded_regular_signatures[0], context))
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert (status.timestamp_validity is not None) == (level != "b")


def test_the_highest_level_passes_pyhankos_judgement_of_it(office: Office, sealed: dict[str, bytes]) -> None:
    """Long-term validation (ETSI EN 319 102-1, 5.6.3), from what is in the file alone."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.ades.report import AdESPassed
    from pyhanko.sign.validation import ades
    from pyhanko.sign.validation.policy_decl import (
        PdfSignatureValidationSpec,
        RevinfoOnlineFetchingRule,
        RevocationInfoGatheringSpec,
        SignatureValidationSpec,
    )
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager

    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([sealkeys.asn1(office[0].root)]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    spec = SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY),
    )
    for level, passes in (("lta", True), ("t", False)):
        reader = PdfFileReader(io.BytesIO(sealed[level]))
        seal = reader.embedded_regular_signatures[0]
        found = asyncio.run(ades.ades_lta_validation(seal, PdfSignatureValidationSpec(spec)))
        assert (found.ades_subindic.status == AdESPassed.OK.status) == passes, (level, found.ades_subindic)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not installed")
def test_poppler_finds_it_valid_and_one_byte_changed(sealed: dict[str, bytes], tmp_path: Path) -> None:
    def told(data: bytes) -> str:
        path = tmp_path / "one.pdf"
        path.write_bytes(data)
        return subprocess.run(["pdfsig", path], capture_output=True, check=False, text=True).stdout

    for level in ("b", "t"):
        said = told(sealed[level])
        assert "Signature is Valid" in said
        assert "Total document signed" in said
        assert OFFICE in said
        assert "ETSI.CAdES.detached" in said
    assert "Signature is Valid" in told(sealed["lta"])
    at = len(sealed["b"]) // 3
    assert "Signature is Valid" not in told(sealed["b"][:at] + bytes([sealed["b"][at] ^ 1]) + sealed["b"][at + 1 :])


# -- the same again ----------------------------------------------------------------------------------------------------


def test_but_for_the_signature_the_bytes_are_the_same(pdf: bytes, key: sealkeys.SealKey) -> None:
    one, other = (sealing.seal(pdf, key, at=NOW) for _ in range(2))
    blank = re.compile(rb"/Contents <[0-9A-Fa-f]+>")
    assert blank.sub(b"", one) == blank.sub(b"", other)
    assert blank.search(one)


def test_a_sealed_file_can_be_sealed_again(pdf: bytes, sealed: dict[str, bytes], office: Office) -> None:
    second = sealkeys.open_key(office[0].sealer("Maliyyə şöbəsi"), PASSWORD, NOW)
    both = sealing.seal(sealed["b"], second, at=NOW)
    assert both.startswith(sealed["b"])
    assert broken_rules(both, "ua1") == []


def test_a_file_whose_fields_have_all_our_names_is_refused(
    pdf: bytes, key: sealkeys.SealKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(count: int) -> list[tuple[str, None, None]]:
        return [(f"Seal{number}", None, None) for number in range(1, count + 1)]

    monkeypatch.setattr(pades.fields, "enumerate_sig_fields", lambda _: taken(98))
    assert pades._free_name(object(), "Seal") == "Seal99"
    monkeypatch.setattr(pades.fields, "enumerate_sig_fields", lambda _: taken(99))
    refused(Malformed, "pdf-unreadable", lambda: sealing.seal(pdf, key, at=NOW))


def test_a_clock_in_a_zone_without_a_name_seals_too(
    pdf: bytes, key: sealkeys.SealKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tzlocal

    monkeypatch.setenv("TZ", "<+04>-4")
    monkeypatch.setattr(tzlocal.unix, "_cache_tz", None)
    with pytest.raises(KeyError):
        tzlocal.get_localzone()
    assert sealing.seal(pdf, key, at=NOW).startswith(pdf)


def test_rsa_keys_seal_too(pdf: bytes, office: Office) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    file = office[0].sealer(private=rsa.generate_private_key(public_exponent=65537, key_size=3072))
    data = sealing.seal(pdf, sealkeys.open_key(file, PASSWORD, NOW), at=NOW)
    assert broken_rules(data, "3a") == []


# -- what fails --------------------------------------------------------------------------------------------------------


def refused(kind: type[DocctlError], code: str, act: Callable[[], object]) -> DocctlError:
    with pytest.raises(kind) as found:
        act()
    assert found.value.code == code
    return found.value


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", b"\x00" * 2000, b"PK\x03\x04"])
def test_what_is_no_pdf_is_said(key: sealkeys.SealKey, junk: bytes) -> None:
    refused(Malformed, "pdf-unreadable", lambda: sealing.seal(junk, key, at=NOW))


def test_a_dead_or_odd_authority_is_said(pdf: bytes, key: sealkeys.SealKey, office: Office) -> None:
    _, url, how = office

    def seal(at: str, level: str = "t") -> bytes:
        return sealing.seal(pdf, key, at=NOW, level=level, stamp=lambda asked: timestamps.post(at, asked))

    gone = refused(Unavailable, "timestamp-unreachable", lambda: seal("http://127.0.0.1:9/"))
    assert "127.0.0.1:9" in str(gone.values["url"])
    refused(DocctlError, "timestamp-url", lambda: seal("file:///etc/passwd"))
    denied = bytes.fromhex("30053003020102")  # a TimeStampResp that says no
    for answer in (b"", b"<html>", denied, b"0" * 70_000):
        how["stamp"] = lambda _, answer=answer: answer
        try:
            refused(Unavailable, "seal-stamp-refused", lambda: seal(url))
        finally:
            how["stamp"] = None


def test_a_token_about_something_else_is_not_taken(pdf: bytes, key: sealkeys.SealKey, office: Office) -> None:
    _, url, how = office
    kept: list[bytes] = []

    def replay(asked: bytes) -> bytes | None:
        if kept:
            return kept[0]
        how["stamp"] = None
        kept.append(timestamps.post(url, asked))
        how["stamp"] = replay
        return kept[0]

    how["stamp"] = replay
    try:
        seal = lambda: sealing.seal(pdf, key, at=NOW, level="t", stamp=lambda asked: timestamps.post(url, asked))  # noqa: E731
        refused(Unavailable, "seal-stamp-refused", seal)
    finally:
        how["stamp"] = None


def test_the_highest_level_needs_roots_and_lists(pdf: bytes, office: Office) -> None:
    authority, url, how = office

    def seal(file: bytes) -> bytes:
        mine = sealkeys.open_key(file, PASSWORD, NOW)
        return sealing.seal(pdf, mine, at=NOW, level="lta", stamp=lambda asked: timestamps.post(url, asked))

    stranger = Authority("Yad kök", url=authority.url)
    refused(Unavailable, "seal-chain", lambda: seal(stranger.sealer()))  # the timestamps' root is not given
    how["status"] = 500
    how["stamp"] = None
    try:
        refused(DocctlError, "timestamp-unreachable", lambda: seal(authority.sealer()))
    finally:
        how["status"] = 200
    how["crl"] = lambda: b"<html>"
    try:
        refused(Unavailable, "seal-chain", lambda: seal(authority.sealer()))
        file = authority.sealer()
        serial = sealkeys.open_key(file, PASSWORD, NOW).certificate.serial_number
        how["crl"] = lambda: authority.revocations(serial)
        refused(Untrusted, "seal-revoked", lambda: seal(file))
    finally:
        how["crl"] = authority.revocations


# -- the key's file ----------------------------------------------------------------------------------------------------


def opened(authority: Authority, at: int = NOW, password: str | None = PASSWORD, **how: object) -> sealkeys.SealKey:
    return sealkeys.open_key(authority.sealer(**how), password, at)


def test_a_key_that_cannot_seal_is_refused_for_its_own_reason(office: Office) -> None:
    from authority import packed
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    ca = office[0]
    ended = refused(Untrusted, "seal-expired", lambda: opened(ca, days=(-30, -1)))
    assert ended.values["name"] == OFFICE
    assert ended.values["day"] == (ca.now - timedelta(days=1)).date()
    refused(Untrusted, "seal-not-yet", lambda: opened(ca, days=(1, 30)))
    refused(Untrusted, "seal-usage", lambda: opened(ca, use=("key_encipherment",)))
    refused(Untrusted, "seal-usage", lambda: opened(ca, purposes=(ExtendedKeyUsageOID.SERVER_AUTH,)))
    opened(ca, purposes=(ExtendedKeyUsageOID.EMAIL_PROTECTION,))
    opened(ca, purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,))
    refused(Untrusted, "seal-password", lambda: opened(ca, password="wrong"))
    refused(Untrusted, "seal-password", lambda: opened(ca, password=None))
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    refused(Untrusted, "seal-key-kind", lambda: opened(ca, private=weak))
    refused(Untrusted, "seal-key-kind", lambda: opened(ca, private=ed25519.Ed25519PrivateKey.generate()))
    private = ec.generate_private_key(ec.SECP256R1())
    alone = packed(private, None, [], PASSWORD)
    refused(Untrusted, "seal-key-alone", lambda: sealkeys.open_key(alone, PASSWORD, NOW))
    assert refused(
        Untrusted, "seal-usage", lambda: sealkeys.open_key(packed(ca.key, ca.root, [], PASSWORD), PASSWORD, NOW)
    )


@pytest.mark.parametrize("junk", [b"", b"-----BEGIN CERTIFICATE-----", b"0\x03\x02\x01\x01", b"%PDF-1.7"])
def test_what_is_no_key_file_is_said(junk: bytes) -> None:
    refused(Malformed, "seal-file-unreadable", lambda: sealkeys.open_key(junk, PASSWORD, NOW))


def test_a_request_names_the_office_and_its_certificate_joins_the_key(office: Office, pdf: bytes) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    ca = office[0]
    for kind in ("ec", "rsa"):
        private, asked = sealkeys.request(OFFICE, "AZ", PASSWORD, kind=kind)
        assert b"ENCRYPTED PRIVATE KEY" in private
        request = x509.load_pem_x509_csr(asked)
        assert request.is_signature_valid
        assert sealkeys.shown(request.subject) == OFFICE
        issued = ca.certificate("", request.public_key(), subject=request.subject)
        forms = (
            [pem(issued), pem(ca.root)],
            [pem(ca.root) + pem(issued)],
            [issued.public_bytes(Encoding.DER)],
            [pkcs7.serialize_certificates([ca.root, issued], Encoding.DER)],
            [pkcs7.serialize_certificates([ca.root, issued], Encoding.PEM)],
        )
        for form in forms:
            file, own = sealkeys.join(private, PASSWORD, form)
            assert own == issued
            assert sealkeys.open_key(file, PASSWORD, NOW).certificate == issued
        refused(
            Untrusted,
            "seal-certificate-other",
            lambda private=private: sealkeys.join(private, PASSWORD, [pem(ca.root)]),
        )
        refused(
            Untrusted,
            "seal-password",
            lambda private=private, issued=issued: sealkeys.join(private, "x", [pem(issued)]),
        )
        refused(
            Malformed, "seal-certificate-unreadable", lambda private=private: sealkeys.join(private, PASSWORD, [b"x"])
        )
    refused(Malformed, "seal-key-unreadable", lambda: sealkeys.join(b"junk", PASSWORD, []))


@pytest.mark.parametrize(
    ("name", "country", "code"),
    [("", "AZ", "name"), ("x" * 65, "AZ", "name"), ("a\nb", "AZ", "name"), ("x", "az", "country")],
)
def test_a_name_that_no_certificate_can_hold_is_refused(name: str, country: str, code: str) -> None:
    refused(DocctlError, f"seal-{code}", lambda: sealkeys.request(name, country, None))


# -- without the extra -------------------------------------------------------------------------------------------------


def test_without_pyhanko_everything_says_so_and_the_original_is_still_found(
    sealed: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "sealed.pdf").write_bytes(sealed["b"])
    program = f"""
import sys
sys.modules["pyhanko"] = None
from pathlib import Path
from docctl.errors import Unavailable
from docctl.library import sealing
from docctl.signatures import seals
pdf = Path({str(tmp_path / "sealed.pdf")!r}).read_bytes()
assert seals.signed(pdf) and seals.unsealed(pdf).endswith(b"%%EOF")
assert seals.seals(b"%PDF-1.7 nothing signed") == ()
for act in (lambda: seals.seals(pdf), lambda: seals.added(pdf), lambda: sealing.key(b"", None)):
    try:
        act()
    except Unavailable as error:
        assert error.code == "seal-extra-missing"
    else:
        raise AssertionError
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_library_brings_key_day_and_authority_together(pdf: bytes, office: Office) -> None:
    authority, url, _ = office
    by = library.key(authority.sealer(), PASSWORD)
    data = library.seal(pdf, by, level="lta", authority=url, roots=pem(authority.root))
    assert broken_rules(data, "3a") == ["PDFA3A-SIGNATURE-BYTERANGE-001"]
