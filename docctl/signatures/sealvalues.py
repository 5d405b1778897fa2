"""The values of sealing: what a signature in a PDF, or beside a file, was found to say; bounds for what is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from docctl.core.values import value

MAX_PDF: Final = 128 * 1024 * 1024
MAX_UPDATES: Final = 64
MAX_SEALS: Final = 20

Stamp = Callable[[bytes], bytes]
"""Sends a timestamp request (RFC 3161, DER) to an authority and gives its answer."""


@value
class SealReport:
    """One signature in a PDF.

    Attributes:
        field: Name of its field.
        kind: `seal`, or `timestamp` for a timestamp over the whole document.
        intact: Whether the bytes that it covers are those that were signed, by the key of the certificate in it.
        covers: `file`, all of it but the signature itself; `revision`, an earlier state of the file, whole; `part`.
        after: What came behind that state: `nothing`; `seals`, signatures and what proves them; `changes`, anything;
            `unknown`, too much to look at.
        signer, organisation, issuer: Names out of the certificate, "" where it has none; anybody can make a certificate
            that says anything.
        fingerprint: SHA-256 of the certificate, 64 hex.
        signed_at: When, by the signer's own word: seconds since 1970 UTC.
        stamped_at, stamped_by: When and by whom, by an intact timestamp.
        level: `B-B`, `B-T`, `B-LT`, `B-LTA`: the form of a PAdES signature; "" for any other.
        trusted: Whether the certificate held at that time, under one of the roots that were given, and was not revoked
            by a list in the file (none is fetched); None without any roots.
        problem: Why it is not intact: `seal-altered`, `seal-weak` (by SHA-1 and the like), `seal-unreadable`; "" if
            it is.
    """

    field: str
    kind: str
    intact: bool = False
    covers: str = "part"
    after: str = "changes"
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    fingerprint: str = ""
    signed_at: int | None = None
    stamped_at: int | None = None
    stamped_by: str = ""
    level: str = ""
    trusted: bool | None = None
    problem: str = ""

    @property
    def sound(self) -> bool:
        """Whether what a reader sees is what was sealed: intact, and nothing but seals came after."""
        return self.intact and self.covers != "part" and self.after in ("nothing", "seals")


@value
class Beside:
    """One signature that lies beside what it is about.

    Attributes:
        signer, issuer: Names out of its certificate; "" where none can be read.
        about: Names of the files whose digests it states.
        finding: `intact`, the signature holds over them; `digests`, it states their digests, and the signature itself
            was not verified; `altered`; `elsewhere`, it is about none of the files.
        signed_at: When, by the signer's own word: seconds since 1970 UTC.
    """

    signer: str
    issuer: str
    about: tuple[str, ...]
    finding: str
    signed_at: int | None = None
