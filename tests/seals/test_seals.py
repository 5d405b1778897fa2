"""What seals say: intact or not, what came after, who, when; and the bytes that were sealed. Also of hostile files."""

from __future__ import annotations

import io
import random
import re
import time

import pytest
from authority import NOW, OFFICE, PASSWORD, Authority

from docctl.errors import DocctlError, Malformed
from docctl.signatures import sealing, sealkeys
from docctl.signatures.seals import added, seals, unsealed

Office = tuple[Authority, str, dict[str, object]]


def updated(data: bytes, change: object) -> bytes:
    """The file with an update by somebody else."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(sealing.closed(data)))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def overwrite(writer: object) -> None:
    """Something else on the first page."""
    from pyhanko.pdf_utils import generic

    page = writer.root["/Pages"]["/Kids"][0]
    while "/Kids" in page:
        page = page["/Kids"][0]
    stream = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 600 800 re f")
    page[generic.pdf_name("/Contents")] = writer.add_object(stream)
    writer.update_container(page)


def stamp_over(writer: object) -> None:
    """A picture over the first page, as an annotation."""
    from pyhanko.pdf_utils import generic

    page = writer.root["/Pages"]["/Kids"][0]
    while "/Kids" in page:
        page = page["/Kids"][0]
    name = generic.pdf_name
    look = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 600 800 re f")
    look[name("/Subtype")], look[name("/BBox")] = (
        name("/Form"),
        generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
    )
    note = generic.DictionaryObject(
        {
            name("/Type"): name("/Annot"), name("/Subtype"): name("/Widget"), name("/FT"): name("/Sig"),
            name("/T"): generic.pdf_string("S"), name("/Rect"): look["/BBox"],
            name("/AP"): generic.DictionaryObject({name("/N"): writer.add_object(look)}),
        }
    )  # fmt: skip
    page[name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


# -- sound ones --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "form"), [("b", "B-B"), ("t", "B-T"), ("lta", "B-LTA")])
def test_a_seal_tells_who_when_and_how(office: Office, sealed: dict[str, bytes], level: str, form: str) -> None:
    seal, *rest = seals(sealed[level], (office[0].root,), NOW)
    assert (seal.intact, seal.sound, seal.trusted, seal.problem) == (True, True, True, "")
    assert (seal.signer, seal.issuer, seal.level, seal.kind) == (OFFICE, "Kök Sertifikat", form, "seal")
    assert seal.signed_at == NOW
    assert (seal.stamped_at is None) == (level == "b")
    assert seal.stamped_by == ("" if level == "b" else "Vaxt Möhürü")
    assert (seal.covers, seal.after) == (("revision", "seals") if level == "lta" else ("file", "nothing"))
    assert [(one.kind, one.sound, one.trusted) for one in rest] == [("timestamp", True, True)] * (level == "lta")


def test_trust_is_only_told_where_roots_are_given(sealed: dict[str, bytes]) -> None:
    assert [one.trusted for one in seals(sealed["b"])] == [None]
    assert [one.trusted for one in seals(sealed["lta"], (Authority("Yad").root,), NOW)] == [False, False]


def test_a_certificate_that_ended_is_trusted_by_its_timestamp_alone(
    office: Office, pdf: bytes, sealed: dict[str, bytes]
) -> None:
    later = NOW + 2 * 365 * 86400
    root = (office[0].root,)
    assert [one.trusted for one in seals(sealed["b"], root, later)] == [False]
    # The authority's own certificate ended, too, so its word counts no more than the signer's.
    assert [one.trusted for one in seals(sealed["t"], root, later)] == [False]
    brief = sealkeys.open_key(office[0].sealer(days=(-1, 2)), PASSWORD, NOW)
    from docctl.adapters import timestamps

    data = sealing.seal(pdf, brief, at=NOW, level="t", stamp=lambda asked: timestamps.post(office[1], asked))
    assert [one.trusted for one in seals(data, root, NOW + 30 * 86400)] == [True]
    plain = sealing.seal(pdf, brief, at=NOW)
    assert [one.trusted for one in seals(plain, root, NOW + 30 * 86400)] == [False]


def test_the_archives_timestamp_outlives_everybodys_certificate(pdf: bytes, office: Office) -> None:
    """At B-LTA the signer's certificate may end, and that of the first timestamp: the last one vouches for both."""
    from asn1crypto import tsp

    authority, root = office[0], (office[0].root,)
    brief = sealkeys.open_key(authority.sealer(days=(-1, 2)), PASSWORD, NOW)
    for lasting, trusted in ((400, [True, True]), (2, [False, False])):
        first, last, asked = authority.stamper(days=(-1, 2)), authority.stamper(days=(-1, lasting)), []

        def stamp(query: bytes, first=first, last=last, asked=asked) -> bytes:
            asked.append(query)
            by = first if len(asked) <= 2 else last  # each is asked for its size, and then for its word
            return by.request_tsa_response(tsp.TimeStampReq.load(query)).dump()

        data = sealing.seal(pdf, brief, at=NOW, level="lta", stamp=stamp)
        assert len(asked) == 4
        assert [one.trusted for one in seals(data, root, NOW)] == [True, True]
        assert [one.trusted for one in seals(data, root, NOW + 300 * 86400)] == trusted


