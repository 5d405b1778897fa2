"""One office, and a server of each kind to send to."""

from __future__ import annotations

import pytest
from sending import Office, Person
from serving import WAYS, missing


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module", params=WAYS)
def served(request, tmp_path_factory, office):
    """A server with the hook, to which the library was brought by `docctl sync`."""
    absent = missing(request.param)
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)} (sh tests/needs.sh)")
    place = tmp_path_factory.mktemp(request.param)
    with WAYS[request.param](place) as found:
        first = Person(place / "anna", found, office.key("anna"))
        said = first.docctl("hook", "install", found.repo, "--anchor", office.anchor)
        assert "The first library that is sent stays" in said
        library = office.copy(place / "anna-library")
        first.docctl("--library", library, "remote", found.url)
        said = first.docctl("--library", library, "sync")
        assert f"received 0, sent {office.entries}" in said
        found.first, found.library, found.place = first, library, place
        yield found
