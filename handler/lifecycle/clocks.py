"""The clocks of a case: what is due, when, in which states it counts, and which is the nearest.

The periods are configuration with these defaults.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handler.lifecycle.states import STATES
from handler.lifecycle.workdays import Calendar
from handler.triage.scoring import Priority

HOUR, DAY = 3_600, 86_400
Span = tuple[int, int]
"""From and to, unix seconds."""

CLOCKS: Mapping[str, str] = {
    "open": "Open the case",
    "acknowledge": "Acknowledge (target)",
    "acknowledge-limit": "Acknowledge (limit)",
    "triage": "Finish the triage",
    "no-reply": "Go on without an answer",
    "decision": "Supervisor’s decision",
    "scope": "Scope review",
    "update": "Update the reporter",
    "feedback": "Tell the outcome",
    "rethrive": "THRIVE again",
    "measures": "Review of interim measures",
    "referral": "Safeguarding referral",
    "mandatory": "Mandatory referral",
    "oversight": "Senior oversight review",
    "care": "Check in with the reporter, as agreed",
    "access-request": "Answer a subject access request",
    "look-again": "Look at it again",
    "chaser": "Ask what came of a dissemination",
    "checkin": "Ask about reprisal",
    "retention": "Retention review",
}

RUNS, WAITS, ENDS = "runs", "waits", "ends"
_TABLE = """
                  received assessing awaiting decision investigating case-to-answer disposal concluding closed retention
