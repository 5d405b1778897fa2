"""The status list in words: the page that goes with it."""

from __future__ import annotations

from docctl import catalogues
from docctl.core.charter import Charter, chosen
from docctl.core.statuslist import Listed, StatusList
from docctl.renderers import statuspage
from docctl.renderers.statuspage import Line, Side


def page(listed: StatusList, charter: Charter) -> bytes:
    """The page in every language of docctl, the library's own first."""
    known = [one for one in charter.languages if one in catalogues.LANGUAGES]
    order = (*known, *(one for one in catalogues.LANGUAGES if one not in known))
    return statuspage.render([_side(listed, charter, one) for one in order], listed.made)


def _side(listed: StatusList, charter: Charter, language: str) -> Side:
    def say(code: str, **values: object) -> str:
        return catalogues.say(f"list-page-{code}", language, **values)

    words = {
        "organisation": charter.name(language),
        "title": say("title"),
        "day": catalogues.day(listed.day, language),
        "renewed": say("renewed", count=listed.renewed_within),
        "age": say("age", count="{days}"),
        "how": say("how"),
        "anchor": str(listed.anchor),
    }
    return Side(
        language,
        catalogues.say(f"own-name-{language}", language),
        words,
        [_line(o, language) for o in listed.documents],
    )


def _line(one: Listed, language: str) -> Line:
    what = []
    if one.revision is not None:
        what.append(catalogues.say("list-page-in-force", language, revision=one.revision, day=one.effective))
    else:
        what.append(catalogues.say("list-page-none", language, status=catalogues.say(f"status-{one.status}", language)))
    if one.pending is not None:
        what.append(catalogues.say("list-page-pending", language, revision=one.pending[0], day=one.pending[1]))
    if one.successor:
        what.append(catalogues.say("list-page-successor", language, document=one.successor))
    return Line(one.number, chosen(one.titles, language) if one.titles else "", tuple(what), one.status == "withdrawn")
