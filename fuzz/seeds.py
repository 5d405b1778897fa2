"""What fuzzing begins with: real values, made by the tests' own material, and the words of each grammar.

Nothing of this lies in the repository as bytes; whatever the grammar becomes, the seeds follow.
"""

from __future__ import annotations

import base64
import io
import sys
import zipfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

_TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path[:0] = [str(_TESTS), str(_TESTS / "unit")]

import strategies  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: E402
from ledgers import projecting  # noqa: E402
from office import Attempt, Office, charter_files, text_files  # noqa: E402
from test_signatures_forge import KINDS, PAYLOAD, client_data, device, seal  # noqa: E402

from docctl import renderers  # noqa: E402
from docctl.adapters import statestore  # noqa: E402
from docctl.core import checkpoint, copies, events, message, proof, statuslist, tree  # noqa: E402
from docctl.library import facing  # noqa: E402
from docctl.library.charters import Newcomer  # noqa: E402
from docctl.signatures import sshsig  # noqa: E402
from fuzz.targets import PAYLOAD as SIGNED  # noqa: E402

assert PAYLOAD == SIGNED
START = date(2026, 11, 22)


@cache
def office() -> Office:
    """The office with a procedure and a form in force, a policy and a withdrawal under way, and a record."""
    made = Office.standard()
    for subject in ("PRO-01", "FRM-01"):
        _enter(made, made.submission("dan", subject, text_files(subject, "Mətn", english="Text")))
        _enter(made, made.approval("eva", subject))
        if subject == "PRO-01":
            _enter(made, made.approval("bob", subject))
        _enter(made, made.publication("anna", subject))
    _enter(made, made.record("dan", "FRM-01", "FRM-01-2026-0001", signers=("eva",)))
    _enter(made, made.submission("dan", "POL-01", text_files("POL-01", "Mətn")))
    return made


def _enter(made: Office, attempt: Attempt) -> None:
    refused = made.enter(attempt)
    assert refused is None, refused


def _entries() -> list[bytes]:
    made = office()
    plain: Any = made.plain()
    plain["library"]["languages"].append("ru")
    record = "FRM-01-2026-0001"
    attempts = (
        made.submission("dan", "PRO-01", text_files("PRO-01", "Məzmun", english="Text")),
        made.submission("dan", "PRO-01", text_files("PRO-01", "Mətn!", english="Text"), "editorial"),
        made.submission("dan", "PRO-02", {**text_files("PRO-02", "![a](a.png)"), "a.png": b"\x89PNG"}),
        made.withdrawal("anna", "PRO-01"),
        made.charter("anna", plain),
        made.approval("bob", "POL-01"),
        made.rejection("bob", "POL-01"),
        made.cancellation("dan", "POL-01"),
        made.comment("eva", "PRO-01"),
        made.review("anna", "PRO-01"),
        made.suspension("anna", "eva"),
        made.reading("eva", "PRO-01"),
        made.issue("anna", "PRO-01", 1),
        made.attachment("anna", "PRO-01"),
        made.record("dan", "FRM-01", "FRM-01-2026-0002"),
        made.record_amendment("dan", "FRM-01", record),
        made.countersignature("eva", "FRM-01", record),
        made.hold("anna", "FRM-01", record),
    )
    return [
        message._written(made.entry(one)) + folder({"signer": one.signer.name.encode(), **(one.files or {})})
        for one in attempts
    ]


def _commits() -> list[bytes]:
    ledger = office().ledger
    return [raw for _, raw in ledger.commits(None, str(ledger.head()))]


def folder(files: Mapping[str, bytes]) -> bytes:
    """Files as one run of bytes, as `targets.parts` reads it."""
    return b"".join(b"\n@@ " + name.encode() + b"\n" + content for name, content in files.items())


def _trees() -> list[bytes]:
    ids = [f"{number:040x}" for number in (1, 2**159, 2**80)]
    names = ("az.md", "en.md", "a.png", "drafts", "charter", "PRO-01", "POL-02")
    items = [tree.Item("." not in name, name, ids[at % 3]) for at, name in enumerate(names)]
    return [tree.build(items[:count]) for count in range(len(items) + 1)]


