"""Ten people at ten copies of one library enter and send at the same time: nothing is lost, nothing is there twice."""

from __future__ import annotations

import multiprocessing
import random
import traceback
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from realoffice import House, key, stock

from docctl.adapters import remote
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core.state import unseal
from docctl.library import founding
from docctl.library.charters import NextCharter
from docctl.library.founding import join_library

PEOPLE = tuple(f"worker-{letter}" for letter in "abcdefghij")
EACH = 20


def enrol(house, library):
    """Ten more people, in one change of the charter."""
    change = NextCharter(library.charter_files())
    for name in PEOPLE:
        who = (name.capitalize(), f"{name}@office.example")
        newcomer = founding.request(key(house.built, name), library.authority.library, name, who, "-")
        change.add_person(newcomer, ("author", "staff"), library.today() - timedelta(days=30), "order 3")
    library.propose_charter(change.files(), "Ten more", house.key("anna"))
    library.approve("charter", house.key("bob"))
    library.publish("charter", house.key("anna"))


def place_of(house, name):
    return house.place / "copies" / name


def home_of(house, name):
    return Home(house.place / "homes" / name)


def work(place, built, name, start, told):
    """Twenty entries at one copy, sent after every one, two or three."""
    try:
        house = House(Path(place), Path(built))
        library = house.open(place_of(house, name), home_of(house, name))
        signer, dice = house.key(name), random.Random(name)
        own = f"PRO-{100 + PEOPLE.index(name)}"
        start.wait(60)
        sent = beaten = left = 0
        for number in range(EACH):
            text = f"{name} {number}"
            if number % 5 == 4:
                # Again and again the same document: each replaces the one before.
                library.put_draft(own, house.text(library, own, text))
                house.enter(library, own, name, text)
            else:
                library.comment("POL-07", text, signer)
            left += 1
            if left >= dice.randint(1, 3) or number == EACH - 1:
                done = library.sync(signer)
                assert done.aside == ()
                sent, beaten, left = sent + done.sent, beaten + done.beaten, 0
        told.put((name, (sent, beaten)))
        house.close()
    except BaseException:
        told.put((name, traceback.format_exc()))
        raise


@pytest.mark.timeout(300)
def test_two_hundred_entries_of_ten_people_at_ten_copies(house, library):
    house.publish(library, "POL-07")
    enrol(house, library)
    shared = house.place / "shared.git"
    with GitLedger.create(shared, bare=True):
        pass
    remote.set_remote(library.root, str(shared))
    library.sync(None)
    before = library.entries
    for name in PEOPLE:
        join_library(str(shared), place_of(house, name), house.anchor, home_of(house, name)).close()

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "git", "docctl.library.founding", "docctl.library.syncing"])
    start, told = context.Event(), context.Queue()
    workers = [
        context.Process(target=work, args=(str(house.place), str(house.built), name, start, told)) for name in PEOPLE
    ]
    for one in workers:
        one.start()
    start.set()
    answers = dict(told.get(timeout=240) for _ in PEOPLE)
    for one in workers:
        one.join(30)
    assert [one.exitcode for one in workers] == [0] * len(PEOPLE), answers
    assert {name: sent for name, (sent, _) in answers.items()} == dict.fromkeys(PEOPLE, EACH)
    # They did get in each other's way, else nothing was tried here.
    assert sum(beaten for _, beaten in answers.values()) > 0

    everywhere = [house.root, *(place_of(house, name) for name in PEOPLE)]
    library.sync(None)
    for name in PEOPLE:
        copy = house.open(place_of(house, name), home_of(house, name))
        assert copy.sync(None).sent == 0
        assert copy.violations == ()
        assert copy.book.unlaid is None
        assert copy.register() == library.register()
    heads = {stock("rev-parse", "main", cwd=root) for root in [shared, *everywhere]}
    assert heads == {library.book.ledger.head()}
    for root in [shared, *everywhere]:
        report = house.lawful(root)
        assert (report.entries, report.head) == (before + EACH * len(PEOPLE), library.book.ledger.head())

    entries = [unseal(*pair).entry for pair in library.book.ledger.commits(None, library.book.ledger.head())]
    assert [one.sequence for one in entries] == list(range(before + EACH * len(PEOPLE)))
    counted = Counter(one.comment for one in entries[before:])
    assert counted == Counter(f"{name} {number}" for name in PEOPLE for number in range(EACH))
    for name in PEOPLE:
        # And each in the order in which it was entered.
        mine = [one.comment for one in entries if one.comment.startswith(f"{name} ")]
        assert mine == [f"{name} {number}" for number in range(EACH)]
        own = f"PRO-{100 + PEOPLE.index(name)}"
        assert library.text(own, revision=1) == house.text(library, own, f"{name} {EACH - 1}")
