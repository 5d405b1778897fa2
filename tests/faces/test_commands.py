"""Every command does what it says, in words of both languages, and its JSON can be read."""

from __future__ import annotations

import base64
import json
import re
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk import Desk, build

from docctl.cli import auditing, copies
from docctl.renderers import FORMATS

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
TOMORROW, NEXT_WEEK = ((datetime.now(UTC) + timedelta(days=days)).date().isoformat() for days in (2, 7))  # noqa: TID251


def test_a_text_goes_from_draft_to_force_and_each_step_says_who_is_next(desk: Desk) -> None:
    said = desk.ok("submit", "PRO-01", "--reason", "First issue", as_="aysel")
    assert "docctl approve PRO-01" in said
    assert "Leyla Hüseynova" in said
    assert "Rəşad Əliyev" in desk.ok("approve", "PRO-01", as_="leyla")
    assert "docctl publish PRO-01" in desk.ok("approve", "PRO-01", "--comment", "Yaxşıdır", as_="rashad")
    assert "in force" in desk.ok("publish", "PRO-01", "--act", "serencam", "145", "05.01.2026", as_="aysel")
    row = json.loads(desk.ok("list", "--json"))["documents"][0]
    assert (row["id"], row["status"], row["revision"]) == ("PRO-01", "in-force", 1)
    assert "145" in desk.ok("show", "PRO-01")


def test_a_heading_that_skips_a_level_is_told_with_its_line(desk: Desk) -> None:
    path = desk.draft("PRO-01")
    whole = path.read_text("utf-8")
    lines = whole.count("\n")
    path.write_text(whole + "\n# Bir\n\n### Üç\n\n### Yenə üç\n\n#\n\n## İki\n\n##### Beş\n", "utf-8")
    answer = desk.run("submit", "PRO-01", "--reason", "First", as_="aysel")
    assert answer.status == 0
    told = [line for line in answer.err.splitlines() if "skips a level" in line]
    assert [line.partition(". ")[0] for line in told] == [
        f"! A heading skips a level: 3 after 1 (file az.md, line {lines + 4})",
        f"! A heading skips a level: 5 after 2 (file az.md, line {lines + 12})",
    ]
    path.write_text(whole + "\n# Bir\n\n##### Beş\n" * 7, "utf-8")
    answer = desk.run("submit", "PRO-01", "--reason", "Again", as_="aysel", lang="az")
    assert answer.err.count("Başlıq səviyyə buraxır: 1-dən sonra 5") == 5
    assert "Səviyyə buraxan başqa başlıqlar: 2." in answer.err
    path.write_text(whole, "utf-8")
    assert desk.run("submit", "PRO-01", "--reason", "Mended", as_="aysel").err == ""


def test_approve_shows_what_is_signed(desk: Desk) -> None:
    desk.ok("submit", "PRO-01", "--reason", "First issue", as_="aysel")
    shown = desk.run("approve", "PRO-01", as_="leyla").err
    digest = json.loads(desk.ok("show", "PRO-01", "--json"))["proposal"]["content"]
    assert digest in shown
    assert "Control of documents" in shown
    assert re.search(r"Change \(az\): Changed in \d+ places \(\d+ words added\)", shown)


def test_a_revision_begins_with_the_text_in_force_and_its_change_can_be_compared(later: Desk) -> None:
    assert "az.md" in later.ok("new", "PRO-01")
    path = later.draft("PRO-01")
    path.write_text(path.read_text("utf-8").replace("Məqsəd", "Əsas məqsəd", 1), "utf-8")
    later.ok("submit", "PRO-01", "--reason", "Second", as_="aysel")
    marked = later.ok("diff", "PRO-01")
    assert "[-Məqsəd-]{+Əsas məqsəd+}" in marked
    assert len(later.ok("diff", "PRO-01", "1", "2", "--whole")) > 5 * len(marked)
    (change,) = json.loads(later.ok("diff", "PRO-01", "--json"))["changes"]
    assert {one["sign"] for one in change["pieces"]} == {"=", "-", "+"}
    assert "The text is the same." in later.ok("diff", "PRO-01", "--language", "en")


