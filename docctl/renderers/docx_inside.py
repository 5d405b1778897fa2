"""The files that a DOCX carries inside, as one part of custom XML data, and how it is marked.

    <copy xmlns="urn:docctl:copy:1">
     <file name="az.md" type="text/markdown" relation="source" description="…"><data>base64</data>…</file>
    </copy>

Base64 stands in pieces, since XML readers refuse a text of more than ten million letters.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docctl.core.copies import Attachment

NAMESPACE = "urn:docctl:copy:1"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PIECE = 3 * 256 * 1024


def item(files: Sequence[Attachment]) -> bytes:
    """The part with the files."""
    parts = [_HEAD, f'<copy xmlns="{NAMESPACE}">\n']
    for one in files:
        pieces = (one.data[at : at + _PIECE] for at in range(0, len(one.data), _PIECE))
        parts.append(
            f"<file name={quoteattr(one.name)} type={quoteattr(one.media_type)} relation={quoteattr(one.relation)}"
            f" description={quoteattr(one.description)}>"
        )
        parts += [f"<data>{base64.b64encode(piece).decode()}</data>" for piece in pieces]
        parts.append("</file>\n")
    return "".join([*parts, "</copy>\n"]).encode()


def properties(files: Sequence[Attachment]) -> bytes:
    """The properties of the part: an id that follows from its content, and the namespace that it is written in."""
    whole = hashlib.sha256(b"".join(hashlib.sha256(one.data).digest() for one in files)).digest()
    name = str(uuid.UUID(bytes=whole[:16], version=5)).upper()
    return (
        f'{_HEAD}<ds:datastoreItem ds:itemID="{{{name}}}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode()


def digest(files: Sequence[Attachment]) -> str:
    """SHA-256 of the proof, for a property that outlives programs that drop the part; "" without a proof."""
    return next((hashlib.sha256(one.data).hexdigest() for one in files if one.relation == "data"), "")
