"""A comparison drawn: Word can accept and refuse each change, HTML and PDF show it without colour."""

from __future__ import annotations

import html.parser
import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from redlines import EXTRA, STARTERS, edits, starter
from test_renderers import sample
from test_renderers_official import WIDE, check_valid
from test_renderers_paper import Pdf, flat

from docctl.errors import Malformed
from docctl.renderers import COMPARISONS, FORMATS, docx_sheet, docx_tracking, marking, redline, tree
from docctl.renderers import docx_xml as x
from docctl.renderers.docx_body import Body

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OLD = (
    EXTRA
    + "\n\n## Keys\n\nKeys are kept by the porter & nobody else.\n\n## Cars\n\nCars are washed on Fridays by him.\n"
)
OLD += "\nTerm\n:   Meaning of it[^1].\n\n[^1]: Said by the law.\n"
OLD += "\n| Role | Duty |\n|---|---|\n| Head | signs |\n| Clerk | files letters |\n"
NEW = EXTRA.replace("behind you", "quietly").replace("3. Hand", "3. Wait.\n4. Hand").replace("fixed   width", "other")
NEW += "\n\n## Cars\n\nCars are washed on Mondays by him.\n\n| Role | Duty |\n|---|---|\n| Lawyer | reads |\n| Head | signs |\n"
NEW += "\nKey\n:   A thing that opens.\n\nTerm\n:   Meaning of it[^2], and more[^1].\n\n[^1]: Said by us.\n\n[^2]: Said by the law.\n"
NEW += "\n## Keys\n\nKeys are kept by the porter & nobody else.\n"
COPY = replace(sample(), labels={**sample().labels, "added": "əlavə", "removed": "çıxarılıb"}, images={}, text=OLD)


def comparison(old: str, new: str) -> marking.Comparison:
    both = redline.compare(tree.parse(old), tree.parse(new))
    return marking.Comparison(both, "Leyla Hüseynova, Rəşad Əliyev", "2026-01-05T14:05:00")


class NoRelations:
    def link(self, url: str) -> str:
        return "rId1"

    def picture(self, picture: object) -> str:
        raise AssertionError(picture)

    def drawing(self) -> int:
        raise AssertionError


def body(blocks: tree.Blocks, tracked: marking.Comparison | None = None) -> etree._Element:
    """The body of a text as WordprocessingML, without the rest of the file."""
    writer = Body(COPY, (NoRelations(), NoRelations()), docx_sheet.upright(COPY.layout.settings), ([], []))
    written = "".join(run for _, run in writer.runs(blocks))
    found = etree.fromstring(f"<w:body {x.NAMESPACES}>{written}</w:body>")
    if tracked is not None:
        docx_tracking.settle(found, tracked)
    return found


def resolved(found: etree._Element, *, accept: bool) -> list[str]:
    """What is left, paragraph by paragraph, once every change is accepted, or refused (ECMA-376, 17.13.5).

    Written here once more from the standard; a paragraph whose mark goes is joined with the one behind it.
    """
    gone, kept = ({"del", "moveFrom"}, {"ins", "moveTo"}) if accept else ({"ins", "moveTo"}, {"del", "moveFrom"})
    lost = tuple(W + tag for tag in gone)
    for row in [*found.iter(W + "tr")]:
        if row.find(W + "trPr") is not None and any(row.find(W + "trPr").find(tag) is not None for tag in lost):
            row.getparent().remove(row)
    for table in [*found.iter(W + "tbl")]:
        if table.find(W + "tr") is None:
            table.getparent().remove(table)
    lines, held = [], ""
    for paragraph in found.iter(W + "p"):
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        ends = mark is None or not any(mark.find(tag) is not None for tag in lost)
        for run in paragraph.iter(W + "r"):
            if any(above.tag in lost for above in run.iterancestors()):
                continue
            held += "".join(
                (part.text or "") if part.tag in {W + "t", W + "delText"} else "\n" if part.tag == W + "br" else ""
                for part in run
            )
        if ends:
            lines.append(held)
            held = ""
    assert not held
    assert kept.isdisjoint(gone)
    return lines


