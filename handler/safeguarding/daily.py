"""While a referral is not made: why not yet, each working day; or a supervisor's decision that none is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed, Refused
from handler.identity.roles import SUPERVISOR
from handler.lifecycle.acts import keep
from handler.pickup.alarms import clear_alarm
from handler.safeguarding import flagging, rules
from handler.safeguarding.tables import Referral
from handler.safeguarding.tracking import OPEN

WHY, NOT_NEEDED = "why-not-yet", "no-referral"
MOST = 5_000  # characters


class NoReason(Refused):
    """Say in at most 5,000 characters why no referral is needed."""


class ReferralWaits(Refused):
    """A referral of this case is written down and not made yet. Make it; what was begun is not decided away."""


class NoClock(Refused):
    """No referral is due in this case."""


@dataclass(frozen=True)
class Said:
    """What was written once. `by`: a user's id; `at`: unix seconds."""

    kind: str
    at: int
    by: bytes
    words: str


@dataclass(frozen=True)
class Due:
    """The referral clock of a case. `since`, `limit` and `until` (None while it runs): unix seconds; `said`: the newest
    first; `missing`: past working days without a reason; `today`: whether one is still to be written today."""

    since: int
    target: int
    limit: int
    until: int | None
    late: bool
    said: Sequence[Said]
    missing: Sequence[date]
    today: bool


def due(console: Session, desk: Desk, box: CaseBox) -> Due | None:
    """Of the newest clock; None where nobody was ever at risk."""
    calendar, now = desk.deadlines.calendar, desk.now()
    said = said_of(console, box)
    clock = flagging.newest(console, box.case_id)
    if clock is None:
        return None
    since, limit, until = flagging.since(console, clock), clock.due, clock.done
    written = {calendar.day_of(one.at) for one in said if one.kind == WHY}
    days = rules.days_to_explain(since, now if until is None else until, calendar)
    last = calendar.day_of(now if until is None else until)
    late = (now if until is None else until) > limit
    target = rules.clock(since, calendar).target
    missing = [day for day in days if day not in written and day != last]
    return Due(since, target, limit, until, late, said, missing, until is None and last in days and last not in written)


def said_of(console: Session, box: CaseBox) -> list[Said]:
    """Reasons and decisions, the newest first."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_((WHY, NOT_NEEDED)))
    found = []
    for row in console.scalars(chosen.order_by(CaseRecord.position.desc())):
        kept = decode_object(box.open(row))
        found.append(Said(row.kind, int(kept["at"]), bytes.fromhex(str(kept["by"])), str(kept["words"])))
    return found


def say_why(desk: Desk, case_id: bytes, words: str) -> None:
    """Keeps today's reason. Raises rules.WhyNotYet without one, NoClock, NotAllowed."""
    if not words.strip() or len(words) > MOST:
        raise rules.WhyNotYet
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        if flagging.running_since(console, case_id) is None:
            raise NoClock
        keep(console, desk, box, WHY, _content(desk, words))
        clear_alarm(console, flagging.alarm_key(case_id, flagging.SILENT_ALARM))
        record(console, desk.unlocked, "why no referral yet", case_id, clock=desk.clock)


def decide_not_needed(desk: Desk, case_id: bytes, words: str) -> None:
    """A supervisor's decision, with its reason, ends the clock. Raises NoReason, ReferralWaits, NoClock, NotAllowed."""
    if not desk.unlocked.may(SUPERVISOR):
        raise NotAllowed
    if not words.strip() or len(words) > MOST:
        raise NoReason
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id, with_for_update=True)
        if flagging.running_since(console, case_id) is None:
            raise NoClock
        waits = select(Referral.id).where(Referral.case_id == case_id, Referral.state == OPEN)
        if console.scalars(waits).first() is not None:
            raise ReferralWaits
        keep(console, desk, box, NOT_NEEDED, _content(desk, words))
        flagging.stop_clock(console, case_id, desk.now())
        record(console, desk.unlocked, "decided: no referral needed", case_id, clock=desk.clock)


def _content(desk: Desk, words: str) -> bytes:
    return compactjson.encode({"at": desk.now(), "by": desk.unlocked.user_id.hex(), "words": words.strip()})
