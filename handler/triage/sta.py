"""The priorities of the strategic threat assessment (STA), and the priority of a case by them.

HMICFRS, part 2, recommendation 3. A case keeps in clear what an STA priority can still raise, so that it is ranked
again without its key.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.tables import Case
from handler.lifecycle import queue
from handler.triage.scoring import ranked
from handler.triage.tables import StaPeriod


def periods(console: Session) -> Sequence[StaPeriod]:
    """As they were set, the newest first: it is the one in force."""
    return console.scalars(select(StaPeriod).order_by(StaPeriod.id.desc())).all()


def in_force(console: Session) -> frozenset[str]:
    """Ids of the categories that are priorities now."""
    newest = console.scalars(select(StaPeriod.categories).order_by(StaPeriod.id.desc()).limit(1)).first()
    return frozenset((newest or "").split())


def rank(case: Case, priorities: frozenset[str]) -> bool:
    """Gives a case the priority and the place that are its own by these; whether the priority is another one now."""
    if not case.liftable:
        return False
    was = case.priority
    case.priority = ranked(case.liftable, [case.category, *case.further.split()], priorities)
    queue.place_again(case)
    return case.priority != was
