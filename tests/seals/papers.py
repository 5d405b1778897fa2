"""What people bring: CMS signatures and ASiC containers, made here."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile

from authority import Authority
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

SIGNER = "Çərkəzov İlqar"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
<ds:Signature><ds:SignedInfo>{references}<ds:Reference URI="#SignedProperties">
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>AAAA</ds:DigestValue>
</ds:Reference></ds:SignedInfo><ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo></ds:Signature>
</asic:XAdESSignatures>"""
REFERENCE = """<ds:Reference URI="{name}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#{method}"/>
<ds:DigestValue>{value}</ds:DigestValue></ds:Reference>"""


def person(authority: Authority) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    private = ec.generate_private_key(ec.SECP256R1())
    return private, authority.certificate(SIGNER, private.public_key())


def cms(authority: Authority, data: bytes, *, form: Encoding = Encoding.DER, inside: bool = False) -> bytes:
    """A `.p7s` over the data: beside it, or around it."""
    private, certificate = person(authority)
    options = [pkcs7.PKCS7Options.Binary] + ([] if inside else [pkcs7.PKCS7Options.DetachedSignature])
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(certificate, private, hashes.SHA256())
    return builder.sign(form, options)


def container(authority: Authority, files: dict[str, bytes], *, method: str = "sha256", xml: str = XML) -> bytes:
    """An `.asice` with these files, named with their digests in one signature."""
    _, certificate = person(authority)
    values = {name: base64.b64encode(hashlib.new(method, data).digest()).decode() for name, data in files.items()}
    references = "".join(REFERENCE.format(name=name, method=method, value=value) for name, value in values.items())
    shown = "".join(
        f"<ds:X509Certificate>{base64.b64encode(one.public_bytes(Encoding.DER)).decode()}</ds:X509Certificate>"
        for one in (authority.root, certificate)
    )
    return packed(files, xml.format(references=references, certificates=shown))


def packed(files: dict[str, bytes], xml: str | bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        package.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.etsi.asic-e+zip")
        for name, data in files.items():
            package.writestr(name, data)
        package.writestr("META-INF/signatures0.xml", xml)
    return out.getvalue()


def simple(authority: Authority, name: str, data: bytes) -> bytes:
    """An `.asics` with one file and a CMS signature beside it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.etsi.asic-s+zip")
        package.writestr(name, data)
        package.writestr("META-INF/signature.p7s", cms(authority, data))
    return out.getvalue()


def rewritten(data: bytes, name: str, other: bytes) -> bytes:
    """The container with another content of one of its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            new.writestr(one, other if one.filename == name else old.read(one))
    return out.getvalue()
