"""The register is kept until an entry comes or a day does, and says the same as when it is made anew."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

import docctl
from docctl.core.model import Status
from docctl.core.ports import Signer
from docctl.library import clock
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
