"""An authority of our own: a root, a sealing certificate in Azerbaijani, a timestamp authority, a list of revocations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

OFFICE = "Göygöl Rayon İcra Hakimiyyəti"
PASSWORD = "şifrə-1234"
DAY = timedelta(days=1)
NOW = int(time.time())


def named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "AZ"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def usage(*names: str) -> x509.KeyUsage:
    known = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in names for name in known})


@dataclass
class Authority:
    """A root that makes certificates; `url` is where its list of revocations is to be had."""

    name: str = "Kök Sertifikat"
    url: str = "http://127.0.0.1:9/root.crl"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    now: datetime = field(default_factory=lambda: datetime.fromtimestamp(time.time(), UTC))

    def __post_init__(self) -> None:
        builder = self._builder(named(self.name), self.key.public_key(), -3650, 3650)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        self.root = builder.sign(self.key, hashes.SHA256())

    def _builder(self, subject: x509.Name, public: object, start: float, end: float) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(named(self.name))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + start * DAY)
            .not_valid_after(self.now + end * DAY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )

    def certificate(
        self, name: str, public: object, *, days: tuple[float, float] = (-1, 365), use: tuple[str, ...] = (),
        purposes: tuple[x509.ObjectIdentifier, ...] = (), subject: x509.Name | None = None,
    ) -> x509.Certificate:  # fmt: skip
        builder = self._builder(subject or named(name), public, *days)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(usage(*(use or ("digital_signature", "content_commitment"))), critical=True)
        if purposes:
            critical = purposes == (ExtendedKeyUsageOID.TIME_STAMPING,)
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(self.url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def revocations(self, *serials: int) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(named(self.name))
            .last_update(self.now - DAY)
            .next_update(self.now + 30 * DAY)
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        for serial in serials:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self.now - DAY).build()
            builder = builder.add_revoked_certificate(one)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def sealer(self, name: str = OFFICE, *, password: str = PASSWORD, private: object = None, **how: object) -> bytes:
        """A key's file, PKCS#12."""
        private = private or ec.generate_private_key(ec.SECP256R1())
        certificate = self.certificate(name, private.public_key(), **how)
        return packed(private, certificate, [self.root], password)

    def stamper(self, days: tuple[float, float] = (-1, 365)) -> object:
        """An authority for time that pyHanko makes (it takes RSA keys only)."""
        from asn1crypto import keys
        from asn1crypto import x509 as asn1
        from pyhanko.sign.timestamps import DummyTimeStamper
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = self.certificate(
            "Vaxt Möhürü",
            private.public_key(),
            days=days,
            use=("digital_signature",),
            purposes=(ExtendedKeyUsageOID.TIME_STAMPING,),
        )
        der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        root = asn1.Certificate.load(self.root.public_bytes(Encoding.DER))
        return DummyTimeStamper(
            asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
            keys.PrivateKeyInfo.load(der),
            certs_to_embed=SimpleCertificateStore.from_certs([root]),
        )


def packed(
    private: object, certificate: x509.Certificate | None, chain: list[x509.Certificate], password: str
) -> bytes:
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"seal", private, certificate, chain or None, protection)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


@contextmanager
def served(authority: Authority) -> Iterator[tuple[str, dict[str, object]]]:
    """Revocations and timestamps behind http on this machine; `how` says what is answered."""
    how: dict[str, object] = {"crl": authority.revocations, "status": 200, "stamp": None, "asked": 0}
    stampers: list[object] = []

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._give(how["crl"](), "application/pkix-crl")

        def do_POST(self) -> None:
            from asn1crypto import tsp

            how["asked"] += 1
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            made = how["stamp"](asked) if how["stamp"] else None
            self._give(
                made if made is not None else stampers[0].request_tsa_response(tsp.TimeStampReq.load(asked)).dump(),
                "application/timestamp-reply",
            )

        def _give(self, data: bytes, kind: str) -> None:
            self.send_response(how["status"])
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/root.crl"
    stampers.append(authority.stamper())
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa", how
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
