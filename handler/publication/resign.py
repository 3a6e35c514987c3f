"""Sealing again, at new places, what readers may still need: after a reply key was revoked, what it signed; after a
restore from backup, what waited for the board in the backup and may have been on it since (SPEC 7)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.errors import BadSeal
from crypto.proof import parse_proof
from handler.audit.log import record
from handler.cases import inforce
from handler.cases.desk import Desk
from handler.cases.filing import make_proof
from handler.cases.firstpost import Content
from handler.cases.inforce import KeyChanged
from handler.cases.lines import Line, Pen, Words
from handler.cases.records import CaseBox
from handler.cases.rows import Rows
from handler.cases.tables import Case, CaseRecord, Thread
from handler.errors import NotAllowed
from handler.keys.certificates import revoked_ids
from handler.keys.unlocked import Unlocked
from handler.lifecycle import recording
from handler.publication.board import numbers_on_board
from handler.publication.holding import seal_aside
from handler.publication.queue import COPIED, HELD, LIVE, RESTORED, WAITING
from handler.publication.tables import Message, Slot
from handler.services import Services

Which = Callable[[Session], tuple[ColumnElement[bool], ...]]
"""Of slots: which make their message go again."""


def sign_again(services: Services, unlocked: Unlocked) -> int:
    """Every queued or live message with a slot under a revoked certificate goes into the queue anew; how many did.

    Cases that this person's keys do not open are left: another person runs it for them. Messages that their thread has
    no more places for are left and counted in the audit. Raises NoReplyKey, NotAllowed.
    """
    return _again(services, unlocked, _revoked, "replies signed again")


def seal_restored(services: Services, unlocked: Unlocked) -> int:
    """The same for every message with a slot that waits since a restore. One under a hold stays held.

    Raises NoReplyKey, NotAllowed.
    """
    return _again(services, unlocked, _restored, "replies sealed again after a restore")


def _again(services: Services, unlocked: Unlocked, which: Which, act: str) -> int:
    desk = Desk(services.databases, services.settings, unlocked, services.clock)
    done = 0
    for case_id in _touched(desk, which):
        try:
            box = CaseBox(case_id, desk.case_key(case_id))
        except NotAllowed:
            continue
        # A key that is not the case's, as after a restore of two databases that were no pair, stops no other case.
        with suppress(KeyChanged, BadSeal), desk.databases.console.write() as console:
            pen = Pen(desk.reply_signer(console), desk.today(), desk.random)
            console.get_one(Case, case_id, with_for_update=True)  # somebody else may be just doing the same
            inforce.hold(console, case_id, box.key_id)
            messages = _messages(console, case_id, which)
            number = _seal_again(console, desk, box, pen, messages)
            full = len(messages) - number
            record(console, unlocked, act, case_id, clock=desk.clock, number=number, full=full)
            done += number
    return done


def _touched(desk: Desk, which: Which) -> list[bytes]:
    with desk.databases.console.read() as console:
        chosen = select(Message.case_id).join(Slot, Slot.message_id == Message.id).where(*which(console)).distinct()
        return list(console.scalars(chosen))


def _revoked(console: Session) -> tuple[ColumnElement[bool], ...]:
    return Slot.certificate.in_(revoked_ids(console)), Slot.state.in_((*WAITING, LIVE))


def _restored(_: Session) -> tuple[ColumnElement[bool], ...]:
    return (Slot.state == RESTORED,)


def _messages(console: Session, case_id: bytes, which: Which) -> list[Message]:
    """In the order in which they were written."""
    chosen = (
        select(Message)
        .join(Slot, Slot.message_id == Message.id)
        .where(Message.case_id == case_id, *which(console))
        .group_by(Message.id)
        .order_by(func.min(Slot.id))
    )
    return list(console.scalars(chosen))


def _seal_again(console: Session, desk: Desk, box: CaseBox, pen: Pen, messages: Iterable[Message]) -> int:
    """How many there was room for."""
    done, restored = 0, False
    case = console.get_one(Case, box.case_id)
    lines: dict[bytes, Line] = {}
    revoked_now = set(revoked_ids(console))
    rows = Rows()
    by_thread: defaultdict[bytes, list[Message]] = defaultdict(list)
    for message in messages:
        by_thread[message.thread_id].append(message)
    for thread_id, told in by_thread.items():
        thread = console.get_one(Thread, thread_id, with_for_update=True)
        secrets = box.thread(console, thread_id)
        line = lines[thread_id] = Line.of(thread, desk.site, case.group, secrets)
        for message in sorted(told, key=lambda message: (message.priority, message.kind)):
            kind = Kind(message.kind)
            room = line.room(kind)
            if message.parts > room:
                continue
            slots = console.scalars(select(Slot).where(Slot.message_id == message.id)).all()
            states = {slot.state for slot in slots}
            revoked = not revoked_now.isdisjoint(slot.certificate for slot in slots if slot.state in (*WAITING, LIVE))
            copies: Sequence[int] = (1, 2) if kind in COPIED and message.parts * 2 <= room else (1,)
            if kind in COPIED and not revoked and _first_stays(console, desk, message, slots):
                copies = (2,)
            text = _text(console, box, pen, line, message, revoked=revoked)
            words = Words(message.id, message.priority, _bundle(console, message))
            console.execute(delete(Slot).where(Slot.message_id == message.id, Slot.state.in_(WAITING)))
            pen.seal(rows, line, kind, text, message=words, copies=copies)
            if HELD in states:
                seal_aside(rows, message.id)
            restored = restored or RESTORED in states
            done += 1
        line.store(thread)
    rows.write(console)
    if restored:  # whether replies are held may be another matter by now
        recording.apply_hold(console, desk, box)
    return done


def _first_stays(console: Session, desk: Desk, message: Message, slots: Iterable[Slot]) -> bool:
    """Whether the first copy is on the board whole, and still will be when its second is to be queued."""
    on_board = numbers_on_board(console, desk.settings.console.policy.hold)
    here = (slot for slot in slots if slot.state == LIVE and slot.thread_id == message.thread_id and slot.copy == 1)
    return len({slot.part for slot in here if (slot.publication or 0) > on_board[-1]}) == message.parts


def _bundle(console: Session, message: Message) -> bytes | None:
    """What a message goes together with, such as a handover with the note to the old words."""
    chosen = select(Slot.bundle).where(Slot.message_id == message.id, Slot.bundle.is_not(None))
    return console.scalars(chosen.limit(1)).first()


def _text(console: Session, box: CaseBox, pen: Pen, line: Line, message: Message, *, revoked: bool) -> bytes:
    """What was told; a proof is made anew where a revoked key signed the old one."""
    row = console.get_one(CaseRecord, message.record_id)
    text = box.open(row)
    if not revoked or message.kind not in (Kind.PROOF, Kind.HANDOVER):
        return text
    old = parse_proof(text)
    content = Content(old.salt, old.content_hash)
    proof = make_proof(pen, line, old.sign_public, day=old.day, first_post=content)
    row.sealed = box.seal(row.id, row.kind, proof)
    return proof
