"""A forge of keys and signatures in software, for the other signature tests: every field can be made wrong on purpose."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docctl.signatures import armor, open_seal, parse_blob, signed_data
from docctl.signatures.schemes import ECDSA_ORDERS
from docctl.signatures.wire import mpint, string, uint32

if TYPE_CHECKING:
    from docctl.signatures.keys import PublicKey

PAYLOAD = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nDocctl: 1\n"
PLAIN = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ssh-rsa")
FIDO = ("sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com")
WEBAUTHN = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
KINDS = (*PLAIN, *FIDO, WEBAUTHN)


@dataclass(frozen=True)
class Device:
    """Somebody's key; `sign` makes the signature string over signed data, with overrides for every field."""

    kind: str
    private: Any = field(repr=False)
    application: str = "ssh:"
    origin: str = "https://dms.example.org"

    @property
    def key_algorithm(self) -> str:
        return self.kind.removeprefix("webauthn-")

    @property
    def blob(self) -> bytes:
        head = string(self.key_algorithm.encode())
        if self.kind == "ssh-rsa":
            numbers = self.private.public_key().public_numbers()
            return head + mpint(numbers.e) + mpint(numbers.n)
        if "ed25519" in self.kind:
            inner = string(self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        else:
            curve = self.key_algorithm.removesuffix("@openssh.com")[-8:].encode()
            inner = string(curve) + string(
                self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            )
        return head + inner + (string(self.application.encode()) if "sk-" in self.kind else b"")

    @property
    def key(self) -> PublicKey:
        return parse_blob(self.blob)

    def value(self, message: bytes, *, high_s: bool = False, hash_name: str = "sha512") -> bytes:
        """The raw value of one signature."""
        if "ed25519" in self.kind:
            return self.private.sign(message)
        if self.kind == "ssh-rsa":
            return self.private.sign(message, padding.PKCS1v15(), getattr(hashes, hash_name.upper())())
        digest = hashes.SHA384() if self.kind.endswith("384") else hashes.SHA256()
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(digest)))
        s = min(s, ECDSA_ORDERS[self.kind] - s)
        return mpint(r) + mpint(ECDSA_ORDERS[self.kind] - s if high_s else s)

    def sign(self, signed: bytes, *, flags: int = 5, counter: int = 7, high_s: bool = False, **over: Any) -> bytes:
        """The signature string over SSHSIG signed data."""
        name = string(self.kind.replace("ssh-rsa", "rsa-sha2-512").encode())
        if self.kind in PLAIN:
            return name + string(self.value(signed, high_s=high_s))
        state = bytes((flags,)) + uint32(counter)
        authenticator = hashlib.sha256(over.get("rp", self.application).encode()).digest() + state
        if self.kind in FIDO:
            return name + string(self.value(authenticator + hashlib.sha256(signed).digest(), high_s=high_s)) + state
        extensions = over.get("extensions", b"")
        client = over.get("client", client_data(signed, self.origin, **over.get("more", {})))
        value = self.value(authenticator + extensions + hashlib.sha256(client).digest(), high_s=high_s)
        origin = over.get("field_origin", self.origin)
        return name + string(value) + state + string(origin.encode()) + string(client) + string(extensions)


def client_data(signed: bytes, origin: str, **more: Any) -> bytes:
    """The clientDataJSON of an honest browser, and more members."""
    challenge = base64.urlsafe_b64encode(signed).rstrip(b"=").decode()
    members = {"type": "webauthn.get", "challenge": challenge, "origin": origin, **more}
    return json.dumps(members, separators=(",", ":")).encode()


_P = int(
    "f405a331db346fe38a94f2d8e5939ff0f65a724a2e35ec544b50b9925b162f3fa84b2d832af3d92ca3fb0b8d3f497ca0"
    "652e55d427230c4178e87b2ebc4fd753df9df902f61553e5c9098715f595fd71cad0584d76389d54eb945b5984dc094a"
    "dcc63ae3d8451e0318c939872950da097a352c61656d0b5c05ef8f776e3d055a95dfb7d36ff96e90fcb71bee79c4d295"
    "9acaf3a5a0fce7bd780e2c9d612579038386d69aa979ffc4922a61bb3e5ed1dc31ed52089215ae61069b82f81545e583",
    16,
)
_Q = int(
    "d152d423ed554f31120c7d655fd3e6632847413fcc279d0a64f82a6e68086cf29ed80b9d07b861f3b1a0d510d9cc40ce"
    "c05c555a036caddb85143e5eee0a71e5f061fd92969cb8bf15c41ded44dffb6a4cd708549cde33d33a111f2df029cada"
    "3eeecfd241b33fc8f0d4aedbb5ea8c41c7bb9cf098a665f6e401b19bb37a61ba426f1904cda63c24d9749f659d2637a7"
    "797c762d391b9ea4d34028e8f9b1c8baa45c0417570c84675f55f785617fceda7769e7d0219e64342daf3a92ee60c711",
    16,
)


def _rsa() -> rsa.RSAPrivateKey:
    """A fixed key, because making one takes a second."""
    secret = pow(65537, -1, (_P - 1) * (_Q - 1))
    public = rsa.RSAPublicNumbers(65537, _P * _Q)
    crt = secret % (_P - 1), secret % (_Q - 1), rsa.rsa_crt_iqmp(_P, _Q)
    return rsa.RSAPrivateNumbers(_P, _Q, secret, *crt, public).private_key()


@cache
def device(kind: str, number: int = 0) -> Device:
    """One key of a kind, the same for a whole run."""
    if kind == "ssh-rsa":
        return Device(kind, _rsa())
    seed = hashlib.sha256(f"{kind.removeprefix('webauthn-')} {number}".encode()).digest()
    if "ed25519" in kind:
        return Device(kind, Ed25519PrivateKey.from_private_bytes(seed))
    curve = ec.SECP384R1() if kind.endswith("384") else ec.SECP256R1()
    private = ec.derive_private_key(int.from_bytes(seed, "big") >> 1, curve)
    return Device(kind, private, "dms.example.org" if kind == WEBAUTHN else "ssh:")


def envelope(
    blob: bytes,
    signature: bytes,
    *,
    namespace: bytes = b"git",
    digest: bytes = b"sha512",
    reserved: bytes = b"",
    version: int = 1,
) -> bytes:
    """The blob of an SSHSIG with any fields."""
    fields = (blob, namespace, reserved, digest, signature)
    return b"SSHSIG" + uint32(version) + b"".join(string(each) for each in fields)


def seal(owner: Device, payload: bytes = PAYLOAD, namespace: str = "git", digest: str = "sha512", **over: Any) -> bytes:
    """An armored signature by a device, honest unless overridden."""
    signature = owner.sign(signed_data(namespace, digest, payload), **over)
    return armor(envelope(owner.blob, signature, namespace=namespace.encode(), digest=digest.encode()))


def test_every_kind_of_device_makes_good_seals() -> None:
    for kind in KINDS:
        opened = open_seal(PAYLOAD, seal(device(kind)))
        assert (opened.problem, opened.key) == (None, device(kind).key.line), kind
        assert opened.fingerprint == device(kind).key.fingerprint
        assert opened.algorithm == kind.replace("ssh-rsa", "rsa-sha2-512")
        assert opened.verified_user is (None if kind in PLAIN else True)
