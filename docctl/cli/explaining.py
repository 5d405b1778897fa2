"""Explained entries in words: for a quality manager on a terminal, and the same object as JSON."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import showing, words
from docctl.cli.context import Session
from docctl.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docctl.core.explanation import Explanation, Signing
    from docctl.core.fate import Fate
    from docctl.core.standing import Standing
    from docctl.library.auditing import Report

EVERY = ""  # what `--explain` without a value stands for
_ALGORITHMS = {
    "ssh-ed25519": "Ed25519",
    "ecdsa-sha2-nistp256": "ECDSA P-256",
    "ecdsa-sha2-nistp384": "ECDSA P-384",
    "rsa-sha2-512": "RSA, SHA-512",
    "rsa-sha2-256": "RSA, SHA-256",
    "sk-ssh-ed25519@openssh.com": "FIDO, Ed25519",
    "sk-ecdsa-sha2-nistp256@openssh.com": "FIDO, ECDSA P-256",
    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com": "WebAuthn, ECDSA P-256",
}
Facts = list[tuple[str, object]]


def ask(session: Session, wanted: str | None, report: Report) -> tuple[Explanation, ...] | None:
    """The entries explained; None if none were asked for, or the ledger cannot be read, which the verdict says.

    Without a value: the entries of which the report says that they break a rule, or else the last one.

    Raises:
        UsageError: there is no such entry.
    """
    from docctl.library import explaining

    if wanted is None or not report.entries:
        return None
    try:
        if wanted == EVERY:
            # A violation without a commit is the history's, not an entry's: another anchor, a checkpoint.
            broken = sorted({one.entry for one in report.violations if one.commit})
            return explaining.explain_these(session.place, broken or [report.entries - 1])
        return explaining.explain_at(session.place, wanted)
    except NotFound as error:
        if error.code in ("entry-not-found", "entry-ambiguous"):
            raise click.UsageError(words.problem(error, session.language)) from None
        raise
    except Unavailable:
        return None


def as_object(session: Session, told: tuple[Explanation, ...] | None) -> dict[str, object]:
    """The explanations for machines, with the sentence of each rule in the person's language."""
    return {} if told is None else {"explanations": [_entry(session, one) for one in told]}


def _entry(session: Session, one: Explanation) -> dict[str, object]:
    from docctl.core.rules import RULES

    found: Any = words.plain(one)
    for check in found["checks"]:
        check["sentence"] = session.say(f"met-{check['rule']}")
    if one.violation is not None:
        found["violation"] = {
            "rule": one.violation.rule,
            "severity": RULES[one.violation.rule].severity,
            "clause": RULES[one.violation.rule].clause,
            "values": dict(one.violation.values),
            "message": _broken(session, one),
        }
    if one.fate is not None:
        found["fate"]["sentences"] = list(_fates(session, one))
    return dict(found)


def show(session: Session, told: tuple[Explanation, ...] | None) -> None:
    """Each entry as a short block."""
    from docctl.library.explaining import MOST

    for one in told or ():
        _show(session, one)
    if told is not None and len(told) == MOST:
        words.note(session.say("explain-more", count=MOST))


def _show(session: Session, one: Explanation) -> None:
    headline = _event(session, one)
    words.title(session.say("explain-title", entry=one.entry, id=one.commit[:12], event=headline))
    _verdict(session, one)
    parts = (
        ("explain-signature", _signature(session, one)),
        ("explain-authority", _authority(session, one)),
        ("explain-change", _change(session, one)),
    )
    for name, facts in parts:
        if facts:
            words.title(session.say(name))
            words.facts(facts)
    if one.checks:
        words.title(session.say("explain-rules", count=len(one.checks)))
        for check in one.checks:
            clause = f"; ISO 9001:2015 {check.clause}" if check.clause else ""
            words.tell(f"{words.GAP}{session.say(f'met-{check.rule}')} ({check.rule}{clause})")
    words.title(session.say("explain-fate"))
    for sentence in _fates(session, one):
        words.tell(f"{words.GAP}{sentence}")


