"""Starts and stops a case's clocks, and keeps the nearest of them in the case's row for the queue."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from handler.cases.tables import Case
from handler.lifecycle.clocks import DAY, ENDS, IN_STATE, RUNS, WAITS, Clock, Deadlines, counted
from handler.lifecycle.states import ASSESSING, AWAITING, CLOSED, DECISION, INVESTIGATING
from handler.lifecycle.tables import RUNNING, CaseClock, CaseMove
from handler.triage.scoring import Priority
from handler.triage.thrive import due_again

PROVISIONAL = (Priority.P1, Priority.P2, Priority.P3)
"""What the triage clock of a case runs by before it has a priority, by its urgency."""

BY_DAY = {"no-reply-day": "no-reply", "look-again-day": "look-again", "retention-day": "retention"}
"""Days that are said with a step, and the clocks that run until their end."""


def start(console: Session, case_id: bytes, kind: str, due: int, number: int = 0) -> None:
    """Begins a clock, or begins it anew; one that stands still goes on doing so. None that ends in the case's state."""
    if IN_STATE[kind][console.get_one(Case, case_id).state] == ENDS:
        return
    before = console.get(CaseClock, (case_id, kind, number))
    waits = before.waits if before is not None and before.done is None else None
    console.merge(CaseClock(case_id=case_id, kind=kind, number=number, due=due, done=None, waits=waits))
    nearest(console, case_id)


def renew(console: Session, case_id: bytes, kind: str, now: int, days: int) -> None:
    """So many days from now, or from where it stands still. A clock that does not run is left as it is."""
    row = console.get(CaseClock, (case_id, kind, 0))
    if row is not None and row.done is None:
        start(console, case_id, kind, (row.waits or now) + days * DAY)


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
    return [(row, Clock(row.kind, row.due, row.done, row.waits)) for row in console.scalars(chosen)]


def nearest(console: Session, case_id: bytes) -> None:
    """Writes the nearest running clock into the case."""
    console.flush()
    running = select(func.min(CaseClock.due)).where(CaseClock.case_id == case_id, RUNNING)
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
    start(console, case.id, "triage", deadlines.triage(now, triaged_as(case)))


def acknowledged(console: Session, case_id: bytes, deadlines: Deadlines, now: int) -> None:
    """The reporter was told that the report has arrived; the three months to the outcome count from there."""
    first = console.get(CaseClock, (case_id, "acknowledge", 0))
    if first is not None and first.done is None:
        start(console, case_id, "feedback", deadlines.feedback(now))
    for kind in ("acknowledge", "acknowledge-limit"):
        stop(console, case_id, kind, now)


def triaged_as(case: Case) -> Priority:
    """What the triage clock goes by."""
    return Priority(case.priority) if case.priority else PROVISIONAL[min(case.urgency, 2)]


def triage_due(console: Session, case: Case, deadlines: Deadlines) -> int:
    """From the opening on, or since it was begun anew, by the priority that is known now."""
    chosen = select(CaseMove.at, CaseMove.end).where(CaseMove.case_id == case.id).order_by(CaseMove.position)
    began, waits = counted(
        "triage", case.opened or case.received, [(row.at, row.end) for row in console.execute(chosen)]
    )
    return deadlines.triage(began, triaged_as(case), waits)


def moved(console: Session, case: Case, came_from: str, deadlines: Deadlines, now: int) -> None:
    """After a step, once it is kept: each clock does what the table says of the state entered."""
    console.flush()
    open_still = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.done.is_(None))
    unfinished = {(row.kind, row.number): row for row in console.scalars(open_still)}
    for row in unfinished.values():
        does = IN_STATE[row.kind][case.state]
        if does == ENDS:
            row.done = now
        elif does == WAITS:
            row.waits = row.waits or now
        elif row.waits is not None:
            row.due += now - row.waits
            row.waits = None
            if row.kind == "triage":
                row.due = triage_due(console, case, deadlines)
    kinds = {kind for kind, _ in unfinished}
    for kind in BEGIN.get(case.state, ()):
        if IN_STATE[kind][came_from] != RUNS and kind not in kinds:
            for number, due in enumerate(_dues(kind, case, deadlines, now)):
                start(console, case.id, kind, due, number)
    nearest(console, case.id)


BEGIN: Mapping[str, Sequence[str]] = {
    ASSESSING: ("triage", "feedback", "rethrive"),  # of a reopened case: it is treated like a new one
    AWAITING: ("no-reply",),
    DECISION: ("decision",),
    INVESTIGATING: ("scope", "update"),
    CLOSED: ("checkin",),
}
"""Clocks that begin by themselves where a case enters a state, unless they ran in the one before."""


def _dues(kind: str, case: Case, deadlines: Deadlines, now: int) -> Sequence[int]:
    """When a clock that begins now is due; a check-in several times, and THRIVE not again where the priority is P4."""
    again = due_again(Priority(case.priority), now) if case.priority else None
    found: Mapping[str, Sequence[int]] = {
        "triage": [deadlines.triage(now, triaged_as(case))],
        "feedback": [deadlines.feedback(now)],
        "rethrive": [again] if again is not None else [],
        "no-reply": [now + deadlines.no_reply_days * DAY],
        "decision": [deadlines.decided(now)],
        "scope": [now + deadlines.scope_days * DAY],
        "update": [now + deadlines.update_days * DAY],
        "checkin": deadlines.checkins(now),
    }
    return found[kind]
