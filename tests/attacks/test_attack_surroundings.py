"""What is around the ledger: settings, hooks, working files, pointers, and the environment of whoever judges."""

from __future__ import annotations

from functools import partial

from attack import CLEAN, ERROR, GOOD, REFUSED, WARNING, Group
from doors.realoffice import stock

from docctl import signatures
from docctl.core import commit as commits

GROUP = Group("Settings, environment and working files")
TOLD = ("configuration",)


def by_mallory(scene):
    """An entry of a stranger, who calls himself Bob."""
    payload = scene.payload()
    scene.append(commits.signed(payload, scene.key("mallory").sign(payload, "git")))


def config(scene, *pairs):
    with (scene.git / "config").open("a") as file:
        for name, value in pairs:
            section, _, last = name.rpartition(".")
            first, _, inner = section.partition(".")
            head = f'{first} "{inner}"' if inner else first
            text = value.replace("\\", "\\\\").replace('"', '\\"')
            file.write(f'[{head}]\n\t{last} = "{text}"\n')


@GROUP.attack(
    "Own list of signers", "`gpg.ssh.allowedSignersFile` in the copy's own settings names the stranger's key",
    GOOD, CLEAN, "signer-unknown", hazards=TOLD,
)  # fmt: skip
def own_list(scene):
    by_mallory(scene)
    line = signatures.allowed_signers_line("bob@office.example", scene.key("mallory").key)
    (scene.place / "evil_signers").write_text(line + "\n")
    config(scene, ("gpg.ssh.allowedSignersFile", str(scene.place / "evil_signers")))
    scene.bare_eyes = True


@GROUP.attack(
    "Own verifying program", "`gpg.ssh.program` says that everything is good, and does what else it likes",
    GOOD, CLEAN, "signer-unknown", hazards=TOLD, runs=True,
)  # fmt: skip
def own_program(scene):
    by_mallory(scene)
    said = 'Good "git" signature for bob@office.example with ED25519 key SHA256:' + "A" * 43
    scene.program.write_text(f"#!/bin/sh\ncat >/dev/null\ntouch {scene.marker}\necho '{said}'\n")
    config(scene, ("gpg.ssh.program", str(scene.program)))


def quiet(name, value, scene):
    """A setting that would run the attacker's program, or mislead."""
    config(scene, (name, value.replace("PROGRAM", str(scene.program))))


@GROUP.attack(
    "Setting core.fsmonitor",
    "a program in the copy's settings: `git fsck` starts it",
    GOOD,
    WARNING,
    hazards=TOLD,
    runs=True,
)
def fsmonitor(scene):
    quiet("core.fsmonitor", "PROGRAM", scene)


for name, value in (
    ("core.sshCommand", "PROGRAM"),
    ("core.gitProxy", "PROGRAM"),
    ("core.pager", "PROGRAM"),
    ("core.editor", "PROGRAM"),
    ("core.askPass", "PROGRAM"),
    ("core.alternateRefsCommand", "PROGRAM"),
    ("core.attributesFile", "PROGRAM"),
    ("gpg.program", "PROGRAM"),
    ("gpg.ssh.defaultKeyCommand", "PROGRAM"),
    ("filter.evil.smudge", "PROGRAM"),
    ("diff.external", "PROGRAM"),
    ("diff.evil.textconv", "PROGRAM"),
    ("merge.evil.driver", "PROGRAM"),
    ("credential.helper", "!PROGRAM"),
    ("uploadpack.packObjectsHook", "PROGRAM"),
    ("alias.log", "!PROGRAM"),
    ("pager.log", "PROGRAM"),
    ("url.ext::PROGRAM.insteadOf", "https://example.org"),
    ("protocol.ext.allow", "always"),
    ("extensions.worktreeConfig", "true"),
):
    setting = name.partition("PROGRAM")[0]
    GROUP.attack(
        f"Setting {name.replace('PROGRAM', '…')}",
        f"`{setting}…` in the copy's settings" if "PROGRAM" in name else "in the copy's own settings",
        GOOD,
        CLEAN,
        hazards=TOLD,
    )(lambda scene, name=name, value=value: quiet(name.replace("PROGRAM", "x"), value, scene))


for name, value in (
    ("core.commitGraph", "true"),
    ("core.multiPackIndex", "true"),
    ("core.useReplaceRefs", "true"),
    ("core.bigFileThreshold", "1"),
    ("core.bare", "true"),
    ("core.logAllRefUpdates", "always"),
    ("core.warnAmbiguousRefs", "false"),
    ("log.showSignature", "true"),
    ("i18n.logOutputEncoding", "UTF-7"),
    ("transfer.hideRefs", "refs/heads/main"),
    ("fsck.badTree", "ignore"),
    ("gc.auto", "1"),
):
    GROUP.attack(f"Setting {name}", f"`{value}`: changes nothing here", GOOD, CLEAN)(partial(quiet, name, value))