def _event(session: Session, one: Explanation) -> str:
    from docctl.core.events import CLASSES

    if not one.event:
        return session.say("explain-unreadable")
    # An event that does not exist has no words; what the entry calls it is shown as it is.
    event = session.say(f"event-{one.event}") if one.event in CLASSES else one.event
    document = _document(session, one.document)
    if not document:
        return event
    key = "explain-event-document" if one.revision is None else "explain-event-revision"
    return session.say(key, event=event, document=document, revision=one.revision)


def _document(session: Session, document: str) -> str:
    return session.say("document-charter") if document == "charter" else document


def _verdict(session: Session, one: Explanation) -> None:
    from docctl.core.rules import RULES

    if one.violation is None:
        words.tell(session.say("explain-keeps"), level="good")
        return
    rule = RULES[one.violation.rule]
    severity = session.say(f"severity-{rule.severity}")
    key = "explain-breaks-clause" if rule.clause else "explain-breaks"
    sentence = session.say(key, rule=one.violation.rule, severity=severity, clause=rule.clause)
    words.tell(sentence, level="bad")
    words.tell(f"{words.GAP}{_broken(session, one)}")
    if not one.signature.opened:
        words.tell(f"{words.GAP}{session.say('explain-claims')}")


def _broken(session: Session, one: Explanation) -> str:
    from docctl import catalogues

    if one.violation is None:
        return ""
    return words.safe(catalogues.problem(one.violation.rule, session.language, **dict(one.violation.values)))


# -- the parts ---------------------------------------------------------------------------------------------------------


def _signature(session: Session, one: Explanation) -> Facts:
    from docctl import catalogues

    seal = one.signature
    who = f"{seal.name} <{seal.email}>" if seal.name else ""
    return [
        (session.say("explain-signed-by" if seal.opened else "explain-claimed"), who),
        (
            session.say("explain-when"),
            catalogues.instant(one.at, one.offset, session.language) if one.at is not None else "",
        ),
        (session.say("explain-key"), seal.fingerprint),
        (session.say("explain-how"), _how(session, seal)),
        (
            session.say("explain-user"),
            "" if seal.verified_user is None else session.say(f"explain-user-{'yes' if seal.verified_user else 'no'}"),
        ),
        (session.say("explain-result"), _result(session, seal)),
    ]


def _how(session: Session, seal: Signing) -> str:
    if not seal.method:
        return ""
    untouched = seal.method == "device" and seal.problem is not None
    key = f"explain-method-{seal.method}{'-untouched' if untouched else ''}"
    return session.say(key, algorithm=_ALGORITHMS.get(seal.algorithm, seal.algorithm or "—"))


def _result(session: Session, seal: Signing) -> str:
    from docctl import catalogues

    if not seal.opened:
        return session.say("explain-closed")
    if seal.problem is not None:
        return catalogues.problem(seal.problem, session.language, algorithm=seal.algorithm)
    return session.say("explain-good" if seal.known else "explain-good-unknown")


def _authority(session: Session, one: Explanation) -> Facts:
    whose = one.standing
    if whose is None:
        return []
    rules = session.say("explain-charter-entry", entry=whose.charter) if whose.charter is not None else ""
    shared: Facts = [(session.say("explain-charter"), rules), *_workflow(session, whose)]
    if whose.ground == "none" and not whose.person:
        return [(session.say("explain-person"), session.say("explain-nobody")), *shared]
    language = session.language
    role = showing.role(whose.role, language)
    held = ", ".join(showing.role(name, language) for name in whose.held) or session.say("explain-no-roles")
    position = showing.chosen(whose.position, language)
    person = f"{whose.name} ({whose.person})" if whose.name else ""
    acted = role if whose.ground == "role" else session.say(f"ground-{whose.ground}", role=role)
    return [
        (session.say("explain-person"), ", ".join(part for part in (person, position) if part)),
        (session.say("explain-acted"), acted),
        *_behalf(session, whose),
        (session.say("explain-held"), _term(session, whose.since, whose.until)),
        (session.say("explain-basis"), whose.basis),
        (session.say("explain-roles-held"), held if whose.ground == "none" else ""),
        (session.say("explain-origin"), "; ".join(_origins(session, whose))),
        *shared,
    ]


