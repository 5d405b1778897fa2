"""Ledgers in real repositories."""

from __future__ import annotations

import pytest

from docctl.adapters.gitledger import GitLedger


@pytest.fixture
def ledger(tmp_path):
    with GitLedger.create(tmp_path / "library") as made:
        yield made


@pytest.fixture
def shared(tmp_path):
    with GitLedger.create(tmp_path / "shared.git", bare=True) as made:
        yield made
