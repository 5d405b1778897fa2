"""Confidential records at a terminal: sealed for some, refused to all others, and no plain word of them left anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from desk import Desk, copied, says
from sealing_desk import FIRST, FORM, SECOND, SECRET, complaint, plain_anywhere, with_form

from docctl import load_key, open_library
from docctl.adapters.home import Home
from docctl.core import content
from docctl.core.ports import Signer
from docctl.core.records import Disposal
from docctl.errors import DocctlError, Refused, Unavailable
from docctl.library import confidential, keystores, recording
from docctl.library.library import Library
from docctl.signatures import agesealing


@pytest.fixture(scope="module")
def sealed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With one sealed record, which Aysel registered and the head may read."""
    place = tmp_path_factory.mktemp("sealed")
    desk = with_form(copied(prepared, place))
    complaint(desk)
    return place / "desk"


@pytest.fixture
def desk(sealed: Path, tmp_path: Path) -> Desk:
    return copied(sealed, tmp_path)


@pytest.fixture
def library(desk: Desk) -> Iterator[Library]:
    with open_library(desk.folder, Home(desk.home)) as opened:
        yield opened


def mark(desk: Desk) -> Path:
    """The folder with the keys of the one record."""
    (found,) = (one for one in (desk.home / "keystore").glob("*/*") if one.is_dir())
    return found


def signer(desk: Desk, person: str) -> Signer:
    return load_key(desk.home / "keys" / person)


def reader(desk: Desk, library: Library, person: str) -> confidential.Reader:
    key = load_key(desk.home / "keys" / person)
    return confidential.Reader(person, agesealing.opener((key.unlocked(),)))  # type: ignore[attr-defined]


# -- what can be read, and by whom -------------------------------------------------------------------------------------


def test_no_plain_word_lies_anywhere_and_the_ledger_says_what_it_may(desk: Desk) -> None:
    assert not plain_anywhere(desk.folder)
    assert not plain_anywhere(desk.home)
    folder = next((desk.folder / "records" / "FRM-09").glob("*/*/*"))
    assert [one.name for one in folder.iterdir()] == ["sealed.age"]
    shown = desk.ok("record", "show", FIRST)
    assert SECRET not in shown
    assert "Aysel" in shown
    (row,) = json.loads(desk.ok("record", "list", "--json"))["records"]
    assert row["sealed"]
    assert row["title"] == ""
    desk.ok("verify", "--anchor", desk.folder.parent / "anchor.txt")


@pytest.mark.parametrize("person", ["aysel", "rashad"])
def test_who_may_read_opens_it(desk: Desk, person: str, tmp_path: Path) -> None:
    assert SECRET in desk.ok("record", "open", FIRST, as_=person)
    assert SECRET in desk.ok("record", "show", FIRST, "--unsealed", as_=person)
    assert SECRET in desk.ok("record", "list", "--unsealed", as_=person)
    out = tmp_path / "out"
    desk.ok("record", "open", FIRST, "--output", out, as_=person)
    assert SECRET in (out / "record.md").read_text("utf-8")
    assert [one.name for one in out.iterdir()] == ["record.md"]
    assert (out.stat().st_mode & 0o777, (out / "record.md").stat().st_mode & 0o777) == (0o700, 0o600)
    assert not plain_anywhere(desk.folder)
    assert not plain_anywhere(desk.home)


