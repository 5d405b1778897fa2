"""The other side of `peers.py`: makes and validates authentication repositories with TAF itself.

Run by an interpreter that has TAF (`pip install taf`), not by the one of docctl:

    authrepo.py make FOLDER SHORT LONG    two repositories with one history, FOLDER/short/auth and FOLDER/long/auth
    authrepo.py validate REPOSITORY       what `taf repo validate --strict --no-targets --no-deps` does; what it took

Every commit exchanges one target file of 6 KB and signs targets, snapshot and timestamp anew, with the kind of keys
that TAF makes by itself (RSA, 3,072 bits), one a role. TAF hashes every target file at every commit, so one file is
what is cheapest for it. Everything lies on this disk: the repository is its own remote. The signed timestamp expires
after a day, so the repositories are made anew for every measurement.
"""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from common import processor

ROLES = ("root", "targets", "snapshot", "timestamp")
WORDS = "bu sənəd prosedur tələblərə uyğun olaraq hazırlanır məsul şəxs tərəfindən icra edilir nəzarət olunur".split()  # noqa: SIM905


def make(folder: Path, short: int, long: int) -> None:
    from taf.api.keystore import generate_keys
    from taf.api.repository import create_repository
    from taf.api.targets import register_target_files
    from taf.auth_repo import AuthenticationRepository
    from taf.yubikey.yubikey_manager import PinManager

    keystore, place = folder / "keystore", folder / "long" / "auth"
    place.parent.mkdir(parents=True)
    keystore.mkdir()
    roles = folder / "roles.json"
    roles.write_text(json.dumps({"roles": {name: {"number": 1, "threshold": 1} for name in ROLES}}))
    # TAF asks for a passphrase a key; none is given.
    sys.stdin = io.StringIO("\n" * len(ROLES))
    generate_keys(str(keystore), str(roles))
    pins = PinManager()
    target = place / "targets" / "document.md"
    target.parent.mkdir(parents=True)
    luck = random.Random(1)
    target.write_text(_text(luck, 0), "utf-8")
    create_repository(str(place), pins, str(keystore), str(roles), commit=True)
    repository = AuthenticationRepository(path=place, pin_manager=pins)
    while (count := _commits(place)) < long:
        if count == short:
            shutil.copytree(folder / "long", folder / "short")
        target.write_text(_text(luck, count), "utf-8")
        register_target_files(
            place, pins, str(keystore), auth_repo=repository, commit=True, push=False, commit_msg=f"Entry {count}"
        )
        if _commits(place) != count + 1:
            raise SystemExit(f"TAF made no commit after {count}")


def validate(place: Path) -> dict[str, float]:
    """What it took, imports not counted; raises what TAF raises if it finds anything wrong."""
    from taf.updater.updater import validate_repository

    # If it were there, TAF would begin behind what it validated last.
    assert not (place.parent / "_auth" / "last_validated_commit").exists()
    used, started = processor(), time.perf_counter()
    validate_repository(str(place), strict=True, no_targets=True, no_deps=True)
    wall = time.perf_counter() - started
    return {"wall": wall, "cpu": processor() - used, "commits": _commits(place)}


def _text(luck: random.Random, number: int) -> str:
    lines = [f"# Sənəd, redaksiya {number}\n"]
    while sum(len(line.encode()) for line in lines) < 6000:
        lines.append(" ".join(luck.choices(WORDS, k=18)) + ".\n")
    return "\n".join(lines)


def _commits(place: Path) -> int:
    line = ["git", "-C", str(place), "rev-list", "--count", "HEAD"]
    return int(subprocess.run(line, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    verb, place, *numbers = sys.argv[1:]
    if verb == "make":
        make(Path(place).resolve(), *(int(one) for one in numbers))
    else:
        print(json.dumps(validate(Path(place).resolve())))


if __name__ == "__main__":
    main()
