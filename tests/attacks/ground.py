"""The ground that every attack is tried on: one office on a real disk, made once, copied for each case.

It has a revision in force (PRO-07), its next one half approved, two more texts (POL-07 in force, PRO-08 and PRO-09 just
submitted), people with a key of every kind, one whose key was revoked, one who left, one whose key is suspended.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from doors import realoffice
from doors.realoffice import House, stock
from unit.test_signatures_forge import Device, device, envelope

from docctl import signatures
from docctl.adapters import looseobjects
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import commit as commits
from docctl.core import days, tree
from docctl.core.authority import fingerprint
from docctl.core.judge import predict
from docctl.core.message import encode
from docctl.core.model import Signed
from docctl.core.state import State
from docctl.core.step import Broken
from docctl.library import clock, deciding, founding
from docctl.library.book import Draft, placed
from docctl.library.charters import NextCharter
from docctl.library.library import Library, open_library

DEVICES = {
    "ecdsa": "ecdsa-sha2-nistp256",
    "rsa": "ssh-rsa",
    "usb": "sk-ssh-ed25519@openssh.com",
    "usbp": "sk-ecdsa-sha2-nistp256@openssh.com",
    "passkey": "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
}
FILES = {"zed": "revoked", "lea": "left", "sue": "suspended"}


@dataclass(frozen=True)
class DeviceSigner:
    """A key that lives in software for a test, as a signer."""

    device: Device

    @property
    def key(self) -> str:
        return self.device.key.line

    def sign(self, payload: bytes, namespace: str = "git", **over: Any) -> str:
        signed = signatures.signed_data(namespace, "sha512", payload)
        blob = envelope(self.device.blob, self.device.sign(signed, **over), namespace=namespace.encode())
        return signatures.armor(blob).decode()


def signer(built: Path, name: str) -> Any:
    """Somebody's key."""
    if name in DEVICES:
        return DeviceSigner(device(DEVICES[name], 4 if name == "passkey" else 3))
    return realoffice.key(built, name)


def build(place: Path) -> None:
    """Make the office."""
    realoffice.build(place)
    house = House(place, place)
    with closing(open_library(house.root, house.home)) as library:
        _enrol(place, library)
        change = NextCharter(library.charter_files())
        change.revoke(fingerprint(signer(place, "zed").key), None)
        change.leave("lea", library.today())
        library.propose_charter(change.files(), "Two go", house.key("anna"))
        library.approve("charter", house.key("bob"))
        library.publish("charter", house.key("anna"))
        library.suspend(fingerprint(signer(place, "sue").key), "Lost", house.key("anna"))
        house.publish(library, "PRO-07")
        house.publish(library, "POL-07")
        house.submit(library, "PRO-07", "dan", "Yeni mətn.")
        library.approve("PRO-07", house.key("eva"))
        house.submit(library, "PRO-08", "eva")
        house.submit(library, "PRO-09", "dan")
        people = library.charter.people
        lines = ((people[one.person].email, line) for line, one in library.authority.keys.items())
        text = "".join(signatures.allowed_signers_line(*pair) + "\n" for pair in lines)
    (place / "allowed_signers").write_text(text)


def _enrol(place: Path, library: Library) -> None:
    change = NextCharter(library.charter_files())
    since = library.today() - timedelta(days=30)
    for name in (*DEVICES, *FILES):
        who = (name.capitalize(), f"{name}@office.example")
        newcomer = founding.request(signer(place, name), library.authority.library, name, who, "-")
        # The same point as a USB key and as a passkey is one key; each of these has a point of its own.
        change.add_person(newcomer, ("staff", "reviewer"), since, "order 3")
    library.propose_charter(change.files(), "Keys of every kind", realoffice.key(place, "anna"))
    library.approve("charter", realoffice.key(place, "bob"))
    library.publish("charter", realoffice.key(place, "anna"))


