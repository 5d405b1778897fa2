"""Reading signatures with pyHanko: integrity and form first, trust only where roots are given. Nothing is fetched.

pyHanko bounds what streams may unpack to; whatever else it makes of a hostile file becomes one of our errors here. Only
imported where pyHanko is installed.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import (
    extract_self_reported_ts,
    extract_tst_data_iter,
    validate_sig_integrity,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.sign.validation.utils import extract_message_digest
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, ValidationError

from docctl.core.values import replace
from docctl.errors import Malformed
from docctl.signatures import sealchanges, sealkeys
from docctl.signatures.sealvalues import MAX_SEALS, MAX_UPDATES, Beside, SealReport

_COVERS = {SignatureCoverageLevel.ENTIRE_FILE: "file", SignatureCoverageLevel.ENTIRE_REVISION: "revision"}
_DIGESTS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def reports(pdf: bytes, roots: tuple[x509.Certificate, ...], at: int) -> tuple[SealReport, ...]:
    """As `seals.seals`."""
    reader = _opened(pdf)
    found = _guarded(lambda: list(reader.embedded_signatures))
    if len(found) > MAX_SEALS:
        raise Malformed("pdf-too-many-seals", limit=MAX_SEALS)
    told = [_told(one) for one in found]
    told = [_levelled(reader, one, told[place + 1 :]) for place, one in enumerate(told)]
    return tuple(_all_judged(reader, found, told, roots, at) if roots else told)


def added(pdf: bytes, first: bytes) -> str:
    """As `seals.added`; `first` is where the original's cross-references begin, as its end says."""
    reader = _opened(pdf)

    def review() -> str:
        if reader.xrefs.get_startxref_for_revision(0) != int(first):
            return "changes"
        return sealchanges.since_original(reader)

    told: str = _guarded(review)
    return told


def beside(der: bytes, files: Mapping[str, bytes]) -> tuple[Beside, ...]:
    """As `detached.read_cms`."""

    def read() -> tuple[Beside, ...]:
        data = cms.ContentInfo.load(der)["content"]
        return (_beside(data, files),)

    told: tuple[Beside, ...] = _guarded(read)
    return told


def _beside(data: Any, files: Mapping[str, bytes]) -> Beside:
    info = data["signer_infos"][0]
    algorithm = info["digest_algorithm"]["algorithm"].native
    certificate = _certificate(data)
    signer, issuer = sealkeys.name_of(certificate), sealkeys.shown(certificate.issuer)
    at = _seconds(extract_self_reported_ts(info))
    content = data["encap_content_info"]["content"].native
    tried = {"": content} if isinstance(content, bytes) else files
    for name, one in tried.items():
        digest = hashlib.new(algorithm, one).digest() if algorithm in _DIGESTS else b""
        if extract_message_digest(info) != digest:
            continue
        about = (name,) if name else tuple(other for other, same in files.items() if same == one)
        return Beside(signer, issuer, about, "intact" if _holds(data, digest) else "altered", at)
    return Beside(signer, issuer, (), "altered" if isinstance(content, bytes) else "elsewhere", at)


def _guarded(read: Callable[[], Any]) -> Any:
    """What reading gives; whatever a file made for it throws, it is the file that cannot be read."""
    logging.disable(logging.ERROR)
    try:
        return read()
    except Malformed:
        raise
    except (Exception, RecursionError):  # noqa: BLE001  (the parser is not ours, and its input is anybody's)
        raise Malformed("pdf-unreadable") from None
    finally:
        logging.disable(logging.NOTSET)


def _opened(pdf: bytes) -> Any:
    reader = _guarded(lambda: sealchanges.Reader(io.BytesIO(pdf), strict=False))
    if reader.encrypted:
        raise Malformed("pdf-encrypted")
    if reader.xrefs.total_revisions > MAX_UPDATES:
        raise Malformed("pdf-unreadable")
    return reader


def _told(seal: Any) -> SealReport:
    kind = "timestamp" if seal.sig_object_type == "/DocTimeStamp" else "seal"
    blank = SealReport(field=str(seal.field_name)[:100], kind=kind, problem="seal-unreadable")
    try:
        return _guarded(lambda: _read(seal, blank))  # type: ignore[no-any-return]
    except Malformed:
        return blank


def _read(seal: Any, blank: SealReport) -> SealReport:
    seal.compute_integrity_info(skip_diff=True)
    if not {seal.md_algorithm, seal.external_md_algorithm} <= _DIGESTS.keys():
        return replace(blank, problem="seal-weak")
    intact = _holds(seal.signed_data, seal.compute_digest()) and _padded(seal.pkcs7_content)
    certificate = _certificate(seal.signed_data)
    stamped = _stamped(seal)
    return SealReport(
        field=blank.field,
        kind=blank.kind,
        intact=intact,
        covers=_COVERS.get(seal.coverage, "part"),
        after=_after(seal),
        signer=sealkeys.name_of(certificate),
        organisation=sealkeys.organisation_of(certificate),
        issuer=sealkeys.shown(certificate.issuer),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        signed_at=_seconds(seal.self_reported_timestamp),
        stamped_at=stamped[0] if stamped and intact else None,
        stamped_by=stamped[1] if stamped and intact else "",
        level="B-B" if seal.sig_object.get("/SubFilter") == "/ETSI.CAdES.detached" else "",
        problem="" if intact else "seal-altered",
    )


