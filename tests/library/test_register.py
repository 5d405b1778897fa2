"""The register is kept until an entry comes or a day does, and says the same as when it is made anew."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

import docctl
from docctl.core.model import Status
from docctl.core.ports import Signer
from docctl.library import clock, views
from docctl.library.library import Library


def test_the_kept_register_follows_entries_and_days(
    office: tuple[Library, Signer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, anna = office
    keys = library.root.parent
    library.put_draft(
        "PRO-09",
        {
            "en.md": b"---\nid: PRO-09\ntitle: Kept\ntype: procedure\nowner: head\nauthoritative: en\nlanguages: [en]\n"
            b"---\nText\n"
        },
    )
    library.submit("PRO-09", "First", anna)
    assert _status(library, "PRO-09") is Status.SUBMITTED
    assert _status(library, "PRO-09") is Status.SUBMITTED
    for name in ("eva", "bob"):
        library.approve("PRO-09", docctl.load_key(keys / name))
    library.publish("PRO-09", anna, effective=library.today() + timedelta(days=3))
    assert _status(library, "PRO-09") is Status.PENDING
    first = library.register(language="en")
    assert library.register(language="en") == first
    # Another process, later: nothing was entered, but the day has come.
    monkeypatch.setattr(clock, "now", lambda: int(time.time()) + 5 * 86400)
    assert _status(library, "PRO-09") is Status.IN_FORCE
    assert _status(library, "PRO-09") is Status.IN_FORCE


def _status(library: Library, document: str) -> Status:
    return next(row.status for row in library.register(language="en") if row.id == document)


def test_after_an_entry_only_its_part_of_the_register_is_made_anew(
    office: tuple[Library, Signer], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, anna = office
    for number in range(20, 28):
        name = f"PRO-{number}"
        library.put_draft(
            name,
            {
                "en.md": f"---\nid: {name}\ntitle: T\ntype: procedure\nowner: head\nauthoritative: en\nlanguages: [en]\n"
                "---\nText\n".encode()
            },
        )
        library.submit(name, "First", anna)
    before = library.register(language="en")
    made: list[str] = []
    real = views.row
    monkeypatch.setattr(views, "row", lambda state, one, *rest: made.append(one.id) or real(state, one, *rest))
    assert library.register(language="en") == before
    assert made == []
    library.comment("PRO-23", "A remark", anna)
    assert library.register(language="en") == before
    assert "PRO-23" in made
    assert len(made) < len(before)
    assert [row.id for row in before] == sorted(row.id for row in before)


def test_a_clock_far_off_signs_nothing_until_somebody_vouches_for_the_day(
    office: tuple[Library, Signer], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, anna = office
    heading = (
        b"---\nid: PRO-10\ntitle: T\ntype: procedure\nowner: head\nauthoritative: en\nlanguages: [en]\n---\nText\n"
    )
    library.put_draft("PRO-10", {"en.md": heading})
    last, entries = library.book.state.time, library.entries
    for days, code in ((-1, "clock-behind"), (402, "clock-ahead"), (36500, "clock-ahead")):
        monkeypatch.setattr(clock, "now", lambda days=days: last + days * 86400)
        with pytest.raises(docctl.Refused) as refused:
            library.submit("PRO-10", "First", anna)
        assert refused.value.code == code
        assert library.entries == entries
        assert clock.problem(last, "+0000") == code
    monkeypatch.setattr(clock, "now", lambda: last + 402 * 86400)
    monkeypatch.setenv("DOCCTL_TODAY", str(library.today()))
    library.submit("PRO-10", "First", anna)
    assert library.entries == entries + 1
