"""Which rules are examined for which event: what an auditor may say was looked at when an entry is lawful.

A table beside the judge, which knows nothing of it. `tests/ledgers/test_examined.py` plays every planted ledger and
holds the two together: a rule broken on an event must stand in that event's row, and a row holds no rule that no ledger
breaks on that event, or, where several events ask the same question, on one of these.

The rules stand in the order in which the judge comes to them. An event of the charter, or of a kind of proposal whose
rules differ, has a row of its own: `approved/charter`, `submitted/editorial`.
"""

from __future__ import annotations

from types import MappingProxyType


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Of every entry, whatever it says: its shell, its signature, its message.
SHELL = _codes(
    "commit-grammar not-linear signature-missing signature-format signature-not-canonical signature-namespace"
    " signature-algorithm signature-invalid key-weak key-type-refused"
)
DEVICE = ("signature-no-presence",)
PASSKEY = ("signature-origin",)
MESSAGE = _codes("message-format message-grammar message-field message-comment message-event")
# Of every entry but the first: where it stands, when, and who signed.
PLACE = _codes(
    "founding-missing library-other sequence-wrong previous-wrong charter-wrong time-before-parent offset-not-allowed"
)
SIGNER = _codes("signer-unknown signer-revoked signer-suspended signer-left signer-identity")
TREE = ("undeclared-change",)
# Of the first, instead.
FOUNDING = _codes(
    "sequence-wrong founding-missing content-digest tree-invalid charter-invalid offset-not-allowed charter-key-refused"
    " charter-key-reused charter-proof founding-one-person charter-compromised-since signer-unknown signer-revoked"
    " signer-left signer-identity charter-last-administrator"
)

_BOUND = "nothing-submitted approval-stale approval-other-content proposal-rejected"
_BEHALF = "person-unknown deputy-without-basis"
_SUBMITTED = "document-withdrawn author-role proposal-of-another proposal-open base-stale kind-fields"
_TEXT = "content-digest tree-invalid text-invalid heading-differs"
_NAMED = "language-unknown owner-unknown workflow-unfulfillable act-incomplete"
_TYPED = "type-unknown prefix-wrong type-changed"

_SCHEDULED = "schedule-missing retention-permanent disposal-event"
_DISPOSABLE = "record-unknown record-closed record-held disposal-content retention-not-begun retention-running"

