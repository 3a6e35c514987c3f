"""What is left of a destroyed case, and which auditor reads which case until when. No word of any case."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class DestroyedCase(ConsoleBase):
    """A case whose key and records were destroyed: that it was, and who decided it."""

    __tablename__ = "destroyed_cases"

    number: Mapped[str] = mapped_column(String(48), primary_key=True)
    received: Mapped[int]  # day
    reason: Mapped[str] = mapped_column(String(24))  # of destruction.REASONS
    asked_by: Mapped[bytes] = mapped_column(LargeBinary(16))
    approved_by: Mapped[bytes] = mapped_column(LargeBinary(16))
    destroyed: Mapped[int] = mapped_column(index=True)  # day
    complete: Mapped[int]  # day on which the last backup of the keyring that has its key has expired


class CaseVisit(ConsoleBase):
    """An auditor who may read one case until a time."""

    __tablename__ = "case_visits"

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger, index=True)  # unix seconds
