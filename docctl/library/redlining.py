"""What is said about a difference, and the difference drawn: the sums in one sentence, reason and approvals from the
ledger, tracked changes in the approvers' names.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from docctl import catalogues, renderers
from docctl.adapters.gitprocess import disk_failure
from docctl.core import days
from docctl.core.charter import chosen
from docctl.errors import Malformed, NotFound, Refused
from docctl.library import copying, facing, paperwork, views
from docctl.library.deciding import authority_of, signer_name
from docctl.renderers import likeness, marking, places, redline
from docctl.renderers.nodes import Heading, Moved, Paragraph, Strong, Table, Text

if TYPE_CHECKING:
    from docctl.core.copies import ControlledCopy
    from docctl.core.state import State
    from docctl.library.comparing import Difference, Side
    from docctl.library.views import Decision
    from docctl.renderers.nodes import Block, Blocks
    from docctl.renderers.places import Place, Tally

_NOT_APPROVALS = frozenset(("prepared", "published", "rejected"))
_MOST_SECTIONS = 6
_MARKS = ("added", "removed")
_KINDS = ("section", "heading", "paragraph", "step", "item", "table", "row", "picture", "code", "line")


@dataclass(frozen=True, slots=True)
class Told:
    """A difference in words.

    Attributes:
        sides: From what to what.
        summary: How much changed and where, in one line.
        facts: Reason, approvals, act: label to value.
        notes: What else is to be known before reading.
        places: Where it differs; first the lines of the heading.
        tally: The sums of these.
    """

    title: str
    sides: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    places: tuple[Place, ...]
    tally: Tally


def tell(state: State, difference: Difference, language: str, *, whole: bool = False) -> Told:
    """A difference in the words of a language; `whole` with the places where nothing changed."""
    found = (*places.find(_data(state, difference, language)), *places.find(difference.blocks, whole=whole))
    tally = places.tally(found)
    proposal = difference.new.proposal or difference.old.proposal
    return Told(
        title=chosen(proposal.titles, difference.language) if proposal else difference.document.id,
        sides=sides(difference, language),
        summary=summary(tally, language),
        facts=tuple(_facts(state, difference, language)),
        notes=tuple(_notes(difference, language)),
        places=found,
        tally=tally,
    )


def render(state: State, difference: Difference, form: str) -> bytes:
    """A difference as a file, in the language of the text.

    Raises:
        NotFound: `format-unknown`.
        Refused: what cannot be shown, with its file and the line there; only a draft may hold such.
        Unavailable: as of a copy.
    """
    if form not in renderers.COMPARISONS:
        raise NotFound("format-unknown", format=form, known=", ".join(renderers.COMPARISONS))
    copy, comparison = _copy(state, difference, form)
    try:
        return renderers.COMPARISONS[form](copy, comparison)
    except Malformed as error:
        raise Refused(error.code, **copying.placed(error, copy.language, difference.above)) from None
    except OSError as error:
        raise disk_failure(error, Path(tempfile.gettempdir())) from error


# -- sentences ---------------------------------------------------------------------------------------------------------


def sides(difference: Difference, language: str) -> str:
    """From what to what: `revision 1 (superseded) → revision 2 (in force)`."""
    return f"{_side(difference.old, language)} → {_side(difference.new, language)}"


def _side(side: Side, language: str) -> str:
    if side.status is None:
        return catalogues.say("redline-no-text", language)
    if side.draft:
        return catalogues.say("redline-draft", language, revision=side.revision)
    status = catalogues.say(f"status-{side.status.value}", language)
    return catalogues.say("redline-revision", language, revision=side.revision, status=status)


def summary(tally: Tally, language: str) -> str:
    """How much changed, of which kind, and where: one line, words before everything."""
    if tally.nothing:
        return catalogues.say("redline-same", language)
    say = catalogues.say
    parts = (
        [_counted("redline-places", tally.places, language)] if tally.places else [say("redline-no-words", language)]
    )
    words = [
        _counted(f"redline-words-{sign}", count, language)
        for sign, count in (("removed", tally.removed), ("added", tally.added))
        if count
    ]
    parts[0] += f" ({', '.join(words)})" if words else ""
    for kind in _KINDS:
        for change in ("moved", "added", "removed"):
            count = tally.kinds[kind, change]
            if count:
                what = _counted(f"redline-count-{kind}", count, language)
                parts.append(say(f"redline-{change}", language, what=what))
    numbers = sum(count for (_, change), count in tally.kinds.items() if change == "renumbered")
    if numbers:
        parts.append(_counted("redline-renumbered", numbers, language))
    where = ", ".join(_where(tally, language))
    return f"{'; '.join(parts)}. {say('redline-where', language, where=where) if where else ''}".rstrip()


def _counted(code: str, count: int, language: str) -> str:
    return catalogues.say(f"{code}-one" if count == 1 else f"{code}-many", language, count=count)


def _where(tally: Tally, language: str) -> Iterator[str]:
    for (section, table), count in list(tally.sections.items())[:_MOST_SECTIONS]:
        place = section_name(section, language)
        named = catalogues.say("redline-in-table", language, place=place) if table else place
        yield f"{named} ({count})"
    if len(tally.sections) > _MOST_SECTIONS:
        yield _counted("redline-further", len(tally.sections) - _MOST_SECTIONS, language)


def section_name(section: str, language: str) -> str:
    """A section by its number, or else by its title."""
    number = likeness.number_of(section).strip().rstrip(".)")
    if number:
        return catalogues.say("redline-section", language, number=number)
    return catalogues.say("redline-titled" if section else "redline-front", language, title=section)


def _notes(difference: Difference, language: str) -> Iterator[str]:
    old, new, tongue = difference.old, difference.new, difference.language
    if old.revision > new.revision:
        yield catalogues.say("redline-backwards", language, old=old.revision, new=new.revision)
    named = catalogues.say(f"language-{tongue}", language) if tongue in catalogues.COPY_LANGUAGES else tongue
    if not old.has(tongue):
        yield catalogues.say("redline-all-new", language, language=named)
    elif not new.has(tongue):
        yield catalogues.say("redline-all-gone", language, language=named)
    if difference.others:
        yield catalogues.say("redline-others", language, languages=", ".join(difference.others))


# -- from the ledger ---------------------------------------------------------------------------------------------------


def _facts(state: State, difference: Difference, language: str) -> Iterator[tuple[str, str]]:
    """Why it was changed, who agreed and when, by which act, from when."""
    yield from _reasons(difference, language)
    for one in _approvals(state, difference, language):
        who = f"{one.name}, {one.position}" if one.position else one.name
        yield (
            catalogues.say(f"part-{one.part}", language),
            f"{who} – {catalogues.instant(one.at, one.offset, language)}",
        )
    publication = difference.new.publication
    act = paperwork.act_of(publication, difference.new.proposal)
    if act is not None:
        yield catalogues.say("copy-act", language), paperwork.act_line(act, language)
    if publication is not None:
        yield catalogues.say("copy-effective", language), catalogues.day(publication.effective, language)


def _reasons(difference: Difference, language: str) -> Iterator[tuple[str, str]]:
    """The reason of the newer revision, and before it those of the revisions between."""
    label = catalogues.say("copy-reason", language)
    texts, old, new = difference.document.texts, difference.old.revision, difference.new.revision
    between = [one for one in texts if old < one.revision < new]
    last = difference.new.proposal
    told = [(one.revision, one.proposal.reason) for one in between]
    told += [(last.revision, last.reason)] if last is not None and last.reason else []
    for revision, reason in told:
        numbered = catalogues.say("redline-reason-of", language, revision=revision)
        yield numbered if between else label, reason


def _approvals(state: State, difference: Difference, language: str) -> list[Decision]:
    new = difference.new
    if new.draft:
        return []
    return [
        one
        for one in views.decisions(state, new.publication, new.proposal, language)
        if one.part not in _NOT_APPROVALS
    ]  # fmt: skip


def _authorship(state: State, difference: Difference, language: str) -> tuple[str, str]:
    """In whose name the changes stand, and since when: the approvers', or else that of who submitted them."""
    new = difference.new
    decisions = _approvals(state, difference, language)
    if decisions:
        last = max(decisions, key=lambda one: one.at)
        return ", ".join(dict.fromkeys(one.name for one in decisions)), _local(last.at, last.offset)
    if new.draft or new.proposal is None:
        return catalogues.say("redline-draft-author", language), _local(
            state.time, authority_of(state).charter.offsets[0]
        )
    by = new.proposal.by
    return signer_name(state, by.person), _local(by.at, by.offset)


