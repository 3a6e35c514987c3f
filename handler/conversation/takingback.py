"""Taking back what waits for the board. What has been in a publication is said: nothing calls it back.

The slots are deleted while they wait; the indices that they had are never taken again (SPEC 7), for the thread's
counters stay where they are. The words stay in the case, marked.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto.board import STATUSES, Kind
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.errors import Refused
from handler.lifecycle.recording import not_told
from handler.publication.queue import HELD, QUEUED, RESERVE
from handler.publication.tables import Message, Slot

KINDS = (Kind.MESSAGE, Kind.STATUS)


class OnTheBoard(Refused):
    """This is on the board already and cannot be taken back. Write again to put it right."""


class NotYourReply(Refused):
    """Only whoever wrote this can take it back."""


class NoSuchReply(Refused):
    """There is no such reply in this case, or it was taken back before."""


def take_back(desk: Desk, case_id: bytes, record_id: bytes) -> str:
    """Deletes a reply or a status of one's own from the queue; a reply's words, "" for a status.

    Raises OnTheBoard, NotYourReply, NoSuchReply, NotAllowed.
    """
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id, with_for_update=True)
        message = _message(console, desk, case_id, record_id)
        # A publication that is just being made holds these rows: this waits for it, and then sees what it took.
        slots = console.scalars(select(Slot).where(Slot.message_id == message.id).with_for_update()).all()
        if not slots or any(slot.state not in (QUEUED, RESERVE, HELD) for slot in slots):
            raise OnTheBoard
        console.execute(delete(Slot).where(Slot.message_id == message.id))
        message.taken_back = desk.now()
        console.flush()
        kind = Kind(message.kind)
        if kind == Kind.STATUS:
            case.status = _last_status(console, box)
        else:
            not_told(console, desk, box)
        act = "status taken back" if kind == Kind.STATUS else "reply taken back"
        record(console, desk.unlocked, act, case_id, clock=desk.clock, slots=len(slots))
        row = console.get_one(CaseRecord, record_id)
        return box.open(row).decode() if kind == Kind.MESSAGE else ""


def _message(console: Session, desk: Desk, case_id: bytes, record_id: bytes) -> Message:
    chosen = select(Message).where(Message.record_id == record_id, Message.case_id == case_id).with_for_update()
    message = console.scalars(chosen).one_or_none()
    if message is None or message.taken_back is not None or Kind(message.kind) not in KINDS:
        raise NoSuchReply
    if message.author != desk.unlocked.user_id:
        raise NotYourReply
    return message


def _last_status(console: Session, box: CaseBox) -> str:
    """What the reporter is told as things stand: the newest status that stays."""
    chosen = (
        select(CaseRecord)
        .join(Message, Message.record_id == CaseRecord.id)
        .where(CaseRecord.case_id == box.case_id, CaseRecord.kind == records.REPLY)
        .where(Message.kind == int(Kind.STATUS), Message.taken_back.is_(None))
        .order_by(CaseRecord.position.desc())
    )
    row = console.scalars(chosen).first()
    return box.open(row).decode() if row is not None else STATUSES[0]