def test_who_may_not_gets_one_sentence(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for way in (("open", FIRST), ("open", FIRST, "--output", out), ("show", FIRST, "--unsealed")):
        said = desk.refused("record-not-for", "record", *way, as_="leyla")
        assert "Leyla" in said
    assert not out.exists()
    assert SECRET not in desk.ok("record", "list", "--unsealed", as_="leyla")
    said = desk.run("record", "open", FIRST, as_="leyla", lang="az").err
    assert "şəxslər arasında deyil" in said


def test_plain_text_is_not_written_where_it_does_not_belong(desk: Desk, tmp_path: Path) -> None:
    desk.refused("record-output-inside", "record", "open", FIRST, "--output", desk.folder / "x", as_="rashad")
    (tmp_path / "there").mkdir()
    desk.refused("file-exists", "record", "open", FIRST, "--output", tmp_path / "there", as_="rashad")


def test_what_was_filled_in_is_removed_when_it_is_registered(desk: Desk, tmp_path: Path) -> None:
    values = desk.folder.parent / "values.yaml"
    answer = desk.run("record", "new", "FRM-09", "--values", values, as_="aysel")
    (place,) = {one.parent for one in plain_anywhere(desk.folder)}
    assert str(place) in answer.err
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(place, elsewhere)
    desk.ok("record", "add", as_="aysel")
    assert not plain_anywhere(desk.folder)
    answer = desk.run("record", "add", "--from", elsewhere, as_="aysel")
    assert answer.status == 0
    assert str(elsewhere) in answer.err


def test_corrections_are_sealed_to_the_same_people(desk: Desk, tmp_path: Path) -> None:
    words = ("record", "amend", FIRST, "--reason", "Checked", "--note", SECRET)
    desk.refused("record-not-for", *words, as_="leyla")
    desk.ok(*words, as_="aysel")
    assert not plain_anywhere(desk.folder)
    out = tmp_path / "out"
    desk.ok("record", "open", FIRST, "--output", out, as_="rashad")
    assert SECRET in (out / "A1" / "amendment.md").read_text("utf-8")
    assert desk.ok("record", "open", FIRST, as_="rashad").count(SECRET) == 3  # title, answer, correction


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_stock_age_and_tar_open_it(desk: Desk, library: Library, tmp_path: Path) -> None:
    folder = next((desk.folder / "records" / "FRM-09").glob("*/*/*"))
    identity, out = tmp_path / "identity", tmp_path / "out"
    out.mkdir()
    key = desk.home / "keys" / "rashad"
    subprocess.run(["age", "-d", "-i", key, "-o", identity, mark(desk) / "rashad.age"], check=True)
    subprocess.run(["age", "-d", "-i", identity, "-o", tmp_path / "tar", folder / "sealed.age"], check=True)
    subprocess.run(["tar", "-xf", tmp_path / "tar", "-C", out], check=True)
    plain = {one.name: one.read_bytes() for one in out.iterdir()}
    salt = plain.pop("salt")
    assert SECRET.encode() in plain["record.md"]
    stated = library.book.state.records[FIRST].sealed
    assert hashlib.sha256(salt + bytes.fromhex(content.digest(plain))).hexdigest() == stated == mark(desk).name
    other = ["age", "-d", "-i", desk.home / "keys" / "leyla", mark(desk) / "rashad.age"]
    assert subprocess.run(other, capture_output=True, check=False).returncode != 0


# -- what is damaged, lost or false ------------------------------------------------------------------------------------


def test_keys_damaged_exchanged_or_gone(desk: Desk) -> None:
    complaint(desk)
    wraps = sorted((desk.home / "keystore").glob("*/*/rashad.age"))
    first = next(one for one in wraps if one.parent.name == json_mark(desk, FIRST))
    second = next(one for one in wraps if one != first)
    kept = first.read_bytes()
    open_ = ("record", "open", FIRST)
    first.write_bytes(kept[:-1])
    desk.refused("wrap-damaged", *open_, as_="rashad")
    first.write_bytes(b"nonsense")
    desk.refused("wrap-damaged", *open_, as_="rashad")
    first.write_bytes(second.read_bytes())
    desk.refused("wrap-other-record", *open_, as_="rashad")
    first.write_bytes(first.with_name("aysel.age").read_bytes())
    desk.refused("wrap-other-key", *open_, as_="rashad")
    first.write_bytes(kept)
    shutil.move(first.parent, desk.folder.parent / "aside")
    desk.refused("keystore-no-record", *open_, as_="rashad", status=3)
    assert FIRST in desk.run("doctor").out


def test_strange_files_among_the_keys_are_not_taken_for_keys(desk: Desk) -> None:
    pipe = mark(desk) / "leyla.age"
    os.mkfifo(pipe)
    for name in ("who.else.age", "UPPER.age", "note.txt"):
        (mark(desk) / name).write_bytes(b"x")
    (mark(desk) / "nobody.age").write_bytes(b"x")
    desk.refused("record-not-for", "record", "open", FIRST, as_="leyla")
    told = json.loads(desk.ok("keystore", "list", "--json"))["records"]
    assert [one["people"] for one in told] == [["aysel", "nobody", "rashad"]]
    assert "nobody" in desk.ok("keystore", "list")
    assert SECRET in desk.ok("record", "open", FIRST, as_="rashad")


def json_mark(desk: Desk, name: str) -> str:
    with open_library(desk.folder, Home(desk.home)) as library:
        return library.book.state.records[name].sealed


def test_a_key_store_that_is_not_there_leaves_nothing_to_judge_by(desk: Desk, tmp_path: Path) -> None:
    store = tmp_path / "disk" / "keys"
    desk.ok("keystore", "set", store)
    desk.refused("keystore-no-record", "record", "open", FIRST, as_="rashad", status=3)
    store.rename(tmp_path / "unmounted")
    for _ in range(2):
        desk.refused("keystore-missing", "record", "open", FIRST, as_="rashad", status=3)
        desk.refused("keystore-missing", "keystore", "list", status=3)
        values = desk.folder.parent / "values.yaml"
        desk.refused("keystore-missing", "record", "new", "FRM-09", "--values", values, "--add", as_="aysel")
        assert "✗" not in desk.run("doctor").out
        store.mkdir(exist_ok=True)  # the empty folder where the disk should be mounted
    assert not list(store.iterdir())


@pytest.mark.parametrize("harm", ["cipher", "digest", "archive"])
def test_what_was_registered_falsely_is_not_believed(desk: Desk, library: Library, harm: str) -> None:
    state = library.book.state
    blank = recording.blank(state, "FRM-09")
    record = recording.filled(state, blank, {"subject": SECRET})
    identity = agesealing.new_identity()
    sealing = confidential.seal(record.files, agesealing.public_of(identity))
    files, digest = sealing.files, sealing.digest
    if harm == "cipher":
        files = {"sealed.age": files["sealed.age"][:-1]}
    elif harm == "digest":
        digest = hashlib.sha256(b"another").hexdigest()
    else:
        files = {"sealed.age": agesealing.seal(b"no archive" * 60, (agesealing.public_of(identity),))}
    keystores.prepared(library).write(
        digest, {"aysel": confidential.wrapped(identity, digest, (signer(desk, "aysel").key,))}
    )
    plan = recording.plan(record.text, files, recording.Wishes(sealed=digest), signer(desk, "aysel").key)
    library.enter(signer(desk, "aysel"), plan)
    code = "sealed-digest" if harm == "digest" else "sealed-damaged"
    desk.refused(code, "record", "open", SECOND, as_="aysel")


def test_a_refused_entry_leaves_no_key(desk: Desk, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    state = library.book.state
    record = recording.filled(state, recording.blank(state, "FRM-09"), {"subject": SECRET})
    before = keystores.store_of(library).marks()

    def no(*_: object) -> None:
        assert keystores.store_of(library).marks() > before  # the key is there before the entry
        raise Refused("recorder-role", roles="head")

    monkeypatch.setattr(Library, "enter", no)
    with pytest.raises(Refused):
        confidential.register(library, record, signer(desk, "aysel"), recording.Wishes())
    assert keystores.store_of(library).marks() == before


def test_an_entry_that_stands_keeps_its_key_whatever_fails_behind_it(
    desk: Desk, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = library.book.state
    record = recording.filled(state, recording.blank(state, "FRM-09"), {"subject": SECRET})
    enter = Library.enter

    def fails(self: Library, *words: object) -> None:
        enter(self, *words)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "enter", fails)
    with pytest.raises(KeyboardInterrupt):
        confidential.register(library, record, signer(desk, "aysel"), recording.Wishes())
    monkeypatch.undo()
    assert SECRET in desk.ok("record", "open", SECOND, as_="rashad")


def test_too_large(desk: Desk, library: Library) -> None:
    identity = agesealing.public_of(agesealing.new_identity())
    with pytest.raises(Refused) as error:
        confidential.seal({"record.md": b"x", "a.bin": bytes(32 * 2**20)}, identity)
    assert error.value.code == "sealed-too-large"


# -- who comes and goes ------------------------------------------------------------------------------------------------


def role(desk: Desk, person: str, name: str) -> None:
    desk.ok("person", "role", person, name, "--from", "2026-01-01", "--basis", "Order 2", as_="aysel")
    desk.ok("approve", "charter", as_="rashad")
    desk.ok("publish", "charter", as_="aysel")


def test_who_comes_to_the_role_is_let_in_and_who_goes_is_left_out(desk: Desk) -> None:
    grant = ("keystore", "grant", FIRST, "leyla")
    desk.refused("record-not-entitled", *grant, as_="rashad")
    role(desk, "leyla", "head")
    assert "Leyla" in desk.ok("keystore", "list").splitlines()[-1]
    desk.refused("record-not-for", "record", "open", FIRST, as_="leyla")
    desk.refused("record-not-for", *grant, as_="leyla")
    desk.ok(*grant, as_="rashad")
    assert SECRET in desk.ok("record", "open", FIRST, as_="leyla")
    desk.ok("keystore", "revoke", FIRST, "rashad")
    desk.refused("record-not-for", "record", "open", FIRST, as_="rashad")
    desk.refused("wrap-none", "keystore", "revoke", FIRST, "rashad")
    desk.ok("keystore", "revoke", FIRST, "aysel")
    desk.refused("wrap-last", "keystore", "revoke", FIRST, "leyla")


def test_a_sealing_key_opens_where_the_signing_key_cannot(desk: Desk) -> None:
    said = desk.ok("key", "sealing", "rashad", "--no-passphrase")
    public = next(word for word in said.split() if word.startswith("age1"))
    assert (desk.home / "keys" / "rashad.age").stat().st_mode & 0o777 == 0o600
    desk.refused("key-exists", "key", "sealing", "rashad", "--no-passphrase")
    desk.refused("age-recipient", "person", "sealing-key", "rashad", public[:-1] + "x", as_="aysel")
    desk.ok("person", "sealing-key", "rashad", public, as_="aysel")
    desk.ok("approve", "charter", as_="rashad")
    desk.ok("publish", "charter", as_="aysel")
    assert public in desk.ok("person", "show", "rashad")
    complaint(desk)
    assert SECRET in desk.ok("record", "open", SECOND, as_="rashad")
    assert SECRET in desk.ok("record", "open", FIRST, as_="rashad")
    (desk.home / "keys" / "rashad.age").unlink()
    desk.refused("wrap-other-key", "record", "open", SECOND, as_="rashad")


def test_a_key_in_an_agent_opens_nothing(desk: Desk) -> None:
    (desk.home / "keys" / "rashad").unlink()  # its public half alone stands for one that an agent holds
    desk.refused("key-held-elsewhere", "record", "open", FIRST, as_="rashad")


def test_a_passphrase_is_asked_for_and_a_wrong_one_is_refused(desk: Desk, tmp_path: Path) -> None:
    key, words = desk.home / "keys" / "rashad", tmp_path / "passphrase"
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "a long one", "-f", key], check=True, capture_output=True)
    words.write_text("a long one\n")
    assert SECRET in desk.ok("record", "open", FIRST, as_="rashad", DOCCTL_PASSPHRASE_FILE=str(words))
    desk.refused("key-locked", "record", "open", FIRST, as_="rashad")
    words.write_text("another\n")
    desk.refused("passphrase-wrong", "record", "open", FIRST, as_="rashad", DOCCTL_PASSPHRASE_FILE=str(words))


