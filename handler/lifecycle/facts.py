"""What is recorded of a case, by name, as the steps ask for it."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from handler.cases.tables import Case, Thread
from handler.lifecycle.clocks import DAY, Deadlines
from handler.lifecycle.tables import CaseFact, CaseMove
from handler.vocabulary.load import named

STEP = frozenset(
    (
        "question", "no-reply-day", "reason", "disposition", "end-reason", "answer", "finding", "retention-day",
        "hold-check",
    )
)  # fmt: skip
"""What is said with a step itself: what was recorded for an earlier step does not count for the next."""

SINCE_DECISION = frozenset({"rethrive"})
"""What must be newer than the step into the present state."""


def note(
    console: Session, case_id: bytes, names: Iterable[str], *, by: bytes, now: int, record_id: bytes | None = None
) -> None:
    """Keeps that these are recorded. Within the caller's transaction."""
    made = moves(console, case_id)
    for name in names:
        console.merge(CaseFact(case_id=case_id, name=name, moves=made, at=now, by=by, record_id=record_id))
    console.flush()


def recorded(console: Session, case_id: bytes, now: int, deadlines: Deadlines) -> frozenset[str]:
    """The names that count now: a scope review or an update older than its interval does not, and what this case does
    without counts as recorded."""
    made, stream = moves(console, case_id), console.get_one(Case, case_id).stream
    oldest = {"scope-review": now - deadlines.scope_days * DAY, "update": now - deadlines.update_days * DAY}
    return spared(stream) | not_asked(console, case_id, stream) | frozenset(
        fact.name
        for fact in console.scalars(select(CaseFact).where(CaseFact.case_id == case_id))
        if fact.at >= oldest.get(fact.name, 0) and (fact.name not in STEP | SINCE_DECISION or fact.moves == made)
    )


def spared(stream: str) -> frozenset[str]:
    """What the triage of a case of this stream does without."""
    return frozenset(named("streams", stream).more.get("spares", ()))


def not_asked(console: Session, case_id: bytes, stream: str) -> frozenset[str]:
    """Who asks, where nobody does; care, where there is no way to the reporter."""
    reached = console.scalar(select(func.count()).where(Thread.case_id == case_id, Thread.standing == "current"))
    return frozenset({*(() if stream == "request" else ("request",)), *(() if reached else ("care",))})


def moves(console: Session, case_id: bytes) -> int:
    """How many steps the case has taken."""
    return console.scalar(select(func.count()).select_from(CaseMove).where(CaseMove.case_id == case_id)) or 0


def forget(console: Session, case_id: bytes, names: Iterable[str]) -> None:
    """What was recorded does not count any more, until it is recorded anew. Within the caller's transaction."""
    console.execute(delete(CaseFact).where(CaseFact.case_id == case_id, CaseFact.name.in_(list(names))))
