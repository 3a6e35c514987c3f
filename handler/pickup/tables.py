"""What was pulled from the drop and not yet opened (console database)."""

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase


class InboxEnvelope(ConsoleBase):
    """A sealed envelope that nobody has tried yet. The id is its hash."""

    __tablename__ = "inbox"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(index=True)
    day: Mapped[int]  # the drop's
    raw: Mapped[bytes] = mapped_column(LargeBinary(20480))


class PulledEnvelope(ConsoleBase):
    """Every envelope that was ever pulled, until its week's key is destroyed: a repeat is ignored."""

    __tablename__ = "pulled"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(index=True)


class Piece(ConsoleBase):
    """A piece of somebody's file, encrypted; the bytes are in the folder `pieces`.."""

    __tablename__ = "pieces"

    name: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    epoch: Mapped[int] = mapped_column(index=True)  # of the day it was pulled


class Alarm(ConsoleBase):
    """Something that needs a person and that the console cannot mend by itself; gone when it is mended."""

    __tablename__ = "alarms"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    since: Mapped[int]  # day
    text: Mapped[str] = mapped_column(Text)


class OrphanKey(ConsoleBase):
    """A case key without a case, seen on a day: left by an opening that was cut off, and destroyed on a later day."""

    __tablename__ = "orphan_keys"

    purpose: Mapped[str] = mapped_column(String(128), primary_key=True)
    day: Mapped[int]


class Housekeeping(ConsoleBase):
    """When a daily task last ran."""

    __tablename__ = "housekeeping"

    task: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[int]
