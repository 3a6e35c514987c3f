"""What intake keeps besides cases: what could not be placed, forms, links, whom to tell (console database)."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class HeldPost(ConsoleBase):
    """Opened, in order, but under words nobody here knows yet. Tried again when a thread with that key appears."""

    __tablename__ = "held"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    thread_key: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    epoch: Mapped[int] = mapped_column(index=True)
    day: Mapped[int]
    raw: Mapped[bytes] = mapped_column(LargeBinary(20480))


class QuarantinedEnvelope(ConsoleBase):
    """Addressed to us, or of no week we know, but not in order: kept sealed, with the name of what was wrong."""

    __tablename__ = "quarantine"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(index=True)
    day: Mapped[int]
    error: Mapped[str] = mapped_column(String(64))
    raw: Mapped[bytes] = mapped_column(LargeBinary(20480))


class EnteredForm(ConsoleBase):
    """A form on which a person entered a report, so that sending it twice makes one case."""

    __tablename__ = "entered_forms"

    form: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)


class CaseLink(ConsoleBase):
    """A case that was merged into an earlier one, or opened from it. Why is a sealed record of the earlier case."""

    __tablename__ = "case_links"

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    into_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # "same-report", "lost-words" or "related"
    at: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[bytes] = mapped_column(LargeBinary(16))


class DutyNotice(ConsoleBase):
    """The one row of whether the people on duty are to be told to sign in, and when they last were."""

    __tablename__ = "duty_notice"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # always 1
    due: Mapped[bool]
    sent: Mapped[int] = mapped_column(BigInteger)  # unix seconds; 0: never
