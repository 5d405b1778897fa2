"""Signatures that are missing, of another kind, over other bytes, or the same one spelled otherwise."""

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
from docctl.core import commit as commits
from docctl.signatures import edwards
from docctl.signatures.wire import Reader, mpint, string, uint32

GROUP = Group("Signature")
BEGIN, END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
INVALID, CANON, FORMAT = "signature-invalid", "signature-not-canonical", "signature-format"


def blob_of(armored):
    return signatures.dearmor(armored.encode())


def armored(blob):
    return signatures.armor(blob).decode()


def fields(blob):
    """The five strings of an SSHSIG."""
    reader = Reader(blob[10:])
    return [reader.string() for _ in range(5)]


# -- whose, and over what ----------------------------------------------------------------------------------------------


@GROUP.attack("No signature", "`git commit-tree`, unsigned", REFUSED, CLEAN, "signature-missing")
def unsigned(scene):
    scene.append(scene.payload())


@GROUP.attack("Key of a stranger", "signed with a key that nobody enrolled", REFUSED, CLEAN, "signer-unknown")
def stranger(scene):
    scene.append(commits.signed(payload := scene.payload(), scene.key("stranger").sign(payload, "git")))


@GROUP.attack("Signed for another purpose", "`ssh-keygen -Y sign -n file`", REFUSED, CLEAN, "signature-namespace")
def purpose(scene):
    scene.append(scene.sealed(scene.payload(), namespace="file"))


@GROUP.attack("Proof of a key as a signature", "namespace `docctl-enrol`", REFUSED, CLEAN, "signature-namespace")
def proof(scene):
    scene.append(scene.sealed(scene.payload(), namespace="docctl-enrol"))


@GROUP.attack("Namespace with a NUL", "`git` and a NUL", REFUSED, CLEAN, "signature-namespace")
def nul(scene):
    scene.append(scene.sealed(scene.payload(), namespace="git\0"))


def altered(old, new, scene):
    raw = scene.sealed(scene.payload())
    assert raw.count(old) == 1
    scene.append(raw.replace(old, new))


for name, what, old, new in (
    ("Words changed", "one letter of the comment", b"A remark", b"B remark"),
    ("Subject changed", "the same remark on another document", b"Docctl-Document: POL-07", b"Docctl-Document: POL-08"),
):
    GROUP.attack(f"{name} after signing", what, REFUSED, CLEAN, INVALID)(partial(altered, old, new))


@GROUP.attack("Tree changed after signing", "the signed words with other files", REFUSED, CLEAN, INVALID)
def other_tree(scene):
    raw = scene.sealed(scene.payload())
    blob = scene.put("blob", b"Bribes are welcome.\n")
    scene.append(raw.replace(scene.state.tree.encode(), scene.change_top((b"100644", b"NOTE", blob)).encode(), 1))


@GROUP.attack("Time changed after signing", "author's and committer's, alike", REFUSED, CLEAN, INVALID)
def other_time(scene):
    raw = scene.sealed(scene.payload(at=1999999998))
    scene.append(raw.replace(b"1999999998", b"1999999999"))


@GROUP.attack("Name changed after signing", "author's and committer's, alike", REFUSED, CLEAN, INVALID)
def other_name(scene):
    raw = scene.sealed(scene.payload())
    scene.append(raw.replace(b"Bob <bob@", b"Anna <anna@"))


@GROUP.attack("Signature of another entry", "moved here from the entry before", REFUSED, CLEAN, INVALID)
def another_entry(scene):
    scene.envelope(commits.parse(scene.ground.commits[-1][1]).armor, scene.payload())


@GROUP.attack("Empty signature", "`gpgsig` without a value", REFUSED, CLEAN, FORMAT)
def empty(scene):
    head, _, said = scene.payload().partition(b"\n\n")
    scene.append(head + b"\ngpgsig \n\n" + said)


@GROUP.attack(
    "OpenPGP signature", "a key of the auditor's own keyring signs; stock git believes it whatever `gpg.format` says",
    GOOD, CLEAN, FORMAT,
)  # fmt: skip
def openpgp(scene):
    """Where gpg is missing the auditor's keyring is played by a program that answers as gpg does."""
    said = "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 0123456789ABCDEF Mallory\n[GNUPG:] TRUST_ULTIMATE 0 pgp\n"
    folder = scene.place / "bin"
    folder.mkdir()
    (folder / "gpg").write_text(f"#!/bin/sh\ncat >/dev/null\nprintf '{said}'\n")
    (folder / "gpg").chmod(0o755)
    scene.env["PATH"] = f"{folder}:{subprocess.os.environ['PATH']}"
    scene.envelope("-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0WIQ==\n-----END PGP SIGNATURE-----\n", scene.payload())


@GROUP.attack("X.509 signature", "a CMS message, as gitsign makes it", REFUSED, CLEAN, FORMAT)
def x509(scene):
    scene.envelope("-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----\n", scene.payload())


# -- the same signature, spelled otherwise -------------------------------------------------------------------------------


def respelled(change, scene):
    payload = scene.payload()
    text = scene.signer("bob").sign(payload, "git")
    changed = change(text)
    assert changed != text
    scene.envelope(changed, payload)


