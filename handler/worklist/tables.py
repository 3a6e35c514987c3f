"""Views that people saved, and what was put aside as junk."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class SavedView(ConsoleBase):
    """One person's view of the list. Its name and filters are wrapped to that person: a name can say too much."""

    __tablename__ = "saved_views"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    user_id: Mapped[bytes] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # purpose `view <id>`


class PutAside(ConsoleBase):
    """A case that stands aside as junk, and how to take it back. Typed words are in the case's sealed record."""

    __tablename__ = "put_aside"

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    batch: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)  # what was put aside at once
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(16))  # of spam_reasons
    until: Mapped[int]  # the day from which the console destroys it
    clocks: Mapped[str] = mapped_column(String(1024))  # that ran, as kind/number, a space between
    agreed_by: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # the second person, without whom it stays
