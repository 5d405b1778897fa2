from __future__ import annotations

import base64
import doctest
import hashlib
import math
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_signatures_forge import FIDO, KINDS, PLAIN, Device, device

from docctl.errors import DocctlError, Malformed, Untrusted
from docctl.signatures import (
    allowed_signers,
    allowed_signers_line,
    edwards,
    enrolment,
    keys,
    parse_blob,
    parse_public,
    sshsig,
    wire,
)
from docctl.signatures.keys import name_of
from docctl.signatures.wire import MAX_STRING, Reader, mpint, string, uint32

if TYPE_CHECKING:
    from types import ModuleType

P = edwards.PRIME


def refusal(blob: bytes) -> str:
    with pytest.raises((Malformed, Untrusted)) as caught:
        parse_blob(blob)
    return caught.value.code


def ed25519(point: bytes, kind: bytes = b"ssh-ed25519") -> bytes:
    return string(kind) + string(point)


def line_of(blob: bytes, word: str | None = None) -> str:
    return f"{word or name_of(blob)} {base64.b64encode(blob).decode()}"


@pytest.mark.parametrize("room", [allowed_signers, enrolment, keys, sshsig, wire], ids=lambda room: room.__name__)
def test_the_examples_run(room: ModuleType) -> None:
    assert doctest.testmod(room).failed == 0
    assert doctest.testmod(room).attempted > 0


# --- wire -----------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=2**8192 - 1), st.binary(max_size=99), st.integers(0, 2**32 - 1))
def test_what_is_written_is_read(number: int, content: bytes, small: int) -> None:
    reader = Reader(mpint(number) + string(content) + uint32(small) + b"\x07")
    assert (reader.mpint(), reader.string(), reader.uint32(), reader.byte(), reader.end()) == (
        number,
        content,
        small,
        7,
        None,
    )


@pytest.mark.parametrize(
    ("magnitude", "code"),
    [
        (b"", "wire-malformed"),
        (b"\0", "wire-malformed"),
        (b"\0\0", "wire-malformed"),
        (b"\x80", "wire-malformed"),
        (b"\0\x01", "wire-not-canonical"),
        (b"\0\0\x80", "wire-not-canonical"),
        (b"\x01" * 1026, "wire-malformed"),
    ],
)
def test_a_number_has_one_spelling(magnitude: bytes, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        Reader(string(magnitude)).mpint()
    assert caught.value.code == code


@pytest.mark.parametrize("wire", [b"", b"\0\0\0", uint32(1), uint32(2**32 - 1), uint32(MAX_STRING + 1) + b"x" * 20000])
def test_a_string_must_be_there(wire: bytes) -> None:
    with pytest.raises(Malformed):
        Reader(wire).string()


def test_nothing_may_follow_and_nothing_negative_is_written() -> None:
    with pytest.raises(Malformed):
        Reader(b"x").end()
    with pytest.raises(Malformed):
        Reader(b"").byte()
    with pytest.raises(ValueError, match="0"):
        mpint(0)


# --- Ed25519 points -------------------------------------------------------------------------------------------------

SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
)


