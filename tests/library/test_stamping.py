"""Timestamp tokens over checkpoints (RFC 3161), from an authority that openssl makes here; no network but this machine's."""

from __future__ import annotations

import builtins
import hashlib
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from stamping import answer, authority, openssl

from docctl.adapters import timestamps
from docctl.errors import DocctlError, Malformed, Refused, Unavailable

pytest.importorskip("rfc3161_client", reason="the extra `timestamp` is not installed")

DATA = b"docctl/x\n1\nroot\n"


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return authority(tmp_path_factory.mktemp("authorities"), "honest")


@pytest.fixture(scope="module")
def token(tsa: Path) -> bytes:
    return answer(tsa, timestamps.request(DATA))


@pytest.fixture(scope="module")
def root(tsa: Path) -> bytes:
    return (tsa / "ca.pem").read_bytes()


def test_a_request_is_what_openssl_reads(tmp_path: Path) -> None:
    (tmp_path / "asked.tsq").write_bytes(timestamps.request(DATA))
    told = openssl(tmp_path, "ts", "-query", "-in", "asked.tsq", "-text").decode()
    assert "Hash Algorithm: sha256" in told
    assert "Certificate required: yes" in told
    assert "Nonce: 0x" in told
    dump = [line[11:].partition("   ")[0] for line in told.split("\n") if line.startswith("    00")]
    assert "".join(dump).replace(" ", "").replace("-", "") == hashlib.sha256(DATA).hexdigest()
    assert timestamps.request(DATA) != timestamps.request(DATA)


def test_a_token_by_somebody_trusted_says_when(tsa: Path, token: bytes, root: bytes) -> None:
    assert timestamps.covers(token, DATA)
    at = timestamps.read(token, DATA, root)
    assert at is not None
    assert abs(at - time.time()) < 600
    (tsa / "data").write_bytes(DATA)
    openssl(tsa, "ts", "-verify", "-data", "data", "-in", "told.tsr", "-CAfile", "ca.pem")
    # Among other roots, too.
    other = authority(tsa.parent, "among")
    assert timestamps.read(token, DATA, (other / "ca.pem").read_bytes() + root + root) == at


def test_a_token_may_bring_one_certificate_or_several_in_any_order(tmp_path: Path) -> None:
    for number, chain in enumerate((False, True, True, True, True)):
        folder = authority(tmp_path, f"{number}", chain=chain)
        told = answer(folder, timestamps.request(DATA))
        root = (folder / "ca.pem").read_bytes()
        assert len(timestamps._decoded(timestamps._client(), told).signed_data.certificates) == 1 + chain
        assert timestamps.read(told, DATA, root) is not None


def test_a_token_about_something_else_or_by_nobody_trusted_says_nothing(tsa: Path, token: bytes, root: bytes) -> None:
    assert not timestamps.covers(token, DATA + b"\n")
    assert timestamps.read(token, DATA + b"\n", root) is None
    other = authority(tsa.parent, "stranger")
    assert timestamps.read(token, DATA, (other / "ca.pem").read_bytes()) is None
    # Signed by somebody whom the root did not make an authority for time.
    wrong = authority(tsa.parent, "server", purpose="serverAuth")
    (wrong / "asked.tsq").write_bytes(timestamps.request(DATA))
    made = subprocess.run(
        ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-out", "told.tsr"],
        cwd=wrong, capture_output=True, check=False,
    )  # fmt: skip
    # openssl itself refuses to be such an authority.
    assert (
        made.returncode != 0
        or timestamps.read((wrong / "told.tsr").read_bytes(), DATA, (wrong / "ca.pem").read_bytes()) is None
    )


def test_a_flipped_bit_anywhere_in_a_token_never_gives_another_time(token: bytes, root: bytes) -> None:
    right = timestamps.read(token, DATA, root)
    said = set()
    for at in range(0, len(token), 7):
        broken = token[:at] + bytes([token[at] ^ (1 << at % 8)]) + token[at + 1 :]
        try:
            said.add(timestamps.read(broken, DATA, root))
        except Malformed as error:
            said.add(error.code)
    assert said <= {right, None, "timestamp-unreadable"}
    assert {None, "timestamp-unreadable"} <= said


