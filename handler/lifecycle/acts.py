"""Moving a case: one function for every step, one transaction with its reasons, clocks and audit entry."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.approvals import acts as approvals
from handler.audit.log import record
from handler.cases import inforce, records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, next_position
from handler.cases.tables import Case, CaseRecord
from handler.errors import Refused
from handler.identity.roles import ROLES
from handler.identity.users import roles_of
from handler.lifecycle import acu, facts, outcomes, oversight, timing
from handler.lifecycle.outcomes import RestsOnNothing, Words, nothing_said
from handler.lifecycle.states import (
    ASSESSING,
    AWAITING,
    CLOSED,
    DECISION,
    DISPOSAL,
    INVESTIGATING,
    NEEDS,
    RECEIVED,
    RETENTION,
    NoSuchWay,
    NotYetRecorded,
    Transition,
    check,
    way,
)
from handler.lifecycle.tables import CaseMove
from handler.search import index
from handler.times import end_of_day
from handler.triage import exposure, sta

MOVE = "move"
DECISION_LOG = ("code", "information", "threat", "powers", "options", "action")
"""The six headings of the National Decision Model: a step with a decision has a line under each."""

LOGGED = frozenset({"disposition", "end-reason", "answer"})
"""What is decided under the six headings."""

MOST = 20_000  # characters of one line


class DecisionNotComplete(Refused):
    """A decision is logged under six headings. Write a line under each; “n/a because” will do."""


class PutForward(Refused):
    """Whoever put a case to the decision does not adopt it. Another supervisor or a senior IPS decider does."""


class WordsTooLong(Refused):
    """That is too long to keep in one step. Shorten it to 20,000 characters a field."""


@dataclass(frozen=True)
class Step:
    """What a person says with a step. `said`: by names of NEEDS; `log`: by the six headings, empty where none is."""

    end: str
    said: Mapping[str, str]
    log: Mapping[str, str]

    def encode(self) -> bytes:
        return compactjson.encode({"end": self.end, "said": dict(self.said), "log": dict(self.log)})


@dataclass(frozen=True)
class Moved:
    """What came of it: the case moved, or waits for a second person."""

    waits: bytes | None = None  # the approval's id


def move(desk: Desk, case_id: bytes, step: Step) -> Moved:
    """Takes a step, or asks a second person where the step needs one.

    Raises NoSuchWay, NotYourStep, NotYetRecorded, CaseStopped, DecisionNotComplete, RestsOnNothing, PutForward,
    WordsTooLong, AlreadyAsked, NotAllowed, and what `outcomes.check`, `acu.check` and
    `exposure.check_adoption` raise.
    """
    _check_words(step)
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id, with_for_update=True)
        found = _checked(console, desk, box, step, desk.unlocked.roles)
        record_id = keep(console, desk, box, records.STEP, step.encode())
        if found.second:
            act = f"{MOVE} {step.end}"
            return Moved(approvals.ask(console, desk, act, case_id=case_id, roles=found.second, record_id=record_id))
        _take(console, desk, case, found, Taken(record_id, desk.unlocked.user_id, step))
    return Moved()


def approve(desk: Desk, approval_id: bytes) -> None:
    """The second person's part: looks at the step again as the case stands now, and takes it.

    Raises SamePerson, NotYours, NoLonger, and what `move` raises.
    """
    with desk.databases.console.read() as console:
        waiting = approvals.waiting(console, approval_id, desk.now())
    box = CaseBox(waiting.of_case, desk.case_key(waiting.of_case))
    with desk.databases.console.write() as console:
        asked = approvals.approve(console, desk, approval_id)
        case = console.get_one(Case, asked.of_case, with_for_update=True)
        row = console.get_one(CaseRecord, asked.record_id)
        step = decode_step(box.open(row))
        found = _checked(console, desk, box, step, way(case.state, step.end).roles)
        _take(console, desk, case, found, Taken(row.id, asked.asked_by, step))


def decode_step(raw: bytes) -> Step:
    """As it was sealed."""
    value = records.decode_object(raw)
    return Step(str(value["end"]), dict(value["said"]), dict(value["log"]))


def keep(console: Session, desk: Desk, box: CaseBox, kind: str, content: bytes) -> bytes:
    """Seals something into the case; its record's id. Raises KeyChanged."""
    record_id = desk.random(16)
    inforce.hold(console, box.case_id, box.key_id)
    position = next_position(console, box.case_id)
    console.add(CaseRecord(**box.row(record_id, kind, content, position=position, day=desk.today())))
    console.flush()
    index.add(console, desk, box.case_id, record_id, kind=kind, raw=content)
    return record_id


def moves_of(console: Session, case_id: bytes) -> list[CaseMove]:
    """A case's steps, in order."""
    return list(console.scalars(select(CaseMove).where(CaseMove.case_id == case_id).order_by(CaseMove.position)))