def _texts() -> list[bytes]:
    plain = text_files("PRO-01", "# Məqsəd\n\nMətn ![a](a.png)\n", english="Text", clauses=["iso9001:2015#7.5.3"])
    block = (
        "---\nid: POL-02\ntitle: Siyasət\ntype: policy\nowner: head\nauthoritative: az\nlanguages:\n- az\n---\n\nA\n"
    )
    return [folder({**plain, "a.png": b"\x89PNG"}), folder({"az.md": block.encode()})]


def _charters() -> list[bytes]:
    import yaml

    plain: Any = Office.standard().plain()
    key = checkpoint.verifier_key("docctl/x", bytes(range(32)))
    noted = {**plain, "library": {**plain["library"], "note-key": key}}
    blocks = {f"{name}.yaml": yaml.safe_dump(noted[name], allow_unicode=True).encode() for name in noted}
    return [folder(charter_files(plain)), folder(blocks)]


def _notes() -> list[bytes]:
    library = "ab" * 32
    signed = checkpoint.NoteSignature("docctl/x", b"abcd", b"s" * 64)
    marks = [checkpoint.Checkpoint(library, 41, bytes(range(32)), many) for many in ((), (signed,), (signed, signed))]
    anchors = [checkpoint.Anchor(library, "Bakı şəhəri, İdarə"), checkpoint.Anchor(library, "")]
    return [
        *(str(one).encode() for one in (*marks, *anchors)),
        checkpoint.verifier_key("docctl/x", bytes(range(32))).encode(),
    ]


def _seals() -> list[bytes]:
    armored = [
        seal(device(kind), digest=digest) for kind in KINDS for digest in ("sha512", "sha256") if "webauthn" not in kind
    ]
    armored += [seal(device(KINDS[-1])), seal(device(KINDS[0]), namespace="file")]
    clients = [
        client_data(b"SSHSIG the challenge", origin, **more)
        for origin in ("https://dms.example.org", "http://localhost:8000")
        for more in ({}, {"crossOrigin": False}, {"other": [1.5, None, {"x": "ə"}]})
    ]
    return [*armored, *(sshsig.dearmor(one) for one in armored), *clients, *_publics()]


def _publics() -> list[bytes]:
    owners = [device(kind).key for kind in KINDS]
    return [*(f"{key.line} desk".encode() for key in owners), *(key.blob for key in owners)]


def _privates() -> list[bytes]:
    locked = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(1).build(b"gizli")
    found = []
    # No RSA key: checking its primes takes a third of a second, and every other key would lose its turn.
    for kind in ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"):
        for protection in (NoEncryption(), locked):
            text = device(kind).private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, protection)
            found += [text, base64.b64decode(b"".join(text.splitlines()[1:-1]))]
    return [*found, *_publics()[:7]]


def _states() -> list[bytes]:
    state = office().state
    names = ("length", "head", "tree", "time", "authority", "frontier")
    head = {name: getattr(state, name) for name in names} | {"format": statestore._FORMAT, "violations": ()}
    index = {("documents", "00"): statestore._digest(b"x")}
    values = (
        {**head, "index": index},
        dict(state.documents),
        dict(state.records),
        ((statestore._FORMAT, "0" * 40), ("a", 1)),
    )
    return [statestore._packed(value) for value in values]


def _requests() -> list[bytes]:
    key = device("ssh-ed25519").key.line
    return [
        Newcomer("leyla", "Leyla Əliyeva", "leyla@office.example", "mütəxəssis", key, "U1NIU0lH").text().encode(),
        b"a: [b, {c: d}]\n'e': |\n  f\n  g\n? h\n: - i\n  - j\n",
        b'{"a": ["b", "\\u018f"], "c": {}}\n# x\n...\n',
    ]


MARKDOWN = """# One

Some *words* **that** ~~are~~ `drawn`, [a link](http://x.example "t") and ![pic](a%20b.png 'x').\\
Next<br>&amp;&#x41; <http://y.example>

## Two
> quote
> - a
>   1. b

| a | b |
|:--|--:|
| c | d |

```x
code
```

    indented
***
[ref]: <z> "t"
[ref] [x][ref]
1) a
"""


def _pairs() -> list[bytes]:
    old = "Staff may read the text by 12 May.\nThe head shall sign it; nobody else may.\n" * 2
    new = old.replace("text", "document").replace("; nobody", ", and nobody", 1)
    heading = "---\nid: PRO-01\ntitle: {}\n---\n{}"
    return [
        old.encode() + b"\n@@ new\n" + new.encode(),
        "Sənəd 3 gün ərzində təsdiq edilməlidir.\n@@ new\nSənəd üç gün ərzində təsdiq edilməlidir.\n".encode(),
        (heading.format("A", old) + "\n@@ new\n" + heading.format("B", new)).encode(),
    ]


