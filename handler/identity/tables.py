"""Who may sign in, with what, and who is signed in (console database)."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class User(ConsoleBase):
    """A person of the unit. The seed of the key pair is in the keyring, locked under the passphrase."""

    __tablename__ = "users"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    lookup: Mapped[str] = mapped_column(String(256), unique=True)  # the name as it is compared: rules.lookup_name
    public: Mapped[bytes] = mapped_column(LargeBinary(1216))  # X-Wing
    totp: Mapped[bytes] = mapped_column(LargeBinary)  # the secret, wrapped to the key pair: purpose `totp <id>`
    totp_step: Mapped[int] = mapped_column(default=0)  # the half minute of the last code taken: none is taken twice
    created: Mapped[int]  # day
    disabled: Mapped[int | None]  # day


class UserRole(ConsoleBase):
    """One role of one user."""

    __tablename__ = "user_roles"

    user_id: Mapped[bytes] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class UserSettings(ConsoleBase):
    """What a person has set for themselves. Without a row, everything is as it begins."""

    __tablename__ = "user_settings"

    user_id: Mapped[bytes] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    zone: Mapped[str] = mapped_column(String(40))  # such as Europe/London


class Passkey(ConsoleBase):
    """A WebAuthn credential that serves as second factor."""

    __tablename__ = "passkeys"

    id: Mapped[bytes] = mapped_column(LargeBinary(1023), primary_key=True)  # the credential's own id
    user_id: Mapped[bytes] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    public: Mapped[bytes] = mapped_column(LargeBinary)  # COSE
    count: Mapped[int] = mapped_column(BigInteger)  # the authenticator's signature counter
    added: Mapped[int]  # day


class SignedIn(ConsoleBase):
    """A session (SPEC 10.2): only the cookie's token opens `sealed`, and a locked one has nothing to open."""

    __tablename__ = "sessions"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # KDF of the token
    user_id: Mapped[bytes] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # the handler's seed; empty while locked
    open: Mapped[bool]  # False while the second factor is awaited
    started: Mapped[int] = mapped_column(BigInteger)  # unix seconds
    seen: Mapped[int] = mapped_column(BigInteger)  # unix seconds
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # of a passkey ceremony under way
    factor: Mapped[str] = mapped_column(String(8), default="")  # "code" or "passkey"; "" while it is awaited
    locked: Mapped[int | None] = mapped_column(BigInteger, default=None)  # unix seconds: since when
    failures: Mapped[int] = mapped_column(default=0)  # wrong passphrases since it was locked


class FailedSignIns(ConsoleBase):
    """How often signing in failed lately, for one account from unknown browsers or for one known browser."""

    __tablename__ = "failed_sign_ins"

    bucket: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    again_at: Mapped[int] = mapped_column(BigInteger)  # unix seconds before which no attempt is looked at
