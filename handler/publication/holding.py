"""A supervisor's hold on what is told to a reporter: what waits for the board is set aside where no publication takes
it, keeps its place in the queue, and waits again once the hold is lifted."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from crypto.board import Kind
from handler.cases.records import CaseBox
from handler.cases.rows import Rows
from handler.cases.tables import CaseRecord
from handler.publication.queue import HELD, QUEUED
from handler.publication.tables import Message, Slot

HOLDABLE = (Kind.MESSAGE, Kind.STATUS)
"""What people write. What the console tells by itself, such as that new words are in force, goes on."""


def set_aside(console: Session, box: CaseBox, passing: Collection[str]) -> int:
    """Within the caller's transaction; how many messages. `passing`: texts that no hold stops. A second copy of what
    was on the board already stays: it tells nothing new."""
    waits = (Slot.state == QUEUED) & (Slot.copy == 1)
    chosen = (
        select(Message.id, CaseRecord)
        .join(CaseRecord, CaseRecord.id == Message.record_id)
        .where(Message.case_id == box.case_id, Message.author.is_not(None))
        .where(Message.kind.in_([int(kind) for kind in HOLDABLE]), _has(waits))
    )
    held = [message_id for message_id, row in console.execute(chosen) if box.open(row).decode() not in passing]
    # A publication that is just being made holds these rows: this waits for it, and leaves what it took.
    console.execute(
        update(Slot)
        .where(Slot.message_id.in_(held), waits)
        .values(state=HELD)
        .execution_options(synchronize_session=False)
    )
    return len(held)


def release(console: Session, case_id: bytes) -> int:
    """Everything of a case waits again; how many slots. Within the caller's transaction."""
    messages = select(Message.id).where(Message.case_id == case_id)
    held = console.scalars(select(Slot.id).where(Slot.message_id.in_(messages), Slot.state == HELD)).all()
    console.execute(
        update(Slot).where(Slot.id.in_(held)).values(state=QUEUED).execution_options(synchronize_session=False)
    )
    return len(held)


def some_held() -> ColumnElement[bool]:
    """Of a message: whether some of it is set aside."""
    return _has(Slot.state == HELD)


def seal_aside(rows: Rows, message_id: bytes, state: str = HELD) -> None:
    """What was set aside and has just been sealed anew stays aside."""
    for slot in rows.slots:
        if slot["message_id"] == message_id and slot["state"] == QUEUED:
            slot["state"] = state


def _has(slots: ColumnElement[bool]) -> ColumnElement[bool]:
    return Message.id.in_(select(Slot.message_id).where(slots, Slot.message_id.is_not(None)))
