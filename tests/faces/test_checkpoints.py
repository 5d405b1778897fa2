"""Checkpoints at the terminal: cosigning, comparing, what is said, and every bad thing that a person may bring."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from desk import Answer, Desk, says
from independent import Cosigner

from docctl.cli.phrases import phrase, sentences
from docctl.library import clock, witnessing

DAY = 86400


@pytest.fixture
def mark(later: Desk, tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint.txt"
    later.ok("checkpoint", "--output", path)
    return path


@pytest.fixture
def registrar(tmp_path: Path, later: Desk) -> Desk:
    """Somebody outside, with a copy of the library and a key of their own."""
    place = tmp_path / "outside"
    shutil.copytree(later.folder, place / "copy")
    desk = Desk(place / "copy", place / "home")
    desk.ok("key", "new", "registrar", "--no-passphrase")
    return desk


def report(desk: Desk, *words: object, status: int = 0, **env: str) -> Any:
    answer = desk.run("verify", *words, "--json", **env)
    assert answer.status == status, answer
    return json.loads(answer.out)


def wrong_usage(answer: Answer, name: str, other: str) -> None:
    assert answer.status == 2
    assert answer.err.splitlines()[0].endswith(phrase("usage-needs", "en", name=name, other=other))


def test_an_outsider_cosigns_and_next_year_it_is_checked(
    later: Desk, registrar: Desk, mark: Path, anchor: Path
) -> None:
    signed, key = mark.with_name("cosigned.txt"), mark.with_name("witness.txt")
    answer = registrar.run("checkpoint", "--cosign", mark, "--name", "registrar.example/2026", "--output", signed)
    assert answer.status == 0
    vkey = answer.err.strip().splitlines()[-1].strip()
    key.write_text(f"{vkey}\n")
    assert signed.read_text().startswith(mark.read_text() + "— registrar.example/2026 ")
    # On the screen, the checkpoint alone is the result, and JSON has everything.
    shown = registrar.run("checkpoint", "--cosign", signed, "--name", "registrar.example/2026")
    assert shown.out.startswith(signed.read_text())
    told = json.loads(registrar.ok("checkpoint", "--cosign", mark, "--name", "registrar.example/2026", "--json"))
    assert (told["witness"], told["note"].count("—")) == (vkey, 1)

    later.ok("comment", "POL-01", "A year went by", as_="leyla")
    for witness in (vkey, key):
        found = report(later, "--anchor", anchor, "--checkpoint", signed, "--checkpoint", mark, "--witness", witness)
        assert found["verdict"] == "lawful"
        one, other = found["checkpoints"]
        assert (one["finding"], one["signed"], one["unchecked"]) == ("agrees", False, [])
        assert [seen["name"] for seen in one["witnesses"]] == ["registrar.example/2026"]
        assert one["witnesses"][0]["at"].startswith("20")
        assert (other["file"], other["size"], other["witnesses"]) == (str(mark), found["entries"] - 1, [])
    text = later.ok("verify", "--anchor", anchor, "--checkpoint", signed, "--witness", vkey)
    assert "registrar.example/2026, 20" in text
    assert phrase("finding-agrees", "en") in text
    assert "Not checked" in later.ok("verify", "--checkpoint", signed)
    # In the person's language.
    words = later.run("verify", "--checkpoint", signed, "--witness", vkey, lang="az").out
    assert phrase("column-witnesses", "az") in words
    assert phrase("finding-agrees", "az") in words


def test_the_key_file_names_the_witness_unless_told_and_a_passphrase_is_honoured(registrar: Desk, mark: Path) -> None:
    answer = registrar.run("checkpoint", "--cosign", mark)
    assert "\n— registrar " in answer.out
    secret = mark.with_name("secret")
    secret.write_text("correct horse\n")
    registrar.ok("key", "new", "certifier", DOCCTL_PASSPHRASE_FILE=str(secret))
    answer = registrar.run("checkpoint", "--cosign", mark, as_="certifier")
    assert (answer.status, says("key-locked", answer.err.strip())) == (1, True)
    assert "— certifier " in registrar.ok(
        "checkpoint", "--cosign", mark, as_="certifier", DOCCTL_PASSPHRASE_FILE=str(secret)
    )


def test_what_is_refused_to_a_witness(later: Desk, registrar: Desk, mark: Path) -> None:
    registrar.refused("key-name", "checkpoint", "--cosign", mark, "--name", "two words")
    registrar.refused("file-missing", "checkpoint", "--cosign", mark.with_name("none"))
    registrar.refused("checkpoint-unreadable", "checkpoint", "--cosign", registrar.home / "keys" / "registrar")
    later.refused("cosign-own", "checkpoint", "--cosign", mark, as_="leyla")
    later.ok("comment", "POL-01", "More", as_="leyla")
    newer = mark.with_name("newer.txt")
    later.ok("checkpoint", "--output", newer)
    registrar.refused("checkpoint-longer", "checkpoint", "--cosign", newer)
    registrar.refused("cosign-backwards", "checkpoint", "--cosign", mark, "--previous", newer)
    before = newer.read_bytes()
    registrar.refused("file-exists-force", "checkpoint", "--cosign", mark, "--output", newer)
    assert newer.read_bytes() == before
    assert not (registrar.home / "witnessed").exists()
    registrar.ok("checkpoint", "--cosign", mark)
    # A history that went on otherwise, shown to the same witness.
    later.folder = registrar.folder
    later.ok("comment", "POL-01", "Otherwise", as_="leyla")
    forged = mark.with_name("forged.txt")
    lines = mark.read_text().split("\n")
    forged.write_text("\n".join([lines[0], lines[1], base64.b64encode(bytes(32)).decode(), "", ""]))
    registrar.refused("checkpoint-differs", "checkpoint", "--cosign", forged)
    registrar.refused("cosign-contradicts", "checkpoint", "--cosign", mark, "--previous", forged)


def test_options_that_mean_nothing_alone_are_wrong_usage(still: Desk, mark: Path) -> None:
    for words, name, other in (
        (("verify", "--witness", "x"), "--witness", "--checkpoint"),
        (("verify", "--timestamp", mark), "--timestamp", "--checkpoint"),
        (("verify", "--checkpoint", mark, "--timestamp", mark), "--timestamp", "--tsa-certificate"),
        (("verify", "--tsa-certificate", mark), "--tsa-certificate", "--timestamp"),
        (("verify", "--proof", mark), "--proof", "--other-copy"),
        (("checkpoint", "--name", "x"), "--name", "--cosign"),
        (("checkpoint", "--previous", mark), "--previous", "--cosign"),
        (("checkpoint", "--timestamp", "http://x"), "--timestamp", "--output"),
        (("checkpoint", "--timestamp-request", "x"), "--timestamp-request", "--output"),
    ):
        wrong_usage(still.run(*words), name, other)
    assert still.run("checkpoint", "--cosign", mark, "--note-key", mark).status == 2
    assert still.run("verify", "--not-older-than", "0").status == 2
    assert still.run("verify", "--not-older-than", "soon").status == 2


@pytest.mark.parametrize("language", ["en", "az"])
def test_every_finding_and_every_relation_of_two_copies_has_its_words(language: str) -> None:
    said = {
        *(f"finding-{one}" for one in (witnessing.AGREES, witnessing.ROLLBACK, witnessing.REWRITE, witnessing.FORK)),
        f"finding-{witnessing.OTHER}",
        *(f"other-copy-{one}" for one in ("title", "same", "behind", "before", "fork")),
    }
    assert {key for key in sentences(language) if key.startswith(("finding-", "other-copy-"))} == said


def test_bad_checkpoints(later: Desk, mark: Path, anchor: Path) -> None:
    """From the future, of another library, of two, damaged, doubled."""
    origin, size, root, *_ = mark.read_text().split("\n")
    bad = mark.with_name("bad.txt")

    def verdict(text: str) -> Any:
        bad.write_bytes(text.encode())
        found = report(later, "--anchor", anchor, "--checkpoint", bad, status=1)
        return [one["rule"] for one in found["violations"]], found["checkpoints"][0]["finding"]

    assert verdict(f"{origin}\n{int(size) + 1}\n{root}\n") == (["checkpoint-longer"], "rollback")
    assert verdict(f"{origin}\n9999999999\n{root}\n") == (["checkpoint-longer"], "rollback")
    assert verdict(f"{origin}\n{int(size) - 1}\n{root}\n") == (["checkpoint-differs"], "rewrite")
    assert verdict(f"docctl/{'0' * 64}\n{size}\n{root}\n") == (["checkpoint-other-library"], "other-library")
    whole = mark.read_text()
    signed = f"{origin}\n{size}\n{root}\n\n— x YWJjZGVmZw==\n"
    for text in (
        "", "\n", "x", whole + whole, whole.replace("\n", "\r\n"), f"{origin}\n{size}\n{root[:-2]}!=\n",
        f"{origin}\n{size}\n{root[:-2]}{chr(ord(root[-2]) + 1)}=\n",  # another spelling of the same 32 bytes
        f"{origin}\n{size}\n {root}\n", f"{origin}\n0{size}\n{root}\n", f"{origin}\n-1\n{root}\n", f"{origin}\n{size}\n{root}\nmore\n",
        f"{origin}\n{size}\n{size}\n{root}\n", f"{origin}\n{origin}\n{size}\n{root}\n", f" {whole}", f"{whole}\n", f"{whole}— x\n",
        f"{origin}\n0\n{root}\n", f"{origin}\n{size}\n{base64.b64encode(bytes(31)).decode()}\n", signed[:-1], signed.replace("==", "="),
        signed.replace("YWJjZGVmZw==", "YWJjZGVmZx=="), signed.replace("— x", "- x"), signed.replace("— x", "— x+y"),
        signed.replace("— x", "— x y"), signed.replace("— x", "— x\x01"), signed.replace("YWJjZGVmZw==", "YWJj"), signed + "\n" + signed,
        signed + "x\n", whole.replace("docctl/", "docctl/x"), whole.upper(),
    ):  # fmt: skip
        bad.write_bytes(text.encode())
        later.refused("checkpoint-unreadable", "verify", "--anchor", anchor, "--checkpoint", bad, status=3)
    bad.write_bytes(b"\xff\xfe")
    later.refused("text-not-utf8", "verify", "--checkpoint", bad, status=3)
    bad.write_bytes(signed.encode())
    assert report(later, "--checkpoint", bad)["checkpoints"][0]["unchecked"] == ["x"]
    # Copied from paper: three lines.
    bad.write_text(f"{origin}\n{size}\n{root}")
    assert report(later, "--checkpoint", bad)["verdict"] == "lawful"


def test_bad_witnesses_and_anchors(later: Desk, mark: Path, anchor: Path) -> None:
    one = Cosigner("registrar.example")
    text = mark.read_text().removesuffix("\n")
    signed = mark.with_name("signed.txt")
    for line, witness, rules in (
        (one.line(text, 1_770_000_000), one.vkey, []),
        (one.line(text, 1_770_000_000) * 2, one.vkey, []),
        (one.line(text, 1_770_000_000, signed_at=1), one.vkey, ["cosignature-invalid"]),
        (one.line(text, 1_770_000_000), Cosigner("other.example").vkey, ["witness-missing"]),
        ("", one.vkey, ["witness-missing"]),
    ):
        signed.write_text(f"{text}\n{line}")
        found = report(later, "--checkpoint", signed, "--witness", witness, status=1 if rules else 0)
        assert [violation["rule"] for violation in found["violations"]] == rules
    words = ("verify", "--checkpoint", signed, "--witness")
    for witness in ("x" * 5000 + "+y+z", "x+y+z", one.vkey[:-1] + "A", "a+b+"):
        later.refused("witness-unreadable", *words, witness, status=3)
    later.refused("file-missing", *words, "registrar", status=3)
    later.refused("witness-unreadable", *words, mark, status=3)
    empty = mark.with_name("empty")
    empty.write_text("\n")
    later.refused("witness-unreadable", *words, empty, status=3)
    # Both keys in one file.
    signed.write_text(f"{text}\n{one.line(text, 1)}{Cosigner('other.example').line(text, 2)}")
    empty.write_text(f"{one.vkey}\n\n{Cosigner('other.example').vkey}\n")
    assert len(report(later, "--checkpoint", signed, "--witness", empty)["checkpoints"][0]["witnesses"]) == 2
    two = mark.with_name("two")
    line = anchor.read_text().strip()
    for bad in (
        f"{line}\n{line}\n",
        f"{line}\n\n{line}",
        f"{line}\ndocctl/{'0' * 64} X",
        "\n",
        line.replace(" ", "\u2028"),
    ):
        two.write_text(bad, "utf-8")
        later.refused("anchor-unreadable", "verify", "--anchor", two, status=3)


def test_an_old_history_is_said_to_be_old(later: Desk, mark: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    later.ok("verify", "--not-older-than", "1")
    monkeypatch.setattr(clock, "now", lambda: now + 40 * DAY)
    found = report(later, "--not-older-than", "30", status=1)
    assert [one["rule"] for one in found["violations"]] == ["history-stale"]
    assert "older than 30 days" in found["violations"][0]["message"]
    # A witness saw just this history ten days ago.
    one = Cosigner("registrar.example")
    text = mark.read_text().removesuffix("\n")
    signed = mark.with_name("signed.txt")
    signed.write_text(f"{text}\n{one.line(text, now + 30 * DAY)}")
    words = ("--checkpoint", signed, "--witness", one.vkey, "--not-older-than", "30")
    assert report(later, *words)["verdict"] == "lawful"
    # From a time that has not come yet nothing follows.
    signed.write_text(f"{text}\n{one.line(text, now + 50 * DAY)}")
    found = report(later, *words, status=1)
    assert ([v["rule"] for v in found["violations"]], found["checkpoints"][0]["ahead"]) == (["history-stale"], True)
    assert "still to come" in later.run("verify", *words).err
    monkeypatch.setattr(clock, "now", lambda: now - DAY)
    found = report(later, "--not-older-than", "30", status=3)
    assert (found["verdict"], found["reason"]["code"]) == ("not judged", "clock-behind")


def test_where_the_history_ends_is_said_loudly(later: Desk) -> None:
    found = report(later)
    text = later.ok("verify")
    assert f"The history ends here: {found['entries']} entries, the last of {found['last_entry'][:10]}" in text
    assert found["since_last"] is None


def test_since_last_says_what_it_did_not_judge(later: Desk) -> None:
    shutil.rmtree(later.home / "state")
    answer = later.run("verify", "--since-last")
    assert (answer.status, phrase("verify-since-nothing", "en") in answer.err) == (0, True)
    entries = report(later)["entries"]
    answer = later.run("verify", "--since-last")
    assert phrase("verify-since-last", "en", count=entries) in answer.err
    assert report(later, "--since-last")["since_last"] == entries
    later.ok("comment", "POL-01", "More", as_="leyla")
    assert report(later, "--since-last")["entries"] == entries + 1
    assert phrase("verify-since-last", "az", count=entries + 1) in later.run("verify", "--since-last", lang="az").err


def test_another_copy(later: Desk, registrar: Desk, tmp_path: Path, anchor: Path) -> None:
    words = ("verify", "--anchor", anchor, "--other-copy", registrar.folder)
    entries = report(later)["entries"]
    assert phrase("other-copy-same", "en", here=entries) in later.ok(*words)
    later.ok("comment", "POL-01", "Here", as_="leyla")
    assert phrase("other-copy-before", "en", here=entries + 1, there=entries) in later.ok(*words)
    found = report(registrar, "--anchor", anchor, "--other-copy", later.folder)["other_copy"]
    assert (found["here"], found["there"], found["fork"], found["proof"]) == (entries, entries + 1, False, None)
    shutil.copytree(later.home / "keys", registrar.home / "keys", dirs_exist_ok=True)
    registrar.ok("comment", "POL-01", "There", as_="rashad")
    proof = tmp_path / "fork.txt"
    answer = later.run(*words, "--proof", proof)
    assert answer.status == 1
    assert proof.read_text() in answer.out
    found = report(later, "--anchor", anchor, "--other-copy", registrar.folder, status=1)
    assert [one["rule"] for one in found["violations"]] == ["copies-fork"]
    assert [one["person"] for one in found["other_copy"]["entries"]] == ["leyla", "rashad"]
    assert found["other_copy"]["proof"] == proof.read_text()
    place = tmp_path / "judge"
    place.mkdir()
    clean = {"PATH": os.environ["PATH"], "HOME": str(place)}
    told = subprocess.run(["sh", proof], cwd=place, env=clean, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr.count('Good "git" signature')) == (0, 2), told
    raw = base64.b64decode(found["other_copy"]["entries"][0]["object"])
    again = subprocess.run(
        ["git", "hash-object", "-t", "commit", "--stdin"],
        input=raw,
        cwd=place / "fork-proof",
        capture_output=True,
        check=True,
    )
    assert again.stdout.decode().strip() == found["other_copy"]["entries"][0]["commit"]
    # A proof that lies there already is not overwritten, and nothing is judged in vain.
    later.refused("file-exists-force", *words, "--proof", proof, status=3)
    assert later.run(*words, "--proof", proof, "--force").status == 1
    later.refused("library-not-found", "verify", "--other-copy", place, status=3)


def test_a_timestamp_token_over_a_checkpoint(later: Desk, mark: Path, tmp_path: Path) -> None:
    pytest.importorskip("rfc3161_client")
    import stamping

    folder = stamping.authority(tmp_path, "tsa")
    request, token, output = tmp_path / "asked.tsq", tmp_path / "told.tsr", tmp_path / "mark.txt"
    later.ok("checkpoint", "--output", output, "--timestamp-request", request)
    token.write_bytes(stamping.answer(folder, request.read_bytes()))
    words = ("--checkpoint", mark, "--checkpoint", output, "--timestamp", token, "--tsa-certificate", folder / "ca.pem")
    found = report(later, *words)
    # Two checkpoints of the same bytes: the first is as good as the second.
    assert [one["timestamp"] is not None for one in found["checkpoints"]] == [True, False]
    assert "Timestamp" in later.ok("verify", *words)
    later.ok("comment", "POL-01", "More", as_="leyla")
    other = tmp_path / "other.txt"
    later.ok("checkpoint", "--output", other)
    found = report(later, "--checkpoint", other, *words[2:])
    assert [one["timestamp"] is not None for one in found["checkpoints"]] == [False, True]
    found = report(later, "--checkpoint", other, *words[4:], status=1)
    assert [one["rule"] for one in found["violations"]] == ["timestamp-invalid"]
    stranger = stamping.authority(tmp_path, "stranger") / "ca.pem"
    assert report(later, *words[:-1], stranger, status=1)["violations"][0]["rule"] == "timestamp-invalid"
    later.refused("timestamp-unreadable", "verify", *words[:5], mark, *words[6:], status=3)
    later.refused("certificate-unreadable", "verify", *words[:-1], mark, status=3)
    # A network that is not there: nothing is written.
    empty = tmp_path / "empty"
    empty.mkdir()
    later.refused("timestamp-unreachable", "checkpoint", "--output", empty / "c", "--timestamp", "http://127.0.0.1:1/")
    later.refused("timestamp-url", "checkpoint", "--output", empty / "c", "--timestamp", "file:///etc/passwd")
    (empty / "c.tsr").write_text("mine")
    later.refused("file-exists-force", "checkpoint", "--output", empty / "c", "--timestamp", "http://127.0.0.1:1/")
    assert [path.name for path in empty.iterdir()] == ["c.tsr"]
