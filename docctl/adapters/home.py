"""What docctl keeps for one user: known anchors, keys, kept state. In `~/.docctl`, or where `DOCCTL_HOME` says."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from docctl.core.checkpoint import Anchor, read_anchor
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
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            whole = "".join(f"{one}\n" for one in (*known, anchor))
            temporary = self.path / f"anchors.{os.getpid()}"
            temporary.write_text(whole, "utf-8")
            temporary.replace(self.path / "anchors.txt")
        except OSError as error:
            raise Unavailable("not-writable", path=str(self.path), reason=error.strerror) from None
