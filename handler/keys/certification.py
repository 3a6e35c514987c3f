"""Certified keys: those of the coming weeks, and the one that signs replies. A supervisor makes them, others use them.

The seeds are in the keyring; the certificates are public and stay in the console database for the publisher.
"""

import os
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.calendar import epoch_of
from crypto.documents import (
    EpochCertificate,
    ReplyCertificate,
    certificate_id,
    encode_epoch_certificate,
    encode_reply_certificate,
)
from crypto.opening import ed25519_public, signer
from crypto.secret import SeedXWing, SigningSeed
from crypto.suite import Random, xwing_public
from handler.identity.roles import EPOCH_SEED_ROLES, REPLY_KEY_ROLES
from handler.identity.users import holders_with_role
from handler.keys.certificates import newest_reply_certificate
from handler.keys.keyring import Keyring, authority_purpose, epoch_purpose, reply_purpose
from handler.keys.tables import EpochCertificateRow, ReplyCertificateRow
from handler.keys.unlocked import Unlocked
from handler.settings import ConsoleFile

WEEKS_AHEAD = 8
REPLY_DAYS = 84  # a reply key is renewed by certification once fewer than WEEKS_AHEAD weeks of it are left


@dataclass(frozen=True)
class Certified:
    """What certification added."""

    epochs: tuple[tuple[str, int], ...]  # (group, epoch)
    reply: bytes | None  # id of a new reply certificate


class Certifier:
    """Certifies with the console's authority key, which only supervisors open. The caller commits both sessions."""

    def __init__(self, console: Session, keyring: Keyring, config: ConsoleFile, authority: SigningSeed) -> None:
        self.console = console
        self.keyring = keyring
        self.config = config
        self._sign = signer(authority)

    @classmethod
    def of(cls, console: Session, keyring: Keyring, config: ConsoleFile, unlocked: Unlocked) -> "Certifier":
        """In a supervisor's session. Raises NotAllowed for anyone who does not hold the authority key."""
        return cls(console, keyring, config, SigningSeed(keyring.get(authority_purpose(config.name), unlocked)))

    def ensure(self, today: int, random: Random = os.urandom) -> Certified:
        """This week's and the next eight weeks' keys of each group, and a reply key good for eight weeks more."""
        made = tuple(
            (group, epoch)
            for group in self.config.groups
            for epoch in range(epoch_of(today), epoch_of(today) + WEEKS_AHEAD + 1)
            if self._ensure_epoch(group, epoch, random)
        )
        newest = newest_reply_certificate(self.console, today)
        late = newest is None or newest.until_day < today + 7 * WEEKS_AHEAD
        return Certified(made, self.new_reply_key(today, random) if late else None)

    def _ensure_epoch(self, group: str, epoch: int, random: Random) -> bool:
        known = select(EpochCertificateRow.id).where(
            EpochCertificateRow.group == group,
            EpochCertificateRow.epoch == epoch,
            EpochCertificateRow.revoked.is_(False),
        )
        if self.console.scalars(known).first() is not None:
            return False
        seed = SeedXWing(random(32))
        certificate = EpochCertificate(self.config.site_id, group, epoch, xwing_public(seed))
        raw = encode_epoch_certificate(certificate, self._sign)
        holders = holders_with_role(self.console, *EPOCH_SEED_ROLES)
        self.keyring.destroy(epoch_purpose(group, epoch))  # of a key that was replaced, or of a try that broke off
        self.keyring.put(epoch_purpose(group, epoch), seed.expose(), holders)
        self.console.add(EpochCertificateRow(id=certificate_id(raw), group=group, epoch=epoch, raw=raw, revoked=False))
        self.console.flush()
        return True

    def new_reply_key(self, today: int, random: Random = os.urandom) -> bytes:
        """A fresh reply key, in force at once; the one before stays valid for what it signed. Its certificate's id."""
        seed = SigningSeed(random(32))
        days = (today, today + REPLY_DAYS)
        certificate = ReplyCertificate(self.config.site_id, self.config.name, *days, ed25519_public(seed))
        raw = encode_reply_certificate(certificate, self._sign)
        identity = certificate_id(raw)
        self.keyring.put(reply_purpose(identity), seed.expose(), holders_with_role(self.console, *REPLY_KEY_ROLES))
        serial = (self.console.scalar(select(func.max(ReplyCertificateRow.serial))) or 0) + 1
        self.console.add(
            ReplyCertificateRow(id=identity, serial=serial, from_day=days[0], until_day=days[1], raw=raw, revoked=False)
        )
        self.console.flush()
        return identity

    def rotate_reply_key(self, today: int, random: Random = os.urandom) -> tuple[bytes, list[bytes]]:
        """After a leak: a new reply key, and every older one revoked. The new id, and the revoked ids."""
        older = list(self.console.scalars(select(ReplyCertificateRow).where(ReplyCertificateRow.revoked.is_(False))))
        identity = self.new_reply_key(today, random)
        for row in older:
            row.revoked = True
            self.keyring.destroy(reply_purpose(row.id))
        self.console.flush()
        return identity, [row.id for row in older]