def test_two_copies_that_register_at_once_keep_both_records_and_their_keys(desk: Desk, tmp_path: Path) -> None:
    shared = tmp_path / "shared.git"
    subprocess.run(["git", "init", "-q", "--bare", shared], check=True)
    desk.ok("remote", shared)
    desk.ok("sync", as_="aysel")
    other = Desk(tmp_path / "other", desk.home)
    shutil.copytree(desk.folder, other.folder)
    complaint(desk, as_="tural")
    complaint(other, as_="aysel")
    assert len(list((desk.home / "keystore").glob("*/*/*.age"))) == 6
    desk.ok("sync", as_="tural")
    other.ok("sync", as_="aysel")
    third = f"{SECOND[:-1]}3"
    for name, person in ((SECOND, "tural"), (third, "aysel"), (third, "rashad")):
        assert SECRET in other.ok("record", "open", name, as_=person)
    other.refused("record-not-for", "record", "open", third, as_="tural")
    assert checks(other)["keystore-backup-none"] == "warn"
    assert "keystore-strange" not in checks(other)
    assert checks(desk)["keystore-strange"] == "warn"  # not fetched yet


def test_nobody_could_read(desk: Desk) -> None:
    folder = desk.folder / "drafts" / "FRM-10"
    folder.mkdir(parents=True)
    text = FORM.replace("FRM-09", "FRM-10").replace("[head]", "[legal]")
    (folder / "az.md").write_text(text, "utf-8")
    for words, person in (
        (("submit", "FRM-10", "--reason", "x"), "aysel"), (("approve", "FRM-10"), "leyla"),
        (("approve", "FRM-10"), "tural"), (("publish", "FRM-10"), "aysel"),
    ):  # fmt: skip
        desk.ok(*words, as_=person)
    values = desk.folder.parent / "values.yaml"
    desk.refused("record-nobody-reads", "record", "new", "FRM-10", "--values", values, "--add", as_="aysel")


