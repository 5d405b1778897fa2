from __future__ import annotations

import base64
import dataclasses
import hashlib
import math
import pickle
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_signatures_forge import FIDO, KINDS, PAYLOAD, WEBAUTHN, Device, client_data, device, envelope, seal

from docctl.core.ports import Seal
from docctl.errors import Malformed, Untrusted
from docctl.signatures import (
    SCHEMES,
    Prepared,
    armor,
    check_possession,
    dearmor,
    edwards,
    enrolment_statement,
    normalised,
    open_seal,
    parse,
    prepare,
    prove_possession,
    signed_data,
    sshsig,
)
from docctl.signatures.clientdata import origin_fits
from docctl.signatures.schemes import ECDSA_ORDERS
from docctl.signatures.wire import mpint, string, uint32

ALICE = device("ssh-ed25519")
SIGNED = signed_data("git", "sha512", PAYLOAD)
PROBLEMS = {
    None,
    "signature-format",
    "signature-not-canonical",
    "signature-namespace",
    "signature-algorithm",
    "signature-invalid",
    "signature-no-presence",
    "signature-origin",
    "key-weak",
    "key-type-refused",
}


def problem(armored: bytes, payload: bytes = PAYLOAD, namespace: str = "git") -> str | None:
    return open_seal(payload, armored, namespace).problem


def enveloped(owner: Device, signature: bytes, **over: Any) -> str | None:
    return problem(armor(envelope(owner.blob, signature, **over)))


def test_the_signed_data_is_95_bytes() -> None:
    """Byte for byte as PROTOCOL.sshsig section 4 draws it."""
    digest = hashlib.sha512(PAYLOAD).digest()
    drawn = b"SSHSIG\0\0\0\x03git\0\0\0\0\0\0\0\x06sha512\0\0\0\x40" + digest
    assert drawn == SIGNED
    assert len(SIGNED) == 95
    assert len(signed_data("git", "sha256", PAYLOAD)) == 63


# --- the envelope ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n",
        b"-----BEGIN SIGNED MESSAGE-----\nMII=\n-----END SIGNED MESSAGE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nU1NI!\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nU1NI\n",
        b"x" * 100_000,
    ],
)
def test_only_ssh_armor_is_a_signature(other: bytes) -> None:
    assert open_seal(PAYLOAD, other) == Seal("", "", problem(other), "")
    assert problem(other) in {"signature-format", "signature-not-canonical"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_armor_has_one_spelling(kind: str) -> None:
    good = seal(device(kind))
    begin, *body, end = good.decode().splitlines()
    text = "".join(body)
    spellings = [
        f"{begin}\n{text}\n{end}\n",
        "\n".join((begin, *(text[at : at + 76] for at in range(0, len(text), 76)), end, "")),
        good.decode().replace("\n", "\r\n"),
        good.decode().replace(f"{begin}\n", f"{begin}\r\n"),
        good.decode() + "text\n",
        good.decode() + "\n",
        good.decode() + good.decode(),
        good.decode()[:-1],
        "\n" + good.decode(),
        good.decode().replace(body[0], " " + body[0]),
        good.decode().replace(body[0], body[0] + "\n"),
    ]
    for spelling in spellings:
        assert problem(spelling.encode()) == "signature-not-canonical", spelling
        assert normalised(spelling.encode()) == good
    assert dearmor(good) == base64.b64decode(text)


def test_unused_bits_of_base64_must_be_zero() -> None:
    good = seal(ALICE)
    at = good.index(b"=") - 1
    twisted = good[:at] + bytes((good[at] + 1,)) + good[at + 1 :]
    assert problem(twisted) == "signature-not-canonical"


def test_the_envelope_is_version_1_with_nothing_reserved_and_nothing_behind() -> None:
    signature = ALICE.sign(SIGNED)
    assert enveloped(ALICE, signature) is None
    for version in (0, 2, 2**32 - 1):
        assert enveloped(ALICE, signature, version=version) == "signature-format"
    assert enveloped(ALICE, signature, reserved=b"x") == "signature-format"
    blob = envelope(ALICE.blob, signature)
    for wrong in (blob + b"\0", blob + string(b""), b"SSHSIX" + blob[6:], blob[:-1], blob[:6], b""):
        assert problem(armor(wrong)) == "signature-format"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_may_follow_at_any_level(kind: str) -> None:
    owner = device(kind)
    signature = owner.sign(SIGNED)
    assert enveloped(owner, signature + b"\0") == "signature-format"
    assert enveloped(owner, signature[:-1]) == "signature-format"
    assert problem(armor(envelope(owner.blob + b"\0", signature))) == "signature-format"
    if "ecdsa" in kind:
        name = string(kind.encode())
        value = owner.value(SIGNED)
        assert enveloped(owner, name + string(value + b"\0") + signature[len(name) + 4 + len(value) :]) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_the_namespace_is_the_one_asked_for(kind: str) -> None:
    owner = device(kind)
    for namespace in ("file", "gi", "git ", "docctl-enrol", ""):
        opened = open_seal(PAYLOAD, seal(owner, namespace=namespace))
        assert (opened.problem, opened.key) == ("signature-namespace", owner.key.line)
        assert open_seal(PAYLOAD, seal(owner, namespace=namespace), namespace).problem is None
    assert enveloped(owner, owner.sign(SIGNED), namespace=b"\xff") == "signature-namespace"


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_payload_is_invalid(kind: str) -> None:
    opened = open_seal(PAYLOAD + b" ", seal(device(kind)))
    assert (opened.problem, opened.key) == ("signature-invalid", device(kind).key.line)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "ssh-rsa"])
