"""The board itself: which slots are live, and their bytes in order."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handler.publication.holding import some_held
from handler.publication.queue import COPY_LEAD, ENDED, LIVE, PRIORITY_COPY, QUEUED, RESERVE
from handler.publication.tables import Message, Publication, Slot


def numbers_on_board(console: Session, hold: int) -> list[int]:
    """The newest `hold` publications, newest first."""
    return list(console.scalars(select(Publication.number).order_by(Publication.number.desc()).limit(hold)))


def board_bytes(console: Session, hold: int) -> bytes:
    """The live slots of the last `hold` publications, oldest first, 1,024 bytes each."""
    numbers = numbers_on_board(console, hold)
    if not numbers:
        return b""
    live = select(Slot.sealed).where(Slot.publication >= numbers[-1]).order_by(Slot.publication, Slot.position)
    return b"".join(console.scalars(live))


def end_old_slots(console: Session, kept: Sequence[int]) -> None:
    """Slots of publications before `kept` leave: decoys altogether, replies but for what confirms and counts them."""
    if not kept:
        return
    before = (Slot.state == LIVE, Slot.publication < min(kept))
    console.execute(update(Slot).where(*before, Slot.message_id.is_not(None)).values(state=ENDED, sealed=b""))
    for decoy in console.scalars(select(Slot).where(*before)):
        console.delete(decoy)
    console.flush()


def queue_second_copies(console: Session, numbers: Sequence[int], hold: int) -> None:
    """Where the first copy of an unconfirmed reply is about to end, its second joins the queue.

    Not where a part of the first is held: the second would tell it.
    """
    lead = min(COPY_LEAD, max(1, hold // 2))
    ending = numbers[max(0, hold - lead) :]
    if not ending:
        return
    near_end = (
        select(Slot.message_id)
        .join(Message, Message.id == Slot.message_id)
        .where(Slot.state == LIVE, Slot.publication <= max(ending), Slot.copy == 1, Message.confirmed.is_(False))
        .where(~some_held())
    )
    console.execute(
        update(Slot)
        .where(Slot.state == RESERVE, Slot.message_id.in_(near_end))
        .values(state=QUEUED, priority=PRIORITY_COPY)
        .execution_options(synchronize_session=False)
    )
