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
_OTHER_IMAGES = ("svg", "svgz", "webp", "bmp", "tif", "tiff", "heic", "avif", "emf", "wmf", "ico", "jfif")

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
        Malformed: `text-too-large`, `text-not-utf8`, `text-empty`, `text-unseen` (line, column, sign: a character that
            cannot be seen).
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
        raise _unseen(name, text.replace("\t", " "))
    return text


def _unseen(name: str, text: str) -> Malformed:
    """The first character that cannot be seen: where a program that counts signs shows it, and its code."""
    line, words = next((n, part) for n, part in enumerate(text.split("\n"), 1) if not is_readable(part))
    column, sign = next((n, one) for n, one in enumerate(words, 1) if not is_readable(one))
    return Malformed("text-unseen", file=name, line=line, column=column, sign=f"U+{ord(sign):04X}")


def check_names(files: Mapping[str, bytes]) -> None:
    """That a text folder holds texts by language and pictures, and nothing else.

    Raises:
        Malformed: `file-not-allowed`, `image-kind` (a picture that no copy can show), `files-too-many`,
            `image-too-large`, `text-missing`.
    """
    if len(files) > MAX_FILES:
        raise Malformed("files-too-many", limit=MAX_FILES)
    if len({name.lower() for name in files}) < len(files):
        raise Malformed("file-not-allowed", file=", ".join(sorted(files))[:100])
    for name, content in files.items():
        if _TEXT_NAME.fullmatch(name):
            continue
        ending = name.rpartition(".")[2].lower()
        if is_plain_name(name) and ending in _OTHER_IMAGES:
            raise Malformed("image-kind", file=name)
        if not is_plain_name(name) or ending not in IMAGE_ENDINGS:
            raise Malformed("file-not-allowed", file=name)
        if len(content) > MAX_IMAGE:
            raise Malformed("image-too-large", file=name, limit=MAX_IMAGE)
    if not any(_TEXT_NAME.fullmatch(name) for name in files):
        raise Malformed("text-missing")


def check_images(name: str, text: str, files: Mapping[str, bytes], above: int = 0) -> None:
    """That each picture a text shows lies beside it.

    Args:
        name: Of its file.
        text: Without its heading.
        files: What lies in the folder.
        above: How many lines of the file stand before the text.

    Raises:
        Malformed: each with line: `image-outside` (a path or an address), `image-name` (no file may be called so),
            `image-missing`.
    """
    if "![" not in text:
        return
    for target, line in _pictures(_without_code(text)):
        code = ""
        if "/" in target or "\\" in target or ":" in target or not target:
            code = "image-outside"
        elif not is_plain_name(target):
            code = "image-name"
        elif target not in files:
            code = "image-missing"
        if code:
            raise Malformed(code, file=name, image=target[:100], line=above + line)


def _pictures(text: str) -> Iterator[tuple[str, int]]:
    """Where a text's pictures lie, and the line that says so: one pass, so that no text takes long."""
    open_ones: list[bool] = []
    line, seen = 1, 0
    for found in _BRACKET.finditer(text):
        if found[0].endswith("["):
            open_ones.append(found[0] == "![")
        elif found[0].startswith("]") and open_ones and open_ones.pop() and found[1] is not None:
            line, seen = line + text.count("\n", seen, found.start()), found.start()
            yield found[1], line


def _without_code(text: str) -> str:
    """The text with empty lines for its fenced code."""
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            bare = line.strip()
            fence = "" if bare.startswith(fence) and not bare.strip(fence[0]) else fence
            kept.append("")
        elif mark is not None:
            fence = mark[1]
            kept.append("")
        else:
            kept.append(line)
    return "\n".join(kept)
