"""For auditors: judging the whole history, and what they take home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import bringing, crosschecking, explaining, files, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import command, json_option, option

if TYPE_CHECKING:
    from docctl.core.model import Violation
    from docctl.library.auditing import Report

STATUS = {"lawful": words.DONE, "violations": words.REFUSED, "not judged": words.NOT_JUDGED}


@command("verify")
@option("--anchor", type=click.Path(path_type=Path), metavar="file")
@option("--checkpoint", "checkpoints", type=click.Path(path_type=Path), multiple=True, metavar="file")
@option("--explain", is_flag=False, flag_value=explaining.EVERY, metavar="entry")
@option("--cross-check", is_flag=True)
@bringing.options
@json_option
@pass_session
def verify_(
    session: Session,
    /,
    anchor: Path | None,
    checkpoints: tuple[Path, ...],
    explain: str | None,
    *,
    cross_check: bool,
    as_json: bool,
    **asked: Any,
) -> int:
    """Judge every entry from the first."""
    session.judging = True
    report, parting = bringing.judge(session, anchor, checkpoints, asked)
    told = explaining.ask(session, explain, report)
    second = crosschecking.ask(session, asked=cross_check)
    if as_json:
        found = _object(session, report) | bringing.plain(session, report, checkpoints, parting)
        words.give(found | explaining.as_object(session, told) | crosschecking.as_object(session, second))
    else:
        _show(session, report)
        bringing.show(session, report, checkpoints, parting)
        explaining.show(session, told)
        crosschecking.show(session, second)
        words.note(session.say(f"next-{report.verdict.replace(' ', '-')}"))
    bringing.write_proof(session, parting, asked)
    return crosschecking.status(second, STATUS[report.verdict])


def _object(session: Session, report: Report) -> dict[str, object]:
    reason = {"code": report.reason, "message": _reason(session, report)} if report.reason else None
    return {
        "verdict": report.verdict,
        "library": report.library,
        "organisation": report.organisation,
        "entries": report.entries,
        "head": report.head,
        "root": report.root,
        "anchored": report.anchored,
        "violations": [
            {"entry": one.entry, "commit": one.commit, "rule": one.rule, "message": message(session, one)}
            for one in report.violations
        ],
        "reason": reason,
        "hazards": report.hazards,
        "unconfirmed": report.unconfirmed,
    }


def message(session: Session, violation: Violation) -> str:
    """A violation in words."""
    from docctl import catalogues

    return words.safe(catalogues.problem(violation.rule, session.language, **dict(violation.values)))


def _reason(session: Session, report: Report) -> str:
    from docctl import catalogues

    return catalogues.problem(str(report.reason), session.language, **dict(report.reason_values))


def _show(session: Session, report: Report) -> None:
    level = {"lawful": "good", "violations": "bad", "not judged": "warn"}[report.verdict]
    word = report.verdict.replace(" ", "-")
    words.tell(session.say(f"verdict-{word}", count=len(report.violations)), level=level, bold=True)
    words.facts(
        [
            (session.say("column-organisation"), report.organisation),
            (session.say("column-library"), report.library),
            (session.say("column-entries"), report.entries),
            (session.say("column-last-entry"), bringing.instant(report.last, report.offset) if report.entries else ""),
            (session.say("column-head"), report.head),
            (session.say("column-root"), report.root),
            (session.say("column-anchored"), session.say("yes" if report.anchored else "no")),
        ],
    )
    _violations(session, report)
    if report.reason:
        words.tell(_reason(session, report))
    for hazard in report.hazards:
        words.warn(session.say(hazard))
    if report.unconfirmed:
        words.warn(session.say("verify-unconfirmed", entries=", ".join(map(str, report.unconfirmed))))


def _violations(session: Session, report: Report) -> None:
    from docctl.core.rules import RULES

    for one in report.violations:
        rule = RULES.get(one.rule)
        severity = session.say(f"severity-{rule.severity}") if rule else ""
        clause = f", ISO 9001:2015 {rule.clause}" if rule and rule.clause else ""
        where = session.say("violation-where", entry=one.entry, commit=one.commit[:12] or "—")
        words.title(f"{where}  {one.rule} ({severity}{clause})")
        words.tell(f"{words.GAP}{message(session, one)}")


@command("anchor")
@option("--output", type=click.Path(path_type=Path), metavar="file")
@option("--force", is_flag=True)
@json_option
@pass_session
def anchor_(session: Session, output: Path | None, *, force: bool, as_json: bool) -> None:
    """The line by which this library is known."""
    with session.library() as library:
        line = library.anchor()
    if as_json:
        words.give({"library": line.library, "organisation": line.organisation, "anchor": str(line)})
    elif output is None:
        words.tell(str(line))
        words.note(session.say("next-anchor"))
    if output is not None:
        files.write(output, f"{line}\n".encode(), force=force)
        words.note(session.say("done-written", path=output))
