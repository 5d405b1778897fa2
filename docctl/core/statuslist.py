r"""The status list: for every number, which revision is in force on a day. One file, signed beside, read strictly.

    {
     "anchor": "docctl/<library id> <organisation>",
     "checkpoint": "docctl/<library id>\n41\n<root>\n\n",
     "day": "2026-11-22",                                    the end of this day, or the instant below
     "documents": [{"digest": "…", "effective": "2026-11-01", "languages": ["az"], "number": "PRO-01",
                    "pending": {"effective": "2027-01-01", "revision": 3}, "revision": 2, "status": "in-force",
                    "successor": null, "titles": {"az": "…"}, "type": "procedure"}],
     "format": "docctl-status/1",
     "head": "<commit id of the last entry>",
     "made": 1795376677,
     "offset": "+0400",
     "renewed-within": 30                                    days; an older list is said to be old
    }

The spelling is that of the proof: names sorted, one blank of indent, UTF-8, a final newline. `revision`, `effective`
and `digest` are of what is in force; null where nothing is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from docctl.core.checkpoint import Anchor, Checkpoint, read_anchor, read_checkpoint
from docctl.core.values import value
from docctl.errors import Malformed

FORMAT = "docctl-status/1"
NAMESPACE = "docctl-status"
MAX_LIST = 16 * 1024 * 1024
RENEWED_WITHIN = 30
_FAMILY = FORMAT.rpartition("/")[0] + "/"


@value
class Listed:
    """One document on the list."""

    number: str
    type: str
    titles: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    status: str
    revision: int | None
    effective: date | None
    digest: str | None
    successor: str | None
    pending: tuple[int, date] | None


@value
class StatusList:
    """What is in force in one library on one day.

    Attributes:
        made: The instant that it speaks of, seconds since 1970 UTC.
        offset: In which days are told.
        renewed_within: Days after which it is old.
    """

    anchor: Anchor
    checkpoint: Checkpoint
    head: str
    day: date
    made: int
    offset: str
    renewed_within: int
    documents: tuple[Listed, ...]


def encode(one: StatusList) -> bytes:
    """The list as a file."""
    plain = {
        "format": FORMAT,
        "anchor": str(one.anchor),
        "checkpoint": str(one.checkpoint),
        "head": one.head,
        "day": one.day.isoformat(),
        "made": one.made,
        "offset": one.offset,
        "renewed-within": one.renewed_within,
        "documents": [_row(row) for row in one.documents],
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _row(row: Listed) -> dict[str, object]:
    pending = {"revision": row.pending[0], "effective": row.pending[1].isoformat()} if row.pending else None
    return {
        "number": row.number,
        "type": row.type,
        "titles": dict(row.titles),
        "languages": list(row.languages),
        "status": row.status,
        "revision": row.revision,
        "effective": row.effective.isoformat() if row.effective else None,
        "digest": row.digest,
        "successor": row.successor,
        "pending": pending,
    }


def decode(data: bytes) -> StatusList:
    """The list in a file; only in the spelling that `encode` has.

    Raises:
        Malformed: `list-newer`, `list-unreadable`.
    """
    try:
        plain = json.loads(data) if len(data) <= MAX_LIST else None
    except (ValueError, RecursionError):
        plain = None
    stated = plain.get("format") if isinstance(plain, dict) else None
    if isinstance(stated, str) and stated != FORMAT and stated.startswith(_FAMILY):
        raise Malformed("list-newer", format=stated[:40])
    try:
        found = _list(plain)
        same = encode(found) == data
    except (Malformed, KeyError, TypeError, ValueError, AttributeError):
        raise Malformed("list-unreadable") from None
    if not same:
        raise Malformed("list-unreadable")
    return found


def _list(plain: Any) -> StatusList:
    return StatusList(
        anchor=read_anchor(plain["anchor"]),
        checkpoint=read_checkpoint(plain["checkpoint"]),
        head=_text(plain["head"]),
        day=date.fromisoformat(plain["day"]),
        made=_number(plain["made"]),
        offset=_text(plain["offset"]),
        renewed_within=_number(plain["renewed-within"]),
        documents=tuple(_listed(one) for one in plain["documents"]),
    )


def _listed(plain: Mapping[str, Any]) -> Listed:
    pending = plain["pending"]
    return Listed(
        number=_text(plain["number"]),
        type=_text(plain["type"]),
        titles=tuple((_text(name), _text(title)) for name, title in plain["titles"].items()),
        languages=tuple(_text(one) for one in plain["languages"]),
        status=_text(plain["status"]),
        revision=None if plain["revision"] is None else _number(plain["revision"]),
        effective=None if plain["effective"] is None else date.fromisoformat(plain["effective"]),
        digest=None if plain["digest"] is None else _text(plain["digest"]),
        successor=None if plain["successor"] is None else _text(plain["successor"]),
        pending=(_number(pending["revision"]), date.fromisoformat(pending["effective"])) if pending else None,
    )


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError
    return found


def _number(found: Any) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**53:
        raise TypeError
    return found