def _padded(held: bytes) -> bool:
    """Whether nothing but zeros stands behind a signature in the room kept for it, which no signature covers."""
    return not held[len(cms.ContentInfo.load(held).dump()) :].strip(b"\x00")


def _after(seal: Any) -> str:
    if seal.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "nothing"
    if seal.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return "changes"
    return sealchanges.since(seal.reader, seal.signed_revision, seal.fieldmdp)


def _certificate(data: Any) -> x509.Certificate:
    return x509.load_der_x509_certificate(extract_certificate_info(data).signer_cert.dump())


def _holds(data: Any, digest: bytes) -> bool:
    """Whether a CMS signature holds over the digest of what it is about; a timestamp token states that within."""
    content = data["encap_content_info"]
    kind = content["content_type"].native
    if kind == "tst_info":
        imprint = content["content"].parsed["message_imprint"]["hashed_message"].native
        if imprint != digest:
            return False
        hashing = hashes.Hash(_DIGESTS[data["signer_infos"][0]["digest_algorithm"]["algorithm"].native]())
        hashing.update(bytes(content["content"]))
        digest = hashing.finalize()
    found = extract_certificate_info(data)
    both = validate_sig_integrity(data["signer_infos"][0], found.signer_cert, kind, digest)
    return len(data["signer_infos"]) == 1 and all(both)


def _stamped(seal: Any) -> tuple[int, str] | None:
    """Time and authority of the timestamp on a signature, or of a document timestamp, if it holds."""
    if seal.sig_object_type == "/DocTimeStamp":
        return _time_of(seal.signed_data)
    for token in extract_tst_data_iter(seal.signer_info, signed=False):
        algorithm = token["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]["algorithm"]
        hashing = hashes.Hash(_DIGESTS[algorithm.native]())
        hashing.update(seal.signer_info["signature"].native)
        if _holds(token, hashing.finalize()):
            return _time_of(token)
    return None


def _time_of(token: Any) -> tuple[int, str] | None:
    info: tsp.TSTInfo = token["encap_content_info"]["content"].parsed
    at = _seconds(info["gen_time"].native)
    return (at, sealkeys.name_of(_certificate(token))) if at is not None else None


def _seconds(when: datetime | None) -> int | None:
    if when is None:
        return None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def _levelled(reader: Any, one: SealReport, later: list[SealReport]) -> SealReport:
    """The form that a PAdES signature has reached with what came after it (ETSI EN 319 142-1, 5.2)."""
    if one.level != "B-B" or one.stamped_at is None:
        return one
    if _guarded(lambda: "/DSS" not in reader.root):
        return replace(one, level="B-T")
    archived = any(other.kind == "timestamp" and other.intact for other in later)
    return replace(one, level="B-LTA" if archived else "B-LT")


def _all_judged(
    reader: Any, found: list[Any], told: list[SealReport], roots: tuple[x509.Certificate, ...], at: int
) -> list[SealReport]:
    """From the last one back: a trusted timestamp over the file proves at what time what lies before it was there."""
    judged: list[SealReport] = []
    for seal, one in zip(reversed(found), reversed(told), strict=True):
        judged.insert(0, _judged(reader, seal, one, roots, at))
        if one.kind == "timestamp" and judged[0].trusted and one.covers != "part":
            at = one.stamped_at or at
    return judged


def _judged(reader: Any, seal: Any, one: SealReport, roots: tuple[x509.Certificate, ...], at: int) -> SealReport:
    """Whether the certificate led to a root at the time that a trusted timestamp proves, or else at the given one."""
    if not one.intact:
        return replace(one, trusted=False)
    moment = at
    for token in extract_tst_data_iter(seal.signer_info, signed=False) if one.stamped_at is not None else ():
        if _leads(reader, token, roots, at, purposes={"time_stamping"}):
            moment = one.stamped_at or at
    data = seal.signed_data
    purposes = {"time_stamping"} if one.kind == "timestamp" else set()
    return replace(one, trusted=_leads(reader, data, roots, moment, purposes=purposes))


def _leads(reader: Any, data: cms.SignedData, roots: Any, at: int, *, purposes: set[str]) -> bool:
    """Whether a signature's certificate led to a root, and was not revoked as far as the file itself tells."""

    def read() -> bool:
        how: dict[str, Any] = {
            "trust_roots": [sealkeys.asn1(one) for one in roots],
            "moment": datetime.fromtimestamp(at, UTC),
            "allow_fetching": False,
            "revocation_mode": "soft-fail",
        }
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except ValidationInfoReadingError:
            return _validated(data, ValidationContext(**how), purposes)
        try:
            return _validated(data, store.as_validation_context(how), purposes)
        except InsufficientRevinfoError:
            # What the file brings is of another time, and nothing newer can be had here.
            return _validated(data, ValidationContext(other_certs=list(store.load_certs()), **how), purposes)

    try:
        led: bool = _guarded(read)
    except Malformed:
        return False
    return led


def _validated(data: cms.SignedData, context: Any, purposes: set[str]) -> bool:
    found = extract_certificate_info(data)
    validator = CertificateValidator(
        found.signer_cert, intermediate_certs=found.other_certs, validation_context=context
    )
    try:
        asyncio.run(validator.async_validate_usage(set(), purposes))
    except InsufficientRevinfoError:
        raise
    except (PathError, ValidationError, ValueError, UnsupportedAlgorithm):
        return False
    return True
