"""Putting junk aside, many cases at once, so that it can be taken back as it was until it is destroyed on its day
(handler/worklist/junk.py), which takes a second person. Nothing is told to the reporter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.calendar import day_of
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import Case, CaseRecord
from handler.errors import Refused
from handler.intake.routing import ORDINARY, URGENCIES
from handler.lifecycle import acts, timing
from handler.lifecycle.states import ANSWER, CLOSED, CONCLUDING, DISPOSAL, INVESTIGATING, RETENTION
from handler.lifecycle.tables import CaseClock, CaseMove
from handler.oversight.tables import CaseVisit
from handler.publication.publish import TAKEN
from handler.publication.tables import Publication
from handler.safeguarding.tables import Referral
from handler.triage import sta
from handler.vocabulary.load import vocabulary
from handler.worklist.assigning import MOST, NoCase
from handler.worklist.tables import PutAside

KIND = "aside"
SIDE = "aside"
KEPT_DAYS = 30
LONGEST = 2_000  # characters
DECIDED = (INVESTIGATING, ANSWER, DISPOSAL, CONCLUDING, CLOSED, RETENTION)
MANDATORY = "mandatory"  # the clock of a mandatory referral


class NoAsideReason(Refused):
    """Choose why they are put aside. What you write besides has at most 2,000 characters."""


class AsideAlready(Refused):
    """One of these has ended or is aside already. Load the list again."""


class AsideOnHold(Refused):
    """A case under a legal hold is not put aside. Leave it out."""


class NoJunk(Refused):
    """One of these was decided on or referred to another body, or an auditor reads it: it is no junk. Leave it out."""


class YoursAlready(Refused):
    """You put one of these aside yourself: somebody else looks at it and agrees, or it stays."""


class MayBeDanger(Refused):
    """Someone may be in danger in one of these: such a case is put aside by itself only, with a tick of its own."""


@dataclass(frozen=True)
class Why:
    """`reason`: of the list spam_reasons; `words`: more, or nothing; `sure`: the own tick of a case of danger."""

    reason: str
    words: str = ""
    sure: bool = False


@dataclass(frozen=True)
class Happened:
    """One time that a case was put aside or taken back."""

    text: str
    by: bytes
    at: int
    day: int


def risky(case: Case) -> bool:
    """Danger or a person at risk, now or perhaps: said by the reporter or found since."""
    return case.urgency < ORDINARY or not URGENCIES.keys().isdisjoint(case.flags.split())


def no_junk(console: Session, case_ids: Sequence[bytes]) -> bool:
    """Whether a decision was made in one of these, a referral or a mandatory one is known, or an auditor reads it."""
    mandatory = (CaseClock.case_id.in_(case_ids)) & (CaseClock.kind == MANDATORY)
    signs = (
        select(CaseMove.case_id).where(CaseMove.case_id.in_(case_ids), CaseMove.end.in_(DECIDED)),
        select(Referral.case_id).where(Referral.case_id.in_(case_ids)),
        select(CaseClock.case_id).where(mandatory),
        select(CaseVisit.case_id).where(CaseVisit.case_id.in_(case_ids)),
    )
    return any(console.scalars(sign.limit(1)).first() is not None for sign in signs)


def put_aside(desk: Desk, case_ids: Iterable[bytes], why: Why) -> bytes:
    """Ends the cases and stops their clocks; an id by which all are taken back at once. All or none.

    Raises NoCase, NoAsideReason, AsideAlready, AsideOnHold, NoJunk, MayBeDanger, NotAllowed.
    """
    wanted = sorted(set(case_ids))
    if not 1 <= len(wanted) <= MOST:
        raise NoCase
    if why.reason not in vocabulary("spam_reasons") or len(why.words) > LONGEST:
        raise NoAsideReason
    boxes = _boxes(desk, wanted)
    batch = desk.random(16)
    with desk.databases.console.write() as console:
        cases = [console.get_one(Case, case_id, with_for_update=True) for case_id in wanted]
        for case in cases:
            _check(console, case, why, alone=len(cases) == 1)
        for case, box in zip(cases, boxes, strict=True):
            _end(console, desk, case, box, why=why, batch=batch)
    return batch


def take_back(desk: Desk, case_ids: Iterable[bytes]) -> int:
    """Puts cases back where they were, clocks and all; how many. One that is not aside any more is left.

    Raises NoCase, NotAllowed.
    """
    wanted = sorted(set(case_ids))
    if not 1 <= len(wanted) <= MOST:
        raise NoCase
    boxes = _boxes(desk, wanted)
    done = 0
    with desk.databases.console.write() as console:
        for case_id, box in zip(wanted, boxes, strict=True):
            case = console.get_one(Case, case_id, with_for_update=True)
            row = console.get(PutAside, case_id)
            if row is not None:
                _resume(console, desk, case, box, row)
                done += 1
    return done


def agree(desk: Desk, case_ids: Iterable[bytes]) -> int:
    """The second person, who can read the cases too, says that they are junk; of how many. One that is not aside any
    more, or agreed already, is left.

    Raises NoCase, YoursAlready, NotAllowed.
    """
    wanted = sorted(set(case_ids))
    if not 1 <= len(wanted) <= MOST:
        raise NoCase
    _boxes(desk, wanted)
    by, done = desk.unlocked.user_id, 0
    with desk.databases.console.write() as console:
        for case_id in wanted:
            case = console.get_one(Case, case_id, with_for_update=True)
            row = console.get(PutAside, case_id)
            if row is None or row.agreed_by is not None:
                continue
            if row.by == by:
                raise YoursAlready(case.number)
            row.agreed_by = by
            record(console, desk.unlocked, "agreed that it is junk", case_id, clock=desk.clock, batch=row.batch.hex())
            done += 1
    return done


def of_batch(console: Session, desk: Desk, batch: bytes) -> list[bytes]:
    """The cases that this person put aside at once, of those that are aside still."""
    mine = (PutAside.batch == batch) & (PutAside.by == desk.unlocked.user_id)
    return list(console.scalars(select(PutAside.case_id).where(mine)))


def count_of_batch(console: Session, desk: Desk, batch: bytes) -> int:
    """How many those are."""
    mine = (PutAside.batch == batch) & (PutAside.by == desk.unlocked.user_id)
    return console.scalar(select(func.count()).select_from(PutAside).where(mine)) or 0


def happened(console: Session, box: CaseBox) -> Sequence[Happened]:
    """For the case's history."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == KIND)
    found = []
    for row in console.scalars(chosen.order_by(CaseRecord.position)):
        content = decode_object(box.open(row))
        parts = [vocabulary("spam_reasons").text(str(content["reason"])), str(content["words"])]
        text = f"Put aside as junk: {'. '.join(part for part in parts if part)}" if content["reason"] else "Taken back"
        found.append(Happened(text, bytes.fromhex(str(content["by"])), int(content["at"]), row.day))
    return found


