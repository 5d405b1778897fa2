"""Sealing and attaching as people do it: the words, the exit statuses, what is left behind when something fails."""

from __future__ import annotations

import hashlib
import json
import stat
import sys
from pathlib import Path

import page
import pytest
from authority import OFFICE, PASSWORD, Authority, pem
from cryptography import x509
from papers import SIGNER, cms, container, rewritten

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faces"))
from desk import Desk, build, copied, says

from docctl.signatures import seals

Office = tuple[Authority, str, dict[str, object]]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("founded") / "all"
    build(place)
    desk = Desk(place / "office", place / "home")
    desk.in_force("PRO-01")
    return place


@pytest.fixture
def desk(founded: Path, tmp_path: Path) -> Desk:
    return copied(founded, tmp_path)


@pytest.fixture
def p12(office: Office, tmp_path: Path) -> Path:
    path = tmp_path / "seal.p12"
    path.write_bytes(office[0].sealer())
    (tmp_path / "pw").write_text(PASSWORD + "\n", "utf-8")
    return path


@pytest.fixture
def how(p12: Path) -> tuple[object, ...]:
    return ("--seal", p12, "--seal-password-file", p12.parent / "pw")


# -- sealing -----------------------------------------------------------------------------------------------------------


def test_a_copy_is_given_out_sealed(desk: Desk, how: tuple[object, ...], office: Office, tmp_path: Path) -> None:
    authority, url, _ = office
    (tmp_path / "roots.pem").write_bytes(pem(authority.root))
    plain = tmp_path / "plain.pdf"
    desk.ok("get", "PRO-01", "--output", plain)
    for level, more in (
        ("B-B", ()),
        ("B-T", ("--timestamp-url", url)),
        ("B-LTA", ("--timestamp-url", url, "--seal-level", "lta", "--trust", tmp_path / "roots.pem")),
    ):
        path = tmp_path / f"{level}.pdf"
        desk.ok("get", "PRO-01", *how, *more, "--output", path)
        data = path.read_bytes()
        seal = seals.seals(data)[0]
        assert (seal.level, seal.signer, seal.sound) == (level, OFFICE, True)
        assert seals.unsealed(data) == plain.read_bytes()
        if level != "B-LTA":
            assert [page.validate_pdf_bytes(data, profile=one).is_compliant for one in ("3a", "ua1")] == [True, True]
    sealed = tmp_path / "later.pdf"
    desk.ok("seal", plain, *how, "--output", sealed)
    assert seals.added(sealed.read_bytes()) == "seals"


def test_options_that_mean_nothing_so_are_wrong_usage(desk: Desk, how: tuple[object, ...], tmp_path: Path) -> None:
    out = ("--output", tmp_path / "x.pdf")
    desk.refused("usage-needs", "get", "PRO-01", "--seal-level", "b", *out, status=2)
    desk.refused("usage-needs", "get", "PRO-01", *how, "--output", tmp_path / "x.docx", status=2)
    desk.refused("usage-needs", "get", "PRO-01", *how, "--seal-level", "t", *out, status=2)
    desk.refused(
        "usage-needs", "get", "PRO-01", *how, "--seal-level", "b", "--timestamp-url", "http://x", *out, status=2
    )
    desk.refused("usage-needs", "get", "PRO-01", *how, "--trust", tmp_path / "pw", *out, status=2)
    desk.refused("usage-not-both", "get", "PRO-01", "--attachment", "a.pdf", "--format", "pdf", *out, status=2)
    assert not (tmp_path / "x.pdf").exists()


