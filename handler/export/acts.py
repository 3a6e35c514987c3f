"""Asking for a disclosure, approving it, and asking afterwards what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.post import decode_post
from handler.approvals import acts as approvals
from handler.approvals.tables import Approval
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.files import find, put_together
from handler.cases.reading import answer_lines
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed, Refused
from handler.export import parts
from handler.export.cleaning import clean
from handler.export.rules import DISSEMINATION, NotSaid, Request, check, check_words
from handler.export.tables import Disclosure
from handler.identity.roles import SENIOR_DECIDER, SUPERVISOR
from handler.identity.users import people
from handler.lifecycle import tasks, timing
from handler.lifecycle.acts import keep
from handler.lifecycle.clocks import DAY
from handler.lifecycle.tables import CaseClock
from handler.pickup.piecestore import PieceStore
from handler.sealing.grounds import GROUNDS
from handler.triage import assessment
from handler.triage.known import Known
from handler.triage.sourcerisk import check_disclosure

DISCLOSE = "disclose:"
ACT = f"{DISCLOSE} see Disclosures"
KIND, BACK = "disclosure", "disclosure-back"
CHASER = "chaser"
TELL = "A recipient answered: tell the reporter what can be told of it."
TELL_DAYS = 5  # within which somebody does


class NothingWaits(Refused):
    """This was not sent, or nothing of it is to be asked after any more."""


@dataclass(frozen=True)
class Told:
    """One disclosure as pages list it. `state`: of its approval; `grades`: as they were when it was asked for."""

    row: Disclosure
    request: Request
    grades: tuple[str, ...]
    state: str
    chasers: Sequence[CaseClock]
    back: Sequence[str]
    files: Sequence[str]  # their names in the case


def ask(desk: Desk, store: PieceStore, case_id: bytes, request: Request) -> bytes:
    """Puts a pack to a second person; its id. Nothing goes out before they approve.

    Raises what `rules.check` and `parts.texts` raise, RawWords, SourceRiskNotAssessed, SourceAtRisk, AlreadyAsked,
    NotAllowed; of the files what `find`, `put_together` and `clean` raise.
    """
    found = assessment.read(desk, case_id)
    _check(desk, case_id, request, found.known)
    files(desk, store, case_id, request)
    box = CaseBox(case_id, desk.case_key(case_id))
    grades = sorted(grade.written for grade in found.known.grades.values())
    with desk.databases.console.write() as console:
        content = {"request": request.value(), "grades": grades}
        record_id = keep(console, desk, box, KIND, compactjson.encode(content))
        roles = (SUPERVISOR, SENIOR_DECIDER)
        approval_id = approvals.ask(console, desk, ACT, case_id=case_id, roles=roles, record_id=record_id)
        disclosure_id = desk.random(16)
        console.add(
            Disclosure(
                id=disclosure_id, case_id=case_id, kind=request.kind, record_id=record_id, approval_id=approval_id,
                by=desk.unlocked.user_id, at=desk.now(), done=None, done_by=None, chaser=None,
            )
        )  # fmt: skip
    return disclosure_id


def approve(desk: Desk, approval_id: bytes) -> None:
    """By a second person; looked at again as the case stands now. Raises SamePerson, NotYours, NoLonger, `ask`'s."""
    with desk.databases.console.read() as console:
        case_id = approvals.waiting(console, approval_id, desk.now()).of_case
        row = console.scalars(select(Disclosure).where(Disclosure.approval_id == approval_id)).one()
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.read() as console:
        request = _request(console, box, row)[0]
    _check(desk, case_id, request, assessment.read(desk, case_id).known)
    with desk.databases.console.write() as console:
        approvals.approve(console, desk, approval_id)
        row = console.get_one(Disclosure, row.id, with_for_update=True)
        row.done, row.done_by = desk.now(), desk.unlocked.user_id
        if row.kind == DISSEMINATION:
            made = select(func.count()).where(CaseClock.case_id == case_id, CaseClock.kind == CHASER)
            row.chaser = console.scalar(made) or 0
            for number, days in enumerate(desk.deadlines.chaser_days, row.chaser):
                timing.start(console, case_id, CHASER, desk.now() + days * DAY, number)
        record(console, desk.unlocked, f"{row.kind} approved", case_id, clock=desk.clock, disclosure=row.id.hex())


