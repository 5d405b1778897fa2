"""Who must read, through a whole ledger: charters change, keys are compromised, sessions are entered by their record.

Each docstring is a ledger (`ledgers.mini`); what then is so is asked of `library.readership`.
"""

from __future__ import annotations

from datetime import date

from ledgers.mini import play
from office import Office

from docctl.core import days
from docctl.library import readership


def stands(office: Office, subject: str = "PRO-01", day: str | None = None) -> dict[str, str]:
    """Person to how they stand to a document, at the end of a day or now."""
    document, moment = office.state.documents[subject], office.at
    if day:
        moment = days.start_of(date.fromisoformat(day), office.offset) + 86399
        document = document.as_of(moment)
    found = readership.readership(office.state, document, moment)
    return {one.person: f"{one.stand} {one.due}" if one.due else one.stand for one in found.readers}


def played(test) -> Office:
    return play(test.__doc__)


def test_a_person_enrolled_later_is_asked_from_then_on():
    """
    office
    anna submits PRO-01
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    day 2026-03-01
    anna, bob change charter: add gul as staff
    """
    office = played(test_a_person_enrolled_later_is_asked_from_then_on)
    assert stands(office) == {"gul": "due 2026-03-15"}
    assert stands(office, day="2026-02-28") == {}
    assert stands(office, day="2026-03-15") == {"gul": "due 2026-03-15"}
    assert stands(office, day="2026-03-16") == {"gul": "overdue 2026-03-15"}


def test_what_a_compromised_key_confirmed_waits_again():
    """
    office
    anna, bob change charter: add gul as staff
    anna submits PRO-01
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    R: gul reads PRO-01
    """
    office = played(test_what_a_compromised_key_confirmed_waits_again)
    (before,) = stands(office).values()
    assert before.startswith("done")
    story = test_what_a_compromised_key_confirmed_waits_again.__doc__
    office = play(f"{story}\n    anna, bob change charter: revoke gul since @R\n")
    (after,) = stands(office).values()
    assert after.startswith("due")


def test_a_session_counts_with_its_record_alone():
    """
    office
    anna, bob change charter: add gul as staff
    anna submits PRO-01
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    anna submits FRM-01
    eva approves FRM-01
    anna publishes FRM-01
    eva records FRM-01-2026-0001 from FRM-01
    eva trains gul&dan on PRO-01 session FRM-01-2026-0001
    """
    office = played(test_a_session_counts_with_its_record_alone)
    assert {person: told.split()[0] for person, told in stands(office).items()} == {"gul": "done", "dan": "free"}
    found = readership.readership(office.state, office.state.documents["PRO-01"], office.at)
    assert {one.reading.session for one in found.readers} == {"FRM-01-2026-0001"}
    assert (found.read, len(found.asked), found.counts()) == (1, 1, ((1, "az", 2),))


def test_waiting_for_one_person_is_what_the_table_says():
    """
    office
    anna, bob change charter: add gul as staff
    anna submits PRO-01
    eva approves PRO-01
    bob approves PRO-01
    anna publishes PRO-01
    anna submits PRO-02
    eva approves PRO-02
    bob approves PRO-02
    anna publishes PRO-02
    gul reads PRO-02
    """
    office = played(test_waiting_for_one_person_is_what_the_table_says)
    assert set(readership.waiting(office.state, "gul", office.at)) == {"PRO-01"}
    assert readership.waiting(office.state, "eva", office.at) == {}
    assert readership.waiting(office.state, "nobody", office.at) == {}
    assert [one.document.id for one in readership.every(office.state, office.at)] == ["PRO-01", "PRO-02"]
