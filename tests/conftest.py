"""What all tests share: ledgers out of docstrings, and hypothesis without chance."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from validating import pytest_configure, pytest_runtest_teardown, pytest_unconfigure  # noqa: F401  (hooks)

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


@pytest.fixture(scope="session")
def commands() -> Iterator[Path]:
    """Where the server listens that runs docctl's command line without the start of a Python (`forked.program`)."""
    import forked

    with forked.served() as place:
        yield place


# A page's commands, one after the other, take as long as hundreds of other tests: they begin first.
PAGES = "test_docs.py::test_the_commands_on_a_page"
LONGEST = f"{PAGES}_work_one_after_the_other[README.md]"


SHARED_MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes; a whole run needs a quarter of it


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Temporary folders lie in memory where there is room: hundreds of libraries are written, flushed and removed."""
    if session.config.option.basetemp is None and os.environ.get("PYTEST_DEBUG_TEMPROOT") is None:
        with contextlib.suppress(OSError):
            if shutil.disk_usage(SHARED_MEMORY).free > ROOM and os.access(SHARED_MEMORY, os.W_OK):
                os.environ["PYTEST_DEBUG_TEMPROOT"] = str(SHARED_MEMORY)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of tests and all their modules stay to the end: to look through them again and again finds nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


# What takes long for what it is, because it starts hundreds of processes or lives through a whole year: `make slow`.
SLOW = (
    PAGES,
    "attacks/test_attack_command.py",
    "attacks/test_attack_surroundings.py",
    "doors/test_at_once.py",
    "doors/test_cut_line.py",
    "doors/test_faults.py",
    "doors/test_kept_state.py",
    "doors/test_killed.py",
    "doors/test_stock_git.py",
    "doors/test_sync.py",
    "doors/test_ten_people.py",
    "faces/test_check.py",
    "faces/test_confidential_killed.py",
    "library/test_batch.py",
    "seals/test_seal_commands.py",
    "server/test_transports.py",
    "year/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(part in item.nodeid for part in SLOW) and LONGEST not in item.nodeid:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: PAGES not in item.nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """File by file, as `--dist loadfile` does, for what a file's tests share; the longest page is a file of its own."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByPage(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if LONGEST in nodeid else str(super()._split_scope(nodeid))

    return ByPage(config, log)