def test_an_editorial_needs_fewer_approvals(later: Desk) -> None:
    later.ok("new", "PRO-01")
    path = later.draft("PRO-01", "en.md")
    path.write_text(path.read_text("utf-8") + "\nA further sentence.\n", "utf-8")
    later.ok("submit", "PRO-01", "--reason", "Typo", "--editorial", as_="aysel")
    assert "docctl publish" in later.ok("approve", "PRO-01", as_="leyla")


def test_new_gives_the_next_number_or_the_one_asked_for(desk: Desk) -> None:
    assert "PRO-03" in desk.ok("new", "procedure", "--title", "az=Yeni", "--title", "en=New")
    assert "title: Yeni" in desk.draft("PRO-03").read_text("utf-8")
    assert "PRO-04" in desk.ok("new", "procedure")
    assert "PRO-20" in desk.ok("new", "pro-20", "--title", "az=Yeni")
    desk.ok("submit", "PRO-20", "--reason", "First", as_="aysel")


def test_who_cancels_an_own_proposal_keeps_the_text(desk: Desk) -> None:
    text = desk.draft("PRO-01").read_bytes()
    desk.ok("submit", "PRO-01", "--reason", "First", as_="aysel")
    desk.ok("cancel", "PRO-01", "--reason", "Too early", as_="aysel")
    assert desk.draft("PRO-01").read_bytes() == text
    desk.ok("submit", "PRO-01", "--reason", "Again", as_="aysel")


def test_reject_sends_it_back_to_the_author(desk: Desk) -> None:
    desk.ok("submit", "PRO-01", "--reason", "First", as_="aysel")
    assert "submits it again" in desk.ok("reject", "PRO-01", "--reason", "No", as_="leyla")
    assert json.loads(desk.ok("inbox", "aysel", "--json"))["tasks"][0]["task"] == "revise"


def test_comment_and_history(later: Desk) -> None:
    later.ok("comment", "PRO-01", "Aydındır.", "--paragraph", "4.2", as_="leyla")
    entries = json.loads(later.ok("history", "PRO-01", "--json"))["entries"]
    assert entries[-1]["event"] == "commented"
    assert entries[-1]["fields"]["paragraph"] == "4.2"
    assert "Aydındır." in later.ok("history", "PRO-01")
    assert json.loads(later.ok("history", "charter", "--json"))["entries"][0]["event"] == "founded"


def test_inbox(still: Desk) -> None:
    assert "POL-01" in still.ok("inbox", as_="leyla")
    assert json.loads(still.ok("inbox", "leyla", "--json"))["person"] == "leyla"
    assert "Nothing waits" in still.run("inbox", "tural").err


def test_a_deputy_approves_on_a_basis(later: Desk) -> None:
    later.ok("person", "deputy", "rashad", "tural", "--role", "head", "--basis", "Order 7", as_="aysel")
    assert "charter" not in later.ok("inbox", as_="aysel")
    assert "charter" in later.ok("inbox", as_="rashad")
    later.ok("approve", "charter", as_="rashad")
    assert "charter" in later.ok("inbox", as_="aysel")
    later.ok("publish", "charter", as_="aysel")
    later.ok("approve", "POL-01", as_="leyla")
    later.ok("approve", "POL-01", "--for", "rashad", "--basis", "Order 7", as_="tural")
    later.ok("publish", "POL-01", as_="aysel")
    assert "Order 7" in later.ok("show", "POL-01")


