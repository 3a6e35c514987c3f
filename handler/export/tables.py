"""Disclosures of a case: that there was one, when, and who approved it. To whom and what stands in sealed records."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class Disclosure(ConsoleBase):
    """One pack. `done`: when it was approved; `chaser`: the number of its first chaser among the case's clocks."""

    __tablename__ = "disclosures"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # "disclosure" or "dissemination"
    record_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    approval_id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[int] = mapped_column(BigInteger)
    done: Mapped[int | None] = mapped_column(BigInteger)
    done_by: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    chaser: Mapped[int | None]