@pytest.mark.parametrize("junk", [b"", b"\0", b"0\x03\x02\x01\x00", b"x" * 70_000, b"0\x82\xff\xff", b"<html>"])
def test_what_is_no_token_is_malformed(junk: bytes, root: bytes) -> None:
    for act in (lambda: timestamps.read(junk, DATA, root), lambda: timestamps.covers(junk, DATA)):
        with pytest.raises(Malformed, match="timestamp-unreadable"):
            act()


@pytest.mark.parametrize("junk", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_malformed(junk: bytes, token: bytes) -> None:
    with pytest.raises(Malformed, match="certificate-unreadable"):
        timestamps.read(token, DATA, junk)


# -- over the network --------------------------------------------------------------------------------------------------


@pytest.fixture
def served(tsa: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The authority behind http; `how` says what it answers with."""
    how: dict[str, Any] = {"answer": lambda asked: answer(tsa, asked), "status": 200, "seen": []}

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            how["seen"].append(self.headers["Content-Type"])
            told = how["answer"](asked)
            self.send_response(how["status"])
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", how
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_token_is_fetched(served: tuple[str, dict[str, Any]], root: bytes) -> None:
    url, how = served
    request = timestamps.request(DATA)
    token = timestamps.fetch(url, request, DATA)
    assert how["seen"] == ["application/timestamp-query"]
    assert timestamps.read(token, DATA, root) is not None


def test_an_answer_to_something_else_is_not_taken(served: tuple[str, dict[str, Any]], tsa: Path) -> None:
    url, how = served
    earlier = answer(tsa, timestamps.request(DATA))
    other = answer(tsa, timestamps.request(b"other"))
    for told, status, code in (
        (earlier, 200, "timestamp-refused"),  # another nonce
        (other, 200, "timestamp-refused"),
        (b"", 200, "timestamp-refused"),
        (b"<html>no</html>", 200, "timestamp-refused"),
        (b"0\x03\x02\x01\x02", 200, "timestamp-refused"),
        (bytes(100_000), 200, "timestamp-refused"),
        (earlier, 500, "timestamp-unreachable"),
    ):
        how["answer"], how["status"] = (lambda asked, told=told: told), status
        with pytest.raises(Unavailable) as caught:
            timestamps.fetch(url, timestamps.request(DATA), DATA)
        assert caught.value.code == code, told


@pytest.mark.parametrize(
    ("url", "code"),
    [("file:///etc/passwd", "timestamp-url"), ("ftp://x/", "timestamp-url"), ("tsa.example", "timestamp-url"), ("", "timestamp-url"),
     ("http://", "timestamp-unreachable"), ("http://127.0.0.1:1/", "timestamp-unreachable"),
     ("http://[::1/", "timestamp-unreachable"), ("http://127.0.0.1:x/", "timestamp-unreachable"), ("http://a b/", "timestamp-unreachable")],
)  # fmt: skip
def test_an_address_where_nobody_is(url: str, code: str) -> None:
    with pytest.raises((Refused, Unavailable)) as caught:
        timestamps.fetch(url, timestamps.request(DATA), DATA)
    assert caught.value.code == code


def test_without_the_extra_it_is_said_how_to_get_it(token: bytes, root: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **others: Any) -> Any:
        if name == "rfc3161_client":
            raise ImportError(name)
        return real(name, *more, **others)

    monkeypatch.setattr(builtins, "__import__", without)
    for act in (
        lambda: timestamps.request(DATA),
        lambda: timestamps.read(token, DATA, root),
        lambda: timestamps.covers(token, DATA),
        lambda: timestamps.fetch("http://127.0.0.1:1/", b"", DATA),
    ):
        with pytest.raises(DocctlError) as caught:
            act()
        assert caught.value.code == "timestamp-extra-missing"
