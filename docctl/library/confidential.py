"""Confidential records: sealed before they are entered, and opened for those who may read them.

In the ledger lies one file, `sealed.age`, sealed to an identity that was made for this record alone; the identity lies
in the key store, wrapped for each person who may read. Taking the wraps away takes the content from everybody, and the
ledger stays whole. What that leaves readable to whom: docs/adr/0014.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from docctl.adapters import packing
from docctl.core import content
from docctl.core.model import Signed
from docctl.core.ports import MAX_BLOB, Signer
from docctl.core.records import Record
from docctl.core.state import State
from docctl.errors import DocctlError, Malformed, Refused, Unavailable, Untrusted
from docctl.library import correcting, keystores, recording, recordsheets
from docctl.library.deciding import Behalf, authority_of, signer_name
from docctl.library.library import Library
from docctl.library.mediatypes import SEALED
from docctl.library.recording import Filled, Wishes
from docctl.signatures import agesealing
from docctl.signatures.agesealing import Opener

SALT: Final = "salt"
SALT_BYTES: Final = 32
# What age adds to a file of that size: its header, and 16 bytes for each 64 KiB.
_OVERHEAD: Final = 64 * 1024

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Sealing:
    """Files as they are stored, and the salted digest that their entry states."""

    files: dict[str, bytes]
    digest: str


@dataclass(frozen=True, slots=True)
class Entitled:
    """Who may read a record.

    Attributes:
        keys: To what is sealed for each person.
        without: People who may read it and have no key that could open it.
    """

    keys: dict[str, tuple[str, ...]]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody with what opens the things sealed to them."""

    person: str
    opener: Opener


@dataclass(frozen=True, slots=True)
class Opened:
    """A record in plain words.

    Attributes:
        parts: Files of the record, then those of each of its corrections.
        identity: The record's own, `AGE-SECRET-KEY-1…`.
    """

    parts: tuple[dict[str, bytes], ...]
    identity: str


# -- who ---------------------------------------------------------------------------------------------------------------


def entitled(state: State, roles: Iterable[str], others: Iterable[str], day: date) -> Entitled:
    """Everybody who holds one of these roles on a day, and some others by name.

    A deputy reads nothing by deputising: what was read cannot be given back when it ends.
    """
    roles = tuple(roles)
    people = authority_of(state).charter.people
    chosen = [one.id for one in people.values() if any(one.holds(role, day) for role in roles)]
    keys, without = {}, []
    for person in dict.fromkeys((*chosen, *others)):
        found = keys_of(state, person)
        if found:
            keys[person] = found
        else:
            without.append(person)
    return Entitled(keys, tuple(without))


def keys_of(state: State, person: str) -> tuple[str, ...]:
    """To what one seals for a person: the sealing key, or else those signing keys that can open; maybe none."""
    authority = authority_of(state)
    known = authority.charter.people[person]
    if known.sealing_key:
        return (known.sealing_key,)
    lines = (authority.keys[key.public] for key in known.keys if key.public in authority.keys)
    usable = (one.line.public for one in lines if authority.usable(one) is None)
    return tuple(line for line in usable if line.partition(" ")[0] in agesealing.READING)


# -- sealing -----------------------------------------------------------------------------------------------------------


