"""Whether one charter may follow another: what it must keep, and what a recovery key alone may change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from docctl.core.authority import Authority, administrators, ended, fingerprint
from docctl.core.charter import Charter, KeyLine, Person


def objection(authority: Authority, new: Charter, entry: int, day: date) -> str | None:
    """The code of the first rule that the new charter breaks, or None.

    People, keys and types stay listed for ever: they leave, are revoked, fall out of use; so history keeps its names
    and no key can return under another person.
    """
    old = authority.charter
    for person in old.people.values():
        if person.id not in new.people:
            return "charter-keeps-people"
        problem = _keys_kept(person, new.people[person.id], entry)
        if problem is not None:
            return problem
    for kind in old.types.values():
        kept = new.types.get(kind.name)
        if kept is None or (kept.prefix, kept.folder) != (kind.prefix, kind.folder):
            return "charter-keeps-types"
    if new.recovery.compromised_since is not None and new.recovery.compromised_since > entry:
        return "charter-compromised-since"
    return None if can_go_on(authority, new, day) else "charter-last-administrator"


def can_go_on(authority: Authority, new: Charter, day: date) -> bool:
    """Whether somebody could still change the charter after this one, and does not cease to by the calendar alone."""
    role = new.administrators[0]
    lasting = [
        person
        for person in (new.people[name] for name in administrators(new, day))
        if person.left is None and any(one.role == role and one.on(day) and one.end is None for one in person.roles)
    ]
    return any(
        not ended(key) and fingerprint(key.public) not in authority.suspended
        for person in lasting
        for key in person.keys
    )


def only_replaces_a_key(old: Charter, new: Charter, day: date) -> bool:
    """Whether the change gives one administrator new keys, ends keys of the same person, and does nothing else."""
    changed = [person for person in new.people.values() if old.people.get(person.id) != person]
    if len(changed) != 1 or replace(new, people=old.people) != old or set(new.people) != set(old.people):
        return False
    (person,) = changed
    before = old.people[person.id]
    listed = {key.public for key in before.keys}
    if all(ended(key) or key.public in listed for key in person.keys):
        return False  # taking a key without giving another would lower the quorum
    return before.holds(old.administrators[0], day) and replace(person, keys=before.keys) == before


def _keys_kept(before: Person, after: Person, entry: int) -> str | None:
    listed = {key.public: key for key in after.keys}
    for key in before.keys:
        kept = listed.get(key.public)
        if kept is None or kept.proof != key.proof or (key.revoked and not kept.revoked) or _moved(key, kept):
            return "charter-keeps-keys"
    late = any(k.compromised_since is not None and k.compromised_since > entry for k in after.keys)
    return "charter-compromised-since" if late else None


def _moved(key: KeyLine, kept: KeyLine) -> bool:
    """Whether a compromise is taken back or moved to a later entry; an earlier one may be found out."""
    if key.compromised_since is None:
        return False
    return kept.compromised_since is None or kept.compromised_since > key.compromised_since
