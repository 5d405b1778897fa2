"""Make a lawful library of any size, quickly: `python bench/generate.py ENTRIES DIR [--documents D]`.

DIR/library           the library, on real git, its working files laid out
DIR/home              what docctl keeps for the user (`DOCCTL_HOME`)
DIR/keys/<person>     keys without passphrase
DIR/anchor.txt        the library's anchor
DIR/allowed_signers   for stock git

Founding and charter are made by docctl itself. The entries behind them are written through the public formats
(`core.message`, `core.commit`, SSHSIG) straight into one pack, because a git process for each would take hours; the
trees are predicted here by other code than the judge's. In the end docctl judges the whole library, and git a sample.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import time
import zlib
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from docctl import signatures
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import commit as commits
from docctl.core import content, days, tree
from docctl.core.charter_machine import CHARTER
from docctl.core.events import Approved, Commented, Event, Published, Reviewed, Submitted
from docctl.core.message import Entry, encode
from docctl.library import auditing, clock, founding, keylisting
from docctl.library.charters import NextCharter
from docctl.library.library import Library, open_library
from docctl.signatures.keys import parse_public
from docctl.signatures.sshsig import compose, signed_data
from docctl.signatures.wire import string

SEED = 20150923
OPEN = 30  # documents that are on their way at the same time
DEPTH = 40  # length of a chain of tree deltas
STEP = 30  # seconds between two entries
ORDER = "sərəncam № 12"
TYPES = (("policy", 10), ("manual", 5), ("procedure", 45), ("instruction", 30), ("form", 10))
HOMES = {"policy": "policies", "manual": "policies", "form": "templates"}
PREFIXES = {"policy": "POL", "manual": "MAN", "procedure": "PRO", "instruction": "INS", "form": "FRM"}
ROLES = (
    ("administrator", "quality-manager", "author"),
    ("administrator", "head"),
    *[("reviewer", "staff")] * 5,
    *[("deputy", "staff")] * 2,
    *[("author", "staff")] * 11,
)
WORDS = (  # noqa: SIM905
    "və bu sənəd prosedur tələblərə uyğun olaraq hazırlanır məsul şəxs tərəfindən icra edilir nəzarət olunur keyfiyyət"
    " idarəetmə sistemi rayon icra hakimiyyəti vətəndaşların müraciətləri qeydiyyata alınır üç iş günü ərzində cavab"
    " verilir şöbə müdiri təsdiq etdikdən sonra qüvvəyə minir əvvəlki redaksiya arxivə göndərilir daxili audit zamanı"
    " yoxlanılır uyğunsuzluq aşkar edildikdə düzəldici tədbir görülür işçilər tanış olur imza ilə təsdiqləyir"
    " məlumatların mühafizəsi qanunvericiliyə əsasən təmin edilir hesabat rüblük təqdim olunur"
).split()


# -- objects into a pack ---------------------------------------------------------------------------------------------

NUMBERS = {"commit": 1, "tree": 2, "blob": 3}


class Pack:
    """A pack in the making: whole objects, and trees as differences from the one before."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w+b")
        self.file.write(b"PACK" + (2).to_bytes(4, "big") + bytes(4))
        self.at = 12
        self.places: dict[str, int] = {}

    def add(self, kind: str, data: bytes) -> str:
        name = commits.object_id(kind, data)
        if name not in self.places:
            self._write(name, NUMBERS[kind], data, b"")
        return name

    def add_change(self, data: bytes, before: str, change: bytes) -> str:
        name = commits.object_id("tree", data)
        if name not in self.places:
            self._write(name, 6, change, _back(self.at - self.places[before]))
        return name

    def close(self) -> None:
        self.file.seek(8)
        self.file.write(len(self.places).to_bytes(4, "big"))
        self.file.seek(0)
        digest = hashlib.sha1(usedforsecurity=False)
        while block := self.file.read(1 << 20):
            digest.update(block)
        self.file.write(digest.digest())
        self.file.close()

    def _write(self, name: str, number: int, data: bytes, base: bytes) -> None:
        self.places[name] = self.at
        size, first = len(data) >> 4, (number << 4) | (len(data) & 15)
        head = bytearray()
        while size:
            head.append(first | 0x80)
            first, size = size & 0x7F, size >> 7
        head.append(first)
        whole = bytes(head) + base + zlib.compress(data, 1)
        self.file.write(whole)
        self.at += len(whole)