def answered(desk: Desk, case_id: bytes, disclosure_id: bytes, words: str, *, settled: bool) -> None:
    """What the recipient said: ends the next chaser, or all of them. Raises NotSaid, NothingWaits, NotAllowed."""
    if not words.strip():
        raise NotSaid({"back": "Write what they said"})
    with desk.databases.console.read() as console:
        row = console.get(Disclosure, disclosure_id)
    if row is None or row.case_id != case_id:
        raise NotAllowed
    box = CaseBox(row.case_id, desk.case_key(row.case_id))
    with desk.databases.console.write() as console:
        running = [clock for clock in _chasers(console, desk, row) if clock.done is None]
        if not running:
            raise NothingWaits
        content = {"disclosure": row.id.hex(), "by": desk.unlocked.user_id.hex(), "words": words.strip()[:2000]}
        keep(console, desk, box, BACK, compactjson.encode(content))
        ended = [clock.number for clock in (running if settled else running[:1])]
        same = (CaseClock.case_id == row.case_id) & (CaseClock.kind == CHASER) & CaseClock.number.in_(ended)
        console.execute(update(CaseClock).where(same).values(done=desk.now()))
        timing.nearest(console, row.case_id)
        if not console.get_one(Case, row.case_id).ended:
            tasks.put(console, desk, box, TELL, desk.deadlines.calendar.day_of(desk.now()) + timedelta(days=TELL_DAYS))
        record(console, desk.unlocked, "recipient answered", row.case_id, clock=desk.clock, disclosure=row.id.hex())


def of_case(console: Session, desk: Desk, box: CaseBox) -> list[Told]:
    """The newest first."""
    back: dict[str, list[str]] = {}
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == BACK)
    for answer in console.scalars(chosen.order_by(CaseRecord.position)):
        found = records.decode_object(box.open(answer))
        back.setdefault(str(found["disclosure"]), []).append(str(found["words"]))
    rows = select(Disclosure).where(Disclosure.case_id == box.case_id).order_by(Disclosure.at.desc())
    return [_told(console, desk, box, row, back.get(row.id.hex(), [])) for row in console.scalars(rows)]


def files(desk: Desk, store: PieceStore, case_id: bytes, request: Request) -> list[tuple[str, bytes]]:
    """The chosen files, cleaned, under names that say nothing."""
    made = []
    for number, chosen in enumerate(request.files, 1):
        record_id, _, place = chosen.partition("/")
        ref = find(desk, case_id, bytes.fromhex(record_id), int(place))
        ending, content = clean(ref.name, put_together(store, ref))
        made.append((f"file-{number:02}{ending}", content))
    return made


def _told(console: Session, desk: Desk, box: CaseBox, row: Disclosure, back: Sequence[str]) -> Told:
    request, grades = _request(console, box, row)
    approval = console.get_one(Approval, row.approval_id)
    lapsed = approval.state == approvals.WAITING and approval.until <= desk.now()
    state = "lapsed" if lapsed else approval.state
    return Told(row, request, grades, state, _chasers(console, desk, row), back, _names(console, box, request))


def _names(console: Session, box: CaseBox, request: Request) -> list[str]:
    found = []
    for chosen in request.files:
        record_id, _, place = chosen.partition("/")
        post = decode_post(box.open(console.get_one(CaseRecord, bytes.fromhex(record_id))))
        found.append(post.files[int(place)].name)
    return found


def _request(console: Session, box: CaseBox, row: Disclosure) -> tuple[Request, tuple[str, ...]]:
    kept = records.decode_object(box.open(console.get_one(CaseRecord, row.record_id)))
    return Request.of(kept["request"]), tuple(str(grade) for grade in kept["grades"])


def _chasers(console: Session, desk: Desk, row: Disclosure) -> Sequence[CaseClock]:
    if row.chaser is None:
        return []
    numbers = range(row.chaser, row.chaser + len(desk.deadlines.chaser_days))
    chosen = select(CaseClock).where(
        CaseClock.case_id == row.case_id, CaseClock.kind == CHASER, CaseClock.number.in_(numbers)
    )
    return console.scalars(chosen.order_by(CaseClock.number)).all()


def _check(desk: Desk, case_id: bytes, request: Request, known: Known) -> None:
    with desk.databases.console.read() as console:
        case = console.get_one(Case, case_id)
        box = CaseBox(case_id, desk.case_key(case_id))
        words = reporters_words(console, box)
        names = {person.id: person.name for person in people(console)}
        going = parts.texts(console, box, names, request.parts, desk.now())
    graded = known.grades if len(known.grades) == len(known.items) else None
    check(request, words, case.sides.split(), graded)
    check_words(going, words)
    check_disclosure(known.flags, known.source_risk)


def reporters_words(console: Session, box: CaseBox) -> list[str]:
    """All that the reporter wrote in this case."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_(records.POST_KINDS))
    found = []
    for row in console.scalars(chosen):
        post = decode_post(box.open(row))
        found += [answer.text for _, answer in answer_lines(post.report)] if post.report is not None else []
        found += [post.follow_up.text] if post.follow_up is not None else []
    ours = {"", *(ground.words for ground in GROUNDS.values())}  # of what was sealed
    return [text for text in found if text not in ours]
