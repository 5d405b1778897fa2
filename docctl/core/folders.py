"""What the judge looks at beside the messages: the root tree, and the files of a folder that an entry brings."""

from __future__ import annotations

from typing import Any

from docctl.core import content
from docctl.core.commit import Commit
from docctl.core.state import State
from docctl.core.step import Broken
from docctl.errors import Malformed


def check_tree(commit: Commit, expected: str | None) -> None:
    """That the root tree is the one predicted; None: a projection cannot predict it."""
    if expected is not None and commit.tree != expected:
        raise Broken("undeclared-change")


def at_hand(state: State, folder: str | None) -> bool:
    """Whether a folder can be looked into: always, but of a projection only what it carries."""
    return state.carried is None or folder in state.carried


def content_of(state: State, event: Any) -> dict[str, bytes]:
    """The folder's files, whose digest must be the one stated."""
    try:
        files = state.shelf.files(event.tree)
    except Malformed as error:
        raise Broken("tree-invalid", problem=error.code) from None
    if content.digest(files) != event.content:
        raise Broken("content-digest")
    return files
