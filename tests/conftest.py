"""What all tests share: ledgers out of docstrings, and hypothesis without chance."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

COMMON = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("docctl", derandomize=True, max_examples=50, **COMMON)
# Chance and depth are for `pytest --hypothesis-profile deep`, and for fuzz/.
settings.register_profile("deep", max_examples=5000, **COMMON)
settings.load_profile("docctl")


@pytest.fixture
def ledger(request):
    """The office after the ledger in the test's docstring, every line of which was checked (`ledgers.mini`)."""
    from ledgers.mini import play

    return play(request.function.__doc__)