def test_future_day_reschedule_withdraw_review_overdue(later: Desk) -> None:
    later.approved("POL-01")
    later.ok("publish", "POL-01", "--effective", TOMORROW, as_="aysel")
    later.ok("reschedule", "POL-01", "--effective", NEXT_WEEK, "--reason", "Training", as_="aysel")
    assert json.loads(later.ok("list", "--status", "pending", "--json"))["documents"][0]["effective"] == NEXT_WEEK
    assert "Next review" in later.ok("review", "PRO-01", "--comment", "Still right", as_="aysel")
    assert "PRO-01" in later.ok("overdue", "--as-of", "2040-01-01")
    assert json.loads(later.ok("overdue", "--json"))["items"] == []
    later.ok("withdraw", "PRO-01", "--reason", "Replaced", "--successor", "POL-01", as_="aysel")
    assert "approve the withdrawal" in later.ok("inbox", as_="leyla")
    assert "proposes the withdrawal again" in later.ok("reject", "PRO-01", "--reason", "Needed", as_="leyla")
    assert "withdrawal rejected" in later.ok("inbox", as_="aysel")
    later.ok("withdraw", "PRO-01", "--reason", "Replaced", "--successor", "POL-01", as_="aysel")
    assert "The withdrawal of PRO-01 is approved" in later.ok("approve", "PRO-01", as_="leyla")
    later.ok("approve", "PRO-01", as_="rashad")
    assert "publish the withdrawal" in later.ok("inbox", as_="aysel")
    assert "withdrawn" in later.ok("publish", "PRO-01", as_="aysel")
    assert json.loads(later.ok("show", "PRO-01", "--json"))["successor"] == "POL-01"


def test_list_filters_and_past_days(still: Desk) -> None:
    assert "POL-01" not in still.ok("list", "--status", "in-force")
    assert "PRO-01" not in still.ok("list", "--type", "policy")
    assert json.loads(still.ok("list", "--as-of", "01.01.2040", "--json"))["documents"]
    assert "no such documents" in still.run("list", "--as-of", "2040-01-01", "--type", "manual").err
    still.refused("as-of-before-founding", "list", "--as-of", "2020-01-01")


def test_get_gives_every_format_and_never_replaces_a_file_unasked(still: Desk, tmp_path: Path) -> None:
    assert set(copies.FORMATS) == set(FORMATS)
    assert "Sənədlərin idarə edilməsi" in still.ok("get", "PRO-01")
    assert "Control of documents" in still.ok("get", "PRO-01", "--language", "en", "--format", "html")
    for ending, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
        target = tmp_path / f"copy.{ending}"
        still.ok("get", "PRO-01", "--output", target)
        assert target.read_bytes().startswith(magic)
        still.refused("file-exists-force", "get", "PRO-01", "--output", target)
        still.ok("get", "PRO-01", "--output", target, "--force")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_show_a_revision_a_day_and_the_charter(still: Desk) -> None:
    assert json.loads(still.ok("show", "PRO-01", "--revision", "1", "--json"))["decisions"]
    assert "reviewer" in still.ok("show", "charter")
    assert json.loads(still.ok("show", "charter", "--json"))["languages"] == ["az", "en"]
    assert still.ok("charter", "show") == still.ok("show", "charter")


# -- auditors ----------------------------------------------------------------------------------------------------------


def test_verify_says_lawful_violations_or_not_judged(later: Desk, anchor: Path, tmp_path: Path) -> None:
    found = json.loads(later.ok("verify", "--anchor", anchor, "--json"))
    assert found["verdict"] == "lawful"
    assert found["anchored"] is True
    assert found["head"] == later.head()
    assert "whole and lawful" in later.ok("verify")
    stranger = Desk(later.folder, tmp_path / "nobody")
    answer = stranger.run("verify", "--json")
    assert (answer.status, json.loads(answer.out)["reason"]["code"]) == (3, "anchor-missing")
    assert stranger.run("verify").status == 3

    mark = tmp_path / "checkpoint"
    later.ok("checkpoint", "--output", mark)
    later.ok("verify", "--anchor", anchor, "--checkpoint", mark)
    _forge(later.folder)
    answer = later.run("verify", "--anchor", anchor, "--json")
    assert answer.status == auditing.STATUS["violations"] == 1
    violation = json.loads(answer.out)["violations"][0]
    assert set(violation) == {"entry", "commit", "rule", "message"}
    assert "ISO 9001:2015" in later.run("verify").out
    assert "docctl verify" in later.run("list").err


