"""The only clock. Everything below takes instants and days as values."""

from __future__ import annotations

import time

from docctl.core import days
from docctl.errors import Refused

SKEW = 300


def now() -> int:
    """This instant, seconds since 1970 UTC."""
    return int(time.time())


def local_offset() -> str:
    """This machine's offset from UTC just now, `+0400`."""
    return time.strftime("%z", time.localtime()) or "+0000"


def signing_time(last: int, offsets: tuple[str, ...]) -> tuple[int, str]:
    """Instant and offset for a new entry: not before the last one, in an offset that the charter allows.

    Args:
        last: Instant of the last accepted entry.
        offsets: Allowed offsets; the machine's own if it is among them, else the first.

    Raises:
        Refused: `clock-behind`: the clock stands more than five minutes before the ledger's last entry.
    """
    instant = now()
    offset = local_offset()
    offset = offset if offset in offsets else offsets[0]
    if last - instant > SKEW:
        raise Refused("clock-behind", clock=days.shown(instant, offset), last=days.shown(last, offset))
    return max(instant, last), offset
