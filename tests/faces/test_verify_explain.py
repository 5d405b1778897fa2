"""`verify --explain` on a terminal and as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from desk import Desk


def test_an_entry_is_explained_beside_the_verdict(still: Desk, anchor: Path) -> None:
    out = still.ok("verify", "--anchor", anchor, "--explain", "PRO-01")
    assert out.index("The history is whole and lawful.") < out.index("published PRO-01, revision 1")
    for words in ("Aysel Məmmədova", "quality manager", "reviewer, then Head", "moved: drafts/PRO-01/az.md →"):
        assert words in out
    assert "Every approval that is needed was there. (quorum-missing; ISO 9001:2015 7.5.2)" in out
    assert "It has been in force since" in out


@pytest.mark.parametrize("lang", ["az", "en"])
def test_every_entry_is_explained_in_both_languages(still: Desk, anchor: Path, lang: str) -> None:
    count = json.loads(still.ok("verify", "--anchor", anchor, "--json"))["entries"]
    for entry in range(count):
        answer = still.run("verify", "--anchor", anchor, "--explain", entry, lang=lang)
        assert (answer.status, answer.err.count("\n")) == (0, 1), answer
        assert "[" not in answer.out
        assert "None" not in answer.out


def test_the_same_is_given_to_programs(still: Desk, anchor: Path) -> None:
    given = json.loads(still.ok("verify", "--anchor", anchor, "--explain", "PRO-01", "--json"))
    assert given["verdict"] == "lawful"
    (one,) = given["explanations"]
    assert (one["event"], one["document"], one["keeps_rules"], one["violation"]) == ("published", "PRO-01", True, None)
    assert one["standing"]["role"] == "quality-manager"
    assert one["standing"]["workflow"] == [[["reviewer", 1]], [["head", 1]]]
    sentences = {check["rule"]: check["sentence"] for check in one["checks"]}
    assert sentences["quorum-missing"] == "Every approval that is needed was there."
    assert one["fate"]["outcome"] == "in-force"
    assert one["at"].endswith(":00")
    assert "explanations" not in json.loads(still.ok("verify", "--anchor", anchor, "--json"))


def test_an_entry_that_is_not_there_is_one_sentence(still: Desk, anchor: Path) -> None:
    count = json.loads(still.ok("verify", "--anchor", anchor, "--json"))["entries"]
    answer = still.run("verify", "--anchor", anchor, "--explain", "4711")
    assert (answer.status, answer.out) == (2, "")
    assert f"There is no entry 4711: the ledger has {count} entries, numbered from 0 to {count - 1}." in answer.err
    answer = still.run("verify", "--explain", "xyz", "--json")
    assert json.loads(answer.err)["error"] == "usage"


def test_what_breaks_a_rule_is_explained_without_its_number(later: Desk, anchor: Path) -> None:
    raw = _git(later, "cat-file", "commit", "main").replace(b"POL-01", b"POL-02") + b"\n"
    forged = _git(later, "hash-object", "-t", "commit", "-w", "--stdin", data=raw).decode()
    _git(later, "update-ref", "refs/heads/main", forged)
    answer = later.run("verify", "--anchor", anchor, "--explain")
    assert answer.status == 1
    assert answer.out.count("The entry breaks a rule: signature-invalid (history broken, ISO 9001:2015 7.5.3.2).") == 1
    assert "counts for nothing" in answer.out
    assert "submitted POL-02, revision 1" in answer.out
    given = json.loads(later.run("verify", "--anchor", anchor, "--explain", forged[:8], "--json").out)
    assert given["explanations"][0]["violation"]["rule"] == "signature-invalid"
    assert given["explanations"][0]["signature"]["problem"] == "signature-invalid"


def test_a_damaged_library_has_no_explanation_but_a_verdict(later: Desk, anchor: Path) -> None:
    _, *others = (later.folder / ".git/objects").glob("[0-9a-f][0-9a-f]/*")
    assert others
    for path in others:
        path.unlink()
    answer = later.run("verify", "--anchor", anchor, "--explain")
    assert answer.status == 3
    assert "Could not judge" in answer.out


# -- the second opinion, and the keys for it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "agree", "title"),
    [
        ("en", "Both say the same of every signature.", "Second opinion"),
        ("az", "hər ikisi eyni şeyi deyir", "İkinci rəy"),
    ],
)
def test_a_second_opinion_stands_beside_the_verdict(
    still: Desk, anchor: Path, lang: str, agree: str, title: str
) -> None:
    answer = still.run("verify", "--anchor", anchor, "--cross-check", lang=lang)
    assert answer.status == 0
    assert agree in answer.out
    assert answer.out.index(title) > 0
    assert "[" not in answer.out


def test_a_second_opinion_is_given_to_programs(later: Desk, anchor: Path) -> None:
    given = json.loads(later.ok("verify", "--anchor", anchor, "--cross-check", "--json"))
    second = given["cross_check"]
    assert second["compared"] == given["entries"]
    assert (second["agrees"], second["differences"], second["fsck"], second["error"]) == (True, [], [], None)
    assert second["tools"]["git"]
    raw = _git(later, "cat-file", "commit", "main").replace(b"\n\nsub", b"\ngpgsig-sha256 junk\n\nsub", 1) + b"\n"
    _git(later, "update-ref", "refs/heads/main", _git(later, "hash-object", "-t", "commit", "-w", "--stdin", data=raw))
    answer = later.run("verify", "--anchor", anchor, "--cross-check")
    assert answer.status == 1
    assert "the other programs accept the signature, docctl does not (commit-grammar)" in answer.out
    given = json.loads(later.run("verify", "--anchor", anchor, "--cross-check", "--json").out)
    (one,) = given["cross_check"]["differences"]
    assert (one["entry"], one["kind"], one["ours"]) == (given["entries"] - 1, "stock-accepts", "commit-grammar")


def _git(desk: Desk, *words: str | bytes, data: bytes | None = None) -> bytes:
    line = ["git", "-C", str(desk.folder), *words]
    return subprocess.run(line, input=data, capture_output=True, check=True).stdout.strip()


def test_without_the_programs_the_verdict_is_still_given(
    still: Desk, anchor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git").symlink_to(str(shutil.which("git")))
    answer = still.run("verify", "--anchor", anchor, "--cross-check", PATH=str(tmp_path))
    assert answer.status == 3
    assert "The history is whole and lawful." in answer.out
    assert "There could be no second opinion." in answer.out
    given = json.loads(still.run("verify", "--anchor", anchor, "--cross-check", "--json", PATH=str(tmp_path)).out)
    assert (given["verdict"], given["cross_check"]["error"]["code"]) == ("lawful", "second-opinion-missing")


def test_keys_are_exported_as_of_an_entry_a_day_or_for_ever(still: Desk, tmp_path: Path) -> None:
    ever, first = still.ok("export-keys"), still.ok("export-keys", "--as-of-entry", 1)
    assert ever.startswith("# docctl: every key that was ever enrolled in docctl/")
    assert first.startswith("# docctl: keys that may sign entry 1 of docctl/")
    assert ("leyla@x.example" in ever, "leyla@x.example" in first) == (True, False)
    assert still.ok("export-keys", "--as-of", "2999-01-01").count("@x.example") == 4
    target = tmp_path / "signers"
    still.ok("export-keys", "--as-of-entry", 1, "--output", target)
    assert target.read_text("utf-8") == first
    still.refused("file-exists-force", "export-keys", "--output", target)
    still.refused("keys-before-founding", "export-keys", "--as-of", "1999-12-31")
    still.refused("entry-not-found", "export-keys", "--as-of-entry", 4711)
    still.refused("usage-as-of-once", "export-keys", "--as-of-entry", 1, "--as-of", "2026-01-01", status=2)