def test_a_certificate_revoked_by_the_files_own_list_is_not_trusted(pdf: bytes, office: Office) -> None:
    from asn1crypto import crl
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    authority, root = office[0], (office[0].root,)
    mine = sealkeys.open_key(authority.sealer(), PASSWORD, NOW)
    data = sealing.seal(pdf, mine, at=NOW)
    assert [one.trusted for one in seals(data, root, NOW)] == [True]
    for serials, trusted in (((), True), ((mine.certificate.serial_number,), False)):
        listed = crl.CertificateList.load(authority.revocations(*serials))
        out = io.BytesIO(data)
        writer = IncrementalPdfFileWriter(out)
        DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=[listed])
        writer.write_in_place()
        (seal,) = seals(out.getvalue(), root, NOW)
        assert (seal.sound, seal.trusted) == (True, trusted)


@pytest.mark.parametrize("level", sealing.LEVELS)
def test_the_sealed_bytes_come_back(pdf: bytes, sealed: dict[str, bytes], level: str) -> None:
    assert unsealed(sealed[level]) == pdf
    assert added(sealed[level]) == "seals"


def test_a_file_that_ends_a_line_comes_back_with_it(pdf: bytes, key: sealkeys.SealKey) -> None:
    for data in (pdf, pdf + b"\n"):
        twice = sealing.seal(sealing.seal(data, key, at=NOW), key, at=NOW)
        assert unsealed(twice) == data
        assert added(twice) == "seals"
        assert [one.sound for one in seals(twice)] == [True, True]


def test_a_file_without_updates_is_its_own_original(pdf: bytes) -> None:
    assert unsealed(pdf) == pdf
    assert unsealed(pdf + b"\r\n") == pdf + b"\r\n"
    assert added(pdf) == "nothing"
    assert seals(pdf) == ()


# -- altered ones ------------------------------------------------------------------------------------------------------


