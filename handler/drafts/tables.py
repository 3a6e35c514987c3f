"""Drafts (console database): words under the case's key; in clear the writer, the case, the form, and when."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class Draft(ConsoleBase):
    """One person's, of one form of one case."""

    __tablename__ = "drafts"

    user_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)
    form: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16))  # what it is sealed as; new each time
    at: Mapped[int] = mapped_column(BigInteger, index=True)  # unix seconds
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