def _back(distance: int) -> bytes:
    """The offset of a delta's base, as packs write it."""
    found = [distance & 0x7F]
    while distance := distance >> 7:
        distance -= 1
        found.insert(0, 0x80 | (distance & 0x7F))
    return bytes(found)


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _copy(start: int, end: int) -> bytes:
    found = b""
    for at in range(start, end, 0xFFFF):
        found += b"\xbf" + at.to_bytes(4, "little") + min(0xFFFF, end - at).to_bytes(2, "little")
    return found


class Folder:
    """A git folder that only has folders, changed by splicing; its versions go into the pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.names: list[bytes] = []
        self.starts: dict[bytes, bytes] = {}
        self.data = b""
        self.id = ""
        self.depth = 0

    def set(self, name: str, folder: str | None) -> str | None:
        """Put in, exchange or (None) take out a folder; the new id, None if nothing is left."""
        line = b"40000 " + name.encode() + b"\x00"
        old = self.data
        key = name.encode() + b"/"
        if key in self.starts:
            at = old.index(line)
            length = len(line) + 20
        else:
            index = bisect_left(self.names, key)
            after = old.index(self.starts[self.names[index]]) if index < len(self.names) else len(old)
            at, length = after, 0
        fresh = line + bytes.fromhex(folder) if folder else b""
        if folder and key not in self.starts:
            insort(self.names, key)
            self.starts[key] = line
        if folder is None:
            self.names.remove(key)
            del self.starts[key]
        self.data = old[:at] + fresh + old[at + length :]
        if not self.data:
            self.id, self.depth = "", 0
            return None
        insert = bytes([len(fresh)]) + fresh if fresh else b""
        change = _number(len(old)) + _number(len(self.data)) + _copy(0, at) + insert + _copy(at + length, len(old))
        if self.id in self.pack.places and self.depth < DEPTH and len(change) < len(self.data) // 2:
            self.depth += 1
            self.id = self.pack.add_change(self.data, self.id, change)
        else:
            self.depth = 0
            self.id = self.pack.add("tree", self.data)
        return self.id


# -- people and texts ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    key: Any
    private: Ed25519PrivateKey


def people(place: Path) -> list[Person]:
    """Everybody, with new keys in `keys/`."""
    (place / "keys").mkdir(parents=True, mode=0o700)
    found = []
    for number, roles in enumerate(ROLES):
        one = f"person-{number:02}"
        path = place / "keys" / one
        signatures.generate(path, None)
        private = load_ssh_private_key(path.read_bytes(), None)
        assert isinstance(private, Ed25519PrivateKey)
        key = parse_public(signatures.load_key(path).key)
        found.append(Person(one, f"Əməkdaş {number:02}", f"{one}@numune.example", roles, key, private))
    return found


def text_of(luck: random.Random, document: str, kind: str, revision: int) -> tuple[str, dict[str, bytes]]:
    """Title and files of one revision: an Azerbaijani text of 6 KB with a full heading, like no other."""
    title = f"{' '.join(luck.choices(WORDS, k=4)).capitalize()} {document}"
    heading = (
        f"---\nid: {document}\ntitle: {title}\ntype: {kind}\nowner: quality-manager\nclassification: internal\n"
        "authoritative: az\nlanguages:\n- az\nclauses:\n- iso9001:2015#7.5.3\n- iso9001:2015#8.5.1\n"
        "related: [POL-0001, PRO-0001]\nkeywords:\n- keyfiyyət\n- sənəd\nsummary: Bu sənəd işin qaydasını müəyyən"
        f" edir.\n---\n\n# {title}\n\nRedaksiya {revision}.\n"
    )
    parts = [heading]
    size = len(heading.encode())
    section = 0
    while size < 6000:
        section += 1
        words = luck.choices(WORDS, k=60)
        part = f"\n## {section}. {' '.join(words[:5]).capitalize()}\n\n"
        part += "\n\n".join(" ".join(words[at : at + 18]).capitalize() + "." for at in range(5, 59, 18)) + "\n"
        parts.append(part)
        size += len(part.encode())
    return title, {"az.md": "".join(parts).encode()}


# -- the ledger ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Thread:
    """One document on its way."""

    id: str
    kind: str
    last: int | None = None
    revision: int = 0
    publication: int | None = None
    submission: int = 0
    content: str = ""
    tree: str = ""
    author: Person | None = None
    steps: Iterator[None] | None = None


@dataclass(slots=True)
class Writer:
    """Appends entries to the pack behind a head."""

    pack: Pack
    people: list[Person]
    library: str
    charter: int
    sequence: int
    head: str
    at: int
    offset: str
    root: dict[str, str]
    luck: random.Random
    folders: dict[str, Folder] = field(default_factory=dict)

    def by_role(self, role: str) -> Person:
        return self.luck.choice([one for one in self.people if role in one.roles])

    def write(self, person: Person, thread: Thread, event: Event, comment: str = "") -> int:
        entry = Entry(self.library, self.sequence, thread.id, thread.last, self.charter, event, comment)
        self.at += STEP
        data = tree.build(tree.Item(True, name, one) for name, one in self.root.items())
        root = self.pack.add("tree", data)
        who = (person.name, person.email)
        payload = commits.unsigned(root, self.head, who, (self.at, self.offset), encode(entry))
        value = person.private.sign(signed_data("git", "sha512", payload))
        armor = compose(person.key, "git", "sha512", string(b"ssh-ed25519") + string(value))
        self.head = self.pack.add("commit", commits.signed(payload, armor.decode()))
        thread.last = self.sequence
        self.sequence += 1
        return thread.last

    def put(self, above: str, name: str, folder: str | None) -> None:
        place = self.folders.setdefault(above, Folder(self.pack))
        fresh = place.set(name, folder)
        if fresh is None:
            self.root.pop(above)
        else:
            self.root[above] = fresh

    def revise(self, thread: Thread, *, extra: bool) -> Iterator[None]:
        """One revision from its submission until it is in force, an entry at a time."""
        thread.author = author = self.by_role("author")
        thread.revision += 1
        title, files = text_of(self.luck, thread.id, thread.kind, thread.revision)
        thread.tree, objects = tree.files_tree(files)
        for kind, data in objects:
            self.pack.add(kind, data)
        thread.content = content.digest(files)
        self.put("drafts", thread.id, thread.tree)
        event = Submitted(
            kind="revision",
            revision=thread.revision,
            content=thread.content,
            tree=thread.tree,
            type=thread.kind,
            owner="quality-manager",
            languages=("az",),
            title=title,
            base_publication=thread.publication,
        )
        thread.submission = self.write(author, thread, event, f"Redaksiya {thread.revision}: dəyişikliklər edilib.")
        yield
        remarks = extra and self.luck.random() < 0.5
        if remarks:
            remark = Commented(submission=thread.submission, paragraph=f"Bölmə {self.luck.randint(1, 7)}")
            self.write(self.by_role("staff"), thread, remark, " ".join(self.luck.choices(WORDS, k=12)) + ".")
            yield
        last = "head" if thread.kind in ("policy", "manual", "procedure") else "deputy"
        for role, meaning in (("reviewer", "agreed"), (last, "approved")):
            bound = (thread.submission, thread.revision, thread.content)
            approval = Approved(submission=bound[0], revision=bound[1], content=bound[2], role=role, meaning=meaning)
            self.write(self.by_role(role), thread, approval)
            yield
        self.put("drafts", thread.id, None)
        self.put(HOMES.get(thread.kind, "procedures"), thread.id, thread.tree)
        publication = Published(
            submission=thread.submission,
            revision=thread.revision,
            content=thread.content,
            effective=days.day_of(self.at + STEP, self.offset),
        )
        thread.publication = self.write(self.by_role("quality-manager"), thread, publication)
        yield
        if extra and not remarks:
            review = Reviewed(publication=thread.publication, revision=thread.revision, verdict="keep")
            self.write(self.by_role("quality-manager"), thread, review, "Sənəd aktualdır, dəyişiklik tələb olunmur.")
            yield


def fill(writer: Writer, entries: int, documents: int) -> None:
    """Entries up to a number, about documents that are on their way side by side."""
    luck = writer.luck
    kinds = luck.choices([name for name, _ in TYPES], [weight for _, weight in TYPES], k=documents)
    counts: dict[str, int] = {}
    threads = []
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
        threads.append(Thread(f"{PREFIXES[kind]}-{counts[kind]:04}", kind))
    left = entries - writer.sequence
    revisions = max(documents, left // 5)
    extras = max(0, left - 4 * revisions) / revisions
    given = 0.0
    waiting: list[Thread] = []
    active: list[Thread] = []
    while writer.sequence < entries:
        while len(active) < OPEN:
            if not waiting:
                waiting = threads.copy()
                luck.shuffle(waiting)
            thread = waiting.pop()
            if thread in active:
                break
            given += extras
            extra = given >= 1
            given -= extra
            thread.steps = writer.revise(thread, extra=extra)
            active.append(thread)
        thread = luck.choice(active)
        before = writer.sequence
        if thread.steps is None or next(thread.steps, "over") == "over":
            active.remove(thread)
        assert writer.sequence - before <= 1


# -- together --------------------------------------------------------------------------------------------------------


def found(place: Path, staff: list[Person], start: int) -> Library:
    """Founding and enrolment, through docctl."""
    signatures.generate(place / "keys" / "recovery", None)
    signers = {one.id: signatures.load_key(place / "keys" / one.id) for one in staff}
    recovery = signatures.load_key(place / "keys" / "recovery")
    first, second, *_ = staff
    real, clock.now = clock.now, lambda: start
    try:
        library = founding.found_library(
            place / "library",
            founding.Founder(first.id, first.name, first.email, "Menecer", signers[first.id], recovery, first.roles),
            {"az": "Nümunə Rayon İcra Hakimiyyəti", "en": "Sample District Executive Authority"},
            starter="empty",
            home=Home(place / "home"),
        )
        change = NextCharter(library.charter_files())
        for one in staff[1:]:
            who = (one.name, one.email)
            newcomer = founding.request(signers[one.id], library.authority.library, one.id, who, "Mütəxəssis")
            change.add_person(newcomer, one.roles, library.today(), ORDER)
        library.propose_charter(change.files(), "İşçilərin qeydiyyatı", signers[first.id])
        library.approve(CHARTER, signers[second.id])
        library.publish(CHARTER, signers[first.id])
    finally:
        clock.now = real
    return library


def generate(place: Path, entries: int, documents: int) -> None:
    """Make the library in a new folder."""
    staff = people(place)
    start = int(time.time()) - STEP * (entries + 100)
    library = found(place, staff, start)
    state = library.book.state
    authority = library.authority
    assert state.head is not None
    old = state.head
    root = {item.name: item.id for item in tree.parse(state.shelf.get("tree", state.tree))}
    unpacked = place / "entries.pack"
    pack = Pack(unpacked)
    writer = Writer(
        pack,
        staff,
        authority.library,
        authority.entry,
        state.length,
        old,
        state.time,
        library.charter.offsets[0],
        root,
        random.Random(SEED),
    )
    (place / "anchor.txt").write_text(f"{library.anchor()}\n", "utf-8")
    (place / "allowed_signers").write_text(keylisting.signers_of(library.root, None, None), "utf-8")
    git = library.book.ledger.git_dir if isinstance(library.book.ledger, GitLedger) else place
    library.close()
    fill(writer, entries, documents)
    pack.close()
    with unpacked.open("rb") as file:
        run_git(git, "index-pack", "--stdin", stdin=file)
    unpacked.unlink()
    run_git(git, "update-ref", "refs/heads/main", writer.head, old)


def run_git(git: Path, *words: str, stdin: Any = None) -> str:
    line = ["git", f"--git-dir={git}", *words]
    done = subprocess.run(line, check=True, stdin=stdin, capture_output=True, env=git_environment())
    return done.stdout.decode()


def git_environment() -> dict[str, str]:
    """So that nobody's own settings are measured."""
    return {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}


