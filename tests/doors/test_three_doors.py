"""A command, the server and the auditor give the same answer about the same entry, on a real repository."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from realoffice import candidate, force, stock, store

from docctl.core import tree
from docctl.core.authority import fingerprint
from docctl.core.events import Commented
from docctl.core.model import Act
from docctl.errors import DocctlError, Refused
from docctl.library import attaching, auditing, deciding, reviewing
from docctl.library.book import Draft
from docctl.library.charters import NextCharter
from docctl.library.deciding import Behalf
from docctl.library.demo_emblem import drawn_emblem
from docctl.library.replaying import fresh_state

SUBJECTS = ("PRO-01", "POL-01", "INS-07")
NAMES = ("anna", "bob", "eva", "dan", "fay", "stranger")


def plan(dice, house, library, who):
    """Something that somebody might try."""
    subject = dice.choice(SUBJECTS)
    today = library.today()
    day = today + timedelta(days=dice.choice((-1, 0, 0, 0, 5)))
    signer = house.key(who)
    files = house.text(library, subject, dice.choice("abcd"))
    behalf = Behalf(dice.choice(("bob", "eva")), dice.choice(("order 2", None))) if dice.random() < 0.2 else None
    tried = {
        "submit": lambda: deciding.submit_text(files, "Because", editorial=dice.random() < 0.2),
        "amend": lambda: deciding.submit_text(files, "For a time", temporary=deciding.Temporary(day, ("roads",))),
        "adopt": lambda: deciding.submit_text(files, "As it was", adopted=(3, day, None)),
        "approve": lambda: deciding.approve(subject, signer.key, revision=None, comment="", behalf=behalf, body=None),
        "reject": lambda: deciding.reject(subject, signer.key, reason="No", behalf=behalf),
        "comment": lambda: deciding.comment(subject, "A remark", None),
        "cancel": lambda: deciding.cancel(subject, ""),
        "publish": lambda: deciding.publish(
            subject, effective=day, today=today, act=Act("emr", "1", today), comment="", behalf=behalf
        ),
        "reschedule": lambda: deciding.reschedule(subject, effective=today + timedelta(days=9), reason="Later"),
        "withdraw": lambda: deciding.withdraw(subject, "No longer needed", None),
        "review": lambda: reviewing.review(subject, library.moment(), "Still right"),
        "attach": lambda: attaching.attach(
            subject,
            {f"{dice.choice('abc')}.png": b"\x89PNG\r\n\x1a\n" + bytes([dice.randrange(3)])},
            moment=library.moment(),
            revision=dice.choice((None, 1, 2)),
        ),
        "suspend": lambda: deciding.suspend(fingerprint(house.key("stranger").key), "Lost"),
        "charter": lambda: deciding.submit_charter(charter(dice, library), "Another rule"),
        "charter-approve": lambda: deciding.approve(
            "charter", signer.key, revision=None, comment="", behalf=None, body=None
        ),
        "charter-publish": lambda: deciding.publish(
            "charter", effective=None, today=today, act=None, comment="", behalf=None
        ),
    }
    weights = (6, 2, 1, 14, 2, 3, 1, 8, 1, 2, 2, 5, 1, 2, 3, 3)
    return tried[dice.choices(list(tried), weights)[0]]()


def charter(dice, library):
    change = NextCharter(library.charter_files())
    change.library["types"]["procedure"]["review-months"] = str(dice.randrange(1, 60))
    if dice.random() < 0.3:
        change.people["people"].pop("dan")
    if dice.random() < 0.5:
        change.look(accent=dice.choice(("#1f3a5f", "#7a1f1f", "#ffffff")))
        change.emblem = dice.choice((drawn_emblem(), drawn_emblem()[:-1], b"GIF89a", None))
    return change.files()


def twisted(dice, draft):
    """The same with one field that says something else."""
    part = dice.choice(fields(draft.event))
    value = getattr(draft.event, part.name)
    if isinstance(value, int) and not isinstance(value, bool):
        other = max(1, value + dice.choice((-1, 1)))
    elif part.name == "content":
        other = "0" * 64
    elif part.name == "role":
        other = dice.choice(("head", "reviewer", "staff"))
    elif part.name == "acting_for":
        other = dice.choice(("anna", "nobody"))
    else:
        return draft
    return replace(draft, event=replace(draft.event, **{part.name: other}))


def walk(house, library, seed, length):
    """A history of attempts, the refused ones forced in: (entry, rule) as the command's door gave it."""
    dice = random.Random(seed)
    expected = []
    while library.entries < length:
        who = dice.choice(NAMES)
        signer = house.key(who)
        try:
            draft = plan(dice, house, library, who)(library.book.state)
        except (Refused, DocctlError):
            continue
        draft = twisted(dice, draft) if dice.random() < 0.3 else draft
        try:
            library.book.judge(signer, draft)
        except Refused as refused:
            if dice.random() < 0.5:
                force(library, candidate(library, signer, draft))
                # Of a charter by somebody unknown the auditor reads the content first, the command asks for the name.
                unknown = draft.subject == "charter" and refused.code == "signer-unknown"
                rule = library.violations[-1].rule if unknown else refused.code
                expected.append((library.entries - 1, rule))
        else:
            library.enter(signer, lambda _, draft=draft: draft)
    return expected


