"""Small histories, made of bytes, and stock git beside them."""

from __future__ import annotations

import os
import subprocess
import zlib

from docctl.core.commit import object_id

EMPTY_TREE = object_id("tree", b"")


def commit(parent: str | None, number: int, tree: str = EMPTY_TREE) -> tuple[str, bytes]:
    above = f"parent {parent}\n" if parent else ""
    who = f"A <a@example.org> {1_700_000_000 + number} +0400"
    raw = f"tree {tree}\n{above}author {who}\ncommitter {who}\n\nentry {number}\n".encode()
    return object_id("commit", raw), raw


def extend(ledger, count):
    """Append so many entries in one step; their ids."""
    old = head = ledger.head()
    start = 0 if head is None else sum(1 for _ in ledger.commits(None, head))
    objects, ids = [("tree", b"")], []
    for number in range(start, start + count):
        head, raw = commit(head, number)
        objects.append(("commit", raw))
        ids.append(head)
    ledger.append(objects, ids[-1], old)
    return ids


def stock(*words, cwd, stdin=None):
    """What stock git says, in an environment without the user's settings."""
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    who = {f"GIT_{role}_{part}": "t@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    done = subprocess.run(["git", *words], cwd=cwd, env={**env, **who}, input=stdin, capture_output=True, check=True)
    return done.stdout.decode().strip()


def loose(ledger, one):
    return ledger.git_dir / "objects" / one[:2] / one[2:]


def plant(ledger, one, kind, data):
    """Put a loose object under a name that need not be its own."""
    path = loose(ledger, one)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(zlib.compress(b"%s %d\0" % (kind.encode(), len(data)) + data))
