"""A case as a person reads it: answers, the conversation, the files. Opened in memory, for one page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.post import Answer, FileRef, Post, Report, decode_post
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.renewal import when_due
from handler.cases.replies import has_words
from handler.cases.tables import Case, CaseRecord
from handler.identity.users import people
from handler.publication.queue import ENDED, HELD, LIVE, QUEUED, RESTORED, Forecast, forecast
from handler.publication.tables import Message, Publication, Slot

KIND_WORDS = {
    Kind.PROOF: "Proof of report",
    Kind.ACKNOWLEDGEMENT: "Acknowledgement",
    Kind.MESSAGE: "Reply",
    Kind.STATUS: "Status",
    Kind.HANDOVER: "New words taken over, with a new proof of report",
    Kind.SUPERSEDED: "Note on the old words: use your newer ones",
    Kind.NOT_IN_FORCE: "Note to later words: they are not in force",
}
UNDOABLE = (Kind.MESSAGE, Kind.STATUS)
TEXTUAL = (Kind.ACKNOWLEDGEMENT, Kind.MESSAGE, Kind.STATUS)


@dataclass(frozen=True)
class Delivery:
    """Where a reply is: it waits, is on the board, has left it; and whether the reader confirmed it."""

    state: str  # "queued", "held", "restored", "live", "ended", "taken back", or "stopped" before it went out
    confirmed: bool
    at: int | None  # unix seconds: when it will appear, or appeared, or was taken back
    undo: bool = False  # this person wrote it, and it can still be taken back


@dataclass(frozen=True)
class Entry:
    """One item of the conversation."""

    record_id: bytes
    day: int
    ours: bool
    who: str
    heading: str
    text: str = ""
    answers: Report | None = field(default=None, repr=False)
    files: tuple[FileRef, ...] = field(default=(), repr=False)
    delivery: Delivery | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseView:
    """Everything that the page of a case shows."""

    case: Case
    report: Entry
    entries: Sequence[Entry]
    queue_length: int
    has_words: bool  # whether the reporter can be answered here


def read_case(desk: Desk, case_id: bytes, *, marks: bool = True) -> CaseView:
    """Opens a case and notes that it was read; `marks`: what is new counts as seen. Raises NotAllowed."""
    when_due(desk, case_id)
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id)
        case.unread = case.unread and not marks
        record(console, desk.unlocked, "case read", case_id, clock=desk.clock)
    with desk.databases.console.read() as console:
        case = console.get_one(Case, case_id)
        outlook = forecast(console, desk.settings.console.policy, desk.now())
        names = {person.id: person.name for person in people(console)}
        deliveries = _Deliveries(console, outlook, case_id, desk.unlocked.user_id)
        entries = [
            _entry(box, row, deliveries, names)
            for row in console.scalars(
                select(CaseRecord)
                .where(CaseRecord.case_id == case_id, CaseRecord.kind.in_((*records.POST_KINDS, records.REPLY)))
                .order_by(CaseRecord.position)
            )
        ]
        answerable = has_words(console, case_id)
    return CaseView(case, entries[0], entries[1:], outlook.length, answerable)


class _Deliveries:
    """The messages of a case and where their slots are."""

    def __init__(self, console: Session, outlook: Forecast, case_id: bytes, me: bytes) -> None:
        self._outlook, self._me = outlook, me
        messages = console.scalars(select(Message).where(Message.case_id == case_id))
        self.messages = {message.record_id: message for message in messages}
        self._slots: dict[bytes, list[tuple[int, str, int | None]]] = {}
        found = console.execute(
            select(Slot.message_id, Slot.id, Slot.state, Publication.time)
            .join(Message, Message.id == Slot.message_id)
            .outerjoin(Publication, Publication.number == Slot.publication)
            .where(Message.case_id == case_id)
        )
        for row in found:
            self._slots.setdefault(row.message_id, []).append((row.id, row.state, row.time))

    def of(self, message: Message) -> Delivery:
        if message.taken_back is not None:
            return Delivery("taken back", False, message.taken_back)
        slots = self._slots.get(message.id, [])
        expected = self._outlook.of([slot_id for slot_id, _, _ in slots])
        published = [time for _, state, time in slots if state in (LIVE, ENDED) and time is not None]
        states = {state for _, state, _ in slots}
        if len(published) < message.parts and states.isdisjoint((QUEUED, HELD, RESTORED)):
            return Delivery("stopped", message.confirmed, None)
        if len(published) < message.parts:
            state = next(state for state in (RESTORED, HELD, QUEUED) if state in states)
            mine = message.author == self._me and Kind(message.kind) in UNDOABLE
            return Delivery(state, message.confirmed, expected, undo=mine and not published and state != RESTORED)
        state = LIVE if any(state == LIVE for _, state, _ in slots) else ENDED
        return Delivery(state, message.confirmed, sorted(published)[message.parts - 1])


def _entry(box: CaseBox, row: CaseRecord, deliveries: _Deliveries, names: dict[bytes, str]) -> Entry:
    content = box.open(row)
    if row.kind == records.REPLY:
        return _reply(row, content, deliveries, names)
    return _post(row, decode_post(content))


def _reply(row: CaseRecord, content: bytes, deliveries: _Deliveries, names: dict[bytes, str]) -> Entry:
    message = deliveries.messages[row.id]
    kind = Kind(message.kind)
    return Entry(
        record_id=row.id,
        day=row.day,
        ours=True,
        who=names.get(message.author, "A former user") if message.author else "This console, by itself",
        heading=KIND_WORDS[kind],
        text=content.decode() if kind in TEXTUAL else "",
        delivery=deliveries.of(message),
    )


def _post(row: CaseRecord, post: Post) -> Entry:
    follow_up = post.follow_up
    return Entry(
        record_id=row.id,
        day=row.day,
        ours=False,
        who="The reporter",
        heading={
            records.REPORT: "Report",
            records.FOLLOW_UP: "Added by the reporter",
            records.OLD_WORDS: "Added by the reporter, with old words",
            records.NOT_IN_FORCE: "Words not in force",
        }[row.kind],
        text=follow_up.text if follow_up is not None else "",
        answers=post.report,
        files=post.files,
        notes=tuple(_notes(row.kind, post)),
    )


def _notes(kind: str, post: Post) -> Iterable[str]:
    if kind == records.OLD_WORDS:
        yield "Written under the old words, before anything came under the new ones."
    if kind == records.NOT_IN_FORCE:
        yield "Written under words that are not in force: perhaps not by the same person. Nothing was acted on."
    if post.withdraw is not None and kind != records.NOT_IN_FORCE:
        yield "The reporter withdraws the report."
    if post.new_code is not None:
        yield "The reporter sent new words with this."


def answer_lines(report: Report) -> list[tuple[str, Answer]]:
    """Every answered question, routing first."""
    return [*report.routing.items(), *report.answers.items()]
