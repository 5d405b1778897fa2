"""One line of an OpenSSH allowed-signers file (ssh-keygen(1), ALLOWED SIGNERS), so that stock git can verify too.

Not read by docctl: its authority is in the ledger.

Example:
    >>> key_line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHXzk0Xr6ozKgiy/qESGWQTnYHUnzTfg1RX+jyqxlXSZ"
    >>> allowed_signers_line("alice@example.org", key_line).removesuffix(key_line)
    'alice@example.org namespaces="git" '

"""

from __future__ import annotations

import re

from docctl.errors import Malformed
from docctl.signatures.keys import parse_public

_PRINCIPAL = re.compile(r"[^\s\x00-\x20\x7f\"',*?!#\\]{1,254}")


def allowed_signers_line(email: str, key_line: str) -> str:
    """`<email> namespaces="git" <algorithm> <base64>`, without line end.

    Raises:
        Malformed: `principal-malformed` (principal), when the address holds a space, quote, comma or pattern sign;
            `key-unreadable`.
        Untrusted: `key-weak`, `key-type-refused`.

    """
    if not _PRINCIPAL.fullmatch(email):
        raise Malformed("principal-malformed", principal=email)
    return f'{email} namespaces="git" {parse_public(key_line).line}'
