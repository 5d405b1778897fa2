"""Sealing a copy: the organisation's key, the day it is, and a timestamp authority brought together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from docctl.library import clock

if TYPE_CHECKING:
    from docctl.signatures.sealkeys import SealKey


def key(file: bytes, password: str | None) -> SealKey:
    """The sealing key in a PKCS#12 file, fit to seal today.

    Raises: as `sealkeys.open_key`; `seal-extra-missing`, before anybody waits for a copy.
    """
    from docctl.signatures import sealing, sealkeys

    sealing.backend()
    return sealkeys.open_key(file, password, clock.now())


def joined(private: bytes, passphrase: str | None, certificates: Iterable[bytes]) -> tuple[bytes, str, date]:
    """Key and certificate as one PKCS#12 file; whom the certificate names, and its last day.

    Raises: as `sealkeys.join` and `sealkeys.check_fit`.
    """
    from docctl.signatures import sealkeys

    made, certificate = sealkeys.join(private, passphrase, certificates)
    sealkeys.check_fit(certificate, clock.now())
    return made, sealkeys.name_of(certificate), certificate.not_valid_after_utc.date()


def seal(
    pdf: bytes, by: SealKey, *, level: str = "b", authority: str | None = None, roots: bytes | None = None
) -> bytes:
    """The PDF with a seal of this instant.

    Args:
        pdf: A whole PDF file.
        by: Whose seal.
        level: `b`, `t` or `lta`: PAdES B-B, B-T, B-LTA.
        authority: Address of a timestamp authority; needed for `t` and `lta`.
        roots: For `lta`: certificates that are trusted, PEM.

    Raises: as `signatures.sealing.seal`, `adapters.timestamps.post` and `sealkeys.read_certificates`.
    """
    from docctl.adapters import timestamps
    from docctl.signatures import sealing, sealkeys

    return sealing.seal(
        pdf,
        by,
        at=clock.now(),
        level=level,
        stamp=partial(timestamps.post, authority) if authority else None,
        roots=sealkeys.read_certificates(roots) if roots else (),
    )
