"""The chain itself: merges, forks, left-out and repeated entries, other beginnings, and histories that were rolled back."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from itertools import islice

from attack import CLEAN, ERROR, GOOD, REFUSED, Group
from doors.realoffice import candidate, stock

from docctl.adapters.gitledger import GitLedger
from docctl.core import commit as commits
from docctl.core.checkpoint import Anchor
from docctl.library import auditing, deciding, founding
from docctl.library.library import open_library
from docctl.library.replaying import fresh_state, replay

GROUP = Group("History")


def older(scene, by):
    return scene.ground.commits[-1 - by][0]


def mark(scene, size=None):
    """The checkpoint that an auditor took home when the library had so many entries."""
    with GitLedger.open(scene.built / "library") as ledger:
        state = fresh_state(ledger)
        list(replay(state, islice(iter(scene.ground.commits), size)))
    return auditing.checkpoint(state)


def signed_over(scene, payload, who="bob"):
    return scene.append(commits.signed(payload, scene.signer(who).sign(payload, "git")))


def with_parents(scene, *parents, tree=None):
    """An honest remark with these parents."""
    payload = scene.payload(**({"tree": tree} if tree else {}))
    lines = b"".join(b"parent %s\n" % one.encode() for one in parents)
    return payload.replace(b"parent %s\n" % scene.head.encode(), lines, 1)


@GROUP.attack("Merge", "an entry with two parents", GOOD, CLEAN, "not-linear")
def merge(scene):
    signed_over(scene, with_parents(scene, scene.head, older(scene, 3)))


@GROUP.attack(
    "Merge that hides a change", "a tree of neither parent: `git log -p` shows nothing", GOOD, CLEAN, "not-linear"
)
def hidden(scene):
    evil = scene.put("blob", b"Bribes are welcome.\n")
    tree = scene.change_top((b"100644", b"NOTE", evil))
    signed_over(scene, with_parents(scene, scene.head, older(scene, 3), tree=tree))


@GROUP.attack(
    "Merge of a stranger's branch", "the second parent is a history that nobody checked", GOOD, CLEAN, "not-linear"
)
def strange(scene):
    other = scene.put(
        "commit", b"tree %s\nauthor x <x> 1 +0000\ncommitter x <x> 1 +0000\n\nx\n" % scene.state.tree.encode()
    )
    signed_over(scene, with_parents(scene, scene.head, other))


@GROUP.attack("Parent twice", "the same parent two times", GOOD, CLEAN, "not-linear")
def twice(scene):
    signed_over(scene, with_parents(scene, scene.head, scene.head))


@GROUP.attack("No parent", "a lawful entry that begins a history of its own", GOOD, CLEAN, "sequence-wrong")
def orphan(scene):
    scene.first, scene.expected = 0, None
    signed_over(scene, with_parents(scene))


@GROUP.attack("Parent that is not there", "the parent is an id that nobody has", GOOD, ERROR, reason="object-missing")
def absent(scene):
    signed_over(scene, with_parents(scene, "1" * 40))


@GROUP.attack("Parent that is a tree", "the parent's id is a folder's", REFUSED, ERROR, reason="object-corrupt")
def tree_parent(scene):
    signed_over(scene, with_parents(scene, scene.state.tree))


@GROUP.attack("Entries left out", "an entry whose parent is three entries back", GOOD, CLEAN, "sequence-wrong")
def left_out(scene):
    scene.first -= 3
    scene.expected = None
    signed_over(scene, with_parents(scene, older(scene, 3)))


@GROUP.attack("Entry repeated", "an approval signed again word for word", GOOD, CLEAN, "sequence-wrong")
def repeated(scene):
    raw = next(raw for _, raw in reversed(scene.ground.commits) if b"Docctl-Event: approved" in raw)
    one = commits.parse(raw)
    payload = one.payload.replace(b"parent " + one.parent.encode(), b"parent " + scene.head.encode(), 1)
    payload = payload.replace(b"tree " + one.tree.encode(), b"tree " + scene.state.tree.encode(), 1)
    signed_over(scene, payload, "eva")


@GROUP.attack(
    "Entry picked from a fork",
    "`git cherry-pick`: the same words on another parent, unsigned",
    REFUSED,
    CLEAN,
    "signature-missing",
)
def picked(scene):
    raw = scene.ground.commits[-1][1]
    one = commits.parse(raw)
    scene.append(one.payload.replace(b"parent " + one.parent.encode(), b"parent " + scene.head.encode(), 1))


@GROUP.attack(
    "Signature kept on another parent", "the same with its old signature", REFUSED, CLEAN, "signature-invalid"
)
def kept(scene):
    raw = scene.ground.commits[-1][1]
    one = commits.parse(raw)
    scene.append(raw.replace(b"parent " + one.parent.encode(), b"parent " + scene.head.encode(), 1))


@GROUP.attack("Order changed", "two entries signed by their authors change places", GOOD, CLEAN, "sequence-wrong")
def order(scene):
    scene.first -= 2
    scene.expected = None
    last = older(scene, 2)
    for at in (-1, -2):
        one = commits.parse(scene.ground.commits[at][1])
        who = {"Eva": "eva", "Dan": "dan"}[one.name]
        payload = one.payload.replace(one.parent.encode(), last.encode(), 1)
        last = signed_over(scene, payload, who)


@GROUP.attack(
    "Another beginning",
    "the founding is signed again with another name: every entry behind it too",
    REFUSED,
    CLEAN,
    "anchor-differs",
)
def refounded(scene):
    twin = _twin(scene)
    scene.first, scene.expected, scene.path = 0, None, twin


def _twin(scene):
    """Another library, founded by the same people with the same keys."""
    founder = founding.Founder(
        "anna", "Anna", "anna@office.example", "QM", scene.key("stranger"), scene.signer("recovery")
    )
    place = scene.place / "twin"
    founding.found_library(place, founder, {"az": "İdarə", "en": "Office"}, home=scene.home).close()
    return place


@GROUP.attack(
    "Anchor of another library", "the auditor holds another organisation's anchor", GOOD, CLEAN, "anchor-differs"
)
def other_anchor(scene):
    scene.first, scene.expected = 0, None
    scene.known = Anchor("0" * 64, "Another office")


@GROUP.attack("Second founding", "a founding entry of the true founder, in the middle", GOOD, CLEAN, "founding-again")
def again(scene):
    first = commits.parse(scene.ground.commits[0][1])
    payload = first.payload.replace(b"\nauthor", b"\nparent %s\nauthor" % scene.head.encode(), 1)
    payload = payload.replace(b"Docctl-Sequence: 0", b"Docctl-Sequence: %d" % scene.state.length, 1)
    signed_over(scene, payload, "anna")


@GROUP.attack(
    "Rolled back", "the last two entries are dropped; the auditor holds a checkpoint", GOOD, CLEAN, "checkpoint-longer"
)
def rolled_back(scene):
    scene.marks = (mark(scene),)
    scene.first, scene.expected = 0, None
    scene.move(older(scene, 2))


@GROUP.attack(
    "Rolled back, and no checkpoint", "cannot be seen: the number of entries and the head are told", GOOD, CLEAN
)
def unseen(scene):
    scene.first -= 2
    scene.move(older(scene, 2))


@GROUP.attack("Old copy served", "a true copy of long ago: lawful as far as it goes", GOOD, CLEAN)
def frozen(scene):
    scene.marks = (mark(scene, 5),)
    scene.first -= 8
    scene.move(older(scene, 8))


@GROUP.attack(
    "Rewritten by all who signed",
    "everybody signs another past; the auditor holds a checkpoint",
    GOOD,
    CLEAN,
    "checkpoint-differs",
)
def rewritten(scene):
    scene.marks = (mark(scene),)
    scene.first, scene.expected = scene.state.length, None
    scene.move(older(scene, 2))
    with closing(scene.library_there()) as library:
        for _ in range(3):
            library.comment("PRO-07", "It was always so", scene.key("anna"))


@GROUP.attack("Fork", "two tips behind one entry, one shown to each auditor", GOOD, CLEAN, "checkpoint-differs")
def fork(scene):
    """The other auditor's checkpoint names an entry that is not in this history."""
    scene.expected = None
    shown = scene.place / "shown"
    stock("clone", "-q", str(scene.root), str(shown), cwd=scene.place)
    with closing(open_library(shown, scene.home)) as other:
        other.comment("POL-07", "For the other auditor", scene.key("bob"))
        scene.marks = (other.checkpoint(),)
    scene.write()


