"""A founded site in miniature for the drop's tests: roots, consoles and their keys, publications, certificates."""

import datetime
import ipaddress
import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crypto.bulletin import Bulletin, Policy, encode_bulletin
from crypto.calendar import day_of, epoch_of
from crypto.certificates import EpochCertificate, encode_epoch_certificate
from crypto.opening import ed25519_public, signer
from crypto.roster import Audience, Console, Roster, encode_roster
from crypto.secret import SigningSeed
from crypto.state import SLOT
from crypto.suite import h

SITE = h(b"site")[:16]


def seed(name: str) -> SigningSeed:
    """The Ed25519 seed of a named key."""
    return SigningSeed(h(b"test key", name.encode()))


def public(name: str) -> bytes:
    return ed25519_public(seed(name))


def roster(names: Sequence[str] = ("psu",), serial: int = 1, day: int = 20_000, root: str = "root") -> bytes:
    """A signed roster of consoles that each have the one group of their name."""
    consoles = [Console(name, public(f"authority {name}"), public(f"publisher {name}"), (name,)) for name in names]
    audiences = [Audience(number, (name,)) for number, name in enumerate(names, 1)]
    return encode_roster(
        Roster(SITE, serial, day, day + 90, tuple(consoles), tuple(audiences)), signer(seed(root))
    )


def bulletin(now: float, name: str = "psu", number: int = 1, board: bytes = b"", **changes: object) -> bytes:
    """A signed bulletin with the certificates that the drop wants to see."""
    epoch = epoch_of(day_of(now))
    certificates = []
    for ahead in range(3):
        draft = EpochCertificate(SITE, name, epoch + ahead, h(b"epoch key") * 38)
        raw = encode_epoch_certificate(draft, signer(seed(f"authority {name}")))
        certificates.append(replace(draft, raw=raw))
    made = Bulletin(
        site=SITE,
        console=name,
        number=number,
        time=int(now),
        epoch=epoch,
        roster=1,
        certificates=tuple(certificates),
        replies=(),
        revoked=(),
        slots=len(board) // SLOT,
        board=h(board),
        audit=bytes(32),
        policy=Policy(30, 8, 21600, 120, "new"),
    )
    return encode_bulletin(replace(made, **changes), signer(seed(f"publisher {name}")))  # type: ignore[arg-type]


def publication(roster_raw: bytes, bulletin_raw: bytes, board: bytes = b"") -> bytes:
    """The body of POST /pickup/publication."""
    return b"".join(struct.pack(">I", len(part)) + part for part in (roster_raw, bulletin_raw)) + board


def write_site(folder: Path, consoles: dict[str, bytes] | None = None, roster_raw: bytes | None = None) -> None:
    """site.json, and roster.bin where one is given. `consoles` maps names to client certificates (DER)."""
    folder.mkdir(parents=True, exist_ok=True)
    value = {
        "site": SITE.hex(),
        "roots": [public("root").hex(), public("spare").hex()],
        "serial": 1,
        "audiences": [{"number": 1, "groups": ["psu"]}],
        "consoles": {name: h(certificate).hex() for name, certificate in (consoles or {}).items()},
    }
    (folder / "site.json").write_text(json.dumps(value))
    if roster_raw is not None:
        (folder / "roster.bin").write_bytes(roster_raw)


def envelope(epoch: int = 2967) -> bytes:
    """What the drop cannot tell from a decoy or a post: a version, an epoch and 20,477 random bytes."""
    return b"\x01" + epoch.to_bytes(2, "big") + os.urandom(20_477)


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, as files."""

    cert: Path
    key: Path

    @property
    def der(self) -> bytes:
        return x509.load_pem_x509_certificate(self.cert.read_bytes()).public_bytes(serialization.Encoding.DER)


class Authority:
    """Signs the pickup listener's and the consoles' certificates, in a folder."""

    def __init__(self, folder: Path, name: str = "test authority") -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(self._name, self._key).add_extension(x509.BasicConstraints(True, None), True)
        self.cert = folder / f"{name}.pem"
        self.cert.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> Identity:
        """A certificate for 127.0.0.1, good as a server's and as a client's."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        certificate = self._builder(subject, key).add_extension(host, False).sign(self._key, hashes.SHA256())
        identity = Identity(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        identity.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        identity.key.write_bytes(key.private_bytes(*form))
        return identity

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=2))
        )
