r"""The proof that a copy carries: the entries of the charter and of one document, each with its way to one root.

    {
     "also": [],                                             documents that the drawing hangs on: the layout
     "anchor": "docctl/<library id> <organisation>",
     "folders": [{"entry": 0, "files": {"library.yaml": "…", …}, "pictures": {"emblem.png": "<base64>"}}],
     "checkpoint": "docctl/<library id>\n41\n<root>\n\n",       a C2SP tlog-checkpoint
     "document": "PRO-01",
     "drawn": {"form": "pdf", "language": "az", …},          what else the copy was drawn from
     "entries": [{"commit": "tree …", "inclusion": "index 0\n<hash>\n…"}],   the lines of a C2SP tlog-proof@v1
     "format": "docctl-proof/1",
     "revision": 2
    }

JSON of one spelling (names sorted, one blank of indent a level, UTF-8, a final newline), packed as xz. Whoever has no
docctl takes an entry out with any JSON reader and has stock git and ssh-keygen look at it (`docs/check.md`).

Not for: believing anything of it. `projection` judges.
"""

from __future__ import annotations

import json
import lzma
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from docctl.core import merkle
from docctl.core.checkpoint import Anchor, Checkpoint, read_anchor, read_checkpoint
from docctl.core.merkle import Inclusion
from docctl.core.values import value
from docctl.errors import Malformed

FORMAT = "docctl-proof/1"
NAME = "docctl-proof.json.xz"
MEDIA_TYPE = "application/x-xz"
MAX_PACKED = 4 * 1024 * 1024
MAX_PLAIN = 32 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_LINES = 1_000
_MEMORY = 64 * 1024 * 1024
_FAMILY = FORMAT.rpartition("/")[0] + "/"


@value
class Proven:
    """One entry: the whole commit, and its way to the root."""

    commit: bytes
    inclusion: Inclusion


@value
class Drawn:
    """What a copy was drawn from besides ledger and text, so that it can be drawn again.

    Attributes:
        form: `pdf` or `docx`.
        language: Of the copy; two of a bilingual one, `az,en`.
        moment: The instant asked about, seconds since 1970 UTC: of it is the status.
        made: The instant of the last entry of the ledger then, the only time in the file.
        number: Number of a controlled copy; 0 for one that is not numbered.
        holder: Who holds a numbered copy.
        place: Where it is kept.
        tools: What drew it, by name: `docctl`, `typst`, … to a version.
    """

    form: str
    language: str
    moment: int
    made: int
    number: int = 0
    holder: str = ""
    place: str = ""
    tools: tuple[tuple[str, str], ...] = ()


@value
class Proof:
    """The projection of a ledger onto the charter and one document.

    Attributes:
        folders: Entry to the files of the charter, or of the document beside, that it proposes, in order.
        also: Documents beside, whose entries are there too: what the copy is drawn by, such as a layout.
    """

    anchor: Anchor
    checkpoint: Checkpoint
    document: str
    revision: int
    entries: tuple[Proven, ...]
    folders: tuple[tuple[int, tuple[tuple[str, bytes], ...]], ...]
    drawn: Drawn
    also: tuple[str, ...] = ()