@pytest.mark.parametrize("seed", range(3))
def test_a_command_the_server_and_the_auditor_agree_on_every_entry(house, library, seed):
    expected = walk(house, library, seed, 50)
    assert len({rule for _, rule in expected}) > 6
    assert [(one.entry, one.rule) for one in library.violations] == expected
    report = house.audit()
    assert [(one.entry, one.rule) for one in report.violations] == expected
    assert report.verdict == "violations"

    ledger = library.book.ledger
    ids = [one for one, _ in ledger.commits(None, ledger.head())]
    assert len(ids) == 50
    for cut in range(0, 50, 3):
        old = ids[cut - 1] if cut else None
        found = auditing.judge(ledger, old, ids[-1])
        assert [(one.entry, one.rule) for one in found] == [one for one in expected if one[0] >= cut]
        assert found == report.violations[len(expected) - len(found) :]


def test_a_server_that_takes_pushes_of_any_size_finds_what_the_auditor_finds(house, library):
    expected = walk(house, library, 20, 50)
    ledger = library.book.ledger
    ids = [one for one, _ in ledger.commits(None, ledger.head())]
    dice = random.Random(5)
    state, old, found, at = fresh_state(ledger), None, [], 0
    while at < len(ids):
        at = min(len(ids), at + dice.randrange(1, 8))
        found += auditing.judge(ledger, old, ids[at - 1], state)
        old = ids[at - 1]
        assert state.head == old
    assert [(one.entry, one.rule) for one in found] == expected
    assert found == list(house.audit().violations)


def test_the_state_behind_a_history_with_violations_is_the_same_at_every_door(house, library):
    walk(house, library, 7, 45)
    ledger = library.book.ledger
    state = fresh_state(ledger)
    auditing.judge(ledger, None, ledger.head(), state)
    mine = library.book.state
    assert dict(state.documents) == dict(mine.documents)
    assert (state.authority, state.frontier, state.tree, state.time) == (
        mine.authority, mine.frontier, mine.tree, mine.time,
    )  # fmt: skip


def remark(library):
    latest = library.document("PRO-01").latest
    return Draft("PRO-01", Commented(publication=latest.entry), "A remark")


def smuggled(library):
    """The head's tree with a text changed that no entry speaks of."""
    state = library.book.state
    blob = store(library.root, "blob", b"Bribes are welcome.\n")
    inner = store(library.root, "tree", tree.build([tree.Item(False, "az.md", blob)]))
    top = state.shelf.changed(state.tree, ("procedures", "PRO-01"), inner)
    for kind, data in state.shelf.fresh_trees(state.tree, top):
        store(library.root, kind, data)
    return top


