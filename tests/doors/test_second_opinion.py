"""What stock git says of the same entries: the keys handed to it, and where it differs from us."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from realoffice import House, candidate, copy_of, force, key, stock

from docctl.core.authority import fingerprint
from docctl.core.events import Commented
from docctl.errors import NotFound
from docctl.library import founding
from docctl.library.book import Draft
from docctl.library.charters import NextCharter
from docctl.library.crosschecking import cross_check
from docctl.library.keylisting import signers, signers_of
from docctl.signatures import armor, signed_data
from docctl.signatures.wire import string, uint32

FIDO = b"sk-ssh-ed25519@openssh.com"


@dataclass(frozen=True)
class Device:
    """A FIDO key in software, touched or not."""

    flags: bytes = b"\x01"

    @property
    def private(self):
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"device").digest())

    @property
    def blob(self):
        return string(FIDO) + string(self.private.public_key().public_bytes_raw()) + string(b"ssh:")

    @property
    def key(self):
        return f"{FIDO.decode()} {base64.b64encode(self.blob).decode()}"

    def sign(self, payload, namespace):
        digest = hashlib.sha256(signed_data(namespace, "sha512", payload)).digest()
        value = self.private.sign(hashlib.sha256(b"ssh:").digest() + self.flags + uint32(1) + digest)
        inner = string(FIDO) + string(value) + self.flags + uint32(1)
        parts = (self.blob, namespace.encode(), b"", b"sha512", inner)
        return armor(b"SSHSIG" + uint32(1) + b"".join(map(string, parts))).decode()


def charter(house, library, change):
    """Take a change of the charter through; the number of its publication."""
    following = NextCharter(library.charter_files())
    change(following)
    library.propose_charter(following.files(), "Because", house.key("anna"))
    library.approve("charter", house.key("bob"))
    return library.publish("charter", house.key("anna")).entry.sequence


@pytest.fixture(scope="module")
def lived(built, tmp_path_factory):
    """A life: a text in force, a device enrolled, a key lost and another given, somebody gone."""
    house = copy_of(built, tmp_path_factory.mktemp("lived"))
    library = house.open()
    house.publish(library, "PRO-07")
    newcomer = founding.request(Device(), library.authority.library, "gul", ("Gul", "gul@office.example"), "-")
    charter(house, library, lambda c: c.add_person(newcomer, ("reviewer",), library.today(), "order 3"))
    library.comment("PRO-07", "By a device", Device())
    eva = fingerprint(house.key("eva").key)
    suspended = library.suspend(eva, "Lost", house.key("eva")).entry.sequence
    revoked = charter(house, library, lambda c: c.revoke(eva, None))
    charter(house, library, lambda c: c.leave("fay", library.today()))
    library.comment("PRO-07", "A remark", house.key("bob"))
    house.close()
    return house.place, {"suspended": suspended, "revoked": revoked}


@pytest.fixture
def house(lived, built, tmp_path):
    shutil.copytree(lived[0] / "library", tmp_path / "library", symlinks=True)
    made = House(tmp_path, built)
    yield made
    made.close()


@pytest.fixture
def told(house):
    return house.open()


def ids(house):
    return stock("rev-list", "--reverse", "--first-parent", "main", cwd=house.root).split()


# -- keys --------------------------------------------------------------------------------------------------------------


def accepts(house, tmp_path, commit, text):
    (tmp_path / "signers").write_text(text)
    said = stock(
        "-c", f"gpg.ssh.allowedSignersFile={tmp_path / 'signers'}", "verify-commit", commit, cwd=house.root, check=False
    )
    return 'Good "git" signature for' in said and "No principal matched" not in said


def test_stock_git_accepts_each_entry_by_the_keys_that_could_sign_it(house, told, tmp_path):
    for number, commit in enumerate(ids(house)):
        assert accepts(house, tmp_path, commit, signers_of(house.root, number)), number


def test_a_key_that_ended_is_in_the_list_of_its_last_entry_and_in_no_later_one(house, told, lived):
    keys = {name: house.key(name).key for name in ("anna", "eva", "fay")}
    last = told.entries
    suspended, revoked = lived[1]["suspended"], lived[1]["revoked"]
    assert keys["eva"] in signers_of(house.root, suspended)
    assert keys["eva"] not in signers_of(house.root, suspended + 1)
    assert keys["eva"] not in signers_of(house.root, revoked + 1)
    assert keys["fay"] in signers_of(house.root, revoked)
    assert keys["fay"] not in signers_of(house.root, last)
    assert Device().key not in signers_of(house.root, 7)
    assert Device().key in signers_of(house.root, last)
    ever = signers_of(house.root)
    assert all(line in ever for line in (*keys.values(), Device().key, key(house.built, "recovery").key))
    assert ever.startswith("# docctl: every key that was ever enrolled")


def test_keys_as_of_a_day_are_those_behind_its_last_entry(house, told):
    today = told.today()
    assert signers_of(house.root, None, today) == signers_of(house.root, told.entries)
    with pytest.raises(NotFound) as caught:
        signers_of(house.root, None, today - timedelta(days=1))
    assert caught.value.code == "keys-before-founding"
    with pytest.raises(NotFound) as caught:
        signers_of(house.root, told.entries + 1)
    assert caught.value.code == "entry-not-found"
    assert house.key("anna").key in signers_of(house.root, None, date(2999, 1, 1))


def test_who_a_proposed_charter_names_may_approve_it_and_is_listed_for_that(house, told, tmp_path):
    library = told
    hal = key(tmp_path, "hal")
    newcomer = founding.request(hal, library.authority.library, "hal", ("Hal", "hal@office.example"), "-")
    change = NextCharter(library.charter_files())
    change.add_person(newcomer, ("administrator",), library.today(), "order 4")
    library.propose_charter(change.files(), "Because", house.key("anna"))
    library.approve("charter", hal)
    library.cancel("charter", house.key("anna"))
    approval = library.entries - 2
    listed = [hal.key in signers(library.book.ledger, number) for number in range(approval - 1, library.entries + 1)]
    assert listed == [False, True, True, False]
    assert accepts(house, tmp_path, ids(house)[approval], signers_of(house.root, approval))
    # Never enrolled, and its entry is lawful all the same: the list of all keys knows it.
    assert hal.key in signers_of(house.root)
    assert cross_check(house.root).agrees


# -- the second opinion ------------------------------------------------------------------------------------------------


def test_of_a_lawful_library_both_say_the_same(house, told):
    told.close()
    found = cross_check(house.root)
    assert found.agrees
    assert (found.compared, found.reason, found.refused, found.workflow) == (len(ids(house)), None, (), ())


def remark(library, signer, change=lambda raw: raw, **forged):
    """A remark put behind the head by force, after a change of its bytes."""
    document = library.document("PRO-07")
    draft = Draft("PRO-07", Commented(publication=document.publications[-1].entry), "A remark")
    return force(library, change(candidate(library, signer, draft, **forged)))


def only(found):
    (one,) = found.differences
    return one.kind, one.ours, one.stock


def test_a_further_header_is_accepted_by_git_and_refused_by_us(house, told):
    remark(told, house.key("bob"), lambda raw: raw.replace(b"\n\ncomm", b"\ngpgsig-sha256 junk\n\ncomm", 1))
    assert only(cross_check(house.root)) == ("stock-accepts", "commit-grammar", "G")


def test_a_device_that_nobody_touched_is_accepted_by_git_and_refused_by_us(house, told):
    remark(told, Device(b"\x00"))
    assert only(cross_check(house.root)) == ("stock-accepts", "signature-no-presence", "G")


@pytest.mark.parametrize("attack", ["pgp", "stranger", "altered", "unsigned"])
def test_what_both_refuse_is_no_difference(house, told, tmp_path, attack):
    position = told.entries
    change = {
        "pgp": lambda raw: raw.replace(b"BEGIN SSH SIGNATURE", b"BEGIN PGP SIGNATURE").replace(b"END SSH", b"END PGP"),
        "altered": lambda raw: raw.replace(b"A remark", b"A REMARK"),
        "unsigned": lambda raw: raw[: raw.index(b"gpgsig ")] + raw[raw.index(b"\n\ncomm") + 1 :],
    }
    remark(told, key(tmp_path, "mallory") if attack == "stranger" else house.key("bob"), change.get(attack, bytes))
    found = cross_check(house.root)
    assert (found.differences, found.refused, found.workflow) == ((), (position,), ())
    assert house.audit().verdict == "violations"


def test_a_good_signature_under_an_unlawful_entry_is_no_difference_but_named(house, told):
    position = told.entries
    remark(told, house.key("fay"))
    found = cross_check(house.root)
    assert (found.differences, found.workflow) == ((), ((position, "signer-left"),))
    assert found.agrees


def test_what_fsck_finds_is_told(house, told):
    remark(told, house.key("bob"), lambda raw: raw.replace(b"author Bob <", b"author Bob<", 1))
    found = cross_check(house.root)
    assert any("missingSpaceBeforeEmail" in line for line in found.fsck)
    assert not found.agrees


def test_nothing_that_the_library_names_is_run(house, told, tmp_path):
    """Settings of a library that somebody else handed over would run a program for every signature."""
    program = tmp_path / "evil"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    for name in ("gpg.ssh.program", "gpg.program", "core.fsmonitor", "core.pager", "uploadpack.packObjectsHook"):
        stock("config", name, str(program), cwd=house.root)
    hooks = house.root / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-index-change"):
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)
    assert cross_check(house.root).agrees
    assert not (tmp_path / "ran").exists()


def test_what_misleads_git_in_the_original_does_not_in_the_copy(house, told):
    one, other = ids(house)[5:7]
    stock("replace", one, other, cwd=house.root)
    assert cross_check(house.root).agrees


def test_a_damaged_library_has_no_second_opinion(house, told):
    told.close()
    blob = stock("rev-parse", "main:procedures/PRO-07/az.md", cwd=house.root)
    (house.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    found = cross_check(house.root)
    assert (found.reason, found.differences) == ("object-missing", ())


@pytest.mark.parametrize("at", [None, 1, 7])
def test_the_copy_is_gone_at_the_end_however_it_comes(house, told, tmp_path, monkeypatch, at):
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    seen = []

    def progress(number, total):
        seen.append(len(list(room.iterdir())))
        if number == at:
            raise KeyboardInterrupt

    if at is None:
        assert cross_check(house.root, progress).agrees
    else:
        with pytest.raises(KeyboardInterrupt):
            cross_check(house.root, progress)
    assert seen == [1] * (at or told.entries)
    assert list(room.iterdir()) == []


def test_without_the_programs_there_is_no_second_opinion(house, told, tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tools))
    assert cross_check(house.root).reason == "second-opinion-missing"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cross_check(house.root).reason == "git-missing"
