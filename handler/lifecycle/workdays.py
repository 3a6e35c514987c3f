"""Working days: Monday to Friday without bank holidays, in the unit's own time zone and office hours."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = "Europe/London"


@dataclass(frozen=True)
class Calendar:
    """`holidays` are dates on which nobody works. Times go in and come out as unix seconds."""

    holidays: frozenset[date] = field(default=frozenset())
    zone: str = LONDON
    closes: time = time(17, 0)

    @classmethod
    def of(cls, days: Iterable[str], zone: str = LONDON) -> "Calendar":
        """From dates written as 2026-12-25. Raises ValueError."""
        return cls(frozenset(date.fromisoformat(day) for day in days), zone)

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def day_of(self, unix: int) -> date:
        """The local day."""
        return datetime.fromtimestamp(unix, UTC).astimezone(ZoneInfo(self.zone)).date()

    def add_working_days(self, day: date, number: int) -> date:
        """The day `number` working days after `day`, which itself does not count. `number` is 0 or more."""
        while number > 0 or not self.is_working(day):
            day += timedelta(days=1)
            number -= self.is_working(day) and number > 0
        return day

    def working_days(self, start: int, end: int) -> int:
        """How many working days come after the day of one moment, up to that of another."""
        first, last = self.day_of(start), self.day_of(end)
        return sum(self.is_working(first + timedelta(days=number)) for number in range(1, (last - first).days + 1))

    def closing(self, day: date) -> int:
        """Unix seconds of the close of business of a local day."""
        return int(datetime.combine(day, self.closes, ZoneInfo(self.zone)).timestamp())

    def end_of_working_day_after(self, unix: int, number: int = 1) -> int:
        """The close of business `number` working days after a moment's day."""
        return self.closing(self.add_working_days(self.day_of(unix), number))
