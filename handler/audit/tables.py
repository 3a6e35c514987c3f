"""The audit chain (SPEC 10.4), in the console database so that an act and its entry are one transaction."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class AuditEntry(ConsoleBase):
    """One act. The migration forbids the database to change or remove rows.

    The chain covers `entry`. The four columns below it say again what stands in it, to search by; verification
    compares them, so that nobody hides an entry from a search by changing them.
    """

    __tablename__ = "audit_entries"
    __table_args__ = tuple(
        Index(f"audit_entries_by_{name}", name, "number") for name in ("time", "actor", "act", "case_id")
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[bytes] = mapped_column(LargeBinary)  # compact JSON
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
    time: Mapped[int] = mapped_column(BigInteger)  # unix seconds
    actor: Mapped[str] = mapped_column(Text)  # hex of a user's id, or SYSTEM
    act: Mapped[str] = mapped_column(Text)
    case_id: Mapped[str] = mapped_column(Text)  # hex; "" where it is about no case


class AuditHead(ConsoleBase):
    """One row: the newest entry's number and head. Who appends locks it, so that appending is one at a time."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1
    number: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditSample(ConsoleBase):
    """One draw of closed cases for review. The same seed and the same closed cases give the same draw."""

    __tablename__ = "audit_samples"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[int] = mapped_column(BigInteger)
    first_day: Mapped[int]
    last_day: Mapped[int]
    wanted: Mapped[int]
    candidates: Mapped[int]
    seed: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditSampleCase(ConsoleBase):
    """A case of a draw, and what the review found: one of a few words, never text of the case."""

    __tablename__ = "audit_sample_cases"

    sample_id: Mapped[bytes] = mapped_column(ForeignKey("audit_samples.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)  # the case may be destroyed later
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(48))
    safeguarding: Mapped[bool]
    closed: Mapped[int] = mapped_column(BigInteger)
    finding: Mapped[str] = mapped_column(String(24))
    reviewed: Mapped[int | None] = mapped_column(BigInteger)
