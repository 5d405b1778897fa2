"""The register as it stands: its rows are kept by parts, and only those parts are made anew in which an entry came or a
publication took effect.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.adapters.statestore import StateStore, Table
from docctl.core.model import Document
from docctl.core.state import State
from docctl.library import views
from docctl.library.deciding import authority_of
from docctl.library.views import Row

Part = tuple[bytes, int, int, list[tuple[object, ...]]]
"""Digest of the documents, the instants from which and before which the rows hold, and the rows."""
_FOR_EVER = 2**62


def register(state: State, store: StateStore | None, moment: int, language: str) -> tuple[Row, ...]:
    """Every document with its status at a moment, by number."""
    table = state.documents
    if store is None or not isinstance(table, Table) or table.changed:
        return tuple(views.row(state, table[name], moment, language) for name in sorted(table))
    stamp = authority_of(state).entry
    kept: dict[str, Part] = store.rows(language, stamp) or {}
    digests = store.digests(table.name)
    parts = {bucket: part for bucket, part in kept.items() if _holds(part, digests.get(bucket), moment)}
    stale = digests.keys() - parts.keys()
    if stale:
        for bucket, documents in table.inside(stale).items():
            parts[bucket] = _part(state, digests[bucket], documents, moment, language)
        store.keep_rows(language, stamp, parts)
    return tuple(sorted((views.restored(row) for part in parts.values() for row in part[3]), key=lambda row: row.id))


def _holds(part: Part, digest: bytes | None, moment: int) -> bool:
    return part[0] == digest and part[1] <= moment < part[2]


def _part(state: State, digest: bytes, documents: Iterable[Document], moment: int, language: str) -> Part:
    rows: list[tuple[object, ...]] = []
    until = _FOR_EVER
    for one in documents:
        until = min(until, *(turn for p in one.publications for turn in p.turns if turn > moment), _FOR_EVER)
        rows.append(views.flat(views.row(state, one, moment, language)))
    return digest, moment, until, rows
