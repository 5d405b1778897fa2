"""The content of a folder: its digest, and what files a text may consist of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from docctl.core.fields import is_normal, is_readable
from docctl.core.tree import is_plain_name
from docctl.errors import Malformed

MAX_TEXT = 1024 * 1024
MAX_IMAGE = 10 * 1024 * 1024
MAX_FILES = 200
MAX_FOLDER = 128 * 1024 * 1024
IMAGE_ENDINGS = ("png", "jpg", "jpeg", "gif")

_TEXT_NAME = re.compile(r"[a-z]{2}\.md")
_BRACKET = re.compile(r"\\.|!?\[|\](?:\(\s*<?([^)>\s]*))?")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the sorted lines `<sha256 of file>  <size>  <path>`, 64 hex.

    The size stands in the line, so that no collision of another length can pass.
    """
    lines = sorted(
        f"{hashlib.sha256(content).hexdigest()}  {len(content)}  {path}\n" for path, content in files.items()
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def text_of(name: str, content: bytes) -> str:
    """A text file, read.

    Raises:
        Malformed: `text-too-large`, `text-not-utf8`, `text-empty`, `text-control` (a character that cannot be seen).
    """
    if len(content) > MAX_TEXT:
        raise Malformed("text-too-large", file=name, limit=MAX_TEXT)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Malformed("text-not-utf8", file=name, line=line) from None
    if not text.strip():
        raise Malformed("text-empty", file=name)
    if not is_normal(text):
        raise Malformed("text-not-nfc", file=name)
    if not is_readable(text.replace("\t", " ")):
        line = next(n for n, part in enumerate(text.split("\n"), 1) if not is_readable(part.replace("\t", " ")))
        raise Malformed("text-control", file=name, line=line)
    return text


def check_names(files: Mapping[str, bytes]) -> None:
    """That a text folder holds texts by language and pictures, and nothing else.

    Raises:
        Malformed: `file-not-allowed`, `files-too-many`, `image-too-large`, `text-missing`.
    """
    if len(files) > MAX_FILES:
        raise Malformed("files-too-many", limit=MAX_FILES)
    if len({name.lower() for name in files}) < len(files):
        raise Malformed("file-not-allowed", file=", ".join(sorted(files))[:100])
    for name, content in files.items():
        if _TEXT_NAME.fullmatch(name):
            continue
        if not is_plain_name(name) or name.rpartition(".")[2].lower() not in IMAGE_ENDINGS:
            raise Malformed("file-not-allowed", file=name)
        if len(content) > MAX_IMAGE:
            raise Malformed("image-too-large", file=name, limit=MAX_IMAGE)
    if not any(_TEXT_NAME.fullmatch(name) for name in files):
        raise Malformed("text-missing")


def check_images(name: str, text: str, files: Mapping[str, bytes]) -> None:
    """That each picture a text shows lies beside it.

    Raises:
        Malformed: `image-outside` (a path or an address), `image-missing`.
    """
    if "![" not in text:
        return
    for target in _pictures(_without_code(text)):
        if "/" in target or "\\" in target or ":" in target or not is_plain_name(target):
            raise Malformed("image-outside", file=name, image=target[:100])
        if target not in files:
            raise Malformed("image-missing", file=name, image=target)


def _pictures(text: str) -> Iterator[str]:
    """Where a text's pictures lie: one pass, so that no text takes long."""
    open_ones: list[bool] = []
    for found in _BRACKET.finditer(text):
        if found[0].endswith("["):
            open_ones.append(found[0] == "![")
        elif found[0].startswith("]") and open_ones and open_ones.pop() and found[1] is not None:
            yield found[1]


def _without_code(text: str) -> str:
    """The text without its fenced code."""
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            bare = line.strip()
            fence = "" if bare.startswith(fence) and not bare.strip(fence[0]) else fence
        elif mark is not None:
            fence = mark[1]
        else:
            kept.append(line)
    return "\n".join(kept)
