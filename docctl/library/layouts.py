"""Which layout copies are drawn by: the document that the charter names, as in force at a moment, or docctl's own."""

from __future__ import annotations

from collections.abc import Mapping

from docctl.core import heading, layouts
from docctl.core.charter import Charter
from docctl.core.layouts import BUILT_IN, Layout, Settings
from docctl.core.model import Document, Publication
from docctl.core.state import State
from docctl.errors import Malformed, Refused
from docctl.library.deciding import authority_of
from docctl.library.replaying import MEANS


def layout_of(state: State, moment: int) -> Layout:
    """The layout of copies at a moment: the revision in force of the document that the charter of then names.

    Docctl's own, if the charter names none, if none is in force yet, or if somebody submitted one that cannot be read
    without asking docctl: no copy is refused for its layout, and each names the one it was drawn by.
    """
    found = acting(state, moment)
    if found is None or found[1].proposal.tree is None:
        return BUILT_IN
    document, publication = found
    proposal = publication.proposal
    try:
        settings = _settings(state.shelf.files(str(proposal.tree)), proposal.titles[0][0])
    except Refused:
        return BUILT_IN
    return Layout(document.id, publication.revision, proposal.content, settings)


def acting(state: State, moment: int) -> tuple[Document, Publication] | None:
    """The document that the charter of a moment names as layout, and its revision in force then; None without one."""
    document = state.documents.get(_named(state, moment))
    publication = document.in_force(moment) if document else None
    return (document, publication) if document and publication else None


def _named(state: State, moment: int) -> str:
    """The layout that the charter named at a moment, so that a body can be drawn again after the charter changed."""
    authority = authority_of(state)
    charters = [one for one in authority.thread.publications if one.starts <= moment]
    if not charters or charters[-1] is authority.thread.publications[-1]:
        return authority.charter.look.layout
    tree = charters[-1].proposal.tree
    plain = MEANS.read_yaml(state.shelf.files(tree)["library.yaml"], "library.yaml") if tree else {}
    look = plain.get("appearance", {}) if isinstance(plain, dict) else {}
    return str(look.get("layout", "")) if isinstance(look, dict) else ""


def check(charter: Charter, files: Mapping[str, bytes], found: heading.Heading) -> None:
    """That a text which is a layout can be used as one; any other text passes.

    Raises:
        Refused: `layout-*`, `field-*`, `yaml-*`, with file and line.
    """
    if found.type == layouts.TYPE or found.id == charter.look.layout:
        _settings(files, found.languages[0])


def _settings(files: Mapping[str, bytes], language: str) -> Settings:
    name = f"{language}.md"
    try:
        return layouts.settings_in(name, files[name].decode(), MEANS.read_yaml)
    except Malformed as error:
        raise Refused(error.code, **error.values) from None
