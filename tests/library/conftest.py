"""A small office on real git: anna may write and publish, eva reviews, bob is the head."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

import docctl
from docctl.adapters.home import Home
from docctl.core.ports import Signer
from docctl.library import founding
from docctl.library.charters import NextCharter
from docctl.library.library import Library


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Signer]]:
    place = tmp_path_factory.mktemp("office")
    for name in ("anna", "eva", "bob", "spare"):
        docctl.new_key(place / name, None)
    anna, eva, bob, spare = (docctl.load_key(place / name) for name in ("anna", "eva", "bob", "spare"))
    founder = docctl.Founder("anna", "Anna", "anna@example.az", "QM", anna, spare)
    library = docctl.found_library(
        place / "library", founder, {"en": "Office"}, starter="empty", home=Home(place / "home")
    )
    change = NextCharter(library.charter_files())
    name = library.authority.library
    for person, signer, role in (("eva", eva, "reviewer"), ("bob", bob, "head")):
        newcomer = founding.request(signer, name, person, (person.title(), f"{person}@example.az"), "Post")
        change.add_person(newcomer, (role,), date(2026, 1, 1), "")
    library.propose_charter(change.files(), "Two more", anna)
    library.publish("charter", anna)
    yield library, anna
    library.close()
