"""Several processes enter into one library at once: nothing is lost, nothing is out of order."""

from __future__ import annotations

import multiprocessing
import traceback
from itertools import pairwise
from pathlib import Path

import pytest
from realoffice import House, stock

from docctl.core.state import unseal
from docctl.errors import DocctlError, Refused


def work(place, built, name, count, homes, start, told):
    """Enter so many remarks and submissions, as fast as it goes."""
    try:
        house = House(Path(place), Path(built))
        library = house.open(home=type(house.home)(Path(homes)))
        signer = house.key(name)
        start.wait(30)
        done = []
        for number in range(count):
            if number % 4 == 3:
                subject = f"PRO-{100 * (1 + list('abed').index(name[0])) + number}"
                library.put_draft(subject, house.text(library, subject, f"{name} {number}"))
                done.append((house.enter(library, subject, name, f"{name} {number}").entry.sequence, subject))
            else:
                done.append((library.comment("POL-07", f"{name} {number}", signer).entry.sequence, f"{name} {number}"))
        told.put((name, done))
        house.close()
    except BaseException:
        told.put((name, traceback.format_exc()))
        raise


@pytest.mark.parametrize(("names", "shared_home"), [(("anna", "eva", "dan"), True), (("anna", "dan"), False)])
def test_processes_that_enter_at_once_lose_nothing(house, library, tmp_path, names, shared_home):
    house.publish(library, "POL-07")
    before = library.entries
    context = multiprocessing.get_context("spawn")
    start, told = context.Event(), context.Queue()
    homes = {name: str(tmp_path / ("home" if shared_home else f"home-{name}")) for name in names}
    workers = [
        context.Process(target=work, args=(str(house.place), str(house.built), name, 20, homes[name], start, told))
        for name in names
    ]
    for one in workers:
        one.start()
    start.set()
    answers = dict(told.get(timeout=60) for _ in names)
    for one in workers:
        one.join(30)
    assert [one.exitcode for one in workers] == [0] * len(names), answers

    ledger = library.book.ledger
    entries = [unseal(*pair).entry for pair in ledger.commits(None, ledger.head())]
    assert [one.sequence for one in entries] == list(range(before + 20 * len(names)))
    for done in answers.values():
        assert len(done) == 20
        assert all(before <= one < two for (one, _), (two, _) in pairwise(done))
        for sequence, what in done:
            assert what in (entries[sequence].comment, entries[sequence].subject)
    house.lawful()

    # A process that comes later, and the one that was open all the time, see the same register without violations.
    late = house.open()
    assert late.violations == ()
    library.book.refresh()
    assert library.violations == ()
    assert late.register() == library.register()
    assert late.entries == len(entries)
    assert late.book.unlaid is None
    assert stock("status", "--porcelain", "--untracked-files=no", cwd=house.root) == ""
    for path in (house.root / "drafts").iterdir():
        if path.name in late.book.state.documents:
            assert late.draft(path.name) == late.book.state.shelf.files(late.document(path.name).proposal.tree)


def submit_same(place, built, name, homes, start, told):
    house = House(Path(place), Path(built))
    library = house.open(home=type(house.home)(Path(homes)))
    start.wait(30)
    try:
        told.put((name, library.submit("PRO-01", name, house.key(name)).entry.sequence))
    except Refused as refused:
        told.put((name, refused.code))
    except DocctlError as error:
        told.put((name, f"unexpected {error}"))
    house.close()


def test_of_people_who_submit_the_same_text_at_once_one_is_entered_and_the_others_are_told(house, library, tmp_path):
    context = multiprocessing.get_context("spawn")
    start, told = context.Event(), context.Queue()
    names = ("anna", "eva", "dan")
    workers = [
        context.Process(
            target=submit_same,
            args=(str(house.place), str(house.built), name, str(tmp_path / f"home-{name}"), start, told),
        )
        for name in names
    ]
    for one in workers:
        one.start()
    start.set()
    answers = [told.get(timeout=60)[1] for _ in names]
    for one in workers:
        one.join(30)
    assert sorted(map(str, answers)) == ["4", "text-unchanged", "text-unchanged"]
    assert house.lawful().entries == 5


def test_two_libraries_open_in_one_process_take_turns(house, library):
    """Both keep their state in the same file; neither mixes its own with the other's."""
    other = house.open()
    house.publish(library, "PRO-07")
    for number in range(12):
        one = (library, other)[number % 2]
        one.comment("PRO-07", f"remark {number}", house.key("bob"))
        if number % 3 == 0:
            house.submit(one, f"PRO-{20 + number}")
    for one in (library, other, house.open()):
        one.book.refresh()
        assert one.violations == ()
        assert len(one.history("PRO-07")) == 16
    house.lawful()


def test_kept_state_is_that_of_one_process_at_a_time(house, library):
    """One reads lazily what another has saved meanwhile, and still answers for its own head."""
    house.publish(library, "PRO-07")
    house.publish(library, "PRO-08")
    library.close()
    slow, quick = house.open(), house.open()
    quick.comment("PRO-07", "A remark", house.key("bob"))
    quick.comment("PRO-08", "A remark", house.key("bob"))
    assert slow.entries == 12
    assert slow.document("PRO-07").last == 7
    slow.comment("PRO-08", "Another remark", house.key("dan"))
    assert slow.violations == ()
    assert house.open().violations == ()
    house.lawful()


def test_who_lays_out_late_does_not_bring_back_what_is_older(house, library):
    other = house.open()
    head = library.book.ledger.head()
    real = library.book._lay_out
    library.book._lay_out = lambda: None
    house.submit(library, "PRO-07")
    library.book._lay_out = real
    house.agree(other, "PRO-07")
    other.publish("PRO-07", house.key("anna"))
    library.book._lay_out()
    assert not (house.root / "drafts/PRO-07").exists()
    assert (house.root / "procedures/PRO-07/az.md").exists()
    assert library.book.work.laid() == other.book.state.tree
    assert other.book.ledger.head() != head
    assert [path.name for path in (house.root / "procedures").iterdir()] == ["PRO-07"]
