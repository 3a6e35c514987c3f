"""How pages write days and times: a time by the clocks of the UK, or where the person who reads has said that they are.

A day's number is a day whatever the zone. Deadlines and the ends of days are the UK's, wherever they are read.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context

LONDON = "Europe/London"
ZONE = ZoneInfo(LONDON)


def written_day(day: int) -> str:
    """A day's number (SPEC 0) as people read it."""
    moment = date(1970, 1, 1) + timedelta(days=day)
    return f"{moment.day} {moment:%B %Y}"


def written_time(unix: int) -> str:
    """Unix seconds as the person who reads the page reads them: UK time and whether it is summer; or the place."""
    zone = reader_zone()
    moment = datetime.fromtimestamp(unix, UTC).astimezone(ZoneInfo(zone))
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() if zone == LONDON else f'({place(zone)} time)'}"


def reader_zone() -> str:
    """What the signed-in person has set; the UK's outside a request."""
    return str(g.get("zone", LONDON)) if has_request_context() else LONDON


def place(zone: str) -> str:
    """What a zone is called after: “New York” of America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")


def local(unix: int) -> datetime:
    """Unix seconds by the UK's clocks."""
    return datetime.fromtimestamp(unix, UTC).astimezone(ZONE)


def end_of_day(day: date) -> int:
    """Unix seconds of the last second of a day by the UK's clocks."""
    following = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1)
    return int(following.timestamp()) - 1


def away() -> bool:
    """Whether the person who reads has set another zone than that of the deadlines."""
    return reader_zone() != LONDON


def install(app: Flask) -> None:
    """The template filters `written_day` and `written_time`."""
    app.add_template_filter(written_day)
    app.add_template_filter(written_time)
    app.add_template_global(away)
