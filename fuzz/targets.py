"""What is fuzzed: one function a reader, each true to the same promise.

A check takes any bytes and returns nothing, or raises `Found`. The promise: the bytes give a value, or `Malformed` (for
keys and signatures also `Untrusted`) with a code that the catalogue has a sentence for; and a value that was read is
written again as the same bytes wherever the grammar allows one spelling only. Anything else that is raised is a
finding too.

Nothing here reads a clock or leaves a file behind. Input of several parts is one run of bytes with lines between them
that begin with `@@ `.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import resource
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from docctl import catalogues
from docctl.adapters import docxcopy, packages, statestore, strictyaml
from docctl.core import (
    answers,
    charter,
    checkpoint,
    commit,
    days,
    editorial,
    forms,
    heading,
    judge,
    message,
    proof,
    recordtext,
    statuslist,
    step,
    tree,
    words,
)
from docctl.core import content as contents
from docctl.core.model import Signed
from docctl.core.plain import Fields
from docctl.core.ports import Seal
from docctl.errors import DocctlError, Malformed, Unavailable, Untrusted
from docctl.library import charters, replaying
from docctl.renderers import marking, nodes, redline
from docctl.renderers import tree as markdown
from docctl.signatures import clientdata, keys, openssh, schemes, sshsig

Check = Callable[[bytes], None]


class Found(AssertionError):
    """A reader broke its promise."""


def hold(truth: object, *particulars: object) -> None:
    """What must be so."""
    if not truth:
        raise Found(*particulars)


@cache
def _sentences() -> frozenset[str]:
    return catalogues.codes("en") & catalogues.codes("az")


@contextmanager
def refusing(*kinds: type[DocctlError], code: str = "") -> Iterator[None]:
    """A reader may refuse in here, by these errors alone and in words."""
    try:
        yield
    except DocctlError as error:
        hold(isinstance(error, kinds or Malformed), type(error).__name__, error.code)
        hold(error.code in _sentences(), error.code)
        hold(not code or error.code.startswith(code), error.code)
        catalogues.problem(error.code, "az", **error.values)


def parts(data: bytes) -> dict[str, bytes]:
    """The parts by name; what stands before the first line between them is called ""."""
    found: dict[str, bytes] = {}
    for number, piece in enumerate((b"\n" + data).split(b"\n@@ ")):
        name, _, content = piece.partition(b"\n")
        found.setdefault("" if number == 0 else name.decode("latin-1"), content)
    return found


def check_commit(data: bytes) -> None:
    """One commit object; what was read is put together again."""
    said = commit.tree_of(data), commit.parent_of(data)
    with refusing():
        found = commit.parse(data)
        hold(commit.signed(found.payload, found.armor.decode()) == data, "signed")
        who, when = (found.name, found.email), (found.at, found.offset)
        hold(commit.unsigned(found.tree, found.parent, who, when, found.message) == found.payload, "unsigned")
        hold(said == (found.tree, found.parent), "tree and parent")
        hold(found.id == hashlib.sha1(b"commit %d\0" % len(data) + data, usedforsecurity=False).hexdigest(), "id")
        hold(days.day_of(found.at, found.offset).isoformat() == days.shown(found.at, found.offset)[:10], "day")


def check_message(data: bytes) -> None:
    """One message; the only spelling of its entry."""
    with refusing():
        hold(message.encode(message.decode(data)) == data, "another spelling")


_LINE_IN_ID = re.compile(rb"[0-7]{5} .*\x00", re.DOTALL)


def check_tree(data: bytes) -> None:
    """One tree object; read, built again, and changed."""
    name = "az.md"
    changed = tree.replaced(data, name, "0b" * 20)
    tree.replaced(data, name, None)
    tree.find(data, name)
    with refusing():
        items = tree.parse(data)
        hold(tree.build(items) == data, "another spelling")
        hold(len({item.name for item in items}) == len(items), "a name twice")
        # What is looked for may lie inside an id only if somebody chose 9 bytes and more of a SHA-1 (`tree.find`).
        if any(_LINE_IN_ID.search(bytes.fromhex(item.id)) for item in items):
            return
        hold(all(tree.find(data, item.name) == item for item in items), "find")
        without = tuple(item for item in items if item.name != name)
        hold(set(tree.parse(changed)) == {*without, tree.Item(True, name, "0b" * 20)}, "replaced")
        for item in items[:3]:
            kept = tuple(one for one in items if one != item)
            hold(not item.folder or tree.parse(tree.replaced(data, item.name, None)) == kept, "taken out")


def check_heading(data: bytes) -> None:
    """A folder of texts; what it says does not hang on the order of its files."""
    files = parts(data)
    files.pop("", None)
    backwards = dict(reversed(files.items()))
    told: heading.Heading | None = None
    with refusing():
        told = heading.read(files, strictyaml.read)
        hold(told.languages and told.title == told.titles[0][1], "languages")
        hold({f"{name}.md" for name in told.languages} == {name for name in files if name.endswith(".md")}, "files")
    with refusing():
        hold(heading.read(backwards, strictyaml.read) == told, "order")
        return
    hold(told is None, "order")


def check_charter(data: bytes) -> None:
    """A charter; written again by the one who changes charters, it says the same."""
    files = parts(data)
    files.pop("", None)
    with refusing():
        told = charter.read(files, strictyaml.read)
        hold(told.administrators[1] >= 1 and all(kind.steps for kind in told.types.values()), "workflow")
        for person in told.people.values():
            for each in told.roles:
                person.holds(each, date(2026, 1, 1))
        written = charters.NextCharter(files).files()
        if readable(*written.values()):
            hold(charter.read(written, strictyaml.read) == told, "written again")


def readable(*written: bytes) -> bool:
    """Whether what YAML's own writer wrote is in the part of YAML that the strict reader knows."""
    return not any(strictyaml._DOUBTFUL.search(one.decode()) for one in written)