def lines(blocks: tree.Blocks) -> list[str]:
    return resolved(body(blocks), accept=True)


def check(old: str, new: str) -> None:
    tracked = comparison(old, new)
    assert resolved(body(tracked.blocks, tracked), accept=True) == lines(tree.parse(new))
    assert resolved(body(tracked.blocks, tracked), accept=False) == lines(tree.parse(old))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(edits())
def test_all_accepted_is_the_new_text_and_all_refused_the_old(pair):
    try:
        check(*pair)
    except Malformed:
        return  # an edit that made no text


def test_whole_texts_and_moves_too():
    check(OLD, NEW)
    check(OLD, "")
    check("", NEW)
    assert STARTERS
    for one, other in zip(STARTERS[::2], STARTERS[1::2], strict=True):
        check(starter(one), starter(other))


def test_each_change_names_who_agreed_and_when_and_has_a_number_of_its_own():
    tracked = comparison(OLD, NEW)
    found = body(tracked.blocks, tracked)
    assert not [*found.iter("sign", "moved")]
    tags = ("ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart")
    changes = [one for tag in tags for one in found.iter(W + tag)]
    assert {one.tag.removeprefix(W) for one in changes} == set(tags)
    assert {one.get(W + "author") for one in changes} == {tracked.author}
    assert {one.get(W + "date") for one in changes} == {tracked.at}
    assert len({one.get(W + "id") for one in changes}) == len(changes)
    starts, ends = ([one for one in found.iter() if str(one.tag).endswith(f"Range{end}")] for end in ("Start", "End"))
    assert [one.get(W + "id") for one in starts] == [one.get(W + "id") for one in ends]
    assert [one.get(W + "name") for one in starts] == ["move1", "move1"]
    assert not [one for one in found.iter(W + "del") for _ in one.iter(W + "t")]


def test_word_finds_no_fault_in_the_file(tmp_path):
    audit = pytest.importorskip("openxml_audit")
    path = tmp_path / "compared.docx"
    box = "> [!WARNING]\n> Mind the step.\n"
    for one, other in (
        (OLD, NEW),
        ("", NEW),
        (OLD, ""),
        (OLD, box),
        (box, OLD),
        (starter(STARTERS[0]), starter(STARTERS[2])),
    ):
        data = COMPARISONS["docx"](COPY, comparison(one, other))
        path.write_bytes(data)
        assert [str(error) for error in audit.OpenXmlValidator().validate(path).errors] == []
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert b"documentProtection" not in package.read("word/settings.xml")