def _boxes(desk: Desk, case_ids: Sequence[bytes]) -> list[CaseBox]:
    return [CaseBox(case_id, desk.case_key(case_id)) for case_id in case_ids]


def _check(console: Session, case: Case, why: Why, *, alone: bool) -> None:
    if case.ended:
        raise AsideAlready(case.number)
    if "hold" in case.sides.split():
        raise AsideOnHold(case.number)
    if no_junk(console, [case.id]):
        raise NoJunk(case.number)
    if risky(case) and not (alone and why.sure):
        raise MayBeDanger(case.number)


def _end(console: Session, desk: Desk, case: Case, box: CaseBox, *, why: Why, batch: bytes) -> None:
    now, by = desk.now(), desk.unlocked.user_id
    running = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.done.is_(None))
    stopped = []
    for clock in console.scalars(running):
        clock.done = now
        stopped.append(f"{clock.kind}/{clock.number}")
    timing.nearest(console, case.id)
    case.ended = True
    case.sides = " ".join(sorted({*case.sides.split(), SIDE}))
    _keep(console, desk, box, why.reason, why.words.strip())
    until = _today(console, desk) + KEPT_DAYS
    row = PutAside(
        case_id=case.id, batch=batch, by=by, at=now, reason=why.reason, until=until, clocks=" ".join(stopped)
    )
    console.add(row)
    record(console, desk.unlocked, "put aside as junk", case.id, clock=desk.clock, reason=why.reason, batch=batch.hex())


def _today(console: Session, desk: Desk) -> int:
    """The day; of a clock that is behind, the day of the newest publication that the drop took."""
    newest = console.scalar(select(func.max(Publication.time)).where(Publication.outcome == TAKEN))
    return max(desk.today(), day_of(newest or 0))


def _resume(console: Session, desk: Desk, case: Case, box: CaseBox, row: PutAside) -> None:
    for clock in row.clocks.split():
        kind, _, number = clock.rpartition("/")
        same = (CaseClock.case_id == case.id) & (CaseClock.kind == kind) & (CaseClock.number == int(number))
        console.execute(update(CaseClock).where(same).values(done=None))
    sides = set(case.sides.split()) - {SIDE}
    case.sides = " ".join(sorted(sides))
    case.ended = case.state in (CLOSED, RETENTION) or "merged" in sides
    timing.nearest(console, case.id)
    sta.rank(case, sta.in_force(console))  # it was left out while it was aside
    _keep(console, desk, box, "", "")
    console.delete(row)
    record(console, desk.unlocked, "taken back from junk", case.id, clock=desk.clock, batch=row.batch.hex())


def _keep(console: Session, desk: Desk, box: CaseBox, reason: str, words: str) -> None:
    content = {"by": desk.unlocked.user_id.hex(), "at": desk.now(), "reason": reason, "words": words}
    acts.keep(console, desk, box, KIND, compactjson.encode(content))
