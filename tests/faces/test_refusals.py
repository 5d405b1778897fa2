"""Whatever is given to a command: one sentence, the right status, and nothing entered."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from desk import Desk, Edit, says

# -- the library -------------------------------------------------------------------------------------------------------


def test_no_library(tmp_path: Path) -> None:
    desk = Desk(tmp_path, tmp_path / "home")
    desk.refused("library-not-found", "list")
    desk.refused("library-not-found", "approve", "PRO-01", as_="leyla")
    desk.refused("library-not-found", "verify", status=3)


def test_a_damaged_library_is_never_called_lawful(later: Desk, anchor: Path) -> None:
    head = later.head()
    path = later.folder / ".git" / "objects" / head[:2] / head[2:]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:20])
    shutil.rmtree(later.home / "state")
    answer = later.run("verify", "--anchor", anchor)
    assert answer.status == 3
    assert "Traceback" not in answer.err
    later.refused("object-corrupt", "list")
    later.refused("object-corrupt", "publish", "POL-01", as_="aysel")


def test_an_anchor_that_is_none(later: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("docctl/abc", "utf-8")
    later.refused("anchor-unreadable", "verify", "--anchor", wrong, status=3)
    later.refused("checkpoint-unreadable", "verify", "--checkpoint", wrong, status=3)
    later.refused("file-missing", "verify", "--anchor", tmp_path / "none", status=3)
    other = tmp_path / "other"
    other.write_text("docctl/" + "0" * 64 + " X", "utf-8")
    assert later.run("verify", "--anchor", other).status == 1


# -- keys --------------------------------------------------------------------------------------------------------------


def test_keys_that_cannot_be_used(desk: Desk, tmp_path: Path) -> None:
    submit = ("submit", "PRO-01", "--reason", "x")
    desk.refused("key-choose", *submit)
    desk.refused("key-missing", *submit, as_="nobody")
    junk = tmp_path / "junk"
    junk.write_bytes(b"\x00\xff")
    junk.chmod(0o600)
    for words, code in (((junk,), "key-unreadable"), ((tmp_path / "none",), "key-missing")):
        answer = desk.bare("--library", desk.folder, "--key", *words, *submit)
        assert answer.status == 1
        assert says(code, answer.err.strip())
    open_key = desk.home / "keys" / "aysel"
    open_key.chmod(0o644)
    desk.refused("key-permission", *submit, as_="aysel")
    Desk(desk.folder, tmp_path / "empty").refused("key-none", *submit)


def test_a_key_with_a_passphrase(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("parol ə\n", "utf-8")
    desk.refused("passphrase-needed", "key", "new", "nigar")
    desk.ok("key", "new", "nigar", DOCCTL_PASSPHRASE_FILE=str(secret))
    request = ("key", "request", "nigar", "--full-name", "N", "--email", "n@x.example", "--position", "P")
    target = ("--output", tmp_path / "request")
    desk.refused("key-locked", *request, *target)
    desk.refused("not-readable", *request, *target, DOCCTL_PASSPHRASE_FILE=str(tmp_path / "none"))
    secret.write_text("wrong", "utf-8")
    desk.refused("passphrase-wrong", *request, *target, DOCCTL_PASSPHRASE_FILE=str(secret))
    assert not (tmp_path / "request").exists()
    secret.write_text("parol ə", "utf-8")
    desk.ok(*request, *target, DOCCTL_PASSPHRASE_FILE=str(secret))
    desk.refused("key-exists", "key", "new", "nigar", "--no-passphrase")


def test_a_key_that_is_not_enrolled_or_revoked(desk: Desk) -> None:
    desk.ok("key", "new", "nigar", "--no-passphrase")
    desk.refused("signer-unknown", "submit", "PRO-01", "--reason", "x", as_="nigar")
    desk.refused("person-not-found", "inbox", as_="nigar")
    other = desk.bare(
        "--library",
        desk.folder,
        "--as",
        "leyla",
        "--key",
        desk.home / "keys" / "rashad",
        "submit",
        "PRO-01",
        "--reason",
        "x",
    )
    assert (other.status, says("key-other-person", other.err.strip())) == (1, True)
    row = desk.ok("key", "list").splitlines()
    mark = next(line.split("SHA256:")[1].split()[0] for line in row if line.startswith("tural"))
    desk.ok("key", "suspend", mark, "--reason", "Lost", as_="aysel")
    desk.refused("signer-suspended", "submit", "PRO-01", "--reason", "x", as_="tural")
    desk.refused("suspended-already", "key", "suspend", mark, "--reason", "Lost", as_="aysel")
    desk.ok("key", "revoke", mark, "--reason", "Lost", as_="aysel")
    desk.ok("approve", "charter", as_="rashad")
    desk.ok("publish", "charter", as_="aysel")
    desk.refused("signer-revoked", "submit", "PRO-01", "--reason", "x", as_="tural")
    desk.refused("key-not-found", "key", "revoke", "SHA256:abc", "--reason", "x", as_="aysel")


# -- what does not exist -----------------------------------------------------------------------------------------------


def test_unknown_documents_people_types_and_roles(desk: Desk, tmp_path: Path) -> None:
    for words in (("show", "PRO-77"), ("history", "PRO-77"), ("get", "PRO-77"), ("diff", "PRO-77")):
        desk.refused("document-not-found", *words)
    desk.refused("document-not-found", "approve", "PRO-77", as_="leyla")
    desk.refused("draft-missing", "submit", "PRO-77", "--reason", "x", as_="aysel")
    desk.refused("path-not-ascii", "submit", "ŞƏKİL-01", "--reason", "x", as_="aysel")
    desk.refused("path-not-ascii", "submit", "../x", "--reason", "x", as_="aysel")
    desk.refused("person-not-found", "inbox", "nobody")
    desk.refused("person-not-found", "person", "show", "nobody")
    desk.refused("person-not-found", "person", "leave", "nobody", as_="aysel")
    desk.refused(
        "person-not-found", "person", "deputy", "rashad", "nobody", "--role", "head", "--basis", "x", as_="aysel"
    )
    desk.refused("role-not-found", "person", "deputy", "rashad", "leyla", "--role", "x", "--basis", "x", as_="aysel")
    desk.refused("role-unknown", "person", "role", "leyla", "reviwer", as_="aysel")
    desk.refused("role-not-found", "person", "role", "leyla", "head", "--end", as_="aysel")
    desk.refused("type-not-found", "new", "novel")
    desk.refused("type-not-found", "new", "../../x")
    desk.refused("type-not-found", "list", "--type", "novel")
    desk.refused("language-unknown", "new", "procedure", "--title", "de=Neu")
    desk.refused("draft-exists", "new", "PRO-01")
    desk.refused("file-missing", "person", "add", tmp_path / "none", "--role", "head", as_="aysel")
    desk.refused("entry-unknown", "key", "reaffirm", "999", "--reason", "x", as_="aysel")


def test_requests_that_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    request = tmp_path / "request"
    for data in (b"", b"\xff\xfe", b"person: x", b"a: &b 1", b"x" * 2_000_000):
        request.write_bytes(data)
        answer = desk.run("person", "add", request, "--role", "head", as_="aysel")
        assert (answer.status, answer.err.count("\n")) == (1, 1), answer


def test_a_request_made_for_another_library(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("docctl/" + "0" * 64 + " X", "utf-8")
    desk.ok("key", "new", "nigar", "--no-passphrase")
    desk.ok(
        "key", "request", "nigar", "--full-name", "N", "--email", "n@x.example", "--position", "P", "--anchor", other,
        "--output", tmp_path / "request",
    )  # fmt: skip
    desk.refused("charter-proof", "person", "add", tmp_path / "request", "--role", "reviewer", as_="aysel")


# -- texts -------------------------------------------------------------------------------------------------------------


def heading(old: str, new: str) -> Edit:
    return lambda data: data.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        ("heading-missing", lambda data: data[4:]),
        ("heading-other-id", heading("id: PRO-01", "id: PRO-05")),
        ("field-unknown", heading("type: procedure", "type: procedure\ncolour: red")),
        ("field-missing", heading("owner: quality-manager\n", "")),
        ("yaml-duplicate", heading("type: procedure", "type: procedure\ntype: policy")),
        ("yaml-tag", heading("type: procedure", "type: !!str procedure")),
        ("yaml-alias", heading("type: procedure", "type: &a procedure")),
        ("yaml-syntax", heading("type: procedure", "type: [procedure")),
        ("text-not-utf8", lambda data: data + b"\xff\n"),
        ("text-empty", lambda data: data[: data.index(b"\n---\n") + 5]),
        ("text-empty", lambda _: b""),
        ("text-too-large", lambda data: data + b"x" * 1_100_000),
        ("text-unseen", lambda data: data + "a\u202eb\n".encode()),
        ("text-not-nfc", lambda data: data + "e\u0301\n".encode()),
        ("image-missing", lambda data: data + b"\n![x](none.png)\n"),
        ("image-outside", lambda data: data + b"\n![x](../none.png)\n"),
        ("image-outside", lambda data: data + b"\n![x](https://x.example/a.png)\n"),
        ("type-unknown", heading("type: procedure", "type: novel")),
        ("prefix-wrong", heading("type: procedure", "type: policy")),
        ("owner-unknown", heading("owner: quality-manager", "owner: king")),
    ],
)
def test_texts_that_cannot_be_submitted(desk: Desk, code: str, edit: Edit) -> None:
    path = desk.draft("PRO-01")
    path.write_bytes(edit(path.read_bytes()))
    desk.refused(code, "submit", "PRO-01", "--reason", "x", as_="aysel")


def test_where_a_picture_or_an_unseen_sign_stands_is_said(desk: Desk) -> None:
    path = desk.draft("PRO-01")
    before = path.read_text("utf-8")
    last = before.count("\n") + 1
    for code, words in (
        ("image-missing", "![x](none.png)"),
        ("image-outside", "![x](../none.png)"),
        ("image-name", "![x](şəkil.png)"),
    ):
        path.write_text(f"{before}```\n![x](code.png)\n```\n\n{words}\n", "utf-8")
        assert f"az.md, line {last + 4}" in desk.refused(code, "submit", "PRO-01", "--reason", "x", as_="aysel")
    path.write_text(f"{before}\nson\u202ensöz\n", "utf-8")
    said = desk.refused("text-unseen", "submit", "PRO-01", "--reason", "x", as_="aysel")
    assert f"U+202E (file az.md, line {last + 1}, sign 4 of the line)" in said


def test_files_that_do_not_belong_to_a_text(desk: Desk, tmp_path: Path) -> None:
    submit = ("submit", "PRO-01", "--reason", "x")
    extra = desk.draft("PRO-01", "notes.txt")
    extra.write_text("x", "utf-8")
    desk.refused("file-not-allowed", *submit, as_="aysel")
    for kind in ("svg", "webp", "bmp", "TIFF"):
        extra.rename(extra.with_name(f"plan.{kind}"))
        assert "PNG" in desk.refused("image-kind", *submit, as_="aysel")
        extra.with_name(f"plan.{kind}").rename(extra)
    extra.rename(extra.with_name("şəkil.png"))
    desk.refused("path-not-ascii", *submit, as_="aysel")
    extra.with_name("şəkil.png").unlink()
    extra.symlink_to(tmp_path)
    desk.refused("path-symlink", *submit, as_="aysel")
    extra.unlink()
    desk.refused("message-comment", "submit", "PRO-01", "--reason", " ", as_="aysel")
    desk.refused("message-comment", "submit", "PRO-01", "--reason", "a\u202eb", as_="aysel")


def test_words_typed_in_parts_are_put_together(desk: Desk) -> None:
    desk.ok("submit", "pro-01", "--reason", " I\u0307lk redaksiya \n son ", as_="aysel")
    assert "İlk redaksiya\\n son" in desk.ok("show", "PRO-01", "--json")
    desk.ok("history", "Charter")


def test_an_adoption_that_finds_nothing(desk: Desk, tmp_path: Path) -> None:
    # A library below is not taken for texts.
    desk.refused("nothing-to-adopt", "submit", "--adopt", tmp_path, "--reason", "x", as_="aysel")
    desk.refused("file-missing", "submit", "--adopt", tmp_path / "none", "--reason", "x", as_="aysel")
    desk.refused("type-not-found", "submit", "--adopt", tmp_path, "--type", "x", "--reason", "x", as_="aysel")


# -- deciding ----------------------------------------------------------------------------------------------------------


def test_decisions_that_the_rules_forbid(later: Desk) -> None:
    later.refused("author-approves", "approve", "POL-01", as_="aysel")
    later.refused("step-not-reached", "approve", "POL-01", as_="rashad")
    later.refused("revision-not-open", "approve", "POL-01", "--revision", "7", as_="leyla")
    later.refused("nothing-submitted", "approve", "PRO-01", as_="leyla")
    later.refused("nothing-submitted", "approve", "charter", as_="leyla")
    later.refused("nothing-submitted", "cancel", "PRO-01", as_="aysel")
    later.refused("quorum-missing", "publish", "POL-01", as_="aysel")
    later.refused("role-not-held", "approve", "POL-01", as_="tural")
    later.refused("role-not-held", "approve", "POL-01", "--for", "leyla", "--basis", "x", as_="tural")
    later.refused("person-unknown", "approve", "POL-01", "--for", "nobody", "--basis", "x", as_="tural")
    later.ok("approve", "POL-01", as_="leyla")
    later.refused("approved-already", "approve", "POL-01", as_="leyla")
    later.ok("approve", "POL-01", as_="rashad")
    later.refused("not-publisher", "publish", "POL-01", as_="leyla")
    later.refused("effective-past", "publish", "POL-01", "--effective", "2020-01-01", as_="aysel")
    later.refused("not-pending", "reschedule", "PRO-01", "--effective", "2090-01-01", "--reason", "x", as_="aysel")
    later.refused("not-owner", "review", "PRO-01", "--comment", "x", as_="leyla")
    later.refused("not-in-force", "review", "POL-01", "--comment", "x", as_="aysel")
    later.refused("not-administrator", "person", "leave", "tural", as_="leyla")
    later.refused("author-role", "withdraw", "PRO-01", "--reason", "x", as_="leyla")
    later.refused("document-not-found", "withdraw", "PRO-01", "--reason", "x", "--successor", "PRO-9", as_="aysel")
    later.refused("revision-not-found", "get", "PRO-01", "--revision", "9")
    later.refused("revision-not-found", "show", "PRO-01", "--revision", "9")
    later.refused("language-not-found", "get", "PRO-01", "--language", "ru")
    later.refused("not-in-force-now", "get", "POL-01")


def test_a_workflow_that_nobody_can_fulfil(desk: Desk) -> None:
    desk.ok("person", "role", "leyla", "reviewer", "--end", "--to", "2020-01-01", as_="aysel")
    desk.ok("approve", "charter", as_="rashad")
    desk.ok("publish", "charter", as_="aysel")
    # An appointment cannot end before it began; it holds to the end of that day.
    desk.ok("person", "leave", "leyla", "--day", "2026-01-01", as_="aysel")
    desk.ok("approve", "charter", as_="rashad")
    desk.ok("publish", "charter", as_="aysel")
    desk.refused("workflow-unfulfillable", "submit", "PRO-01", "--reason", "x", as_="aysel")
    desk.refused("signer-left", "comment", "charter", "x", as_="leyla")


def test_a_proposal_that_was_replaced_while_it_was_looked_at(later: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from docctl.cli import approving

    shown = approving._present

    def present(*given: object) -> None:
        shown(*given)
        later.ok("new", "POL-01") if not later.draft("POL-01").exists() else None
        with later.draft("POL-01").open("a") as file:
            file.write("\nOne more sentence.\n")
        later.ok("submit", "POL-01", "--reason", "Another", as_="aysel")

    monkeypatch.setattr(approving, "_present", present)
    answer = later.run("approve", "POL-01", as_="leyla")
    assert answer.status == 1
    assert says("proposal-changed", answer.err.strip().splitlines()[-1])


def test_a_text_that_says_nothing_new(later: Desk) -> None:
    later.ok("submit", "PRO-02", "--reason", "First", as_="aysel")
    later.refused("text-unchanged", "submit", "PRO-02", "--reason", "Again", as_="aysel")


# -- the machine -------------------------------------------------------------------------------------------------------


def test_without_git_nothing_but_a_sentence(later: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    shutil.rmtree(later.home / "state")
    later.refused("git-missing", "list")
    later.refused("git-missing", "publish", "POL-01", as_="aysel")
    answer = later.run("verify")
    assert answer.status == 3
    assert "Traceback" not in answer.err
    found = later.run("doctor")
    assert found.status == 1
    assert "git" in found.out


def test_an_agents_key_without_ssh_keygen(later: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (later.home / "keys" / "leyla").unlink()
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tools))
    later.refused("ssh-keygen-missing", "comment", "PRO-01", "x", as_="leyla")


def test_a_shared_copy_that_is_not_there(later: Desk, anchor: Path, tmp_path: Path) -> None:
    later.refused("remote-none", "sync")
    later.refused("remote-url", "remote", "ext::sh -c id")
    later.ok("remote", tmp_path / "nowhere")
    later.refused("remote-unreachable", "sync")
    assert '"shared-unreachable"' in later.run("doctor", "--json").out
    target = tmp_path / "copy"
    answer = later.bare("join", tmp_path / "nowhere", target, "--anchor", anchor)
    assert (answer.status, says("remote-unreachable", answer.err.strip())) == (1, True)
    assert not target.exists()


def test_joining_another_library_than_the_anchors(later: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("docctl/" + "0" * 64 + " X", "utf-8")
    answer = later.bare("join", later.folder, tmp_path / "copy", "--anchor", other)
    assert answer.status == 1
    assert not (tmp_path / "copy").exists()


def test_init_where_something_is(later: Desk, tmp_path: Path) -> None:
    who = ("--name", "az=X", "--person", "samir", "--full-name", "S", "--email", "s@x.example", "--position", "P")
    later.refused("library-exists", "init", later.folder, *who, "--no-passphrase")
    assert not (later.home / "keys" / "samir").exists()
    later.refused("passphrase-needed", "init", tmp_path / "new", *who)
    bad = ("--name", "az=X", "--person", "samir", "--full-name", "S", "--email", "none", "--position", "P")
    answer = later.run("init", tmp_path / "bad", *bad, "--no-passphrase")
    assert (answer.status, answer.err.count("\n")) == (1, 1)
    assert not (later.home / "keys" / "samir").exists()
    assert not (tmp_path / "bad").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_to(later: Desk, tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    later.refused("not-writable", "anchor", "--output", tmp_path / "x")


def test_a_folder_that_is_not_there(later: Desk, tmp_path: Path) -> None:
    later.refused("folder-missing", "anchor", "--output", tmp_path / "none" / "x")
    later.refused("folder-missing", "charter", "propose", tmp_path / "none", "--reason", "x", as_="aysel")
    later.refused("file-missing", "charter", "propose", tmp_path, "--reason", "x", as_="aysel")


def test_a_proposed_charter_that_cannot_be_read(later: Desk, tmp_path: Path) -> None:
    (tmp_path / "library.yaml").write_text("format: v1", "utf-8")
    (tmp_path / "people.yaml").write_text("format: v1", "utf-8")
    answer = later.run("charter", "propose", tmp_path, "--reason", "x", as_="aysel")
    assert (answer.status, answer.err.count("\n")) == (1, 1), answer
