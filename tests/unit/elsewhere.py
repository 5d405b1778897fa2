"""The same program in other surroundings: other time zone, locale, home, folder and order of hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def told_elsewhere(program: str, folder: Path) -> set[str]:
    """What a program that may import the tests beside this file prints there."""
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    return {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", program],
            env={"PYTHONPATH": path, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "HOME": str(folder)},
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for zone, locale, seed in (("Asia/Baku", "C", "1"), ("America/New_York", "tr_TR.UTF-8", "4242"))
    }
