"""Certificates: fixed binary that a console's authority key signs (SPEC 2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import fields, framing
from crypto.errors import BadField, WrongSite
from crypto.suite import SIGNATURE, Signer, h, verify

EPOCH_LENGTH = 1332
EPOCH_KIND = 2
EPOCH_LABEL = "candour/1 epoch certificate"
REPLY_LENGTH = 150
REPLY_KIND = 3
REPLY_LABEL = "candour/1 reply certificate"


@dataclass(frozen=True)
class EpochCertificate:
    """A group's X-Wing public key (1,216 bytes) for one epoch."""

    site: bytes
    group: str
    epoch: int
    public: bytes = field(repr=False)
    raw: bytes = field(default=b"", repr=False, compare=False)

    @property
    def id(self) -> bytes:
        """8 bytes: what `revoked` lists."""
        return certificate_id(self.raw)


@dataclass(frozen=True)
class ReplyCertificate:
    """A console's Ed25519 key (32 bytes) for replies, good from day `start` to day `end`, both included."""

    site: bytes
    console: str
    start: int
    end: int
    public: bytes
    raw: bytes = field(default=b"", repr=False, compare=False)

    @property
    def id(self) -> bytes:
        """8 bytes: what a reply's header and `revoked` name."""
        return certificate_id(self.raw)

    def covers(self, day: int) -> bool:
        return self.start <= day <= self.end


def certificate_id(raw: bytes) -> bytes:
    """H(certificate)[:8]."""
    return h(raw)[:8]  # spec: 2.1


def encode_epoch_certificate(certificate: EpochCertificate, signer: Signer) -> bytes:
    """1,332 bytes."""
    head = bytes([framing.VERSION, EPOCH_KIND]) + certificate.site + fields.padded_name(certificate.group)
    body = head + certificate.epoch.to_bytes(2, "big") + certificate.public
    return body + signer(EPOCH_LABEL, body)


def parse_epoch_certificate(raw: bytes, authority: bytes, site: bytes) -> EpochCertificate:
    """Reads 1,332 bytes. Raises BadLength, BadVersion, BadKind, WrongSite, BadField, BadSignature."""
    group = _name(raw, EPOCH_LENGTH, EPOCH_KIND, site)
    verify(authority, EPOCH_LABEL, raw[:-SIGNATURE], raw[-SIGNATURE:])
    return EpochCertificate(site, group, int.from_bytes(raw[50:52], "big"), raw[52:1268], raw)


def encode_reply_certificate(certificate: ReplyCertificate, signer: Signer) -> bytes:
    """150 bytes."""
    head = bytes([framing.VERSION, REPLY_KIND]) + certificate.site + fields.padded_name(certificate.console)
    body = head + certificate.start.to_bytes(2, "big") + certificate.end.to_bytes(2, "big") + certificate.public
    return body + signer(REPLY_LABEL, body)


def parse_reply_certificate(raw: bytes, authority: bytes, site: bytes) -> ReplyCertificate:
    """Reads 150 bytes. Raises BadLength, BadVersion, BadKind, WrongSite, BadField, BadSignature."""
    console = _name(raw, REPLY_LENGTH, REPLY_KIND, site)
    start, end = int.from_bytes(raw[50:52], "big"), int.from_bytes(raw[52:54], "big")
    if start > end:
        raise BadField("days")
    verify(authority, REPLY_LABEL, raw[:-SIGNATURE], raw[-SIGNATURE:])
    return ReplyCertificate(site, console, start, end, raw[54:86], raw)


def _name(raw: bytes, length: int, kind: int, site: bytes) -> str:
    """What both kinds begin with."""
    framing.check_frame(raw, length, kind)  # spec: 2.1
    if raw[2:18] != site:
        raise WrongSite("certificate")
    return fields.unpadded_name(raw[18:50])