@GROUP.attack("Other working folder", "`core.worktree` names a folder elsewhere", GOOD, CLEAN, hazards=TOLD)
def worktree(scene):
    config(scene, ("core.worktree", str(scene.place)))


@GROUP.attack(
    "Settings from elsewhere", "`include.path` names another file of settings", GOOD, WARNING, hazards=TOLD, runs=True
)
def include(scene):
    other = scene.place / "more"
    other.write_text(f"[core]\n\tfsmonitor = {scene.program}\n\tsshCommand = {scene.program}\n")
    config(scene, ("include.path", str(other)))


@GROUP.attack(
    "Settings from elsewhere, on a condition", "`includeIf.gitdir:/.path`", GOOD, WARNING, hazards=TOLD, runs=True
)
def include_if(scene):
    other = scene.place / "more"
    other.write_text(f"[core]\n\tfsmonitor = {scene.program}\n")
    with (scene.git / "config").open("a") as file:
        file.write(f'[includeIf "gitdir:/"]\n\tpath = {other}\n')


@GROUP.attack("Settings of a working tree", "`config.worktree` with a program", GOOD, WARNING, hazards=TOLD, runs=True)
def worktree_config(scene):
    config(scene, ("extensions.worktreeConfig", "true"))
    (scene.git / "config.worktree").write_text(f"[core]\n\tfsmonitor = {scene.program}\n")


@GROUP.attack("Hooks folder elsewhere", "`core.hooksPath` names the attacker's folder", GOOD, CLEAN, hazards=TOLD)
def hooks_path(scene):
    hooks = scene.place / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-index-change", "pre-auto-gc"):
        (hooks / name).write_bytes(scene.program.read_bytes())
        (hooks / name).chmod(0o755)
    config(scene, ("core.hooksPath", str(hooks)))


@GROUP.attack("Hooks", "every hook is the attacker's program", GOOD, CLEAN)
def hooks(scene):
    (scene.git / "hooks").mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-index-change", "pre-auto-gc", "post-checkout"):
        (scene.git / "hooks" / name).write_bytes(scene.program.read_bytes())
        (scene.git / "hooks" / name).chmod(0o755)


@GROUP.attack("Settings of rubbish", "the settings cannot be read", REFUSED, ERROR, reason="git-failed")
def rubbish(scene):
    (scene.git / "config").write_text("[[rubbish\n")


@GROUP.attack("Repository of the future", "`repositoryFormatVersion = 99`", REFUSED, ERROR, reason="git-failed")
def version(scene):
    (scene.git / "config").write_text("[core]\n\trepositoryFormatVersion = 99\n")


@GROUP.attack(
    "Unknown extension", "`extensions.blub` in a repository of version 1", REFUSED, ERROR, reason="git-failed"
)
def extension(scene):
    (scene.git / "config").write_text("[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tblub = true\n")


# -- environment -----------------------------------------------------------------------------------------------------------


def variables(what, git, fsck, **values):
    def act(scene):
        evil = scene.place / "evil"
        evil.mkdir(exist_ok=True)
        for name, value in values.items():
            scene.env[name] = value.replace("PROGRAM", str(scene.program)).replace("EVIL", str(evil))

    GROUP.attack(f"Environment {', '.join(values)}", what, git, fsck)(act)


variables("another repository is named", REFUSED, ERROR, GIT_DIR="EVIL")
variables("another folder of objects", REFUSED, ERROR, GIT_OBJECT_DIRECTORY="EVIL")
variables("more folders of objects", GOOD, CLEAN, GIT_ALTERNATE_OBJECT_DIRECTORIES="EVIL")
variables("another folder of branches", REFUSED, ERROR, GIT_COMMON_DIR="EVIL")
variables("another index", GOOD, CLEAN, GIT_INDEX_FILE="EVIL/index")
variables("another name space", GOOD, CLEAN, GIT_NAMESPACE="evil")
variables("other replacements", GOOD, CLEAN, GIT_REPLACE_REF_BASE="refs/heads/")
variables("grafts from elsewhere", GOOD, CLEAN, GIT_GRAFT_FILE="EVIL/grafts")
variables("a shallow file from elsewhere", GOOD, CLEAN, GIT_SHALLOW_FILE="EVIL/shallow")
variables(
    "a program for ssh", GOOD, CLEAN, GIT_SSH_COMMAND="PROGRAM", GIT_ASKPASS="PROGRAM", GIT_PROXY_COMMAND="PROGRAM"
)
variables("programs for showing", GOOD, CLEAN, GIT_PAGER="PROGRAM", GIT_EXTERNAL_DIFF="PROGRAM", GIT_EDITOR="PROGRAM")
variables("other programs of git", GOOD, CLEAN, GIT_EXEC_PATH="EVIL")
variables("a place to write traces to", GOOD, CLEAN, GIT_TRACE="EVIL/trace", GIT_TRACE2_EVENT="EVIL/events")
variables("a limit of memory", GOOD, CLEAN, GIT_ALLOC_LIMIT="100m")


