"""What is to be done in a case, by when; sealed words, a day and a tick in clear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import CaseRecord
from handler.errors import Refused
from handler.lifecycle import acts
from handler.lifecycle.outcomes import day_to_come
from handler.lifecycle.tables import CaseTask

TASK = "task"
MOST = 2_000  # characters
EPOCH = date(1970, 1, 1)


class NoTask(Refused):
    """Say in at most 2,000 characters what is to be done."""


class NoSuchTask(Refused):
    """There is no such task in this case."""


@dataclass(frozen=True)
class Task:
    """One task as its page lists it. `due`: a day's number."""

    row: CaseTask
    text: str
    late: bool


def add(desk: Desk, case_id: bytes, text: str, due: str) -> bytes:
    """Keeps a task; its id. Raises NoTask, NotADay, NotAllowed."""
    text = text.strip()
    if not text or len(text) > MOST:
        raise NoTask
    day = day_to_come(due, desk.deadlines.calendar.day_of(desk.now()))
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        return put(console, desk, box, text, day)


def put(console: Session, desk: Desk, box: CaseBox, text: str, day: date) -> bytes:
    """The same within a transaction of the caller's, for a task that follows from something else; its id."""
    task_id, by = acts.keep(console, desk, box, TASK, text.encode()), desk.unlocked.user_id
    console.add(CaseTask(id=task_id, case_id=box.case_id, by=by, due=(day - EPOCH).days, done=None, done_by=None))
    record(console, desk.unlocked, "task added", box.case_id, clock=desk.clock)
    return task_id


def finish(desk: Desk, case_id: bytes, task_id: bytes) -> None:
    """Ticks a task off; one that is done stays as it was. Raises NoSuchTask, NotAllowed."""
    desk.case_key(case_id)
    with desk.databases.console.write() as console:
        row = console.get(CaseTask, task_id)
        if row is None or row.case_id != case_id:
            raise NoSuchTask
        if row.done is None:
            row.done, row.done_by = desk.now(), desk.unlocked.user_id
            record(console, desk.unlocked, "task done", case_id, clock=desk.clock)


def untick(desk: Desk, case_id: bytes, task_id: bytes) -> None:
    """A task is open again after all; one that is open stays so. Raises NoSuchTask, NotAllowed."""
    desk.case_key(case_id)
    with desk.databases.console.write() as console:
        row = console.get(CaseTask, task_id)
        if row is None or row.case_id != case_id:
            raise NoSuchTask
        if row.done is not None:
            row.done, row.done_by = None, None
            record(console, desk.unlocked, "task open again", case_id, clock=desk.clock)


def tasks_of(console: Session, box: CaseBox, today: int) -> Sequence[Task]:
    """Those that are open first, the earliest due first. `today`: a day's number."""
    chosen = select(CaseTask).where(CaseTask.case_id == box.case_id)
    rows = sorted(console.scalars(chosen), key=lambda row: (row.done is not None, row.due))
    return [
        Task(row, box.open(console.get_one(CaseRecord, row.id)).decode(), row.done is None and row.due < today)
        for row in rows
    ]