# -- the key store -----------------------------------------------------------------------------------------------------


def test_where_a_key_store_may_lie(desk: Desk, tmp_path: Path) -> None:
    desk.refused("keystore-inside", "keystore", "set", desk.folder / "keys")
    desk.refused("keystore-inside", "keystore", "set", desk.folder / ".git" / "keys")
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    answer = desk.run("keystore", "set", shared)
    assert answer.status == 0
    assert str(desk.home / "keystore") in answer.err  # keys that stay behind are named
    complaint(desk)
    modes = {one.stat().st_mode & 0o777 for one in shared.glob("*/*/*.age")}
    assert modes == {0o660}
    assert {one.stat().st_mode & 0o7777 for one in shared.glob("*/*")} == {0o2770}
    assert SECRET in desk.ok("record", "open", SECOND, as_="rashad")


def checks(desk: Desk) -> dict[str, str]:
    told = json.loads(desk.run("doctor", "--json").out)["checks"]
    return {one["code"]: one["level"] for one in told if one["code"].startswith("keystore")}


def test_doctor_says_how_the_keys_stand(desk: Desk, tmp_path: Path) -> None:
    assert checks(desk) == {"keystore-backup-none": "warn"}
    desk.refused("keystore-backup-none", "keystore", "backup")
    desk.refused("keystore-backup-same", "keystore", "backup", desk.home / "keystore")
    desk.ok("keystore", "backup", tmp_path / "backup")
    assert checks(desk) == {"keystore": "good"}
    complaint(desk)
    assert checks(desk) == {"keystore-backup-old": "warn"}
    desk.ok("keystore", "backup")
    assert checks(desk) == {"keystore": "good"}
    one = next((tmp_path / "backup").glob("*/*/aysel.age"))
    one.write_bytes(one.read_bytes()[:-1])
    assert checks(desk) == {"keystore-backup-old": "warn"}
    (tmp_path / "backup").rename(tmp_path / "safe")
    assert checks(desk) == {"keystore-backup-missing": "warn"}
    desk.refused("keystore-backup-missing", "keystore", "revoke", FIRST, "aysel")
    (desk.home / "keystore").rename(tmp_path / "away")
    assert checks(desk) == {"keystore-missing": "warn"}