def test_one_byte_anywhere_is_found(sealed: dict[str, bytes]) -> None:
    data = sealed["t"]
    start, end = re.search(rb"/Contents <([0-9A-Fa-f]+)>", data).span(1)
    right = seals(data)
    covered = [*range(0, start, len(data) // 40), *range(end + 1, len(data), 20)]
    assert len(covered) > 50
    for at in [*covered, *range(start, end, 97)]:
        broken = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            told = seals(broken)
        except Malformed:
            continue
        # Certificates above the signer's lie inside the signature and are covered by none: what it says stays the same.
        assert not any(one.sound for one in told) or (
            at not in covered and (told == right or told[0].level == "B-B")
        ), at


@pytest.mark.parametrize("change", [overwrite, stamp_over])
def test_what_is_put_behind_a_seal_is_seen(pdf: bytes, sealed: dict[str, bytes], change: object) -> None:
    data = updated(sealed["b"], change)
    (seal,) = [one for one in seals(data) if one.field == "Seal1"]
    assert (seal.intact, seal.sound, seal.after, seal.covers) == (True, False, "changes", "revision")
    assert unsealed(data) == pdf
    assert added(data) == "changes"


@pytest.mark.parametrize("change", [overwrite, stamp_over])
def test_what_is_put_between_the_original_and_a_seal_is_seen(pdf: bytes, key: sealkeys.SealKey, change: object) -> None:
    """A stranger's seal on a changed copy is sound as a seal; that the copy is ours it does not make true."""
    data = sealing.seal(updated(pdf, change), key, at=NOW)
    assert unsealed(data) == pdf
    assert added(data) == "changes"


def test_another_file_behind_the_original_is_no_update_of_it(pdf: bytes, sealed: dict[str, bytes]) -> None:
    """A reader shows the last file; so what counts as the original is all of it."""
    shift = len(pdf) + 1
    moved = re.sub(rb"(?<=\n)(\d{10})(?= \d{5} n)", lambda one: b"%010d" % (int(one[1]) + shift), pdf)
    moved = re.sub(rb"(?<=startxref\n)\d+", lambda one: b"%d" % (int(one[0]) + shift), moved)
    data = pdf + b"\n" + moved
    assert unsealed(data) == data
    assert added(data) == "nothing"


def test_a_signature_with_something_in_its_padding_does_not_hold(sealed: dict[str, bytes]) -> None:
    data = sealed["b"]
    end = re.search(rb"/Contents <([0-9A-Fa-f]+)>", data).end(1)
    assert data[end - 4 : end] == b"0000"
    (seal,) = seals(data[: end - 2] + b"41" + data[end:])
    assert (seal.intact, seal.problem) == (False, "seal-altered")


# -- hostile ones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [seals, unsealed, added])
def test_chance_never_makes_anything_but_an_answer(act: object, sealed: dict[str, bytes]) -> None:
    dice = random.Random(7)
    for _ in range(60):
        data = bytearray(dice.choice(list(sealed.values())))
        for _ in range(dice.choice((1, 3, 40))):
            at = dice.randrange(len(data) // 2, len(data))
            how = dice.random()
            if how < 0.5:
                data[at] ^= 1 << dice.randrange(8)
            elif how < 0.7:
                del data[at : at + dice.choice((1, 30, 900))]
            elif how < 0.9:
                data[at:at] = data[dice.randrange(len(data)) :][: dice.choice((1, 40, 2000))]
            else:
                data = data[: max(at, 100)]
        began = time.monotonic()
        try:
            act(bytes(data))
        except DocctlError as error:
            assert error.code in ("pdf-unreadable", "pdf-encrypted"), error
        assert time.monotonic() - began < 20


HOSTILE = {
    "empty": b"",
    "no pdf": b"MZ" + b"\x00" * 500,
    "loop": b"%PDF-1.7\nxref\n0 0\ntrailer<</Prev 9/ByteRange[0]>>\nstartxref\n9\n%%EOF",
    "ahead": b"%PDF-1.7\nxref\n0 0\ntrailer<</Prev 99/ByteRange[0]>>\nstartxref\n9\n%%EOF",
    "beyond": b"%PDF-1.7\n/ByteRange\nstartxref\n99999999999\n%%EOF",
    "deep": b"%PDF-1.7\n1 0 obj\n"
    + b"[" * 100_000
    + b"\nendobj\nxref\n0 0\ntrailer<</Root 1 0 R/ByteRange[0]/Size 2>>\nstartxref\n0\n%%EOF",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_unreadable_or_says_nothing(name: str) -> None:
    for act in (seals, added):
        try:
            assert act(HOSTILE[name]) in ((), "nothing")
        except Malformed as error:
            assert error.code == "pdf-unreadable"


def test_a_chain_of_updates_has_an_end() -> None:
    data, at = b"%PDF-1.7\n", 0
    for _ in range(200):
        here = len(data)
        data += b"xref\n0 0\ntrailer<</ByteRange[0]%s>>\nstartxref\n%d\n%%%%EOF\n" % (
            b"/Prev %d" % at if at else b"",
            here,
        )
        at = here
    with pytest.raises(Malformed, match="pdf-unreadable"):
        unsealed(data)


def test_more_signatures_than_anybody_needs_are_not_read(
    pdf: bytes, key: sealkeys.SealKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docctl.signatures import sealreading

    monkeypatch.setattr(sealreading, "MAX_SEALS", 1)
    twice = sealing.seal(sealing.seal(pdf, key, at=NOW), key, at=NOW)
    with pytest.raises(Malformed, match="pdf-too-many-seals"):
        seals(twice)


def test_what_would_take_too_long_is_not_known(
    pdf: bytes, key: sealkeys.SealKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docctl.signatures import sealchanges

    monkeypatch.setattr(sealchanges.Reader, "left", 10)
    twice = sealing.seal(sealing.seal(pdf, key, at=NOW), key, at=NOW)
    assert [(one.after, one.sound, one.intact) for one in seals(twice)] == [
        ("unknown", False, True),
        ("nothing", True, True),
    ]
    assert added(twice) == "unknown"