FEW = "# Giriş\n\nMətn burada.\n"
AFTER = "\n## Son\n\nSonrakı mətn sözü.\n"
ACROSS = WIDE[WIDE.index("## ") : WIDE.rindex("|\n") + 2]
UPRIGHT, TURNED = (595, 842), (842, 595)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FEW + AFTER, FEW + ACROSS + AFTER),
        (FEW + ACROSS + AFTER, FEW + AFTER),
        (FEW + ACROSS + AFTER, FEW + ACROSS.replace("15 iş", "10 iş") + AFTER),
        (ACROSS + FEW + AFTER, FEW + ACROSS.replace("15 iş", "10 iş") + AFTER),
    ],
    ids=["added", "removed", "changed", "moved"],
)
def test_a_wide_table_lies_across_with_its_heading_in_a_comparison_too(tmp_path, old, new):
    audit = pytest.importorskip("openxml_audit")
    told = comparison(old, new)
    pdf = COMPARISONS["pdf"](COPY, told)
    sizes = [tuple(map(round, map(float, box))) for box in re.findall(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", pdf)]
    assert sizes[0] == UPRIGHT
    assert TURNED in sizes
    data = COMPARISONS["docx"](COPY, told)
    (tmp_path / "wide.docx").write_bytes(data)
    assert [str(error) for error in audit.OpenXmlValidator().validate(tmp_path / "wide.docx").errors] == []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        document = etree.fromstring(package.read("word/document.xml"))
    around = [page.get(W + "orient") for page in document.iter(W + "pgSz")]
    assert around.count("landscape") == 1
    section, upto = [], iter(document[0])
    for element in upto:  # what stands on the pages that lie across
        section.append(element)
        page = element.find(f"{W}pPr/{W}sectPr/{W}pgSz")
        if page is not None and page.get(W + "orient") == "landscape":
            break
        section = [] if page is not None else section
    words = "".join("".join(part.text or "" for part in one.iter(W + "t", W + "delText")) for one in section)
    assert "Cədvəl" in words
    assert "Hüquqi əsas" in words
    assert "Sonrakı" not in words
    check(old, new)


def test_the_pdf_can_be_kept_for_good_and_read_by_everyone():
    check_valid(COMPARISONS["pdf"](COPY, comparison(ACROSS + OLD, NEW + ACROSS)))


class Page(html.parser.HTMLParser):
    """That every element is closed where it should be; the words outside and inside ins and del."""

    VOID = frozenset(("meta", "br", "hr", "img"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = {"ins": "", "del": "", "": ""}
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag != "script"
        assert not (tag in {"ins", "del"} and {"ins", "del"} & set(self.open))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words[next((tag for tag in self.open if tag in {"ins", "del"}), "")] += data


def test_the_page_is_well_formed_and_says_in_signs_and_words_what_is_new():
    page = COMPARISONS["html"](COPY, comparison(OLD, NEW)).decode()
    found = Page(page)
    assert '<html lang="az-Latn-AZ">' in page
    assert "[əlavə: +quietly]" in found.words["ins"]
    assert "[çıxarılıb: −behind you]" in found.words["del"]
    assert page.count("<ins>") == page.count('aria-hidden="true">+<') > 3
    assert page.count("<del>") == page.count('aria-hidden="true">−<') > 3
    assert re.search(r"ins\{text-decoration:underline", page)
    assert re.search(r"del\{text-decoration:line-through", page)
    assert 'href="https://x.example/a"' in page
    # What moved has one bar beside it, and that is its own.
    assert '<div class="moved">' in page
    assert '<div class="touched">\n<div class="moved">' not in page


def test_a_list_keeps_the_numbers_of_both_texts():
    page = COMPARISONS["html"](
        COPY, comparison("1. One fig.\n2. Two figs.\n3. Six nuts.\n", "1. One fig.\n2. Six nuts.\n")
    )
    assert re.findall(r'class="n">(\d)\.<', page.decode()) == ["1", "2", "2"]


def test_the_pdf_has_every_word_of_both_texts_and_signs_before_the_changed_ones():
    pdf = COMPARISONS["pdf"](COPY, comparison(OLD, NEW))
    words = flat("".join(Pdf(pdf).pages))
    for told in ("+quietly", "−behindyou", "+Wait.", "+Lawyer", "−Clerk", "other", "fixedwidth"):
        assert told in words, told
    assert COMPARISONS["pdf"](COPY, comparison(OLD, NEW)) == pdf


@pytest.mark.parametrize("form", sorted(COMPARISONS))
def test_a_hostile_comparison_is_drawn_and_a_text_without_one_is_a_copy(form):
    assert COMPARISONS[form](COPY, None) == FORMATS[form].render(COPY)
    nasty = "a < mark ]]> & | `x` " + "w" * 500
    data = COMPARISONS[form](COPY, comparison(f"{nasty}\n\n- {nasty}", f"{nasty} c < d\n\n- {nasty}\n- # {nasty}"))
    assert len(data) > 1000
