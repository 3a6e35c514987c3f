"""Legal hold: a court, a tribunal or disclosure needs the case, and nothing of it is destroyed (CPIA 1996).

One supervisor sets it; lifting it takes two.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.approvals import acts as approvals
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed, Refused
from handler.identity.roles import SUPERVISOR
from handler.lifecycle import acts, facts
from handler.lifecycle.acts import Step, decode_step
from handler.lifecycle.tables import CaseFact

HOLD = "hold"
LIFT = "hold-lift"
MOST = 2_000  # characters


class NoHoldReason(Refused):
    """Say in at most 2,000 characters which proceedings need the case, or why they no longer do."""


class HeldAlready(Refused):
    """A legal hold stands on this case already."""


class NotHeld(Refused):
    """No legal hold stands on this case. Nothing was changed."""


class UnderHold(Refused):
    """A legal hold stands on this case, so nothing of it is destroyed. It must be lifted first, by two supervisors."""


@dataclass(frozen=True)
class Standing:
    """The hold that stands: since when (unix seconds), by whom, and why. `pii`: whether public interest immunity may
    have to be claimed."""

    at: int
    by: bytes
    words: str
    pii: bool


def held(case: Case) -> bool:
    """Whether nothing of the case may be destroyed."""
    return HOLD in case.sides.split()


def set_hold(desk: Desk, case_id: bytes, words: str, *, pii: bool = False) -> None:
    """Raises NoHoldReason, HeldAlready, NotAllowed."""
    box, step = _asked(desk, case_id, words, {"pii": "yes"} if pii else {})
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id, with_for_update=True)
        if held(case):
            raise HeldAlready
        record_id = acts.keep(console, desk, box, records.STEP, step.encode())
        facts.note(console, case_id, [HOLD], by=desk.unlocked.user_id, now=desk.now(), record_id=record_id)
        case.sides = " ".join(sorted({*case.sides.split(), HOLD}))
        record(console, desk.unlocked, "legal hold set", case_id, clock=desk.clock)


def ask_lift(desk: Desk, case_id: bytes, words: str) -> None:
    """Asks a second supervisor. Raises NoHoldReason, NotHeld, AlreadyAsked, NotAllowed."""
    box, step = _asked(desk, case_id, words)
    with desk.databases.console.write() as console:
        if not held(console.get_one(Case, case_id, with_for_update=True)):
            raise NotHeld
        record_id = acts.keep(console, desk, box, records.STEP, step.encode())
        approvals.ask(console, desk, LIFT, case_id=case_id, roles=[SUPERVISOR], record_id=record_id)


def approve_lift(desk: Desk, approval_id: bytes) -> None:
    """The second person's part. Raises SamePerson, NotYours, NoLonger, NotHeld, NotAllowed."""
    with desk.databases.console.read() as console:
        waiting = approvals.waiting(console, approval_id, desk.now())
    desk.case_key(waiting.of_case)
    with desk.databases.console.write() as console:
        asked = approvals.approve(console, desk, approval_id)
        case = console.get_one(Case, asked.of_case, with_for_update=True)
        if not held(case):
            raise NotHeld
        case.sides = " ".join(side for side in case.sides.split() if side != HOLD)
        facts.forget(console, case.id, [HOLD])
        record(console, desk.unlocked, "legal hold lifted", case.id, clock=desk.clock, asked=asked.asked_by.hex())


def standing(console: Session, box: CaseBox) -> Standing | None:
    """The hold that stands on a case, or None."""
    if not held(console.get_one(Case, box.case_id)):
        return None
    chosen = select(CaseFact).where(CaseFact.case_id == box.case_id, CaseFact.name == HOLD)
    fact = console.scalars(chosen).one()
    step = decode_step(box.open(console.get_one(CaseRecord, fact.record_id)))
    return Standing(fact.at, fact.by, step.said["reason"], step.said.get("pii") == "yes")


def _asked(desk: Desk, case_id: bytes, words: str, more: Mapping[str, str] = {}) -> tuple[CaseBox, Step]:
    words = words.strip()
    if not desk.unlocked.may(SUPERVISOR):
        raise NotAllowed
    if not words or len(words) > MOST:
        raise NoHoldReason
    return CaseBox(case_id, desk.case_key(case_id)), Step(HOLD, {"reason": words, **more}, {})