def check(place: Path, entries: int, sample: int = 50) -> None:
    """The library is lawful to docctl, and whole and signed to git."""
    library = open_library(place / "library", Home(place / "home"))
    git = place / "library" / ".git"
    with library:
        assert library.entries == entries, library.entries
        assert not library.violations, library.violations[:3]
        report = auditing.verify(library.book.ledger, library.anchor())
    assert (report.verdict, report.entries) == (auditing.LAWFUL, entries), report
    run_git(git, "fsck", "--strict", "--no-dangling")
    ids = run_git(git, "rev-list", "main").split()
    chosen = random.Random(SEED).sample(ids, min(sample, len(ids)))
    run_git(git, "-c", f"gpg.ssh.allowedSignersFile={place / 'allowed_signers'}", "verify-commit", *chosen)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("entries", type=int)
    asked.add_argument("place", type=Path, metavar="dir")
    asked.add_argument("--documents", type=int, help="default: a twentieth of the entries")
    asked.add_argument("--no-check", action="store_true", help="do not judge the result")
    options = asked.parse_args()
    started = time.perf_counter()
    generate(options.place, options.entries, options.documents or max(1, options.entries // 20))
    print(f"written in {time.perf_counter() - started:.0f} s", flush=True)
    if not options.no_check:
        check(options.place, options.entries)
        print(f"lawful; checked after {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
