"""What was sealed out of a case: when, by whom, on what ground and what became of it. The content is `sealed`."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class SealedObject(ConsoleBase):
    """One message, or one file of a message, under a key of its own in the keyring ("object <hex of id>")."""

    __tablename__ = "sealed_objects"
    __table_args__ = (Index("sealed_objects_by_case", "case_id", "at"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    record_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    place: Mapped[int | None]  # of a file in its message's list; None: the whole message with its files
    whole: Mapped[bool]  # it was the whole first report
    ground: Mapped[str] = mapped_column(String(12))  # "spillage", "privileged" or "images"
    at: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    state: Mapped[str] = mapped_column(String(12))  # see grounds.STATES
    changed: Mapped[int] = mapped_column(BigInteger)  # when it came into that state
    changed_by: Mapped[bytes] = mapped_column(LargeBinary(16))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None once it was destroyed or put back
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)  # what counsel wrote, under the same key