def check_note(data: bytes) -> None:
    """A checkpoint, an anchor, a verifier key: each has one spelling, but for blanks at its ends."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    with refusing(code="checkpoint-unreadable"):
        mark = checkpoint.read_checkpoint(text)
        hold(checkpoint.read_checkpoint(str(mark)) == mark, "checkpoint read again")
        hold(
            [line.strip() for line in text.split("\n") if line] == str(mark).replace("\n\n", "\n").split("\n")[:-1],
            "note",
            text,
        )
    with refusing(code="anchor-unreadable"):
        hold(str(checkpoint.read_anchor(text)) == text.strip(), "anchor")
    with refusing(code="note-key-unreadable"):
        name, mark_of_key, public = checkpoint.read_verifier_key(text)
        hold(checkpoint.verifier_key(name, public) == text, "verifier key")
        hold(checkpoint.key_id(name, public) == mark_of_key, "key id")


PAYLOAD = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nDocctl: 1\n"
PROBLEMS = {
    *("signature-format", "signature-not-canonical", "signature-namespace", "signature-algorithm"),
    *("signature-invalid", "signature-no-presence", "signature-origin", "key-weak", "key-type-refused", None),
}


def check_signature(data: bytes) -> None:
    """What belongs to a signature, by its first bytes: armored or bare SSHSIG, clientDataJSON, public key."""
    if data.startswith((b"-----", b"SSHSIG")):
        check_sshsig(data)
    elif data.startswith(b"{"):
        check_client(data)
    else:
        check_public(data)


def check_sshsig(data: bytes) -> None:
    """An armored signature, or what is inside one: a good one has one spelling and was made with its key."""
    armored = data if data.startswith(b"-----") else sshsig.armor(data)
    seal = sshsig.open_seal(PAYLOAD, armored)
    hold(seal.problem in PROBLEMS, seal)
    ready = sshsig._prepare_plainest(PAYLOAD, armored, "git")
    slow = sshsig._prepare(PAYLOAD, armored, "git")
    hold(ready is None or ready == slow, "short cut")
    with refusing(Malformed, Untrusted):
        found = sshsig.parse(armored)
        hold(sshsig.armor(sshsig.dearmor(armored)) == armored, "another armor")
        hold(seal.key == found.key.line and seal.fingerprint == found.key.fingerprint, "key")
        hold(found.namespace == "git" or seal.problem == "signature-namespace", "namespace")
        hold(schemes.SCHEMES[found.algorithm].key_algorithm == found.key.algorithm, "algorithm")
    hold(seal.problem is not None or isinstance(slow, sshsig.Prepared), "sealed")
    # What other programs wrote may be brought to our spelling, which then stays as it is.
    with refusing():
        spelled = sshsig.normalised(armored)
        hold(sshsig.normalised(spelled) == spelled, "normalised")
        # Nothing of ours may make a bad seal out of a good one.
        hold(seal.problem is not None or spelled == armored, "normalised a good one")
    hold(not isinstance(slow, Seal) or slow == seal, "prepared")


def check_public(data: bytes) -> None:
    """A public key, as a line (text) or as a blob (anything else): one spelling, but for the comment."""
    with refusing(Malformed, Untrusted):
        key = keys.parse_blob(data)
        hold(keys.parse_public(key.line) == key, "line")
    try:
        line = data.decode()
    except UnicodeDecodeError:
        line = data.decode("utf-8", "surrogateescape")
    with refusing(Malformed, Untrusted):
        key = keys.parse_public(line)
        hold(line == key.line or line.startswith(key.line + " "), "another spelling")
        hold(keys.parse_blob(key.blob) == key, "blob")


def check_client(data: bytes) -> None:
    """What a browser wrote: lawful only if it is what any other reader of JSON takes it for."""
    signed = b"SSHSIG the challenge"
    challenge = base64.urlsafe_b64encode(signed).rstrip(b"=")
    data = data.replace(b"CHALLENGE", challenge)
    for origin, application in ((b"https://dms.example.org", "example.org"), (b"http://localhost:8000", "localhost")):
        problem = clientdata.problem(data, origin, application, signed)
        hold(problem in ("signature-invalid", "signature-origin", None), problem)
        if problem is None:
            said = json.loads(data)
            hold(said["type"] == "webauthn.get" and said["challenge"] == challenge.decode(), "challenge")
            hold(said["origin"] == origin.decode() and not said.get("crossOrigin"), "origin")


openssh._MAX_ROUNDS = 16  # what a key file may cost is not what is asked here


_ROOM = "/dev/shm" if Path("/dev/shm").is_dir() else None  # memory, where the machine has such a folder


def check_private(data: bytes) -> None:
    """A key file, opened with a passphrase or without; the signer that comes out signs with the key it shows."""
    if data.startswith(b"openssh-key-v1\0"):
        body = base64.encodebytes(data)
        data = b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + b"-----END OPENSSH PRIVATE KEY-----\n"
    for ask in (None, lambda: "gizli"):
        # The reader refuses a key file that others may read; a temporary file is its owner's alone.
        handle, name = tempfile.mkstemp(dir=_ROOM)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            with refusing(Malformed, Untrusted):
                signer = openssh.load_key(name, ask)
                hold(keys.parse_public(signer.key).line == signer.key, "line")
                if isinstance(signer, openssh.FileSigner):
                    armored = signer.sign(PAYLOAD, "git").encode()
                    hold(sshsig.open_seal(PAYLOAD, armored).key == signer.key, "signed by another")
        finally:
            Path(name).unlink()


_KEPT = ("documents", "records")
_MORE = 256 << 20  # bytes


@contextmanager
def little_memory() -> Iterator[None]:
    """A pickle may name sizes that it does not have; Python asks for the memory first. It shall not get it."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + _MORE, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def check_state(data: bytes) -> None:
    """Rows of kept state, their digests forged so that they are read at all: a value, or damaged."""
    store = statestore.StateStore(Path("nowhere"))
    store.connection = sqlite3.connect(":memory:")
    try:
        store.connection.execute("create table kept (kind text, key text, value blob, primary key (kind, key))")
        forged = statestore._digest(data) + data
        store.connection.executemany(
            "insert into kept values (?, ?, ?)",
            [("head", "", forged), ("rows", "r", forged), ("documents", "00", data)],
        )
        with little_memory():
            store.rows("r", "0" * 40)
            with suppress(statestore.DamagedState):
                kept = store.load()
                hold(kept is None or isinstance(kept, dict), kept)
                for name in _KEPT:
                    for bucket in store.buckets(name):
                        store.bucket(name, bucket)
            with suppress(statestore.DamagedState):
                store._index = {("documents", "00"): statestore._digest(data)}
                hold(isinstance(store.bucket("documents", "00"), dict), "bucket")
    finally:
        store.connection.close()


