"""Fuzz one target or all of them under atheris: `python -m fuzz.run SECONDS [TARGET …]`.

What a run leaves lies in `.fuzz/<target>/`: `seeds` (made anew each time), `corpus` (what reached something new, kept
for the next run), `found-*` (inputs that broke a promise) and `log`. A target that is found out is started again until
its time is over, so that one finding does not hide the next. Exit status: 0 nothing found, 1 something found.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOM = Path(__file__).resolve().parent.parent / ".fuzz"
SLOWEST = 5  # seconds for one input; libFuzzer's log names those above two
MEMORY = 1024  # MiB of the whole process
MOST = 20  # findings; then a target is left alone
BROKEN = (70, 71, 77)  # libFuzzer's own words for: took too long, too much memory, raised
INTERRUPTED = (72, 130)  # libFuzzer, told to stop; a shell's word for the same


def _laid_out(name: str) -> Path:
    """The target's room, with seeds and dictionary."""
    from fuzz import seeds

    room = ROOM / name
    for folder in ("seeds", "corpus"):
        (room / folder).mkdir(parents=True, exist_ok=True)
    for data in seeds.SEEDS[name]():
        (room / "seeds" / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    words = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in seeds.WORDS[name])
    (room / "words").write_text("".join(f'"{word}"\n' for word in words), "ascii")
    return room


def _findings(room: Path) -> int:
    """How many inputs broke a promise; one that was merely slow may have met a busy machine."""
    return sum(1 for path in room.glob("found-*") if "slow-unit" not in path.name)


def _watched(name: str, seconds: int) -> int:
    """Run a target for so long; how many findings."""
    room, until = _laid_out(name), time.monotonic() + seconds
    begun = found = _findings(room)
    with (room / "log").open("ab") as log:
        while (left := round(until - time.monotonic())) > 0 and found - begun < MOST:
            done = subprocess.run(
                [sys.executable, "-m", "fuzz.run", "--child", name, str(left)], stdout=log, stderr=log, check=False
            )
            if done.returncode in INTERRUPTED:
                break
            found = _findings(room)
            if done.returncode not in (0, *BROKEN):
                raise SystemExit(f"{name} did not run; see {room / 'log'}")
    print(f"{name}: {seconds} s, {found - begun} found; {room / 'log'}", flush=True)
    return found - begun


def _child(name: str, seconds: str) -> None:
    """LibFuzzer takes over this process."""
    import atheris

    # Looking for a beginning or an end happens in C, out of sight; with this, libFuzzer sees what was looked for. (The
    # like for regular expressions breaks on patterns of bytes in atheris 3.0.)
    atheris.enabled_hooks.add("str")
    with atheris.instrument_imports(include=["docctl"]):
        from fuzz import seeds, targets
    room = ROOM / name
    options = (
        f"-max_total_time={seconds} -timeout={SLOWEST} -report_slow_units=2 -rss_limit_mb={MEMORY} -print_final_stats=1"
        f" -len_control=0 -max_len={seeds.LARGEST.get(name, 4096)} -dict={room / 'words'}"
        f" -artifact_prefix={room}/found-"
    ).split()
    atheris.Setup([name, *options, str(room / "corpus"), str(room / "seeds")], targets.CHECKS[name])
    atheris.Fuzz()


def main(words: list[str]) -> int:
    """Run the targets named, or all."""
    if words[:1] == ["--child"]:
        _child(*words[1:])
        return 0
    from fuzz.targets import CHECKS

    os.environ.setdefault("PYTHONPATH", str(ROOM.parent))
    return min(1, sum(_watched(name, int(words[0])) for name in words[1:] or CHECKS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
