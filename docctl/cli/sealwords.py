"""What the seals of a checked PDF say, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docctl.cli import words
from docctl.cli.context import Session
from docctl.cli.showing import minute

if TYPE_CHECKING:
    from docctl.library.sealed import Sealed
    from docctl.signatures.sealvalues import SealReport


def show(session: Session, found: Sealed, offset: str) -> None:
    """Who sealed the file, what each seal covers, and what was added; nothing of a file that nobody sealed.

    Args:
        session: In whose language.
        found: What the seals say.
        offset: In which instants are told.
    """
    if not (found.seals or found.unread or found.rooted):
        return
    words.title(session.say("check-seals"))
    if found.unread:
        words.tell(session.say("check-seals-unread", reason=_problem(session, found.unread)), level="warn")
    elif not found.seals:
        words.tell(session.say("check-seals-none"), level="warn")
    for one in found.seals:
        words.tell(_seal(session, one, offset), level=_level(one))
    if found.added in ("changes", "unknown") and not found.unread:
        words.tell(session.say(f"check-seals-{found.added}"), level="warn")


def _level(one: SealReport) -> str:
    if one.problem or one.trusted is False or (one.after == "changes" and one.covers != "file"):
        return "bad"
    return "good" if one.trusted and one.sound else "warn"


def _seal(session: Session, one: SealReport, offset: str) -> str:
    if one.problem:
        return session.say("says-seal-broken", field=one.field, reason=_problem(session, one.problem))
    at = one.stamped_at if one.kind == "timestamp" else one.signed_at
    when = f"{minute(at, offset, session.language)} ({offset[:3]}:{offset[3:]})" if at is not None else None
    trust = {None: "unjudged", True: "trusted", False: "untrusted"}[one.trusted]
    told = [
        session.say(f"check-{one.kind}", signer=one.signer, issuer=one.issuer, when=when),
        session.say(f"check-seal-{_covered(one)}"),
        session.say(f"check-seal-{trust}"),
    ]
    if one.kind == "seal" and one.stamped_at is not None:
        stamped = f"{minute(one.stamped_at, offset, session.language)} ({offset[:3]}:{offset[3:]})"
        told.append(session.say("says-stamped", signer=one.stamped_by, when=stamped))
    return " ".join(told)


def _covered(one: SealReport) -> str:
    """What a whole seal covers, and what came after it."""
    if one.covers == "part":
        return "part"
    if one.covers == "file":
        return "whole"
    return {"nothing": "whole", "seals": "more-seals", "unknown": "more-unknown"}.get(one.after, "more")


def _problem(session: Session, code: str) -> str:
    from docctl import catalogues

    return catalogues.problem(code, session.language)