@pytest.mark.parametrize("point", SMALL_ORDER)
@pytest.mark.parametrize("kind", ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"])
def test_a_point_of_small_order_is_weak(point: str, kind: str) -> None:
    tail = string(b"ssh:") if kind.startswith("sk-") else b""
    assert refusal(ed25519(bytes.fromhex(point), kind.encode()) + tail) == "key-weak"


@pytest.mark.parametrize(
    "number",
    [P, P + 1, P + 3, 2**255 - 1, P + 2**255, 1 | 1 << 255, (P - 1) | 1 << 255, 2, 2 | 1 << 255],
)
def test_a_point_that_is_not_canonical_or_not_on_the_curve_is_weak(number: int) -> None:
    assert refusal(ed25519(number.to_bytes(32, "little"))) == "key-weak"


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_every_honest_ed25519_key_is_sound(seed: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    owner = Device("ssh-ed25519", Ed25519PrivateKey.from_private_bytes(seed))
    assert edwards.is_sound(owner.blob[-32:])


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_judged_as_a_point(point: bytes) -> None:
    assert edwards.is_sound(point) in {True, False}


# --- other keys -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_is_read_and_its_comment_dropped(kind: str) -> None:
    owner = device(kind)
    key = parse_public(f"{owner.key.line} Leylə at the desk")
    assert key == parse_public(key.line) == owner.key
    assert key.line == line_of(owner.blob)
    assert key.algorithm == owner.key_algorithm
    assert key.application == (None if kind in PLAIN else owner.application)
    digest = base64.b64encode(hashlib.sha256(owner.blob).digest()).decode().rstrip("=")
    assert key.fingerprint == f"SHA256:{digest}"


def test_material_does_not_depend_on_the_wrapping() -> None:
    private = device("ecdsa-sha2-nistp256").private
    wrapped = [Device("ecdsa-sha2-nistp256", private), *(Device(FIDO[1], private, name) for name in ("ssh:", "a.b"))]
    assert len({each.key.material for each in wrapped}) == 1
    private = device("ssh-ed25519").private
    plain, sk = Device("ssh-ed25519", private), Device(FIDO[0], private)
    assert plain.key.material == sk.key.material
    assert plain.key.line != sk.key.line
    assert len({device(kind).key.material for kind in (*PLAIN, *FIDO)}) == len(PLAIN) + len(FIDO)


@pytest.mark.parametrize(
    "word",
    [
        "ssh-dss",
        "ssh-ed448",
        "ssh-xmss@openssh.com",
        "ecdsa-sha2-nistp521",
        "rsa-sha2-512",
        "ssh-ed25519-cert-v01@openssh.com",
        "ssh-rsa-cert-v01@openssh.com",
        "sk-ssh-ed25519-cert-v01@openssh.com",
        "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
        "unheard-of",
    ],
)
def test_other_key_types_are_refused_by_name(word: str) -> None:
    blob = string(word.encode()) + string(b"x" * 32)
    for read in (lambda: parse_blob(blob), lambda: parse_public(line_of(blob))):
        with pytest.raises(Untrusted) as caught:
            read()
        assert (caught.value.code, caught.value.values) == ("key-type-refused", {"algorithm": word})


def ROUGH(start: int) -> int:  # noqa: N802
    """The first number from here on without small factors."""
    return next(start + more for more in range(1, 9999, 2) if math.gcd(start + more, math.factorial(751)) == 1)


def rsa(exponent: int, modulus: int) -> bytes:
    return string(b"ssh-rsa") + mpint(exponent) + mpint(modulus)


@pytest.mark.parametrize(
    ("exponent", "modulus"),
    [
        (65537, ROUGH(2**2047)),
        (65537, ROUGH(2**3070)),
        (3, ROUGH(2**3071)),
        (1, ROUGH(2**3071)),
        (65537, 2**3071),
        (65537, 2**8191 + 2),
        (65537, 3 * ROUGH(2**3071)),
        (65537, 751 * ROUGH(2**3071)),
    ],
    ids=range(8),
)
def test_rsa_must_be_strong(exponent: int, modulus: int) -> None:
    assert refusal(rsa(exponent, modulus)) == "key-weak"


def test_rsa_over_the_cap_is_refused() -> None:
    assert refusal(rsa(65537, ROUGH(2**8192))) == "key-weak"
    assert refusal(rsa(65537, ROUGH(2**8200))) == "key-unreadable"
    assert parse_blob(rsa(65537, ROUGH(2**8191))).algorithm == "ssh-rsa"
    assert parse_blob(rsa(65537, ROUGH(2**3071))).algorithm == "ssh-rsa"


def test_an_ecdsa_point_must_be_uncompressed_and_on_the_curve() -> None:
    head = string(b"ecdsa-sha2-nistp256") + string(b"nistp256")
    point = device("ecdsa-sha2-nistp256").blob[-65:]
    assert refusal(head + string(point[:-1] + bytes((point[-1] ^ 1,)))) == "key-weak"
    assert refusal(head + string(b"\x04" + bytes(64))) == "key-weak"
    assert refusal(head + string(b"\x02" + point[1:33])) == "key-unreadable"
    assert refusal(head + string(b"\x06" + point[1:])) == "key-unreadable"
    assert refusal(head + string(b"\0")) == "key-unreadable"
    assert refusal(string(b"ecdsa-sha2-nistp256") + string(b"nistp384") + string(point)) == "key-unreadable"


@pytest.mark.parametrize("kind", [*PLAIN, *FIDO])
def test_a_key_cut_short_or_followed_by_more_is_unreadable(kind: str) -> None:
    blob = device(kind).blob
    assert {refusal(blob[:at]) for at in range(len(blob) - 1, 3, -7)} <= {"key-unreadable", "key-type-refused"}
    assert refusal(blob[:-1]) == "key-unreadable"
    assert refusal(blob + b"\0") == "key-unreadable"
    assert refusal(blob + string(b"")) == "key-unreadable"


@pytest.mark.parametrize("application", [b"", b"\xff", b"a\nb", b"a" * 256])
def test_an_application_is_printable_text(application: bytes) -> None:
    assert refusal(device(FIDO[0]).blob.removesuffix(string(b"ssh:")) + string(application)) == "key-unreadable"


def test_a_line_has_one_spelling() -> None:
    line = device("ssh-ed25519").key.line
    word, text = line.split(" ")
    rsa_line = device("ssh-rsa").key.line
    short = string(b"ssh-ed25519") + string(b"x" * 31)
    wrong = [
        "",
        " ",
        word,
        f" {line}",
        f"{line}\n",
        f"{line} a\nb",
        f"{line}\r\n",
        f"{word}  {text}",
        f"{word}\t{text}",
        f'namespaces="git" {line}',
        f"{word} {text[:-1]}",
        f"{word} {text}=",
        f"{word} {text}AAAA",
        f"{word} {text[:30]} {text[30:]}",
        f"ssh-rsa {text}",
        f"{word} {rsa_line.split(' ')[1]}",
        line_of(short, "ssh-ed25519"),
        f"{word} {text}\u2028",
        line.replace("AAAA", "ÀAAA"),
    ]
    for each in wrong:
        with pytest.raises(Malformed) as caught:
            parse_public(each)
        assert caught.value.code == "key-unreadable"
    two_pads = line_of(device(FIDO[0]).blob + b"")
    assert parse_public(two_pads)


def test_unused_bits_of_base64_must_be_zero() -> None:
    owner = next(
        Device(FIDO[0], device(FIDO[0]).private, "ssh:" + "x" * more)
        for more in range(3)
        if Device(FIDO[0], device(FIDO[0]).private, "ssh:" + "x" * more).key.line.endswith("==")
    )
    line = owner.key.line
    twisted = line[:-3] + chr(ord(line[-3]) + 1) + "=="
    assert base64.b64decode(twisted.split()[1]) == owner.blob
    with pytest.raises(Malformed):
        parse_public(twisted)


@settings(deadline=None)
@given(
    st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))
    | st.binary(max_size=200).map(lambda raw: line_of(raw, "ssh-ed25519"))
)
def test_any_line_parses_or_is_refused(line: str) -> None:
    with suppress(Malformed, Untrusted):
        parse_public(line)