def test_another_key_does_not_fit(kind: str) -> None:
    other = Device(kind, device(kind, 1).private, device(kind).application)
    assert enveloped(other, device(kind).sign(SIGNED)) == "signature-invalid"


def test_another_rsa_modulus_does_not_fit() -> None:
    modulus = 2**3071 + 2**3070 + 1
    while math.gcd(modulus, math.factorial(751)) != 1:
        modulus += 2
    blob = string(b"ssh-rsa") + mpint(65537) + mpint(modulus)
    assert problem(armor(envelope(blob, device("ssh-rsa").sign(SIGNED)))) == "signature-invalid"


# --- keys and algorithms --------------------------------------------------------------------------------------------


def test_anybody_signs_for_the_identity_point_so_it_is_weak() -> None:
    """Row 11: R is the identity and S is 0; stock git says Good to every message."""
    identity = (1).to_bytes(32, "little")
    blob = string(b"ssh-ed25519") + string(identity)
    opened = open_seal(PAYLOAD, armor(envelope(blob, string(b"ssh-ed25519") + string(identity + bytes(32)))))
    assert (opened.problem, opened.key, opened.algorithm) == ("key-weak", "", "ssh-ed25519")
    assert opened.fingerprint.startswith("SHA256:")


def test_a_small_rsa_key_is_weak() -> None:
    blob = string(b"ssh-rsa") + mpint(65537) + mpint(2**2047 + 9)
    assert problem(armor(envelope(blob, string(b"rsa-sha2-512") + string(bytes(256))))) == "key-weak"


@pytest.mark.parametrize("word", [b"ssh-dss", b"ssh-ed448", b"ssh-ed25519-cert-v01@openssh.com", b"new"])
def test_other_keys_are_refused(word: bytes) -> None:
    opened = open_seal(PAYLOAD, armor(envelope(string(word) + string(bytes(32)), ALICE.sign(SIGNED))))
    assert (opened.problem, opened.key, opened.algorithm) == ("key-type-refused", "", word.decode())


@pytest.mark.parametrize("digest", [b"md5", b"sha1", b"sha384", b"SHA512", b"sha512 ", b"", b"\xff"])
def test_only_two_hashes_are_known(digest: bytes) -> None:
    assert enveloped(ALICE, ALICE.sign(SIGNED), digest=digest) == "signature-algorithm"