def test_what_fails_is_one_sentence_and_no_file(
    desk: Desk, how: tuple[object, ...], office: Office, tmp_path: Path
) -> None:
    authority, target = office[0], tmp_path / "x.pdf"
    get = ("get", "PRO-01", "--output", target)

    def key(data: bytes) -> tuple[object, ...]:
        (tmp_path / "k.p12").write_bytes(data)
        return ("--seal", tmp_path / "k.p12", "--seal-password-file", tmp_path / "pw")

    desk.refused("seal-password-needed", *get, "--seal", how[1])
    desk.refused("seal-password", *get, *key(authority.sealer(password="other")))
    desk.refused("seal-file-unreadable", *get, *key(b"junk"))
    desk.refused("seal-expired", *get, *key(authority.sealer(days=(-9, -1))))
    desk.refused("seal-not-yet", *get, *key(authority.sealer(days=(1, 9))))
    desk.refused("seal-usage", *get, *key(authority.sealer(use=("key_encipherment",))))
    desk.refused("timestamp-unreachable", *get, *how, "--timestamp-url", "http://127.0.0.1:9/")
    desk.refused("timestamp-url", *get, *how, "--timestamp-url", "ftp://x")
    desk.refused("file-missing", *get, "--seal", tmp_path / "none.p12")
    desk.refused("pdf-unreadable", "seal", tmp_path / "pw", *how, "--output", target)
    assert not target.exists()
    (tmp_path / "taken.pdf").write_bytes(b"mine")
    desk.refused("file-exists-force", "seal", tmp_path / "pw", *how, "--output", tmp_path / "taken.pdf")
    assert (tmp_path / "taken.pdf").read_bytes() == b"mine"


