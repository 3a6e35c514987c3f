"""The bulletin: what a console's publisher key signs at every publication (SPEC 2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crypto import calendar, fields, framing
from crypto.certificates import (
    EPOCH_LENGTH,
    REPLY_LENGTH,
    EpochCertificate,
    ReplyCertificate,
    parse_epoch_certificate,
    parse_reply_certificate,
)
from crypto.errors import BadField, RolledBack, WrongSite
from crypto.roster import Console, Roster
from crypto.suite import Signer

KIND = 4
LABEL = "candour/1 bulletin"
MAX_SLOTS = 4096
_MEMBERS = (
    *("site", "console", "number", "time", "epoch", "roster", "certificates", "replies", "revoked"),
    *("slots", "board", "audit", "policy"),
)


@dataclass(frozen=True)
class Policy:
    """Decoys an hour and a visit, seconds between publications, publications a slot stays, words offered first."""

    decoys: int
    decoy_limit: int
    publication: int
    hold: int
    words: str


@dataclass(frozen=True)
class Bulletin:
    """`time` is unix seconds; `board` and `audit` are hashes (32 bytes); `revoked` holds certificate ids (8 bytes)."""

    site: bytes
    console: str
    number: int
    time: int
    epoch: int
    roster: int
    certificates: tuple[EpochCertificate, ...]
    replies: tuple[ReplyCertificate, ...]
    revoked: tuple[bytes, ...]
    slots: int
    board: bytes
    audit: bytes
    policy: Policy
    raw: bytes = field(default=b"", repr=False, compare=False)

    def epoch_key(self, group: str, epoch: int) -> bytes | None:
        """The unrevoked X-Wing public key of a group for an epoch."""
        for certificate in self.certificates:
            if (certificate.group, certificate.epoch) == (group, epoch) and certificate.id not in self.revoked:
                return certificate.public
        return None

    def reply_certificate(self, certificate_id: bytes) -> ReplyCertificate | None:
        """The unrevoked reply certificate of this id."""
        if certificate_id in self.revoked:
            return None
        return next((certificate for certificate in self.replies if certificate.id == certificate_id), None)

    def check_after(self, earlier: Bulletin) -> None:
        """Raises RolledBack where this is older than one of the same console seen before, or another of its number."""
        older = self.number < earlier.number or self.time < earlier.time  # spec: 2.1
        if older or (self.number == earlier.number and self.raw != earlier.raw):
            raise RolledBack("bulletin")


def encode_bulletin(bulletin: Bulletin, signer: Signer) -> bytes:
    """The signed document. The certificates' `raw` must be set."""
    value = {
        "site": bulletin.site.hex(),
        "console": fields.name(bulletin.console),
        "number": bulletin.number,
        "time": bulletin.time,
        "epoch": bulletin.epoch,
        "roster": bulletin.roster,
        "certificates": [fields.base64_text(certificate.raw) for certificate in bulletin.certificates],
        "replies": [fields.base64_text(certificate.raw) for certificate in bulletin.replies],
        "revoked": [certificate_id.hex() for certificate_id in bulletin.revoked],
        "slots": bulletin.slots,
        "board": bulletin.board.hex(),
        "audit": bulletin.audit.hex(),
        "policy": {
            "decoys": bulletin.policy.decoys,
            "decoy-limit": bulletin.policy.decoy_limit,
            "publication": bulletin.policy.publication,
            "hold": bulletin.policy.hold,
            "words": bulletin.policy.words,
        },
    }
    _read(value)
    return framing.sign_document(KIND, LABEL, value, signer)


def parse_bulletin(raw: bytes, roster: Roster) -> Bulletin:
    """Reads and checks a bulletin against the roster.

    Raises BadLength, BadVersion, BadKind, BadJson, BadField, WrongSite, BadSignature; RolledBack where it knows a
    newer roster; then what parsing its certificates raises.
    """
    draft, certificates, replies = _read(framing.open_document(raw, KIND))
    console = roster.console(draft.console)
    if console is None:  # spec: 2.1
        raise BadField("console")
    if draft.site != roster.site:
        raise WrongSite("bulletin")
    framing.check_document(raw, KIND, LABEL, [console.publisher])
    if draft.roster > roster.serial:
        raise RolledBack("roster")
    bulletin = replace(
        draft,
        certificates=tuple(_epoch_certificate(item, console, roster.site) for item in certificates),
        replies=tuple(_reply_certificate(item, console, roster.site) for item in replies),
        raw=raw,
    )
    _check_one_key_each(bulletin)
    return bulletin


def _read(value: object) -> tuple[Bulletin, tuple[bytes, ...], tuple[bytes, ...]]:
    """The members, with the certificates still as bytes."""
    m = fields.members(value, *_MEMBERS)
    draft = Bulletin(
        site=fields.hexadecimal(m["site"], 16),
        console=fields.name(m["console"]),
        number=fields.integer(m["number"], 1),
        time=fields.integer(m["time"], 0),
        epoch=fields.day(m["epoch"]),
        roster=fields.integer(m["roster"], 1),
        certificates=(),
        replies=(),
        revoked=fields.array(m["revoked"], 0, 4096, lambda item: fields.hexadecimal(item, 8)),
        slots=fields.integer(m["slots"], 0, MAX_SLOTS),
        board=fields.hexadecimal(m["board"], 32),
        audit=fields.hexadecimal(m["audit"], 32),
        policy=_policy(m["policy"]),
    )
    if draft.epoch != calendar.epoch_of(calendar.day_of(draft.time)):
        raise BadField("epoch")
    certificates = fields.array(m["certificates"], 0, 4096, lambda item: fields.base64_bytes(item, EPOCH_LENGTH))
    replies = fields.array(m["replies"], 0, 4096, lambda item: fields.base64_bytes(item, REPLY_LENGTH))
    return draft, certificates, replies


def _policy(value: object) -> Policy:
    m = fields.members(value, "decoys", "decoy-limit", "publication", "hold", "words")
    if m["words"] not in ("new", "keep"):
        raise BadField("words")
    return Policy(
        decoys=fields.integer(m["decoys"], 0, 3600),
        decoy_limit=fields.integer(m["decoy-limit"], 0, 100),
        publication=fields.integer(m["publication"], 1, 604800),
        hold=fields.integer(m["hold"], 1, 4096),
        words=str(m["words"]),
    )


def _epoch_certificate(raw: bytes, console: Console, site: bytes) -> EpochCertificate:
    certificate = parse_epoch_certificate(raw, console.authority, site)
    if certificate.group not in console.groups:
        raise BadField("group")
    return certificate


def _reply_certificate(raw: bytes, console: Console, site: bytes) -> ReplyCertificate:
    certificate = parse_reply_certificate(raw, console.authority, site)
    if certificate.console != console.name:
        raise BadField("console")
    return certificate


def _check_one_key_each(bulletin: Bulletin) -> None:
    in_force = [(c.group, c.epoch) for c in bulletin.certificates if c.id not in bulletin.revoked]
    if len(set(in_force)) != len(in_force):
        raise BadField("two certificates for a group and an epoch")
