"""What the triage goes by besides the case itself."""

from sqlalchemy import BigInteger, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class StaPeriod(ConsoleBase):
    """Which categories are priorities of the strategic threat assessment. The newest row counts, until the next."""

    __tablename__ = "sta_periods"

    id: Mapped[int] = mapped_column(primary_key=True)
    begins: Mapped[int]  # day
    ends: Mapped[int]  # day, the last one
    categories: Mapped[str] = mapped_column(String(160))  # ids, a space between
    reason: Mapped[str] = mapped_column(String(24))  # of the list sta_reasons
    at: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    moved: Mapped[int]  # how many cases got another priority by it
