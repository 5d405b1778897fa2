"""Timestamp tokens of an authority (RFC 3161) over the bytes of a checkpoint: asking for one, and reading it.

The extra `docctl-qms[timestamp]` brings `rfc3161-client`; without it everything here is `timestamp-extra-missing`.
Which authorities are trusted is for whoever verifies to say, never for the library: their certificates come as PEM.
"""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from docctl.errors import Malformed, Refused, Unavailable

if TYPE_CHECKING:
    from types import ModuleType

PATIENCE = 30
MAX_TOKEN = 64 * 1024
_SHA256 = "2.16.840.1.101.3.4.2.1"


def request(data: bytes) -> bytes:
    """A request (RFC 3161, section 2.4.1) over the SHA-256 of the data, with a nonce; asks for the certificate.

    Raises:
        Unavailable: `timestamp-extra-missing`.
    """
    client = _client()
    builder = client.TimestampRequestBuilder().data(data).hash_algorithm(client.HashAlgorithm.SHA256)
    made: bytes = builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()
    return made


def fetch(url: str, asked: bytes, data: bytes) -> bytes:
    """Send a request to an authority (RFC 3161, section 3.4) and take its answer, if it is one to this request.

    Who signed it is not asked here: that is for `verify`, which is told whom to trust.

    Raises:
        Refused: `timestamp-url`: not an address of the web.
        Unavailable: `timestamp-unreachable`, `timestamp-refused`, `timestamp-extra-missing`.
    """
    client = _client()
    token = post(url, asked)
    try:
        response = _decoded(client, token)
    except Malformed:
        raise Unavailable("timestamp-refused", url=url) from None
    sent = client._rust.parse_timestamp_request(asked)  # noqa: SLF001  (the package has no other door to it)
    if response.tst_info.nonce != sent.nonce or not _covers(response, data):
        raise Unavailable("timestamp-refused", url=url)
    return token


def post(url: str, asked: bytes) -> bytes:
    """Send a request to an authority and take whatever it answers; needs no package.

    Raises:
        Refused: `timestamp-url`: not an address of the web.
        Unavailable: `timestamp-unreachable`.
    """
    if not url.startswith(("http://", "https://")):
        raise Refused("timestamp-url", url=url)
    try:
        post = urllib.request.Request(url, asked, {"Content-Type": "application/timestamp-query"})  # noqa: S310
        with urllib.request.urlopen(post, timeout=PATIENCE) as answer:  # noqa: S310
            token: bytes = answer.read(MAX_TOKEN + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        reason = getattr(error, "reason", None) or error
        raise Unavailable("timestamp-unreachable", url=url, reason=str(reason)) from None
    return token


def covers(token: bytes, data: bytes) -> bool:
    """Whether a token is about these bytes; by whom and when is another question.

    Raises:
        Malformed: `timestamp-unreadable`.
        Unavailable: `timestamp-extra-missing`.
    """
    return _covers(_decoded(_client(), token), data)


def read(token: bytes, data: bytes, certificates: bytes) -> int | None:
    """When the bytes were there, by an authority under one of the certificates: seconds since 1970 UTC.

    None if the token does not hold, is about something else, or comes from nobody trusted.

    Args:
        token: The authority's whole answer (`.tsr`).
        data: What it is about.
        certificates: PEM, one or several: the roots that are trusted, and what lies between.

    Raises:
        Malformed: `timestamp-unreadable`, `certificate-unreadable`.
        Unavailable: `timestamp-extra-missing`.
    """
    from cryptography import x509

    client = _client()
    try:
        roots = x509.load_pem_x509_certificates(certificates)
    except ValueError:
        raise Malformed("certificate-unreadable") from None
    response = _decoded(client, token)
    try:
        # Everything trusted goes in as such: a certificate between is signed by a root, which is checked anyway.
        client.VerifierBuilder(roots=list(dict.fromkeys(roots))).build().verify_message(response, data)
        return int(response.tst_info.gen_time.timestamp())
    except (client.VerificationError, ValueError, AttributeError, TypeError):
        return None


def _client() -> ModuleType:
    try:
        import rfc3161_client
    except ImportError:
        raise Unavailable("timestamp-extra-missing") from None
    return rfc3161_client


def _decoded(client: ModuleType, token: bytes) -> Any:
    """The answer, which must hold a token.

    Raises:
        Malformed: `timestamp-unreadable`.
    """
    if len(token) > MAX_TOKEN:
        raise Malformed("timestamp-unreadable")
    try:
        response = client.decode_timestamp_response(_in_order(token))
        # An answer that says no has no token, and says so only when it is asked for.
        _ = response.tst_info.gen_time, response.signed_data.certificates
    except (ValueError, TypeError, OverflowError):
        raise Malformed("timestamp-unreadable") from None
    return response


def _covers(response: Any, data: bytes) -> bool:
    imprint = response.tst_info.message_imprint
    stated = imprint.hash_algorithm.dotted_string, bytes(imprint.message)
    return stated == (_SHA256, hashlib.sha256(data).digest())


def _in_order(token: bytes) -> bytes:
    """The answer with the certificates of its token in the order that DER asks for (X.690, 11.6).

    Many authorities send them as they come, and the reader refuses that. Nobody signs their order: the signature is
    over the content and its attributes (RFC 5652, 5.4). What has another shape stays as it is.
    """
    try:
        # TimeStampResp > ContentInfo > [0] > SignedData (RFC 3161, 2.4.2; RFC 5652, 3 and 5.1)
        response = _children(token, *_inside(token, 0))
        content = _children(token, *_inside(token, response[1][0]))
        signed = _children(token, *_inside(token, _inside(token, content[1][0])[0]))
        start, end = next(one for one in signed if token[one[0]] == 0xA0)
        first, stop = _inside(token, start)
        parts = sorted(token[a:b] for a, b in _children(token, first, stop))
    except (IndexError, ValueError, StopIteration):
        return token
    return token[:first] + b"".join(parts) + token[end:]


def _inside(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the DER value at a place begins and ends."""
    size, head = data[at + 1], 2
    if size >= 0x80:
        head += size & 0x7F
        size = int.from_bytes(data[at + 2 : at + head], "big")
    if size == 0 or at + head + size > len(data):
        raise ValueError(at)
    return at + head, at + head + size


def _children(data: bytes, at: int, end: int) -> list[tuple[int, int]]:
    """Where each of the DER values between two places begins and ends."""
    found = []
    while at < end:
        stop = _inside(data, at)[1]
        found.append((at, stop))
        at = stop
    if at != end:
        raise ValueError(at)
    return found