def encode(proof: Proof) -> bytes:
    """The proof as text, not packed."""
    drawn = {name: getattr(proof.drawn, name) for name in Drawn.__slots__}  # type: ignore[attr-defined]
    plain = {
        "format": FORMAT,
        "anchor": str(proof.anchor),
        "checkpoint": str(proof.checkpoint),
        "document": proof.document,
        "revision": proof.revision,
        "entries": [{"commit": one.commit.decode(), "inclusion": str(one.inclusion)} for one in proof.entries],
        "folders": [
            {
                "entry": entry,
                "files": {name: data.decode() for name, data in files if _is_text(name)},
                "pictures": {name: b64encode(data).decode() for name, data in files if not _is_text(name)},
            }
            for entry, files in proof.folders
        ],
        "also": list(proof.also),
        "drawn": {**drawn, "tools": dict(proof.drawn.tools)},
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _is_text(name: str) -> bool:
    return name.endswith((".yaml", ".md"))


def pack(proof: Proof) -> bytes:
    """The proof as a copy carries it."""
    return lzma.compress(encode(proof), preset=6)


def unpack(data: bytes) -> bytes:
    """The text of a packed proof.

    Raises:
        Malformed: `proof-too-large`, `proof-unreadable`.
    """
    if len(data) > MAX_PACKED:
        raise Malformed("proof-too-large", limit=MAX_PACKED)
    reader = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
    try:
        plain = reader.decompress(data, MAX_PLAIN + 1)
    except (lzma.LZMAError, EOFError):
        raise Malformed("proof-unreadable", part="xz") from None
    if len(plain) > MAX_PLAIN:
        raise Malformed("proof-too-large", limit=MAX_PLAIN)
    if not reader.eof or reader.unused_data:
        raise Malformed("proof-unreadable", part="xz")
    return plain


def decode(data: bytes) -> Proof:
    """The proof in a text; only in the spelling that `encode` has.

    Raises:
        Malformed: `proof-newer`, `proof-too-large`, `proof-unreadable` (with the part).
    """
    if len(data) > MAX_PLAIN:
        raise Malformed("proof-too-large", limit=MAX_PLAIN)
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        raise Malformed("proof-unreadable", part="json") from None
    stated = plain.get("format") if isinstance(plain, dict) else None
    if isinstance(stated, str) and stated != FORMAT and stated.startswith(_FAMILY):
        raise Malformed("proof-newer", format=stated[:40])
    proof = _proof(_Part(plain, "proof"))
    try:
        same = encode(proof) == data
    except UnicodeError:
        same = False
    if not same:
        raise Malformed("proof-unreadable", part="spelling")
    return proof


class _Part:
    """A JSON object whose names are taken one by one."""

    def __init__(self, plain: Any, where: str) -> None:
        self.where = where
        self.plain: Mapping[str, Any] = plain if isinstance(plain, dict) else {}

    def take(self, name: str, kind: type[Any]) -> Any:
        found = self.plain.get(name)
        # True is an int of Python's, not of JSON's.
        if not isinstance(found, kind) or isinstance(found, bool):
            raise Malformed("proof-unreadable", part=f"{self.where}.{name}")
        return found

    def text(self, name: str) -> str:
        found: str = self.take(name, str)
        return found

    def number(self, name: str) -> int:
        found: int = self.take(name, int)
        if not 0 <= found < 2**53:
            raise Malformed("proof-unreadable", part=f"{self.where}.{name}")
        return found

    def parts(self, name: str, most: int) -> list[_Part]:
        found: list[Any] = self.take(name, list)
        if len(found) > most:
            raise Malformed("proof-too-large", limit=most)
        return [_Part(one, f"{self.where}.{name}") for one in found]

    def lines(self, name: str) -> tuple[str, ...]:
        found: list[Any] = self.take(name, list)
        if len(found) > MAX_LINES or not all(isinstance(line, str) for line in found):
            raise Malformed("proof-unreadable", part=f"{self.where}.{name}")
        return tuple(found)

    def texts(self, name: str) -> dict[str, str]:
        found: dict[str, Any] = self.take(name, dict)
        if not all(isinstance(one, str) for one in found.values()):
            raise Malformed("proof-unreadable", part=f"{self.where}.{name}")
        return found


def _proof(part: _Part) -> Proof:
    try:
        anchor, mark = read_anchor(part.text("anchor")), read_checkpoint(part.text("checkpoint"))
    except Malformed as error:
        raise Malformed("proof-unreadable", part=error.code) from None
    return Proof(
        anchor=anchor,
        checkpoint=mark,
        document=part.text("document"),
        revision=part.number("revision"),
        entries=tuple(
            Proven(_bytes(one.text("commit")), merkle.read_inclusion(one.text("inclusion")))
            for one in part.parts("entries", MAX_ENTRIES)
        ),
        folders=tuple((one.number("entry"), _folder(one)) for one in part.parts("folders", MAX_ENTRIES)),
        also=part.lines("also"),
        drawn=_drawn(_Part(part.take("drawn", dict), "drawn")),
    )


def _folder(part: _Part) -> tuple[tuple[str, bytes], ...]:
    texts = {name: _bytes(text) for name, text in part.texts("files").items()}
    try:
        pictures = {name: b64decode(text) for name, text in part.texts("pictures").items()}
    except ValueError:
        raise Malformed("proof-unreadable", part="pictures") from None
    return tuple(sorted((texts | pictures).items()))


def _drawn(part: _Part) -> Drawn:
    return Drawn(
        form=part.text("form"),
        language=part.text("language"),
        moment=part.number("moment"),
        made=part.number("made"),
        number=part.number("number"),
        holder=part.text("holder"),
        place=part.text("place"),
        tools=tuple(part.texts("tools").items()),
    )


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Malformed("proof-unreadable", part="text") from None
