"""What an office is made of: keys that follow from names, charters and texts as plain values."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docctl.core.charter import RECOVERY, RECOVERY_IDENTITY
from docctl.core.events import Event
from docctl.signatures import parse_blob, prove_possession, signed_data
from docctl.signatures.sshsig import compose
from docctl.signatures.wire import string

CHARTER = "charter"
OFFSET = "+0400"
START = 1_767_254_400  # 2026-01-01 12:00 +04:00
NOTHING = "0" * 64


class Key:
    """A signer whose Ed25519 key follows from its name."""

    def __init__(self, name: str) -> None:
        seed = hashlib.sha256(b"docctl test key " + name.encode()).digest()
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = parse_blob(string(b"ssh-ed25519") + string(raw))
        self.name = name

    @property
    def key(self) -> str:
        return self.public.line

    @property
    def mark(self) -> str:
        return self.public.fingerprint

    def sign(self, payload: bytes, namespace: str) -> str:
        value = self.private.sign(signed_data(namespace, "sha512", payload))
        inner = string(b"ssh-ed25519") + string(value)
        return compose(self.public, namespace, "sha512", inner).decode()


@cache
def key(name: str) -> Key:
    """The key of that name."""
    return Key(name)


@cache
def proof(name: str, library: str, person: str) -> str:
    """That the key of that name is held, for one person of one library."""
    return prove_possession(key(name), library, person)


def identity(person: str) -> tuple[str, str]:
    """Name and e-mail under which everybody here is enrolled."""
    return RECOVERY_IDENTITY if person == RECOVERY else (person.capitalize(), f"{person}@office.example")


def _kind(prefix: str, folder: str, steps: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    return {
        "title": {"az": prefix, "en": prefix},
        "prefix": prefix,
        "folder": folder,
        "authors": ["author", "quality-manager"],
        "publishers": ["quality-manager"],
        "workflow": steps,
        "editorial": {"reviewer": "1"},
        **more,
    }


TYPES = {
    "policy": _kind("POL", "policies", [{"head": "1"}], **{"review-months": "12"}),
    "procedure": _kind("PRO", "procedures", [{"reviewer": "1"}, {"head": "1"}], reading=["staff"]),
    "form": _kind("FRM", "templates", [{"reviewer": "1"}]),
}


def appointments(roles: tuple[str, ...], start: str = "2026-01-01", end: str | None = None) -> list[dict[str, str]]:
    """Roles held from a day, maybe to a day."""
    return [{"role": role, "from": start, **({"to": end} if end else {})} for role in roles]


def person(name: str, library: str, roles: tuple[str, ...], keys: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Somebody's part of the charter."""
    full, email = identity(name)
    lines = [{"public": key(one).key, "proof": proof(one, library, name)} for one in keys or (name,)]
    return {"name": full, "email": email, "position": "-", "roles": appointments(roles), "keys": lines}


def plain_charter(
    founder: str = "anna", roles: tuple[str, ...] = ("administrator", "quality-manager", "author")
) -> Any:
    """The first charter as plain values: `library` and `people`."""
    library = {
        "format": "v1",
        "organisation": {"name": {"az": "İdarə", "en": "Office"}},
        "offsets": ["+04:00", "+03:00"],
        "languages": ["az", "en"],
        "administrators": {"role": "administrator", "approvals": "2"},
        "recovery": {"public": key("recovery").key, "proof": proof("recovery", "self", RECOVERY)},
        "types": TYPES,
    }
    return {"library": library, "people": {"format": "v1", "people": {founder: person(founder, "self", roles)}}}


def charter_files(plain: Any) -> dict[str, bytes]:
    """The files of a charter; JSON is YAML and quicker to write."""
    return {f"{name}.yaml": json.dumps(plain[name], ensure_ascii=False).encode() for name in ("library", "people")}


def text_files(document: str, body: str, **heading: Any) -> dict[str, bytes]:
    """The folder of a text in one or two languages."""
    kind = {"POL": "policy", "PRO": "procedure", "FRM": "form"}.get(document.partition("-")[0], "procedure")
    english = heading.pop("english", None)
    main = {
        "id": document,
        "title": "Sənəd",
        "type": kind,
        "owner": "quality-manager",
        "authoritative": "az",
        "languages": ["az", "en"] if english is not None else ["az"],
        **heading,
    }
    files = {"az.md": f"---\n{json.dumps(main, ensure_ascii=False)}\n---\n\n{body}\n".encode()}
    if english is not None:
        files["en.md"] = f'---\n{{"title": "Document"}}\n---\n\n{english}\n'.encode()
    return files


def external_card(checker: str | None = None) -> dict[str, str]:
    """The card of an external document as plain values."""
    card = {"issuer": "ISO", "edition": "Ed. 5", "dated": "2015-09-15", "held": "Library", "every-months": "6"}
    return card | ({"checked-by": checker} if checker else {})


@dataclass(frozen=True)
class Attempt:
    """What somebody wants to enter.

    Attributes:
        forged: Parts of entry and commit that are not what they should be: `library`, `sequence`, `previous`, `charter`,
            `subject`, `name`, `email`, `at`, `offset`, `tree`, `parent`, `namespace`.
    """

    signer: Key
    subject: str
    event: Event
    comment: str = ""
    files: dict[str, bytes] | None = None
    who: tuple[str, str] | None = None
    forged: dict[str, Any] = field(default_factory=dict)
