"""Rows of kept state whose digest is right and whose content is not: damaged, and nothing else is raised."""

from __future__ import annotations

import sqlite3
import typing
from dataclasses import is_dataclass
from pathlib import Path

import pytest

from docctl.adapters import statestore
from docctl.adapters.statestore import DamagedState, StateStore
from docctl.core.authority import Authority
from docctl.core.model import Document, Violation
from docctl.core.records import Record

FORMAT = statestore._FORMAT


@pytest.fixture
def store():
    made = StateStore(Path("nowhere"))
    made.connection = sqlite3.connect(":memory:")
    made.connection.execute("create table kept (kind text, key text, value blob, primary key (kind, key))")
    yield made
    made.close()


def put(store, kind, key, value):
    data = statestore._packed(value)
    named = statestore._digest(data) if kind == "head" else b""
    store.connection.execute("insert into kept values (?, ?, ?)", (kind, key, named + data))
    return statestore._digest(data)


@pytest.mark.parametrize(
    "value", ["text", ("format", FORMAT), 7, None, {"format": FORMAT}, {"format": FORMAT, "index": 3}]
)
def test_a_head_of_another_shape_is_damaged(store, value):
    """Found by fuzzing: it was an AttributeError, or a KeyError."""
    put(store, "head", "", value)
    with pytest.raises(DamagedState):
        store.load()
    assert store.buckets("documents") == ()


@pytest.mark.parametrize("value", ["text", ("a", "b"), 7, None])
def test_a_bucket_of_another_shape_is_damaged(store, value):
    """Found by fuzzing: whatever it was, it was given to somebody who asked for a table."""
    mark = put(store, "documents", "00", value)
    put(store, "head", "", {"format": FORMAT, "index": {("documents", "00"): mark}})
    assert store.load() is not None
    with pytest.raises(DamagedState):
        store.bucket("documents", "00")


def test_a_head_of_another_docctl_is_not_used(store):
    put(store, "head", "", {"format": "0"})
    assert store.load() is None


def _reached(kind: object, found: set[type]) -> set[type]:
    """Every value class that a value of this kind may hold, at any depth."""
    for part in typing.get_args(kind):
        _reached(part, found)
    if isinstance(kind, type) and is_dataclass(kind) and kind not in found:
        found.add(kind)
        for hint in typing.get_type_hints(kind).values():
            _reached(hint, found)
    return found


def test_every_value_class_that_a_state_holds_can_be_read_back():
    held = set().union(*(_reached(kind, set()) for kind in (Document, Record, Authority, Violation)))
    assert len(held) > 15
    assert {kind.__module__ for kind in held} <= set(statestore._MODULES)