def seal(files: Files, public: str) -> Sealing:
    """Seal files to a record's public identity.

    Raises:
        Refused: `sealed-too-large` (limit).
    """
    salt = secrets.token_bytes(SALT_BYTES)
    packed = packing.packed({**files, SALT: salt})
    if len(packed) > MAX_BLOB - _OVERHEAD:
        raise Refused("sealed-too-large", limit=MAX_BLOB // 2**20 - 2)
    return Sealing({SEALED: agesealing.seal(packed, (public,))}, salted(files, salt))


def salted(files: Files, salt: bytes) -> str:
    """SHA-256 of the salt and the content digest: it proves later what was sealed, and tells nothing before."""
    return hashlib.sha256(salt + bytes.fromhex(content.digest(files))).hexdigest()


def register(library: Library, record: Filled, signer: Signer, wishes: Wishes) -> tuple[Signed, Entitled]:
    """Seal a record and enter it; the key lies in the key store before the entry is made.

    Returns: The entry, and for whom the record is sealed.

    Raises:
        Refused: `record-nobody-reads` (roles): nobody could ever open it; `record-unread` (name): whoever registers it
            could not; `sealed-too-large`; what the rules say. Nothing is left in the key store then.
        Unavailable: `keystore-missing`, `not-writable`, `disk-full`, `disk-failed`, `age-missing`.
    """
    state, today = library.book.state, library.today()
    roles = record.blank.form.confidential
    signers = recording.further_signers(state, record.blank.form, wishes, signer.key, today)
    person = library.person_of(signer)
    whose = entitled(state, roles, (*([person] if person else ()), *signers), today)
    if person in whose.without:
        raise Refused("record-unread", name=signer_name(state, person or ""))
    if not any(authority_of(state).charter.people[one].holds(role, today) for one in whose.keys for role in roles):
        raise Refused("record-nobody-reads", roles=", ".join(roles))
    identity = agesealing.new_identity()
    sealing = seal(record.files, agesealing.public_of(identity))
    store = keystores.prepared(library)
    store.write(sealing.digest, {one: wrapped(identity, sealing.digest, keys) for one, keys in whose.keys.items()})
    access = wishes.access or record.blank.heading.classification or None
    wishes = replace(wishes, signers=signers, sealed=sealing.digest, access=access)
    try:
        signed = library.enter(signer, recording.plan(record.text, sealing.files, wishes, signer.key))
    except BaseException:
        if not _stands(library, sealing.digest):
            store.destroy(sealing.digest)
        raise
    return signed, whose


def _stands(library: Library, mark: str) -> bool:
    """Whether a record was entered all the same; yes, if that cannot be told."""
    try:
        library.book.refresh()
        return any(one.sealed == mark for one in library.book.state.records.values())
    except DocctlError:
        return True


def wrapped(identity: str, mark: str, keys: tuple[str, ...]) -> bytes:
    """A record's identity as a file for one person."""
    return agesealing.seal(f"# docctl record {mark}\n{identity}\n".encode("ascii"), keys)


def amend(  # noqa: PLR0913  (what is said, by whom, for whom)
    library: Library, name: str, opened: Opened, files: Files, reason: str, signer: Signer, behalf: Behalf | None = None
) -> Signed:
    """Lay a correction beside a sealed record, sealed to the same identity: who reads the one reads the other."""
    sealing = seal(files, agesealing.public_of(opened.identity))
    plan = correcting.amend(name, sealing.files, reason, sealed=sealing.digest, behalf=behalf)
    return library.enter(signer, plan)


# -- opening -----------------------------------------------------------------------------------------------------------


def open_record(library: Library, name: str, reader: Reader) -> Opened:
    """A sealed record with its corrections, each compared with the digest that its entry states.

    Raises:
        NotFound: `record-not-found`.
        Refused: `record-disposed-of`, `record-not-sealed`; `record-not-for` (name, record, roles): it is not sealed for
            this person.
        Unavailable: `keystore-missing` (path), `keystore-no-record` (record, path): the keys are not to be had here.
        Untrusted: `wrap-other-key` (name, record), `wrap-other-record` (record), `sealed-digest` (record).
        Malformed: `wrap-damaged` (name, record), `sealed-damaged` (record).
    """
    state = library.book.state
    record = recording.record_of(state, name)
    if record.disposed is not None:
        raise Refused("record-disposed-of", record=name)
    if not record.sealed:
        raise Refused("record-not-sealed", record=name)
    identity = _identity(library, record, reader)
    key = agesealing.opener((identity,))
    parts = []
    for number in range(len(record.amendments) + 1):
        stated = record.amendments[number - 1].sealed if number else record.sealed
        parts.append(_unsealed(record, recordsheets.files_of(state, record, number), stated, key))
    return Opened(tuple(parts), identity)


def _identity(library: Library, record: Record, reader: Reader) -> str:
    store = keystores.store_of(library)
    store.check()
    if record.sealed not in store.marks():
        raise Unavailable("keystore-no-record", record=record.id, path=str(store.root))
    name = signer_name(library.book.state, reader.person)
    wrap = store.read(record.sealed, reader.person)
    if wrap is None:
        roles = recording.blank_of(library.book.state, record).form.confidential
        raise Refused("record-not-for", name=name, record=record.id, roles=", ".join(roles))
    try:
        return agesealing.read_identity(reader.opener.open(wrap))
    except Untrusted:
        raise Untrusted("wrap-other-key", name=name, record=record.id) from None
    except Malformed:
        raise Malformed("wrap-damaged", name=name, record=record.id) from None


def _unsealed(record: Record, files: Files, stated: str, key: Opener) -> dict[str, bytes]:
    try:
        plain = packing.unpacked(key.open(files.get(SEALED, b"")))
    except Untrusted:
        raise Untrusted("wrap-other-record", record=record.id) from None
    except Malformed:
        raise Malformed("sealed-damaged", record=record.id) from None
    salt = plain.pop(SALT, b"")
    if len(salt) != SALT_BYTES or salted(plain, salt) != stated:
        raise Untrusted("sealed-digest", record=record.id)
    return plain


def readable(library: Library, names: Iterable[str], reader: Reader) -> dict[str, Opened]:
    """Those of some records that this person can open here; the others are left out without a word."""
    found: dict[str, Opened] = {}
    for name in names:
        try:
            found[name] = open_record(library, name, reader)
        except DocctlError:
            continue
    return found


def grant(library: Library, name: str, person: str, reader: Reader) -> bool:
    """Wrap a record's key for somebody who came to a role that may read it; whether there was none before.

    Args:
        library: The library.
        name: The record.
        person: Must hold one of the form's roles today, or be named by the record.
        reader: Somebody who can open it.

    Raises:
        NotFound: `person-not-found`.
        Refused: `record-not-entitled` (name, roles), `record-unread` (name); and as `open_record`.
    """
    state = library.book.state
    record = recording.record_of(state, name)
    known = authority_of(state).charter.people
    keystores.check_person(library, person)
    roles = recording.blank_of(state, record).form.confidential
    named = person in (record.by.person, *record.signers)
    if not named and not any(known[person].holds(role, library.today()) for role in roles):
        raise Refused("record-not-entitled", name=known[person].name, roles=", ".join(roles))
    identity = open_record(library, name, reader).identity
    keys = keys_of(state, person)
    if not keys:
        raise Refused("record-unread", name=known[person].name)
    store = keystores.store_of(library)
    fresh = store.read(record.sealed, person) is None
    store.write(record.sealed, {person: wrapped(identity, record.sealed, keys)})
    return fresh
