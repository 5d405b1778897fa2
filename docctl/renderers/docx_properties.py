"""What a DOCX copy says of itself under File > Properties: for people in their words, for programs by code."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from docctl._version import __version__
from docctl.renderers import docx_inside, face

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy
    from docctl.renderers.docx_package import Package

_LONGEST = 255  # of a property, by python-docx and by Word's own window
_OWN = "docctl."


def describe(package: Package, copy: ControlledCopy) -> None:
    """Core and custom properties; the only time in them is that of the copy."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE

    core = package.properties
    revision = f"{copy.labels['revision']} {copy.revision}"
    core.title = copy.title[:_LONGEST]
    core.subject = copy.number[:_LONGEST]
    core.author = core.last_modified_by = copy.organisation[:_LONGEST]
    core.keywords = "; ".join(word for word in (copy.number, revision, copy.status_word) if word)[:_LONGEST]
    core.comments = (copy.language_note or copy.uncontrolled)[:_LONGEST]
    core.category = copy.kind[:_LONGEST]
    core.content_status = copy.status_word[:_LONGEST]
    core.identifier = copy.digest[:_LONGEST]
    core.language = face.language_tag(copy.language)[:_LONGEST]
    core.version = str(copy.revision)
    core.revision = max(copy.revision, 1)
    core.created = core.modified = datetime.fromtimestamp(copy.made, UTC).replace(tzinfo=None)
    package.add(
        "/docProps/custom.xml", CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES, _custom(copy)
    )


def _custom(copy: ControlledCopy) -> bytes:
    """`docProps/custom.xml` (ECMA-376, part 1, 22.3): the facts under the labels of the page, the rest by code."""
    shown: dict[str, str] = {}
    names: set[str] = set()
    for label, value in copy.facts:
        name = label[:_LONGEST]
        if name and name.casefold() not in names and not name.startswith(_OWN):  # Word takes no name twice, in no case
            names.add(name.casefold())
            shown[name] = value
    coded = {f"{_OWN}{code}": value for code, value in _coded(copy).items() if value}
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for pid, (name, value) in enumerate((shown | coded).items(), 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{properties}</Properties>"
    ).encode()


def _coded(copy: ControlledCopy) -> dict[str, str]:
    layout = copy.layout
    values = {
        "version": __version__,
        "layout": f"{layout.name} {layout.revision} {layout.digest}",
        "number": copy.number,
        "title": copy.title,
        "kind": copy.kind,
        "organisation": copy.organisation,
        "language": copy.language,
        "companion": copy.companion.language if copy.companion else "",
        "revision": str(copy.revision),
        "reason": copy.reason,
        "effective": copy.effective,
        "status": copy.status,
        "copy": copy.uncontrolled,
        "code": copy.code,
        "digest": copy.digest,
        "made": str(copy.made),
        "proof": docx_inside.digest(copy.attachments),
    }
    for number, stamp in enumerate(copy.stamps, 1):
        values[f"stamp.{number}"] = _line(stamp.word, stamp.position, stamp.name, stamp.day, stamp.act)
    for number, one in enumerate(copy.approvals, 1):
        values[f"approval.{number}"] = _line(
            one.part, one.name, one.position, one.decided, one.acting_for, one.method, one.comment
        )
    for past in copy.history:
        values[f"history.{past.revision}"] = _line(past.effective, past.author, past.reason, past.approved, past.kind)
    for number, holder in enumerate(copy.distribution, 1):
        values[f"distribution.{number}"] = _line(holder.number, holder.holder, holder.place, holder.issued)
    return values


def _line(*fields: str) -> str:
    """Fields in their order; an empty one keeps its place, those at the end are left out."""
    return " | ".join(fields).rstrip(" |")
