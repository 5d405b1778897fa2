"""One long history, judged in every way there is: whole, cut anywhere, by command and by auditor, one document alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from ledgers.mini import Story
from office import CHARTER, Office, beginning, copied, facts, key, text_files

from docctl.core import charter as charters
from docctl.core import charter_machine, days, machine, record_machine
from docctl.core.events import Founded, Submitted
from docctl.core.model import Signed
from docctl.core.state import unseal
from docctl.library.replaying import replay
from docctl.signatures import open_seal

HISTORY = """
office
anna submits PRO-01 "Sənədlər saxlanılır." "Documents are kept."
eva comments PRO-01
eva approves PRO-01 as head -> role-not-held (forced)
bob approves PRO-01 as head -> step-not-reached (forced)
eva approves PRO-01
anna approves PRO-01 as reviewer -> author-approves (forced)
bob approves PRO-01
mallory comments PRO-01 -> signer-unknown (forced)
anna publishes PRO-01 from 2026-01-05
dan submits POL-01
anna submits POL-01 -> proposal-of-another (forced)
dan submits POL-01
bob rejects POL-01
dan submits POL-01 "better"
bob approves POL-01
anna publishes POL-01
eva reads POL-01
anna issues copy 1 of POL-01
anna, bob change charter: add gul as administrator&author; key bob bob2; deputy eva for bob as head
day 2026-01-10
bob reviews POL-01 -> not-owner (forced)
anna reviews POL-01
anna submits editorial PRO-01 "Sənəd saxlanılır." "Documents are kept."
eva approves PRO-01 {sequence=7} -> sequence-wrong (forced)
eva approves PRO-01
anna publishes PRO-01
anna submits FRM-01
eva approves FRM-01
anna publishes FRM-01
dan records FRM-01-2026-0001 from FRM-01 signers eva&bob
eva countersigns FRM-01-2026-0001
dan countersigns FRM-01-2026-0001 -> not-a-signer (forced)
dan amends FRM-01-2026-0001
anna holds FRM-01-2026-0001
A: bob comments POL-01
gul submits POL-02
B: bob approves POL-02
anna, gul change charter: revoke bob since @A
anna publishes POL-02 -> quorum-missing (forced)
gul submits POL-02
anna reaffirms @B of POL-02
eva suspends eva
eva comments POL-01 -> signer-suspended (forced)
bob with bob2 approves POL-02
anna publishes POL-02 from 2026-02-01
anna reschedules POL-02 to 2026-02-10
anna withdraws POL-01
bob with bob2 approves POL-01
anna publishes POL-01
recovery proposes charter: key gul gul2
recovery publishes charter
anna comments POL-02 {at=1} -> time-before-parent (forced)
gul with gul2 comments POL-02
"""


@cache
def played() -> Office:
    story = Story()
    for line in HISTORY.strip().split("\n"):
        story.line(line)
    story.office.audit()
    return story.office


@cache
def commits():
    office = played()
    return tuple(office.ledger.commits(None, office.ledger.head()))


def test_the_history_is_long_and_not_all_of_it_lawful():
    assert len(commits()) >= 60
    assert len(played().found) >= 10


def test_cut_anywhere_the_rest_is_judged_as_in_the_whole():
    office = played()
    whole = beginning(office.ledger)
    found = list(replay(whole, commits()))
    assert {one.entry: one.rule for one in found} == office.found
    first, before = beginning(office.ledger), []
    for cut in range(len(commits())):
        then = copied(first, office.ledger)
        rest = list(replay(then, commits()[cut:]))
        assert [*before, *rest] == found
        assert facts(then) == facts(whole)
        before += replay(first, [commits()[cut]])
    assert facts(first) == facts(whole)


@pytest.mark.parametrize("size", [1, 7, 1024])
def test_blocks_of_any_size_give_the_same(size, monkeypatch):
    monkeypatch.setattr("docctl.library.replaying.BLOCK", size)
    state = beginning(played().ledger)
    assert {one.entry: one.rule for one in replay(state, commits())} == played().found
    assert facts(state) == facts(played().state)


def test_an_entry_left_out_breaks_the_chain_there():
    for gone in (5, 20, 40):
        state = beginning(played().ledger)
        found = list(replay(state, [*commits()[:gone], *commits()[gone + 1 :]]))
        assert next(one for one in found if one.entry >= gone).rule == "not-linear"


def test_entries_exchanged_break_the_chain_there():
    one = list(commits())
    one[20], one[21] = one[21], one[20]
    found = list(replay(beginning(played().ledger), one))
    assert next(v for v in found if v.entry >= 20).entry == 20


# -- the doors -------------------------------------------------------------------------------------------------------

EVERYBODY = ("anna", "bob", "eva", "dan", "gul", "bob2", "recovery", "mallory")


def attempts(office: Office, who: str):
    """Everything that somebody could try just now."""
    known = office.state.authority.keys.get(key(who).key)
    name = known.person if known else who.rstrip("0123456789")
    tomorrow = office.today() + timedelta(days=1)
    for subject in ("POL-01", "PRO-01"):
        files = text_files(subject, "Sənəd saxlanır.")
        yield office.submission(who, subject, files)
        yield office.submission(who, subject, files, "editorial")
        yield office.submission(who, subject, files, "adoption", effective=date(2020, 1, 1), revision=3)
        yield office.withdrawal(who, subject)
        for role in ("reviewer", "head"):
            yield office.approval(who, subject, role)
        yield office.approval(who, subject, "head", acting_for="bob", basis="order")
        yield office.rejection(who, subject, "head")
        yield office.publication(who, subject)
        yield office.publication(who, subject, tomorrow)
        yield office.cancellation(who, subject)
        yield office.comment(who, subject)
        yield office.rescheduling(who, subject, tomorrow)
        yield office.review(who, subject)
        yield office.reading(who, subject, (name,))
        yield office.issue(who, subject, 1)
        yield office.give_back(who, subject, 1)
        yield office.attachment(who, subject)
        yield office.reaffirmation(who, subject, 5)
    yield office.record(who, "FRM-01", "FRM-01-2026-0001")
    yield office.record_amendment(who, "FRM-01", "FRM-01-2026-0001")
    yield office.hold(who, "FRM-01", "FRM-01-2026-0001")
    plain = office.plain()
    plain["people"]["people"]["eva"]["left"] = "2026-03-01"
    yield office.charter(who, plain)
    yield office.approval(who, CHARTER)
    yield office.rejection(who, CHARTER)
    yield office.publication(who, CHARTER)
    yield office.cancellation(who, CHARTER)
    yield office.suspension(who, "eva")


def test_the_command_and_the_auditor_give_the_same_answer_to_every_attempt_on_the_way():
    """`Office.enter` asks both; here everybody tries everything at some places of the history."""
    story, tried, rules = Story(), 0, set()
    for number, line in enumerate(HISTORY.strip().split("\n")):
        story.line(line)
        if number % 11 == 10:
            for who in EVERYBODY[number % 2 :: 2]:
                for attempt in attempts(story.office, who):
                    trial = story.office.fork()
                    rules.add(trial.enter(attempt))
                    tried += 1
    assert tried > 500
    assert len(rules) > 20


# -- one document alone ----------------------------------------------------------------------------------------------


def signed_entries(office: Office):
    """Every accepted entry with its signature, as an inclusion proof would hand it out."""
    for position, (name, raw) in enumerate(commits()):
        if position in office.found:
            continue
        opened = unseal(name, raw)
        commit, entry = opened.commit, opened.entry
        seal = open_seal(commit.payload, commit.armor)
        proposed = None
        if isinstance(entry.event, Founded) or (isinstance(entry.event, Submitted) and entry.subject == CHARTER):
            proposed = charters.read(office.state.shelf.files(entry.event.tree), office.state.means.read_yaml)
        day = days.day_of(commit.at, commit.offset)
        yield Signed(entry, seal.key, commit.name, commit.email, commit.at, commit.offset, day, proposed)


def projected(office: Office, subject: str):
    """A document and the authority from the entries of the document and of the charter alone."""
    authority, document, records = None, None, {}
    library = office.state.authority.library
    for signed in signed_entries(office):
        entry = signed.entry
        if entry.subject == CHARTER:
            if authority is None:
                authority = charter_machine.found(signed, library, signed.charter)
            else:
                assert (entry.previous, entry.charter) == (authority.thread.last, authority.entry), "a gap"
                authority = charter_machine.apply(authority, signed)
        elif entry.subject == subject:
            named = getattr(entry.event, "record", None)
            before = records.get(named) if named else document
            assert (entry.previous, entry.charter) == (before.last if before else None, authority.entry), "a gap"
            if isinstance(entry.event, record_machine.RECORD_EVENTS):
                document, record = record_machine.apply(document, records, signed, authority)
                records[record.id] = record
            else:
                document = machine.apply(document, signed, authority)
    return authority, document, records


def one_title(document):
    """The titles of further languages stand in headings, which the machine does not see."""

    def cut(part):
        return replace(part, titles=part.titles[:1])

    publications = tuple(replace(p, proposal=cut(p.proposal)) for p in document.publications)
    proposal = cut(document.proposal) if document.proposal else None
    return replace(cut(document), publications=publications, proposal=proposal)


@pytest.mark.parametrize("subject", ["PRO-01", "POL-01", "POL-02", "FRM-01"])
def test_the_entries_of_one_document_and_of_the_charter_replay_alone(subject):
    office = played()
    authority, document, records = projected(office, subject)
    assert authority == office.state.authority
    assert one_title(document) == one_title(office.state.documents[subject])
    assert records == {name: one for name, one in office.state.records.items() if one.form == subject}


def test_the_charter_replays_alone():
    office = played()
    authority, document, _ = projected(office, "NO-01")
    assert (authority, document) == (office.state.authority, None)
