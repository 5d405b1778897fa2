"""What sealing asks of pyHanko, and what it has to do otherwise so that PDF/A and PDF/UA last.

Four things break them by default: an update stuck to the file's last line, rewritten metadata, a widget inside the
page, a stamp in a font that is not embedded. Only imported where pyHanko is installed.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import pdf_signer
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.registry import SimpleCertificateStore

from docctl.errors import DocctlError, Malformed, Unavailable, Untrusted
from docctl.signatures.sealkeys import SealKey, asn1, name_of
from docctl.signatures.sealvalues import Stamp

DIGEST = "sha256"
PATIENCE = 10
"""Seconds for each request to a certificate authority."""
_FIELDS = 100
_ROOM = 2560
"""Bytes of a signature without its certificates: attributes, names, and the value of the longest RSA key in use."""
_BROKEN = (
    PdfError, SignatureValidationError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError
)  # fmt: skip


# A session is born with this machine's time, replaced below at once; tzlocal refuses to tell it in a zone without a
# name (TZ=<+04>-4).
pdf_signer.tzlocal = SimpleNamespace(get_localzone=lambda: UTC)


class _Writer(IncrementalPdfFileWriter):  # type: ignore[misc]
    """Adds to a file without touching its metadata, and names the new state by what is in it."""

    def _update_meta(self) -> None:
        """Nothing: pyHanko's rewriting of XMP loses the extension schemas that PDF/A asks for."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> Any:
        handled = super()._handle_id(prev)
        prev.stream.seek(0)
        digest = hashlib.sha256(prev.stream.read()).digest()[:16]
        return generic.ArrayObject([handled[0], generic.ByteStringObject(digest)])


class _Signer(signers.PdfSigner):  # type: ignore[misc]
    """States the instant that it is given, not this machine's."""

    at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


class _Authority(TimeStamper):  # type: ignore[misc]
    """A timestamp authority that somebody else talks to."""

    def __init__(self, stamp: Stamp) -> None:
        super().__init__()
        self._stamp = stamp

    async def async_request_tsa_response(self, req: Any) -> Any:
        try:
            answer = tsp.TimeStampResp.load(self._stamp(req.dump()), strict=True)
            told = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
            right = all(told[name].native == req[name].native for name in ("nonce", "message_imprint"))
        except (ValueError, TypeError, KeyError, AttributeError):
            right = False  # an answer that says no has no token
        if not right:
            raise Unavailable("seal-stamp-refused")
        return answer


def sealed(pdf: bytes, key: SealKey, at: int, stamp: Stamp | None) -> bytes:
    """The file with one signature; with a timestamp in it if there is somebody to ask."""
    writer = _writer(pdf)
    name = _free_name(writer.prev, "Seal")
    meta = signers.PdfSignatureMetadata(
        field_name=name,
        md_algorithm=DIGEST,
        subfilter=fields.SigSeedSubFilter.PADES,
        name=name_of(key.certificate),
    )
    signer = _Signer(
        meta,
        signer=_software_key(key),
        timestamper=_Authority(stamp) if stamp else None,
        new_field_spec=fields.SigFieldSpec(
            sig_field_name=name,
            invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
            readable_field_name=name_of(key.certificate),
        ),
    )
    signer.at = datetime.fromtimestamp(at, UTC)
    # Room that does not hang on how long this one signature comes out: the same copy gives the same file around it.
    room = None if stamp else 2 * (_ROOM + sum(len(asn1(one).dump()) for one in (key.certificate, *key.chain)))
    return _asked(signer.async_sign_pdf(writer, bytes_reserved=room), name_of(key.certificate))


def archived(pdf: bytes, key: SealKey, stamp: Stamp, roots: tuple[x509.Certificate, ...]) -> bytes:
    """The sealed file with certificates, revocation lists and a document timestamp, as one update."""
    name = name_of(key.certificate)
    return _asked(_archived(pdf, key, stamp, roots), name)


async def _archived(pdf: bytes, key: SealKey, stamp: Stamp, roots: tuple[x509.Certificate, ...]) -> Any:
    known = [*roots, *(one for one in key.chain if one.issuer == one.subject)]
    backend = AIOHttpFetcherBackend(per_request_timeout=PATIENCE)
    context = ValidationContext(
        trust_roots=[asn1(one) for one in known],
        other_certs=[asn1(one) for one in key.chain],
        allow_fetching=True,
        revocation_mode="hard-fail",
        fetcher_backend=backend,
    )
    try:
        writer = _writer(pdf)
        seal = writer.prev.embedded_regular_signatures[-1]
        paths = await collect_validation_info(seal, context)
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            seal.pkcs7_content.hex().encode("ascii"),
            paths=paths,
            validation_context=context,
        )
        stamper = signers.PdfTimeStamper(
            _Authority(stamp),
            field_name=_free_name(writer.prev, "Timestamp"),
            invis_settings=fields.InvisSigSettings(box_out_of_bounds=True),
            readable_field_name="Timestamp",
        )
        return await stamper.async_timestamp_pdf(
            writer,
            DIGEST,
            validation_context=context,
            dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
        )
    finally:
        await backend.close()


def _asked(making: Any, name: str) -> bytes:
    """The bytes of what pyHanko makes; its refusals in our words."""
    try:
        made: bytes = asyncio.run(making).getvalue()
    except DocctlError:
        raise
    except TimestampRequestError:
        raise Unavailable("seal-stamp-refused") from None
    except RevokedError:
        raise Untrusted("seal-revoked", name=name) from None
    except (PathError, ValidationError):
        raise Unavailable("seal-chain", name=name) from None
    except _BROKEN:
        raise Malformed("pdf-unreadable") from None
    return made


def _writer(pdf: bytes) -> _Writer:
    try:
        writer = _Writer(io.BytesIO(pdf), strict=False)
        encrypted = writer.prev.encrypted
        _ = writer.root["/Pages"]
    except (*_BROKEN, RecursionError):
        raise Malformed("pdf-unreadable") from None
    if encrypted:
        raise Malformed("pdf-encrypted")
    return writer


def _free_name(reader: PdfFileReader, name: str) -> str:
    """A name that no field of the file has."""
    try:
        taken = {found for found, _, _ in fields.enumerate_sig_fields(reader)}
    except _BROKEN:
        raise Malformed("pdf-unreadable") from None
    free = next((word for number in range(1, _FIELDS) if (word := f"{name}{number}") not in taken), None)
    if free is None:
        raise Malformed("pdf-unreadable")
    return free


def _software_key(key: SealKey) -> Any:
    from asn1crypto import keys

    private = key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore.from_certs([asn1(one) for one in key.chain])
    return signers.SimpleSigner(
        signing_cert=asn1(key.certificate),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )
