"""A person's own replies that wait for the board, of the cases that they can still open."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.board import Kind
from handler.cases import readers
from handler.cases.tables import Case
from handler.publication.queue import QUEUED, Forecast
from handler.publication.tables import Message, Slot


@dataclass(frozen=True)
class OwnReply:
    """`parts`: places that it takes; `at`: unix seconds when the last of them will be there."""

    case: Case
    kind: Kind
    parts: int
    at: int | None


def waiting_of(console: Session, outlook: Forecast, user_id: bytes) -> Sequence[OwnReply]:
    """The earliest first."""
    chosen = (
        select(Message, Case, Slot.id)
        .join(Slot, Slot.message_id == Message.id)
        .join(Case, Case.id == Message.case_id)
        .where(Message.author == user_id, Slot.state == QUEUED, Case.id.in_(readers.of_person(user_id)))
    )
    slots: dict[bytes, list[int]] = {}
    found: dict[bytes, tuple[Message, Case]] = {}
    for message, case, slot_id in console.execute(chosen):
        found[message.id] = (message, case)
        slots.setdefault(message.id, []).append(slot_id)
    replies = [
        OwnReply(case, Kind(message.kind), message.parts, outlook.of(slots[message.id]))
        for message, case in found.values()
    ]
    return sorted(replies, key=lambda one: (one.at or 0, one.case.sequence))
