"""The words: complete, alike in both languages, free of git, in clean letters; days and places never fail."""

from __future__ import annotations

import ast
import os
import re
import string
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from docctl import catalogues
from docctl.adapters import strictyaml
from docctl.core import events
from docctl.core.model import Status
from docctl.core.rules import BROKEN, RULES, UNLAWFUL, UNTIDY
from docctl.errors import DocctlError
from docctl.library import facing

PACKAGE = Path(catalogues.__file__).parent.parent
FILES = ("copies", "rules", "errors", "explanations")
RAISED = {"DocctlError", "Broken", "Violation"} | {one.__name__ for one in DocctlError.__subclasses__()}
HAZARDS = ("replace-refs", "grafts", "shallow", "alternates", "partial-clone")

# Codes that come through a variable or a table, where no literal stands in the call: function, place of its code.
PASSED_ON = {"_bad": 0, "unbase64": 1}
ONLY_VALUES = (
    "remote-corrupt", "remote-unreachable",  # adapters.remote
    "signer-unknown", "signer-revoked", "signer-suspended", "signer-left", "signer-identity",  # core.authority
    "library-empty", "history-incomplete", "format-newer", "anchor-missing",  # library.auditing: reasons
    "proof-invalid",  # signatures.enrolment
)  # fmt: skip

# Words of git, which no user may need; the names of two programs are allowed where one is to be installed.
GIT = {
    "en": r"\b(?:commit\w*|branch\w*|push\w*|pull\w*|merge\w*|rebase\w*|repositor\w*|repo|hash\w*|sha-?1|refs?|git|blob|tree)\b",
    "az": r"\b(?:kommit\w*|commit\w*|budaq\w*|branch\w*|push\w*|repozitor\w*|heş\w*|hash\w*|refs?|git|blob)\b",
}
NAMES_GIT = {"git-missing", "git-failed"}
AZ_LETTERS = set("abcçdeəfgğhxıijkqlmnoöprsştuüvyzwABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZW")


def file_of(language: str, name: str) -> dict[str, str]:
    plain = strictyaml.read((PACKAGE / "catalogues" / language / f"{name}.yaml").read_bytes())
    assert isinstance(plain, dict)
    assert all(isinstance(value, str) for value in plain.values())
    return {key: str(value) for key, value in plain.items()}


def own(language: str) -> dict[str, str]:
    """Every sentence, by file and key."""
    return {f"{name}/{key}": value for name in FILES for key, value in file_of(language, name).items()}


def problems(language: str) -> dict[str, str]:
    return file_of(language, "rules") | file_of(language, "errors")


def places(sentence: str) -> set[str]:
    found = set()
    for _, name, spec, conversion in string.Formatter().parse(sentence):
        if name is not None:
            assert re.fullmatch(r"[a-z_]+", name), sentence
            assert (spec, conversion) == ("", None), sentence
            found.add(name)
    return found


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call in the source with arguments: the name called, the call, where."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
                yield str(name), node, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def codes_in_source() -> dict[str, list[str]]:
    """Every code that the source raises by name, with where."""
    found: dict[str, list[str]] = {}
    for name, call, where in calls():
        index = 0 if name in RAISED else PASSED_ON.get(name)
        if index is None or len(call.args) <= index:
            continue
        for part in ast.walk(call.args[index]):
            # A choice between two codes holds both.
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and "-" in part.value:
                found.setdefault(part.value, []).append(where)
    return found


def values_in_source() -> dict[str, set[str]]:
    """The values that each code is ever raised with; left out are codes whose values are not all written out."""
    found: dict[str, set[str]] = {}
    vague: set[str] = set()
    for name, call, _ in calls():
        code = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        if name in RAISED - {"Violation"} and isinstance(code, str):
            names = {keyword.arg for keyword in call.keywords}
            found.setdefault(code, set()).update(one for one in names if one)
            vague |= {code} if None in names else set()
    return {code: names for code, names in found.items() if code not in vague}


