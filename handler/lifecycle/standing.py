"""Where a case stands, for its page: state, clocks with the nearest first, this person's steps, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handler.approvals import acts as approvals
from handler.approvals.tables import Approval
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.lifecycle import acts, facts, timing
from handler.lifecycle.acts import Step
from handler.lifecycle.clocks import CLOCKS
from handler.lifecycle.states import (
    AWAITING,
    DECISION,
    INVESTIGATING,
    NEEDS,
    PHASES,
    SIDES,
    STATES,
    STOPPED_BY,
    Transition,
    ways_from,
)

TITLES = {
    ("received", "assessing"): "Begin the assessment",
    ("assessing", "awaiting"): "Wait for the reporter’s answer",
    ("awaiting", "assessing"): "Go on with the assessment",
    ("assessing", "decision"): "Put it to the supervisor",
    ("decision", "assessing"): "Give it back for more assessment",
    ("decision", "investigating"): "Adopt it",
    ("decision", "concluding"): "Decide on another end",
    ("investigating", "awaiting"): "Wait for the reporter’s answer",
    ("awaiting", "investigating"): "Go on with the investigation",
    ("investigating", "decision"): "Put it to the supervisor again",
    ("investigating", "case-to-answer"): "Ask whether there is a case to answer",
    ("investigating", "concluding"): "Conclude without a case to answer",
    ("case-to-answer", "disposal"): "There is a case to answer",
    ("case-to-answer", "concluding"): "There is no case to answer",
    ("case-to-answer", "investigating"): "Give it back for more investigation",
    ("disposal", "concluding"): "Record what the panel found",
    ("concluding", "investigating"): "Open the investigation again",
    ("concluding", "closed"): "Close the case",
    ("closed", "assessing"): "Reopen the case",
    ("closed", "retention"): "Begin the retention review",
    ("retention", "closed"): "Keep it longer",
}
"""Of each way, what the button says."""


@dataclass(frozen=True)
class ClockLine:
    """One clock as the page lists it. `waits`: it stands still and goes on later."""

    text: str
    due: int
    done: int | None
    late: bool
    waits: bool


@dataclass(frozen=True)
class Offer:
    """One step of this person. `missing`: names of NEEDS still to be recorded, but for what the step itself asks."""

    way: Transition
    title: str
    missing: tuple[str, ...]
    planned: bool = False  # whether a strategy stands, with which a decision is compared

    @property
    def texts(self) -> list[tuple[str, str]]:
        return [(name, NEEDS[name]) for name in self.missing]


@dataclass(frozen=True)
class Waits:
    """A step that waits for a second person, with its words. `mine`: this person asked; `may`: they may approve."""

    approval: Approval
    step: Step | None
    who: bytes
    mine: bool
    may: bool


@dataclass(frozen=True)
class Standing:
    """All that the page shows of where a case stands."""

    state: str
    phase: str
    sides: Sequence[str]
    stopped: bool
    running: Sequence[ClockLine]
    ended: Sequence[ClockLine]
    offers: Sequence[Offer]
    waits: Sequence[Waits]


def standing(console: Session, desk: Desk, box: CaseBox) -> Standing:
    """Within a reading transaction."""
    case, now = console.get_one(Case, box.case_id), desk.now()
    lines = [
        ClockLine(CLOCKS[clock.kind], clock.due, clock.done, clock.breached(now), clock.waits is not None)
        for _, clock in timing.clocks(console, case.id)
    ]
    sides = case.sides.split()
    return Standing(
        STATES[case.state],
        next(phase for phase, states in PHASES.items() if case.state in states),
        [SIDES.get(side, side) for side in sides],
        not STOPPED_BY.isdisjoint(sides),
        [line for line in lines if line.done is None],
        [line for line in lines if line.done is not None],
        offers(console, desk, case),
        [_waits(console, desk, box, one) for one in approvals.of_case(console, case.id, now)],
    )


def offers(console: Session, desk: Desk, case: Case) -> list[Offer]:
    """The steps of this person from where the case stands."""
    known = facts.recorded(console, case.id, desk.now(), desk.deadlines) | facts.STEP
    before, planned = acts.came_from(console, case.id), "strategy" in known
    return [
        Offer(way, TITLES[(way.start, way.end)], tuple(one for one in way.needs if one not in known), planned)
        for way in ways_from(case.state, desk.unlocked.roles)
        if (case.state != AWAITING or way.end == before) and not _own(console, desk, case, way)
    ]


def _own(console: Session, desk: Desk, case: Case, way: Transition) -> bool:
    """Whether it is the adoption of what this person put forward: somebody else does that."""
    adopts = (way.start, way.end) == (DECISION, INVESTIGATING)
    return adopts and acts.put_by(console, case.id) == desk.unlocked.user_id


def _waits(console: Session, desk: Desk, box: CaseBox, one: Approval) -> Waits:
    row = console.get(CaseRecord, one.record_id) if one.record_id is not None else None
    step = acts.decode_step(box.open(row)) if row is not None and row.kind == "step" else None
    mine = one.asked_by == desk.unlocked.user_id
    return Waits(one, step, one.asked_by, mine, not mine and desk.unlocked.may(*one.roles.split()))