def test_keys_of_no_known_record(desk: Desk) -> None:
    shutil.copytree(mark(desk), mark(desk).with_name("0" * 64))
    assert checks(desk)["keystore-strange"] == "warn"


# -- disposal ----------------------------------------------------------------------------------------------------------


def dispose(library: Library, name: str) -> None:
    """As an entry would that disposes of the record."""
    record = library.book.state.records[name]
    library.book.state.records[name] = replace(record, disposed=Disposal(record.by, 0))  # type: ignore[index]


def code_of(error: pytest.ExceptionInfo[DocctlError]) -> str:
    return error.value.code


def test_keys_go_behind_the_entry_from_both_places_and_again(desk: Desk, library: Library, tmp_path: Path) -> None:
    keystores.back_up(library, tmp_path / "backup")
    keys = keystores.Keys(library)
    assert keys.count((FIRST,)) == 2
    for destroy, code in ((keys.destroy, "keys-left"), (partial(keystores.destroy, library), "record-not-disposed")):
        with pytest.raises(DocctlError) as error:
            destroy((FIRST,))
        assert code_of(error) == code
    assert list((tmp_path / "backup").glob("*/*/*.age"))
    dispose(library, FIRST)
    assert keystores.look(library).undead == (FIRST,)
    assert keystores.destroy(library, (FIRST,)) == 2
    for place in (desk.home / "keystore", tmp_path / "backup"):
        assert not list(place.glob("*/*/*"))
    assert keystores.destroy(library, (FIRST,)) == 0  # again
    assert keystores.clear(library) == ()
    assert keystores.look(library).undead == ()
    with pytest.raises(Refused) as gone:
        confidential.open_record(library, FIRST, reader(desk, library, "rashad"))
    assert code_of(gone) == "record-disposed-of"


