"""Files in one piece and back: a tar archive, the same for the same files, padded so that its size tells little.

What follows an archive's end is zeros, which every tar leaves alone. The size is rounded up by Padmé (Nikitin and
others, "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019, section 4): at most 12 %
more, and the exact size is gone.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from typing import Final

from docctl.core.tree import is_plain_name
from docctl.errors import Malformed

MAX_MEMBERS: Final = 256


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as one padded archive, by name, without times and owners."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o600
            archive.addfile(member, io.BytesIO(files[name]))
    data = target.getvalue()
    return data.ljust(padded_size(len(data)), b"\0")


def padded_size(size: int) -> int:
    """The size up to which so many bytes are filled: a Padmé number."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (size + mask) & ~mask


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files in an archive: plain files under plain names, each once, and nothing else.

    Raises:
        Malformed: `archive-unreadable`.
    """
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                known = is_plain_name(member.name) and member.name not in files
                # A sparse file may be a gigabyte in a few bytes.
                if member.type != tarfile.REGTYPE or member.issparse() or not known or len(files) >= MAX_MEMBERS:
                    raise Malformed("archive-unreadable")
                body = archive.extractfile(member)
                content = body.read() if body is not None else b""
                if len(content) != member.size:
                    raise Malformed("archive-unreadable")
                files[member.name] = content
    except (tarfile.TarError, ValueError, OSError, EOFError):
        raise Malformed("archive-unreadable") from None
    return files