@pytest.mark.parametrize("kind", KINDS)
def test_both_hashes_are_verified(kind: str) -> None:
    assert problem(seal(device(kind), digest="sha256")) is None
    blob = dearmor(seal(device(kind), digest="sha256"))
    assert problem(armor(blob.replace(string(b"sha256"), string(b"sha512")))) == "signature-invalid"


@pytest.mark.parametrize("kind", KINDS)
def test_an_algorithm_belongs_to_its_key_type(kind: str) -> None:
    owner = device(kind)
    right = owner.sign(SIGNED)
    own = {each.name for each in SCHEMES.values() if each.key_algorithm == owner.key_algorithm}
    length = 4 + int.from_bytes(right[:4], "big")
    for name in {*SCHEMES, "ssh-rsa", "ssh-dss", "ssh-ed448", "rsa-sha2-224", "ssh-ed25519\0"} - own:
        assert enveloped(owner, string(name.encode()) + right[length:]) == "signature-algorithm", name
    assert enveloped(owner, string(b"\xff") + right[length:]) == "signature-format"


def test_rsa_with_sha256_is_verified_and_sha1_is_not() -> None:
    owner = device("ssh-rsa")
    value = owner.value(SIGNED, hash_name="sha256")
    assert enveloped(owner, string(b"rsa-sha2-256") + string(value)) is None
    assert enveloped(owner, string(b"rsa-sha2-512") + string(value)) == "signature-invalid"
    assert enveloped(owner, string(b"ssh-rsa") + string(owner.value(SIGNED, hash_name="sha1"))) == "signature-algorithm"


def test_an_rsa_signature_is_as_long_as_the_modulus() -> None:
    owner = device("ssh-rsa")
    value = owner.value(SIGNED)
    assert enveloped(owner, string(b"rsa-sha2-512") + string(value[1:])) == "signature-not-canonical"
    assert enveloped(owner, string(b"rsa-sha2-512") + string(b"\0" + value)) == "signature-format"
    assert enveloped(owner, string(b"rsa-sha2-512") + string(b"")) == "signature-not-canonical"
    for number in (b"\xff" * 384, bytes(384), bytes(383) + b"\1", owner.blob[-384:]):
        assert enveloped(owner, string(b"rsa-sha2-512") + string(number)) == "signature-invalid"


def test_the_s_of_ed25519_is_below_the_order() -> None:
    value = ALICE.value(SIGNED)
    more = int.from_bytes(value[32:], "little") + edwards.ORDER
    twisted = string(b"ssh-ed25519") + string(value[:32] + more.to_bytes(32, "little"))
    assert enveloped(ALICE, twisted) == "signature-invalid"
    assert enveloped(ALICE, string(b"ssh-ed25519") + string(value + b"\0")) == "signature-format"
    assert enveloped(ALICE, string(b"ssh-ed25519") + string(value[:-1])) == "signature-format"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "ecdsa" in kind])
