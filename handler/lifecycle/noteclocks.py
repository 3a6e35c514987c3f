"""Clocks that run until a day which stands in a record: the next check-in with a reporter, a subject access request."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import CaseRecord
from handler.lifecycle import timing
from handler.lifecycle.tables import CaseClock
from handler.times import end_of_day

CARE, ACCESS = "care", "access-request"
"""Names of the records and kinds of their clocks."""


def follow(console: Session, box: CaseBox, record_id: bytes, content: Mapping[str, Any], now: int) -> None:
    """After a record was kept, in its transaction. `content`: its name and its values as `notes.check` left them."""
    name, values = content["name"], content["values"]
    if name == CARE and values["agreed"] == "yes":
        timing.start(console, box.case_id, CARE, _until(values["day"]))
    elif name == CARE:
        timing.stop(console, box.case_id, CARE, now)
    elif name == ACCESS and values["given"]:
        _answered(console, box, values["from"], now)
    elif name == ACCESS:
        number = console.get_one(CaseRecord, record_id).position  # each request has a clock of its own
        timing.start(console, box.case_id, ACCESS, _until(values["due"]), number)


def _answered(console: Session, box: CaseBox, who: str, now: int) -> None:
    """Ends the clock of that person's request; of the one due first where nobody is called so."""
    chosen = select(CaseClock).where(
        CaseClock.case_id == box.case_id, CaseClock.kind == ACCESS, CaseClock.done.is_(None)
    )
    running = list(console.scalars(chosen.order_by(CaseClock.due)))
    theirs = [clock for clock in running if _asked_by(console, box, clock.number) == who.casefold()]
    for clock in (theirs or running)[:1]:
        clock.done = now
    timing.nearest(console, box.case_id)


def _asked_by(console: Session, box: CaseBox, position: int) -> str:
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.position == position)
    return str(decode_object(box.open(console.scalars(chosen).one()))["values"]["from"]).casefold()


def _until(day: str) -> int:
    return end_of_day(date.fromisoformat(day))
