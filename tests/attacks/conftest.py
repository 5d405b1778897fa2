"""The office that is attacked: made once a session, copied for each case."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path[:0] = [
    str(place) for place in (Path(__file__).parent, Path(__file__).parent.parent) if str(place) not in sys.path
]


@pytest.fixture(scope="session")
def ground(tmp_path_factory):
    from ground import Ground

    made = Ground(tmp_path_factory.mktemp("ground"))
    yield made
    made.close()


@pytest.fixture
def scene(ground, tmp_path):
    from ground import copied

    made = copied(ground, tmp_path)
    yield made
    made.close()
