"""The program that looks into a PDF from anywhere, run by `pdfcopy` as a process with bounded time and memory.

It reads a PDF from its input and writes one line of JSON and then the embedded files, one behind the other. It imports
nothing of docctl and is never imported by it; `words` as argument adds the words of each page.

What a page is, is hashed as it hangs together, whatever numbers, filters and order its objects have in the file: so a
file that was only stored anew, or got a signature, has the same pages, and one with a word or a line more has not.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from typing import Any

MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 20
MAX_FILES = 400
MAX_INSIDE = 160 * 1024 * 1024
MAX_PAGES = 5_000
# What leads back, or belongs to the structure and not to what is seen.
_ASIDE = frozenset(("/Parent", "/P", "/StructParent", "/StructParents", "/LastModified", "/PieceInfo", "/Metadata"))
_STREAM = frozenset(("/Length", "/Filter", "/DecodeParms", "/DL"))
# What can make a reader show something else than the pages.
_SHOWN_INSTEAD = ("/Collection", "/OpenAction", "/AA")
_HIDDEN = 2 | 32


def main() -> None:
    """Read, look, answer."""
    _bind()
    import pypdf

    data = sys.stdin.buffer.read()
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        answer, files = _looked(reader, words="words" in sys.argv)
    except MemoryError:
        answer, files = {"problem": "pdf-limits"}, []
    except Exception as error:  # noqa: BLE001  (whatever a hostile file makes of the library)
        limits = isinstance(error, (RecursionError, pypdf.errors.LimitReachedError))
        answer, files = {"problem": "pdf-limits" if limits else "pdf-unreadable"}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    for file in files:
        sys.stdout.buffer.write(file)


def _bind() -> None:
    """Bound time and memory, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _looked(reader: Any, *, words: bool) -> tuple[dict[str, Any], list[bytes]]:
    if reader.is_encrypted:
        return {"problem": "pdf-encrypted"}, []
    root = reader.trailer["/Root"].get_object()
    files = _files(root)
    if len(reader.pages) > MAX_PAGES:
        return {"problem": "pdf-limits"}, []
    pages = list(reader.pages)
    digests = _Digests(pages)
    found: dict[str, Any] = {
        "files": [[name, len(data)] for name, data in files],
        "pages": [digests.page(page).hex() for page in pages],
        "instead": [key for key in _SHOWN_INSTEAD if key in root],
    }
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form.get_object():
        found["instead"].append("/XFA")
    if words:
        found["words"] = [page.extract_text() for page in pages]
    return found, [data for _, data in files]


def _files(root: Any) -> list[tuple[str, bytes]]:
    """The embedded files by name (ISO 32000-2, 7.11.4 and 7.9.6)."""
    names = root.get("/Names")
    tree = names.get_object().get("/EmbeddedFiles") if names is not None else None
    waiting = [tree] if tree is not None else []
    found: list[tuple[str, bytes]] = []
    left, visits = MAX_INSIDE, 0
    while waiting:
        visits += 1
        branch = waiting.pop(0).get_object()
        waiting += branch.get("/Kids", [])
        if visits > MAX_FILES or len(waiting) > MAX_FILES:
            raise RecursionError
        leaves = branch.get("/Names", [])
        for one in leaves[1::2]:
            described = one.get_object()
            data = described["/EF"].get_object()["/F"].get_object().get_data()
            found.append((str(described.get("/UF") or described.get("/F")), bytes(data)))
            left -= len(data)
            if left < 0 or len(found) > MAX_FILES:
                raise MemoryError
    return found


class _Digests:
    """Digests of pages as they hang together."""

    def __init__(self, pages: list[Any]) -> None:
        self.pages = {
            (page.indirect_reference.idnum, page.indirect_reference.generation): number
            for number, page in enumerate(pages)
            if page.indirect_reference is not None
        }
        self.known: dict[tuple[int, int], bytes] = {}

    def page(self, page: Any) -> bytes:
        """The digest of one page, without a signature's field that shows nothing."""
        box = [float(part) for part in page.mediabox]
        plain = {key: page.get(key) for key in page if key not in _ASIDE and key != "/Annots"}
        for inherited in ("/MediaBox", "/CropBox", "/Rotate", "/Resources"):
            value = page.get_inherited(inherited) if hasattr(page, "get_inherited") else page.get(inherited)
            if value is not None:
                plain.setdefault(inherited, value)
        notes = page.get("/Annots")
        shown = [one for one in (notes.get_object() if notes is not None else []) if not _silent(one, box)]
        parts = [(key, self._of(value)) for key, value in sorted(plain.items())]
        parts += [("/Annots", self._of(one)) for one in shown]
        return hashlib.sha256(repr(parts).encode()).digest()

    def _of(self, value: Any) -> bytes:
        from pypdf.generic import IndirectObject

        if not isinstance(value, IndirectObject):
            return self._plain(value)
        key = (value.idnum, value.generation)
        if key in self.pages:
            return b"page %d" % self.pages[key]
        if key not in self.known:
            self.known[key] = b"again"
            self.known[key] = self._plain(value.get_object())
        return self.known[key]

    def _plain(self, value: Any) -> bytes:
        from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

        if isinstance(value, ArrayObject):
            return hashlib.sha256(b"[" + b" ".join(self._of(one) for one in value)).digest()
        if isinstance(value, DictionaryObject):
            aside = _ASIDE | _STREAM if isinstance(value, StreamObject) else _ASIDE
            keys = sorted(key for key in value if key not in aside)
            parts = b"".join(key.encode() + b" " + self._of(value.raw_get(key)) for key in keys)
            data = bytes(value.get_data()) if isinstance(value, StreamObject) else b""
            return hashlib.sha256(b"<" + parts + hashlib.sha256(data).digest()).digest()
        raw = getattr(value, "original_bytes", None)
        said = raw if isinstance(raw, bytes) else repr(value).encode()
        return hashlib.sha256(type(value).__name__.encode() + said).digest()


def _silent(note: Any, box: list[float]) -> bool:
    """Whether an annotation is the field of a signature that shows nothing on the page."""
    one = note.get_object()
    parent = one.get("/Parent")
    kind = one.get("/FT") or (parent.get_object().get("/FT") if parent is not None else None)
    if one.get("/Subtype") != "/Widget" or kind != "/Sig":
        return False
    left, low, right, high = (float(part) for part in one["/Rect"])
    apart = (
        max(left, right) <= box[0] or min(left, right) >= box[2] or max(low, high) <= box[1] or min(low, high) >= box[3]
    )
    return apart or left == right or low == high or bool(int(one.get("/F", 0)) & _HIDDEN)


if __name__ == "__main__":
    main()
