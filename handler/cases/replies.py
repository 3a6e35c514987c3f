"""Writing to a reporter: a message or a status, signed, sealed and queued. Nothing of the writer goes out."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.board import MAX_TEXT, STATUSES, Kind
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.filing import seal_record
from handler.cases.lines import Line, Pen
from handler.cases.records import CaseBox, next_position
from handler.cases.rows import Rows
from handler.cases.tables import Case, Thread
from handler.errors import Refused
from handler.lifecycle.recording import is_held, told
from handler.publication.queue import PRIORITY_URGENT
from handler.search import index


class EmptyReply(Refused):
    """There is nothing to send. Write something first."""


class ReplyTooLong(Refused):
    """The reply is too long for the board: 27,392 bytes is the most. Shorten it, or send it in two replies."""


class NoWords(Refused):
    """This person has no words: answer by the channel they used, and record it."""


class UnknownStatus(Refused):
    """That is none of the five statuses. Choose one of the list."""


class RepliesHeld(Refused):
    """A supervisor holds replies in this case for now. Ask them; what you wrote was not sent."""


@dataclass(frozen=True)
class Care:
    """For the audit: kinds of warning the writer has read, and whether they say that the reply asks for something.
    `passes`: it helps at once, so no hold stops it."""

    warned: tuple[str, ...] = ()
    asks: bool = True
    passes: bool = False

    def facts(self) -> dict[str, Any]:
        return {**({"warned": list(self.warned)} if self.warned else {}), **({} if self.asks else {"asks": False})}


PLAIN = Care()


def send_message(desk: Desk, case_id: bytes, text: str, urgent: bool = False, care: Care = PLAIN) -> bytes:
    """Queues a reply of up to 27,392 bytes. Its message id.

    Raises EmptyReply, ReplyTooLong, RepliesHeld, ThreadFull, NoWords, NotAllowed.
    """
    content = text.replace("\r\n", "\n").strip().encode()
    if not content:
        raise EmptyReply
    if len(content) > MAX_TEXT:
        raise ReplyTooLong(f"this one has {len(content):,}")
    priority = PRIORITY_URGENT if urgent else None
    return _send(desk, case_id, Kind.MESSAGE, content, priority=priority, care=care)


def send_status(desk: Desk, case_id: bytes, status: str) -> bytes:
    """Queues one of the five words, and keeps it as the case's status.

    Raises UnknownStatus, RepliesHeld, ThreadFull, NoWords, NotAllowed.
    """
    if status not in STATUSES:
        raise UnknownStatus
    return _send(desk, case_id, Kind.STATUS, status.encode())


def _send(
    desk: Desk, case_id: bytes, kind: Kind, content: bytes, *, priority: int | None = None, care: Care = PLAIN
) -> bytes:
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id, with_for_update=True)  # a hold that is just recorded is waited for
        thread = current_thread(console, case_id)
        if not care.passes and is_held(console, box):
            raise RepliesHeld
        line = Line.of(thread, desk.site, case.group, box.thread(console, thread.id))
        pen = Pen(desk.reply_signer(console), desk.today(), desk.random)
        rows, record_id = Rows(), desk.random(16)
        position = next_position(console, case_id)
        seal_record(rows, box, record_id, content, kind=records.REPLY, position=position, day=pen.today)
        message_id = pen.write(
            rows, line, kind, content, record_id=record_id, priority=priority, author=desk.unlocked.user_id
        )
        rows.write(console)
        line.store(thread)
        act = "reply queued"
        if kind == Kind.STATUS:
            case.status, act = content.decode(), f"status told: {content.decode()}"
        else:
            index.add(console, desk, case_id, record_id, kind=records.REPLY, raw=content)
            told(console, desk, case_id)
        record(console, desk.unlocked, act, case_id, clock=desk.clock, slots=len(rows.slots), **care.facts())
    return message_id


def current_thread(console: Session, case_id: bytes) -> Thread:
    """The thread of the words in force. Raises NoWords."""
    chosen = select(Thread).where(Thread.case_id == case_id, Thread.standing == "current").with_for_update()
    found = console.scalars(chosen).one_or_none()
    # On PostgreSQL a handover that this waited for leaves nothing to find: the new words began after the question.
    found = found if found is not None else console.scalars(chosen).one_or_none()
    if found is None:
        raise NoWords
    return found


def has_words(console: Session, case_id: bytes) -> bool:
    """Whether its reporter has words in force; not so for a report by phone or letter, until some are given."""
    chosen = select(Thread.id).where(Thread.case_id == case_id, Thread.standing == "current")
    return console.scalars(chosen).first() is not None
