"""Starts and stops a case's clocks, and keeps the nearest of them in the case's row for the queue."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from handler.cases.tables import Case
from handler.lifecycle.clocks import Clock, Deadlines
from handler.lifecycle.states import ANSWER, AWAITING, CLOSED, CONCLUDING, DECISION, DISPOSAL, INVESTIGATING
from handler.lifecycle.tables import CaseClock
from handler.triage.scoring import Priority

PROVISIONAL = (Priority.P1, Priority.P2, Priority.P3)
"""What the triage clock of a case runs by before it has a priority, by its urgency."""


def start(console: Session, case_id: bytes, kind: str, due: int, number: int = 0) -> None:
    """Begins a clock, or begins it anew."""
    console.merge(CaseClock(case_id=case_id, kind=kind, number=number, due=due, done=None))
    nearest(console, case_id)


def stop(console: Session, case_id: bytes, kind: str, now: int) -> None:
    """Ends what runs of a kind. A clock that does not run is left as it is."""
    console.execute(
        update(CaseClock)
        .where(CaseClock.case_id == case_id, CaseClock.kind == kind, CaseClock.done.is_(None))
        .values(done=now)
    )
    nearest(console, case_id)


def clocks(console: Session, case_id: bytes) -> Sequence[tuple[CaseClock, Clock]]:
    """All of a case, the earliest due first, as rows and as values."""
    chosen = select(CaseClock).where(CaseClock.case_id == case_id).order_by(CaseClock.due, CaseClock.kind)
    return [(row, Clock(row.kind, row.due, row.done)) for row in console.scalars(chosen)]


def nearest(console: Session, case_id: bytes) -> None:
    """Writes the nearest running clock into the case."""
    console.flush()
    running = select(func.min(CaseClock.due)).where(CaseClock.case_id == case_id, CaseClock.done.is_(None))
    console.get_one(Case, case_id).due = console.scalar(running)


def begin(
    case: dict[str, object], deadlines: Deadlines, now: int, *, acknowledged: bool = True
) -> list[dict[str, object]]:
    """The clocks of a case that is being made, as rows; sets its `due`. `acknowledged`: with words, in the same go."""
    told = now if acknowledged else None
    rows: list[dict[str, object]] = [
        {"case_id": case["id"], "kind": kind, "number": 0, "due": due, "done": done}
        for kind, due, done in (
            ("open", deadlines.opening(now), None),
            ("acknowledge", deadlines.acknowledgement(now), told),
            ("acknowledge-limit", deadlines.acknowledgement_limit(now), told),
            ("feedback", deadlines.feedback(now), None),
        )
    ]
    case["due"] = min(int(str(row["due"])) for row in rows if row["done"] is None)
    return rows


def opened(console: Session, case: Case, deadlines: Deadlines, now: int) -> None:
    """A handler opened the case for the first time."""
    stop(console, case.id, "open", now)
    priority = Priority(case.priority) if case.priority else PROVISIONAL[min(case.urgency, 2)]
    start(console, case.id, "triage", deadlines.triage(now, priority))


def acknowledged(console: Session, case_id: bytes, now: int) -> None:
    """The reporter was told that the report has arrived."""
    for kind in ("acknowledge", "acknowledge-limit"):
        stop(console, case_id, kind, now)


def moved(console: Session, case: Case, came_from: str, deadlines: Deadlines, now: int) -> None:
    """After a step: ends the clocks of the state left, begins those of the state entered."""
    for kind in LEFT.get(came_from, ()):
        stop(console, case.id, kind, now)
    if case.state not in (CONCLUDING, CLOSED):
        stop(console, case.id, "look-again", now)
    day = 86_400
    if case.state == DECISION:
        stop(console, case.id, "triage", now)
        start(console, case.id, "decision", deadlines.decided(now))
    elif case.state == AWAITING:
        start(console, case.id, "no-reply", now + deadlines.no_reply_days * day)
    elif case.state == INVESTIGATING and came_from != AWAITING:
        start(console, case.id, "scope", now + deadlines.scope_days * day)
        start(console, case.id, "update", now + deadlines.update_days * day)
    elif case.state == CLOSED and came_from not in (CLOSED, "retention"):
        for kind in ("scope", "update", "feedback", "triage", "decision", "rethrive", "measures", "oversight"):
            stop(console, case.id, kind, now)
        for number, due in enumerate(deadlines.checkins(now)):
            start(console, case.id, "checkin", due, number)


LEFT = {
    DECISION: ("decision",),
    AWAITING: ("no-reply",),
    ANSWER: (),
    DISPOSAL: (),
}

BY_DAY = {"no-reply-day": "no-reply", "look-again-day": "look-again", "retention-day": "retention"}
"""Days that are said with a step, and the clocks that run until their end."""
