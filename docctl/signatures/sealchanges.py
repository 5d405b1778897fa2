"""What a PDF's updates changed: nothing but signatures, or anything a reader might see.

From a state that has a form on, pyHanko's rules decide; they look at every object of every state, which is bounded
here. They know no form that a first signature brings, so that one update is judged here, and narrowly: an invisible
signature field on the pages, the form that lists it, and what proves certificates. Only imported where pyHanko is
installed.
"""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel

_CATALOGUE = frozenset(("/AcroForm", "/DSS", "/Extensions", "/Version"))
_FORM = frozenset(("/Fields", "/SigFlags"))
_SEEN_BY_READERS = frozenset(("/AP", "/A", "/AA", "/Kids", "/MK", "/Parent"))
MAX_CHANGED = 2000
MAX_COMPARED = 20_000
"""Objects times updates, of all signatures of a file together: some seconds."""


class Reader(PdfFileReader):  # type: ignore[misc]
    """A file with what may still be compared in it."""

    left = MAX_COMPARED


def since_original(reader: Any) -> str:
    """What stands behind the first state of a file that has several: `seals`, `changes`, `unknown`."""
    if "/AcroForm" in reader.get_historical_root(0):
        return since(reader, 0)
    if not _first_form(reader):
        return "changes"
    further = since(reader, 1)
    return "seals" if further == "nothing" else further


def since(reader: Any, revision: int, fields: Any = None) -> str:
    """What came after a state of the file.

    Args:
        reader: The file, a `Reader`.
        revision: The state, counted from 0.
        fields: What its signature says of the fields that it locks.

    Returns:
        `nothing`; `seals`, nothing but signatures with what proves them; `changes`; `unknown`: too much to look at.
    """
    updates = reader.xrefs.total_revisions - 1 - revision
    if updates <= 0:
        return "nothing"
    objects = sum(len(reader.xrefs.explicit_refs_in_revision(one)) for one in range(reader.xrefs.total_revisions))
    if objects * updates > reader.left:
        return "unknown"
    reader.left -= objects * updates
    result = DEFAULT_DIFF_POLICY.review_file(reader, revision, field_mdp_spec=fields)
    if not isinstance(result, DiffResult):
        return "changes"
    if result.modification_level <= ModificationLevel.LTA_UPDATES:
        return "seals"
    names = {str(one.field_name) for one in reader.embedded_signatures}
    changed = {str(name) for name in result.changed_form_fields}
    filled = result.modification_level == ModificationLevel.FORM_FILLING and changed <= names
    return "seals" if filled else "changes"


def _first_form(reader: Any) -> bool:
    """Whether the first update brought a form of invisible signatures and no more."""
    changed = reader.xrefs.explicit_refs_in_revision(1)
    if len(changed) > MAX_CHANGED or reader.xrefs.refs_freed_in_revision(1):
        return False
    root = reader.trailer.raw_get("/Root", revision=1)
    if root != reader.trailer.raw_get("/Root", revision=0):
        return False
    for reference in changed:
        before = reader.get_object(reference, revision=0)
        if isinstance(before, generic.NullObject):
            continue  # it was not there: new objects count by what refers to them
        after = reader.get_object(reference, revision=1)
        is_root = (reference.idnum, reference.generation) == (root.idnum, root.generation)
        if not (_same_catalogue(reader, before, after) if is_root else _same_page(reader, before, after)):
            return False
    return True


def _same_catalogue(reader: Any, before: Any, after: Any) -> bool:
    form = _at(reader, after.raw_get("/AcroForm")) if "/AcroForm" in after else {}
    fields = _at(reader, form["/Fields"]) if "/Fields" in form else []
    return (
        _differing(before, after) <= _CATALOGUE
        and set(form) <= _FORM
        and all(_invisible(_at(reader, one)) for one in fields)
    )


def _same_page(reader: Any, before: Any, after: Any) -> bool:
    """A page, or its list of annotations, with more invisible signatures in it."""
    if isinstance(before, generic.ArrayObject) and isinstance(after, generic.ArrayObject):
        return _more_widgets(reader, before, after)
    if not isinstance(before, generic.DictionaryObject) or before.get("/Type") != "/Page":
        return False
    if isinstance(before, generic.StreamObject) or not isinstance(after, generic.DictionaryObject):
        return False
    old = _at(reader, before.raw_get("/Annots"), 0) if "/Annots" in before else generic.ArrayObject()
    new = _at(reader, after.raw_get("/Annots")) if "/Annots" in after else generic.ArrayObject()
    return _differing(before, after) <= {"/Annots"} and _more_widgets(reader, old, new)


def _more_widgets(reader: Any, before: Any, after: Any) -> bool:
    kept = list(after)[: len(before)] == list(before)
    return kept and all(_invisible(_at(reader, one)) for one in list(after)[len(before) :])


def _invisible(field: Any) -> bool:
    """A signature's widget of no size and with nothing to show or to do."""
    if field.get("/FT") != "/Sig" or _SEEN_BY_READERS & set(field):
        return False
    left, bottom, right, top = (float(one) for one in field["/Rect"])
    return left == right and bottom == top


def _differing(before: Any, after: Any) -> set[str]:
    names = set(before) | set(after)
    return {
        str(name)
        for name in names
        if (name in before) != (name in after) or before.raw_get(name) != after.raw_get(name)
    }


def _at(reader: Any, value: Any, revision: int = 1) -> Any:
    """The value behind a reference, in a state of the file."""
    if isinstance(value, generic.IndirectObject):
        return reader.get_object(value.reference, revision=revision)
    return value
