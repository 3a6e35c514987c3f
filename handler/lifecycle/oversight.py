"""Senior oversight: protected disclosures (likely, possible or asserted), senior subjects and P1 cases have a named
owner and a review day.

HMICFRS, part 1: “appropriate senior oversight in this case”.
"""

from sqlalchemy.orm import Session

from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.lifecycle import timing
from handler.lifecycle.tables import CaseClock

PROTECTED = ("likely", "possible", "asserted")
OWNER_DAYS = 2  # working days within which an owner is named


def needed(priority: int, finding: str, senior: bool = False) -> bool:
    """`priority`: 1 to 4, or 0 before triage; `finding`: whether it is a protected disclosure; `senior`: a subject."""
    return priority == 1 or finding in PROTECTED or senior


def begin(console: Session, desk: Desk, case: Case) -> None:
    """Starts the clock by which an owner is named, where none runs; the record “Senior oversight” sets it anew."""
    running = console.get(CaseClock, (case.id, "oversight", 0))
    if not case.ended and (running is None or running.done is not None):
        due = desk.deadlines.calendar.end_of_working_day_after(desk.now(), OWNER_DAYS)
        timing.start(console, case.id, "oversight", due)


def again(console: Session, desk: Desk, case: Case) -> None:
    """The case was reopened: where it had an owner, one is named anew."""
    if console.get(CaseClock, (case.id, "oversight", 0)) is not None:
        begin(console, desk, case)
