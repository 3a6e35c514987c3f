"""When things happen: a clock that the demonstration moves forward, and people's hours."""

from dataclasses import dataclass

from crypto.calendar import DAY
from handler.times import local

AT_WORK, HOURS = 8.5, 8  # by UTC: an hour later on the UK's clocks in summer
RECENT = 2.0  # days before the end, within which an act is at its exact distance from it
BETWEEN = 150  # seconds between two acts on one case, at least


@dataclass
class DemoClock:
    """Unix seconds. Never goes back."""

    now: float

    def __call__(self) -> float:
        return self.now

    def set(self, now: float) -> None:
        self.now = max(self.now, now)


def moment(end: float, ago: float, *, at_work: bool) -> float:
    """So many days before the end; where people are at work, in office hours and not at a weekend."""
    if ago <= RECENT:
        return end - ago * DAY
    midnight = end - end % DAY
    days = -(-ago // 1)
    then = midnight - days * DAY + AT_WORK * 3600 + (days - ago) * HOURS * 3600
    weekday = local(int(then)).weekday()
    if at_work and weekday > 4 and ago > RECENT + 2:
        then += (7 - weekday) * DAY
    return float(then)
