"""Which clock runs in which state: each way of the lifecycle against each clock; what waits goes on as it was left."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

import handler.tables  # noqa: F401
from handler.cases.tables import Case
from handler.database import ConsoleBase
from handler.lifecycle import timing
from handler.lifecycle.clocks import CLOCKS, DAY, HOUR, Deadlines
from handler.lifecycle.states import STATES, TRANSITIONS, Transition
from handler.lifecycle.tables import CaseClock, CaseMove

ID = bytes(16)
DUE = Deadlines()
ANY_STATE = "referral mandatory chaser access-request"
UNTIL_CLOSED = f"{ANY_STATE} acknowledge acknowledge-limit feedback rethrive measures oversight care"
RUNNING_IN = {
    "received": f"{UNTIL_CLOSED} open triage",
    "assessing": f"{UNTIL_CLOSED} triage",
    "awaiting": f"{UNTIL_CLOSED} no-reply update",
    "decision": f"{UNTIL_CLOSED} decision",
    "investigating": f"{UNTIL_CLOSED} scope update",
    "case-to-answer": UNTIL_CLOSED,
    "disposal": UNTIL_CLOSED,
    "concluding": f"{UNTIL_CLOSED} look-again",
    "closed": f"{ANY_STATE} checkin look-again retention",
    "retention": f"{ANY_STATE} checkin",
}
STANDING_STILL_IN = {"awaiting": {"triage", "scope"}, "decision": {"triage"}}
BEGUN = {
    ("received", "assessing"): (),
    ("assessing", "awaiting"): ("no-reply",),
    ("investigating", "awaiting"): ("no-reply",),
    ("assessing", "decision"): ("decision",),
    ("investigating", "decision"): ("decision",),
    ("decision", "assessing"): ("triage",),  # where the triage was over: it came from an investigation
    ("decision", "investigating"): ("scope", "update"),
    ("case-to-answer", "investigating"): ("scope", "update"),
    ("concluding", "investigating"): ("scope", "update"),
    ("investigating", "case-to-answer"): (),
    ("concluding", "closed"): ("checkin",) * 4,
    ("retention", "closed"): (),
    ("closed", "assessing"): ("feedback", "rethrive", "triage"),
}


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London")).timestamp())


@pytest.fixture
def console() -> Iterator[Session]:
    """A database in memory with one case of P3."""
    engine = create_engine("sqlite://")
    ConsoleBase.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(
            Case(id=ID, sequence=1, number="PSU-2026-0001", group="psu", state="received", status="received", day=1,
                 urgency=2, flags="", unread=False, priority=3, opened=at("2026-11-23T10:00:00"))
        )  # fmt: skip
        yield session
    engine.dispose()


def take(console: Session, start: str, end: str, now: int) -> Case:
    """A step, as it is kept."""
    case = console.get_one(Case, ID)
    number = len(console.scalars(select(CaseMove)).all()) + 1
    console.add(CaseMove(case_id=ID, position=number, at=now, by=ID, role="", start=start, end=end, record_id=None))
    case.state = end
    timing.moved(console, case, start, DUE, now)
    return case


def of(console: Session) -> dict[str, CaseClock]:
    return {row.kind: row for row in console.scalars(select(CaseClock))}


def due(console: Session, kind: str) -> int:
    return of(console)[kind].due


@pytest.mark.parametrize("way", TRANSITIONS, ids=lambda way: f"{way.start}-{way.end}")
def test_every_clock_in_every_state(console: Session, way: Transition) -> None:
    """Whatever ran before, and late: only what applies to the state entered is late there."""
    console.add_all(CaseClock(case_id=ID, kind=kind, number=0, due=10, done=None) for kind in CLOCKS)
    case = take(console, way.start, way.end, 20)
    found = timing.clocks(console, ID)
    late = {clock.kind for _, clock in found if clock.running and clock.breached(20)}
    assert late == set(RUNNING_IN[way.end].split())
    assert {row.kind for row, clock in found if row.done is None and not clock.running} == STANDING_STILL_IN.get(
        way.end, set()
    )
    assert case.due == 10


def test_the_table_says_so_for_every_state() -> None:
    assert set(RUNNING_IN) == set(STATES) == {way.end for way in TRANSITIONS} | {"received"}


@pytest.mark.parametrize("way", BEGUN, ids="-".join)
def test_what_begins_by_itself(console: Session, way: tuple[str, str]) -> None:
    take(console, *way, 1_000)
    assert sorted(row.kind for row in console.scalars(select(CaseClock))) == sorted(BEGUN[way])


@pytest.mark.parametrize(
    ("priority", "steps", "expected"),
    [
        # opened on a Monday at 10; P3 has five working days, P1 four hours
        (3, (), "2026-11-30T17:00:00"),
        (3, [("assessing", "11-23"), ("awaiting", "11-25"), ("assessing", "12-05")], "2026-12-09T17:00:00"),
        (3, [("assessing", "11-23"), ("awaiting", "11-25"), ("assessing", "11-25")], "2026-11-30T17:00:00"),
        (3, [("assessing", "11-23"), ("decision", "11-24"), ("assessing", "11-26")], "2026-12-02T17:00:00"),
        (1, [("assessing", "11-23"), ("awaiting", "11-23"), ("assessing", "11-25")], "2026-11-25T14:00:00"),
        (3, [("assessing", "11-23"), ("decision", "11-24"), ("investigating", "11-25"), ("awaiting", "11-26"),
             ("investigating", "11-27"), ("decision", "11-28"), ("assessing", "12-07")], "2026-12-14T17:00:00"),
    ],
)  # fmt: skip
def test_triage_counts_our_own_time_only(
    console: Session, priority: int, steps: Sequence[tuple[str, str]], expected: str
) -> None:
    case, before = console.get_one(Case, ID), "received"
    case.priority = priority
    timing.opened(console, case, DUE, case.opened or 0)
    for state, day in steps:
        take(console, before, state, at(f"2026-{day}T10:00:00"))
        before = state
    assert due(console, "triage") == timing.triage_due(console, case, DUE) == at(expected)
    assert of(console)["triage"].waits is None


def test_a_scope_review_goes_on_with_the_days_that_were_left_and_is_renewed_while_it_waits(console: Session) -> None:
    take(console, "decision", "investigating", 0)
    take(console, "investigating", "awaiting", 10 * DAY)
    assert console.get_one(Case, ID).due == due(console, "update") == 28 * DAY
    take(console, "awaiting", "investigating", 40 * DAY)
    assert due(console, "scope") == 58 * DAY
    take(console, "investigating", "awaiting", 50 * DAY)
    timing.renew(console, ID, "scope", 55 * DAY, 28)
    take(console, "awaiting", "investigating", 60 * DAY)
    assert due(console, "scope") == 88 * DAY


def test_no_clock_is_begun_or_renewed_where_it_does_not_apply(console: Session) -> None:
    timing.start(console, ID, "scope", 5)
    timing.renew(console, ID, "update", 5, 28)
    assert of(console) == {}


def test_the_outcome_is_due_three_months_after_the_first_acknowledgement(console: Session) -> None:
    for kind in ("acknowledge", "acknowledge-limit", "feedback"):
        timing.start(console, ID, kind, 10)
    timing.acknowledged(console, ID, DUE, at("2026-11-25T10:00:00"))
    timing.acknowledged(console, ID, DUE, at("2026-11-28T10:00:00"))
    assert due(console, "feedback") == at("2027-02-25T10:00:00")
    assert of(console)["acknowledge"].done == at("2026-11-25T10:00:00")


def test_what_was_done_in_time_before_it_stood_still_is_not_late(console: Session) -> None:
    case = console.get_one(Case, ID)
    case.priority = 1
    timing.opened(console, case, DUE, 0)
    take(console, "received", "assessing", 1)
    take(console, "assessing", "decision", 3 * HOUR)
    take(console, "decision", "investigating", 90 * HOUR)
    triage = next(clock for row, clock in timing.clocks(console, ID) if row.kind == "triage")
    assert (triage.done, triage.breached(100 * HOUR)) == (90 * HOUR, False)