def _proofs() -> list[bytes]:
    made = office()
    whole = projecting.proof_of(made, "PRO-01", projecting.trail(made, "PRO-01"))
    mark = whole.checkpoint
    row = statuslist.Listed("PRO-01", "procedure", (("az", "Ad"),), ("az",), "in-force", 1, START, "0" * 64, None, None)
    listed = statuslist.StatusList(whole.anchor, mark, "0" * 40, START, 1, "+0400", 30, (row,))
    return [proof.encode(whole), proof.pack(whole), statuslist.encode(listed)]


_READ = ("_rels/", "customXml/item1", "docProps/custom", "word/_rels/", "word/document", "word/footer", "word/header")
"""Of a package, what its reader opens."""


def _packages() -> list[bytes]:
    found = []
    for text in ("Mətn", "# Ad\n\n1. bir\n2. iki\n\n| a | b |\n|---|---|\n| c | d |\n"):
        named = dict.fromkeys(("number", "title", "kind", "organisation", "language", "effective", "status"), "az")
        more = dict.fromkeys(("status_word", "watermark", "uncontrolled", "digest"), "x")
        files = (copies.Attachment("az.md", b"x", "text/markdown", "source", "y"),)
        labels = dict.fromkeys(facing.LABELS, "L")
        copy = copies.ControlledCopy(
            **named, **more, revision=1, facts=(), approvals=(), history=(), text=text, made=0, labels=labels,
            attachments=files,
        )  # fmt: skip
        found.append(renderers.FORMATS["docx"].render(copy))
    with zipfile.ZipFile(io.BytesIO(found[-1])) as package:
        read = [name for name in package.namelist() if name.startswith(_READ)]
        found.append(folder({name: package.read(name) for name in read}))
    return found


FORM = """fields:
- {name: title, label: {az: Ad, en: Title}, type: text, required: yes, length: 80}
- {name: story, label: S, type: long}
- {name: cost, label: C, type: number, decimals: 2, min: -5, max: 900}
- {name: twice, label: T, type: number, decimals: 1, computed: (cost + cost) / 1.5 - 2 * cost}
- {name: day, label: D, type: date, min: 2020-01-01}
- {name: kind, label: K, type: choice, choices: [good, {value: bad, label: B}]}
- {name: who, label: W, type: person}
- {name: by, label: B, type: document}
- name: rows
  label: R
  type: table
  max: 3
  of:
  - {name: amount, label: A, type: number, required: yes}
  - {name: more, label: M, type: number, computed: amount * amount}
signers: [head]
"""
ANSWERS = """title: Bir şey
story: |-
  bir

  - iki
cost: 12,50
day: 22.11.2026
kind: bad
who: anna
by: PRO-01
rows:
- {amount: 4}
- {amount: 5, more: 25}
"""


def _forms() -> list[bytes]:
    record = "---\nform: FRM-01\nform-revision: 1\nlanguage: az\ntitle: T\nvalues:\n  title: x\n---\n\n# T\n"
    return [
        f"{FORM}\n@@ values\n{ANSWERS}".encode(),
        f"{FORM}\n@@ values\n{ANSWERS}\n@@ record\n{record}".encode(),
    ]


SEEDS = {
    "proof": _proofs,
    "docx": _packages,
    "form": _forms,
    "commit": _commits,
    "sshsig": _seals,
    "message": lambda: [message._written(one) for one in strategies.SAMPLES],
    "tree": _trees,
    "heading": _texts,
    "charter": _charters,
    "checkpoint": _notes,
    "privatekey": _privates,
    "entry": _entries,
    "markdown": lambda: [MARKDOWN.encode(), *MARKDOWN.encode().split(b"\n\n")],
    "yaml": lambda: [*_requests(), *charter_files(Office.standard().plain()).values()],
    "state": _states,
    "editorial": _pairs,
}