def test_ecdsa_has_one_s_and_numbers_in_range(kind: str) -> None:
    owner, order = device(kind), ECDSA_ORDERS[kind]
    high = seal(owner, high_s=True)
    assert problem(high) == "signature-not-canonical"
    assert problem(normalised(high)) is None
    name, right = string(kind.encode()), owner.sign(SIGNED)
    tail = right[len(name) + 4 + int.from_bytes(right[len(name) : len(name) + 4], "big") :]
    one = mpint(1)
    cases = {
        string(mpint(order)) + tail: None,
        string(mpint(order) + one) + tail: "signature-invalid",
        string(one + mpint(order)) + tail: "signature-invalid",
        string(one + mpint(order - 1)) + tail: "signature-not-canonical",
        string(one + mpint(order // 2)) + tail: "signature-invalid",
        string(string(b"\0\x01") + one) + tail: "signature-not-canonical",
        string(string(b"") + one) + tail: "signature-format",
        string(one + string(b"\0")) + tail: "signature-format",
        string(string(b"\x81") + one) + tail: "signature-format",
        string(one + one + b"\0") + tail: "signature-format",
    }
    for fields, expected in cases.items():
        if expected is not None:
            assert enveloped(owner, name + fields) == expected
            assert SCHEMES[kind].verify(owner.key, fields, SIGNED) == expected


# --- FIDO -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*FIDO, WEBAUTHN])
def test_nobody_touched_the_device(kind: str) -> None:
    for flags in (0x00, 0x04):
        opened = open_seal(PAYLOAD, seal(device(kind), flags=flags))
        assert (opened.problem, opened.verified_user) == ("signature-no-presence", flags == 4)
    for flags, verified in ((0x01, False), (0x05, True), (0x1D, True)):
        opened = open_seal(PAYLOAD, seal(device(kind), flags=flags, counter=2**32 - 1))
        assert (opened.problem, opened.verified_user) == (None, verified)


@pytest.mark.parametrize("kind", [*FIDO, WEBAUTHN])
def test_flags_counter_and_application_are_signed(kind: str) -> None:
    owner = device(kind)
    assert problem(seal(owner, rp="elsewhere")) == "signature-invalid"
    silent, touched = owner.sign(SIGNED, flags=0), owner.sign(SIGNED, flags=1)
    if kind in FIDO:
        assert enveloped(owner, silent[:-5] + touched[-5:]) == "signature-invalid"
        assert enveloped(owner, touched[:-1] + bytes((touched[-1] ^ 1,))) == "signature-invalid"


def test_a_webauthn_signature_does_not_fit_a_plain_key() -> None:
    plain = Device("ecdsa-sha2-nistp256", device(WEBAUTHN).private)
    assert enveloped(plain, device(WEBAUTHN).sign(SIGNED)) == "signature-algorithm"


GOOD = client_data(SIGNED, "https://dms.example.org")


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"crossOrigin": False},
        {"crossOrigin": False, "other_keys_can_be_added_here": "do not compare clientDataJSON against a template."},
        {"nested": {"a": [1, {"b": None}]}},
    ],
)
def test_browsers_may_add_members(more: dict[str, Any]) -> None:
    assert problem(seal(device(WEBAUTHN), more=more)) is None


@pytest.mark.parametrize(
    "client",
    [
        GOOD[:-1] + b',"crossOrigin":true}',
        GOOD[:-1] + b',"crossOrigin":null}',
        GOOD[:-1] + b',"crossOrigin":0}',
        GOOD[:-1] + b',"topOrigin":"https://dms.example.org"}',
        GOOD[:-1] + b',"origin":"https://dms.example.org"}',
        GOOD[:-1] + b',"crossOrigin":true,"crossOrigin":false}',
        GOOD[:-1] + b',"a":{"b":1,"b":1}}',
        GOOD[:-1] + b',"a":NaN}',
        GOOD[:-1] + b"",
        GOOD[:-1] + b',"a":"\xff"}',
        GOOD + b"x",
        b" " + GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b'","', b'", "'),
        GOOD.replace(b"webauthn.get", b"webauthn.create"),
        GOOD.replace(b"webauthn.get", b"webauthn\\u002eget"),
        GOOD.replace(b'"type":"webauthn.get",', b"")[:-1] + b',"type":"webauthn.get"}',
        GOOD.replace(b"https://dms", b"https:\\/\\/dms"),
        GOOD[:-1] + b',"deep":' + b"[" * 1500 + b"]" * 1500 + b"}",
        GOOD[:-1] + b',"long":' + b"9" * 3500 + b"}x",
        b"[" + GOOD + b"]",
        b"null",
        b"",
    ],
)
def test_client_data_that_breaks_a_rule(client: bytes) -> None:
    assert problem(seal(device(WEBAUTHN), client=client)) == "signature-origin"


