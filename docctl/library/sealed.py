"""Who sealed a PDF from anywhere, by what its seals say; nobody is trusted unless somebody gives roots.

Hostile files make PDF libraries loop, and grow without end; so a second process reads the seals, which may take so much
time and memory and no more.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from docctl.core.values import value
from docctl.errors import DocctlError
from docctl.library import clock

if TYPE_CHECKING:
    from docctl.signatures.sealvalues import SealReport

_PATIENCE = 40
_MEMORY = 2 * 1024 * 1024 * 1024


@value
class Sealed:
    """What the seals of a PDF say.

    Attributes:
        seals: In the order of signing.
        added: What stands behind the original: `nothing`, `seals` alone, `changes` of anything else, `unknown`.
        rooted: Whether roots were given, so that each seal says whether it is trusted.
        unread: The code of why they could not be read; "" if they were.
    """

    seals: tuple[SealReport, ...] = ()
    added: str = "nothing"
    rooted: bool = False
    unread: str = ""


def look(pdf: bytes, roots: bytes | None = None) -> Sealed:
    """The seals of a PDF, read by a process of its own.

    Args:
        pdf: From anywhere.
        roots: Certificates that are trusted, PEM, DER or PKCS#7; nobody is without them.

    Raises:
        Malformed: `seal-certificate-unreadable`: the roots.
    """
    from docctl.signatures import sealkeys, seals

    if roots is not None:
        sealkeys.read_certificates(roots)
    rooted = roots is not None
    if not seals.signed(pdf):
        return Sealed(rooted=rooted)
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    reader = spawn.Process(target=_read, args=(theirs, pdf, roots, clock.now()), daemon=True)
    with ours:
        reader.start()
        theirs.close()
        try:
            found: Sealed = ours.recv() if ours.poll(_PATIENCE) else Sealed(added="unknown", unread="pdf-limits")
        except EOFError:  # it was ended, or could not go on
            found = Sealed(added="unknown", unread="pdf-limits")
    reader.kill()
    reader.join()
    return Sealed(found.seals, found.added, rooted, found.unread)


def _read(theirs: Connection, pdf: bytes, roots: bytes | None, at: int) -> None:
    """What the second process does."""
    from docctl.signatures import sealkeys, seals

    _bound()
    try:
        trusted = sealkeys.read_certificates(roots) if roots is not None else ()
        found = Sealed(seals.seals(pdf, trusted, at), seals.added(pdf))
    except DocctlError as error:
        found = Sealed(added="unknown", unread=error.code)
    except MemoryError:
        found = Sealed(added="unknown", unread="pdf-limits")
    except Exception:  # noqa: BLE001  (whatever a file made for it throws, it is the file that cannot be read)
        found = Sealed(added="unknown", unread="pdf-unreadable")
    theirs.send(found)


def _bound() -> None:
    """Bound time and memory, where the system can; an interrupt is for the process that waits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_PATIENCE, _PATIENCE))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