FORGERIES = {
    "sequence-wrong": lambda library: {"sequence": library.entries + 1},
    "previous-wrong": lambda _: {"previous": 1},
    "charter-wrong": lambda _: {"charter": 0},
    "library-other": lambda _: {"library": "0" * 64},
    "time-before-parent": lambda library: {"at": library.book.state.time - 1},
    "offset-not-allowed": lambda _: {"offset": "+0545"},
    "undeclared-change": lambda library: {"tree": smuggled(library)},
    "signature-namespace": lambda _: {"namespace": "file"},
    "signer-identity": lambda _: {"who": ("Bob", "bob@office.example")},
    "not-linear": lambda library: {"parent": stock("rev-parse", "HEAD~1", cwd=library.root)},
}


@pytest.mark.parametrize("rule", FORGERIES)
def test_what_no_command_would_write_is_found_by_server_and_auditor(house, library, rule):
    house.publish(library, "PRO-01")
    old = library.book.ledger.head()
    new = force(library, candidate(library, house.key("dan"), remark(library), **FORGERIES[rule](library)))
    at = library.entries - 1 if rule != "not-linear" else 7
    pushed = auditing.judge(library.book.ledger, old, new)
    assert [(one.entry, one.rule, one.commit) for one in pushed][:1] == [(8, rule, new)]
    if rule == "not-linear":
        # The branch now leaves out an entry: the history from the front is shorter, and its own place is wrong.
        assert {one.rule for one in house.audit().violations} == {"sequence-wrong"}
    else:
        assert [(one.entry, one.rule) for one in house.audit().violations] == [(at, rule)]


def test_a_signature_of_another_message_a_second_header_and_no_signature(house, library):
    house.publish(library, "PRO-01")
    raw = candidate(library, house.key("dan"), remark(library))
    twice = raw.replace(b"\ngpgsig ", b"\ngpgsig-sha256 junk\ngpgsig ", 1)
    head, _, message = raw.partition(b"\n\n")
    bare = head[: head.index(b"\ngpgsig ")] + b"\n\n" + message
    altered = raw.replace(b"A remark", b"A Remark")
    old = library.book.ledger.head()
    for forged, rule in ((twice, "commit-grammar"), (bare, "signature-missing"), (altered, "signature-invalid")):
        new = store(house.root, "commit", forged)
        assert [one.rule for one in auditing.judge(library.book.ledger, old, new)] == [rule]


def test_a_head_that_does_not_continue_the_servers_is_refused(house, library, tmp_path):
    house.publish(library, "PRO-01")
    ledger = library.book.ledger
    ids = [one for one, _ in ledger.commits(None, ledger.head())]
    assert auditing.judge(ledger, ids[-1], ids[-1]) == ()
    for older in ids[:-1]:
        (found,) = auditing.judge(ledger, ids[-1], older)
        assert (found.rule, found.entry, found.commit) == ("not-linear", 8, older)
    stock("checkout", "-q", "--orphan", "other", cwd=house.root)
    stock("commit", "-q", "--no-verify", "-m", "other", cwd=house.root)
    other = stock("rev-parse", "other", cwd=house.root)
    assert auditing.judge(ledger, ids[-1], other)[0].rule in ("signature-missing", "not-linear")


def test_an_entry_taken_over_before_as_unlawful_is_not_told_again_but_gives_no_right(house, library):
    """An approval that broke a rule does not count when the publication is pushed."""
    house.submit(library, "PRO-01")
    library.approve("PRO-01", house.key("eva"))
    state = library.book.state
    draft = deciding.approve("PRO-01", house.key("bob").key, revision=None, comment="", behalf=None, body=None)(state)
    self_made = force(library, candidate(library, house.key("dan"), draft))
    publishing = deciding.publish("PRO-01", effective=None, today=library.today(), act=None, comment="", behalf=None)
    assert refused(library, house.key("anna"), publishing(library.book.state)) == "quorum-missing"
    new = force(library, candidate(library, house.key("anna"), publishing(library.book.state)))
    assert [one.rule for one in auditing.judge(library.book.ledger, self_made, new)] == ["quorum-missing"]
    assert [one.rule for one in house.audit().violations] == ["author-approves", "quorum-missing"]
    assert not library.document("PRO-01").publications


def refused(library, signer, draft):
    with pytest.raises(Refused) as caught:
        library.book.judge(signer, draft)
    return caught.value.code
