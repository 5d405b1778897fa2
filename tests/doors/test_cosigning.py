"""An outsider cosigns only what continues everything that they have seen before."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
from independent import check_line
from realoffice import copy_of, refusal, stock

from docctl import signatures
from docctl.adapters.home import Home
from docctl.core.checkpoint import read_checkpoint, read_witness
from docctl.errors import Unavailable, Untrusted
from docctl.library import auditing, clock, cosigning
from docctl.library.charters import NextCharter
from docctl.library.witnessing import Outside

NAME = "registrar.example/2026"


@pytest.fixture
def registrar(tmp_path):
    """A key of nobody here, and the registrar's own folder."""
    signatures.generate(tmp_path / "registrar", None)
    return signatures.load_key(tmp_path / "registrar"), Home(tmp_path / "registrars-home")


def cosign(house, registrar, mark, name=NAME, previous=None):
    signer, home = registrar
    return cosigning.cosign(house.root, home, mark, (signer, name), previous)


def public_of(registrar):
    return signatures.parse_public(registrar[0].key).blob[-32:]


def test_somebody_without_docctl_can_check_the_cosignature(house, library, registrar):
    mark = library.checkpoint()
    before = clock.now()
    found = cosign(house, registrar, mark)
    text = str(found.mark)
    assert text.startswith(mark.text + "\n— registrar.example/2026 ")
    at = check_line(mark.text, text.rpartition("\n\n")[2], NAME, public_of(registrar))
    assert before <= at <= clock.now()
    known = read_witness(found.witness)
    assert (known.name, known.public) == (NAME, public_of(registrar))
    again = read_checkpoint(text)
    report = library.verify(house.anchor, (again,))
    assert (report.verdict, report.checkpoints[0].unchecked) == ("lawful", (NAME,))
    report = auditing.verify(library.book.ledger, house.anchor, (again,), Outside((known,)))
    assert report.checkpoints[0].witnesses == ((NAME, at),)


def test_a_second_witness_and_the_same_one_later_add_lines(house, library, registrar, tmp_path):
    signatures.generate(tmp_path / "customer", None)
    customer = signatures.load_key(tmp_path / "customer"), Home(tmp_path / "customers-home")
    once = cosign(house, registrar, library.checkpoint()).mark
    twice = cosign(house, customer, once, "customer.example").mark
    library.put_draft("POL-07", house.text(library, "POL-07"))
    house.enter(library, "POL-07", "dan")
    # The older checkpoint is a part of what is there now, and nothing was seen since by this witness.
    thrice = cosign(house, registrar, twice).mark
    assert [one.name for one in thrice.signatures] == [NAME, "customer.example", NAME]
    assert thrice.signatures[:2] == twice.signatures


def test_a_witness_remembers_and_never_cosigns_a_second_history(house, library, registrar, built, tmp_path):
    """Two histories prepared in advance by everybody who may sign: the witness sees the one, then the other."""
    (tmp_path / "twin").mkdir()
    twin = copy_of(built, tmp_path / "twin")
    other = twin.open()
    house.submit(library, "POL-07", sentence="One.")
    twin.submit(other, "POL-07", sentence="Another.")
    first, second = library.checkpoint(), other.checkpoint()
    assert first.size == second.size
    assert cosign(house, registrar, first).report.verdict == "lawful"
    assert refusal(cosign, twin, registrar, second).code == "cosign-contradicts"
    twin.agree(other, "POL-07")
    refused = refusal(cosign, twin, registrar, other.checkpoint())
    assert (refused.code, refused.values["size"]) == ("cosign-contradicts", first.size)
    # Nor what is shorter than what was seen.
    early = auditing.Audit(auditing.fresh_state(library.book.ledger), [], {})
    early.walk(library.book.ledger, {first.size - 1})
    shorter = replace(first, size=first.size - 1, root=early.roots[first.size - 1])
    assert refusal(cosign, house, registrar, shorter).code == "cosign-backwards"
    # Another witness, who has seen neither, is told by an earlier checkpoint.
    fresh = registrar[0], Home(tmp_path / "fresh-home")
    assert refusal(cosign, twin, fresh, second, NAME, first).code == "cosign-contradicts"
    assert refusal(cosign, house, fresh, shorter, NAME, first).code == "cosign-backwards"
    assert not (tmp_path / "fresh-home").exists()
    assert cosign(twin, fresh, second, NAME, shorter).mark.size == second.size
    twin.close()


