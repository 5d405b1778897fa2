"""What the measurements share: whole runs in turn, medians with their span, and a word on the machine."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, TypeVar

TREE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TREE))
Taken = TypeVar("Taken")


class Cost(NamedTuple):
    """Seconds of the clock, and of all processors together."""

    wall: float
    cpu: float


def span(values: Sequence[float], unit: str = "", digits: int = 2) -> str:
    """`median unit (min to max)`."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f}{unit} ({low:.{digits}f} to {high:.{digits}f})"


def in_turn(rounds: int, cases: Mapping[str, Callable[[], Taken]]) -> dict[str, list[Taken]]:
    """Run the cases A B A B, so that a slow minute of the machine is slow for all."""
    found: dict[str, list[Taken]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, run in cases.items():
            found[name].append(run())
    return found


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(over, under, strict=True)]


def seconds(line: Sequence[str], *, folder: Path | None = None, env: Mapping[str, str] | None = None) -> float:
    """How long a whole process takes; its output goes nowhere, its failure is ours."""
    return cost(line, folder=folder, env=env).wall


def cost(line: Sequence[str], *, folder: Path | None = None, env: Mapping[str, str] | None = None) -> Cost:
    """The same, with the processor time of the process and of those that it waited for."""
    used, started = processor(), time.perf_counter()
    done = subprocess.run(line, cwd=folder, env=env, capture_output=True, check=False)
    taken = Cost(time.perf_counter() - started, processor() - used)
    if done.returncode:
        raise SystemExit(f"{' '.join(line)}: exit {done.returncode}\n{done.stderr.decode()[-2000:]}")
    return taken


def processor() -> float:
    """Processor seconds of this process and of its children that ended."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def quiet(place: Path) -> dict[str, str]:
    """An environment without anybody's own settings, in which docctl knows the library in `place`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own = {"PYTHONPATH": str(TREE), "DOCCTL_HOME": str(place / "home"), "DOCCTL_LANG": "en", "LC_ALL": "C.UTF-8"}
    return {**kept, **own, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


def machine() -> str:
    """What the figures were taken on."""
    models = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    name = f"{len(models)} cores {models[0]}" if models else platform.machine()
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    libraries = ", ".join(f"{one} {version(one)}" for one in ("cryptography", "PyYAML", "click"))
    return f"{name}; load {load}; Python {platform.python_version()}, {libraries}, git {git}"


def claim(sound: bool, text: str, *, strict: bool) -> bool:
    """Print whether a goal is met; whether to go on as if all were well."""
    print(f"  {'met' if sound else 'NOT MET'}: {text}")
    return sound or not strict


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []
