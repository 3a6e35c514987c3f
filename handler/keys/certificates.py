"""The certificates in force, for the publisher and for those who write replies."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.opening import signer
from crypto.secret import SigningSeed
from crypto.suite import Signer
from handler.errors import Refused
from handler.keys.keyring import Keyring, epoch_purpose, reply_purpose
from handler.keys.tables import EpochCertificateRow, ReplyCertificateRow
from handler.keys.unlocked import Unlocked

EPOCHS_AHEAD = 2  # weeks after the present one whose certificates a bulletin shows
LISTED_DAYS = 60  # how long a reply certificate is published after its last day


class NoReplyKey(Refused):
    """There is no reply key in force. A supervisor makes one with `handler key certify`."""


@dataclass(frozen=True)
class ReplySigner:
    """The reply key in force, in the hands of one signed-in person."""

    certificate_id: bytes  # 8
    certificate_raw: bytes  # 150
    sign: Signer = field(repr=False)


def newest_reply_certificate(console: Session, today: int) -> ReplyCertificateRow | None:
    """The reply certificate in force today."""
    valid = (
        select(ReplyCertificateRow)
        .where(ReplyCertificateRow.revoked.is_(False), ReplyCertificateRow.from_day <= today)
        .where(ReplyCertificateRow.until_day >= today)
        .order_by(ReplyCertificateRow.serial.desc())
    )
    return console.scalars(valid).first()


def reply_signer(console: Session, keyring: Keyring, unlocked: Unlocked, today: int) -> ReplySigner:
    """Signs replies and proofs as the console. Raises NoReplyKey, NotAllowed."""
    row = newest_reply_certificate(console, today)
    if row is None:
        raise NoReplyKey
    seed = SigningSeed(keyring.get(reply_purpose(row.id), unlocked))
    return ReplySigner(row.id, row.raw, signer(seed))


def published_reply_certificates(console: Session, today: int) -> list[ReplyCertificateRow]:
    """Those that a bulletin lists: from their first day until 60 days after their last, used or not, oldest first."""
    chosen = (
        select(ReplyCertificateRow)
        .where(ReplyCertificateRow.revoked.is_(False), ReplyCertificateRow.from_day <= today)
        .where(ReplyCertificateRow.until_day >= today - LISTED_DAYS)
        .order_by(ReplyCertificateRow.serial)
    )
    return list(console.scalars(chosen))  # spec: 2.1


def epoch_certificates(console: Session, epochs: Sequence[int]) -> list[EpochCertificateRow]:
    """Unrevoked epoch certificates of these weeks, by group and week."""
    chosen = select(EpochCertificateRow).where(
        EpochCertificateRow.epoch.in_(epochs), EpochCertificateRow.revoked.is_(False)
    )
    return sorted(console.scalars(chosen), key=lambda row: (row.group, row.epoch))


def revoked_ids(console: Session) -> list[bytes]:
    """Ids of certificates no longer to be used, for the bulletin's `revoked`."""
    epochs = console.scalars(select(EpochCertificateRow.id).where(EpochCertificateRow.revoked.is_(True)))
    replies = console.scalars(select(ReplyCertificateRow.id).where(ReplyCertificateRow.revoked.is_(True)))
    return sorted({*epochs, *replies})


def epochs_with_seeds(keyring: Keyring) -> list[tuple[str, int]]:
    """(group, epoch) of every seed that still exists."""
    held = (purpose.split(" ") for purpose in keyring.purposes(keyring.recovery.id, "epoch "))
    return [(group, int(epoch)) for _, group, epoch in held]


def destroy_epoch(keyring: Keyring, group: str, epoch: int) -> None:
    """Destroys the seed of one week. What was not opened by then never will be: the caller checks, and records it."""
    keyring.destroy(epoch_purpose(group, epoch))
