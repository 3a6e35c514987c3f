"""Alarms: raised once, shown on the pages until what they tell of is mended."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handler.pickup.tables import Alarm


def raise_alarm(console: Session, key: str, text: str, today: int) -> None:
    """Keeps the first day when the alarm is up already."""
    row = console.get(Alarm, key)
    if row is None:
        console.add(Alarm(key=key, since=today, text=text))
    else:
        row.text = text
    console.flush()


def clear_alarm(console: Session, key: str) -> None:
    console.execute(delete(Alarm).where(Alarm.key == key))


def alarms(console: Session) -> Sequence[Alarm]:
    """Oldest first."""
    return console.scalars(select(Alarm).order_by(Alarm.since, Alarm.key)).all()
