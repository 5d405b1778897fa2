"""Signatures by keys of other kinds: ECDSA, RSA, USB devices, passkeys, and keys that no office should list."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from functools import partial

from attack import CLEAN, GOOD, REFUSED, Group
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from ground import DeviceSigner
from unit.test_signatures_forge import client_data, device, envelope

from docctl import signatures
from docctl.signatures.wire import Reader, mpint, string, uint32

GROUP = Group("Other kinds of keys")
INVALID, CANON, FORMAT = "signature-invalid", "signature-not-canonical", "signature-format"


@GROUP.attack("SHA-256 signature", "an honest signature with the other hash: allowed", GOOD, CLEAN)
def sha256(scene):
    scene.first += 1
    payload = scene.payload(who="ecdsa")
    owner = scene.signer("ecdsa").device
    signed = signatures.signed_data("git", "sha256", payload)
    scene.envelope(signatures.armor(envelope(owner.blob, owner.sign(signed), digest=b"sha256")), payload)


def by_device(name, change, scene):
    """An enrolled key of another kind signs, with something bent."""
    payload = scene.payload(who=name)
    owner = scene.signer(name).device
    signed = signatures.signed_data("git", "sha512", payload)
    scene.envelope(signatures.armor(envelope(owner.blob, change(owner, signed))), payload)


def pair(owner, signature):
    """R and S of an ECDSA signature string."""
    reader = Reader(signature)
    reader.string()
    inner = Reader(reader.string())
    return inner.mpint(), inner.mpint()


def ecdsa(first, second=b""):
    def change(owner, signed):
        r, s = pair(owner, owner.sign(signed))
        one = {
            "plain": mpint(r),
            "padded": string(b"\0" + mpint(r)[4:]),
            "zero": string(b""),
            "minus": string(b"\xff" + mpint(r)[4:]),
        }[first]
        return string(b"ecdsa-sha2-nistp256") + string(one + mpint(s) + second)

    return change


def rsa_with(name, digest, before=b""):
    def change(owner, signed):
        value = owner.private.sign(signed, padding.PKCS1v15(), digest)
        return string(name) + string(before + value)

    return change


def signs(**over):
    return lambda owner, signed: owner.sign(signed, **over)


def client(more=None, **changed):
    """What the browser says, bent."""

    def change(owner, signed):
        said = client_data(signed, changed.get("origin", owner.origin))
        for old, new in changed.get("swaps", ()):
            assert old in said
            said = said.replace(old, new)
        said = said[:-1] + (more or b"") + b"}" + changed.get("behind", b"")
        return owner.sign(signed, client=said, field_origin=changed.get("origin", owner.origin))

    return change


def of_another_challenge(owner, signed):
    return owner.sign(signed, client=client_data(hashlib.sha512(signed).digest(), owner.origin))


EVIL = "https://evil.example"
DEVICES = (
    ("Upper S", "ecdsa", "ECDSA with n - s in the place of s", GOOD, CANON, signs(high_s=True)),
    ("Padded number", "ecdsa", "ECDSA whose r has a leading zero", GOOD, CANON, ecdsa("padded")),
    ("Number zero", "ecdsa", "ECDSA with r = 0", REFUSED, FORMAT, ecdsa("zero")),
    ("Negative number", "ecdsa", "ECDSA with r below zero", REFUSED, FORMAT, ecdsa("minus")),
    ("Third number", "ecdsa", "bytes behind r and s", REFUSED, FORMAT, ecdsa("plain", b"more")),
    ("RSA with SHA-1", "rsa", "the algorithm `ssh-rsa`", REFUSED, "signature-algorithm", rsa_with(b"ssh-rsa", hashes.SHA1())),
    ("RSA of another hash", "rsa", "`rsa-sha2-256` over SHA-512", REFUSED, INVALID, rsa_with(b"rsa-sha2-256", hashes.SHA512())),
    ("RSA with a leading zero", "rsa", "a signature longer than its modulus", REFUSED, FORMAT,
     rsa_with(b"rsa-sha2-512", hashes.SHA512(), b"\0")),
    ("USB key without touch", "usb", "FIDO, flags 0: malware reached the device, nobody touched it", GOOD,
     "signature-no-presence", signs(flags=0)),
    ("USB key verified without touch", "usbp", "FIDO, user verified but not present", GOOD, "signature-no-presence",
     signs(flags=4)),
    ("USB key for another application", "usb", "FIDO, signed for `ssh:other`", REFUSED, INVALID, signs(rp="ssh:other")),
    ("USB key's flags changed", "usb", "the flags are not those that were signed", REFUSED, INVALID,
     lambda owner, signed: owner.sign(signed, flags=1)[:-5] + b"\x05" + uint32(7)),
    ("Passkey signature by a plain key", "ecdsa", "called WebAuthn, with a key that is none", REFUSED,
     "signature-algorithm", lambda owner, signed: device("webauthn-sk-ecdsa-sha2-nistp256@openssh.com", 4).sign(signed)),
    ("Passkey made, not used", "passkey", "clientData of type `webauthn.create`", REFUSED, "signature-origin",
     client(swaps=((b"webauthn.get", b"webauthn.create"),))),
    ("Passkey used by another site", "passkey", "origin `https://evil.example`", GOOD, "signature-origin", client(origin=EVIL)),
    ("Passkey used by a look-alike site", "passkey", "an origin that only ends alike", GOOD, "signature-origin",
     client(origin="https://evildms.example.org")),
    ("Passkey used without encryption", "passkey", "an http origin", GOOD, "signature-origin",
     client(origin="http://dms.example.org")),
    ("Passkey in a foreign frame", "passkey", "`crossOrigin` is true", GOOD, "signature-origin", client(b',"crossOrigin":true')),
    ("Passkey below another page", "passkey", "a `topOrigin`", GOOD, "signature-origin",
     client(b',"topOrigin":"https://evil.example"')),
    ("Member twice", "passkey", "`origin` stands twice in clientData", GOOD, "signature-origin",
     client(b',"origin":"https://evil.example"')),
    ("Challenge twice", "passkey", "`challenge` stands twice in clientData", GOOD, "signature-origin",
     client(b',"challenge":"AAAA"')),
    ("Member twice, deep", "passkey", "a name stands twice inside another member", GOOD, "signature-origin",
     client(b',"a":{"b":1,"b":2}')),
    ("No JSON", "passkey", "text behind clientData's object", GOOD, "signature-origin", client(behind=b" and more")),
    ("NaN", "passkey", "a value that JSON does not know", GOOD, "signature-origin", client(b',"a":NaN')),
    ("Deep JSON", "passkey", "a thousand brackets", GOOD, "signature-origin", client(b',"a":' + b"[" * 1000 + b"]" * 1000)),
    ("Spaces in clientData", "passkey", "the same members, written otherwise", REFUSED, "signature-origin",
     client(swaps=((b'"type":', b'"type": '),))),
    ("Challenge of something else", "passkey", "the browser signed other bytes", REFUSED, INVALID, of_another_challenge),
    ("Passkey without presence", "passkey", "flags 0", GOOD, "signature-no-presence", signs(flags=0)),
    ("Passkey with a new credential", "passkey", "flag AT: data of an enrolment", REFUSED, "signature-origin",
     signs(flags=0x45)),
    ("Passkey with extensions unsaid", "passkey", "extensions without flag ED", REFUSED, "signature-origin",
     signs(extensions=b"\xa0")),
)  # fmt: skip
for name, who, what, git, code, change in DEVICES:
    GROUP.attack(name, what, git, CLEAN, code)(partial(by_device, who, change))


# -- keys that no office should list -------------------------------------------------------------------------------------


def listed(scene, blob_, signature, payload):
    """Stock git is told that the key is Bob's, as an office without docctl might."""
    name = Reader(blob_).string().decode()
    scene.listed.append(f'bob@office.example namespaces="git" {name} {base64.b64encode(blob_).decode()}\n')
    scene.envelope(signatures.armor(envelope(blob_, signature)), payload)