class Ground:
    """The office, with its state in memory; never written to."""

    def __init__(self, place: Path) -> None:
        build(place)
        self.place = place
        self.library = open_library(place / "library", Home(place / "home"))
        with GitLedger.open(place / "library") as ledger:
            self.head = ledger.head() or ""
            self.commits = list(ledger.commits(None, self.head))

    @property
    def state(self) -> State:
        return self.library.book.state

    def close(self) -> None:
        self.library.close()


@dataclass
class Scene(House):
    """One copy of the office, in the hands of an attacker.

    Attributes:
        env: What the attacker set in the environment of whoever judges.
        listed: Keys that the auditor's allowed signers hold beside the office's.
        first: The first entry that may be found in violation.
        expected: Documents and authority as they stand before the attack.
        marks: Checkpoints that the auditor holds.
        path: Where the auditor looks, if not at `root`.
        at: What the auditor shows to stock git.
        bare_eyes: Stock git is asked as it stands, without the auditor's own list of signers.
        known: The anchor that the auditor holds, if not the library's.
    """

    ground: Any = None
    env: dict[str, str] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    first: int = 0
    expected: Any = None
    marks: tuple[Any, ...] = ()
    path: Path | None = None
    at: str = "refs/heads/main"
    bare_eyes: bool = False
    known: Any = None

    @property
    def git(self) -> Path:
        return self.root / ".git"

    @property
    def head(self) -> str:
        return str(self.ground.head)

    @property
    def state(self) -> State:
        return self.ground.state

    @property
    def marker(self) -> Path:
        """Appears if a program of the attacker's runs."""
        return self.place / "started"

    @cached_property
    def program(self) -> Path:
        """The attacker's program."""
        path = self.place / "evil.sh"
        path.write_text(f"#!/bin/sh\ntouch {self.marker}\nexit 0\n")
        path.chmod(0o755)
        return path

    def who(self, name: str) -> tuple[str, str]:
        """Name and e-mail as enrolled."""
        person = self.state.authority.charter.people[name]
        return person.name, person.email

    def signer(self, name: str) -> Any:
        return signer(self.built, name)

    def stock(self, *words: str, stdin: bytes | None = None, check: bool = True) -> str:
        return stock(*words, cwd=self.root, stdin=stdin, check=check)

    # -- writing -----------------------------------------------------------------------------------------------------

    def put(self, kind: Any, data: bytes) -> str:
        """Store an object of any bytes."""
        name = commits.object_id(kind, data)
        target = self.git / "objects" / name[:2] / name[2:]
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            looseobjects._write(self.git / "objects", target, looseobjects.zlib.compress(_whole(kind, data), 1))
        return name

    def loose(self, one: str) -> Path:
        return self.git / "objects" / one[:2] / one[2:]

    def overwrite(self, one: str, kind: str, data: bytes) -> None:
        """Another content under an object's name."""
        path = self.loose(one)
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(looseobjects.zlib.compress(_whole(kind, data)))

    def move(self, one: str) -> None:
        """Point the branch at a commit."""
        (self.git / "refs/heads/main").write_text(one + "\n")

    def append(self, raw: bytes) -> str:
        """Put a commit of any bytes behind the head."""
        one = self.put("commit", raw)
        self.move(one)
        return one

    def blob_tree(self, files: dict[str, bytes]) -> str:
        for kind, data in tree.files_tree(files)[1]:
            self.put(kind, data)
        return tree.files_tree(files)[0]

    # -- entries -----------------------------------------------------------------------------------------------------

    def remark(self, subject: str = "POL-07", text: str = "A remark") -> Draft:
        return deciding.comment(subject, text, None)(self.state)

    def payload(self, draft: Draft | None = None, who: str = "bob", **forged: Any) -> bytes:
        """What somebody would sign next: an entry lawful but for what is forged; its objects are stored."""
        state, draft = self.state, draft or self.remark()
        entry = placed(state, draft)
        places = {name: forged[name] for name in ("library", "sequence", "previous", "charter") if name in forged}
        entry = replace(entry, **places)
        identity = forged.get("identity") or self.who(who)
        when = (forged.get("at", max(clock.now(), state.time)), forged.get("offset", _offset(state)))
        for kind, data in tree.files_tree(draft.files)[1] if draft.files is not None else ():
            state.shelf.put(kind, commits.object_id(kind, data), data)
            self.put(kind, data)
        top = forged.get("tree")
        if top is None:
            try:
                top = predict(state, Signed(entry, self.signer(who).key, *identity, *when, days.day_of(*when)))
            except Broken:
                top = state.tree
        if "tree" not in forged:
            self.put_spine(top)
        return commits.unsigned(top, forged.get("parent", state.head), identity, when, encode(entry))

    def put_spine(self, top: str) -> None:
        """Store a predicted root tree and the folders below it, but not what lies in those: that may be anything."""
        shelf = self.state.shelf
        for path in ((), *((name,) for name in ("drafts", "policies", "procedures", "templates"))):
            one = shelf.look(top, path)
            if one is not None:
                self.put("tree", shelf.get("tree", one))

    def sealed(self, payload: bytes, who: str = "bob", **over: Any) -> bytes:
        """The payload with somebody's signature."""
        return commits.signed(payload, self.signer(who).sign(payload, over.pop("namespace", "git"), **over))

    def write(self, draft: Draft | None = None, who: str = "bob", **forged: Any) -> str:
        """Somebody's signed entry behind the head, whatever it says."""
        return self.append(self.sealed(self.payload(draft, who, **forged), who))

    def envelope(self, armored: Any, payload: bytes) -> str:
        """A payload with any armored signature behind the head."""
        text = armored.decode("latin-1") if isinstance(armored, bytes) else armored
        return self.append(commits.signed(payload, text))

    def change_top(self, *lines: tuple[bytes, bytes, str]) -> str:
        """The root tree with lines of (mode, name, id) added or put in the place of those of that name."""
        return self.changed_tree(self.state.tree, *lines)

    def changed_tree(self, root: str, *lines: tuple[bytes, bytes, str]) -> str:
        return self.put("tree", spliced(self.state.shelf.get("tree", root), *lines))

    def library_there(self) -> Library:
        """The library opened as docctl itself would; what is entered through it is lawful."""
        return self.open(self.root, self.home)

    def settled(self, library: Library) -> None:
        """What was entered so far is lawful: the attack begins here."""
        state = library.book.state
        self.first, self.expected = state.length, (dict(state.documents), state.authority)


