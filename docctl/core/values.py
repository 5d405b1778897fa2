"""Another value of the same class, with some attributes exchanged."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def _reading(kind: type[Any]) -> tuple[tuple[str, ...], Any]:
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)


def replace(value: T, /, **changes: Any) -> T:
    """As `dataclasses.replace`, for values of two attributes and more, in half the time."""
    names, read = _reading(type(value))  # type: ignore[arg-type]
    return type(value)(**(dict(zip(names, read(value), strict=True)) | changes))
