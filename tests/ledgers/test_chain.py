"""The chain: bytes that are no lawful commit, entries in the wrong place, trees that nobody declared.

What cannot be told in the small language is forged by hand; `security.md` §2 gives the attacks their numbers.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from office import CHARTER, NOTHING, Attempt, Office, charter_files, identity, key, plain_charter, proof, text_files

from docctl.core import commit as commits
from docctl.core.commit import object_id
from docctl.core.events import Approved, Commented, Submitted
from docctl.core.message import Entry, _written
from docctl.core.shelf import EMPTY_TREE
from docctl.core.tree import Item, build
from docctl.library.book import folder_of
from docctl.signatures import armor, dearmor, enrolment_statement, parse_blob, signed_data
from docctl.signatures.wire import mpint, string, uint32


def test_an_entry_is_bound_to_its_place(ledger):
    """
    office
    anna submits POL-01 {library=self} -> library-other
    anna submits POL-01 {sequence=3} -> sequence-wrong
    anna submits POL-01 {sequence=5} -> sequence-wrong
    anna submits POL-01 {previous=3} -> previous-wrong
    anna submits POL-01 {charter=1} -> charter-wrong
    anna submits POL-01 {charter=none} -> charter-wrong
    anna submits POL-01
    bob approves POL-01 {previous=none} -> previous-wrong
    bob approves POL-01 {previous=3} -> previous-wrong
    bob approves POL-01 {namespace=file} -> signature-namespace
    """


def test_an_entry_changes_exactly_what_it_declares(ledger):
    """
    office
    anna submits POL-01 {tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904} -> undeclared-change
    anna submits POL-01
    bob approves POL-01 {tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904} -> undeclared-change
    bob approves POL-01
    anna publishes POL-01 {tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904} -> undeclared-change
    anna publishes POL-01
    eva comments POL-01 {tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904} -> undeclared-change
    anna attaches POL-01 {tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904} -> undeclared-change
    """


# -- bytes -----------------------------------------------------------------------------------------------------------


def honest(office):
    """A lawful next entry as bytes, with its objects."""
    return office.sealed(office.submission("anna", "POL-01", text_files("POL-01", "Mətn")))


def resigned(raw, change, signer="anna", message=None):
    """The commit with a changed payload, signed for what it then says."""
    payload = change(commits.parse(raw).payload)
    if message is not None:
        payload = payload.partition(b"\n\n")[0] + b"\n\n" + message
    return commits.signed(payload, key(signer).sign(payload, "git"))


def _without_signature(raw):
    return commits.parse(raw).payload


def _pgp(raw):
    return raw.replace(b"BEGIN SSH SIGNATURE", b"BEGIN PGP SIGNATURE").replace(b"END SSH", b"END PGP")


def _wide_armor(raw):
    armored = commits.parse(raw).armor
    text = b"".join(armored.split(b"\n")[1:-2])
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    wide = b"\n".join([armored.split(b"\n")[0], *lines, b"-----END SSH SIGNATURE-----"])
    return commits.signed(commits.parse(raw).payload, wide.decode())


def _signed_with(raw, **parts):
    """The signature taken apart and put together otherwise."""
    payload, one = commits.parse(raw).payload, key("anna")
    values = {
        "key": one.public.blob,
        "namespace": b"git",
        "reserved": b"",
        "hash": b"sha512",
        "algorithm": b"ssh-ed25519",
        "value": one.private.sign(signed_data("git", "sha512", payload)),
        **parts,
    }
    blob = b"SSHSIG" + uint32(1) + string(values["key"]) + string(values["namespace"]) + string(values["reserved"])
    blob += string(values["hash"]) + string(string(values["algorithm"]) + string(values["value"]))
    return commits.signed(payload, armor(blob).decode())


def _small_order(raw):
    weak = string(b"ssh-ed25519") + string(b"\x01" + b"\x00" * 31)
    return _signed_with(raw, key=weak, value=b"\x01" + b"\x00" * 63)


def _fido(raw, application=b"ssh:", flags=b"\x00"):
    """A FIDO signature made without touching the key."""
    payload, one = commits.parse(raw).payload, key("anna")
    public = string(b"sk-ssh-ed25519@openssh.com") + string(one.public.blob[-32:]) + string(application)
    digest = hashlib.sha256(signed_data("git", "sha512", payload)).digest()
    value = one.private.sign(hashlib.sha256(application).digest() + flags + uint32(1) + digest)
    inner = string(b"sk-ssh-ed25519@openssh.com") + string(value) + flags + uint32(1)
    blob = b"SSHSIG" + uint32(1) + string(public) + string(b"git") + string(b"") + string(b"sha512") + string(inner)
    return commits.signed(payload, armor(blob).decode())


def _webauthn_from_elsewhere(raw):
    """A passkey used from another origin than it was enrolled for (#14)."""
    private = ec.derive_private_key(7, ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    application = b"dms.example.org"
    payload = commits.parse(raw).payload
    challenge = base64.urlsafe_b64encode(signed_data("git", "sha512", payload)).rstrip(b"=")
    data = (
        b'{"type":"webauthn.get","challenge":"' + challenge + b'","origin":"https://evil.example","crossOrigin":true}'
    )
    flags = b"\x05"
    message = hashlib.sha256(application).digest() + flags + uint32(1) + hashlib.sha256(data).digest()
    r, s = decode_dss_signature(private.sign(message, ec.ECDSA(hashes.SHA256())))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    name = b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
    inner = string(name) + string(mpint(r) + mpint(min(s, order - s))) + flags + uint32(1)
    inner += string(b"https://evil.example") + string(data) + string(b"")
    public = string(b"sk-ecdsa-sha2-nistp256@openssh.com") + string(b"nistp256") + string(point) + string(application)
    blob = b"SSHSIG" + uint32(1) + string(public) + string(b"git") + string(b"") + string(b"sha512") + string(inner)
    return commits.signed(payload, armor(blob).decode())


def _moved(raw):
    start, end = raw.index(b"gpgsig "), raw.index(b"-----END SSH SIGNATURE-----\n") + 28
    return raw[: raw.index(b"author ")] + raw[start:end] + raw[raw.index(b"author ") : start] + raw[end:]


def _second_parent(raw):
    return raw.replace(b"\nauthor ", b"\nparent " + b"1" * 40 + b"\nauthor ", 1)


BYTES = {
    "no signature (#1)": ("signature-missing", _without_signature),
    "another namespace (#3)": ("signature-namespace", lambda raw: _signed_with(raw, namespace=b"file")),
    "a payload changed after signing (#4)": ("signature-invalid", lambda raw: raw.replace(b"Because", b"becausE")),
    "a signature for other bytes": (
        "signature-invalid",
        lambda raw: _signed_with(raw, value=b"\x01" * 32 + b"\x00" * 32),
    ),
    "a PGP signature (#5)": ("signature-format", _pgp),
    "a reserved field (#15)": ("signature-format", lambda raw: _signed_with(raw, reserved=b"x")),
    "a small-order key (#11)": ("key-weak", _small_order),
    "a certificate": (
        "key-type-refused",
        lambda raw: _signed_with(raw, key=string(b"ssh-ed25519-cert-v01@openssh.com") + string(b"x")),
    ),
    "MD5 (#18)": ("signature-algorithm", lambda raw: _signed_with(raw, hash=b"md5")),
    "another algorithm than the key's (#18)": (
        "signature-algorithm",
        lambda raw: _signed_with(raw, algorithm=b"ssh-rsa"),
    ),
    "armor of another width (#16)": ("signature-not-canonical", _wide_armor),
    "a FIDO key that nobody touched (#13)": ("signature-no-presence", _fido),
    "a passkey from another origin (#14)": ("signature-origin", _webauthn_from_elsewhere),
    "gpgsig-sha256 from outside (#20)": (
        "commit-grammar",
        lambda raw: raw.replace(b"\n\nsub", b"\ngpgsig-sha256 junk\n\nsub", 1),
    ),
    "a second gpgsig (#22)": ("commit-grammar", lambda raw: raw.replace(b"\ngpgsig", b"\ngpgsig x\ngpgsig", 1)),
    "gpgsig before the author (#23)": ("commit-grammar", _moved),
    "an encoding header (#24)": (
        "commit-grammar",
        lambda raw: raw.replace(b"\ngpgsig", b"\nencoding UTF-7\ngpgsig", 1),
    ),
    "a mergetag (#24)": ("commit-grammar", lambda raw: raw.replace(b"\ngpgsig", b"\nmergetag x\ngpgsig", 1)),
    "an author who is not the committer (#31)": (
        "commit-grammar",
        lambda raw: raw.replace(b"author Anna", b"author Bob", 1),
    ),
    "two parents (#35)": ("not-linear", _second_parent),
    "no parent (#37)": (
        "not-linear",
        lambda raw: resigned(
            raw, lambda p: b"\n".join(line for line in p.split(b"\n") if not line.startswith(b"parent "))
        ),
    ),
    "another parent (#38)": (
        "not-linear",
        lambda raw: resigned(raw, lambda p: re.sub(rb"\nparent [0-9a-f]{40}", b"\nparent " + b"1" * 40, p)),
    ),
    "NUL in the message (#26)": (
        "message-comment",
        lambda raw: resigned(raw, lambda p: p.replace(b"Because", b"Be\x00cause")),
    ),
    "ESC in the message (#27)": (
        "message-comment",
        lambda raw: resigned(raw, lambda p: p.replace(b"Because", b"\x1b[2KOther")),
    ),
    "a bidi control in the message (#27)": (
        "message-comment",
        lambda raw: resigned(raw, lambda p: p.replace(b"Because", "\u202eesuaceB".encode())),
    ),
    "no reason": ("message-comment", lambda raw: resigned(raw, lambda p: p.replace(b"Because\n\n", b""))),
    "invalid UTF-8 (#28)": ("message-grammar", lambda raw: resigned(raw, lambda p: p.replace(b"Because", b"\xff"))),
    "a trailer twice (#29)": (
        "message-grammar",
        lambda raw: resigned(
            raw, lambda p: p.replace(b"Docctl-Kind: revision\n", b"Docctl-Kind: revision\nDocctl-Kind: revision\n")
        ),
    ),
    "an unknown trailer (#77)": ("message-grammar", lambda raw: resigned(raw, lambda p: p + b"Docctl-Surprise: 1\n")),
    "trailers folded (#30)": (
        "message-grammar",
        lambda raw: resigned(raw, lambda p: p.replace(b"Docctl-Kind: ", b"Docctl-Kind:\n ")),
    ),
    "another subject line (#30)": (
        "message-grammar",
        lambda raw: resigned(raw, lambda p: p.replace(b"submitted POL-01", b"approved POL-01", 1)),
    ),
    "no message": ("message-grammar", lambda raw: resigned(raw, lambda p: p, message=b"")),
    "a foreign commit (#19)": ("message-grammar", lambda raw: resigned(raw, lambda p: p, message=b"Fix a typo\n")),
    "a message cut short": (
        "message-grammar",
        lambda raw: resigned(raw, lambda p: p[: p.index(b"Docctl-Sequence")].rstrip(b"\n")),
    ),
    "a number with a zero before it": (
        "message-field",
        lambda raw: resigned(raw, lambda p: p.replace(b"Docctl-Revision: 1", b"Docctl-Revision: 01")),
    ),
    "an unknown event (#77)": (
        "message-event",
        lambda raw: resigned(raw, lambda p: p.replace(b"Docctl-Event: submitted", b"Docctl-Event: submits")),
    ),
    "a later format (#77)": (
        "message-format",
        lambda raw: resigned(raw, lambda p: p.replace(b"Docctl-Format: v1", b"Docctl-Format: v2")),
    ),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_lawful_commit_are_refused_and_change_nothing(name):
    rule, forge = BYTES[name]
    office = Office.standard()
    office.at += 60
    raw, objects = honest(office)
    assert office.fork().write(raw, objects) is None
    before = (office.state.authority, dict(office.state.documents), office.state.time)
    assert office.write(forge(raw), objects) == rule
    assert (office.state.authority, dict(office.state.documents), office.state.time) == before
    if rule == "not-linear":  # Of what is no child of the head there is no history that could be audited.
        return
    assert office.enter(office.submission("anna", "POL-01", text_files("POL-01", "Mətn"))) is None
    office.audit()


def test_a_signature_by_a_key_that_is_not_enrolled_says_whose_it_is_not():
    office = Office.standard()
    raw, objects = honest(office)
    assert office.write(resigned(raw, lambda payload: payload, signer="mallory"), objects) == "signer-unknown"


# -- the beginning ---------------------------------------------------------------------------------------------------


def unfounded(attempt, entry=None):
    """What an empty ledger says to a first entry."""
    office = Office()
    office.at += 60
    if entry is None:
        return office.write(*office.sealed(attempt))
    office.ledger.objects[EMPTY_TREE] = ("tree", b"")
    payload = commits.unsigned(EMPTY_TREE, None, identity("anna"), (office.at, "+0400"), _written(entry))
    return office.write(commits.signed(payload, key("anna").sign(payload, "git")), [])


def test_the_first_entry_founds():
    entry = Entry("self", 0, "POL-01", None, None, Commented(publication=1), "x")
    assert unfounded(None, entry) == "founding-missing"
    assert unfounded(None, replace(entry, subject=CHARTER)) == "founding-missing"
    founding = Office().founding()
    assert unfounded(None, Entry("0" * 64, 0, CHARTER, None, None, founding.event)) == "founding-missing"
    assert unfounded(None, Entry("self", 0, CHARTER, 0, None, founding.event)) == "founding-missing"
    assert unfounded(None, Entry("self", 0, CHARTER, None, 0, founding.event)) == "founding-missing"
    assert unfounded(None, Entry("self", 1, CHARTER, None, None, founding.event)) == "sequence-wrong"


FOUNDINGS = {
    "two people": (
        "founding-one-person",
        lambda p: p["people"]["people"].update(bob=p["people"]["people"]["anna"] | {"email": "b@b", "keys": []}),
    ),
    "a compromised key": (
        "charter-compromised-since",
        lambda p: p["people"]["people"]["anna"]["keys"][0].update({"compromised-since": "0"}),
    ),
    "a revoked key": ("signer-revoked", lambda p: p["people"]["people"]["anna"]["keys"][0].update(revoked="yes")),
    "no administrator": ("charter-last-administrator", lambda p: p["people"]["people"]["anna"].update(roles=[])),
    "a founder who left": ("signer-left", lambda p: p["people"]["people"]["anna"].update(left="2025-01-01")),
    "another name": ("signer-identity", lambda p: p["people"]["people"]["anna"].update(name="Bob")),
    "another offset": ("offset-not-allowed", lambda p: p["library"].update(offsets=["+03:00"])),
    "a recovery key of the founder": (
        "charter-key-reused",
        lambda p: p["library"].update(
            recovery={"public": key("anna").key, "proof": proof("anna", "self", "recovery-key")}
        ),
    ),
    "no proof": ("charter-proof", lambda p: p["people"]["people"]["anna"]["keys"][0].update(proof="AAAA")),
    "nothing readable": ("charter-invalid", lambda p: p["library"].pop("offsets")),
}


@pytest.mark.parametrize("name", FOUNDINGS)
def test_a_founding_is_by_one_administrator_with_proofs(name):
    rule, change = FOUNDINGS[name]
    plain = copy.deepcopy(plain_charter())
    change(plain)
    assert unfounded(Office().founding("anna", plain)) == rule


def test_a_founding_is_signed_by_the_founder():
    attempt = replace(Office().founding(), signer=key("mallory"))
    assert unfounded(attempt) == "signer-unknown"


def test_a_founding_holds_the_charter_and_nothing_else():
    attempt = Office().founding()
    assert unfounded(replace(attempt, forged={"tree": EMPTY_TREE})) == "undeclared-change"
    assert unfounded(replace(attempt, event=replace(attempt.event, content=NOTHING))) == "content-digest"


def test_an_unlawful_founding_leaves_no_library_and_none_may_follow_it():
    office = Office()
    founding = office.founding()
    forged = replace(founding, event=replace(founding.event, content=NOTHING))
    assert office.enter(forged, force=True) == "content-digest"
    assert office.state.authority is None
    office.at += 60
    assert office.write(*office.sealed(office.founding())) == "sequence-wrong"


# -- trees -----------------------------------------------------------------------------------------------------------


def raw_line(mode, name, one=EMPTY_TREE):
    return mode + b" " + name + b"\x00" + bytes.fromhex(one)


BAD_TREES = {
    "a symlink (#56)": raw_line(b"120000", b"az.md"),
    "a submodule (#57)": raw_line(b"160000", b"az.md"),
    "an executable (#58)": raw_line(b"100755", b"az.md"),
    "a mode with a zero (#58)": raw_line(b"040000", b"x"),
    "a parent folder (#61)": raw_line(b"40000", b".."),
    "git's own folder (#61)": raw_line(b"40000", b".git"),
    "a path as a name (#61)": raw_line(b"100644", b"a/b"),
    "a device of Windows (#61)": raw_line(b"100644", b"CON.md"),
    "a trailing dot (#61)": raw_line(b"100644", b"az.md."),
    "a bidi control (#62)": raw_line(b"100644", "az\u202e.md".encode()),
    "git attributes (#63)": raw_line(b"100644", b".gitattributes"),
    "a folder inside": raw_line(b"40000", b"inner"),
    "a name twice": raw_line(b"100644", b"az.md") * 2,
    "bytes cut short": raw_line(b"100644", b"az.md")[:-1],
    "junk": b"junk",
}


@pytest.mark.parametrize("name", BAD_TREES)
def test_a_folder_holds_plain_files_with_plain_names(name):
    office = Office.standard()
    office.at += 60
    attempt = office.submission("anna", "POL-01", text_files("POL-01", "Mətn"))
    data, known = BAD_TREES[name], office.state.shelf
    folder = object_id("tree", data)
    event = replace(attempt.event, tree=folder)
    root = known.changed(office.state.tree, ("drafts", "POL-01"), folder)
    drafts = build([Item(True, "POL-01", folder)])
    objects = [("tree", data), ("tree", drafts), ("tree", known.get("tree", root)), ("tree", b""), ("blob", b"")]
    raw, _ = office.sealed(replace(attempt, event=event, files=None, forged={"tree": root}))
    assert office.write(raw, objects) == "tree-invalid"
    # What lies in the tree now does not stop the next.
    assert office.enter(office.submission("anna", "POL-01", text_files("POL-01", "Mətn"))) is None
    office.audit()


ROOTS = {**BAD_TREES, "a file for a folder": raw_line(b"100644", b"drafts"), "a short id": b"40000 drafts\x00\x01\x02"}


@pytest.mark.parametrize("name", ROOTS)
def test_a_root_of_any_bytes_is_refused_and_judging_goes_on(name):
    office = Office.standard()
    data = ROOTS[name]
    attempt = replace(office.comment("eva", "POL-01"), forged={"tree": object_id("tree", data)})
    raw, objects = office.sealed(attempt)
    assert office.write(raw, [*objects, ("tree", data), ("tree", b""), ("blob", b"")]) is not None
    office.at += 60
    lawful = office.submission("anna", "POL-01", text_files("POL-01", "Mətn"))
    # Whatever is said of it, nothing but a violation may come out.
    office.write(*office.sealed(replace(lawful, forged={"tree": EMPTY_TREE})))
    office.audit()


def test_the_draft_published_is_the_one_approved():
    office = Office.standard()
    for attempt in (
        lambda: office.submission("anna", "POL-01", text_files("POL-01", "Mətn")),
        lambda: office.approval("bob", "POL-01"),
    ):
        assert office.enter(attempt()) is None
    # Somebody exchanges the draft by an unlawful entry that got in.
    other = text_files("POL-01", "Başqa")
    raw, objects = office.sealed(office.submission("eva", "POL-01", other))
    assert office.write(raw, objects) == "author-role"
    # Its files are nobody's: what is published is what was approved.
    assert office.enter(office.publication("anna", "POL-01")) is None
    folder = office.state.shelf.look(office.state.tree, ("policies", "POL-01"))
    assert office.state.shelf.files(folder) == text_files("POL-01", "Mətn")


def test_a_charter_of_any_files_is_refused():
    office = Office.standard()
    plain = charter_files(office.plain())
    for files in ({}, {**plain, "more.yaml": b"x"}, {"library.yaml": b"x"}, {**plain, "people.yaml": b"&a [*a]"}):
        digest, name = folder_of(files)
        event = Submitted(kind=CHARTER, revision=3, content=digest, tree=name, base_publication=3)
        event = replace(event, revision=office.latest(CHARTER).revision + 1)
        assert office.enter(Attempt(key("anna"), CHARTER, event, "x", files)) == "charter-invalid"


def test_an_approval_shown_for_another_document_is_refused():
    office = Office.standard()
    for name in ("POL-01", "POL-02"):
        assert office.enter(office.submission("anna", name, text_files(name, "Mətn"))) is None
    bound = office.bound("POL-01")
    event = Approved(**bound, role="head", meaning="approved")
    assert office.enter(Attempt(key("bob"), "POL-02", event)) == "approval-stale"


def test_dearmor_and_armor_agree_on_what_the_office_signs():
    armored = key("anna").sign(b"payload", "git").encode()
    assert armor(dearmor(armored)) == armored


def test_an_unlawful_entry_that_names_a_folder_nobody_has_does_not_stop_the_judging():
    office = Office.standard()
    attempt = office.submission("eva", "POL-01", text_files("POL-01", "Mətn"))
    forged = replace(
        attempt, event=replace(attempt.event, tree="1" * 40), files=None, forged={"tree": office.state.tree}
    )
    assert office.write(*office.sealed(forged)) == "author-role"
    assert office.enter(office.submission("anna", "POL-01", text_files("POL-01", "Mətn"))) is None
    office.audit()


def fido_line(name, library, person):
    """The same private key as a FIDO key, with a proof: what an insider could make of a key that is taken (#9)."""
    application, one = b"ssh:", key(name)
    public = string(b"sk-ssh-ed25519@openssh.com") + string(one.public.blob[-32:]) + string(application)
    line = parse_blob(public).line
    digest = hashlib.sha256(signed_data("docctl-enrol", "sha512", enrolment_statement(library, person, line))).digest()
    value = one.private.sign(hashlib.sha256(application).digest() + b"\x01" + uint32(1) + digest)
    inner = string(b"sk-ssh-ed25519@openssh.com") + string(value) + b"\x01" + uint32(1)
    blob = b"SSHSIG" + uint32(1) + string(public) + string(b"docctl-enrol") + string(b"") + string(b"sha512")
    return {"public": line, "proof": base64.b64encode(blob + string(inner)).decode()}


def enrolling(office, name):
    """What is said to a charter that gives Bob the key of that name, wrapped as a FIDO key."""
    plain = office.plain()
    plain["people"]["people"]["bob"]["keys"].append(fido_line(name, office.state.authority.library, "bob"))
    return office.fork().enter(office.charter("anna", plain))


def test_a_key_belongs_to_one_person_whatever_it_is_wrapped_in():
    office = Office.standard()
    assert enrolling(office, "fresh") is None
    assert enrolling(office, "eva") == "charter-key-reused"
    assert enrolling(office, "bob") == "charter-key-reused"
    assert enrolling(office, "recovery") == "charter-key-reused"


def test_a_recovery_key_that_was_replaced_is_nobodys_key_in_any_wrapping():
    office = Office.standard()
    plain = office.plain()
    library = office.state.authority.library
    plain["library"]["recovery"] = {
        "public": key("recovery2").key,
        "proof": proof("recovery2", library, "recovery-key"),
    }
    for attempt in (
        lambda: office.charter("anna", plain),
        lambda: office.approval("bob", CHARTER),
        lambda: office.publication("anna", CHARTER),
    ):
        assert office.enter(attempt()) is None
    assert enrolling(office, "recovery") == "charter-key-reused"
    assert enrolling(office, "fresh") is None
