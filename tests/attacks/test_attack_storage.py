"""What lies in the repository's files: branches, objects, packs, and everything by which git may be shown another history."""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import partial

from attack import CLEAN, ERROR, GOOD, REFUSED, WARNING, Group
from doors.realoffice import stock
from ground import _whole
from test_attack_branches import older, text_blob, tree_line

from docctl.core.commit import unsigned

GROUP = Group("Storage and transport")


def forged(scene):
    """Somebody's commit that nobody signed, with the files as they are."""
    raw = unsigned(scene.state.tree, older(scene), ("Bob", "bob@office.example"), (1999999999, "+0000"), b"forged\n")
    return scene.put("commit", raw)


# -- other histories for stock git -----------------------------------------------------------------------------------------


def replaced(kind, scene):
    if kind == "commit":
        scene.stock("replace", scene.head, forged(scene))
    elif kind == "tree":
        scene.stock("replace", scene.state.tree, scene.put("tree", b""))
    else:
        scene.stock("replace", text_blob(scene), scene.put("blob", b"Bribes are welcome.\n"))


for kind, git in (("commit", REFUSED), ("tree", GOOD), ("blob", GOOD)):
    GROUP.attack(
        f"Replaced {kind}", f"`git replace` shows another {kind} in its place", git, CLEAN, hazards=("replace-refs",)
    )(partial(replaced, kind))


@GROUP.attack(
    "Packed replacement", "the replacement is named in `packed-refs` alone", REFUSED, CLEAN, hazards=("replace-refs",)
)
def replaced_packed(scene):
    replaced("commit", scene)
    scene.stock("pack-refs", "--all")


@GROUP.attack("Grafts", "`info/grafts` cuts the history off", GOOD, WARNING, hazards=("grafts",))
def grafts(scene):
    (scene.git / "info").mkdir(exist_ok=True)
    (scene.git / "info/grafts").write_text(f"{scene.head}\n")


@GROUP.attack("Shallow clone", "`git clone --depth 3`", GOOD, CLEAN, reason="history-incomplete", hazards=("shallow",))
def shallow(scene):
    scene.path = scene.place / "shallow"
    scene.first, scene.expected = 0, None
    stock("clone", "-q", "--depth", "3", f"file://{scene.root}", str(scene.path), cwd=scene.place)


@GROUP.attack(
    "Whole copy called shallow", "a `shallow` file in a copy that has everything", GOOD, CLEAN,
    reason="history-incomplete", hazards=("shallow",),
)  # fmt: skip
def called_shallow(scene):
    scene.first, scene.expected = 0, None
    (scene.git / "shallow").write_text(older(scene) + "\n")


@GROUP.attack(
    "Partial clone", "`git clone --filter=blob:none`: the texts would be fetched while one reads", GOOD, CLEAN,
    reason="object-missing", hazards=("partial-clone",),
)  # fmt: skip
def partial_clone(scene):
    scene.stock("config", "uploadpack.allowFilter", "true")
    scene.path = scene.place / "partial"
    words = ("clone", "-q", "--bare", "--filter=blob:none", f"file://{scene.root}", str(scene.path))
    stock(*words, cwd=scene.place)


@GROUP.attack(
    "Promised object that runs a program", "the missing text is promised by a remote `ext::program`",
    GOOD, ERROR, reason="object-missing", hazards=("partial-clone", "configuration"),
)  # fmt: skip
def promised(scene):
    scene.loose(text_blob(scene)).unlink()
    for name, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", f"ext::{scene.program}"),
        ("protocol.ext.allow", "always"),
        ("core.sshCommand", str(scene.program)),
    ):
        scene.stock("config", name, value)


@GROUP.attack(
    "Borrowed objects", "`info/alternates`: half of the copy lies elsewhere", GOOD, CLEAN, hazards=("alternates",)
)
def alternates(scene):
    elsewhere = scene.place / "elsewhere"
    (scene.git / "objects").rename(elsewhere)
    (scene.git / "objects/info").mkdir(parents=True)
    (scene.git / "objects/info/alternates").write_text(f"{elsewhere}\n")