def test_clear_finishes_what_was_cut_off(library: Library, tmp_path: Path) -> None:
    keystores.back_up(library, tmp_path / "backup")
    dispose(library, FIRST)
    # Cut off between the two places.
    backup = keystores.backup_of(library)
    assert backup is not None
    backup.destroy(library.book.state.records[FIRST].sealed)
    assert keystores.clear(library) == (FIRST,)
    assert not list(keystores.place_of(library).glob("*/*/*"))


def test_keys_that_cannot_be_destroyed_are_not_said_to_be(library: Library, tmp_path: Path) -> None:
    keystores.back_up(library, tmp_path / "backup")
    (tmp_path / "backup").rename(tmp_path / "safe")
    with pytest.raises(DocctlError) as error:
        keystores.count(library, (FIRST,))
    assert code_of(error) == "keystore-backup-missing"
    (tmp_path / "safe").rename(tmp_path / "backup")
    keystores.choose(library, tmp_path / "other")
    with pytest.raises(DocctlError) as other:
        keystores.count(library, (FIRST,))
    assert code_of(other) == "keystore-no-record"
    assert keystores.Keys(library, lost=True).count((FIRST,)) == 0


def test_a_copied_ciphertext_does_not_take_the_keys_of_the_first_with_it(desk: Desk, library: Library) -> None:
    state = library.book.state
    record = state.records[FIRST]
    text = recording.filled(state, recording.blank(state, "FRM-09"), {"subject": "x"}).text
    plan = recording.plan(text, state.shelf.files(record.tree), recording.Wishes(sealed=record.sealed), "")
    library.enter(signer(desk, "leyla"), plan)
    dispose(library, SECOND)
    with pytest.raises(Refused) as error:
        keystores.destroy(library, (SECOND,))
    assert code_of(error) == "mark-shared"
    assert confidential.open_record(library, FIRST, reader(desk, library, "rashad")).parts


