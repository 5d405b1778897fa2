"""An office on a real disk: keys in files, a ledger in a real repository, stock git beside it.

`build` makes it once; each test gets a copy, with a home of its own, so that nothing kept is shared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from docctl import signatures
from docctl.adapters import looseobjects
from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core import commit as commits
from docctl.core import days, tree
from docctl.core.checkpoint import read_anchor
from docctl.core.judge import predict
from docctl.core.message import encode
from docctl.core.model import Signed
from docctl.core.step import Broken
from docctl.errors import Refused
from docctl.library import auditing, clock, deciding, drafting, founding
from docctl.library import book as books
from docctl.library.book import Draft, placed
from docctl.library.charters import NextCharter
from docctl.library.library import Library, open_library

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {
    "anna": ("administrator", "quality-manager", "author"),
    "bob": ("administrator", "head", "deputy", "legal"),
    "eva": ("reviewer", "author"),
    "dan": ("author", "staff"),
    "fay": ("reviewer", "staff"),
}


def stock(*words: str, cwd: Path, stdin: bytes | None = None, check: bool = True) -> str:
    """What stock git says, in an environment without the user's settings."""
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    who = {f"GIT_{role}_{part}": "t@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    done = subprocess.run(["git", *words], cwd=cwd, env={**env, **who}, input=stdin, capture_output=True, check=False)
    if check and done.returncode:
        raise AssertionError((words, done.stderr))
    return (done.stdout + done.stderr).decode().strip()


def key(place: Path, name: str) -> Any:
    """Somebody's key, made when first asked for."""
    path = place / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        signatures.generate(path, None)
    return signatures.load_key(path)


def build(place: Path) -> None:
    """Found the library and enrol everybody."""
    anna = key(place, "anna")
    founder = founding.Founder("anna", "Anna", "anna@office.example", "QM", anna, key(place, "recovery"))
    library = founding.found_library(
        place / "library", founder, {"az": "İdarə", "en": "Office"}, home=Home(place / "home")
    )
    with closing(library):
        change = NextCharter(library.charter_files())
        for name, roles in PEOPLE.items():
            if name != "anna":
                who = (name.capitalize(), f"{name}@office.example")
                newcomer = founding.request(key(place, name), library.authority.library, name, who, "-")
                change.add_person(newcomer, roles, library.today() - timedelta(days=30), "order 1")
        change.deputise("bob", "anna", ("head",), (library.today(), None), "order 2")
        library.propose_charter(change.files(), "Everybody", anna)
        library.approve("charter", key(place, "bob"))
        library.publish("charter", anna)
        (place / "anchor.txt").write_text(str(library.anchor()), "utf-8")
        (place / "allowed_signers").write_text(
            "".join(
                signatures.allowed_signers_line(library.charter.people[one.person].email, line) + "\n"
                for line, one in library.authority.keys.items()
            )
        )


@dataclass
class House:
    """One copy of the office."""

    place: Path
    built: Path
    opened: list[Library] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.place / "library"

    @property
    def home(self) -> Home:
        return Home(self.place / "home")

    @property
    def anchor(self) -> Any:
        return read_anchor((self.built / "anchor.txt").read_text("utf-8"))

    def key(self, name: str) -> Any:
        return key(self.built, name)

    def open(self, root: Path | None = None, home: Home | None = None) -> Library:
        """The library, opened by somebody who just came."""
        library = open_library(root or self.root, home or self.home)
        self.opened.append(library)
        return library

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()

    def audit(self, root: Path | None = None, *marks: Any) -> Any:
        """What an auditor says who holds the anchor."""
        with GitLedger.open(root or self.root) as ledger:
            return auditing.verify(ledger, self.anchor, marks)

    def lawful(self, root: Path | None = None) -> Any:
        report = self.audit(root)
        assert (report.verdict, report.violations, report.reason) == ("lawful", (), None)
        assert stock("fsck", "--strict", "--no-dangling", cwd=root or self.root) == ""
        return report

    # -- ways of a text ----------------------------------------------------------------------------------------------

    def text(self, library: Library, subject: str, sentence: str = "Mətn.") -> dict[str, bytes]:
        kind = library.charter.type_of(subject)
        files = drafting.blank(kind, subject, {"az": "Sənəd", "en": "Document"}, "quality-manager")
        return {name: data + f"\n{sentence}\n".encode() for name, data in files.items()}

    def submit(self, library: Library, subject: str, who: str = "dan", sentence: str = "Mətn.") -> Any:
        library.put_draft(subject, self.text(library, subject, sentence))
        return self.enter(library, subject, who)

    def enter(self, library: Library, subject: str, who: str, reason: str = "Because") -> Any:
        """Submit the draft as it lies there, without drawing it first, which takes longer than all the rest."""
        return library.enter(self.key(who), deciding.submit_text(library.draft(subject), reason))

    def agree(self, library: Library, subject: str) -> None:
        library.approve(subject, self.key("eva"))
        library.approve(subject, self.key("bob"))

    def publish(self, library: Library, subject: str, sentence: str = "Mətn.") -> Any:
        self.submit(library, subject, "dan", sentence)
        self.agree(library, subject)
        return library.publish(subject, self.key("anna"))


def copy_of(built: Path, place: Path) -> House:
    shutil.copytree(built / "library", place / "library", symlinks=True)
    return House(place, built)


def refusal(act: Any, *words: Any, **values: Any) -> Any:
    """The refusal that an act ends with."""
    with pytest.raises(Refused) as caught:
        act(*words, **values)
    return caught.value


# -- by force --------------------------------------------------------------------------------------------------------


def store(root: Path, kind: str, data: bytes) -> str:
    """An object of any bytes, put there by stock git."""
    return stock("hash-object", "-w", "-t", kind, "--literally", "--stdin", cwd=root, stdin=data)


def candidate(library: Library, signer: Any, draft: Draft, /, **forged: Any) -> bytes:
    """A signed commit behind the head that says whatever it is told to say; its files are stored."""
    from dataclasses import replace

    state, root = library.book.state, library.root
    entry = placed(state, draft)
    entry = replace(
        entry, **{name: forged[name] for name in ("library", "sequence", "previous", "charter") if name in forged}
    )
    try:
        who = forged.get("who") or library.book._identity(signer, draft)
    except Refused:
        who = ("Mallory", "mallory@example.org")
    offset = forged.get("offset", library.charter.offsets[0])
    when = (forged.get("at", max(clock.now(), state.time)), offset)
    for kind, data in tree.files_tree(draft.files)[1] if draft.files is not None else ():
        state.shelf.put(kind, commits.object_id(kind, data), data)
        looseobjects.store(root / ".git/objects", [(kind, data)])
    if "tree" in forged:
        top = forged["tree"]
    else:
        try:
            top = predict(state, Signed(entry, signer.key, *who, *when, days.day_of(*when)))
        except Broken:
            top = state.tree
        looseobjects.store(root / ".git/objects", state.shelf.fresh_trees(state.tree, top))
    payload = commits.unsigned(top, forged.get("parent", state.head), who, when, encode(entry))
    return commits.signed(payload, signer.sign(payload, forged.get("namespace", "git")))


def force(library: Library, raw: bytes) -> str:
    """Put a commit of any bytes behind the head, as somebody with a shell would."""
    one = store(library.root, "commit", raw)
    stock("update-ref", "refs/heads/main", one, cwd=library.root)
    library.book.refresh()
    return one


def watched(monkeypatch, *modules):
    """The ids of the entries that are judged from here on, in order: by the book, and by the modules named."""
    seen = []
    real = books.replay

    def replay(state, commits):
        def stream():
            for one in commits:
                seen.append(one[0])
                yield one

        return real(state, stream())

    for module in (books, *modules):
        monkeypatch.setattr(module, "replay", replay)
    return seen
