"""Envelopes that were tried and could not be placed (console database)."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class HeldPost(ConsoleBase):
    """Opened, in order, but under words nobody here knows yet. Tried again when a thread with that key appears."""

    __tablename__ = "held"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    thread_key: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    epoch: Mapped[int] = mapped_column(index=True)
    day: Mapped[int]
    raw: Mapped[bytes] = mapped_column(LargeBinary(20480))


class QuarantinedEnvelope(ConsoleBase):
    """Addressed to us, or of no week we know, but not in order: kept sealed, with the name of what was wrong."""

    __tablename__ = "quarantine"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(index=True)
    day: Mapped[int]
    error: Mapped[str] = mapped_column(String(64))
    raw: Mapped[bytes] = mapped_column(LargeBinary(20480))
