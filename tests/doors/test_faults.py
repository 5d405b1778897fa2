"""Killed, or out of disk, at any change of the disk, while entering and while syncing: nothing confirmed is ever lost.

A kill point is every call of docctl and of every git under it that changes the disk: between two of them nothing
happens that could be found afterwards. By default some are tried, with DOCCTL_EVERY_POINT=1 all.
"""

from __future__ import annotations

import errno
import re
from collections import Counter

import faults
import pytest
from realoffice import House, stock

from docctl.adapters import leftovers, remote
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core.state import unseal
from docctl.library import doctor, mending, syncing
from docctl.library.founding import join_library


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with faults.Driver(faults.shim(tmp_path_factory.mktemp("shim"))) as found:
        yield found


ENTERING = {
    "comment": ("bob", "comment", "POL-07", "A remark"),
    "submit": ("submit",),
    "publish": ("anna", "publish", "PRO-50"),
}


@pytest.fixture
def base(house, request):
    """Everything before the entry, in `library`; the kept state in `home`."""
    library = house.open()
    house.publish(library, "POL-07")
    if request.param == "publish":
        house.publish(library, "PRO-50", "One.")
        house.submit(library, "PRO-50", "dan", "Two.")
        house.agree(library, "PRO-50")
    elif request.param == "submit":
        library.put_draft("PRO-50", house.text(library, "PRO-50"))
    house.close()
    return house, request.param


def entries(root):
    with GitLedger.open(root) as ledger:
        return [unseal(*pair).entry for pair in ledger.commits(None, ledger.head())]


def clean(house, home):
    """Doctor finds nothing bad, and after `--fix` nothing of ours that was left over, nor a temporary file of any age."""
    faults.age(house.root)
    mending.mend(house.root, home)
    codes = {one.code: one.level for one in doctor.examine(house.root, home, None)}
    assert "bad" not in codes.values(), codes
    assert not {"leftovers", "state-damaged", "unlaid", "work-changed"} & set(codes)
    assert leftovers.find(house.root / ".git", house.root, 1e12) == ()
    assert stock("status", "--porcelain", "--untracked-files=no", cwd=house.root) == ""


def check_entered(place, house, before, confirmed):
    """The library after a trial of one entry: whole, lawful, and it works on."""
    here = House(place, house.built)
    report = here.audit()
    assert (report.verdict, report.violations) == ("lawful", ())
    assert report.entries in (before, before + 1)
    if confirmed:
        assert report.entries == before + 1
    # Seconds later, with the state that the killed one kept.
    faults.age(here.root, 4)
    library = here.open()
    assert (library.entries, library.violations, library.book.unlaid) == (report.entries, (), None)
    library.comment("POL-07", "and on", house.key("bob"))
    here.close()
    clean(here, here.home)
    assert here.lawful().entries == report.entries + 1
    return report.entries


@pytest.mark.parametrize("base", ENTERING, indirect=True)
@pytest.mark.parametrize("how", ["all", "one"])
def test_killed_at_any_change_of_the_disk_while_entering(driver, base, how, tmp_path):
    house, action = base
    before = len(entries(house.root))
    trials = faults.Trials(
        driver, house.place, tmp_path.with_name(tmp_path.name + "-trials"), house.built, ENTERING[action]
    )
    whole = trials.whole()
    assert "(entry" in whole.said
    assert check_entered(whole.place, house, before, confirmed=True) == before + 1
    found = []
    for at in trials.points(whole.calls, 3, len(action) + (how == "one")):
        trial = trials.run(how, at)
        # An entry's ids decide how many folders it needs, so one run may end a change before another.
        assert trial.refused == 1 or trial.calls < at, trial
        assert trial.status < 0 or how == "one" or not trial.refused, trial
        assert "Traceback" not in trial.said, trial
        found.append(check_entered(trial.place, house, before, confirmed="(entry" in trial.said))
    # First nothing of it is there, then all.
    if how == "all":
        assert found == sorted(found)
        assert set(found) == {before, before + 1}


@pytest.mark.parametrize("base", ["publish", "submit"], indirect=True)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_fills_or_goes_read_only_at_any_change(driver, base, number, tmp_path):
    house, action = base
    before = len(entries(house.root))
    trials = faults.Trials(
        driver, house.place, tmp_path.with_name(tmp_path.name + "-trials"), house.built, ENTERING[action]
    )
    whole = trials.whole()
    for at in trials.points(whole.calls, 3, number):
        trial = trials.run(str(number), at)
        confirmed = "(entry" in trial.said
        told(trial, confirmed=confirmed)
        assert check_entered(trial.place, house, before, confirmed) == before + confirmed, trial


