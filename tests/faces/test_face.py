"""The face itself: help in both languages, usage, exit statuses, what is loaded, and what a terminal gets."""

from __future__ import annotations

import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from desk import Desk, says

import docctl.cli
from docctl import catalogues, errors
from docctl.cli import words
from docctl.cli.phrases import LANGUAGES, sentences
from docctl.cli.spoken import Option, help_key

TOP = Path(__file__).resolve().parent.parent.parent
HEAVY = ("git", "docx", "typst", "cryptography", "yaml", "sqlite3", "docctl.renderers", "docctl.library.library")


def every(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        ctx = click.Context(command, info_name=path[-1] if path else "docctl")
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None, name
            yield from every(found, (*path, name))


COMMANDS = list(every(docctl.cli.docctl))


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_option_has_help(language: str) -> None:
    known = sentences(language)
    for path, command in COMMANDS:
        joined = "-".join(path)
        assert ("help-" + joined if joined else "help") in known, path
        for param in command.params:
            if isinstance(param, click.Option):
                assert isinstance(param, Option), (path, param)
                assert help_key(joined, param.name or "", language) in known, (path, param.name)
            if param.metavar:
                for name in param.metavar.split():
                    assert f"metavar-{name}" in known, (path, name)
            elif isinstance(param, click.Argument):
                raise AssertionError((path, param.name))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=lambda one: "-".join(one) if isinstance(one, tuple) else "")
def test_help_is_shown(path: tuple[str, ...], command: click.Command, language: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, tmp_path)
    answer = desk.bare("--lang", language, *path, "--help")
    assert answer.status == 0
    assert not re.search(r"\[[a-z]+(-[a-z]+)+\]", answer.out)
    if language == "az":
        assert "İstifadə:" in answer.out
        assert not re.search(r"Usage|Options|Show this|COMMAND|Commands", answer.out)
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.opts[0] in answer.out