def _offset(state: State) -> str:
    return state.authority.charter.offsets[0] if state.authority else "+0000"


def _whole(kind: str, data: bytes) -> bytes:
    return b"%s %d\0" % (kind.encode(), len(data)) + data


def spliced(data: bytes, *lines: tuple[bytes, bytes, str]) -> bytes:
    """A tree's bytes with lines put in, in git's order."""
    found: dict[bytes, tuple[bytes, bytes]] = {}
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        found[name] = (mode, data[end + 1 : end + 21])
        at = end + 21
    found |= {name: (mode, bytes.fromhex(one)) for mode, name, one in lines}
    order = sorted(found.items(), key=lambda part: part[0] + (b"/" if part[1][0] == b"40000" else b""))
    return b"".join(mode + b" " + name + b"\0" + one for name, (mode, one) in order)


def raw_tree(*lines: tuple[bytes, bytes, str]) -> bytes:
    """A tree's bytes with exactly these lines in this order."""
    return b"".join(mode + b" " + name + b"\0" + bytes.fromhex(one) for mode, name, one in lines)


def copied(ground: Ground, place: Path) -> Scene:
    """A fresh copy for one case."""
    shutil.copytree(ground.place / "library", place / "library", symlinks=True)
    state = ground.state
    scene = Scene(place, ground.place, ground=ground, first=state.length)
    scene.expected = (dict(state.documents), state.authority)
    return scene
