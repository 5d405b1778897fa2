"""What somebody in an office may attempt: the lawful entry that follows from the state, for a test to bend."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ledgers.material import CHARTER, NOTHING, Attempt, charter_files, identity, key, plain_charter

from docctl.adapters import strictyaml
from docctl.core import days, disposing, quorum
from docctl.core.events import (
    Amended,
    Approved,
    Attached,
    Cancelled,
    Commented,
    Countersigned,
    Disposed,
    Founded,
    Held,
    Issued,
    Published,
    Read,
    Reaffirmed,
    Recorded,
    Rejected,
    Released,
    Rescheduled,
    Returned,
    Reviewed,
    Submitted,
    Suspended,
)
from docctl.core.model import Document, Proposal, Publication
from docctl.core.state import State
from docctl.library.book import folder_of


class Attempts:
    """Entries that follow from `state`, the instant `at` and the `offset`."""

    state: State
    at: int
    offset: str

    # -- what there is -----------------------------------------------------------------------------------------------

    def thread(self, subject: str) -> Document | None:
        """The document, or the charter."""
        authority = self.state.authority
        return authority.thread if subject == CHARTER and authority else self.state.documents.get(subject)

    def proposal(self, subject: str) -> Proposal | None:
        """What is open."""
        found = self.thread(subject)
        return found.proposal if found else None

    def latest(self, subject: str) -> Publication | None:
        """What was last published."""
        found = self.thread(subject)
        return found.latest if found else None

    def today(self) -> date:
        """The day of the next entry."""
        return days.day_of(self.at + 60, self.offset)

    def go_to(self, day: date, hour: int = 9) -> None:
        """Let time pass."""
        self.at = days.start_of(day, self.offset) + hour * 3600

    def plain(self) -> Any:
        """The charter in force as plain values, to be changed."""
        files = self.state.shelf.files(self.state.authority.thread.publications[-1].proposal.tree)
        return {name: strictyaml.read(files[f"{name}.yaml"]) for name in ("library", "people")}

    def founding(self, founder: str = "anna", plain: Any = None) -> Attempt:
        files = charter_files(plain or plain_charter(founder))
        digest, name = folder_of(files)
        return Attempt(key(founder), CHARTER, Founded(content=digest, tree=name), "", files, identity(founder))

    def charter(self, who: str, plain: Any, comment: str = "Because") -> Attempt:
        """A proposed charter; plain values, or files."""
        files = plain if "library.yaml" in plain else charter_files(plain)
        digest, name = folder_of(files)
        latest, open_one = self.latest(CHARTER), self.proposal(CHARTER)
        event = Submitted(
            kind=CHARTER,
            revision=latest.revision + 1 if latest else 1,
            content=digest,
            tree=name,
            base_publication=latest.entry if latest else None,
            base_submission=open_one.entry if open_one else None,
        )
        return Attempt(key(who), CHARTER, event, comment, files)

    def submission(
        self, who: str, subject: str, files: dict[str, bytes], kind: str = "revision", **more: Any
    ) -> Attempt:
        latest, open_one = self.latest(subject), self.proposal(subject)
        head = strictyaml.read(files["az.md"].split(b"---\n")[1])
        digest, name = folder_of(files)
        event = Submitted(
            kind=kind,
            revision=latest.revision + 1 if latest else 1,
            content=digest,
            tree=name,
            type=head["type"],
            owner=head["owner"],
            languages=tuple(head["languages"]),
            title=head["title"],
            base_publication=latest.entry if latest else None,
            base_submission=open_one.entry if open_one else None,
            corrects=latest.revision if kind == "editorial" and latest else None,
        )
        return Attempt(key(who), subject, replace(event, **more), "Because", files)

    def withdrawal(self, who: str, subject: str) -> Attempt:
        latest, open_one = self.latest(subject), self.proposal(subject)
        event = Submitted(
            kind="withdrawal",
            revision=latest.revision if latest else 1,
            content=latest.proposal.content if latest else NOTHING,
            base_publication=latest.entry if latest else None,
            base_submission=open_one.entry if open_one else None,
        )
        return Attempt(key(who), subject, event, "No longer needed")

    def bound(self, subject: str) -> dict[str, Any]:
        """What a decision names."""
        open_one = self.proposal(subject)
        if open_one is None:
            return {"submission": 0, "revision": 1, "content": NOTHING}
        return {"submission": open_one.entry, "revision": open_one.revision, "content": open_one.content}

    def role(self, who: str, subject: str) -> str:
        """The role to decide in: the first one missing that the person holds."""
        if subject == CHARTER:
            return self.state.authority.charter.administrators[0]
        document = self.thread(subject)
        kind = self.state.authority.charter.type_of(subject)
        steps = kind.workflow(document.proposal.kind) if document and document.proposal else kind.steps
        missing = (
            [role for role, _ in quorum.progress(document, steps, self.state.authority).missing] if document else []
        )
        asked = [*missing, *(role for step in steps for role, _ in step)]
        holder = self.state.authority.charter.people.get(who)
        held = {one.role for one in holder.roles} if holder else set()
        return next((role for role in asked if role in held), asked[0])

    def approval(self, who: str, subject: str, role: str | None = None, **more: Any) -> Attempt:
        name = more.get("acting_for") or who.rstrip("0123456789")
        event = Approved(**self.bound(subject), role=role or self.role(name, subject), meaning="approved")
        return Attempt(key(who), subject, replace(event, **more))

    def rejection(self, who: str, subject: str, role: str | None = None, **more: Any) -> Attempt:
        name = more.get("acting_for") or who.rstrip("0123456789")
        event = Rejected(**self.bound(subject), role=role or self.role(name, subject))
        return Attempt(key(who), subject, replace(event, **more), "Not so")

    def publication(self, who: str, subject: str, effective: date | None = None, **more: Any) -> Attempt:
        event = Published(**self.bound(subject), effective=effective or self.today())
        return Attempt(key(who), subject, replace(event, **more))

    def last(self, subject: str) -> dict[str, Any]:
        """How a publication is named."""
        latest = self.latest(subject)
        return {"publication": latest.entry if latest else 0, "revision": latest.revision if latest else 1}

    def cancellation(self, who: str, subject: str) -> Attempt:
        return Attempt(key(who), subject, Cancelled(submission=self.bound(subject)["submission"]))

    def comment(self, who: str, subject: str) -> Attempt:
        open_one = self.proposal(subject)
        named = {"submission": open_one.entry} if open_one else {"publication": self.last(subject)["publication"]}
        return Attempt(key(who), subject, Commented(**named), "A remark")

    def rescheduling(self, who: str, subject: str, effective: date, **more: Any) -> Attempt:
        return Attempt(
            key(who), subject, replace(Rescheduled(**self.last(subject), effective=effective), **more), "Later"
        )

    def review(self, who: str, subject: str, **more: Any) -> Attempt:
        event = Reviewed(**self.last(subject), verdict="keep")
        return Attempt(key(who), subject, replace(event, **more), "Still right")

    def suspension(self, who: str, name: str) -> Attempt:
        return Attempt(key(who), CHARTER, Suspended(key=key(name).mark), "Lost")

    def reaffirmation(self, who: str, subject: str, entry: int) -> Attempt:
        return Attempt(key(who), subject, Reaffirmed(entry=entry), "It was so")

    def reading(
        self, who: str, subject: str, persons: tuple[str, ...] | None = None, session: str | None = None
    ) -> Attempt:
        latest = self.latest(subject)
        event = Read(
            **self.last(subject),
            content=latest.proposal.content if latest else NOTHING,
            language="az",
            persons=persons or (who,),
            session=session,
        )
        return Attempt(key(who), subject, event)

    def issue(self, who: str, subject: str, copy: int, holder: str = "Reception") -> Attempt:
        event = Issued(**self.last(subject), copy=copy, language="az", holder=holder, medium="paper", file=NOTHING)
        return Attempt(key(who), subject, event)

    def give_back(self, who: str, subject: str, copy: int) -> Attempt:
        return Attempt(key(who), subject, Returned(copy=copy, outcome="returned"))

    def attachment(self, who: str, subject: str, files: dict[str, bytes] | None = None) -> Attempt:
        found = files or {"signed.pdf": b"%PDF-"}
        digest, name = folder_of(found)
        return Attempt(key(who), subject, Attached(**self.last(subject), content=digest, tree=name), "", found)

    def record(self, who: str, form: str, name: str, signers: tuple[str, ...] | None = None, **more: Any) -> Attempt:
        files = {"az.md": f"Record {name}\n".encode()}
        digest, folder = folder_of(files)
        latest = self.last(form)
        event = Recorded(
            record=name,
            form_publication=latest["publication"],
            form_revision=latest["revision"],
            content=digest,
            tree=folder,
            signers=signers,
        )
        return Attempt(key(who), form, replace(event, **more), "", files)

    def countersignature(self, who: str, form: str, name: str, **more: Any) -> Attempt:
        known = self.state.records.get(name)
        event = Countersigned(record=name, content=known.content if known else NOTHING)
        return Attempt(key(who), form, replace(event, **more))

    def record_amendment(self, who: str, form: str, name: str, **more: Any) -> Attempt:
        known = self.state.records.get(name)
        files = {"az.md": b"Corrected\n"}
        digest, folder = folder_of(files)
        event = Amended(record=name, amendment=len(known.amendments) + 1 if known else 1, content=digest, tree=folder)
        return Attempt(key(who), form, replace(event, **more), "A slip", files)

    def hold(self, who: str, form: str, name: str) -> Attempt:
        return Attempt(key(who), form, Held(record=name), "Court")

    def release(self, who: str, form: str, name: str) -> Attempt:
        return Attempt(key(who), form, Released(record=name), "Court is over")

    def disposal(self, who: str, form: str, names: tuple[str, ...], **more: Any) -> Attempt:
        """The proposal to dispose of records."""
        known, open_one = self.thread(form), self.proposal(form)
        latest = known.latest if known else None
        event = Submitted(
            kind="disposal",
            revision=latest.revision if latest else 1,
            content=disposing.digest(self.state.records[name] for name in names if name in self.state.records),
            base_publication=latest.entry if latest else None,
            base_submission=open_one.entry if open_one else None,
            records=names,
        )
        return Attempt(key(who), form, replace(event, **more), "Years are over")

    def carrying_out(self, who: str, form: str, **more: Any) -> Attempt:
        """The disposal itself."""
        open_one = self.proposal(form)
        event = Disposed(
            submission=open_one.entry if open_one else 0,
            content=open_one.content if open_one else NOTHING,
            records=(open_one.records if open_one else ()) or ("FRM-01-2026-0001",),
            method="shredded",
        )
        return Attempt(key(who), form, replace(event, **more))