@GROUP.attack(
    "Environment GIT_CONFIG_COUNT", "settings in variables: the attacker's verifying program", GOOD, CLEAN,
    "signer-unknown", runs=True,
)  # fmt: skip
def config_count(scene):
    own_program(scene)
    (scene.git / "config").write_text("[core]\n\trepositoryFormatVersion = 0\n")
    scene.env |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "gpg.ssh.program"}
    scene.env["GIT_CONFIG_VALUE_0"] = str(scene.program)


@GROUP.attack(
    "Environment HOME", "the user's own settings: the attacker's verifying program", GOOD, CLEAN, "signer-unknown",
    runs=True,
)  # fmt: skip
def home(scene):
    own_program(scene)
    (scene.git / "config").write_text("[core]\n\trepositoryFormatVersion = 0\n")
    folder = scene.place / "home-of-evil"
    folder.mkdir()
    (folder / ".gitconfig").write_text(f'[gpg "ssh"]\n\tprogram = {scene.program}\n')
    scene.env |= {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}


# -- working files ---------------------------------------------------------------------------------------------------------


@GROUP.attack("Working files changed", "the text in the folder is another: nobody reads it", GOOD, CLEAN)
def working(scene):
    (scene.root / "procedures/PRO-07/az.md").write_text("Bribes are welcome.\n")
    (scene.root / "charter/people.yaml").unlink()


@GROUP.attack("Index changed", "`git add` of another text: nobody reads it", GOOD, CLEAN)
def index(scene):
    working(scene)
    scene.stock("add", "-A")


@GROUP.attack("Index of rubbish", "the index cannot be read", GOOD, ERROR)
def index_rubbish(scene):
    (scene.git / "index").write_bytes(b"DIRCrubbish")


@GROUP.attack("Attributes beside the history", "`info/attributes` names a filter", GOOD, CLEAN)
def attributes(scene):
    (scene.git / "info").mkdir(exist_ok=True)
    (scene.git / "info/attributes").write_text("* filter=evil ident working-tree-encoding=UTF-16\n")


@GROUP.attack("Notes", "`refs/notes/commits` hangs other words on the entry", GOOD, CLEAN)
def notes(scene):
    scene.stock("notes", "add", "-m", "Approved by everybody", scene.head)


@GROUP.attack("Reflog", "a forged history of the branch", GOOD, ERROR)
def reflog(scene):
    path = scene.git / "logs/refs/heads/main"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{'0' * 40} {'1' * 40} Bob <bob@office.example> 1 +0000\tforged\n")


# -- where the repository is -----------------------------------------------------------------------------------------------


@GROUP.attack(
    "Pointer to another repository",
    "`.git` is a file that points to an empty one",
    REFUSED,
    WARNING,
    reason="library-empty",
)
def pointer(scene):
    stock("init", "-q", "-b", "main", str(scene.place / "other"), cwd=scene.place)
    scene.git.rename(scene.place / "true.git")
    scene.git.write_text(f"gitdir: {scene.place / 'other/.git'}\n")


@GROUP.attack(
    "Pointer to nowhere", "`.git` is a file that points to nothing", REFUSED, ERROR, reason="library-not-found"
)
def pointer_nowhere(scene):
    scene.git.rename(scene.place / "true.git")
    scene.git.write_text("gitdir: nowhere\n")


@GROUP.attack(
    "Second working tree", "branches and objects lie in another folder", GOOD, CLEAN, reason="library-not-found"
)
def second(scene):
    scene.path = scene.place / "second"
    scene.stock("worktree", "add", "-q", "--detach", str(scene.path))


@GROUP.attack(
    "Common folder", "`commondir` sends git to another repository", REFUSED, ERROR, reason="library-not-found"
)
def common(scene):
    stock("init", "-q", "-b", "main", str(scene.place / "other"), cwd=scene.place)
    (scene.git / "commondir").write_text(f"{scene.place / 'other/.git'}\n")


@GROUP.attack("Link to the repository", "`.git` is a symbolic link: the same entries", GOOD, CLEAN)
def linked(scene):
    scene.git.rename(scene.place / "true.git")
    scene.git.symlink_to(scene.place / "true.git")


test_each = GROUP.tried()
