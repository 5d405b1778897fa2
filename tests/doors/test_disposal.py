"""Disposing of records in a real repository: three doors agree, and stock git agrees about what is gone and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from realoffice import candidate, force, refusal, stock

from docctl.core.events import Amended, Disposed, Held, Recorded
from docctl.library import auditing, deciding, retaining
from docctl.library.book import Draft, folder_of


def filed(house, library, closed):
    """A record of FRM-01, as somebody's program would enter it."""

    def plan(state):
        form = state.documents["FRM-01"]
        year = library.today().year
        name = f"FRM-01-{year}-{dict(form.recorded).get(year, 0) + 1:04}"
        files = {"record.md": f"What {name} says\n".encode()}
        digest, tree = folder_of(files)
        latest = form.latest
        event = Recorded(
            record=name, form_publication=latest.entry, form_revision=latest.revision, content=digest, tree=tree, closed=closed
        )  # fmt: skip
        return Draft("FRM-01", event, "", files)

    return library.enter(house.key("anna"), plan).entry.event.record


def amended(name):
    files = {"correction.md": b"A slip\n"}
    digest, tree = folder_of(files)
    return Draft("FRM-01", Amended(record=name, amendment=1, content=digest, tree=tree), "A slip", files)


@pytest.fixture
def records(house, library):
    """Three records of a form in force: two long past due, one of today."""
    house.publish(library, "FRM-01")
    return [filed(house, library, day) for day in (date(2015, 3, 10), date(2016, 2, 29), None)]


def proposed(house, library, *names):
    library.enter(house.key("anna"), retaining.propose(names, "Years are over"))


def carried(library):
    """The entry that would carry the open proposal out."""
    open_one = library.document("FRM-01").proposal
    event = Disposed(submission=open_one.entry, content=open_one.content, records=open_one.records)
    return Draft("FRM-01", event)


def test_stock_git_agrees_about_what_went_and_what_its_history_still_holds(house, library, records):
    first, second, third = records
    folder = library.book.state.records[first].path
    home = "/".join(folder[:-1])
    before = stock("rev-parse", "HEAD", cwd=house.root)
    held = library.enter(house.key("anna"), retaining.hold(second, "A claim", "Case 12"))
    library.enter(house.key("anna"), retaining.release(second, "It is over"))
    assert retaining.select(library, "FRM-01", library.today()) == (first, second)
    proposed(house, library, first, second)
    library.approve("FRM-01", house.key("bob"))
    done = retaining.carry_out(library, "FRM-01", house.key("anna"), method="shredded")
    assert stock("ls-tree", "--name-only", f"HEAD:{home}", cwd=house.root).split() == [third]
    assert not (house.root / home / first).exists()
    assert (house.root / home / third / "record.md").exists()
    # Plain contents stay readable in the history: the certificate says so.
    assert stock("show", f"{before}:{home}/{first}/record.md", cwd=house.root) == f"What {first} says"
    ids = stock("rev-list", "HEAD", cwd=house.root).split()
    signers = f"gpg.ssh.allowedSignersFile={house.built / 'allowed_signers'}"
    said = stock("-c", signers, "verify-commit", *ids, cwd=house.root)
    assert said.count('Good "git" signature for ') == len(ids) == library.entries
    assert not [line for line in stock("status", "--porcelain", cwd=house.root).splitlines() if "drafts/" not in line]
    house.lawful()
    assert done.entry.sequence > held.entry.sequence
    fresh = house.open()
    assert fresh.book.state.records[first].disposed.by.entry == done.entry.sequence


def test_the_months_folder_goes_with_its_last_record(house, library, records):
    first, second, third = records
    proposed(house, library, first, second)
    library.approve("FRM-01", house.key("bob"))
    retaining.carry_out(library, "FRM-01", house.key("anna"))
    assert sorted(path.name for path in (house.root / "records").rglob("FRM-01-*")) == [third]


def agree(house, library, signer, draft, rule, **forged):
    """A command, the server and the auditor say the same of an entry that is forced in."""
    if not forged:
        assert refusal(library.enter, signer, lambda _: draft).code == rule
    ledger = library.book.ledger
    head = ledger.head()
    force(library, candidate(library, signer, draft, **forged))
    assert [one.rule for one in library.violations] == [rule]
    assert [one.rule for one in auditing.judge(ledger, head, ledger.head())] == [rule]
    report = house.audit()
    assert (report.verdict, [one.rule for one in report.violations]) == ("violations", [rule])
    assert all(one.disposed is None for one in library.book.state.records.values())


def test_early_alone_held_and_corrected_are_refused_at_every_door(house, library, records):
    first, _, third = records
    anna = house.key("anna")
    early = retaining.propose((third,), "Early")(library.book.state)
    assert refusal(library.enter, anna, lambda _: early).code == "retention-running"
    proposed(house, library, first)
    agree(house, library, anna, carried(library), "quorum-missing")


def test_an_early_proposal_that_is_forced_in_is_nobodys(house, library, records):
    agree(
        house,
        library,
        house.key("anna"),
        retaining.propose((records[2],), "Early")(library.book.state),
        "retention-running",
    )


def test_a_hold_between_approval_and_disposal_is_found_at_every_door(house, library, records):
    anna = house.key("anna")
    proposed(house, library, records[0])
    library.approve("FRM-01", house.key("bob"))
    library.enter(anna, lambda _: Draft("FRM-01", Held(record=records[0]), "A claim"))
    agree(house, library, anna, carried(library), "record-held")


def test_a_correction_between_them_too(house, library, records):
    anna = house.key("anna")
    proposed(house, library, records[0])
    library.enter(anna, lambda _: amended(records[0]))
    library.approve("FRM-01", house.key("bob"))
    agree(house, library, anna, carried(library), "disposal-content")


def test_a_disposal_that_takes_more_or_less_than_it_says_is_found(house, library, records):
    anna = house.key("anna")
    proposed(house, library, records[0])
    library.approve("FRM-01", house.key("bob"))
    agree(house, library, anna, carried(library), "undeclared-change", tree=library.book.state.tree)


def test_a_disposal_is_not_published(house, library, records):
    anna = house.key("anna")
    proposed(house, library, records[0])
    library.approve("FRM-01", house.key("bob"))
    plan = deciding.publish(
        "FRM-01", effective=None, today=library.today(), act=None, comment="", behalf=None
    )  # fmt: skip
    agree(house, library, anna, plan(library.book.state), "proposal-kind")


def test_nothing_is_entered_about_a_record_that_is_gone(house, library, records):
    anna, first = house.key("anna"), records[0]
    proposed(house, library, first)
    library.approve("FRM-01", house.key("bob"))
    retaining.carry_out(library, "FRM-01", anna)
    late = amended(first)
    assert refusal(library.enter, anna, lambda _: late).code == "record-closed"
    force(library, candidate(library, anna, late))
    assert [one.rule for one in library.violations] == ["record-closed"]
    assert [one.rule for one in house.audit().violations] == ["record-closed"]
    again = replace(carried_like(library, first), submission=1)
    assert refusal(library.enter, anna, lambda _: Draft("FRM-01", again)).code == "nothing-submitted"


def carried_like(library, name):
    """A disposal of one record, whatever is open."""
    record = library.book.state.records[name]
    return Disposed(submission=record.disposed.submission, content=record.content, records=(name,))
