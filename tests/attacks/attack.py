"""How one attack is written down, tried, and asked about: by docctl as an auditor, and by stock git beside it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from ground import Scene

from docctl.adapters.home import Home
from docctl.errors import DocctlError
from docctl.library import auditing, inspecting

STOCK = ("git version 2.39", "OpenSSH_9.2")
GOOD, REFUSED = "Good", "refused"
CLEAN, WARNING, ERROR = "clean", "warning", "error"


@dataclass(frozen=True)
class Case:
    """One attack.

    Attributes:
        name: What it is called.
        what: What is done, in one line.
        git: What `git verify-commit` answers about the branch.
        fsck: What `git fsck --strict` answers.
        verdict: `lawful`, `violations` or `not judged`.
        codes: The rules broken, in order, or the reason why it is not judged.
        hazards: What docctl reports beside.
        runs: Whether stock git runs the attacker's program.
    """

    name: str
    what: str
    git: str
    fsck: str
    verdict: str
    codes: tuple[str, ...]
    act: Callable[[Scene], Any]
    hazards: tuple[str, ...] = ()
    runs: bool = False

    @property
    def ours(self) -> str:
        """What docctl answers, in words."""
        codes = ", ".join(f"`{code}`" for code in self.codes)
        seen = ", ".join(f"`{code}`" for code in self.hazards)
        return self.verdict + (f": {codes}" if codes else "") + (f"; tells {seen}" if seen else "")


@dataclass
class Group:
    """The attacks on one part, in the order of the page."""

    title: str
    cases: list[Case] = field(default_factory=list)

    def attack(
        self, name: str, what: str, git: str, fsck: str, *codes: str, **more: Any
    ) -> Callable[[Callable[[Scene], Any]], Any]:
        """Write an attack down; its function carries it out. More: `reason`, `lawful`, `hazards`, `runs`."""

        def written(act: Callable[[Scene], Any]) -> Callable[[Scene], Any]:
            reason = more.get("reason")
            verdict = "not judged" if reason else "violations" if codes else "lawful"
            told = (reason,) if reason else codes
            hazards, runs = tuple(more.get("hazards", ())), more.get("runs", False)
            self.cases.append(Case(name, what, git, fsck, verdict, told, act, hazards, runs))
            return act

        return written

    def tried(self) -> Any:
        """The test of the whole group."""

        @pytest.mark.parametrize("case", self.cases, ids=[one.name for one in self.cases])
        def test(scene: Scene, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
            case.act(scene)
            check(case, scene, monkeypatch)

        return test


def check(case: Case, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask docctl and stock git, and compare with what the case says."""
    scene.close()
    states: list[Any] = []
    fresh = auditing.fresh_state
    with monkeypatch.context() as patch:
        for name, value in scene.env.items():
            patch.setenv(name, value)
        patch.setattr(auditing, "fresh_state", lambda ledger: states.append(fresh(ledger)) or states[-1])
        told = asked(scene)
    assert not scene.marker.exists(), "docctl ran the attacker's program"
    if told[0] == "violations" and scene.expected is not None and states:
        # What stood before the attack stands; what the attacker entered changed nothing.
        assert (dict(states[0].documents), states[0].authority) == scene.expected
    assert told == (case.verdict, case.codes, case.hazards), told
    if stock_as_on_the_page():
        seen = (verified(scene), checked(scene), scene.marker.exists())
        assert seen == (case.git, case.fsck, case.runs), seen


@cache
def stock_as_on_the_page() -> bool:
    """Whether stock git and OpenSSH are those of the page; other versions may answer otherwise, and are not ours."""
    said = [subprocess.run(words, capture_output=True, check=True) for words in (("git", "--version"), ("ssh", "-V"))]
    return all(version.encode() in one.stdout + one.stderr for version, one in zip(STOCK, said, strict=True))


def asked(scene: Scene) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The auditor's answer: verdict, rules or reason, hazards."""
    try:
        report = inspecting.verify(
            scene.path or scene.root, Home(scene.place / "auditor"), scene.known or scene.anchor, scene.marks
        )
    except DocctlError as error:
        # The command answers 3 to whatever stands in the way of judging.
        return "not judged", (error.code,), ()
    found = report.violations
    assert all(one.entry >= scene.first for one in found), found
    codes = tuple(dict.fromkeys(one.rule for one in found))
    if report.verdict == "not judged":
        assert not codes or scene.expected is None, codes
        return report.verdict, (str(report.reason),), report.hazards
    if report.verdict == "lawful":
        assert report.entries == scene.first
    return report.verdict, codes, report.hazards


def verified(scene: Scene) -> str:
    """What `git verify-commit` says of the branch, with the exported allowed signers."""
    signers = scene.place / "allowed_signers"
    signers.write_text((scene.built / "allowed_signers").read_text() + "".join(scene.listed))
    words = [] if scene.bare_eyes else ["-c", f"gpg.ssh.allowedSignersFile={signers}"]
    return GOOD if _run(scene, *words, "verify-commit", scene.at)[0] == 0 else REFUSED


def checked(scene: Scene) -> str:
    """What `git fsck --strict` says of the whole repository."""
    status, said = _run(scene, "fsck", "--strict", "--full", "--no-dangling", "--no-progress")
    return ERROR if status else WARNING if said.strip() else CLEAN


def _run(scene: Scene, *words: str) -> tuple[int, str]:
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", **scene.env}
    place = scene.path or scene.root
    done = subprocess.run(
        ["git", *words], cwd=place, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")
