"""What the browser wrote around a passkey signature: the rules for clientDataJSON and the authenticator flags.

OpenSSH (PROTOCOL.u2f, "webauthn signatures") compares only the beginning of clientDataJSON. Here in addition:

1. the challenge is this payload's; anything else is a signature over something else;
2. the beginning is byte for byte `{"type":"webauthn.get","challenge":"...","origin":"..."`, so that ssh-keygen agrees;
3. the whole is one JSON object without duplicate members at any depth;
4. `crossOrigin` is absent or false, `topOrigin` is absent;
5. the origin belongs to the key's application (WebAuthn level 2, section 5.1.4.1: the RP ID is a suffix of the host);
6. no attested credential (AT) in the flags, and ED exactly when there are extensions.

Members that are not known are allowed: Chromium adds some at random so that nobody compares with a template.
"""

from __future__ import annotations

import base64
import json
import re
from typing import NoReturn

PRESENT = 0x01
VERIFIED = 0x04
_ATTESTED = 0x40
_EXTENDED = 0x80

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_LOCAL = re.compile(r"http://localhost(?::[1-9][0-9]{0,4})?")


def flags_fit(flags: int, extensions: bytes) -> bool:
    """Rule 6: the flags tell the truth about what follows them."""
    return not flags & _ATTESTED and bool(flags & _EXTENDED) == bool(extensions)


def origin_fits(origin: str, application: str) -> bool:
    """Rule 5: `https://` and the application or a host below it; for "localhost" also http with any port.

    An application without a dot is nobody's (browsers refuse a public suffix as RP ID), except "localhost".
    """
    if application == "localhost":
        return origin == "https://localhost" or _LOCAL.fullmatch(origin) is not None
    host = origin.removeprefix("https://")
    if host == origin or not _HOST.fullmatch(application) or not _HOST.fullmatch(host):
        return False
    return host == application or host.endswith("." + application)


def problem(client: bytes, origin: bytes, application: str, signed: bytes) -> str | None:
    """Return the first rule of 1-5 that clientDataJSON breaks.

    Args:
        client: The bytes the browser hashed.
        origin: The origin field of the signature.
        application: RP ID of the key.
        signed: The SSHSIG signed data, which is the challenge.

    Returns: `signature-invalid` for another challenge, `signature-origin` for everything else, None if all is well.

    """
    members = _members(client)
    if members is None:
        return "signature-origin"
    challenge = base64.urlsafe_b64encode(signed).rstrip(b"=")
    if members.get("challenge") != challenge.decode("ascii"):
        return "signature-invalid"
    prefix = b'{"type":"webauthn.get","challenge":"' + challenge + b'","origin":"' + origin + b'"'
    shown = members.get("origin")
    lawful = (
        client.startswith(prefix)
        and isinstance(shown, str)
        and shown.encode("utf-8", "replace") == origin
        and members.get("crossOrigin", False) is False
        and "topOrigin" not in members
        and origin_fits(shown, application)
    )
    return None if lawful else "signature-origin"


def _members(client: bytes) -> dict[str, object] | None:
    """Return the members of the JSON object, or None if it is not one, or a name occurs twice."""
    try:
        parsed = json.loads(client.decode("utf-8"), object_pairs_hook=_distinct, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError(len(pairs))
    return members


def _no_constant(name: str) -> NoReturn:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)
