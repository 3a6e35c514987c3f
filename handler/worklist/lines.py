"""One row of the list as it is shown: words for what the case's clear part says, its nearest clock, who works on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.tables import Case
from handler.lifecycle.clocks import CLOCKS
from handler.lifecycle.states import SIDES, STATES
from handler.lifecycle.tables import RUNNING, CaseClock
from handler.times import local
from handler.vocabulary.load import vocabulary
from handler.worklist.tables import PutAside

ORDINARY_STREAM, ORDINARY_CHANNEL = "report", "site"
PINNED = {1: "Put on top by hand", -1: "Put off by hand"}
LATE, TODAY, LATER = "late", "today", "later"


@dataclass(frozen=True)
class Due:
    """The nearest clock of a case. `by`: day and time, short; `when`: "late", "today" or "later"."""

    text: str
    by: str
    when: str


@dataclass(frozen=True)
class Aside:
    """Why a case stands aside, until which day at least it is kept, and who agreed."""

    reason: str
    until: int
    agreed: str  # by whom; "" while it waits for a second person, and stays


@dataclass(frozen=True)
class Line:
    """All that one row says."""

    case: Case
    priority: str
    state: str
    sides: Sequence[str]
    origin: str  # stream and channel where they are not the ordinary ones
    due: Due | None
    assigned: str
    pinned: str
    aside: Aside | None


def lines(console: Session, cases: Sequence[Case], names: Mapping[bytes, str], now: int) -> list[Line]:
    """In the order given. `names`: of users, by id."""
    ids = [case.id for case in cases]
    clocks: dict[bytes, CaseClock] = {}
    running = select(CaseClock).where(CaseClock.case_id.in_(ids), RUNNING)
    for clock in console.scalars(running.order_by(CaseClock.due, CaseClock.kind)):
        clocks.setdefault(clock.case_id, clock)
    reasons = vocabulary("spam_reasons")
    aside = {
        row.case_id: Aside(
            reasons.text(row.reason), row.until, names.get(row.agreed_by, "a former user") if row.agreed_by else ""
        )
        for row in console.scalars(select(PutAside).where(PutAside.case_id.in_(ids)))
    }
    return [
        Line(
            case=case,
            priority=f"P{case.priority}" if case.priority else "Not assessed",
            state=STATES[case.state],
            sides=[SIDES.get(side, side) for side in case.sides.split()],
            origin=origin(case),
            due=_due(clocks.get(case.id), now),
            assigned=names.get(case.assigned, "A former user") if case.assigned else "",
            pinned=PINNED.get(case.pinned, ""),
            aside=aside.get(case.id),
        )
        for case in cases
    ]


def origin(case: Case) -> str:
    """“Phone line”, “Request from another body, e-mail”; nothing for a report that came by the site."""
    found = []
    if case.stream != ORDINARY_STREAM:
        found.append(vocabulary("streams").text(case.stream))
    if case.channel != ORDINARY_CHANNEL and not (case.stream == "notice" and case.channel == "manager"):
        found.append(vocabulary("channels").text(case.channel))
    return ", ".join(found)


def when(due: int, now: int) -> str:
    """Late; due before midnight by the UK's clocks; or later."""
    if due < now:
        return LATE
    return TODAY if local(due).date() == local(now).date() else LATER


def _due(clock: CaseClock | None, now: int) -> Due | None:
    if clock is None:
        return None
    due = local(clock.due)
    year = f" {due.year}" if due.year != local(now).year else ""
    return Due(CLOCKS[clock.kind], f"by {due.day} {due:%b}{year}, {due:%H:%M}", when(clock.due, now))
