"""The organisation's sealing key: a request for a certificate, key and certificate joined, and the file of both.

PKCS#10 (RFC 2986), PKCS#8 and PKCS#12 (RFC 7292), all as bytes; nothing here writes a file or asks for a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID

from docctl.core.values import value
from docctl.errors import Malformed, Refused, Untrusted

SealPrivate = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

LONGEST_NAME: Final = 64
"""Characters of a common name (X.520, ub-common-name)."""
MAX_CERTIFICATES: Final = 20

_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_SMALLEST_RSA = 2048
_RSA = 3072
# PFX ::= SEQUENCE { version INTEGER {v3(3)} …: any length, then the number 3.
_PFX = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03", re.DOTALL)
_Reader = Callable[[bytes], list[x509.Certificate]]
_PEM: tuple[_Reader, ...] = (
    x509.load_pem_x509_certificates,
    pkcs7.load_pem_pkcs7_certificates,
)
_DER: tuple[_Reader, ...] = (
    lambda data: [x509.load_der_x509_certificate(data)],
    pkcs7.load_der_pkcs7_certificates,
)
# A certificate that allows these purposes alone was made for a server, for programs or for telling the time.
_ELSEWHERE = frozenset(
    (Purpose.SERVER_AUTH, Purpose.CLIENT_AUTH, Purpose.CODE_SIGNING, Purpose.TIME_STAMPING, Purpose.OCSP_SIGNING)
)


@value
class SealKey:
    """A private key with its certificate and what lies between that and a root."""

    private: SealPrivate
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def request(name: str, country: str, passphrase: str | None, *, kind: str = "ec") -> tuple[bytes, bytes]:
    """A new private key and the request for its certificate, both PEM.

    Args:
        name: The organisation's, as it shall stand in the certificate, in UTF-8.
        country: Two capital letters (ISO 3166).
        passphrase: Of the key's file (PKCS#8); None or "" for none.
        kind: `ec` for P-256, `rsa` for RSA of 3072 bits.

    Raises: as `check_request`.
    """
    check_request(name, country)
    private: SealPrivate
    if kind == "rsa":
        private = rsa.generate_private_key(public_exponent=65537, key_size=_RSA)
    else:
        private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    asked = x509.CertificateSigningRequestBuilder().subject_name(subject).add_extension(usage, critical=True)
    key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _protection(passphrase))
    return key, asked.sign(private, hashes.SHA256()).public_bytes(Encoding.PEM)


def check_request(name: str, country: str) -> None:
    """That an organisation can be named so in a certificate.

    Raises:
        Refused: `seal-name` (limit), `seal-country` (country).
    """
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused("seal-name", limit=LONGEST_NAME)
    if re.fullmatch(r"[A-Z]{2}", country) is None:
        raise Refused("seal-country", country=country)


def join(key: bytes, passphrase: str | None, certificates: Iterable[bytes]) -> tuple[bytes, x509.Certificate]:
    """The sealing key's file (PKCS#12) from its two halves, under the same passphrase; and the certificate in it.

    Args:
        key: The private key, PEM.
        passphrase: Of both files.
        certificates: What the authority sent: PEM, DER or PKCS#7, the key's own certificate and what lies above it.

    Raises:
        Malformed: `seal-key-unreadable`, `seal-certificate-unreadable`.
        Untrusted: `seal-password`; `seal-certificate-other`: none of the certificates is this key's.
    """
    private = _private(key, passphrase)
    found = [one for data in certificates for one in read_certificates(data)]
    own = next((one for one in found if one.public_key() == private.public_key()), None)
    if own is None:
        raise Untrusted("seal-certificate-other")
    above = [one for one in dict.fromkeys(found) if one != own]
    made = pkcs12.serialize_key_and_certificates(b"docctl seal", private, own, above or None, _protection(passphrase))
    return made, own


def _protection(passphrase: str | None) -> KeySerializationEncryption:
    return BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()


def _private(key: bytes, passphrase: str | None) -> SealPrivate:
    if b"PRIVATE KEY-----" not in key:
        raise Malformed("seal-key-unreadable")
    encrypted = b"ENCRYPTED" in key
    try:
        private = load_pem_private_key(key, passphrase.encode() if passphrase and encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if encrypted:
            raise Untrusted("seal-password") from None
        raise Malformed("seal-key-unreadable") from None
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Malformed("seal-key-unreadable")
    return private


def read_certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Every certificate in a file: PEM with one or several, DER, or PKCS#7 in either.

    Raises:
        Malformed: `seal-certificate-unreadable`.
    """
    readers = _PEM if data.lstrip().startswith(b"-----BEGIN") else _DER
    for read in readers:
        try:
            found = read(data)
            for one in found:
                one.public_key()
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if 0 < len(found) <= MAX_CERTIFICATES:
            return tuple(found)
    raise Malformed("seal-certificate-unreadable")