def test_what_is_not_this_history_is_not_cosigned(house, library, registrar):
    mark = library.checkpoint()
    for wrong, code in (
        (replace(mark, size=mark.size + 1), "checkpoint-longer"),
        (replace(mark, root=bytes(32)), "checkpoint-differs"),
        (replace(mark, library="0" * 64), "checkpoint-other-library"),
    ):
        assert refusal(cosign, house, registrar, wrong).code == code
    stranger = replace(mark, library="0" * 64)
    assert refusal(cosign, house, registrar, mark, NAME, stranger).code == "checkpoint-other-library"
    assert not registrar[1].path.exists()
    # A history that is not whole is not judged, and not cosigned.
    stock("clone", "-q", "--depth", "1", f"file://{house.root}", str(house.place / "shallow"), cwd=house.place)
    with pytest.raises(Unavailable) as caught:
        cosigning.cosign(house.place / "shallow", registrar[1], mark, (registrar[0], NAME))
    assert caught.value.code == "history-incomplete"


def test_who_may_cosign_and_under_which_name(house, library, registrar, tmp_path, monkeypatch):
    mark = library.checkpoint()
    for name in ("", "a b", "a+b", "a\u00a0b", "a\nb", "a\x1b[2Jb"):
        assert refusal(cosign, house, registrar, mark, name).code == "key-name"
    own = house.key("anna"), registrar[1]
    refused = refusal(cosign, house, own, mark)
    assert (refused.code, refused.values["person"]) == ("cosign-own", "anna")
    recovery = house.key("recovery"), registrar[1]
    assert refusal(cosign, house, recovery, mark).values["person"] == "İdarə"
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", tmp_path / "ecdsa"], check=True)
    with pytest.raises(Untrusted) as caught:
        cosign(house, (signatures.load_key(tmp_path / "ecdsa"), registrar[1]), mark)
    assert caught.value.code == "key-type-refused"
    in_agent = signatures.load_key(tmp_path / "registrar.pub")
    assert refusal(cosign, house, (in_agent, registrar[1]), mark).code == "cosign-key"
    monkeypatch.setattr(clock, "now", lambda: library.book.state.time - 301)
    assert refusal(cosign, house, registrar, mark).code == "clock-behind"
    assert not registrar[1].path.exists()


def test_the_librarys_note_key_is_no_witness(house, library, registrar):
    change = NextCharter(library.charter_files())
    change.library["note-key"] = registrar[0].verifier_key(f"docctl/{library.authority.library}")
    library.propose_charter(change.files(), "A note key", house.key("anna"))
    library.approve("charter", house.key("bob"))
    library.publish("charter", house.key("anna"))
    assert refusal(cosign, house, registrar, library.checkpoint()).code == "cosign-own"


def test_a_witness_who_cannot_remember_does_not_cosign(house, library, registrar):
    cosign(house, registrar, library.checkpoint())
    (memory,) = (registrar[1].path / "witnessed").iterdir()
    assert read_checkpoint(memory.read_text()).size == library.entries
    memory.write_text("garbage")
    with pytest.raises(Unavailable) as caught:
        cosign(house, registrar, library.checkpoint())
    assert caught.value.code == "not-readable"


def test_a_key_made_by_ssh_keygen_cosigns_too(house, library, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", tmp_path / "key"], check=True)
    signer = signatures.load_key(tmp_path / "key", lambda: "secret")
    found = cosign(house, (signer, Home(tmp_path / "home")), library.checkpoint())
    check_line(found.mark.text, str(found.mark).rpartition("\n\n")[2], NAME, read_witness(found.witness).public)