def test_both_languages_say_the_same_with_the_same_places() -> None:
    first, second = (sentences(language) for language in LANGUAGES)
    assert list(first) == list(second)
    for key, sentence in first.items():
        places = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (sentence, second[key])
        ]
        assert places[0] == places[1], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_are_yaml_too_and_no_other_file_has_their_keys(language: str) -> None:
    home = Path(catalogues.__file__).parent / language
    assert yaml.load((home / "commands.yaml").read_text("utf-8"), Loader=yaml.BaseLoader) == sentences(language)
    for name in ("rules", "errors", "copies", "explanations"):
        other = yaml.load((home / f"{name}.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
        assert not set(other) & set(sentences(language)), name


def test_every_sentence_is_used() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (TOP / "docctl").rglob("*.py"))
    prefixes = (
        "help", "option-", "metavar-", "section-", "column-", "task-", "turn-", "key-state-", "doctor-", "title-", "ask-name-",
        "verdict-", "next-", "change-", "finding-", "other-copy-", "attached-", "says-", "check-", "diff-", "record-",
        "reading-", "copy-state-", "medium-", "overdue-", "done-reviewed-",
    )  # fmt: skip
    unused = [key for key in sentences("en") if not key.startswith(prefixes) and f'"{key}"' not in source]
    assert unused == []


def test_every_doctor_code_has_its_words() -> None:
    source = (TOP / "docctl" / "library" / "doctor.py").read_text("utf-8")
    checks = re.findall(r'Check\("(\w+)", "([a-z-]+)"', source)
    assert len(checks) > 10  # the scan still finds them
    for level, code in checks:
        assert f"doctor-{code}" in sentences("en"), code
        assert level == "good" or f"doctor-{code}-fix" in sentences("en"), code


# -- usage -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("usage-no-command", ["lst"]),
        ("usage-no-option", ["list", "--nope"]),
        ("usage-option-first", ["list", "--as", "leyla"]),
        ("usage-missing", ["show"]),
        ("usage-missing", ["submit", "PRO-01"]),
        ("usage-missing", ["submit", "--reason", "x"]),
        ("usage-missing", ["init", "X"]),
        ("usage-missing", ["approve", "PRO-01", "--basis", "x"]),
        ("usage-value-missing", ["list", "--as-of"]),
        ("usage-extra", ["show", "PRO-01", "PRO-02"]),
        ("usage-bad", ["list", "--as-of", "2026-02-30"]),
        ("usage-bad", ["list", "--as-of", "yesterday"]),
        ("usage-bad", ["list", "--status", "fine"]),
        ("usage-bad", ["show", "PRO-01", "--revision", "0"]),
        ("usage-bad", ["show", "PRO-01", "--revision", "٣"]),
        ("usage-bad", ["get", "PRO-01", "--format", "odt"]),
        ("usage-bad", ["publish", "PRO-01", "--act", "law", "1", "2026-01-01"]),
        ("usage-bad", ["--as", "../x", "list"]),
        ("usage-bad", ["--lang", "ru", "list"]),
        ("usage-bad", ["key", "new", "Aysel Ə"]),
        ("usage-bad", ["new", "procedure", "--title", "Yeni"]),
        ("usage-utf8", ["show", "\udcff"]),
        ("usage-adopt-alone", ["submit", "PRO-01", "--adopt", "x", "--reason", "x"]),
        ("usage-adopt-only", ["submit", "PRO-01", "--type", "x", "--reason", "x"]),
        ("usage-end-from", ["person", "role", "leyla", "head", "--end", "--from", "2026-01-01"]),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_usage(still: Desk, code: str, words: list[str], language: str) -> None:
    answer = still.bare(*words, DOCCTL_LANG=language, DOCCTL_LIBRARY=str(still.folder))
    assert answer.status == 2
    assert says(code, answer.err.splitlines()[0], language), answer.err
    assert "--help" in answer.err.splitlines()[1]


def test_errors_for_machines(still: Desk, tmp_path: Path) -> None:
    answer = still.run("show", "PRO-77", "--json")
    assert answer.status == 1
    assert json.loads(answer.err)["error"] == "document-not-found"
    assert json.loads(still.run("list", "--json", "--nope").err)["error"] == "usage"


def test_every_error_class_has_a_status() -> None:
    assert set(words.STATUS) == set(errors.DocctlError.__subclasses__())


def test_an_unexpected_failure_is_one_sentence_and_its_particulars_are_kept(
    still: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docctl.library.library import Library

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret particulars")

    monkeypatch.setattr(Library, "register", fail)
    desk = Desk(still.folder, tmp_path / "home")
    err = desk.refused("internal-error", "list")
    assert "secret" not in err
    log = tmp_path / "home" / "crash.log"
    assert "secret particulars" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_an_interrupt_is_no_failure_of_ours(still: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from docctl.library.library import Library

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "register", interrupt)
    answer = still.run("list")
    assert (answer.status, answer.err.strip()) == (130, "Interrupted.")


# -- what is loaded ----------------------------------------------------------------------------------------------------


def program(*args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    settings = {**os.environ, "PYTHONPATH": str(TOP), "PYTHONWARNINGS": "error", **env}
    return subprocess.run([sys.executable, *args], capture_output=True, env=settings, check=False, timeout=60)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["--lang", "az", "--help"], ["submit", "--help"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\nfrom docctl.cli import docctl\n"
        f"try:\n    docctl({words!r})\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = program("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().strip().splitlines()[-1] == "[]"


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    done = program("-c", f"import sys, docctl.cli; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert done.stdout.decode().strip() == "[]", done.stderr


def test_a_register_is_listed_without_what_only_copies_need(still: Desk) -> None:
    code = (
        f"import sys\nfrom docctl.cli import docctl\ntry:\n    docctl(['--library', {str(still.folder)!r}, 'list'])\n"
        "except SystemExit as end:\n    assert end.code == 0\n"
        "print([name for name in ('git', 'docx', 'typst') if name in sys.modules])"
    )
    done = program("-c", code, DOCCTL_HOME=str(still.home))
    assert done.stdout.decode().strip().splitlines()[-1] == "[]", done.stderr


# -- streams -----------------------------------------------------------------------------------------------------------


def test_a_reader_that_leaves_early_is_no_failure(still: Desk) -> None:
    command = f"{sys.executable} -m docctl --library {still.folder} get PRO-01 | head -c 10"
    env = {**os.environ, "PYTHONPATH": str(TOP), "DOCCTL_HOME": str(still.home)}
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=env, check=False, timeout=60)
    assert done.stderr == b""
    assert len(done.stdout) == 10


def test_letters_that_a_terminal_does_not_know_are_no_failure(still: Desk) -> None:
    done = program(
        "-m",
        "docctl",
        "--library",
        str(still.folder),
        "list",
        DOCCTL_HOME=str(still.home),
        PYTHONIOENCODING="ascii",
        DOCCTL_LANG="az",
    )
    assert done.returncode == 0
    assert b"PRO-01" in done.stdout


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ({"DOCCTL_LANG": "az"}, "az"),
        ({"DOCCTL_LANG": "", "LC_ALL": "az_AZ.UTF-8"}, "az"),
        ({"DOCCTL_LANG": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "az"}, "az"),
        ({"DOCCTL_LANG": "", "LC_ALL": "de_DE.UTF-8"}, "en"),
        ({"DOCCTL_LANG": "ru", "LC_ALL": "C"}, "en"),
    ],
)
def test_the_language_follows_the_settings(tmp_path: Path, settings: dict[str, str], language: str) -> None:
    answer = Desk(tmp_path, tmp_path).bare("--help", **settings)
    assert ("İstifadə" in answer.out) == (language == "az")


def test_a_table_is_aligned_whatever_the_letters(capsys: pytest.CaptureFixture[str]) -> None:
    words.table(["A", "B"], [("Əlif", "x"), ("e\u0301", "y"), ("漢字漢", "z"), ("", None)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].index("x") == 8
    assert [words.width(line.rsplit("  ", 1)[0].rstrip()) <= 6 for line in lines] == [True] * 5


def test_nothing_printed_can_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    words.tell("a\x1b[31mb\x07\u202ec")
    words.table(["A"], [("x\x1b]0;t\x07\ny",)])
    words.facts([("l", "v\x1b[2J")])
    words.refuse("code", "m\x1b[2J", as_json=False)
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err
    assert "\x07" not in shown.out + shown.err
    assert "\u202e" not in shown.out


def test_json_values() -> None:
    from docctl.core.model import Signature, Status

    given = {"a": Status.IN_FORCE, "b": Signature(1, "x", "k", 0, "+0400"), "c": (1, None), "d": Path("x")}
    assert words.plain(given) == {
        "a": "in-force",
        "b": {"entry": 1, "person": "x", "key": "k", "at": "1970-01-01T04:00:00+04:00"},
        "c": [1, None],
        "d": "x",
    }
