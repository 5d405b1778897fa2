"""Keys and the charter: who is enrolled, with what, and who may change that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from attack import CLEAN, GOOD, REFUSED, Group
from cryptography.hazmat.primitives.asymmetric import rsa
from doors.realoffice import candidate
from ground import DEVICES, DeviceSigner, Draft
from unit.test_signatures_forge import Device, device

from docctl.core.authority import fingerprint
from docctl.core.events import Approved, Suspended
from docctl.library import deciding, founding
from docctl.library.charters import NextCharter
from docctl.signatures import prove_possession
from docctl.signatures.wire import string

GROUP = Group("Keys and the charter")
REUSED, KEY, PROOF, INVALID = "charter-key-reused", "charter-key-refused", "charter-proof", "charter-invalid"


def change_of(scene):
    return NextCharter(scene.ground.library.charter_files())


def proposed(change, scene, who="anna", **forged):
    """Somebody proposes a charter."""
    scene.write(deciding.submit_charter(change.files(), "A change")(scene.state), who, **forged)


def enrolled(scene, who, public, proof, person="mallory"):
    """A charter with one more person, or one more key of a person."""
    change = change_of(scene)
    newcomer = founding.Newcomer(person, who, f"{person}@office.example", "-", public, proof)
    change.add_person(newcomer, ("staff",), scene.ground.library.today(), "order 4")
    return change


def possession(signer, scene, person="mallory", library=None):
    return prove_possession(signer, library or scene.state.authority.library, person)


@GROUP.attack(
    "Key enrolled later", "signed before the charter that enrols the key takes effect", REFUSED, CLEAN, "signer-unknown"
)
def later(scene):
    library = scene.library_there()
    mallory = scene.key("mallory")
    library.propose_charter(
        enrolled(scene, "Mallory", mallory.key, possession(mallory, scene)).files(), "One more", scene.key("anna")
    )
    scene.settled(library)
    remark = deciding.comment("POL-07", "A remark", None)(library.book.state)
    scene.append(candidate(library, mallory, remark, who=("Mallory", "mallory@office.example")))


@GROUP.attack(
    "Key that enrols itself", "the charter that enrols a key, signed with that key", REFUSED, CLEAN, "signer-unknown"
)
def itself(scene):
    mallory = scene.key("mallory")
    change = enrolled(scene, "Mallory", mallory.key, possession(mallory, scene))
    draft = deciding.submit_charter(change.files(), "A change")(scene.state)
    payload = scene.payload(draft, "anna", identity=("Mallory", "mallory@office.example"))
    scene.append(scene.sealed(payload, "mallory"))


@GROUP.attack("Key of somebody else", "Bob's key enrolled for Mallory as well", GOOD, CLEAN, REUSED)
def reused(scene):
    bob = scene.signer("bob")
    proposed(enrolled(scene, "Mallory", bob.key, possession(bob, scene)), scene)


@GROUP.attack("Key that was revoked", "an ended key enrolled for another person", GOOD, CLEAN, REUSED)
def ended(scene):
    zed = scene.signer("zed")
    proposed(enrolled(scene, "Mallory", zed.key, possession(zed, scene)), scene)


@GROUP.attack("One point, two kinds of key", "an ECDSA key enrolled again as a USB key", GOOD, CLEAN, REUSED)
def two_kinds(scene):
    twin = DeviceSigner(Device("sk-ecdsa-sha2-nistp256@openssh.com", device(DEVICES["ecdsa"], 3).private))
    proposed(enrolled(scene, "Mallory", twin.key, possession(twin, scene)), scene)


@GROUP.attack("One point, two applications", "a passkey enrolled again for another site", GOOD, CLEAN, REUSED)
def two_applications(scene):
    own = device(DEVICES["passkey"], 4)
    twin = DeviceSigner(replace(own, application="other.example.org", origin="https://other.example.org"))
    proposed(enrolled(scene, "Mallory", twin.key, possession(twin, scene)), scene)


@GROUP.attack("Key without proof", "another's public key, taken from the network", GOOD, CLEAN, PROOF)
def unproved(scene):
    proposed(enrolled(scene, "Mallory", scene.key("victim").key, "AAAA"), scene)


@GROUP.attack("Proof by another key", "a proof, but not by the key that it is for", GOOD, CLEAN, PROOF)
def by_another(scene):
    proposed(enrolled(scene, "Mallory", scene.key("victim").key, possession(scene.key("mallory"), scene)), scene)


@GROUP.attack("Proof for another person", "the victim's own proof, shown for Mallory", GOOD, CLEAN, PROOF)
def for_another(scene):
    victim = scene.key("victim")
    proposed(enrolled(scene, "Mallory", victim.key, possession(victim, scene, "victim")), scene)


@GROUP.attack("Proof for another library", "a proof made for other people's library", GOOD, CLEAN, PROOF)
def for_others(scene):
    victim = scene.key("victim")
    proposed(enrolled(scene, "Mallory", victim.key, possession(victim, scene, library="0" * 64)), scene)


def public_line(blob, name):
    import base64

    return f"{name} {base64.b64encode(blob).decode()}"


@GROUP.attack("Key that anybody can sign for, enrolled", "the neutral point as Ed25519 key", GOOD, CLEAN, KEY)
def neutral(scene):
    blob = string(b"ssh-ed25519") + string(bytes([1]) + bytes(31))
    proposed(enrolled(scene, "Mallory", public_line(blob, "ssh-ed25519"), "AAAA"), scene)


@GROUP.attack("RSA of 2048 bits, enrolled", "a short key", GOOD, CLEAN, KEY)
def short(scene):
    blob = Device("ssh-rsa", rsa.generate_private_key(65537, 2048)).blob
    proposed(enrolled(scene, "Mallory", public_line(blob, "ssh-rsa"), "AAAA"), scene)


@GROUP.attack("Certificate, enrolled", "a key with an authority and dates of its own", GOOD, CLEAN, KEY)
def certificate(scene):
    name = "ssh-ed25519-cert-v01@openssh.com"
    proposed(enrolled(scene, "Mallory", public_line(string(name.encode()), name), "AAAA"), scene)


# -- who may change the rules --------------------------------------------------------------------------------------------------


def changed(edit, who, scene):
    change = change_of(scene)
    edit(change, scene)
    proposed(change, scene, who)


def role_for(person, role):
    return lambda change, scene: change.add_role(person, role, scene.ground.library.today(), None, "order 5")


def library_of(**values):
    return lambda change, scene: change.library.update(values)


def without_administrators(change, scene):
    for name in ("anna", "bob"):
        change.end_role(name, "administrator", scene.ground.library.today() - timedelta(days=1))


def less(person):
    return lambda change, scene: change.people["people"].pop(person)


def other_key(change, scene):
    mallory = scene.key("mallory")
    change.people["people"]["eva"]["keys"] = [{"public": mallory.key, "proof": possession(mallory, scene, "eva")}]


def workflow(steps):
    return lambda change, scene: change.library["types"]["procedure"].update(workflow=steps)


def unrevoked(change, scene):
    for entry in change.people["people"]["zed"]["keys"]:
        entry.pop("revoked")


CHANGED = (
    ("Charter by anybody", "an author proposes another charter", "not-administrator", "dan", role_for("dan", "head")),
    ("Quorum of none", "no administrator needs to agree", INVALID, "anna",
     library_of(administrators={"role": "administrator", "approvals": "0"})),
    ("Step of none", "a workflow in which nobody approves", INVALID, "anna", workflow([{"reviewer": "0"}])),
    ("No steps", "a workflow without steps", INVALID, "anna", workflow([])),
    ("Nobody left to decide", "the last administrators lose their role", "charter-last-administrator", "anna",
     without_administrators),
    ("Person struck out", "somebody who signed is no longer listed", "charter-keeps-people", "anna", less("eva")),
    ("Key struck out", "somebody's key is exchanged for another", "charter-keeps-keys", "anna", other_key),
    ("Revocation taken back", "an ended key signs again", "charter-keeps-keys", "anna", unrevoked),
    ("Type struck out", "a document type is no longer listed", "charter-keeps-types", "anna",
     lambda change, scene: change.library["types"].pop("policy")),
    ("Charter of another format", "`format: v9`", INVALID, "anna", library_of(format="v9")),
    ("Unknown rule", "a name that the charter does not know", INVALID, "anna", library_of(override="yes")),
    ("Offset that is none", "`-00:00` among the offsets", INVALID, "anna", library_of(offsets=["-00:00"])),
    ("Folder of the charter", "a document type that writes into `charter/`", INVALID, "anna",
     lambda change, scene: change.library["types"]["policy"].update(folder="charter")),
)  # fmt: skip
for name, what, code, who, edit in CHANGED:
    GROUP.attack(name, what, GOOD, CLEAN, code)(partial(changed, edit, who))


def charter_published(library, scene):
    one = library.book.state.authority.thread.proposal
    today = library.today()
    from docctl.core.events import Published

    return Draft(
        "charter", Published(submission=one.entry, revision=one.revision, content=one.content, effective=today)
    )


@GROUP.attack(
    "Charter by one", "an administrator makes herself head and publishes that alone", GOOD, CLEAN, "quorum-missing"
)
def alone(scene):
    library = scene.library_there()
    change = change_of(scene)
    role_for("anna", "head")(change, scene)
    library.propose_charter(change.files(), "A change", scene.key("anna"))
    scene.settled(library)
    scene.append(candidate(library, scene.key("anna"), charter_published(library, scene)))


@GROUP.attack(
    "Role used before it is given",
    "a proposed charter makes her head; she approves as head at once",
    GOOD,
    CLEAN,
    "role-not-held",
)
def at_once(scene):
    library = scene.library_there()
    change = change_of(scene)
    role_for("anna", "head")(change, scene)
    library.propose_charter(change.files(), "A change", scene.key("anna"))
    scene.settled(library)
    one = library.book.state.documents["PRO-07"].proposal
    event = Approved(submission=one.entry, revision=2, content=one.content, role="head", meaning="approved")
    scene.append(candidate(library, scene.key("anna"), Draft("PRO-07", event)))


@GROUP.attack("Two keys, one person", "a second key of the same person approves again", GOOD, CLEAN, "approved-already")
def two_keys(scene):
    library = scene.library_there()
    second = scene.key("eva-second")
    scene.listed.append(f'eva@office.example namespaces="git" {second.key}\n')
    change = change_of(scene)
    newcomer = founding.request(second, library.authority.library, "eva", ("Eva", "eva@office.example"), "-")
    change.add_person(newcomer, (), library.today(), "order 6")
    library.propose_charter(change.files(), "A second key", scene.key("anna"))
    library.approve("charter", scene.key("bob"))
    library.publish("charter", scene.key("anna"))
    scene.settled(library)
    one = library.book.state.documents["PRO-07"].proposal
    event = Approved(submission=one.entry, revision=2, content=one.content, role="reviewer", meaning="agreed")
    scene.append(candidate(library, second, Draft("PRO-07", event)))


@GROUP.attack("Key disabled by anybody", "an author suspends the head's key", GOOD, CLEAN, "suspension-not-allowed")
def suspended(scene):
    mark = fingerprint(scene.signer("bob").key)
    scene.write(Draft("charter", Suspended(key=mark), "Lost"), "dan")


@GROUP.attack(
    "Charter beside its digest", "the folder is another than the entry's SHA-256 says", GOOD, CLEAN, "content-digest"
)
def beside(scene):
    change = change_of(scene)
    draft = deciding.submit_charter(change.files(), "A change")(scene.state)
    scene.write(replace(draft, event=replace(draft.event, content="0" * 64)), "anna")


test_each = GROUP.tried()
