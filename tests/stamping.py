"""A timestamp authority that openssl makes (RFC 3161): a root, an authority under it, and its answers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

if shutil.which("openssl") is None:
    pytest.skip("openssl is not installed", allow_module_level=True)

CONFIG = """
[tsa]
default_tsa = made
[made]
dir = .
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(place: Path, *words: str, data: bytes = b"") -> bytes:
    found = subprocess.run(["openssl", *words], cwd=place, input=data, capture_output=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


def authority(place: Path, name: str, *, purpose: str = "critical,timeStamping", chain: bool = True) -> Path:
    """A root and an authority under it, in a folder of their own."""
    folder = place / name
    folder.mkdir()
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-sha256")
    openssl(
        folder,
        "req",
        "-x509",
        *key,
        "-days",
        "3000",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        f"/CN={name} root",
    )
    openssl(folder, "req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"/CN={name}")
    (folder / "ext").write_text(f"extendedKeyUsage={purpose}\nkeyUsage=critical,digitalSignature\n")
    openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "3000", "-sha256", "-extfile", "ext", "-out", "tsa.pem",
    )  # fmt: skip
    (folder / "tsa.cnf").write_text(CONFIG if chain else CONFIG.replace("certs = ca.pem\n", ""))
    (folder / "serial").write_text("01")
    return folder


def answer(folder: Path, request: bytes) -> bytes:
    (folder / "asked.tsq").write_bytes(request)
    openssl(folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-out", "told.tsr")
    return (folder / "told.tsr").read_bytes()