def wide(columns):
    def change(text):
        body = text[len(BEGIN) : -len(END)].replace("\n", "")
        lines = "\n".join(body[at : at + columns] for at in range(0, len(body), columns))
        return BEGIN + lines + "\n" + END

    return change


def blob(change):
    return lambda text: armored(change(blob_of(text)))


def refield(number, new):
    """Another value in one of the five fields."""

    def change(raw):
        parts = fields(raw)
        parts[number] = new
        return raw[:10] + b"".join(string(part) for part in parts)

    return blob(change)


def resigned(change):
    """Another inner signature."""

    def other(raw):
        parts = fields(raw)
        parts[4] = change(parts[4])
        return raw[:10] + b"".join(string(part) for part in parts)

    return blob(other)


def lifted(signature):
    """S + L: the same signature for those who do not look."""
    value = int.from_bytes(signature[-32:], "little") + edwards.ORDER
    return signature[:-32] + value.to_bytes(32, "little")


def loose_bits(text):
    """Another last letter with the same meaning: the bits that base64 leaves over."""
    body = text[len(BEGIN) : -len(END)]
    at = len(body.rstrip("=\n")) - 1
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return BEGIN + body[:at] + alphabet[alphabet.index(body[at]) ^ 1] + body[at + 1 :] + END


RESPELLED = (
    ("Lines of 64", "the armor is broken at another column", GOOD, "signature-not-canonical", wide(64)),
    ("Lines of 76", "as PROTOCOL.sshsig would rather have it", GOOD, "commit-grammar", wide(76)),
    ("One long line", "the armor is not broken at all", GOOD, "commit-grammar", wide(4000)),
    ("Space in the armor", "a blank behind a line", REFUSED, FORMAT, lambda t: t.replace("\n", " \n", 2)),
    ("Bits left over", "base64 whose unused bits are set", REFUSED, CANON,
     lambda t: loose_bits(armored(blob_of(t)))),
    ("Padding missing", "base64 without its `=`", REFUSED, FORMAT, lambda t: t.replace("=", "")),
    ("Two signatures", "a second block behind the first", GOOD, "commit-grammar", lambda t: t + t),
    ("Small letters in BEGIN", "`-----begin ssh signature-----`", REFUSED, FORMAT, lambda t: t.replace("BEGIN SSH SIGNATURE", "begin ssh signature")),
    ("Version 0", "the envelope's version is 0", GOOD, FORMAT, blob(lambda b: b[:6] + uint32(0) + b[10:])),
    ("Version 2", "the envelope's version is 2", REFUSED, FORMAT, blob(lambda b: b[:6] + uint32(2) + b[10:])),
    ("Another magic", "`SSHSIH`", REFUSED, FORMAT, blob(lambda b: b"SSHSIH" + b[6:])),
    ("Reserved field filled", "bytes in the reserved field, which nobody signs", GOOD, FORMAT, refield(2, b"secret")),
    ("Bytes behind the envelope", "four bytes after the last field", REFUSED, FORMAT, blob(lambda b: b + b"more")),
    ("Bytes behind the signature", "four bytes inside the last field", REFUSED, FORMAT, resigned(lambda s: s + b"more")),
    ("Field too long", "a length that points behind the end", REFUSED, FORMAT,
     blob(lambda b: b[:10] + uint32(0xFFFFFFFF) + b[14:])),
    ("Empty namespace", "no purpose at all", REFUSED, "signature-namespace", refield(1, b"")),
    ("MD5", "the payload's hash is called md5", REFUSED, "signature-algorithm", refield(3, b"md5")),
    ("SHA-1", "the payload's hash is called sha1", REFUSED, "signature-algorithm", refield(3, b"sha1")),
    ("SHA512 in capitals", "the payload's hash is called SHA512", REFUSED, "signature-algorithm", refield(3, b"SHA512")),
    ("Another hash's name", "sha256 is named where sha512 was used", REFUSED, INVALID, refield(3, b"sha256")),
    ("S + L", "an Ed25519 signature with its number over the group order", GOOD, INVALID, resigned(lifted)),
    ("R of zeros", "an Ed25519 signature with another point", REFUSED, INVALID,
     resigned(lambda s: s[:-64] + bytes(32) + s[-32:])),
    ("63 bytes", "an Ed25519 signature cut short", REFUSED, FORMAT,
     resigned(lambda s: string(b"ssh-ed25519") + string(s[-64:-1]))),
    ("Algorithm of another key", "an Ed25519 key, a signature called ECDSA", REFUSED, "signature-algorithm",
     resigned(lambda s: string(b"ecdsa-sha2-nistp256") + s[15:])),
    ("Unknown algorithm", "a signature called ssh-ed448", REFUSED, "signature-algorithm",
     resigned(lambda s: string(b"ssh-ed448") + s[15:])),
)  # fmt: skip
for name, what, git, code, change in RESPELLED:
    GROUP.attack(name, what, git, CLEAN, code)(partial(respelled, change))


@GROUP.attack("Key of another in the envelope", "Anna's key, Bob's signature", REFUSED, CLEAN, INVALID)
def other_key(scene):
    anna = signatures.parse_public(scene.signer("anna").key).blob
    respelled(refield(0, anna), scene)


# -- other kinds of keys -------------------------------------------------------------------------------------------------


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