# -- complete --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_code_in_the_source_has_a_sentence(language: str) -> None:
    raised = codes_in_source()
    assert len(raised) > 150  # the scan still finds them
    wanted = set(raised) | set(RULES) | set(HAZARDS) | set(ONLY_VALUES)
    missing = sorted(code for code in wanted if not catalogues.knows(code, language))
    assert not missing, {code: raised.get(code) for code in missing}


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_word_of_a_copy_is_there(language: str) -> None:
    tree = ast.parse((PACKAGE / "library" / "facing.py").read_text("utf-8"))
    labels = {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "label"
        and isinstance(node.args[0], ast.Constant)
    }
    assert {"approved", "act", "owner", "translation"} <= labels
    words = {f"copy-{code}" for code in labels | set(facing.LABELS) | {"uncontrolled", "authoritative"}}
    assert words <= catalogues.codes(language)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_status_has_a_word_and_every_copy_not_in_force_a_watermark(language: str) -> None:
    for status in Status:
        assert catalogues.knows(f"status-{status.value}", language)
        assert catalogues.knows(f"watermark-{status.value}", language) == (status is not Status.IN_FORCE)
    assert Status.IN_FORCE not in facing.WATERMARKED


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_event_kind_act_part_and_severity_has_a_word(language: str) -> None:
    acts, meanings = (
        re.findall(r'"([a-z]+)"', line)
        for name in ("ActKind", "Meaning")
        for line in Path(events.__file__).read_text("utf-8").splitlines()
        if line.startswith(f"{name} =")
    )
    assert len(acts) == 4
    wanted = {f"event-{name}" for name in events.CLASSES} | {f"kind-{kind}" for kind in events.KINDS}
    wanted |= {f"act-{kind}" for kind in acts} | {f"severity-{one}" for one in (BROKEN, UNLAWFUL, UNTIDY)}
    wanted |= {f"part-{name}" for name in ("prepared", "published", "rejected", *meanings)}
    wanted |= {f"language-{name}" for name in ("az", "en", "ru")} | {f"month-{number}" for number in range(1, 13)}
    assert wanted <= catalogues.codes(language)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_rule_of_an_entry_has_a_sentence_for_who_keeps_it(language: str) -> None:
    told = {key.removeprefix("met-") for key in file_of(language, "explanations") if key.startswith("met-")}
    # What is held beside a history from outside is no question to an entry.
    outside = ("anchor-", "checkpoint-", "cosignature-", "witness-", "timestamp-", "history-", "copies-")
    assert told == {code for code in RULES if not code.startswith(outside)}


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_role_that_docctl_itself_names_has_a_word(language: str) -> None:
    named = (
        "administrator author reviewer head deputy quality-manager records-head legal hr economy finance it lead-auditor "
        "auditor process-owner staff"
    )
    for name in named.split():
        assert catalogues.role(name, language) != name or catalogues.knows(f"role-{name}", language)
    assert catalogues.role("boat-keeper", language) == "boat-keeper"
    assert catalogues.role("", language) == ""


# -- alike -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_both_languages_have_the_same_keys_in_the_same_order(name: str) -> None:
    first, *others = (list(file_of(language, name)) for language in catalogues.LANGUAGES)
    for other in others:
        assert other == first


