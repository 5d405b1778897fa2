"""Every entry can be explained: lawful, refused, malformed; what is said agrees with what the ledger is."""

from __future__ import annotations

import pytest
import test_chain
import test_every_rule
from ledgers.mini import play
from office import Office, key

from docctl.cli import explaining as told
from docctl.cli.context import Session
from docctl.core.difference import between
from docctl.core.rules import RULES
from docctl.core.shelf import Shelf
from docctl.core.tree import Item, build
from docctl.errors import NotFound
from docctl.library.explaining import explained

LIFE = """
    office
    anna, bob change charter: deputy eva for bob as head
    anna submits PRO-01 "One"
    eva approves PRO-01 as reviewer
    dan rejects PRO-01 as reviewer
    anna submits PRO-01 "Two"
    dan approves PRO-01 as reviewer
    eva for bob by order-5 approves PRO-01 as head
    anna publishes PRO-01
    eva comments PRO-01
    anna approves PRO-01 -> nothing-submitted (forced)
    anna submits PRO-01 "Three"
    eva approves PRO-01 as reviewer
"""


@pytest.fixture(scope="module")
def life():
    return play(LIFE)


def at(office, entry):
    (one,) = explained(office.ledger, entry)
    return one


def sentences(one, language="en"):
    return list(told._fates(Session(language), one))


def test_a_signature_is_told_with_key_person_and_way(life):
    signature = at(life, 4 + 4).signature
    assert (signature.name, signature.method, signature.algorithm) == ("Eva", "key", "ssh-ed25519")
    assert (signature.problem, signature.opened, signature.known) == (None, True, True)
    assert signature.fingerprint == key("eva").public.fingerprint


def test_authority_is_told_with_role_deputy_and_where_it_comes_from(life):
    own = at(life, 11).standing
    assert (own.person, own.ground, own.role, own.appointed, own.enrolled, own.key) == (
        "dan",
        "role",
        "reviewer",
        3,
        3,
        3,
    )
    assert (own.workflow, own.missing) == (((("reviewer", 1),), (("head", 1),)), (("head", 1),))
    behalf = at(life, 12).standing
    assert (behalf.person, behalf.role, behalf.deputy.person, behalf.deputy.order) == ("eva", "head", "bob", "order-5")
    # The appointment is Bob's, from the charter of entry 3; that Eva may stand in for him, from that of entry 6.
    assert (behalf.appointed, behalf.deputy.entry, behalf.charter) == (3, 6, 6)
    assert behalf.missing == ()
    assert at(life, 2).standing.ground == "proposed"
    assert at(life, 14).standing.ground == "enrolled"


def test_a_change_is_told_by_its_files(life):
    assert [(one.path, one.change) for one in at(life, 7).change.files] == [("drafts/PRO-01/az.md", "added")]
    assert [(one.path, one.change) for one in at(life, 10).change.files] == [("drafts/PRO-01/az.md", "changed")]
    (moved,) = at(life, 13).change.files
    assert (moved.path, moved.change, moved.source) == ("procedures/PRO-01/az.md", "moved", "drafts/PRO-01/az.md")
    assert at(life, 14).change.files == ()
    assert at(life, 7).previous is None
    assert [at(life, entry).previous for entry in (8, 14, 16)] == [7, 13, 14]


def test_what_became_of_an_entry_is_told(life):
    fates = {entry: (at(life, entry).fate.outcome, at(life, entry).fate.by) for entry in range(7, 18)}
    assert fates == {
        7: ("rejected", 9),
        8: ("rejected", 9),
        9: ("rejected", 9),
        10: ("published", 13),
        11: ("published", 13),
        12: ("published", 13),
        13: ("in-force", None),
        14: ("stands", None),
        15: ("nothing", None),
        16: ("open", None),
        17: ("open", None),
    }
    assert at(life, 3).fate.outcome == "superseded"
    assert at(life, 3).fate.by == 6


def test_an_entry_that_breaks_a_rule_is_found_without_its_number(life):
    (one,) = explained(life.ledger)
    assert (one.entry, one.violation.rule, one.keeps_rules, one.checks) == (15, "nothing-submitted", False, ())
    assert one.standing.held == ("administrator", "quality-manager", "author")
    lawful = test_every_rule.history()
    (last,) = explained(lawful.ledger)
    assert (last.entry, last.keeps_rules) == (lawful.state.length - 1, True)
    assert {"quorum-missing", "not-publisher"} <= {one.rule for one in last.checks}


