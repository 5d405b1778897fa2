"""A copy of a library that signs its checkpoints, shows pictures, and whose approvers signed what they looked at."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, NameObject

import docctl
from docctl import renderers
from docctl.adapters import docxcopy
from docctl.adapters.home import Home
from docctl.core import proof as proofs
from docctl.core.checkpoint import NoteSignature
from docctl.core.copies import body_digest
from docctl.core.proof import NAME, Proof
from docctl.core.values import replace as changed
from docctl.library import bodies, carrying, checking, currency, deciding, founding, sameness
from docctl.library.charters import NextCharter
from docctl.library.library import Library
from docctl.renderers import tree

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


@dataclass
class House:
    """A library, its people's keys, and the anchor."""

    library: Library
    place: Path

    def key(self, name: str) -> docctl.Signer:
        return docctl.load_key(self.place / name)

    @property
    def anchor(self) -> docctl.Anchor:
        return self.library.anchor()

    def told(self, data: bytes) -> checking.Checked:
        return checking.check(data, self.anchor)[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    place = tmp_path_factory.mktemp("house")
    for name in ("anna", "eva", "bob", "spare", "note"):
        docctl.new_key(place / name, None)
    keys = {name: docctl.load_key(place / name) for name in ("anna", "eva", "bob", "spare", "note")}
    founder = docctl.Founder("anna", "Anna", "anna@example.az", "QM", keys["anna"], keys["spare"])
    library = docctl.found_library(
        place / "library", founder, {"en": "Office"}, starter="empty", home=Home(place / "home")
    )
    change = NextCharter(library.charter_files())
    name = library.authority.library
    for person, role in (("eva", "reviewer"), ("bob", "head")):
        newcomer = founding.request(keys[person], name, person, (person.title(), f"{person}@example.az"), "Post")
        change.add_person(newcomer, (role,), date(2026, 1, 1), "")
    change.library["note-key"] = keys["note"].verifier_key(f"docctl/{name}")
    library.propose_charter(change.files(), "Two more", keys["anna"])
    library.publish("charter", keys["anna"])
    made = House(library, place)
    for subject in ("PRO-01", "PRO-02", "PRO-03"):
        bring(made, subject)
    return made


def draft(subject: str) -> dict[str, bytes]:
    heading = (
        f"---\nid: {subject}\ntitle: Mətn\ntype: procedure\nowner: head\nauthoritative: az\nlanguages: [az, en]\n---\n"
    )
    table = "| Kim | Nə |\n|---|---|\n| müdir | imzalayır |\n"
    return {
        "az.md": (f"{heading}\nBirinci.\n\n![Sxem](plan.png)\n\n{table}").encode(),
        "en.md": b"---\ntitle: Text\n---\n\nFirst.\n",
        "plan.png": PICTURE,
    }


def bring(house: House, subject: str) -> None:
    """Publish a document: the first without digests of bodies, the second with, the third with one of something else."""
    library = house.library
    library.put_draft(subject, draft(subject))
    library.submit(subject, "First", house.key("anna"))
    state = library.book.state
    document = state.documents[subject]
    lines = bodies.compared(state, document, document.proposal).lines
    body = {"PRO-01": None, "PRO-02": body_digest(lines), "PRO-03": body_digest(lines[:1])}[subject]
    for name in ("eva", "bob"):
        key = house.key(name)
        library.enter(key, deciding.approve(subject, key.key, revision=None, comment="", behalf=None, body=body))
    library.publish(subject, house.key("anna"))


def inside(data: bytes) -> dict[str, bytes]:
    return sameness.open_file(data)[1]


def with_proof(data: bytes, change: Callable[[Proof], Proof]) -> bytes:
    """The PDF with another proof, stored anew."""
    proof = change(proofs.decode(proofs.unpack(inside(data)[NAME])))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    files = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    at = [str(one) for one in files[::2]].index(NAME) * 2
    stream = DecodedStreamObject()
    stream.set_data(proofs.pack(proof))
    files[at + 1].get_object()["/EF"][NameObject("/F")] = writer._add_object(stream)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize(("limit", "most"), [("MOST_TEXT", 200), ("MOST_SIGNS", 30)])
def test_a_huge_text_inside_is_not_even_parsed(
    house: House, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    data = house.library.get("PRO-01", form="pdf")
    assert house.told(data).verdict == "proven"
    parsed: list[object] = []
    monkeypatch.setattr(carrying, limit, most)
    monkeypatch.setattr(tree, "parse_all", lambda texts: parsed.extend(texts) or [])
    told = house.told(data)
    assert (told.verdict, told.reason) == ("not judged", "check-not-drawn")
    assert told.values == (("problem", "check-too-large"),)
    assert told.source  # what the proof says of the text stands all the same
    assert parsed == []


@pytest.mark.parametrize("form", ["pdf", "docx"])
@pytest.mark.parametrize("language", ["az", "en"])
def test_pictures_and_every_language_go_along(house: House, form: str, language: str) -> None:
    data = house.library.get("PRO-01", form=form, language=language)
    assert set(inside(data)) == {"az.md", "en.md", "plan.png", NAME}
    found = house.told(data)
    assert (found.verdict, found.sameness.finding, found.shown.language) == ("proven", "identical", language)
    assert found.shown.signed is False


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ("pdf", {"typst", "arimo", "segno", "markdown-it-py", "mdit-py-plugins"}),
        ("docx", {"python-docx", "segno", "markdown-it-py", "mdit-py-plugins"}),
    ],
)
def test_a_proof_names_everything_that_drew_its_copy(house: House, form: str, parts: set[str]) -> None:
    proof = proofs.decode(proofs.unpack(inside(house.library.get("PRO-01", form=form))[NAME]))
    assert dict(proof.drawn.tools) == renderers.versions(form)
    assert set(dict(proof.drawn.tools)) == {"docctl", *parts}
    assert all(version for _, version in proof.drawn.tools)


