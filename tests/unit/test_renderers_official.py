"""The furniture of a PDF copy: stamps, facts, closing tables, watermarks, codes, landscape pages, two languages.

Validated by page-validation, read by pdftotext and zbarimg; where a program is not installed, its tests are skipped.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from elsewhere import told_elsewhere
from test_renderers import TEXT, png, sample
from test_renderers_paper import Pdf

from docctl import catalogues
from docctl.core.copies import (
    Appearance,
    ApprovalLine,
    ControlledCopy,
    DistributionLine,
    HistoryLine,
    Stamp,
    bare,
)
from docctl.core.layouts import Layout, Settings
from docctl.errors import Malformed
from docctl.library.demo_emblem import drawn_emblem
from docctl.library.facing import LABELS, WATERMARKED
from docctl.renderers import FORMATS, codes, spreads, tree, widths

WIDE = (
    "# Giriş\n\nMətn.\n\n## Cədvəl\n\nAşağıdakı cədvəldə:\n\n"
    "| Müraciətin növü | Cavabdeh struktur bölmə | Müddət | Uzadılma | Nəzarət edən vəzifəli şəxs | Hüquqi əsas | Qeyd |\n"
    "|-|-|-|-|-|-|-|\n"
    + "| təklif | Sənədlərlə və vətəndaşların müraciətləri ilə iş şöbəsi, habelə digər struktur bölmələr | 15 iş günü "
    "| 30 iş günü | İcra hakimiyyəti başçısının birinci müavini | Vətəndaşların müraciətləri haqqında Qanun, 10-cu maddə "
    "| müddət qeydiyyat günündən hesablanır və yalnız başçının yazılı razılığı ilə, müraciət edənə məlumat verilməklə, bir dəfə "
    "uzadılır; müraciət başqa orqana aid olduqda 3 iş günü ərzində ora göndərilir |\n" * 3 + "\nSonrakı mətn.\n"
)
WORDS = {"az": "Sənədlərin idarə edilməsi", "en": "Control of documents", "ru": "Управление документами, Ёё Ъъ Щщ"}


def official(language: str = "az", **changes: object) -> ControlledCopy:
    """A copy with everything on it."""
    labels = {code: catalogues.say(f"copy-{code}", language) for code in LABELS}
    labels["layout-own"] = catalogues.say("copy-layout-own", language)
    stamp = Stamp("", "left", "Position, должность", "Nigar İsmayılova", "“22” noyabr 2026-cı il")
    act = catalogues.say("act-serencam", language, number="145", day="22.11.2026")
    copy = sample(
        language=language,
        title=WORDS[language],
        text=f"{TEXT}\n\n{WORDS[language]}",
        labels=labels,
        facts=((labels["number"], "PRO-01"), (labels["status"], "status"), (labels["act"], act)),
        approvals=(
            ApprovalLine(
                "Hazırladı", "Leyla Əliyeva", "Menecer", "18.11.2026", "", "Açar · SHA256:" + "aB3" * 14 + "x"
            ),
            ApprovalLine("Təsdiq", "İlqar Ç.", "Müavin", "22.11.2026, 14:05 (+04:00)", "Başçı (№ 12)", "X", "Razıyam."),
        ),
        history=(HistoryLine(3, "01.12.2026", "Leyla Əliyeva", "Audit.", "22.11.2026", "yeni redaksiya"),),
        stamps=(
            replace(stamp, word=catalogues.say("stamp-agreed", language)),
            replace(stamp, word=catalogues.say("stamp-approved", language), place="right", act=f"Əvəz · {act}"),
        ),
        distribution=(
            DistributionLine("", "işçi", "", ""),
            DistributionLine("3", "Hüquq şöbəsi", "2-ci mərtəbə", "23.11.2026"),
        ),
        language_note="Üstün mətn.\nDigər mətn: 0123456789abcdef",
        appearance=Appearance("#7a1f1f", drawn_emblem()),
        code="https://docs.numune.example/c/PRO-01/3?l=az&c=3&d=0123456789abcdef",
        notice="Xidməti istifadə üçün",
    )
    return replace(copy, **changes)


def pdf_of(copy: ControlledCopy) -> bytes:
    return FORMATS["pdf"].render(copy)


def words_of(pdf: bytes, *options: str) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils)")
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    return words_of(pdf).split("\f")[:-1]


def flat(words: str) -> str:
    return re.sub(r"\s", "", words)


def check_valid(pdf: bytes) -> None:
    page = pytest.importorskip("page", reason="page-validation is not installed")
    for profile in ("3a", "ua1"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, str(report)
        assert re.search(r"Rules: \d{2,} passed, 0 failed", str(report)), str(report)


# -- archive and accessibility ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_a_copy_in_each_language_is_valid(language: str) -> None:
    check_valid(pdf_of(official(language)))


def test_a_broken_file_is_not_valid() -> None:
    page = pytest.importorskip("page", reason="page-validation is not installed")
    broken = pdf_of(official()).replace(b"<pdfaid:part>3</pdfaid:part>", b"<pdfaid:part>2</pdfaid:part>")
    assert not page.validate_pdf_bytes(broken, profile="3a").is_compliant


def test_bilingual_landscape_and_bare_copies_are_valid() -> None:
    check_valid(pdf_of(official(companion=official("en"))))
    check_valid(pdf_of(official(text=WIDE, companion=official("ru", text=WIDE))))
    check_valid(pdf_of(bare(official(), 1_795_000_000)))


@pytest.mark.parametrize("language", ["az", "en", "ru"])
@pytest.mark.parametrize("status", [*sorted(one.value for one in WATERMARKED), "amended"])
def test_every_watermark_stands_on_every_page(status: str, language: str) -> None:
    words = catalogues.say(f"watermark-{status}", language)
    pdf = pdf_of(official(language, text=WIDE, watermark=words))
    if language == "az":
        check_valid(pdf)
    pages = Pdf(pdf).pages
    assert len(pages) == 4
    assert all(flat(words) in flat(page) for page in pages)


# -- what stands on paper --------------------------------------------------------------------------------------------


def test_every_fact_is_on_the_copy() -> None:
    copy = official()
    drawn = flat(words_of(pdf_of(copy)))
    wanted = [words for pair in copy.facts for words in pair]
    for stamp in copy.stamps:
        wanted += [stamp.word, stamp.position, stamp.name, stamp.day, *stamp.act.split(" · ")]
    for one in copy.approvals:
        wanted += [one.part, one.name, one.position, one.decided, one.acting_for, one.comment, *one.method.split(" · ")]
    for line in copy.history:
        wanted += [str(line.revision), line.approved, line.effective, line.author, line.kind, line.reason]
    for copies in copy.distribution:
        wanted += [copies.number, copies.holder, copies.place, copies.issued]
    wanted += [copy.notice, copy.digest, *copy.language_note.split("\n"), copy.title, copy.kind, copy.organisation]
    labels = ("approvals", "history", "distribution", "signed", "check", "layout", "layout-own", "readers", "copy")
    wanted += [copy.labels[code] for code in labels]
    assert not [words for words in wanted if flat(words) not in drawn]


def test_the_approval_page_is_a_page_of_its_own_at_the_end() -> None:
    copy = official(text="Qısa mətn.")
    *text, last = pages_of(pdf_of(copy))
    assert len(text) == 1
    assert copy.labels["approvals"] not in text[0]
    for code in ("approvals", "history", "distribution"):
        assert copy.labels[code] in last


def test_the_layout_orders_the_blocks_and_leaves_out_what_it_does_not_name() -> None:
    settings = Settings(first_page=("title", "facts"), closing=("history", "approvals"), text_size=13)
    copy = official(layout=Layout("LAY-01", 4, "ab" * 32, settings), code="")
    drawn = words_of(pdf_of(copy))
    assert copy.stamps[0].word not in drawn
    assert copy.labels["distribution"] not in drawn
    assert drawn.index(copy.labels["history"]) < drawn.index(copy.labels["approvals"])
    assert "LAY-01 · Redaksiya 4 · abababababababab…" in drawn


def test_margins_are_those_of_the_layout() -> None:
    usual, broad = (
        words_of(pdf_of(official(layout=Layout("LAY-01", 1, "0" * 64, Settings(margins=margins)))), "-bbox", "-l", "1")
        for margins in ((20, 10, 20, 20), (50, 30, 40, 40))
    )
    assert [round(min(map(float, re.findall(r'xMin="([\d.]+)"', one))) * 25.4 / 72) for one in (usual, broad)] == [
        20,
        50,
    ]


def test_a_copy_without_its_upper_layers_shows_the_text_alone() -> None:
    drawn = words_of(pdf_of(bare(official(), 1_795_000_000)))
    for words in ("RAZILAŞDIRILMIŞDIR", "Təsdiq vərəqi", "Xidməti-", "docctl check", "22.11.2026"):
        assert words not in drawn
    assert "Elektron imza" not in drawn


def test_the_azerbaijani_capitals_have_their_dots() -> None:
    drawn = words_of(pdf_of(official()))
    assert "“TƏSDİQ EDİRƏM”" in drawn
    assert "RAZILAŞDIRILMIŞDIR" in drawn


@pytest.mark.parametrize("field", ["title", "organisation", "notice", "language_note", "uncontrolled"])
def test_a_character_that_no_font_has_is_named_wherever_it_stands(field: str) -> None:
    with pytest.raises(Malformed) as caught:
        pdf_of(official(**{field: "𓂀"}))
    assert (caught.value.code, caught.value.values["glyphs"]) == ("glyph-missing", "𓂀")


def test_hostile_words_on_the_face_are_only_words() -> None:
    evil = '#panic() $x$ \\ "}]) <l> @r *b*'
    stamp = Stamp(evil, "right", evil, evil, evil, evil)
    copy = official(stamps=(stamp,), notice=evil, language_note=evil, distribution=(DistributionLine(*[evil] * 4),))
    assert flat(words_of(pdf_of(copy))).count(flat(evil)) >= 10


def test_a_stamp_with_endless_words_stays_in_its_half() -> None:
    stamp = Stamp("W" * 300, "right", "ş" * 300, "m" * 300, "", "k" * 300)
    boxes = words_of(pdf_of(official(stamps=(stamp,))), "-bbox")
    assert max(float(one) for one in re.findall(r'xMax="([\d.]+)"', boxes)) < 842


# -- two languages ---------------------------------------------------------------------------------------------------


def test_a_bilingual_copy_holds_both_texts_each_in_its_language() -> None:
    copy = official(text="Birinci mətn.", companion=official("en", text="Second text.", stamps=()))
    pdf = pdf_of(copy)
    first, second, closing = pages_of(pdf)
    assert "Birinci mətn." in first
    assert "Second text." in second
    assert WORDS["en"] in second
    assert "Page 2 of 3" in second
    assert "Səhifə 3 / 3" in closing
    assert b"/Lang(az-AZ)" in pdf
    assert b"/Lang(en-GB)" in pdf


# -- landscape -------------------------------------------------------------------------------------------------------


def test_a_wide_table_gets_landscape_pages_with_its_heading_and_the_text_goes_on_upright() -> None:
    pdf = pdf_of(official(text=WIDE, approvals=(), history=(), distribution=()))
    boxes = words_of(pdf, "-bbox")
    sizes = [
        (round(float(w)), round(float(h))) for w, h in re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', boxes)
    ]
    assert sizes == [(595, 842), (842, 595), (595, 842)]
    first, turned, after = pages_of(pdf)
    assert "Giriş" in first
    assert "Cədvəl" not in first
    assert "Cədvəl" in turned
    assert "Aşağıdakı cədvəldə:" in turned
    assert "Sonrakı mətn." in after


def forms(text: str) -> list[tuple[bool, int]]:
    return [(one.wide, len(one.blocks)) for one in spreads.spreads(tree.parse(text), 510.0, 757.0)]


def test_width_is_measured_by_words_not_by_columns() -> None:
    numbers = "|" + "a|" * 9 + "\n|" + "-|" * 9 + "\n" + ("|" + "12|" * 9 + "\n") * 5
    assert forms(numbers) == [(False, 1)]
    long_words = (
        "| " + " | ".join(["Məsuliyyətsizlikləşdirilənlər" + "lər" * n for n in range(3, 6)]) + " |\n|-|-|-|\n|a|b|c|\n"
    )
    assert forms(long_words) == [(True, 1)]
    # A word that no page holds is broken upright.
    assert forms("|a|b|\n|-|-|\n|" + "W" * 300 + "|b|\n") == [(False, 1)]


def test_wide_tables_behind_each_other_share_their_pages() -> None:
    table = WIDE[WIDE.index("|") : WIDE.rindex("|\n") + 2]
    assert forms(f"{table}\n\n## B\n\n{table}") == [(True, 3)]
    assert forms(f"{table}\n\n{'söz ' * 200}\n\n{table}") == [(True, 1), (False, 1), (True, 1)]
    assert forms(f"- a\n\n  {table.replace(chr(10), chr(10) + '  ')}") == [(False, 1)]


def test_columns_get_room_for_their_words_and_no_more_than_there_is() -> None:
    assert sum(widths.shared((20, 40, 40), [300.0, 20.0, 20.0])) in range(999, 1002)
    first, *_ = widths.shared((20, 40, 40), [255.0, 20.0, 20.0])
    assert first == 500
    assert widths.shared((50, 50), [400.0, 400.0]) == (500, 500)


# -- codes -----------------------------------------------------------------------------------------------------------


def decoded(pdf: bytes, folder: Path) -> list[str]:
    if shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None:
        pytest.skip("zbarimg or pdftoppm is not installed (zbar-tools, poppler-utils)")
    (folder / "copy.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "110", "-png", "copy.pdf", "page"], cwd=folder, check=True)
    found = []
    for image in sorted(folder.glob("page*.png")):
        done = subprocess.run(["zbarimg", "-q", "--raw", image.name], cwd=folder, capture_output=True, check=False)
        found.append(done.stdout.decode().strip())
    return found


def test_each_page_bears_its_own_code_upright_and_landscape(tmp_path: Path) -> None:
    copy = official(text=WIDE)
    found = decoded(pdf_of(copy), tmp_path)
    assert found == [f"{copy.code}&p={number}" for number in range(1, 5)]


def test_more_pages_than_were_guessed_get_their_codes_too(tmp_path: Path) -> None:
    copy = official(text="a\n\n" * 400)  # hardly any letters, many pages
    pdf = pdf_of(copy)
    count = len(pages_of(pdf))
    assert count > 9
    assert decoded(pdf, tmp_path) == [f"{copy.code}&p={number}" for number in range(1, count + 1)]


def test_all_codes_of_a_copy_are_of_one_size() -> None:
    words = "docctl:c/PRO-01/1?l=az&c=0&d=0123456789abcdef"
    sizes = {re.search(rb'width="(\d+)"', codes.page_code(words, page))[1] for page in (1, 10, 100, 1000)}
    assert len(sizes) == 1


def test_the_longest_lawful_words_still_make_a_code() -> None:
    words = "https://" + "a" * 180 + "/c/" + "A" * 40 + "/99999999?l=az&c=99999999&d=0123456789abcdef"
    assert codes.page_code(words, 9999).startswith(b"<svg")


# -- bounds and settled bytes ----------------------------------------------------------------------------------------


def test_a_text_of_many_pages_is_drawn() -> None:
    text = "\n\n".join(f"{number}. " + "Sənədlərin idarə edilməsi qaydası. " * 40 for number in range(500))
    assert len(pages_of(pdf_of(official(text=text)))) > 150


def test_a_long_reason_and_a_hundred_signers_are_drawn() -> None:
    line = official().approvals[1]
    many = tuple(replace(line, name=f"Şəxs {number}", comment="söz " * 500) for number in range(20))
    history = tuple(HistoryLine(n, "01.12.2026", "Ə", "səbəb " * 1000, "01.11.2026", "k") for n in range(5, 0, -1))
    drawn = flat(words_of(pdf_of(official(approvals=many, history=history))))
    assert "Şəxs19" in drawn
    assert drawn.count("səbəb") == 5000


_HASH = """
import hashlib
from test_renderers_official import WIDE, bare, official, pdf_of
copy = official(text=WIDE, companion=official("ru"), watermark="LAYİHƏ")
print(hashlib.sha256(pdf_of(copy)).hexdigest(), hashlib.sha256(pdf_of(bare(copy, 1795000000))).hexdigest())
"""


def test_body_and_whole_depend_on_nothing_but_the_copy(tmp_path: Path) -> None:
    copy = official(text=WIDE, companion=official("ru"), watermark="LAYİHƏ")
    here = " ".join(hashlib.sha256(pdf_of(one)).hexdigest() for one in (copy, bare(copy, 1_795_000_000)))
    assert told_elsewhere(_HASH, tmp_path) == {here}


def test_the_body_knows_nothing_of_emblem_and_signatures() -> None:
    copy = official()
    others = replace(
        copy, appearance=Appearance("#000000", png()), stamps=(), approvals=(), history=(), code="", watermark="X"
    )
    assert pdf_of(bare(copy, 1)) == pdf_of(bare(others, 1))
