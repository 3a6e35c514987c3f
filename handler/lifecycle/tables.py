"""What moves a case along, in clear: clocks, what is recorded and by whom, moves. Why stands in sealed records."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class CaseClock(ConsoleBase):
    """One thing that is due; `number` tells clocks of a kind apart: the first check-in, the second."""

    __tablename__ = "case_clocks"
    __table_args__ = (Index("case_clocks_by_due", "kind", "done", "waits", "due", "case_id"),)

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due: Mapped[int] = mapped_column(BigInteger)
    done: Mapped[int | None] = mapped_column(BigInteger)
    waits: Mapped[int | None] = mapped_column(BigInteger, default=None)  # since when it stands still


RUNNING = CaseClock.done.is_(None) & CaseClock.waits.is_(None)


class CaseFact(ConsoleBase):
    """That something which a step needs is recorded; the newest time of each name."""

    __tablename__ = "case_facts"

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    moves: Mapped[int]  # how many moves the case had made
    at: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    record_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))


class CaseMove(ConsoleBase):
    """One step from state to state. Its reasons are the record."""

    __tablename__ = "case_moves"

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    role: Mapped[str] = mapped_column(String(24))
    start: Mapped[str] = mapped_column(String(32))
    end: Mapped[str] = mapped_column(String(32))
    record_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))


CLEAR, RECUSED, OUT = "none", "recused", "out"
"""What is kept of a person and a case; OUT: the case was taken away from them."""
NAMED, LIFTED = "named", "lifted"
"""Their name is among those the reporter gave; a supervisor looked, and another person was meant."""

KEPT_OUT = (RECUSED, NAMED)


class CaseConflict(ConsoleBase):
    """One person's own check of whether they know anyone in a case; or that its reporter seems to have named them."""

    __tablename__ = "case_conflicts"
    __table_args__ = (Index("case_conflicts_untold", "outcome", "seen"),)

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(8))
    at: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[bool]  # a supervisor took note of it


class CaseTask(ConsoleBase):
    """Something to do in a case. What it is stands in the record of this id."""

    __tablename__ = "case_tasks"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    due: Mapped[int]  # day
    done: Mapped[int | None] = mapped_column(BigInteger)
    done_by: Mapped[bytes | None] = mapped_column(LargeBinary(16))