def test_from_a_request_to_a_sealed_copy(desk: Desk, office: Office, tmp_path: Path) -> None:
    folder, authority = tmp_path / "seal", office[0]
    (tmp_path / "pw").write_text(PASSWORD + "\n", "utf-8")
    env = {"DOCCTL_PASSPHRASE_FILE": str(tmp_path / "pw")}
    desk.ok("key", "seal-request", "--name", OFFICE, "--output", folder, **env)
    assert {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {
        "seal.key": 0o600,
        "seal.csr": 0o600,
    }
    desk.refused("file-exists", "key", "seal-request", "--name", OFFICE, "--output", folder, **env)
    asked = x509.load_pem_x509_csr((folder / "seal.csr").read_bytes())
    issued = authority.certificate("", asked.public_key(), subject=asked.subject)
    (tmp_path / "issued.pem").write_bytes(pem(issued))
    (tmp_path / "root.pem").write_bytes(pem(authority.root))
    desk.refused("key-locked", "key", "seal-import", tmp_path / "issued.pem", "--output", folder)
    desk.refused("seal-certificate-other", "key", "seal-import", tmp_path / "root.pem", "--output", folder, **env)
    desk.ok("key", "seal-import", tmp_path / "issued.pem", tmp_path / "root.pem", "--output", folder, **env)
    assert stat.S_IMODE((folder / "seal.p12").stat().st_mode) == 0o600
    target = tmp_path / "x.pdf"
    desk.ok("get", "PRO-01", "--seal", folder / "seal.p12", "--seal-password-file", tmp_path / "pw", "--output", target)
    assert [one.signer for one in seals.seals(target.read_bytes())] == [OFFICE]


def test_the_password_is_asked_for_and_never_an_argument(
    desk: Desk, p12: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import click

    from docctl.cli import words

    asked: list[dict[str, object]] = []
    monkeypatch.setattr(words, "can_ask", lambda: True)
    monkeypatch.setattr(click, "prompt", lambda text, **how: asked.append({"text": text, **how}) or PASSWORD)
    desk.ok("get", "PRO-01", "--seal", p12, "--output", tmp_path / "x.pdf")
    (one,) = asked
    assert one["hide_input"]
    assert str(p12) in str(one["text"])
    assert len(seals.seals((tmp_path / "x.pdf").read_bytes())) == 1


def test_a_key_may_be_without_a_passphrase_but_is_warned_of(desk: Desk, tmp_path: Path) -> None:
    answer = desk.run("key", "seal-request", "--name", OFFICE, "--output", tmp_path / "s", "--no-passphrase")
    assert answer.status == 0
    assert "no passphrase" in answer.err
    desk.refused("seal-name", "key", "seal-request", "--name", "x" * 65, "--output", tmp_path / "t", "--no-passphrase")
    assert not (tmp_path / "t").exists()


# -- checking ----------------------------------------------------------------------------------------------------------


def test_check_says_who_sealed_and_judges_by_given_roots_alone(
    desk: Desk, how: tuple[object, ...], office: Office, tmp_path: Path
) -> None:
    authority, url, _ = office
    for name, root in (("root", authority.root), ("other", Authority().root)):
        (tmp_path / f"{name}.pem").write_bytes(pem(root))
    sealed, anchor = tmp_path / "sealed.pdf", tmp_path / "anchor"
    desk.ok("anchor", "--output", anchor)
    desk.ok("get", "PRO-01", *how, "--timestamp-url", url, "--output", sealed)
    check = ("check", sealed, "--anchor", anchor)
    said = desk.ok(*check)
    assert f"Sealed by “{OFFICE}” (certificate by “" in said
    assert "It covers the whole file, and nothing was added after it. docctl does not judge this certificate" in said
    assert "Timestamp of “Vaxt Möhürü”" in said
    assert f"Möhürləyən: “{OFFICE}”" in desk.run(*check, lang="az").out
    assert "under a root that you gave" in desk.ok(*check, "--root", tmp_path / "root.pem")
    assert "the certificate does not hold" in desk.ok(*check, "--root", tmp_path / "other.pem")
    for roots, trusted in (((), None), (("root",), True), (("other",), False)):
        more = [word for one in roots for word in ("--root", tmp_path / f"{one}.pem")]
        told = json.loads(desk.ok(*check, "--json", *more))["sealed"]
        (seal,) = told["seals"]
        assert (seal["signer"], seal["trusted"], seal["covers"], seal["after"]) == (OFFICE, trusted, "file", "nothing")
        assert (told["added"], told["rooted"], told["unread"]) == ("seals", bool(roots), "")
    assert says("seal-certificate-unreadable", desk.run(*check, "--root", how[1]).err.strip())


def test_check_says_what_was_added_to_a_sealed_file(
    desk: Desk, how: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_seals import overwrite, updated

    from docctl.library import sealed

    path, anchor = tmp_path / "x.pdf", tmp_path / "anchor"
    desk.ok("anchor", "--output", anchor)
    desk.ok("get", "PRO-01", "--output", path)
    plain = desk.ok("check", path, "--anchor", anchor)
    assert "Seals" not in plain
    assert "Nobody sealed this file" in desk.ok("check", path, "--anchor", anchor, "--root", _root(tmp_path))
    desk.ok("seal", path, *how, "--output", path, "--force")
    desk.ok("seal", path, *how, "--output", tmp_path / "twice.pdf")
    said = desk.ok("check", tmp_path / "twice.pdf", "--anchor", anchor)
    assert said.count(f"Sealed by “{OFFICE}”") == 2
    assert "nothing but seals and what proves them was added after it" in said
    whole = path.read_bytes()
    path.write_bytes(updated(whole, overwrite))
    changed = desk.run("check", path, "--anchor", anchor).out
    assert "as it was then; more was added after it." in changed
    assert "stand not only seals" in changed
    monkeypatch.setattr(sealed, "_PATIENCE", 0)
    path.write_bytes(whole)
    assert "could not be read: The PDF would take more time" in desk.ok("check", path, "--anchor", anchor)
    told = json.loads(desk.ok("check", path, "--anchor", anchor, "--json"))["sealed"]
    assert (told["seals"], told["added"], told["unread"]) == ([], "unknown", "pdf-limits")


@pytest.mark.parametrize(
    "junk", [b"", b"startxref\n0\n%%EOF", b"1 0 obj<<" * 5000 + b"startxref\n3\n%%EOF", b"xref\nstartxref\n9\n%%EOF\n"]
)
def test_a_hostile_seal_is_a_code_and_no_traceback(junk: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    from docctl.library import sealed

    found = sealed.look(b"%PDF-1.7\n/ByteRange\n" + junk)
    assert (found.seals, found.unread) == ((), "pdf-unreadable") or found == sealed.Sealed()
    assert capfd.readouterr() == ("", "")


def _root(place: Path) -> Path:
    (place / "one.pem").write_bytes(pem(Authority().root))
    return place / "one.pem"


# -- attaching ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def papers(desk: Desk, how: tuple[object, ...], office: Office, tmp_path: Path) -> Path:
    """A signed copy, a copy with a signature beside it, a container, a scan."""
    folder = tmp_path / "papers"
    folder.mkdir()
    desk.ok("get", "PRO-01", *how, "--output", folder / "Sənəd imzalı.pdf")
    desk.ok("get", "PRO-01", "--output", folder / "copy.pdf")
    data = (folder / "copy.pdf").read_bytes()
    (folder / "copy.p7s").write_bytes(cms(office[0], data))
    (folder / "box.asice").write_bytes(container(office[0], {"copy.pdf": data}))
    (folder / "scan.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(500))
    return folder


def attached(desk: Desk, subject: str = "PRO-01") -> list[dict[str, object]]:
    return json.loads(desk.ok("show", subject, "--json"))["attachments"]


def test_a_signed_copy_is_filed_shown_and_given_out(desk: Desk, papers: Path, tmp_path: Path) -> None:
    said = desk.ok("attach", "PRO-01", papers / "Sənəd imzalı.pdf", "--language", "az", as_="aysel")
    assert "Sened-imzali.pdf" in said
    assert OFFICE in said
    (one,) = attached(desk)
    data = (papers / "Sənəd imzalı.pdf").read_bytes()
    assert (one["file"], one["kind"], one["language"], one["revision"]) == ("Sened-imzali.pdf", "signed-pdf", "az", 1)
    assert (one["size"], one["digest"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert (one["person"], one["name"]) == ("aysel", "Aysel Məmmədova")
    assert [(seal["signer"], seal["intact"], seal["trusted"]) for seal in one["seals"]] == [(OFFICE, True, None)]
    shown = desk.ok("show", "PRO-01")
    assert "was not judged" in shown
    assert str(one["digest"]) in shown
    desk.ok("get", "PRO-01", "--attachment", "Sened-imzali.pdf", "--output", tmp_path / "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == data
    assert (desk.folder / "attachments" / "PRO-01" / "1" / "Sened-imzali.pdf").read_bytes() == data
    desk.ok("verify")


def test_a_seal_under_more_than_is_looked_at_is_not_called_changed(
    desk: Desk, how: tuple[object, ...], papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docctl.signatures import sealchanges

    desk.ok("seal", papers / "Sənəd imzalı.pdf", *how, "--output", papers / "twice.pdf")
    monkeypatch.setattr(sealchanges.Reader, "left", 10)
    desk.ok("attach", "PRO-01", papers / "twice.pdf", as_="aysel")
    (one,) = attached(desk)
    assert [seal["after"] for seal in one["seals"]] == ["unknown", "nothing"]
    lines = [line.strip() for line in desk.ok("show", "PRO-01").splitlines() if OFFICE in line]
    assert says("says-seal-unknown", lines[0])
    assert says("says-seal", lines[1])


def test_a_signature_beside_a_file_finds_it_also_later(desk: Desk, papers: Path) -> None:
    answer = desk.run("attach", "PRO-01", papers / "copy.p7s", as_="aysel")
    assert answer.status == 0
    assert says("attached-alone", answer.err.strip().splitlines()[0].removeprefix("! "))
    desk.ok("attach", "PRO-01", papers / "copy.pdf", papers / "box.asice", as_="aysel")
    found = {one["file"]: one for one in attached(desk)}
    assert {name: one["kind"] for name, one in found.items()} == {
        "copy.p7s": "signature", "copy.pdf": "original", "box.asice": "signature",
    }  # fmt: skip
    assert [(one["finding"], one["about"], one["signer"]) for one in found["copy.p7s"]["beside"]] == [
        ("intact", ["copy.pdf"], SIGNER)
    ]
    assert [one["finding"] for one in found["box.asice"]["beside"]] == ["digests"]
    said = desk.ok("show", "PRO-01", "--revision", "1")
    assert SIGNER in said
    assert desk.run("show", "PRO-01", lang="az").out.count("SHA-256") == 3


def test_only_what_is_asked_for_is_searched_for_signatures(
    desk: Desk, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docctl.library import attaching

    opened: list[str] = []
    reading = attaching.signatures_of
    monkeypatch.setattr(attaching, "signatures_of", lambda name, *more: opened.append(name) or reading(name, *more))
    desk.ok("attach", "PRO-01", papers / "Sənəd imzalı.pdf", papers / "copy.p7s", as_="aysel")
    opened.clear()
    desk.ok("get", "PRO-01", "--attachment", "copy.p7s", "--output", tmp_path / "back.p7s")
    assert opened == []
    assert (tmp_path / "back.p7s").read_bytes() == (papers / "copy.p7s").read_bytes()
    # Once to see that it is unaltered, once to be told of; and the signature that turns out to be about it.
    said = desk.ok("attach", "PRO-01", papers / "copy.pdf", as_="aysel")
    assert sorted(opened) == ["copy.p7s", "copy.pdf", "copy.pdf"]
    assert "copy.pdf" in said
    assert "Sened-imzali.pdf" not in said
    assert {one["file"]: one["kind"] for one in attached(desk)}["copy.pdf"] == "original"


def test_what_cannot_be_filed_is_refused_in_a_sentence(desk: Desk, papers: Path, office: Office) -> None:
    def attach(code: str, *names: str, as_: str = "aysel", more: tuple[object, ...] = ()) -> None:
        desk.refused(code, "attach", "PRO-01", *(papers / name for name in names), *more, as_=as_)

    (papers / "text.txt").write_text("text", "utf-8")
    (papers / "word.docx").write_bytes(b"PK\x03\x04" + bytes(100))
    attach("attachment-type", "text.txt")
    attach("attachment-type", "word.docx")
    attach("attachment-kind", "scan.jpg", more=("--kind", "signature"))
    attach("publication-unknown", "scan.jpg", more=("--revision", 7))
    attach("language-unknown", "scan.jpg", more=("--language", "xx"))
    attach("not-publisher", "scan.jpg", as_="leyla")
    attach("file-missing", "none.pdf")
    (papers / "ə.jpg").write_bytes((papers / "scan.jpg").read_bytes())
    (papers / "e.jpg").write_bytes((papers / "scan.jpg").read_bytes())
    attach("attachment-exists", "ə.jpg", "e.jpg")
    (papers / "---").write_bytes((papers / "scan.jpg").read_bytes())
    desk.refused("attachment-name", "attach", "PRO-01", "--", papers / "---", as_="aysel")
    data = bytearray((papers / "Sənəd imzalı.pdf").read_bytes())
    data[3000] ^= 1
    (papers / "altered.pdf").write_bytes(data)
    attach("attachment-altered", "altered.pdf")
    attach("attachment-altered", "altered.pdf", more=("--kind", "scan"))
    (papers / "altered.asice").write_bytes(rewritten((papers / "box.asice").read_bytes(), "copy.pdf", b"%PDF-other"))
    attach("attachment-altered", "altered.asice")
    desk.refused("document-not-found", "attach", "PRO-99", papers / "scan.jpg", as_="aysel")
    desk.ok("attach", "PRO-01", papers / "scan.jpg", as_="aysel")
    attach("attachment-exists", "scan.jpg")
    desk.refused("attachment-not-found", "get", "PRO-01", "--attachment", "no.pdf", "--output", papers / "o")
    assert attached(desk)[0]["kind"] == "scan"


def test_too_much_is_refused_before_it_is_entered(desk: Desk, papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from docctl.library import attaching

    monkeypatch.setattr(attaching, "MAX_FILE", 400)
    desk.refused("file-too-large", "attach", "PRO-01", papers / "scan.jpg", as_="aysel")
    monkeypatch.setattr(attaching, "MAX_FILE", 1000)
    monkeypatch.setattr(attaching, "MAX_TOGETHER", 400)
    desk.refused("attachments-too-large", "attach", "PRO-01", papers / "scan.jpg", as_="aysel")


def test_a_document_never_published_has_nothing_to_attach_to(desk: Desk, papers: Path) -> None:
    desk.ok("submit", "POL-01", "--reason", "First", as_="aysel")
    desk.refused("publication-unknown", "attach", "POL-01", papers / "scan.jpg", as_="aysel")


def test_a_broken_disk_does_not_give_out_another_file(
    desk: Desk, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docctl.library import attaching

    desk.ok("attach", "PRO-01", papers / "scan.jpg", as_="aysel")
    monkeypatch.setattr(attaching.content, "digest", lambda _: "0" * 64)
    desk.refused("content-digest", "get", "PRO-01", "--attachment", "scan.jpg", "--output", papers / "o")
    desk.refused("content-digest", "show", "PRO-01")


def test_a_broken_file_is_not_filed_for_good(desk: Desk, papers: Path) -> None:
    whole = (papers / "Sənəd imzalı.pdf").read_bytes()

    def attach(code: str, name: str, data: bytes, *more: object) -> None:
        (papers / name).write_bytes(data)
        desk.refused(code, "attach", "PRO-01", papers / name, *more, as_="aysel")

    at = whole.index(b"/Contents <")
    damaged = whole[: at + 11] + b"Z" * 40 + whole[at + 51 :]
    attach("attachment-seal-unread", "damaged.pdf", damaged)
    attach("attachment-seal-unread", "damaged.pdf", whole[: at + 11] + b"0" * 40 + whole[at + 51 :])
    for name, data in (("half.pdf", whole[: len(whole) // 2]), ("cut.pdf", (papers / "copy.pdf").read_bytes()[:-9])):
        attach("attachment-cut", name, data)
        attach("attachment-cut", name, data, "--kind", "scan")
    attach("attachment-unread", "x.p7s", (papers / "copy.p7s").read_bytes()[:400])
    attach("attachment-unread", "x.asice", (papers / "box.asice").read_bytes()[:400])
    # Whoever says that it is a scan claims nothing of the signature; what cannot be read is said.
    desk.ok("attach", "PRO-01", papers / "damaged.pdf", "--kind", "scan", as_="aysel")
    (one,) = attached(desk)
    assert one["kind"] == "scan"
    assert one["unread"] or {seal["problem"] for seal in one["seals"]} <= {"seal-unreadable"}


def test_without_the_extra_nothing_signed_is_filed_and_what_was_filed_is_shown(
    desk: Desk, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docctl.errors import Unavailable
    from docctl.signatures import detached

    desk.ok("attach", "PRO-01", papers / "Sənəd imzalı.pdf", as_="aysel")

    def none() -> None:
        raise Unavailable("seal-extra-missing")

    monkeypatch.setattr(seals, "backend", none)
    monkeypatch.setattr(detached, "backend", none)
    (papers / "again.pdf").write_bytes((papers / "Sənəd imzalı.pdf").read_bytes())
    for name in ("again.pdf", "copy.p7s"):
        for more in ((), ("--kind", "scan")) if name == "again.pdf" else ((),):
            desk.refused("attachment-unchecked", "attach", "PRO-01", papers / name, *more, as_="aysel")
    desk.ok("attach", "PRO-01", papers / "copy.pdf", as_="aysel")
    assert {one["unread"] for one in attached(desk)} == {"", "seal-extra-missing"}
    assert "docctl-qms[seal]" in desk.ok("show", "PRO-01")