def test_a_checkpoint_signed_by_the_note_key_is_said_to_be(house: House) -> None:
    data = house.library.get("PRO-01", form="pdf", note_key=house.key("note"))
    found = house.told(data)
    assert (found.verdict, found.shown.signed) == ("proven", True)
    with pytest.raises(docctl.Refused, match="note-key-other"):
        house.library.get("PRO-01", form="pdf", note_key=house.key("anna"))

    def forged(proof: Proof) -> Proof:
        line = proof.checkpoint.signatures[0]
        bad = NoteSignature(line.name, line.key_id, bytes(64))
        return changed(proof, checkpoint=replace(proof.checkpoint, signatures=(bad,)))

    found = house.told(with_proof(data, forged))
    assert (found.verdict, found.reason) == ("broken", "checkpoint-signature")


def test_what_the_approvers_looked_at_is_drawn_again(house: House) -> None:
    for form in ("pdf", "docx"):
        found = house.told(house.library.get("PRO-02", form=form))
        assert (found.verdict, found.body) == ("proven", True)
    # No digest in the approvals: nothing to compare. Another one: maybe another version drew it; nothing is claimed.
    for subject, seen in (("PRO-01", None), ("PRO-03", False)):
        found = house.told(house.library.get(subject, form="docx"))
        assert (found.verdict, found.body) == ("proven", seen)


def test_a_picture_too_many_is_not_taken_for_the_same(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found beside fuzzing: what lay beyond the limit was not looked at, and counted as the same."""
    data = house.library.get("PRO-01", form="docx")
    count = len(docxcopy.look(data).pictures)
    assert count
    monkeypatch.setattr(docxcopy, "MAX_PICTURES", count - 1)
    found = house.told(data)
    assert (found.verdict, found.reason) == ("not judged", "docx-limits")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda drawn: {"form": "docx"}, ("broken", "proof-drawn", None)),
        (lambda drawn: {"made": 1}, ("broken", "proof-drawn", None)),
        # A moment of its own making that shows nowhere: the same pages, so nothing on them is untrue.
        (lambda drawn: {"made": drawn.made + 1}, ("proven", "", "same-pages")),
        (lambda drawn: {"moment": 1}, ("not judged", "check-not-drawn", None)),
        (lambda drawn: {"language": "xx"}, ("not judged", "check-not-drawn", None)),
        (lambda drawn: {"language": "en"}, ("altered", "check-altered", "different")),
    ],
    ids=["form", "before its entries", "a second later", "before there was one", "no such language", "other language"],
)
def test_what_the_proof_says_of_the_copy_must_fit_it(house: House, change, told) -> None:
    data = house.library.get("PRO-01", form="pdf")
    found = house.told(
        with_proof(data, lambda proof: changed(proof, drawn=changed(proof.drawn, **change(proof.drawn))))
    )
    assert (found.verdict, found.reason, found.sameness and found.sameness.finding) == told


def test_a_copy_as_of_a_day_and_one_of_the_past_are_proven(house: House) -> None:
    library = house.library
    data = library.get("PRO-01", form="pdf", as_of=library.today())
    assert house.told(data).verdict == "proven"
    # Entries after the copy change nothing of what it proves, and the library still knows its root.
    before = library.get("PRO-01", form="docx")
    library.comment("PRO-01", "A remark", house.key("eva"))
    found, case = checking.check(before, house.anchor)
    assert found.verdict == "proven"
    found = currency.beside_library(found, case, library)
    assert (found.verdict, found.currency.status) == ("proven", "in-force")
