"""New words take over a thread, or come too late (SPEC 3.1)."""

from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.errors import BadSuccessor, ThreadKnown
from crypto.openenvelope import OpenedPost
from crypto.proof import Proof
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.filing import make_proof, names_of, seal_record, tell, thread_is_known, thread_row
from handler.cases.firstpost import Content
from handler.cases.lines import Line, Pen, Words
from handler.cases.proofs import proof_of
from handler.cases.records import CaseBox, ThreadSecrets, first_report
from handler.cases.rows import Rows
from handler.cases.tables import Case, CaseRecord, Thread
from handler.intake.rules import CURRENT, LOST, OLD
from handler.publication.holding import seal_aside
from handler.publication.queue import COPIED, HELD, LIVE, QUEUED, RESTORED, WAITING
from handler.publication.tables import Message, Slot

MOVED = (Kind.ACKNOWLEDGEMENT, Kind.MESSAGE, Kind.STATUS)
"""What is told again on the new thread; the proof comes anew inside the handover."""


@dataclass
class Handover:
    """One post's successor, at work on its case within one transaction."""

    console: Session
    desk: Desk
    box: CaseBox
    pen: Pen
    case: Case
    thread: Thread  # of the words in use
    line: Line  # the same thread's
    rows: Rows
    position: int  # of the next record
    moved: list[tuple[bytes, bytes]] = field(default_factory=list)  # message to thread

    def successor(self, opened: OpenedPost) -> ThreadSecrets | None:
        """The newer words; None when they were taken before. Raises BadSuccessor, ThreadKnown."""
        new = opened.post.new_code
        if new is None:
            return None
        if new.sign == opened.post.sign:
            raise BadSuccessor("the words in use")
        secrets = ThreadSecrets(opened.thread_secret, new.sign, new.reader)
        if self._taken_before(secrets):
            return None
        if thread_is_known(self.console, self.case.group, secrets):
            raise ThreadKnown
        return secrets

    def _taken_before(self, secrets: ThreadSecrets) -> bool:
        names = names_of(self.case.group, secrets)
        known = self.console.scalars(select(Thread).where(Thread.key == names[0])).one_or_none()
        return known is not None and known.case_id == self.case.id and (known.name, known.reader) == names[1:]

    def accept(self, secrets: ThreadSecrets) -> None:
        """`handover` and `superseded` in one publication; what waits or was not confirmed moves to the new thread.

        Old words whose places for notices are used up are not told; the new ones are.
        """
        line = self._new_line(secrets)
        bundle = self.desk.random(8)
        before = proof_of(self.console, self.box, self.thread.id)
        day = before.day if before is not None else self.case.day
        proof = make_proof(self.pen, line, secrets.sign, day=day, first_post=self._first_post(before))
        self._tell(line, Kind.HANDOVER, proof, bundle)
        if self.line.room(Kind.SUPERSEDED):
            self._tell(self.line, Kind.SUPERSEDED, b"", bundle)
        self._move_replies(line)
        self._store(line, secrets, CURRENT)
        self.thread.standing, self.thread.successor = OLD, line.thread_id

    def _first_post(self, before: Proof | None) -> bytes | Content:
        if before is not None:
            return Content(before.salt, before.content_hash)
        return self.box.open(first_report(self.console, self.case.id))

    def refuse(self, secrets: ThreadSecrets) -> None:
        """The thread of the later successor is remembered, and told once that it is not in force."""
        line = self._new_line(secrets)
        self._tell(line, Kind.NOT_IN_FORCE, b"", None)
        self._store(line, secrets, LOST)

    def write(self) -> None:
        """Everything gathered, in the transaction of this object."""
        self.rows.write(self.console)
        for message_id, thread_id in self.moved:
            self.console.execute(update(Message).where(Message.id == message_id).values(thread_id=thread_id))
        self.line.store(self.thread)
        self.console.flush()

    def _new_line(self, secrets: ThreadSecrets) -> Line:
        return Line.new(self.desk.site, self.case.group, self.case.id, self.desk.random(16), secrets)

    def _tell(self, line: Line, kind: Kind, text: bytes, bundle: bytes | None) -> None:
        tell(self.rows, self.box, self.pen, line, kind=kind, text=text, position=self.position, bundle=bundle)
        self.position += 1

    def _store(self, line: Line, secrets: ThreadSecrets, standing: str) -> None:
        self.rows.threads.append(thread_row(line, secrets, standing))
        seal_record(
            self.rows,
            self.box,
            line.thread_id,
            secrets.encode(),
            kind=records.THREAD,
            position=0,
            day=self.pen.today,
        )

    def _move_replies(self, line: Line) -> None:
        for message in self._unconfirmed():
            kind = Kind(message.kind)
            if message.parts * (2 if kind in COPIED else 1) > line.room(kind):
                continue  # more than a thread has room for: it stays on the old one
            states = set(self.console.scalars(select(Slot.state).where(Slot.message_id == message.id)))
            waits_or_lives = bool(states & {QUEUED, LIVE, HELD, RESTORED})
            waits = Slot.state.in_(WAITING)
            self.console.execute(delete(Slot).where(Slot.message_id == message.id, waits))
            if kind in MOVED and waits_or_lives:
                text = self.box.open(self.console.get_one(CaseRecord, message.record_id))
                self.pen.seal(self.rows, line, kind, text, message=Words(message.id, message.priority))
                for aside in states & {HELD, RESTORED}:
                    seal_aside(self.rows, message.id, aside)
                self.moved.append((message.id, line.thread_id))

    def _unconfirmed(self) -> list[Message]:
        chosen = (
            select(Message)
            .join(CaseRecord, CaseRecord.id == Message.record_id)
            .where(Message.thread_id == self.thread.id, Message.confirmed.is_(False))
        )
        return list(self.console.scalars(chosen.order_by(CaseRecord.position)))
