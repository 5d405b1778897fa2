"""`Library`: one method a verb. What a face calls, and what `import docctl` gives.

A library is a folder (or a bare repository) with its ledger. Reading methods answer with values; acting methods write
exactly one entry each, or raise and write nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import days
from docctl.core.authority import Authority
from docctl.core.charter import Charter
from docctl.core.checkpoint import Anchor, Checkpoint
from docctl.core.model import Act, Document, Signed, Violation
from docctl.core.ports import Ledger, Signer
from docctl.core.state import unseal
from docctl.errors import NotFound, Refused
from docctl.library import clock, deciding, reviewing, views
from docctl.library.book import Book, Plan
from docctl.library.deciding import Behalf, Temporary
from docctl.library.register import register
from docctl.library.reviewing import Finding
from docctl.library.views import Row, Sheet, Waiting

# Making copies, auditing and syncing are loaded when asked for: who reads the register needs none of them.
if TYPE_CHECKING:
    from docctl.library.auditing import Report
    from docctl.library.bodies import Bodies
    from docctl.library.comparing import Difference
    from docctl.library.redlining import Told
    from docctl.library.syncing import Synced


def open_library(path: str | Path = ".", home: Home | None = None) -> Library:
    """The library in a folder, or in the nearest folder above it.

    Args:
        path: A folder of the library, or a bare repository.
        home: The user's own folder; `~/.docctl` if not given.

    Raises:
        NotFound: `library-not-found`, `library-empty`.
        Unavailable: git is missing, or the ledger cannot be read.
    """
    library = Library(GitLedger.open(Path(path)), home or Home())
    try:
        library.book.refresh()
    except BaseException:
        library.close()
        raise
    return library


class Library:
    """One library.

    Attributes:
        book: Its ledger with the state behind the head.
        home: What is kept for this user.
    """

    def __init__(self, ledger: Ledger, home: Home) -> None:
        self.home = home
        self.book = Book(ledger, home)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and processes."""
        self.book.close()

    # -- reading -----------------------------------------------------------------------------------------------------

    @property
    def root(self) -> Path:
        """The folder of the library.

        Raises:
            Refused: `library-bare`: a server's copy has no working files.
        """
        if self.book.work is None:
            raise Refused("library-bare")
        return self.book.work.root

    @property
    def authority(self) -> Authority:
        """The rules and the people as of the last entry."""
        return deciding.authority_of(self.book.state)

    @property
    def charter(self) -> Charter:
        """The charter in force."""
        return self.authority.charter

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What the history violates."""
        return self.book.violations

    @property
    def entries(self) -> int:
        """The number of entries."""
        return self.book.state.length

    def person_of(self, signer: Signer) -> str | None:
        """The enrolled person whose key this is."""
        enrolment = self.authority.keys.get(signer.key)
        return enrolment.person if enrolment else None

    def moment(self, as_of: date | None = None) -> int:
        """The instant asked about: now, or the end of a day, which may not be before the founding."""
        return views.end_of(self.authority, as_of) if as_of else max(clock.now(), self.book.state.time)

    def today(self) -> date:
        """The day it is for the next entry."""
        return days.day_of(*clock.reading(self.book.state.time, self.charter.offsets))

    def document(self, subject: str, as_of: date | None = None) -> Document:
        """One document as of a day.

        Raises:
            NotFound: `document-not-found`.
        """
        found = deciding.thread(self.book.state, subject)
        then = found.as_of(self.moment(as_of)) if as_of else found
        if then is None:
            raise NotFound("document-not-found", document=subject)
        return then

    def register(self, as_of: date | None = None, language: str = "az") -> tuple[Row, ...]:
        """The register: every document with its status, by number."""
        moment, state = self.moment(as_of), self.book.state
        if as_of is None:
            return register(state, self.book.store, moment, language)
        then = ((name, state.documents[name].as_of(moment)) for name in sorted(state.documents))
        return tuple(views.row(state, document, moment, language) for _, document in then if document is not None)

    def show(
        self, subject: str, *, revision: int | None = None, as_of: date | None = None, language: str = "az"
    ) -> Sheet:
        """Everything about one document."""
        document = self.document(subject, as_of)
        return views.sheet(self.book.state, document, self.moment(as_of), language, revision)

    def inbox(self, person: str, language: str = "az") -> tuple[Waiting, ...]:
        """What waits for a person; `tosign.inbox` has the records to sign too."""
        return views.inbox(self.book.state, person, self.today(), self.moment(), language)

    def get(
        self,
        subject: str,
        *,
        form: str = "md",
        language: str | None = None,
        revision: int | None = None,
        as_of: date | None = None,
        note_key: Signer | None = None,
    ) -> bytes:
        """A copy: the revision in force, or the one asked for, as Markdown, plain text, HTML, DOCX or PDF.

        The checkpoint that a published copy carries is signed if the charter's note key is at hand.
        """
        from docctl.library import carrying
        from docctl.library.copying import Wanted

        document, moment = self.document(subject, as_of), self.moment(as_of)
        mark = self.checkpoint(note_key) if note_key else None
        return carrying.render(self.book, document, Wanted(form, language, revision), moment=moment, mark=mark)

    def text(self, subject: str, revision: int | None = None, as_of: date | None = None) -> dict[str, bytes]:
        """The files of a revision, of an open proposal, or of what is in force."""
        from docctl.library import copying

        proposal, _, _ = copying.choose(self.document(subject, as_of), self.moment(as_of), revision)
        return copying.files_of(self.book.state, proposal)

    def bodies(self, subject: str, revision: int | None = None) -> Bodies:
        """What approvers of a revision, or of what is submitted, see, drawn now and compared with what they signed."""
        from docctl.library import bodies, copying

        document = self.document(subject)
        number = revision or (document.proposal.revision if document.proposal else None)
        return bodies.compared(self.book.state, document, copying.choose(document, self.moment(), number)[0])

    def diff(
        self, subject: str, old: int | None = None, new: int | None = None, language: str = "", *, draft: bool = False
    ) -> Difference:
        """What changed between two texts; by default from the one in force to what is newest, a draft included."""
        from docctl.library import comparing

        wanted = comparing.Wanted(subject, old, new, language or None, draft)
        return comparing.difference(self.book.state, self.moment(), self.draft, wanted)

    def tell(self, difference: Difference, language: str, *, whole: bool = False) -> Told:
        """A difference in words: how much and where, why, who agreed, and the places themselves."""
        from docctl.library import redlining

        return redlining.tell(self.book.state, difference, language, whole=whole)

    def redline(self, difference: Difference, form: str) -> bytes:
        """A difference as HTML, as DOCX with tracked changes, or as PDF."""
        from docctl.library import redlining

        return redlining.render(self.book.state, difference, form)

    def history(self, subject: str) -> tuple[tuple[Signed, str], ...]:
        """Every entry of a document, of a record or of the charter, oldest first, each with its commit id."""
        found = deciding.trailed(self.book.state, subject)
        wanted, document = {entry for entry, _, _ in found.trail}, getattr(found, "form", subject)
        return tuple(pair for pair in self.read_entries(document) if pair[0].entry.sequence in wanted)

    def read_entries(self, subject: str | None = None) -> tuple[tuple[Signed, str], ...]:
        """Every readable entry of the ledger, or of one document, oldest first, with its commit id; judged or not."""
        head, line = self.book.state.head, f"\nDocctl-Document: {subject}\n".encode() if subject else b""
        found = []
        for commit_id, raw in self.book.ledger.commits(None, head) if head else ():
            if line not in raw:
                continue
            opened = unseal(commit_id, raw)
            if opened.commit is not None and opened.entry is not None:
                c = opened.commit
                day = days.day_of(c.at, c.offset)
                found.append((Signed(opened.entry, "", c.name, c.email, c.at, c.offset, day), commit_id))
        return tuple(found)

    # -- acting ------------------------------------------------------------------------------------------------------

    def enter(self, signer: Signer, plan: Plan) -> Signed:
        """Write one entry, or nothing."""
        return self.book.append(signer, plan)

    def submit(
        self, subject: str, reason: str, signer: Signer, *, editorial: bool = False, temporary: Temporary | None = None
    ) -> Signed:
        """Submit the draft that lies in the working folder `drafts/<ID>`; `temporary` as an amendment for a time."""
        from docctl.library import copying

        files = self.draft(subject)
        found = deciding.readable(files)
        if found.id != subject:
            raise Refused("heading-other-id", document=subject, heading=found.id)
        copying.rehearse(self.book.state, files, found)
        return self.enter(signer, deciding.submit_text(files, reason, editorial=editorial, temporary=temporary))

    def adopt(
        self, files: Mapping[str, bytes], reason: str, signer: Signer, stated: tuple[int, date, Act | None]
    ) -> Signed:
        """Submit a text approved before the library existed: its revision, the day it is in force from, its act."""
        from docctl.library import copying

        copying.rehearse(self.book.state, dict(files), deciding.readable(files))
        return self.enter(signer, deciding.submit_text(files, reason, adopted=stated))

    def draft(self, subject: str) -> dict[str, bytes]:
        """The files in `drafts/<ID>`.

        Raises:
            NotFound: `draft-missing`.
        """
        if self.book.work is None:
            raise Refused("library-bare")
        try:
            return self.book.work.read_folder(f"drafts/{subject}")
        except NotFound:
            raise NotFound("draft-missing", document=subject) from None

    def put_draft(self, subject: str, files: Mapping[str, bytes]) -> None:
        """Lay files into `drafts/<ID>`, where somebody goes on with them."""
        if self.book.work is None:
            raise Refused("library-bare")
        self.book.work.lay(f"drafts/{subject}", files)

    def approve(
        self,
        subject: str,
        signer: Signer,
        *,
        revision: int | None = None,
        comment: str = "",
        behalf: Behalf | None = None,
        body: str | None = None,
    ) -> Signed:
        """Approve what is submitted, or the proposed charter (`subject` "charter"); `body` is what `bodies` gives."""
        plan = deciding.approve(subject, signer.key, revision=revision, comment=comment, behalf=behalf, body=body)
        return self.enter(signer, plan)

    def reject(self, subject: str, reason: str, signer: Signer, behalf: Behalf | None = None) -> Signed:
        """Refuse what is submitted."""
        return self.enter(signer, deciding.reject(subject, signer.key, reason=reason, behalf=behalf))

    def comment(self, subject: str, text: str, signer: Signer, paragraph: str | None = None) -> Signed:
        """Remark on what is submitted, or in force."""
        return self.enter(signer, deciding.comment(subject, text, paragraph))

    def cancel(self, subject: str, signer: Signer, reason: str = "") -> Signed:
        """Take a proposal back."""
        return self.enter(signer, deciding.cancel(subject, reason))

    def publish(
        self,
        subject: str,
        signer: Signer,
        *,
        effective: date | None = None,
        act: Act | None = None,
        comment: str = "",
        behalf: Behalf | None = None,
    ) -> Signed:
        """Put what is approved in force from a day, today if none is given."""
        plan = deciding.publish(
            subject, effective=effective, today=self.today(), act=act, comment=comment, behalf=behalf
        )
        return self.enter(signer, plan)

    def reschedule(self, subject: str, effective: date, reason: str, signer: Signer) -> Signed:
        """Move the day of a revision that is not in force yet."""
        return self.enter(signer, deciding.reschedule(subject, effective=effective, reason=reason))

    def withdraw(self, subject: str, reason: str, signer: Signer, successor: str | None = None) -> Signed:
        """Propose to withdraw a document; it is approved and published like a revision."""
        return self.enter(signer, deciding.withdraw(subject, reason, successor))

    def review(self, subject: str, comment: str, signer: Signer, finding: Finding = reviewing.KEEP) -> Signed:
        """Record a periodic review: the revision stays as it is, whatever was found."""
        return self.enter(signer, reviewing.review(subject, self.moment(), comment, finding))

    def propose_charter(self, files: Mapping[str, bytes], reason: str, signer: Signer) -> Signed:
        """Propose another charter; it is approved and published like a document, with `subject` "charter"."""
        return self.enter(signer, deciding.submit_charter(files, reason))

    def charter_files(self) -> dict[str, bytes]:
        """The files of the charter in force."""
        tree = self.authority.thread.publications[-1].proposal.tree
        return self.book.state.shelf.files(tree) if tree else {}

    def suspend(self, key: str, reason: str, signer: Signer) -> Signed:
        """Disable a key at once, by its fingerprint."""
        return self.enter(signer, deciding.suspend(key, reason))

    def reaffirm(self, entry: int, reason: str, signer: Signer) -> Signed:
        """Vouch for an entry of a compromised key."""
        return self.enter(signer, deciding.reaffirm(entry, reason))

    # -- proving -----------------------------------------------------------------------------------------------------

    def verify(self, anchor: Anchor | None = None, checkpoints: tuple[Checkpoint, ...] = ()) -> Report:
        """Judge the whole history from the front, against the anchor given or the one kept for this library."""
        from docctl.library import auditing

        known = anchor or next((one for one in self.home.anchors() if self._is(one)), None)
        return auditing.verify(self.book.ledger, known, checkpoints)

    def _is(self, anchor: Anchor) -> bool:
        authority = self.book.state.authority
        return authority is not None and authority.library == anchor.library

    def anchor(self) -> Anchor:
        """The line by which this library is known."""
        return Anchor(self.authority.library, self.charter.organisation[0][1])

    def checkpoint(self, note_key: Signer | None = None) -> Checkpoint:
        """The whole ledger in three lines, signed if the charter's note key is at hand.

        Raises:
            Refused: `note-key-other`: the charter names another note key, or none.
        """
        from docctl.library import auditing

        mark = auditing.checkpoint(self.book.state)
        if note_key is None:
            return mark
        name = f"docctl/{mark.library}"
        from docctl.signatures import FileSigner

        if not isinstance(note_key, FileSigner):
            raise Refused("note-key-other", key="—", expected=self.charter.note_key or "—")
        key = note_key.verifier_key(name)
        if key != self.charter.note_key:
            raise Refused("note-key-other", key=key, expected=self.charter.note_key or "—")
        return replace(mark, signatures=(note_key.sign_note(name, mark.text),))

    def sync(self, signer: Signer | None, *, restore: bool = False) -> Synced:
        """Bring this library together with its shared copy; what could not be entered again is in `aside`."""
        from docctl.library import syncing

        return syncing.sync(self.book, self.root, signer, restore=restore)