def approved(desk: Desk) -> None:
    """A sealed record of long ago, whose disposal two people agreed on."""
    complaint(desk, "--closed", "2015-03-10")
    desk.ok("dispose", "propose", SECOND, "--reason", "Its time is over", as_="aysel")
    desk.ok("approve", "FRM-09", as_="tural")


def test_a_disposal_destroys_the_keys_and_the_history_stays_whole(desk: Desk, tmp_path: Path) -> None:
    approved(desk)
    carry_out = ("dispose", "carry-out", "FRM-09")
    desk.ok("keystore", "backup", tmp_path / "backup")
    (tmp_path / "backup").rename(tmp_path / "safe")
    desk.refused("keystore-backup-missing", *carry_out, as_="aysel")
    (tmp_path / "safe").rename(tmp_path / "backup")
    desk.ok(*carry_out, as_="aysel")
    assert len(list((desk.home / "keystore").glob("*/*/*.age"))) == 2  # those of the other record
    assert len(list((tmp_path / "backup").glob("*/*/*.age"))) == 2
    desk.refused("record-disposed-of", "record", "open", SECOND, as_="rashad")
    desk.refused("record-disposed-of", "record", "amend", SECOND, "--reason", "x", "--note", "y", as_="aysel")
    with open_library(desk.folder, Home(desk.home)) as library:
        (gone,) = (one for one in library.history("FRM-09") if one[0].entry.event.__class__.__name__ == "Disposed")
        assert gone[0].entry.event.keys == 2  # type: ignore[union-attr]
    for more in ((), ("--unsealed",)):
        assert SECOND in desk.ok("record", "show", SECOND, *more, as_="rashad")
    assert SECRET in desk.ok("record", "open", FIRST, as_="rashad")
    desk.ok("verify", "--anchor", desk.folder.parent / "anchor.txt")
    assert checks(desk) == {"keystore": "good"}


def test_a_disposal_cut_off_before_the_keys_went_is_finished(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    approved(desk)

    def cut_off(*_: object) -> None:
        raise Unavailable("not-writable", path="x")

    monkeypatch.setattr(keystores, "destroy", cut_off)
    answer = desk.run("dispose", "carry-out", "FRM-09", as_="aysel")
    assert says("keys-left", answer.err.strip())
    monkeypatch.undo()
    assert checks(desk)["keystore-undead"] == "bad"
    desk.refused("record-disposed-of", "record", "open", SECOND, as_="rashad")
    assert SECOND in desk.ok("keystore", "clear")
    assert "keystore-undead" not in checks(desk)
    unfinished = next((desk.home / "keystore").glob("*/*")).with_name(".begun")
    unfinished.mkdir()
    desk.ok("keystore", "clear")
    assert unfinished.exists()
    os.utime(unfinished, (0, 0))
    desk.ok("keystore", "clear")
    assert not unfinished.exists()


def test_keys_that_are_lost_stand_in_no_disposals_way_if_somebody_says_so(desk: Desk) -> None:
    approved(desk)
    shutil.rmtree(desk.home / "keystore" / next((desk.home / "keystore").glob("*/*")).parent)
    desk.refused("keystore-no-record", "dispose", "carry-out", "FRM-09", as_="aysel")
    desk.ok("dispose", "carry-out", "FRM-09", "--keys-lost", as_="aysel")