def _term(session: Session, since: date | None, until: date | None) -> str:
    if since is None:
        return ""
    return session.say("explain-from-to" if until else "explain-from", since=since, until=until)


def _behalf(session: Session, whose: Standing) -> Facts:
    deputy = whose.deputy
    if deputy is None:
        return []
    term = _term(session, deputy.since, deputy.until) or session.say("explain-behalf-none")
    return [
        (session.say("explain-behalf"), f"{deputy.name} ({deputy.person})"),
        (session.say("explain-behalf-held"), f"{term}, {deputy.basis}" if deputy.basis else term),
        (session.say("explain-order"), deputy.order),
    ]


def _origins(session: Session, whose: Standing) -> Iterator[str]:
    deputy = whose.deputy.entry if whose.deputy else None
    named = (("person", whose.enrolled), ("role", whose.appointed), ("key", whose.key), ("deputy", deputy))
    for name, entry in named:
        if entry is not None:
            yield session.say(f"explain-origin-{name}", entry=entry)


def _workflow(session: Session, whose: Standing) -> Facts:
    if not whose.workflow:
        return []
    steps, *others = (showing.roles(session, step) for step in whose.workflow)
    for step in others:
        steps = session.say("explain-then", first=steps, second=step)
    missing = ""
    if whose.missing is not None:
        missing = showing.roles(session, whose.missing) or session.say("explain-missing-nothing")
    return [(session.say("explain-workflow"), steps), (session.say("explain-missing"), missing)]


def _change(session: Session, one: Explanation) -> Facts:
    files = [session.say(f"file-{f.change}", path=f.path, source=f.source) for f in one.change.files]
    if not one.change.complete:
        files.append(session.say("explain-files-unread"))
    previous = session.say("explain-previous-none") if one.previous is None else one.previous
    return [
        (session.say("explain-kind"), session.say(f"kind-{one.kind}") if one.kind else ""),
        (session.say("explain-comment"), one.comment),
        (session.say("explain-content"), one.content),
        (session.say("explain-body"), _seen(session, one)),
        (session.say("explain-files"), "\n".join(files) or session.say("explain-files-none")),
        (session.say("explain-previous"), previous if one.readable else ""),
    ]


def _seen(session: Session, one: Explanation) -> str:
    """The pages seen before signing, and whether the approvers before saw the same."""
    if one.event != "approved" or one.document == "charter" or one.kind in ("withdrawal", "disposal"):
        return ""
    if not one.body:
        return session.say("explain-body-none")
    same = ", ".join(str(entry) for entry, body in one.bodies if body == one.body)
    other = ", ".join(str(entry) for entry, body in one.bodies if body != one.body)
    told = [one.body]
    told += [session.say("explain-body-same", entries=same)] if same else []
    told += [session.say("explain-body-other", entries=other)] if other else []
    return "\n".join(told)


def _fates(session: Session, one: Explanation) -> Iterator[str]:
    """What became of it, in sentences."""
    end = one.fate
    if end is None:
        return
    yield session.say(f"fate-{_family(one, end)}{end.outcome}", by=end.by, day=end.effective)
    if not end.confirmed:
        known = end.compromised_since is not None
        key = "fate-unconfirmed" if known else "fate-unconfirmed-enrolment"
        yield session.say(key, declared=end.declared, since=end.compromised_since)
    if end.reaffirmed is not None:
        yield session.say("fate-reaffirmed", entry=end.reaffirmed)


def _family(one: Explanation, end: Fate) -> str:
    if end.outcome in ("stands", "nothing"):
        return ""
    if one.event == "published":
        return "withdrawal-" if one.kind == "withdrawal" else "publication-"
    return "proposal-"
