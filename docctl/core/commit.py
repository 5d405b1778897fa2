"""The strict grammar of one commit: an entry's outer shell.

One regular expression must match the whole object (`docs/format.md`, section "Commit"); what git itself would tolerate
(a second signature header, `mergetag`, `encoding`, bytes behind the signature) is refused, because each of these
changes the commit's id, or what people see of it, without breaking the signature.

Example:
    >>> parse(b"tree 0")
    Traceback (most recent call last):
    docctl.errors.Malformed: signature-missing()
"""

from __future__ import annotations

import hashlib
import re

from docctl.core.values import value
from docctl.errors import Malformed

_COMMIT = re.compile(
    rb"tree ([0-9a-f]{40})\n"
    rb"(?:parent ([0-9a-f]{40})\n)?"
    rb"author ([^<>\n\x00]{1,200}) <([^<>\n\x00 ]{1,200})> "
    rb"(0|[1-9][0-9]{0,10}) ((?!-0000)[+-](?:0[0-9]|1[0-4])[0-5][0-9])\n"
    rb"committer \3 <\4> \5 \6\n"
    rb"(gpgsig (-----BEGIN SSH SIGNATURE-----\n(?: [A-Za-z0-9+/=]{1,70}\n){1,60} -----END SSH SIGNATURE-----\n))"
    rb"\n"
)
_TREE = re.compile(rb"tree ([0-9a-f]{40})\n")


@value
class Commit:
    """One parsed commit.

    Attributes:
        id: SHA-1 of the object, 40 hex.
        payload: The object without its signature header: what was signed, and leaf of the checkpoint's tree.
        armor: The armored signature with its final newline.
        at: Seconds since 1970, UTC.
        offset: The signer's offset from UTC, `+0400`.
        message: UTF-8 bytes behind the blank line.
    """

    id: str
    payload: bytes
    armor: bytes
    tree: str
    parent: str | None
    name: str
    email: str
    at: int
    offset: str
    message: bytes


def object_id(kind: str, data: bytes) -> str:
    """Git's name of an object: SHA-1 of its kind, size and bytes, 40 hex."""
    digest = hashlib.sha1(b"%s %d\x00" % (kind.encode(), len(data)), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def parse(raw: bytes, commit_id: str | None = None) -> Commit:
    """The commit in these bytes.

    Args:
        raw: The object's bytes, without git's own header.
        commit_id: Its id, if the caller hashed it already.

    Raises:
        Malformed: with the code of the rule that the bytes break.
    """
    found = _COMMIT.match(raw)
    if found is None:
        raise Malformed(_diagnosis(raw))
    tree, parent, name, email, at, offset, header, armor = found.groups()
    cut = found.start(7)
    try:
        return Commit(
            id=commit_id or object_id("commit", raw),
            payload=raw[:cut] + raw[cut + len(header) :],
            armor=armor.replace(b"\n ", b"\n"),
            tree=tree.decode(),
            parent=parent.decode() if parent else None,
            name=name.decode(),
            email=email.decode(),
            at=int(at),
            offset=offset.decode(),
            message=raw[found.end() :],
        )
    except UnicodeDecodeError:
        raise Malformed("commit-grammar") from None


def tree_of(raw: bytes) -> str | None:
    """The tree that even a malformed commit names; None where there is none."""
    found = _TREE.match(raw)
    return found.group(1).decode() if found else None


def unsigned(tree: str, parent: str | None, who: tuple[str, str], when: tuple[int, str], message: bytes) -> bytes:
    """The payload of a commit: everything but the signature."""
    ident = f"{who[0]} <{who[1]}> {when[0]} {when[1]}"
    lines = [f"tree {tree}", *([f"parent {parent}"] if parent else []), f"author {ident}", f"committer {ident}"]
    return "\n".join(lines).encode() + b"\n\n" + message


def signed(payload: bytes, armor: str) -> bytes:
    """The commit object: the payload with its armored signature as last header."""
    head, _, message = payload.partition(b"\n\n")
    return head + b"\ngpgsig " + armor.rstrip("\n").replace("\n", "\n ").encode() + b"\n\n" + message


def _diagnosis(raw: bytes) -> str:
    """Which rule a commit breaks that the grammar does not match."""
    head = raw.partition(b"\n\n")[0]
    if head.count(b"\nparent ") > 1:
        return "not-linear"
    if b"\ngpgsig" not in head:
        return "signature-missing"
    if head.count(b"\ngpgsig") == 1 and b"\ngpgsig -----BEGIN SSH SIGNATURE-----\n" not in head:
        return "signature-format"
    return "commit-grammar"


def parent_of(raw: bytes) -> str | None:
    """The parent that even a malformed commit names first; None where there is none."""
    found = re.match(rb"tree [0-9a-f]{40}\nparent ([0-9a-f]{40})\n", raw)
    return found.group(1).decode() if found else None
