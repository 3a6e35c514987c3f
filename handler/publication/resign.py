"""After a reply key was revoked: what it signed and readers may still need is sealed again under the new one."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.proof import parse_proof
from handler.audit.log import record
from handler.cases import inforce
from handler.cases.desk import Desk
from handler.cases.filing import make_proof
from handler.cases.firstpost import Content
from handler.cases.lines import Line, Pen, Words
from handler.cases.records import CaseBox
from handler.cases.rows import Rows
from handler.cases.tables import Case, CaseRecord, Thread
from handler.errors import NotAllowed
from handler.keys.certificates import revoked_ids
from handler.keys.unlocked import Unlocked
from handler.publication.holding import seal_held
from handler.publication.queue import COPIED, HELD, LIVE, QUEUED, RESERVE
from handler.publication.tables import Message, Slot
from handler.services import Services


def sign_again(services: Services, unlocked: Unlocked) -> int:
    """Every queued or live message with a slot under a revoked certificate goes into the queue anew; how many did.

    Cases that this person's keys do not open are left: another person runs it for them. Messages that their thread has
    no more places for are left and counted in the audit. Raises NoReplyKey, NotAllowed.
    """
    desk = Desk(services.databases, services.settings, unlocked, services.clock)
    done = 0
    for case_id in _touched(desk):
        try:
            box = CaseBox(case_id, desk.case_key(case_id))
        except NotAllowed:
            continue
        with desk.databases.console.write() as console:
            pen = Pen(desk.reply_signer(console), desk.today(), desk.random)
            messages = _messages(console, case_id)
            number = _seal_again(console, desk, box, pen, messages)
            full = len(messages) - number
            record(console, unlocked, "replies signed again", case_id, clock=desk.clock, number=number, full=full)
            done += number
    return done


def _touched(desk: Desk) -> list[bytes]:
    with desk.databases.console.read() as console:
        chosen = select(Message.case_id).join(Slot, Slot.message_id == Message.id).where(*_revoked(console)).distinct()
        return list(console.scalars(chosen))


def _revoked(console: Session) -> tuple[ColumnElement[bool], ...]:
    return Slot.certificate.in_(revoked_ids(console)), Slot.state.in_((QUEUED, RESERVE, LIVE, HELD))


def _messages(console: Session, case_id: bytes) -> list[Message]:
    chosen = (
        select(Message)
        .join(Slot, Slot.message_id == Message.id)
        .where(Message.case_id == case_id, *_revoked(console))
        .distinct()
    )
    return list(console.scalars(chosen))


def _seal_again(console: Session, desk: Desk, box: CaseBox, pen: Pen, messages: Iterable[Message]) -> int:
    """How many there was room for."""
    done = 0
    case = console.get_one(Case, box.case_id)
    lines: dict[bytes, Line] = {}
    rows = Rows()
    by_thread: defaultdict[bytes, list[Message]] = defaultdict(list)
    for message in messages:
        by_thread[message.thread_id].append(message)
    for thread_id, told in by_thread.items():
        thread = console.get_one(Thread, thread_id, with_for_update=True)
        secrets = box.thread(console, thread_id)
        line = lines[thread_id] = Line.of(thread, desk.site, case.group, secrets)
        for message in sorted(told, key=lambda message: (message.priority, message.kind, message.id)):
            kind = Kind(message.kind)
            room = line.room(kind)
            if message.parts > room:
                continue
            copies = kind in COPIED and message.parts * 2 <= room
            text = _text(console, box, pen, line, message)
            words = Words(message.id, message.priority, _bundle(console, message))
            held = console.scalars(select(Slot.id).where(Slot.message_id == message.id, Slot.state == HELD)).first()
            waits = Slot.state.in_((QUEUED, RESERVE, HELD))
            console.execute(delete(Slot).where(Slot.message_id == message.id, waits))
            pen.seal(rows, line, kind, text, message=words, copies=copies)
            if held is not None:
                seal_held(rows, message.id)
            done += 1
        line.store(thread)
    rows.write(console)
    return done


def _bundle(console: Session, message: Message) -> bytes | None:
    """What a message goes together with, such as a handover with the note to the old words."""
    chosen = select(Slot.bundle).where(Slot.message_id == message.id, Slot.bundle.is_not(None))
    return console.scalars(chosen.limit(1)).first()


def _text(console: Session, box: CaseBox, pen: Pen, line: Line, message: Message) -> bytes:
    """What was told; a proof is made anew, because the revoked key signed the old one."""
    row = console.get_one(CaseRecord, message.record_id)
    text = box.open(row)
    if message.kind not in (Kind.PROOF, Kind.HANDOVER):
        return text
    old = parse_proof(text)
    content = Content(old.salt, old.content_hash)
    proof = make_proof(pen, line, old.sign_public, day=old.day, first_post=content)
    inforce.hold(console, box.case_id, box.key_id)
    row.sealed = box.seal(row.id, row.kind, proof)
    return proof
