"""A prepared office: founded once by commands, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import drawnonce
import pytest
from desk import Desk, build, copied

# These are about what is drawn, and whether it is the same when it is drawn again.
DRAWING = {"test_amend", "test_appearance", "test_check", "test_copies", "test_copyregister", "test_diff"}


@pytest.fixture(autouse=True)
def pages_drawn_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.module.__name__ not in DRAWING:
        drawnonce.use(monkeypatch)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("prepared")
    build(place)
    return place


@pytest.fixture(scope="session")
def published(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with PRO-01 in force and POL-01 submitted."""
    place = tmp_path_factory.mktemp("published") / "all"
    shutil.copytree(prepared, place)
    desk = Desk(place / "office", place / "home")
    desk.in_force("PRO-01")
    desk.ok("submit", "POL-01", "--reason", "First", as_="aysel")
    return place


@pytest.fixture
def desk(prepared: Path, tmp_path: Path) -> Desk:
    return copied(prepared, tmp_path)


@pytest.fixture
def later(published: Path, tmp_path: Path) -> Desk:
    return copied(published, tmp_path)


@pytest.fixture(scope="session")
def still(published: Path) -> Desk:
    """For reading only."""
    return Desk(published / "office", published / "home")


@pytest.fixture
def anchor(prepared: Path) -> Path:
    return prepared / "anchor.txt"
