"""Folders and files: what an entry brings that no folder may hold, and what it changes beside what it says."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from attack import CLEAN, ERROR, GOOD, WARNING, Group
from doors.realoffice import candidate
from ground import raw_tree, spliced

from docctl.core import commit as commits
from docctl.core import content, ports, tree
from docctl.library import deciding

GROUP = Group("Folders and files")
FILE, FOLDER = b"100644", b"40000"
INVALID, CHANGED = "tree-invalid", "undeclared-change"


def text(scene, subject="PRO-11"):
    return scene.text(scene.ground.library, subject)


def folder(scene, files=None):
    """The lines of an honest folder, its files stored."""
    lines = []
    for name, data in sorted((files or text(scene)).items()):
        lines.append((FILE, name.encode(), scene.put("blob", data)))
    return lines


def submit(scene, folder_id, files=None, **stated):
    """Dan submits a folder, with a tree of our own making."""
    files = files or text(scene)
    draft = deciding.submit_text(files, "Because")(scene.state)
    event = replace(draft.event, tree=folder_id, **stated)
    scene.write(replace(draft, files=None, event=event), "dan")


def brought(lines, scene):
    """Submit a folder with more lines."""
    submit(scene, scene.put("tree", spliced(raw_tree(*folder(scene)), *lines(scene))))


def one(mode, name, data=b"x\n", kind="blob"):
    return lambda scene: [(mode, name, scene.put(kind, data))]


SUBMITTED = (
    ("Symbolic link", "mode 120000", CLEAN, one(b"120000", b"link", b"/etc/passwd")),
    ("Submodule", "mode 160000", CLEAN, lambda scene: [(b"160000", b"module", scene.head)]),
    ("Program", "mode 100755", CLEAN, one(b"100755", b"run.png")),
    ("Group may write", "mode 100664", WARNING, one(b"100664", b"a.png")),
    ("Anybody may write", "mode 100666", WARNING, one(b"100666", b"a.png")),
    ("Mode with a leading zero", "mode 040000", ERROR, one(b"040000", b"sub", b"", "tree")),
    ("Unknown mode", "mode 100000", WARNING, one(b"100000", b"a.png")),
    ("Mode of nothing", "mode 0", ERROR, one(b"0", b"a.png")),
    ("Folder inside", "a folder in a text's folder", CLEAN, lambda scene: [(FOLDER, b"sub", scene.put("tree", raw_tree(*folder(scene))))]),
    ("Name `..`", "a way out of the folder", ERROR, one(FILE, b"..")),
    ("Name `.`", "the folder itself", ERROR, one(FILE, b".")),
    ("Name `.git`", "the repository's own folder", ERROR, one(FILE, b".git")),
    ("Name `.GIT`", "the same on Windows and macOS", ERROR, one(FILE, b".GIT")),
    ("Name `git~1`", "the same by its short name", ERROR, one(FILE, b"git~1")),
    ("Name `.git` with zero width", "the same on macOS", ERROR, one(FILE, ".g\u200cit".encode())),
    ("Name with a slash", "`a/b`", ERROR, one(FILE, b"a/b")),
    ("Name with a backslash", "`..\\x`, a way out on Windows", CLEAN, one(FILE, b"..\\x")),
    ("Name with a colon", "`a:b`, a hidden stream on Windows", CLEAN, one(FILE, b"a:b")),
    ("Device name", "`con.png`", CLEAN, one(FILE, b"con.png")),
    ("Name ending in a dot", "`a.`", CLEAN, one(FILE, b"a.")),
    ("Name ending in a space", "`a `", CLEAN, one(FILE, b"a ")),
    ("Name with direction marks", "`gnp.\u202e` read backwards", CLEAN, one(FILE, "a\u202egnp.md".encode())),
    ("Name with zero width", "two names that look alike", CLEAN, one(FILE, "a\u200bz.md".encode())),
    ("Name with a newline", "two lines in one name", CLEAN, one(FILE, b"a\nb")),
    ("Name with an escape", "a terminal escape in a name", CLEAN, one(FILE, b"a\x1b[2Kb")),
    ("Name that is not UTF-8", "a byte 0xff", CLEAN, one(FILE, b"a\xff")),
    ("Name in other letters", "a Cyrillic letter", CLEAN, one(FILE, "аz.md".encode())),
    ("Name beginning with a dash", "an option for somebody's program", CLEAN, one(FILE, b"-rf")),
    ("Long name", "101 letters", CLEAN, one(FILE, b"a" * 101)),
    ("Empty name", "no name at all", ERROR, one(FILE, b"")),
    ("`.gitattributes`", "`ident`, `working-tree-encoding`, `export-ignore`, `filter`", CLEAN,
     one(FILE, b".gitattributes", b"* ident working-tree-encoding=UTF-16 filter=evil\n")),
    ("`.gitmodules`", "settings of submodules", CLEAN, one(FILE, b".gitmodules", b'[submodule "x"]\n\turl = ext::sh\n')),
    ("`.mailmap`", "other names for the signers", CLEAN, one(FILE, b".mailmap", b"Anna <anna@x> <bob@office.example>\n")),
)  # fmt: skip
for name, what, fsck, lines in SUBMITTED:
    GROUP.attack(name, what, GOOD, fsck, INVALID)(partial(brought, lines))


def shaped(shape, scene):
    """Submit a folder whose lines are ours alone."""
    submit(scene, scene.put("tree", shape(scene, folder(scene))))


SHAPED = (
    ("Lines out of order", "`en.md` before `az.md`", ERROR, lambda s, lines: raw_tree(*reversed(lines))),
    ("Line twice", "`az.md` twice, the same", ERROR, lambda s, lines: raw_tree(lines[0], *lines)),
    ("Line twice, of two texts", "`az.md` twice: which of them was approved?", ERROR,
     lambda s, lines: raw_tree(lines[0], (FILE, b"az.md", s.put("blob", b"Bribes.\n")), lines[1])),
    ("File and folder of one name", "`az.md` as a file and as a folder", ERROR,
     lambda s, lines: raw_tree(lines[0], (FOLDER, b"az.md", s.put("tree", b"")), lines[1])),
    ("Folder cut short", "the last line has 19 bytes of id", ERROR, lambda s, lines: raw_tree(*lines)[:-1]),
    ("Bytes behind the folder", "a byte after the last line", ERROR, lambda s, lines: raw_tree(*lines) + b"1"),
    ("Too many files", "201 pictures", CLEAN, lambda s, lines: raw_tree(
        *((FILE, b"a%03d.png" % n, lines[0][2]) for n in range(201)), *lines)),
)  # fmt: skip
for name, what, fsck, shape in SHAPED:
    GROUP.attack(name, what, GOOD, fsck, INVALID)(partial(shaped, shape))


@GROUP.attack(
    "Folder in a loop of copies", "a tree bomb: ten levels, ten times the next one in each", GOOD, CLEAN, INVALID
)
def bomb(scene):
    one = scene.put("tree", raw_tree(*folder(scene)))
    for _ in range(10):
        one = scene.put("tree", raw_tree(*((FOLDER, b"d%d" % n, one) for n in range(10))))
    submit(scene, one)


@GROUP.attack("Deep folder", "three hundred folders one in the other", GOOD, CLEAN, INVALID)
def deep(scene):
    one = scene.put("tree", raw_tree(*folder(scene)))
    for _ in range(300):
        one = scene.put("tree", raw_tree((FOLDER, b"d", one)))
    submit(scene, one)


@GROUP.attack("Folder as a text", "the text's line names a tree", GOOD, ERROR, reason="object-corrupt")
def folder_as_text(scene):
    lines = folder(scene)
    other = scene.put("tree", raw_tree(*lines))
    submit(scene, scene.put("tree", raw_tree((FILE, b"az.md", other), lines[1])))


@GROUP.attack("Empty folder as a text", "the text's line names the empty tree", GOOD, ERROR, reason="object-corrupt")
def empty_as_text(scene):
    lines = folder(scene)
    submit(scene, scene.put("tree", raw_tree((FILE, b"az.md", scene.put("tree", b"")), lines[1])))


def holding(more, scene):
    """Submit a folder with other files, which the entry states truly."""
    files = more(text(scene))
    submit(scene, scene.blob_tree(files), text(scene), content=content.digest(files))


for name, what, more in (
    ("Names alike but for case", "`az.md` and `AZ.MD`", lambda files: {**files, "AZ.MD": b"other\n"}),
    ("File of another kind", "`az.html` beside the texts", lambda files: {**files, "az.html": b"<script>"}),
    ("Empty folder", "no text at all", lambda files: {}),
):
    GROUP.attack(name, what, GOOD, CLEAN, "text-invalid")(partial(holding, more))


@GROUP.attack("Text as a folder", "the entry's tree is a blob", GOOD, ERROR, reason="object-corrupt")
def text_as_folder(scene):
    blob = scene.put("blob", b"x\n")
    submit(scene, blob)


@GROUP.attack("Text that is not there", "the folder names a blob that nobody has", GOOD, ERROR, reason="object-missing")
def absent(scene):
    lines = folder(scene)
    submit(scene, scene.put("tree", raw_tree((FILE, b"az.md", "1" * 40), lines[1])))


@GROUP.attack("Text over the limit", "a text of 33 MiB, 33 KiB on the disk", GOOD, CLEAN, INVALID)
def large(scene):
    data = bytes(ports.MAX_BLOB + 1024 * 1024)
    lines = folder(scene)
    submit(scene, scene.put("tree", raw_tree((FILE, b"az.md", scene.put("blob", data)), lines[1])))


@GROUP.attack("Folder over the limit", "a folder of 9 MiB", GOOD, CLEAN, INVALID)
def large_folder(scene):
    lines = folder(scene)
    data = raw_tree(*((FILE, b"a%06d.png" % n, lines[0][2]) for n in range(250_000)))
    submit(scene, scene.put("tree", data))


# -- content -----------------------------------------------------------------------------------------------------------------


@GROUP.attack(
    "Another text of the same id", "SHA-1 found a second text: played by a folder that is not what the entry's SHA-256 says",
    GOOD, CLEAN, "content-digest",
)  # fmt: skip
def collision(scene):
    files = text(scene)
    other = {**files, "az.md": files["az.md"] + b"Bribes are welcome.\n"}
    submit(scene, scene.blob_tree(other), files, content=content.digest(files))


def worded(change, scene):
    """Submit a text whose bytes are odd, with true ids and digests."""
    files = text(scene)
    submit_files = {**files, "az.md": change(files["az.md"])}
    draft = deciding.submit_text(files, "Because")(scene.state)
    one = scene.blob_tree(submit_files)
    submit(scene, one, files, content=content.digest(submit_files))
    assert draft.event.tree != one


def heading(old, new):
    def change(data):
        assert old in data
        return data.replace(old, new, 1)

    return change


START = b"---\n"
BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
for name, what, change, code in (
    ("Aliases in a heading", "a billion laughs", heading(START, START + BOMB), "text-invalid"),
    ("Tag in a heading", "`!!python/object/apply:os.system`", heading(START, START + b"a: !!python/object/apply:os.system [x]\n"),
     "text-invalid"),
    ("Name twice in a heading", "two ids", heading(START, START + b"id: PRO-07\n"), "text-invalid"),
    ("Unknown name in a heading", "`status: approved`", heading(START, START + b"status: approved\n"), "text-invalid"),
    ("Deep heading", "a hundred brackets", heading(START, START + b"a: " + b"[" * 100 + b"]" * 100 + b"\n"), "text-invalid"),
    ("Two documents in a heading", "the heading ends twice", heading(START, START + b"a: b\n---\n"), "text-invalid"),
    ("Heading of another document", "the text says PRO-07, the entry PRO-11", heading(b"PRO-11", b"PRO-07"), "heading-differs"),
    ("Heading of another title", "the entry states another title", heading("Sənəd".encode(), "Başqa".encode()), "heading-differs"),
    ("Escape in a text", "a terminal escape", lambda data: data + b"\x1b[2K\n", "text-invalid"),
    ("Direction marks in a text", "the text reads otherwise than it is", lambda data: data + "\u202e\n".encode(), "text-invalid"),
    ("Text that is not UTF-8", "a byte 0xff", lambda data: data + b"\xff\n", "text-invalid"),
    ("NUL in a text", "a NUL", lambda data: data + b"\0\n", "text-invalid"),
    ("Decomposed letters in a text", "another normal form", lambda data: data + "e\u0301\n".encode(), "text-invalid"),
    ("Picture from elsewhere", "`![](../../charter/people.yaml)`", lambda data: data + b"![](../../charter/people.yaml)\n", "text-invalid"),
    ("Picture from the network", "`![](https://evil.example/x.png)`", lambda data: data + b"![](https://evil.example/x.png)\n",
     "text-invalid"),
    ("Long text", "over a megabyte", lambda data: data + b"x\n" * 600_000, "text-invalid"),
):  # fmt: skip
    GROUP.attack(name, what, GOOD, CLEAN, code)(partial(worded, change))


# -- more than the entry says ------------------------------------------------------------------------------------------------


def beside(change, scene):
    """A remark, which may change nothing, with another tree."""
    scene.write(tree=change(scene))


def inner(scene, path, *lines):
    """The root tree with lines put into the folder at a path."""
    shelf, root = scene.state.shelf, scene.state.tree
    data = spliced(shelf.get("tree", shelf.look(root, path) or commits.object_id("tree", b"")), *lines)
    fresh = scene.put("tree", data)
    for depth in range(len(path) - 1, -1, -1):
        above = shelf.look(root, path[:depth])
        fresh = scene.put("tree", spliced(shelf.get("tree", above), (FOLDER, path[depth].encode(), fresh)))
    return fresh


def evil(scene):
    return scene.put("blob", b"Bribes are welcome.\n")


def removed(scene):
    shelf = scene.state.shelf
    return scene.put("tree", shelf.get("tree", shelf.changed(scene.state.tree, ("procedures",), None)))


for name, what, fsck, change in (
    ("Text in force changed", "a remark that also changes another document's text", CLEAN,
     lambda s: inner(s, ("procedures", "PRO-07"), (FILE, b"az.md", evil(s)))),
    ("Own text changed", "a remark that also changes the text it is about", CLEAN,
     lambda s: inner(s, ("policies", "POL-07"), (FILE, b"az.md", evil(s)))),
    ("Submitted text changed", "a remark that also changes a text under approval", CLEAN,
     lambda s: inner(s, ("drafts", "PRO-08"), (FILE, b"az.md", evil(s)))),
    ("Charter changed", "a remark that also changes who may do what", CLEAN,
     lambda s: inner(s, ("charter",), (FILE, b"people.yaml", evil(s)))),
    ("Folder removed", "a remark that also deletes every procedure", CLEAN, removed),
    ("Everything removed", "a remark with the empty tree", CLEAN, lambda s: s.put("tree", b"")),
    ("File put in", "a remark with a README", CLEAN, lambda s: s.change_top((FILE, b"README.md", evil(s)))),
    ("Attributes put in", "a remark with a `.gitattributes`", CLEAN,
     lambda s: s.change_top((FILE, b".gitattributes", s.put("blob", b"* export-ignore\n")))),
    ("Link put in", "a remark with a symbolic link", CLEAN,
     lambda s: s.change_top((b"120000", b"drafts2", s.put("blob", b"/etc")))),
    ("Mode changed", "a remark that makes a text a program", CLEAN,
     lambda s: inner(s, ("procedures", "PRO-07"), (b"100755", b"az.md", line(s)))),
    ("Record forged", "a remark that also puts a record in", CLEAN,
     lambda s: s.change_top((FOLDER, b"records", s.put("tree", raw_tree((FILE, b"x", evil(s))))))),
    ("Tree that is not there", "a remark with a tree that nobody has", ERROR, lambda s: "1" * 40),
    ("Tree that is a text", "a remark whose tree is a blob", ERROR, evil),
    ("Root spelled otherwise", "the same files in another order", ERROR,
     lambda s: s.put("tree", swapped(s.state.shelf.get("tree", s.state.tree)))),
):  # fmt: skip
    GROUP.attack(name, what, GOOD, fsck, CHANGED)(partial(beside, change))


def line(scene):
    shelf = scene.state.shelf
    return tree.find(shelf.get("tree", shelf.look(scene.state.tree, ("procedures", "PRO-07"))), "az.md").id


def swapped(data):
    """The first two lines in the other order."""
    first = data.index(b"\0") + 21
    second = data.index(b"\0", first) + 21
    return data[first:second] + data[:first] + data[second:]


@GROUP.attack("Publication of another text", "what takes effect is not what was approved", GOOD, CLEAN, CHANGED)
def other_published(scene):
    library = scene.library_there()
    library.approve("PRO-07", scene.key("bob"))
    scene.settled(library)
    state = library.book.state
    plan = deciding.publish("PRO-07", effective=None, today=library.today(), act=None, comment="", behalf=None)
    top = state.shelf.changed(state.tree, ("drafts", "PRO-07"), None)
    top = state.shelf.changed(top, ("procedures", "PRO-07"), scene.blob_tree({"az.md": b"Bribes.\n"}))
    for kind, data in state.shelf.fresh_trees(state.tree, top):
        scene.put(kind, data)
    scene.append(candidate(library, scene.key("anna"), plan(state), tree=top))


@GROUP.attack("Submission into another folder", "PRO-11 is submitted, POL-07 in force changes", GOOD, CLEAN, CHANGED)
def other_folder(scene):
    files = text(scene)
    draft = deciding.submit_text(files, "Because")(scene.state)
    shelf = scene.state.shelf
    for kind, data in tree.files_tree(files)[1]:
        shelf.put(kind, commits.object_id(kind, data), data)
    root = shelf.changed(scene.state.tree, ("policies", "POL-07"), scene.blob_tree(files))
    for kind, data in shelf.fresh_trees(scene.state.tree, root):
        scene.put(kind, data)
    scene.write(draft, "dan", tree=root)


test_each = GROUP.tried()