open              runs     ends      ends     ends     ends          ends           ends     ends       ends   ends
acknowledge       runs     runs      runs     runs     runs          runs           runs     runs       ends   ends
acknowledge-limit runs     runs      runs     runs     runs          runs           runs     runs       ends   ends
triage            runs     runs      waits    waits    ends          ends           ends     ends       ends   ends
no-reply          ends     ends      runs     ends     ends          ends           ends     ends       ends   ends
decision          ends     ends      ends     runs     ends          ends           ends     ends       ends   ends
scope             ends     ends      waits    ends     runs          ends           ends     ends       ends   ends
update            ends     ends      runs     ends     runs          ends           ends     ends       ends   ends
feedback          runs     runs      runs     runs     runs          runs           runs     runs       ends   ends
rethrive          runs     runs      runs     runs     runs          runs           runs     runs       ends   ends
measures          runs     runs      runs     runs     runs          runs           runs     runs       ends   ends
oversight         runs     runs      runs     runs     runs          runs           runs     runs       ends   ends
referral          runs     runs      runs     runs     runs          runs           runs     runs       runs   runs
mandatory         runs     runs      runs     runs     runs          runs           runs     runs       runs   runs
care              runs     runs      runs     runs     runs          runs           runs     runs       ends   ends
access-request    runs     runs      runs     runs     runs          runs           runs     runs       runs   runs
look-again        ends     ends      ends     ends     ends          ends           ends     runs       runs   ends
chaser            runs     runs      runs     runs     runs          runs           runs     runs       runs   runs
checkin           ends     ends      ends     ends     ends          ends           ends     ends       runs   runs
retention         ends     ends      ends     ends     ends          ends           ends     ends       runs   ends
"""
"""What a clock does in each state. Triage is the assessor’s time: it waits while the reporter or a supervisor has the
case, whose own clocks run then. So does the scope review, but not the update: reporters are promised one every 28 days.
What the law or somebody’s safety asks for is due in every state.
"""


def _parsed(table: str) -> Mapping[str, Mapping[str, str]]:
    head, *rows = (line.split() for line in table.strip().splitlines())
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows}


IN_STATE: Mapping[str, Mapping[str, str]] = _parsed(_TABLE)
"""By clock and state: RUNS, WAITS (stands still, and goes on with what was left) or ENDS."""

if set(IN_STATE) != set(CLOCKS) or any(set(row) != set(STATES) for row in IN_STATE.values()):
    raise AssertionError("every clock says what it does in every state")


@dataclass(frozen=True)
class Deadlines:
    """The defaults. Working days unless the name says otherwise."""

    open: int = 1
    acknowledge: int = 3
    acknowledge_limit_days: int = 7
    triage_p1_hours: int = 4
    triage_p2: int = 1
    triage_p3: int = 5
    triage_p4: int = 20
    no_reply_days: int = 28
    decision: int = 5
    scope_days: int = 28
    update_days: int = 28
    feedback_months: int = 3
    referral: int = 1
    checkin_months: tuple[int, ...] = (1, 3, 6, 12)
    chaser_days: tuple[int, ...] = (28, 56, 84)
    calendar: Calendar = field(default_factory=Calendar)

    def opening(self, received: int) -> int:
        """Unix seconds, as all that follow. `received`: when the console had it."""
        return self.calendar.end_of_working_day_after(received, self.open)

    def acknowledgement(self, received: int) -> int:
        return self.calendar.end_of_working_day_after(received, self.acknowledge)

    def acknowledgement_limit(self, received: int) -> int:
        return received + self.acknowledge_limit_days * DAY

    def triage(self, begun: int, priority: Priority, waits: Iterable[Span] = ()) -> int:
        """Four hours round the clock for P1, working days for the others; `waits`, when it stood still, not counted."""
        if priority == Priority.P1:
            return begun + self.triage_p1_hours * HOUR + sum(end - start for start, end in waits)
        days = {Priority.P2: self.triage_p2, Priority.P3: self.triage_p3, Priority.P4: self.triage_p4}[priority]
        days += sum(self.calendar.working_days(start, end) for start, end in waits)
        return self.calendar.end_of_working_day_after(begun, days)

    def decided(self, asked: int) -> int:
        return self.calendar.end_of_working_day_after(asked, self.decision)

    def feedback(self, acknowledged: int) -> int:
        """Three calendar months from the acknowledgement."""
        return months_after(acknowledged, self.feedback_months, self.calendar.zone)

    def checkins(self, closed: int) -> list[int]:
        """When to ask about reprisal after a case was closed."""
        return [months_after(closed, number, self.calendar.zone) for number in self.checkin_months]


@dataclass(frozen=True)
class Clock:
    """One thing that is due. `done`: unix seconds, or None before; `waits`: since when it stands still, or stood at its
    end."""

    kind: str
    due: int
    done: int | None = None
    waits: int | None = None

    @property
    def running(self) -> bool:
        return self.done is None and self.waits is None

    def breached(self, now: int) -> bool:
        """Late, or was done late."""
        return min(at for at in (self.waits, self.done, now) if at is not None) > self.due


def nearest(clocks: Iterable[Clock]) -> Clock | None:
    """Of those that run, the one due first."""
    return min((clock for clock in clocks if clock.running), key=lambda clock: clock.due, default=None)


def counted(kind: str, began: int, moves: Iterable[tuple[int, str]]) -> tuple[int, list[Span]]:
    """From when a clock counts and when it stood still since. `began`: the first time; `moves`: when the case came to
    which state, in order. A clock that had ended begins anew in the next state in which it runs."""
    waits: list[Span] = []
    since, ended = None, False
    for at, state in moves:
        does = IN_STATE[kind][state]
        if since is not None and does != WAITS:
            waits.append((since, at))
        since = (since or at) if does == WAITS else None
        if does == RUNS and ended:
            began, waits = at, []
        ended = does == ENDS or (ended and does == WAITS)
    return began, waits


def months_after(unix: int, number: int, zone: str) -> int:
    """The same local day and time some months on; the month's last day where it has no such day."""
    moment = datetime.fromtimestamp(unix, UTC).astimezone(ZoneInfo(zone))
    months = moment.month - 1 + number
    year, month = moment.year + months // 12, months % 12 + 1
    for day in (moment.day, 30, 29, 28):
        try:
            return int(moment.replace(year=year, month=month, day=day).timestamp())
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
