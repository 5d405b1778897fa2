"""docs/server.md tells the truth: its commands run, its units are sound, its tables name what there is."""

from __future__ import annotations

import re
import shutil
import subprocess

import forked
import pytest
from serving import PAGE, TOP, block, git

from docctl import catalogues
from docctl.adapters import bare
from docctl.library import admission, clock

CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
UNITS = re.compile(r"`/etc/systemd/system/([a-z.-]+)`:\n\n```ini\n(.*?)^```", re.MULTILINE | re.DOTALL)


def told(heading):
    """The commands of a part of the page."""
    part = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line[2:] for text in CONSOLE.findall(part) for line in text.splitlines() if line.startswith("$ ")]


@pytest.fixture
def run(tmp_path, office, commands):
    """A way to run the page's commands: its folders lie in a temporary one."""
    tools = tmp_path / "bin"
    tools.mkdir()
    forked.program(tools, commands)
    office.copy(tmp_path / "office")
    shutil.copy(office.anchor, tmp_path / "anchor.txt")
    for name in ("docctl", "restored"):
        (tmp_path / "srv" / name).mkdir(parents=True)
    env = {
        "PATH": f"{tools}:/usr/bin:/bin", "HOME": str(tmp_path), "DOCCTL_HOME": str(tmp_path / "home"), "DOCCTL_LANG": "en",
        "LC_ALL": "C.UTF-8", "PYTHONPATH": str(TOP), "PYTHONWARNINGS": "error", "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip

    def run(lines):
        script = "set -eu\n" + "\n".join(lines).replace("/srv/", f"{tmp_path}/srv/").replace(
            "/var/", f"{tmp_path}/var/"
        )
        done = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (script, done.stdout, done.stderr)
        return done.stdout + done.stderr

    return run


def test_sharing_settings_back_up_and_restore_run_as_written(run, tmp_path, office):
    sharing, settings, drill = (
        told(part) for part in ("A bare repository", "What is refused, and what to do", "Back-up and restore drill")
    )
    assert (len(sharing), len(settings), len(drill)) == (6, 3, 9)
    run(sharing)
    shared = tmp_path / "srv/docctl/library.git"
    assert git("rev-parse", "main", cwd=tmp_path / "copy").stdout == git("rev-parse", "main", cwd=shared).stdout
    run(settings)
    assert bare.settings(shared)["lang"] == "az"
    assert admission.terms(shared).behind == admission.BEHIND
    said = run(drill)
    assert "The history is whole and lawful." in said
    assert "this history continues it" in said
    assert "✓ The door is in place" in said
    restored = tmp_path / "srv/restored/library.git"
    assert bare.installed(restored)
    assert git("rev-parse", "main", cwd=restored).stdout == git("rev-parse", "main", cwd=shared).stdout
    # Done again, as every night and every quarter; and what was lost comes back from people's copies.
    shutil.rmtree(restored)
    run(drill[1:4])
    git("update-ref", "refs/heads/main", "main~2", cwd=shared)
    assert "sent 2" in run(["docctl --library copy sync --restore"])
    assert git("rev-parse", "main", cwd=tmp_path / "office").stdout == git("rev-parse", "main", cwd=shared).stdout


def test_a_restored_copy_that_is_older_than_the_checkpoint_is_found_out(run, tmp_path):
    run(told("A bare repository"))
    drill = told("Back-up and restore drill")
    run(drill[:4])
    shared = tmp_path / "srv/docctl/library.git"
    head = git("rev-parse", "main", cwd=shared).stdout.strip()
    git("update-ref", "refs/heads/main", "main~1", cwd=shared)
    run([drill[1]])
    git("update-ref", "refs/heads/main", head, cwd=shared)
    verify = next(line for line in drill if " verify " in line and "docctl --library" in line)
    said = run([*drill[4:6], f"{verify} || echo exit $?"])
    assert "checkpoint-longer" in said
    assert "exit 1" in said.splitlines()


def test_a_second_hook_calls_ours(run, tmp_path):
    """The way that the page shows for a hook that is there already."""
    run(told("A bare repository")[:2])
    hooks = tmp_path / "srv/docctl/library.git/hooks"
    (hooks / "pre-receive").rename(hooks / "docctl-pre-receive")
    text = next(
        one for one in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) if "input=$(cat)" in one
    )
    (hooks / "pre-receive").write_text(text)
    (hooks / "our-other-check").write_text("#!/bin/sh\ncat >$(dirname $0)/seen\n")
    for name in ("pre-receive", "our-other-check"):
        (hooks / name).chmod(0o755)
    install = told("A bare repository")[1]
    assert "Somebody else's hook is there" in run([f"! {install}"])
    run(told("A bare repository")[2:4])
    assert (hooks / "seen").read_text().endswith(" refs/heads/main\n")
    seen = (hooks / "seen").stat().st_mtime_ns
    said = run(["cd office && ! git push /srv/docctl/library.git main:refs/heads/other"])
    assert "admission-elsewhere" in said
    assert (hooks / "seen").stat().st_mtime_ns == seen


def test_the_units_are_sound(tmp_path):
    units = dict(UNITS.findall(PAGE))
    assert sorted(units) == ["docctl-backup.service", "docctl-backup.timer", "docctl-git.service", "docctl-git.socket"]
    backup = [line.partition("=")[2] for line in units["docctl-backup.service"].splitlines() if "ExecStart=" in line]
    drill = told("Back-up and restore drill")
    # By night the same is done as by hand, into a file beside, and with whole paths.
    plain = [line.replace("/usr/bin/", "").replace("/usr/local/bin/", "").replace(".new", "") for line in backup[:3]]
    assert plain == drill[1:4]
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here; the units were read, not verified")
    for name, text in units.items():
        # What a unit starts must be there to be verified; docctl is not installed where the page has it.
        (tmp_path / name).write_text(text.replace("/usr/local/bin/docctl", "/bin/true"))
    done = subprocess.run(
        [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in units)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "docctl" in line]) == (0, [])


def test_every_objection_and_every_setting_is_on_the_page():
    codes = {code for code in catalogues.codes("en") if code.startswith("admission-")}
    assert len(codes) > 7
    assert [code for code in sorted(codes) if f"`{code}`" not in PAGE] == []
    for name, value in (("ahead", clock.SKEW), ("behind", admission.BEHIND)):
        assert re.search(rf"^\| `docctl\.hook\.{name}` \|.*\| {value}\b", PAGE, re.MULTILINE)
    for name, value in {**bare._SETTINGS, **bare._DEFAULTS}.items():
        assert name in PAGE, name
        assert value in PAGE
    assert "restrict" in block("authorized_keys")
