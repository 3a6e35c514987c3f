"""Wrapped keys (keyring database) and the public certificates (console database)."""

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase, KeyringBase

HOLDER_BYTES = 16


class Wrap(KeyringBase):
    """One secret, sealed to one holder (SPEC 10.1)."""

    __tablename__ = "wraps"

    purpose: Mapped[str] = mapped_column(String(128), primary_key=True)
    holder: Mapped[bytes] = mapped_column(LargeBinary(HOLDER_BYTES), primary_key=True, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class KeyId(KeyringBase):
    """Which secret the wraps of a purpose are of, where one can take another's place: a case's key, by its id (10.3).

    So it can be told without opening anything whether a keyring and a console database are of the same moment.
    While a secret is being replaced, its wraps and its id stand aside until the new one is known to be in use.
    """

    __tablename__ = "renewals"  # from when only the secrets that were being replaced had an id

    purpose: Mapped[str] = mapped_column(String(128), primary_key=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(8))


class LockedSeed(KeyringBase):
    """A handler's X-Wing seed under Argon2id of the passphrase (SPEC 10.1)."""

    __tablename__ = "locked_seeds"

    holder: Mapped[bytes] = mapped_column(LargeBinary(HOLDER_BYTES), primary_key=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class EpochCertificateRow(ConsoleBase):
    """A group's certified key of one week (SPEC 2.1, kind 2)."""

    __tablename__ = "epoch_certificates"

    id: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    group: Mapped[str] = mapped_column("group_name", String(32), index=True)
    epoch: Mapped[int] = mapped_column(index=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary(1332))
    revoked: Mapped[bool] = mapped_column(Boolean, default=False)


class ReplyCertificateRow(ConsoleBase):
    """A certified key that signs replies and proofs (SPEC 2.1, kind 3)."""

    __tablename__ = "reply_certificates"

    id: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    serial: Mapped[int] = mapped_column(unique=True)  # 1, 2, 3 …: the newest unrevoked one signs
    from_day: Mapped[int]
    until_day: Mapped[int]
    raw: Mapped[bytes] = mapped_column(LargeBinary(150))
    revoked: Mapped[bool] = mapped_column(Boolean, default=False)


class LostKey(ConsoleBase):
    """A key of the console that somebody held when they left or lost a role: see handler/keys/lost.py."""

    __tablename__ = "lost_keys"

    user_id: Mapped[bytes] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(128), primary_key=True)
    certificate: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)  # its id; empty where there is none
    day: Mapped[int]
