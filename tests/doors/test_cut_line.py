"""The line to the shared copy is cut after so many bytes, in either direction: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from realoffice import refusal, stock
from test_sync import Pair, dirty, entries

from docctl.adapters import remote
from docctl.errors import DocctlError, Unavailable
from docctl.library import clock, syncing

POINTS = 1000 if os.environ.get("DOCCTL_EVERY_POINT") else 5
# Stands for ssh: runs on this machine what it would run on the other, and lets so many bytes through.
LINE = """#!/bin/sh
for command; do :; done
case "$command" in
    *receive-pack*) way=$CUT_WAY at=$CUT_AT ;;
    *) way=$CUT_FETCH_WAY at=$CUT_FETCH_AT ;;
esac
case $way in
    to) dd bs=1 count="$at" status=none | sh -c "$command" ;;
    from)
        # Nobody else may hold the ends, or the one who waits for more would wait for ever.
        exec 3>&1 4<&0 >/dev/null </dev/null
        sh -c "$command" <&4 3>&- | dd bs=1 count="$at" status=none >&3 4<&- &
        exec 3>&- 4<&-
        wait
        ;;
    *) tee "$COUNTS.to" | sh -c "$command" | tee "$COUNTS.from" ;;
esac
"""


class Line:
    """A line that can be cut."""

    def __init__(self, monkeypatch, place: Path) -> None:
        self.patch, self.counts = monkeypatch, place / "counts"
        program = place / "line"
        program.write_text(LINE)
        program.chmod(0o755)
        monkeypatch.setenv("GIT_SSH_COMMAND", str(program))
        monkeypatch.setenv("GIT_SSH_VARIANT", "simple")
        monkeypatch.setenv("COUNTS", str(self.counts))
        self.whole()

    def whole(self) -> None:
        for name in ("CUT_WAY", "CUT_AT", "CUT_FETCH_WAY", "CUT_FETCH_AT"):
            self.patch.setenv(name, "")

    def cut(self, way: str, at: int, fetch: str = "") -> None:
        self.whole()
        self.patch.setenv(f"CUT_{fetch}WAY", way)
        self.patch.setenv(f"CUT_{fetch}AT", str(at))

    def passed(self, way: str) -> int:
        return Path(f"{self.counts}.{way}").stat().st_size


@pytest.fixture
def pair(house):
    return Pair(house)


def everything(pair):
    return Counter(one.comment for one in entries(pair.a)[8:])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", ["to", "from"])
def test_a_line_that_is_cut_in_the_middle_of_a_push(pair, way, tmp_path, monkeypatch):
    a, b, dan = pair.a, pair.b, pair.key("dan")
    line = Line(monkeypatch, tmp_path)
    remote.set_remote(b.root, f"ssh://there{pair.shared}")
    b.comment("POL-07", "0", dan)
    assert b.sync(dan).sent == 1
    whole = line.passed(way)
    assert whole > 40
    wanted, arrived = ["0"], []
    for at in sorted({0, 1, 4, *range(7, whole, max(1, whole // POINTS)), whole - 1}):
        b.comment("POL-07", f"{way} {at}", dan)
        wanted.append(f"{way} {at}")
        line.cut(way, at)
        head = b.book.ledger.head()
        with pytest.raises(DocctlError) as caught:
            b.sync(dan)
        assert isinstance(caught.value, Unavailable), caught.value
        assert caught.value.code == "remote-unreachable", caught.value
        assert b.book.ledger.head() == head
        assert [one.entry.comment for one in syncing.standing(b.book).pending][-1] == f"{way} {at}"
        pair.house.lawful(pair.shared)
        arrived.append(stock("rev-parse", "main", cwd=pair.shared) == head)
        # Somebody else goes on meanwhile, in front of or behind what may have come through.
        a.sync(pair.key("bob"))
        a.comment("POL-07", f"a {at}", pair.key("bob"))
        a.sync(pair.key("bob"))
        wanted.append(f"a {at}")
        line.whole()
        b.sync(dan)
    a.sync(None)
    assert everything(pair) == Counter(wanted)
    assert arrived == sorted(arrived)
    if way == "from":
        # It had come through, and only the answer was lost: the case that would be entered twice.
        assert arrived[-1]
    remote.set_remote(b.root, str(pair.shared))
    b.sync(None)
    pair.alike()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", ["to", "from"])
def test_a_line_that_is_cut_in_the_middle_of_a_fetch(pair, way, tmp_path, monkeypatch):
    a, b = pair.a, pair.b
    line = Line(monkeypatch, tmp_path)
    remote.set_remote(b.root, f"ssh://there{pair.shared}")
    a.comment("POL-07", "first", pair.key("bob"))
    a.sync(None)
    assert b.sync(None).received == 1
    whole = line.passed(way)
    a.comment("POL-07", "second", pair.key("bob"))
    a.sync(None)
    pair.comment(b, "mine", "dan")
    head = b.book.ledger.head()
    for at in sorted({0, *range(5, whole - 60, max(1, whole // POINTS))}):
        line.cut(way, at, "FETCH_")
        with pytest.raises(Unavailable) as caught:
            b.sync(pair.key("dan"))
        assert caught.value.code in ("remote-unreachable", "remote-corrupt")
        assert (b.book.ledger.head(), dirty(b)) == (head, [])
    line.whole()
    assert b.sync(pair.key("dan")).signed_anew == 1
    a.sync(None)
    assert everything(pair) == Counter(["first", "second", "mine"])
    assert os.environ["CUT_AT"] == ""


def test_a_clock_that_jumps(pair, monkeypatch):
    """Back a little: the entry has the time of the one before. Back a lot, or years ahead: nothing is entered."""
    b, real = pair.b, clock.now
    pair.comment(b, "one", "dan")
    for ahead, code in ((-200, None), (-3600, "clock-behind"), (500 * 86400, "clock-ahead"), (86400, None)):
        monkeypatch.setattr(clock, "now", lambda ahead=ahead: real() + ahead)
        before = b.book.ledger.head()
        if code is None:
            pair.comment(b, f"at {ahead}", "dan")
        else:
            assert refusal(pair.comment, b, "refused", "dan").code == code
            assert b.book.ledger.head() == before
    monkeypatch.setattr(clock, "now", real)
    # An entry of tomorrow stands: whoever has the right time can enter nothing, and nobody takes it over.
    assert refusal(pair.comment, b, "refused", "dan").code == "clock-behind"
    times = [one.at for one, _ in b.read_entries("POL-07")]
    assert times == sorted(times)
    pair.house.lawful(b.root)
    b.sync(None)
    head = pair.a.book.ledger.head()
    assert refusal(pair.a.sync, None).code == "remote-clock"
    assert pair.a.book.ledger.head() == head
