"""When someone may be at risk: the referral clock begins at that moment, and what was seen and done is marked once.

Whatever finds a risk comes here: the reporter's own answers, the danger check, a child in any role, a young reporter.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.errors import Refused
from handler.lifecycle import timing
from handler.lifecycle.tables import CaseClock
from handler.pickup.alarms import clear_alarm
from handler.safeguarding import rules
from handler.safeguarding.tables import SafeguardingMark

CLOCK = "referral"
LATE_ALARM, SILENT_ALARM = "referral ", "why-not-yet "
FLAGGED, DANGER, PROTECTED = "flagged", "danger", "protected"
WELFARE, UNDER_18 = "welfare", "under-18"
SENT = {"crisis": "crisis-sent", "victims-code": "victims-sent", "safety": "safety-sent"}
"""Of each ready text, the mark that it was sent."""

TIMES: Mapping[str, str] = {
    "seen": "Seen: a person read that someone is in danger",
    "decided": "Decided: what is done about it",
    "acted": "Acted: the first step to protect them",
    "referred": "Referred: the police or another body were told",
}
"""What is noted of a threat to life, each once (ECHR article 2, Osman v United Kingdom)."""


class DoneAlready(Refused):
    """That was noted already. The first time stands."""


def marks(console: Session, case_id: bytes) -> dict[str, SafeguardingMark]:
    """Of a case, by name."""
    chosen = select(SafeguardingMark).where(SafeguardingMark.case_id == case_id)
    return {row.name: row for row in console.scalars(chosen)}


def mark(console: Session, case_id: bytes, name: str, now: int, by: bytes | None) -> bool:
    """Notes it, once; whether it was new. Within the caller's transaction, which holds the case's row."""
    if console.get(SafeguardingMark, (case_id, name)) is not None:
        return False
    console.add(SafeguardingMark(case_id=case_id, name=name, at=now, by=by))
    console.flush()
    return True


def new_cases(console: Session, desk: Desk, flagged: Iterable[tuple[bytes, Iterable[str]]]) -> None:
    """The clock of each new case whose flags say so: id and flags, in the transaction that makes the cases."""
    for case_id, flags in flagged:
        found = set(flags)
        if "danger-now" in found:
            mark(console, case_id, DANGER, desk.now(), None)
        if rules.starts_clock(found):
            at_risk(console, desk, case_id, by=None, new=False)


def at_risk(console: Session, desk: Desk, case_id: bytes, by: bytes | None, *, new: bool = True) -> None:
    """Somebody may be at risk, as far as is known from now on; a clock that runs is not begun again.

    `new`: a person or a danger that nobody knew of when the last clock ended, by a referral or by the decision that
    none is needed: neither was about this, so the clock begins anew.
    """
    last = newest(console, case_id)
    if last is None or (new and last.done is not None):
        begin(console, desk, case_id, by)


def begin(console: Session, desk: Desk, case_id: bytes, by: bytes | None) -> int:
    """The first clock of a case or, where those before have ended, the next; until when it runs (unix seconds)."""
    last = newest(console, case_id)
    number = 0 if last is None else last.number + 1
    due = rules.clock(desk.now(), desk.deadlines.calendar).limit
    mark(console, case_id, flagged(number), desk.now(), by)
    timing.start(console, case_id, CLOCK, due, number)
    return due


def newest(console: Session, case_id: bytes) -> CaseClock | None:
    """The clock that runs or, where none does, the last that ran."""
    chosen = select(CaseClock).where(CaseClock.case_id == case_id, CaseClock.kind == CLOCK)
    return console.scalars(chosen.order_by(CaseClock.number.desc())).first()


def flagged(number: int) -> str:
    """Of a case's clocks, by number, the mark of the moment at which each began."""
    return f"{FLAGGED}-{number}" if number else FLAGGED


def since(console: Session, clock: CaseClock) -> int:
    """When the risk that a clock is about was first known (unix seconds); its due where no mark says so."""
    begun = console.get(SafeguardingMark, (clock.case_id, flagged(clock.number)))
    return begun.at if begun is not None else clock.due


def known_since(console: Session, case_id: bytes) -> int:
    """When the newest risk was first noted or, where none was, when the case was received (unix seconds)."""
    last = newest(console, case_id)
    begun = console.get(SafeguardingMark, (case_id, flagged(last.number))) if last is not None else None
    return begun.at if begun is not None else console.get_one(Case, case_id).received


def running_since(console: Session, case_id: bytes) -> tuple[int, int] | None:
    """Since when a risk is known that is not referred yet, and until when it must be; None where no clock runs."""
    last = newest(console, case_id)
    return None if last is None or last.done is not None else (since(console, last), last.due)


def stop_clock(console: Session, case_id: bytes, now: int) -> None:
    """A referral was made, or it was decided that none is needed: what runs ends, and its alarm goes."""
    timing.stop(console, case_id, CLOCK, now)
    for prefix in (LATE_ALARM, SILENT_ALARM):
        clear_alarm(console, alarm_key(case_id, prefix))


def alarm_key(case_id: bytes, prefix: str = LATE_ALARM) -> str:
    """Of the alarm of a late referral, or of a day that passed without a reason."""
    return f"{prefix}{case_id.hex()}"


def protected(console: Session, case_id: bytes, when: int, by: bytes) -> None:
    """Something was done to keep somebody safe, `when` (unix seconds): the earliest that is ever recorded counts."""
    last = newest(console, case_id)
    name = protected_name(last.number if last is not None else 0)
    if not mark(console, case_id, name, when, by):
        kept = console.get_one(SafeguardingMark, (case_id, name))
        kept.at = min(kept.at, when)


def protected_name(number: int) -> str:
    """Of a case's clocks, by number, the mark that something was done to keep safe who is at risk."""
    return f"{PROTECTED}-{number}" if number else PROTECTED


def note_time(desk: Desk, case_id: bytes, name: str) -> None:
    """Notes when a threat to life was seen, decided on, acted on or referred. Raises DoneAlready, NotAllowed.

    `name`: of TIMES.
    """
    desk.case_key(case_id)
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id, with_for_update=True)
        if not mark(console, case_id, name, desk.now(), desk.unlocked.user_id):
            raise DoneAlready
        record(console, desk.unlocked, f"threat to life: {name}", case_id, clock=desk.clock)


def flag_reporter(desk: Desk, case_id: bytes, name: str) -> None:
    """WELFARE: the reporter may be in crisis. UNDER_18: the reporter is a child, and the referral clock begins.

    Raises DoneAlready, NotAllowed.
    """
    desk.case_key(case_id)
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id, with_for_update=True)
        if not mark(console, case_id, name, desk.now(), desk.unlocked.user_id):
            raise DoneAlready
        if name == UNDER_18:
            at_risk(console, desk, case_id, desk.unlocked.user_id)
        record(console, desk.unlocked, f"reporter flagged: {name}", case_id, clock=desk.clock)