def test_both_languages_have_the_same_places() -> None:
    az, en = own("az"), own("en")
    differing = {key for key in en if places(az[key]) != places(en[key])}
    # These are patterns, not sentences: each language takes what it needs.
    patterns = {"day-shown", "day-short", "instant-shown", "stamp-day"}
    assert differing == {f"copies/{name}" for name in patterns}


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_one_code_alone_is_both_a_label_and_a_problem(language: str) -> None:
    copies, rules, errors, told = (set(file_of(language, name)) for name in FILES)
    assert not rules & errors
    assert not told & (copies | rules | errors)
    assert not copies & errors
    assert copies & rules == {"copy-number"}
    assert all(re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", key) for key in copies | rules | errors)
    assert catalogues.say("copy-number", language) == file_of(language, "copies")["copy-number"]
    assert "7" in catalogues.problem("copy-number", language, copy=7)


def test_the_rules_stand_in_their_own_file() -> None:
    assert list(file_of("en", "rules")) == list(RULES)


def test_sentences_have_no_place_that_is_never_filled() -> None:
    # A renderer knows no files: who asks for the copy puts the file's name to the line (`copying._drawn`).
    drawn = "glyph-missing text-html text-nesting text-too-many text-word table-cells footnote-unused footnote-twice"
    drawn += " footnote-place"
    pictures = "text-control image-missing image-outside image-format image-broken image-pixels image-cmyk image-turned"
    allowed = {(code, "file") for code in f"{drawn} {pictures}".split()}
    empty = {
        (code, place)
        for code, names in values_in_source().items()
        for place in places(problems("en").get(code, "")) - names
    }
    assert empty <= allowed


# -- clean -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_no_sentence_needs_git(language: str) -> None:
    for key, sentence in own(language).items():
        if key.partition("/")[2] not in NAMES_GIT:
            assert not re.search(GIT[language], sentence, re.IGNORECASE), (key, sentence)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_letters_are_latin_and_composed(language: str) -> None:
    for key, sentence in own(language).items():
        assert unicodedata.is_normalized("NFC", sentence), key
        assert sentence == sentence.strip(), key
        for letter in sentence:
            assert letter.isprintable(), key
            if letter.isalpha():
                fits = letter in AZ_LETTERS if language == "az" else letter.isascii() or letter in "əı"
                assert fits, (key, letter)
        assert "\u0307" not in sentence
        assert '"' not in sentence, key


def test_azerbaijani_never_appends_a_suffix_to_a_place() -> None:
    for key, sentence in own("az").items():
        if key != "copies/day-shown":
            assert not re.search(r"\}[-'’”]*\w", sentence), (key, sentence)


def test_azerbaijani_capitals_have_their_dots() -> None:
    marks = [text for key, text in file_of("az", "copies").items() if key.startswith("watermark-")]
    words = re.findall(r"\w+", " ".join(marks).replace("I", "ı").replace("İ", "i").lower())
    assert len(words) >= len(marks) > 2
    # Vowel harmony: no back ı in a word whose vowels are front.
    assert [word for word in words if "ı" in word and set("əeiöü") & set(word)] == []


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
@pytest.mark.parametrize("name", ["rules", "errors"])
def test_a_problem_is_one_or_two_whole_sentences(language: str, name: str) -> None:
    for key, sentence in file_of(language, name).items():
        assert sentence[0].isupper() or sentence[0] in "“{" or sentence.startswith("git "), key
        assert sentence.endswith((".", "{problem}", "{rule}", "{reason}", "{detail}")), key
        assert len(re.findall(r"\.(?: |$)", sentence)) <= 3, key
        assert len(sentence) <= 290, (key, len(sentence))


# -- Russian, of copies alone ----------------------------------------------------------------------------------------------


def test_russian_has_every_word_of_a_copy_and_nothing_else() -> None:
    russian, english = file_of("ru", "copies"), file_of("en", "copies")
    assert list(russian) == list(english)
    patterns = {"day-shown", "day-short", "instant-shown", "stamp-day"}
    assert {key for key in english if places(russian[key]) != places(english[key])} <= patterns
    assert [path.name for path in (PACKAGE / "catalogues" / "ru").iterdir()] == ["copies.yaml"]
    latin = {key for key, words in russian.items() if re.search("[A-Za-z]", re.sub(r"\{[a-z]+\}", "", words))}
    assert latin == {
        "copy-digest", "copy-other-text", "copy-check", "attachment-proof", "own-name-az", "own-name-en", "list-page-how",
        "copy-layout-own", "method-security-key", "standard-iso9001",
        "index-form-pdf", "index-form-docx", "index-form-html", "index-form-md",
        "standard-iso18091", "disposal-check", "disposal-contents-note", "disposal-column-digest",
    }  # fmt: skip


def test_a_copy_promises_no_more_of_check_than_it_does() -> None:
    """Alone, it knows neither whose library it is nor what came later: the line on each copy says what it takes."""
    for language, needed in (
        ("en", ("line from the quality manual", "status list")),
        ("az", ("tanıtma sətri", "status siyahısı")),
        ("ru", ("строке из руководства по качеству", "список статусов")),
    ):
        said = catalogues.say("copy-check", language)
        assert "docctl check" in said
        assert all(word in said for word in needed)


def test_a_russian_copy_has_russian_days_and_stamps() -> None:
    assert catalogues.day(date(2026, 11, 22), "ru") == "22 ноября 2026 г."
    assert catalogues.stamp_day(date(2026, 11, 3), "ru") == "«03» ноября 2026 г."
    assert catalogues.stamp_day(date(2026, 11, 3), "az") == "“03” noyabr 2026-cı il"
    assert [catalogues.short_day(date(2026, 2, 3), one) for one in ("az", "ru")] == ["03.02.2026", "03.02.2026"]
    assert catalogues.short_day(date(2026, 2, 3), "en") == "3 February 2026"
    assert catalogues.stamp_day(date(2026, 11, 3), "en") == "03 November 2026"
    assert catalogues.say("status-in-force", "ru") == "действует"
    # What is no word of copies is said in English.
    assert catalogues.problem("text-missing", "ru") == catalogues.problem("text-missing", "en")


# -- places ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", [*catalogues.LANGUAGES, "ru", ""])
def test_missing_and_surplus_values_never_crash(language: str) -> None:
    for code in catalogues.codes("en"):
        for said in (catalogues.say(code, language), catalogues.problem(code, language, nobody="asked", code=1)):
            assert said
            assert not re.search(r"\{[a-z]", said)


def test_a_place_without_a_value_is_a_dash() -> None:
    assert catalogues.say("act-emr", "en", number=None) == "Order (əmr) No — of —"


def test_an_unknown_code_is_shown_in_brackets() -> None:
    assert catalogues.say("no-such-code", "az") == "[no-such-code]"
    assert catalogues.problem("no-such-code", "az", where="x") == "[no-such-code]"
    assert not catalogues.knows("no-such-code", "en")


def test_english_stands_in_for_a_language_without_a_catalogue() -> None:
    assert catalogues.say("status-in-force", "de") == "in force"
    assert catalogues.day(date(2026, 11, 22), "de") == "22 November 2026"
    assert catalogues.role("staff", "de") == "staff"
    assert not catalogues.knows("status-in-force", "de")
    assert catalogues.codes("../en") == frozenset()


@pytest.mark.parametrize(
    "hostile", ["{document}", "{0}", "{", "}", "{}", "{x.__class__}", "{day:>99999999}", "%s", "{{"]
)
def test_nothing_in_a_value_is_read_as_a_place(hostile: str) -> None:
    said = catalogues.problem("message-field", "en", value=hostile, document="PRO-01")
    assert f"“{hostile}”" in said
    assert hostile in catalogues.problem("role-not-held", "en", role=hostile, person=hostile)
    assert hostile in catalogues.problem("sync-conflict", "az", rule=hostile, document=hostile)


def test_values_may_bear_the_names_of_the_parameters() -> None:
    assert "“xx”" in catalogues.problem("language-unknown", "en", language="xx", error_code="y", code="z")
    assert "AZ" in catalogues.say("copy-authoritative", "en", language="AZ", code="z")


def test_a_problem_among_the_values_is_put_into_words() -> None:
    said = catalogues.problem("charter-invalid", "en", problem="field-missing", where="people.yaml", field="name")
    assert said.endswith("In people.yaml the field “name” is missing. Add it.")
    assert catalogues.problem("join-not-lawful", "az", rule="history-incomplete").count("docctl join") == 1
    assert catalogues.problem("signature-own", "en", problem="key").endswith(" key")
    assert catalogues.problem("not-in-force-now", "az", document="PRO-01", status="pending").count("hələ") == 1


def test_a_problem_that_names_itself_comes_to_an_end() -> None:
    said = catalogues.problem("text-invalid", "en", problem="text-invalid", rule="text-invalid")
    assert said.endswith("—")


def test_roles_kinds_days_and_the_charter_are_put_into_words() -> None:
    said = catalogues.problem("quorum-missing", "az", document="charter", missing="1 × head, 2 × reviewer")
    assert said.startswith("nizamnamə üzrə")
    assert "1 × icra hakimiyyətinin başçısı, 2 × razılaşdıran şəxs" in said
    assert "1 by the charter in force, 0 by" in catalogues.problem("quorum-missing", "en", missing="1 + 0")
    assert "head, boat" not in catalogues.problem("author-role", "en", roles="head, boat")
    assert "“editorial correction”" in catalogues.problem("kind-fields", "en", kind="editorial")
    assert "“surprise”" in catalogues.problem("kind-fields", "en", kind="surprise")
    said = catalogues.problem("effective-past", "az", day="2026-11-22", today=date(2026, 11, 23))
    assert "22 noyabr 2026-cı il" in said
    assert "23 noyabr 2026-cı il" in said
    assert "soon" in catalogues.problem("effective-past", "en", day="soon", today=None)


# -- days ------------------------------------------------------------------------------------------------------------------

SPOKEN_ONES = ["sıfır", "bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz"]
SPOKEN_TENS = ["", "on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan"]


def spoken(year: int) -> str:
    """The last word of the number as it is read aloud."""
    if year % 10:
        return SPOKEN_ONES[year % 10]
    if year % 100:
        return SPOKEN_TENS[year % 100 // 10]
    return "yüz" if year % 1000 else "min"


def suffix_by_ear(year: int) -> str:
    """The suffix by its last vowel: a ı → ı, e ə i → i, o u → u, ö ü → ü."""
    last = [letter for letter in spoken(year) if letter in "aıeəiouöü"][-1]
    return "c" + {"a": "ı", "ı": "ı", "e": "i", "ə": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}[last]


@pytest.mark.parametrize("year", range(1900, 2101))
def test_the_year_takes_the_suffix_that_is_heard(year: int) -> None:
    assert catalogues.day(date(year, 11, 2), "az") == f"2 noyabr {year}-{suffix_by_ear(year)} il"


@pytest.mark.parametrize(
    "shown",
    [
        "1900-cü",
        "1999-cu",
        "2000-ci",
        "2001-ci",
        "2003-cü",
        "2004-cü",
        "2006-cı",
        "2009-cu",
        "2010-cu",
        "2016-cı",
        "2019-cu",
        "2020-ci",
        "2023-cü",
        "2025-ci",
        "2026-cı",
        "2027-ci",
        "2028-ci",
        "2029-cu",
        "2030-cu",
        "2040-cı",
        "2050-ci",
        "2060-cı",
        "2070-ci",
        "2080-ci",
        "2090-cı",
        "2100-cü",
        "3000-ci",
    ],
)
def test_known_years(shown: str) -> None:
    assert catalogues.day(date(int(shown[:4]), 1, 31), "az") == f"31 yanvar {shown} il"


def test_every_day_of_a_year_reads_as_that_day() -> None:
    months = [
        "yanvar",
        "fevral",
        "mart",
        "aprel",
        "may",
        "iyun",
        "iyul",
        "avqust",
        "sentyabr",
        "oktyabr",
        "noyabr",
        "dekabr",
    ]
    for number in range(366):
        one = date(2028, 1, 1) + timedelta(days=number)
        assert catalogues.day(one, "az") == f"{one.day} {months[one.month - 1]} 2028-ci il"
        assert catalogues.day(one, "en") == f"{one.day} {one:%B} 2028"


def test_a_day_among_the_values_is_written_out() -> None:
    said = catalogues.say("act-serencam", "az", number="145", day=date(2026, 11, 22))
    assert said == "22 noyabr 2026-cı il tarixli 145 nömrəli sərəncam"


@pytest.mark.parametrize(
    ("at", "offset", "az", "en"),
    [
        (1795341900, "+0400", "22.11.2026, 14:05 (+04:00)", "22 November 2026, 14:05 (+04:00)"),
        (1795341900, "+0000", "22.11.2026, 10:05 (+00:00)", "22 November 2026, 10:05 (+00:00)"),
        (1795341900, "-0330", "22.11.2026, 06:35 (-03:30)", "22 November 2026, 06:35 (-03:30)"),
        (1798747200, "+0400", "01.01.2027, 00:00 (+04:00)", "1 January 2027, 00:00 (+04:00)"),
        (0, "-1200", "31.12.1969, 12:00 (-12:00)", "31 December 1969, 12:00 (-12:00)"),
    ],
)
def test_an_instant_is_shown_in_its_own_offset(at: int, offset: str, az: str, en: str) -> None:
    assert catalogues.instant(at, offset, "az") == az
    assert catalogues.instant(at, offset, "en") == en


# -- start-up --------------------------------------------------------------------------------------------------------------


def test_importing_the_words_reads_none_of_them() -> None:
    lines = (
        "import sys, docctl.catalogues as c",
        "assert 'yaml' not in sys.modules",
        "c.say('status-draft', 'az')",
        "assert 'yaml' in sys.modules",
        "assert c._words.cache_info().currsize == 1",
    )
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, env=environment)