_YAML = ("- ", ": ", "? ", "&a ", "*a", "!!str ", "| \n", ">-\n", "{", "}", "[", "]", "'", '"', "#", "---\n", "...\n")
_LINES = ("\n@@ az.md\n", "\n@@ en.md\n", "\n@@ a.png\n", "---\n", "\r\n", "\u202e", "\ufeff", "e\u0301")
_KEYS = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "nistp384",
    "sk-ssh-ed25519@openssh.com",
    "ssh:",
    "\0\0\0\x20",
)
WORDS: dict[str, tuple[str, ...]] = {
    "form": (
        *(*_YAML, "\n@@ values\n", "\n@@ record\n", "computed: ", "choices: ", "of: ", "required: yes", "decimals: 6"),
        *(
            "type: table",
            "type: long",
            "type: date",
            "min: ",
            "max: ",
            "- 0",
            "/ 0",
            "* cost",
            "(",
            ")",
            "9" * 15,
            "\\u",
        ),
    ),
    "proof": ('"entries": [', '"index 0', '"commit": "', "null", "true", "1e9", "-1", "docctl-proof/2", "[" * 99),
    "docx": (
        "PK\x01\x02",
        "PK\x03\x04",
        "PK\x05\x06",
        "word/document.xml",
        "_rels/.rels",
        "<!DOCTYPE a>",
        "../",
        "\n@@ word/document.xml\n",
        "<w:p>",
        "</w:p>",
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:t>",
        "&#1;",
        "PAGE",
    ),
    "commit": ("tree ", "\nparent ", "\nauthor ", "\ncommitter ", "\ngpgsig ", "\nencoding ", " +0400", "\n\n", "> "),
    "message": (
        *(f"\n{field.trailer}" for fields in events.GRAMMAR.values() for field in fields),
        *(f"\nDocctl-Event: {name}\n" for name in events.CLASSES),
        *("\n\nDocctl-Format: v1\n", "\nDocctl-Previous: ", "\nDocctl-Charter: ", " revision ", "charter", "\n\n"),
    ),
    "tree": (
        "100644 ",
        "40000 ",
        "120000 ",
        "160000 ",
        "40000 az.md\0",
        "100644 az.md-b\0",
        "az.md",
        ".git",
        "CON",
        "\0",
    ),
    "heading": (*_YAML, *_LINES, "id: ", "title: ", "languages: ", "authoritative: ", "clauses: ", "![", "](", "```"),
    "charter": (*_YAML, "\n@@ library.yaml\n", "\n@@ people.yaml\n", "note-key: ", "roles: ", "deputies: ", "left: "),
    "checkpoint": ("docctl/", "\n\n", "\n— ", "+", "=", "\u202e", " ", "\n41\n", "\n0\n"),
    "sshsig": (
        *(*_KEYS, "SSHSIG\0\0\0\x01", "git", "sha512", "sha256", "rsa-sha2-512", "-----BEGIN SSH SIGNATURE-----\n"),
        *('"crossOrigin":', '"topOrigin":', "true", "false", "null", "NaN", "1e999", "CHALLENGE", "\\u0000"),
    ),
    "privatekey": (*_KEYS, "openssh-key-v1\0", "none", "bcrypt", "aes256-ctr", "aes256-gcm@openssh.com", "\0\0\0\x01"),
    "markdown": (
        "[",
        "](",
        "![",
        "**",
        "~~",
        "`",
        "```\n",
        "> ",
        "- ",
        "1. ",
        "|",
        "|-|\n",
        "&#0;",
        "%00",
        "<!--",
        "\\",
    ),
    "yaml": (
        *_YAML,
        "person: ",
        "name: ",
        "email: ",
        "position: ",
        "public: ",
        "proof: ",
        "\\x85",
        "\x85",
        "%YAML 1.2\n",
    ),
    "state": ("cdocctl.core.model\n", "cdatetime\ndate\n", "cbuiltins\nfrozenset\n", "\x93", "R", "\x94", "b", "\x81"),
    "editorial": ("\n@@ new\n", "shall", "must", "not", "məli", "12", " ", "\n", "_", "'", "²", "İ"),
}
WORDS["entry"] = (
    *WORDS["message"],
    *WORDS["heading"],
    *(f"\n@@ signer\n{name}" for name in ("bob", "eva", "dan", "x")),
)
LARGEST = {
    "form": 8_192,
    "entry": 8_192,
    "proof": 65_536,
    "docx": 65_536,
    "charter": 16_384,
    "heading": 8_192,
    "privatekey": 4_096,
    "state": 16_384,
    "editorial": 8_192,
}
