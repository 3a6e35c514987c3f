"""One queue for every referral of the console, ranked by THRIVE and clock; how the work can be borne."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from handler.cases import readers
from handler.cases.tables import Case
from handler.identity.roles import SAFEGUARDING_LEAD, SUPERVISOR
from handler.keys.unlocked import Unlocked
from handler.lifecycle.tables import KEPT_OUT, CaseClock, CaseConflict
from handler.safeguarding import flagging
from handler.safeguarding.tables import Referral, ReferralRecipient
from handler.safeguarding.tracking import ACKNOWLEDGED, ENDED, MADE, OPEN

MOST_COUNTED = 1_000
PAGE = 50
HOUR = 3_600

SHOWN: Mapping[str, str] = {
    "": "To work on",
    "open": "Not made yet",
    "late": "Late",
    "unanswered": "Not acknowledged",
    "acknowledged": "Acknowledged",
    "ended": "Outcome recorded",
    "all": "All",
}
PEOPLE: Mapping[str, str] = {"": "Children and adults", "child": "Children", "adult": "Adults"}


@dataclass(frozen=True)
class Unreferred:
    """A case whose clock runs and for which no referral was written down."""

    case_id: bytes
    number: str
    due: int
    late: bool


@dataclass(frozen=True)
class Line:
    """One referral as the queue lists it. `late`: it was or is; `ask`: bodies whose answer is overdue; `confirm`: phone
    calls whose confirmation in writing is."""

    referral: Referral
    case_number: str
    late: bool
    recipients: int
    ask: int
    confirm: int


@dataclass(frozen=True)
class Page:
    """One page of the queue."""

    lines: Sequence[Line]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Figures:
    """Of all that this person's queue has. `median_hours` and `longest_hours`: from the flag to the last body told, of
    those that were made; None before there is one."""

    total: int
    open: int
    late: int
    median_hours: float | None
    longest_hours: float | None
    by_person: Mapping[str, int]


def queue(console: Session, who: Unlocked, now: int, *, show: str = "", person: str = "", number: int = 1) -> Page:
    """Highest THRIVE level first, then what is due first. `show`: of SHOWN; `person`: of PEOPLE."""
    chosen = _seen_by(select(Referral, Case.number).join(Case, Case.id == Referral.case_id), who)
    wanted = {
        "": Referral.state != ENDED, "open": Referral.state == OPEN, "late": _late(now),
        "unanswered": Referral.state == MADE, "acknowledged": Referral.state == ACKNOWLEDGED,
        "ended": Referral.state == ENDED,
    }  # fmt: skip
    if show in wanted:
        chosen = chosen.where(wanted[show])
    if person in ("child", "adult"):
        chosen = chosen.where(Referral.person == person)
    total = console.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    ranked = chosen.order_by(Referral.level.desc(), Referral.due, Referral.number)
    rows = console.execute(ranked.limit(PAGE).offset((number - 1) * PAGE)).all()
    return Page([_line(console, row.Referral, row.number, now) for row in rows], number, pages, total)


def unreferred(console: Session, who: Unlocked, now: int) -> list[Unreferred]:
    """What is due first on top. A case number and a time are all that it says."""
    written = select(Referral.id).where(Referral.case_id == Case.id, Referral.state == OPEN).exists()
    chosen = (
        select(Case.id, Case.number, func.min(CaseClock.due).label("due"))
        .join(CaseClock, CaseClock.case_id == Case.id)
        .where(CaseClock.kind == flagging.CLOCK, CaseClock.done.is_(None), ~written)
        .group_by(Case.id, Case.number)
        .order_by(func.min(CaseClock.due))
    )
    if _sees_all(who):
        chosen = chosen.where(Case.id.not_in(_kept_from(who)))
    else:
        chosen = chosen.where(Case.id.in_(readers.of_person(who.user_id)))
    return [Unreferred(row.id, row.number, row.due, row.due < now) for row in console.execute(chosen)]


def figures(console: Session, who: Unlocked, now: int) -> Figures:
    """How many there are, how many wait or were late, and how long referring takes."""
    rows = console.scalars(_seen_by(select(Referral), who)).all()
    hours = [(row.made - row.flagged) / HOUR for row in rows if row.made is not None]
    return Figures(
        len(rows),
        sum(row.state == OPEN for row in rows),
        sum(is_late(row, now) for row in rows),
        median(hours) if hours else None,
        max(hours) if hours else None,
        {person: sum(row.person == person for row in rows) for person in ("child", "adult")},
    )


def waiting(console: Session, who: Unlocked, now: int) -> int:
    """What the bar counts: cases without a referral and referrals that are late now, and answers that are overdue."""
    overdue = and_(ReferralRecipient.acknowledged.is_(None), ReferralRecipient.answer_due < now)
    unanswered = select(ReferralRecipient.referral_id).where(overdue)
    not_made = and_(Referral.made.is_(None), Referral.due < now)
    pressing = _seen_by(select(Referral.id).where(or_(not_made, Referral.id.in_(unanswered))), who)
    return _count(console, _late_unreferred(who, now)) + _count(console, pressing)


def _late_unreferred(who: Unlocked, now: int) -> Select[bytes]:
    """Cases whose clock has run out and of which no referral is written down; counted on every page, so by clocks."""
    written = select(Referral.id).where(Referral.case_id == CaseClock.case_id, Referral.state == OPEN).exists()
    late = (CaseClock.kind == flagging.CLOCK) & CaseClock.done.is_(None) & (CaseClock.due < now)
    chosen = select(CaseClock.case_id).where(late, ~written).distinct()
    if _sees_all(who):
        return chosen.where(CaseClock.case_id.not_in(_kept_from(who)))
    return chosen.where(CaseClock.case_id.in_(readers.of_person(who.user_id)))


def _count(console: Session, chosen: Any) -> int:
    """No further than the bar has room for."""
    return console.scalar(select(func.count()).select_from(chosen.limit(MOST_COUNTED).subquery())) or 0


def is_late(referral: Referral, now: int) -> bool:
    """After the limit without every body told, or with one told later."""
    return (now if referral.made is None else referral.made) > referral.due


def _late(now: int) -> ColumnElement[bool]:
    return or_(and_(Referral.made.is_(None), Referral.due < now), Referral.made > Referral.due)


def _line(console: Session, referral: Referral, case_number: str, now: int) -> Line:
    rows = console.scalars(select(ReferralRecipient).where(ReferralRecipient.referral_id == referral.id)).all()
    ask = sum(row.acknowledged is None and row.answer_due is not None and row.answer_due < now for row in rows)
    confirm = sum(row.confirmed is None and row.confirm_due is not None and row.confirm_due < now for row in rows)
    return Line(referral, case_number, is_late(referral, now), len(rows), ask, confirm)


def _sees_all(who: Unlocked) -> bool:
    return who.may(SAFEGUARDING_LEAD, SUPERVISOR)


def _seen_by(chosen: Any, who: Unlocked) -> Any:
    """A handler's queue has the referrals of their own cases; nobody's those of a case that they are kept out of."""
    if _sees_all(who):
        return chosen.where(Referral.case_id.not_in(_kept_from(who)))
    return chosen.where(Referral.case_id.in_(readers.of_person(who.user_id)))


def _kept_from(who: Unlocked) -> Select[bytes]:
    return select(CaseConflict.case_id).where(CaseConflict.user_id == who.user_id, CaseConflict.outcome.in_(KEPT_OUT))
