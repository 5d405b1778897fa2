"""The same pages are drawn once for all tests of a process that are not about drawing.

Every `submit` tries whether a text can be drawn, and every `approve` draws what is signed; dozens of tests do both with
the starter's texts. What was drawn of a copy is given again for a copy that is the same in every attribute.
"""

from __future__ import annotations

import hashlib
from functools import cache

import pytest

from docctl.core.copies import ControlledCopy
from docctl.library import copying

_REALLY = copying.drawn
_KEPT: dict[str, bytes] = {}


@cache
def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _again(form: str, copy: ControlledCopy) -> bytes:
    if copy.attachments:  # what carries a proof is another each time
        return _REALLY(form, copy)
    key = _digest(f"{form} {copy!r}".encode("utf-8", "surrogateescape"))
    if key not in _KEPT:
        _KEPT[key] = _REALLY(form, copy)
    return _KEPT[key]


def use(patch: pytest.MonkeyPatch) -> None:
    """From here on, until the patch is undone."""
    patch.setattr(copying, "drawn", _again)
