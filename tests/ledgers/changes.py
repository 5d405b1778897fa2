"""Changes of a charter in words: the part of the small language behind `charter:`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from office import Office, appointments, key, person, proof

from docctl.core.charter import RECOVERY


def number_of(text: str, labels: dict[str, int]) -> int:
    """The number of an entry: `7`, `@A`, `@A+1`."""
    name, _, further = text[1:].partition("+")
    return labels[name] + int(further or 0) if text.startswith("@") else int(text)


def changed(office: Office, text: str, labels: dict[str, int]) -> Any:
    """The charter in force with changes, divided by semicolons."""
    plain = office.plain()
    library = office.state.authority.library
    for part in text.split("; "):
        name, _, rest = part.partition(" ")
        _CHANGES[name](plain, library, rest, labels)
    return plain


def _add(plain: Any, library: str, rest: str, labels: Any) -> None:
    name, _, roles, *keys = rest.split()
    plain["people"]["people"][name] = person(name, library, tuple(roles.split("&")), tuple(keys[1:]) or None)


def _appoint(plain: Any, library: str, rest: str, labels: Any) -> None:
    name, _, role, *when = rest.split()
    start = when[when.index("from") + 1] if "from" in when else "2026-01-01"
    end = when[when.index("to") + 1] if "to" in when else None
    plain["people"]["people"][name]["roles"] += appointments((role,), start, end)


def _dismiss(plain: Any, library: str, rest: str, labels: Any) -> None:
    name, _, role = rest.split()
    one = plain["people"]["people"][name]
    one["roles"] = [part for part in one["roles"] if part["role"] != role]


def _leave(plain: Any, library: str, rest: str, labels: Any) -> None:
    name, day = rest.split()
    plain["people"]["people"][name]["left"] = day


def _deputy(plain: Any, library: str, rest: str, labels: Any) -> None:
    # deputy eva for bob as head from D to D
    words = rest.split()
    part = {"person": words[0], "roles": words[4].split("&"), "from": "2026-01-01", "basis": "order"}
    part |= {name: words[words.index(name) + 1] for name in ("from", "to") if name in words}
    plain["people"]["people"][words[2]].setdefault("deputies", []).append(part)


def _key(plain: Any, library: str, rest: str, labels: Any) -> None:
    name, one, *proved = rest.split()
    by = proved[1] if proved else one
    plain["people"]["people"][name]["keys"].append({"public": key(one).key, "proof": proof(by, library, name)})


def _lines(plain: Any, one: str) -> list[tuple[dict[str, Any], Any]]:
    people = plain["people"]["people"].values()
    return [(line, part) for part in people for line in part["keys"] if line["public"] == key(one).key]


def _revoke(plain: Any, library: str, rest: str, labels: Any) -> None:
    one, *since = rest.split()
    for line, _ in _lines(plain, one):
        line["revoked"] = "yes"
        if since:
            line["compromised-since"] = str(number_of(since[1], labels))


def _restore(plain: Any, library: str, rest: str, labels: Any) -> None:
    for line, _ in _lines(plain, rest):
        line.pop("revoked", None)
        line.pop("compromised-since", None)


def _remove(plain: Any, library: str, rest: str, labels: Any) -> None:
    what, name = rest.split()
    if what == "person":
        del plain["people"]["people"][name]
    elif what == "type":
        del plain["library"]["types"][name]
    else:
        for line, part in _lines(plain, name):
            part["keys"] = [one for one in part["keys"] if one is not line]


def _set(plain: Any, library: str, rest: str, labels: Any) -> None:
    path, _, value = rest.partition(" = ")
    *way, last = path.split(".")
    holder = plain
    for name in way:
        holder = holder[int(name) if isinstance(holder, list) else name]
    holder[last] = yaml.load(value, Loader=yaml.BaseLoader)


def _recovery(plain: Any, library: str, rest: str, labels: Any) -> None:
    plain["library"]["recovery"] = {"public": key(rest).key, "proof": proof(rest, library, RECOVERY)}


_CHANGES: dict[str, Callable[[Any, str, str, Any], None]] = {
    "add": _add,
    "appoint": _appoint,
    "dismiss": _dismiss,
    "leave": _leave,
    "deputy": _deputy,
    "key": _key,
    "revoke": _revoke,
    "restore": _restore,
    "remove": _remove,
    "set": _set,
    "recovery": _recovery,
}
