"""For everyone: what a copy from anywhere proves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import comparing, files, sealwords, showing, words
from docctl.cli.context import Session, pass_session
from docctl.cli.spoken import argument, command, json_option, option
from docctl.errors import DocctlError

if TYPE_CHECKING:
    from docctl.adapters.docxtext import Spot
    from docctl.core.checkpoint import Anchor
    from docctl.library.checking import Case, Checked, Currency, Numbered, Shown
    from docctl.library.sameness import Change, Sameness

FILE = click.Path(path_type=Path)
LARGEST = 256 * 1024 * 1024
LARGEST_LIST = 16 * 1024 * 1024
STATUS = {
    "proven": words.DONE,
    "not in force": words.REFUSED,
    "altered": words.REFUSED,
    "drawn otherwise": words.REFUSED,
    "broken": words.REFUSED,
    "not judged": words.NOT_JUDGED,
}
_LEVEL = {"proven": "good", "altered": "bad", "broken": "bad"}
_WORD = {
    "altered": "altered-verdict",
    "drawn otherwise": "redrawn",
    "not in force": "proven-not-in-force",
    "not judged": "not-judged",
}


@command("check")
@argument("path", type=FILE, metavar="file")
@option("--anchor", type=FILE, metavar="file")
@option("--library", type=FILE, metavar="folder")
@option("--status", "status_list", type=FILE, metavar="file")
@option("--root", type=FILE, metavar="file")
@json_option
@pass_session
def check_(session: Session, /, path: Path, anchor: Path | None, *, as_json: bool, **asked: Path | None) -> int:
    """What a copy proves."""
    session.judging = True
    from docctl.core.checkpoint import read_anchor
    from docctl.library import checking, sealed

    roots = files.read(asked["root"]) if asked["root"] else None
    known = read_anchor(files.read_text(anchor)) if anchor else None
    data = files.read(path, LARGEST)
    found, case = checking.check(data, known, () if known else _kept(session))
    seals = sealed.look(data, roots) if found.form == "pdf" else None
    if case is not None:
        found = _asked_on(session, found, (case, data), asked["library"], asked["status_list"])
    found = checking.concluded(found)
    if as_json:
        words.give(_object(session, found) | {"sealed": seals})
    else:
        _show(session, found)
        if seals is not None:
            sealwords.show(session, seals, found.shown.offset if found.shown else "+0000")
    return STATUS[found.verdict]


def _kept(session: Session) -> tuple[Anchor, ...]:
    """The anchors that this user knows; none for somebody who has no folder of their own."""
    try:
        return session.home.anchors()
    except RuntimeError:
        return ()


def _asked_on(
    session: Session, found: Checked, checked: tuple[Case, bytes], place: Path | None, listed: Path | None
) -> Checked:
    """Whether it is still in force, by a library or by a status list; and what the library says of a numbered one.

    What the copy itself proves is told anyhow.
    """
    from docctl.library import copyregister, currency

    case, data = checked
    if listed is not None:
        try:
            signature = files.read(listed.with_name(f"{listed.name}.sig"))
            found = currency.beside_list(found, case, files.read(listed, LARGEST_LIST), signature)
        except DocctlError as error:
            found = found.without_answer(error)
    named = place or (session.library_path if not _from_environment() else None)
    session.library_path = named or session.library_path
    if session.library_path is None:
        return found
    try:
        with session.library() as library:
            # The environment names the library that one works in: only a copy of that one is meant.
            if named or library.authority.library == case.proof.anchor.library:
                found = copyregister.beside(currency.beside_library(found, case, library), case, library, data)
    except DocctlError as error:
        if named:
            found = found.without_answer(error)
    return found


def _from_environment() -> bool:
    """Whether nobody named a library in the call."""
    source = click.get_current_context().find_root().get_parameter_source("library")
    return source == click.core.ParameterSource.ENVIRONMENT


# -- for programs ------------------------------------------------------------------------------------------------------


def _object(session: Session, found: Checked) -> dict[str, Any]:
    reason = {"code": found.reason, "message": _reason(session, found)} if found.reason else None
    same = found.sameness
    return {
        "verdict": found.verdict,
        "reason": reason,
        "entry": found.entry,
        "format": found.form or None,
        "anchored": found.anchored,
        "copy": _copy(found.shown) if found.shown else None,
        "text": {
            "source": found.source,
            "comparison": same.finding if same else None,
            "appended": same.appended if same else False,
            "body": found.body,
            "body_layout": found.body_layout,
            "changes": [
                {
                    "place": one.place,
                    "number": one.number or None,
                    "spot": one.spot._asdict() | {"behind": one.behind} if one.spot else None,
                    "pieces": [piece._asdict() for piece in one.pieces],
                }
                for one in (same.changes if same else ())
            ],
        },
        "drawn_by": [{"name": name, "then": then, "here": here} for name, then, here in found.drawn_by],
        "currency": found.currency,
        "numbered": found.numbered,
        "currency_problem": _problem(session, found),
    }


def _problem(session: Session, found: Checked) -> dict[str, str] | None:
    return {"code": found.unasked[0], "message": _said(session, *found.unasked)} if found.unasked else None


def _copy(one: Shown) -> dict[str, Any]:
    plain = words.mapping(one)
    plain["moment"] = words.instant(one.moment, one.offset)
    plain["decisions"] = [words.mapping(decision) | {"charter_entry": charter} for decision, charter in one.decisions]
    return plain


def _reason(session: Session, found: Checked) -> str:
    return _said(session, found.reason, found.values)


def _said(session: Session, code: str, values: tuple[tuple[str, str], ...]) -> str:
    from docctl import catalogues

    return words.safe(catalogues.problem(code, session.language, **dict(values)))


# -- for people --------------------------------------------------------------------------------------------------------


def _show(session: Session, found: Checked) -> None:
    word = _WORD.get(found.verdict, found.verdict)
    words.tell(session.say(f"check-{word}"), level=_LEVEL.get(found.verdict, "warn"), bold=True)
    if found.reason:
        words.tell(_reason(session, found))
    if found.entry is not None:
        words.tell(session.say("check-at-entry", entry=found.entry))
    if found.shown is not None:
        _facts(session, found.shown)
        _text(session, found, found.shown)
        _history(session, found.shown, compared=found.currency is not None and found.currency.source == "library")
        words.title(session.say("check-in-force"))
        if found.unasked is not None and found.reason != found.unasked[0]:
            words.warn(_said(session, *found.unasked))
        _in_force(session, found.currency, found.shown)
        if found.numbered is not None:
            _numbered(session, found.numbered)


def _facts(session: Session, one: Shown) -> None:
    language = session.language
    words.title(session.say("check-copy-of"))
    words.facts(
        [
            (session.say("column-organisation"), one.organisation),
            (session.say("copy-number"), one.document),
            (session.say("column-title"), one.title),
            (session.say("copy-revision"), one.revision),
            (
                session.say("check-language"),
                ", ".join(session.say(f"language-{name}") for name in one.language.split(",")),
            ),
            (session.say("copy-effective"), words.short_day(one.effective, language)),
            (session.say("column-act"), showing.act(session, one.act)),
            (
                session.say("check-status-then"),
                f"{session.say(f'status-{one.status}')}, {showing.minute(one.moment, one.offset, language)}",
            ),
        ]
    )
    words.title(session.say("check-who"))
    words.table(
        [session.say(f"column-{name}") for name in ("what", "who", "position", "role", "acting-for", "basis", "when")]
        + [session.say("check-charter-entry")],
        [
            (
                session.say(f"part-{by.part}"),
                by.name,
                by.position,
                showing.role(by.role, language) if by.role else "",
                by.acting_for,
                by.basis,
                showing.minute(by.at, by.offset, language),
                charter,
            )
            for by, charter in one.decisions
        ],
        elastic=(1, 2, 5),
    )


def _text(session: Session, found: Checked, one: Shown) -> None:
    words.title(session.say("check-text"))
    if found.source:
        words.tell(session.say("check-source-good", digest=one.content[:16]))
    same = found.sameness
    if same is not None and same.finding in ("identical", "same-pages", "same-content"):
        words.tell(session.say(f"check-{same.finding}"))
    if same is not None and same.appended and same.finding == "same-pages":
        words.tell(session.say("check-appended"))
    if found.body is not None:
        words.tell(session.say("check-body-good" if found.body else "check-body-other"))
    if found.body_layout is False:
        words.tell(session.say("check-body-layout"))
    for name, then, now in found.drawn_by:
        words.tell(session.say("check-tool", name=name, then=then or "—", now=now or "—"))
    if same is not None and same.changes:
        _differences(session, same)


def _differences(session: Session, same: Sameness) -> None:
    words.tell(session.say("check-difference"))
    for place in ("page-missing", "page-added"):
        pages = ", ".join(str(one.number) for one in same.changes if one.place == place)
        if pages:
            click.echo(words.GAP + session.say(f"check-{place}", pages=pages))
    for change in same.changes:
        if change.place not in ("page-missing", "page-added"):
            _change(session, change)
    if same.more:
        words.tell(session.say("check-more"))


def _change(session: Session, change: Change) -> None:
    place = session.say(f"check-place-{change.place}", number=change.number)
    if change.place in ("header", "footer") and change.number > 1:
        place += f", {session.say('check-place-part', number=change.number)}"
    if change.spot is not None:
        place += _spot(session, change.spot, behind=change.behind)
    told = comparing.shown(change.pieces, colour=words.coloured()).replace("\n", " ")
    click.echo(f"{words.GAP}{place}: {told}" if told else f"{words.GAP}{place}")


def _spot(session: Session, spot: Spot, *, behind: bool) -> str:
    """Where a paragraph of the text stands."""
    parts = [session.say("check-place-under", heading=words.safe(spot.heading[:100]))] if spot.heading else []
    if spot.cell is not None:
        table, row, cell = spot.cell
        parts.append(session.say("check-place-cell", table=table, row=row, cell=cell))
    elif spot.number:
        parts.append(session.say("check-place-paragraph", number=spot.number))
    if behind:
        parts.append(session.say("check-place-behind"))
    return "".join(f", {one}" for one in parts)


def _history(session: Session, one: Shown, *, compared: bool) -> None:
    words.title(session.say("check-history"))
    word = "check-signed" if one.signed else "check-in-history" if compared else "check-unsigned"
    words.tell(session.say(word, entries=one.entries, root=one.root))
    if one.unconfirmed:
        words.warn(session.say("check-unconfirmed", entries=", ".join(map(str, one.unconfirmed))))


def _in_force(session: Session, told: Currency | None, one: Shown) -> None:
    if told is None:
        words.tell(session.say("check-not-asked"))
        return
    status = session.say(f"status-{told.status}")
    level = "good" if told.status == "in-force" else "bad"
    key = "check-library-says" if told.source == "library" else "check-list-says"
    day = words.short_day(told.day, session.language)
    words.tell(session.say(key, day=day, by=told.by, status=status), level=level)
    if told.source == "list":
        age = {0: "check-list-age-0", 1: "check-list-age-1"}.get(told.age, "check-list-age")
        words.tell(session.say(age, age=told.age))
    if told.revision is not None and told.revision != one.revision:
        since = words.short_day(told.effective, session.language)
        words.tell(session.say("check-instead", revision=told.revision, day=since))
    if told.successor:
        words.tell(session.say("check-successor", document=told.successor))


def _numbered(session: Session, one: Numbered) -> None:
    """What the register says of a numbered copy."""
    words.title(session.say("check-numbered", copy=one.number))
    day = words.short_day(one.day, session.language)
    holder = ", ".join(part for part in (one.holder, one.place) if part)
    level = "good" if one.state == "out" else "bad"
    words.tell(session.say(f"check-numbered-{one.state}", copy=one.number, holder=holder, day=day), level=level)
    if one.state not in ("unknown", "other"):
        words.tell(session.say("check-numbered-same" if one.same else "check-numbered-differs"))
