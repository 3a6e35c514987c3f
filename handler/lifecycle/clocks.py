"""The clocks of a case: what is due, when, and which is the nearest. All are configuration with these defaults."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handler.lifecycle.workdays import Calendar
from handler.triage.scoring import Priority

HOUR, DAY = 3_600, 86_400

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
    "look-again": "Look at it again",
    "chaser": "Ask what came of a dissemination",
    "checkin": "Ask about reprisal",
    "retention": "Retention review",
}


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

    def triage(self, opened: int, priority: Priority) -> int:
        """From opening: four hours round the clock for P1, working days for the others."""
        if priority == Priority.P1:
            return opened + self.triage_p1_hours * HOUR
        days = {Priority.P2: self.triage_p2, Priority.P3: self.triage_p3, Priority.P4: self.triage_p4}[priority]
        return self.calendar.end_of_working_day_after(opened, days)

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
    """One thing that is due. `done`: unix seconds, or None while it runs."""

    kind: str
    due: int
    done: int | None = None

    @property
    def running(self) -> bool:
        return self.done is None

    def breached(self, now: int) -> bool:
        """Late, or was done late."""
        return (now if self.done is None else self.done) > self.due


def nearest(clocks: Iterable[Clock]) -> Clock | None:
    """Of those that run, the one due first."""
    return min((clock for clock in clocks if clock.running), key=lambda clock: clock.due, default=None)


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
