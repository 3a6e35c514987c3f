"""How pages write days and times."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask


def written_day(day: int) -> str:
    """A day's number (SPEC 0) as people read it."""
    moment = date(1970, 1, 1) + timedelta(days=day)
    return f"{moment.day} {moment:%B %Y}"


def written_time(unix: int) -> str:
    """Unix seconds as people read them."""
    moment = datetime.fromtimestamp(unix, UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def install(app: Flask) -> None:
    """The template filters `written_day` and `written_time`."""
    app.add_template_filter(written_day)
    app.add_template_filter(written_time)
