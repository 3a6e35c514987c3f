"""Days and epochs (SPEC 0). An epoch is a week from Monday to Sunday in UTC."""

from __future__ import annotations

DAY = 86400  # seconds


def day_of(unix: float) -> int:
    """The day of a time: days since 1970-01-01 in UTC."""
    return int(unix // DAY)


def epoch_of(day: int) -> int:
    """The epoch of a day."""
    return (day - 4) // 7  # spec: 0


def first_day(epoch: int) -> int:
    """The Monday of an epoch."""
    return 7 * epoch + 4


def end_time(epoch: int) -> int:
    """When an epoch ends, in unix seconds: the first second of the next one."""
    return (7 * epoch + 11) * DAY
