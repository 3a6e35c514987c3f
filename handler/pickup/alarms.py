"""Alarms: raised once, shown on the pages until what they tell of is mended.

An alarm about a case keeps its id, and shows its number to those alone who can open it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from handler.cases.tables import Case, CaseReader
from handler.pickup.tables import Alarm

NOT_YOURS = "a case that is not open to you"
_CASE = re.compile(r"\{case ([0-9a-f]{32})\}")


@dataclass(frozen=True)
class Shown:
    """An alarm as one person reads it. `since`: a day."""

    text: str
    since: int


def of_case(case_id: bytes) -> str:
    """How a text of `raise_alarm` names a case, within a sentence."""
    return f"{{case {case_id.hex()}}}"


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


def clear_of_case(console: Session, case_id: bytes) -> None:
    """Those about a case that is no more: nobody could mend what they tell of."""
    console.execute(delete(Alarm).where(or_(Alarm.key.contains(case_id.hex()), Alarm.text.contains(case_id.hex()))))


def shown(console: Session, user_id: bytes) -> list[Shown]:
    """Oldest first, with the numbers of the cases whose key this person has."""
    chosen = select(Case.id, Case.number).join(CaseReader, CaseReader.case_id == Case.id)
    raised = alarms(console)
    ids = {bytes.fromhex(found) for alarm in raised for found in _CASE.findall(alarm.text)}
    mine = chosen.where(CaseReader.user_id == user_id, Case.id.in_(ids))
    numbers = {row.id.hex(): row.number for row in console.execute(mine)}
    return [
        Shown(_CASE.sub(lambda at: numbers.get(at.group(1), NOT_YOURS), alarm.text), alarm.since) for alarm in raised
    ]


def alarms(console: Session) -> Sequence[Alarm]:
    """Oldest first."""
    return console.scalars(select(Alarm).order_by(Alarm.since, Alarm.key)).all()