def check_yaml(data: bytes) -> None:
    """YAML, and the request to be enrolled that is made of it: libyaml and its Python twin say the same."""
    told: list[Any] = []
    whole = strictyaml._LOADER
    try:
        for loader in (whole, yaml.Loader):
            strictyaml._LOADER = loader
            told.append(None)
            with refusing(code="yaml-"):
                told[-1] = strictyaml.read(data)
    finally:
        strictyaml._LOADER = whole
    hold(told[0] == told[1], "two readers", told)
    if told[0] is not None:
        again = charters._dump(told[0]).encode()
        hold(not readable(again) or strictyaml.read(again) == told[0], "written again")
    with refusing():
        newcomer = charters.Newcomer.read(data)
        again = newcomer.text().encode()
        hold(not readable(again) or charters.Newcomer.read(again) == newcomer, "request")


def check_editorial(data: bytes) -> None:
    """Two texts: what was changed leads from one to the other, and whether it is editorial is said either way."""
    files = parts(data)
    old, new = (files.get(name, b"").decode("utf-8", "replace") for name in ("", "new"))
    pieces = words.compare(old, new)
    hold("".join(piece.text for piece in pieces if piece.sign != "+") == old, "old pieces")
    hold("".join(piece.text for piece in pieces if piece.sign != "-") == new, "new pieces")
    both = redline.compare_words(old, new)
    hold(nodes.plain(marking.only(both, "-")) == old, "old text")
    hold(nodes.plain(marking.only(both, "+")) == new, "new text")
    for name in ("az.md", "en.md", "ru.md"):
        objection = editorial.objection({name: old.encode()}, {name: new.encode()})
        hold(old != new or not objection, "nothing changed")
        if not objection:
            weighty = [_weighty(editorial._parts(name, text)[1], name[:2]) for text in (old, new)]
            hold(weighty[0] == weighty[1], "numbers and duties differ", weighty)


