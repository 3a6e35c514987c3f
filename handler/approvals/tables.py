"""Who asked for what, and who answered."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class Approval(ConsoleBase):
    """One act that waits for a second person, or was answered. What is to be done in words is a sealed record."""

    __tablename__ = "approvals"
    __table_args__ = (Index("approvals_waiting", "state", "asked_at"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    act: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[bytes | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    roles: Mapped[str] = mapped_column(String(128))  # of whom one must approve, a space between
    asked_by: Mapped[bytes] = mapped_column(LargeBinary(16))
    asked_at: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12))  # "waiting", "approved", "refused" or "withdrawn"
    answered_by: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    record_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))

    @property
    def of_case(self) -> bytes:
        """The case's id, of an act on a case."""
        if self.case_id is None:
            raise ValueError("this act is on no case")
        return self.case_id