@settings(deadline=None)
@given(st.sampled_from([*PLAIN, *FIDO]), st.data())
def test_a_mutated_blob_parses_or_is_refused(kind: str, choose: st.DataObject) -> None:
    blob = bytearray(device(kind).blob)
    for _ in range(choose.draw(st.integers(1, 4))):
        blob[choose.draw(st.integers(0, len(blob) - 1))] = choose.draw(st.integers(0, 255))
    with suppress(Malformed, Untrusted):
        assert parse_blob(bytes(blob)).blob == blob


def test_a_hostile_name_is_not_shown() -> None:
    assert name_of(string("ə".encode())) == name_of(b"\xff") == name_of(string(b"a b")) == name_of(string(b"")) == ""
    assert refusal(string(b"\x1b[31m")) == "key-unreadable"


def test_one_line_for_stock_git() -> None:
    line = device("ssh-ed25519").key.line
    assert allowed_signers_line("a@b.az", f"{line} comment") == f'a@b.az namespaces="git" {line}'
    for wrong in ("", "a b", "a,b", "*", "*@b.az", "!a", 'a"', "a\n", "#a", "a?"):
        with pytest.raises(Malformed) as caught:
            allowed_signers_line(wrong, line)
        assert caught.value.code == "principal-malformed"
    with pytest.raises(DocctlError):
        allowed_signers_line("a@b.az", "ssh-dss AAAA")
