"""What the unattended process says aloud of safeguarding: a referral that is late, a day without its reason."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.calendar import day_of
from handler.audit.log import SYSTEM, record
from handler.cases.tables import CaseRecord
from handler.database import Database
from handler.lifecycle.tables import CaseClock
from handler.lifecycle.workdays import Calendar
from handler.pickup.alarms import alarms, clear_alarm, of_case, raise_alarm
from handler.safeguarding import daily, flagging, rules

LATE, SILENT = "safeguarding referral late", "no reason why there is no referral"
PREFIX: Mapping[str, str] = {LATE: flagging.LATE_ALARM, SILENT: flagging.SILENT_ALARM}
TEXT: Mapping[str, str] = {
    LATE: "The safeguarding referral of {case} is late. Make it now; write why it was not made.",
    SILENT: "No safeguarding referral in {case}, and nobody wrote why on its last working day. Make it, or write why.",
}


def watch(database: Database, calendar: Calendar, now: int) -> None:
    """An alarm for each case that is late, and for each whose last working day has no reason, with an entry in the
    audit; gone once it is mended."""
    chosen = select(CaseClock).where(CaseClock.kind == flagging.CLOCK, CaseClock.done.is_(None))
    with database.write() as console:
        running = console.scalars(chosen).all()
        _say(console, LATE, {clock.case_id for clock in running if clock.due < now}, now)
        _say(console, SILENT, {clock.case_id for clock in running if _silent(console, clock, calendar, now)}, now)


def _silent(console: Session, clock: CaseClock, calendar: Calendar, now: int) -> bool:
    """Whether nobody wrote, on the last working day before today or since, why there is no referral (days of UTC)."""
    today = calendar.day_of(now)
    past = [day for day in rules.days_to_explain(flagging.since(console, clock), now, calendar) if day < today]
    if not past:
        return False
    day = day_of(calendar.closing(past[-1]))
    mine = (CaseRecord.case_id == clock.case_id) & (CaseRecord.kind == daily.WHY)
    return console.scalars(select(CaseRecord.id).where(mine, CaseRecord.day >= day)).first() is None


def _say(console: Session, what: str, cases: Collection[bytes], now: int) -> None:
    raised = {one.key for one in alarms(console) if one.key.startswith(PREFIX[what])}
    wanted = {flagging.alarm_key(case_id, PREFIX[what]): case_id for case_id in cases}
    for key in raised - wanted.keys():
        clear_alarm(console, key)
    for key in wanted.keys() - raised:
        raise_alarm(console, key, TEXT[what].format(case=of_case(wanted[key])), day_of(now))
        record(console, SYSTEM, what, wanted[key], clock=lambda: now)