def signed_for(scene):
    payload = scene.payload()
    return payload, signatures.signed_data("git", "sha512", payload)


@GROUP.attack("Key that anybody can sign for", "the neutral point as Ed25519 key, listed", GOOD, CLEAN, "key-weak")
def neutral(scene):
    payload, _ = signed_for(scene)
    one = bytes([1]) + bytes(31)
    listed(scene, string(b"ssh-ed25519") + string(one), string(b"ssh-ed25519") + string(one + bytes(32)), payload)


@GROUP.attack("RSA of 2048 bits", "a short key, listed", GOOD, CLEAN, "key-weak")
def short(scene):
    payload, signed = signed_for(scene)
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    value = private.sign(signed, padding.PKCS1v15(), hashes.SHA512())
    key = string(b"ssh-rsa") + mpint(numbers.e) + mpint(numbers.n)
    listed(scene, key, string(b"rsa-sha2-512") + string(value), payload)


@GROUP.attack("DSA", "a key of a kind long given up, listed", GOOD, CLEAN, "key-type-refused")
def old_dsa(scene):
    payload, signed = signed_for(scene)
    private = dsa.generate_private_key(1024)
    numbers = private.public_key().public_numbers()
    parts = numbers.parameter_numbers
    key = string(b"ssh-dss") + mpint(parts.p) + mpint(parts.q) + mpint(parts.g) + mpint(numbers.y)
    r, s = decode_dss_signature(private.sign(signed, hashes.SHA1()))
    listed(scene, key, string(b"ssh-dss") + string(r.to_bytes(20, "big") + s.to_bytes(20, "big")), payload)


@GROUP.attack("P-521", "a curve that docctl does not take, listed", GOOD, CLEAN, "key-type-refused")
def p521(scene):
    payload, signed = signed_for(scene)
    private = ec.generate_private_key(ec.SECP521R1())
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    r, s = decode_dss_signature(private.sign(signed, ec.ECDSA(hashes.SHA512())))
    name = b"ecdsa-sha2-nistp521"
    listed(
        scene, string(name) + string(b"nistp521") + string(point), string(name) + string(mpint(r) + mpint(s)), payload
    )


@GROUP.attack(
    "Certificate", "an authority outside the ledger vouches for a new key, listed as `cert-authority`",
    GOOD, CLEAN, "key-type-refused",
)  # fmt: skip
def certificate(scene):
    keys = scene.place / "ca"
    keys.mkdir()
    for name in ("ca", "mallory"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name], cwd=keys, check=True)
    words = ["ssh-keygen", "-q", "-s", "ca", "-I", "bob", "-n", "bob@office.example", "mallory.pub"]
    subprocess.run(words, cwd=keys, check=True, capture_output=True)
    authority = (keys / "ca.pub").read_text().split()
    scene.listed.append(f"bob@office.example cert-authority {authority[0]} {authority[1]}\n")
    payload = scene.payload()
    words = ["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", "mallory-cert.pub"]
    done = subprocess.run(words, cwd=keys, input=payload, check=True, capture_output=True)
    scene.envelope(done.stdout, payload)


@GROUP.attack("Another key of the same make", "a device that is not enrolled", REFUSED, CLEAN, "signer-unknown")
def unknown_device(scene):
    payload = scene.payload()
    other = DeviceSigner(device("ecdsa-sha2-nistp256", 9))
    scene.envelope(other.sign(payload), payload)


test_each = GROUP.tried()
