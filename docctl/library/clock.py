"""The only clock. Everything below takes instants and days as values."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

from docctl.core import days
from docctl.errors import Refused

SKEW = 300
# A signed library says something at least once a year (ISO 9001, 9.3): a longer silence is more likely a wrong clock,
# and an entry from the future, once in, cannot be taken back.
SILENCE = 400
# The longest pause between two tries, seconds.
PAUSE = 8.0


def now() -> int:
    """This instant, seconds since 1970 UTC."""
    return int(time.time())


def local_offset() -> str:
    """This machine's offset from UTC just now, `+0400`."""
    return time.strftime("%z", time.localtime()) or "+0000"


def reading(last: int, offsets: tuple[str, ...]) -> tuple[int, str]:
    """Instant and offset by this clock, taken as not before the last entry.

    Args:
        last: Instant of the last accepted entry.
        offsets: Allowed offsets; the machine's own if it is among them, else the first.
    """
    offset = local_offset()
    return max(now(), last), offset if offset in offsets else offsets[0]


def problem(last: int, offset: str) -> str | None:
    """What is wrong with this clock beside a ledger whose last entry is of that instant: a code, or None."""
    instant = now()
    if last - instant > SKEW:
        return "clock-behind"
    today = days.day_of(instant, offset)
    silent = (today - days.day_of(last, offset)).days
    return "clock-ahead" if silent > SILENCE and os.environ.get("DOCCTL_TODAY") != today.isoformat() else None


def signing_time(last: int, offsets: tuple[str, ...]) -> tuple[int, str]:
    """Instant and offset for a new entry: not before the last one, in an offset that the charter allows.

    Raises:
        Refused: `clock-behind`: the clock stands more than five minutes before the ledger's last entry;
            `clock-ahead`: more than 400 days after it, and nobody vouched for the day in `DOCCTL_TODAY`.
    """
    instant, offset = reading(last, offsets)
    wrong = problem(last, offset)
    if wrong:
        raise Refused(
            wrong, clock=days.shown(now(), offset), last=days.shown(last, offset), day=days.day_of(now(), offset)
        )
    return instant, offset


def tries(seconds: float) -> Iterator[int]:
    """The numbers of tries, from 0, until the time is up; at least two.

    Between two there is a pause by chance, so that those who wait for the same thing do not come back together. It may
    be as long as two tries took, then four, then eight: a slow line waits longer than a fast one.
    """
    dice, start, number = random.SystemRandom(), time.monotonic(), 0
    while number < 2 or time.monotonic() - start < seconds:
        began = time.monotonic()
        yield number
        number += 1
        time.sleep(dice.uniform(0, min(PAUSE, (time.monotonic() - began) * 2.0 ** min(number, 10))))
