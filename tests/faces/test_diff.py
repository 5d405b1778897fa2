"""`docctl diff`: what changed, in words first, between whatever two texts; bad questions get one sentence."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from desk import Desk

from docctl.cli import comparing
from docctl.renderers import COMPARISONS


@pytest.fixture
def drafted(later: Desk) -> Desk:
    """PRO-01 in force, and a draft with a changed word, another title and a new step that nobody submitted."""
    later.ok("new", "PRO-01")
    path = later.draft("PRO-01")
    text = (
        path.read_text("utf-8").replace("\n1.2. ", "\n1.3. Yeni bənd.\n\n1.2. ", 1).replace("Məqsəd", "Əsas məqsəd", 1)
    )
    path.write_text(text.replace("title: ", "title: Yeni ", 1), "utf-8")
    return later


def test_a_draft_that_nobody_submitted_is_compared_with_what_is_in_force(drafted: Desk) -> None:
    said = drafted.ok("diff", "PRO-01").splitlines()
    assert "revision 1 (in force) → draft of revision 2, not submitted" in said[0]
    assert said[1] == (
        "Changed in 3 places (1 word removed, 6 words added); 1 step added. "
        "Where: table in “Document data” (1), section 1 (2)."
    )
    assert "[-Məqsəd-]{+Əsas məqsəd+}" in "\n".join(said)
    assert "  step 1.3: added" in said
    assert drafted.ok("diff", "PRO-01", "--draft") == drafted.ok("diff", "PRO-01")
    assert drafted.ok("diff", "PRO-01", "1", "--draft") == drafted.ok("diff", "PRO-01")


def test_a_submission_is_what_an_approver_sees_with_its_reason(drafted: Desk) -> None:
    drafted.ok("submit", "PRO-01", "--reason", "Audit 3", as_="aysel")
    said = drafted.ok("diff", "PRO-01")
    assert "revision 1 (in force) → revision 2 (submitted)" in said
    assert "Reason for change: Audit 3" in said
    assert "Approved" not in said


def test_an_author_is_told_of_a_language_that_was_left_as_it_was(drafted: Desk) -> None:
    answer = drafted.run("submit", "PRO-01", "--reason", "Audit 3", as_="aysel")
    assert answer.status == 0
    assert "as before is: English" in answer.err
    path = drafted.draft("PRO-01", "en.md")
    path.write_text(path.read_text("utf-8") + "\nOne more.\n", "utf-8")
    assert "as before" not in drafted.run("submit", "PRO-01", "--reason", "Both", as_="aysel").err


def test_a_published_revision_names_who_approved_it_when_and_by_which_act(drafted: Desk) -> None:
    drafted.ok("submit", "PRO-01", "--reason", "Audit 3", as_="aysel")
    drafted.approved("PRO-01")
    drafted.ok("publish", "PRO-01", "--act", "serencam", "145", "05.01.2026", as_="aysel")
    said = drafted.ok("diff", "PRO-01")
    assert "revision 1 (superseded) → revision 2 (in force)" in said
    assert re.search(r"Agreed: Leyla Hüseynova, Vəzifə – .*\(\+0\d:00\)", said)
    assert re.search(r"Approved: Rəşad Əliyev, Vəzifə – ", said)
    assert "No 145" in said
    az = drafted.ok("diff", "PRO-01", lang="az")
    assert "3 yerdə dəyişiklik var" in az
    assert "Dəyişikliyin əsası: Audit 3" in az


def test_an_adopted_text_names_its_act_before_and_after_it_is_published(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "procedures-archive.md"
    path.write_text("# Archive\n\nKeep for ten years.\n", "utf-8")
    act = ("--in-force", "2024-01-01", "--act", "serencam", "145", "05.12.2023")
    desk.ok("submit", "--adopt", path, "--reason", "Approved before", "--language", "en", *act, as_="aysel")
    (name,) = (one["id"] for one in json.loads(desk.ok("list", "--json"))["documents"])
    assert "No 145 of 5 December 2023" in desk.ok("diff", name)
    desk.approved(name)
    desk.ok("publish", name, as_="aysel")
    said = desk.ok("diff", name)
    assert "no text → revision 1 (in force)" in said
    assert "No 145 of 5 December 2023" in said


def test_it_can_be_read_backwards_and_says_so(drafted: Desk) -> None:
    drafted.ok("submit", "PRO-01", "--reason", "Audit 3", as_="aysel")
    said = drafted.ok("diff", "PRO-01", "2", "1")
    assert "Read backwards" in said
    assert "{+Məqsəd+}" in said.replace("[-Əsas məqsəd-]", "")


def test_from_nothing_all_is_new(later: Desk) -> None:
    said = later.ok("diff", "PRO-01", "0", "1", "--language", "en")
    assert "no text → revision 1 (in force)" in said
    assert "all of it is new" in said
    assert "removed" not in said
    assert later.ok("diff", "POL-01").splitlines()[0].endswith("no text → revision 1 (submitted)")


def test_a_first_draft_is_compared_before_the_document_is_in_the_ledger(desk: Desk) -> None:
    assert "no text → draft of revision 1, not submitted" in desk.ok("diff", "PRO-01")


def test_a_translation_that_was_added_is_all_new_and_others_are_named(later: Desk) -> None:
    later.ok("new", "PRO-01")
    az = later.draft("PRO-01")
    az.write_text(az.read_text("utf-8").replace("  - en\n", "  - en\n  - ru\n", 1), "utf-8")
    later.draft("PRO-01", "ru.md").write_text("---\ntitle: Управление\n---\n\n# Управление\n\nНовый текст.\n", "utf-8")
    said = later.ok("diff", "PRO-01", "--language", "ru")
    assert "The older one has no text in this language (Russian): all of it is new." in said
    assert "{+Новый текст.+}" in said
    assert "compare them as well: az, ru." in later.ok("diff", "PRO-01", "--language", "en")


def test_the_answer_for_machines_holds_the_same(drafted: Desk) -> None:
    given = json.loads(drafted.ok("diff", "PRO-01", "--json"))
    assert (given["document"], given["language"], given["places"]) == ("PRO-01", "az", 3)
    assert given["words"] == {"removed": 1, "added": 6}
    assert {"kind": "step", "change": "added", "count": 1} in given["counts"]
    assert [(one["section"][:2], one["kind"], one["change"]) for one in given["changes"]][1:] == [
        ("1.", "heading", "changed"),
        ("1.", "step", "added"),
    ]
    assert given["summary"] == drafted.ok("diff", "PRO-01").splitlines()[1]


def test_colour_never_stands_alone(drafted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = drafted.ok("diff", "PRO-01")
    assert "\x1b" not in plain
    monkeypatch.setattr(comparing.words, "coloured", lambda: True)
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    monkeypatch.setattr("click._compat.should_strip_ansi", lambda *_: False)
    coloured = drafted.ok("diff", "PRO-01", FORCE_COLOR="1")
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


@pytest.mark.parametrize("lang", ["az", "en"])
def test_every_format_is_written_into_a_file_and_none_over_another(drafted: Desk, tmp_path, lang: str) -> None:
    for form in comparing.FORMATS:
        path = tmp_path / f"PRO-01.{form}"
        drafted.ok("diff", "PRO-01", "--language", lang, "--format", form, "--output", path, lang=lang)
        assert path.stat().st_size > 100
        drafted.refused("file-exists-force", "diff", "PRO-01", "--format", form, "--output", path)
        drafted.ok("diff", "PRO-01", "--output", path, "--force")
    with zipfile.ZipFile(tmp_path / "PRO-01.docx") as package:
        body = package.read("word/document.xml").decode()
    author = re.search(r'w:author="([^"]+)" w:date="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"', body)
    assert author
    assert author[1] == "Layihə, təqdim edilməyib"


def test_tracked_changes_are_the_approvers(drafted: Desk, tmp_path) -> None:
    drafted.ok("submit", "PRO-01", "--reason", "Audit 3", as_="aysel")
    authors = []
    for step in (None, "leyla", "rashad"):
        if step:
            drafted.ok("approve", "PRO-01", as_=step)
        drafted.ok("diff", "PRO-01", "--output", tmp_path / "x.docx", "--force")
        with zipfile.ZipFile(tmp_path / "x.docx") as package:
            authors.append(set(re.findall(r'w:author="([^"]+)"', package.read("word/document.xml").decode())))
    assert authors == [{"Aysel Məmmədova"}, {"Leyla Hüseynova"}, {"Leyla Hüseynova, Rəşad Əliyev"}]
    assert "revision 1 (in force) → revision 2 (approved)" in drafted.ok("diff", "PRO-01")


def test_a_comparison_in_word_can_be_worked_in_and_does_not_pass_for_a_copy(drafted: Desk, tmp_path) -> None:
    drafted.ok("submit", "PRO-01", "--reason", "Audit 3", as_="aysel")
    drafted.approved("PRO-01")
    drafted.ok("publish", "PRO-01", as_="aysel")
    drafted.ok("diff", "PRO-01", "--output", tmp_path / "x.docx")
    digest = json.loads(drafted.ok("show", "PRO-01", "--json"))["revisions"][0]["content"]
    assert len(digest) == 64
    with zipfile.ZipFile(tmp_path / "x.docx") as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
    assert "documentProtection" not in parts["word/settings.xml"]
    assert "Müqayisədir, sənədin nüsxəsi deyil" in "".join(parts.values())
    assert digest not in "".join(parts.values())
    assert not re.search("docctl[.](?:status|digest|stamp|approval|history|code)", parts["docProps/custom.xml"])


def test_bad_questions_get_one_sentence(later: Desk) -> None:
    later.refused("revision-not-found", "diff", "PRO-01", "1", "7")
    later.refused("revision-not-found", "diff", "PRO-01", "7", "1")
    later.refused("diff-same-revision", "diff", "PRO-01", "1", "1")
    later.refused("diff-charter", "diff", "charter")
    later.refused("language-not-found", "diff", "PRO-01", "--language", "fr")
    later.refused("document-not-found", "diff", "PRO-77")
    later.refused("draft-missing", "diff", "PRO-01", "--draft")
    later.refused("usage-draft-and-new", "diff", "PRO-01", "1", "1", "--draft", status=2)
    assert "text, html, docx, pdf" in later.run("diff", "PRO-01", "--format", "odt").err
    later.ok("withdraw", "PRO-01", "--reason", "Old", as_="aysel")
    later.refused("text-not-found", "diff", "PRO-01")


def test_a_draft_that_no_copy_can_show_says_where(drafted: Desk) -> None:
    path = drafted.draft("PRO-01")
    path.write_text(path.read_text("utf-8") + "\n| a |\n|---|\n| b | c |\n", "utf-8")
    said = drafted.refused("table-cells", "diff", "PRO-01")
    assert str(path.read_text("utf-8").count("\n")) in said


def test_a_picture_of_a_draft_that_no_copy_can_show_says_where(drafted: Desk, tmp_path) -> None:
    path = drafted.draft("PRO-01")
    path.write_text(path.read_text("utf-8") + "\n![Plan](plan.png)\n", "utf-8")
    path.with_name("plan.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    for form in COMPARISONS:
        said = drafted.refused("image-broken", "diff", "PRO-01", "--output", tmp_path / f"x.{form}")
        assert f"(file az.md, line {path.read_text('utf-8').count(chr(10))})" in said


def test_a_comparison_of_russian_texts_speaks_russian(drafted: Desk, tmp_path) -> None:
    az = drafted.draft("PRO-01")
    az.write_text(az.read_text("utf-8").replace("  - en\n", "  - en\n  - ru\n", 1), "utf-8")
    drafted.draft("PRO-01", "ru.md").write_text("---\ntitle: Управление\n---\n\nНовый текст.\n", "utf-8")
    drafted.ok("diff", "PRO-01", "--language", "ru", "--output", tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text("utf-8")
    assert "Мест с изменениями: 3 (добавлено слов: 4); добавлено: 1 абзац." in page
    assert "Сравнение, не экземпляр документа" in page


def test_faces_and_formats_agree() -> None:
    assert set(comparing.FORMATS) == {"text", *COMPARISONS}


def test_the_whole_text_shows_each_heading_once(drafted: Desk) -> None:
    lines = [one.strip() for one in drafted.ok("diff", "PRO-01", "--whole").splitlines()]
    assert len([one for one in lines if one.startswith("2. ")]) == 1, lines
