"""Instants and days: an entry's day is its commit time in its own offset, so no time-zone table decides a verdict."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

_DAY = 86400
_EPOCH = date(1970, 1, 1)
_FIRST = _EPOCH.toordinal()


@lru_cache(maxsize=64)
def seconds(offset: str) -> int:
    """`+0430` in seconds."""
    value = int(offset[1:3]) * 3600 + int(offset[3:5]) * 60
    return -value if offset[0] == "-" else value


def day_of(at: int, offset: str) -> date:
    """The calendar day of an instant in an offset."""
    return date.fromordinal(_FIRST + (at + seconds(offset)) // _DAY)


def start_of(day: date, offset: str) -> int:
    """The instant of 00:00 of a day in an offset, seconds since 1970 UTC."""
    return (day - _EPOCH).days * _DAY - seconds(offset)


def shown(at: int, offset: str) -> str:
    """An instant for people: `2026-11-22 14:05 +04:00`."""
    zone = timezone(timedelta(seconds=seconds(offset)))
    return datetime.fromtimestamp(at, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M") + f" {offset[:3]}:{offset[3:]}"


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    index = min(day.year * 12 + day.month - 1 + months, date.max.year * 12 + 10)
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)
