"""docctl: a document control library with versioned, signed records.

Everything that is promised stands in `__all__`; the modules below are private.

Example:
    >>> import docctl
    >>> library = docctl.open_library("demo/library")           # doctest: +SKIP
    >>> for row in library.register(language="en"):             # doctest: +SKIP
    ...     print(row.id, row.title, row.status.value)
    >>> library.get("PRO-01", form="pdf", language="az")        # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from docctl._version import __version__

if TYPE_CHECKING:
    from docctl.core.checkpoint import Anchor, Checkpoint, read_anchor, read_checkpoint
    from docctl.core.model import Act, Document, Status, Violation
    from docctl.errors import DocctlError, LedgerChanged, Malformed, NotFound, Refused, Unavailable, Untrusted
    from docctl.library.auditing import Report
    from docctl.library.deciding import Behalf
    from docctl.library.explaining import explain_at as explain
    from docctl.library.founding import Founder, found_library, join_library
    from docctl.library.library import Library, open_library
    from docctl.signatures import generate as new_key
    from docctl.signatures import load_key

# Name to its home. Loaded when first asked for: `import docctl` alone brings neither git nor cryptography.
_HOMES = {
    "Act": "docctl.core.model",
    "Anchor": "docctl.core.checkpoint",
    "Behalf": "docctl.library.deciding",
    "Checkpoint": "docctl.core.checkpoint",
    "DocctlError": "docctl.errors",
    "Document": "docctl.core.model",
    "Founder": "docctl.library.founding",
    "LedgerChanged": "docctl.errors",
    "Library": "docctl.library.library",
    "Malformed": "docctl.errors",
    "NotFound": "docctl.errors",
    "Refused": "docctl.errors",
    "Report": "docctl.library.auditing",
    "Status": "docctl.core.model",
    "Unavailable": "docctl.errors",
    "Untrusted": "docctl.errors",
    "Violation": "docctl.core.model",
    "explain": "docctl.library.explaining:explain_at",
    "found_library": "docctl.library.founding",
    "join_library": "docctl.library.founding",
    "load_key": "docctl.signatures",
    "new_key": "docctl.signatures:generate",
    "open_library": "docctl.library.library",
    "read_anchor": "docctl.core.checkpoint",
    "read_checkpoint": "docctl.core.checkpoint",
}

__all__ = [
    "Act",
    "Anchor",
    "Behalf",
    "Checkpoint",
    "DocctlError",
    "Document",
    "Founder",
    "LedgerChanged",
    "Library",
    "Malformed",
    "NotFound",
    "Refused",
    "Report",
    "Status",
    "Unavailable",
    "Untrusted",
    "Violation",
    "__version__",
    "explain",
    "found_library",
    "join_library",
    "load_key",
    "new_key",
    "open_library",
    "read_anchor",
    "read_checkpoint",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(name)
    module, _, attribute = home.partition(":")
    return getattr(import_module(module), attribute or name)
