"""Every rule that an entry can break: its code, how grave that is, and the clause that asks for it.

A violation carries one of these codes; the words are in the catalogues. `broken` says that the history itself cannot be
relied on from there, `unlawful` that somebody did what the charter does not allow, `untidy` that data contradict
themselves without harm to authority.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import MappingProxyType

BROKEN, UNLAWFUL, UNTIDY = "broken", "unlawful", "untidy"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: severity, and the clause of ISO 9001:2015 it serves ("" where no clause speaks of it)."""

    severity: str
    clause: str = ""


_TABLE = """
commit-grammar              broken    7.5.3.2
not-linear                  broken    7.5.3.2
signature-missing           broken    7.5.3.2
signature-format            broken    7.5.3.2
signature-not-canonical     broken    7.5.3.2
signature-namespace         broken    7.5.3.2
signature-algorithm         broken    7.5.3.2
signature-invalid           broken    7.5.3.2
signature-no-presence       unlawful  7.5.3.2
signature-origin            unlawful  7.5.3.2
key-weak                    unlawful  7.5.3.2
key-type-refused            unlawful  7.5.3.2
message-format              broken
message-grammar             broken    7.5.3.2
message-field               broken    7.5.3.2
message-comment             broken    7.5.3.2
message-event               broken
founding-missing            broken    7.5.3.2
founding-again              broken    7.5.3.2
founding-one-person         unlawful  5.3
library-other               broken    7.5.3.2
sequence-wrong              broken    7.5.3.2
previous-wrong              broken    7.5.3.2
charter-wrong               broken    7.5.3.2
time-before-parent          unlawful  7.5.3.2
offset-not-allowed          unlawful  7.5.3.2
signer-unknown              unlawful  5.3
signer-revoked              unlawful  5.3
signer-suspended            unlawful  5.3
signer-left                 unlawful  5.3
signer-identity             unlawful  7.5.2
undeclared-change           broken    7.5.3.2
content-digest              broken    7.5.3.2
tree-invalid                broken    7.5.3.2
text-invalid                untidy    7.5.2
heading-differs             untidy    7.5.2
charter-invalid             unlawful  5.3
charter-key-reused          unlawful  5.3
charter-key-refused         unlawful  5.3
charter-proof               unlawful  5.3
charter-keeps-people        unlawful  7.5.3.2
charter-keeps-keys          unlawful  7.5.3.2
charter-keeps-types         unlawful  7.5.3.2
charter-last-administrator  unlawful  5.3
charter-compromised-since   untidy
recovery-only-replaces      unlawful  5.3
not-administrator           unlawful  5.3
kind-not-supported          broken
kind-fields                 untidy    7.5.2
type-unknown                untidy    7.5.2
type-changed                untidy    7.5.2
prefix-wrong                untidy    7.5.2
owner-unknown               untidy    5.3
language-unknown            untidy    7.5.2
author-role                 unlawful  5.3
document-unknown            untidy    7.5.3.1
document-withdrawn          unlawful  7.5.3.1
document-exists             untidy    7.5.3.1
revision-number             untidy    7.5.2
corrects-wrong              untidy    7.5.2
editorial-meaning           unlawful  7.5.2
amendment-acts              unlawful  7.5.3.2
amendment-base              unlawful  7.5.3.2
amendment-extended          unlawful  7.5.3.2
amendment-expires           untidy    7.5.2
base-stale                  unlawful  7.5.3.2
proposal-of-another         unlawful  5.3
proposal-open               untidy    7.5.3.2
workflow-unfulfillable      unlawful  7.5.2
nothing-submitted           unlawful  7.5.2
approval-stale              unlawful  7.5.2
approval-other-content      unlawful  7.5.2
proposal-rejected           unlawful  7.5.2
author-approves             unlawful  7.5.2
approved-already            unlawful  7.5.2
role-not-held               unlawful  5.3
role-not-asked              unlawful  5.3
step-not-reached            unlawful  7.5.2
deputy-without-basis        unlawful  5.3
not-author-or-publisher     unlawful  5.3
not-publisher               unlawful  5.3
not-owner                   unlawful  5.3
quorum-missing              unlawful  7.5.2
submission-unconfirmed      unlawful  7.5.2
effective-past              unlawful  7.5.3.2
effective-adoption          untidy    7.5.2
effective-before-corrected  untidy    7.5.2
act-incomplete              untidy    7.5.2
publication-unknown         untidy    7.5.3.2
not-pending                 untidy    7.5.3.2
not-in-force                untidy    7.5.3.1
key-unknown                 untidy
suspension-not-allowed      unlawful  5.3
suspended-already           untidy
entry-unknown               untidy
reaffirm-not-needed         untidy
reaffirm-own                unlawful  5.3
review-checked              untidy    7.5.3.2
read-for-others             unlawful  7.3
person-unknown              untidy    5.3
copy-number                 untidy    7.5.3.2
attachment-lost             broken    7.5.3.2
form-not-in-force           unlawful  7.5.3.1
recorder-role               unlawful  5.3
record-exists               untidy    7.5.3.2
record-unknown              untidy    7.5.3.2
record-number               untidy    7.5.3.2
record-closing              untidy    7.5.3.2
record-sealed               unlawful  7.5.3.2
record-held                 untidy    7.5.3.2
record-not-held             untidy    7.5.3.2
not-a-signer                unlawful  5.3
record-closed               unlawful  7.5.3.2
disposal-records            untidy    7.5.3.2
disposal-content            unlawful  7.5.3.2
disposal-event              untidy    7.5.3.2
disposal-receiver           untidy    7.5.3.2
proposal-kind               unlawful  7.5.3.2
schedule-missing            unlawful  7.5.3.2
retention-permanent         unlawful  7.5.3.2
retention-not-begun         unlawful  7.5.3.2
retention-running           unlawful  7.5.3.2
anchor-differs              broken    7.5.3.2
checkpoint-other-library    broken    7.5.3.2
checkpoint-longer           broken    7.5.3.2
checkpoint-differs          broken    7.5.3.2
checkpoint-signature        broken    7.5.3.2
checkpoint-fork             broken    7.5.3.2
cosignature-invalid         broken    7.5.3.2
witness-missing             broken    7.5.3.2
timestamp-invalid           broken    7.5.3.2
history-stale               untidy    7.5.3.2
copies-fork                 broken    7.5.3.2
"""

JUDGEMENT = 3
"""Raised whenever the same entry may be judged otherwise than before; then no state that was kept is used any more."""

VERSION = f"{JUDGEMENT}.{hashlib.sha256(_TABLE.encode()).hexdigest()[:8]}"
"""By which rules a state was judged: the number above, and a digest of the table."""

RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        code: Rule(severity, clause[0] if clause else "")
        for code, severity, *clause in (line.split() for line in _TABLE.split("\n") if line)
    },
)
