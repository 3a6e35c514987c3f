"""Alerts that two cases belong together. They name the cases and what kind of likeness it is, never whom."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class CaseAlert(ConsoleBase):
    """One pair of cases. What a supervisor wrote of it is a sealed record of the cases."""

    __tablename__ = "case_alerts"
    __table_args__ = (UniqueConstraint("older", "newer", "about"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    older: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    newer: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    about: Mapped[str] = mapped_column(String(8))  # "subject" or "source"
    kind: Mapped[str] = mapped_column(String(8))  # of a subject: "number", "name" or "sound"; of a source: "text"
    day: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(8), index=True)  # "" while open, then "same" or "other"
    seen_by: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    seen_at: Mapped[int | None] = mapped_column(BigInteger)
