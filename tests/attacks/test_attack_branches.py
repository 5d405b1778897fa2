"""The branch: where it lies, what it names, and everything that could be taken for it."""

from __future__ import annotations

from attack import CLEAN, ERROR, GOOD, REFUSED, WARNING, Group

from docctl.core import tree
from docctl.library import auditing

GROUP = Group("The branch")


def older(scene, by=2):
    """An earlier entry."""
    return scene.ground.commits[-1 - by][0]


def text_blob(scene):
    """The text of the revision that is submitted but not in force."""
    folder = scene.state.shelf.look(scene.state.tree, ("drafts", "PRO-07"))
    return tree_line(scene, folder, "az.md")


def tree_line(scene, folder, name):
    return tree.find(scene.state.shelf.get("tree", folder), name).id


def main(scene):
    return scene.git / "refs/heads/main"


@GROUP.attack("No branch", "`refs/heads/main` is deleted", REFUSED, WARNING, reason="library-empty")
def no_branch(scene):
    main(scene).unlink()


for name, what, text, git, fsck, reason in (
    ("Branch emptied", "the branch's file is empty", b"", REFUSED, ERROR, "head-unreadable"),
    ("Branch of rubbish", "the branch's file holds no id", b"rubbish\n", REFUSED, ERROR, "head-unreadable"),
    ("Branch of zeros", "the branch names the id of nothing", b"0" * 40 + b"\n", REFUSED, ERROR, "object-missing"),
    ("Branch to nowhere", "the branch names an object that is not there", b"1" * 40 + b"\n", REFUSED, ERROR,
     "object-missing"),
):  # fmt: skip
    GROUP.attack(name, what, git, fsck, reason=reason)(lambda scene, text=text: main(scene).write_bytes(text))


@GROUP.attack("Branch with more behind", "a second id behind the first", GOOD, CLEAN, reason="head-unreadable")
def two_ids(scene):
    main(scene).write_text(f"{scene.head}\n{older(scene)}\n")


@GROUP.attack("Branch at a text", "the branch names a blob", REFUSED, ERROR, reason="object-corrupt")
def at_a_blob(scene):
    scene.move(text_blob(scene))


@GROUP.attack("Branch at a folder", "the branch names a tree", REFUSED, ERROR, reason="object-corrupt")
def at_a_tree(scene):
    scene.move(scene.state.tree)


@GROUP.attack(
    "Branch at a tag", "the branch names a tag object that names the head", REFUSED, ERROR, reason="object-corrupt"
)
def at_a_tag(scene):
    tagger = b"Bob <bob@office.example> 1999999999 +0000"
    tag = b"object %s\ntype commit\ntag main\ntagger %s\n\nx\n" % (scene.head.encode(), tagger)
    scene.move(scene.put("tag", tag))


@GROUP.attack(
    "Branch that names a branch", "`main` is a symbolic ref to another branch", GOOD, CLEAN, reason="head-unreadable"
)
def symbolic(scene):
    (scene.git / "refs/heads/other").write_text(scene.head + "\n")
    main(scene).write_text("ref: refs/heads/other\n")


@GROUP.attack("Branch as a link", "the branch's file is a symbolic link", GOOD, CLEAN, reason="head-unreadable")
def link(scene):
    (scene.place / "elsewhere").write_text(scene.head + "\n")
    main(scene).unlink()
    main(scene).symlink_to(scene.place / "elsewhere")


@GROUP.attack(
    "Tag in the place of the branch", "`main` is gone, the tag `refs/tags/refs/heads/main` takes its place",
    GOOD, WARNING, reason="library-empty",
)  # fmt: skip
def tag_instead(scene):
    main(scene).unlink()
    scene.stock("update-ref", "refs/tags/refs/heads/main", scene.head)


@GROUP.attack("Tag called main", "`main` means the tag to stock git, the branch to docctl", GOOD, CLEAN)
def tag_main(scene):
    scene.stock("update-ref", "refs/tags/main", older(scene))
    scene.stock("update-ref", "refs/tags/refs/heads/main", older(scene))
    scene.at = "refs/heads/main"


@GROUP.attack("Branch called like an id", "a branch whose name is the head's id", GOOD, CLEAN)
def like_an_id(scene):
    (scene.git / "refs/heads" / scene.head).write_text(older(scene) + "\n")


@GROUP.attack("HEAD elsewhere", "HEAD names another branch, with another history", GOOD, CLEAN)
def head_elsewhere(scene):
    (scene.git / "refs/heads/other").write_text(older(scene) + "\n")
    (scene.git / "HEAD").write_text("ref: refs/heads/other\n")


@GROUP.attack("Packed branch disagrees", "`packed-refs` names an older entry than the branch's file", GOOD, CLEAN)
def packed_disagrees(scene):
    (scene.git / "packed-refs").write_text(f"# pack-refs with: peeled \n{older(scene)} refs/heads/main\n")


@GROUP.attack(
    "Rolled back by packing",
    "only `packed-refs` is left, and it names an older entry",
    GOOD,
    CLEAN,
    "checkpoint-longer",
)
def packed_only(scene):
    scene.marks = (auditing.checkpoint(scene.state),)
    scene.first, scene.expected = 0, None
    (scene.git / "packed-refs").write_text(f"{older(scene)} refs/heads/main\n")
    main(scene).unlink()


@GROUP.attack("Packed branch twice", "`packed-refs` names the branch twice", GOOD, CLEAN)
def packed_twice(scene):
    lines = f"{scene.head} refs/heads/main\n"
    (scene.git / "packed-refs").write_text(lines + lines)
    main(scene).unlink()


@GROUP.attack("Packed branches of rubbish", "`packed-refs` cannot be read", REFUSED, ERROR, reason="git-failed")
def packed_rubbish(scene):
    (scene.git / "packed-refs").write_bytes(b"\xff\xff rubbish\n")
    main(scene).unlink()


@GROUP.attack(
    "Packed branch to nowhere",
    "only `packed-refs` is left, and it names no object",
    REFUSED,
    ERROR,
    reason="object-missing",
)
def packed_nowhere(scene):
    (scene.git / "packed-refs").write_text(f"{'1' * 40} refs/heads/main\n")
    main(scene).unlink()


test_each = GROUP.tried()
