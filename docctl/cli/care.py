"""For the IT person: the shared copy, and whether everything is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docctl.cli import words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import argument, command, json_option
from docctl.errors import DocctlError, Refused

if TYPE_CHECKING:
    from docctl.library.doctor import Check


@command("sync")
@json_option
@pass_session
def sync_(session: Session, *, as_json: bool) -> None:
    """Bring this library together with its shared copy."""
    with session.library() as library:
        try:
            done = library.sync(None)
        except Refused as refused:
            # Only own entries that must be signed anew need the key, and maybe its passphrase.
            if refused.code != "sync-needs-key":
                raise
            signer = session.signer()
            session.check_signer(library, signer)
            done = library.sync(signer)
    if as_json:
        words.give(done)
        return
    words.tell(session.say("done-sync", received=done.received, sent=done.sent))
    if done.signed_anew:
        words.tell(session.say("sync-anew", count=done.signed_anew))


@command("remote")
@argument("url", required=False, metavar="url")
@json_option
@pass_session
def remote_(session: Session, url: str | None, *, as_json: bool) -> None:
    """Where the shared copy is."""
    from docctl.adapters import remote

    with session.library() as library:
        if url is not None:
            remote.set_remote(library.root, url)
        known = remote.remote_url(library.root)
    if as_json:
        words.give({"url": known})
    elif url is not None:
        words.tell(session.say("done-remote", url=known))
        words.tell(session.say("next-remote"))
    else:
        words.tell(known or session.say("remote-not-set"))


@command("doctor")
@json_option
@pass_session
def doctor_(session: Session, *, as_json: bool) -> int:
    """Whether everything is well here."""
    from docctl.library import doctor

    try:
        key = session.key_path()
    except DocctlError:
        key = None
    found = doctor.examine(session.place, session.home, key)
    bad = any(one.level == "bad" for one in found)
    if as_json:
        words.give({"well": not bad, "checks": [_object(session, one) for one in found]})
        return words.REFUSED if bad else words.DONE
    for one in found:
        words.tell(_sentence(session, one), level=one.level)
        if one.level != "good":
            words.tell(f"{words.GAP}{session.say(f'doctor-{one.code}-fix', **one.values)}")
    words.note(session.say("doctor-bad" if bad else "doctor-good"))
    return words.REFUSED if bad else words.DONE


def _sentence(session: Session, one: Check) -> str:
    problem = words.problem(one.error, session.language) if one.error else None
    return session.say(f"doctor-{one.code}", **one.values, problem=problem)


def _object(session: Session, one: Check) -> dict[str, object]:
    fix = session.say(f"doctor-{one.code}-fix", **one.values) if one.level != "good" else None
    return {"level": one.level, "code": one.code, "message": _sentence(session, one), "fix": fix}
