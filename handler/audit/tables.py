"""The audit chain (SPEC 10.4), in the console database so that an act and its entry are one transaction."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class AuditEntry(ConsoleBase):
    """One act. The migration forbids the database to change or remove rows."""

    __tablename__ = "audit_entries"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[bytes] = mapped_column(LargeBinary)  # compact JSON
    head: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(ConsoleBase):
    """One row: the newest entry's number and head. Who appends locks it, so that appending is one at a time."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1
    number: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
