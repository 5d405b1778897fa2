"""Sealing a PDF with an organisation's X.509 key: PAdES (ETSI EN 319 142-1), B-B, B-T and B-LTA, through pyHanko.

The extra `docctl-qms[seal]` brings pyHanko; without it everything here is `seal-extra-missing`. A seal is added behind
the file's bytes, which stay as they are. It says that this organisation gave out these bytes; who approved the text is
said by the ledger, and by nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docctl.errors import Malformed, Unavailable
from docctl.signatures.sealvalues import MAX_PDF, Stamp

if TYPE_CHECKING:
    from types import ModuleType

    from cryptography import x509

    from docctl.signatures.sealkeys import SealKey

LEVELS: Final = ("b", "t", "lta")


def seal(
    pdf: bytes,
    key: SealKey,
    *,
    at: int,
    level: str = "b",
    stamp: Stamp | None = None,
    roots: tuple[x509.Certificate, ...] = (),
) -> bytes:
    """The PDF with a seal: PDF/A and PDF/UA where it was both before. Not to be called inside a running event loop.

    Args:
        pdf: A whole PDF file.
        key: As `sealkeys.open_key` gives it.
        at: The instant that the seal states, seconds since 1970 UTC.
        level: `b` the signature alone; `t` with a timestamp; `lta` with what proves later that the certificates held,
            and a timestamp over all of it.
        stamp: Asks the timestamp authority; needed for `t` and `lta`.
        roots: For `lta`: the roots of the signer and of the timestamp authority, besides those in the key's file.

    Raises:
        Malformed: `pdf-unreadable`, `pdf-encrypted`, `pdf-too-large` (limit).
        Unavailable: `seal-extra-missing`; `seal-chain` (name): for `lta`, a certificate leads to no root that was
            given, or the authority's list of revoked certificates cannot be had; whatever `stamp` raises.
    """
    if level not in LEVELS or (level != "b" and stamp is None):
        raise ValueError(level)
    if len(pdf) > MAX_PDF:
        raise Malformed("pdf-too-large", limit=MAX_PDF)
    pades = backend()
    sealed: bytes = pades.sealed(closed(pdf), key, at, stamp if level != "b" else None)
    if level == "lta":
        sealed = pades.archived(sealed, key, stamp, roots)
    return sealed


def closed(pdf: bytes) -> bytes:
    r"""The file with a line end behind its last marker, which an update must not stick to.

    Where there was none it becomes CR LF, so that `unsealed` can tell it from one that was there (`\n`).
    """
    return pdf if pdf.endswith((b"\n", b"\r")) else pdf + b"\r\n"


def backend() -> ModuleType:
    """Our module on top of pyHanko.

    Raises:
        Unavailable: `seal-extra-missing`.
    """
    try:
        from docctl.signatures import pades
    except ImportError:
        raise Unavailable("seal-extra-missing") from None
    return pades