def told(trial, *, confirmed):
    """Either it was done, or one sentence says why not, and what the disk has to do with it."""
    assert "Traceback" not in trial.said, trial
    assert "inside docctl" not in trial.said, trial
    assert trial.status == (0 if confirmed else 1), trial
    if not confirmed:
        (line,) = trial.said.strip().splitlines()
        assert line.startswith("✗ "), trial


# -- syncing -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def apart(house):
    """`library` and `shared.git` hold entries that the other does not; of the three own entries one no longer fits."""
    library = house.open()
    house.publish(library, "POL-07")
    house.submit(library, "PRO-60", "anna", "Of all.")
    shared = house.place / "shared.git"
    with GitLedger.create(shared, bare=True):
        pass
    remote.set_remote(library.root, str(shared))
    library.sync(None)
    elsewhere = house.place.with_name(house.place.name + "-elsewhere")
    other = join_library(str(shared), elsewhere / "library", house.anchor, Home(elsewhere / "home"))
    house.opened.append(other)
    house.submit(other, "PRO-50", "anna", "Of another.")
    other.cancel("PRO-60", house.key("anna"))
    other.comment("POL-07", "of another", house.key("bob"))
    other.sync(None)
    library.comment("POL-07", "first of mine", house.key("dan"))
    library.comment("PRO-60", "second of mine", house.key("dan"))
    house.submit(library, "PRO-50", "dan", "Third of mine.")
    house.close()
    return house


MINE = ("first of mine", "second of mine", "Because")
SYNC = ("dan", "sync")


def check_synced(trial, house):
    """Both ledgers after a trial: whole, lawful; and the next sync brings everything home, once."""
    here, shared = House(trial.place, house.built), trial.place / "shared.git"
    for root in (here.root, shared):
        report = here.audit(root)
        assert (report.verdict, report.violations) == ("lawful", ()), trial
    done = "Brought together" in trial.said
    if done:
        assert stock("rev-parse", "main", cwd=shared) == stock("rev-parse", "main", cwd=here.root), trial
    faults.age(here.root, 4)
    # What was killed on the server is the server's to mend.
    faults.age(shared)
    mending.mend(shared, Home(trial.place / "server"))
    library = here.open()
    again = library.sync(house.key("dan"))
    assert again.stopped is None
    assert library.book.ledger.head() == stock("rev-parse", "main", cwd=shared)
    comments = Counter(one.comment for one in entries(shared)[9:])
    assert comments == Counter({"Because": 2, "": 1, "of another": 1, "first of mine": 1}), trial
    # One no longer fits: it was told, now or then, and it is not lost; the text has another number.
    (aside,) = [one.entry for one in syncing.standing(library.book).aside]
    assert (aside.subject, aside.comment) == ("PRO-60", "second of mine")
    assert bool(again.aside) or "PRO-60" in trial.said or trial.status != 0
    assert library.draft("PRO-61") == house.text(library, "PRO-61", "Third of mine.")
    assert library.draft("PRO-50") == house.text(library, "PRO-50", "Of another.")
    assert library.book.unlaid is None
    library.comment("POL-07", "and on", house.key("dan"))
    assert library.sync(None).sent == 1
    here.close()
    clean(here, here.home)
    for root in (here.root, shared):
        here.lawful(root)
    return stock("rev-parse", "main~1", cwd=shared)


@pytest.mark.parametrize("how", ["all", "one"])
def test_killed_at_any_change_of_the_disk_while_syncing(driver, apart, how, tmp_path):
    trials = faults.Trials(driver, apart.place, tmp_path.with_name(tmp_path.name + "-trials"), apart.built, SYNC)
    whole = run_whole(trials)
    for at in trials.points(whole.calls, 4, 3 + (how == "one")):
        trial = trials.run(how, at)
        assert trial.refused == 1 or trial.calls < at, trial
        assert "Traceback" not in trial.said, trial
        assert "inside docctl" not in trial.said, trial
        check_synced(trial, apart)


def run_whole(trials):
    whole = trials.run("count", 0)
    # One entry was set aside, which is told, and is a refusal.
    assert (whole.status, whole.refused) == (1, 0), whole
    assert re.search(r"PRO-60 .*was set aside", whole.said), whole
    assert "second of mine" in whole.said
    assert "sent 2" in whole.said
    assert whole.calls > 40
    return whole


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_fills_or_goes_read_only_while_syncing(driver, apart, number, tmp_path):
    trials = faults.Trials(driver, apart.place, tmp_path.with_name(tmp_path.name + "-trials"), apart.built, SYNC)
    whole = run_whole(trials)
    for at in trials.points(whole.calls, 3, number):
        trial = trials.run(str(number), at)
        assert trial.status == 1, trial
        assert "Traceback" not in trial.said, trial
        assert "inside docctl" not in trial.said, trial
        assert "✗ " in trial.said, trial
        check_synced(trial, apart)
