"""The page for security says what the cases say."""

from __future__ import annotations

import table


def test_the_page_is_as_the_cases_are():
    text = table.PAGE.read_text("utf-8")
    assert table.page(text) == text, "run: python tests/attacks/table.py --write"


def test_every_case_has_a_name_of_its_own_and_an_answer_that_docctl_knows():
    from docctl import catalogues
    from docctl.core.rules import RULES

    cases = [case for group in table.groups() for case in group.cases]
    names = [case.name for case in cases]
    assert len(names) == len(set(names))
    for case in cases:
        assert case.verdict != "violations" or set(case.codes) <= set(RULES), case.name
        for code in (*case.codes, *case.hazards):
            for language in ("az", "en"):
                assert catalogues.problem(code, language) not in ("", code), (case.name, code)
