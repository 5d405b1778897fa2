"""Signatures that lie beside what they are about: CMS files (`.p7s`, RFC 5652) and ASiC containers (ETSI EN 319 162-1).

What is asked is whether the signature is about these files, by its digests, and whose certificate is in it. A CMS
signature is also verified; of the XML signatures in a container the digests alone are compared. Nobody is trusted.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from cryptography import x509

from docctl.core.values import replace
from docctl.errors import Malformed
from docctl.signatures import sealkeys
from docctl.signatures.sealing import backend
from docctl.signatures.sealvalues import Beside

MAX_INSIDE: Final = 64 * 1024 * 1024
MAX_MEMBERS: Final = 100
_MAX_XML = 1024 * 1024
_ASICE = (b"application/vnd.etsi.asic-e+zip", b"application/vnd.etsi.asic-s+zip")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_CMS = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)" + re.escape(_SIGNED_DATA), re.DOTALL)
_PEM = re.compile(rb"\s*-----BEGIN (PKCS7|CMS)-----(.+?)-----END \1-----", re.DOTALL)
_XMLDSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_ALGORITHMS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}


def is_container(data: bytes) -> bool:
    """Whether a file is an ASiC container: a ZIP whose first member says so."""
    return data.startswith(b"PK\x03\x04") and data[30:38] == b"mimetype" and data[38:].startswith(_ASICE)


def is_cms(data: bytes) -> bool:
    """Whether a file is a CMS signature, DER or PEM."""
    return _CMS.match(data) is not None or _PEM.match(data) is not None


def read_cms(data: bytes, files: Mapping[str, bytes]) -> tuple[Beside, ...]:
    """The signatures of a CMS file, over one of the files or over what it holds itself.

    Raises:
        Malformed: `signature-file-unreadable`.
        Unavailable: `seal-extra-missing`.
    """
    backend()
    from docctl.signatures import sealreading

    pem = _PEM.match(data)
    try:
        der = base64.b64decode(b"".join(pem[2].split()), validate=True) if pem else data
        return sealreading.beside(der, files)
    except (Malformed, binascii.Error):
        raise Malformed("signature-file-unreadable") from None


def read_container(data: bytes) -> tuple[Beside, ...]:
    """The signatures of an ASiC container, over the files in it.

    Raises:
        Malformed: `signature-file-unreadable`.
        Unavailable: `seal-extra-missing`, for the simple form.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            inside = _unpacked(package)
        found = [_container_signature(inside, name) for name in inside if _is_signature(name)]
    except Malformed:
        raise
    except Exception:  # noqa: BLE001  (whatever an archive made for it throws, it is the archive that cannot be read)
        raise Malformed("signature-file-unreadable") from None
    if not found and "META-INF/signature.p7s" in inside:
        # The simple form holds one file and one signature beside it (ETSI EN 319 162-1, 4.3).
        told = read_cms(inside["META-INF/signature.p7s"], {name: inside[name] for name in _held(inside)})
        return tuple(replace(one, finding="altered") if one.finding == "elsewhere" else one for one in told)
    if not found:
        raise Malformed("signature-file-unreadable")
    return tuple(found)


def _held(inside: Mapping[str, bytes]) -> set[str]:
    """The names of what a container is about."""
    return {one for one in inside if one != "mimetype" and not one.startswith("META-INF/")}


def _is_signature(name: str) -> bool:
    return re.fullmatch(r"META-INF/[^/]*signatures[^/]*\.xml", name) is not None


def _unpacked(package: zipfile.ZipFile) -> dict[str, bytes]:
    """The files of a container, within bounds whatever its directory says."""
    members = [one for one in package.infolist() if not one.is_dir()]
    # The other methods let an archive claim as much memory as it likes.
    plain = all(one.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for one in members)
    if len(members) > MAX_MEMBERS or len({one.filename for one in members}) < len(members) or not plain:
        raise Malformed("signature-file-unreadable")
    found: dict[str, bytes] = {}
    left = MAX_INSIDE
    for one in members:
        with package.open(one) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0 or (_is_signature(one.filename) and len(data) > _MAX_XML):
            raise Malformed("signature-file-unreadable")
        found[one.filename] = data
    return found


def _container_signature(inside: Mapping[str, bytes], name: str) -> Beside:
    if b"<!DOCTYPE" in inside[name] or b"\x00" in inside[name]:
        raise Malformed("signature-file-unreadable")  # no entities, so nothing can grow
    root = ET.fromstring(inside[name])  # noqa: S314  (see above; its size is bounded)
    signer, issuer = _xml_certificate(root)
    about = _referred(root)
    if not about or not {one for one, _, _ in about} <= _held(inside):
        return Beside(signer, issuer, (), "elsewhere")
    if len({one for one, _, _ in about}) < len(about):
        raise Malformed("signature-file-unreadable")  # else one file could be hashed thousands of times
    right = all(hashlib.new(algorithm, inside[one]).digest() == stated for one, algorithm, stated in about)
    return Beside(signer, issuer, tuple(one for one, _, _ in about), "digests" if right else "altered")


def _referred(root: ET.Element) -> list[tuple[str, str, bytes]]:
    """Name, algorithm and digest of each file that a signature refers to (XMLDSig, 4.4.3)."""
    found = []
    for reference in root.iter(f"{_XMLDSIG}Reference"):
        target = reference.get("URI", "")
        if not target or target.startswith("#"):
            continue
        method = reference.find(f"{_XMLDSIG}DigestMethod")
        stated = reference.findtext(f"{_XMLDSIG}DigestValue") or ""
        algorithm = _ALGORITHMS[method.get("Algorithm", "") if method is not None else ""]
        found.append((unquote(target), algorithm, base64.b64decode("".join(stated.split()), validate=True)))
    return found


def _xml_certificate(root: ET.Element) -> tuple[str, str]:
    """Signer and issuer by the first certificate that is no authority's, or else by the first."""
    read: list[x509.Certificate] = []
    for text in _texts(root.iter(f"{_XMLDSIG}X509Certificate")):
        try:
            read.append(x509.load_der_x509_certificate(base64.b64decode("".join(text.split()))))
        except ValueError:
            continue
    own = next((one for one in read if not sealkeys.is_authority(one)), read[0] if read else None)
    return (sealkeys.name_of(own), sealkeys.shown(own.issuer)) if own is not None else ("", "")


def _texts(elements: Iterable[Any]) -> list[str]:
    return [one.text for one in elements if one.text][: sealkeys.MAX_CERTIFICATES]