def _weighty(text: str, language: str) -> list[str]:
    """The numbers, signs and words of duty of a text, in order."""
    return [word for word in editorial._TOKEN.findall(text) if editorial._weighs(word, language)]


def check_markdown(data: bytes) -> None:
    """A Markdown text: a tree of clean words, the same however its lines end, or its line in the refusal."""
    text = data.decode("utf-8", "replace")
    blocks: Any = None
    with refusing():
        blocks = markdown.parse(text)
        for node in _nodes(blocks):
            _clean(node)
    with refusing():
        hold(markdown.parse(text.replace("\r\n", "\n").replace("\n", "\r\n")) == blocks, "line ends")


def _nodes(value: Any) -> Iterator[Any]:
    """Every node of a tree, whatever its depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting.extend(one)
        elif is_dataclass(one):
            yield one
            waiting.extend(getattr(one, field.name) for field in fields(one))


def _clean(node: Any) -> None:
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, str):
            allowed = "\n\t" if isinstance(node, nodes.CodeBlock) else ""
            hold(nodes.fault(value, allowed) is None, type(node).__name__, field.name, value)


@cache
def _office() -> Any:
    from fuzz import seeds

    return seeds.office()


def check_entry(data: bytes) -> None:
    """An entry that somebody enrolled signed, with the files that it brings: lawful, or one violation in words.

    First part: the message. `@@ signer`: who. Other parts are the files of the folder; the message is made to name
    their digest and tree, so that it is what lies in them that is judged.
    """
    from ledgers.material import identity, key
    from office import copied

    office = _office()
    files = parts(data)
    text = files.pop("")
    who = files.pop("signer", b"anna").strip().decode("latin-1")
    signer, named = key(who), identity(who)
    folder, objects = tree.files_tree({name: content for name, content in files.items() if tree.is_plain_name(name)})
    if files:
        text = re.sub(rb"(?<=\nDocctl-Content: )\w+", contents.digest(files).encode(), text)
        text = re.sub(rb"(?<=\nDocctl-Tree: )\w+", folder.encode(), text)
    state = copied(office.state, office.ledger)
    for kind, bare in objects:
        state.shelf.put(kind, commit.object_id(kind, bare), bare)
    # A tree that nobody sent is no violation: what cannot be read is not judged.
    with refusing(Unavailable, code="object-missing"):
        at, root = (state.time + 60, office.offset), state.tree
        with suppress(Malformed, step.Broken):
            entry = message.decode(text)
            root = judge.predict(state, Signed(entry, signer.key, *named, *at, days.day_of(*at)))
        payload = commit.unsigned(root, state.head, named, at, text)
        raw = commit.signed(payload, signer.sign(payload, "git"))
        length = state.length
        found = list(replaying.replay(state, [(commit.object_id("commit", raw), raw)]))
        hold(len(found) <= 1 and state.length == length + 1, "one entry", found)
        for one in found:
            hold(one.rule in _sentences(), one.rule)
            catalogues.problem(one.rule, "az", **dict(one.values))


def check_proof(data: bytes) -> None:
    """A proof, packed or not, and a status list: each has one spelling."""
    with refusing():
        hold(proof.encode(proof.decode(data)) == data, "another spelling of a proof")
    with refusing():
        hold(len(proof.unpack(data)) <= proof.MAX_PLAIN, "unpacked")
    with refusing(code="list-"):
        hold(statuslist.encode(statuslist.decode(data)) == data, "another spelling of a list")


def check_docx(data: bytes) -> None:
    """A package that somebody handed over, or parts that are packed here; what comes out of it is bounded."""
    named = {name: content for name, content in parts(data).items() if name.isprintable() and 0 < len(name) < 200}
    if named:
        data = _packed(named)
    with refusing():
        found = docxcopy.look(data)
        hold(all(one.text == one.text.strip() and one.text for one in found.paragraphs), "paragraphs")
        hold(len(found.pictures) <= docxcopy.MAX_PICTURES, "pictures")
    with refusing(code="package-"):
        packages.kind(data)


def check_form(data: bytes) -> None:
    """What a form asks and what answers it: what is kept is taken again, and reads from its file as it was written."""
    files, known = parts(data), (frozenset({"PRO-01"}), frozenset({"anna"}))
    with refusing():
        form = forms.read(Fields(strictyaml.read(files.get("", b""), "az.md"), "az.md"))
        given = strictyaml.read(files.get("values", b"{}"), "values.yaml")
        values, mistakes = answers.check(form.fields, given, *known)
        hold(all(one.code in _sentences() for one in mistakes), mistakes)
        if not mistakes:
            hold(answers.check(form.fields, values, *known) == (values, ()), "taken again")
            text = recordtext.RecordText(form="FRM-01", revision=1, language="az", title="T", values=values)
            written = recordtext.write(text, form.fields, lambda _, value: value)
            hold(len(written) > contents.MAX_TEXT or _said(written) == text, "read again")
    with refusing():
        if "record" in files:
            _said(files["record"])


def _said(data: bytes) -> recordtext.RecordText:
    return recordtext.read("record.md", data, strictyaml.read)[0]


def _packed(named: dict[str, bytes]) -> bytes:
    """Chance in packed bytes is stopped by their checksums; in what is packed afterwards it gets to the reader."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in named.items():
            package.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


CHECKS: dict[str, Check] = {
    "proof": check_proof,
    "docx": check_docx,
    "form": check_form,
    "commit": check_commit,
    "sshsig": check_signature,
    "message": check_message,
    "tree": check_tree,
    "heading": check_heading,
    "charter": check_charter,
    "checkpoint": check_note,
    "privatekey": check_private,
    "markdown": check_markdown,
    "entry": check_entry,
    "yaml": check_yaml,
    "state": check_state,
    "editorial": check_editorial,
}
