"""The certificate of a disposal: what went, why, by whom, and what can still be read of it.

It is drawn from the ledger alone, by the same renderers as any copy, so that the same entry gives the same file. The
schedule and the people are those of the day on which the disposal was carried out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from docctl import catalogues, renderers
from docctl.core import days, disposing, retention
from docctl.core.charter import chosen
from docctl.core.copies import ApprovalLine, ControlledCopy
from docctl.core.events import Approved, Disposed
from docctl.core.layouts import BUILT_IN
from docctl.core.model import Document, Proposal, Signature, Signed
from docctl.core.records import Record
from docctl.core.schedule import Schedule
from docctl.core.state import State
from docctl.errors import DocctlError, NotFound
from docctl.library import bodies, copying, facing, paperwork
from docctl.library.deciding import authority_of, signer_name
from docctl.library.library import Library
from docctl.library.views import Decision


@dataclass(frozen=True, slots=True)
class Disposed_:
    """One disposal, gathered from the ledger.

    Attributes:
        state: The library, with the charter of the day of the disposal.
        entry: The entry that carried it out; `proposal` the one that proposed it, `approvals` those between.
        keys: Fingerprint of the key that signed each entry of the form.
    """

    state: State
    form: Document
    entry: Signed
    proposal: Signed
    approvals: tuple[Signed, ...]
    records: tuple[Record, ...]
    keys: dict[int, tuple[str, str]]
