"""Writing a charter: the first one, and the next one with one thing changed.

The files are read as plain values, changed, and written whole; whether the result may follow is for the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from docctl.adapters import strictyaml
from docctl.core.appearance import EMBLEM
from docctl.core.authority import fingerprint
from docctl.core.fields import is_word
from docctl.core.plain import Plain
from docctl.errors import Malformed, NotFound, Refused

FORMAT = "v1"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A request to be enrolled: what `key request` writes and `person add` reads.

    Attributes:
        proof: Proof that the key is held, made for one library.
    """

    person: str
    name: str
    email: str
    position: str
    public: str
    proof: str

    def text(self) -> str:
        """The request as a file."""
        return _dump({name: getattr(self, name) for name in Newcomer.__slots__})

    @staticmethod
    def read(data: bytes) -> Newcomer:
        """The request in a file.

        Raises:
            Malformed: `request-unreadable`.
        """
        plain = strictyaml.read(data)
        if not isinstance(plain, dict) or set(plain) != set(Newcomer.__slots__):
            raise Malformed("request-unreadable")
        if not all(isinstance(value, str) for value in plain.values()) or not is_word(str(plain["person"])):
            raise Malformed("request-unreadable")
        return Newcomer(**{name: str(value) for name, value in plain.items()})


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a founding must say.

    Attributes:
        organisation: Name by language.
        recovery: Public line and proof of the recovery key.
        types: Document types as plain values.
        known: Roles that the organisation has, held by somebody or not.
        retention: Lines of the retention schedule as plain values.
    """

    organisation: Mapping[str, str]
    languages: tuple[str, ...]
    offset: str
    founder: Newcomer
    roles: tuple[str, ...]
    since: date
    recovery: tuple[str, str]
    types: Mapping[str, Any]
    known: tuple[str, ...] = ()
    approvals: int = 2
    retention: tuple[Mapping[str, str], ...] = ()


def first(beginning: Beginning) -> dict[str, bytes]:
    """The files of the first charter."""
    offset = beginning.offset[:3] + ":" + beginning.offset[3:]
    library = {
        "format": FORMAT,
        "organisation": {"name": dict(beginning.organisation)},
        "offsets": [offset],
        "languages": list(beginning.languages),
        "administrators": {"role": "administrator", "approvals": str(beginning.approvals)},
        "recovery": {"public": beginning.recovery[0], "proof": beginning.recovery[1]},
        **({"roles": list(beginning.known)} if beginning.known else {}),
        "types": dict(beginning.types),
        **({"retention": [dict(line) for line in beginning.retention]} if beginning.retention else {}),
    }
    roles = [{"role": role, "from": beginning.since.isoformat()} for role in beginning.roles]
    people = {"format": FORMAT, "people": {beginning.founder.person: _person(beginning.founder, roles)}}
    return {"library.yaml": _dump(library).encode(), "people.yaml": _dump(people).encode()}


class NextCharter:
    """The charter in force as plain values, to be changed and proposed."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.library: Any = strictyaml.read(files["library.yaml"], "library.yaml")
        self.people: Any = strictyaml.read(files["people.yaml"], "people.yaml")
        self.emblem: bytes | None = files.get(EMBLEM)

    def files(self) -> dict[str, bytes]:
        """The files of the changed charter."""
        written = {"library.yaml": _dump(self.library).encode(), "people.yaml": _dump(self.people).encode()}
        return {**written, **({} if self.emblem is None else {EMBLEM: self.emblem})}

    def look(self, **settings: str) -> None:
        """Set what copies look like: `accent`, `address`, `layout`; an empty one is taken away."""
        merged = {**self.library.pop("appearance", {}), **settings}
        kept = {name: value for name, value in merged.items() if value}
        if kept:
            self.library["appearance"] = kept

    def person(self, person: str) -> dict[str, Any]:
        """One person's entry.

        Raises:
            NotFound: `person-not-found`.
        """
        found = self.people["people"].get(person)
        if found is None:
            raise NotFound("person-not-found", person=person)
        entry: dict[str, Any] = found
        return entry

    def add_person(self, newcomer: Newcomer, roles: tuple[str, ...], since: date, basis: str) -> None:
        """Enrol somebody, or give an enrolled person a further key and further roles."""
        listed = [{"role": role, "from": since.isoformat(), **({"basis": basis} if basis else {})} for role in roles]
        entry = self.people["people"].get(newcomer.person)
        if entry is None:
            self.people["people"][newcomer.person] = _person(newcomer, listed)
            return
        if (entry["name"], entry["email"]) != (newcomer.name, newcomer.email):
            raise Refused("person-differs", person=newcomer.person)
        entry.setdefault("keys", []).append({"public": newcomer.public, "proof": newcomer.proof})
        entry.setdefault("roles", []).extend(listed)

    def add_role(self, person: str, role: str, start: date, end: date | None, basis: str) -> None:
        """Appoint somebody."""
        part = {"role": role, "from": start.isoformat()}
        part |= {"to": end.isoformat()} if end else {}
        part |= {"basis": basis} if basis else {}
        self.person(person).setdefault("roles", []).append(part)

    def end_role(self, person: str, role: str, last: date) -> None:
        """End an appointment; `last` is its last day."""
        open_ones = [one for one in self.person(person).get("roles", []) if one["role"] == role and "to" not in one]
        if not open_ones:
            raise NotFound("role-not-found", person=person, role=role)
        for one in open_ones:
            one["to"] = max(last, date.fromisoformat(one["from"])).isoformat()

    def leave(self, person: str, day: date) -> None:
        """The person has no authority from that day on."""
        self.person(person)["left"] = day.isoformat()

    def deputise(
        self, person: str, deputy: str, roles: tuple[str, ...], days: tuple[date, date | None], basis: str
    ) -> None:
        """Let somebody act for the person."""
        self.person(deputy)
        part = {"person": deputy, "roles": list(roles), "from": days[0].isoformat()}
        part |= {"to": days[1].isoformat()} if days[1] else {}
        self.person(person).setdefault("deputies", []).append({**part, "basis": basis})

    def revoke(self, mark: str, compromised_since: int | None) -> str:
        """End a key, by its fingerprint; returns whose it was."""
        for name, entry in self.people["people"].items():
            for key in entry.get("keys", []):
                if fingerprint(key["public"]) == mark:
                    key["revoked"] = "yes"
                    if compromised_since is not None:
                        key["compromised-since"] = str(compromised_since)
                    return str(name)
        raise NotFound("key-not-found", key=mark)


def _person(newcomer: Newcomer, roles: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "name": newcomer.name,
        "email": newcomer.email,
        "position": newcomer.position,
        "roles": roles,
        "keys": [{"public": newcomer.public, "proof": newcomer.proof}],
    }


class _Dumper(yaml.SafeDumper):
    """Writes every value out; the strict reader knows no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _dump(value: Plain | Mapping[str, Any]) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return text
