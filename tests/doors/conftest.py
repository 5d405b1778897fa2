"""Offices on real disks."""

from __future__ import annotations

import pytest
from realoffice import build, copy_of


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("built")
    build(place)
    return place


@pytest.fixture
def house(built, tmp_path):
    made = copy_of(built, tmp_path)
    yield made
    made.close()


@pytest.fixture
def library(house):
    return house.open()
