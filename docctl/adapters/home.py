"""What docctl keeps for one user: known anchors, keys, kept state. In `~/.docctl`, or where `DOCCTL_HOME` says."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from docctl.core.checkpoint import Anchor, Checkpoint, read_anchor, read_checkpoint
from docctl.errors import Malformed, Unavailable


class Home:
    """The user's own folder.

    Attributes:
        path: Made when first written to.
    """

    def __init__(self, path: Path | None = None) -> None:
        given = os.environ.get("DOCCTL_HOME")
        self.path = path or (Path(given) if given else Path.home() / ".docctl")

    @property
    def keys(self) -> Path:
        """The folder of private keys, a file a person."""
        return self.path / "keys"

    def state(self, place: Path) -> Path:
        """The file of kept state for the ledger at a place."""
        name = hashlib.sha256(str(place.resolve()).encode()).hexdigest()[:24]
        return self.path / "state" / f"{name}.sqlite"

    def anchors(self) -> tuple[Anchor, ...]:
        """The anchors kept from `init` and `join`; a line that cannot be read counts as absent."""
        try:
            lines = (self.path / "anchors.txt").read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return ()
        known = []
        for line in lines:
            try:
                known.append(read_anchor(line))
            except Malformed:
                continue
        return tuple(known)

    def keep_anchor(self, anchor: Anchor) -> None:
        """Remember an anchor.

        Raises:
            Unavailable: `not-writable`.
        """
        known = self.anchors()
        if anchor.library in {one.library for one in known}:
            return
        self._keep("anchors.txt", "".join(f"{one}\n" for one in (*known, anchor)))

    def witnessed(self, library: str, key: str) -> Checkpoint | None:
        """The checkpoint of a library that a key cosigned last on this machine; None if it cosigned none.

        Raises:
            Unavailable: `not-readable`: whoever cannot remember what they cosigned must not cosign.
        """
        path = self.path / _witnessed(library, key)
        try:
            return read_checkpoint(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, Malformed) as error:
            reason = getattr(error, "strerror", None) or "checkpoint-unreadable"
            raise Unavailable("not-readable", path=str(path), reason=reason) from None

    def keep_witnessed(self, mark: Checkpoint, key: str) -> None:
        """Remember what a key cosigned.

        Raises:
            Unavailable: `not-writable`.
        """
        self._keep(_witnessed(mark.library, key), str(mark))

    def _keep(self, name: str, text: str) -> None:
        """Write a file of this folder, whole or not at all."""
        target = self.path / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = target.with_name(f"{target.stem}.{os.getpid()}")
            temporary.write_text(text, "utf-8")
            temporary.replace(target)
        except OSError as error:
            raise Unavailable("not-writable", path=str(self.path), reason=error.strerror) from None


def _witnessed(library: str, key: str) -> str:
    return f"witnessed/{library[:24]}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.txt"