def test_an_entry_is_named_by_number_commit_or_document(life):
    commits = [name for name, _ in life.ledger.commits(None, life.ledger.head())]
    assert at(life, "13").entry == at(life, commits[13][:9]).entry == at(life, commits[13].upper()).entry == 13
    assert at(life, "PRO-01").entry == at(life, "pro-01").entry == 17
    assert at(life, "charter").entry == 6
    for wanted in ("18", "POL-09", "abc", "f" * 40, "-1", "", "1e1", "²"):
        with pytest.raises(NotFound) as caught:
            explained(life.ledger, wanted)
        assert caught.value.values == {"wanted": wanted, "count": 18, "last": 17}
    with pytest.raises(NotFound) as caught:
        explained(Office().ledger, 0)
    assert caught.value.code == "library-empty"


def test_an_entry_of_a_compromised_key_is_told_to_be_unconfirmed_until_vouched_for():
    text = """
        office
        anna, bob change charter: key bob bob2; add gul as administrator
        dan submits POL-01
        A: bob approves POL-01
        anna, gul change charter: revoke bob since @A
    """
    office = play(text)
    before, doubted = at(office, 7), at(office, 8)
    assert (before.fate.confirmed, before.fate.compromised_since) == (True, None)
    assert (doubted.keeps_rules, doubted.fate.confirmed) == (True, False)
    assert (doubted.fate.compromised_since, doubted.fate.declared, doubted.fate.reaffirmed) == (8, 11, None)
    assert any("since entry 8" in sentence for sentence in sentences(doubted))
    vouched = at(play(text + "    anna reaffirms @A of POL-01\n"), 8)
    assert (vouched.fate.confirmed, vouched.fate.declared, vouched.fate.reaffirmed) == (True, 11, 12)
    assert sentences(vouched)[-1] == "Entry 12 vouched for it again."


@pytest.mark.parametrize("name", test_chain.BYTES)
def test_bytes_of_any_kind_are_explained_as_far_as_they_can_be_read(name, capsys):
    rule, forge = test_chain.BYTES[name]
    office = Office.standard()
    office.at += 60
    raw, objects = test_chain.honest(office)
    assert office.write(forge(raw), objects) == rule
    if rule == "not-linear" and "two" not in name:
        return  # without its parent it is no fifth entry of anything
    (one,) = explained(office.ledger, 4)
    assert (one.violation.rule, one.keeps_rules, one.checks) == (rule, False, ())
    assert one.fate.outcome == "nothing"
    if rule == "commit-grammar":
        assert not one.signature.opened
        assert (one.event, one.document, one.readable) == ("submitted", "POL-01", False)
        # Moved before the author, the header still leaves a name to be read; another author is what it claims.
        assert one.signature.name in ("Anna", "Bob")
    if rule.startswith(("signature-no", "signature-or")) and rule != "signature-not-canonical":
        assert one.signature.method in ("device", "passkey")
        assert one.signature.problem == rule
    for language in ("az", "en"):
        told.show(Session(language), (one,))
        shown = capsys.readouterr().out
        assert rule in shown
        assert "[" not in shown
        assert told.as_object(Session(language), (one,))["explanations"][0]["violation"]["clause"] == RULES[rule].clause


def test_every_planted_entry_is_explained_with_the_rule_that_it_breaks():
    """Of one case of each rule, forced into the ledger; lawful entries beside them keep what they are said to keep."""
    seen = set()
    for _, text in test_every_rule.told():
        if "(forced)" not in text:
            continue
        office = play(text)
        for entry, rule in office.found.items():
            (one,) = explained(office.ledger, entry)
            assert (one.violation.rule, one.fate.outcome) == (rule, "nothing")
            told.as_object(Session("az"), (one,))
            seen.add(rule)
    assert len(seen) >= 3


def test_a_tree_made_to_have_no_end_is_not_walked_to_its_end():
    objects, top = {}, "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    from docctl.core.commit import object_id

    for _ in range(11):
        data = build([Item(True, f"a{number:02}", top) for number in range(20)])
        top = object_id("tree", data)
        objects["tree", top] = data
    shelf = Shelf(lambda kind, ids: iter([(one, objects[kind, one]) for one in ids]))
    found = between(shelf, "4b825dc642cb6eb9a060e54bf8d69288fbee4904", top)
    assert (found.files, found.complete) == ((), False)
