"""Cases. What a person wrote stands only in `case_records`, sealed under the case's key (SPEC 10.3)."""

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase

CASE_BYTES = 16
LISTED_BY = (
    "id", "stream", "state", "priority", "urgency", "assigned", "unread", "due", "channel", "category", "sides",
    "flags",
)  # fmt: skip
"""All that the list is filtered by stands in the index of its order: no filter reads a row that it does not show."""


class Case(ConsoleBase):
    """One concern. The flags are in clear so that the list can put danger on top; they say nothing of whom or what."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_in_queue", "ended", "place", "sequence", *LISTED_BY),
        Index("cases_by_due", "ended", "due"),
        Index("cases_by_key", "id", "key_id", unique=True),  # what records refer to
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(CASE_BYTES), primary_key=True)
    sequence: Mapped[int] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(String(48), unique=True)  # PSU-2026-0001
    group: Mapped[str] = mapped_column("group_name", String(32))
    state: Mapped[str] = mapped_column(String(32))  # of the lifecycle; every case begins as "received"
    status: Mapped[str] = mapped_column(String(16))  # the word the reporter was last told
    day: Mapped[int]  # the drop's
    urgency: Mapped[int]  # 0 on top
    flags: Mapped[str] = mapped_column(String(256))  # words, a space between
    unread: Mapped[bool]  # something came from the reporter that nobody has looked at
    stream: Mapped[str] = mapped_column(String(16), default="report")
    channel: Mapped[str] = mapped_column(String(16), default="site")
    category: Mapped[str] = mapped_column(String(16), default="")  # the primary one
    further: Mapped[str] = mapped_column(String(160), default="")  # categories besides the primary one, a space between
    priority: Mapped[int] = mapped_column(default=0)  # 1 to 4; 0 before it was assessed
    liftable: Mapped[int] = mapped_column(default=0)  # what an STA priority can still raise; 0: nothing
    place: Mapped[int] = mapped_column(default=0)  # in the queue, 0 on top; see handler/lifecycle/queue.py
    pinned: Mapped[int] = mapped_column(default=0)  # 1: put on top by hand, -1: put off, 0: where it belongs
    assigned: Mapped[bytes | None] = mapped_column(LargeBinary(16), default=None)  # a user
    sides: Mapped[str] = mapped_column(String(96), default="")  # side states, a space between
    received: Mapped[int] = mapped_column(BigInteger, default=0)  # unix seconds: when the console opened the envelope
    opened: Mapped[int | None] = mapped_column(BigInteger, default=None)  # when a handler first did
    due: Mapped[int | None] = mapped_column(BigInteger, default=None)  # of the nearest clock
    ended: Mapped[bool] = mapped_column(default=False)  # closed, in retention review, merged or put aside
    key_id: Mapped[bytes | None] = mapped_column(LargeBinary(8), default=None)  # of the key in force (SPEC 10.3)
    renew_key: Mapped[bool] = mapped_column(default=False)  # somebody lost access: whoever opens it next renews its key


class CaseReader(ConsoleBase):
    """To whom a case's key is wrapped, so that lists and searches can be asked for one person's cases.

    An index beside the keyring and no authority: who has a row and no wrap opens nothing.
    """

    __tablename__ = "case_readers"

    user_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)


class CaseNumber(ConsoleBase):
    """How many cases a group had in a year."""

    __tablename__ = "case_numbers"

    prefix: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


class CaseRecord(ConsoleBase):
    """One sealed piece of a case: a report, a follow-up, a reply, the secrets of a thread.

    A record under a key that is not in force any more would be one that nobody can open. The database refuses it: at
    the end of its transaction, so that all records of a case can change keys together. Older records have no key id.
    """

    __tablename__ = "case_records"
    __table_args__ = (
        Index("case_records_by_case", "case_id", "position"),
        ForeignKeyConstraint(
            ["case_id", "key_id"], ["cases.id", "cases.key_id"],
            name="case_records_key", deferrable=True, initially="DEFERRED",
        ),
    )  # fmt: skip

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    position: Mapped[int]  # order within the case
    kind: Mapped[str] = mapped_column(String(16))
    day: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[bytes | None] = mapped_column(LargeBinary(8), default=None)  # of the key it is sealed under


class Thread(ConsoleBase):
    """The way to a reporter under one set of words. Its secrets are the case record with the same id."""

    __tablename__ = "threads"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # a hash of group and sign key
    name: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # a hash of group and thread id
    reader: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # a hash of group and reader key
    standing: Mapped[str] = mapped_column(String(8))  # "current", "old" or "lost"
    successor: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # of an old one: the thread of the newer words
    used: Mapped[bool]  # a post came under these words
    next_index: Mapped[int]  # 0 to 496
    next_notice: Mapped[int]  # 496 to 512


class TakenPost(ConsoleBase):
    """A post that was taken, so that it is never taken twice (SPEC 4.1)."""

    __tablename__ = "taken_posts"

    thread_id: Mapped[bytes] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    post: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class CasePiece(ConsoleBase):
    """A piece that a post of the case names, arrived or not: it stays when others of its week go."""

    __tablename__ = "case_pieces"

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, index=True)


class CaseOpening(ConsoleBase):
    """Why a person opened a case: asked once a person, case and day."""

    __tablename__ = "case_openings"
    __table_args__ = (UniqueConstraint("case_id", "user_id", "day"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    user_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    day: Mapped[int]
    reason: Mapped[str] = mapped_column(String(32))  # the chosen one; typed words are the record of this id