def test_client_data_of_another_challenge_is_invalid() -> None:
    challenge = base64.urlsafe_b64encode(SIGNED)
    bare = challenge.rstrip(b"=")
    others = [GOOD.replace(bare, bare + b"="), GOOD.replace(bare, b""), GOOD.replace(b'"' + bare + b'"', b"1")]
    for client in (*others, client_data(SIGNED + b"x", "https://dms.example.org")):
        assert problem(seal(device(WEBAUTHN), client=client)) == "signature-invalid"


@pytest.mark.parametrize(
    ("origin", "application", "fits"),
    [
        ("https://dms.example.org", "dms.example.org", True),
        ("https://a.dms.example.org", "dms.example.org", True),
        ("https://a.b.dms.example.org", "dms.example.org", True),
        ("https://dms.example.org", "example.org", True),
        ("https://evil.example", "dms.example.org", False),
        ("https://evildms.example.org", "dms.example.org", False),
        ("https://dms.example.org.evil.example", "dms.example.org", False),
        ("https://example.org", "dms.example.org", False),
        ("http://dms.example.org", "dms.example.org", False),
        ("https://dms.example.org:8443", "dms.example.org", False),
        ("https://dms.example.org/", "dms.example.org", False),
        ("https://user@dms.example.org", "dms.example.org", False),
        ("https://DMS.example.org", "dms.example.org", False),
        ("https://.dms.example.org", "dms.example.org", False),
        ("https://a\n.dms.example.org", "dms.example.org", False),
        ("dms.example.org", "dms.example.org", False),
        ("https://a.org", "org", False),
        ("https://1.2.3.4", "1.2.3.4", False),
        ("https://ssh:", "ssh:", False),
        ("", "", False),
        ("http://localhost", "localhost", True),
        ("http://localhost:8765", "localhost", True),
        ("https://localhost", "localhost", True),
        ("http://localhost:", "localhost", False),
        ("http://localhost:08", "localhost", False),
        ("http://localhost:123456", "localhost", False),
        ("http://evil.localhost", "localhost", False),
        ("http://localhost.evil.example", "localhost", False),
        ("http://127.0.0.1:8765", "localhost", False),
    ],
)
def test_the_origin_belongs_to_the_application(origin: str, application: str, fits: bool) -> None:
    assert origin_fits(origin, application) is fits
    owner = Device(WEBAUTHN, device(WEBAUTHN).private, application or "x", origin)
    assert problem(seal(owner)) == (None if fits else "signature-origin")


def test_the_origin_field_is_the_signed_origin() -> None:
    for field in ("https://dms.example", 'https://dms.example.org","x":"', "https://other.dms.example.org", ""):
        assert problem(seal(device(WEBAUTHN), field_origin=field)) == "signature-origin"
    escaped = GOOD.replace(b"https://", b"https:\\/\\/")
    assert b"https:\\/\\/dms" in escaped
    twisted = seal(device(WEBAUTHN), field_origin="https:\\/\\/dms.example.org", client=escaped)
    assert problem(twisted) == "signature-origin"


def test_attested_and_extension_flags_tell_the_truth() -> None:
    owner = device(WEBAUTHN)
    assert problem(seal(owner, flags=0x45)) == "signature-origin"
    assert problem(seal(owner, flags=0x85)) == "signature-origin"
    assert problem(seal(owner, flags=0x05, extensions=b"\xa0")) == "signature-origin"
    assert problem(seal(owner, flags=0x85, extensions=b"\xa0")) is None


# --- any bytes ------------------------------------------------------------------------------------------------------


def judged(payload: bytes, armored: bytes) -> str | None:
    """Open, and hold the short cut against the general path and `parse` on the way."""
    opened = open_seal(payload, armored)
    slow = sshsig._prepare(payload, armored, "git")
    assert opened == (slow if isinstance(slow, Seal) else slow.check())
    assert opened.problem in PROBLEMS
    try:
        parse(armored)
    except (Malformed, Untrusted) as error:
        assert error.code in PROBLEMS
        assert opened.problem is not None
    return opened.problem


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_judged(junk: bytes) -> None:
    assert judged(PAYLOAD, junk) is not None
    assert judged(PAYLOAD, armor(junk)) is not None
    assert judged(PAYLOAD, armor(b"SSHSIG" + uint32(1) + junk)) is not None


