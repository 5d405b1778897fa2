"""Signatures that are missing, of another kind, over other bytes, or the same one spelled otherwise."""

from __future__ import annotations

import subprocess
from functools import partial

from attack import CLEAN, GOOD, REFUSED, Group

from docctl import signatures
from docctl.core import commit as commits
from docctl.signatures import edwards
from docctl.signatures.wire import Reader, string, uint32

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


test_each = GROUP.tried()
