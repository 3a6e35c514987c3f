"""The queue and the board (console database). Slots arrive sealed: nothing here needs a key but the publisher's."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class Message(ConsoleBase):
    """Something told to a reporter, in one to 32 slots; its words are the case record `record_id`."""

    __tablename__ = "messages"

    id: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[bytes] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    record_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    author: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # the user who wrote it; None: the console itself
    kind: Mapped[int]  # SPEC 7
    parts: Mapped[int]
    day: Mapped[int]
    priority: Mapped[int]
    confirmed: Mapped[bool]  # every part was seen by the reporter
    taken_back: Mapped[int | None] = mapped_column(BigInteger, default=None)  # unix seconds: before it was published


class Slot(ConsoleBase):
    """1,024 bytes of the board, past, present or to come. Without a message it is a decoy."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("thread_id", "tag_index"),
        Index("slots_by_state", "state", "priority", "id"),
        Index("slots_by_publication", "publication", "position"),
        {"sqlite_autoincrement": True},  # the id is the order of the queue
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[bytes | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    tag_index: Mapped[int | None]
    part: Mapped[int]  # 1 to 32; 0 in a decoy
    copy: Mapped[int]  # 1; 2 is published only when nobody has confirmed the first
    certificate: Mapped[bytes | None] = mapped_column(LargeBinary(8))  # the reply certificate it was signed under
    state: Mapped[str] = mapped_column(String(12))
    priority: Mapped[int]  # 0 first
    bundle: Mapped[bytes | None] = mapped_column(LargeBinary(8))  # slots that go in one publication
    publication: Mapped[int | None]
    position: Mapped[int | None]
    seen: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(LargeBinary(1024))  # empty once it has left the board


class Publication(ConsoleBase):
    """One publication: durable before it is sent, and sent again unchanged until the drop has taken it."""

    __tablename__ = "publications"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    time: Mapped[int] = mapped_column(BigInteger)  # unix seconds
    bulletin: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[str] = mapped_column(String(64))  # "" until the drop answered; then "taken", or its error's name
