"""Entries of the right form, by people who are enrolled, that mean what the charter does not allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from attack import CLEAN, GOOD, REFUSED, Group
from doors.realoffice import candidate
from ground import Draft

from docctl.core.events import Approved, Cancelled, Disposed, Published, Recorded, Rejected
from docctl.library import deciding
from docctl.library.book import folder_of

GROUP = Group("What the entries mean")


def proposal(state, subject):
    return state.documents[subject].proposal


def approved(scene, subject, role="head", **over):
    """An approval of what is open."""
    one = proposal(scene.state, over.pop("of", subject))
    values = {"submission": one.entry, "revision": one.revision, "content": one.content, "role": role}
    return Draft(subject, Approved(**{**values, "meaning": "approved", **over}))


def submitted_over(scene):
    """A text for a document that another has submitted."""
    draft = submitted(scene, "PRO-11")
    files = scene.text(scene.ground.library, "PRO-08", "Başqa mətn.")
    digest, folder = folder_of(files)
    open_one = proposal(scene.state, "PRO-08").entry
    event = replace(draft.event, base_submission=open_one, content=digest, tree=folder)
    return Draft("PRO-08", event, "Because", files)


def published(scene, subject, **over):
    one = proposal(scene.state, subject)
    today = scene.ground.library.today()
    values = {"submission": one.entry, "revision": one.revision, "content": one.content, "effective": today}
    return Draft(subject, Published(**{**values, **over}))


def submitted(scene, subject, sentence="Mətn.", **over):
    files = scene.text(scene.ground.library, subject, sentence)
    draft = deciding.submit_text(files, "Because")(scene.state)
    return replace(draft, event=replace(draft.event, **over))


def entered(make, who, more, scene):
    scene.write(make(scene), who, **more)


def attack(name, what, code, make, who, **more):
    GROUP.attack(name, what, GOOD, CLEAN, code)(partial(entered, make, who, more))


HASH = "0" * 64
attack(
    "Own text approved", "the author approves", "author-approves", lambda s: approved(s, "PRO-08", "reviewer"), "eva"
)
attack("Approved twice", "one person, the same approval again", "approved-already",
       lambda s: approved(s, "PRO-07", "reviewer"), "eva")  # fmt: skip
attack("Role that one does not hold", "a reviewer approves as the head", "role-not-held",
       lambda s: approved(s, "PRO-07"), "fay")  # fmt: skip
attack("Role that nobody asked for", "approval as the legal adviser", "role-not-asked",
       lambda s: approved(s, "PRO-07", "legal"), "bob")  # fmt: skip
attack(
    "Out of turn", "the head approves before the reviewer", "step-not-reached", lambda s: approved(s, "PRO-09"), "bob"
)
attack("Approval of another revision", "the number of the revision in force", "approval-other-content",
       lambda s: approved(s, "PRO-07", revision=1), "bob")  # fmt: skip
attack("Approval of another text", "another SHA-256", "approval-other-content",
       lambda s: approved(s, "PRO-07", content=HASH), "bob")  # fmt: skip
attack("Approval carried over", "what was approved of one document shown for another", "approval-stale",
       lambda s: approved(s, "PRO-09", "reviewer", of="PRO-08"), "fay")  # fmt: skip
attack("Approval of nothing", "nothing is submitted", "nothing-submitted",
       lambda s: approved(s, "POL-07", of="PRO-08"), "bob")  # fmt: skip
attack("Approval of what does not exist", "an unknown document", "document-unknown",
       lambda s: approved(s, "PRO-99", of="PRO-08"), "bob")  # fmt: skip
attack("Approval for somebody without a basis", "a deputy who names no order", "deputy-without-basis",
       lambda s: approved(s, "PRO-07", acting_for="bob"), "anna")  # fmt: skip
attack("Approval for somebody by nobody's deputy", "a person who was never appointed", "role-not-held",
       lambda s: approved(s, "PRO-07", acting_for="bob", basis="order 9"), "fay")  # fmt: skip
attack("Approval for somebody unknown", "a person who is not enrolled", "person-unknown",
       lambda s: approved(s, "PRO-07", acting_for="nobody", basis="order 9"), "anna")  # fmt: skip
attack("In force before the quorum", "published with one approval of two", "quorum-missing",
       lambda s: published(s, "PRO-07"), "anna")  # fmt: skip
attack("In force without approval", "published at once", "quorum-missing", lambda s: published(s, "PRO-09"), "anna")
attack("In force by anybody", "published by an author", "not-publisher", lambda s: published(s, "PRO-07"), "dan")
attack("In force by another text", "published with another SHA-256", "approval-other-content",
       lambda s: published(s, "PRO-07", content=HASH), "anna")  # fmt: skip
attack("In force since yesterday", "published with a day that is past", "quorum-missing",
       lambda s: published(s, "PRO-07", effective=s.ground.library.today() - timedelta(days=1)), "anna")  # fmt: skip
attack("Half a legal act", "an act without its date", "quorum-missing",
       lambda s: published(s, "PRO-07", act_kind="serencam"), "anna")  # fmt: skip
attack("Taken back by another", "a proposal cancelled by neither author nor publisher", "not-author-or-publisher",
       lambda s: Draft("PRO-08", Cancelled(submission=proposal(s.state, "PRO-08").entry)), "dan")  # fmt: skip
attack("Rejected by anybody", "a rejection by somebody whom the workflow does not name", "role-not-held",
       lambda s: Draft("PRO-08", Rejected(submission=proposal(s.state, "PRO-08").entry, revision=1,
                                          content=proposal(s.state, "PRO-08").content, role="reviewer"), "No"), "dan")  # fmt: skip
attack("Submitted over another's", "a proposal replaced by somebody else", "proposal-of-another",
       submitted_over, "dan")  # fmt: skip
attack("Submitted by a reader", "a submission by somebody who is no author", "author-role",
       lambda s: submitted(s, "PRO-11"), "fay")  # fmt: skip
attack("Revision left out", "revision 3 after revision 1", "revision-number",
       lambda s: submitted(s, "POL-07", "Yeni.", revision=3), "dan")  # fmt: skip
attack("Revision taken again", "revision 1 once more", "revision-number",
       lambda s: submitted(s, "POL-07", "Yeni.", revision=1), "dan")  # fmt: skip
attack("Stale base", "a proposal on what is no longer the last", "base-stale",
       lambda s: submitted(s, "POL-07", "Yeni.", base_publication=None), "dan")  # fmt: skip
attack("Small correction that is none", "called editorial, with other words", "editorial-meaning",
       lambda s: submitted(s, "POL-07", "Rüşvət 100 manatdır.", kind="editorial", corrects=1), "dan")  # fmt: skip
attack("Type unknown", "a type that the charter does not have", "type-unknown",
       lambda s: submitted(s, "PRO-11", type="decree"), "dan")  # fmt: skip
attack("Type changed", "a policy becomes an instruction, which fewer approve", "type-changed",
       lambda s: submitted(s, "POL-07", "Yeni.", type="instruction"), "dan")  # fmt: skip
attack("Prefix of another type", "PRO-11 as an instruction", "prefix-wrong",
       lambda s: submitted(s, "PRO-11", type="instruction"), "dan")  # fmt: skip
attack("Owner unknown", "a role that the charter does not have", "owner-unknown",
       lambda s: submitted(s, "PRO-11", owner="emperor"), "dan")  # fmt: skip
attack("Amendment for ever", "a temporary amendment that names no last day", "kind-fields",
       lambda s: submitted(s, "POL-07", "Yeni.", kind="amendment"), "dan")  # fmt: skip
attack("Adoption of what exists", "an old text put over one in force", "document-exists",
       lambda s: submitted(s, "POL-07", "Yeni.", kind="adoption", effective=s.ground.library.today()), "dan")  # fmt: skip
attack("Disposal without proposal", "records destroyed by one person", "nothing-submitted",
       lambda s: Draft("POL-07", Disposed(submission=1, content=HASH, records=("R-1",))), "anna")  # fmt: skip


@GROUP.attack(
    "Record from no form",
    "a record made from what was never published as a form",
    GOOD,
    CLEAN,
    "publication-unknown",
)
def no_form(scene):
    one = scene.blob_tree({"record.md": b"x\n"})
    event = Recorded(record="R-1", form_publication=1, form_revision=1, content=HASH, tree=one)
    scene.write(Draft("POL-07", event), "dan", tree=scene.state.tree)


@GROUP.attack("Time turned back", "an entry dated before the one before it", GOOD, CLEAN, "time-before-parent")
def back(scene):
    scene.write(at=scene.state.time - 1)


@GROUP.attack("Time of 1970", "the clock was never set", GOOD, CLEAN, "time-before-parent")
def epoch(scene):
    scene.write(at=0)


@GROUP.attack("Offset of elsewhere", "an offset that the charter does not allow", GOOD, CLEAN, "offset-not-allowed")
def offset(scene):
    scene.write(offset="+0530")


for name, what, who, code in (
    ("Key revoked before", "signed with a key that the charter ended", "zed", "signer-revoked"),
    ("Key suspended before", "signed with a key disabled at once", "sue", "signer-suspended"),
    ("Person who left", "signed by somebody who has left", "lea", "signer-left"),
):
    GROUP.attack(name, what, GOOD, CLEAN, code)(lambda scene, who=who: scene.write(who=who))


@GROUP.attack(
    "Revoked key, backdated", "dated before its revocation: order counts, not dates", GOOD, CLEAN, "time-before-parent"
)
def backdated(scene):
    scene.write(who="zed", at=scene.state.time - 3600)


@GROUP.attack("Recovery key used daily", "the founding's recovery key makes a remark", REFUSED, CLEAN, "signer-unknown")
def recovery(scene):
    payload = scene.payload(identity=("recovery key", "recovery@docctl.invalid"))
    scene.append(scene.sealed(payload, "recovery"))


# -- in several steps, the first ones lawful ---------------------------------------------------------------------------------


@GROUP.attack(
    "Approval of the text before",
    "a new text is submitted, the approval names the old one",
    GOOD,
    CLEAN,
    "approval-stale",
)
def stale(scene):
    library = scene.library_there()
    old = library.book.state.documents["PRO-07"].proposal
    scene.submit(library, "PRO-07", "dan", "Rüşvət xoş gəlir.")
    scene.settled(library)
    event = Approved(submission=old.entry, revision=2, content=old.content, role="reviewer", meaning="agreed")
    scene.append(candidate(library, scene.key("fay"), Draft("PRO-07", event)))


@GROUP.attack("Approval of what was rejected", "rejected, then approved by another", GOOD, CLEAN, "proposal-rejected")
def after_rejection(scene):
    library = scene.library_there()
    library.reject("PRO-07", "No", scene.key("bob"))
    scene.settled(library)
    one = library.book.state.documents["PRO-07"].proposal
    event = Approved(submission=one.entry, revision=2, content=one.content, role="reviewer", meaning="agreed")
    scene.append(candidate(library, scene.key("fay"), Draft("PRO-07", event)))


@GROUP.attack(
    "Own text approved as a deputy",
    "the author approves for the head, whose deputy she is",
    GOOD,
    CLEAN,
    "author-approves",
)
def as_deputy(scene):
    library = scene.library_there()
    scene.submit(library, "PRO-11", "anna")
    library.approve("PRO-11", scene.key("eva"))
    scene.settled(library)
    one = library.book.state.documents["PRO-11"].proposal
    event = Approved(
        submission=one.entry, revision=1, content=one.content, role="head", meaning="approved",
        acting_for="bob", basis="order 2",
    )  # fmt: skip
    scene.append(candidate(library, scene.key("anna"), Draft("PRO-11", event)))


@GROUP.attack("Resurrection", "a withdrawn document is submitted again", GOOD, CLEAN, "document-withdrawn")
def resurrected(scene):
    library = scene.library_there()
    library.withdraw("POL-07", "No longer needed", scene.key("dan"))
    scene.agree(library, "POL-07")
    library.publish("POL-07", scene.key("anna"))
    scene.settled(library)
    files = scene.text(library, "POL-07", "Yenidən.")
    latest = library.book.state.documents["POL-07"].latest
    draft = deciding.submit_text(scene.text(library, "PRO-12"), "Because")(library.book.state)
    digest, folder = folder_of(files)
    event = replace(draft.event, type="policy", revision=2, content=digest, tree=folder)
    event = replace(event, base_publication=latest.entry)
    scene.append(candidate(library, scene.key("dan"), Draft("POL-07", event, "Because", files)))


@GROUP.attack("Day that is past", "a whole quorum, in force since yesterday", GOOD, CLEAN, "effective-past")
def past_day(scene):
    library = scene.library_there()
    library.approve("PRO-07", scene.key("bob"))
    scene.settled(library)
    one = library.book.state.documents["PRO-07"].proposal
    yesterday = library.today() - timedelta(days=1)
    event = Published(submission=one.entry, revision=2, content=one.content, effective=yesterday)
    scene.append(candidate(library, scene.key("anna"), Draft("PRO-07", event)))


@GROUP.attack(
    "Everybody colludes", "a full quorum approves a bad text: valid by definition, and provably theirs", GOOD, CLEAN
)
def collusion(scene):
    library = scene.library_there()
    scene.publish(library, "PRO-12", "Rüşvət xoş gəlir.")
    scene.settled(library)


test_each = GROUP.tried()
