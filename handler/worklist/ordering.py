"""Working on a case out of its order, with a reason: on top, put off, or back in its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import Case, CaseRecord
from handler.errors import Refused
from handler.lifecycle import acts, queue

KIND = "order"
MOST = 2_000  # characters of a reason
PINS: Mapping[str, tuple[int, str]] = {
    "top": (1, "Put on top of the queue"),
    "off": (-1, "Put off to the end of the queue"),
    "place": (0, "Put back in its place in the queue"),
}
"""What can be chosen: how the case is pinned then, and what its history says."""


class NoOrder(Refused):
    """Choose where the case is to stand, other than it does now."""


class NoOrderReason(Refused):
    """Say in at most 2,000 characters why this case is worked on out of its order, or why no longer."""


class NotInQueue(Refused):
    """This case has ended and stands in no queue."""


@dataclass(frozen=True)
class Ordered:
    """One change of a case's place, as it was sealed. `by`: a user's id; `at`: unix seconds."""

    text: str
    why: str
    by: bytes
    at: int
    day: int


def reorder(desk: Desk, case_id: bytes, choice: str, why: str) -> None:
    """Keeps the reason, sealed, and moves the case. Raises NoOrder, NoOrderReason, NotInQueue, NotAllowed."""
    why = why.strip()
    if choice not in PINS:
        raise NoOrder
    if not why or len(why) > MOST:
        raise NoOrderReason
    pinned, _ = PINS[choice]
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id, with_for_update=True)
        if case.ended:
            raise NotInQueue
        if case.pinned == pinned:
            raise NoOrder
        content = {"by": desk.unlocked.user_id.hex(), "at": desk.now(), "choice": choice, "why": why}
        acts.keep(console, desk, box, KIND, compactjson.encode(content))
        case.pinned = pinned
        queue.place_again(case)
        record(console, desk.unlocked, "place in the queue changed", case_id, clock=desk.clock, to=choice)


def orders_of(console: Session, box: CaseBox) -> Sequence[Ordered]:
    """Every change of a case's place, the newest first."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == KIND)
    found = []
    for row in console.scalars(chosen.order_by(CaseRecord.position.desc())):
        content = decode_object(box.open(row))
        text = PINS[str(content["choice"])][1]
        by = bytes.fromhex(str(content["by"]))
        found.append(Ordered(text, str(content["why"]), by, int(content["at"]), row.day))
    return found
