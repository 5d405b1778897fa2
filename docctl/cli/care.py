"""For the IT person: the shared copy, and whether everything is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docctl.cli import words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import argument, command, json_option, option
from docctl.core.events import name_of
from docctl.errors import DocctlError, Refused

if TYPE_CHECKING:
    from docctl.core.model import Signed
    from docctl.library.doctor import Check
    from docctl.library.library import Library
    from docctl.library.reentering import Aside
    from docctl.library.syncing import Synced


@command("sync")
@option("--status", "only_status", is_flag=True)
@option("--restore", is_flag=True)
@option("--dismiss", is_flag=True)
@json_option
@pass_session
def sync_(session: Session, *, only_status: bool, restore: bool, dismiss: bool, as_json: bool) -> int:
    """Bring this library together with its shared copy."""
    with session.library() as library:
        if only_status or dismiss:
            return _standing(session, library, dismiss=dismiss, as_json=as_json)
        try:
            done = library.sync(None, restore=restore)
        except Refused as refused:
            # Only own entries that must be signed anew need the key, and maybe its passphrase.
            if refused.code != "sync-needs-key":
                raise
            signer = session.signer()
            session.check_signer(library, signer)
            done = library.sync(signer, restore=restore)
    whole = done.stopped is None and not done.aside
    if as_json:
        words.give(_outcome(session, done))
        return words.DONE if whole else words.REFUSED
    for one in done.aside:
        words.refuse(one.rule, _told(session, one), as_json=False)
        if one.comment:
            words.note(words.GAP + session.say("sync-words", text=one.comment))
    if done.stopped is not None:
        words.refuse(done.stopped.code, words.problem(done.stopped, session.language), as_json=False)
        return words.REFUSED
    words.tell(session.say("done-sync", received=done.received, sent=done.sent))
    if done.beaten:
        words.tell(session.say("sync-beaten", times=done.beaten))
    elif done.signed_anew:
        words.tell(session.say("sync-anew", count=done.signed_anew))
    return words.DONE if whole else words.REFUSED


def _told(session: Session, one: Aside) -> str:
    """Why an own entry was set aside, and where its text lies."""
    values = {
        **one.values, "rule": one.rule, "document": one.document, "event": session.say(f"event-{one.event}"),
        "path": one.draft,
    }  # fmt: skip
    return words.problem(
        Refused("sync-conflict-text", **values) if one.draft else Refused("sync-conflict", **values), session.language
    )


def _outcome(session: Session, done: Synced) -> dict[str, object]:
    """The outcome for programs."""
    aside = [
        {"entry": one.entry, "document": one.document, "event": one.event, "rule": one.rule, "comment": one.comment,
         "draft": one.draft, "message": _told(session, one)}
        for one in done.aside
    ]  # fmt: skip
    stopped = words.problem(done.stopped, session.language) if done.stopped is not None else None
    return {
        "received": done.received, "sent": done.sent, "signed_anew": done.signed_anew, "beaten": done.beaten,
        "aside": aside, "stopped": stopped,
    }  # fmt: skip


def _standing(session: Session, library: Library, *, dismiss: bool, as_json: bool) -> int:
    """What waits for a sync, and what one set aside; maybe let go of the latter."""
    from docctl.library import syncing

    found = syncing.standing(library.book)
    if dismiss:
        syncing.dismiss(library.book)
    if as_json:
        words.give({"pending": [_brief(one) for one in found.pending], "aside": [_brief(one) for one in found.aside]})
        return words.DONE
    lists = (
        (("sync-dismissed", found.aside),)
        if dismiss
        else (("sync-pending", found.pending), ("sync-aside", found.aside))
    )
    for key, entries in lists:
        words.tell(session.say(key, count=len(entries)))
        for one in entries:
            event = session.say(f"event-{name_of(one.entry.event)}")
            text = f"{one.entry.subject}  {event}  {one.name}  {words.short_day(one.day, session.language)}"
            words.tell(f"{words.GAP}{text}  {one.entry.comment}".rstrip())
    return words.DONE


def _brief(one: Signed) -> dict[str, object]:
    return {
        "entry": one.entry.sequence, "document": one.entry.subject, "event": name_of(one.entry.event),
        "name": one.name, "day": one.day.isoformat(), "comment": one.entry.comment,
    }  # fmt: skip


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
@option("--fix", is_flag=True)
@json_option
@pass_session
def doctor_(session: Session, *, fix: bool, as_json: bool) -> int:
    """Whether everything is well here."""
    from docctl.library import doctor, mending

    mended = None
    if fix:
        mended = mending.mend(session.place, session.home)
    if mended is not None and not as_json:
        for path in mended.removed:
            words.note(session.say("doctor-removed", path=path))
        if mended.forgotten:
            words.note(session.say("doctor-forgotten", count=mended.forgotten))
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
