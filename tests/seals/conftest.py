"""A drawn copy, an authority of our own, and copies sealed at each level; everything stays on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from authority import NOW, PASSWORD, Authority, served

from docctl.adapters import timestamps
from docctl.signatures import sealing, sealkeys

TEXT = """
#set document(title: "Keyfiyyət siyasəti", date: datetime(year: 2026, month: 11, day: 22))
#set text(lang: "az", region: "AZ", font: "Arimo")
= Keyfiyyət siyasəti
İdarə vətəndaşların müraciətlərinə vaxtında baxır. #pagebreak()
== İkinci səhifə
#table(columns: 2, table.header[Kim][Nə], [Rəşad Əliyev], [təsdiq etdi])
"""


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two pages as the typesetter of copies gives them: PDF/A-3a and PDF/UA-1, no line end behind the last marker."""
    import fontpkg_arimo
    import typst

    source = tmp_path_factory.mktemp("copy") / "copy.typ"
    source.write_text(TEXT, "utf-8")
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(fontpkg_arimo.ROOT)])
    made = bytes(
        typst.compile(source, font_paths=fonts, format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=1795341900)
    )
    assert made.endswith(b"%%EOF")
    return made


@pytest.fixture(scope="session")
def office() -> Iterator[tuple[Authority, str, dict[str, object]]]:
    """The authority, the address of its timestamps, and how it answers."""
    authority = Authority()
    with served(authority) as (url, how):
        yield authority, url, how


@pytest.fixture(scope="session")
def key(office: tuple[Authority, str, dict[str, object]]) -> sealkeys.SealKey:
    return sealkeys.open_key(office[0].sealer(), PASSWORD, NOW)


@pytest.fixture(scope="session")
def sealed(pdf: bytes, office: tuple[Authority, str, dict[str, object]], key: sealkeys.SealKey) -> dict[str, bytes]:
    """By level."""
    _, url, _ = office

    def stamp(asked: bytes) -> bytes:
        return timestamps.post(url, asked)

    return {level: sealing.seal(pdf, key, at=NOW, level=level, stamp=stamp) for level in sealing.LEVELS}
