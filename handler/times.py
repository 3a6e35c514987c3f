"""How pages write days and times: a time as the clocks of the UK show it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask

ZONE = ZoneInfo("Europe/London")


def written_day(day: int) -> str:
    """A day's number (SPEC 0) as people read it."""
    moment = date(1970, 1, 1) + timedelta(days=day)
    return f"{moment.day} {moment:%B %Y}"


def written_time(unix: int) -> str:
    """Unix seconds as people read them: UK time, and whether it is summer time."""
    moment = local(unix)
    return f"{moment.day} {moment:%B %Y, %H:%M %Z}"


def local(unix: int) -> datetime:
    """Unix seconds by the UK's clocks."""
    return datetime.fromtimestamp(unix, UTC).astimezone(ZONE)


def end_of_day(day: date) -> int:
    """Unix seconds of the last second of a day by the UK's clocks."""
    following = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1)
    return int(following.timestamp()) - 1


def install(app: Flask) -> None:
    """The template filters `written_day` and `written_time`."""
    app.add_template_filter(written_day)
    app.add_template_filter(written_time)
