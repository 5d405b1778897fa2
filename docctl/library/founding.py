"""How a library comes to a machine: founded, or joined; and how people's keys come to be enrolled."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docctl.adapters import marks, remote
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import days
from docctl.core.charter import RECOVERY
from docctl.core.checkpoint import Anchor
from docctl.core.events import Founded
from docctl.core.ports import Ledger, Signer
from docctl.errors import DocctlError, Refused
from docctl.library import auditing, charters, clock, starters
from docctl.library.book import Book, folder_of
from docctl.library.charters import Beginning, Newcomer
from docctl.library.library import Library, open_library
from docctl.signatures import prove_possession

FOUNDER_ROLES = ("administrator", "quality-manager", "author")


@dataclass(frozen=True, slots=True)
class Founder:
    """Who founds: the person, and the two keys."""

    person: str
    name: str
    email: str
    position: str
    signer: Signer
    recovery: Signer
    roles: tuple[str, ...] = FOUNDER_ROLES


def found_library(  # noqa: PLR0913  (options of one founding, by name)
    path: Path,
    founder: Founder,
    organisation: Mapping[str, str],
    *,
    languages: tuple[str, ...] = ("az", "en"),
    starter: str = "government",
    offset: str | None = None,
    home: Home | None = None,
) -> Library:
    """Found a library in a folder and open it; the starter's texts lie in `drafts/`, unsubmitted.

    Raises:
        Refused: `library-exists`.
        NotFound: `starter-unknown`.
        Unavailable: git is missing, the folder cannot be written.
    """
    keeping = home or Home()
    kinds = starters.types(starter)
    fresh = not path.exists() or not any(path.iterdir())
    ledger = GitLedger.create(path)
    try:
        found(ledger, founder, organisation, languages, kinds, offset)
        library = open_library(path, keeping)
        keeping.keep_anchor(library.anchor())
        for name, files in starters.texts(starter).items():
            library.put_draft(name, files)
    except DocctlError:
        # Nothing half-founded stays behind in a folder that was ours alone.
        if fresh and ledger.head() is None:
            shutil.rmtree(path, ignore_errors=True)
        raise
    finally:
        ledger.close()
    return library


def found(
    ledger: Ledger,
    founder: Founder,
    organisation: Mapping[str, str],
    languages: tuple[str, ...],
    kinds: Mapping[str, object],
    offset: str | None = None,
) -> None:
    """Write the founding entry into an empty ledger; its days are those of the offset given, or of this machine."""
    offset = offset or clock.local_offset()
    newcomer = request(founder.signer, "self", founder.person, (founder.name, founder.email), founder.position)
    files = charters.first(
        Beginning(
            organisation=organisation,
            languages=languages,
            offset=offset,
            founder=newcomer,
            roles=founder.roles,
            since=days.day_of(clock.now(), offset),
            recovery=(founder.recovery.key, prove_possession(founder.recovery, "self", RECOVERY)),
            types=kinds,
            known=starters.ROLES,
            retention=starters.RETENTION,
        ),
    )
    digest, tree = folder_of(files)
    book = Book(ledger)
    book.work = None
    book.found(founder.signer, files, Founded(content=digest, tree=tree), (founder.name, founder.email), offset)


def request(signer: Signer, library: str, person: str, who: tuple[str, str], position: str) -> Newcomer:
    """A request to be enrolled in a library, with the proof that the key is held."""
    return Newcomer(person, *who, position, signer.key, prove_possession(signer, library, person))


def join_library(url: str, path: Path, anchor: Anchor, home: Home | None = None) -> Library:
    """Take a copy of a shared library, if it is the one the anchor names and lawful from the front.

    Raises:
        Refused: `join-not-lawful`: nothing stays on the disk.
        Unavailable: `remote-unreachable`.
    """
    keeping = home or Home()
    remote.clone(url, path)
    try:
        with GitLedger.open(path) as ledger:
            report = auditing.verify(ledger, anchor)
            if report.verdict != auditing.LAWFUL:
                rule = report.violations[0].rule if report.violations else report.reason
                raise Refused("join-not-lawful", rule=rule)
            # What the shared copy holds today it has to hold tomorrow.
            marks.set_shared(ledger, report.head)
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    keeping.keep_anchor(anchor)
    return open_library(path, keeping)