GOOD_BLOBS = {kind: dearmor(seal(device(kind))) for kind in KINDS}


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_a_mutated_signature_is_never_accepted(kind: str, choose: st.DataObject) -> None:
    blob = GOOD_BLOBS[kind]
    start = choose.draw(st.integers(0, len(blob)))
    stop = choose.draw(st.integers(start, min(len(blob), start + 8)))
    twisted = blob[:start] + choose.draw(st.binary(max_size=8)) + blob[stop:]
    assert (judged(PAYLOAD, armor(twisted)) is None) == (twisted == blob)


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_swapped_strings_are_never_accepted(kind: str, choose: st.DataObject) -> None:
    """Any five fields, honest ones of other signatures among them."""
    parts = st.sampled_from(
        [
            *(device(each).blob for each in KINDS),
            *(device(each).sign(SIGNED) for each in KINDS[:3]),
            b"git",
            b"",
            b"sha512",
            b"sha256",
        ]
    )
    fields = [choose.draw(parts) for _ in range(5)]
    wire = b"SSHSIG" + uint32(1) + b"".join(map(string, fields))
    honest = fields[1:4] == [b"git", b"", b"sha512"] and (fields[0], fields[4]) in {
        (device(each).blob, fields[4]) for each in KINDS[:3]
    }
    if not honest:
        assert judged(PAYLOAD, armor(wire)) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_no_single_bit_can_be_flipped(kind: str) -> None:
    good = seal(device(kind))
    step = 1 if kind == "ssh-ed25519" else 13
    for bit in range(0, len(good) * 8, step):
        flipped = bytearray(good)
        flipped[bit // 8] ^= 1 << bit % 8
        assert problem(bytes(flipped)) is not None, bit


def test_a_signature_is_not_too_long() -> None:
    for namespace, expected in (("x" * 11_000, None), ("x" * 13_000, "signature-format")):
        assert problem(seal(ALICE, namespace=namespace), PAYLOAD, namespace) == expected


def test_an_unusual_namespace_or_payload_is_no_mistake() -> None:
    armored = seal(ALICE, payload=b"", namespace="docctl-ə")
    assert open_seal(b"", armored, "docctl-ə").problem is None
    assert problem(armored) == "signature-namespace"


# --- splitting, composing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_preparing_and_checking_are_two_steps(kind: str) -> None:
    prepared = prepare(PAYLOAD, seal(device(kind)))
    assert isinstance(prepared, Prepared)
    assert pickle.loads(pickle.dumps(prepared)).check().problem is None
    assert dataclasses.replace(prepared, message=b"other").check().problem == "signature-invalid"
    assert isinstance(prepare(PAYLOAD, b"junk"), Seal)


@pytest.mark.parametrize("kind", KINDS)
def test_a_parsed_signature_tells_its_fields(kind: str) -> None:
    read = parse(seal(device(kind), digest="sha256", namespace="file"))
    assert (read.key, read.namespace, read.hash_algorithm) == (device(kind).key, "file", "sha256")
    assert read.algorithm in SCHEMES
    assert read.claim.flags == (5 if "sk-" in kind else None)


def test_what_is_no_signature_cannot_be_normalised() -> None:
    zero = string(b"ecdsa-sha2-nistp256") + string(mpint(1) + mpint(ECDSA_ORDERS["ecdsa-sha2-nistp256"]))
    for wrong in (b"", armor(b"junk"), armor(envelope(b"", zero)), armor(envelope(b"", b"")), b"x" * 20000):
        with pytest.raises(Malformed):
            normalised(wrong)
    assert normalised(seal(ALICE)) == seal(ALICE)


def test_the_table_of_schemes_is_closed() -> None:
    with pytest.raises(TypeError):
        SCHEMES["none"] = SCHEMES["ssh-ed25519"]  # type: ignore[index]
    assert {name for name, scheme in SCHEMES.items() if not scheme.may_sign} == {"rsa-sha2-256", WEBAUTHN}
    signature = ALICE.sign(SIGNED)
    fields = signature[len(string(b"ssh-ed25519")) :]
    assert SCHEMES["ssh-ed25519"].verify(ALICE.key, fields, SIGNED) is None
    assert SCHEMES["ssh-ed25519"].verify(ALICE.key, fields, b"other") == "signature-invalid"
    assert SCHEMES["ssh-ed25519"].verify(ALICE.key, b"", SIGNED) == "signature-format"
    assert SCHEMES["rsa-sha2-512"].verify(ALICE.key, fields, SIGNED) == "signature-algorithm"
    for scheme in SCHEMES.values():
        wrong = device("ssh-rsa" if "rsa" not in scheme.name else "ssh-ed25519").key
        from docctl.signatures.keys import verifier

        assert not scheme.holds(verifier(wrong), b"", b"")


# --- possession -----------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Hand:
    """A signer made of a device."""

    owner: Device

    @property
    def key(self) -> str:
        return self.owner.key.line

    def sign(self, payload: bytes, namespace: str) -> str:
        return seal(self.owner, payload, namespace).decode()


@pytest.mark.parametrize("kind", KINDS)
def test_possession_is_proved_for_one_library_person_and_key(kind: str) -> None:
    hand, line = Hand(device(kind)), device(kind).key.line
    proof = prove_possession(hand, "library", "leyla")
    assert check_possession(proof, "library", "leyla", line) is None
    assert check_possession(proof, "library2", "leyla", line) == "signature-invalid"
    assert check_possession(proof, "library", "mallory", line) == "signature-invalid"
    assert check_possession(proof, "library", "leyla", device(KINDS[0], 9).key.line) == "signature-invalid"
    assert "\n" not in proof


def test_a_proof_by_another_key_is_invalid() -> None:
    """Row 10: mallory signs the statement about bob's key with her own."""
    bob = device("ssh-ed25519", 2).key.line
    armored = seal(ALICE, enrolment_statement("library", "mallory", bob), "docctl-enrol")
    proof = base64.b64encode(dearmor(armored)).decode()
    assert check_possession(proof, "library", "mallory", bob) == "proof-invalid"


def test_a_proof_is_not_a_commit_and_has_one_spelling() -> None:
    line = ALICE.key.line
    statement = enrolment_statement("library", "leyla", line)
    assert statement == f"docctl-enrol v1\nlibrary\nleyla\n{line}\n".encode()
    other = base64.b64encode(dearmor(seal(ALICE, statement, "git"))).decode()
    assert check_possession(other, "library", "leyla", line) == "signature-namespace"
    proof = prove_possession(Hand(ALICE), "library", "leyla")
    for wrong in ("", "AAAA", proof + "\n", " " + proof, proof[:-1], proof + "=", "ə", proof[:70] + "\n" + proof[70:]):
        assert check_possession(wrong, "library", "leyla", line) in {"proof-invalid", "signature-format"}


def test_a_statement_cannot_be_moved_across_its_lines() -> None:
    with pytest.raises(ValueError, match="x"):
        enrolment_statement("x\ny", "leyla", "key")
    proof = prove_possession(Hand(ALICE), "library", "leyla")
    assert check_possession(proof, "library\nleyla", "x", ALICE.key.line) == "proof-invalid"
    assert check_possession(proof, "\ud800", "x", ALICE.key.line) == "proof-invalid"


def test_reading_a_plain_seal_is_cheap() -> None:
    """Generous tenfold of the budget of 15 microseconds, for slow machines."""
    armored = seal(ALICE)
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(200):
            prepare(PAYLOAD, armored)
        best = min(best, (time.perf_counter() - start) / 200)
    assert best < 150e-6
