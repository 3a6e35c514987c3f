"""Who has looked at which file, so that a hand-over of what is unlawful to hold can say so."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class FileView(ConsoleBase):
    """One viewing or download of the file at a place of a post's list."""

    __tablename__ = "file_views"
    __table_args__ = (Index("file_views_by_record", "record_id", "place"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    record_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    place: Mapped[int]
    user_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[int] = mapped_column(BigInteger)
    how: Mapped[str] = mapped_column(String(12))  # "shown" or "downloaded"
