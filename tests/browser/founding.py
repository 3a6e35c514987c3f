"""A founded site without a console's application: keys, roster, pins and TLS certificates, made directly with crypto/.

`Founding` writes what `reporter serve` and `reporter build` read; miniature.py publishes and opens with it.
"""

import hashlib
import ipaddress
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from crypto.calendar import day_of, epoch_of
from crypto.certificates import EpochCertificate, ReplyCertificate, encode_epoch_certificate, encode_reply_certificate
from crypto.opening import XWingOpener, ed25519_public, signer
from crypto.roster import Audience, Console, Roster, encode_roster
from crypto.secret import SeedXWing, SigningSeed
from crypto.suite import xwing_public

AUDIENCES = ((1, ("psu",)), (2, ("independent",)))
REPLY_DAYS = 60


def _seed() -> SigningSeed:
    return SigningSeed(os.urandom(32))


@dataclass
class ConsoleKeys:
    """All keys of one console with one group of the same name, the current epoch and two more certified."""

    name: str
    site: bytes
    today: int
    authority: SigningSeed = field(default_factory=_seed)
    publisher: SigningSeed = field(default_factory=_seed)
    reply: SigningSeed = field(default_factory=_seed)

    def __post_init__(self) -> None:
        first = epoch_of(self.today)
        self.openers: dict[int, XWingOpener] = {}
        self.certificates: list[bytes] = []
        for epoch in range(first, first + 3):
            seed = SeedXWing(os.urandom(32))
            self.openers[epoch] = XWingOpener(seed)
            certificate = EpochCertificate(self.site, self.name, epoch, xwing_public(seed))
            self.certificates.append(encode_epoch_certificate(certificate, signer(self.authority)))
        reply = ReplyCertificate(
            self.site, self.name, self.today - 1, self.today + REPLY_DAYS, ed25519_public(self.reply)
        )
        self.reply_certificate = encode_reply_certificate(reply, signer(self.authority))

    def entry(self) -> Console:
        return Console(self.name, ed25519_public(self.authority), ed25519_public(self.publisher), (self.name,))


class Founding:
    """Writes site.json, roster.bin and tls/ into `folder`. `names` are the consoles, each with its group."""

    def __init__(self, folder: Path, names: Sequence[str] = ("psu", "independent"), now: float | None = None) -> None:
        self.folder = folder
        self.today = day_of(time.time() if now is None else now)
        self.site = os.urandom(16)
        self.root, self.spare = _seed(), _seed()
        self.consoles = {name: ConsoleKeys(name, self.site, self.today) for name in names}
        self.fingerprints = _make_tls(folder / "tls", list(names))
        self.write(serial=1)

    def write(self, serial: int, expires_in: int = 90) -> None:
        """A roster of this serial, and pins that know it."""
        audiences = tuple(
            Audience(number, groups) for number, groups in AUDIENCES if all(group in self.consoles for group in groups)
        )
        entries = tuple(self.consoles[name].entry() for name in sorted(self.consoles))
        roster = Roster(self.site, serial, self.today - 1, self.today - 1 + expires_in, entries, audiences)
        self.serial = serial
        self.roster = encode_roster(roster, signer(self.root))
        (self.folder / "roster.bin").write_bytes(self.roster)
        pins = {
            "site": self.site.hex(),
            "roots": [ed25519_public(self.root).hex(), ed25519_public(self.spare).hex()],
            "serial": serial,
            "audiences": [{"number": one.number, "groups": list(one.groups)} for one in audiences],
            "consoles": self.fingerprints,
        }
        (self.folder / "site.json").write_text(json.dumps(pins))


def _make_tls(folder: Path, names: list[str]) -> dict[str, str]:
    """ca.pem, drop.pem, drop.key and NAME.pem, NAME.key for each console; the consoles' certificates' SHA-256."""
    folder.mkdir(parents=True)
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("test CA", ca_key.public_key(), "test CA", ca_key, authority=True)
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    fingerprints = {}
    for name in ["drop", *names]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, key.public_key(), "test CA", ca_key, authority=False)
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / f"{name}.key").write_bytes(key.private_bytes(*plain))
        if name != "drop":
            der = certificate.public_bytes(serialization.Encoding.DER)
            fingerprints[name] = hashlib.sha256(der).hexdigest()
    return fingerprints


def _certificate(
    name: str, public: ec.EllipticCurvePublicKey, issuer: str, key: ec.EllipticCurvePrivateKey, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    local = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(local), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    return builder.sign(key, hashes.SHA256())
