"""Everything that can go wrong, as values: a code and its particulars, never a sentence.

    DocctlError
    ├── Refused         the rules, or admission to them, forbid what was asked
    ├── Malformed       bytes from outside that do not parse
    ├── Untrusted       a signature or a key that cannot be relied on
    ├── LedgerChanged   somebody else appended first
    ├── NotFound        no such library, document, person, revision
    └── Unavailable     git, ssh-keygen, the disk, the network or the clock is not usable

The words for each code are in the catalogues; a face turns code and values into a sentence. Programming mistakes are
`TypeError` and `ValueError` and never part of this tree.
"""

from __future__ import annotations


class DocctlError(Exception):
    """Base of all expected errors.

    Attributes:
        code: Lower-case words joined by hyphens; a key of every catalogue.
        values: Named places of the catalogue's sentence.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        particulars = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code}({particulars})"


class Refused(DocctlError):
    """What was asked is forbidden; nothing was written.

    A refusal by the machine carries the rule's code; a refusal at the door (clock, missing draft) a code of its own.
    """


class Malformed(DocctlError):
    """Bytes from outside do not follow their grammar."""


class Untrusted(DocctlError):
    """A signature does not verify, or a key may not be used."""


class LedgerChanged(DocctlError):
    """The head moved between reading and appending; judge again on the new head."""


class NotFound(DocctlError):
    """The thing named does not exist here."""


class Unavailable(DocctlError):
    """Something outside docctl cannot be used just now."""
