"""The two places where a real and an in-memory implementation stand behind one interface.

Everything below is bytes and ids. Meaning is made in `commit`, `message` and `judge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

from docctl.core.values import value

Kind = Literal["commit", "tree", "blob"]

MAX_BLOB = 32 * 1024 * 1024
MAX_TREE = 8 * 1024 * 1024
MAX_COMMIT = 64 * 1024
LIMITS: dict[Kind, int] = {"commit": MAX_COMMIT, "tree": MAX_TREE, "blob": MAX_BLOB}


@value
class Seal:
    """What opening a signature found, without asking who may sign.

    Attributes:
        key: The public key that signed, as one OpenSSH line without comment: `<algorithm> <base64>`; "" if unreadable.
        fingerprint: `SHA256:<unpadded base64>` of that key's blob; "" if unreadable.
        problem: Rule code of what is wrong with the signature or the key, or None.
        algorithm: Signature algorithm, for explanations.
        verified_user: FIDO user verification flag; None where the key type knows none.
    """

    key: str
    fingerprint: str
    problem: str | None = None
    algorithm: str = ""
    verified_user: bool | None = None


class Ledger(Protocol):
    """A linear history of commits on `refs/heads/main`, as bytes.

    Every object handed out was hashed and is of the type asked for.
    Raises: `Unavailable("object-missing" | "object-corrupt" | "object-too-large", id=…)`.
    """

    def head(self) -> str | None:
        """Commit id of the last entry; None for an empty ledger."""

    def commits(self, after: str | None, upto: str) -> Iterator[tuple[str, bytes]]:
        """Id and raw bytes of each commit behind `after` up to and with `upto`, oldest first.

        A commit over the limit is hashed whole and handed out cut off one byte behind the limit, so that one stranger's
        commit does not stop the judging.

        Only a convenience of order: the chain check compares each parent itself.
        """

    def fetch(self, kind: Kind, ids: Iterable[str], *, cut: bool = False) -> Iterator[tuple[str, bytes]]:
        """The objects of one kind with these ids, in order, requested ahead of reading.

        With `cut`, one over the limit is hashed whole and handed out cut off one byte behind the limit.
        """

    def append(self, objects: Iterable[tuple[Kind, bytes]], new: str, old: str | None) -> None:
        """Store the objects, then move the head from `old` to `new` in one step.

        Raises: `LedgerChanged` if the head is not `old`; nothing is visible then.
        """


class Signer(Protocol):
    """Somebody who can sign."""

    @property
    def key(self) -> str:
        """The public key as one OpenSSH line without comment."""

    def sign(self, payload: bytes, namespace: str) -> str:
        """An armored SSHSIG over the payload: BEGIN line, 70-column base64, END line, final newline.

        Raises: `Untrusted` (wrong passphrase, refused by the device), `Unavailable` (ssh-keygen or agent missing).
        """
