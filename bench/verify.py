"""How fast `verify` is: `python bench/verify.py DIR [--large DIR] [--rounds N] [--assert]`.

DIR comes from `generate.py`. Each round is a process of its own: bare Ed25519 verification on one core, the library
judged from the front, bare Ed25519 again; then git's own signature check on the newest entries. Ratios are made within
a round; imports are not counted.

    rate        entries per second over bare verifications per second
    rate, cpu   the same with the processor time of docctl and its git processes in place of the clock
    over git    seconds of git per entry over seconds of docctl per entry
    peak        of the process that judges; what the one beside it holds is not in it

`--child DIR` is one round, as JSON: held to one core with `taskset -c 0 python bench/verify.py --child DIR`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from common import claim, machine, processor, quiet, span

RAW = 3000


def raw_rate() -> float:
    """Verifications per second: one thread, a loaded key, a message as long as that of an SSH signature."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    message = b"m" * 98
    value, verify = private.sign(message), private.public_key().verify
    started = time.perf_counter()
    for _ in range(RAW):
        verify(value, message)
    return RAW / (time.perf_counter() - started)


def child(place: Path) -> None:
    """One round, in its own process."""
    from docctl.adapters.gitledger import GitLedger
    from docctl.core.checkpoint import read_anchor
    from docctl.library import auditing

    anchor = read_anchor((place / "anchor.txt").read_text("utf-8").strip())
    before = raw_rate()
    with GitLedger.open(place / "library") as ledger:
        used, started = processor(), time.perf_counter()
        report = auditing.verify(ledger, anchor)
        wall = time.perf_counter() - started
    used = processor() - used
    rate = (before + raw_rate()) / 2
    assert report.verdict == auditing.LAWFUL, report
    # Linux counts in KiB, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1 / 1024) / 2**20
    print(json.dumps({"entries": report.entries, "wall": wall, "cpu": used, "raw": rate, "peak": peak}))


def round_of(place: Path) -> dict[str, Any]:
    line = [sys.executable, __file__, "--child", str(place)]
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=quiet(place))
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def git_seconds(place: Path, sample: int) -> float:
    """Seconds per entry of `git log --format=%G?` on the newest entries; every one must be good."""
    signers = f"gpg.ssh.allowedSignersFile={place / 'allowed_signers'}"
    line = ["git", "-c", signers, "-C", str(place / "library"), "log", f"-{sample}", "--format=%G?", "main"]
    started = time.perf_counter()
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=quiet(place))
    assert done.stdout.split() == ["G"] * sample, done.stdout
    return (time.perf_counter() - started) / sample


def _place(path: str) -> Path:
    """Git is asked from inside the library, so a relative path would lead elsewhere."""
    return Path(path).resolve()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("place", type=_place, metavar="dir")
    asked.add_argument("--large", type=_place, help="a longer library, for growth and memory")
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--sample", type=int, default=100, help="entries that git checks")
    asked.add_argument("--assert", dest="strict", action="store_true", help="exit 1 if a goal is not met")
    asked.add_argument("--child", action="store_true", help="one round, as JSON")
    options = asked.parse_args()
    if options.child:
        child(options.place)
        return
    print(machine())
    small: list[dict[str, Any]] = []
    large: list[dict[str, Any]] = []
    git: list[float] = []
    for number in range(options.rounds):
        small.append(round_of(options.place))
        git.append(git_seconds(options.place, options.sample))
        if options.large and number % 3 == 0:
            large.append(round_of(options.large))
    sound = tell(small, git, strict=options.strict)
    if large:
        sound &= tell_large(small, large, strict=options.strict)
    sys.exit(0 if sound else 1)


def tell(rounds: list[dict[str, Any]], git: list[float], *, strict: bool) -> bool:
    each = [one["wall"] / one["entries"] for one in rounds]
    rate = [one["entries"] / one["wall"] / one["raw"] for one in rounds]
    processor = [one["entries"] / one["cpu"] / one["raw"] for one in rounds]
    over = [theirs / ours for theirs, ours in zip(git, each, strict=True)]
    print(f"{rounds[0]['entries']} entries, {len(rounds)} rounds; median (least to most)")
    print(f"  bare Ed25519    {span([one['raw'] for one in rounds], '/s', 0)}")
    print(f"  docctl verify   {span([1 / one for one in each], '/s', 0)}")
    print(f"  git log %G?     {span([1 / one for one in git], '/s', 1)}")
    print(f"  rate            {span(rate)}")
    print(f"  rate, cpu       {span(processor)}")
    print(f"  over git        {span(over, digits=0)}")
    print(f"  peak memory     {span([one['peak'] for one in rounds], ' MB', 0)}")
    sound = claim(median(rate) >= 0.35, "0.35 of bare Ed25519", strict=strict)
    return claim(median(over) >= 50, "50 times git log", strict=strict) and sound


def tell_large(small: list[dict[str, Any]], large: list[dict[str, Any]], *, strict: bool) -> bool:
    base = median(one["wall"] * one["raw"] / one["entries"] for one in small)
    growth = [one["wall"] * one["raw"] / one["entries"] / base for one in large]
    print(f"{large[0]['entries']} entries, {len(large)} rounds")
    print(f"  rate            {span([one['entries'] / one['wall'] / one['raw'] for one in large])}")
    print(f"  per entry, over that of {small[0]['entries']} entries   {span(growth)}")
    print(f"  peak memory     {span([one['peak'] for one in large], ' MB', 0)}")
    sound = claim(median(growth) <= 1.25, "grows no faster than the ledger (within a quarter)", strict=strict)
    return claim(max(one["peak"] for one in large) < 400, "under 400 MB", strict=strict) and sound


if __name__ == "__main__":
    main()
