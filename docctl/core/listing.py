"""What the page of a folder of copies shows: values handed to a renderer, all text already in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """The copies of one text in one language: (word for the format, address beside the page)."""

    language: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """One document in force.

    Attributes:
        since: Day from which its revision is in force.
        review: Day by which it is to be reviewed, "" for never.
        late: Whether that day has come.
        note: That the text holds for a time only, and until when.
    """

    number: str
    title: str
    revision: int
    since: str
    review: str
    late: bool
    links: tuple[Link, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something decided that is still to come: a revision, or a withdrawal, from a day."""

    number: str
    title: str
    what: str
    day: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A document that was withdrawn.

    Attributes:
        successor: Number of the document in its place, "" for none.
        listed: Whether that one stands on the page.
    """

    number: str
    title: str
    day: str
    successor: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in force on a day.

    Attributes:
        day: Sentence that says which.
        groups: A type's name, and its documents by number.
        library: The anchor's line.
        others: The same page in other languages: (language, its own name, address).
        labels: Words by code.
    """

    language: str
    organisation: str
    day: str
    groups: tuple[tuple[str, tuple[InForce, ...]], ...]
    ahead: tuple[Ahead, ...]
    gone: tuple[Gone, ...]
    library: str
    others: tuple[tuple[str, str, str], ...]
    labels: Mapping[str, str]