_TABLE = f"""
founded              founding-missing founding-again
submitted/revision   {_TYPED} {_SUBMITTED} effective-adoption corrects-wrong revision-number {_NAMED} {_TEXT}
submitted/editorial  {_TYPED} {_SUBMITTED} effective-adoption corrects-wrong revision-number {_NAMED} {_TEXT}
                     amendment-acts editorial-meaning
submitted/adoption   {_TYPED} {_SUBMITTED} effective-adoption corrects-wrong document-exists {_NAMED} {_TEXT}
submitted/withdrawal document-unknown {_SUBMITTED} effective-adoption corrects-wrong approval-other-content
                     workflow-unfulfillable
submitted/amendment  {_TYPED} {_SUBMITTED} effective-adoption corrects-wrong revision-number amendment-base
                     amendment-extended amendment-expires {_NAMED} {_TEXT}
submitted/disposal   document-unknown author-role proposal-of-another proposal-open base-stale kind-fields
                     disposal-records revision-number {_SCHEDULED} workflow-unfulfillable act-incomplete
                     {_DISPOSABLE}
submitted/other      kind-not-supported
approved             document-unknown {_BOUND} author-approves {_BEHALF} role-not-held approved-already role-not-asked
                     step-not-reached
rejected             document-unknown {_BOUND} author-approves {_BEHALF} role-not-held role-not-asked
commented            document-unknown publication-unknown nothing-submitted approval-stale
cancelled            document-unknown nothing-submitted approval-stale not-author-or-publisher
published            document-unknown {_BOUND} {_BEHALF} not-publisher base-stale submission-unconfirmed quorum-missing
                     act-incomplete effective-past
published/editorial  document-unknown {_BOUND} {_BEHALF} not-publisher base-stale submission-unconfirmed quorum-missing
                     act-incomplete effective-past effective-before-corrected
published/amendment  document-unknown {_BOUND} {_BEHALF} not-publisher base-stale submission-unconfirmed quorum-missing
                     act-incomplete effective-past amendment-expires amendment-base
published/adoption   document-unknown {_BOUND} {_BEHALF} not-publisher base-stale submission-unconfirmed quorum-missing
                     act-incomplete effective-adoption
rescheduled          document-unknown publication-unknown {_BEHALF} not-publisher not-pending effective-past
reviewed             document-unknown publication-unknown not-in-force {_BEHALF} not-owner review-checked
reaffirmed           document-unknown entry-unknown reaffirm-not-needed not-administrator reaffirm-own
read                 document-unknown publication-unknown approval-other-content not-in-force language-unknown
                     person-unknown read-for-others record-unknown
issued               document-unknown publication-unknown {_BEHALF} not-publisher copy-number
returned             document-unknown {_BEHALF} not-publisher copy-number
attached             document-unknown publication-unknown not-publisher content-digest tree-invalid attachment-lost
recorded             document-unknown record-exists publication-unknown form-not-in-force {_BEHALF} recorder-role
                     record-number record-closing content-digest tree-invalid
countersigned        document-unknown record-unknown record-closed {_BEHALF} not-a-signer approval-other-content
amended              document-unknown record-unknown record-closed {_BEHALF} not-a-signer record-number record-sealed
                     content-digest tree-invalid
held                 document-unknown record-unknown record-closed not-publisher record-held
released             document-unknown record-unknown record-closed not-publisher record-not-held
suspended            document-unknown
disposed             document-unknown nothing-submitted approval-stale proposal-kind approval-other-content
                     disposal-records proposal-rejected not-publisher {_SCHEDULED} disposal-receiver
                     submission-unconfirmed quorum-missing {_DISPOSABLE}
published/disposal   document-unknown {_BOUND} proposal-kind
submitted/charter    not-administrator content-digest tree-invalid charter-invalid charter-key-refused
                     charter-key-reused charter-proof kind-fields proposal-of-another base-stale revision-number
                     charter-keeps-people charter-keeps-keys charter-keeps-types charter-compromised-since
                     charter-last-administrator recovery-only-replaces
approved/charter     {_BOUND} role-not-asked not-administrator approved-already
rejected/charter     {_BOUND} not-administrator role-not-asked author-approves
commented/charter    nothing-submitted approval-stale
cancelled/charter    nothing-submitted approval-stale not-administrator
published/charter    {_BOUND} kind-fields effective-past recovery-only-replaces not-administrator submission-unconfirmed
                     quorum-missing charter-last-administrator
suspended/charter    key-unknown suspended-already suspension-not-allowed
reaffirmed/charter   entry-unknown reaffirm-not-needed not-administrator reaffirm-own
other/charter        kind-not-supported
"""


def _rows() -> dict[str, tuple[str, ...]]:
    rows: dict[str, list[str]] = {}
    name = ""
    for line in _TABLE.split("\n"):
        words = line.split()
        if words and not line.startswith(" "):
            name = words.pop(0)
            rows[name] = []
        rows.setdefault(name, []).extend(words)
    return {name: tuple(codes) for name, codes in rows.items() if name}


EXAMINED: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(_rows())
"""Event, with what sets its rules apart, to the rules that are its own."""


def row(event: str, kind: str = "", *, charter: bool = False) -> str:
    """The row of an event.

    Args:
        event: Its name, `approved`.
        kind: Kind of the proposal that it makes or carries out, "" if none.
        charter: Whether it is an entry of the charter.
    """
    if event == "founded":
        return event
    if charter:
        name = f"{event}/charter"
        return name if name in EXAMINED else "other/charter"
    own = f"{event}/{kind}"
    if own in EXAMINED and kind != "charter":
        return own
    return "submitted/other" if event == "submitted" else event


def examined(name: str, algorithm: str = "", *, first: bool = False) -> tuple[str, ...]:
    """Every rule that an entry of a row must keep, in the order in which the judge comes to them.

    Args:
        name: From `row`.
        algorithm: Signature algorithm; only keys on a device are asked for presence, only passkeys for their site.
        first: Whether it is the first entry of the ledger.
    """
    device = DEVICE if algorithm.startswith(("sk-", "webauthn-")) else ()
    passkey = PASSKEY if algorithm.startswith("webauthn-") else ()
    before = (*SHELL, *device, *passkey, *MESSAGE)
    if first:
        return (*before, *FOUNDING, *TREE)
    return tuple(dict.fromkeys((*before, *PLACE, *SIGNER, *EXAMINED[name], *TREE)))