@GROUP.attack(
    "Forged object in borrowed ones", "the text is missing here, and another lies elsewhere under its id", GOOD, ERROR,
    reason="object-corrupt", hazards=("alternates",),
)  # fmt: skip
def forged_elsewhere(scene):
    one = text_blob(scene)
    scene.loose(one).unlink()
    place = scene.place / "elsewhere" / one[:2]
    place.mkdir(parents=True)
    (place / one[2:]).write_bytes(zlib.compress(_whole("blob", b"Bribes are welcome.\n")))
    (scene.git / "objects/info").mkdir(exist_ok=True)
    (scene.git / "objects/info/alternates").write_text(f"{place.parent}\n")


@GROUP.attack("Objects borrowed by http", "`info/http-alternates`", GOOD, CLEAN, hazards=("alternates",))
def http_alternates(scene):
    (scene.git / "objects/info").mkdir(exist_ok=True)
    (scene.git / "objects/info/http-alternates").write_text("http://evil.example/objects\n")


def graph_of(scene):
    scene.stock("commit-graph", "write", "--reachable")
    path = scene.git / "objects/info/commit-graph"
    path.chmod(0o644)
    return path


def rewritten_graph(scene, change):
    """The commit-graph with something changed, its checksum made right again."""
    path = graph_of(scene)
    data = bytearray(path.read_bytes()[:-20])
    change(data)
    path.write_bytes(bytes(data) + hashlib.sha1(data).digest())


@GROUP.attack("Forged commit-graph, parents", "an entry drops out of `git log`", GOOD, ERROR, hazards=("commit-graph",))
def graph_parents(scene):
    def change(data):
        names = sorted(bytes.fromhex(one) for one, _ in scene.ground.commits)
        at = data.index(names[0] + names[1]) + 20 * len(names) + 36 * names.index(bytes.fromhex(scene.head)) + 20
        data[at : at + 4] = struct.pack(">I", names.index(bytes.fromhex(older(scene))))

    rewritten_graph(scene, change)


@GROUP.attack("Forged commit-graph, tree", "`git ls-tree` shows other files", GOOD, ERROR, hazards=("commit-graph",))
def graph_tree(scene):
    def change(data):
        at = data.index(bytes.fromhex(scene.state.tree))
        data[at : at + 20] = bytes.fromhex(scene.put("tree", b""))

    rewritten_graph(scene, change)


@GROUP.attack("Commit-graph of rubbish", "the file cannot be read", GOOD, ERROR, hazards=("commit-graph",))
def graph_rubbish(scene):
    graph_of(scene).write_bytes(b"CGPH rubbish")


@GROUP.attack("Honest commit-graph", "`git commit-graph write`: nothing to tell", GOOD, CLEAN)
def graph_honest(scene):
    graph_of(scene)


# -- packs -----------------------------------------------------------------------------------------------------------------


def packed(scene):
    scene.stock("repack", "-adq")
    (index,) = (scene.git / "objects/pack").glob("*.idx")
    index.chmod(0o644)
    index.with_suffix(".pack").chmod(0o644)
    return index


@GROUP.attack("Everything packed", "`git repack -ad`: nothing to tell", GOOD, CLEAN)
def all_packed(scene):
    packed(scene)


@GROUP.attack("Pack with bytes changed", "zeros in the packed text", GOOD, ERROR, reason="object-missing")
def pack_bytes(scene):
    """git gives up on such an object and calls it missing, as if it had never been there."""
    index = packed(scene)
    pack = index.with_suffix(".pack")
    data = bytearray(pack.read_bytes())
    listed = scene.stock("verify-pack", "-v", str(index)).splitlines()
    at = int(next(one for one in listed if one.startswith(text_blob(scene))).split()[4])
    data[at + 2 : at + 8] = bytes(6)
    pack.write_bytes(data)


