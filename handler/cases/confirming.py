"""What a reporter has read, as their posts say: set bits confirm, clear ones say nothing (SPEC 4.1)."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handler.publication.queue import ENDED, LIVE
from handler.publication.tables import Message, Slot


def confirm(console: Session, thread_id: bytes, indices: Iterable[int]) -> int:
    """Notes slots as seen; a message is confirmed once each of its parts was. How many messages became so."""
    seen = sorted(set(indices))
    if not seen:
        return 0
    console.execute(
        update(Slot)
        .where(Slot.thread_id == thread_id, Slot.tag_index.in_(seen), Slot.state.in_((LIVE, ENDED)))
        .values(seen=True)
    )
    touched = select(Slot.message_id).where(Slot.thread_id == thread_id, Slot.seen.is_(True)).distinct()
    confirmed = 0
    for message in console.scalars(select(Message).where(Message.id.in_(touched), Message.confirmed.is_(False))):
        parts = select(Slot.part).where(Slot.message_id == message.id, Slot.seen.is_(True)).distinct()
        if len(console.scalars(parts).all()) == message.parts:
            message.confirmed = True
            confirmed += 1
    console.flush()
    return confirmed
