"""The search index: which keyed value is in which case, and which values came from which record."""

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class SearchToken(ConsoleBase):
    """One value of one case. There are millions: two integers a row, kept in the order of the primary key."""

    __tablename__ = "search_tokens"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it from the class

    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    case: Mapped[int] = mapped_column("case_sequence", Integer, primary_key=True, autoincrement=False)


class SearchSource(ConsoleBase):
    """The values of one record, eight bytes each, so that they can be taken out with it, or after it."""

    __tablename__ = "search_sources"

    record_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case: Mapped[int] = mapped_column("case_sequence", Integer, index=True)
    tokens: Mapped[bytes] = mapped_column(LargeBinary)