@GROUP.attack(
    "Index that points elsewhere", "the pack's index gives one text's bytes for another", GOOD, ERROR,
    reason="object-corrupt",
)  # fmt: skip
def index_elsewhere(scene):
    index = packed(scene)
    data = bytearray(index.read_bytes()[:-20])
    count = struct.unpack(">I", data[8 + 255 * 4 : 8 + 256 * 4])[0]
    names = [bytes(data[1032 + 20 * at : 1052 + 20 * at]) for at in range(count)]
    offsets = 1032 + 24 * count
    one, other = (offsets + 4 * names.index(bytes.fromhex(name)) for name in (text_blob(scene), first_text(scene)))
    data[one : one + 4], data[other : other + 4] = data[other : other + 4], data[one : one + 4]
    index.write_bytes(bytes(data) + hashlib.sha1(data).digest())


def first_text(scene):
    folder = scene.state.shelf.look(scene.state.tree, ("procedures", "PRO-07"))
    return tree_line(scene, folder, "az.md")


@GROUP.attack(
    "Pack without index", "the index is deleted: its objects are nowhere", REFUSED, ERROR, reason="object-missing"
)
def no_index(scene):
    packed(scene).unlink()


@GROUP.attack("Pack index of rubbish", "the index cannot be read", REFUSED, ERROR, reason="object-missing")
def index_rubbish(scene):
    packed(scene).write_bytes(b"\xfftOc rubbish")


@GROUP.attack("Forged index over packs", "a multi-pack-index that gives one text's bytes for another", GOOD, ERROR)
def midx(scene):
    packed(scene)
    scene.stock("multi-pack-index", "write")
    path = scene.git / "objects/pack/multi-pack-index"
    path.chmod(0o644)
    data = bytearray(path.read_bytes()[:-20])
    chunks = {
        bytes(data[12 + 12 * n : 16 + 12 * n]): struct.unpack(">Q", data[16 + 12 * n : 24 + 12 * n])[0]
        for n in range(6)
    }
    names, places = chunks[b"OIDL"], chunks[b"OOFF"]
    count = (places - names) // 20
    listed = [bytes(data[names + 20 * at : names + 20 * at + 20]) for at in range(count)]
    one, other = (places + 8 * listed.index(bytes.fromhex(name)) for name in (text_blob(scene), first_text(scene)))
    data[one : one + 8], data[other : other + 8] = data[other : other + 8], data[one : one + 8]
    path.write_bytes(bytes(data) + hashlib.sha1(data).digest())


# -- loose objects ---------------------------------------------------------------------------------------------------------


@GROUP.attack("Text rewritten in place", "another text under the same id", GOOD, ERROR, reason="object-corrupt")
def blob_in_place(scene):
    scene.overwrite(text_blob(scene), "blob", b"Bribes are welcome.\n")


@GROUP.attack(
    "Folder rewritten in place", "a submitted folder shows another text", GOOD, ERROR, reason="object-corrupt"
)
def tree_in_place(scene):
    folder = scene.state.shelf.look(scene.state.tree, ("drafts", "PRO-07"))
    data = scene.state.shelf.get("tree", folder)
    evil = scene.put("blob", b"Bribes are welcome.\n")
    scene.overwrite(folder, "tree", data.replace(bytes.fromhex(text_blob(scene)), bytes.fromhex(evil)))


@GROUP.attack(
    "Entry rewritten in place", "another signer's words under the same id", REFUSED, ERROR, reason="object-corrupt"
)
def commit_in_place(scene):
    raw = scene.ground.commits[-1][1]
    scene.overwrite(scene.head, "commit", raw.replace(b"Because", b"Becauze"))


@GROUP.attack(
    "Parent rewritten in place", "an entry of the middle names another parent: three entries drop out", GOOD, ERROR,
    reason="object-corrupt",
)  # fmt: skip
def parent_in_place(scene):
    one, raw = scene.ground.commits[-3]
    scene.overwrite(one, "commit", raw.replace(older(scene, 3).encode(), older(scene, 6).encode()))