def _local(at: int, offset: str) -> str:
    """The wall clock's instant: tracked changes name no offset."""
    return datetime.fromtimestamp(at + days.seconds(offset), UTC).strftime("%Y-%m-%dT%H:%M:%S")


# -- the file ----------------------------------------------------------------------------------------------------------


def _copy(state: State, difference: Difference, form: str) -> tuple[ControlledCopy, marking.Comparison]:
    language = difference.language
    told = tell(state, difference, language)
    shown = difference.new if difference.new.has(language) else difference.old
    if shown.proposal is None or shown.status is None or shown.files is None:
        raise NotFound("text-not-found")
    say = catalogues.say
    face = facing.face(
        state, difference.document, (shown.proposal, shown.publication, shown.status), dict(shown.files), language
    )
    copy = replace(
        face,
        kind=say("redline-kind", language, kind=face.kind),
        revision=difference.new.revision,
        status_word=say("redline-against", language, revision=difference.old.revision),
        status="",
        watermark="",
        effective=face.effective if shown.publication else "",
        uncontrolled=say("redline-uncontrolled", language),
        language_note="",
        facts=(
            (face.labels["number"], face.number),
            (say("redline-compared", language), told.sides),
            *told.facts,
        ),
        approvals=(),
        history=(),
        digest="",
        stamps=(),
        distribution=(),
        code="",
        attachments=(),
        companion=None,
        images=MappingProxyType(dict(difference.images)),
        labels=MappingProxyType({**face.labels, **{code: say(f"redline-mark-{code}", language) for code in _MARKS}}),
    )
    author, at = _authorship(state, difference, language)
    notes = (*told.notes, *([] if form == "docx" or told.tally.nothing else [say("redline-legend", language)]))
    blocks = (
        Paragraph((Strong((Text(told.summary),)),)),
        *(Paragraph((Text(note),)) for note in notes),
        *_data(state, difference, language),
        *_noted(difference.blocks, language),
    )
    return copy, marking.Comparison(blocks, author, at)