@GROUP.attack(
    "Fork before the revocation",
    "a revoked key signs behind an entry of the time when it was not",
    GOOD,
    CLEAN,
    "checkpoint-differs",
)
def before_revocation(scene):
    """Lawful in itself: only the branch and the checkpoint say which of the two is the history."""
    scene.marks = (mark(scene, 9),)
    scene.first, scene.expected = 8, None
    scene.move(scene.ground.commits[6][0])
    with closing(scene.library_there()) as library:
        scene.submit(library, "PRO-20", "dan")
        for _ in range(2):
            library.comment("PRO-20", "I am still here", scene.key("zed"))


@GROUP.attack(
    "Checkpoint from the future", "a checkpoint of more entries than there are", GOOD, CLEAN, "checkpoint-longer"
)
def future(scene):
    scene.marks = (replace(mark(scene), size=10**9),)


@GROUP.attack("Checkpoint of another library", "another origin", GOOD, CLEAN, "checkpoint-other-library")
def other_library(scene):
    scene.first, scene.expected = 0, None
    scene.marks = (replace(mark(scene), library="0" * 64),)


@GROUP.attack("Forged checkpoint", "another root", GOOD, CLEAN, "checkpoint-differs")
def forged_mark(scene):
    scene.marks = (replace(mark(scene), root=bytes(32)),)


@GROUP.attack(
    "Tip spelled otherwise",
    "the same signed words under another id: an outsider added a header",
    GOOD,
    CLEAN,
    "commit-grammar",
)
def malleated(scene):
    scene.first -= 1
    scene.expected = None
    end = b"\n -----END SSH SIGNATURE-----\n"
    scene.append(scene.ground.commits[-1][1].replace(end, end + b"gpgsig-sha256 x\n", 1))


@GROUP.attack(
    "Violation of long ago",
    "a lawful entry behind an unlawful one: both are told as they are",
    GOOD,
    CLEAN,
    "signer-unknown",
)
def long_ago(scene):
    payload = scene.payload()
    scene.append(commits.signed(payload, scene.key("stranger").sign(payload, "git")))
    library = scene.library_there()
    remark = deciding.comment("PRO-07", "After that", None)(library.book.state)
    scene.append(candidate(library, scene.key("bob"), remark))
    scene.expected = None


test_each = GROUP.tried()