def open_key(data: bytes, password: str | None, at: int) -> SealKey:
    """The sealing key in a PKCS#12 file, fit to seal at an instant.

    Args:
        data: The file's bytes.
        password: None or "" for none.
        at: Seconds since 1970 UTC.

    Raises:
        Malformed: `seal-file-unreadable`: no PKCS#12.
        Untrusted: `seal-password`: wrong, or the file is damaged; `seal-key-alone`: key or certificate is missing;
            `seal-certificate-other`; `seal-key-kind`; `seal-not-yet`, `seal-expired` (name, day); `seal-usage` (name).
    """
    if _PFX.match(data) is None:
        raise Malformed("seal-file-unreadable")
    try:
        private, certificate, chain = pkcs12.load_key_and_certificates(data, password.encode() if password else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Untrusted("seal-password") from None
    if private is None or certificate is None:
        raise Untrusted("seal-key-alone")
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) or not _strong(private):
        raise Untrusted("seal-key-kind")
    if private.public_key() != certificate.public_key():
        raise Untrusted("seal-certificate-other")
    check_fit(certificate, at)
    return SealKey(private, certificate, tuple(chain[:MAX_CERTIFICATES]))


def _strong(private: SealPrivate) -> bool:
    if isinstance(private, rsa.RSAPrivateKey):
        return private.key_size >= _SMALLEST_RSA
    return private.curve.name in _CURVES


def check_fit(certificate: x509.Certificate, at: int) -> None:
    """That a certificate may seal documents at an instant.

    Raises:
        Untrusted: `seal-not-yet`, `seal-expired` (name, day); `seal-usage` (name).
    """
    name = name_of(certificate)
    if at < certificate.not_valid_before_utc.timestamp():
        raise Untrusted("seal-not-yet", name=name, day=certificate.not_valid_before_utc.date())
    if at > certificate.not_valid_after_utc.timestamp():
        raise Untrusted("seal-expired", name=name, day=certificate.not_valid_after_utc.date())
    if not _for_documents(certificate):
        raise Untrusted("seal-usage", name=name)


def _for_documents(certificate: x509.Certificate) -> bool:
    try:
        extensions = certificate.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return False
    for extension in extensions:
        match extension.value:
            case x509.KeyUsage() as usage if not (usage.digital_signature or usage.content_commitment):
                return False
            case x509.BasicConstraints(ca=True):
                return False
            case x509.ExtendedKeyUsage() as purposes if set(purposes) <= _ELSEWHERE and set(purposes):
                # Client authentication alone is what some authorities write into people's certificates.
                return set(purposes) == {Purpose.CLIENT_AUTH}
    return True


def name_of(certificate: x509.Certificate) -> str:
    """Whom a certificate names: the common name, or else the organisation, or else the whole subject."""
    return shown(certificate.subject)


def organisation_of(certificate: x509.Certificate) -> str:
    """The organisation that a certificate names; "" if it names none."""
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return _printable(str(found[0].value)) if found else ""


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether a certificate is for issuing others."""
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return False


def asn1(certificate: x509.Certificate) -> Any:
    """The same certificate as pyHanko takes it."""
    from asn1crypto import x509 as other

    return other.Certificate.load(certificate.public_bytes(Encoding.DER))


def shown(name: x509.Name) -> str:
    """A name for people, printable and short."""
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for one in name.get_attributes_for_oid(oid):
            text = one.value if isinstance(one.value, str) else one.value.decode("utf-8", "replace")
            if text.strip():
                return _printable(text)
    return _printable(name.rfc4514_string())


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)[:200]