def _data(state: State, difference: Difference, language: str) -> Blocks:
    """The lines of the heading that differ, as a table below a heading of its own."""
    if not difference.data:
        return ()
    rows = []
    for name, before, after in difference.data:
        code = f"heading-data-{name}"
        label = catalogues.say(code, language) if catalogues.knows(code, language) else name
        values = (_value(state, name, value, language) for value in (before, after))
        rows.append(((Text(label),), redline.compare_words(*values)))
    return Heading(1, (Text(catalogues.say("redline-data", language)),)), Table(("", ""), (), tuple(rows))


def _value(state: State, name: str, value: str, language: str) -> str:
    if name in ("owner", "signers", "confidential") and value:
        return ", ".join(catalogues.role(one, language) for one in value.split(", "))
    kind = authority_of(state).charter.types.get(value) if name == "type" else None
    return chosen(kind.titles, language) if kind else value


def _noted(blocks: Blocks, language: str) -> Iterator[Block]:
    """The blocks, what moved with a note that says from where or to where."""
    homes = marking.homes(blocks)
    for block in blocks:
        if isinstance(block, Moved):
            above = homes[block.number]["+" if block.sign == "-" else "-"]
            code = "redline-moved-away" if block.sign == "-" else "redline-moved-here"
            yield replace(block, note=_move(code, marking.heading_of(block), above, language))
        else:
            yield block


def _move(code: str, title: str, above: str, language: str) -> str:
    front = not above
    return catalogues.say(f"{code}-front" if front else code, language, title=title, above=above)
