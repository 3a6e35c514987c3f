"""Where a sealed envelope stands while it is looked at, and where it goes, within the caller's transaction."""

from dataclasses import dataclass, field

from sqlalchemy import delete
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from handler.intake.tables import HeldPost, QuarantinedEnvelope
from handler.pickup.tables import InboxEnvelope


@dataclass(frozen=True)
class Sealed:
    """An envelope from the inbox, or one that was held."""

    id: bytes
    epoch: int
    day: int
    raw: bytes = field(repr=False)
    held: bool = False


def take_away(console: Session, sealed: Sealed) -> bool:
    """Ends the envelope. False when it has ended already, so that each is dealt with once."""
    table = HeldPost if sealed.held else InboxEnvelope
    done = console.execute(delete(table).where(table.id == sealed.id))
    return isinstance(done, CursorResult) and done.rowcount == 1


def hold(console: Session, sealed: Sealed, thread_key: bytes) -> bool:
    """Keeps it for when its words become known. False when there was nothing to do."""
    if sealed.held or not take_away(console, sealed):
        return False
    console.add(HeldPost(id=sealed.id, thread_key=thread_key, epoch=sealed.epoch, day=sealed.day, raw=sealed.raw))
    return True


def quarantine(console: Session, sealed: Sealed, error: str) -> bool:
    """Keeps it sealed, with the name of what is wrong."""
    if not take_away(console, sealed):
        return False
    console.add(QuarantinedEnvelope(id=sealed.id, epoch=sealed.epoch, day=sealed.day, error=error, raw=sealed.raw))
    return True


def release(console: Session, row: QuarantinedEnvelope) -> None:
    """Back into the inbox, to be tried again."""
    console.add(InboxEnvelope(id=row.id, epoch=row.epoch, day=row.day, raw=row.raw))
    console.delete(row)
