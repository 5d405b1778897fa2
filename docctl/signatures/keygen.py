"""Signing through ssh-keygen: for keys in an agent and for FIDO devices, which no library of ours can reach.

ssh-keygen is called without a shell, with an environment of a few names, and its answer is not trusted: it is brought
to canonical spelling and verified like anybody's signature before it is given away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

from docctl.errors import Malformed, Unavailable, Untrusted
from docctl.signatures.sshsig import normalised, open_seal

PATIENCE: Final = 120
"""Seconds a person has to touch the device or to type into the agent's window."""

_KEPT = ("SSH_AUTH_SOCK", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY", "HOME", "PATH")
_PROMPTS = ("Confirm user presence for key", "Signing data on standard input")


@dataclass(frozen=True, slots=True)
class KeygenSigner:
    """Lets ssh-keygen sign.

    Attributes:
        key: The public key as one OpenSSH line without comment.
        path: Absolute path of the public key file (agent) or of the FIDO key's private file.
        patience: Seconds to wait.

    """

    key: str
    path: str
    patience: float = PATIENCE

    def sign(self, payload: bytes, namespace: str) -> str:
        """Have an armored SSHSIG made over the payload.

        Raises:
            Unavailable: `ssh-keygen-missing`, `ssh-keygen-timeout` (seconds).
            Untrusted: `agent-refused` (reason), ssh-keygen, agent, device or person said no, or, with an empty reason,
                the answer is not this key's signature; any problem code of `open_seal`.

        """
        armored = self._asked(payload, namespace)
        try:
            armored = normalised(armored)
        except Malformed:
            raise Untrusted("agent-refused", reason="") from None
        seal = open_seal(payload, armored, namespace)
        if seal.problem is not None:
            raise Untrusted(seal.problem)
        if seal.key != self.key:
            raise Untrusted("agent-refused", reason="")
        return armored.decode("ascii")

    def _asked(self, payload: bytes, namespace: str) -> bytes:
        """Return what ssh-keygen answers."""
        program = shutil.which("ssh-keygen")
        if program is None:
            raise Unavailable("ssh-keygen-missing")
        try:
            done = subprocess.run(
                [program, "-Y", "sign", "-n", namespace, "-f", self.path],
                input=payload,
                capture_output=True,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                timeout=self.patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable("ssh-keygen-timeout", seconds=self.patience) from None
        except OSError:
            raise Unavailable("ssh-keygen-missing") from None
        if done.returncode != 0:
            raise Untrusted("agent-refused", reason=_reason(done.stderr))
        return done.stdout


def _reason(stderr: bytes) -> str:
    """Return the first line that is no prompt, printable and short."""
    lines = stderr.decode("utf-8", "replace").splitlines()
    telling = [line for line in lines if line.strip() and not line.startswith(_PROMPTS)]
    return "".join(sign for sign in telling[0] if sign.isprintable())[:200] if telling else ""