def _forge(folder: Path) -> None:
    """One more entry than anybody signed."""
    run = ["git", "-C", str(folder)]
    raw = subprocess.run([*run, "cat-file", "commit", "main"], capture_output=True, check=True).stdout
    forged = raw.replace(b"POL-01", b"POL-02")
    made = subprocess.run(
        [*run, "hash-object", "-t", "commit", "-w", "--stdin"], input=forged, capture_output=True, check=True
    ).stdout
    subprocess.run([*run, "update-ref", "refs/heads/main", made.decode().strip()], check=True)


def test_anchor_and_checkpoint_print_what_can_be_read_again(still: Desk) -> None:
    line = still.ok("anchor").strip()
    assert json.loads(still.ok("anchor", "--json"))["anchor"] == line
    note = still.ok("checkpoint")
    told = json.loads(still.ok("checkpoint", "--json"))
    assert told["note"] == note
    assert told["root"] == json.loads(still.ok("verify", "--json"))["root"]


# -- people and keys ---------------------------------------------------------------------------------------------------


def test_people_and_keys(later: Desk, tmp_path: Path) -> None:
    assert "Tural Quliyev" in later.ok("person", "list")
    assert {one["id"] for one in json.loads(later.ok("person", "list", "--json"))["people"]} >= {"aysel", "tural"}
    assert "Order 1" in later.ok("person", "show", "rashad")
    assert json.loads(later.ok("person", "show", "rashad", "--json"))["email"] == "rashad@x.example"
    rows = json.loads(later.ok("key", "list", "--json"))["keys"]
    marks = {row["person"]: row["fingerprint"] for row in rows}
    assert "usable" in later.ok("key", "list")
    later.ok("key", "suspend", marks["tural"][:20], "--reason", "Lost", as_="tural")
    assert "suspended" in later.ok("key", "list")
    later.ok("key", "revoke", marks["tural"], "--reason", "Lost", "--compromised-since", "5", as_="aysel")
    later.ok("approve", "charter", as_="rashad")
    later.ok("publish", "charter", as_="aysel")
    assert "since entry 5" in later.ok("key", "list")
    target = tmp_path / "allowed"
    later.ok("export-keys", "--output", target)
    checked = subprocess.run(
        ["git", "-C", later.folder, "-c", f"gpg.ssh.allowedSignersFile={target}", "verify-commit", "HEAD"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_an_entry_of_a_compromised_key_is_reaffirmed(later: Desk) -> None:
    later.ok("approve", "POL-01", as_="leyla")
    number = json.loads(later.ok("history", "POL-01", "--json"))["entries"][-1]["entry"]
    mark = next(row for row in json.loads(later.ok("key", "list", "--json"))["keys"] if row["person"] == "leyla")
    later.ok("key", "revoke", mark["fingerprint"], "--compromised-since", number, "--reason", "Stolen", as_="aysel")
    later.ok("approve", "charter", as_="rashad")
    later.ok("publish", "charter", as_="aysel")
    assert json.loads(later.ok("verify", "--json"))["unconfirmed"] == [number]
    later.ok("key", "reaffirm", number, "--reason", "She says so", as_="aysel")
    assert json.loads(later.ok("verify", "--json"))["unconfirmed"] == []


def test_changes_of_people_gather_in_one_proposal(later: Desk) -> None:
    later.ok("person", "role", "leyla", "deputy", "--basis", "Order 9", as_="aysel")
    later.ok("approve", "charter", as_="rashad")
    answer = later.run("person", "leave", "tural", "--day", TOMORROW, as_="aysel")
    assert answer.status == 0
    assert "no longer count" in answer.err
    changes = json.loads(later.ok("show", "charter", "--json"))["proposal"]["changes"]
    paths = {path for _, path, _ in changes}
    assert "people.tural.left" in paths
    assert "people.leyla.roles[2].role" in paths
    later.ok("person", "role", "leyla", "reviewer", "--end", "--to", TOMORROW, as_="aysel")
    later.ok("approve", "charter", as_="rashad")
    later.ok("publish", "charter", as_="aysel")
    assert json.loads(later.ok("person", "show", "tural", "--json"))["left"] == TOMORROW


def test_the_charter_is_taken_out_changed_and_proposed(later: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    later.ok("charter", "show", "--output", folder)
    library = folder / "library.yaml"
    library.write_text(library.read_text("utf-8").replace("review-months: '24'", "review-months: '12'"), "utf-8")
    said = later.ok("charter", "propose", folder, "--reason", "Yearly", as_="aysel")
    assert "docctl approve charter" in said
    assert "review-months: 12" in later.ok("show", "charter")
    later.ok("reject", "charter", "--reason", "No", as_="rashad")
    later.ok("cancel", "charter", as_="aysel")


# -- IT ----------------------------------------------------------------------------------------------------------------


def test_two_clones_share_a_library(later: Desk, anchor: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", shared], check=True)
    assert "No shared copy" in later.ok("remote")
    later.ok("remote", shared)
    assert json.loads(later.ok("remote", "--json"))["url"] == str(shared)
    assert "sent" in later.ok("sync")
    other = Desk(tmp_path / "other", tmp_path / "other-home")
    joined = other.bare("join", shared, other.folder, "--anchor", anchor)
    assert joined.status == 0, joined
    (tmp_path / "other-home" / "keys").mkdir()
    for name in ("leyla", "leyla.pub"):
        target = tmp_path / "other-home" / "keys" / name
        target.write_bytes((later.home / "keys" / name).read_bytes())
        target.chmod(0o600)
    other.ok("approve", "POL-01")
    other.ok("sync")
    later.ok("comment", "PRO-01", "Meanwhile", as_="tural")
    answer = later.run("sync", "--json", as_="tural")
    assert json.loads(answer.out) == {
        "received": 1, "sent": 1, "signed_anew": 1, "beaten": 0, "aside": [], "stopped": None,
    }  # fmt: skip
    assert later.ok("verify")


def test_doctor(later: Desk) -> None:
    found = json.loads(later.ok("doctor", "--json", as_="leyla"))
    assert found["well"] is True
    codes = {one["code"]: one["level"] for one in found["checks"]}
    assert codes["git-found"] == codes["library-found"] == codes["key-usable"] == codes["work-clean"] == "good"
    assert codes["drafts-waiting"] == "warn"
    (later.folder / "procedures" / "PRO-01" / "az.md").write_text("changed", "utf-8")
    later.draft("PRO-02").write_text("[adı yazın]", "utf-8")
    said = later.ok("doctor", as_="leyla")
    assert "procedures/PRO-01" in said
    assert "square brackets" in said
    nowhere = Desk(later.home, later.home).run("doctor", "--json")
    assert nowhere.status == 1
    assert json.loads(nowhere.out)["checks"][-1]["code"] == "library-unusable"


def test_init_asks_for_nothing_when_all_is_said_and_keeps_a_key_that_exists(tmp_path: Path) -> None:
    desk = build(tmp_path / "one")
    key = (desk.home / "keys" / "aysel").read_bytes()
    again = Desk(tmp_path / "two", desk.home)
    answer = again.bare(
        "init", again.folder, "--name", "az=İkinci", "--person", "aysel", "--full-name", "Aysel M", "--email",
        "a@x.example", "--position", "X", "--starter", "empty", "--recovery", tmp_path / "spare",
    )  # fmt: skip
    assert answer.status == 0, answer
    assert (desk.home / "keys" / "aysel").read_bytes() == key
    assert (tmp_path / "spare").exists()
    assert not (again.folder / "drafts").exists()


def test_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path / "demo" / "library", tmp_path / "home")
    answer = desk.bare("demo", tmp_path / "demo")
    assert answer.status == 0, answer
    assert "lawful" in answer.out
    assert desk.ok("verify", "--anchor", tmp_path / "demo" / "anchor.txt")
    # All that it says to try next can be typed as it stands.
    tried = [shlex.split(line) for line in answer.out.partition("Now try:")[2].splitlines() if "docctl" in line]
    ours = [words[1:] for words in tried if words[0] != "git"]
    assert {"list", "show", "diff", "get", "inbox", "verify", "check"} <= {word for words in ours for word in words}
    assert [(words, said.err) for words in ours if (said := desk.bare(*words)).status] == []


# -- adopting ----------------------------------------------------------------------------------------------------------


def test_a_folder_of_texts_is_adopted_and_each_is_reported(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    (folder / "sub").mkdir(parents=True)
    for number in range(20):
        (folder / f"procedure-{number:02}.md").write_text(f"---\nfoo: [bar\n---\n# Qayda {number}\n\nMətn.\n", "utf-8")
    (folder / "policy-ü.md").write_text("# Siyasət\n\n![x](chart.png)\n\nMətn.\n", "utf-8")
    (folder / "chart.png").write_bytes(PICTURE)
    (folder / "sub" / "form.md").write_text("# Forma\n\nMətn.\n", "utf-8")
    (folder / "empty.md").write_text("---\ntitle: x\n---\n", "utf-8")
    (folder / "latin.md").write_bytes("# Ə\n".encode("utf-16"))
    before = set((desk.folder / "drafts").iterdir())
    answer = desk.run(
        "submit", "--adopt", folder, "--reason", "Approved before", "--revision", "3", "--in-force", "2024-01-01",
        "--act", "emr", "12", "2023-12-20", as_="aysel",
    )  # fmt: skip
    assert answer.status == 1
    assert "Taken over: 22; not taken over: 2." in answer.out
    refused = answer.err.strip().splitlines()
    assert len(refused) == 2
    assert "empty.md" in refused[0]
    assert "latin.md" in refused[1]
    rows = json.loads(desk.ok("list", "--json"))["documents"]
    assert len(rows) == 22
    assert {row["id"] for row in rows} >= {"PRO-03", "PRO-22", "POL-02", "FRM-03"}
    assert len(set((desk.folder / "drafts").iterdir()) - before) == 22
    desk.approved("POL-02")
    desk.ok("publish", "POL-02", as_="aysel")
    shown = json.loads(desk.ok("show", "POL-02", "--json"))
    assert (shown["row"]["revision"], shown["row"]["effective"]) == (3, "2024-01-01")


def test_a_docctl_folder_is_adopted_as_it_is(desk: Desk, tmp_path: Path) -> None:
    place = tmp_path / "texts" / "PRO-09"
    place.mkdir(parents=True)
    for name in ("az.md", "en.md"):
        text = desk.draft("PRO-01", name).read_text("utf-8").replace("id: PRO-01", "id: PRO-09")
        (place / name).write_text(text, "utf-8")
    assert "PRO-09" in desk.ok("submit", "--adopt", place.parent, "--reason", "Earlier", as_="aysel")
    assert desk.run("submit", "--adopt", place, "--reason", "Earlier", as_="aysel").status == 1


@pytest.mark.parametrize("lang", ["az", "en"])
def test_commands_that_read_speak_both_languages(still: Desk, lang: str) -> None:
    for words in (
        ("list",), ("show", "PRO-01"), ("show", "POL-01"), ("show", "charter"), ("history", "PRO-01"), ("inbox", "leyla"),
        ("person", "list"), ("person", "show", "rashad"), ("key", "list"), ("verify",), ("doctor",),
    ):  # fmt: skip
        said = still.ok(*words, DOCCTL_LANG=lang)
        assert said


def test_a_files_ending_and_its_format_agree_or_nothing_is_written(still: Desk, tmp_path: Path) -> None:
    for words in (("get", "PRO-01"), ("diff", "PRO-01", "0", "1")):
        for name in ("copy.xls", "copy"):
            still.refused("usage-ending-unknown", *words, "--output", tmp_path / name, status=2)
        still.refused("usage-ending-other", *words, "--format", "pdf", "--output", tmp_path / "a.docx", status=2)
        assert list(tmp_path.iterdir()) == []
        still.ok(*words, "--format", "html", "--output", tmp_path / "copy.xls")
        assert (tmp_path / "copy.xls").read_bytes().startswith(b"<!")
        still.ok(*words, "--output", tmp_path / "copy.htm")
        assert "--force" in still.refused("file-exists-force", *words, "--output", tmp_path / "copy.htm")
        for one in tmp_path.iterdir():
            one.unlink()
    still.ok("diff", "PRO-01", "0", "1", "--format", "text", "--output", tmp_path / "a.txt")