def _check_words(step: Step) -> None:
    if any(len(text) > MOST for text in (*step.said.values(), *step.log.values())):
        raise WordsTooLong
    if set(step.said) - set(NEEDS):
        raise ValueError("a step says only what steps ask for")
    if not (step.log or LOGGED & set(step.said)):
        return
    if any(not step.log.get(heading, "").strip() for heading in DECISION_LOG):
        raise DecisionNotComplete
    if nothing_said(step.said.get("rests-on", "")) or all(map(nothing_said, step.log.values())):
        raise RestsOnNothing


def _checked(console: Session, desk: Desk, box: CaseBox, step: Step, roles: Collection[str]) -> Transition:
    case = console.get_one(Case, box.case_id)
    if case.state == AWAITING and step.end != came_from(console, case.id):
        raise NoSuchWay
    said = {name for name, text in step.said.items() if text.strip() and name in facts.STEP}
    known = facts.recorded(console, case.id, desk.now(), desk.deadlines) | said
    found = check(case.state, step.end, roles, known, case.sides.split())
    today = desk.deadlines.calendar.day_of(desk.now())
    outcomes.check(case.state, step.end, step.said, level_of(console, box), today)
    if step.log and "strategy" in known and "consistent" not in said:
        raise NotYetRecorded(["consistent"])
    if (found.start, found.end) == (DECISION, INVESTIGATING):
        if desk.unlocked.user_id == put_by(console, case.id):
            raise PutForward
        exposure.check_adoption(console, box)
    outcomes.check_stream(case.stream, step.said.get("disposition", ""))
    acu.check(found, roles, step.said.get("disposition", ""), lambda: disposition_of(console, box))
    return found


def put_by(console: Session, case_id: bytes) -> bytes | None:
    """Who put the case to the decision last."""
    chosen = select(CaseMove.by).where(CaseMove.case_id == case_id, CaseMove.end == DECISION)
    return console.scalars(chosen.order_by(CaseMove.position.desc())).first()


def came_from(console: Session, case_id: bytes) -> str:
    """The state before the present one: from waiting for the reporter a case goes back to it and nowhere else."""
    chosen = select(CaseMove.start).where(CaseMove.case_id == case_id).order_by(CaseMove.position.desc())
    return console.scalars(chosen).first() or RECEIVED


def level_of(console: Session, box: CaseBox) -> str:
    """Of the newest case to answer: "misconduct" or "gross"; "" where there was none."""
    return (*Words.decode(_said_last(console, box, "answer", CaseMove.end == DISPOSAL)).ids, "", "")[1]


def disposition_of(console: Session, box: CaseBox) -> str:
    """The newest decision, as in the vocabulary; "" where there was none."""
    return _said_last(console, box, "disposition", (CaseMove.start == DECISION) & (CaseMove.end != ASSESSING))


def _said_last(console: Session, box: CaseBox, name: str, which: ColumnElement[bool]) -> str:
    """What was said with the newest of some steps."""
    chosen = select(CaseMove.record_id).where(CaseMove.case_id == box.case_id, which)
    record_id = console.scalars(chosen.order_by(CaseMove.position.desc())).first()
    if record_id is None:
        return ""
    return decode_step(box.open(console.get_one(CaseRecord, record_id))).said.get(name, "")


@dataclass(frozen=True)
class Taken:
    """The record of a step's reasons, whose step it is, and the step."""

    record_id: bytes
    by: bytes
    step: Step


def _take(console: Session, desk: Desk, case: Case, found: Transition, taken: Taken) -> None:
    now = desk.now()
    own = taken.by == desk.unlocked.user_id
    acting = found.roles & (desk.unlocked.roles if own else roles_of(console, taken.by))
    role = max(acting, key=ROLES.index, default="") if len(" ".join(acting)) > 24 else " ".join(sorted(acting))
    console.add(
        CaseMove(
            case_id=case.id, position=facts.moves(console, case.id) + 1, at=now, by=taken.by, role=role,
            start=found.start, end=found.end, record_id=taken.record_id,
        )
    )  # fmt: skip
    case.state = found.end
    case.ended = found.end in (CLOSED, RETENTION)
    reopened = found.start == CLOSED and not case.ended
    if reopened:  # ranked by what counts now: the ended are left out when that changes
        sta.rank(case, sta.in_force(console))
    timing.moved(console, case, found.start, desk.deadlines, now)
    if reopened:
        case.sides = " ".join(sorted({*case.sides.split(), "reopened"}))
        oversight.again(console, desk, case)
    for name, kind in timing.BY_DAY.items():
        if taken.step.said.get(name):
            timing.start(console, case.id, kind, end_of_day(date.fromisoformat(taken.step.said[name].strip())))
    asked = "" if own else taken.by.hex()
    record(
        console, desk.unlocked, "case moved", case.id, clock=desk.clock, start=found.start, end=found.end, role=role,
        asked=asked,
    )  # fmt: skip
