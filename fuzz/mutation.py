"""A driver without coverage: seeds, changed by chance that is the same every time.

It keeps every target alive in the test run (`tests/unit/test_fuzz_targets.py`) and works where atheris does not; it
is no replacement for it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence


def mutations(seeds: Sequence[bytes], words: Sequence[str], count: int, largest: int, seed: int = 0) -> Iterator[bytes]:
    """So many inputs: some seeds as they are, all others changed in one to four places."""
    chance = random.Random(seed)
    pieces = [word.encode() for word in words] or [b"\0"]
    for number in range(count):
        data = bytearray(seeds[number] if number < len(seeds) else chance.choice(seeds))
        for _ in range(0 if number < len(seeds) else chance.randint(1, 4)):
            at = chance.randint(0, len(data))
            upto = min(len(data), at + chance.randint(0, 24))
            match chance.randrange(6):
                case 0:
                    del data[at:upto]
                case 1:
                    data[at:at] = data[at:upto]
                case 2:
                    data[at:upto] = chance.choice(pieces)
                case 3:
                    data[at:at] = chance.randbytes(chance.randint(1, 4))
                case 4 if at < len(data):
                    data[at] ^= 1 << chance.randrange(8)
                case _:
                    other = chance.choice(seeds)
                    start = chance.randint(0, len(other))
                    data[at:upto] = other[start : start + chance.randint(1, 200)]
        yield bytes(data[:largest])