@GROUP.attack("Root folder rewritten in place", "never read, since its id follows from what was read", GOOD, ERROR)
def root_in_place(scene):
    scene.overwrite(scene.ground.state.tree, "tree", b"")


def loose_as(whole, scene, packing=zlib.compress):
    """The text's file with these bytes before packing."""
    one = text_blob(scene)
    path = scene.loose(one)
    data = scene.state.shelf.get("blob", one)
    path.unlink()
    path.write_bytes(packing(whole(data)))


for name, what, git, fsck, reason, whole in (
    ("Object of another type", "the text's file says it is a tree", GOOD, ERROR, "object-corrupt",
     lambda data: _whole("tree", data)),
    ("Object with bytes behind", "the unpacked file goes on behind its size, which nobody reads", GOOD, ERROR, None,
     lambda data: _whole("blob", data) + b"more"),
    ("Object cut short", "the unpacked file ends before its size", GOOD, ERROR, "object-corrupt",
     lambda data: _whole("blob", data)[:-4]),
    ("Size with a leading zero", "a header that git never writes", GOOD, ERROR, "object-corrupt",
     lambda data: b"blob 0%d\0" % len(data) + data),
    ("Size that is none", "a negative size", GOOD, ERROR, "object-corrupt", lambda data: b"blob -1\0" + data),
    ("Enormous size", "a header that claims 2^60 bytes", GOOD, ERROR, "object-corrupt",
     lambda data: b"blob %d\0" % 2**60 + data),
    ("Unknown type", "the text's file says it is a `blub`", GOOD, ERROR, "object-corrupt",
     lambda data: _whole("blub", data)),
    ("Header without end", "no NUL behind the size", GOOD, ERROR, "object-corrupt", lambda data: b"blob 40"),
):  # fmt: skip
    GROUP.attack(name, what, git, fsck, reason=reason)(partial(loose_as, whole))


@GROUP.attack(
    "Bytes behind the packed object", "the file goes on behind the compressed stream, which nobody reads", GOOD, ERROR
)
def behind_packed(scene):
    loose_as(lambda data: _whole("blob", data), scene, lambda data: zlib.compress(data) + b"more")


@GROUP.attack("Text emptied", "the file is empty", GOOD, ERROR, reason="object-corrupt")
def emptied(scene):
    scene.loose(text_blob(scene)).unlink()
    scene.loose(text_blob(scene)).write_bytes(b"")


@GROUP.attack("Folder in the place of a text", "a directory of that name", GOOD, ERROR, reason="object-corrupt")
def directory(scene):
    scene.loose(text_blob(scene)).unlink()
    scene.loose(text_blob(scene)).mkdir()


@GROUP.attack("Text deleted", "the object of a submitted text is gone", GOOD, ERROR, reason="object-missing")
def deleted(scene):
    scene.loose(text_blob(scene)).unlink()


@GROUP.attack("Entry deleted", "a commit of the middle is gone", GOOD, ERROR, reason="object-missing")
def entry_deleted(scene):
    scene.loose(older(scene, 4)).unlink()


@GROUP.attack("Entry of a terabyte", "a commit's file claims 2^40 bytes", REFUSED, ERROR, reason="object-too-large")
def terabyte(scene):
    scene.loose(scene.head).unlink()
    scene.loose(scene.head).write_bytes(zlib.compress(b"commit %d\0" % 2**40 + scene.ground.commits[-1][1]))


@GROUP.attack("SHA-256 repository", "`git init --object-format=sha256`", REFUSED, WARNING, reason="object-format")
def sha256(scene):
    scene.path = scene.place / "other"
    stock("init", "-q", "--object-format=sha256", str(scene.path), cwd=scene.place)


@GROUP.attack("Called a SHA-256 repository", "only the settings say so", REFUSED, ERROR, reason="object-format")
def called_sha256(scene):
    (scene.git / "config").write_text("[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = sha256\n")


test_each = GROUP.tried()
