"""What happened in a case, in order: the decision log of its steps, and a timeline of all that was done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.calendar import day_of
from handler.approvals.acts import APPROVED
from handler.approvals.tables import Approval
from handler.cases import records
from handler.cases.listing import REASONS
from handler.cases.records import CaseBox
from handler.cases.tables import CaseOpening, CaseRecord
from handler.identity.roles import TITLES
from handler.lifecycle.acts import decode_step, moves_of
from handler.lifecycle.outcomes import LABELS, worded
from handler.lifecycle.recording import notes_of
from handler.lifecycle.states import STATES
from handler.lifecycle.tables import CaseConflict, CaseMove, CaseTask
from handler.publication.tables import Message
from handler.safeguarding.events import events
from handler.times import written_time
from handler.triage.assessment import KIND as ASSESSMENT
from handler.triage.sections import SECTIONS
from handler.vocabulary.load import vocabulary
from handler.worklist import aside, ordering

Names = Mapping[bytes, str]
FORMER = "A former user"
POSTS = {
    records.REPORT: "The report came",
    records.FOLLOW_UP: "The reporter added to it",
    records.OLD_WORDS: "The reporter added to it, with old words",
    records.NOT_IN_FORCE: "Something came under words that are not in force",
}
CONFLICTS = {
    "none": "No conflict",
    "recused": "Out of the case: a conflict",
    "named": "Kept from the case: perhaps named by the reporter",
    "out": "Was taken off the case",
    "lifted": "Given the case: another person was named",
}


@dataclass(frozen=True)
class Decided:
    """One step, or one decision between the steps, with all that was said. `said` and `log`: label and words."""

    at: int
    title: str
    who: str
    role: str  # "" of a decision between the steps
    said: Sequence[tuple[str, str]]
    log: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Event:
    """One line of the timeline. `at`: unix seconds, None where only the day is kept.

    `about`: a record's or a section's name; "case" of a step or a task; "" of all that may tell of the source.
    """

    day: int
    at: int | None
    text: str
    who: str = ""
    about: str = ""

    @property
    def order(self) -> tuple[int, int]:
        return self.day, self.at or 0


def decisions(console: Session, box: CaseBox, names: Names) -> list[Decided]:
    """The first one first."""
    headings = {term.id: term.text for term in vocabulary("ndm")}
    found: list[tuple[int, int, Decided]] = []
    for move in moves_of(console, box.case_id):
        row = console.get(CaseRecord, move.record_id) if move.record_id is not None else None
        step = decode_step(box.open(row)) if row is not None else None
        words = step.said if step else {}
        said = [(LABELS.get(name, name), worded(name, text)) for name, text in words.items() if text]
        log = [(headings.get(name, name), text) for name, text in (step.log if step else {}).items() if text]
        said += _approved(console, move, names)
        role = ", ".join(TITLES.get(one, one) for one in move.role.split())
        made = Decided(move.at, _step(move), names.get(move.by, FORMER), role, said, log)
        found.append((move.at, row.position if row is not None else 0, made))
    for kept in notes_of(console, box):
        if kept.spec.name == "decision":
            what, *lines = kept.lines
            title = f"Decision: {what[1]}"
            found.append((kept.at, kept.position, Decided(kept.at, title, names.get(kept.by, FORMER), "", [], lines)))
    return [made for _, _, made in sorted(found, key=lambda one: one[:2])]


def _approved(console: Session, move: CaseMove, names: Names) -> list[tuple[str, str]]:
    """Of a step that took two people: who was the second."""
    chosen = select(Approval).where(Approval.record_id == move.record_id, Approval.state == APPROVED)
    one = console.scalars(chosen).first() if move.record_id is not None else None
    if one is None or one.answered_at is None:
        return []
    return [("Approved by", f"{names.get(one.answered_by or b'', FORMER)}, {written_time(one.answered_at)}")]


def timeline(console: Session, box: CaseBox, names: Names) -> list[Event]:
    """The newest first."""
    found = [
        *_moves(console, box, names),
        *_posts(console, box),
        *_replies(console, box, names),
        *_noted(console, box, names),
        *_assessed(console, box, names),
        *_openings(console, box, names),
        *_conflicts(console, box, names),
        *_tasks(console, box, names),
        *_listed(console, box, names),
        *_safeguarding(console, box, names),
    ]
    return sorted(found, key=lambda event: event.order)[::-1]


def _moves(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    for move in moves_of(console, box.case_id):
        yield Event(day_of(move.at), move.at, _step(move), names.get(move.by, FORMER), "case")


def _noted(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    for kept in notes_of(console, box):
        yield Event(kept.day, kept.at, kept.spec.title, names.get(kept.by, FORMER), kept.spec.name)


def _step(move: CaseMove) -> str:
    return f"{STATES[move.start]} → {STATES[move.end]}"


def _posts(console: Session, box: CaseBox) -> Iterator[Event]:
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_(records.POST_KINDS))
    for row in console.scalars(chosen.order_by(CaseRecord.position)):
        yield Event(row.day, None, POSTS[row.kind])


def _replies(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    chosen = (
        select(CaseRecord.day, Message.author, Message.taken_back)
        .join(Message, Message.record_id == CaseRecord.id)
        .where(CaseRecord.case_id == box.case_id, CaseRecord.kind == records.REPLY)
        .order_by(CaseRecord.position)
    )
    for row in console.execute(chosen):
        who = names.get(row.author, FORMER) if row.author else "This console"
        if row.taken_back is None:
            yield Event(row.day, None, "Something was told to the reporter", who)
        else:
            yield Event(day_of(row.taken_back), row.taken_back, "Something was taken back before it was told", who)


def _assessed(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    titles = {part.id: part.title for part in SECTIONS}
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == ASSESSMENT)
    for row in console.scalars(chosen.order_by(CaseRecord.position)):
        found = records.decode_object(box.open(row))
        section = str(found["section"])
        text, who = f"Assessed: {titles.get(section, section)}", names.get(bytes.fromhex(found["by"]), FORMER)
        yield Event(row.day, int(found["at"]), text, who, section)


def _openings(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    for row in console.scalars(select(CaseOpening).where(CaseOpening.case_id == box.case_id)):
        text = f"Opened: {REASONS.get(row.reason, row.reason)}"
        yield Event(row.day, None, text, names.get(row.user_id, FORMER))


def _conflicts(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    for row in console.scalars(select(CaseConflict).where(CaseConflict.case_id == box.case_id)):
        yield Event(day_of(row.at), row.at, CONFLICTS[row.outcome], names.get(row.user_id, FORMER))


def _safeguarding(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    for at, text, by in events(console, box):
        yield Event(day_of(at), at, text, names.get(by, FORMER) if by is not None else "")


def _tasks(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    for row in console.scalars(select(CaseTask).where(CaseTask.case_id == box.case_id)):
        if row.done is not None:
            yield Event(day_of(row.done), row.done, "A task was done", names.get(row.done_by or b"", FORMER), "case")


def _listed(console: Session, box: CaseBox, names: Names) -> Iterator[Event]:
    """Its place in the queue changed by hand, put aside as junk, taken back."""
    for ordered in ordering.orders_of(console, box):
        yield Event(ordered.day, ordered.at, f"{ordered.text}: {ordered.why}", names.get(ordered.by, FORMER))
    for one in aside.happened(console, box):
        yield Event(one.day, one.at, one.text, names.get(one.by, FORMER))
